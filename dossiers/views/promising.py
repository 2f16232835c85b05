"""More time is needed, and the citizen hears it."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actors import Actor
from dossiers import actions
from dossiers.forms import MoreTimeForm
from dossiers.models import Dossier
from dossiers.views.dossier_form import DossierFormView


class MoreTime(DossierFormView):
    """Say how long and why, read the letter as the citizen will, send."""

    form_class = MoreTimeForm
    title = gettext_lazy("Needs more time")
    button = gettext_lazy("Show the letter")

    def explanation(self) -> dict[str, Any]:
        actions.later_promise(self.dossier, days=1, at=timezone.now())
        return {}

    def submitted(self, form: forms.Form) -> HttpResponse:
        if "send" in self.request.POST:
            return super().submitted(form)
        if form.cleaned_data["version"] != self.dossier.version:
            raise actions.Changed(self.dossier.events.order_by("-sequence").first())
        letter = actions.delay_letter(
            dossier=Dossier.objects.for_list().get(pk=self.dossier.pk),
            days=form.cleaned_data["days"],
            reason=form.cleaned_data["reason"],
            at=timezone.now(),
        )
        return self.show(form, letter=letter)

    def act(self, form: forms.Form, by: Actor, at: datetime) -> str:
        actions.promise_later(
            dossier=self.dossier,
            expected_version=form.cleaned_data["version"],
            days=form.cleaned_data["days"],
            reason=form.cleaned_data["reason"],
            by=by,
            at=at,
        )
        return _("The new day is promised. The citizen gets the letter.")
