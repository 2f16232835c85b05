"""The questions for official numbers, and that a national number is nowhere to be read once it was given."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from cryptography.fernet import Fernet
from django.contrib.auth.models import Permission
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry, Task, Workflow, WorkflowTask

from core.encryption import is_encrypted
from core.models import User
from core.publishing import NotPublishable
from dossiers.models import Contact, Dossier
from forms import tasks
from forms.fields import registry
from forms.models import FormDefinition, FormDraft, FormVersion, Submission
from integrations.actions import sweep
from parties.models import Identifier, Party
from tests import town
from tests.forms import builder
from tests.forms.builder import Citizen
from tests.forms.test_field_types import ask
from tests.plain_text import places_of

pytestmark = [pytest.mark.django_db, pytest.mark.both]

PLANTED = ("85073003328", "85.07.30-033.28", "85 07 30 033 28")
NUMBER = builder.question(
    "national_number", "Wat is uw rijksregisternummer?", key="rrn", legal_basis="Besluit nr. 12 van 2026"
)


@pytest.fixture
def manager() -> User:
    rights = [f"forms.{verb}_formdefinition" for verb in ("add", "change", "publish", "view")]
    return town.staff("boss", *rights, "forms.use_national_number")


@pytest.fixture
def editor() -> User:
    return town.staff("ellen", *[f"forms.{verb}_formdefinition" for verb in ("add", "change", "publish", "view")])


def draft_form(*questions: dict[str, Any], **changes: Any) -> FormDefinition:
    return builder.draft_form(
        builder.step("Over u", builder.NAME, builder.EMAIL),
        builder.step("Nummer", *(questions or (NUMBER,))),
        **changes,
    )


@pytest.fixture
def version(manager: User) -> FormVersion:
    definition = draft_form()
    definition.save_revision(user=manager).publish(user=manager)
    return FormVersion.objects.get()


def filled_in(typed: str = "85.07.30-033.28", name: str = "Jan Peeters") -> Citizen:
    citizen = Citizen().start()
    citizen.fill_in(1, naam=name, email="jan@example.org")
    assert citizen.fill_in(2, rrn=typed).status_code == 302
    return citizen


# --- The types --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept", "shown"),
    [
        ("0403.019.261", "0403019261", "0403.019.261"),
        (" be 403 019 261", "0403019261", "0403.019.261"),
        ("V0012345", "V0012345", "V0012345"),
        ("v 001.2345", "V0012345", "V0012345"),
    ],
)
def test_organisation_number_is_kept_in_one_form(typed: str, kept: str, shown: str) -> None:
    form_class, field_type, definition = ask("organisation_number", allow_vcode=True)
    form = form_class({"vraag": typed})
    assert form.is_valid(), form.errors
    answer = field_type.normalise(form.cleaned_data["vraag"])
    assert answer == kept
    assert field_type.display(answer, definition) == shown
    again = form_class({"vraag": field_type.form_data(answer)})
    assert again.is_valid()
    assert field_type.normalise(again.cleaned_data["vraag"]) == kept


@pytest.mark.parametrize("typed", ["1", "0403019262", "x" * 41, "0403019261" * 3, "<b>", "V12", "NL123456789B01"])
def test_wrong_organisation_number_is_refused(typed: str) -> None:
    for allowed in (True, False):
        assert not ask("organisation_number", allow_vcode=allowed)[0]({"vraag": typed}).is_valid()


def test_association_number_is_only_taken_when_the_editor_says_so() -> None:
    assert not ask("organisation_number")[0]({"vraag": "V0012345"}).is_valid()


@pytest.mark.parametrize("typed", ["85073003328", "85.07.30-033.28", " 98 47 28 997 65 "])
def test_national_number_is_kept_encrypted_with_a_mask(typed: str) -> None:
    form_class, field_type, definition = ask("national_number", legal_basis="Besluit")
    form = form_class({"vraag": typed})
    assert form.is_valid(), form.errors
    answer = field_type.normalise(form.cleaned_data["vraag"])
    assert set(answer) == {"mask", "sealed"}
    assert is_encrypted(answer["sealed"])
    assert not any(text in str(answer) for text in (*PLANTED, "98472899765"))
    assert field_type.display(answer, definition) == answer["mask"]
    assert list(field_type.export(answer, definition).values()) == [answer["mask"]]
    again = form_class({"vraag": field_type.form_data(answer)})
    assert again.is_valid()
    assert again.cleaned_data["vraag"] == form.cleaned_data["vraag"]


@pytest.mark.parametrize("typed", ["85073003329", "1", "x" * 41, "jan", "8" * 5000])
def test_wrong_national_number_is_refused_and_shown_again(typed: str) -> None:
    form = ask("national_number", legal_basis="Besluit")[0]({"vraag": typed})
    assert len(form.errors["vraag"]) == 1
    assert BeautifulSoup(str(form["vraag"]), "html.parser").input["value"] == typed


def test_the_citizen_reads_on_what_ground_it_is_asked() -> None:
    assert "Besluit nr. 12" in ask("national_number", legal_basis="Besluit nr. 12")[2]["description"]


def test_they_carry_no_token_of_the_browser() -> None:
    for kind in ("national_number", "organisation_number"):
        assert ask(kind, legal_basis="Besluit")[0]()["vraag"].field.widget.attrs["autocomplete"] == "off"


# --- In the draft -----------------------------------------------------------------------------------------------------


def test_given_before_it_is_shown_in_part_and_need_not_be_typed_again(version: FormVersion) -> None:
    citizen = filled_in()
    page = BeautifulSoup(citizen.get("step", 2).content, "html.parser")
    assert "85.07.••-•••.••" in page.main.get_text()
    box = page.find(id="id_rrn")
    assert not box.get("value")
    described_by = [page.find(id=name).get_text() for name in box["aria-describedby"].split()]
    assert "85.07.••-•••.••" in described_by[-1]
    assert not any(text in str(page) for text in PLANTED)
    before = citizen.draft.answers["rrn"]["mask"]
    assert citizen.fill_in(2, rrn="").status_code == 302
    assert citizen.draft.answers["rrn"]["mask"] == before
    assert "85.07.••-•••.••" in citizen.get("check").content.decode()
    assert citizen.send()["Location"] == citizen.address("done")
    assert Identifier.objects.get().secret == PLANTED[0]


def test_it_can_be_changed(version: FormVersion) -> None:
    citizen = filled_in()
    citizen.fill_in(2, rrn="98472899765")
    assert citizen.draft.answers["rrn"]["mask"] == "98.47.••-•••.••"
    refused = citizen.fill_in(2, rrn="12345678901")
    assert refused.status_code == 200
    assert citizen.draft.answers["rrn"]["mask"] == "98.47.••-•••.••"


def test_it_can_be_taken_back_when_it_need_not_be_given(manager: User) -> None:
    optional = NUMBER | {"value": NUMBER["value"] | {"required": False}}
    draft_form(optional).save_revision(user=manager).publish(user=manager)
    citizen = filled_in()
    page = BeautifulSoup(citizen.get("step", 2).content, "html.parser")
    box = page.find("input", type="checkbox")
    assert page.find("label", attrs={"for": box["id"]})
    citizen.fill_in(2, **{"rrn": "", box["name"]: "on"})
    assert citizen.draft.answers["rrn"] is None
    citizen.send()
    assert not Identifier.objects.exists()


def test_saving_for_later_keeps_no_number_that_is_not_well_typed(version: FormVersion) -> None:
    citizen = Citizen().start()
    citizen.fill_in(1, naam="Jan Peeters", email="jan@example.org")
    assert citizen.fill_in(2, rrn="85.07.30-033.29", bewaren="1").status_code == 302
    assert places_of("85.07.30-033.29", "85073003329") == []


def test_a_lost_key_asks_the_number_once_more(version: FormVersion, settings: Any) -> None:
    citizen = filled_in()
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    assert citizen.get("check")["Location"] == citizen.address("step", 2)
    assert citizen.get("step", 2).status_code == 200
    assert citizen.fill_in(2, rrn=PLANTED[0])["Location"] == citizen.address("check")


def test_drafts_are_rotated_too(version: FormVersion, settings: Any, capsys: Any) -> None:
    citizen = filled_in()
    new = Fernet.generate_key().decode()
    settings.ENCRYPTION_KEYS = [new, *settings.ENCRYPTION_KEYS]
    call_command("rotate_keys")
    assert "forms.FormDraft: 1 encrypted again" in capsys.readouterr().out
    settings.ENCRYPTION_KEYS = [new]
    assert citizen.send()["Location"] == citizen.address("done")


# --- Sent -------------------------------------------------------------------------------------------------------------


def test_after_sending_it_stands_in_the_register_and_nowhere_in_plain_text(version: FormVersion, caplog: Any) -> None:
    caplog.set_level(logging.DEBUG)
    citizen = filled_in()
    assert places_of(*PLANTED) == []  # in the draft neither
    citizen.send()
    sweep(at=timezone.now())
    dossier = Dossier.objects.get()
    identifier = Identifier.objects.get()
    assert (identifier.party, identifier.secret) == (dossier.initiator, PLANTED[0])
    assert identifier.legal_basis == "Besluit nr. 12 van 2026"
    answers = Submission.objects.get().answers["steps"][1]["answers"][0]
    assert answers["value"] == {"mask": "85.07.••-•••.••", "identifier": identifier.pk}
    assert answers["text"] == "85.07.••-•••.••"
    assert places_of(*PLANTED) == []
    assert places_of("Jan Peeters")  # the search itself works
    assert not any(text in caplog.text for text in PLANTED)
    assert mail.outbox
    assert not any(text in f"{message.subject}{message.body}" for text in PLANTED for message in mail.outbox)


def test_no_page_of_staff_or_citizen_shows_it(version: FormVersion) -> None:
    citizen = filled_in()
    citizen.send()
    clerk = Client()
    clerk.force_login(town.clerk())
    pages = [clerk.get(Dossier.objects.get().get_absolute_url()), clerk.get("/beheer/dossiers/?q=85073003328")]
    follow = Dossier.objects.get().follow_links.get().get_absolute_url()
    for response in [*pages, citizen.get("done"), Client().get(follow)]:
        assert response.status_code == 200
        assert not any(text in response.content.decode() for text in PLANTED[1:])
    assert "85.07.••-•••.••" in pages[0].content.decode()


def test_the_same_number_again_is_the_same_person_until_a_clerk_says_no(version: FormVersion) -> None:
    filled_in().send()
    filled_in(typed=PLANTED[0], name="J. Peeters").send()
    assert Party.objects.count() == Identifier.objects.count() == 1
    assert list(Contact.objects.order_by("pk").values_list("party_match", flat=True)) == ["new", "number"]
    clerk = Client()
    clerk.force_login(town.clerk())
    dossier = Dossier.objects.latest("pk")
    assert BeautifulSoup(clerk.get(dossier.get_absolute_url()).content, "html.parser").select_one(".l-note form")
    clerk.post(f"/beheer/dossiers/{dossier.pk}/persoon-losmaken/")
    dossier.refresh_from_db()
    assert dossier.initiator != Identifier.objects.get().party


def test_a_report_of_an_error_leaves_it_out(version: FormVersion, monkeypatch: Any, settings: Any) -> None:
    """Django mails what was posted to ADMINS when a page breaks."""
    settings.ADMINS = [("Beheer", "beheer@example.org")]

    def breaks(**kwargs: Any) -> None:
        raise RuntimeError("broken")

    citizen = filled_in()
    citizen.client.raise_request_exception = False
    monkeypatch.setattr("forms.actions.keep_answers", breaks)
    assert citizen.fill_in(2, rrn=PLANTED[1]).status_code == 500
    [report] = [message for message in mail.outbox if "beheer@example.org" in message.to]
    assert "broken" in report.body
    assert not any(text in report.body for text in PLANTED)


def test_forgetting_a_draft_forgets_the_number(version: FormVersion) -> None:
    filled_in()
    FormDraft.objects.update(updated_at=timezone.now() - timedelta(days=8))
    tasks.purge_drafts()
    assert places_of("fernet:") == []


# --- Who may ask it ---------------------------------------------------------------------------------------------------


def test_without_a_legal_basis_it_is_not_published(manager: User) -> None:
    question = NUMBER | {"value": NUMBER["value"] | {"legal_basis": " "}}
    definition = draft_form(question)
    with pytest.raises(NotPublishable) as refusal:
        definition.save_revision(user=manager).publish(user=manager)
    assert len(refusal.value.problems) == 1
    assert "rijksregisternummer" in refusal.value.problems[0].where


def test_without_the_right_it_is_not_published(editor: User) -> None:
    definition = draft_form()
    with pytest.raises(NotPublishable) as refusal:
        definition.save_revision(user=editor).publish(user=editor)
    [problem] = refusal.value.problems
    assert problem.where.startswith("Stap 2, vraag 1")
    assert not FormVersion.objects.exists()


def test_when_nobody_is_known_it_is_not_published() -> None:
    with pytest.raises(NotPublishable):
        draft_form().save_revision().publish()


def test_who_publishes_answers_for_what_another_drafted(editor: User, manager: User) -> None:
    draft_form().save_revision(user=editor).publish(user=manager)
    assert FormVersion.objects.count() == 1


def test_right_that_was_taken_away_counts_at_once(version: FormVersion, manager: User) -> None:
    manager.is_active = False
    manager.save()
    with pytest.raises(NotPublishable):
        FormDefinition.objects.get().save_revision(user=manager).publish(user=manager)


@pytest.mark.parametrize("may", [True, False])
def test_schedule_publishes_for_who_saved_the_revision(may: bool, editor: User, manager: User) -> None:
    definition = draft_form()
    definition.go_live_at = timezone.now() + timedelta(hours=1)
    revision = definition.save_revision(user=manager if may else editor)
    revision.approved_go_live_at = timezone.now() - timedelta(minutes=1)
    revision.content["go_live_at"] = revision.approved_go_live_at.isoformat()
    revision.save()
    call_command("publish_scheduled")
    assert FormVersion.objects.exists() is may
    assert ModelLogEntry.objects.filter(action="loket.publish.refused").exists() is not may


@pytest.mark.parametrize("may", [True, False])
def test_workflow_publishes_for_who_approves(may: bool, editor: User, manager: User) -> None:
    approver = manager if may else editor
    workflow = Workflow.objects.create(name="Nalezen")
    task = Task.objects.exclude(active=False).first().specific
    task.groups.first().user_set.add(approver)
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=1)
    definition = draft_form()
    definition.save_revision(user=editor)
    state = workflow.start(definition, editor)
    browser = Client()
    browser.force_login(approver)
    address = reverse(
        "wagtailsnippets_forms_formdefinition:workflow_action",
        args=[definition.pk, "approve", state.current_task_state.pk],
    )
    page = browser.post(address, {"comment": ""}, follow=True).content.decode()
    assert ('class="loket-problems"' in page) is not may
    assert FormVersion.objects.exists() is may


def test_types_that_need_a_right_name_one_that_exists() -> None:
    for field_type in registry:
        if field_type.permission:
            app, codename = field_type.permission.split(".")
            assert Permission.objects.filter(content_type__app_label=app, codename=codename).exists()
    assert registry["national_number"].permission
