"""The same code in eight browsers, and two administrators who hand over the same work."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from core import second_factor
from core.actors import Actor
from dossiers.actions.handing_over import hand_over_dossiers
from dossiers.models import Dossier, Event
from tests import town
from tests.cms.test_second_step import code_at, equipped
from tests.cms.test_sign_in import member

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]

BROWSERS = 8


def at_once(number: int, act: Callable[[int], object]) -> list[object]:
    barrier = Barrier(number)

    def run(turn: int) -> object:
        try:
            barrier.wait()
            return act(turn)
        except (second_factor.WrongCode, second_factor.TooSoon):
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))


def test_one_code_opens_one_session() -> None:
    user = member("onthaal")
    equipped(user)
    now = timezone.now()

    answers = at_once(BROWSERS, lambda _turn: second_factor.verify(user, code_at(now), at=now))

    assert sorted(answers, key=str) == [None, *["refused"] * (BROWSERS - 1)]


def test_one_recovery_code_opens_one_session() -> None:
    user = member("onthaal")
    code = equipped(user)[0]
    now = timezone.now()

    answers = at_once(BROWSERS, lambda _turn: second_factor.verify_recovery(user, code, at=now))

    assert answers.count(9) == 1
    assert answers.count("refused") == BROWSERS - 1
    assert second_factor.codes_left(user) == 9


def test_what_is_handed_over_twice_goes_once() -> None:
    an, *others = (town.clerk(name, first_name=name) for name in ("an", "piet", "nora"))
    for turn in range(5):
        Dossier.objects.filter(pk=town.report(email=f"burger{turn}@example.org").dossier.pk).update(handler=an)
    by = Actor.staff(member("beheerder"))

    moved = at_once(2, lambda turn: hand_over_dossiers(holder=an, to=others[turn], by=by, at=town.MONDAY).moved)

    assert sorted(moved, key=str) == [0, 5]
    winner = others[moved.index(5)]
    assert set(Dossier.objects.values_list("handler", "version")) == {(winner.pk, 2)}
    assert Event.objects.filter(kind="assigned", reason=str(winner)).count() == 5
