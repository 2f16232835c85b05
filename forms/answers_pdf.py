"""A copy of the answers as a PDF that everybody can read: tagged (PDF/UA-1), in Dutch, questions as row headers."""

from typing import Any

from django.utils.translation import gettext as _

from core.pdf import pdf_of
from forms.fields import registry
from forms.fields.base import Retention, printable
from forms.models import Submission


def answers_pdf(submission: Submission) -> bytes:
    return pdf_of(
        "forms/answers_pdf.html",
        {
            "title": submission.answers["title"],
            "number": submission.dossier.number,
            "submitted_at": submission.submitted_at,
            "steps": readable(submission.answers["steps"]),
        },
    )


def readable(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Steps with question and text as a copy shows them: what the citizen saw, and sensitive answers stay out of it."""
    return [
        {
            "title": step["title"],
            "answers": [
                {"label": answer["label"], "text": _text(answer)}
                for answer in step["answers"]
                if answer.get("shown", True)
            ],
        }
        for step in steps
    ]


def _text(answer: dict[str, Any]) -> str:
    if not answer["text"]:
        return _("Not filled in")
    field_type = registry.get(answer["type"])
    if (
        field_type is None  # nobody knows any more what it was
        or field_type.retention is Retention.SENSITIVE
        or answer.get("retention") == Retention.SENSITIVE
    ):
        return _("Not shown: this is sensitive")
    return printable(answer["text"])
