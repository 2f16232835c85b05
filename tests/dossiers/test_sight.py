"""What reaches somebody, said together and in separate ways: the same dossiers."""

from itertools import product
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core.models import User
from dossiers.models import Dossier, Status
from dossiers.models.sight import MOST_WAYS, Sight
from tests import town

pytestmark = pytest.mark.both


def every_kind(teams: list[Any], handlers: list[User], reader: User) -> None:
    """A dossier of each team in each name and in nobody's, and what has a handler once more as confidential."""
    for team, handler, shielded in product(teams, [None, *handlers], [False, True]):
        if shielded and handler is None:
            continue
        dossier = town.report().dossier
        Dossier.objects.filter(pk=dossier.pk).update(
            team=team, handler=handler, is_confidential=shielded, confidential_reason="Over een collega" * shielded
        )
        if shielded and handler == handlers[-1]:
            dossier.readers.add(reader)


class WaysAndSight(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.teams = [town.team(), town.team("Milieudienst"), town.team("Burgerzaken")]
        cls.handlers = [town.clerk(), town.clerk("piet")]
        every_kind(cls.teams, cls.handlers, cls.handlers[0])
        cls.versions = list(Dossier.objects.values_list("process_version", flat=True).distinct())

    @given(st.data())
    def test_the_ways_together_are_what_is_seen(self, data: st.DataObject) -> None:
        def some(keys: list[int]) -> list[int]:
            return data.draw(st.lists(st.sampled_from(keys), unique=True))

        handlers = [each.pk for each in self.handlers]
        sight = Sight(
            everywhere=data.draw(st.booleans()),
            all_confidential=data.draw(st.booleans()),
            handlers=some(handlers) or handlers[:1],
            trusted=some(handlers),
            teams=some([team.pk for team in self.teams]),
            sees=some(self.versions),
            closed=some(self.versions),
            reads=some(list(Dossier.objects.filter(readers__isnull=False).values_list("pk", flat=True))),
        )
        seen = set(Dossier.objects.filter(sight.seen()))
        assert set().union(*(Dossier.objects.filter(way) for way in sight.ways())) == seen


@pytest.mark.django_db
def test_who_is_in_very_many_teams_has_one_way() -> None:
    many = Sight(everywhere=False, all_confidential=False, handlers=[1], trusted=[1], teams=list(range(MOST_WAYS)))
    assert len(many.ways()) == 1


@pytest.mark.django_db
def test_the_list_of_what_is_finished_shows_once_what_reaches_somebody_in_two_ways(client: Client) -> None:
    an, piet = town.clerk(), town.clerk("piet")
    every_kind([town.team(), town.team("Milieudienst")], [an, piet], an)
    Dossier.objects.update(status=Status.objects.get(key="afgehandeld"))
    client.force_login(an)
    shown = [dossier for dossier, _deadline in client.get("/beheer/dossiers/?toon=afgehandeld").context["rows"]]
    assert len(shown) == len(set(shown)) > 4
    assert set(shown) == set(Dossier.objects.visible_to(an)) < set(Dossier.objects.all())
