"""The base of pages that ask something about one dossier and then do it."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _

from core.actors import Actor
from dossiers.actions import Changed, StepRefused
from dossiers.models import Dossier
from dossiers.models.dossier import DossierQuerySet
from dossiers.views.scope import HANDLE, DossierView


class DossierFormView(DossierView):
    """Whoever comes second reads who was first, and finds every word back."""

    permission = HANDLE
    form_class: ClassVar[type[forms.Form]]
    title: ClassVar[str | Promise]
    button: ClassVar[str | Promise]
    template = "dossiers/form.html"
    fragment = ""
    """Part of the dossier's page to come back to."""

    def get_queryset(self) -> DossierQuerySet:
        dossiers: DossierQuerySet = super().get_queryset()
        return dossiers.for_list()

    @cached_property
    def dossier(self) -> Dossier:
        return get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])

    def act(self, form: forms.Form, by: Actor, at: datetime) -> str:
        """Do it, and return what to tell the clerk. May raise Changed and StepRefused."""
        raise NotImplementedError

    def heading(self) -> str:
        return str(self.title)

    def back(self) -> HttpResponse:
        """Where the clerk goes on."""
        return redirect(f"{self.dossier.get_absolute_url()}{self.fragment and '#'}{self.fragment}")

    def initial(self) -> dict[str, Any]:
        return {}

    def explanation(self) -> dict[str, Any]:
        """What the template says above the form. May raise StepRefused: then the page is not shown at all."""
        return {}

    def show(self, form: forms.Form, *, status: int = 200, **context: Any) -> HttpResponse:
        context |= {
            "header_title": f"{self.heading()} – {self.dossier.number}",
            "breadcrumbs_items": [
                {"url": reverse("dossiers:list"), "label": _("Dossiers")},
                {"url": self.dossier.get_absolute_url(), "label": self.dossier.number},
                {"url": "", "label": self.heading()},
            ],
            "dossier": self.dossier,
            "form": form,
            "title": self.heading(),
            "button": self.button,
        }
        return render(self.request, self.template, self.explanation() | context, status=status)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            return self.show(self.form_class(initial=self.initial() | {"version": self.dossier.version}))
        except StepRefused as refused:
            messages.warning(request, str(refused))
            return redirect(self.dossier)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = self.form_class(request.POST, request.FILES)
        try:
            if not form.is_valid():
                return self.show(form, status=422)
            return self.submitted(form)
        except Changed as changed:
            del self.dossier
            data = request.POST.copy()
            data["version"] = str(self.dossier.version)
            try:
                return self.show(self.form_class(data), status=409, changed=changed)
            except StepRefused as refused:
                messages.error(request, f"{changed} {refused}")
                return redirect(self.dossier)
        except StepRefused as refused:
            form.add_error(None, str(refused))
            try:
                return self.show(form, status=422)
            except StepRefused:  # the page itself makes no sense any more
                messages.error(request, str(refused))
                return redirect(self.dossier)

    def submitted(self, form: forms.Form) -> HttpResponse:
        messages.success(self.request, self.act(form, Actor.staff(self.user), timezone.now()))
        return self.back()
