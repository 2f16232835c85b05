"""Text inputs of the form builder before which a script (static/forms/builder.js) puts a list to choose from.

Without the script, or when a question is gone, the text itself stays to read and to change.
"""

from typing import Any

from wagtail import blocks


class ReferenceBlock(blocks.CharBlock):
    """Holds the id of a question or of an option; ``controller`` is the script's part that shows it as a list."""

    def __init__(self, *, controller: str, purpose: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        attributes = {"data-controller": controller, "data-loket-reference": ""}
        if purpose:
            attributes["data-loket-question-for"] = purpose
        self.field.widget.attrs |= attributes


def question_block(purpose: str, **kwargs: Any) -> ReferenceBlock:
    """``purpose``: "condition" or "calculation"."""
    return ReferenceBlock(controller="loket-question", purpose=purpose, max_length=120, **kwargs)
