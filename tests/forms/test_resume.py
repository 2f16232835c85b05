"""Save and go on later: what is typed is kept, a link by mail, and where it leads."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.actors import Actor
from forms import actions, resuming
from forms.fields import registry
from forms.fields.base import Retention
from forms.keeping import KEPT, KEPT_WITH_LINK
from forms.models import FormDraft, FormVersion, ResumeLink
from integrations.models import Delivery
from tests import town
from tests.forms import builder
from tests.forms.builder import Citizen

pytestmark = [pytest.mark.django_db, pytest.mark.both]

ANN = "ann@example.org"


@pytest.fixture
def version() -> FormVersion:
    return builder.published_form()


def page_of(response: Any, status: int = 200) -> BeautifulSoup:
    assert response.status_code == status, response.content.decode()
    return BeautifulSoup(response.content, "html.parser")


def text_of(response: Any, status: int = 200) -> str:
    return " ".join(page_of(response, status).main.get_text(" ").split())


def save(citizen: Citizen, number: int, **typed: Any) -> Any:
    return citizen.client.post(citizen.address("step", number), typed | {"bewaren": "1"})


def send_link(draft: FormDraft, email: str = ANN, at: datetime = town.MONDAY) -> ResumeLink:
    return resuming.send_resume_link(draft=draft, email=email, by=Actor.citizen(), at=at)


def link_in(mail: Delivery) -> str:
    found = re.search(r"/formulieren/verder/[^\s]+/", mail.payload["text"])
    assert found, mail.payload["text"]
    return found[0]


def last_link() -> str:
    return link_in(Delivery.objects.filter(kind="form-link").latest("pk"))


# --- What is typed


def test_what_is_typed_comes_back_as_typed_and_without_errors(version: FormVersion) -> None:
    citizen = Citizen().start()
    response = save(citizen, 3, naam="Fatima", email="fatima@", telefoon="12")
    assert response["Location"] == citizen.address("save") + "?stap=3"
    page = page_of(citizen.get("step", 3))
    assert [page.find(id=f"id_{key}")["value"] for key in ("naam", "email", "telefoon")] == ["Fatima", "fatima@", "12"]
    assert not page.select(".govuk-error-message:not([hidden]), .govuk-error-summary, [aria-invalid]")
    assert not page.title.get_text().startswith("Fout:")
    assert "werkte deze stap niet af" in page.main.get_text()
    assert citizen.draft.answers == {}


def test_what_is_right_is_kept_as_an_answer(version: FormVersion) -> None:
    citizen = Citizen().start()
    save(citizen, 1, wat="losse-tegel", verhaal="Diep")
    assert citizen.draft.answers == {"wat": "losse-tegel", "verhaal": "Diep"}
    assert citizen.draft.typed == {}


def test_errors_show_once_the_step_is_sent_and_then_what_was_typed_is_an_answer(version: FormVersion) -> None:
    citizen = Citizen().start()
    save(citizen, 3, naam="Fatima", email="fatima@")
    page = page_of(citizen.fill_in(3, naam="Fatima", email="fatima@"))
    assert page.title.get_text().startswith("Fout:")
    citizen.fill_in(3, naam="Fatima", email="fatima@example.org")
    assert citizen.draft.typed == {}
    assert "werkte deze stap niet af" not in text_of(citizen.get("step", 3))


def test_a_form_with_something_typed_and_unfinished_is_not_sent(version: FormVersion) -> None:
    citizen = Citizen().start().fill_in_everything()
    save(citizen, 3, naam="Fatima El Amrani", email="nieuw@")  # better known than the old address, and not right yet
    assert citizen.get("check")["Location"] == citizen.address("step", 3)
    assert citizen.send()["Location"] == citizen.address("step", 3)
    with pytest.raises(actions.Incomplete):
        actions.submit(draft=citizen.draft, by=Actor.citizen(), at=town.MONDAY)


@pytest.mark.parametrize(
    "typed", ["\x00\x07weg", "🎉 مرحبا", "x" * 100_000, "<script>alert(1)</script>", "regel\r\nregel", "\ud800"]
)
def test_whatever_is_typed_can_be_kept(version: FormVersion, typed: str) -> None:
    citizen = Citizen().start()
    body = {"wat": "gat", "verhaal": typed.encode("utf-8", "replace").decode(), "andere": "niet van dit formulier"}
    assert save(citizen, 1, **body).status_code == 302
    kept = citizen.draft.typed[version.schema["steps"][0]["key"]]
    assert set(kept) == {"wat", "verhaal"}
    assert citizen.get("step", 1).status_code == 200


def test_sensitive_text_is_never_kept_as_typed(version: FormVersion, monkeypatch: Any) -> None:
    monkeypatch.setattr(registry["place"], "retention", Retention.SENSITIVE)
    citizen = Citizen().start()
    save(citizen, 2, waar="x" * 5000)
    assert citizen.draft.typed == {}
    save(citizen, 1, wat="gat", verhaal="Blijft")
    assert "Blijft" in str(citizen.draft.typed)


def test_rows_come_back_as_they_were_typed() -> None:
    children = builder.question(
        "repeat", "Welke kinderen?", key="kinderen", row_label="kind", minimum=1, maximum=5,
        questions=[
            builder.question("text", "Voornaam", key="voornaam"), builder.question("date", "Geboren op", key="geboren"),
        ],
    )  # fmt: skip
    builder.published_form(builder.step("Kinderen", children), builder.step("Wie", builder.NAME, builder.EMAIL))
    citizen = Citizen().start()
    typed = {
        "kinderen-rij": ["0", "3"],
        "kinderen-0-voornaam": "Mo",
        "kinderen-0-geboren_0": "31",
        "kinderen-0-geboren_1": "2",
        "kinderen-0-geboren_2": "2020",
        "kinderen-3-voornaam": "",
        "kinderen-3-geboren_0": "1",
    }
    save(citizen, 1, **typed)
    page = page_of(citizen.get("step", 1))
    shown = {field["name"]: field.get("value", "") for field in page.select("main input[name^=kinderen-]")}
    assert {name: shown[name] for name in typed if name != "kinderen-rij"} == {
        name: value for name, value in typed.items() if name != "kinderen-rij"
    }
    assert not page.select(".govuk-error-message:not([hidden])")


def test_what_was_typed_on_a_step_that_no_longer_applies_holds_nobody_up() -> None:
    about = {"question": builder.block_id("Wat is er aan de hand?"), "test": "is", "value": "Put in de weg"}
    only = {"mode": "all", "rules": [{"type": "rule", "value": about}]}
    extra = builder.step("De put", builder.question("text", "Hoe diep?", key="diep"))
    extra["value"]["when"] = only
    builder.published_form(builder.step("Wat", builder.WHAT), extra, builder.step("Wie", builder.NAME, builder.EMAIL))
    citizen = Citizen().start()
    citizen.fill_in(1, wat="put-in-de-weg")
    save(citizen, 2, diep="")
    citizen.fill_in(3, naam="Ann", email=ANN)
    assert citizen.get("check")["Location"] == citizen.address("step", 2)
    citizen.fill_in(1, wat="losse-tegel")
    assert citizen.get("check").status_code == 200
    assert citizen.send()["Location"] == citizen.address("done")


def test_a_chosen_picture_is_kept_when_saving(version: FormVersion) -> None:
    citizen = Citizen().start()
    save(citizen, 2, waar="", foto=builder.picture())
    assert citizen.draft.answers["foto"]["name"] == "tegel.jpg"


# --- Asking the link


def test_the_page_asks_an_address_and_knows_the_one_given(version: FormVersion) -> None:
    citizen = Citizen().start()
    citizen.fill_in(3, naam="Ann", email="Ann@Example.org")
    page = page_of(citizen.get("save", stap="3"))
    assert page.find(id="id_email")["value"] == ANN
    assert page.find(id="id_email")["autocomplete"] == "email"
    assert page.select_one(".govuk-back-link")["href"] == citizen.address("step", 3)
    assert (
        page_of(citizen.get("save", stap="//evil")).select_one(".govuk-back-link")["href"].startswith("/formulieren/")
    )


@pytest.mark.parametrize("address", ["", "ann@", "ann@example.org, jan@example.org", "a\nb@example.org"])
def test_an_address_that_is_none_is_refused_at_its_place(version: FormVersion, address: str) -> None:
    citizen = Citizen().start()
    page = page_of(citizen.client.post(citizen.address("save"), {"email": address}))
    assert page.title.get_text().startswith("Fout:")
    assert page.select_one(".govuk-error-summary a")["href"] == "#id_email"
    assert not Delivery.objects.exists()


def test_the_mail_holds_title_link_and_date_and_nothing_else_of_the_citizen(version: FormVersion) -> None:
    citizen = Citizen().start().fill_in_everything()
    response = citizen.client.post(citizen.address("save"), {"email": ANN})
    assert response["Location"] == citizen.address("saved")
    mail = Delivery.objects.get()
    assert mail.payload["to"] == [ANN]
    assert mail.payload["subject"] == "Ga verder met uw formulier: Melding openbaar domein"
    assert mail.expires_at == citizen.draft.kept_until
    for secret in ("Fatima", "Statielei", "losse", "fatima@", str(citizen.uuid), citizen.draft.pk.hex):
        assert secret not in mail.payload["text"]
    link = ResumeLink.objects.get()
    assert link.token_hash not in mail.payload["text"]
    assert last_link().split("/")[-2] not in str(vars(link))
    assert ANN in text_of(citizen.get("saved"))


def test_sensitive_text_inside_a_row_is_not_kept_either(monkeypatch: Any) -> None:
    rows = builder.question(
        "repeat",
        "Wie?",
        key="wie",
        row_label="persoon",
        questions=[builder.question("text", "Voornaam", key="voornaam")],
    )
    builder.published_form(builder.step("Wie", rows, builder.NAME, builder.EMAIL))
    monkeypatch.setattr(registry["text"], "retention", Retention.SENSITIVE)
    citizen = Citizen().start()
    save(citizen, 1, **{"wie-rij": "0", "wie-0-voornaam": "Mo", "naam": "An", "email": "fout"})
    assert list(citizen.draft.typed.values()) == [{"email": ["fout"]}]


def test_a_minute_between_two_mails_and_five_a_day(version: FormVersion) -> None:
    draft = actions.start(version=version, role="burger", by=Actor.citizen(), at=town.MONDAY)  # type: ignore[arg-type]
    for number in range(5):
        at = town.MONDAY + timedelta(minutes=number)
        send_link(draft, at=at)
        with pytest.raises(resuming.TooManyLinks, match="minuut"):
            send_link(draft, at=at + timedelta(seconds=59))
    with pytest.raises(resuming.TooManyLinks, match="vandaag"):
        send_link(draft, at=town.MONDAY + timedelta(hours=23))
    with pytest.raises(resuming.TooManyLinks, match="vandaag"):
        send_link(draft, email="jan@example.org", at=town.MONDAY + timedelta(hours=23))
    send_link(draft, at=town.MONDAY + timedelta(days=1, minutes=1))


def test_nobodys_mailbox_is_filled_through_many_forms(version: FormVersion) -> None:
    for number in range(5):
        draft = actions.start(version=version, role="burger", by=Actor.citizen(), at=town.MONDAY)  # type: ignore[arg-type]
        send_link(draft, at=town.MONDAY + timedelta(minutes=number))
    with pytest.raises(resuming.TooManyLinks):
        send_link(draft, at=town.MONDAY + timedelta(hours=1))


def test_a_refusal_is_read_at_the_address_and_the_form_stays(version: FormVersion) -> None:
    citizen = Citizen().start()
    citizen.client.post(citizen.address("save"), {"email": ANN})
    page = page_of(citizen.client.post(citizen.address("save"), {"email": ANN}))
    assert "Wacht een minuut" in page.select_one(".govuk-error-message").get_text()
    assert (
        citizen.client.post(citizen.address("save"), {"email": "anne@example.org"}).status_code == 302
    )  # a typo mended


# --- Opening the link


def opened_elsewhere(address: str) -> tuple[Client, Any]:
    phone = Client()
    return phone, phone.post(address)


def test_the_link_opens_the_form_elsewhere_only_when_somebody_clicks(version: FormVersion) -> None:
    citizen = Citizen().start()
    citizen.fill_in(1, wat="losse-tegel")
    send_link(citizen.draft)
    phone = Client()
    response = phone.get(last_link())
    text = text_of(response)
    assert "Melding openbaar domein" in text
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Robots-Tag"] == "noindex"
    assert "no-store" in response["Cache-Control"]
    assert phone.head(last_link()).status_code == 200
    assert phone.get(citizen.address("step", 2)).status_code == 404  # looking changed nothing
    response = phone.post(last_link())
    assert response["Location"] == citizen.address("step", 2)
    assert phone.get(citizen.address("step", 1)).status_code == 200


def test_the_link_works_on_phone_and_computer_again_and_again(version: FormVersion) -> None:
    citizen = Citizen().start().fill_in_everything()
    send_link(citizen.draft)
    for _device in range(3):
        device, response = opened_elsewhere(last_link())
        assert response["Location"] == citizen.address("check")
        assert device.get(citizen.address("check")).status_code == 200


def test_an_earlier_link_keeps_working_after_a_newer_one(version: FormVersion) -> None:
    citizen = Citizen().start()
    send_link(citizen.draft)
    first = last_link()
    send_link(citizen.draft, at=town.MONDAY + timedelta(hours=1))
    assert first != last_link()
    assert Client().get(first).status_code == Client().get(last_link()).status_code == 200


def test_a_wrong_withdrawn_or_forgotten_link_says_so_and_reveals_nothing(version: FormVersion) -> None:
    citizen = Citizen().start()
    wrong = Client().get("/formulieren/verder/abc/")
    assert "Deze link werkt niet meer" in text_of(wrong, 404)
    send_link(citizen.draft)
    address = last_link()
    assert Client().get(address).status_code == 200
    resuming.revoke_resume_links(draft=citizen.draft, by=Actor.citizen(), at=town.MONDAY)
    assert Client().get(address).content == wrong.content
    assert Client().post(address).status_code == 404
    send_link(citizen.draft, at=town.MONDAY + timedelta(hours=1))
    address = last_link()
    citizen.draft.delete()
    assert Client().get(address).content == wrong.content


def test_a_link_of_a_sent_form_says_that_and_no_more(version: FormVersion) -> None:
    citizen = Citizen().start().fill_in_everything()
    send_link(citizen.draft)
    citizen.send()
    for response in (Client().get(last_link()), Client().post(last_link())):
        text = text_of(response, 410)
        assert "U hebt dit formulier al verstuurd" in text
        assert "MEL-" not in text
        assert "Melding" not in text
        assert "Fatima" not in text
    with pytest.raises(actions.AlreadySubmitted):
        send_link(citizen.draft, at=town.MONDAY + timedelta(hours=1))


def test_sensitive_answers_are_asked_again_elsewhere_but_not_here(version: FormVersion, monkeypatch: Any) -> None:
    monkeypatch.setattr(registry["place"], "retention", Retention.SENSITIVE)
    citizen = Citizen().start().fill_in_everything()
    send_link(citizen.draft)
    citizen.client.post(last_link())
    assert citizen.draft.answers["waar"] == "Statielei 10"
    _phone, response = opened_elsewhere(last_link())
    assert response["Location"] == citizen.address("step", 2)
    assert "waar" not in citizen.draft.answers
    assert citizen.draft.answers["naam"] == "Fatima El Amrani"


def test_who_opens_it_elsewhere_is_not_proven_to_be_that_person(version: FormVersion) -> None:
    """Else the link would show what the register knows."""
    citizen = Citizen().start()
    FormDraft.objects.update(party=town.report().dossier.initiator)
    send_link(citizen.draft)
    citizen.client.post(last_link())
    assert citizen.draft.party
    opened_elsewhere(last_link())
    assert citizen.draft.party is None


def test_a_form_of_the_desk_has_no_link(version: FormVersion) -> None:
    """Who opened it would be taken for the member of staff."""
    citizen = Citizen().start().fill_in_everything()
    clerk = town.staff("bo", "forms.fill_in_at_desk")
    FormDraft.objects.update(role="balie", filled_in_by=clerk)
    citizen.client.force_login(clerk)
    for page in (citizen.get("step", 1), citizen.get("check")):
        assert "Bewaren en later verdergaan" not in page.content.decode()
    page = page_of(citizen.client.post(citizen.address("save"), {"email": ANN}))
    assert "aan de balie" in page.select_one(".govuk-error-message").get_text()
    assert not ResumeLink.objects.exists()


def test_a_form_can_be_closed_on_a_shared_computer(version: FormVersion) -> None:
    citizen = Citizen().start().fill_in_everything()
    citizen.client.post(citizen.address("save"), {"email": ANN})
    response = citizen.client.post(citizen.address("saved"), {"sluiten": "1"})
    start = text_of(citizen.client.get(response["Location"]))
    assert "gesloten op dit toestel" in start
    assert "U was al bezig" not in start
    assert citizen.get("check").status_code == 404
    assert opened_elsewhere(last_link())[1].status_code == 302


def test_a_link_to_a_wrong_address_can_be_made_useless(version: FormVersion) -> None:
    citizen = Citizen().start()
    citizen.client.post(citizen.address("save"), {"email": "jan@example.org"})
    wrong = last_link()
    response = citizen.client.post(citizen.address("saved"), {"intrekken": "1"})
    assert response["Location"] == citizen.address("save")
    assert Client().get(wrong).status_code == 404
    assert citizen.get("saved")["Location"] == citizen.address("save")
    citizen.client.post(citizen.address("save"), {"email": ANN})
    assert Client().get(last_link()).status_code == 200


def test_only_the_browser_that_holds_it_asks_a_link(version: FormVersion) -> None:
    owner, stranger = Citizen().start(), Citizen().start()
    stranger.uuid = owner.uuid
    for page in ("save", "saved", "closed"):
        assert stranger.get(page).status_code == 404
        assert stranger.client.post(stranger.address(page), {"email": ANN, "stuur": "1"}).status_code == 404
    assert stranger.client.post(stranger.address("keep"), {"stap": "1", "wat": "gat"}).status_code == 404
    assert not ResumeLink.objects.exists()
    assert owner.draft.typed == {}


# --- How long


def purge_at(moment: datetime) -> None:
    actions.purge_drafts(at=moment)


def test_a_form_with_a_link_is_kept_longer(version: FormVersion) -> None:
    with_link, without = Citizen().start(), Citizen().start()
    send_link(with_link.draft, at=timezone.now())
    touched = timezone.now()
    assert without.draft.kept_until - without.draft.updated_at == KEPT
    purge_at(touched + KEPT + timedelta(hours=1))
    assert list(FormDraft.objects.all()) == [with_link.draft]
    assert with_link.draft.kept_until - with_link.draft.updated_at == KEPT_WITH_LINK
    purge_at(touched + KEPT_WITH_LINK - timedelta(hours=1))
    assert FormDraft.objects.exists()
    purge_at(touched + KEPT_WITH_LINK + timedelta(hours=1))
    assert not FormDraft.objects.exists()
    assert not ResumeLink.objects.exists()


def test_without_a_usable_link_the_short_term_holds(version: FormVersion) -> None:
    citizen = Citizen().start()
    send_link(citizen.draft, at=timezone.now())
    resuming.revoke_resume_links(draft=citizen.draft, by=Actor.citizen(), at=timezone.now())
    purge_at(timezone.now() + KEPT + timedelta(hours=1))
    assert not FormDraft.objects.exists()


def test_one_reminder_three_days_before(version: FormVersion) -> None:
    citizen = Citizen().start().fill_in_everything()
    send_link(citizen.draft, at=town.MONDAY)
    silent = Citizen().start()
    FormDraft.objects.update(updated_at=town.MONDAY)
    assert resuming.remind(at=town.MONDAY + timedelta(days=26, hours=23)) == 0
    moment = town.MONDAY + timedelta(days=27, hours=1)
    assert resuming.remind(at=moment) == 1
    assert resuming.remind(at=moment + timedelta(days=1)) == 0
    mail = Delivery.objects.latest("pk")
    assert mail.payload["to"] == [ANN]
    assert mail.payload["subject"] == "We bewaren uw formulier nog drie dagen: Melding openbaar domein"
    assert "woensdag 23 december 2026" in mail.payload["text"]
    assert "Fatima" not in mail.payload["text"]
    assert Client().get(link_in(mail)).status_code == 200
    assert Client().get(link_in(Delivery.objects.earliest("pk"))).status_code == 200
    assert citizen.draft.updated_at == town.MONDAY  # the reminder is no activity
    assert silent.draft.reminded_at is None


@pytest.mark.parametrize("state", ["sent", "withdrawn", "too late"])
def test_no_reminder_of_what_is_over(version: FormVersion, state: str) -> None:
    citizen = Citizen().start().fill_in_everything()
    send_link(citizen.draft, at=town.MONDAY)
    if state == "sent":
        citizen.send()
    if state == "withdrawn":
        resuming.revoke_resume_links(draft=citizen.draft, by=Actor.citizen(), at=town.MONDAY)
    FormDraft.objects.update(updated_at=town.MONDAY)
    days = 31 if state == "too late" else 28
    assert resuming.remind(at=town.MONDAY + timedelta(days=days)) == 0


def test_coming_back_by_the_link_is_activity(version: FormVersion) -> None:
    citizen = Citizen().start()
    send_link(citizen.draft)
    FormDraft.objects.update(updated_at=timezone.now() - timedelta(days=20))
    opened_elsewhere(last_link())
    assert citizen.draft.updated_at > timezone.now() - timedelta(minutes=1)


# --- On the same device


def test_the_start_page_shows_what_is_half_done(version: FormVersion) -> None:
    citizen = Citizen().start()
    citizen.fill_in(1, wat="losse-tegel")
    FormDraft.objects.update(updated_at=timezone.now() - timedelta(days=1))
    start = reverse("forms:start", args=[citizen.slug])
    page = page_of(citizen.client.get(start))
    text = " ".join(page.main.get_text(" ").split())
    assert "U was al bezig" in text
    assert "gisteren" in text
    assert "stap 2 van 3" in text
    assert page.find("a", string="Ga verder")["href"] == citizen.address("step", 2)
    assert page.find("button", string=re.compile("Begin opnieuw"))
    assert "U was al bezig" not in text_of(Client().get(start))
    response = citizen.client.post(start)
    assert citizen.uuid not in response["Location"]
    assert citizen.get("step", 2).status_code == 200  # two tabs: nothing of the first one is lost


def test_a_sent_form_is_not_half_done(version: FormVersion) -> None:
    citizen = Citizen().start().fill_in_everything()
    start = reverse("forms:start", args=[citizen.slug])
    assert "U vulde alles in" in text_of(citizen.client.get(start))
    citizen.send()
    assert "U was al bezig" not in text_of(citizen.client.get(start))


def test_who_saves_after_sending_in_another_tab_reads_that_it_is_not_kept(version: FormVersion) -> None:
    citizen = Citizen().start().fill_in_everything()
    citizen.send()
    response = citizen.fill_in(1, wat="iets-anders")
    assert "niet meer bewaard" in text_of(citizen.client.get(response["Location"]))
    assert "niet meer bewaard" not in text_of(citizen.client.get(citizen.get("check")["Location"]))
