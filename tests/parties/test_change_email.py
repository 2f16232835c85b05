"""Another e-mail address: the old one is told, the new one says yes, and until then nothing changes."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.actors import Actor
from integrations.models import Delivery
from parties.actions import resolve
from parties.models import ContactPoint, EmailChange, Party
from tests.parties import register

pytestmark = [pytest.mark.django_db, pytest.mark.both]

NEW = "nieuw@example.org"


@pytest.fixture
def desk() -> Client:
    client = Client()
    register.signed_in(client)
    return client


def change(desk: Client, party: Party, value: str = NEW, **data: str) -> Any:
    point = party.contact_points.in_use().get(kind="email")
    given = {"version": str(register.version(party)), "value": value, "reason": "new"}
    return desk.post(register.address("contact_point", party, point.pk), given | data)


def link_to(address: str) -> str:
    mail = next(d.payload for d in Delivery.objects.order_by("-pk") if d.payload["to"] == [address])
    found = re.search(r"https?://\S+(/contactgegevens/\S+)", mail["text"])
    assert found
    return found[1]


def in_use(party: Party) -> list[str]:
    return list(party.contact_points.in_use().values_list("value", flat=True))


def test_the_new_address_is_used_after_its_owner_said_yes(client: Client, desk: Client) -> None:
    party = register.person()
    response = change(desk, party, is_preferred="on", note="thuis")
    assert "Tot de eigenaar bevestigt, gebruiken we het oude adres" in register.shown(desk.get(response["Location"]))
    assert in_use(party) == [register.EMAIL]
    told = Delivery.objects.latest("pk").payload
    assert told["to"] == [register.EMAIL]
    assert NEW not in told["text"]
    assert "03 444 17 17" in told["text"]
    assert f"wacht op bevestiging {NEW}" in register.shown(desk.get(party.get_absolute_url()))

    link = link_to(NEW)
    page = client.get(link)
    assert (page.status_code, "no-store" in page["Cache-Control"], page["X-Robots-Tag"]) == (200, True, "noindex")
    assert "Fatima" not in register.shown(page)
    assert in_use(party) == [register.EMAIL]  # programs open links too
    assert "Uw e-mailadres is bevestigd" in register.shown(client.post(link))
    point = party.contact_points.in_use().get()
    assert (point.value, point.verified_how, point.verified_by) == (NEW, "link", None)
    assert (point.is_preferred, point.note) == (True, "thuis")
    old = party.contact_points.get(value=register.EMAIL)
    assert (old.ended_at is not None, old.match_key, old.is_preferred) == (True, None, False)

    def who(email: str) -> Party:
        return resolve(name=party.name, email=email, by=Actor.citizen(), at=register.AT).party

    assert who(NEW) == party
    assert who(register.EMAIL) != party
    assert register.kinds(party) == ["contact_data", "verified"]
    assert [event.actor_kind for event in party.events.order_by("pk")] == ["staff", "citizen"]
    assert not any("@" in event.what for event in party.events.all())


def test_the_link_itself_is_not_kept(desk: Client) -> None:
    party = register.person()
    change(desk, party)
    token = link_to(NEW).split("/")[2]
    assert EmailChange.objects.get().token_hash != token
    assert token not in str(EmailChange.objects.values_list())


def test_a_link_works_once(client: Client, desk: Client) -> None:
    party = register.person()
    change(desk, party)
    link = link_to(NEW)
    client.post(link)
    again = client.post(link)
    assert again.status_code == 404
    assert "U bevestigde dit adres al" in register.shown(again)
    assert register.kinds(party) == ["contact_data", "verified"]


def test_a_link_is_good_for_a_day(client: Client, desk: Client) -> None:
    party = register.person()
    change(desk, party)
    waiting = EmailChange.objects.get()
    assert waiting.expires_at - waiting.created_at == timedelta(hours=24)
    EmailChange.objects.update(expires_at=timezone.now())
    for answer in (client.get(link_to(NEW)), client.post(link_to(NEW))):
        assert answer.status_code == 404
        assert "Deze link is te oud" in register.shown(answer)
        assert "Bel ons op 03 444 17 17" in register.shown(answer)
    assert in_use(party) == [register.EMAIL]


def test_the_last_link_counts(client: Client, desk: Client) -> None:
    party = register.person()
    change(desk, party, "een@example.org")
    change(desk, party, "twee@example.org")
    assert client.post(link_to("een@example.org")).status_code == 404
    client.post(link_to("twee@example.org"))
    assert in_use(party) == ["twee@example.org"]


def test_a_wrong_link_says_nothing(client: Client) -> None:
    answer = client.get(reverse("confirm_email", args=["verzonnen"]))
    assert answer.status_code == 404
    assert "Deze link werkt niet" in register.shown(answer)


def test_a_clerk_can_withdraw_it(client: Client, desk: Client) -> None:
    party = register.person()
    change(desk, party)
    address = register.address("withdraw_email_change", party, EmailChange.objects.get().pk)
    assert desk.get(address).status_code == 405
    desk.post(address)
    assert client.post(link_to(NEW)).status_code == 404
    assert "wacht op bevestiging" not in register.shown(desk.get(party.get_absolute_url()))


def test_an_address_that_a_clerk_ended_meanwhile(client: Client, desk: Client) -> None:
    party = register.person()
    change(desk, party)
    point = party.contact_points.get()
    ended = {"version": str(register.version(party)), "reason": "new"}
    desk.post(register.address("end_contact_point", party, point.pk), ended)
    assert client.post(link_to(NEW)).status_code == 404
    assert in_use(party) == []


def test_a_record_that_was_merged_meanwhile(client: Client, desk: Client) -> None:
    party, kept = register.person(), register.person("Jan Peeters", "jan@example.org")
    change(desk, party)
    Party.objects.filter(pk=party.pk).update(merged_into=kept)
    assert client.post(link_to(NEW)).status_code == 404


@pytest.mark.parametrize("reason", ["slip", "rectification"])
def test_an_address_that_was_wrong_from_the_start_is_put_right_at_once(desk: Client, reason: str) -> None:
    party = register.person(email="fatima@exmple.org")
    change(desk, party, register.EMAIL, reason=reason)
    point = party.contact_points.get()
    assert (point.value, point.verified_how) == (register.EMAIL, "")
    assert link_to(register.EMAIL)
    assert Delivery.objects.latest("pk").payload["to"] == ["fatima@exmple.org"]  # told all the same


@pytest.mark.parametrize("reason", ["slip", "rectification", "new"])
def test_an_address_that_was_verified_always_waits_for_the_new_owner(desk: Client, reason: str) -> None:
    party = register.person()
    ContactPoint.objects.update(verified_how="link", verified_at=register.AT)
    change(desk, party, reason=reason)
    assert in_use(party) == [register.EMAIL]


def test_the_same_address_can_be_confirmed(client: Client, desk: Client) -> None:
    party = register.person()
    point = party.contact_points.get()
    address = register.address("ask_confirmation", party, point.pk)
    assert desk.get(address).status_code == 405
    desk.post(address)
    assert Delivery.objects.count() == 1
    client.post(link_to(register.EMAIL))
    point.refresh_from_db()
    assert (point.verified_how, point.ended_at) == ("link", None)


def test_not_more_than_a_few_links_a_day(desk: Client) -> None:
    party = register.person()
    for number in range(5):
        change(desk, party, f"a{number}@example.org")
    answer = change(desk, party, "x@example.org")
    assert answer.status_code == 422
    assert "Dit werd vandaag al enkele keren gevraagd" in register.shown(answer)
    assert not Delivery.objects.filter(payload__to=["x@example.org"]).exists()


@pytest.mark.parametrize(("value", "words"), [("", "Geef een e-mailadres"), ("nee", "Geef een e-mailadres")])
def test_what_is_no_address_is_refused(desk: Client, value: str, words: str) -> None:
    party = register.person()
    answer = change(desk, party, value)
    assert answer.status_code == 422
    assert words in register.shown(answer)
    assert not Delivery.objects.exists()


def test_an_address_that_this_party_has_already(desk: Client) -> None:
    party = register.person()
    ContactPoint.objects.create(party=party, kind="email", value=NEW, as_given=NEW, ended_at=None)
    point = party.contact_points.get(value=register.EMAIL)
    given = {"version": "1", "value": NEW, "reason": "new"}
    answer = desk.post(register.address("contact_point", party, point.pk), given)
    assert "Dit staat hier al." in register.shown(answer)
