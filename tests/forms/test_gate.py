"""A form keeps to its limits at the start, on every page and when it is sent; a refused citizen loses nothing."""

import itertools
from datetime import datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_q.models import Schedule

from core.actors import Actor
from core.rates import Window
from dossiers.models import Dossier
from forms import actions, gate, tasks
from forms.gate import Refused, Visitor
from forms.limits import Kind, Reason
from forms.models import FormDefinition, FormDraft, FormVersion, KioskAddress, RateCount, Submission, SubmissionCount
from forms.roles import Role
from tests import town
from tests.forms import builder
from tests.forms.builder import Citizen
from tests.forms.test_publish import edit_form
from tests.forms.test_submit import filled_draft

pytestmark = [pytest.mark.django_db, pytest.mark.both]

HOUR = timedelta(hours=1)
SOMEWHERE = "198.51.100.7"


@pytest.fixture(autouse=True)
def _middle_of_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits count in windows of an hour and of ten minutes: no test runs across the end of one."""
    moment = timezone.now().replace(minute=32, second=0)
    ticks = itertools.count()
    monkeypatch.setattr(timezone, "now", lambda: moment + timedelta(milliseconds=next(ticks)))


@pytest.fixture
def version() -> FormVersion:
    return builder.published_form()


def limit(**fields: Any) -> None:
    """What publishing these limits comes down to."""
    FormDefinition.objects.update(**fields)


def page_of(response: Any, status: int) -> BeautifulSoup:
    assert response.status_code == status, response.content.decode()
    return BeautifulSoup(response.content, "html.parser")


def text_of(page: BeautifulSoup) -> str:
    return " ".join(page.main.get_text(" ").split())


def refused(reason: Reason, status: int, response: Any) -> str:
    page = page_of(response, status)
    heading = {
        Reason.NOT_YET: "Dit formulier is nog niet open",
        Reason.CLOSED: "Dit formulier is gesloten",
        Reason.FULL: "Alle plaatsen zijn ingenomen",
        Reason.TOO_MANY: "Even wachten",
        Reason.SUSPECT: "Verstuur nog één keer",
    }[reason]
    assert page.h1.get_text(strip=True) == heading
    assert page.main.find("a", href=lambda href: href and href.startswith("tel:"))
    return text_of(page)


def send(draft: FormDraft, visitor: Visitor | None = None, at: datetime = town.MONDAY) -> Submission:
    return actions.submit(draft=FormDraft.objects.get(pk=draft.pk), by=Actor.citizen(), at=at, visitor=visitor)


# --- Opening and closing ----------------------------------------------------------------------------------------------


def test_nobody_starts_before_it_opens(version: FormVersion) -> None:
    opens = timezone.localtime(timezone.now() + 10 * HOUR)
    limit(opens_at=opens, text_not_yet="Bel intussen naar het speelplein.")
    address = version.definition.get_absolute_url()
    for response in (Client().get(address), Client().post(address)):
        text = refused(Reason.NOT_YET, 403, response)
        assert f"om {opens.hour}.{opens:%M} uur" in text
        assert "Bel intussen naar het speelplein." in text
    assert not FormDraft.objects.exists()


def test_nobody_goes_on_after_it_closed_and_the_answers_stay(version: FormVersion) -> None:
    citizen = Citizen().start().fill_in_everything()
    limit(closes_at=timezone.now(), text_closed="De volgende ronde begint in maart.")
    for response in (citizen.get("step", 2), citizen.get("check"), citizen.send()):
        text = refused(Reason.CLOSED, 403, response)
        assert "De volgende ronde begint in maart." in text
        assert "Uw antwoorden zijn niet verloren" in text
    assert citizen.draft.answers["naam"] == "Fatima El Amrani"
    limit(closes_at=None)
    assert citizen.send()["Location"] == citizen.address("done")


def test_what_was_typed_at_the_closing_hour_is_kept(version: FormVersion) -> None:
    citizen = Citizen().start()
    limit(closes_at=timezone.now())
    response = citizen.fill_in(1, wat="losse-tegel", verhaal="Tot de laatste minuut")
    assert response["Location"] == citizen.address("step", 2)
    assert citizen.draft.answers["verhaal"] == "Tot de laatste minuut"
    refused(Reason.CLOSED, 403, citizen.get("step", 2))


def test_a_refused_citizen_reads_until_when_the_answers_are_kept(version: FormVersion) -> None:
    citizen = Citizen().start().fill_in_everything()
    limit(closes_at=timezone.now())
    kept_until = timezone.localtime(citizen.draft.kept_until)
    text = refused(Reason.CLOSED, 403, citizen.send())
    assert f" {kept_until.day} " in text
    tasks.purge_drafts()
    assert FormDraft.objects.filter(pk=citizen.uuid).exists()


@pytest.mark.parametrize(
    ("moment", "reason"), [(-1, Reason.NOT_YET), (0, None), (HOUR.seconds - 1, None), (HOUR.seconds, Reason.CLOSED)]
)
def test_sending_is_exact_to_the_second(version: FormVersion, moment: int, reason: Reason | None) -> None:
    draft = filled_draft(version)
    limit(opens_at=town.MONDAY, closes_at=town.MONDAY + HOUR)
    at = town.MONDAY + timedelta(seconds=moment)
    if reason is None:
        assert send(draft, at=at)
    else:
        with pytest.raises(Refused) as refusal:
            send(draft, at=at)
        assert refusal.value.reason == reason
        assert not Dossier.objects.exists()


def test_who_sent_it_still_reads_the_number_after_it_closed(version: FormVersion) -> None:
    citizen = Citizen().start().fill_in_everything()
    done = citizen.send()["Location"]
    limit(closes_at=timezone.now(), max_submissions=1)
    assert citizen.get("done").status_code == 200
    assert citizen.get("check")["Location"] == citizen.send()["Location"] == done


def test_a_form_must_close_after_it_opens() -> None:
    with pytest.raises(ValidationError) as refusal:
        builder.draft_form(opens_at=town.MONDAY, closes_at=town.MONDAY)
    assert "closes_at" in refusal.value.message_dict
    builder.draft_form()
    with pytest.raises(IntegrityError), transaction.atomic():
        limit(opens_at=town.MONDAY, closes_at=town.MONDAY)


def test_limits_go_live_by_publishing_and_not_by_saving_a_draft(version: FormVersion) -> None:
    definition = FormDefinition.objects.get()
    definition.closes_at = town.MONDAY
    definition.max_submissions = 30
    revision = definition.save_revision()
    live = FormDefinition.objects.get()
    assert (live.closes_at, live.max_submissions) == (None, None)
    revision.publish()
    live.refresh_from_db()
    assert (live.closes_at, live.max_submissions) == (town.MONDAY, 30)


def test_saving_a_draft_in_the_editor_does_not_close_the_form(version: FormVersion) -> None:
    editor = town.staff("ellen", "forms.change_formdefinition", "forms.publish_formdefinition")
    browser = Client()
    browser.force_login(editor)
    definition = version.definition
    address = reverse("wagtailsnippets_forms_formdefinition:edit", args=[definition.pk])
    posted = edit_form(*builder.melding_steps(), slug=definition.slug, process_type=definition.process_type_id)
    posted |= {"closes_at": "23/11/2026 09:00", "max_submissions": "30", "max_per_address": "0"}
    assert browser.post(address, posted).status_code in {200, 302}
    definition.refresh_from_db()
    assert (definition.closes_at, definition.max_submissions, definition.max_per_address) == (None, None, 10)
    assert browser.post(address, posted | {"action-publish": "action-publish"}).status_code == 302
    definition.refresh_from_db()
    assert (definition.closes_at, definition.max_submissions) == (town.MONDAY, 30)
    assert definition.max_per_address == 0


def test_limits_hold_for_who_is_half_way_through_an_older_version(version: FormVersion) -> None:
    citizen = Citizen().start().fill_in_everything()
    definition = FormDefinition.objects.get()
    definition.closes_at = timezone.now()
    definition.save_revision().publish()
    refused(Reason.CLOSED, 403, citizen.send())


# --- A maximum --------------------------------------------------------------------------------------------------------


def test_the_last_place_is_the_last(version: FormVersion) -> None:
    limit(max_submissions=2, text_full="U kunt op de wachtlijst: bel ons.")
    late = Citizen().start().fill_in_everything()
    for _ in range(2):
        assert Citizen().start().fill_in_everything().send().status_code == 302
    text = refused(Reason.FULL, 403, late.send())
    assert "U kunt op de wachtlijst: bel ons." in text
    assert "Uw antwoorden zijn niet verloren" in text
    assert Dossier.objects.count() == Submission.objects.count() == 2
    assert late.draft.answers["naam"] == "Fatima El Amrani"
    refused(Reason.FULL, 403, late.get("step", 1))
    refused(Reason.FULL, 403, Client().get(version.definition.get_absolute_url()))
    refused(Reason.FULL, 403, Client().post(version.definition.get_absolute_url()))


def test_sending_the_same_form_twice_takes_one_place(version: FormVersion) -> None:
    limit(max_submissions=2)
    draft = filled_draft(version)
    assert send(draft) == send(draft)
    assert gate.places_left(FormDefinition.objects.get()) == 1


def test_a_place_that_was_freed_by_a_higher_maximum_can_be_taken(version: FormVersion) -> None:
    limit(max_submissions=1)
    send(filled_draft(version))
    waiting = FormDraft.objects.create(version=version, answers=filled_answers())
    with pytest.raises(Refused):
        send(waiting)
    limit(max_submissions=2)
    assert send(waiting)


def filled_answers() -> dict[str, str]:
    return {"wat": "losse-tegel", "waar": "Markt 1", "naam": "An", "email": "an@example.org"}


def test_what_fails_takes_no_place(version: FormVersion) -> None:
    limit(max_submissions=1)
    with pytest.raises(actions.Incomplete):
        send(filled_draft(version, email="fatima@"))
    assert gate.places_left(FormDefinition.objects.get()) == 1


def test_what_was_sent_before_there_was_a_maximum_counts(version: FormVersion) -> None:
    for _ in range(2):
        send(filled_draft(version))
    limit(max_submissions=2)
    assert gate.places_left(FormDefinition.objects.get()) == 0


def test_publishing_does_not_turn_back_the_count(version: FormVersion) -> None:
    limit(max_submissions=3)
    definition = FormDefinition.objects.get()
    send(filled_draft(version))
    definition.save_revision().publish()
    assert gate.places_left(FormDefinition.objects.get()) == 2


def test_start_page_tells_places_and_closing_time_when_asked(version: FormVersion) -> None:
    address = version.definition.get_absolute_url()
    limit(max_submissions=30, show_places=False)
    assert "plaatsen" not in text_of(page_of(Client().get(address), 200))
    closes = timezone.localtime(timezone.now() + 100 * HOUR)
    limit(show_places=True, closes_at=closes)
    text = text_of(page_of(Client().get(address), 200))
    assert "Er zijn nog 30 plaatsen." in text
    assert f"om {closes.hour}.{closes:%M} uur" in text
    SubmissionCount.objects.create(definition=version.definition, number=29)
    assert "Er is nog 1 plaats." in text_of(page_of(Client().get(address), 200))


# --- Rates ------------------------------------------------------------------------------------------------------------


def test_one_address_sends_so_often_and_then_again_in_the_next_hour(version: FormVersion) -> None:
    limit(max_per_address=2, max_per_browser=0)
    visitor = Visitor(address=SOMEWHERE)
    drafts = [filled_draft(version) for _ in range(4)]
    for draft in drafts[:2]:
        send(draft, visitor)
    with pytest.raises(Refused) as refusal:
        send(drafts[2], visitor)
    assert refusal.value.reason == Reason.TOO_MANY
    assert refusal.value.retry_at == Window.around(town.MONDAY, HOUR).end
    assert send(drafts[3], Visitor(address="198.51.100.8"))
    assert send(drafts[2], visitor, at=town.MONDAY + HOUR)


def test_one_browser_sends_so_often(version: FormVersion) -> None:
    limit(max_per_address=0, max_per_browser=1)
    send(filled_draft(version), Visitor(address=SOMEWHERE, browser="a"))
    with pytest.raises(Refused):
        send(filled_draft(version), Visitor(address="198.51.100.8", browser="a"))
    assert send(filled_draft(version), Visitor(address=SOMEWHERE, browser="b"))


def test_each_form_counts_for_itself(version: FormVersion) -> None:
    other = builder.published_form(slug="ander", title="Ander")
    limit(max_per_address=1)
    assert send(filled_draft(version), Visitor(address=SOMEWHERE))
    assert send(filled_draft(other), Visitor(address=SOMEWHERE))


@pytest.mark.parametrize("none", [0, None])
def test_zero_and_empty_are_no_limit(version: FormVersion, none: int | None) -> None:
    limit(max_per_address=none, max_per_browser=none, max_starts_per_address=none)
    for _ in range(12):
        send(filled_draft(version), Visitor(address=SOMEWHERE, browser="a"))
    assert not RateCount.objects.exists()


def test_sending_twice_and_failing_are_not_counted(version: FormVersion) -> None:
    limit(max_per_address=2)
    visitor = Visitor(address=SOMEWHERE)
    with pytest.raises(actions.Incomplete):
        send(filled_draft(version, email="fatima@"), visitor)
    draft = filled_draft(version)
    assert send(draft, visitor) == send(draft, visitor)
    assert send(filled_draft(version), visitor)


def test_desk_and_kiosks_send_as_often_as_they_need(version: FormVersion) -> None:
    limit(max_per_address=1, max_per_browser=1)
    visitor = Visitor(address=SOMEWHERE, browser="a")
    send(filled_draft(version), visitor)
    assert send(filled_draft(version, role=Role.DESK), visitor)
    with pytest.raises(Refused):
        send(filled_draft(version), visitor)
    KioskAddress.objects.create(name="Bibliotheek", network="198.51.100.0/24")
    assert send(filled_draft(version), visitor)


def test_refused_citizen_reads_when_to_try_again_and_whom_to_phone(version: FormVersion) -> None:
    limit(max_per_address=1)
    first = Citizen().start().fill_in_everything()
    assert first.client.post(first.address("check"), REMOTE_ADDR=SOMEWHERE).status_code == 302
    late = Citizen().start().fill_in_everything()
    response = late.client.post(late.address("check"), REMOTE_ADDR=SOMEWHERE)
    text = refused(Reason.TOO_MANY, 429, response)
    assert 0 < int(response["Retry-After"]) <= 3600
    ends_at = timezone.localtime(RateCount.objects.filter(kind=Kind.SUBMIT_BY_ADDRESS).first().ends_at)
    assert f"vanaf {ends_at.hour}.{ends_at:%M} uur" in text
    assert BeautifulSoup(response.content, "html.parser").find("a", href=late.address("check"))
    assert late.draft.answers["naam"] == "Fatima El Amrani"
    assert Submission.objects.count() == 1


def test_starts_are_counted_per_address(version: FormVersion) -> None:
    limit(max_starts_per_address=2)
    address = version.definition.get_absolute_url()
    for _ in range(2):
        assert Client().post(address, REMOTE_ADDR=SOMEWHERE).status_code == 302
    response = Client().post(address, REMOTE_ADDR=SOMEWHERE)
    refused(Reason.TOO_MANY, 429, response)
    assert 0 < int(response["Retry-After"]) <= 600
    assert BeautifulSoup(response.content, "html.parser").main.find("a", href=address)
    assert FormDraft.objects.count() == 2
    assert Client().get(address, REMOTE_ADDR=SOMEWHERE).status_code == 200
    assert Client().post(address, REMOTE_ADDR="198.51.100.8").status_code == 302


def test_nothing_of_an_address_remains(version: FormVersion) -> None:
    send(filled_draft(version), Visitor(address=SOMEWHERE, browser="session-of-fatima"))
    kept = [str(value) for row in RateCount.objects.values_list() for value in row]
    assert kept
    assert not any(SOMEWHERE in value or "fatima" in value for value in kept)
    assert gate.purge_counts(at=town.MONDAY) == 0  # the window is not over yet
    assert gate.purge_counts(at=town.MONDAY + HOUR) == 2
    assert not RateCount.objects.exists()


def test_the_worker_forgets_every_hour(version: FormVersion) -> None:
    schedule = Schedule.objects.get(func="forms.tasks.purge_rate_counts")
    assert schedule.minutes == 60
    send(filled_draft(version), Visitor(address=SOMEWHERE))
    RateCount.objects.update(ends_at=timezone.now() - HOUR)
    tasks.purge_rate_counts()
    assert not RateCount.objects.exists()


# --- Programs ---------------------------------------------------------------------------------------------------------


def test_a_filled_trap_is_asked_to_send_once_more_and_nothing_is_lost(version: FormVersion) -> None:
    citizen = Citizen().start().fill_in_everything()
    check = page_of(citizen.get("check"), 200)
    trap = check.find("input", attrs={"name": gate.TRAP})
    assert (trap["tabindex"], trap["autocomplete"]) == ("-1", "off")
    assert trap.find_parent(attrs={"aria-hidden": "true"})

    response = citizen.client.post(citizen.address("check"), {gate.TRAP: "http://pills.example"})
    refused(Reason.SUSPECT, 422, response)
    assert not Submission.objects.exists()
    form = BeautifulSoup(response.content, "html.parser").main.find("form", method="post")
    assert form["action"] == citizen.address("check")
    assert not form.find("input", attrs={"name": gate.TRAP}).get("value")
    # A program that fills in everything it finds stays where it is; a person presses the button.
    again = citizen.client.post(form["action"], {gate.TRAP: "http://pills.example"})
    refused(Reason.SUSPECT, 422, again)
    assert citizen.client.post(form["action"], {gate.TRAP: ""})["Location"] == citizen.address("done")
    assert Submission.objects.count() == 1


def test_who_is_faster_than_people_is_asked_to_send_once_more(version: FormVersion) -> None:
    limit(minimum_seconds=60)
    citizen = Citizen().start().fill_in_everything()
    refused(Reason.SUSPECT, 422, citizen.send())
    FormDraft.objects.update(created_at=F("created_at") - timedelta(seconds=60))
    assert citizen.send()["Location"] == citizen.address("done")


def test_new_form_has_sensible_limits() -> None:
    fresh = FormDefinition()
    assert (fresh.max_per_address, fresh.max_per_browser, fresh.max_starts_per_address) == (10, 5, 30)
    assert (fresh.minimum_seconds, fresh.has_trap, fresh.max_submissions) == (3, True, None)


# --- Kiosk addresses --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("192.0.2.10", "192.0.2.10/32"),
        (" 192.0.2.10/24 ", "192.0.2.0/24"),
        ("2001:DB8::1", "2001:db8::1/128"),
        ("10.0.0.0/16", "10.0.0.0/16"),
    ],
)
def test_kiosk_address_is_kept_as_a_network(typed: str, kept: str) -> None:
    kiosk = KioskAddress(name="Kiosk", network=typed)
    kiosk.full_clean()
    assert kiosk.network == kept


@pytest.mark.parametrize("typed", ["", "kiosk", "192.0.2", "0.0.0.0/0", "10.0.0.0/8", "::/0", "192.0.2.10/33"])
def test_kiosk_address_must_be_a_small_network(typed: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        KioskAddress(name="Kiosk", network=typed).full_clean()
    assert list(refusal.value.message_dict) == ["network"]


def test_administrator_edits_kiosk_addresses_and_an_editor_does_not() -> None:
    rights = [f"forms.{verb}_kioskaddress" for verb in ("add", "change", "delete", "view")]
    browser, other = Client(), Client()
    browser.force_login(town.staff("bea", *rights))
    other.force_login(town.staff("ellen", "forms.change_formdefinition"))
    assert browser.get("/beheer/forms/kioskaddress/").status_code == 200
    response = browser.post("/beheer/forms/kioskaddress/create/", {"name": "Kiosk", "network": "192.0.2.10"})
    assert response.status_code == 302
    assert KioskAddress.objects.get().network == "192.0.2.10/32"
    assert other.get("/beheer/forms/kioskaddress/").status_code == 302
    assert other.post("/beheer/forms/kioskaddress/create/", {"name": "x", "network": "192.0.2.11"}).status_code == 302
    assert KioskAddress.objects.count() == 1


# --- The migration ----------------------------------------------------------------------------------------------------


def test_migration_counts_what_was_sent_before(version: FormVersion) -> None:
    send(filled_draft(version))
    send(filled_draft(version))
    SubmissionCount.objects.all().delete()
    loader = MigrationExecutor(connection).loader
    name = next(name for app, name in loader.graph.nodes if app == "forms" and name.endswith("_limits"))
    operation = loader.get_migration("forms", name).operations[-1]
    operation.code(loader.project_state(("forms", name)).apps, None)
    assert SubmissionCount.objects.get().number == 2
