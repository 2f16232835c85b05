"""Licence plates.

The rules: ministerial order of 23 July 2001 on the registration of vehicles, with its changes of 2010 (European
plates), 2014 (index letters) and 2014 (personalised plates), as the FPS Mobility explains them on mobilit.belgium.be
("T, O, M, Q-nummerplaten", "gepersonaliseerde kentekenplaat"). In short:

- since 2010 an index (1 to 9, or a letter: G tractors, M motorcycles, O old-timers, Q trailers, S mopeds, T taxis,
  U, V, W, X, Y, Z dealers and others), three letters and three digits, or the digits first;
- older: ABC-123, 123-ABC, and groups such as A-1234 and 12-A-34, for whoever kept theirs;
- personalised: one to eight signs, a hyphen between letters and digits counts as one;
- CD with letters and digits for diplomats, and one to three digits for the court, alone or after A, E or P.

Whether a plate was ever given out is for the register of vehicles to say, so nothing more is refused.
"""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from forms.fields.base import Definition, FieldType, Group, QuestionBlock, Retention, with_settings

INDEX = "[1-9GMOQSTUVWXYZ]"
RUN_TOGETHER = re.compile(rf"({INDEX})([A-Z]{{3}})([0-9]{{3}})|({INDEX})([0-9]{{3}})([A-Z]{{3}})")
EUROPEAN = re.compile(r"[0-9A-Z]-([A-Z]{3}-[0-9]{3}|[0-9]{3}-[A-Z]{3})")
DIPLOMAT = re.compile(r"CD-[A-Z]{1,2}-[0-9]{1,3}")
PERSONALISED = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")
MOST_PERSONALISED = 8
FOREIGN = re.compile(r"(?=.*[0-9])[A-Z0-9ÄÖÜ]+(-[A-Z0-9ÄÖÜ]+)*")
MOST_FOREIGN = 12
MAX_TYPED = 30
SEPARATORS = re.compile(r"[\s.\-_/\u00b7\u2022\u2010-\u2014]+")


def belgian(text: str) -> str | None:
    """As it stands on the plate (1-ABC-123), or None when no Belgian plate looks like that."""
    signs = _with_hyphens(text)
    if "-" not in signs and (together := RUN_TOGETHER.fullmatch(signs)):
        return "-".join(filter(None, together.groups()))
    plate = re.sub(r"(?<=[A-Z])(?=[0-9])|(?<=[0-9])(?=[A-Z])", "-", signs)
    if EUROPEAN.fullmatch(plate) or DIPLOMAT.fullmatch(plate):
        return plate
    return plate if PERSONALISED.fullmatch(plate) and len(plate) <= MOST_PERSONALISED else None


def foreign(text: str) -> str | None:
    """In capitals, with hyphens where something stood between the groups."""
    plate = _with_hyphens(text)
    return plate if FOREIGN.fullmatch(plate) and 2 <= len(plate) <= MOST_FOREIGN else None


def _with_hyphens(text: str) -> str:
    return SEPARATORS.sub("-", text.strip().upper()).strip("-")


class PlateBlock(QuestionBlock):
    foreign_allowed = blocks.BooleanBlock(label=_("Foreign plates too"), required=False)

    class Meta:
        form_layout = with_settings("foreign_allowed")


class PlateField(forms.Field):
    default_error_messages = {
        "invalid": _("Fill in a licence plate such as 1-ABC-123."),
        "belgian": _("Fill in a Belgian licence plate such as 1-ABC-123."),
    }

    def __init__(self, *, foreign_allowed: bool, **kwargs: Any) -> None:
        self.foreign_allowed = foreign_allowed
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        text = str(value if value is not None else "").strip()
        if not text:
            return ""
        plate = belgian(text[:MAX_TYPED]) or (foreign(text[:MAX_TYPED]) if self.foreign_allowed else None)
        if plate and len(text) <= MAX_TYPED:
            return plate
        code = "invalid" if self.foreign_allowed else "belgian"
        raise ValidationError(self.error_messages[code], code=code)


class PlateType(FieldType):
    name = "plate"
    formidable_type = "text"
    block_class = PlateBlock
    group = Group.DATA
    label = _("Licence plate")
    icon = "tag"
    description = _("The licence plate of a car, motorcycle or trailer.")
    form_field = PlateField
    retention = Retention.PERSONAL

    def definition(self, value: Any, key: str, keys: dict[str, str] | None = None) -> Definition:
        definition = super().definition(value, key, keys)
        definition["parameters"]["foreign_allowed"] = bool(value.get("foreign_allowed"))
        return definition

    def example(self, value: Any) -> Any:
        return _("For example 1-ABC-123.")

    def widget(self, definition: Definition) -> forms.Widget:
        return forms.TextInput(
            attrs={
                "class": "govuk-input--width-10",
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        )

    def field_kwargs(self, definition: Definition) -> dict[str, Any]:
        return {"foreign_allowed": definition["parameters"]["foreign_allowed"]}
