"""Filling in at the desk: a member of staff does it for a citizen, on the same pages that citizens use.

The clerk may first look up the citizen. Choosing somebody means having seen an identity document: then what the
register knows is filled in. Every record that a search shows is written in the access log.
"""

from typing import Any

from django import forms
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actors import Actor
from core.models import AccessLog
from core.views import ScopedView
from forms import actions, gate
from forms.models import FormDefinition, FormVersion
from forms.on_behalf import WhoForm, allowed
from forms.refusals import refused
from forms.roles import Role
from forms.views import begin
from parties.finding import SHORTEST, find
from parties.models import Party

LIMIT = 10
PERMISSION = "forms.fill_in_at_desk"


class DocumentForm(forms.Form):
    """The clerk vouches for the identity of whom they chose."""

    seen = forms.BooleanField(
        label=gettext_lazy("I have seen the identity card or another official document of this person."),
        error_messages={
            "required": gettext_lazy("Tick that you have seen a document, or go on without choosing a person.")
        },
    )


class DeskForms(ScopedView):
    """Every form that is published."""

    model = FormDefinition
    permission = PERMISSION

    def get(self, request: HttpRequest) -> HttpResponse:
        context = {
            "header_title": _("Fill in a form"),
            "breadcrumbs_items": [{"url": "", "label": _("Fill in a form")}],
            "forms": FormDefinition.objects.filter(live=True).order_by("title"),
        }
        return render(request, "forms/desk_forms.html", context)


class DeskStart(ScopedView):
    """Begin a form for a citizen who stands at the desk: whom, on whose behalf, and off to its pages."""

    model = FormDefinition
    permission = PERMISSION

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        version = self.version()
        chosen = self.chosen(request.GET.get("persoon", ""))
        return self.page(version, WhoForm(on_behalf=allowed(version.schema)), chosen, DocumentForm())

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        version = self.version()
        chosen = self.chosen(request.POST.get("persoon", ""))
        who, document = WhoForm(request.POST, on_behalf=allowed(version.schema)), DocumentForm(request.POST)
        vouched = chosen is None or document.is_valid()
        if not who.is_valid() or not vouched:
            return self.page(version, who, chosen, document, status=422)
        now = timezone.now()
        try:
            draft = actions.start(
                version=version,
                role=Role.DESK,
                acting_for=who.chosen,
                party=chosen,
                by=Actor.staff(self.user),
                at=now,
                visitor=gate.Visitor.of(request),
            )
        except gate.Refused as refusal:  # not open now, or full: that holds for the desk too
            return refused(request, refusal, draft=None, at=now)
        return begin(request, draft, now)

    def version(self) -> FormVersion:
        definition = get_object_or_404(FormDefinition, slug=self.kwargs["slug"], live=True)
        return get_object_or_404(definition.versions.order_by("-number")[:1])

    def chosen(self, key: str) -> Party | None:
        """The person that was chosen; nobody when there is none whom this clerk may see."""
        people = Party.objects.visible_to(self.user).current().filter(kind=Party.Kind.PERSON)
        return people.filter(pk=int(key)).first() if key.isascii() and key.isdecimal() and len(key) < 19 else None

    def page(
        self, version: FormVersion, who: WhoForm, chosen: Party | None, document: DocumentForm, *, status: int = 200
    ) -> HttpResponse:
        words = " ".join(self.request.GET.get("q", "").split())[:100]
        title = version.schema["title"]
        context: dict[str, Any] = {
            "header_title": title,
            "breadcrumbs_items": [
                {"url": reverse("form_desk"), "label": _("Fill in a form")},
                {"url": "", "label": title},
            ],
            "slug": self.kwargs["slug"],
            "who": who,
            "document": document,
            "chosen": chosen,
            "words": words,
            "shortest": SHORTEST,
            "may_search": self.user.has_perm("parties.view_party"),
        }
        if chosen:
            AccessLog.objects.record(user=self.user, action="view", obj=chosen, at=timezone.now())
        elif len(words) >= SHORTEST and context["may_search"]:
            found = find(words, user=self.user, limit=LIMIT + 1, kind=Party.Kind.PERSON)
            people = [each.party for each in found[:LIMIT]]
            prefetch_related_objects(people, "contact_points")
            AccessLog.objects.record_all(user=self.user, action="search", objects=people, at=timezone.now())
            context |= {"searched": True, "found": found[:LIMIT], "more": len(found) > LIMIT}
        return render(self.request, "forms/desk_start.html", context, status=status)
