"""Whose work one dossier is, on its own page."""

from datetime import datetime

from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from core.actors import Actor
from dossiers import actions
from dossiers.forms import HandlerForm, TeamForm
from dossiers.models import Dossier
from dossiers.permissions import handlers_for
from dossiers.views.dossier import DossierAction


class Assign(DossierAction):
    """To somebody, to nobody, or to another team (and then to nobody there yet)."""

    def act(self, dossier: Dossier, by: Actor, at: datetime) -> str:
        post = self.request.POST
        to_team = "team" in post
        form: HandlerForm | TeamForm
        if to_team:
            form = TeamForm(post, without=dossier.team)
        else:
            form = HandlerForm(post, people=handlers_for([dossier]), user=self.user)
        version = post.get("version", "")
        if not form.is_valid() or not version.isdecimal():
            raise actions.StepRefused(_("Choose a team.") if to_team else _("Choose a handler."))
        handler = form.chosen if isinstance(form, HandlerForm) else None
        team = form.chosen if isinstance(form, TeamForm) else dossier.team
        actions.assign(dossier=dossier, expected_version=int(version), handler=handler, team=team, by=by, at=at)
        if to_team:
            return _("%(number)s is now with %(team)s.") % {"number": dossier.number, "team": team}
        if handler is None:
            return _("%(number)s has no handler now.") % {"number": dossier.number}
        return _("%(number)s is now with %(team)s.") % {"number": dossier.number, "team": handler}

    def post(self, request: HttpRequest, pk: int) -> HttpResponseRedirect:
        response = super().post(request, pk)
        if not self.get_queryset().filter(pk=pk).exists():  # handed over to people whose dossiers one does not see
            return redirect("dossiers:list")
        return response
