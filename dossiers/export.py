"""A list of dossiers as a file for a spreadsheet."""

from collections.abc import Iterator

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import spreadsheets
from core.spreadsheets import CONTENT_TYPES, CSV, XLSX, Rows, harmless

__all__ = ["CONTENT_TYPES", "CSV", "MOST_ROWS", "XLSX", "as_csv", "as_xlsx", "file_name", "harmless"]


MOST_ROWS = 10_000
HEADINGS: tuple[str | Promise, ...] = (
    _("Number"),
    _("Process"),
    _("Subject"),
    _("Status"),
    _("Citizen"),
    _("Represented by"),
    _("Place"),
    _("Team"),
    _("Handler"),
    _("First contact by"),
    _("First contact"),
    _("At the latest"),
    _("Term"),
)


def as_csv(rows: Rows) -> Iterator[str]:
    return spreadsheets.as_csv(HEADINGS, rows)


def as_xlsx(rows: Rows) -> Iterator[bytes]:
    return spreadsheets.as_xlsx(HEADINGS, rows, title=str(_("Dossiers")))


def file_name(tab: str, extension: str) -> str:
    return f"dossiers-{tab}-{timezone.localdate():%Y-%m-%d}.{extension}"
