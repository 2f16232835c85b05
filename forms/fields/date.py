import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from core.forms import DatePartsInput
from core.publishing import Problem
from forms.conditions import Kind
from forms.fields.base import Definition, FieldType, Group, Purpose, QuestionBlock, Retention, with_settings

BRUSSELS = ZoneInfo("Europe/Brussels")
SANE = (datetime.date(1850, 1, 1), datetime.date(2200, 12, 31))
MAX_DAYS = 36_500


class DateBlock(QuestionBlock):
    is_birth_date = blocks.BooleanBlock(
        label=_("This is the birth date of the person who fills in the form"), required=False
    )
    side = blocks.ChoiceBlock(
        label=_("May be"),
        required=False,
        choices=[
            ("future", _("today or later")),
            ("past", _("today or earlier")),
        ],
        help_text=_("Leave empty for any date."),
    )
    earliest = blocks.DateBlock(label=_("Not before"), required=False)
    latest = blocks.DateBlock(label=_("Not after"), required=False)
    days_from = blocks.IntegerBlock(
        label=_("At least so many days from today"),
        required=False,
        min_value=-MAX_DAYS,
        max_value=MAX_DAYS,
        help_text=_("For example 10 when you need ten days. Below zero is before today."),
    )
    days_until = blocks.IntegerBlock(
        label=_("At most so many days from today"), required=False, min_value=-MAX_DAYS, max_value=MAX_DAYS
    )

    class Meta:
        form_layout = with_settings("is_birth_date", "side", "earliest", "latest", "days_from", "days_until")


class Limits:
    """Between which dates an answer must lie; what counts from today is decided on the day that it is asked."""

    def __init__(self, parameters: dict[str, Any]) -> None:
        self.side = parameters["side"]
        self.days = parameters["days_from"], parameters["days_until"]
        self.fixed = tuple(
            datetime.date.fromisoformat(parameters[name]) if parameters[name] else None
            for name in ("earliest", "latest")
        )

    def on(self, today: datetime.date) -> tuple[datetime.date | None, datetime.date | None]:
        first, last = (None if days is None else today + datetime.timedelta(days) for days in self.days)
        earliest = [date for date in (self.fixed[0], first, today if self.side == "future" else None) if date]
        latest = [date for date in (self.fixed[1], last, today if self.side == "past" else None) if date]
        return max(earliest, default=None), min(latest, default=None)


class AnswerDateInput(DatePartsInput):
    """Also takes the whole date under the question's own name, as a kept answer or another system gives it."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        typed = super().value_from_datadict(data, files, name)
        if typed or not isinstance(whole := data.get(name), str) or not whole.strip():
            return typed
        try:
            return datetime.date.fromisoformat(whole.strip()).isoformat()
        except ValueError:
            return f"{whole.replace('|', ' ')[:40]}||"  # no date: comes back as it was given


class AnswerDateField(forms.DateField):
    default_error_messages = {
        "invalid": _("Fill in a date like 31 12 2026."),
        "incomplete": _("Fill in the day, the month and the year, such as 24 11 2026."),
        "year": _("Write the year in four digits, such as 2026."),
        "none": _("This date does not exist. Look at the day and the month again."),
        "insane": _("Look at the year again."),
        "earliest": _("Fill in a date from %(earliest)s on."),
        "latest": _("Fill in a date not later than %(latest)s."),
        "range": _("Fill in a date from %(earliest)s to %(latest)s."),
        "only": _("Only %(earliest)s is possible."),
        "closed": _("No date is possible any more."),
    }

    def __init__(self, *, limits: Limits, **kwargs: Any) -> None:
        self.limits = limits
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)

    def to_python(self, value: Any) -> datetime.date | None:
        if isinstance(value, str) and value.count("|") == 2:
            raise ValidationError(self.error_messages[code := _what_is_wrong(*value.split("|"))], code=code)
        return super().to_python(value)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if not value:
            return
        if not SANE[0] <= value <= SANE[1]:
            raise ValidationError(self.error_messages["insane"], code="insane")
        earliest, latest = self.limits.on(timezone.localdate(timezone=BRUSSELS))
        if (earliest is None or value >= earliest) and (latest is None or value <= latest):
            return
        if earliest and latest:
            code = "range" if earliest < latest else "only" if earliest == latest else "closed"
        else:
            code = "earliest" if earliest else "latest"
        said = {"earliest": in_words(earliest), "latest": in_words(latest)}
        raise ValidationError(self.error_messages[code] % said, code=code)


def _what_is_wrong(day: str, month: str, year: str) -> str:
    """The code of the message for three parts that are no date."""
    if not (day and month and year):
        return "incomplete" if all(not part or _is_number(part) for part in (day, month, year)) else "invalid"
    if not (_is_number(day) and _is_number(month) and _is_number(year)):
        return "invalid"
    return "none" if len(year) == 4 else "year"


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def in_words(date: datetime.date | None) -> str:
    return date_format(date, "j F Y") if date else ""


class DateType(FieldType):
    name = "date"
    formidable_type = "date"
    block_class = DateBlock
    group = Group.NUMBER
    label = _("Date")
    icon = "date"
    description = _("A day: day, month and year in three boxes.")
    form_field = AnswerDateField
    kind = Kind.DATE
    retention = Retention.PERSONAL

    def definition(self, value: Any, key: str, keys: dict[str, str] | None = None) -> Definition:
        definition = super().definition(value, key, keys)
        definition["parameters"] |= {
            "is_birth_date": bool(value.get("is_birth_date")),
            "side": value.get("side") or "",
            "earliest": str(value.get("earliest") or ""),
            "latest": str(value.get("latest") or ""),
            "days_from": value.get("days_from"),
            "days_until": value.get("days_until"),
        }
        return definition

    def purpose(self, value: Any) -> str:
        return Purpose.BIRTH_DATE if value.get("is_birth_date") else ""

    def problems(self, value: Any, where: str) -> list[Problem]:
        found = []
        earliest, latest = value.get("earliest"), value.get("latest")
        if earliest and latest and str(earliest) > str(latest):
            found.append(Problem(where, gettext("'Not before' is later than 'not after'.")))
        first, last = value.get("days_from"), value.get("days_until")
        first = 0 if first is None and value.get("side") == "future" else first
        last = 0 if last is None and value.get("side") == "past" else last
        if first is not None and last is not None and first > last:
            found.append(Problem(where, gettext("No date is left: the limits from today exclude each other.")))
        if value.get("is_birth_date") and value.get("side") == "future":
            found.append(Problem(where, gettext("A birth date lies in the past.")))
        return found

    def example(self, value: Any) -> Any:
        return _("For example 27 3 1985.") if value.get("is_birth_date") else _("For example 27 3 2026.")

    def widget(self, definition: Definition) -> forms.Widget:
        return AnswerDateInput(attrs={"autocomplete": "bday"} if definition["parameters"]["is_birth_date"] else None)

    def field_kwargs(self, definition: Definition) -> dict[str, Any]:
        return {"limits": Limits(definition["parameters"])}

    def normalise(self, value: Any) -> Any:
        return value.isoformat() if value else None

    def display(self, answer: Any, definition: Definition) -> str:
        return in_words(datetime.date.fromisoformat(answer)) if answer else ""

    def export(self, answer: Any, definition: Definition) -> dict[str, str]:
        """Year first, as spreadsheets read and sort it."""
        return {"": answer or ""}
