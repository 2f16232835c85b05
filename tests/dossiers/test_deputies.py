"""A colleague does the work of another for some days."""

from datetime import date, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.actors import Actor
from core.models import User
from dossiers import actions
from dossiers.actions.follow_up import ask_follow_up
from dossiers.actions.handing_over import hand_over_dossiers, hand_over_standing_in
from dossiers.actions.routing import least_busy
from dossiers.models import Deputy, Dossier, Task
from dossiers.permissions import may_handle
from integrations.models import Delivery
from tests import town
from tests.dossiers import talking

pytestmark = pytest.mark.django_db

LIST = "/beheer/dossiers/?toon=mijn"


@pytest.fixture
def an() -> User:
    an = town.clerk()
    User.objects.filter(pk=an.pk).update(email="an@mortsel.example")
    an.refresh_from_db()
    return an


@pytest.fixture
def bo() -> User:
    """Handles dossiers, in another team than An."""
    return town.staff(
        "bo", "dossiers.view_dossier", "dossiers.handle_dossier", teams=(town.team("Milieudienst"),),
        first_name="Bo", last_name="Smets", email="bo@mortsel.example",
    )  # fmt: skip


@pytest.fixture
def dossier(an: User) -> Dossier:
    dossier = town.report().dossier
    Dossier.objects.filter(pk=dossier.pk).update(handler=an)
    dossier.refresh_from_db()
    return dossier


def stands_in(absent: User, deputy: User, *, first: int = 0, last: int = 3, **more: Any) -> Deputy:
    """From so many days after today through so many."""
    today = timezone.localdate()
    return actions.stand_in(
        **{
            "absent": absent,
            "deputy": deputy,
            "since": today + timedelta(days=first),
            "until": today + timedelta(days=last),
            "confidential_too": False,
            "by": Actor.staff(absent),
            "at": timezone.now(),
        }
        | more
    )


def sees(user: User) -> bool:
    return Dossier.objects.visible_to(user).exists()


def test_for_those_days_the_deputy_sees_and_handles(dossier: Dossier, an: User, bo: User) -> None:
    assert not sees(bo)
    standing_in = stands_in(an, bo)
    assert sees(bo)
    assert may_handle(bo, dossier)
    actions.take_step(
        dossier=dossier, step="aanvaarden", expected_version=dossier.version, by=Actor.staff(bo), at=timezone.now()
    )  # fmt: skip
    dossier.refresh_from_db()
    assert dossier.handler == an  # it stays An's
    event = dossier.events.last()
    assert event
    assert event.actor == bo  # and the history says who did it
    actions.end_standing_in(standing_in=standing_in, at=timezone.now())
    assert not sees(bo)


@pytest.mark.parametrize(("first", "last"), [(1, 4), (-4, -1)])
def test_not_before_and_not_after(dossier: Dossier, an: User, bo: User, first: int, last: int) -> None:
    Deputy.objects.create(
        absent=an, deputy=bo, made_at=timezone.now(),
        since=timezone.localdate() + timedelta(days=first), until=timezone.localdate() + timedelta(days=last),
    )  # fmt: skip
    assert not sees(bo)


def test_what_the_deputy_of_a_deputy_sees(dossier: Dossier, an: User, bo: User) -> None:
    """Only what is of the deputy: trust is given by name."""
    els = town.staff("els", "dossiers.view_dossier", "dossiers.handle_dossier")
    stands_in(an, bo)
    stands_in(bo, els)
    assert sees(bo)
    assert not sees(els)


def test_it_gives_no_right_that_one_does_not_have(dossier: Dossier, an: User, bo: User) -> None:
    stands_in(an, bo)
    bo.user_permissions.clear()
    assert not sees(User.objects.get(pk=bo.pk))


def test_confidential_dossiers_only_when_it_was_said(dossier: Dossier, an: User, bo: User) -> None:
    actions.make_confidential(
        dossier=dossier, expected_version=dossier.version, reason="x", readers=[], by=Actor.staff(an), at=town.MONDAY
    )
    standing_in = stands_in(an, bo)
    assert not sees(bo)
    Deputy.objects.filter(pk=standing_in.pk).update(confidential_too=True)
    assert sees(bo)


def test_in_the_list_and_among_the_tasks(dossier: Dossier, an: User, bo: User, client: Client) -> None:
    task = actions.add_task(dossier=dossier, text="Bel terug", by=Actor.staff(an), at=timezone.now())
    stands_in(an, bo, last=5)
    client.force_login(bo)
    page = BeautifulSoup(client.get(LIST).content, "html.parser")
    assert "U vervangt An Claes tot en met" in page.get_text(" ", strip=True).replace("  ", " ")
    assert page.select_one("tbody tr .l-list__name").get_text() == dossier.number  # type: ignore[union-attr]
    assert not BeautifulSoup(client.get(f"{LIST}&behandelaar=ik").content, "html.parser").select("tbody tr")
    assert BeautifulSoup(client.get(f"{LIST}&behandelaar={an.pk}").content, "html.parser").select("tbody tr")
    assert list(Task.objects.waiting_for(bo)) == [task]
    assert "Bel terug" in client.get(reverse("dossiers:my_tasks")).content.decode()
    assert dossier.number in client.get(reverse("wagtailadmin_home")).content.decode()


def test_mails_go_to_both(dossier: Dossier, an: User, bo: User) -> None:
    stands_in(an, bo)
    ask_follow_up(dossier=dossier, what="Kijk eens", by=Actor.system("test"), at=timezone.now())
    mail = Delivery.objects.filter(kind="dossier").latest("pk")
    assert mail.payload["to"] == ["an@mortsel.example", "bo@mortsel.example", "ruimte@mortsel.example"]


def test_a_new_dossier_is_not_for_who_is_away(an: User, bo: User) -> None:
    bea = town.clerk("bea")
    assert least_busy(town.team()) == an
    stands_in(an, bo)
    assert least_busy(town.team()) == bea


def test_who_stands_in_does_not_get_it_for_good(dossier: Dossier, an: User, bo: User) -> None:
    """Handing over for ever asks for the team, as it does for anybody."""
    stands_in(an, bo)
    outcome = hand_over_dossiers(holder=an, to=bo, by=Actor.system("test"), at=timezone.now())
    assert outcome.moved == 0
    assert outcome.stayed == ["1 dossier van Themaloket ruimte blijft: Bo Smets behandelt het niet."]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"deputy": "an"}, "deputy"),
        ({"deputy": "reader"}, "deputy"),
        ({"until": date(2020, 1, 1), "since": date(2019, 12, 1)}, "until"),
        ({"until": date(2020, 1, 1)}, "until"),
        ({"until": date(2100, 1, 1)}, "until"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_place(an: User, bo: User, changes: dict[str, Any], field: str) -> None:
    people = {"an": an, "reader": town.staff("rik", "dossiers.view_dossier")}
    changes = {key: people.get(value, value) for key, value in changes.items()}
    with pytest.raises(actions.DeputyRefused) as refused:
        stands_in(an, changes.pop("deputy", bo), **changes)
    assert list(refused.value.message_dict) == [field]
    assert not Deputy.objects.exists()


def test_one_deputy_on_one_day(an: User, bo: User) -> None:
    stands_in(an, bo, first=2, last=5)
    bea = town.clerk("bea")
    with pytest.raises(actions.DeputyRefused, match="Bo Smets"):
        stands_in(an, bea, first=5, last=9)
    days = {"since": timezone.localdate(), "until": timezone.localdate() + timedelta(days=2)}
    with pytest.raises(IntegrityError), transaction.atomic():  # also past the action
        Deputy.objects.create(absent=an, deputy=bea, made_at=timezone.now(), **days)
    stands_in(an, bea, first=6, last=9)


def test_what_did_not_begin_goes_away_and_what_was_stays_on_record(an: User, bo: User) -> None:
    coming = stands_in(an, bo, first=2, last=5)
    actions.end_standing_in(standing_in=coming, at=timezone.now())
    assert not Deputy.objects.exists()
    was = Deputy.objects.create(
        absent=an, deputy=bo, since=timezone.localdate() - timedelta(days=3), until=timezone.localdate(),
        made_at=timezone.now(),
    )  # fmt: skip
    actions.end_standing_in(standing_in=was, at=timezone.now())
    was.refresh_from_db()
    assert was.until == timezone.localdate() - timedelta(days=1)
    actions.end_standing_in(standing_in=was, at=timezone.now())  # pressed twice


@pytest.mark.parametrize("to_somebody", [True, False])
def test_who_leaves_hands_over_standing_in(dossier: Dossier, an: User, bo: User, to_somebody: bool) -> None:
    """Of what began some days ago the rest goes along; those days keep the name of who did the work."""
    today = timezone.localdate()
    Deputy.objects.create(
        absent=an, deputy=bo, since=today - timedelta(days=2), until=today + timedelta(days=3), made_at=timezone.now()
    )
    els = town.staff("els", "dossiers.view_dossier", "dossiers.handle_dossier")
    outcome = hand_over_standing_in(
        holder=bo, to=els if to_somebody else None, by=Actor.system("test"), at=timezone.now()
    )
    assert outcome.moved == 1
    assert [sees(bo), sees(els)] == [False, to_somebody]
    was = Deputy.objects.get(deputy=bo)
    assert was.until == today - timedelta(days=1)


# --- The screen


def asked(deputy: User, **more: Any) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "deputy": deputy.pk,
        "since": today.isoformat(),
        "until": (today + timedelta(days=4)).isoformat(),
    } | more


def test_somebody_says_who_does_the_work(dossier: Dossier, an: User, bo: User, client: Client) -> None:
    client.force_login(an)
    address = reverse("dossiers:deputies")
    assert "Ik ben afwezig" in client.get(address).content.decode()
    wrong = client.post(address, asked(bo, until="2020-01-01"))
    assert wrong.status_code == 422
    assert "De laatste dag ligt voor de eerste." in wrong.content.decode()
    assert client.post(address, asked(bo, absent=bo.pk)).status_code == 302  # for oneself, whatever was posted
    made = Deputy.objects.get()
    assert (made.absent, made.deputy, made.made_by) == (an, bo, an)
    client.force_login(bo)
    assert "An Claes" in client.get(address).content.decode()
    assert client.post(reverse("dossiers:end_deputy", args=[made.pk])).status_code == 404  # not laid down alone
    client.force_login(an)
    assert client.post(reverse("dossiers:end_deputy", args=[made.pk])).status_code == 302
    assert not sees(bo)


def test_who_manages_the_accounts_does_it_for_who_is_ill(an: User, bo: User, client: Client) -> None:
    client.force_login(talking.in_role("Beheerder", "bert"))
    address = reverse("dossiers:deputies")
    assert "Wie is afwezig?" in client.get(address).content.decode()
    assert client.post(address, asked(bo, absent=an.pk, confidential_too="on")).status_code == 302
    made = Deputy.objects.get()
    assert (made.absent, made.confidential_too) == (an, True)
    assert client.post(reverse("dossiers:end_deputy", args=[made.pk])).status_code == 302


def test_others_do_not_see_who_is_away(an: User, bo: User, client: Client) -> None:
    stands_in(an, bo)
    client.force_login(town.clerk("bea", first_name="Bea", last_name="Janssens"))
    page = BeautifulSoup(client.get(reverse("dossiers:deputies")).content, "html.parser")
    assert "doet het werk van" not in page.get_text()
    client.force_login(talking.nele())
    assert client.get(reverse("dossiers:deputies")).headers["Location"] == "/beheer/"
