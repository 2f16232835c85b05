"""Whoever is given a dossier by somebody else hears it once, by mail, together with what else was given."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.actors import Actor
from core.models import User
from dossiers.actions import assign, take_step, tell_given
from dossiers.models import Dossier, ProcessVersion
from integrations.models import Delivery
from tests import town

pytestmark = [pytest.mark.django_db, pytest.mark.both]

MOMENT = timedelta(minutes=2)


@pytest.fixture
def an() -> User:
    return clerk("an", first_name="An", last_name="Claes")


@pytest.fixture
def piet() -> User:
    return clerk("piet", first_name="Piet", last_name="Maes")


def clerk(username: str, **names: str) -> User:
    user = town.clerk(username, **names)
    User.objects.filter(pk=user.pk).update(email=f"{username}@mortsel.example")
    return User.objects.get(pk=user.pk)


def give(dossier: Dossier, handler: User | None, by: Actor, at: datetime = town.MONDAY, **more: Any) -> None:
    dossier.refresh_from_db()
    assign(
        dossier=dossier, expected_version=dossier.version, handler=handler, by=by, at=at, **{"team": town.team()} | more
    )  # fmt: skip


def mails() -> list[dict[str, Any]]:
    return [delivery.payload for delivery in Delivery.objects.filter(kind="given").order_by("pk")]


def test_a_colleague_hears_it_once_with_the_number_and_the_way_and_nothing_else(an: User, piet: User) -> None:
    dossier = town.report().dossier
    give(dossier, piet, Actor.staff(an))
    assert tell_given(at=town.MONDAY + MOMENT) == 1
    (mail,) = mails()
    assert mail["to"] == ["piet@mortsel.example"]
    assert mail["subject"] == "U kreeg een dossier toegewezen"
    assert dossier.number in mail["text"]
    assert f"/beheer/dossiers/{dossier.pk}/" in mail["text"]
    for word in ("Fatima", "Losse tegel", "Statielei", "fatima@example.org"):
        assert word not in mail["text"]
    assert tell_given(at=town.MONDAY + 2 * MOMENT) == 0


def test_who_takes_it_hears_nothing(an: User) -> None:
    give(town.report().dossier, an, Actor.staff(an))
    assert tell_given(at=town.MONDAY + MOMENT) == 0
    other = town.report(name="Jan").dossier
    take_step(dossier=other, step="vragen", expected_version=1, by=Actor.staff(an), at=town.MONDAY)
    assert Dossier.objects.get(pk=other.pk).handler == an
    assert tell_given(at=town.MONDAY + MOMENT) == 0


def test_several_at_once_are_one_mail_for_each_reader(an: User, piet: User) -> None:
    els = clerk("els", first_name="Els", last_name="Wouters")
    for number in range(5):
        dossier = town.report(name=f"Burger {number}", email=f"b{number}@example.org").dossier
        give(dossier, piet if number < 3 else els, Actor.staff(an), town.MONDAY + timedelta(seconds=number))
    assert tell_given(at=town.MONDAY + timedelta(minutes=3)) == 2
    assert [(mail["to"], mail["subject"]) for mail in mails()] == [
        (["piet@mortsel.example"], "U kreeg 3 dossiers toegewezen"),
        (["els@mortsel.example"], "U kreeg 2 dossiers toegewezen"),
    ]


def test_it_waits_until_a_colleague_is_done_giving_but_no_longer_than_a_quarter(an: User, piet: User) -> None:
    for minute in range(16):
        give(town.report(name=f"B{minute}").dossier, piet, Actor.staff(an), town.MONDAY + timedelta(minutes=minute))
        if minute < 15:
            assert tell_given(at=town.MONDAY + timedelta(minutes=minute)) == 0
    assert tell_given(at=town.MONDAY + timedelta(minutes=15)) == 1
    assert mails()[0]["subject"] == "U kreeg 16 dossiers toegewezen"


def test_what_was_given_on_meanwhile_is_told_to_who_has_it_now(an: User, piet: User) -> None:
    dossier = town.report().dossier
    els = clerk("els", first_name="Els", last_name="Wouters")
    give(dossier, piet, Actor.staff(an))
    give(dossier, els, Actor.staff(an))
    assert tell_given(at=town.MONDAY + MOMENT) == 1
    assert mails()[0]["to"] == ["els@mortsel.example"]


@pytest.mark.parametrize("what", ["taken back", "nobody", "finished", "left", "no address", "not seen"])
def test_nothing_is_told_of_what_is_no_work_any_more(an: User, piet: User, what: str) -> None:
    dossier = town.report().dossier
    give(dossier, piet, Actor.staff(an))
    match what:
        case "taken back":
            give(dossier, an, Actor.staff(an))
        case "nobody":
            give(dossier, None, Actor.staff(an))
        case "finished":
            take_step(
                dossier=dossier, step="weigeren", reason="Nee", expected_version=2, by=Actor.staff(an), at=town.MONDAY
            )  # fmt: skip
        case "left":
            User.objects.filter(pk=piet.pk).update(is_active=False)
        case "no address":
            User.objects.filter(pk=piet.pk).update(email="")
        case "not seen":
            piet.user_permissions.clear()
    assert tell_given(at=town.MONDAY + MOMENT) == 0
    assert mails() == []
    assert not Dossier.objects.exclude(given_at=None).exists()


def test_given_again_later_is_told_again(an: User, piet: User) -> None:
    dossier = town.report().dossier
    for hour, handler in enumerate((piet, an, piet)):
        give(dossier, handler, Actor.staff(an), town.MONDAY + timedelta(hours=hour))
        tell_given(at=town.MONDAY + timedelta(hours=hour) + MOMENT)
    assert [mail["to"] for mail in mails()] == [["piet@mortsel.example"]] * 2


def test_another_team_with_the_same_handler_is_no_news(an: User, piet: User) -> None:
    dossier = town.report().dossier
    leven = town.team("Leven")
    leven.members.add(piet)
    give(dossier, piet, Actor.staff(an))
    tell_given(at=town.MONDAY + MOMENT)
    give(dossier, piet, Actor.staff(an), town.MONDAY + MOMENT, team=leven)
    assert tell_given(at=town.MONDAY + 3 * MOMENT) == 0


def test_a_route_to_the_least_busy_counts_too(piet: User) -> None:
    route = {"fact": "", "value": "", "place": "", "team": str(town.team().pk), "assign": "least_busy"}
    version: ProcessVersion = town.published(
        town.draft_melding(name="Verdeeld", routes=[{"type": "route", "value": route}])
    )
    dossier = town.report(process_version=version).dossier
    assert dossier.handler == piet
    Dossier.objects.filter(pk=dossier.pk).update(given_at=town.MONDAY)
    assert tell_given(at=town.MONDAY + MOMENT) == 1
    assert mails()[0]["to"] == ["piet@mortsel.example"]


def test_a_route_to_who_filled_the_form_in_is_no_news(piet: User) -> None:
    route = {"fact": "", "value": "", "place": "", "team": str(town.team().pk), "assign": "least_busy"}
    version = town.published(town.draft_melding(name="Verdeeld", routes=[{"type": "route", "value": route}]))
    dossier = town.report(process_version=version, by=Actor.staff(piet)).dossier
    assert (dossier.handler, dossier.given_at) == (piet, None)


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 11, 23, 18, 0, tzinfo=town.BRUSSELS),
        datetime(2026, 11, 24, 7, 59, tzinfo=town.BRUSSELS),
        datetime(2026, 11, 28, 10, 0, tzinfo=town.BRUSSELS),
    ],
)
def test_outside_working_hours_it_waits_and_is_not_lost(an: User, piet: User, at: datetime) -> None:
    give(town.report().dossier, piet, Actor.staff(an))
    assert tell_given(at=at) == 0
    assert tell_given(at=datetime(2026, 11, 30, 8, 0, tzinfo=town.BRUSSELS)) == 1


def test_the_number_of_queries_does_not_grow_with_what_was_given(an: User, piet: User) -> None:
    def queries(number: int) -> int:
        for each in range(number):
            give(town.report(name=f"B{number}-{each}").dossier, piet, Actor.staff(an))
        with CaptureQueriesContext(connection) as captured:
            assert tell_given(at=town.MONDAY + MOMENT) == 1
        return len(captured)

    assert queries(2) == queries(8)


def test_the_database_keeps_no_news_for_nobody() -> None:
    dossier = town.report().dossier
    with pytest.raises(IntegrityError), transaction.atomic():
        Dossier.objects.filter(pk=dossier.pk).update(given_at=town.MONDAY)
