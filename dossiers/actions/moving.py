"""Taking running dossiers to a newer version of their process: deliberate, with a preview, one dossier at a time.

A move never changes what the figures read: a status only moves to one with the same milestone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.actors import Actor
from dossiers.actions import tasks
from dossiers.actions.history import record
from dossiers.actions.notifying import announce_status
from dossiers.actions.refusals import StepRefused
from dossiers.actions.steps import claim
from dossiers.actions.terms import derive_due, next_due, status_events, working_calendar
from dossiers.models import Dossier, Event, ProcessVersion, Status
from dossiers.models.event import EventKind

StatusMap = Mapping[str, str]
"""Key of a status in the old version → key in the new one."""


@dataclass(frozen=True)
class Move:
    """What moving this dossier would change. ``problem`` says why it cannot move."""

    dossier: Dossier
    target: Status | None
    due_at: datetime | None
    problem: str = ""


def candidates(old: Status, version: ProcessVersion) -> list[Status]:
    """The statuses of the new version that a dossier in this status may move to; the same key first."""
    fitting = [
        status
        for status in version.statuses.all()
        if status.milestone == old.milestone and status.is_pause == old.is_pause
    ]
    return sorted(fitting, key=lambda status: (status.key != old.key, status.order))


def preview(*, dossier: Dossier, version: ProcessVersion, status_map: StatusMap) -> Move:
    """How the dossier would be on the new version; nothing is changed."""
    wanted = status_map.get(dossier.status.key, dossier.status.key)
    target = next((status for status in candidates(dossier.status, version) if status.key == wanted), None)
    if target is None:
        return Move(dossier, None, dossier.due_at, _("There is no status in the new version that fits."))
    moved = Dossier(process_version=version, first_contact_at=dossier.first_contact_at)
    due = next_due(moved, status_events(dossier), working_calendar())
    return Move(dossier, target, due.at if due else None)


@transaction.atomic
def move_to_version(
    *, dossier: Dossier, expected_version: int, version: ProcessVersion, status_map: StatusMap, by: Actor, at: datetime
) -> Event:
    """Move one dossier. Its terms are those of the new version from now on; what was promised stays promised.

    Raises Changed when someone was first, and StepRefused when no status fits or it is another process.
    """
    dossier = claim(dossier, expected_version)
    if version.process_type_id != dossier.process_version.process_type_id:
        raise StepRefused(_("This is a version of another process."))
    if version.pk == dossier.process_version_id:
        raise StepRefused(_("This dossier is on that version already."))
    move = preview(dossier=dossier, version=version, status_map=status_map)
    if move.target is None:
        raise StepRefused(move.problem)
    old = dossier.status
    event = record(
        dossier,
        EventKind.MOVED,
        by=by,
        at=at,
        from_status=old.key,
        to_status=move.target.key,
        reason=_("Version %(old)s → version %(new)s") % {"old": dossier.process_version.number, "new": version.number},
    )
    dossier.process_version, dossier.status = version, move.target
    derive_due(dossier)
    dossier.save(update_fields=["process_version", "status", "due_at"])
    dossier.tasks.open().filter(status_key=old.key).exclude(text__in=[t["text"] for t in move.target.tasks]).delete()
    tasks.begin_status(dossier, move.target, at=at)
    if (old.key, old.citizen_label) != (move.target.key, move.target.citizen_label):
        announce_status(dossier, event)
    return event
