"""Who does the work of a colleague who is away."""

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.actors import Actor
from core.models import User
from dossiers.models import Deputy
from dossiers.permissions import handles

LONGEST = timedelta(days=366)


class DeputyRefused(ValidationError):
    """This cannot be; the message says why, and ``field`` where."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__({field: message})


@transaction.atomic
def stand_in(
    *, absent: User, deputy: User, since: date, until: date, confidential_too: bool, by: Actor, at: datetime
) -> Deputy:
    """``deputy`` does the work of ``absent`` from the first day through the last. Raises DeputyRefused."""
    today = timezone.localdate(at)
    if deputy == absent:
        raise DeputyRefused(_("Choose somebody else."), "deputy")
    if not deputy.is_active or not handles(deputy):
        raise DeputyRefused(_("%(name)s does not handle dossiers.") % {"name": deputy}, "deputy")
    if until < since:
        raise DeputyRefused(_("The last day lies before the first."), "until")
    if until < today:
        raise DeputyRefused(_("This day is over."), "until")
    if until - since > LONGEST:
        raise DeputyRefused(_("At most a year at once."), "until")
    User.objects.select_for_update().filter(pk=absent.pk).first()  # two at once cannot both find the days free
    taken = Deputy.objects.filter(absent=absent, since__lte=until, until__gte=since).select_related("deputy").first()
    if taken:
        days = {"since": date_format(taken.since, "j F"), "until": date_format(taken.until, "j F")}
        raise DeputyRefused(
            _("%(name)s stands in from %(since)s until %(until)s already. End that first.")
            % ({"name": taken.deputy} | days),
            "since",
        )
    return Deputy.objects.create(
        absent=absent,
        deputy=deputy,
        since=since,
        until=until,
        confidential_too=confidential_too,
        made_by=by.user,
        made_at=at,
    )


@transaction.atomic
def end_standing_in(*, standing_in: Deputy, at: datetime) -> None:
    """From now on not any more. What did not begin yet goes away; the days that were stay on record."""
    yesterday = timezone.localdate(at) - timedelta(days=1)
    held = Deputy.objects.select_for_update(of=("self",)).filter(pk=standing_in.pk).first()
    if held is None or held.until <= yesterday:
        return
    if held.since > yesterday:
        held.delete()
    else:
        held.until = yesterday
        held.save(update_fields=["until"])
