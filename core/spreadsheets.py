"""Tables in and out: CSV as Excel in Belgium makes and opens it, and XLSX."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import islice
from tempfile import TemporaryFile
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

BOM = "\ufeff"
CHUNK = 64 * 1024
CSV, XLSX = "csv", "xlsx"
CONTENT_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Headings = Iterable[str | Promise]
Rows = Iterable[Iterable[str]]

MOST_BYTES = 10 * 1024 * 1024
MOST_UNPACKED = 100 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 20_000, 60, 1000


class UnreadableTable(ValueError):
    """This is no table that can be read; the message says why, for people."""


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


def read_table(content: bytes) -> list[list[str]]:
    """The rows of a CSV or XLSX file as text, the headings first; empty rows stay, so that row numbers are right."""
    if len(content) > MOST_BYTES:
        raise UnreadableTable(_("This file is larger than 10 MB."))
    rows = _read_xlsx(content) if content.startswith(b"PK") else _read_csv(content)
    if len(rows) < 2:
        raise UnreadableTable(_("There is nothing in this file but headings, or not even those."))
    if len(rows) > MOST_ROWS + 1:
        raise UnreadableTable(_("This file has more than 20 000 rows. Divide it."))
    used = max((place for row in rows for place, cell in enumerate(row, start=1) if cell), default=1)
    width = min(used, MOST_COLUMNS)
    return [[cell[:LONGEST_CELL] for cell in (*row, *[""] * width)][:width] for row in rows]


def _read_csv(content: bytes) -> list[list[str]]:
    """With ; or , or tabs between the cells; in UTF-8, or as older programs write it."""
    if b"\x00" in content:
        raise UnreadableTable(_("This is neither a CSV nor an XLSX file."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    first = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=first.count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        return [[cell.strip() for cell in row] for row in islice(reader, MOST_ROWS + 2)]
    except csv.Error:
        raise UnreadableTable(_("This is neither a CSV nor an XLSX file.")) from None


def _read_xlsx(content: bytes) -> list[list[str]]:
    """The first sheet. Looked at before it is unpacked: a small file can hold a very large one."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                raise UnreadableTable(_("This file is larger than 10 MB."))
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = sheet.iter_rows(values_only=True, max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS)
        found = [[_as_text(cell) for cell in row] for row in rows]
    except (zipfile.BadZipFile, InvalidFileException, KeyError, IndexError, ValueError, OSError) as error:
        if isinstance(error, UnreadableTable):
            raise
        raise UnreadableTable(_("This is neither a CSV nor an XLSX file.")) from None
    while found and not any(found[-1]):
        found.pop()
    return found


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
