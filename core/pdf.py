"""PDF that everybody can read: tagged (PDF/UA-1), in the language of the page, in the town's look and our own fonts.

A document is a template that extends ``core/pdf/base.html``. Import this module where a PDF is made, not at the top of
what everybody imports: it brings WeasyPrint along.
"""

from collections.abc import Mapping
from pathlib import Path
from threading import Semaphore
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from PIL import ImageFile
from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcherResponse

# WeasyPrint switches this on for the whole process when it is imported; core/pictures.py must refuse half a picture.
ImageFile.LOAD_TRUNCATED_IMAGES = False

ONE_AT_A_TIME = Semaphore(1)
"""Per process: a letter takes a tenth of a second, sixty very long answers several; others must be served too."""

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


def pdf_of(template: str, context: Mapping[str, Any]) -> bytes:
    """The PDF of a template that extends ``core/pdf/base.html``."""
    html = render_to_string(
        template,
        {"municipality": settings.MUNICIPALITY, "help_phone": settings.HELP_PHONE, "fonts": FONTS} | dict(context),
    )
    document = HTML(string=html, url_fetcher=fetch, base_url="loket:")
    with ONE_AT_A_TIME:
        return bytes(document.write_pdf(pdf_variant="pdf/ua-1", font_config=FontConfiguration()))
