"""What dossiers add to looking somebody up: the number of a dossier leads to who it is for, and how many are open."""

import re

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.models import User
from dossiers.models import Dossier
from parties.finding import Found
from parties.models import Party


def of_dossier(words: str, user: User) -> list[Found]:
    """Whom this dossier is for, and who acts for them; only when its reader may see the dossier."""
    number = re.sub(r"[\s.\-/]+", "-", words.strip()).upper()
    if not re.fullmatch(r"[A-Z]{1,6}-\d{4}-\d{1,6}", number):
        return []
    prefix, year, last = number.split("-")
    dossiers = Dossier.objects.visible_to(user).select_related("initiator", "representative")
    dossier = dossiers.filter(number=f"{prefix}-{year}-{int(last):06d}").first()
    if dossier is None:
        return []
    why = _("dossier %(number)s") % {"number": dossier.number}
    return [Found(party, why) for party in (dossier.initiator, dossier.representative) if party]


def open_dossiers(parties: list[Party], user: User) -> dict[int, str]:
    """ "2 open dossiers", of those that this member of staff may see."""
    dossiers = Dossier.objects.visible_to(user).open().filter(initiator__in=parties)
    counted = dossiers.values_list("initiator").annotate(Count("pk")).order_by()
    return {
        party: ngettext("%(number)s open dossier", "%(number)s open dossiers", number) % {"number": number}
        for party, number in counted
    }
