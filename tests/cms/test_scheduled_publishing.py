"""What an editor planned goes live by itself."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import Schedule

from cms.tasks import publish_scheduled
from dossiers.models import ProcessType
from tests import town

pytestmark = pytest.mark.django_db


def plan(process_type: ProcessType, **from_now: float) -> None:
    process_type.go_live_at = timezone.now() + timedelta(**from_now)
    process_type.save_revision(approved_go_live_at=process_type.go_live_at)


def test_what_is_due_is_published_and_compiled() -> None:
    process_type = town.draft_melding()
    plan(process_type, minutes=-1)
    assert process_type.current_version is None
    publish_scheduled()
    process_type.refresh_from_db()
    assert process_type.live
    assert process_type.current_version is not None


def test_what_is_planned_for_later_waits() -> None:
    process_type = town.draft_melding()
    plan(process_type, hours=1)
    publish_scheduled()
    process_type.refresh_from_db()
    assert not process_type.live


def test_the_worker_does_this_every_two_minutes() -> None:
    assert Schedule.objects.get(func="cms.tasks.publish_scheduled").minutes == 2
