"""The clerk's list, dossier page and steps: what is seen, what is refused, who may."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from core.actors import Actor
from core.models import AccessLog
from dossiers.actions import take_step
from dossiers.models import Dossier
from integrations.models import Delivery
from tests import town

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def an(client: Client) -> Client:
    client.force_login(town.clerk(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def signed_in(username: str, *permissions: str) -> Client:
    client = Client()
    client.force_login(town.staff(username, *permissions), backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(response: object) -> str:
    return BeautifulSoup(response.content, "html.parser").get_text(" ", strip=True)  # type: ignore[attr-defined]


def test_the_list_shows_what_is_due_first(an: Client) -> None:
    later = town.report(name="Jan", at=town.MONDAY).dossier
    sooner = town.report(at=town.MONDAY - timedelta(days=4)).dossier
    rows = BeautifulSoup(an.get(reverse("dossiers:list")).content, "html.parser").select(".l-list__name")
    assert [row.get_text() for row in rows] == [sooner.number, later.number]


def test_search_finds_by_number_name_subject_and_place(an: Client) -> None:
    dossier = town.report().dossier
    town.report(name="Jan Peeters", subject="Sluikstort", place="Edegemsestraat 1")
    for words in (dossier.number, "amrani", "tegel", "statielei"):
        found = text(an.get(reverse("dossiers:list"), {"q": words}))
        assert dossier.number in found
        assert "Sluikstort" not in found


def test_the_page_tells_who_what_where_and_is_logged(an: Client) -> None:
    dossier = town.report().dossier
    shown = text(an.get(dossier.get_absolute_url()))
    for words in ("Fatima El Amrani", "fatima@example.org", "Losse tegel", "Statielei 10", "We hebben uw melding"):
        assert words in shown
    assert AccessLog.objects.get().object_id == str(dossier.pk)


def test_only_the_steps_of_the_table_are_offered(an: Client) -> None:
    dossier = town.report().dossier
    page = BeautifulSoup(an.get(dossier.get_absolute_url()).content, "html.parser")
    assert [link.get_text() for link in page.select(".l-steps a")] == ["Aanvaarden", "Weigeren", "Vragen"]


def test_the_letter_is_shown_before_it_is_sent(an: Client) -> None:
    dossier = town.report().dossier
    address = reverse("dossiers:step", args=[dossier.pk, "weigeren"])
    preview = an.post(address, {"reason": "Dit is privéterrein.", "version": 1, "preview": "1"})
    assert "Dit is privéterrein." in text(preview)
    assert "Melding MEL-2026-000001: we kunnen u niet helpen" in text(preview)
    assert Delivery.objects.count() == 1  # only the confirmation
    an.post(address, {"reason": "Dit is privéterrein.", "version": 1, "send": "1"})
    assert "Dit is privéterrein." in Delivery.objects.latest("pk").payload["text"]
    dossier.refresh_from_db()
    assert dossier.status.key == "niet-ontvankelijk"


def test_a_missing_reason_is_asked_for_at_its_place(an: Client) -> None:
    dossier = town.report().dossier
    response = an.post(
        reverse("dossiers:step", args=[dossier.pk, "weigeren"]), {"reason": " ", "version": 1, "send": "1"}
    )
    assert response.status_code == 422
    error = BeautifulSoup(response.content, "html.parser").select_one("#id_reason_error")
    assert error is not None
    assert "Geef een reden" in error.get_text()
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize("button", ["preview", "send"])
def test_the_second_clerk_reads_who_was_first_and_keeps_what_was_typed(an: Client, button: str) -> None:
    dossier = town.report().dossier
    take_step(
        dossier=dossier,
        step="vragen",
        expected_version=1,
        by=Actor.staff(town.clerk("piet", first_name="Piet", last_name="Maes")),
        at=town.MONDAY,
    )
    response = an.post(
        reverse("dossiers:step", args=[dossier.pk, "weigeren"]),
        {"reason": "Mijn lange uitleg.", "version": 1, button: "1"},
    )
    assert response.status_code == 409
    assert "Intussen gewijzigd door Piet Maes" in text(response)
    page = BeautifulSoup(response.content, "html.parser")
    assert page.select_one("textarea").get_text().strip() == "Mijn lange uitleg."  # type: ignore[union-attr]
    assert page.select_one("input[name=version]")["value"] == "2"  # type: ignore[index]
    assert Dossier.objects.get().status.key == "wacht-op-u"


def test_when_the_step_became_impossible_the_text_can_still_be_copied(an: Client) -> None:
    dossier = town.report().dossier
    take_step(
        dossier=dossier, step="aanvaarden", expected_version=1, by=Actor.staff(town.clerk("piet")), at=town.MONDAY
    )
    response = an.post(
        reverse("dossiers:step", args=[dossier.pk, "weigeren"]),
        {"reason": "Mijn lange uitleg.", "version": 1, "send": "1"},
    )
    assert response.status_code == 409
    assert "Mijn lange uitleg." in text(response)


def test_a_step_is_never_taken_by_opening_its_address(an: Client) -> None:
    dossier = town.report().dossier
    for step in ("aanvaarden", "vragen"):
        assert an.get(reverse("dossiers:step", args=[dossier.pk, step])).status_code == 200
    assert Dossier.objects.get().version == 1


def addresses(dossier: Dossier) -> list[str]:
    return [
        reverse("dossiers:dossier", args=[dossier.pk]),
        reverse("dossiers:step", args=[dossier.pk, "aanvaarden"]),
        reverse("dossiers:confirm_party", args=[dossier.pk]),
        reverse("dossiers:detach_party", args=[dossier.pk]),
        reverse("dossiers:revoke_follow_links", args=[dossier.pk]),
    ]


def test_a_dossier_of_another_team_does_not_exist_for_a_clerk() -> None:
    dossier = town.report().dossier
    stranger = signed_in("wim", "dossiers.view_dossier", "dossiers.handle_dossier")
    page, *actions = addresses(dossier)
    assert stranger.get(page).status_code == 404
    assert all(stranger.post(address, {"version": 1, "send": "1"}).status_code == 404 for address in actions)
    assert dossier.number not in text(stranger.get(reverse("dossiers:list")))
    assert Dossier.objects.get().version == 1


def test_who_may_only_look_can_do_nothing() -> None:
    dossier = town.report().dossier
    onlooker = signed_in("els", "dossiers.view_dossier", "dossiers.view_all_dossiers")
    page, *actions = addresses(dossier)
    shown = onlooker.get(page)
    assert shown.status_code == 200
    assert "Aanvaarden" not in text(shown)
    for address in actions:
        onlooker.post(address, {"version": 1, "send": "1"})
    dossier.refresh_from_db()
    assert (dossier.version, dossier.events.count()) == (1, 1)


def test_a_visitor_is_sent_to_sign_in(client: Client) -> None:
    dossier = town.report().dossier
    for address in addresses(dossier):
        assert "/login/" in client.get(address).headers.get("Location", "")


def test_an_action_does_not_listen_to_get(an: Client) -> None:
    dossier = town.report().dossier
    for address in addresses(dossier)[2:]:
        assert an.get(address).status_code == 405


def test_the_next_page_goes_on_where_this_one_ends_and_keeps_the_search(an: Client) -> None:
    for number in range(35):
        town.report(name=f"Burger {number}", email=f"b{number}@example.org")
    seen: list[str] = []
    address = "?q=Losse"
    while address:
        page = BeautifulSoup(an.get(reverse("dossiers:list") + address).content, "html.parser")
        seen += [row.get_text() for row in page.select(".l-list__name")]
        following = page.find("a", string="Volgende")
        address = str(following["href"]) if following else ""  # type: ignore[index]
        assert not address or "q=Losse" in address
    assert len(seen) == len(set(seen)) == 35
