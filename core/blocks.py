"""Blocks that several floors use."""

from typing import Any

from django.utils.functional import Promise
from wagtail import blocks


class LineBlock(blocks.CharBlock):
    """A line of a ListBlock. Wagtail shows no label there, so the field itself says what it is to a screen reader."""

    def __init__(self, *, label: str | Promise, **kwargs: Any) -> None:
        super().__init__(label=label, **kwargs)
        self.field.widget.attrs["aria-label"] = label
