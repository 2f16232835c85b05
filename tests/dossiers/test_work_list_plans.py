"""How the database finds the rows of the work list in a full archive: never by reading every dossier."""

import re

import pytest
from django.http import QueryDict
from django.utils import timezone

from core.models import User
from dossiers.actions import working_calendar
from dossiers.models import Dossier
from dossiers.models.dossier import DossierQuerySet
from dossiers.worklist import TABS, Asked, Viewpoint, numbers
from tests import town
from tests.dossiers.archive import OPEN_EACH, fill

pytestmark = [pytest.mark.django_db, pytest.mark.both]

READS_ALL = re.compile(r"Seq Scan on dossiers_dossier\b|SCAN dossiers_dossier(?! USING)")
"""As PostgreSQL and as SQLite say it."""


@pytest.fixture
def clerk() -> User:
    """Of one of ten teams, in a town with twenty thousand dossiers of which two in a hundred are open."""
    clerk = town.clerk()
    fill(20_000, handlers=[clerk, town.clerk("piet")])
    return clerk


def asked(user: User, query: str) -> tuple[DossierQuerySet, Asked, Viewpoint]:
    looking = Viewpoint(user, timezone.now(), working_calendar())
    visible = Dossier.objects.visible_to(user)
    return visible, Asked.read(QueryDict(query), looking), looking


def rows_of(user: User, query: str) -> DossierQuerySet:
    visible, what, looking = asked(user, query)
    return what.dossiers(visible, looking).order_by(*what.ordering)[:31]


def test_no_tab_of_a_clerk_reads_the_whole_archive(clerk: User) -> None:
    for tab in TABS:
        found = rows_of(clerk, f"toon={tab}")
        assert found, tab
        assert not READS_ALL.search(found.explain()), f"{tab}:\n{found.explain()}"


def test_counting_the_tabs_reads_only_what_is_open(clerk: User) -> None:
    visible, what, looking = asked(clerk, "")
    assert not READS_ALL.search(visible.filter(status__in=looking.open).order_by().explain())
    assert numbers(visible, what, looking)["mijn-teams"] == OPEN_EACH
