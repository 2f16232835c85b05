"""The nightly look for what is due reads what ended since and what may be due, never the archive."""

import pytest
from django.db import connection
from django.db.models.functions import TruncDate
from django.utils import timezone

from dossiers import retention
from dossiers.milestones import ENDS
from dossiers.models import Dossier, Status
from tests import town
from tests.dossiers.archive import fill
from tests.dossiers.test_work_list_plans import READS_ALL

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_what_is_due_is_found_by_its_index() -> None:
    version = town.published(town.draft_melding(retention_years=8))
    fill(20_000, handlers=[])
    ended = Status.objects.filter(milestone__in=ENDS)
    Dossier.objects.filter(status__in=ended).update(ended_on=TruncDate("first_contact_at"))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    due = retention.candidates(version, at=timezone.now())
    assert 0 < due.count() < 2000
    plan = due[:100].explain()
    assert "dossiers_dossier_to_destroy" in plan, plan
    assert not READS_ALL.search(plan), plan


def test_what_ended_since_is_found_by_its_index() -> None:
    town.published(town.draft_melding(retention_years=8))
    fill(20_000, handlers=[])
    ended = Status.objects.filter(milestone__in=ENDS)
    some = list(Dossier.objects.filter(status__in=ended).values_list("pk", flat=True)[:50])
    Dossier.objects.filter(status__in=ended).exclude(pk__in=some).update(ended_on=timezone.localdate())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    plan = retention.without_an_end(after=0).explain()
    assert "dossiers_dossier_no_end_yet" in plan, plan
    assert not READS_ALL.search(plan), plan
