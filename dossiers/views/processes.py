"""Screens about process types: a new one from a template or a file, and running dossiers on older versions."""

import json
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actors import Actor
from core.portable import NotReadable
from core.views import ScopedView
from dossiers import actions, process_files
from dossiers.actions.moving import candidates, preview
from dossiers.milestones import ProcessKind
from dossiers.models import Dossier, ProcessType, ProcessVersion, Status, Team
from dossiers.models.dossier import DossierQuerySet
from dossiers.permissions import configured_by

LARGEST_FILE = 2_000_000
AT_ONCE = 50
"""How many dossiers one press of the button moves, each on its own."""


class ProcessView(ScopedView):
    """For who may change process types: all of them by right, or those that the own team configures."""

    model = ProcessType
    permission = "wagtailadmin.access_admin"

    def authorise(self) -> None:
        if not configured_by(self.user).filter(pk=self.kwargs["pk"]).exists():
            raise PermissionDenied

    def get_queryset(self) -> Any:
        return configured_by(self.user)

    @cached_property
    def process(self) -> ProcessType:
        process: ProcessType = get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])
        return process

    def page(self, template: str, title: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
        listing = reverse(ProcessType.snippet_viewset.get_url_name("list"))
        breadcrumbs = [{"url": listing, "label": _("Process types")}]
        if "pk" in self.kwargs:
            address = reverse(ProcessType.snippet_viewset.get_url_name("edit"), args=[self.process.pk])
            breadcrumbs.append({"url": address, "label": self.process.name})
        breadcrumbs.append({"url": "", "label": title})
        frame = {"header_title": title, "header_icon": "tasks", "breadcrumbs_items": breadcrumbs}
        return render(self.request, f"dossiers/process/{template}.html", frame | context, status=status)


class NewProcessForm(forms.Form):
    team = forms.ModelChoiceField(
        label=gettext_lazy("Which team handles these dossiers?"),
        queryset=Team.objects.all(),
        error_messages={"required": gettext_lazy("Choose a team.")},
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        help_text=gettext_lazy("A process type that was exported from Loket (.json)."),
        widget=forms.FileInput(attrs={"accept": ".json"}),
        error_messages={"empty": gettext_lazy("This file is empty.")},
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and file.size > LARGEST_FILE:
            raise forms.ValidationError(_("This file is too large. A process type is at most 2 MB."))
        return file


class NewProcess(ProcessView):
    """A new process type from one that comes with Loket, or from a file."""

    permission = "dossiers.add_processtype"

    def authorise(self) -> None:
        """Whoever may make one."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.offer(NewProcessForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = NewProcessForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.offer(form, status=422)
        known = process_files.templates()
        chosen = request.POST.get("sjabloon", "")
        try:
            if chosen in known:
                data = known[chosen]
            elif form.cleaned_data["file"]:
                data = process_files.read(form.cleaned_data["file"].read())
            else:
                form.add_error("file", _("Choose a file."))
                return self.offer(form, status=422)
            made = process_files.import_process(data=data, team=form.cleaned_data["team"], by=self.user)
        except NotReadable as reason:
            form.add_error("file", str(reason))
            return self.offer(form, status=422)
        messages.success(request, _("A draft was made. Change what you want; nothing is published yet."))
        for note in made.notes:
            messages.warning(request, note)
        return redirect(ProcessType.snippet_viewset.get_url_name("edit"), made.process_type.pk)

    def offer(self, form: NewProcessForm, *, status: int = 200) -> HttpResponse:
        kinds = dict(ProcessKind.choices)
        ready = [
            {
                "key": key,
                "name": data["name"],
                "kind": kinds.get(data["kind"], ""),
                "about": data["about"],
                "statuses": [status["value"]["label"] for status in data["statuses"]],
            }
            for key, data in process_files.templates().items()
        ]
        return self.page("new", _("New process type"), {"form": form, "ready": ready}, status=status)


class ExportProcess(ProcessView):
    """The draft as a file, for another Loket or to keep."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        draft = self.process.get_latest_revision_as_object()
        content = json.dumps(process_files.export(draft), ensure_ascii=False, indent=1)
        response = HttpResponse(content, content_type="application/json; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{self.process.prefix.lower()}.json"'
        return response


@dataclass(frozen=True)
class Group:
    """Open dossiers that are in one status of an older version."""

    status: Status
    number: int
    choices: list[Status]
    chosen: str

    @property
    def field(self) -> str:
        return f"status-{self.status.pk}"


class MoveDossiers(ProcessView):
    """Which running dossiers are on an older version, where each would go, and then do it."""

    @cached_property
    def version(self) -> ProcessVersion:
        return self.process.versions.order_by("-number")[0]

    def older(self) -> DossierQuerySet:
        dossiers: DossierQuerySet = Dossier.objects.visible_to(self.user).open()
        return dossiers.filter(process_version__process_type=self.process).exclude(process_version=self.version)

    def groups(self, said: Any) -> list[Group]:
        """By status of the older versions; ``said`` are the choices that came with the request."""
        statuses = Status.objects.filter(version__process_type=self.process).exclude(version=self.version)
        found = []
        for status in statuses.select_related("version").order_by("version__number", "order"):
            number = self.older().filter(status=status)[: AT_ONCE * 10].count()
            if number:
                choices = candidates(status, self.version)
                wanted = said.get(f"status-{status.pk}", "")
                fitting = {choice.key for choice in choices}
                chosen = wanted if wanted in fitting else (choices[0].key if choices else "")
                found.append(Group(status, number, choices, chosen))
        return found

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.process.versions.exists():
            messages.warning(request, _("This process type was never published, so nothing runs on it."))
            return redirect(ProcessType.snippet_viewset.get_url_name("edit"), self.process.pk)
        groups = self.groups(request.GET)
        moves = []
        if "bekijk" in request.GET:
            chosen = {group.status.pk: {group.status.key: group.chosen} for group in groups}
            moves = [
                preview(dossier=dossier, version=self.version, status_map=chosen[dossier.status_id])
                for dossier in self.older().for_list().order_by("pk")[:AT_ONCE]
                if dossier.status_id in chosen
            ]
        context = {
            "process": self.process,
            "version": self.version,
            "groups": groups,
            "moves": moves,
            "can_move": any(move.target for move in moves),
            "most": AT_ONCE,
        }
        return self.page("move", _("Running dossiers of %(name)s") % {"name": self.process.name}, context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        chosen = {group.status.pk: group.chosen for group in self.groups(request.POST)}
        numbers = request.POST.getlist("dossier")[:AT_ONCE]
        seen = dict(number.split(":", 1) for number in numbers if number.count(":") == 1)
        results = []
        for dossier in self.older().for_list().filter(pk__in=[pk for pk in seen if pk.isdigit()]).order_by("pk"):
            version = seen[str(dossier.pk)]
            try:
                actions.move_to_version(
                    dossier=dossier,
                    expected_version=int(version) if version.isdigit() else 0,
                    version=self.version,
                    status_map={dossier.status.key: chosen.get(dossier.status_id, "")},
                    by=Actor.staff(self.user),
                    at=timezone.now(),
                )
            except actions.StepRefused as refused:
                results.append((dossier, str(refused)))
            else:
                results.append((dossier, ""))
        context = {"process": self.process, "results": results, "left": self.older()[: AT_ONCE * 10].count()}
        return self.page("moved", _("Running dossiers of %(name)s") % {"name": self.process.name}, context)
