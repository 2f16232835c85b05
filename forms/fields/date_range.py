import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from core.publishing import Problem
from forms.conditions import Comparable, Kind
from forms.fields.base import Definition, Group, QuestionBlock, with_settings
from forms.fields.compound import Answer, CompoundType, PartsForm
from forms.fields.date import MAX_DAYS, AnswerDateField, AnswerDateInput, Limits, in_words

DAYS, NIGHTS = ".dagen", ".nachten"


class DateRangeBlock(QuestionBlock):
    days_from = blocks.IntegerBlock(
        label=_("Begins at least so many days from today"),
        required=False,
        min_value=-MAX_DAYS,
        max_value=MAX_DAYS,
        help_text=_("For example 10 when you need ten days. Below zero is before today."),
    )
    days_until = blocks.IntegerBlock(
        label=_("Ends at most so many days from today"), required=False, min_value=-MAX_DAYS, max_value=MAX_DAYS
    )
    minimum = blocks.IntegerBlock(
        label=_("Lasts at least so many days"), required=False, min_value=1, max_value=MAX_DAYS
    )
    maximum = blocks.IntegerBlock(
        label=_("Lasts at most so many days"),
        required=False,
        min_value=1,
        max_value=MAX_DAYS,
        help_text=_("The first and the last day both count."),
    )

    class Meta:
        form_layout = with_settings("days_from", "days_until", "minimum", "maximum")


class DateRangeType(CompoundType):
    """In conditions and checks it stands for its first day, in a calculation for its number of days.

    Both may also use its days and its nights by name.
    """

    name = "date_range"
    block_class = DateRangeBlock
    group = Group.NUMBER
    label = _("Period")
    icon = "calendar-alt"
    description = _("From one day until another. Loket can count with the days and the nights.")
    kind = Kind.DATE
    counts = {DAYS: _("number of days"), NIGHTS: _("number of nights")}

    def definition(self, value: Any, key: str, *args: Any) -> Definition:
        made = super().definition(value, key, *args)
        limits = ("days_from", "days_until", "minimum", "maximum")
        made["parameters"] |= {name: value.get(name) for name in limits}
        return made

    def problems(self, value: Any, where: str) -> list[Problem]:
        found = []
        first, last = value.get("days_from"), value.get("days_until")
        shortest, longest = value.get("minimum"), value.get("maximum")
        if shortest is not None and longest is not None and shortest > longest:
            found.append(Problem(where, gettext("'At least' is more than 'at most'.")))
        if first is not None and last is not None and first + (shortest or 1) - 1 > last:
            found.append(Problem(where, gettext("No period is left: the limits exclude each other.")))
        return found

    def parts(self, definition: Definition) -> dict[str, forms.Field]:
        limits = {"side": "", "earliest": "", "latest": ""} | {
            name: definition["parameters"][name] for name in ("days_from", "days_until")
        }
        example = _("For example 27 3 2026.")
        return {
            "from": AnswerDateField(
                label=_("First day"), help_text=example, limits=Limits(limits), widget=AnswerDateInput()
            ),
            "until": AnswerDateField(label=_("Last day"), limits=Limits(limits), widget=AnswerDateInput()),
        }

    def check(self, definition: Definition, form: PartsForm) -> None:
        first, last = form.cleaned_data.get("from"), form.cleaned_data.get("until")
        if not (first and last):
            return
        parameters = definition["parameters"]
        days = (last - first).days + 1
        if days < 1:
            message = gettext("The last day must be %(first)s or later.") % {"first": in_words(first)}
        elif parameters["minimum"] and days < parameters["minimum"]:
            message = ngettext(
                "Choose a period of at least %(count)d day.", "Choose a period of at least %(count)d days.",
                parameters["minimum"],
            ) % {"count": parameters["minimum"]}  # fmt: skip
        elif parameters["maximum"] and days > parameters["maximum"]:
            message = ngettext(
                "Choose a period of at most %(count)d day.", "Choose a period of at most %(count)d days.",
                parameters["maximum"],
            ) % {"count": parameters["maximum"]}  # fmt: skip
        else:
            return
        form.add_error("until", ValidationError(message, code="period"))

    def comparable(self, answer: Any, definition: Definition) -> Comparable:
        return answer["from"] if answer else None

    def amount(self, answer: Any, definition: Definition) -> Decimal | None:
        """The number of days, the first and the last one both counted."""
        days = _days(answer)
        return Decimal(days) if days is not None else None

    def amounts(self, answer: Any, definition: Definition) -> dict[str, Decimal]:
        days = _days(answer)
        if days is None:
            return {}
        return {"": Decimal(days), DAYS: Decimal(days), NIGHTS: Decimal(days - 1)}

    def export(self, answer: Any, definition: Definition) -> dict[str, str]:
        """Year first, as spreadsheets read and sort it."""
        days = _days(answer)
        return super().export(answer, definition) | {gettext("Days"): "" if days is None else str(days)}

    def display(self, answer: Any, definition: Definition) -> str:
        """from 3 until 7 December 2026 (5 days)"""
        days = _days(answer)
        if days is None:
            return ""
        first, last = (datetime.date.fromisoformat(answer[part]) for part in ("from", "until"))
        count = ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
        if first == last:
            return f"{in_words(first)} ({count})"
        pattern = "j F Y" if first.year != last.year else "j F" if first.month != last.month else "j"
        said = {"first": date_format(first, pattern), "last": in_words(last), "count": count}
        return gettext("from %(first)s until %(last)s (%(count)s)") % said


def _days(answer: Answer | None) -> int | None:
    if not answer or "from" not in answer or "until" not in answer:
        return None
    first, last = (datetime.date.fromisoformat(answer[part]) for part in ("from", "until"))
    return (last - first).days + 1
