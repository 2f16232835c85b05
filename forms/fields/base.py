"""What a type of question must know of itself. docs/recipes/field-type.md says how to add one."""

import unicodedata
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.db import models
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import BlockGroup

from core.actors import Actor
from core.publishing import Problem
from forms.check_blocks import CheckBlock, ChecksBlock
from forms.condition_blocks import ConditionBlock
from forms.conditions import Comparable, Kind
from forms.json_shape import NUMBER_PATTERN, TIME_PATTERN, Shape, shaped
from forms.roles import Role
from parties.models import Party

Definition = dict[str, Any]
"""A question as it stands in a version's schema: formidable's field JSON, with ours under ``parameters``."""


class Purpose(models.TextChoices):
    """What Loket does with an answer besides keeping it."""

    NAME = "name", _("The name of the person who fills in the form")
    EMAIL = "email", _("The e-mail address of the person who fills in the form")
    PHONE = "phone", _("The phone number of the person who fills in the form")
    PLACE = "place", _("The place that the dossier is about")
    SUBJECT = "subject", _("What the dossier is about, in a few words")
    DESCRIPTION = "description", _("The story of the citizen")
    NATIONAL_NUMBER = "national_number", _("The national number of the person who fills in the form")
    BIRTH_DATE = "birth_date", _("The date of birth of the person who fills in the form")


class Retention(models.TextChoices):
    """How long an answer is kept, and what takes its place after that."""

    DOSSIER = "dossier", _("As long as the dossier")
    PERSONAL = "personal", _("Personal data: made anonymous when the retention term ends")
    SENSITIVE = "sensitive", _("Sensitive: as personal data, and never in mails, exports or searches")


class Group:
    """Where a type stands in the list that an editor chooses from."""

    TEXT = _("Text")
    CHOICE = _("Choice")
    NUMBER = _("Number and date")
    DATA = _("Details")
    CONTENT = _("Explanation")
    CALCULATION = _("Calculation")
    SEVERAL = _("Questions together")


class QuestionBlock(blocks.StructBlock):
    """What every question has."""

    label = blocks.CharBlock(
        label=_("Question"), max_length=200, help_text=_("What the citizen reads. Short and plain.")
    )
    hint = blocks.CharBlock(
        label=_("Hint"),
        required=False,
        max_length=300,
        help_text=_("Shown under the question: why you ask, or an example."),
    )
    required = blocks.BooleanBlock(label=_("Must be answered"), required=False, default=True)
    when = ConditionBlock(label=_("Only ask when"))
    checks = ChecksBlock(CheckBlock(), label=_("Checks"), default=[])
    key = blocks.RegexBlock(
        r"^[a-z][a-z0-9-]{0,49}\Z",
        label=_("Fixed key"),
        required=False,
        max_length=50,
        help_text=_("For links with other systems. Leave empty: Loket makes one when you publish and then keeps it."),
        error_messages={"invalid": _("Start with a small letter, and use only small letters, digits and hyphens.")},
    )

    class Meta:
        label_format = "{label}"
        form_layout = BlockGroup(children=["label", "hint", "required"], settings=["when", "checks", "key"])


def with_settings(*children: str) -> BlockGroup:
    """The layout of a question with more fields of its own; conditions, checks and key stay folded away."""
    return BlockGroup(children=["label", "hint", "required", *children], settings=["when", "checks", "key"])


class FieldType:
    """One type of question, with every aspect of itself.

    Subclasses set the class attributes and override what differs.
    """

    name: ClassVar[str]
    """In schemas and as the name of the block. Never changes: published versions hold it."""

    formidable_type: ClassVar[str]
    """The formidable type that carries it."""

    block_class: ClassVar[type[blocks.StructBlock]] = QuestionBlock
    group: ClassVar[Any] = Group.DATA
    label: ClassVar[Any]
    icon: ClassVar[str]
    description: ClassVar[Any]

    form_field: ClassVar[type[forms.Field]] = forms.CharField
    is_file: ClassVar[bool] = False
    """The answer is a file: kept as an Upload at its own step."""
    routable: ClassVar[bool] = False
    """The answer is one of a few known ones, so a dossier may be routed on it; never personal data."""
    is_content: ClassVar[bool] = False
    """Something to read, not a question: it has no form field and no answer."""
    is_derived: ClassVar[bool] = False
    """The answer follows from the definition and from earlier answers (see ``derive``); it has no form field."""
    kind: ClassVar[Kind] = Kind.TEXT
    """What the answer is in a condition."""
    counts: ClassVar[Mapping[str, Any]] = {}
    """Numbers in the answer that conditions and calculations may use: what each adds to the key (".nachten", as in
    ``amounts``), and what it is called. The first is what the answer itself counts for."""
    retention: ClassVar[Retention] = Retention.DOSSIER
    is_listed: ClassVar[bool] = False
    """The answer is one or more out of a list of the editor's, so it says nothing of who gave it: it may stay when the
    dossier is destroyed. What is ``routable`` is so anyway."""
    repeatable: ClassVar[bool] = True
    """May stand in a repeating group."""
    permission: ClassVar[str] = ""
    """The right that whoever publishes a form needs to ask this; see forms/publishers.py."""

    def __init__(self) -> None:
        self.block = self.block_class(label=self.label, icon=self.icon, description=self.description, group=self.group)

    # --- From the editor's block to the schema

    def definition(self, value: Any, key: str, keys: dict[str, str] | None = None) -> Definition:
        """The question in a version's schema.

        ``keys`` is the form's memory of blocks and what they were published as; a type may read it and add to it.
        """
        required = "REQUIRED" if value.get("required") else "EDITABLE"
        levels = {Role.HANDLER: "READONLY"}
        return {
            "slug": key,
            "label": plain_text(value.get("label") or ""),
            "type_id": self.formidable_type,
            "placeholder": None,
            "description": plain_text(value.get("hint") or "") or str(self.example(value)),
            "accesses": [{"access_id": str(role), "level": levels.get(role, required)} for role in Role],
            "validations": [],
            "defaults": [],
            "parameters": {"type": self.name, "purpose": self.purpose(value)},
        }

    def example(self, value: Any) -> Any:
        """The hint when the editor gives none: how to write the answer."""
        return ""

    def purpose(self, value: Any) -> str:
        """The Purpose of the answer, or ''."""
        return ""

    def purposes(self, definition: Definition, *, surely: bool = False) -> list[str]:
        """Every Purpose that the answer serves; ``surely``: those that it serves whenever there is an answer."""
        purpose = definition["parameters"]["purpose"]
        return [purpose] if purpose else []

    def serve(self, purpose: str, answer: Any, definition: Definition) -> Any:
        """What the answer says for one of its purposes."""
        return answer

    def typed_in(self, purpose: str) -> list[str]:
        """The controls where one of its purposes is typed: what their names add to the key of the question."""
        return [""]

    def known(self, known: Mapping[str, Any], definition: Definition) -> Any:
        """The answer that follows from what the register ``known``s by purpose; None when that is nothing."""
        return known.get(definition["parameters"]["purpose"]) or None

    def problems(self, value: Any, where: str) -> list[Problem]:
        """What keeps this question from being published, apart from what holds for every type."""
        return []

    def link(self, definition: Definition, value: Any, targets: Mapping[str, Any], position: int) -> list[str]:
        """Resolve references to other questions (forms.condition_blocks.Target by block id) in the definition.

        Returns what is wrong with them, in the editor's words.
        """
        return []

    def is_countable(self, definition: Definition) -> bool:
        """Whether a calculation can use the answer."""
        return type(self).amount is not FieldType.amount

    # --- From the schema to the form

    def widget(self, definition: Definition) -> forms.Widget:
        return self.form_field.widget()

    def field_kwargs(self, definition: Definition) -> dict[str, Any]:
        """Arguments of the form field besides label, hint and required."""
        return {}

    def context(self, definition: Definition) -> dict[str, Any]:
        """For a type that ``is_content``: what its template forms/content/<name>.html draws as ``content``."""
        return {}

    # --- The answer

    def normalise(self, value: Any) -> Any:
        """The form field's cleaned value as JSON, in one form for one meaning."""
        return value

    def form_data(self, answer: Any) -> Any:
        """The other way round: the value that the form starts with and that the citizen's browser would post."""
        return answer

    def post_data(self, name: str, answer: Any, definition: Definition) -> dict[str, Any]:
        """What the citizen's browser would have posted, by name of the control."""
        return {name: self.form_data(answer)}

    # --- The answer in the API

    def answer_shape(self, definition: Definition) -> Shape:
        """JSON Schema of the answer, for whoever calls the API: what ``normalise`` gives, a file as its id."""
        if self.is_file:
            return {"type": "string", "format": "uuid"}
        one: Shape = {"type": "string"}
        if choices := self.choices(definition):
            one["enum"] = list(choices)
        if self.kind is Kind.CHOICES:
            return {"type": "array", "items": one, "maxItems": max(1, len(choices))}
        if self.kind is Kind.NUMBER:
            return {"type": ["number", "string"], "pattern": NUMBER_PATTERN}
        if self.kind is Kind.DATE:
            return one | {"format": "date"}
        if self.kind is Kind.TIME:
            return one | {"pattern": TIME_PATTERN}
        if longest := self.field_kwargs(definition).get("max_length"):
            one["maxLength"] = longest
        return one

    def from_json(self, value: Any, definition: Definition) -> Any:
        """An answer from the API, with the right shape; whether it is a good one, its form field says.

        Raises WrongShape.
        """
        return shaped(value, self.answer_shape(definition))

    def posted_for(self, name: str, value: Any, definition: Definition) -> dict[str, Any]:
        """What a browser would have posted for an answer from the API. Unlike ``post_data`` it is not cleaned yet."""
        return {name: value}

    def derive(self, definition: Definition, so_far: Any) -> Any:
        """The answer of a type that ``is_derived``; None when it cannot be known yet.

        ``so_far`` has the ``amounts`` and ``values`` of the questions before this one.
        """
        raise NotImplementedError

    def display(self, answer: Any, definition: Definition) -> str:
        """The answer in the citizen's words; '' when there is none."""
        return "" if answer is None else str(answer)

    def doubts(self, answer: Any, definition: Definition) -> list[str]:
        """What the citizen is asked to look at once more before the answer passes."""
        return []

    def is_shown(self, definition: Definition) -> bool:
        """Whether the citizen sees the question or the value at all."""
        return True

    def kept(self, answer: Any, definition: Definition, *, party: Party | None, by: Actor, at: datetime) -> Any:
        """The answer as it stays with a submission, for ever. ``party`` is who filled in the form.

        Called inside the transaction of sending, for a type whose answer is too sensitive to stand there as given.
        """
        return answer

    def comparable(self, answer: Any, definition: Definition) -> Comparable:
        """What the (normalised) answer is worth in a condition of this type's kind; None when there is none."""
        if answer is None or answer == "":
            return None
        return "filled" if self.kind is Kind.PRESENCE else str(answer)

    def amount(self, answer: Any, definition: Definition) -> Decimal | None:
        """What the answer counts for in a calculation; None when it cannot be counted with, or is not there."""
        return None

    def amounts(self, answer: Any, definition: Definition) -> dict[str, Decimal]:
        """All that can be counted with: "" is the answer itself, ".nachten" one of its ``counts``."""
        amount = self.amount(answer, definition)
        return {} if amount is None else {"": amount}

    def choices(self, definition: Definition) -> dict[str, str]:
        """Value → label, where the answer is one (or some) of a list."""
        return {item["value"]: item["label"] for item in definition.get("items") or []}

    def export(self, answer: Any, definition: Definition) -> dict[str, str]:
        """The columns of an export: a heading's end ("" for the whole answer, "postcode", …) and its text."""
        return {"": self.display(answer, definition)}


def plain_text(text: str) -> str:
    """Without tags and control characters: editors write text, never HTML."""
    return printable(strip_tags(text)).strip()


def printable(text: str) -> str:
    """Without control characters, except line ends; a tab is a space."""
    return "".join(c for c in text.replace("\t", " ") if c == "\n" or unicodedata.category(c) not in {"Cc", "Cs"})


class PlainTextField(forms.CharField):
    """Text as people type it: composed accents, no control characters, one kind of line end."""

    def to_python(self, value: Any) -> str:
        text = unicodedata.normalize("NFC", str(value or "")).replace("\r\n", "\n").replace("\r", "\n")
        return super().to_python(printable(text)) or ""
