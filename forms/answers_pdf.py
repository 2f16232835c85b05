"""A copy of the answers as a PDF that everybody can read: tagged (PDF/UA-1), in Dutch, questions as row headers."""

from pathlib import Path
from threading import Semaphore
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from PIL import ImageFile
from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcherResponse

from forms.fields import registry
from forms.fields.base import Retention, printable
from forms.models import Submission

# WeasyPrint switches this on for the whole process when it is imported; core/pictures.py must refuse half a picture.
ImageFile.LOAD_TRUNCATED_IMAGES = False

ONE_AT_A_TIME = Semaphore(1)
"""Per process: sixty questions take a third of a second, sixty very long texts several; others must be served too."""

# Two names: under one, WeasyPrint takes the letters of one file for those of the other.
FONTS = {
    "loket:atkinson-latin": "cms/fonts/atkinson-hyperlegible-next-latin-wght-normal.woff2",
    "loket:atkinson-latin-ext": "cms/fonts/atkinson-hyperlegible-next-latin-ext-wght-normal.woff2",
}


class Refused(ValueError):
    """The PDF may read our own fonts and nothing else: no file, no address, whatever somebody typed."""


def fetch(url: str, *args: Any, **kwargs: Any) -> URLFetcherResponse:
    """WeasyPrint's only door to the outside."""
    path = finders.find(FONTS[url]) if url in FONTS else None
    if not path:
        raise Refused(url)
    return URLFetcherResponse(url, Path(path).read_bytes(), {"Content-Type": "font/woff2"})


def answers_pdf(submission: Submission) -> bytes:
    html = render_to_string(
        "forms/answers_pdf.html",
        {
            "title": submission.answers["title"],
            "number": submission.dossier.number,
            "submitted_at": submission.submitted_at,
            "steps": readable(submission.answers["steps"]),
            "municipality": settings.MUNICIPALITY,
            "help_phone": settings.HELP_PHONE,
            "fonts": FONTS,
        },
    )
    document = HTML(string=html, url_fetcher=fetch, base_url="loket:")
    with ONE_AT_A_TIME:
        return bytes(document.write_pdf(pdf_variant="pdf/ua-1", font_config=FontConfiguration()))


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
