"""How an editor sets checks on a question or a group, and compiling that."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import formats
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from forms.checks import CHECKS, GROUP_CHECKS, PATTERNS, default_message
from forms.condition_blocks import Target, parse_date
from forms.conditions import Kind
from forms.pickers import ReferenceBlock


class _CheckBlock(blocks.StructBlock):
    check = blocks.ChoiceBlock(choices=[])  # each kind of check brings its own; here it keeps the first place
    value = ReferenceBlock(
        controller="loket-check",
        label=_("Value"),
        required=False,
        max_length=200,
        help_text=_("A number, a date such as 31/12/2026, a name from the list, or another question."),
    )
    message = blocks.CharBlock(
        label=_("Message"),
        required=False,
        max_length=300,
        help_text=_("What the citizen reads when it is not right. Leave empty for Loket's own sentence."),
    )
    soft = blocks.BooleanBlock(
        label=_("Only a warning"), required=False, help_text=_("The citizen is warned once and may go on.")
    )


class CheckBlock(_CheckBlock):
    """A check on one answer."""

    check = blocks.ChoiceBlock(
        label=_("The answer is"), choices=[(name, check.label) for name, check in CHECKS.items()]
    )

    class Meta:
        label = _("Check")
        icon = "circle-check"
        label_format = "{check}"
        form_classname = "struct-block loket-rule"


class GroupCheckBlock(_CheckBlock):
    """A check on the answers of a group together."""

    check = blocks.ChoiceBlock(
        label=_("The answers are"), choices=[(name, label) for name, (label, _needs, _text) in GROUP_CHECKS.items()]
    )

    class Meta:
        label = _("Check on the group")
        icon = "circle-check"
        label_format = "{check}"
        form_classname = "struct-block loket-rule"


class ChecksBlock(blocks.ListBlock):
    """Checks, if any."""

    def value_from_datadict(self, data: Any, files: Any, prefix: str) -> Any:
        # A page of the editor that was opened before checks existed does not send them; nothing typed is lost.
        if f"{prefix}-count" not in data:
            return self.get_default()
        return super().value_from_datadict(data, files, prefix)


def compile_checks(
    blocks_: Any, *, kind: Kind, targets: Mapping[str, Target], position: int
) -> tuple[list[dict[str, Any]], list[str]]:
    """The checks of a question of this kind, and what is wrong with them in the editor's words."""
    compiled, wrong = [], []
    for value in blocks_ or ():
        named = CHECKS.get(value["check"] or "")
        if named is None:
            wrong.append(gettext("Choose what the check looks at."))
            continue
        if kind not in named.kinds:
            wrong.append(
                gettext("The check “%(check)s” cannot be used on this kind of question.") % {"check": named.label}
            )
            continue
        try:
            stored, shown = _value(value["value"] or "", named.needs, targets, position)
        except ValueError as reason:
            wrong.append(f"{named.label}: {reason}")
            continue
        compiled.append(_compiled(value, stored, default_message(named.message, shown)))
    return compiled, wrong


def compile_group_checks(blocks_: Any) -> tuple[list[dict[str, Any]], list[str]]:
    """The checks of a group, and what is wrong with them."""
    compiled, wrong = [], []
    for value in blocks_ or ():
        if value["check"] not in GROUP_CHECKS:
            wrong.append(gettext("Choose what the check looks at."))
            continue
        label, needs, message = GROUP_CHECKS[value["check"]]
        try:
            stored, shown = _value(value["value"] or "", needs, {}, 0)
        except ValueError as reason:
            wrong.append(f"{label}: {reason}")
            continue
        compiled.append(_compiled(value, stored, default_message(message, shown)))
    return compiled, wrong


def _compiled(value: Any, stored: str, message: str) -> dict[str, Any]:
    return {
        "check": value["check"],
        "value": stored,
        "message": value["message"] or message,
        "soft": bool(value["soft"]),
    }


def _value(text: str, needs: str, targets: Mapping[str, Target], position: int) -> tuple[str, str]:
    """What the editor filled in, as stored and as citizens read it. Raises ValueError with a sentence."""
    text = text.strip()
    if needs == "number":
        try:
            number = Decimal(text.replace(" ", "").replace(",", "."))
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or abs(number) > 10**12:
            raise ValueError(gettext("Fill in a number."))
        stored = format(number.normalize(), "f")
        return stored, stored.replace(".", ",")
    if needs == "date":
        day = parse_date(text)
        if day is None:
            raise ValueError(gettext("Fill in a date, such as 31/12/2026."))
        return day.isoformat(), formats.date_format(day, "j F Y")
    if needs == "pattern":
        for name, pattern in PATTERNS.items():
            if text == name or slugify(text) == slugify(str(pattern.label)):
                return name, pattern.example
        names = ", ".join(str(pattern.label) for pattern in PATTERNS.values())
        raise ValueError(gettext("Choose from: %(names)s.") % {"names": names})
    if needs == "question":
        target = targets.get(text)
        if target is None or target.position >= position:
            raise ValueError(gettext("Choose a question that comes earlier in the form."))
        return target.key, target.label
    return "", ""
