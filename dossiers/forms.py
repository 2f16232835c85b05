"""Forms of the staff screens."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.forms import LoketFormMixin
from core.models import User
from dossiers.models import Advice, Relation, SavedView, Team, Transition

NOBODY = "niemand"


def reason_help(transition: Transition) -> str:
    """What the editor says of it, and who reads it."""
    if transition.letter is None:
        readers = gettext("Only colleagues read this.")
    elif transition.reason_hint:
        readers = gettext("The citizen reads this in the letter.")
    else:
        readers = gettext("The citizen reads this in the letter. Explain it in plain words.")
    return f"{transition.reason_hint} {readers}".strip()


class StepForm(forms.Form):
    """What a clerk says with a step, and which version of the dossier the clerk was looking at."""

    facts = forms.CharField(
        label=_("Facts"),
        max_length=8000,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "What did you establish, and when? Only what the decision rests on. The citizen reads this in the letter. "
            "Begin a line with a dash to make a list."
        ),
        error_messages={"required": _("Give the facts on which the decision rests; the citizen will read them.")},
    )
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
        self.decides = transition.letter is not None and transition.letter.is_decision
        if not self.decides:
            del self.fields["facts"]
        if transition.needs_reason:
            reason = self.fields["reason"]
            reason.required, reason.label = True, transition.reason_name
            reason.error_messages["required"] = transition.reason_missing
            reason.help_text = reason_help(transition)
        else:
            del self.fields["reason"]

    @property
    def said(self) -> str:
        """The reason as given; '' for a step that asks for none."""
        return str(self.cleaned_data.get("reason", ""))

    @property
    def stated(self) -> str:
        """The facts as given; '' for a step that sends no decision."""
        return str(self.cleaned_data.get("facts", ""))

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
        label=pgettext_lazy("deadline", "By"),
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


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("New note"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only colleagues read this. Name a colleague with @ and the user name, and he gets a mail."),
        error_messages={"required": _("Write something first.")},
    )


class AskAdviceForm(forms.Form):
    """A team in the house, or somebody outside."""

    question = forms.CharField(
        label=_("What do you want to know?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Somebody outside sees this question and nothing else of the dossier."),
        error_messages={"required": _("Write what you want to know.")},
    )
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.all(), required=False, empty_label=_("somebody outside")
    )
    outsider = forms.CharField(label=_("Name of who is outside"), max_length=150, required=False)
    email = forms.EmailField(
        label=_("E-mail address of who is outside"),
        required=False,
        error_messages={"invalid": _("Give an e-mail address such as naam@voorbeeld.be.")},
    )
    due_on = forms.DateField(
        label=pgettext_lazy("deadline", "By"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Write the day like 24/11/2026.")},
    )


class GiveAdviceForm(forms.Form):
    opinion = forms.ChoiceField(
        label=_("Your opinion"),
        choices=Advice.Opinion.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose your opinion.")},
    )
    answer = forms.CharField(
        label=_("Your advice"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )


class OutsideAdviceForm(LoketFormMixin, GiveAdviceForm):
    """The same, on the public site."""

    summary_in_form = False


class RelateForm(forms.Form):
    ORIGINAL = "original"
    """The other one is the duplicate."""

    kind = forms.ChoiceField(
        label=_("This dossier"),
        choices=[*Relation.Kind.choices, (ORIGINAL, _("was reported again as"))],
        error_messages={"required": _("Choose how they belong together.")},
    )
    number = forms.CharField(
        label=_("Dossier number"),
        max_length=20,
        help_text=_("For example MEL-2026-000123."),
        error_messages={"required": _("Give the number of the other dossier.")},
    )


class HandlerForm(forms.Form):
    """To whom a dossier goes: somebody who may handle it, or nobody in particular."""

    handler = forms.ChoiceField(
        label=_("Handler"),
        error_messages={"required": _("Choose a handler."), "invalid_choice": _("Choose a handler.")},
    )

    def __init__(self, *args: Any, people: Sequence[User], user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        field = self.fields["handler"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  says so to the type checker
        mine = [(str(user.pk), _("Myself"))] if str(user.pk) in self.people else []
        others = [(key, str(person)) for key, person in self.people.items() if key != str(user.pk)]
        field.choices = [*mine, (NOBODY, _("Nobody")), *others]

    @property
    def chosen(self) -> User | None:
        return self.people.get(self.cleaned_data["handler"])


class TeamForm(forms.Form):
    """To which team a dossier goes."""

    team = forms.ModelChoiceField(
        label=_("Team"),
        queryset=Team.objects.all(),
        empty_label=_("Choose a team"),
        error_messages={"required": _("Choose a team."), "invalid_choice": _("Choose a team.")},
    )

    def __init__(self, *args: Any, without: Team | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["team"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  says so to the type checker
        if without is not None:
            field.queryset = Team.objects.exclude(pk=without.pk)

    @property
    def chosen(self) -> Team:
        team: Team = self.cleaned_data["team"]
        return team


class SharedStepForm(forms.Form):
    """A step for several dossiers at once, with one reason for all."""

    step = forms.ChoiceField(
        label=_("Step"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a step."), "invalid_choice": _("Choose a step.")},
    )
    reason = StepForm.declared_fields["reason"]

    def __init__(self, *args: Any, steps: Sequence[Transition], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.steps = {step.key: step for step in steps}
        field = self.fields["step"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  says so to the type checker
        field.choices = [(key, step.label) for key, step in self.steps.items()]
        self._name_the_reason(steps)

    def _name_the_reason(self, steps: Sequence[Transition]) -> None:
        """As the step calls it that was chosen, or as all of them do; else what it is for any of them."""
        chosen = self.steps.get(self.data.get("step", "")) if self.is_bound else None
        asking = [step for step in ([chosen] if chosen else steps) if step.needs_reason]
        reason = self.fields["reason"]
        reason.help_text = _(
            "One for all. Only needed for a step that asks for it; the citizen reads it in the letter."
        )
        if asking and len({(step.reason_label, step.reason_hint) for step in asking}) == 1:
            reason.label = asking[0].reason_name
            reason.help_text = f"{asking[0].reason_hint} {reason.help_text}".strip()

    def clean(self) -> dict[str, Any]:
        chosen = self.steps.get(self.cleaned_data.get("step", ""))
        if chosen and chosen.needs_reason and not self.cleaned_data.get("reason"):
            missing = chosen.reason_missing if chosen.reason_label else _("Give a reason: this step asks for one.")
            self.add_error("reason", missing)
        return self.cleaned_data


class SavedViewForm(forms.ModelForm[SavedView]):
    """The name of a saved view, and whether it is for oneself or for a team of one's own."""

    class Meta:
        model = SavedView
        fields = ["name", "team"]
        error_messages = {"name": {"required": _("Give the view a name.")}}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        team = self.fields["team"]
        assert isinstance(team, forms.ModelChoiceField)  # noqa: S101  says so to the type checker
        team.queryset = user.teams.all()
        team.empty_label = _("Only for me")


class SeveralFiles(forms.FileInput):
    allow_multiple_selected = True


class AnswerForm(forms.Form):
    """``token`` makes that sent twice is sent once."""

    text = forms.CharField(
        label=_("Your message"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The citizen reads this by e-mail and on the follow page."),
        error_messages={"required": _("Write something first.")},
    )
    uploads = forms.Field(label=_("Files to send along"), required=False, widget=SeveralFiles(attrs={"multiple": True}))
    token = forms.UUIDField(widget=forms.HiddenInput)


class DocumentForm(forms.Form):
    uploads = forms.Field(
        label=_("File"),
        widget=forms.FileInput,
        help_text=_("PDF, Word, Excel, text or photos. At most 25 MB."),
        error_messages={"required": _("Choose a file.")},
    )
    confidential = forms.BooleanField(label=_("Confidential: the citizen never sees it"), required=False)


class HoldForm(forms.Form):
    """Why a dossier is kept longer than its term, and until when."""

    reason = forms.CharField(
        label=_("Why must it be kept longer?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example: a dispute in court. Write no more of people than is needed."),
        error_messages={"required": _("Write why this dossier must be kept longer.")},
    )
    until = forms.DateField(
        label=_("Keep until"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("On this day its own term counts again."),
        error_messages={"required": _("Choose a day in the future."), "invalid": _("Choose a day in the future.")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class SendBackForm(forms.Form):
    """Why a list is not approved yet."""

    reason = forms.CharField(
        label=_("Why do you send it back?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Who prepared the list reads this. Name no citizens."),
        error_messages={"required": _("Write why you send it back.")},
    )


class ApproveForm(forms.Form):
    """That somebody knows what is destroyed; ``number`` is what stood on the page."""

    sure = forms.BooleanField(
        label=_("I looked at the list. These data may be destroyed for good."),
        error_messages={"required": _("Tick that these data may be destroyed for good.")},
    )
    number = forms.IntegerField(widget=forms.HiddenInput)


class KeepingTermForm(forms.Form):
    """A term that the town chooses for what belongs to no process."""

    years = forms.IntegerField(
        label=_("How many years?"),
        min_value=1,
        max_value=100,
        error_messages={"required": _("Fill in a number of years."), "invalid": _("Fill in a number of years.")},
    )
    source = forms.CharField(
        label=_("Where does that come from?"),
        max_length=200,
        help_text=_("For example: the selection list, or a decision of the council with its date."),
        error_messages={"required": _("Write where this term comes from.")},
    )
