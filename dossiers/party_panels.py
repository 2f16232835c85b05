"""What dossiers know of a party: on its page in the register, and when somebody looks for a dossier's number."""

import re

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import User
from dossiers import desk
from dossiers.models import Dossier
from parties.finding import Found
from parties.models import Party

NUMBER = re.compile(r"([A-Za-z]{1,6})[- ]?(\d{4})[- ]?(\d{1,6})")
"""MEL-2026-000123, and how people say it: mel 2026 123."""


class ContactsPanel:
    """Open dossiers, the last contacts on all channels, promised call-backs; and a button for a new contact."""

    title: str | Promise = gettext_lazy("Dossiers and contacts")
    order = 100

    def render(self, request: HttpRequest, party: Party) -> str:
        if not isinstance(request.user, User) or not request.user.has_perm("dossiers.view_dossier"):
            return ""
        picture = desk.picture([party], user=request.user, day=timezone.localdate())
        context = {"picture": picture, "party": party, "may_begin": request.user.has_perm("dossiers.add_contact")}
        return render_to_string("dossiers/desk/_party_panel.html", context, request=request)


def find_by_number(words: str, user: User) -> list[Found]:
    """Whose dossier this is, for who may see it; also whoever speaks for them."""
    said = NUMBER.fullmatch(words.strip())
    if said is None:
        return []
    number = f"{said[1].upper()}-{said[2]}-{int(said[3]):06d}"
    seen = Dossier.objects.visible_to(user).filter(number=number)
    dossier = seen.select_related("initiator", "representative").first()
    if dossier is None:
        return []
    why = _("dossier %(number)s") % {"number": number}
    return [Found(party, why) for party in (dossier.representative, dossier.initiator) if party]
