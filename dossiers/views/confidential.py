"""Making a dossier confidential, and lifting that."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actors import Actor
from core.models import User
from dossiers import actions
from dossiers.permissions import BACKEND
from dossiers.views.dossier_form import DossierFormView


def colleagues() -> Any:
    """Everybody who can read dossiers at all, by name."""
    people = User.objects.with_perm("dossiers.view_dossier", backend=BACKEND)
    return people.order_by("first_name", "last_name", "username")


class ConfidentialForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why is this dossier confidential?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Only who may read the dossier reads this. For example: een klacht over een collega."),
        error_messages={"required": gettext_lazy("Say why this dossier is confidential.")},
    )
    readers = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Who may read it, besides the handler?"),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("They can read it, and not work on it. Nobody else finds this dossier."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        readers = self.fields["readers"]
        assert isinstance(readers, forms.ModelMultipleChoiceField)  # noqa: S101  says so to the type checker
        readers.queryset = colleagues()


class LiftForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why need it not be confidential any more?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("This stands in the history, which all colleagues of the team can read then."),
        error_messages={"required": gettext_lazy("Say why it need not be confidential any more.")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class ConfidentialView(DossierFormView):
    def submitted(self, form: forms.Form) -> HttpResponse:
        """Whoever made it confidential for others does not see it any more."""
        messages.success(self.request, self.act(form, Actor.staff(self.user), timezone.now()))
        still = self.get_queryset().filter(pk=self.dossier.pk).exists()
        return self.back() if still else redirect("dossiers:list")


class MakeConfidential(ConfidentialView):
    form_class = ConfidentialForm
    title = gettext_lazy("Make this dossier confidential")
    button = gettext_lazy("Make it confidential")

    def initial(self) -> dict[str, Any]:
        readers = list(self.dossier.readers.values_list("pk", flat=True))
        return {"reason": self.dossier.confidential_reason, "readers": readers}

    def act(self, form: forms.Form, by: Actor, at: datetime) -> str:
        actions.make_confidential(
            dossier=self.dossier,
            expected_version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
            readers=form.cleaned_data["readers"],
            by=by,
            at=at,
        )
        return _("%(number)s is confidential now.") % {"number": self.dossier.number}


class LiftConfidentiality(ConfidentialView):
    form_class = LiftForm
    title = gettext_lazy("Dossier not confidential any more")
    button = gettext_lazy("Open it for the team again")

    def act(self, form: forms.Form, by: Actor, at: datetime) -> str:
        actions.lift_confidentiality(
            dossier=self.dossier,
            expected_version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
            by=by,
            at=at,
        )
        return _("%(number)s is open for the team again.") % {"number": self.dossier.number}
