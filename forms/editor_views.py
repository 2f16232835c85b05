"""Screens for editors around the form builder. Filling in is in views.py."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin import messages

from core.views import ScopedAction, ScopedView
from forms import editing
from forms.builder_facts import facts
from forms.comparison import changes
from forms.models import FormDefinition, FormVersion
from forms.overview import drawing, overview
from forms.schema import Schema

DRAFT = "concept"
"""Stands in an address in the place of a version number."""


class EditorView(ScopedView):
    """For who may see forms."""

    model = FormDefinition
    permission = "forms.view_formdefinition"

    def get_queryset(self) -> Any:
        return FormDefinition.objects.all()  # whoever may see one form may see all

    @cached_property
    def definition(self) -> FormDefinition:
        """The form as it was saved last, published or not."""
        saved = get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])
        return saved.get_latest_revision_as_object()

    def page(self, template: str, title: str, context: dict[str, Any]) -> HttpResponse:
        listing = reverse(FormDefinition.snippet_viewset.get_url_name("list"))
        breadcrumbs = [{"url": listing, "label": _("Forms")}]
        if "pk" in self.kwargs:
            address = reverse(FormDefinition.snippet_viewset.get_url_name("edit"), args=[self.definition.pk])
            breadcrumbs.append({"url": address, "label": self.definition.title})
        breadcrumbs.append({"url": "", "label": title})
        frame = {"header_title": title, "header_icon": "form", "breadcrumbs_items": breadcrumbs}
        return render(self.request, f"forms/editor/{template}.html", frame | context)


class EditorAction(ScopedAction, EditorView):
    """For who may change forms; by POST only."""

    permission = "forms.change_formdefinition"

    def to_editor(self, definition: FormDefinition) -> HttpResponse:
        return redirect(FormDefinition.snippet_viewset.get_url_name("edit"), definition.pk)


class BuilderFacts(EditorView):
    def get(self, request: HttpRequest) -> JsonResponse:
        return JsonResponse(facts())


class Overview(EditorView):
    """The logic of the draft, drawn and in words."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        schema = self.definition.draft_schema()
        title = _("Overview of %(title)s") % {"title": self.definition.title}
        context = {
            "steps": overview(schema),
            "drawing": drawing(schema),
            "is_draft": self.definition.has_unpublished_changes or not self.definition.live,
        }
        return self.page("overview", title, context)


class Compare(EditorView):
    """What changes for citizens between two versions, or when the draft is published."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        versions = list(self.definition.versions.select_related("compiled_by").order_by("-number"))
        known = {str(version.number): version for version in versions}
        newest = str(versions[0].number) if versions else DRAFT
        old, new = request.GET.get("van", newest), request.GET.get("naar", DRAFT)
        choices = [{"value": DRAFT, "label": _("the draft")}] + [
            {"value": number, "label": _("version %(number)s") % {"number": number}} for number in known
        ]
        context = {
            "definition": self.definition,
            "versions": versions,
            "has_versions": bool(versions),
            "choices": choices,
            "old_value": old,
            "new_value": new,
            "changes": changes(self.schema(old, known), self.schema(new, known)) if versions else [],
            "may_change": self.user.has_perm("forms.change_formdefinition"),
        }
        return self.page("compare", _("Compare versions of %(title)s") % {"title": self.definition.title}, context)

    def schema(self, wanted: str, known: dict[str, FormVersion]) -> Schema:
        if wanted == DRAFT:
            return self.definition.draft_schema()
        if wanted not in known:
            raise Http404
        return known[wanted].schema


class Restore(EditorAction):
    """Put the content of an old version back, as a draft."""

    def post(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        version = get_object_or_404(self.definition.versions, number=number)
        try:
            editing.restore(definition=self.definition, version=version, by=self.user)
        except editing.Locked:
            messages.error(request, _("Somebody locked this form. Ask them to unlock it first."))
            return redirect("form_compare", pk)
        messages.success(
            request,
            _("Version %(number)s is the draft again. It is not published yet.") % {"number": number},
        )
        return self.to_editor(self.definition)
