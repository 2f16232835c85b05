"""What editors build as a file that another Loket reads: raw blocks beside their definitions. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from wagtail import blocks

MOST_BLOCKS = 2_000


class NotReadable(ValueError):
    """The file is not what it should be; the message says so in the editor's words."""


def known_blocks(
    block: blocks.Block, raw: Any, chosen: Callable[[blocks.ChooserBlock, Any], Any], unknown: list[str]
) -> Any:
    """The raw value with what this Loket knows; other types of block are left out and named in ``unknown``.

    ``chosen`` says what becomes of a reference to something outside the form.
    """
    if isinstance(block, blocks.StreamBlock):
        kept = []
        for child in _list(raw):
            if not isinstance(child, dict) or child.get("type") not in block.child_blocks:
                unknown.append(_name_of(child))
                continue
            value = known_blocks(block.child_blocks[child["type"]], child.get("value"), chosen, unknown)
            kept.append({"type": child["type"], "value": value} | _id(child))
        return kept
    if isinstance(block, blocks.StructBlock):
        values = raw if isinstance(raw, dict) else {}
        return {
            name: known_blocks(child, values[name], chosen, unknown)
            for name, child in block.child_blocks.items()
            if name in values and values[name] is not None
        }
    if isinstance(block, blocks.ListBlock):
        return [
            item | {"value": known_blocks(block.child_block, item["value"], chosen, unknown)}
            if _is_item(item)
            else known_blocks(block.child_block, item, chosen, unknown)
            for item in _list(raw)
        ]
    if isinstance(block, blocks.ChooserBlock):
        return chosen(block, raw)
    if isinstance(block, blocks.MultipleChoiceBlock):
        return [choice.replace("\0", "") for choice in _list(raw) if isinstance(choice, str)]
    if isinstance(raw, dict | list):
        raise NotReadable(_("This file is damaged."))
    return raw.replace("\0", "") if isinstance(raw, str) else raw


def _list(raw: Any) -> list[Any]:
    if not isinstance(raw, list):
        raise NotReadable(_("This file is damaged."))
    if len(raw) > MOST_BLOCKS:
        raise NotReadable(_("This file is too large."))
    return raw


def _is_item(item: Any) -> bool:
    return isinstance(item, dict) and item.get("type") == "item" and isinstance(item.get("id"), str) and "value" in item


def _id(child: Mapping[str, Any]) -> dict[str, str]:
    found = child.get("id")
    return {"id": found[:80]} if isinstance(found, str) and found else {}


def _name_of(child: Any) -> str:
    """What an editor recognises a block by."""
    if not isinstance(child, dict):
        return "–"
    value = child.get("value")
    label = value.get("label") or value.get("title") if isinstance(value, dict) else ""
    return f"{label or '–'} ({child.get('type', '–')})"
