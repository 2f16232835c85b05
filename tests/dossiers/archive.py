"""A town that has worked for years: many finished dossiers, and some that are open, spread over ten teams."""

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from core.models import User
from dossiers.models import Dossier
from tests import town

TEAMS, OPEN_EACH = 10, 40


def fill(size: int, *, handlers: list[User]) -> None:
    """Up to ``size`` dossiers in all; the first four hundred are open, one in five of those waits for the citizen."""
    version = town.melding()
    by_key = {status.key: status for status in version.statuses.all()}
    teams = [town.team(), *(town.team(f"Team {number}") for number in range(TEAMS - 1))]
    now = timezone.now()
    rows = []
    for number in range(Dossier.objects.count(), size):
        turn = number // TEAMS
        is_open = turn < OPEN_EACH
        waits = is_open and turn % 5 == 0
        at = now - timedelta(days=number % 28 if is_open else 30 + number % 3000, minutes=number)
        rows.append(
            Dossier(
                number=f"MEL-{number:07d}",
                process_version=version,
                status=by_key["wacht-op-u" if waits else "ontvangen" if is_open else "afgehandeld"],
                team=teams[number % TEAMS],
                handler=[None, *handlers][turn % (len(handlers) + 1)] if number % TEAMS == 0 else None,
                subject="Losse tegel",
                first_contact_at=at,
                opened_at=at,
                due_at=at + timedelta(days=20) if is_open and not waits else None,
            )
        )
    Dossier.objects.bulk_create(rows, batch_size=2000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
