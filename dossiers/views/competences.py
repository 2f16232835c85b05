"""Who may do what with which process: an overview, and one page for each process."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from core.actors import Actor
from core.views import ScopedView
from dossiers import actions
from dossiers.actions.competences import May
from dossiers.models import ClosedProcess, Competence, ProcessType, Team

VERBS = ("see", "handle", "decide", "configure")


@dataclass(frozen=True)
class Row:
    """One team, and what it may with this process. ``is_own``: new dossiers of it come to this team."""

    team: Team
    may: May
    is_own: bool = False

    @property
    def cells(self) -> list[tuple[str, str, bool]]:
        labels = {
            "see": _("sees all"),
            "handle": _("handles all"),
            "decide": _("decides"),
            "configure": _("configures"),
        }
        return [(verb, labels[verb], getattr(self.may, verb)) for verb in VERBS]


class CompetencesView(ScopedView):
    model = ProcessType
    permission = "dossiers.change_competence"

    def get_queryset(self) -> Any:
        return ProcessType.objects.select_related("team", "closed").order_by("name")

    def may(self, *processes: ProcessType) -> dict[tuple[int, int], May]:
        rows = Competence.objects.filter(process_type__in=processes)
        return {
            (row.process_type_id, row.team_id): May(True, row.handle, row.decide, row.configure)
            for row in rows
        }  # fmt: skip

    def page(self, template: str, title: str, **context: Any) -> HttpResponse:
        overview = {"url": reverse("dossiers:competences"), "label": _("Who may do what")}
        crumbs = [overview] if template == "competences" else [overview, {"url": "", "label": title}]
        frame = {"header_title": title, "breadcrumbs_items": crumbs, "header_icon": "lock"}
        return render(self.request, f"dossiers/{template}.html", frame | context)


class Overview(CompetencesView):
    """Every process: whose it is, who may more, and whether it is closed to the rest."""

    def get(self, request: HttpRequest) -> HttpResponse:
        processes = list(self.get_queryset())
        may = self.may(*processes)
        teams = {team.pk: team for team in Team.objects.all()}
        rows = [
            (process, [(teams[team], each.words()) for (kind, team), each in may.items() if kind == process.pk])
            for process in processes
        ]
        return self.page("competences", _("Who may do what"), rows=rows)


class Change(CompetencesView):
    @cached_property
    def process(self) -> ProcessType:
        process: ProcessType = get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])
        return process

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        may = self.may(self.process)
        rows = [
            Row(team, may.get((pk, team.pk), May()), is_own=team == self.process.team)
            for team in Team.objects.all()
        ]  # fmt: skip
        closed = ClosedProcess.objects.filter(process_type=self.process).exists()
        title = _("Who may do what: %(process)s") % {"process": self.process}
        return self.page("competence", title, process=self.process, rows=rows, closed=closed)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        ticked = set(request.POST.getlist("mag"))
        may = {
            team: May(**{verb: f"{team.pk}-{verb}" in ticked for verb in VERBS})
            for team in Team.objects.all()
        }  # fmt: skip
        actions.set_competences(
            process_type=self.process,
            may=may,
            closed="gesloten" in request.POST,
            by=Actor.staff(self.user),
            at=timezone.now(),
        )
        messages.success(request, _("Saved. It holds from now on."))
        return redirect("dossiers:competences")
