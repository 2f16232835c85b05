"""How many years something is kept, and when those are over."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.models import KeepingTerm

PARTIES, ACCESS_LOG = "parties", "access_log"


@dataclass(frozen=True)
class Kept:
    years: int
    source: str | Promise


DEFAULTS = {
    PARTIES: Kept(10, _("Proposal of Loket; the archivist of the town decides")),
    ACCESS_LOG: Kept(
        10, _("Proposal of Loket: ten years, as the law on the national register (article 17) asks of who looks in it")
    ),
}
"""What holds while the town did not decide otherwise."""


def term_of(what: str) -> Kept:
    chosen = KeepingTerm.objects.filter(what=what).first()
    return Kept(chosen.years, chosen.source) if chosen else DEFAULTS[what]


def years_later(day: date, years: int) -> date:
    """The same day so many years later: the first on which full years are over. 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def years_before(at: datetime, years: int) -> date:
    """What is of this day or before is over, by the clock on the wall. Reads ``years_later`` backwards."""
    today = timezone.localdate(at)
    try:
        return today.replace(year=today.year - years)
    except ValueError:  # 29 February: what ended on 28 February is over, what ended on 1 March is not
        return date(today.year - years, 2, 28)


def in_words(years: int) -> str:
    return ngettext("%(years)s year", "%(years)s years", years) % {"years": years}
