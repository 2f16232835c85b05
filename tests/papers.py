"""Files as citizens send them, good and hostile, made while the test runs."""

import hashlib
import struct
import zipfile
from io import BytesIO

from PIL import Image

from core.documents import KINDS, MAIN_PART

PADDING = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
# In pieces, so that no scanner takes this repository for a virus.
EICAR = b"".join((b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$", b"EICAR-STANDARD-", b"ANTIVIRUS-TEST-FILE!", b"$H+H*"))


def pdf(*, before: bytes = b"", inside: bytes = b"", trailer: bytes = b"", after: bytes = b"\n") -> bytes:
    """One empty page, with a table of objects that is right."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>",
    ]
    content = b"%PDF-1.4\n" + inside
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(content)
    content += b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    content += b"trailer\n<</Size 4/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF" % (trailer, table)
    return before + content + after


def _rc4(key: bytes, data: bytes) -> bytes:
    box, j, out = list(range(256)), 0, bytearray()
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    i = j = 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(out)


def encrypted_pdf(*, opens: bool) -> bytes:
    """Encrypted with a password, or only against printing: then everybody can open it."""
    owner, rights, identity = b"o" * 32, -60, b"i" * 16
    user = b"u" * 32
    if opens:
        key = hashlib.md5(PADDING + owner + struct.pack("<i", rights) + identity, usedforsecurity=False).digest()[:5]
        user = _rc4(key, PADDING)
    return pdf(
        trailer=b"/ID[<%s><%s>]/Encrypt<</Filter/Standard/V 1/R 2/O<%s>/U<%s>/P %d>>"
        % (identity.hex().encode(), identity.hex().encode(), owner.hex().encode(), user.hex().encode(), rights)
    )


def package(parts: dict[str, bytes], *, comment: bytes = b"", compress: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", compress) as made:
        for name, content in parts.items():
            made.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else compress)
        made.comment = comment
    return out.getvalue()


def office(kind: str = "docx", main_part: str = "", **more: bytes) -> bytes:
    types = f'<Types><Override ContentType="{main_part or MAIN_PART[kind]}"/></Types>'
    return package({"[Content_Types].xml": types.encode(), "word/document.xml": b"<w:document/>"} | more)


def open_document(kind: str = "odt", manifest: bytes = b"<manifest/>", **more: bytes) -> bytes:
    parts = {
        "mimetype": KINDS[kind].media_type.encode(),
        "content.xml": b"<office/>",
        "META-INF/manifest.xml": manifest,
    }
    return package(parts | more)


def old_office(*, encrypted: bool = False) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + ("EncryptedPackage".encode("utf-16-le") * encrypted)


def locked_package() -> bytes:
    """Says of its first part that it is encrypted, in both places where a zip says so."""
    content = bytearray(office())
    content[6] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def bomb() -> bytes:
    """A small document that is a large one when it is unpacked."""
    return office(**{"word/big.xml": b"\0" * 60_000_000})


def claims_parts(number: int) -> bytes:
    """Says at its end that it has so many parts."""
    content = bytearray(office())
    content[-12:-10] = content[-14:-12] = struct.pack("<H", number)
    return bytes(content)


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, kind)
    return out.getvalue()
