"""Tasks on the page of a dossier."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from core.models import User
from dossiers import actions
from dossiers.forms import TaskForm
from dossiers.models import Dossier, Task
from dossiers.views.scope import DossierButton


def colleagues(dossier: Dossier) -> QuerySet[User]:
    """Who may be asked to do something in this dossier."""
    return dossier.team.members.filter(is_active=True).order_by("first_name", "last_name", "username")


class TaskAction(DossierButton):
    def dossier(self) -> Dossier:
        dossier: Dossier = get_object_or_404(self.get_queryset().select_related("team"), pk=self.kwargs["pk"])
        return dossier

    def task(self, dossier: Dossier) -> Task:
        return get_object_or_404(dossier.tasks, pk=self.kwargs["task"])

    @property
    def by(self) -> dict[str, Any]:
        return {"by": Actor.staff(self.user), "at": timezone.now()}


class AddTask(TaskAction):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        dossier = self.dossier()
        form = TaskForm(request.POST, colleagues=colleagues(dossier))
        if form.is_valid():
            actions.add_task(dossier=dossier, **form.cleaned_data, **self.by)
        else:
            messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect(f"{dossier.get_absolute_url()}#taken")


class FinishTask(TaskAction):
    def post(self, request: HttpRequest, pk: int, task: int) -> HttpResponse:
        dossier = self.dossier()
        done = self.task(dossier)
        actions.finish_task(task=done, **self.by)
        messages.success(request, _("Done: %(task)s") % {"task": done.text})
        if "lijst" in request.POST:
            return redirect("dossiers:my_tasks")
        return redirect(f"{dossier.get_absolute_url()}#taken")


class ReopenTask(TaskAction):
    def post(self, request: HttpRequest, pk: int, task: int) -> HttpResponse:
        dossier = self.dossier()
        actions.reopen_task(task=self.task(dossier), **self.by)
        return redirect(f"{dossier.get_absolute_url()}#taken")
