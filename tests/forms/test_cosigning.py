"""Signing a form together: who is asked, what that person answers, and what follows as time goes by."""

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_q.models import Schedule

from core.actors import Actor
from core.models import AccessLog
from core.publishing import NotPublishable
from dossiers.models import Dossier, FollowLink
from forms import actions, cosign_rules, cosigning, gate, tasks
from forms.cosign_rules import Cosigner
from forms.fields import registry
from forms.fields.base import Retention
from forms.models import Cosignature, CosignLink, FormDefinition, FormDraft, FormVersion, Submission
from forms.models.cosignature import State
from integrations.models import Delivery
from tests import town
from tests.forms import builder
from tests.forms.builder import Citizen
from tests.forms.test_submit import filled_draft

pytestmark = [pytest.mark.django_db, pytest.mark.both]

JAN = Cosigner("Jan Peeters", "jan@example.org")
MIA = Cosigner("Mia Claes", "mia@example.org")
DAY = timedelta(days=1)
LAST_MOMENT = datetime(2026, 12, 8, 0, 0, tzinfo=town.BRUSSELS) - timedelta(seconds=1)  # 14 days after MONDAY


@pytest.fixture
def version() -> FormVersion:
    return builder.published_form(cosigners_max=2, cosigner_who="uw partner")


def sent(version: FormVersion, *cosigners: Cosigner, at: datetime = town.MONDAY, **answers: Any) -> Submission:
    draft = filled_draft(version, **answers)
    return actions.submit(draft=draft, cosigners=cosigners or (JAN,), by=Actor.citizen(), at=at)


def mails(to: str = "jan@example.org") -> list[dict[str, Any]]:
    return [
        delivery.payload
        for delivery in Delivery.objects.filter(kind="cosign").order_by("pk")
        if delivery.payload["to"] == [to]
    ]


def address_in(mail: dict[str, Any]) -> str:
    found = re.search(r"/formulieren/medeondertekenen/[^\s]+/", mail["text"])
    assert found, mail["text"]
    return found[0]


def link_of(name: str = "Jan Peeters") -> CosignLink:
    return CosignLink.objects.filter(cosignature__name=name).latest("pk")


def sign(name: str = "Jan Peeters", at: datetime = town.MONDAY) -> Cosignature:
    return cosigning.sign(link=link_of(name), name=name, declaration="Akkoord.", by=Actor.citizen(), at=at)


def decline(name: str = "Jan Peeters", reason: str = "", at: datetime = town.MONDAY) -> Cosignature:
    return cosigning.decline(link=link_of(name), reason=reason, by=Actor.citizen(), at=at)


def text_of(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response.content.decode()
    return " ".join(BeautifulSoup(response.content, "html.parser").main.get_text(" ").split())


YES = {"akkoord-name": "Jan Peeters", "akkoord-declares": "on"}


# --- Settings


def test_a_form_that_asks_somebody_says_who() -> None:
    with pytest.raises(NotPublishable) as refused:
        builder.published_form(cosigners_max=1)
    assert "Medeondertekening" in str(refused.value)


@pytest.mark.parametrize("wrong", [{"cosigners_max": 6}, {"cosign_days": 0}, {"cosign_days": 91}])
def test_the_database_refuses_impossible_settings(wrong: dict[str, int]) -> None:
    definition = builder.draft_form()
    with pytest.raises(IntegrityError), transaction.atomic():
        FormDefinition.objects.filter(pk=definition.pk).update(**wrong)


def test_settings_go_live_by_publishing(version: FormVersion) -> None:
    definition = FormDefinition.objects.get()
    definition.cosigners_max = 0
    definition.save_revision()
    assert FormDefinition.objects.get().cosigners_max == 2
    builder.publish(definition)
    assert FormDefinition.objects.get().cosigners_max == 0


# --- Who may be asked


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([JAN], []),
        ([JAN, MIA], []),
        ([Cosigner("", "")], [(0, "name"), (0, "email")]),
        ([Cosigner("Jan", "")], [(0, "email")]),
        ([Cosigner("", "jan@example.org")], [(0, "name")]),
        ([Cosigner("Jan", "jan@")], [(0, "email")]),
        ([Cosigner("Jan", "fatima@example.org")], [(0, "email")]),
        ([Cosigner("Jan", "FATIMA+2@Example.ORG")], [(0, "email")]),
        ([JAN, Cosigner("Jan Peeters", "Jan+x@example.org")], [(1, "email")]),
        ([JAN, Cosigner("", "")], []),
        ([Cosigner("", ""), JAN], []),
        ([Cosigner("Win op www.goud.example", "jan@example.org")], [(0, "name")]),
        ([Cosigner("x" * 81, "jan@example.org")], [(0, "name")]),
        ([JAN, MIA, Cosigner("Els", "els@example.org")], [(0, "name")]),
    ],
)
def test_who_may_be_asked(rows: list[Cosigner], expected: list[tuple[int, str]]) -> None:
    found = cosign_rules.faults(rows, at_most=2, required=True, own_email="fatima@example.org")
    assert [(fault.position, fault.part) for fault in found] == expected


def test_nobody_need_be_asked_when_it_is_not_required() -> None:
    assert cosign_rules.faults([], at_most=2, required=False, own_email="") == []
    assert cosign_rules.faults([Cosigner("Jan", "")], at_most=2, required=False, own_email="")


# --- Until when


def test_the_last_day_counts_in_full() -> None:
    deadline = cosign_rules.deadline_after(town.MONDAY, 14)
    assert cosign_rules.last_day(deadline) == date(2026, 12, 7)
    assert deadline - timedelta(seconds=1) == LAST_MOMENT


def test_the_last_day_over_a_change_of_the_clock() -> None:
    at = datetime(2026, 10, 20, 23, 30, tzinfo=town.BRUSSELS)  # summer time; 25 October has 25 hours
    deadline = cosign_rules.deadline_after(at, 14)
    assert deadline == datetime(2026, 11, 4, 0, 0, tzinfo=town.BRUSSELS)


@pytest.mark.parametrize(("days", "expected"), [(14, date(2026, 12, 5)), (4, date(2026, 11, 25))])
def test_the_reminder_goes_out_three_days_before_the_end_or_half_way(days: int, expected: date) -> None:
    moment = cosign_rules.remind_at(town.MONDAY, cosign_rules.deadline_after(town.MONDAY, days))
    assert timezone.localdate(moment) == expected


# --- Asking


def test_sending_asks_and_everything_else_goes_on_as_always(version: FormVersion) -> None:
    submission = sent(version, JAN, MIA)
    assert Dossier.objects.get().number.startswith("MEL-")
    assert Delivery.objects.filter(kind="dossier").count() == 1  # the confirmation
    asked = list(submission.cosignatures.all())
    assert [(one.name, one.email, one.is_required) for one in asked] == [
        ("Jan Peeters", "jan@example.org", True),
        ("Mia Claes", "mia@example.org", True),
    ]
    assert {one.state_at(town.MONDAY) for one in asked} == {State.WAITING}
    assert {one.until for one in asked} == {date(2026, 12, 7)}


def test_the_mail_says_who_asks_and_nothing_of_the_form(version: FormVersion) -> None:
    sent(version)
    [mail] = mails()
    assert mail["subject"] == "Ondertekent u mee? Melding openbaar domein"
    assert "Dag Jan Peeters," in mail["text"]
    assert "Fatima El Amrani" in mail["text"]
    assert "maandag 7 december 2026" in mail["text"]
    for secret in ("Statielei", "gevallen", "fatima@example.org", "32470", "MEL-"):
        assert secret not in mail["text"] + mail["subject"]


def test_the_name_of_who_asks_cannot_advertise(version: FormVersion) -> None:
    sent(version, naam="Win geld op https://goud.example")
    [mail] = mails()
    assert "goud" not in mail["text"]
    assert "Iemand stuurde een formulier naar lokaal bestuur" in mail["text"]


def test_only_the_hash_of_a_token_is_kept(version: FormVersion) -> None:
    sent(version)
    token = address_in(mails()[0]).split("/")[3]
    link = CosignLink.objects.get()
    assert token not in link.token_hash
    assert len(token) >= 43


def test_without_cosigners_a_form_that_requires_them_is_not_sent(version: FormVersion) -> None:
    with pytest.raises(cosigning.Unfit):
        actions.submit(draft=filled_draft(version), by=Actor.citizen(), at=town.MONDAY)
    assert not Submission.objects.exists()
    assert not Dossier.objects.exists()


def test_signing_for_oneself_is_refused_at_sending_too(version: FormVersion) -> None:
    with pytest.raises(cosigning.Unfit, match="uw eigen e-mailadres"):
        sent(version, Cosigner("Jan", "Fatima@example.org"))


def test_when_it_is_not_required_nobody_need_be_asked() -> None:
    version = builder.published_form(cosigners_max=1, cosigner_who="uw partner", cosigners_required=False)
    submission = actions.submit(draft=filled_draft(version), by=Actor.citizen(), at=town.MONDAY)
    assert not submission.cosignatures.exists()
    assert cosigning.overview(submission) is None
    assert not sent(version).cosignatures.get().is_required


def test_a_form_that_asks_nobody_ignores_them() -> None:
    assert not sent(builder.published_form()).cosignatures.exists()


def test_nobodys_mailbox_can_be_filled(version: FormVersion) -> None:
    for number in range(cosigning.ASKS_A_DAY):
        sent(version, at=town.MONDAY + timedelta(minutes=number))
    with pytest.raises(cosigning.Unfit, match="vandaag al veel vragen"):
        sent(version, at=town.MONDAY + timedelta(hours=1))
    assert sent(version, at=town.MONDAY + DAY + timedelta(hours=1))


def test_the_database_keeps_an_answer_single_and_an_address_unique(version: FormVersion) -> None:
    submission = sent(version, JAN, MIA)
    sign()
    for change in (
        {"declined_at": town.MONDAY},
        {"signed_name": ""},
        {"reason": "Nee"},
        {"email": "mia@example.org"},
        {"deadline": town.MONDAY},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            submission.cosignatures.filter(name="Jan Peeters").update(**change)


# --- The page on which they are given


def on_the_page(**changes: Any) -> Citizen:
    citizen = Citizen().start().fill_in_everything(**changes)
    assert citizen.get("cosigners").status_code == 200
    return citizen


def give(citizen: Citizen, *rows: tuple[str, str], **more: str) -> Any:
    data = {"medeondertekenaars": "1"}
    for number, (name, email) in enumerate(rows):
        data |= {f"name_{number}": name, f"email_{number}": email}
    return citizen.client.post(citizen.address("cosigners"), data | more)


def test_the_check_page_leads_to_it_and_it_sends(version: FormVersion) -> None:
    citizen = on_the_page()
    check = BeautifulSoup(citizen.get("check").content, "html.parser")
    assert check.find("a", string="Verder")["href"] == citizen.address("cosigners")
    assert not check.find("button", string="Versturen")
    response = give(citizen, ("Jan Peeters", "JAN@example.org "))
    assert response["Location"] == citizen.address("done")
    assert Cosignature.objects.get().email == "jan@example.org"
    text = text_of(citizen.get("done"))
    assert "Jan Peeters (jan@example.org), tot en met" in text
    assert citizen.draft.cosigners == []


def test_the_check_page_does_not_send_by_itself(version: FormVersion) -> None:
    citizen = on_the_page()
    assert citizen.send()["Location"] == citizen.address("cosigners")
    assert not Submission.objects.exists()


def test_mistakes_are_said_at_their_place_and_nothing_typed_is_lost(version: FormVersion) -> None:
    citizen = on_the_page()
    response = give(citizen, ("Jan Peeters", "fatima+2@example.org"), ("", "mia@example.org"))
    page = BeautifulSoup(response.content, "html.parser")
    assert page.title.get_text().startswith("Fout:")
    links = [line["href"] for line in page.select(".govuk-error-summary__list a")]
    assert links == ["#id_email_0", "#id_name_1"]
    assert page.find(id="id_name_0")["value"] == "Jan Peeters"
    again = BeautifulSoup(citizen.get("cosigners").content, "html.parser")
    assert again.find(id="id_email_0")["value"] == "fatima+2@example.org"
    assert not again.select(".govuk-error-summary")


def test_people_are_added_and_removed_without_javascript(version: FormVersion) -> None:
    citizen = on_the_page()
    page = BeautifulSoup(give(citizen, ("Jan", "jan@"), erbij="1").content, "html.parser")
    assert [page.find(id=f"id_name_{number}").get("value") for number in (0, 1)] == ["Jan", None]
    assert not page.select(".govuk-error-message:not([hidden])")
    assert not page.find("button", attrs={"name": "erbij"})  # two at most
    page = BeautifulSoup(give(citizen, ("Jan", "jan@"), ("Mia", ""), weg="0").content, "html.parser")
    assert page.find(id="id_name_0")["value"] == "Mia"
    assert not page.find(id="id_name_1")
    assert not Submission.objects.exists()


def test_more_people_than_the_form_allows_are_refused(version: FormVersion) -> None:
    citizen = on_the_page()
    response = give(citizen, ("Jan", "jan@example.org"), ("Mia", "mia@example.org"), ("Els", "els@example.org"))
    assert response.status_code == 200
    assert not Submission.objects.exists()


@pytest.mark.parametrize("typed", ["\x00", "<script>alert(1)</script>", "x" * 5000, "🙂", "Ж" * 80])
def test_hostile_names_are_no_error_of_ours(version: FormVersion, typed: str) -> None:
    assert give(on_the_page(), (typed, typed)).status_code == 200
    assert not Submission.objects.exists()


def test_an_unfinished_form_and_one_that_asks_nobody_go_elsewhere(version: FormVersion) -> None:
    citizen = Citizen().start()
    assert citizen.get("cosigners")["Location"] == citizen.address("step", 1)
    FormDefinition.objects.update(cosigners_max=0)
    citizen.fill_in_everything()
    assert citizen.get("cosigners")["Location"] == citizen.address("check")
    assert citizen.send()["Location"] == citizen.address("done")


def test_another_browser_sees_nothing(version: FormVersion) -> None:
    citizen = on_the_page()
    assert Client().get(citizen.address("cosigners")).status_code == 404
    assert Client().post(citizen.address("cosigners")).status_code == 404


def test_a_program_is_asked_once_more_and_the_people_are_kept(version: FormVersion) -> None:
    citizen = on_the_page()
    refused = give(citizen, ("Jan", "jan@example.org"), **{gate.TRAP: "x"})
    assert refused.status_code == 422
    assert citizen.send()["Location"] == citizen.address("done")
    assert Cosignature.objects.get().email == "jan@example.org"


def test_when_the_time_is_over_the_people_are_kept(version: FormVersion) -> None:
    citizen = on_the_page()
    data = {"medeondertekenaars": "1", "name_0": "Jan", "email_0": "jan@", "einde": "1"}
    assert citizen.client.post(citizen.address("keep"), data).status_code == 204
    assert citizen.draft.cosigners == [{"name": "Jan", "email": "jan@"}]
    assert give(citizen, ("Mia", "mia@example.org"))["Location"] == citizen.address("closed") + "?bewaard"
    assert citizen.draft.cosigners == [{"name": "Mia", "email": "mia@example.org"}]
    assert not Submission.objects.exists()


def test_sending_twice_asks_once(version: FormVersion) -> None:
    citizen = on_the_page()
    for _click in range(2):
        assert give(citizen, ("Jan", "jan@example.org"))["Location"].startswith(citizen.address("done"))
    assert Cosignature.objects.count() == len(mails()) == 1


def test_the_start_page_says_what_one_needs(version: FormVersion) -> None:
    assert "U geeft de naam en het e-mailadres van uw partner." in text_of(
        Client().get(reverse("forms:start", args=["melding-openbaar-domein"]))
    )


# --- Answering


def link_page(version: FormVersion, *cosigners: Cosigner) -> str:
    sent(version, *cosigners, at=timezone.now())
    return address_in(mails()[0])


def test_the_page_shows_the_answers_but_not_how_to_reach_who_asks(version: FormVersion) -> None:
    text = text_of(Client().get(link_page(version)))
    for shown in ("Fatima El Amrani", "Losse tegel", "Statielei 10", "Ik ben bijna gevallen."):
        assert shown in text
    for hidden in ("fatima@example.org", "0470", "+32", "MEL-", "mia@"):
        assert hidden not in text


def test_sensitive_answers_stay_hidden(version: FormVersion, monkeypatch: Any) -> None:
    monkeypatch.setattr(registry["place"], "retention", Retention.SENSITIVE)
    text = text_of(Client().get(link_page(version)))
    assert "Statielei" not in text
    assert "Niet getoond: dit is gevoelig" in text


def test_a_type_or_purpose_that_nobody_knows_stays_hidden(version: FormVersion) -> None:
    submission = sent(version)
    answers = submission.answers["steps"][0]["answers"]
    answers[0]["type"], answers[1]["purpose"] = "unknown", "national_number"
    shown = str(cosigning.seen_by_cosigner(submission))
    assert "Losse tegel" not in shown
    assert "gevallen" not in shown


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_changes_nothing(version: FormVersion, method: str) -> None:
    address = link_page(version)
    before = Cosignature.objects.values().get()
    for _look in range(2):
        response = getattr(Client(), method)(address)
        assert response.status_code == 200
    assert Cosignature.objects.values().get() == before
    assert response["Referrer-Policy"] == "same-origin"
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex"


def test_signing(version: FormVersion) -> None:
    address = link_page(version)
    response = Client().post(address, YES | {"akkoord-name": "Jan M. Peeters"})
    assert response["Location"] == address
    signed = Cosignature.objects.get()
    assert signed.state == State.SIGNED
    assert signed.signed_name == "Jan M. Peeters"
    assert signed.declaration == (
        "Ik heb de antwoorden gelezen en ik ga akkoord. Ik onderteken dit formulier samen met Fatima El Amrani."
    )
    text = text_of(Client().get(address))
    assert "U ondertekende “Melding openbaar domein”" in text
    assert "Statielei" not in text
    [mail] = mails("fatima@example.org")
    assert mail["subject"] == "Alles is ondertekend: Melding openbaar domein"
    assert "- Jan Peeters" in mail["text"]
    assert FollowLink.objects.get().address in mail["text"]


@pytest.mark.parametrize("missing", ["akkoord-name", "akkoord-declares"])
def test_without_name_or_tick_nothing_is_signed(version: FormVersion, missing: str) -> None:
    address = link_page(version)
    response = Client().post(address, {key: value for key, value in YES.items() if key != missing})
    page = BeautifulSoup(response.content, "html.parser")
    assert page.title.get_text().startswith("Fout:")
    assert page.select_one(".govuk-error-summary__list a")["href"] == f"#id_{missing}"
    assert Cosignature.objects.get().state == State.WAITING


def test_a_second_click_or_a_second_tab_changes_nothing(version: FormVersion) -> None:
    address = link_page(version)
    Client().post(address, YES)
    first = Cosignature.objects.values().get()
    for data in (YES, YES | {"akkoord-name": "Iemand anders"}, {"nee": "1", "niet-reason": "Toch niet"}, {}):
        assert Client().post(address, data)["Location"] == address
    assert Cosignature.objects.values().get() == first
    assert len(mails("fatima@example.org")) == 1


def test_everybody_signed_is_said_once_and_only_then(version: FormVersion) -> None:
    sent(version, JAN, MIA)
    sign()
    assert mails("fatima@example.org") == []
    sign("Mia Claes")
    assert len(mails("fatima@example.org")) == 1


def test_declining(version: FormVersion) -> None:
    address = link_page(version, JAN, MIA)
    response = Client().post(address, {"nee": "1", "niet-reason": " Ik weet van niets. "})
    assert response["Location"] == address
    declined = Cosignature.objects.get(name="Jan Peeters")
    assert (declined.state, declined.reason) == (State.DECLINED, "Ik weet van niets.")
    assert "liet u weten dat u niet akkoord bent" in text_of(Client().get(address))
    [mail] = mails("fatima@example.org")
    assert "Jan Peeters gaat niet akkoord" in mail["text"]
    assert "Ik weet van niets" not in mail["text"]  # for the clerk only
    Client().post(address, YES)
    assert Cosignature.objects.get(name="Jan Peeters").state == State.DECLINED
    sign("Mia Claes")
    assert len(mails("fatima@example.org")) == 1  # not everybody signed


def test_a_reason_that_is_too_long_is_refused_in_the_open(version: FormVersion) -> None:
    address = link_page(version)
    page = BeautifulSoup(Client().post(address, {"nee": "1", "niet-reason": "x" * 1001}).content, "html.parser")
    assert page.select_one("details[open] .govuk-error-message")
    assert Cosignature.objects.get().state == State.WAITING


def test_until_the_last_moment_and_not_after(version: FormVersion) -> None:
    sent(version, JAN, MIA)
    assert sign(at=LAST_MOMENT).signed_at
    for answer in (sign, decline):
        with pytest.raises(cosigning.TooLate):
            answer("Mia Claes", at=LAST_MOMENT + timedelta(seconds=1))
    assert not Cosignature.objects.get(name="Mia Claes").signed_at


def test_after_the_term_the_page_says_whom_to_phone_and_no_more(version: FormVersion, settings: Any) -> None:
    sent(version, at=timezone.now() - 20 * DAY)
    address = address_in(mails()[0])
    for response in (Client().get(address), Client().post(address, YES), Client().post(address, {"nee": "1"})):
        text = text_of(response, 410)
        assert settings.HELP_PHONE in text
        assert "Fatima" not in text
        assert "Melding" not in text
    assert Cosignature.objects.get().state == State.LAPSED


@pytest.mark.parametrize("token", ["x", "a" * 43, "../..", "é"])
def test_a_wrong_link_reveals_nothing(version: FormVersion, token: str) -> None:
    sent(version, at=timezone.now())
    response = Client().get(f"/formulieren/medeondertekenen/{token}/")
    assert response.status_code == 404
    assert "Fatima" not in response.content.decode()


def test_only_by_post_with_a_token_of_the_page(version: FormVersion) -> None:
    address = link_page(version)
    assert Client(enforce_csrf_checks=True).post(address, YES).status_code == 403
    assert Client().put(address, YES).status_code == 405
    assert Client().get(address, YES).status_code == 200
    assert Cosignature.objects.get().state == State.WAITING


# --- As time goes by


def test_one_reminder(version: FormVersion) -> None:
    sent(version, JAN, MIA)
    sign("Mia Claes")
    due = Cosignature.objects.get(name="Jan Peeters").remind_at
    assert cosigning.remind(at=due - timedelta(seconds=1)) == 0
    assert cosigning.remind(at=due) == 1
    assert cosigning.remind(at=due + DAY) == 0
    first, reminder = mails()
    assert reminder["subject"] == "Hebt u al ondertekend? Melding openbaar domein"
    assert len(mails("mia@example.org")) == 1
    assert address_in(first) != address_in(reminder)
    assert CosignLink.objects.filter(cosignature__name="Jan Peeters").count() == 2  # both work


def test_who_answered_or_is_too_late_is_not_reminded(version: FormVersion) -> None:
    sent(version, JAN, MIA)
    decline()
    assert cosigning.remind(at=LAST_MOMENT + timedelta(seconds=1)) == 0


def test_the_asker_hears_once_who_did_not_sign(version: FormVersion) -> None:
    sent(version, JAN, MIA)
    sign("Mia Claes")
    assert cosigning.tell_lapsed(at=LAST_MOMENT) == 0
    for day in range(3):
        assert cosigning.tell_lapsed(at=LAST_MOMENT + timedelta(seconds=1) + day * DAY) == (1 if day == 0 else 0)
    [mail] = mails("fatima@example.org")
    assert mail["subject"] == "Niet op tijd ondertekend: Melding openbaar domein"
    assert "- Jan Peeters" in mail["text"]
    assert "Mia" not in mail["text"]


def test_the_job_is_scheduled_and_does_both(version: FormVersion) -> None:
    assert Schedule.objects.filter(func="forms.tasks.remind_of_cosigning").exists()
    now = timezone.now()
    sent(version, JAN, at=now - 12 * DAY)
    sent(version, MIA, at=now - 20 * DAY)
    tasks.remind_of_cosigning()
    assert len(mails("jan@example.org")) == 2
    assert len(mails("fatima@example.org")) == 1


def test_a_sent_form_is_never_purged_while_it_waits(version: FormVersion) -> None:
    submission = sent(version, at=timezone.now() - 60 * DAY)
    FormDraft.objects.update(updated_at=timezone.now() - 60 * DAY)
    assert actions.purge_drafts(at=timezone.now()) == 1  # the shell of it
    assert submission.cosignatures.get()
    assert Dossier.objects.count() == 1


# --- Asking once more


def ask_again(at: datetime, by: Actor | None = None, **changes: Any) -> Cosignature:
    one = Cosignature.objects.get(name="Jan Peeters")
    return cosigning.ask_again(cosignature=one, by=by or Actor.citizen(), at=at, **changes)


def test_asking_once_more_leaves_the_first_link_working(version: FormVersion) -> None:
    sent(version)
    ask_again(town.MONDAY + DAY)
    first, second = mails()
    assert address_in(first) != address_in(second)
    assert CosignLink.objects.count() == 2


def test_a_corrected_address_makes_the_earlier_link_useless(version: FormVersion) -> None:
    sent(version)
    link = link_of()
    assert ask_again(town.MONDAY, email="Jan.Peeters@example.org").email == "jan.peeters@example.org"
    assert CosignLink.objects.from_token(address_in(mails()[0]).split("/")[3]) is None
    with pytest.raises(cosigning.LinkGone):
        cosigning.sign(link=link, name="Jan", declaration="Ja", by=Actor.citizen(), at=town.MONDAY)
    [mail] = mails("jan.peeters@example.org")
    assert CosignLink.objects.from_token(address_in(mail).split("/")[3]) is not None


@pytest.mark.parametrize("email", ["fatima+1@example.org", "MIA@example.org"])
def test_the_asker_and_another_cosigner_are_no_correction(version: FormVersion, email: str) -> None:
    sent(version, JAN, MIA)
    with pytest.raises(cosigning.AskRefused):
        ask_again(town.MONDAY + DAY, email=email)
    assert len(mails()) == 1


def test_a_citizen_asks_with_measure_and_a_clerk_as_often_as_needed(version: FormVersion) -> None:
    sent(version)
    with pytest.raises(cosigning.AskRefused, match="Wacht een minuut"):
        ask_again(town.MONDAY)
    for number in range(1, cosigning.ASKS_BY_CITIZEN):
        ask_again(town.MONDAY + number * timedelta(hours=1))
    with pytest.raises(cosigning.AskRefused, match="vandaag al veel"):
        ask_again(town.MONDAY + DAY)
    ask_again(town.MONDAY + DAY, by=Actor.staff(town.clerk()))


@pytest.mark.parametrize("answer", [sign, decline])
def test_who_answered_is_not_asked_again(version: FormVersion, answer: Any) -> None:
    sent(version)
    answer()
    with pytest.raises(cosigning.AskRefused, match="heeft al geantwoord"):
        ask_again(town.MONDAY + DAY)


def test_more_time_starts_a_new_term(version: FormVersion) -> None:
    sent(version)
    after = LAST_MOMENT + DAY
    cosigning.tell_lapsed(at=after)
    clerk = town.clerk()
    extended = ask_again(after, by=Actor.staff(clerk), until=date(2026, 12, 20))
    assert extended.state_at(after) is State.WAITING
    assert extended.until == date(2026, 12, 20)
    assert "zondag 20 december 2026" in mails()[-1]["text"]
    log = AccessLog.objects.get()
    assert (log.user, log.action, log.object_id) == (clerk, "ask_again", str(extended.pk))
    assert cosigning.tell_lapsed(at=after + DAY) == 0
    assert cosigning.tell_lapsed(at=after + 30 * DAY) == 1  # the new term is over too
    assert len(mails("fatima@example.org")) == 2


@pytest.mark.parametrize("until", [date(2026, 11, 22), date(2027, 3, 1)])
def test_a_day_that_is_past_or_far_away_is_refused(version: FormVersion, until: date) -> None:
    sent(version)
    with pytest.raises(cosigning.AskRefused) as refused:
        ask_again(town.MONDAY, by=Actor.staff(town.clerk()), until=until)
    assert refused.value.field == "until"


# --- The follow page


def follow(email: str = "fatima@example.org") -> FollowLink:
    return FollowLink.objects.get(email=email)


def test_the_follow_page_says_who_signed(version: FormVersion) -> None:
    sent(version, JAN, MIA, at=timezone.now())
    sign("Mia Claes", at=timezone.now())
    text = text_of(Client().get(follow().get_absolute_url()))
    assert "Wacht op medeondertekening: 1 van 2 ondertekend." in text
    assert "Jan Peeters ondertekende nog niet; dat kan tot en met" in text
    assert "Vraag het opnieuw, of verbeter een e-mailadres" in text


def test_queries_do_not_grow_with_the_people(django_assert_num_queries: Any) -> None:
    version = builder.published_form(cosigners_max=5, cosigner_who="de bestuursleden")
    for number, people in ((1, [JAN]), (2, [JAN, MIA, Cosigner("Els", "els@example.org")])):
        submission = sent(version, *people, at=timezone.now())
        link = FollowLink.objects.get(dossier=submission.dossier)
        with django_assert_num_queries(12):
            assert Client().get(link.get_absolute_url()).status_code == 200, number


def test_other_links_and_other_forms_show_nothing_of_it(version: FormVersion) -> None:
    submission = sent(version, at=timezone.now())
    other = FollowLink.objects.create(
        dossier=submission.dossier,
        email="ander@example.org",
        created_at=timezone.now(),
        expires_at=timezone.now() + DAY,
    )
    assert "Jan Peeters" not in text_of(Client().get(other.get_absolute_url()))
    assert Client().get(reverse("forms:cosign_again", args=[other.token])).status_code == 404
    assert Client().post(reverse("forms:cosign_again", args=["x"])).status_code == 404


def test_who_filled_in_corrects_an_address(version: FormVersion) -> None:
    sent(version, JAN, MIA, at=timezone.now() - DAY)
    sign("Mia Claes", at=timezone.now())
    address = reverse("forms:cosign_again", args=[follow().token])
    page = Client().get(address)
    assert "Mia" not in text_of(page)
    assert page["Referrer-Policy"] == "same-origin"
    jan = Cosignature.objects.get(name="Jan Peeters")
    wrong = Client().post(address, {"wie": jan.pk, f"m{jan.pk}-email": "fatima@example.org"})
    assert "Dit is het e-mailadres van wie het formulier invulde." in text_of(wrong)
    right = Client().post(address, {"wie": jan.pk, f"m{jan.pk}-email": "jan.peeters@example.org"}, follow=True)
    assert "We sturen Jan Peeters een nieuwe e-mail op jan.peeters@example.org." in text_of(right)
    assert len(mails("jan.peeters@example.org")) == 1
    mia = Cosignature.objects.get(name="Mia Claes")
    Client().post(address, {"wie": mia.pk, f"m{mia.pk}-email": "x@example.org"})
    assert Cosignature.objects.get(name="Mia Claes").email == "mia@example.org"


def test_a_cosigner_of_another_dossier_is_out_of_reach(version: FormVersion) -> None:
    sent(version, JAN, at=timezone.now() - DAY)
    sent(version, MIA, at=timezone.now() - DAY, email="els@example.org")
    mia = Cosignature.objects.get(name="Mia Claes")
    address = reverse("forms:cosign_again", args=[follow().token])
    Client().post(address, {"wie": mia.pk, f"m{mia.pk}-email": "dief@example.org"})
    assert Cosignature.objects.get(pk=mia.pk).email == "mia@example.org"


# --- The clerk


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_dossier_says_how_it_stands(version: FormVersion) -> None:
    submission = sent(version, JAN, MIA, at=timezone.now())
    clerk = signed_in(town.clerk())
    page = clerk.get(submission.dossier.get_absolute_url())
    assert "Wacht op medeondertekening: 0 van 2 ondertekend." in text_of(page)
    decline(reason="Ik weet van niets.", at=timezone.now())
    text = text_of(clerk.get(submission.dossier.get_absolute_url()))
    assert "Niet iedereen gaat akkoord." in text
    assert "Ik weet van niets." in text


def test_the_dossier_says_that_time_is_over(version: FormVersion) -> None:
    submission = sent(version, at=timezone.now() - 20 * DAY)
    text = text_of(signed_in(town.clerk()).get(submission.dossier.get_absolute_url()))
    assert "Niet iedereen ondertekende op tijd." in text
    assert "Vraag het opnieuw of geef meer tijd" in text


def test_a_clerk_gives_more_time(version: FormVersion) -> None:
    submission = sent(version, at=timezone.now() - 20 * DAY)
    one = submission.cosignatures.get()
    client = signed_in(town.clerk())
    address = reverse("form_cosignature", args=[one.pk])
    assert client.get(address).status_code == 200
    past = client.post(address, {"email": one.email, "until": "2020-01-01"})
    assert past.status_code == 422
    assert "Kies een dag in de toekomst." in past.content.decode()
    until = timezone.localdate() + timedelta(days=5)
    done = client.post(address, {"email": one.email, "until": until.isoformat()})
    assert done["Location"] == submission.dossier.get_absolute_url()
    assert Cosignature.objects.get().until == until
    assert {"view", "ask_again"} <= set(AccessLog.objects.values_list("action", flat=True))


def test_only_who_may_handle_the_dossier(version: FormVersion) -> None:
    address = reverse("form_cosignature", args=[sent(version, at=timezone.now()).cosignatures.get().pk])
    reader = town.staff("lies", "dossiers.view_dossier", teams=(town.team(),))
    other = town.staff("tom", "dossiers.view_dossier", "dossiers.handle_dossier", teams=(town.team("Andere"),))
    data = {"email": "dief@example.org", "until": timezone.localdate().isoformat()}
    assert Client().post(address, data).status_code == 302
    assert signed_in(reader).post(address, data).status_code in {302, 403}
    assert signed_in(other).post(address, data).status_code == 404
    assert Cosignature.objects.get().email == "jan@example.org"
