"""What a citizen fills in after a dossier, and the code that leads there from paper."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import HintedRadios, LoketFormMixin
from dossiers import satisfaction
from dossiers.actions.surveys import Answer
from dossiers.models.survey import ContactWish

WORDS = {
    1: _("Not satisfied at all"),
    2: _("Not satisfied"),
    3: _("Neither satisfied nor dissatisfied"),
    4: _("Satisfied"),
    5: _("Very satisfied"),
}
NOT_APPLICABLE = "nvt"
NO = "nee"
"""An empty value would be chosen beforehand."""
QUESTIONS = {
    "result": _("How satisfied are you with the result?"),
    "speed": _("How satisfied are you with how fast we helped you?"),
    "treatment": _("How satisfied are you with how we treated you?"),
}
CHOOSE = {
    "result": _("Say how satisfied you are with the result, or choose “Does not apply”."),
    "speed": _("Say how satisfied you are with how fast we helped you, or choose “Does not apply”."),
    "treatment": _("Say how satisfied you are with how we treated you, or choose “Does not apply”."),
}
PREFILLED = "resultaat"
"""A link may carry the first answer, which is then only chosen on the page: opening a link keeps nothing."""
LONGEST_REMARK = 1000


class SurveyForm(LoketFormMixin, forms.Form):
    """Three questions with a scale in words, of which none is chosen beforehand."""

    summary_in_form = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scale = [*((str(score), WORDS[score]) for score in satisfaction.SCORES), (NOT_APPLICABLE, _("Does not apply"))]
        for name in satisfaction.QUESTIONS:
            self.fields[name] = forms.ChoiceField(
                label=QUESTIONS[name],
                choices=scale,
                widget=HintedRadios(exclusive=NOT_APPLICABLE),
                error_messages={"required": CHOOSE[name], "invalid_choice": CHOOSE[name]},
            )
        self.fields["remark"] = forms.CharField(
            label=_("What went well, or what can we do better?"),
            help_text=_("Do not write names or other data of yourself or of somebody else."),
            required=False,
            max_length=LONGEST_REMARK,
            widget=forms.Textarea(attrs={"rows": 4, "maxlength": LONGEST_REMARK}),
        )
        self.fields["contact_wish"] = forms.ChoiceField(
            label=_("May a member of staff contact you about this?"),
            help_text=_(
                "Are you not satisfied? Then we like to hear from you why. We use the e-mail address or the phone "
                "number that you gave with your request. Who contacts you does not see your answers."
            ),
            required=False,
            choices=[(wish.value or NO, wish.label) for wish in ContactWish],
            widget=HintedRadios(),
        )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if all(data.get(name) == NOT_APPLICABLE for name in satisfaction.QUESTIONS):
            self.add_error("result", _("Answer at least one of the three questions."))
        return data

    @property
    def given(self) -> Answer:
        data = self.cleaned_data
        return Answer(
            scores={name: None if data[name] == NOT_APPLICABLE else int(data[name]) for name in satisfaction.QUESTIONS},
            remark=data["remark"],
            contact_wish=ContactWish.NO if data["contact_wish"] == NO else data["contact_wish"],
        )


class CodeForm(LoketFormMixin, forms.Form):
    """The code of a letter, a text message or the desk."""

    summary_in_form = False
    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        help_text=_("Eight letters and digits, for example CDFG-HJKM. Capitals and spaces do not matter."),
        widget=forms.TextInput(
            attrs={
                "class": "govuk-input--width-10",
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
        error_messages={"required": _("Fill in the code of the letter.")},
    )
