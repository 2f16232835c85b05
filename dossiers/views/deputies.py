"""Who does the work of a colleague who is away: of oneself, and of anybody for who manages the accounts."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actors import Actor
from core.models import User
from core.views import ScopedAction, ScopedView
from dossiers import actions
from dossiers.models import Deputy
from dossiers.permissions import handlers

MOST_SHOWN = 200
"""Absences of today and later: a town has fewer people."""


def day(label: Any, **more: Any) -> forms.DateField:
    said = gettext_lazy("Choose a day.")
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, error_messages={"required": said, "invalid": said}, **more)


class DeputyForm(forms.Form):
    absent = forms.ModelChoiceField(
        label=gettext_lazy("Who is away?"),
        queryset=User.objects.none(),
        empty_label=gettext_lazy("Choose a colleague"),
        error_messages={"required": gettext_lazy("Choose a colleague.")},
    )
    deputy = forms.ModelChoiceField(
        label=gettext_lazy("Who does the work?"),
        queryset=User.objects.none(),
        empty_label=gettext_lazy("Choose a colleague"),
        error_messages={"required": gettext_lazy("Choose a colleague.")},
    )
    since = day(gettext_lazy("First day"))
    until = day(gettext_lazy("Last day"))
    confidential_too = forms.BooleanField(label=gettext_lazy("Also the confidential dossiers"), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = handlers()
        if not user.has_perm("core.change_user"):
            del self.fields["absent"]
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = people


class Deputies(ScopedView):
    """What holds today and later, and the form for something new."""

    model = Deputy
    permission = "dossiers.handle_dossier"

    def get(self, request: HttpRequest) -> HttpResponse:
        today = timezone.localdate()
        return self.show(DeputyForm(user=self.user, initial={"since": today, "absent": self.user.pk}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = DeputyForm(request.POST, user=self.user)
        if not form.is_valid():
            return self.show(form, status=422)
        asked = {"absent": self.user} | form.cleaned_data
        try:
            made = actions.stand_in(**asked, by=Actor.staff(self.user), at=timezone.now())
        except actions.DeputyRefused as refused:
            form.add_error(None, refused)
            return self.show(form, status=422)
        said = _("%(deputy)s does the work of %(absent)s.") % {"deputy": made.deputy, "absent": made.absent}
        messages.success(request, said)
        return redirect("dossiers:deputies")

    def show(self, form: DeputyForm, *, status: int = 200) -> HttpResponse:
        today = timezone.localdate()
        rows = self.get_queryset().not_over(today).select_related("absent", "deputy")[:MOST_SHOWN]
        context = {
            "header_title": _("Stand in for somebody"),
            "breadcrumbs_items": [{"url": "", "label": _("Stand in for somebody")}],
            "rows": [(row, row.since <= today, may_end(self.user, row)) for row in rows],
            "form": form,
        }
        return render(self.request, "dossiers/deputies.html", context, status=status)


def may_end(user: User, row: Deputy) -> bool:
    """Who is away and back, and who manages the accounts; a deputy does not lay it down alone."""
    return row.absent_id == user.pk or user.has_perm("core.change_user")


class EndDeputy(ScopedAction):
    model = Deputy
    permission = "dossiers.handle_dossier"

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        return rows if self.user.has_perm("core.change_user") else rows.filter(absent=self.user)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        row: Deputy = self.get_object()
        actions.end_standing_in(standing_in=row, at=timezone.now())
        messages.success(request, _("%(name)s does not stand in any more.") % {"name": row.deputy})
        return redirect("dossiers:deputies")
