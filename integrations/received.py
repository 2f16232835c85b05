"""A file as it comes in: looked at, scanned, and made ready to be kept."""

import hashlib
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any, BinaryIO

from django.core.files.base import ContentFile, File
from django.utils.translation import gettext as _

from core.documents import MEGABYTE, BadFile, Kind, extension_of, identify
from core.pictures import Picture, clean_picture
from core.uploads import is_cut_off
from integrations.scanning import SCAN_AGAIN, Scan, Verdict

QuickLook = Callable[[BinaryIO], Verdict]
"""A first look at a new file: ``scanning.QuickScan()``, or ``scanning.scan_later``."""
MAX_NAME = 200
MOST_IN_ALL = 100 * MEGABYTE
"""What all files of one form may be together."""


@dataclass(frozen=True)
class ReceivedFile:
    """What may be kept. ``picture`` when it is one: then nothing of the original is left in it."""

    name: str
    media_type: str
    extension: str
    content: "File[bytes]"
    size: int
    digest: str
    verdict: Verdict
    picture: Picture | None = None

    def put_in(self, row: Any, *, at: datetime) -> None:
        """Fill a row of a ScannedFile with ``file`` and ``thumbnail``, and store both. The caller saves the row."""
        for name in ("name", "media_type", "size", "digest"):
            setattr(row, name, getattr(self, name))
        judged = self.verdict.scan != Scan.NOT_SCANNED
        row.scan, row.scanned_at = self.verdict.scan, at if judged else None
        row.next_scan_at = at + SCAN_AGAIN if judged else at
        if self.picture is None:
            row.file.save(f"bestand{self.extension}", self.content, save=False)
        else:
            row.width, row.height = self.picture.width, self.picture.height
            row.file.save("foto.jpg", self.content, save=False)
            row.thumbnail.save("klein.jpg", ContentFile(self.picture.thumbnail), save=False)


def receive(uploaded: Any, *, allowed: list[Kind], megabytes: int, quick_scan: QuickLook) -> ReceivedFile:
    """Decide about a file that a browser sent. Raises BadFile, in the words of the citizen."""
    if not uploaded.size:
        raise BadFile(_("The file is empty. Choose another one."))
    if uploaded.size > megabytes * MEGABYTE or is_cut_off(uploaded):
        raise BadFile(too_large(megabytes))
    name = clean_name(uploaded.name)
    kind = identify(uploaded.file, name, allowed)
    if kind.is_picture:
        return receive_picture(uploaded, quick_scan=quick_scan)
    return ReceivedFile(
        name=name,
        media_type=kind.media_type,
        extension=kind.extension,
        content=uploaded,
        size=uploaded.size,
        digest=_digest(uploaded.file),
        verdict=_scanned(uploaded.file, quick_scan),
    )


def receive_picture(uploaded: Any, *, quick_scan: QuickLook) -> ReceivedFile:
    """A picture under any name: it is made anew. Raises BadFile."""
    if is_cut_off(uploaded):
        raise BadFile(_("The picture is larger than 15 MB. Choose a smaller one."))
    verdict = _scanned(uploaded.file, quick_scan)
    picture = clean_picture(uploaded.file, uploaded.size)
    return ReceivedFile(
        name=clean_name(uploaded.name),
        media_type="image/jpeg",
        extension=".jpg",
        content=ContentFile(picture.content),
        size=len(picture.content),
        digest=_digest(BytesIO(picture.content)),
        verdict=verdict,
        picture=picture,
    )


def too_large(megabytes: int) -> str:
    return _("The file is larger than %d MB. Choose a smaller one.") % megabytes


def too_large_together() -> str:
    return _("All files together may be %d MB; with this one they are larger. Choose a smaller one.") % (
        MOST_IN_ALL // MEGABYTE
    )


def clean_name(name: str) -> str:
    """One line without invisible characters (some turn the reading direction: "fdp.exe"), and not too long."""
    visible = "".join(
        c for c in unicodedata.normalize("NFC", name) if unicodedata.category(c) not in {"Cc", "Cf", "Cs"}
    )
    line = " ".join(visible.split()) or _("file")
    extension = extension_of(line)[:20]
    return line if len(line) <= MAX_NAME else line[: MAX_NAME - len(extension)] + extension


def _scanned(file: BinaryIO, quick_scan: QuickLook) -> Verdict:
    verdict = quick_scan(file)
    if verdict.scan is Scan.INFECTED:
        raise BadFile(
            _("There is a virus in this file, so we do not take it. Have your device checked, and add another file.")
        )
    return verdict


def _digest(file: BinaryIO) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    while chunk := file.read(MEGABYTE):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()
