"""A process type as a file that another Loket reads: statuses, steps, terms, results and letters; never a dossier.

    {"loket": "process", "format": 2, "name": …, "kind": …, "prefix": …, "settings": {…},
     "about": what it is for, "notes": [what a town must choose or look at],
     "statuses": [blocks], "steps": [blocks], "terms": [blocks], "results": [blocks],
     "confirmation": name of a letter, "delay_letter": name of a letter,
     "letters": {name: {"subject": …, "body": …, …}}}

In ``steps`` letters and groups stand by their names: the roles of Loket are the same in every town, and a group that
is not here is left out and told. What is of one town stays there: its teams, routes and signatories.
Older files are brought up to date by CONVERTERS, which never go away.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail import blocks

from core.models import User
from core.portable import NotReadable, known_blocks
from dossiers.blocks import group_choices
from dossiers.milestones import ProcessKind
from dossiers.models import LetterTemplate, ProcessType, Team

KIND, FORMAT = "process", 2
Portable = dict[str, Any]

CONVERTERS: dict[int, Callable[[Portable], Portable]] = {
    1: lambda data: data | {"format": 2},  # 2 adds a name for the reason, a fixed result and groups to a step
}
"""By number of the format that they take; each gives the next."""

BODIES = ("statuses", "steps", "terms", "results")
SETTINGS = ("anonymous_allowed", "survey", "retention_years", "retention_source", "purpose", "legal_basis")
LETTERS = ("confirmation", "delay_letter")
OF_LETTERS = ("subject", "body", "always", "is_decision", "legal_base", "appeal")
"""What travels of a letter, where this Loket knows it."""
LONGEST_NOTE, MOST_NOTES = 500, 10
TEMPLATES = Path(__file__).parent / "templates_of_processes"


@dataclass
class Imported:
    """The draft that was made, and what somebody must look at."""

    process_type: ProcessType
    notes: list[str] = field(default_factory=list)


def export(process: ProcessType) -> Portable:
    """The process as it was saved last, in the portable format."""
    letters: dict[int, LetterTemplate] = {}

    def chosen(block: blocks.ChooserBlock, raw: Any) -> str | None:
        letter = LetterTemplate.objects.filter(pk=raw).first()
        return _kept(letter, letters)

    bodies = {}
    for name in BODIES:
        value = getattr(process, name)
        bodies[name] = known_blocks(value.stream_block, value.get_prep_value(), chosen, [])
    for term in bodies["terms"]:
        term["value"].pop("escalate_to", None)
    named = {name: _kept(getattr(process, name), letters) or "" for name in LETTERS}
    return {
        "loket": KIND,
        "format": FORMAT,
        "name": process.name,
        "kind": process.kind,
        "prefix": process.prefix,
        "settings": {name: getattr(process, name) for name in SETTINGS},
        **bodies,
        **named,
        "letters": {letter.name: _said(letter) for letter in letters.values()},
    }


def _kept(letter: LetterTemplate | None, letters: dict[int, LetterTemplate]) -> str | None:
    if letter is None:
        return None
    letters[letter.pk] = letter
    return letter.name


def _said(letter: LetterTemplate) -> dict[str, Any]:
    return {name: getattr(letter, name) for name in OF_LETTERS if hasattr(letter, name)}


def read(content: bytes | str) -> Portable:
    """What an uploaded file holds. Raises NotReadable."""
    try:
        return current(json.loads(content))
    except (ValueError, RecursionError) as problem:
        if isinstance(problem, NotReadable):
            raise
        raise NotReadable(_("This file is not a process type of Loket.")) from problem


def current(data: Any) -> Portable:
    """The file in today's format, with the shape that the rest relies on. Raises NotReadable."""
    if not isinstance(data, dict) or data.get("loket") != KIND or not isinstance(data.get("format"), int):
        raise NotReadable(_("This file is not a process type of Loket."))
    if data["format"] > FORMAT:
        raise NotReadable(_("This file was made by a newer Loket. Ask for an update first, or for an older file."))
    while data["format"] != FORMAT:
        if data["format"] not in CONVERTERS:
            raise NotReadable(_("This file is not a process type of Loket."))
        data = CONVERTERS[data["format"]](data)
    empty: Portable = {"letters": {}, "settings": {}, "notes": []}
    empty |= {name: [] for name in BODIES}
    empty |= dict.fromkeys(("name", "kind", "prefix", "about", *LETTERS), "")
    whole: Portable = empty | data
    sound = all(isinstance(whole[name], type(nothing)) for name, nothing in empty.items())
    if not sound or not all(isinstance(note, str) for note in whole["notes"]):
        raise NotReadable(_("This file is damaged."))
    return whole


def templates() -> dict[str, Portable]:
    """The processes that come with Loket, by name of their file."""
    return {file.stem: read(file.read_text(encoding="utf-8")) for file in sorted(TEMPLATES.glob("*.json"))}


@transaction.atomic
def import_process(*, data: Portable, team: Team, by: User) -> Imported:
    """A new draft from ``read()``, never published. Raises NotReadable.

    A letter that is here already with the same text is used; one of that name with another text gets a number.
    """
    letters = {name: _letter(name, said) for name, said in data["letters"].items()}
    unknown: list[str] = []
    elsewhere: list[str] = []

    def chosen(block: blocks.ChooserBlock, raw: Any) -> int | None:
        letter = letters.get(raw) if isinstance(raw, str) else None
        return letter.pk if letter else None

    try:
        process = ProcessType(
            name=_free_name(data["name"]),
            kind=data["kind"] if data["kind"] in ProcessKind.values else ProcessKind.REQUEST,
            prefix=data["prefix"],
            team=team,
            live=False,
            **{name: letters.get(data[name]) for name in LETTERS},
        )
        for name in BODIES:
            stream = getattr(process, name).stream_block
            raw = known_blocks(stream, data[name], chosen, unknown)
            if name == "steps":
                elsewhere = _without_unknown_groups(raw)
            setattr(process, name, stream.clean(stream.to_python(raw)))
        for name in (name for name in SETTINGS if name in data["settings"]):
            setattr(process, name, data["settings"][name])
        process.full_clean(exclude=list(BODIES))
        problems = process.problems()
    except NotReadable:
        raise
    except (AttributeError, KeyError, TypeError, ValueError, ValidationError, RecursionError) as problem:
        raise NotReadable(_("This file is damaged.")) from problem
    process.save()
    process.save_revision(user=by, log_action=True)
    notes = [_("This Loket does not know: %(name)s") % {"name": name} for name in unknown]
    notes += elsewhere
    notes += [str(problem) for problem in problems]
    return Imported(process, notes + [note[:LONGEST_NOTE] for note in data["notes"][:MOST_NOTES]])


def _without_unknown_groups(steps: list[dict[str, Any]]) -> list[str]:
    """Takes groups that are not here out of the steps, and says of which."""
    here = {name for name, _label in group_choices()}
    notes = []
    for value in (step["value"] for step in steps):
        groups = value.get("groups", [])
        if gone := [name for name in groups if name not in here]:
            value["groups"] = [name for name in groups if name in here]
            message = _("Step “%(label)s” was for a group that is not here: %(groups)s. Choose who may do this.")
            notes.append(message % {"label": value.get("label", "–"), "groups": ", ".join(gone)})
    return notes


def _letter(name: str, said: Any) -> LetterTemplate:
    """The letter of this name and text, made when it is not here yet."""
    if not isinstance(said, dict) or not name.strip():
        raise NotReadable(_("This file is damaged."))
    known = {key: said[key] for key in OF_LETTERS if key in said and hasattr(LetterTemplate, key)}
    same = LetterTemplate.objects.filter(name__startswith=name[:90], **known).first()
    if same:
        return same
    letter = LetterTemplate(name=_free(name[:90], LetterTemplate.objects.values_list("name", flat=True)), **known)
    try:
        letter.full_clean()
    except ValidationError as problem:
        message = _("The letter “%(name)s” cannot be used: %(why)s")
        raise NotReadable(message % {"name": name, "why": " ".join(problem.messages)}) from problem
    letter.save()
    return letter


def _free_name(name: str) -> str:
    return _free(name.strip()[:90] or _("Imported process"), ProcessType.objects.values_list("name", flat=True))


def _free(name: str, taken: Any) -> str:
    """The name, with a number when it is taken."""
    known = {there.casefold() for there in taken}
    number, free = 1, name
    while free.casefold() in known:
        number += 1
        free = f"{name} ({number})"
    return free
