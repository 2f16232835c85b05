"""Dossiers that only who handles them may read, and who is named (docs/rules/toegang.md)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.actors import Actor
from core.models import User
from dossiers.actions.history import record
from dossiers.actions.refusals import StepRefused
from dossiers.actions.steps import claim
from dossiers.models import Dossier, Event
from dossiers.models.event import EventKind


@transaction.atomic
def make_confidential(
    *, dossier: Dossier, expected_version: int, reason: str, readers: Iterable[User], by: Actor, at: datetime
) -> Event:
    """From now on only for the handler, ``readers`` and who may see all confidential dossiers. Done again, it changes
    reason and readers. A dossier without a handler goes to who does this.

    ``reason`` is read by those people only. Raises Changed when someone was first, and StepRefused without a reason.
    """
    reason = reason.strip()
    if not reason:
        raise StepRefused(_("Say why this dossier is confidential."))
    dossier = claim(dossier, expected_version)
    named = sorted(set(readers) - {dossier.handler}, key=lambda reader: reader.pk)
    if dossier.handler is None:
        dossier.handler = by.user
    if dossier.handler is None:
        raise StepRefused(_("A confidential dossier always has a handler: give it to somebody by name."))
    dossier.is_confidential, dossier.confidential_reason = True, reason
    dossier.save(update_fields=["is_confidential", "confidential_reason", "handler"])
    dossier.readers.set(named)
    who = ", ".join(map(str, [dossier.handler, *named]))
    return record(dossier, EventKind.CONFIDENTIAL, by=by, at=at, reason=_("For %(people)s.") % {"people": who})


@transaction.atomic
def lift_confidentiality(
    *, dossier: Dossier, expected_version: int, reason: str, by: Actor, at: datetime
) -> Event:  # fmt: skip
    """Everybody who sees the dossiers of this team and process may read it again, its history included."""
    reason = reason.strip()
    if not reason:
        raise StepRefused(_("Say why it need not be confidential any more."))
    dossier = claim(dossier, expected_version)
    if not dossier.is_confidential:
        raise StepRefused(_("It was already so."))
    dossier.is_confidential, dossier.confidential_reason = False, ""
    dossier.save(update_fields=["is_confidential", "confidential_reason"])
    dossier.readers.clear()
    return record(dossier, EventKind.NOT_CONFIDENTIAL, by=by, at=at, reason=reason)
