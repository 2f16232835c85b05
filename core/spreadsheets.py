"""Rows as a file for a spreadsheet: CSV as Excel in Belgium opens it, or XLSX."""

import csv
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile

from django.utils.functional import Promise
from openpyxl import Workbook

BOM = "\ufeff"
CHUNK = 64 * 1024
CSV, XLSX = "csv", "xlsx"
CONTENT_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Headings = Iterable[str | Promise]
Rows = Iterable[Iterable[str]]


def harmless(value: str) -> str:
    """Text that no spreadsheet takes for a formula. Citizens type subjects and names; a clerk opens the file."""
    return f"'{value}" if value.lstrip()[:1] in tuple("=+-@\t\r") and value.strip() else value


def as_csv(headings: Headings, rows: Rows) -> Iterator[str]:
    """Line by line, with semicolons and a byte order mark, so that Excel reads the accents."""
    writer = csv.writer(_Echo(), delimiter=";")
    yield BOM + writer.writerow([str(heading) for heading in headings])
    for row in rows:
        yield writer.writerow([harmless(value) for value in row])


def as_xlsx(headings: Headings, rows: Rows, *, title: str) -> Iterator[bytes]:
    """Kept in a file while it is made: an XLSX is a zip, which knows its table of contents last."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.append([str(heading) for heading in headings])
    for row in rows:
        sheet.append([harmless(value) for value in row])
    with TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while part := file.read(CHUNK):
            yield part


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, value: str) -> str:
        return value
