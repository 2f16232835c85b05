import datetime
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from core.publishing import Problem
from forms.conditions import Kind
from forms.fields.base import Definition, FieldType, Group, QuestionBlock, with_settings

STEPS = [(5, _("5 minutes")), (10, _("10 minutes")), (15, _("a quarter")), (30, _("half an hour")), (60, _("an hour"))]
WRITTEN = re.compile(r"([01]?[0-9]|2[0-3])(?: ?(?:[:.,]|u(?:ur)?|h) ?([0-5][0-9])?| ([0-5][0-9])|([0-5][0-9]))?")


def parse(text: str) -> str:
    """A time of the day as people write it (14:30, 14u30, 14.30, 1430, 9) as 14:30. Raises ValueError."""
    if not (match := WRITTEN.fullmatch(" ".join(text.casefold().removesuffix("uur").split()))):
        raise ValueError(text)
    hour, *minutes = match.groups()
    return f"{int(hour):02}:{next(filter(None, minutes), '00')}"


class TimeBlock(QuestionBlock):
    earliest = blocks.TimeBlock(label=_("Not before"), required=False)
    latest = blocks.TimeBlock(label=_("Not after"), required=False)
    step = blocks.ChoiceBlock(
        label=_("Only on"),
        required=False,
        choices=STEPS,
        help_text=_("For example a quarter: 9:00, 9:15, 9:30. Leave empty for every minute."),
    )

    class Meta:
        form_layout = with_settings("earliest", "latest", "step")


class TimeField(forms.Field):
    """A time of the day as 14:30."""

    default_error_messages = {
        "invalid": _("Fill in a time such as 14:30."),
        "earliest": _("Fill in a time from %(earliest)s on."),
        "latest": _("Fill in a time not later than %(latest)s."),
        "range": _("Fill in a time from %(earliest)s to %(latest)s."),
        "step": _("Choose a time such as %(before)s or %(after)s."),
    }

    def __init__(self, *, earliest: str = "", latest: str = "", step: int = 1, **kwargs: Any) -> None:
        self.earliest, self.latest, self.step = earliest, latest, step
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        text = str(value if value is not None else "").strip()
        if not text:
            return ""
        try:
            return parse(text[:20])
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid")

    def validate(self, value: Any) -> None:
        super().validate(value)
        if not value:
            return
        early, late = self.earliest and value < self.earliest, self.latest and value > self.latest
        if early or late:
            code = "range" if self.earliest and self.latest else "earliest" if early else "latest"
            limits = {"earliest": self.earliest, "latest": self.latest}
            raise ValidationError(self.error_messages[code] % limits, code=code)
        minutes = int(value[:2]) * 60 + int(value[3:])
        if beyond := minutes % self.step:
            nearest = [minutes - beyond, (minutes - beyond + self.step) % (24 * 60)]
            before, after = (f"{minute // 60:02}:{minute % 60:02}" for minute in nearest)
            raise ValidationError(self.error_messages["step"] % {"before": before, "after": after}, code="step")


class TimeType(FieldType):
    name = "time"
    formidable_type = "text"
    block_class = TimeBlock
    group = Group.NUMBER
    label = _("Time")
    icon = "time"
    description = _("A time of the day, such as 14:30.")
    form_field = TimeField
    kind = Kind.TIME

    def definition(self, value: Any, key: str, keys: dict[str, str] | None = None) -> Definition:
        definition = super().definition(value, key, keys)
        definition["parameters"] |= {
            "earliest": _text(value.get("earliest")),
            "latest": _text(value.get("latest")),
            "step": int(value.get("step") or 1),
        }
        return definition

    def problems(self, value: Any, where: str) -> list[Problem]:
        earliest, latest = _text(value.get("earliest")), _text(value.get("latest"))
        if earliest and latest and earliest > latest:
            return [Problem(where, gettext("'Not before' is later than 'not after'."))]
        return []

    def example(self, value: Any) -> Any:
        return _("For example 14:30.")

    def widget(self, definition: Definition) -> forms.Widget:
        # The digits of a phone, which have a comma or a point and no colon; both are taken.
        return forms.TextInput(attrs={"class": "govuk-input--width-5", "inputmode": "decimal", "spellcheck": "false"})

    def field_kwargs(self, definition: Definition) -> dict[str, Any]:
        return {name: definition["parameters"][name] for name in ("earliest", "latest", "step")}


def _text(value: datetime.time | str | None) -> str:
    return value.strftime("%H:%M") if isinstance(value, datetime.time) else (value or "")[:5]
