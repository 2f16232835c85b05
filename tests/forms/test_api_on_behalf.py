"""A program fills in a form for somebody else, as a person does on the page before the first step."""

from typing import Any

import pytest

from dossiers.models import Dossier
from forms.models import FormDraft, Submission
from tests.forms.caller import ANSWERS, Caller, open_form

pytestmark = [pytest.mark.django_db, pytest.mark.both]

KWB = {"voor": "organisatie", "naam": "KWB  Mortsel", "nummer": "BE 0403.019.261", "functie": "voorzitter"}
JAN = {"voor": "persoon", "naam": "Jan Peeters", "functie": "buurvrouw"}


@pytest.mark.parametrize(("setting", "said"), [("no", "nee"), ("may", "mogelijk"), ("must", "altijd")])
def test_the_form_says_whether_it_may(setting: str, said: str) -> None:
    open_form(on_behalf=setting)
    assert Caller().read()["namens"] == said


def for_whom() -> list[str]:
    step = next(step for step in Submission.objects.get().answers["steps"] if step["key"] == "on-behalf")
    return [answer["text"] for answer in step["answers"]]


def test_for_an_organisation() -> None:
    open_form(on_behalf="may")
    caller = Caller()
    assert caller.check(ANSWERS, namens=KWB).json()["in_orde"]
    assert caller.send(ANSWERS, namens=KWB).status_code == 201
    assert for_whom() == ["KWB Mortsel", "0403.019.261", "voorzitter"]
    initiator = Dossier.objects.get().initiator
    assert (initiator.kind, initiator.name) == ("organisation", "KWB Mortsel")
    draft = FormDraft.objects.get()
    assert (draft.role, draft.acting_for) == ("vereniging", "organisation")


def test_for_another_person() -> None:
    open_form(on_behalf="must")
    assert Caller().send(ANSWERS, namens=JAN).status_code == 201
    assert for_whom() == ["Jan Peeters", "buurvrouw"]
    assert FormDraft.objects.get().role == "burger"


@pytest.mark.parametrize(
    ("setting", "namens", "place", "message"),
    [
        ("no", JAN, "namens", "Dit formulier kan men niet voor een ander invullen."),
        ("must", None, "namens", "Dit formulier vult men altijd voor een ander in. Zeg voor wie."),
        ("may", KWB | {"nummer": "0403.019.262"}, "namens.nummer", "Dit ondernemingsnummer bestaat niet."),
        ("may", KWB | {"naam": " "}, "namens.naam", "Vul “Naam van de vereniging, het bedrijf of de organisatie” in."),
        ("may", JAN | {"functie": "\x00"}, "namens.functie", "Vul “Wat bent u voor die persoon?” in."),
    ],
)
def test_what_is_not_right_is_named_and_nothing_is_sent(
    setting: str, namens: dict[str, Any] | None, place: str, message: str
) -> None:
    open_form(on_behalf=setting)
    caller = Caller()
    more = {"namens": namens} if namens else {}
    checked = caller.check(ANSWERS, **more).json()
    assert not checked["in_orde"]
    assert checked["fouten"][place][0].startswith(message)
    response = caller.send(ANSWERS, **more)
    assert response.status_code == 422
    assert response.json()["velden"][place][0].startswith(message)
    assert not Submission.objects.exists()


@pytest.mark.parametrize("namens", ["KWB", {"voor": "mezelf", "naam": "x", "functie": "y"}, {"voor": "persoon"}, []])
def test_another_shape_is_refused(namens: Any) -> None:
    open_form(on_behalf="may")
    assert Caller().send(ANSWERS, namens=namens).status_code == 422


def test_a_refused_one_may_be_mended_under_the_same_key_and_a_sent_one_means_one_thing() -> None:
    open_form(on_behalf="may")
    caller = Caller()
    assert caller.send(ANSWERS, namens=KWB | {"nummer": "1"}).status_code == 422
    first = caller.send(ANSWERS, namens=KWB)
    assert first.status_code == 201
    assert caller.send(ANSWERS, namens=KWB).json() == first.json()
    assert caller.send(ANSWERS, namens=JAN).status_code == 409
    assert caller.send(ANSWERS).status_code == 409
    assert Submission.objects.count() == 1
