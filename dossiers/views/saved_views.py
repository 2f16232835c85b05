"""Tabs that people made for themselves or their team."""

from typing import Any

from django.contrib import messages
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.views import ScopedAction, ScopedView
from dossiers.actions import working_calendar
from dossiers.forms import SavedViewForm
from dossiers.models import SavedView
from dossiers.worklist import Asked, Viewpoint

MOST = 30
"""More tabs than this help nobody; it also bounds what one person can store."""


def first_error(form: SavedViewForm) -> str:
    return str(next(iter(form.errors.values()))[0])


class SavedViews(ScopedView):
    """All that this person sees, to rename, move and remove; and a new one from the filters of the list."""

    model = SavedView
    permission = "dossiers.view_dossier"

    def get(self, request: HttpRequest) -> HttpResponse:
        views = list(self.get_queryset().select_related("team", "user"))
        return render(
            request,
            "dossiers/saved_views.html",
            {
                "header_title": _("Your views"),
                "breadcrumbs_items": [
                    {"url": reverse("dossiers:list"), "label": _("Dossiers")},
                    {"url": "", "label": _("Your views")},
                ],
                "views": views,
            },
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        looking = Viewpoint(self.user, timezone.now(), working_calendar())
        query = Asked.read(QueryDict(request.POST.get("lijst", "")[:2000]), looking).lasting
        form = SavedViewForm(request.POST, user=self.user)
        back = HttpResponseRedirect(f"{reverse('dossiers:list')}?{query}")
        mine = SavedView.objects.filter(user=self.user)
        if not form.is_valid():
            messages.error(request, first_error(form))
        elif mine.count() >= MOST:
            messages.error(request, _("You have %(most)s views. Remove one first.") % {"most": MOST})
        else:
            form.instance.user = self.user
            form.instance.query = query
            form.instance.position = (mine.aggregate(last=Max("position"))["last"] or 0) + 1
            form.save()
            messages.success(request, _("The view “%(name)s” is now a tab.") % {"name": form.instance})
        return back


class SavedViewAction(ScopedAction):
    model = SavedView
    permission = "dossiers.view_dossier"

    def act(self, view: SavedView) -> None:
        raise NotImplementedError

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.act(self.get_object())
        return redirect("dossiers:saved_views")


class Rename(SavedViewAction):
    def act(self, view: SavedView) -> None:
        form = SavedViewForm(
            {"name": self.request.POST.get("name"), "team": view.team_id}, user=self.user, instance=view
        )
        if form.is_valid():
            form.save()
            messages.success(self.request, _("The view is now called “%(name)s”.") % {"name": view})
        else:
            messages.error(self.request, first_error(form))


class Delete(SavedViewAction):
    def act(self, view: SavedView) -> None:
        view.delete()
        messages.success(self.request, _("The view “%(name)s” is removed.") % {"name": view})


class MoveForward(SavedViewAction):
    """One place to the left among the tabs."""

    def act(self, view: SavedView) -> None:
        views = list(self.get_queryset())
        place = views.index(view)
        if place:
            views[place - 1 : place + 1] = [view, views[place - 1]]
            for position, each in enumerate(views):
                each.position = position
            SavedView.objects.bulk_update(views, ["position"])
