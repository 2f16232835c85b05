"""What the types that are read, not answered, have in common."""

import re
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import BlockGroup

from core.publishing import Problem
from forms.condition_blocks import ConditionBlock
from forms.conditions import Kind
from forms.fields.base import Definition, FieldType, Group, plain_text

MAX_TEXT = 3000
ADDRESS = re.compile(r"(https?://[^\s/]+\S*|/(?!/)\S*|mailto:\S+@\S+|tel:\+?[0-9 ]+)")


class LinkBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Text of the link"), max_length=120)
    url = blocks.CharBlock(
        label=_("Address"), max_length=500, help_text=_("https://… or, on this website, /…. Also mailto: and tel:.")
    )

    class Meta:
        label = _("Link")
        icon = "link"
        label_format = "{text}"


class ContentBlock(blocks.StructBlock):
    """Something to read, that may depend on earlier answers."""

    when = ConditionBlock(label=_("Only show when"))


class ProseBlock(ContentBlock):
    text = blocks.TextBlock(
        label=_("Text"),
        rows=4,
        max_length=MAX_TEXT,
        help_text=_("An empty line begins a new paragraph. Begin a line with a hyphen (- ) to make a list."),
    )
    links = blocks.ListBlock(LinkBlock(), label=_("Links"), default=[])

    class Meta:
        label_format = "{text}"
        form_layout = BlockGroup(children=["text"], settings=["links", "when"])


class ContentType(FieldType):
    """Plain text with structure, never HTML: its template (forms/content/<name>.html) draws and escapes it.

    Formidable's own widgets would print markup raw (field types "title" and "help_text"); they are never drawn.
    """

    formidable_type = "help_text"
    block_class = ProseBlock
    group = Group.CONTENT
    is_content = True
    kind = Kind.PRESENCE
    repeatable = False

    def heading(self, value: Any) -> str:
        """What it is called in lists of the form's parts."""
        return plain_text(value.get("title") or "")

    def content(self, value: Any) -> dict[str, Any]:
        """What the template draws, kept in the version."""
        return {"parts": prose(value.get("text") or ""), "links": links(value)}

    def definition(self, value: Any, key: str, keys: dict[str, str] | None = None) -> Definition:
        definition = super().definition(value, key, keys)
        definition |= {"label": self.heading(value), "description": str(self.label)}  # formidable wants one
        definition["parameters"] |= self.content(value)
        return definition

    def context(self, definition: Definition) -> dict[str, Any]:
        return definition["parameters"]

    def problems(self, value: Any, where: str) -> list[Problem]:
        found = []
        if not plain_text(value.get("text") or ""):
            found.append(Problem(where, gettext("There is no text yet.")))
        return found + problems_of_links(value, where)


def prose(text: str) -> list[dict[str, Any]]:
    """Paragraphs ({"text"}) and lists ({"list"}) of plain text."""
    parts: list[dict[str, Any]] = []
    for block in re.split(r"\n\s*\n", plain_text(text.replace("\r\n", "\n"))):
        paragraph: list[str] = []
        items: list[str] = []
        for line in filter(None, (line.strip() for line in block.split("\n"))):
            if line.startswith(("- ", "• ", "* ")):
                items.append(line[2:].strip())
            else:
                if items:
                    parts += _parts(paragraph, items)
                    paragraph, items = [], []
                paragraph.append(line)
        parts += _parts(paragraph, items)
    return parts


def _parts(paragraph: list[str], items: list[str]) -> list[dict[str, Any]]:
    return [
        *([{"text": "\n".join(paragraph)}] if paragraph else []),
        *([{"list": items}] if items else []),
    ]


def links(value: Any) -> list[dict[str, str]]:
    return [
        {"text": plain_text(link["text"] or ""), "url": link["url"].strip()}
        for link in value.get("links") or ()
        if is_address(link["url"])
    ]


def problems_of_links(value: Any, where: str) -> list[Problem]:
    found = []
    for link in value.get("links") or ():
        if not plain_text(link["text"] or ""):
            found.append(Problem(where, gettext("A link has no text.")))
        if not is_address(link["url"]):
            found.append(
                Problem(
                    where, gettext("'%(url)s' is not an address. Begin with https:// or with /.") % {"url": link["url"]}
                )
            )
    return found


def is_address(url: str | None) -> bool:
    """An address that cannot run anything."""
    return bool(ADDRESS.fullmatch((url or "").strip()))
