"""As what the town recognises an organisation, and from when until when. It decides what they pay for a room."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.actors import Actor
from parties.actions.holding import hold
from parties.actions.refusals import Refused
from parties.models import Party, PartyEvent, Recognition, RecognitionCategory


@transaction.atomic
def recognise(
    *,
    party: Party,
    expected_version: int,
    category: RecognitionCategory,
    since: date,
    until: date | None = None,
    decision: str = "",
    by: Actor,
    at: datetime,
) -> Recognition:
    """Recognised from this day on. Raises Changed, and Refused when it is recognised on one of these days already."""
    held = hold(party, expected_version=expected_version)
    if held.is_person:
        raise Refused(_("Only an organisation can be recognised."))
    recognition = Recognition(
        party=held,
        category=category,
        since=since,
        until=until,
        decision=decision,
        recorded_at=at,
        recorded_by=by.user,
    )
    _save(recognition)
    _record(recognition, _("Added: category %(code)s"), by=by, at=at)
    return recognition


@transaction.atomic
def correct_recognition(
    *,
    recognition: Recognition,
    expected_version: int,
    category: RecognitionCategory,
    since: date,
    until: date | None,
    decision: str,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> Recognition:
    """Other days, another decision; also how it ends. Raises as ``recognise`` does."""
    held = hold(recognition.party, expected_version=expected_version)
    current = held.recognitions.filter(pk=recognition.pk).first()
    if current is None:
        raise Refused(_("This recognition stands here no longer."))
    current.category, current.since, current.until, current.decision = category, since, until, decision
    _save(current)
    _record(current, _("Changed: category %(code)s"), by=by, at=at, reason=reason)
    return current


def _save(recognition: Recognition) -> None:
    if recognition.until and recognition.until < recognition.since:
        raise Refused(_("The last day lies before the first."), field="until")
    _refuse_overlap(recognition)
    try:
        with transaction.atomic():
            recognition.save()
    except IntegrityError:  # somebody recorded another one a moment before us
        _refuse_overlap(recognition)
        raise


def _refuse_overlap(recognition: Recognition) -> None:
    """In words, what the database refuses too."""
    others = Recognition.objects.filter(party=recognition.party).exclude(pk=recognition.pk).select_related("category")
    for other in others:
        if recognition.overlaps(other):
            days = {"since": date_format(other.since), "until": date_format(other.until) if other.until else ""}
            words = (
                _("There is a recognition in category %(code)s from %(since)s until %(until)s. End that one first.")
                if other.until
                else _("There is a recognition in category %(code)s since %(since)s. End that one first.")
            )
            raise Refused(words % ({"code": other.category.code} | days), field="since")


def _record(recognition: Recognition, what: str, *, by: Actor, at: datetime, reason: str = "") -> None:
    PartyEvent.objects.record(
        recognition.party,
        PartyEvent.Kind.RECOGNITION,
        by=by,
        at=at,
        what=what % {"code": recognition.category.code},
        reason=reason,
    )
