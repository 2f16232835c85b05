"""The base of pages that change one record, and of the buttons on its page."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actors import Actor
from core.models import AccessLog
from core.views import ScopedAction, ScopedView
from parties.actions import Changed, NumberTaken, Refused
from parties.models import Party


class PartyFormView(ScopedView):
    """Whoever comes second reads who was first, and finds every word back."""

    model = Party
    permission = "parties.change_party"
    form_class: ClassVar[type[forms.Form]]
    title: ClassVar[str | Promise]
    button: ClassVar[str | Promise] = gettext_lazy("Save")
    template = "parties/form.html"
    fragment = ""
    """Part of the page to come back to."""

    @cached_property
    def party(self) -> Party:
        party: Party = get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])
        return party

    def items(self) -> "models.QuerySet[Any]":
        """The rows of this party of which the address names one."""
        raise NotImplementedError

    @cached_property
    def item(self) -> Any:
        return get_object_or_404(self.items(), pk=self.kwargs["item"])

    def act(self, form: Any, by: Actor, at: datetime) -> str:
        """Do it, and return what to tell the clerk. May raise Refused."""
        raise NotImplementedError

    def heading(self) -> str:
        return str(self.title)

    def initial(self) -> dict[str, Any]:
        return {}

    def form_options(self) -> dict[str, Any]:
        return {}

    def explanation(self) -> dict[str, Any]:
        """What the template says besides the form."""
        return {}

    def more(self) -> list[dict[str, Any]]:
        """Links and buttons to what else can be done with it: see ``also``."""
        return []

    def also(self, name: str, label: str, *, post: bool = False) -> dict[str, Any]:
        return {"url": reverse(f"parties:{name}", args=[self.party.pk, self.item.pk]), "label": label, "post": post}

    def show(self, form: forms.Form, *, status: int = 200, **context: Any) -> HttpResponse:
        context |= {
            "header_title": f"{self.heading()} – {self.party.name}",
            "breadcrumbs_items": [
                {"url": reverse("parties:list"), "label": _("Persons and organisations")},
                {"url": self.party.get_absolute_url(), "label": self.party.name or _("Without a name")},
                {"url": "", "label": self.heading()},
            ],
            "party": self.party,
            "form": form,
            "title": self.heading(),
            "button": self.button,
            "more": self.more(),
        }
        return render(self.request, self.template, self.explanation() | context, status=status)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if self.party.merged_into_id:
            return redirect("parties:party", self.party.merged_into_id)
        initial = self.initial() | {"version": self.party.version}
        form = self.form_class(initial=initial, **self.form_options())
        AccessLog.objects.record(user=self.user, action="view", obj=self.party, at=timezone.now())
        return self.show(form)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = self.form_class(request.POST, **self.form_options())
        if not form.is_valid():
            return self.show(form, status=422)
        try:
            said = self.act(form, Actor.staff(self.user), timezone.now())
        except Changed as changed:
            del self.party
            data = request.POST.copy()
            data["version"] = str(self.party.version)
            return self.show(self.form_class(data, **self.form_options()), status=409, changed=changed)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
            holder = refused.holder if isinstance(refused, NumberTaken) else None
            return self.show(form, status=422, holder=holder)
        messages.success(request, said)
        return self.back()

    def back(self) -> HttpResponse:
        """Where the clerk goes on."""
        return redirect(f"{self.party.get_absolute_url()}{self.fragment and '#'}{self.fragment}")


class PartyAction(ScopedAction):
    """One button on the page."""

    model = Party
    permission = "parties.change_party"
    fragment = ""

    @cached_property
    def party(self) -> Party:
        party: Party = get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])
        return party

    def act(self, by: Actor, at: datetime) -> str:
        """Do it, and return what to tell the clerk. May raise Refused."""
        raise NotImplementedError

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            messages.success(request, self.act(Actor.staff(self.user), timezone.now()))
        except Refused as refused:
            messages.error(request, str(refused))
        return redirect(f"{self.party.get_absolute_url()}{self.fragment and '#'}{self.fragment}")
