"""Letters as sheets of paper: one PDF for a whole batch."""

import hashlib
from collections.abc import Iterable
from io import BytesIO

import pypdfium2
from django.conf import settings
from django.core.files.storage import storages

from core.pdf import pdf_of
from core.pdfium import ONE_AT_A_TIME
from integrations.models import PrintJob


class NotAsSent(ValueError):
    """The stored letter is not the one that was made: its fingerprint differs."""


def sheets(jobs: Iterable[PrintJob]) -> bytes:
    """The letters one after the other. Each begins on a new sheet, also when both sides are printed: nobody may find
    the end of a neighbour's letter on the back of his own. Raises NotAsSent.

    A letter that was made before is printed as it is, after a sheet with the address: nothing in it may change.
    """
    parts = [part for job in jobs for part in ([_made(job), _stored(job)] if job.pdf_path else [_made(job)])]
    with ONE_AT_A_TIME:
        whole = pypdfium2.PdfDocument.new()
        try:
            for part in parts:
                letter = pypdfium2.PdfDocument(part)
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
    return pdf_of(
        "integrations/sheet.html",
        {"job": job, "title": job.subject, "number": job.reference, "address": settings.HELP_ADDRESS},
    )
