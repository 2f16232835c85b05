"""Who gave no e-mail address: a link by text message leads to everything that others do on the follow page."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.actors import Actor
from dossiers import actions
from dossiers.actions import Opened, my_dossiers
from dossiers.models import CitizenLogin, CitizenLoginCount, Contact, Dossier, FollowLink, Message
from integrations.models import Delivery, SmsGateway
from integrations.sms_text import size
from tests import town
from tests.dossiers.test_messages import ask, page, process, write
from tests.plain_text import places_of

pytestmark = [pytest.mark.django_db, pytest.mark.both]

NUMBER = "+32470123456"


def shown(response: Any) -> str:
    return BeautifulSoup(response.content, "html.parser").get_text(" ", strip=True)


@pytest.fixture(autouse=True)
def _texting() -> None:
    SmsGateway.objects.create(
        name="Sms", provider="generic", sender="Mortsel", secret="geheim", address="https://sms.example", enabled=True
    )
    process()


def report(**more: Any) -> Opened:
    return town.report(**{"email": "", "phone": "0470/12.34.56", "at": timezone.now() - timedelta(hours=1)} | more)


def texts() -> list[str]:
    """The links by text message, the newest last."""
    told = Delivery.objects.filter(connector="sms").order_by("pk")
    return [f[1] for each in told if (f := re.search(r"https?://[^/]+(/volg/mijn/\S+)", each.payload["text"]))]


def by_text(client: Client, link: FollowLink, **more: Any) -> Any:
    return client.post(reverse("follow_by_text", args=[link.token]), **more)


def opened_by_text(client: Client, opened: Opened) -> FollowLink:
    """The page that the text message led to."""
    by_text(client, opened.follow_link)
    client.post(texts()[-1])
    return FollowLink.objects.exclude(phone="").latest("created_at")


# --- From the page of a dossier ---------------------------------------------------------------------------------------


def test_the_short_link_shows_the_status_and_offers_a_link_by_text_message(client: Client) -> None:
    opened = report()
    text = shown(client.get(f"/v/{opened.follow_link.code}", follow=True))
    assert "Ontvangen (burger)" in text
    assert "Wat kunt u doen?" not in text
    for words in ("Stuur mij een link per sms", "Bel ons op", "kom naar het stadhuis", opened.dossier.number):
        assert words in text


def test_the_text_message_opens_the_whole_page(client: Client) -> None:
    opened = report()
    assert "Een link per sms krijgen" in shown(client.get(reverse("follow_by_text", args=[opened.follow_link.token])))
    assert not texts()  # looking sends nothing
    sent = by_text(client, opened.follow_link)
    assert "Kijk op uw gsm" in shown(client.get(sent.url))
    message = Delivery.objects.filter(connector="sms").latest("pk")
    assert message.payload["to"] == NUMBER
    assert opened.dossier.number in message.payload["text"]
    assert size(message.payload["text"]).parts == 1
    assert message.expires_at is not None
    assert message.expires_at < timezone.now() + timedelta(minutes=16)
    (link,) = texts()
    for _scanner in range(2):
        assert "Toon mijn aanvraag" in shown(Client().get(link))
    assert not FollowLink.objects.exclude(phone="").exists()
    followed = client.post(link, follow=True)
    assert "Wat kunt u doen?" in shown(followed)
    assert "Ze blijft een dag open." in shown(followed)
    assert client.post(link).status_code == 404
    mine = FollowLink.objects.exclude(phone="").get()
    assert "Hier is het." in shown(client.get(write(client, mine, "Hier is het.").url))
    assert Message.objects.get().contact.dossier == opened.dossier  # type: ignore[union-attr]


def test_what_is_asked_is_read_and_answered_there_and_one_withdraws(client: Client) -> None:
    opened = report()
    ask(opened.dossier)
    data: dict[str, Any] = {"text": "Hoe breed is de poort?", "token": uuid4()}
    actions.answer_message(dossier=opened.dossier, by=Actor.staff(town.clerk("bo")), at=timezone.now(), **data)
    assert "Hoe breed is de poort?" not in shown(client.get(opened.follow_link.get_absolute_url()))
    mine = opened_by_text(client, opened)
    assert "Hoe breed is de poort?" in shown(client.get(mine.get_absolute_url()))
    write(client, mine, "Drie meter.")
    opened.dossier.refresh_from_db()
    assert opened.dossier.status.key == "ontvangen"
    client.post(page(mine, "withdraw"), {"reason": "Al hersteld"})
    opened.dossier.refresh_from_db()
    assert opened.dossier.status.milestone == "withdrawn"


@pytest.mark.parametrize("given", [{"phone": ""}, {"phone": "03 444 17 17"}, {"phone": "geen"}])
def test_the_answer_is_the_same_when_there_is_no_mobile_number(client: Client, given: dict[str, str]) -> None:
    known, other = report(), report(name="Jan", **given)
    said = [by_text(client, opened.follow_link, follow=True) for opened in (known, other)]
    assert shown(said[0]) == shown(said[1])
    assert len(texts()) == 1
    before = [shown(client.get(opened.follow_link.get_absolute_url())) for opened in (known, other)]
    assert ["Stuur mij een link per sms" in each for each in before] == [True, True]


def test_no_more_than_a_few_an_hour_to_one_number_and_from_one_connection(client: Client) -> None:
    opened = report()
    for _time in range(my_dossiers.PER_NUMBER + 2):
        assert by_text(client, opened.follow_link, REMOTE_ADDR="198.51.100.7").status_code == 302
    client.post("/volg/", {"to": "0470 12 34 56"}, REMOTE_ADDR="198.51.100.7")
    assert len(texts()) == my_dossiers.PER_NUMBER
    asked = my_dossiers.PER_NUMBER + 3
    answers = [by_text(client, opened.follow_link, REMOTE_ADDR="198.51.100.7") for _time in range(asked, 22)]
    assert [answer.status_code for answer in answers].count(429) == 22 - my_dossiers.PER_NETWORK
    assert "te veel links gevraagd" in shown(answers[-1])
    assert not CitizenLoginCount.objects.filter(subject__contains="470").exists()


def test_the_page_stays_open_for_a_day_and_that_link_is_told_to_nobody(client: Client) -> None:
    opened = report()
    mine = opened_by_text(client, opened)
    now = timezone.now()
    assert timedelta(hours=23) < mine.expires_at - now < timedelta(hours=25)
    actions.answer_message(
        dossier=opened.dossier, text="Dag", token=uuid4(), by=Actor.staff(town.clerk()), at=timezone.now()
    )
    told = Delivery.objects.filter(connector="sms").latest("pk").payload["text"]
    assert opened.follow_link.short_address in told
    assert mine.code
    assert mine.code not in told
    renewed = actions.revoke_follow_links(dossier=opened.dossier, by=Actor.system("Test"), at=now)
    assert (renewed.email, renewed.phone) == ("", "")
    assert client.get(mine.get_absolute_url()).status_code == 404
    FollowLink.objects.filter(pk=mine.pk).update(revoked_at=None, expires_at=now)
    assert client.get(mine.get_absolute_url()).status_code == 404
    my_dossiers.purge_logins(at=timezone.now())
    assert not FollowLink.objects.filter(pk=mine.pk).exists()


def test_the_token_itself_stands_in_the_message_only(client: Client) -> None:
    by_text(client, report().follow_link)
    token = texts()[0].split("/")[3]
    assert places_of(token) == ["integrations_delivery.payload"]


def test_somebody_with_an_e_mail_address_is_asked_nothing(client: Client) -> None:
    opened = report(email="fatima@example.org")
    old = FollowLink.objects.create(
        dossier=opened.dossier,
        email="oud@example.org",
        created_at=timezone.now(),
        expires_at=timezone.now() + timedelta(days=1),
    )
    for link in (opened.follow_link, old):
        assert "per sms" not in shown(client.get(link.get_absolute_url()))
        assert client.get(reverse("follow_by_text", args=[link.token])).url == link.get_absolute_url()
        assert by_text(client, link).url == link.get_absolute_url()
    assert client.get(reverse("follow_by_text", args=["abc"])).status_code == 404
    assert not texts()


def test_in_a_town_without_text_messages_the_page_says_whom_to_call(client: Client) -> None:
    SmsGateway.objects.update(enabled=False)
    opened = report()
    text = shown(client.get(opened.follow_link.get_absolute_url()))
    assert "per sms" not in text
    assert "Bel ons op" in text
    assert by_text(client, opened.follow_link).url == opened.follow_link.get_absolute_url()


def test_the_button_is_guarded_against_other_websites() -> None:
    assert by_text(Client(enforce_csrf_checks=True), report().follow_link).status_code == 403


# --- Mijn dossiers ----------------------------------------------------------------------------------------------------


def test_my_dossiers_by_mobile_number(client: Client) -> None:
    report(subject="Losse tegel")
    report(subject="Sluikstort", phone="+32 470 12 34 56")
    report(subject="Van een ander", name="Jan", phone="0470 12 34 57")
    report(subject="Per mail", email="fatima@example.org")
    report(subject="Koos sms", email="fatima@example.org", reply_by="sms")
    assert "Uw e-mailadres of gsm-nummer" in shown(client.get("/volg/"))
    sent = client.post("/volg/", {"to": " 0470 12 34 56 "}, follow=True)
    assert "Kijk op uw gsm" in shown(sent)
    (link,) = texts()
    assert "Toon mijn dossiers" in shown(client.get(link))
    text = shown(client.post(link, follow=True))
    assert [subject in text for subject in ("Losse tegel", "Sluikstort", "Koos sms")] == [True] * 3
    assert [subject in text for subject in ("Van een ander", "Per mail")] == [False] * 2
    assert NUMBER in text
    first = BeautifulSoup(client.get("/volg/").content, "html.parser").select_one(".loket-dossiers a")
    assert first is not None
    assert "Wat kunt u doen?" in shown(client.get(str(first["href"])))
    client.post("/volg/afmelden/")
    assert client.get(str(first["href"])).status_code == 404  # who logs out on a shared computer leaves no page open


def test_an_unknown_number_gets_the_same_answer_and_is_kept_nowhere(client: Client) -> None:
    report()
    said = [client.post("/volg/", {"to": number}, follow=True) for number in ("0470 12 34 56", "0470 99 99 99")]
    assert shown(said[0]) == shown(said[1])
    assert len(texts()) == 1
    assert CitizenLogin.objects.count() == 1
    assert not places_of("470999999")


@pytest.mark.parametrize("typed", ["03 444 17 17", "0470", "Fatima", "fatima@", ""])
def test_what_is_neither_is_refused_at_its_place_and_kept(client: Client, typed: str) -> None:
    response = client.post("/volg/", {"to": typed})
    assert response.status_code == 422
    field = BeautifulSoup(response.content, "html.parser").select_one("input[name=to]")
    assert field is not None
    assert field.get("value", "") == typed
    assert "Vul" in shown(response)


def test_an_e_mail_address_still_works_there(client: Client) -> None:
    report(email="fatima@example.org")
    assert "Kijk in uw mailbox" in shown(client.post("/volg/", {"to": "fatima@example.org"}, follow=True))
    assert Delivery.objects.latest("pk").payload["to"] == ["fatima@example.org"]


# --- Another number ---------------------------------------------------------------------------------------------------


def change(client: Client, link: FollowLink, **data: str) -> Any:
    return client.post(page(link, "contact_data"), {"email": "", "phone": "", "reply_by": ""} | data, follow=True)


def test_another_number_is_proven_anew_and_the_old_one_is_told(client: Client) -> None:
    opened = report()
    mine = opened_by_text(client, opened)
    response = change(client, mine, phone="0470 99 99 99")
    assert "We hebben uw nieuwe nummer." in shown(response)
    assert "Wat kunt u doen?" not in shown(response)
    assert "Stuur mij een link per sms" in shown(response)
    told = Delivery.objects.filter(connector="sms").latest("pk").payload
    assert told["to"] == NUMBER
    assert "Was u dat niet? Bel ons:" in told["text"]
    assert "99" not in told["text"]
    by_text(client, mine)
    assert Delivery.objects.filter(connector="sms").latest("pk").payload["to"] == "+32470999999"


def test_nobody_is_bothered_by_numbers_that_change_again_and_again(client: Client) -> None:
    opened = report(email="fatima@example.org", reply_by="sms")
    before = Delivery.objects.filter(connector="sms").count()
    for time in range(6):
        number = "0470 99 99 99" if time % 2 == 0 else "0470 12 34 56"
        change(client, opened.follow_link, email="fatima@example.org", reply_by="sms", phone=number)
    told = [each.payload["to"] for each in Delivery.objects.filter(connector="sms").order_by("pk")[before:]]
    assert told == [NUMBER, "+32470999999"] * my_dossiers.PER_NUMBER
    change(client, opened.follow_link, email="fatima@example.org", reply_by="sms", phone="0470 99 99 99")
    assert Delivery.objects.filter(connector="sms").count() == before + len(told)


def test_who_has_no_e_mail_address_keeps_a_mobile_number(client: Client) -> None:
    mine = opened_by_text(client, report())
    for phone in ("", "03 444 17 17"):
        assert "Vul een gsm-nummer in: we hebben geen e-mailadres van u." in shown(change(client, mine, phone=phone))
    assert Contact.objects.get().given_mobile == NUMBER


def test_an_e_mail_address_can_be_added_and_becomes_the_way(client: Client) -> None:
    mine = opened_by_text(client, report())
    change(client, mine, phone="0470 12 34 56", email="nieuw@example.org")
    address = re.search(r"(/volg/adres/\S+)", Delivery.objects.latest("pk").payload["text"])
    assert address
    followed = client.post(address[1], follow=True)
    assert "Wat kunt u doen?" in shown(followed)
    assert "Wat kunt u doen?" not in shown(client.get(mine.get_absolute_url()))


# --- Ground -----------------------------------------------------------------------------------------------------------


def test_the_database_knows_one_road_for_each_link() -> None:
    link = report().follow_link
    now = timezone.now()
    FollowLink.objects.filter(pk=link.pk).update(email="a@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        FollowLink.objects.filter(pk=link.pk).update(phone=NUMBER)
    for roads in ({"email": "a@example.org", "phone": NUMBER}, {}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CitizenLogin.objects.create(token_hash=str(roads), created_at=now, expires_at=now, **roads)


def test_contacts_of_before_are_found_by_their_number() -> None:
    from importlib import import_module

    from django.apps import apps

    report()
    report(phone="03 444 17 17")
    Contact.objects.update(given_mobile="")
    import_module("dossiers.migrations.0013_conversation").write_mobile_numbers(apps, None)
    assert [dossier.pk for dossier in my_dossiers.dossiers_of_number(NUMBER)] == [Dossier.objects.first().pk]  # type: ignore[union-attr]


def test_looking_costs_a_fixed_number_of_queries(client: Client, django_assert_num_queries: Any) -> None:
    opened = report()
    mine = opened_by_text(client, opened)
    with django_assert_num_queries(7):
        client.get(opened.follow_link.get_absolute_url())
    client.get(mine.get_absolute_url())
    with django_assert_num_queries(11):
        client.get(mine.get_absolute_url())
