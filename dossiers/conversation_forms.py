"""Forms of the desk: the conversation itself, and what it ends in."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.validators import validate_email
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.models import User
from dossiers.clock import Calendar, due_date
from dossiers.models import ProcessVersion, Team
from dossiers.models.contact import Channel

KEPT = {
    "channel": 10,
    "given_name": 200,
    "given_email": 254,
    "given_phone": 40,
    "subject": 200,
    "body": 8000,
    "answer": 4000,
}
"""What is kept of a conversation while it goes on, and how many characters of it at most."""


def kept_words(data: Any) -> dict[str, str]:
    """What was typed, whatever it is worth: a half address is kept too, and cut only where no column is longer."""
    words = {name: str(data[name]).replace("\x00", "")[:most] for name, most in KEPT.items() if name in data}
    if words.get("channel") not in Channel.values:
        words.pop("channel", None)
    return words


def email_error(value: str) -> str:
    """'' for an address that can exist, and for none at all."""
    if not value:
        return ""
    try:
        validate_email(value)
    except forms.ValidationError:
        return gettext("This is no e-mail address. Check it, or leave it empty.")
    return ""


class PeopleForm(forms.Form):
    """A team and one of its people; both may be left to the process."""

    def __init__(self, *args: Any, teams: QuerySet[Team], colleagues: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"] = forms.ModelChoiceField(
            teams, label=_("Team"), required=False, empty_label=gettext("The team of the process")
        )
        self.fields["person"] = forms.ModelChoiceField(
            colleagues, label=_("Colleague"), required=False, empty_label=gettext("Anybody of the team")
        )


class CallBackForm(PeopleForm):
    """When we call back, on which number, and who."""

    prefix = "bel"
    day = forms.DateField(
        label=_("Day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose the day."), "invalid": _("Choose a day.")},
    )
    start = forms.TimeField(
        label=_("From"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"required": _("Choose from when."), "invalid": _("Write a time such as 9:00.")},
    )
    end = forms.TimeField(
        label=_("Until what time"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"required": _("Choose until when."), "invalid": _("Write a time such as 12:00.")},
    )
    phone = forms.CharField(
        label=_("Phone number"), max_length=40, error_messages={"required": _("Write the number to call.")}
    )


class HandOverForm(PeopleForm):
    """Which process it is, and by when a colleague must have looked."""

    prefix = "door"
    due_on = forms.DateField(
        label=_("To do by"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Choose a day.")},
    )

    def __init__(self, *args: Any, processes: Sequence[ProcessVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        versions = {str(version.process_type_id): version for version in processes}
        self.fields["process"] = forms.TypedChoiceField(
            label=_("Process"),
            choices=[(key, version.name) for key, version in versions.items()],
            coerce=versions.__getitem__,
            error_messages={"required": _("Choose a process."), "invalid_choice": _("Choose a process.")},
        )
        self.order_fields(["process", "team", "person", "due_on"])

    def clean_due_on(self) -> date | None:
        day: date | None = self.cleaned_data["due_on"]
        if day and day < timezone.localdate():
            raise forms.ValidationError(gettext("That day is over. Choose a later day."))
        return day


MORNING, AFTERNOON = (time(9), time(12)), (time(13), time(16))


def next_window(now: datetime, calendar: Calendar) -> dict[str, Any]:
    """The first half day in which somebody can call back: later today, or the next working day."""
    local = timezone.localtime(now)
    for start, end in (MORNING, AFTERNOON):
        if calendar.is_working_day(local.date()) and local.time() < start:
            return {"day": local.date(), "start": start, "end": end}
    day = due_date(now, 1, calendar)
    return {"day": day, "start": MORNING[0], "end": MORNING[1]}
