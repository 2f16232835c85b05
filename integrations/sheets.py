"""Letters as sheets of paper: one PDF for a whole batch."""

import hashlib
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any

import pypdfium2
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.files.storage import storages
from django.template.loader import render_to_string
from PIL import ImageFile
from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcherResponse

from integrations.models import PrintJob

# WeasyPrint switches this on for the whole process when it is imported; core/pictures.py must refuse half a picture.
ImageFile.LOAD_TRUNCATED_IMAGES = False

ONE_AT_A_TIME = Lock()
"""Per process: a batch takes seconds, others must be served too, and PDFium allows no two threads at once."""

# Two names: under one, WeasyPrint takes the letters of one file for those of the other.
FONTS = {
    "loket:atkinson-latin": "cms/fonts/atkinson-hyperlegible-next-latin-wght-normal.woff2",
    "loket:atkinson-latin-ext": "cms/fonts/atkinson-hyperlegible-next-latin-ext-wght-normal.woff2",
}


class Refused(ValueError):
    """The PDF may read our own fonts and nothing else: no file, no address, whatever somebody typed."""


class NotAsSent(ValueError):
    """The stored letter is not the one that was made: its fingerprint differs."""


def fetch(url: str, *args: Any, **kwargs: Any) -> URLFetcherResponse:
    """WeasyPrint's only door to the outside."""
    path = finders.find(FONTS[url]) if url in FONTS else None
    if not path:
        raise Refused(url)
    return URLFetcherResponse(url, Path(path).read_bytes(), {"Content-Type": "font/woff2"})


def sheets(jobs: Iterable[PrintJob]) -> bytes:
    """The letters one after the other. Each begins on a new sheet, also when both sides are printed: nobody may find
    the end of a neighbour's letter on the back of his own. Raises NotAsSent."""
    with ONE_AT_A_TIME:
        whole = pypdfium2.PdfDocument.new()
        try:
            for job in jobs:
                letter = pypdfium2.PdfDocument(_stored(job) if job.pdf_path else _made(job))
                pages = len(letter)
                whole.import_pages(letter)
                if pages % 2:
                    width, height = letter.get_page_size(pages - 1)
                    whole.new_page(width, height)
                letter.close()
            target = BytesIO()
            whole.save(target)
        finally:
            whole.close()
    return target.getvalue()


def _stored(job: PrintJob) -> bytes:
    with storages["private"].open(job.pdf_path) as file:
        content = bytes(file.read())
    if hashlib.sha256(content).hexdigest() != job.pdf_sha256:
        raise NotAsSent(job.pdf_path)
    return content


def _made(job: PrintJob) -> bytes:
    html = render_to_string(
        "integrations/sheet.html",
        {
            "job": job,
            "municipality": settings.MUNICIPALITY,
            "address": settings.HELP_ADDRESS,
            "phone": settings.HELP_PHONE,
            "fonts": FONTS,
        },
    )
    document = HTML(string=html, url_fetcher=fetch, base_url="loket:")
    return bytes(document.write_pdf(font_config=FontConfiguration()))
