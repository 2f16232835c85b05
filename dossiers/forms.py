"""Forms of the staff screens."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.models import User
from dossiers.models import Transition


class StepForm(forms.Form):
    """What a clerk says with a step, and which version of the dossier the clerk was looking at."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=4000,
        required=False,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The citizen reads this in the letter. Explain it in plain words."),
        error_messages={"required": _("Give a reason; the citizen will read it.")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, transition: Transition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.transition = transition
        if transition.needs_result:
            self.fields["result"] = forms.ChoiceField(
                label=_("Result"),
                choices=[(result["key"], result["label"]) for result in transition.version.results],
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose a result.")},
            )
        if transition.needs_reason:
            self.fields["reason"].required = True
            if transition.letter is None:
                self.fields["reason"].help_text = _("Only colleagues read this.")
        else:
            del self.fields["reason"]

    @property
    def said(self) -> str:
        """The reason as given; '' for a step that asks for none."""
        return str(self.cleaned_data.get("reason", ""))

    @property
    def result_said(self) -> str:
        """The key of the result; '' for a step that asks for none."""
        return str(self.cleaned_data.get("result", ""))


class DossierForm(forms.Form):
    """A form about a dossier as a colleague saw it."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class CorrectStepForm(DossierForm):
    reason = forms.CharField(
        label=_("Why was this step wrong?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only colleagues read this, in the history."),
        error_messages={"required": _("Say why this step was wrong.")},
    )


class FirstContactForm(DossierForm):
    first_contact_at = forms.DateTimeField(
        label=_("When was the citizen first in touch?"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%d/%m/%Y %H:%M"],
        error_messages={
            "required": _("Give the day and the hour."),
            "invalid": _("Write the day and the hour like 24/11/2026 14:30."),
        },
    )
    reason = forms.CharField(
        label=_("How do you know?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example: de postdatum op de brief. Only colleagues read this."),
        error_messages={"required": _("Say how you know.")},
    )


class MoreTimeForm(DossierForm):
    days = forms.IntegerField(
        label=_("How many working days more?"),
        min_value=1,
        max_value=60,
        help_text=_("Counted from the day that was promised, or from today when that day has passed."),
        error_messages={"required": _("Say how many working days more you need.")},
    )
    reason = forms.CharField(
        label=_("Why?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The citizen reads this in the letter. Explain it in plain words."),
        error_messages={"required": _("Say why the citizen has to wait longer.")},
    )


class TaskForm(forms.Form):
    text = forms.CharField(
        label=_("New task"), max_length=300, error_messages={"required": _("Say what must be done.")}
    )
    due_on = forms.DateField(
        label=_("By"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Write the day like 24/11/2026.")},
    )

    def __init__(self, *args: Any, colleagues: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"] = forms.ModelChoiceField(
            label=_("For"), queryset=colleagues, required=False, empty_label=_("everybody who handles it")
        )
        self.order_fields(["text", "assignee", "due_on"])
