"""Putting right what a colleague did wrong."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actors import Actor
from dossiers import actions
from dossiers.forms import CorrectStepForm, FirstContactForm
from dossiers.models.event import Event
from dossiers.permissions import may_correct, may_handle
from dossiers.views.dossier_form import DossierFormView
from integrations.models import Delivery


class CorrectStep(DossierFormView):
    form_class = CorrectStepForm
    title = gettext_lazy("Correct the last step")
    button = gettext_lazy("Undo this step")
    template = "dossiers/correct_step.html"
    permission = "dossiers.view_dossier"  # and may_correct

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.refuse_others()
        return super().get(request, **kwargs)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.refuse_others()
        return super().post(request, **kwargs)

    def refuse_others(self) -> None:
        last = actions.last_step(self.dossier)
        if not may_handle(self.user, self.dossier) and (last is None or not may_correct(self.user, last)):
            raise PermissionDenied

    def explanation(self) -> dict[str, Any]:
        wrong: Event = actions.correctable(self.dossier, by=Actor.staff(self.user), at=timezone.now())
        labels = dict(self.dossier.process_version.statuses.values_list("key", "label"))
        return {
            "wrong_label": labels.get(wrong.to_status, wrong.to_status),
            "back_label": labels.get(wrong.from_status, wrong.from_status),
            "was_sent": wrong.notifications.exclude(delivery__state=Delivery.State.QUEUED).exists(),
        }

    def act(self, form: forms.Form, by: Actor, at: datetime) -> str:
        actions.correct_step(
            dossier=self.dossier,
            expected_version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
            by=by,
            at=at,
        )
        return _("The step is undone.")


class CorrectFirstContact(DossierFormView):
    form_class = FirstContactForm
    title = gettext_lazy("Correct the moment of first contact")
    button = gettext_lazy("Save")

    def initial(self) -> dict[str, Any]:
        return {"first_contact_at": timezone.localtime(self.dossier.first_contact_at)}

    def act(self, form: forms.Form, by: Actor, at: datetime) -> str:
        actions.correct_first_contact(
            dossier=self.dossier,
            expected_version=form.cleaned_data["version"],
            first_contact_at=form.cleaned_data["first_contact_at"],
            reason=form.cleaned_data["reason"],
            by=by,
            at=at,
        )
        return _("The moment of first contact is corrected; the term follows.")
