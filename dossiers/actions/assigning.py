"""Whose work it is."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.actors import Actor
from core.models import User
from dossiers.actions.giving import given
from dossiers.actions.history import record
from dossiers.actions.refusals import StepRefused
from dossiers.actions.steps import claim
from dossiers.models import Dossier, Event, Team
from dossiers.models.event import EventKind
from dossiers.permissions import may_be_given


@transaction.atomic
def assign(
    *, dossier: Dossier, expected_version: int, handler: User | None, team: Team, by: Actor, at: datetime
) -> Event:
    """Give a dossier to somebody (or to nobody in particular) of a team, and write down to whom.

    ``expected_version`` is the version that the clerk was looking at. Raises Changed when someone was first (nothing
    happened then), and StepRefused when it was so already or when this person may not handle dossiers of that team.
    """
    dossier = claim(dossier, expected_version)
    if (dossier.handler_id, dossier.team_id) == (handler and handler.pk, team.pk):
        raise StepRefused(_("It was already so."))
    if handler is not None and not may_be_given(handler, dossier, team):
        raise StepRefused(_("%(name)s does not handle dossiers of %(team)s.") % {"name": handler, "team": team})
    if handler is None and dossier.is_confidential:
        raise StepRefused(_("A confidential dossier always has a handler: give it to somebody by name."))
    said = str(handler) if handler else _("nobody")
    event = record(
        dossier,
        EventKind.ASSIGNED,
        by=by,
        at=at,
        reason=said if dossier.team_id == team.pk else _("%(team)s: %(name)s") % {"team": team, "name": said},
    )
    if handler != dossier.handler:
        dossier.given_at = given(handler, by=by, at=at)
    dossier.handler, dossier.team = handler, team
    dossier.save(update_fields=["handler", "team", "given_at"])
    return event
