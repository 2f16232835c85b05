"""The answers that a citizen may choose from: what the editor fills in, and the value that each keeps for ever."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import BlockGroup

from core.publishing import Problem
from forms.fields.base import Definition, plain_text

MAX_LENGTH = 200


class OptionBlock(blocks.StructBlock):
    """One answer to choose. Before there were hints and amounts it was a line of text; that is still read."""

    label = blocks.CharBlock(label=_("Choice"), max_length=MAX_LENGTH)
    hint = blocks.CharBlock(
        label=_("Hint"), required=False, max_length=MAX_LENGTH, help_text=_("Shown under this choice.")
    )
    amount = blocks.DecimalBlock(
        label=_("Counts for"),
        required=False,
        max_digits=12,
        decimal_places=2,
        help_text=_("Only for calculations: what this choice costs, or how many it stands for."),
    )

    def to_python(self, value: Any) -> Any:
        return super().to_python(as_struct(value))

    def bulk_to_python(self, values: Any) -> Any:
        return super().bulk_to_python([as_struct(value) for value in values])

    def normalize(self, value: Any) -> Any:
        # With every part: the editor's browser writes "undefined" in the box of a part that is not there.
        empty = {name: block.get_default() for name, block in self.child_blocks.items()}
        return super().normalize(empty | {**as_struct(value)})

    class Meta:
        label = _("Choice")
        icon = "radio-empty"
        label_format = "{label}"
        form_layout = BlockGroup(children=["label"], settings=["hint", "amount"])


def as_struct(value: Any) -> Any:
    return {"label": value} if isinstance(value, str) else value


def options_block(*, help_text: Any) -> blocks.ListBlock:
    return blocks.ListBlock(
        OptionBlock(),
        label=_("Choices"),
        min_num=2,
        default=[{"label": ""}, {"label": ""}],  # two boxes stand ready
        help_text=help_text,
    )


def written(value: Any) -> Iterator[tuple[str | None, Any]]:
    """The block id and the struct of each option that the editor wrote."""
    options = value.get("options") or []
    if hasattr(options, "bound_blocks"):
        yield from ((block.id, block.value) for block in options.bound_blocks)
    else:
        yield from ((None, as_struct(option)) for option in options)


def items(value: Any, keys: dict[str, str]) -> list[dict[str, str]]:
    """The options as formidable's items. A value is made from the first label and never changes with it."""
    found = [(block, option, label_of(option)) for block, option in written(value) if label_of(option)]
    taken = {keys[block] for block, _option, _label in found if block in keys}
    made = []
    for block, option, label in found:
        name = keys.get(block or "") or free_value(label, taken)
        taken.add(name)
        if block:
            keys[block] = name
        made.append({"value": name, "label": label, "description": plain_text(option.get("hint") or "")})
    return made


def amounts(value: Any, made: list[dict[str, str]]) -> dict[str, str]:
    """Value of the option → what it counts for in a calculation, as far as the editor said so."""
    options = [option for _block, option in written(value) if label_of(option)]
    return {
        item["value"]: str(option["amount"])
        for option, item in zip(options, made, strict=True)
        if option.get("amount") is not None
    }


def problems(value: Any, where: str) -> list[Problem]:
    labels = [label_of(option) for _block, option in written(value)]
    found = []
    if len([label for label in labels if label]) < 2:
        found.append(Problem(where, gettext("Give at least two choices.")))
    if not all(labels):
        found.append(Problem(where, gettext("A choice is empty. Fill it in or remove it.")))
    seen = set()
    for label in filter(None, labels):
        # Signs of punctuation do not make another choice, but "< 5" and "> 5" are two.
        words = tuple(re.findall(r"\w+|[<>=+≤≥]", label.casefold()))
        if words in seen:
            found.append(Problem(where, gettext("The choice '%(label)s' is there twice.") % {"label": label}))
        seen.add(words)
    return found


def label_of(option: Any) -> str:
    return " ".join(plain_text(option.get("label") or "").split())


def free_value(label: str, taken: set[str]) -> str:
    base = slugify(label) or "keuze"
    name, number = base, 2
    while name in taken:
        name, number = f"{base}-{number}", number + 1
    return name


def labels(definition: Definition) -> dict[str, str]:
    """Value → label, in the order of the form."""
    return {item["value"]: item["label"] for item in definition["items"]}


def hints(definition: Definition) -> dict[str, str]:
    return {item["value"]: item["description"] for item in definition["items"] if item.get("description")}


def amount(chosen: Any, definition: Definition) -> Decimal | None:
    """What an option counts for; None when the editor said nothing of it."""
    counted = definition["parameters"].get("amounts", {}).get(chosen)
    return None if counted is None else Decimal(counted)
