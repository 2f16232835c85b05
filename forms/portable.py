"""A form as a file that another Loket reads: questions, texts and settings by name; never anything of a citizen.

    {"loket": "form", "format": 2, "title": …, "slug": …, "intro": …, "privacy": …, "process_type": name,
     "settings": {name: value}, "body": [the editor's blocks],
     "shared": {hash: {"title": …, "intro": …, "questions": [blocks]}}}

The settings are those of the other tabs: limits, co-signing, on whose behalf, the switches for other programs and
websites. What is of one town stays there: the websites on its list, kiosk addresses, and everything that was counted.

In ``body`` a block with shared questions names them by the hash of their content, so that the same ones are recognised
elsewhere. Older files are brought up to date by CONVERTERS, which never go away. Pure.
"""

import copy
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from wagtail import blocks

from core.portable import NotReadable
from forms.blocks import QuestionsBlock, StepsBlock, question_blocks

KIND, FORMAT = "form", 2
Portable = dict[str, Any]


def from_1(data: Portable) -> Portable:
    """Settings came; a form without them gets those of a new form."""
    return data | {"format": 2, "settings": {}}


CONVERTERS: dict[int, Callable[[Portable], Portable]] = {1: from_1}
"""By number of the format that they take; each gives the next."""

TEXTS = {"title": 120, "intro": 10_000, "privacy": 10_000, "slug": 120, "process_type": 200}


def current(data: Any) -> Portable:
    """The file in today's format, with the shape that the rest relies on. Raises NotReadable."""
    if not isinstance(data, dict) or data.get("loket") != KIND or not isinstance(data.get("format"), int):
        raise NotReadable(_("This file is not a form of Loket."))
    if data["format"] > FORMAT:
        raise NotReadable(_("This file was made by a newer Loket. Ask for an update first, or for an older file."))
    converted = copy.deepcopy(data)
    while converted["format"] != FORMAT:
        if converted["format"] not in CONVERTERS:
            raise NotReadable(_("This file is not a form of Loket."))
        converted = CONVERTERS[converted["format"]](converted)
    for name, longest in TEXTS.items():
        if not isinstance(converted.setdefault(name, ""), str):
            raise NotReadable(_("This file is damaged."))
        converted[name] = converted[name].replace("\0", "")[:longest]
    parts = (converted.setdefault("shared", {}), converted.setdefault("settings", {}))
    if not isinstance(converted.get("body"), list) or not all(isinstance(part, dict) for part in parts):
        raise NotReadable(_("This file is damaged."))
    return converted


def content_hash(title: str, intro: str, questions: list[Any]) -> str:
    """The same for the same shared questions, whatever the ids of their blocks."""
    content = json.dumps([title, intro, _without_ids(questions)], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def _without_ids(value: Any) -> Any:
    """References inside (a condition on another shared question) become the place of what they point to."""
    ids: dict[str, str] = {}

    def collect(part: Any) -> None:
        if isinstance(part, dict):
            if isinstance(part.get("id"), str):
                ids.setdefault(part["id"], f"#{len(ids)}")
            for inner in part.values():
                collect(inner)
        elif isinstance(part, list):
            for inner in part:
                collect(inner)

    def replaced(part: Any) -> Any:
        if isinstance(part, dict):
            return {name: replaced(inner) for name, inner in part.items() if name != "id" and inner not in (None, "")}
        if isinstance(part, list):
            return [replaced(inner) for inner in part]
        return ids.get(part, part) if isinstance(part, str) else part

    collect(value)
    return replaced(value)


# --- Walking through raw blocks beside their definitions


def steps_block() -> blocks.StreamBlock:
    return StepsBlock()


def shared_block() -> blocks.StreamBlock:
    return QuestionsBlock(question_blocks())


def all_blocks(body: list[Any]) -> Iterator[Mapping[str, Any]]:
    """Every raw stream child, inner ones after the one that holds them."""
    for child in body:
        yield child
        questions = child["value"].get("questions") if isinstance(child.get("value"), dict) else None
        if isinstance(questions, list):
            yield from all_blocks(questions)


def not_chosen(block: blocks.StreamBlock, body: list[Any]) -> Iterator[tuple[Mapping[str, Any], blocks.ChooserBlock]]:
    """What must be chosen and is not, because it is no part of a file: a video. Each with the raw block it is in."""
    for child in body:
        inner = block.child_blocks[child["type"]]
        for name, part in inner.child_blocks.items():
            value = child["value"].get(name)
            if isinstance(part, blocks.StreamBlock):
                yield from not_chosen(part, value or [])
            elif isinstance(part, blocks.ChooserBlock) and part.required and not value:
                yield child, part
