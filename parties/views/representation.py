"""Who acts for whom: found in the register first, then with a function and dates."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actors import Actor
from core.models import AccessLog
from core.views import ScopedView
from parties import actions
from parties.finding import SHORTEST, find
from parties.forms import EndForm, RepresentationForm
from parties.models import Party, Representation
from parties.views.changing import PartyFormView


class ChooseOther(ScopedView):
    """Look the other one up. Everybody shown is written in the access log."""

    model = Party
    permission = "parties.change_party"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        party: Party = get_object_or_404(self.get_queryset(), pk=pk)
        if party.merged_into_id:
            return redirect("parties:party", party.merged_into_id)
        words = " ".join(request.GET.get("q", "").split())
        found = [each for each in find(words, user=self.user) if each.party.is_person != party.is_person]
        AccessLog.objects.record_all(
            user=self.user, action="search", objects=[each.party for each in found], at=timezone.now()
        )
        title = _("Whom does this person represent?") if party.is_person else _("Who represents this organisation?")
        context = {
            "header_title": f"{title} – {party.name}",
            "breadcrumbs_items": [
                {"url": reverse("parties:list"), "label": _("Persons and organisations")},
                {"url": party.get_absolute_url(), "label": party.name or _("Without a name")},
                {"url": "", "label": title},
            ],
            "party": party,
            "title": title,
            "words": words,
            "shortest": SHORTEST,
            "found": found,
        }
        return render(request, "parties/choose_other.html", context)


class AddRepresentation(PartyFormView):
    form_class = RepresentationForm
    title = gettext_lazy("Add a representation")
    fragment = "vertegenwoordiging"

    @cached_property
    def other(self) -> Party:
        other: Party = get_object_or_404(self.get_queryset().current(), pk=self.kwargs["whom"])
        return other

    def initial(self) -> dict[str, Any]:
        return {"since": timezone.localdate()}

    def form_options(self) -> dict[str, Any]:
        return {"is_new": True}

    def explanation(self) -> dict[str, Any]:
        person, organisation = (self.party, self.other) if self.party.is_person else (self.other, self.party)
        words = _("%(person)s acts for %(organisation)s")
        return {"kicker": words % {"person": person.name, "organisation": organisation.name}}

    def act(self, form: RepresentationForm, by: Actor, at: datetime) -> str:
        actions.add_representation(
            party=self.party,
            other=self.other,
            expected_version=form.cleaned_data["version"],
            role=form.cleaned_data["role"],
            since=form.cleaned_data["since"],
            until=form.cleaned_data["until"],
            by=by,
            at=at,
        )
        return _("Saved.")


class OfRepresentation(PartyFormView):
    fragment = "vertegenwoordiging"

    def items(self) -> "models.QuerySet[Any]":
        either = Q(person=self.party) | Q(organisation=self.party)
        return Representation.objects.filter(either).select_related("person", "organisation")

    def explanation(self) -> dict[str, Any]:
        return {"kicker": str(self.item)}


class CorrectRepresentation(OfRepresentation):
    form_class = RepresentationForm
    title = gettext_lazy("Change the representation")

    def initial(self) -> dict[str, Any]:
        return {field: getattr(self.item, field) for field in ("role", "since", "until")}

    def form_options(self) -> dict[str, Any]:
        return {"is_new": False}

    def more(self) -> list[dict[str, Any]]:
        return [] if self.item.until else [self.also("end_representation", _("End the representation"))]

    def act(self, form: RepresentationForm, by: Actor, at: datetime) -> str:
        actions.correct_representation(
            representation=self.item,
            party=self.party,
            expected_version=form.cleaned_data["version"],
            role=form.cleaned_data["role"],
            since=form.cleaned_data["since"],
            until=form.cleaned_data["until"],
            reason=form.cleaned_data["reason"],
            by=by,
            at=at,
        )
        return _("Saved.")


class EndRepresentation(OfRepresentation):
    form_class = EndForm
    title = gettext_lazy("End the representation")
    button = gettext_lazy("End")

    def initial(self) -> dict[str, Any]:
        return {"until": self.item.until or timezone.localdate()}

    def act(self, form: EndForm, by: Actor, at: datetime) -> str:
        actions.end_representation(
            representation=self.item,
            party=self.party,
            expected_version=form.cleaned_data["version"],
            until=form.cleaned_data["until"],
            by=by,
            at=at,
        )
        return _("Saved.")
