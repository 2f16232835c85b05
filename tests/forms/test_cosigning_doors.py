"""Signing together, for forms that come in through the API or from a frame on another website."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from core.actors import Actor
from forms import actions, cosigning
from forms.cosign_rules import Cosigner
from forms.models import Cosignature, EmbedHost, Submission
from tests.forms import builder
from tests.forms.caller import ANSWERS, Caller, open_form
from tests.forms.test_embedding import START, STEPS, post
from tests.forms.test_submit import filled_draft

pytestmark = [pytest.mark.django_db, pytest.mark.both]

JAN = {"naam": "Jan Peeters", "email": "jan@example.org"}


@pytest.fixture
def caller() -> Caller:
    open_form(cosigners_max=2, cosigner_who="uw partner")
    return Caller()


def test_a_program_reads_that_somebody_signs_too(caller: Caller) -> None:
    expected = {"wie": "uw partner", "hoogstens": 2, "verplicht": True, "dagen": 14}
    assert caller.read()["medeondertekening"] == expected


def test_a_form_that_asks_nobody_says_so_and_takes_nobody() -> None:
    open_form()
    caller = Caller()
    assert caller.read()["medeondertekening"] is None
    assert caller.send(ANSWERS, medeondertekenaars=[JAN]).status_code == 201
    assert not Cosignature.objects.exists()


def test_a_program_gives_who_signs_too(caller: Caller) -> None:
    for _time in range(2):
        assert caller.send(ANSWERS, medeondertekenaars=[JAN]).status_code == 201
    assert Cosignature.objects.get().email == "jan@example.org"
    other = caller.send(ANSWERS, medeondertekenaars=[JAN | {"email": "els@example.org"}])
    assert other.status_code == 409  # the key was used for another request


@pytest.mark.parametrize(
    "people",
    [[], [JAN | {"email": "FATIMA+1@example.org"}], [JAN, JAN], [JAN | {"naam": ""}], [JAN | {"email": "\x00"}]],
)
def test_what_is_wrong_with_them_is_said_and_nothing_is_sent(caller: Caller, people: list[Any]) -> None:
    refused = caller.send(ANSWERS, medeondertekenaars=people)
    assert refused.status_code == 422
    assert list(refused.json()["velden"]) == ["medeondertekenaars"]
    checked = caller.check(ANSWERS, medeondertekenaars=people).json()
    assert not checked["in_orde"]
    assert list(checked["fouten"]) == ["medeondertekenaars"]
    assert not Submission.objects.exists()
    assert caller.check(ANSWERS, medeondertekenaars=[JAN]).json()["in_orde"]


@pytest.mark.parametrize("people", [None, "jan", [JAN] * 6, [{"naam": "Jan"}], [[]], [{"naam": 1, "email": 2}]])
def test_another_shape_is_refused(caller: Caller, people: Any) -> None:
    assert caller.send(ANSWERS, medeondertekenaars=people).status_code == 422
    assert not Submission.objects.exists()


def test_from_a_frame_on_another_website() -> None:
    EmbedHost.objects.create(name="Bibliotheek", origin="https://bib.example")
    builder.published_form(embedding_allowed=True, cosigners_max=1, cosigner_who="uw partner")
    address = post(START)["Location"]
    for keys in STEPS:
        address = post(address, {key: ANSWERS[key] for key in keys})["Location"]
    check = BeautifulSoup(Client().get(address).content, "html.parser")
    address = check.find("a", string="Verder")["href"]
    assert address.startswith(START)
    page = Client().get(address)
    assert page.status_code == 200
    wrong = post(address, {"medeondertekenaars": "1", "name_0": "Jan", "email_0": "jan@"})
    assert "Vul een e-mailadres in" in wrong.content.decode()
    done = post(address, {"medeondertekenaars": "1", "name_0": "Jan", "email_0": "jan@example.org"})
    assert "Jan (jan@example.org)" in Client().get(done["Location"]).content.decode()
    assert Cosignature.objects.count() == 1


def test_a_question_that_asks_name_and_contact_data_together_shows_the_name() -> None:
    who = builder.question(
        "person", "Wie bent u?", key="wie", is_own=True, birth_date="required", email="required", phone="optional"
    )
    version = builder.published_form(
        builder.step("Wie", who), cosigners_max=1, cosigner_who="de andere ouder", max_per_address=0
    )
    draft = filled_draft(version)
    draft.answers = {
        "wie": {
            "first_name": "Fatima",
            "last_name": "El Amrani",
            "birth_date": "1985-03-27",
            "email": "fatima@example.org",
            "phone": "+32470123456",
        }
    }
    draft.save()
    cosigners = [Cosigner("Jan", "Fatima+1@example.org")]
    with pytest.raises(cosigning.Unfit):
        actions.submit(draft=draft, cosigners=cosigners, by=Actor.citizen(), at=timezone.now())
    cosigners = [Cosigner("Jan", "jan@example.org")]
    submission = actions.submit(draft=draft, cosigners=cosigners, by=Actor.citizen(), at=timezone.now())
    [step] = cosigning.seen_by_cosigner(submission)
    assert [answer["text"] for answer in step["answers"]] == ["Fatima El Amrani"]
