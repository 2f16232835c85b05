"""Letters and messages: text of an editor with merge fields such as ``{naam}``, and parts that only appear sometimes.

    {als plaats}Waar: {plaats}{einde}
    {als niet plaats}We weten nog niet waar het is.{anders}We komen langs.{einde}
    {als proces = Bouwen en verbouwen}Breng uw plan mee.{einde}

Only the fields listed here exist; anything else between braces, and a condition that does not add up, is refused when
the letter is saved, so a letter that can be saved can be sent. Values are put in as plain text. Pure.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

MERGE_FIELDS = {
    "naam": _("the citizen's name"),
    "nummer": _("the number of the dossier"),
    "proces": _("what the dossier is about, for example 'Melding openbaar domein'"),
    "onderwerp": _("the subject"),
    "plaats": _("the place"),
    "status": _("the status, as the citizen reads it"),
    "reden": _("the reason that was given with the decision"),
    "resultaat": _("the result of the dossier, as the process type calls it"),
    "feiten": _("the facts on which a decision rests"),
    "rechtsgrond": _("the legal base of a decision"),
    "ondertekenaar": _("who signs"),
    "functie": _("the function of who signs"),
    "beroep": _("where, how and until when somebody can appeal"),
    "team": _("the team that handles the dossier"),
    "datum": _("the day of the letter"),
    "uiterste_datum": _("the day by which the citizen hears from us"),
    "volglink": _("the link to follow the dossier"),
    "enquete_link": _("where the citizen can say how satisfied he or she is"),
    "enquete_code": _("the code with which the citizen gets there from paper"),
    "gemeente": _("the municipality"),
    "telefoon": _("the phone number for help"),
}
SUBJECT_LENGTH = 200
TAG = re.compile(r"\{([^{}\n]*)\}")
CONDITION = re.compile(r"als\s+(?P<negated>niet\s+)?(?P<field>[^\s=]+)\s*(?:=\s*(?P<value>.*\S))?")
ELSE, END = "anders", "einde"
DEPTH = 5  # conditions within conditions: nobody can read more


# --- What a text says


@dataclass(frozen=True)
class Condition:
    """``{als plaats}``, ``{als niet plaats}`` or ``{als proces = Klacht}``; capitals in the value do not count."""

    field: str
    negated: bool
    value: str

    def holds(self, values: Mapping[str, str]) -> bool:
        given = values.get(self.field, "").strip()
        found = given.casefold() == self.value.casefold() if self.value else bool(given)
        return found is not self.negated


@dataclass(frozen=True)
class Field:
    name: str


@dataclass(frozen=True)
class Choice:
    """A part that stands in the letter when its condition holds, and what stands there when it does not."""

    condition: Condition
    then: tuple["Node", ...]
    otherwise: tuple["Node", ...]


Node = str | Field | Choice


class Unsound(ValueError):
    """The text of an editor cannot be understood; the message says what is wrong, in the editor's words."""


@dataclass
class _Open:
    """A condition of which ``{einde}`` was not seen yet."""

    tag: str
    condition: Condition
    before: list[Node]
    then: tuple[Node, ...] | None = None


def parse(text: str) -> tuple[Node, ...]:
    """What the text says. Raises Unsound."""
    nodes: list[Node] = []
    opened: list[_Open] = []
    at = 0
    for match in TAG.finditer(text):
        nodes.append(text[at : match.start()])
        at = match.end()
        tag = match[1].strip()
        if condition := _condition(tag):
            if len(opened) == DEPTH:
                raise Unsound(gettext("Put no more than %(depth)s conditions within each other.") % {"depth": DEPTH})
            opened.append(_Open(match[0], condition, nodes))
            nodes = []
        elif tag in (ELSE, END):
            if not opened:
                raise Unsound(gettext("%(tag)s stands there without {als …} before it.") % {"tag": match[0]})
            if tag == ELSE:
                if opened[-1].then is not None:
                    raise Unsound(gettext("%(condition)s has {anders} twice.") % {"condition": opened[-1].tag})
                opened[-1].then = tuple(nodes)
                nodes = []
            else:
                closed = opened.pop()
                then, otherwise = (tuple(nodes), ()) if closed.then is None else (closed.then, tuple(nodes))
                nodes = [*closed.before, Choice(closed.condition, then, otherwise)]
        elif tag in MERGE_FIELDS:
            nodes.append(Field(tag))
        else:
            raise _unknown([tag])
    if opened:
        raise Unsound(gettext("Put {einde} where %(condition)s ends.") % {"condition": opened[-1].tag})
    nodes.append(text[at:])
    return tuple(nodes)


def _condition(tag: str) -> Condition | None:
    """Raises Unsound for a condition on something that does not exist."""
    match = CONDITION.fullmatch(tag)
    if match is None:
        return None
    if match["field"] not in MERGE_FIELDS:
        raise _unknown([match["field"]])
    return Condition(match["field"], bool(match["negated"]), match["value"] or "")


def _unknown(names: list[str]) -> Unsound:
    return Unsound(
        gettext("Unknown field: %(unknown)s. You can use: %(known)s.")
        % {"unknown": _braced(names), "known": _braced(MERGE_FIELDS)}
    )


def _braced(names: Iterable[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in names)


def uses(text: str, field: str) -> bool:
    """Whether the text holds this merge field or a condition on it, however deep. An unsound text holds nothing."""
    return field in _fields(_parsed(text))


def _fields(nodes: Iterable[Node]) -> set[str]:
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, Field):
            found.add(node.name)
        elif isinstance(node, Choice):
            found |= {node.condition.field} | _fields(node.then) | _fields(node.otherwise)
    return found


def compares(text: str, field: str) -> set[str]:
    """The values that this field is compared with, such as ``{als resultaat = Positief}``, however deep."""
    return _compared(_parsed(text), field)


def _compared(nodes: Iterable[Node], field: str) -> set[str]:
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, Choice):
            found |= _compared((*node.then, *node.otherwise), field)
            if node.condition.field == field and node.condition.value:
                found.add(node.condition.value)
    return found


def always_shows(text: str, field: str) -> bool:
    """Whether this field, given that it has a value, stands in the letter whatever the other fields hold."""
    return _always(_parsed(text), field)


def _always(nodes: Iterable[Node], field: str) -> bool:
    for node in nodes:
        if node == Field(field):
            return True
        if isinstance(node, Choice):
            about_itself = node.condition.field == field and not node.condition.value
            shown = (not node.condition.negated,) if about_itself else (True, False)
            if all(_always(node.then if holds else node.otherwise, field) for holds in shown):
                return True
    return False


def _parsed(text: str) -> tuple[Node, ...]:
    try:
        return parse(text)
    except Unsound:
        return ()


# --- Filling it in

NOTHING = "\0"
"""Marks where a field was empty or a condition stood; a NUL in a text or a value never reaches this far."""
LINE_OF_NOTHING = re.compile(rf"^[ \t]*{NOTHING}[ \t{NOTHING}]*(?:\n|\Z)", re.MULTILINE)
GAP = re.compile(rf"^{NOTHING}+[ \t]*|[ \t]*{NOTHING}+(?=[\s.,;:!?)]|\Z)|{NOTHING}+", re.MULTILINE)


def merge(text: str, values: Mapping[str, str]) -> str:
    """``text`` with every merge field filled in and every condition decided. Raises Unsound.

    A value that holds braces itself is left as it is. What stayed empty leaves no gap: no blank line, no double space.
    """
    filled = _fill(parse(_clean(text)), {name: _clean(value) for name, value in values.items()})
    return re.sub(r"\n{3,}", "\n\n", GAP.sub("", LINE_OF_NOTHING.sub("", filled)))


def _clean(text: str) -> str:
    """Line ends as one character, and no NUL: browsers post the one, no database takes the other."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace(NOTHING, "")


def _fill(nodes: Iterable[Node], values: Mapping[str, str]) -> str:
    filled = ""
    for node in nodes:
        if isinstance(node, str):
            filled += node
        elif isinstance(node, Field):
            filled += values.get(node.name, "").strip() or NOTHING
        else:
            chosen = node.then if node.condition.holds(values) else node.otherwise
            filled += NOTHING + _fill(chosen, values) + NOTHING
    return filled


@dataclass(frozen=True)
class Part:
    """A piece of a letter, with a heading or without."""

    heading: str
    text: str


@dataclass(frozen=True)
class Letter:
    """A letter as the citizen reads it; ``parts`` are the same text, for paper, where headings are headings."""

    subject: str
    text: str
    parts: tuple[Part, ...] = ()

    def with_words(self, changed: Callable[[str], str]) -> "Letter":
        """The same letter with other words in its text, part by part."""
        parts = tuple(replace(part, text=changed(part.text)) for part in self.parts)
        return replace(self, text=changed(self.text), parts=parts)


def compose(*, subject: str, body: str, values: Mapping[str, str], ending: Iterable[Part] = ()) -> Letter:
    """The letter with its fields filled in; the subject on one line, and no longer than a mail program shows.

    ``ending`` are the parts below the editor's text: what a decision must say by law.
    """
    line = " ".join(merge(subject, values).split())
    parts = (Part("", merge(body, values).strip()), *ending)
    text = "\n\n".join("\n".join(filter(None, (part.heading, part.text))) for part in parts)
    return Letter(subject=Truncator(line).chars(SUBJECT_LENGTH), text=text + "\n", parts=parts)


# --- On paper


@dataclass(frozen=True)
class Paragraph:
    """A paragraph (``p``, its lines), or a list (``ul`` or ``ol``, its items)."""

    kind: str
    lines: tuple[str, ...]


BULLET = re.compile(r"\s*[-*•–]\s+(.*)")
NUMBERED = re.compile(r"\s*\d{1,2}[.)]\s+(.*)")


def paragraphs(text: str) -> list[Paragraph]:
    """Plain text as paragraphs and lists: lines that begin with a dash or a number are the items of a list."""
    found: list[Paragraph] = []
    kind, lines = "p", list[str]()

    def end() -> None:
        if lines:
            found.append(Paragraph(kind, tuple(lines)))
            lines.clear()

    for line in [*text.splitlines(), ""]:
        if not line.strip():
            end()
            continue
        match = BULLET.fullmatch(line)
        is_kind = "ul" if match else "p"
        if not match and ((kind == "ol" and lines) or re.match(r"\s*1[.)]\s", line)):
            match = NUMBERED.fullmatch(line)  # a list begins at 1: "12. december" begins none
            is_kind = "ol" if match else "p"
        if is_kind != kind:
            end()
            kind = is_kind
        lines.append((match[1] if match else line).strip())
    return found
