"""Named checks on an answer, and on the answers of a group together. Pure: no database, no clock.

A check is data in a version's schema::

    {"check": "at_most", "value": "30", "message": "…", "soft": false}

Editors choose from this list and fill in a value; nobody writes a regular expression (a careless one keeps a server
busy for minutes). A *soft* check warns once and then lets the answer pass. docs/rules/formulieren.md has them in prose.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from forms.conditions import Comparable, Kind


@dataclass(frozen=True)
class Pattern:
    label: Any
    expression: re.Pattern[str]
    example: str


# Matched in full. Each takes time in proportion to the text: no repeat can take what the next one may take.
PATTERNS = {
    "letters": Pattern(_("letters only"), re.compile(r"[^\W\d_]+(?:[ '’.-][^\W\d_]+)*"), "Jan de Wit"),
    "digits": Pattern(_("digits only"), re.compile(r"\d+"), "12345"),
    "letters_digits": Pattern(_("letters and digits only"), re.compile(r"[^\W_]+"), "A12B"),
    "postcode": Pattern(_("Belgian postcode"), re.compile(r"[1-9]\d{3}"), "2640"),
    "year": Pattern(_("year"), re.compile(r"(?:19|20)\d{2}"), "1998"),
    "dossier": Pattern(_("dossier number of Loket"), re.compile(r"[A-Z]{2,5}-\d{4}-\d{6}"), "MEL-2026-000123"),
    "cadastre": Pattern(_("cadastral parcel"), re.compile(r"\d{5}[A-Z]\d{4}/\d{2}[A-Z_]\d{3}"), "11029B0123/00A000"),
    "web": Pattern(
        _("web address"), re.compile(r"https?://[^\s/?#.]+(?:\.[^\s/?#.]+)+(?:[/?#]\S*)?"), "https://www.voorbeeld.be"
    ),
}


@dataclass(frozen=True)
class Check:
    """``needs`` is what the editor fills in beside it: number, date, pattern, question or nothing."""

    label: Any
    kinds: tuple[Kind, ...]
    needs: str
    message: Any
    """When the editor wrote none; may use %(value)s."""
    passes: Callable[["Asked"], bool]


@dataclass(frozen=True)
class Asked:
    """An answer under a check."""

    answer: list[str]
    value: str
    """What the editor filled in, or the answer to the question that it is compared with."""
    today: date

    @property
    def text(self) -> str:
        return self.answer[0]

    @property
    def number(self) -> Decimal:
        return Decimal(self.answer[0])

    @property
    def day(self) -> date:
        return date.fromisoformat(self.answer[0])

    @property
    def limit(self) -> Decimal:
        return Decimal(self.value)


CHECKS: dict[str, Check] = {
    "min_length": Check(
        _("at least … characters"), (Kind.TEXT,), "number",
        _("Use at least %(value)s characters."), lambda a: len(a.text) >= a.limit,
    ),
    "max_length": Check(
        _("at most … characters"), (Kind.TEXT,), "number",
        _("Use at most %(value)s characters."), lambda a: len(a.text) <= a.limit,
    ),
    "pattern": Check(
        _("looks like …"), (Kind.TEXT,), "pattern",
        _("Write it like this: %(value)s."), lambda a: bool(PATTERNS[a.value].expression.fullmatch(a.text)),
    ),
    "at_least": Check(
        _("at least …"), (Kind.NUMBER,), "number",
        _("Fill in %(value)s or more."), lambda a: a.number >= a.limit,
    ),
    "at_most": Check(
        _("at most …"), (Kind.NUMBER,), "number",
        _("Fill in %(value)s or less."), lambda a: a.number <= a.limit,
    ),
    "multiple_of": Check(
        _("a multiple of …"), (Kind.NUMBER,), "number",
        _("Fill in a multiple of %(value)s."), lambda a: a.number % a.limit == 0,
    ),
    "not_before": Check(
        _("not before the date …"), (Kind.DATE,), "date",
        _("Choose %(value)s or a later date."), lambda a: a.text >= a.value,
    ),
    "not_after": Check(
        _("not after the date …"), (Kind.DATE,), "date",
        _("Choose %(value)s or an earlier date."), lambda a: a.text <= a.value,
    ),
    "days_ahead": Check(
        _("at least … days from today"), (Kind.DATE,), "number",
        _("Choose a date that is at least %(value)s days from now."),
        lambda a: a.day >= a.today + timedelta(days=int(a.limit)),
    ),
    "within_days": Check(
        _("at most … days from today"), (Kind.DATE,), "number",
        _("Choose a date that is at most %(value)s days from now."),
        lambda a: a.day <= a.today + timedelta(days=int(a.limit)),
    ),
    "in_past": Check(
        _("in the past"), (Kind.DATE,), "", _("Choose a date in the past."), lambda a: a.day < a.today
    ),
    "after_question": Check(
        _("after the date of another question"), (Kind.DATE,), "question",
        _("This date must be later than “%(value)s”."), lambda a: a.text > a.value,
    ),
    "from_question": Check(
        _("on or after the date of another question"), (Kind.DATE,), "question",
        _("This date may not be earlier than “%(value)s”."), lambda a: a.text >= a.value,
    ),
    "at_most_question": Check(
        _("not more than another question"), (Kind.NUMBER,), "question",
        _("This may not be more than “%(value)s”."), lambda a: a.number <= a.limit,
    ),
    "min_chosen": Check(
        _("at least … choices"), (Kind.CHOICES,), "number",
        _("Choose at least %(value)s."), lambda a: len(a.answer) >= a.limit,
    ),
    "max_chosen": Check(
        _("at most … choices"), (Kind.CHOICES,), "number",
        _("Choose at most %(value)s."), lambda a: len(a.answer) <= a.limit,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Failure:
    message: str
    soft: bool


def failures(
    checks: Sequence[Mapping[str, Any]], answer: Comparable, values: Mapping[str, Comparable], today: date
) -> list[Failure]:
    """The checks that this answer does not pass; one that is not there passes ("must be answered" is another rule).

    ``values`` are the answers of the whole form, for checks that compare with another question.
    """
    if not answer:
        return []
    answers = answer if isinstance(answer, list) else [answer]
    found = []
    for check in checks:
        named = CHECKS[check["check"]]
        value = check["value"]
        if named.needs == "question":
            other = values.get(value)
            if not other or isinstance(other, list):
                continue  # nothing to compare with
            value = other
        try:
            passes = named.passes(Asked(answers, value, today))
        except (InvalidOperation, ValueError, OverflowError):
            passes = True  # the answer is not of the kind; its own question says so
        if not passes:
            found.append(Failure(check["message"], bool(check["soft"])))
    return found


# --- Checks on a group of questions


GROUP_CHECKS: dict[str, tuple[Any, str, Any]] = {
    "at_least_one": (_("at least one of these is filled in"), "", _("Fill in at least one of these.")),
    "at_most_one": (_("at most one of these is filled in"), "", _("Fill in only one of these.")),
    "sum_at_most": (_("together at most …"), "number", _("Together this may be at most %(value)s.")),
    "sum_at_least": (_("together at least …"), "number", _("Together this must be at least %(value)s.")),
    "sum_is": (_("together exactly …"), "number", _("Together this must be %(value)s.")),
    "all_different": (_("all different"), "", _("Each answer must be different.")),
}
"""Name → label, what the editor fills in beside it, and the message when the editor wrote none."""


def group_failures(
    checks: Sequence[Mapping[str, Any]], values: Sequence[Comparable], amounts: Sequence[Decimal]
) -> list[Failure]:
    """The checks that a group does not pass; ``values`` and ``amounts`` are of its questions that apply."""
    filled = [value for value in values if value]
    total = sum(amounts, Decimal(0))

    def passes(check: Mapping[str, Any]) -> bool:
        match check["check"]:
            case "at_least_one":
                return len(filled) >= 1
            case "at_most_one":
                return len(filled) <= 1
            case "sum_at_most":
                return total <= Decimal(check["value"])
            case "sum_at_least":
                return total >= Decimal(check["value"])
            case "sum_is":
                return total == Decimal(check["value"])
            case "all_different":
                return len({str(value).lower() for value in filled}) == len(filled)
        raise ValueError(check["check"])

    return [Failure(check["message"], bool(check["soft"])) for check in checks if not passes(check)]


def default_message(message: Any, value: str) -> str:
    return str(message) % {"value": value}
