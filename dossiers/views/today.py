"""What a clerk finds in the morning: on the home page, and in the list of his or her own tasks."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component

from core.keyset import paginate
from core.models import User
from core.views import ScopedView
from dossiers.actions import working_calendar
from dossiers.models import Dossier, Note, Task
from dossiers.models.dossier import DossierQuerySet
from dossiers.models.sight import Sight
from dossiers.views.deadline import Deadline

SHOWN = 5  # rows in each list of the home page; the others stand behind a link


class TodayPanel(Component):
    """Four short lists, in a fixed number of queries however much there is."""

    name = "today"
    template_name = "dossiers/today.html"
    order = 110

    class Media:
        css = {"all": ["core/staff.css"]}

    def __init__(self, user: User) -> None:
        self.user = user
        self.now = timezone.now()

    @cached_property
    def news(self) -> list[Dossier]:
        return list(unread_for(self.user).select_related("initiator")[: SHOWN + 1])

    @cached_property
    def tasks(self) -> list[Task]:
        return list(paginate(own_tasks(self.user), order=["due_on", "pk"], size=SHOWN + 1).rows)

    def first(self) -> list[tuple[Dossier, Deadline]]:
        calendar = working_calendar()
        mine = first_due_of(self.user).select_related("status")[:SHOWN]
        return [(each, Deadline.of(each, self.now, calendar)) for each in mine]

    def mentions(self) -> list[Note]:
        recent = Note.objects.recently_mentioning(self.user, self.now)
        seen = Dossier.objects.visible_to(self.user)
        return list(recent.filter(dossier__in=seen).select_related("author", "dossier")[:SHOWN])

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        today = timezone.localdate(self.now)
        return {
            "csrf_token": parent_context["csrf_token"],  # a component sees nothing but what it is given
            "news": self.news[:SHOWN],
            "has_more_news": len(self.news) > SHOWN,
            "tasks": [(task, task.is_late(today)) for task in self.tasks[:SHOWN]],
            "has_more_tasks": len(self.tasks) > SHOWN,
            "first": self.first(),
            "mentions": self.mentions(),
        }


class MyTasks(ScopedView):
    """What this clerk must do, in all dossiers; what must be ready first stands first."""

    model = Dossier
    permission = "dossiers.handle_dossier"

    def get(self, request: HttpRequest) -> HttpResponse:
        page = paginate(own_tasks(self.user), order=["due_on", "pk"], cursor=request.GET.get("vanaf"))
        today = timezone.localdate()
        context = {
            "header_title": _("My tasks"),
            "breadcrumbs_items": [{"url": "", "label": _("My tasks")}],
            "page": page,
            "tasks": [(task, task.is_late(today)) for task in page.rows],
        }
        return render(request, "dossiers/my_tasks.html", context)


def unread_for(user: User) -> DossierQuerySet:
    """Messages that wait for this clerk: in the own dossiers, and in those of the own teams that nobody has."""
    sight = Sight.of(user)
    to_answer = Q(handler__in=sight.handlers) | Q(handler=None, team__in=sight.teams)
    return Dossier.objects.visible_to(user).filter(to_answer, has_news=True).order_by("pk")


def first_due_of(user: User) -> DossierQuerySet:
    mine = Dossier.objects.visible_to(user).filter(handler__in=Sight.of(user).handlers, due_at__isnull=False)
    return mine.open().order_by("due_at", "pk")


def own_tasks(user: User) -> QuerySet[Task]:
    return Task.objects.waiting_for(user).filter(dossier__in=Dossier.objects.visible_to(user)).select_related("dossier")
