"""Sending a form: everything that must follow, follows in one transaction, once."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import TestCase
from django.utils import formats, timezone
from django_q.models import Schedule

from core.actors import Actor
from dossiers.models import Contact, Dossier, FollowLink
from forms import actions, tasks
from forms.models import FormDraft, FormVersion, Submission, Upload
from forms.roles import Role
from integrations.models import Delivery
from parties.models import Party
from tests import town
from tests.forms import builder
from tests.forms.builder import Citizen

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def version() -> FormVersion:
    return builder.published_form()


def filled_draft(version: FormVersion, role: Role = Role.CITIZEN, **changes: Any) -> FormDraft:
    """A form that is ready to be sent."""
    draft = actions.start(version=version, role=role, by=Actor.citizen(), at=town.MONDAY)
    draft.answers = {
        "wat": "losse-tegel",
        "verhaal": "Ik ben bijna gevallen.",
        "waar": "Statielei 10",
        "naam": "Fatima El Amrani",
        "email": "fatima@example.org",
        "telefoon": "+32470123456",
    } | changes
    draft.save()
    return draft


def submit(draft: FormDraft, at: datetime = town.MONDAY) -> Submission:
    return actions.submit(draft=draft, by=Actor.citizen(), at=at)


def test_one_person_contact_dossier_and_confirmation_come_of_it(version: FormVersion) -> None:
    submission = submit(filled_draft(version))
    dossier, contact = Dossier.objects.get(), Contact.objects.get()
    assert (submission.dossier, submission.contact) == (dossier, contact)
    assert dossier.process_version == town.melding()
    assert (dossier.subject, dossier.place) == ("Melding openbaar domein", "Statielei 10")
    assert dossier.facts == {"wat": "losse-tegel"}
    assert dossier.initiator == Party.objects.get()
    assert (contact.channel, contact.at, contact.body) == ("web", town.MONDAY, "Ik ben bijna gevallen.")
    assert (contact.given_name, contact.given_email) == ("Fatima El Amrani", "fatima@example.org")
    assert contact.given_phone == "+32470123456"
    assert Delivery.objects.get().payload["to"] == ["fatima@example.org"]


def test_answers_are_kept_with_the_questions_as_asked(version: FormVersion) -> None:
    answers = submit(filled_draft(version)).answers
    assert answers["title"] == "Melding openbaar domein"
    assert [step["title"] for step in answers["steps"]] == ["Het probleem", "De plaats", "Uw gegevens"]
    assert answers["steps"][0]["answers"][0] == {
        "key": "wat",
        "label": "Wat is er aan de hand?",
        "type": "choice",
        "purpose": "",
        "retention": "dossier",
        "value": "losse-tegel",
        "text": "Losse tegel",
        "shown": True,
    }
    assert answers["steps"][2]["answers"][2]["text"] == "0470 12 34 56"


def test_sending_twice_is_sending_once(version: FormVersion) -> None:
    draft = filled_draft(version)
    first = submit(draft)
    assert submit(draft, at=town.MONDAY + timedelta(minutes=1)) == first
    assert Dossier.objects.count() == Party.objects.count() == Delivery.objects.count() == 1


def test_a_sent_form_keeps_no_answers_and_takes_none(version: FormVersion) -> None:
    draft = filled_draft(version)
    submit(draft)
    draft.refresh_from_db()
    assert draft.answers == {}
    with pytest.raises(actions.AlreadySubmitted):
        actions.remove_file(draft=draft, key="foto", by=Actor.citizen(), at=town.MONDAY)


@pytest.mark.parametrize(
    ("changes", "step"),
    [({"wat": "gat"}, 1), ({"wat": None}, 1), ({"waar": ""}, 2), ({"email": "fatima@"}, 3), ({"naam": "x" * 201}, 3)],
)
def test_what_is_not_well_filled_in_is_not_sent(version: FormVersion, changes: dict[str, Any], step: int) -> None:
    with pytest.raises(actions.Incomplete) as refusal:
        submit(filled_draft(version, **changes))
    assert refusal.value.step == step
    assert not Dossier.objects.exists()
    assert not Party.objects.exists()


def test_nothing_remains_of_a_submission_that_fails_halfway(version: FormVersion, monkeypatch: Any) -> None:
    def full(**fields: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Submission.objects, "create", full)
    draft = filled_draft(version)
    with pytest.raises(OSError, match="disk full"):
        submit(draft)
    assert [model.objects.count() for model in (Dossier, Party, Delivery)] == [0, 0, 0]
    draft.refresh_from_db()
    assert draft.answers["naam"] == "Fatima El Amrani"


def test_desk_is_another_channel(version: FormVersion) -> None:
    submit(filled_draft(version, role=Role.DESK))
    assert Contact.objects.get().channel == "desk"


def test_subject_is_the_answer_that_says_so() -> None:
    about = builder.question("text", "Waarover gaat het?", purpose="subject", key="onderwerp")
    version = builder.published_form(builder.step("Alles", about, builder.NAME, builder.EMAIL))
    draft = actions.start(version=version, role=Role.CITIZEN, by=Actor.citizen(), at=town.MONDAY)
    draft.answers = {"onderwerp": "Losse tegel", "naam": "An", "email": "an@example.org"}
    draft.save()
    assert submit(draft).dossier.subject == "Losse tegel"


def test_process_that_allows_it_takes_an_anonymous_form() -> None:
    process = town.published(town.draft_melding(name="Anoniem", anonymous_allowed=True)).process_type
    email = builder.question("email", "E-mail", is_own=True, required=False, key="email")
    version = builder.published_form(builder.step("Alles", builder.WHAT, email), process_type=process)
    draft = actions.start(version=version, role=Role.CITIZEN, by=Actor.citizen(), at=town.MONDAY)
    draft.answers = {"wat": "losse-tegel", "email": ""}
    draft.save()
    submission = submit(draft)
    assert submission.dossier.initiator is None
    assert submission.contact.anonymous_reason


def test_the_citizen_reads_number_date_and_link(version: FormVersion) -> None:
    citizen = Citizen().start().fill_in_everything()
    response = citizen.send()
    assert response["Location"] == citizen.address("done")
    page = BeautifulSoup(citizen.get("done").content, "html.parser")
    dossier = Dossier.objects.get()
    text = " ".join(page.main.get_text(" ").split())
    assert dossier.number in page.select_one(".govuk-panel").get_text()
    assert formats.date_format(timezone.localtime(dossier.promised_at), "l j F") in text
    assert "fatima@example.org" in text
    assert page.find("a", href=FollowLink.objects.get().get_absolute_url())


def test_second_click_and_back_button_end_on_the_same_page(version: FormVersion) -> None:
    citizen = Citizen().start().fill_in_everything()
    done = citizen.send()["Location"]
    assert citizen.send()["Location"] == done
    assert citizen.get("check")["Location"] == done
    assert citizen.get("step", 1)["Location"] == done
    assert citizen.fill_in(1, wat="iets-anders")["Location"] == f"{done}?te-laat"
    assert Dossier.objects.count() == 1


def test_done_page_before_sending_leads_back(version: FormVersion) -> None:
    citizen = Citizen().start().fill_in_everything()
    assert citizen.get("done")["Location"] == citizen.address("check")


# --- Forgetting -------------------------------------------------------------------------------------------------------


def test_forms_that_nobody_comes_back_to_are_forgotten_with_their_pictures(version: FormVersion) -> None:
    old = Citizen().start()
    old.fill_in(2, waar="Hier", foto=builder.picture())
    sent = Citizen().start().fill_in_everything(foto=builder.picture())
    sent.send()
    FormDraft.objects.update(updated_at=timezone.now() - timedelta(days=8))
    fresh = Citizen().start()
    gone = Upload.objects.get(draft=old.draft)
    assert gone.file.storage.exists(gone.file.name)

    with TestCase.captureOnCommitCallbacks(execute=True):
        purged = actions.purge_drafts(at=timezone.now())
    assert purged == 2
    assert FormDraft.objects.get().pk == fresh.draft.pk
    kept = Upload.objects.get()
    assert kept.submission == Submission.objects.get()
    assert not gone.file.storage.exists(gone.file.name)
    assert not gone.thumbnail.storage.exists(gone.thumbnail.name)
    assert kept.file.storage.exists(kept.file.name)


def test_the_worker_forgets_every_day(version: FormVersion) -> None:
    schedule = Schedule.objects.get(func="forms.tasks.purge_drafts")
    assert (schedule.schedule_type, schedule.minutes) == (Schedule.MINUTES, 24 * 60)
    citizen = Citizen().start()
    FormDraft.objects.update(updated_at=timezone.now() - timedelta(days=6))
    tasks.purge_drafts()
    assert FormDraft.objects.filter(pk=citizen.uuid).exists()
    FormDraft.objects.update(updated_at=timezone.now() - timedelta(days=8))
    tasks.purge_drafts()
    assert not FormDraft.objects.exists()
