"""The work list: /beheer/dossiers/, in which a clerk spends the day."""

from dataclasses import replace
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import gettext as _

from core.keyset import Page, paginate
from core.views import ScopedView
from dossiers.actions import working_calendar
from dossiers.models import Dossier, SavedView
from dossiers.models.dossier import DossierQuerySet
from dossiers.permissions import handles, has_steps
from dossiers.views.deadline import Deadline
from dossiers.worklist import FILTERS, FIRST_TAB, MYSELF, NEWEST, ORDERS, TABS, Asked, Viewpoint, numbers

PAGE_SIZE = 30
MOST_SHOWN = 99


class WorkListView(ScopedView):
    """What the address asks for, of what this person may see."""

    model = Dossier
    permission = "dossiers.view_dossier"

    @cached_property
    def now(self) -> datetime:
        return timezone.now()

    @cached_property
    def looking(self) -> Viewpoint:
        return Viewpoint(self.user, self.now, working_calendar())

    @cached_property
    def asked(self) -> Asked:
        return Asked.read(self.request.GET, self.looking)

    @cached_property
    def visible(self) -> DossierQuerySet:
        dossiers: DossierQuerySet = self.get_queryset()
        return dossiers

    @cached_property
    def dossiers(self) -> DossierQuerySet:
        return self.asked.dossiers(self.visible, self.looking)

    @cached_property
    def page(self) -> Page[Dossier]:
        """A tab that grows with the archive finds its rows first and then what they show.

        With everything that a row shows in one query, SQLite begins at the few teams and statuses, and reads and sorts
        all that was ever finished; without, it goes straight to the newest.
        """
        cursor = self.request.GET.get("vanaf")
        if TABS[self.asked.tab].has_number:
            return paginate(self.dossiers.for_list(), order=self.asked.by, cursor=cursor, size=PAGE_SIZE)
        ways = [self.dossiers]
        if self.asked.by == NEWEST:
            ways = [self.asked.dossiers(way, self.looking) for way in Dossier.objects.ways_visible_to(self.user)]
        page = paginate(ways, order=self.asked.by, cursor=cursor, size=PAGE_SIZE)
        return replace(page, rows=self.visible.with_everything(page.rows))

    @cached_property
    def rows(self) -> list[tuple[Dossier, Deadline]]:
        return [(dossier, Deadline.of(dossier, self.now, self.looking.calendar)) for dossier in self.page.rows]

    @property
    def etag(self) -> str:
        """Of what the rows say. The words of the term change at midnight, so they count and the clock does not."""
        said: list[tuple[object, ...]] = [
            (each.pk, each.version, each.due_at, deadline.text, each.status_id, each.subject, each.place)
            for each, deadline in self.rows
        ]
        said += [(str(each.initiator), str(each.handler), str(each.team)) for each, _deadline in self.rows]
        return f'"{sha256(repr((said, bool(self.page.next_cursor))).encode()).hexdigest()[:32]}"'


class DossierList(WorkListView):
    """The work list: what is due first stands on top."""

    def get(self, request: HttpRequest) -> HttpResponse:
        looking, asked = self.looking, self.asked
        saved = list(SavedView.objects.visible_to(self.user).select_related("team"))
        shown = next((view for view in saved if view.query == asked.lasting and not asked.words), None)
        return render(
            request,
            "dossiers/list.html",
            {
                "header_title": _("Dossiers"),
                "breadcrumbs_items": [{"url": "", "label": _("Dossiers")}],
                "tabs": self.tabs(shown),
                "saved_views": [(view, view == shown) for view in saved],
                "shown": shown,
                "asked": asked,
                "tab": TABS[asked.tab],
                "tab_name": asked.tab if asked.tab != FIRST_TAB else "",
                "filters": [(each, each.choices(looking), asked.values.get(each.name, "")) for each in FILTERS],
                "chips": list(asked.chips(looking)),
                "without_filters": asked.query(without=("q", *asked.values)),
                "orders": self.orders(),
                "page": self.page,
                "rows": self.rows,
                "has_teams": len(looking.teams) > 1,
                "own_teams": looking.own_teams,
                "etag": self.etag,
                "state_url": f"{reverse('dossiers:list_state')}?{request.GET.urlencode()}",
                "may_handle": handles(self.user),
                "may_choose": has_steps(self.user),
                "may_export": self.user.has_perm("dossiers.export_dossier"),
                "query": asked.query(),
                "stands_in": looking.stands_in if asked.tab in {"mijn", FIRST_TAB} else [],
                "only_mine": asked.query(toon="mijn", behandelaar=MYSELF),
            },
        )

    def tabs(self, shown: SavedView | None) -> list[dict[str, Any]]:
        found = numbers(self.visible, self.asked, self.looking)
        return [
            {
                "label": tab.label,
                "query": self.asked.query(toon=name),
                "is_shown": name == self.asked.tab and shown is None,
                "number": found.get(name),
                "many": found.get(name, 0) > MOST_SHOWN,
            }
            for name, tab in TABS.items()
        ]

    def orders(self) -> list[dict[str, Any]]:
        offered = TABS[self.asked.tab].orders
        return [
            {"label": ORDERS[name][0], "query": self.asked.query(sorteer=name), "is_shown": name == self.asked.order}
            for name in offered
            if len(offered) > 1
        ]


class ListState(WorkListView):
    """Whether the rows of a page still say the same: 304 when they do. The page asks this every minute."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        response = HttpResponse(status=204, headers={"ETag": self.etag})
        patch_cache_control(response, private=True, no_cache=True)
        return get_conditional_response(request, etag=self.etag, response=response) or response
