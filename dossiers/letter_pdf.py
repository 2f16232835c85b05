"""A letter on paper: A4, with the place of the address behind the window of an envelope. Brings WeasyPrint along."""

from datetime import datetime

from django.utils import timezone

from core.pdf import pdf_of
from dossiers import letters
from dossiers.models import Dossier


def letter_pdf(
    *, letter: letters.Letter, dossier: Dossier, addressee: str, at: datetime, is_draft: bool = False
) -> bytes:
    """``addressee`` are the lines behind the window: a name, and an address where we know one.

    A draft says so across every page.
    """
    return pdf_of(
        "dossiers/letter_pdf.html",
        {
            "title": letter.subject,
            "number": dossier.number,
            "process": dossier.process_version.name,
            "team": dossier.team,
            "day": timezone.localdate(at),
            "addressee": addressee.splitlines(),
            "parts": [
                {"heading": part.heading, "paragraphs": letters.paragraphs(part.text)}
                for part in letter.parts or (letters.Part("", letter.text),)
            ],
            "is_draft": is_draft,
        },
    )
