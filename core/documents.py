"""What a file of a citizen really is. Neither its name nor the type that the browser gives is believed.

The rules and their reasons: docs/rules/uploads.md. Pure: no database, no clock, no settings.
"""

import codecs
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

import puremagic
import pypdfium2
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.pdfium import ONE_AT_A_TIME

MEGABYTE = 1024 * 1024
HEAD = 1024
CHUNK = 1 * MEGABYTE
# What a packed document may be when it is unpacked. Loket unpacks a few small parts only; whoever opens it, all of it.
MAX_PARTS = 10_000
MAX_DIRECTORY = 2 * MEGABYTE
MAX_UNPACKED = 300 * MEGABYTE
MAX_RATIO = 200
RATIO_FROM = 20 * MEGABYTE
"""Below this, repetition is not dangerous: an empty spreadsheet packs very well."""
MAX_PART_READ = 1 * MEGABYTE

OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN = "application/vnd.oasis.opendocument."
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_OFFICE = "EncryptedPackage".encode("utf-16-le")
MARKUP = re.compile(rb"<\s*(!doctype|html|head|body|script|iframe|svg|\?xml|\?php|\?=)", re.IGNORECASE)
DDE = re.compile(r"(?:^|[,;\t])[ \"']{0,5}[=+\-@][^,;\t\n|]{1,80}\|[^\n!]{0,400}!", re.MULTILINE)
"""A cell that starts a program when a spreadsheet opens it: =cmd|' /C calc'!A0."""


class BadFile(ValueError):
    """Not a file that Loket takes; the message says why and what to do."""


@dataclass(frozen=True)
class Kind:
    """A kind of file that an editor can allow. ``name`` stands in published versions and never changes."""

    name: str
    label: str | Promise
    extensions: tuple[str, ...]
    media_type: str
    is_picture: bool = False

    @property
    def extension(self) -> str:
        return self.extensions[0]


KINDS = {
    kind.name: kind
    for kind in (
        Kind("pdf", "PDF", (".pdf",), "application/pdf"),
        Kind("docx", gettext_lazy("Word (.docx)"), (".docx",), f"{OFFICE}wordprocessingml.document"),
        Kind("xlsx", gettext_lazy("Excel (.xlsx)"), (".xlsx",), f"{OFFICE}spreadsheetml.sheet"),
        Kind("odt", gettext_lazy("OpenDocument text (.odt)"), (".odt",), f"{OPEN}text"),
        Kind("ods", gettext_lazy("OpenDocument spreadsheet (.ods)"), (".ods",), f"{OPEN}spreadsheet"),
        Kind("txt", gettext_lazy("plain text (.txt)"), (".txt",), "text/plain"),
        Kind("csv", "CSV", (".csv",), "text/csv"),
        Kind("jpg", "JPG", (".jpg", ".jpeg", ".jpe", ".jfif"), "image/jpeg", is_picture=True),
        Kind("png", "PNG", (".png",), "image/png", is_picture=True),
        Kind("webp", "WebP", (".webp",), "image/webp", is_picture=True),
        Kind("heic", "HEIC", (".heic", ".heif"), "image/heic", is_picture=True),
    )
}
MAIN_PART = {
    "docx": f"{OFFICE}wordprocessingml.document.main+xml",
    "xlsx": f"{OFFICE}spreadsheetml.sheet.main+xml",
}
PICTURE_HEADS = (
    (re.compile(rb"\xff\xd8\xff"), "jpg"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "png"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "webp"),
    (re.compile(rb"....ftyp(hei[cfmsx]|hev[cmsx]|mif1|msf1)", re.DOTALL), "heic"),
)


def extension_of(name: str) -> str:
    """ ".pdf", in small letters; "" when there is none."""
    stem, dot, extension = name.rpartition(".")
    return f".{extension.strip().lower()}" if dot and stem else ""


def identify(file: BinaryIO, name: str, allowed: list[Kind]) -> Kind:
    """The kind of the file, decided by its content; it must be what its name says. Raises BadFile.

    Pictures are only recognised here: they are read and made anew by ``core.pictures``, whatever they are called.
    """
    file.seek(0)
    head = file.read(HEAD)
    extension = extension_of(name)
    claimed = next((kind for kind in KINDS.values() if extension in kind.extensions), None)
    picture = next((KINDS[kind] for pattern, kind in PICTURE_HEADS if pattern.match(head)), None)
    # Phones call a HEIC picture .jpg, and give some pictures no name at all. That harms nobody: it is made anew.
    if picture is not None and (not extension or (claimed is not None and claimed.is_picture)):
        if picture not in allowed:
            raise BadFile(_("We do not take files of this kind. Choose a file of this kind: %s.") % labels(allowed))
        return picture
    if claimed is None or claimed not in allowed:
        raise BadFile(_("We do not take files of this kind. Choose a file of this kind: %s.") % labels(allowed))
    if claimed.is_picture or not CHECKS[claimed.name](file, head):
        raise _mismatch(file, claimed)
    return claimed


def labels(kinds: list[Kind]) -> str:
    return ", ".join(str(kind.label) for kind in kinds)


def _mismatch(file: BinaryIO, claimed: Kind) -> BadFile:
    """Says what the file is instead, when that is something people know."""
    file.seek(0)
    try:
        found = {match.extension for match in puremagic.magic_stream(file) if len(match.byte_match) > 2}
    except (ValueError, LookupError):
        found = set()
    really = next((kind for kind in KINDS.values() if found & set(kind.extensions)), None)
    if really is not None and really is not claimed:
        return BadFile(
            _("The name says that this is %(claimed)s, but it is %(really)s. Choose the right file.")
            % {"claimed": claimed.label, "really": really.label}
        )
    return BadFile(
        _(
            "We cannot read this file as %s. It may be damaged, or have the wrong name. "
            "Open it on your own device, save it again and then add it."
        )
        % claimed.label
    )


def _locked() -> BadFile:
    return BadFile(_("This file is locked with a password. Remove the password and add the file again."))


def _macros() -> BadFile:
    return BadFile(_("There are macros (small programs) in this file. Save it without macros, or as a PDF."))


def _bomb() -> BadFile:
    return BadFile(_("This file becomes far too large when somebody opens it. Save it as a PDF and add that."))


# --- PDF --------------------------------------------------------------------------------------------------------------


def _is_pdf(file: BinaryIO, head: bytes) -> bool:
    """Begins and ends as a PDF: nothing before it, nothing behind it, no web page where browsers look for one."""
    if not re.match(rb"%PDF-[12]\.\d", head) or MARKUP.search(head):
        return False
    file.seek(0, 2)
    file.seek(max(0, file.tell() - 4096))
    _before, end, after = file.read().rpartition(b"%%EOF")
    if not end or after.strip(b"\r\n\t\f\0 "):
        return False
    if _contains(file, b"/Encrypt") and not _opens_without_password(file):
        raise _locked()
    return True


def _opens_without_password(file: BinaryIO) -> bool:
    """Many PDFs are encrypted and yet open for everybody (printing or copying is limited, for example)."""
    file.seek(0)
    content = file.read()
    with ONE_AT_A_TIME:
        try:
            pypdfium2.PdfDocument(content).close()
        except pypdfium2.PdfiumError as error:
            return "assword" not in str(error)
    return True


def _contains(file: BinaryIO, needle: bytes) -> bool:
    file.seek(0)
    kept = b""
    while chunk := file.read(CHUNK):
        if needle in kept + chunk:
            return True
        kept = chunk[-len(needle) :]
    return False


# --- Packed documents: Word, Excel, OpenDocument ----------------------------------------------------------------------


def _open_package(file: BinaryIO, head: bytes) -> zipfile.ZipFile | None:
    """The package, when it is one from the first byte to the last and small enough to look into."""
    if not head.startswith(b"PK\x03\x04"):
        return None
    file.seek(0, 2)
    size = file.tell()
    if size < 22 + 30:
        return None
    file.seek(max(0, size - 42))
    tail = file.read()
    end = tail[-22:]
    # Nothing behind the directory (a comment, another file), and not the variant for more than 4 GB.
    if not end.startswith(b"PK\x05\x06") or tail.startswith(b"PK\x06\x07"):
        return None
    parts, directory = int.from_bytes(end[10:12], "little"), int.from_bytes(end[12:16], "little")
    if parts > MAX_PARTS or directory > MAX_DIRECTORY:
        raise _bomb()
    try:
        package = zipfile.ZipFile(file)
    except Exception as error:  # damaged and hostile packages make it raise all kinds of errors
        raise BadFile(_("This file is damaged. Open it on your own device, save it again and then add it.")) from error
    infos = package.infolist()
    if not infos or min(info.header_offset for info in infos) != 0:
        return None
    unpacked = sum(info.file_size for info in infos)
    if unpacked > MAX_UNPACKED or (unpacked > RATIO_FROM and unpacked > MAX_RATIO * size):
        raise _bomb()
    if any(info.flag_bits & 1 for info in infos):
        raise _locked()
    if any(".." in info.filename.split("/") or info.filename.startswith(("/", "\\")) for info in infos):
        return None
    return package


def _part(package: zipfile.ZipFile, name: str) -> bytes:
    """A small part of it; b"" when it is not there or cannot be read."""
    try:
        with package.open(name) as part:
            content = part.read(MAX_PART_READ + 1)
    except Exception:  # noqa: BLE001  as above
        return b""
    return content if len(content) <= MAX_PART_READ else b""


def _is_office(file: BinaryIO, head: bytes, main_part: str) -> bool:
    if head.startswith(OLD_OFFICE):
        if _contains(file, ENCRYPTED_OFFICE):
            raise _locked()
        raise BadFile(_("This file is of an old kind of Word or Excel. Save it as .docx or .xlsx, or as a PDF."))
    package = _open_package(file, head)
    if package is None:
        return False
    types = _part(package, "[Content_Types].xml")
    if b"macroEnabled" in types or any(name.lower().endswith("vbaproject.bin") for name in package.namelist()):
        raise _macros()
    return main_part.encode() in types


def _is_open_document(file: BinaryIO, head: bytes, media_type: str) -> bool:
    package = _open_package(file, head)
    if package is None or _part(package, "mimetype") != media_type.encode():
        return False
    manifest = _part(package, "META-INF/manifest.xml")
    if b"encryption-data" in manifest:
        raise _locked()
    if any(name.startswith(("Basic/", "Scripts/")) and not name.endswith("/") for name in package.namelist()):
        raise _macros()
    return bool(manifest) and "content.xml" in package.namelist()


# --- Text -------------------------------------------------------------------------------------------------------------

CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def _is_text(file: BinaryIO, head: bytes) -> bool:
    """Decodes as people's computers write text, holds only characters, and does not begin as a page or a script."""
    if MARKUP.match(head.removeprefix(codecs.BOM_UTF8).lstrip()) or head.removeprefix(codecs.BOM_UTF8).startswith(
        b"#!"
    ):
        return False
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    return any(_decodes(file, encoding) for encoding in encodings)


def _decodes(file: BinaryIO, encoding: str) -> bool:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    start = ""
    try:
        while chunk := file.read(CHUNK):
            text = decoder.decode(chunk)
            if CONTROL.search(text):
                return False
            start = start or text[:HEAD]
        if CONTROL.search(decoder.decode(b"", final=True)):
            return False
    except UnicodeDecodeError:
        return False
    return not MARKUP.match(start.lstrip().encode("utf-8", "replace"))


def _is_csv(file: BinaryIO, head: bytes) -> bool:
    if not _is_text(file, head):
        return False
    file.seek(0)
    kept = ""
    encoding = "utf-16" if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8"
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    while chunk := file.read(CHUNK):
        text = decoder.decode(chunk)
        if DDE.search(kept + text):
            raise BadFile(_("A cell in this file starts a program. Remove that cell, or save the file as a PDF."))
        kept = text[-HEAD:]
    return True


CHECKS: dict[str, Callable[[BinaryIO, bytes], bool]] = {
    "pdf": _is_pdf,
    "docx": lambda file, head: _is_office(file, head, MAIN_PART["docx"]),
    "xlsx": lambda file, head: _is_office(file, head, MAIN_PART["xlsx"]),
    "odt": lambda file, head: _is_open_document(file, head, KINDS["odt"].media_type),
    "ods": lambda file, head: _is_open_document(file, head, KINDS["ods"].media_type),
    "txt": _is_text,
    "csv": _is_csv,
}
