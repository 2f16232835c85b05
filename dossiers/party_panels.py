"""What dossiers know of a party, on its page in the register."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from core.models import User
from dossiers import desk
from parties.models import Party


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
