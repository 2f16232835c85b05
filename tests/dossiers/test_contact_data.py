"""Contact data of one dossier: another address only after its owner said yes."""

import re
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dossiers.models import AddressChange, Contact, FollowLink
from integrations.models import Delivery
from parties.models import ContactPoint
from tests import town

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def shown(response: Any) -> str:
    return BeautifulSoup(response.content, "html.parser").get_text(" ", strip=True)


def change(client: Client, link: FollowLink, **data: str) -> Any:
    given = {"email": "fatima@example.org", "phone": "", "reply_by": ""}
    return client.post(reverse("follow_contact_data", args=[link.token]), given | data)


def link_in_mail_to(address: str) -> str:
    mail = next(d.payload for d in Delivery.objects.order_by("-pk") if d.payload["to"] == [address])
    found = re.search(r"https?://\S+(/volg/adres/\S+)", mail["text"])
    assert found
    return found[1]


def test_the_phone_number_changes_at_once_and_the_register_does_not(client: Client) -> None:
    opened = town.report()
    before = list(ContactPoint.objects.values())
    change(client, opened.follow_link, phone="0470 12 34 56")
    assert Contact.objects.get().given_phone == "0470 12 34 56"
    assert list(ContactPoint.objects.values()) == before
    event = opened.dossier.events.last()
    assert "0470" not in event.reason  # history outlives personal data


def test_the_road_of_our_answers_can_be_chosen(client: Client) -> None:
    opened = town.report()
    assert "Vul een gsm-nummer in" in shown(change(client, opened.follow_link, reply_by="sms"))
    change(client, opened.follow_link, reply_by="sms", phone="0470 12 34 56")
    assert Contact.objects.get().reply_by == "sms"


def test_no_more_messages_and_then_again(client: Client) -> None:
    opened = town.report()
    address = reverse("follow_muting", args=[opened.follow_link.token])
    assert client.get(address).status_code == 200
    opened.dossier.refresh_from_db()
    assert opened.dossier.muted_at is None
    assert "U krijgt geen berichten meer" in shown(client.post(address, follow=True))
    opened.dossier.refresh_from_db()
    assert opened.dossier.muted_at is not None
    client.post(address, {"weer": "1"})
    opened.dossier.refresh_from_db()
    assert opened.dossier.muted_at is None


def test_another_address_is_used_only_after_it_is_confirmed(client: Client) -> None:
    opened = town.report()
    change(client, opened.follow_link, email="nieuw@example.org")
    assert Contact.objects.get().given_email == "fatima@example.org"
    told = Delivery.objects.latest("pk").payload
    assert told["to"] == ["fatima@example.org"]
    assert "nieuw@example.org" not in told["text"]
    address = link_in_mail_to("nieuw@example.org")
    assert client.get(address).status_code == 200
    assert Contact.objects.get().given_email == "fatima@example.org"  # looking is not confirming
    response = client.post(address)
    assert Contact.objects.get().given_email == "nieuw@example.org"
    assert "Vanaf nu schrijven we naar dit adres" in shown(client.get(response["Location"]))
    assert client.post(address).status_code == 404  # once
    assert "Wat kunt u doen?" not in shown(client.get(opened.follow_link.get_absolute_url()))
    assert not any("@" in event.reason for event in opened.dossier.events.all())


def test_the_link_is_good_for_a_day_and_the_last_one_counts(client: Client) -> None:
    opened = town.report()
    change(client, opened.follow_link, email="een@example.org")
    first = link_in_mail_to("een@example.org")
    change(client, opened.follow_link, email="twee@example.org")
    assert client.post(first).status_code == 404
    AddressChange.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.post(link_in_mail_to("twee@example.org")).status_code == 404
    assert Contact.objects.get().given_email == "fatima@example.org"


def test_wrong_data_are_refused_and_kept_in_sight(client: Client) -> None:
    opened = town.report()
    response = change(client, opened.follow_link, email="geen adres", phone="12")
    assert response.status_code == 422
    assert "geen adres" in response.content.decode()
    assert "Vul een telefoonnummer in zoals" in shown(response)
    for number in range(3):
        change(client, opened.follow_link, email=f"a{number}@example.org")
    assert "U vroeg dit vandaag al enkele keren" in shown(change(client, opened.follow_link, email="x@example.org"))
