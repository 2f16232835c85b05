"""How an editor says when a question, group or step applies, and compiling that into a condition."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from forms.conditions import PRESENCE, ROLE, TESTS, Condition, Kind, Test
from forms.pickers import ReferenceBlock, question_block
from forms.roles import Role

SEPARATOR = ";"
"""Between the answers of "is one of"."""

TEST_LABELS = {
    Test.IS: _("is"),
    Test.IS_NOT: _("is not"),
    Test.ONE_OF: _("is one of"),
    Test.FILLED: _("is filled in"),
    Test.EMPTY: _("is not filled in"),
    Test.GREATER: _("is more than"),
    Test.AT_LEAST: _("is at least"),
    Test.LESS: _("is less than"),
    Test.AT_MOST: _("is at most"),
    Test.BEFORE: _("is before"),
    Test.AFTER: _("is after"),
}


class RuleBlock(blocks.StructBlock):
    """One comparison. ``question`` holds the id of the question's block, which stays when label and key change."""

    question = question_block("condition", label=_("Question"))
    test = blocks.ChoiceBlock(label=_("Test"), choices=[(test.value, TEST_LABELS[test]) for test in TEST_LABELS])
    value = ReferenceBlock(
        controller="loket-answer",
        label=_("Answer"),
        required=False,
        max_length=2000,
        help_text=_("With “is one of”, put a semicolon between the answers."),
    )

    class Meta:
        label = _("Rule")
        icon = "arrow-right"
        label_format = "{test}"
        form_classname = "struct-block loket-rule"


def mode_block() -> blocks.ChoiceBlock:
    return blocks.ChoiceBlock(
        label=_("Applies when"), choices=[("all", _("all of these are true")), ("any", _("one of these is true"))],
        default="all",
    )  # fmt: skip


class RulesBlock(blocks.StructBlock):
    """Rules within rules, once: (a and b) or c."""

    mode = mode_block()
    rules = blocks.ListBlock(RuleBlock(), label=_("Rules"))

    class Meta:
        label = _("Group of rules")
        icon = "list-ul"


class ConditionBlock(blocks.StructBlock):
    """Without rules: always."""

    def value_from_datadict(self, data: Any, files: Any, prefix: str) -> Any:
        # A page of the editor that was opened before conditions existed does not send them; nothing typed is lost.
        if f"{prefix}-rules-count" not in data:
            return self.get_default()
        return super().value_from_datadict(data, files, prefix)

    mode = mode_block()
    rules = blocks.StreamBlock([("rule", RuleBlock()), ("group", RulesBlock())], label=_("Rules"), required=False)

    class Meta:
        label = _("Only ask when")
        icon = "view"
        collapsed = True


# --- Compiling


@dataclass(frozen=True)
class Target:
    """A question that a condition may look at."""

    key: str
    label: str
    kind: Kind
    position: int
    """Place in the form; a condition looks back only."""
    choices: Mapping[str, str]
    """Label → value, and block id → value, where the answer is one of a list."""
    countable: bool = False
    """Whether a calculation can use it."""
    inner: bool = False
    """The sum over the rows of a repeating group: a calculation may use it, a condition outside the group may not."""


class Unsound(ValueError):
    """The rule cannot be compiled; the message says why, in the editor's words."""


def compile_condition(block: Any, targets: Mapping[str, Target], position: int) -> tuple[Condition | None, list[str]]:
    """The condition of an editor's block (None without rules), and what is wrong with it.

    ``targets`` are the questions of the form by block id and by key; the condition stands at ``position``.
    """
    wrong: list[str] = []

    def rule_of(value: Any) -> dict[str, Any] | None:
        try:
            return _compile_rule(value, targets, position)
        except Unsound as reason:
            wrong.append(str(reason))
            return None

    rules: list[dict[str, Any]] = []
    for child in (block or {}).get("rules") or ():
        if child.block_type == "rule":
            rules += filter(None, [rule_of(child.value)])
        else:
            nested = [rule for value in child.value["rules"] if (rule := rule_of(value))]
            if nested:
                rules.append({"mode": child.value["mode"] or "all", "rules": nested})
    return ({"mode": block["mode"] or "all", "rules": rules} if rules else None), wrong


def role_target() -> Target:
    choices = {str(role.label): str(role) for role in Role} | {str(role): str(role) for role in Role}
    return Target(ROLE, gettext("Who fills in"), Kind.CHOICE, -1, choices)


def _compile_rule(value: Any, targets: Mapping[str, Target], position: int) -> dict[str, Any]:
    target = role_target() if value["question"] == ROLE else targets.get(value["question"] or "")
    if target is None or target.inner:
        raise Unsound(gettext("A condition looks at a question that is not there any more."))
    if target.position == position:
        raise Unsound(gettext("A condition looks at its own question."))
    if target.position > position:
        raise Unsound(
            gettext("The condition looks at “%(label)s”, which comes later. Put that question first.")
            % {"label": target.label}
        )
    test = Test(value["test"] or Test.IS)
    if test not in TESTS[target.kind]:
        raise Unsound(
            gettext("“%(test)s” cannot be used on “%(label)s”.") % {"test": TEST_LABELS[test], "label": target.label}
        )
    rule: dict[str, Any] = {"key": target.key, "kind": str(target.kind), "test": str(test), "value": ""}
    if test in PRESENCE:
        return rule
    text = value["value"] or ""
    if test is Test.ONE_OF:
        wanted = [_wanted(part.strip(), target) for part in text.split(SEPARATOR) if part.strip()]
        if not wanted:
            raise Unsound(gettext("The condition on “%(label)s” names no answer.") % {"label": target.label})
        return rule | {"value": wanted}
    return rule | {"value": _wanted(text.strip(), target)}


def _wanted(text: str, target: Target) -> str:
    if not text:
        raise Unsound(gettext("The condition on “%(label)s” names no answer.") % {"label": target.label})
    if target.kind in {Kind.CHOICE, Kind.CHOICES} and target.choices:
        by_slug = {slugify(label): value for label, value in target.choices.items()}
        found = target.choices.get(text) or by_slug.get(slugify(text))
        if found is None:
            raise Unsound(
                gettext("The condition on “%(label)s” names the choice “%(choice)s”, which is not there any more.")
                % {"label": target.label, "choice": text}
            )
        return found
    if target.kind is Kind.NUMBER:
        try:
            number = Decimal(text.replace(" ", "").replace(",", "."))
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite():
            raise Unsound(
                gettext("The condition on “%(label)s” needs a number, such as 12,5.") % {"label": target.label}
            )
        return format(number.normalize(), "f")
    if target.kind is Kind.DATE:
        if found_date := parse_date(text):
            return found_date.isoformat()
        raise Unsound(
            gettext("The condition on “%(label)s” needs a date, such as 31/12/2026.") % {"label": target.label}
        )
    if target.kind is Kind.TIME and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text):
        raise Unsound(gettext("The condition on “%(label)s” needs a time, such as 09:30.") % {"label": target.label})
    return text


def parse_date(text: str) -> date | None:
    """A date as editors write it (31/12/2026) or as it is stored; None when it is neither."""
    for pattern in (r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)", r"(?P<d>\d{1,2})[/ .-](?P<m>\d{1,2})[/ .-](?P<y>\d{4})"):
        if match := re.fullmatch(pattern, text):
            try:
                return date(int(match["y"]), int(match["m"]), int(match["d"]))
            except ValueError:
                return None
    return None
