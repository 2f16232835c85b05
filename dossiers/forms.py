"""Forms of the staff screens."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

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
