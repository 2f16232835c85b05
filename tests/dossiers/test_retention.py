"""What is due stands on a list, one person looks through it, another approves, and a job carries it out."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from core.actors import Actor
from core.models import User
from core.triggers import open_door
from dossiers import actions, erasing
from dossiers.actions import retention
from dossiers.actions.retention import ListRefused
from dossiers.models import (
    Contact,
    ContactLink,
    DestructionList,
    Dossier,
    Event,
    FollowLink,
    Hold,
    ProcessType,
    ProcessVersion,
    Task,
)
from dossiers.retention import due_of
from integrations.inbox.actions import poll, store
from integrations.models import Delivery, IncomingMail, WebhookEndpoint
from tests import town
from tests.dossiers import finished, talking
from tests.dossiers.finished import FRIDAY
from tests.integrations.mails import reply

pytestmark = [pytest.mark.django_db, pytest.mark.both]

SOURCE = "Selectielijst lokale besturen, 4.12"
DUE = FRIDAY.replace(year=2031)  # five years after 27 November 2026
ALMOST = DUE - timedelta(days=1)


@pytest.fixture
def process() -> ProcessVersion:
    return town.published(town.draft_melding(retention_years=5, retention_source=SOURCE))


@pytest.fixture
def marc() -> User:
    return talking.in_role("Beheerder", "marc", first_name="Marc")


@pytest.fixture
def officer() -> User:
    return talking.in_role("Functionaris gegevensbescherming", "fg", first_name="Fien")


def proposed(at: datetime = DUE) -> DestructionList:
    retention.propose(at=at)
    return DestructionList.objects.get()


def prepared(marc: User, at: datetime = DUE) -> DestructionList:
    made = proposed(at)
    retention.prepare(made=made, by=Actor.staff(marc), at=at)
    made.refresh_from_db()
    return made


def approved(marc: User, officer: User, at: datetime = DUE) -> DestructionList:
    made = prepared(marc, at)
    retention.approve(made=made, number=made.items.filter(state="waiting").count(), by=Actor.staff(officer), at=at)
    made.refresh_from_db()
    return made


def states(made: DestructionList) -> list[str]:
    return list(made.items.order_by("pk").values_list("state", flat=True))


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


# --- What is due


def test_it_is_due_after_full_years_and_not_a_day_before(process: ProcessVersion) -> None:
    dossier = finished.completed()
    due = due_of(dossier)
    assert due is not None
    assert (due.ended_on, due.due_on, due.years, due.source) == (date(2026, 11, 27), date(2031, 11, 27), 5, SOURCE)
    retention.propose(at=ALMOST)
    assert not DestructionList.objects.exists()
    made = proposed()
    line = made.items.get()
    assert (made.process_type, made.year, made.state) == (process.process_type, 2026, "proposed")
    assert (line.number, line.process, line.source) == (dossier.number, "Melding openbaar domein", SOURCE)


def test_open_dossiers_and_those_of_which_nobody_decided_never_are(process: ProcessVersion) -> None:
    town.report()
    other = town.draft_melding(name="Vraag", prefix="VRA", confirmation=None)
    town.published(other)
    finished.completed(process_version=ProcessVersion.objects.get(name="Vraag"))
    assert retention.propose(at=DUE.replace(year=2099)) == 0


def test_the_term_is_that_of_the_version_it_started_on(process: ProcessVersion) -> None:
    finished.completed()
    longer = ProcessType.objects.get()
    longer.retention_years = 30
    longer.save_revision().publish()
    assert proposed().items.get().years == 5


def test_what_began_before_anybody_decided_gets_the_first_term_that_was_decided() -> None:
    draft = town.draft_melding()
    town.published(draft)
    finished.completed()
    assert retention.propose(at=DUE.replace(year=2099)) == 0
    for years in (10, 3):
        draft.refresh_from_db()
        draft.retention_years = years
        town.published(draft)
    assert retention.propose(at=DUE.replace(year=2036) - timedelta(days=1)) == 0
    assert proposed(DUE.replace(year=2036)).items.get().years == 10


def test_a_second_night_adds_nothing(process: ProcessVersion) -> None:
    finished.completed()
    assert retention.propose(at=DUE) == 1
    assert retention.propose(at=DUE + timedelta(days=1)) == 0


def test_a_list_for_each_year_and_no_longer_than_somebody_can_look_through(
    process: ProcessVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DestructionList, "MOST", 2)
    for number in range(3):
        finished.completed(name=f"Burger {number}", email=f"b{number}@example.org")
    finished.completed(name="Later", email="later@example.org", at=FRIDAY.replace(year=2027))
    retention.propose(at=DUE.replace(year=2040))
    lists = DestructionList.objects.order_by("year", "pk")
    assert [(made.year, made.items.count()) for made in lists] == [(2026, 2), (2026, 1), (2027, 1)]


def test_what_was_opened_again_is_due_from_its_new_end() -> None:
    finished.that_can_be_reopened()
    draft = ProcessType.objects.get()
    draft.retention_years = 5
    version = town.published(draft)
    dossier = finished.completed(process_version=version)
    retention.propose(at=FRIDAY + timedelta(days=1))
    dossier.refresh_from_db()
    assert dossier.ended_on == date(2026, 11, 27)
    finished.take(dossier, "heropenen", at=FRIDAY + timedelta(days=30))
    assert retention.propose(at=DUE) == 0
    finished.take(dossier, "afwerken", at=FRIDAY + timedelta(days=60))
    assert retention.propose(at=DUE) == 0
    assert retention.propose(at=DUE + timedelta(days=61)) == 1


def test_looking_for_what_is_due_does_not_read_the_archive(
    process: ProcessVersion, django_assert_max_num_queries: Any
) -> None:
    for number in range(6):
        finished.completed(name=f"Burger {number}", email=f"b{number}@example.org")
    retention.propose(at=FRIDAY)
    with django_assert_max_num_queries(12):
        retention.propose(at=FRIDAY + timedelta(days=1))


# --- Kept longer


def keep(dossier: Dossier, user: User, until: date = date(2033, 1, 1), at: datetime = DUE) -> Hold:
    return actions.hold(dossier=dossier, reason="Zaak bij de rechtbank", until=until, by=Actor.staff(user), at=at)


def test_a_dossier_that_is_kept_longer_stands_on_no_list_until_that_day(process: ProcessVersion, marc: User) -> None:
    dossier = finished.completed()
    keep(dossier, marc, at=FRIDAY)
    assert retention.propose(at=DUE) == 0
    assert retention.propose(at=DUE.replace(year=2033, month=1, day=1)) == 1
    assert [event.kind for event in dossier.events.all()][-1] == "held"


def test_it_leaves_the_list_it_stood_on_and_may_come_back(process: ProcessVersion, marc: User) -> None:
    dossier = finished.completed()
    made = proposed()
    keep(dossier, marc)
    assert states(made) == ["held"]
    actions.lift_hold(dossier=dossier, by=Actor.staff(marc), at=DUE)
    assert retention.propose(at=DUE) == 1


@pytest.mark.parametrize(("reason", "until"), [("  ", date(2040, 1, 1)), ("Zaak", DUE.date())])
def test_without_a_reason_or_a_day_in_the_future_it_is_refused(
    process: ProcessVersion, marc: User, reason: str, until: date
) -> None:
    dossier = finished.completed()
    with pytest.raises(actions.StepRefused):
        actions.hold(dossier=dossier, reason=reason, until=until, by=Actor.staff(marc), at=DUE)
    assert not Hold.objects.exists()


def test_kept_longer_after_the_approval_it_stays(process: ProcessVersion, marc: User, officer: User) -> None:
    dossier = finished.completed()
    made = approved(marc, officer)
    keep(dossier, marc)
    retention.destroy_approved(at=DUE)
    dossier.refresh_from_db()
    made.refresh_from_db()
    assert (dossier.anonymised_at, states(made), made.state) == (None, ["held"], "done")


# --- Four eyes


def test_who_prepared_it_does_not_approve_it(process: ProcessVersion, marc: User) -> None:
    finished.completed()
    made = prepared(marc)
    with pytest.raises(ListRefused, match="zelf nagekeken"):
        retention.approve(made=made, number=1, by=Actor.staff(marc), at=DUE)
    with pytest.raises(IntegrityError), transaction.atomic():
        DestructionList.objects.update(state="approved", approved_by=marc, approved_at=DUE)


def test_nothing_is_destroyed_that_nobody_approved(process: ProcessVersion, marc: User) -> None:
    dossier = finished.completed()
    prepared(marc)
    assert retention.destroy_approved(at=DUE) == 0
    dossier.refresh_from_db()
    assert dossier.anonymised_at is None


def test_a_list_that_changed_since_is_looked_at_again(process: ProcessVersion, marc: User, officer: User) -> None:
    finished.completed()
    with pytest.raises(ListRefused, match="veranderd"):
        retention.approve(made=prepared(marc), number=2, by=Actor.staff(officer), at=DUE)


def test_sent_back_with_a_reason_it_is_prepared_again(process: ProcessVersion, marc: User, officer: User) -> None:
    finished.completed()
    made = prepared(marc)
    retention.send_back(made=made, reason="Kijk de termijn na", by=Actor.staff(officer), at=DUE)
    made.refresh_from_db()
    assert (made.state, made.prepared_by, made.sent_back) == ("proposed", None, "Kijk de termijn na")
    retention.prepare(made=made, by=Actor.staff(marc), at=DUE)
    with pytest.raises(ListRefused):
        retention.prepare(made=made, by=Actor.staff(marc), at=DUE)  # a second press


# --- Carrying it out


def five(process: ProcessVersion) -> list[Dossier]:
    return [finished.completed(name=f"Burger {n}", email=f"b{n}@example.org") for n in range(5)]


def test_a_job_that_is_killed_half_way_is_gone_on_with(
    process: ProcessVersion, marc: User, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    five(process)
    made = approved(marc, officer)
    true, done = erasing.anonymise, []

    def killed_at_the_third(**how: Any) -> bool:
        true(**how)
        done.append(how["dossier"].pk)
        if len(done) == 3:
            raise SystemExit  # the transaction of this one is lost with the worker
        return True

    with monkeypatch.context() as patch:
        patch.setattr(retention.erasing, "anonymise", killed_at_the_third)
        with pytest.raises(SystemExit):
            retention.destroy_approved(at=DUE)
    assert (states(made).count("destroyed"), Dossier.objects.exclude(anonymised_at=None).count()) == (2, 2)
    assert retention.destroy_approved(at=DUE + timedelta(minutes=5)) == 3
    made.refresh_from_db()
    assert (states(made), made.state) == (["destroyed"] * 5, "done")
    assert retention.destroy_approved(at=DUE + timedelta(minutes=9)) == 0
    assert Event.objects.filter(kind="anonymised").count() == 5


def test_what_fails_is_told_without_anybodys_data_and_holds_up_nothing(
    process: ProcessVersion, marc: User, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = five(process)[1]
    made = approved(marc, officer)
    true = erasing.anonymise

    def refuses(*, dossier: Dossier, **how: Any) -> bool:
        if dossier.pk == bad.pk:
            raise ValueError("Burger 1 <b1@example.org>")
        return true(dossier=dossier, **how)

    with monkeypatch.context() as patch:
        patch.setattr(retention.erasing, "anonymise", refuses)
        assert retention.destroy_approved(at=DUE) == 4
    made.refresh_from_db()
    failed = made.items.get(state="failed")
    assert (made.state, failed.error) == ("approved", "technische fout (ValueError)")
    page = client_of(officer).get(made.get_absolute_url()).content.decode()
    assert "4 van 5 vernietigd" in " ".join(page.split())
    assert "technische fout (ValueError)" in page
    client_of(officer).post(reverse("retention:try_again", args=[made.pk]))
    assert retention.destroy_approved(at=DUE) == 1
    made.refresh_from_db()
    assert (made.state, set(states(made))) == ("done", {"destroyed"})


def test_a_message_that_is_being_sent_this_moment_is_waited_for(
    process: ProcessVersion, marc: User, officer: User
) -> None:
    dossier = finished.completed()
    made = approved(marc, officer)
    sending = Delivery.objects.filter(pk=dossier.notifications.exclude(delivery=None).first().delivery_id)
    sending.update(state="sending", lease_until=DUE, next_try_at=None)
    assert retention.destroy_approved(at=DUE) == 0
    assert made.items.get().error == "Er wordt net een bericht verzonden."
    dossier.refresh_from_db()
    assert dossier.anonymised_at is None


def test_opened_again_after_the_approval_it_is_not_due_after_all(marc: User, officer: User) -> None:
    finished.that_can_be_reopened()
    draft = ProcessType.objects.get()
    draft.retention_years = 5
    dossier = finished.completed(process_version=town.published(draft))
    made = approved(marc, officer)
    finished.take(dossier, "heropenen", at=DUE)
    assert retention.destroy_approved(at=DUE) == 0
    made.refresh_from_db()
    assert (states(made), made.state) == (["not_due"], "done")


# --- What is left


@pytest.fixture
def destroyed(process: ProcessVersion, marc: User, officer: User) -> Dossier:
    dossier = finished.completed(body="Ik ben bijna gevallen.")
    approved(marc, officer)
    assert retention.destroy_approved(at=DUE) == 1
    dossier.refresh_from_db()
    return dossier


def test_number_process_milestones_and_dates_stay(destroyed: Dossier) -> None:
    kinds = ["opened", "status", "status", "anonymised"]
    assert [event.kind for event in destroyed.events.all()] == kinds
    assert [event.milestone for event in destroyed.events.all()][:3] == ["received", "admissible", "completed"]
    assert (destroyed.number, destroyed.first_contact_at) == ("MEL-2026-000001", town.MONDAY)
    assert (destroyed.initiator, destroyed.place, destroyed.subject) == (None, "", "Gegevens vernietigd")
    contact = Contact.objects.get()
    assert (contact.channel, contact.at, contact.party, contact.body) == ("web", town.MONDAY, None, "")
    assert destroyed.notifications.exists()


def test_other_systems_hear_that_it_is_gone(process: ProcessVersion, marc: User, officer: User) -> None:
    WebhookEndpoint.objects.create(name="Kaart", address="https://kaart.example/", secret="x" * 40)
    dossier = finished.completed()
    approved(marc, officer)
    retention.destroy_approved(at=DUE)
    told = Delivery.objects.get(kind="dossier.destroyed").payload["event"]
    assert told["data"] == {"dossier": dossier.number}


def test_the_database_itself_keeps_it_empty(destroyed: Dossier) -> None:
    for change in ({"body": "toch"}, {"given_email": "a@b.be"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Contact.objects.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Dossier.objects.update(place="Statielei 10")
    with pytest.raises(IntegrityError), transaction.atomic():
        Contact.objects.update(anonymised_at=None)  # a closed contact without a party says why


def test_doing_it_twice_is_doing_it_once(destroyed: Dossier, marc: User) -> None:
    assert not erasing.anonymise(dossier=destroyed, reference="VN-1", by=Actor.staff(marc), at=DUE)
    assert destroyed.events.filter(kind="anonymised").count() == 1


def test_its_page_says_what_is_left_and_why(destroyed: Dossier) -> None:
    page = " ".join(
        client_of(User.objects.get(username="an")).get(destroyed.get_absolute_url()).content.decode().split()
    )
    for words in ("Vernietigd op 27 november 2031", SOURCE, "goedgekeurd door Fien", "Afgehandeld", "Website"):
        assert words in page
    assert "Fatima" not in page


def test_its_follow_page_says_so_and_another_link_still_says_nothing(destroyed: Dossier, client: Client) -> None:
    link = FollowLink.objects.get(dossier=destroyed)
    response = client.get(link.get_absolute_url())
    assert response.status_code == 410
    assert "niet meer beschikbaar" in response.content.decode()
    assert "no-referrer" in response["Referrer-Policy"]
    assert client.get(reverse("follow", args=["onzin"])).status_code == 404


def test_nothing_can_be_done_in_it_any_more(destroyed: Dossier) -> None:
    from dossiers import urls

    client = client_of(User.objects.get(username="an"))
    asked = 0
    for pattern in urls.urlpatterns:
        if str(pattern.pattern).startswith("<int:pk>/") and pattern.name != "dossier":
            filled = {"pk": destroyed.pk, "step": "x", "advice": 1, "relation": 1, "task": 1, "contact": 1,
                      "document": "00000000-0000-0000-0000-000000000000"}  # fmt: skip
            names = pattern.pattern.converters
            address = reverse(f"dossiers:{pattern.name}", kwargs={name: filled[name] for name in names})
            response = client.post(address, {"text": "toch"})
            assert (response.status_code, response["Location"]) == (302, destroyed.get_absolute_url()), pattern.name
            asked += 1
    assert asked > 20
    with pytest.raises(actions.StepRefused, match="vernietigd"):
        actions.ask_follow_up(dossier=destroyed, what="x", by=Actor.system("x"), at=DUE)


def test_the_database_takes_nothing_for_it_by_any_road(destroyed: Dossier) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.create(dossier=destroyed, text="Bel", created_at=DUE)
    with pytest.raises(IntegrityError), transaction.atomic():
        Contact.objects.create(dossier=destroyed, channel="phone", at=DUE, subject="x")
    Contact.objects.create(dossier=None, channel="phone", at=DUE, subject="x")


def test_an_answer_to_an_old_mail_is_for_a_person_to_look_at(
    process: ProcessVersion, marc: User, officer: User
) -> None:
    dossier = finished.completed()
    Delivery.objects.filter(connector="mail", kind="dossier").update(reference="")
    delivery = dossier.notifications.exclude(delivery=None).first().delivery
    Delivery.objects.filter(pk=delivery.pk).update(reference="<een@loket.example>")
    approved(marc, officer)
    retention.destroy_approved(at=DUE)
    kept = store(reply("<een@loket.example>"), mailbox=None, at=DUE)
    assert kept is not None
    poll(at=DUE)
    assert IncomingMail.objects.get().state == "unlinked"
    assert Contact.objects.count() == 1


def test_a_contact_about_two_dossiers_goes_with_the_last(process: ProcessVersion, marc: User, officer: User) -> None:
    first = finished.completed()
    second = finished.completed(at=FRIDAY.replace(year=2027))
    contact = Contact.objects.filter(dossier=first).get()
    ContactLink.objects.create(contact=contact, dossier=second)
    approved(marc, officer)
    retention.destroy_approved(at=DUE)
    contact.refresh_from_db()
    assert (contact.anonymised_at, contact.given_name) == (None, "Fatima El Amrani")
    at = DUE.replace(year=2032)
    retention.propose(at=at)
    made = DestructionList.objects.get(state="proposed")
    retention.prepare(made=made, by=Actor.staff(marc), at=at)
    retention.approve(made=made, number=1, by=Actor.staff(officer), at=at)
    retention.destroy_approved(at=at)
    contact.refresh_from_db()
    assert (contact.anonymised_at, contact.given_name) == (at, "")


def test_who_stayed_anonymous_is_still_told_from_who_was_erased(
    process: ProcessVersion, marc: User, officer: User
) -> None:
    dossier = finished.completed()
    with open_door(reason="test"):
        ProcessVersion.objects.update(anonymous_allowed=True)
    Contact.objects.create(
        dossier=dossier, channel="phone", at=FRIDAY, closed_at=FRIDAY, anonymous_allowed=True,
        anonymous_reason="Bang voor buurman Jan",
    )  # fmt: skip
    approved(marc, officer)
    retention.destroy_approved(at=DUE)
    assert sorted(Contact.objects.values_list("anonymous_reason", flat=True)) == ["", "Gemeld zonder naam"]


def test_what_belongs_together_stays_together(process: ProcessVersion, marc: User, officer: User) -> None:
    first, second = finished.completed(), town.report().dossier
    actions.relate(dossier=second, other=first, kind="related", by=Actor.staff(marc), at=FRIDAY)
    approved(marc, officer)
    retention.destroy_approved(at=DUE)
    page = client_of(User.objects.get(username="an")).get(first.get_absolute_url()).content.decode()
    assert second.number in page


def test_the_figures_stay_the_same(process: ProcessVersion, marc: User, officer: User) -> None:
    from dossiers.models import SurveyInvitation

    finished.answered(4, 3, 5, remark="Vlot, zei Fatima")
    before = SurveyInvitation.objects.all().answers_by("kind")
    made = approved(marc, officer, at=DUE + timedelta(days=5))
    retention.destroy_approved(at=DUE + timedelta(days=5))
    made.refresh_from_db()
    assert made.state == "done"
    assert SurveyInvitation.objects.all().answers_by("kind") == before


# --- Screens


def test_the_way_of_a_list_over_the_screens(process: ProcessVersion, marc: User, officer: User) -> None:
    five(process)
    made = proposed()
    prepares, approves = client_of(marc), client_of(officer)
    assert str(made) in prepares.get(reverse("retention:overview")).content.decode()
    line = made.items.order_by("pk").first()
    assert line is not None
    hold = reverse("retention:hold_line", args=[made.pk, line.pk])
    refused = prepares.post(hold, {"reason": "Zaak loopt", "until": "2001-01-01"})
    assert (refused.status_code, "Zaak loopt" in refused.content.decode()) == (422, True)
    until = timezone.localdate() + timedelta(days=4000)
    assert prepares.post(hold, {"reason": "Zaak loopt", "until": until.isoformat()}).status_code == 302
    assert prepares.post(reverse("retention:prepare", args=[made.pk])).status_code == 302

    page = approves.get(made.get_absolute_url()).content.decode()
    assert "Fatima" not in page
    assert "Burger" not in page
    address = reverse("retention:approve", args=[made.pk])
    unsure = approves.post(address, {"number": "4"})
    assert (unsure.status_code, "Vink aan dat deze gegevens" in unsure.content.decode()) == (422, True)
    assert approves.post(reverse("retention:send_back", args=[made.pk]), {"reason": " "}).status_code == 422
    assert approves.post(address, {"number": "4", "sure": "on"}).status_code == 302
    assert retention.destroy_approved(at=DUE) == 4

    declared = approves.get(reverse("retention:declaration_csv", args=[made.pk])).content.decode()
    assert declared.count(";Vernietigd;") == 4
    assert "Langer bewaard" in declared
    pdf = approves.get(reverse("retention:declaration", args=[made.pk]))
    assert pdf.content.startswith(b"%PDF")
    assert pdf["Content-Disposition"] == f'attachment; filename="{made.number}.pdf"'


def test_there_is_no_declaration_before_it_is_done(process: ProcessVersion, officer: User) -> None:
    finished.completed()
    address = reverse("retention:declaration", args=[proposed().pk])
    assert client_of(officer).get(address).status_code == 404


def test_a_handler_keeps_a_dossier_longer_from_its_page(process: ProcessVersion) -> None:
    dossier = finished.completed()
    client = client_of(User.objects.get(username="an"))
    page = client.get(dossier.get_absolute_url()).content.decode()
    assert "27 november 2031" in page
    until = timezone.localdate() + timedelta(days=4000)
    client.post(reverse("dossiers:hold", args=[dossier.pk]), {"reason": "Beroep loopt", "until": until.isoformat()})
    assert Hold.objects.get().reason == "Beroep loopt"
    assert "Beroep loopt" in client.get(dossier.get_absolute_url()).content.decode()
    client.post(reverse("dossiers:lift_hold", args=[dossier.pk]))
    assert Hold.objects.get().lifted_at is not None


def test_the_town_chooses_the_terms_that_belong_to_no_process(marc: User, officer: User) -> None:
    from core import keeping

    address = reverse("retention:term", args=["parties"])
    assert client_of(officer).get(address).status_code == 302
    client = client_of(marc)
    assert client.post(address, {"years": "0", "source": ""}).status_code == 422
    client.post(address, {"years": "7", "source": "Besluit van 1 maart 2027"})
    assert keeping.term_of(keeping.PARTIES).years == 7
    assert ModelLogEntry.objects.get().user == marc
    assert "Besluit van 1 maart 2027" in client.get(reverse("retention:overview")).content.decode()
    assert client.get(reverse("retention:term", args=["iets"])).status_code == 404
