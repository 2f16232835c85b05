"""Screens for editors around the form builder. Filling in is in views.py."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.widgets.button import HeaderButton

from core.portable import NotReadable
from core.views import ScopedAction, ScopedView
from forms import editing
from forms.branches import follow
from forms.builder_facts import facts
from forms.comparison import changes
from forms.filling_in import as_asked, first_incomplete, neighbours, step_context, step_form
from forms.models import FormDefinition, FormRemark, FormTrial, FormVersion
from forms.nested import ADD, REMOVE
from forms.open_forms import OUTCOME_LABELS, Outcome
from forms.overview import drawing, overview
from forms.roles import Role
from forms.runtime import QuestionsForm
from forms.schema import Schema
from forms.views import BACK_TO_CHECK, RECALCULATE, seen, unheeded

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
        breadcrumbs, buttons = [{"url": listing, "label": _("Forms")}], []
        if "pk" in self.kwargs:
            address = reverse(FormDefinition.snippet_viewset.get_url_name("edit"), args=[self.definition.pk])
            breadcrumbs.append({"url": address, "label": self.definition.title})
            buttons.append(HeaderButton(_("To the form"), url=address, icon_name="arrow-left"))
        breadcrumbs.append({"url": "", "label": title})
        frame = {
            "header_title": title,
            "header_icon": "form",
            "header_buttons": buttons,
            "breadcrumbs_items": breadcrumbs,
        }
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
        except editing.NotRestorable:
            messages.error(request, _("This version is too old to restore."))
            return redirect("form_compare", pk)
        messages.success(
            request,
            _("Version %(number)s is the draft again. It is not published yet.") % {"number": number},
        )
        return self.to_editor(self.definition)


# --- To a file, from a file, and from a template


class Export(EditorView):
    """The draft as a file, for another Loket or to keep."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        content = json.dumps(editing.export(self.definition), ensure_ascii=False, indent=1)
        response = HttpResponse(content, content_type="application/json; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{self.definition.slug or "formulier"}.json"'
        return response


TEMPLATES = Path(__file__).parent / "templates_of_forms"
LARGEST_FILE = 10_000_000


def templates() -> dict[str, dict[str, Any]]:
    """The forms that come with Loket, in the format of an export."""
    return {file.stem: json.loads(file.read_text()) for file in sorted(TEMPLATES.glob("*.json"))}


class ImportForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("A form that was exported from Loket (.json) or from Open Forms (.zip)."),
        error_messages={"required": gettext_lazy("Choose a file."), "empty": gettext_lazy("This file is empty.")},
        widget=forms.FileInput(attrs={"accept": ".json,.zip"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(_("This file is too large. A form is at most 10 MB."))
        return file


REPORT = "form_import_report"
"""In the session: what became of the form that was imported last."""


class New(EditorView):
    """A new form from a template or a file."""

    permission = "forms.add_formdefinition"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.offer(ImportForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        if (name := request.POST.get("sjabloon", "")) in (known := templates()):
            made = editing.import_form(data=known[name] | {"slug": ""}, by=self.user, at=timezone.now())
            messages.success(request, _("A draft was made. Change what you want; nothing is published yet."))
            return redirect(FormDefinition.snippet_viewset.get_url_name("edit"), made.definition.pk)
        form = ImportForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.offer(form)
        try:
            data, notes = editing.read_file(form.cleaned_data["file"].read())
            made = editing.import_form(data=data, notes=notes, by=self.user, at=timezone.now())
        except NotReadable as reason:
            form.add_error("file", str(reason))
            return self.offer(form)
        request.session[REPORT] = {
            "form": made.definition.pk,
            "lines": [[line.outcome, line.where, line.why, line.block] for line in made.notes],
        }
        return redirect("form_import_report", made.definition.pk)

    def offer(self, form: ImportForm) -> HttpResponse:
        if form.errors:
            form.fields["file"].widget.attrs["autofocus"] = True  # it stands below the templates
        context = {"form": form, "templates": templates()}
        response = self.page("new", _("New form from a template or a file"), context)
        response.status_code = 400 if form.errors else 200
        return response


class ImportReport(EditorView):
    """What was taken over, adapted and left out."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        report = request.session.get(REPORT) or {}
        lines = report["lines"] if report.get("form") == pk else []
        parts = [
            {
                "label": OUTCOME_LABELS[outcome],
                "lines": [
                    {"where": where, "why": why, "block": block} for kind, where, why, block in lines if kind == outcome
                ],
            }
            for outcome in (Outcome.LEFT_OUT, Outcome.ADAPTED, Outcome.TAKEN)
        ]
        complete = report.get("form") == pk and all(kind == Outcome.TAKEN for kind, *_rest in lines)
        context = {"definition": self.definition, "parts": parts, "complete": complete}
        return self.page("import_report", _("What was taken over"), context)


# --- Remarks


class Remarks(EditorView):
    """What editors say to each other about a form."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        labels = self.labels()
        remarks = [
            (remark, labels.get(remark.block, ""))
            for remark in FormRemark.objects.filter(definition_id=pk).select_related("author")
        ]
        context = {
            "definition": self.definition,
            "open": [one for one in remarks if not one[0].resolved_at],
            "resolved": [one for one in remarks if one[0].resolved_at],
            "places": labels,
            "may_change": self.user.has_perm("forms.change_formdefinition"),
        }
        return self.page("remarks", _("Remarks about %(title)s") % {"title": self.definition.title}, context)

    def labels(self) -> dict[str, str]:
        """Block → what it is called."""
        compilation = self.definition.compilation()
        found = {}
        for number, step in enumerate(compilation.schema["steps"], start=1):
            found[step["key"]] = _("Step %(number)s: %(title)s") % {"number": number, "title": step["title"] or "–"}
            for field in step["fields"]:
                found[compilation.blocks[field["slug"]]] = field["label"] or "–"
        return found


class AddRemark(EditorAction):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        text = request.POST.get("tekst", "").strip()[:2000]
        if text:
            block = request.POST.get("plaats", "")[:80]
            editing.remark(definition=self.definition, text=text, block=block, by=self.user, at=timezone.now())
        else:
            messages.error(request, _("Write down what you want to say."))
        return redirect("form_remarks", pk)


class ResolveRemark(EditorAction):
    def post(self, request: HttpRequest, pk: int, remark: int) -> HttpResponse:
        found = get_object_or_404(FormRemark, pk=remark, definition_id=pk)
        editing.resolve(remark=found, by=self.user, at=timezone.now())
        return redirect("form_remarks", pk)


# --- Trying out: nothing is sent, counted or kept


class StartTrial(EditorView):
    """Try the draft out in a role."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        title = _("Try out %(title)s") % {"title": self.definition.title}
        return self.page("trial", title, {"roles": Role.choices})

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        wanted = request.POST.get("rol", Role.CITIZEN)
        role = Role(wanted) if wanted in set(Role) else Role.CITIZEN
        trial = editing.start_trial(definition=self.definition, role=role, by=self.user, at=timezone.now())
        if not trial.schema["steps"]:
            messages.error(request, _("There are no steps to try out yet."))
            return redirect("form_trial", pk)
        first = follow(trial.schema, {}, trial.role).steps or [1]
        return redirect("form_trial_step", pk, trial.pk, first[0])


class TrialView(EditorView):
    """A page of a trial: only for the editor who began it."""

    @cached_property
    def trial(self) -> FormTrial:
        return get_object_or_404(FormTrial, pk=self.kwargs["uuid"], by=self.user)

    def address(self, number: int) -> str:
        return reverse("form_trial_step", args=[self.kwargs["pk"], self.trial.pk, number])

    @property
    def check(self) -> str:
        return reverse("form_trial_check", args=[self.kwargs["pk"], self.trial.pk])

    @property
    def frame(self) -> dict[str, Any]:
        return {
            "trial_role": Role(self.trial.role).label,
            "trial_end": reverse(FormDefinition.snippet_viewset.get_url_name("edit"), args=[self.kwargs["pk"]]),
        }


class TrialStep(TrialView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    def get(self, request: HttpRequest, pk: int, uuid: UUID, number: int) -> HttpResponse:
        return self.step(number, self.form(number))

    def post(self, request: HttpRequest, pk: int, uuid: UUID, number: int) -> HttpResponse:
        if RECALCULATE in request.POST or any(name.endswith((f"-{ADD}", f"-{REMOVE}")) for name in request.POST):
            return self.step(number, self.form(number, data=request.POST, show_errors=False))
        form = self.form(number, data=request.POST, files={}, seen=seen(request))
        form.full_clean()
        if not form.complete or unheeded(request, form):
            return self.step(number, form)
        self.trial.answers |= form.answers
        self.trial.save(update_fields=["answers"])
        steps = follow(self.trial.schema, self.trial.answers, self.trial.role).steps
        _before, after = neighbours(steps, number)
        if after is None or request.GET.get("terug") == BACK_TO_CHECK:
            return redirect(self.check)
        return redirect(self.address(after))

    def schema_step(self, number: int) -> dict[str, Any]:
        if not 1 <= number <= len(self.trial.schema["steps"]):
            raise Http404
        return self.trial.schema["steps"][number - 1]

    def form(self, number: int, **kwargs: Any) -> QuestionsForm:
        self.schema_step(number)
        return step_form(self.trial.schema, number, self.trial.role, answers=self.trial.answers, **kwargs)

    def step(self, number: int, form: QuestionsForm) -> HttpResponse:
        context = step_context(self.trial.schema, number, form) | self.frame
        before, _after = neighbours(form.branch.steps, number)
        context["back"] = self.address(before) if before else ""
        return render(self.request, "forms/editor/trial_step.html", context)


class TrialCheck(TrialView):
    """The end of a trial: every answer once more, and nothing to send."""

    def get(self, request: HttpRequest, pk: int, uuid: UUID) -> HttpResponse:
        schema, answers, role = self.trial.schema, self.trial.answers, self.trial.role
        if incomplete := first_incomplete(schema, role, answers):
            return redirect(self.address(incomplete))
        steps = as_asked(schema, role, answers)
        for step in steps:
            step["answers"] = [answer for answer in step["answers"] if answer["shown"]]
            step["change"] = f"{self.address(step['number'])}?terug={BACK_TO_CHECK}"
        return render(request, "forms/editor/trial_check.html", {"schema": schema, "steps": steps} | self.frame)
