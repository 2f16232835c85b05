"""Taking over a list: send the file, name its columns, look at what would happen, and do it."""

import csv
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.keyset import paginate
from core.models import AccessLog
from core.spreadsheets import MOST_BYTES, UnreadableTable, harmless
from core.uploads import bounded_uploads, is_cut_off
from core.views import ScopedAction, ScopedView
from parties import importing
from parties.import_rows import COLUMNS, missing
from parties.models import PartyImport

PERMISSION = "parties.import_party"
PAGE_SIZE = 20
State = PartyImport.State


class ListForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("What stands in the list?"),
        choices=PartyImport.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what stands in the list.")},
    )
    file = forms.FileField(
        label=gettext_lazy("The list"),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("This file is empty."),
            "missing": gettext_lazy("Choose a file."),
        },
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if is_cut_off(file) or file.size > MOST_BYTES:
            raise forms.ValidationError(_("This file is larger than 10 MB."))
        return file


def _crumbs(*labels: str) -> list[dict[str, str]]:
    steps = [
        (reverse("parties:list"), _("Persons and organisations")),
        (reverse("parties:imports"), _("Take over lists")),
    ]
    return [*({"url": url, "label": label} for url, label in steps), *({"url": "", "label": each} for each in labels)]


@method_decorator(bounded_uploads(per_file=MOST_BYTES + 1, in_all=2 * MOST_BYTES), name="dispatch")
class Imports(ScopedView):
    """The lists that were taken over, and a new one."""

    model = PartyImport
    permission = PERMISSION

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(ListForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ListForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                made = importing.receive(
                    kind=form.cleaned_data["kind"],
                    name=file.name,
                    content=file.read(),
                    by=self.user,
                    at=timezone.now(),
                )
                return redirect("parties:import", made.pk)
            except UnreadableTable as error:
                form.add_error("file", str(error))
        return self.page(form, status=422)

    def page(self, form: ListForm, status: int = 200) -> HttpResponse:
        imports = self.get_queryset().select_related("by").defer("errors")
        page = paginate(imports, order=["-at", "-pk"], cursor=self.request.GET.get("vanaf"), size=PAGE_SIZE)
        context = {
            "header_title": _("Take over lists"),
            "breadcrumbs_items": _crumbs(),
            "form": form,
            "page": page,
            "columns": [(label, list(COLUMNS[kind].values())) for kind, label in PartyImport.Kind.choices],
        }
        return render(self.request, "parties/imports.html", context, status=status)


class ImportPage(ScopedView):
    """One list, at the step where it stands."""

    model = PartyImport
    permission = PERMISSION

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        made: PartyImport = self.get_object()
        if made.state == State.MAPPING or (made.state == State.CHECKED and "kolommen" in request.GET):
            return self.columns(made)
        context: dict[str, Any] = self.about(made)
        if made.state == State.CHECKED:
            found = importing.check(made)
            parties = [party for _row, _name, party in found.met[: importing.SHOWN]]
            AccessLog.objects.record_all(user=self.user, action="search", objects=parties, at=timezone.now())
            context |= {"found": found, "most": importing.SHOWN}
        return render(request, "parties/import.html", context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        made: PartyImport = self.get_object()
        if made.state not in (State.MAPPING, State.CHECKED):
            return redirect("parties:import", pk)
        mapping = {}
        for name in COLUMNS[made.kind]:
            chosen = request.POST.get(name, "")
            if chosen.isdecimal() and len(chosen) < 4 and int(chosen) < len(made.headings):
                mapping[name] = int(chosen)
        made.mapping = mapping
        if absent := missing(made.kind, mapping):
            return self.columns(made, absent=absent, status=422)
        made.state, made.touched_at = State.CHECKED, timezone.now()
        made.save(update_fields=["mapping", "state", "touched_at"])
        return redirect("parties:import", pk)

    def columns(self, made: PartyImport, *, absent: list[str] | None = None, status: int = 200) -> HttpResponse:
        context = self.about(made) | {
            "absent": absent or [],
            "fields": [(name, column, made.mapping.get(name)) for name, column in COLUMNS[made.kind].items()],
            "choices": list(enumerate(made.headings)),
        }
        return render(self.request, "parties/import_columns.html", context, status=status)

    def about(self, made: PartyImport) -> dict[str, Any]:
        return {"header_title": made.name, "breadcrumbs_items": _crumbs(made.name), "made": made}


class StartImport(ScopedAction):
    model = PartyImport
    permission = PERMISSION

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        made: PartyImport = self.get_object()
        if importing.start(made=made, at=timezone.now()):
            messages.success(request, _("The list is being taken over. You may leave this page."))
        return redirect("parties:import", pk)


class DiscardImport(ScopedAction):
    model = PartyImport
    permission = PERMISSION

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        made: PartyImport = self.get_object()
        importing.discard(made=made)
        messages.success(request, _("Nothing was taken over, and the file is gone."))
        return redirect("parties:imports")


class ImportErrors(ScopedView):
    """What was not taken over and why, for a spreadsheet: the numbers of the rows, to mend them in the list itself."""

    model = PartyImport
    permission = PERMISSION

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        made: PartyImport = self.get_object()
        errors = importing.check(made).errors if made.state == State.CHECKED else made.errors
        response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="fouten-{made.pk}.csv"'
        writer = csv.writer(response, delimiter=";")
        writer.writerow([_("Row"), _("What is wrong")])
        writer.writerows([number, harmless(error)] for number, error in errors)
        return response
