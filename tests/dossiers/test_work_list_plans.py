"""How the database finds the rows of the work list in a full archive: never by reading every dossier."""

import re

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.keyset import cursor_after, paginate
from core.models import User
from dossiers.actions import working_calendar
from dossiers.models import Dossier
from dossiers.models.dossier import DossierQuerySet
from dossiers.views.today import first_due_of, unread_for
from dossiers.worklist import TABS, Asked, Viewpoint, numbers
from tests import town
from tests.dossiers.archive import OPEN_EACH, fill

pytestmark = [pytest.mark.django_db, pytest.mark.both]

READS_ALL = re.compile(r"Seq Scan on dossiers_dossier\b|SCAN dossiers_dossier(?! USING)")
"""As PostgreSQL and as SQLite say it."""
SORTS = re.compile(r"\bSort\b|TEMP B-TREE FOR ORDER BY")
WALKS = re.compile(r"SCAN dossiers_dossier\b|Index Scan (Backward )?using dossiers_dossier_(newest|due)\b")


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
    """As the page asks for them: with all that a row shows, unless the tab grows with the archive."""
    visible, what, looking = asked(user, query)
    found = what.dossiers(visible, looking).order_by(*what.ordering)
    return (found.for_list() if TABS[what.tab].has_number else found)[:31]


def test_no_tab_of_a_clerk_reads_the_whole_archive(clerk: User) -> None:
    for tab in TABS:
        found = rows_of(clerk, f"toon={tab}")
        assert found, tab
        assert not READS_ALL.search(found.explain()), f"{tab}:\n{found.explain()}"


def test_what_is_finished_is_read_from_the_newest_of_a_team_and_of_a_handler(clerk: User) -> None:
    """And never sorted, but for the few rows of the page."""
    _visible, what, looking = asked(clerk, "toon=afgehandeld")
    ways = [what.dossiers(way, looking) for way in Dossier.objects.ways_visible_to(clerk)]
    with CaptureQueriesContext(connection) as queries:
        page = paginate(ways, order=what.by, size=30)
    [asked_for] = queries
    plan = _plan(asked_for["sql"])
    assert "dossiers_dossier_newest_team" in plan, plan
    assert "dossiers_dossier_newest_own" in plan, plan
    for way in ways:
        plan = way.order_by(*what.ordering)[:31].explain()
        assert not SORTS.search(plan), plan
    assert page.rows == list(rows_of(clerk, "toon=afgehandeld"))[:30]


def test_a_far_page_begins_in_the_middle_of_each_index(clerk: User) -> None:
    """What stands on the pages before is not read again."""
    _visible, what, looking = asked(clerk, "toon=afgehandeld")
    ways = [what.dossiers(way, looking) for way in Dossier.objects.ways_visible_to(clerk)]
    far = ways[0].order_by(*what.ordering)[500]
    with CaptureQueriesContext(connection) as queries:
        page = paginate(ways, order=what.by, cursor=cursor_after(far, order=what.by), size=30)
    assert len(page.rows) == 30
    [asked_for] = queries
    plan = _plan(asked_for["sql"])
    assert len(re.findall(r"Index Cond: .*opened_at <=|\((?:team|handler)_id=\? AND opened_at<\?\)", plan)) == 2, plan


def test_no_open_tab_walks_the_archive_in_the_order_of_terms(clerk: User) -> None:
    """Who has little to do asks for more rows than there are: an index on every dossier would be read to its end."""
    for tab in (name for name, each in TABS.items() if each.has_number):
        plan = rows_of(clerk, f"toon={tab}").explain()
        assert not WALKS.search(plan), f"{tab}:\n{plan}"


def test_the_home_page_reads_only_what_is_for_this_clerk(clerk: User) -> None:
    some = Dossier.objects.filter(team__in=clerk.teams.all()).values("pk")[:3]
    Dossier.objects.filter(pk__in=list(some.values_list("pk", flat=True))).update(has_news=True)
    for rows in (unread_for(clerk)[:6], first_due_of(clerk)[:6]):
        plan = rows.explain()
        assert not READS_ALL.search(plan), plan
        assert len(rows) > 0


def test_counting_the_tabs_reads_only_what_is_open(clerk: User) -> None:
    visible, what, looking = asked(clerk, "")
    assert not READS_ALL.search(visible.filter(status__in=looking.open).order_by().explain())
    assert numbers(visible, what, looking)["mijn-teams"] == OPEN_EACH


def test_words_that_nobody_wrote_are_not_looked_for_along_the_archive(clerk: User) -> None:
    """Once at most, and not in order: PostgreSQL has an index of pieces of words when that is cheaper."""
    for query in ("toon=afgehandeld&q=xqzzy", "toon=afgehandeld&plaats=xqzzy"):
        with CaptureQueriesContext(connection) as queries:
            assert list(rows_of(clerk, query)) == []
        plans = [_plan(each["sql"]) for each in queries if 'FROM "dossiers_dossier"' in each["sql"]]
        assert plans
        assert len([plan for plan in plans if READS_ALL.search(plan) or WALKS.search(plan)]) <= 1, plans


def test_what_is_open_is_read_by_its_statuses(clerk: User) -> None:
    mine, everything = Dossier.objects.open().filter(handler=clerk), Dossier.objects.open()
    assert not READS_ALL.search(mine.explain()), mine.explain()
    if connection.vendor == "postgresql":  # SQLite does not know how few they are, and reads on
        assert not READS_ALL.search(everything.explain()), everything.explain()


def _plan(statement: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(("EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN ") + statement)
        return "\n".join(str(row[-1]) for row in cursor.fetchall())
