"""A list of dossiers as a file for a spreadsheet: CSV as Excel in Belgium opens it, or XLSX."""

import csv
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook

from core.spreadsheets import harmless

MOST_ROWS = 10_000
BOM = "\ufeff"
CHUNK = 64 * 1024
CSV, XLSX = "csv", "xlsx"
CONTENT_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
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


def as_csv(rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Line by line, with semicolons and a byte order mark, so that Excel reads the accents."""
    writer = csv.writer(_Echo(), delimiter=";")
    yield BOM + writer.writerow([str(heading) for heading in HEADINGS])
    for row in rows:
        yield writer.writerow([harmless(value) for value in row])


def as_xlsx(rows: Iterable[Iterable[str]]) -> Iterator[bytes]:
    """Kept in a file while it is made: an XLSX is a zip, which knows its table of contents last."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(str(_("Dossiers")))
    sheet.append([str(heading) for heading in HEADINGS])
    for row in rows:
        sheet.append([harmless(value) for value in row])
    with TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while part := file.read(CHUNK):
            yield part


def file_name(tab: str, extension: str) -> str:
    return f"dossiers-{tab}-{timezone.localdate():%Y-%m-%d}.{extension}"


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, value: str) -> str:
        return value
