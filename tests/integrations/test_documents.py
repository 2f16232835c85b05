"""What a file really is: good, bad, hostile, empty and huge ones of every kind."""

from contextlib import suppress
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st

from core import documents
from core.documents import KINDS, MEGABYTE, BadFile, extension_of, identify
from integrations.received import clean_name, receive
from integrations.scanning import QuickScan, Scan
from tests import papers

ALL = list(KINDS.values())
PDF = papers.pdf()


def found(content: bytes, name: str, allowed: Any = ALL) -> str:
    return identify(BytesIO(content), name, allowed).name


GOOD: list[tuple[str, bytes, str]] = [
    ("plan.pdf", PDF, "pdf"),
    ("PLAN.PDF", PDF, "pdf"),
    ("plan.exe.pdf", PDF, "pdf"),
    ("met nullen erachter.pdf", papers.pdf(after=b"\r\n" + b"\0" * 200), "pdf"),
    ("niet af te drukken.pdf", papers.encrypted_pdf(opens=True), "pdf"),
    ("brief.docx", papers.office("docx"), "docx"),
    ("lijst.xlsx", papers.office("xlsx"), "xlsx"),
    ("brief.odt", papers.open_document("odt"), "odt"),
    ("lijst.ods", papers.open_document("ods"), "ods"),
    ("leeg blad.xlsx", papers.office("xlsx", **{"xl/sheet.xml": b" " * 10_000_000}), "xlsx"),
    ("nota.txt", "Café op de hoek – 5 €\r\n\tbeste buur".encode(), "txt"),
    ("nota.txt", "Café op de hoek".encode("cp1252"), "txt"),
    ("nota.txt", "Café op de hoek".encode("utf-16"), "txt"),
    ("nota.txt", b"\xef\xbb\xbfCaf\xc3\xa9", "txt"),
    ("nota.txt", b"1 < 2, en <3 voor de buurt", "txt"),
    ("leden.csv", "naam;bedrag\nAn;=1+1\nBen;-5\nCé;+32 470 12 34 56".encode(), "csv"),
    ("foto.jpg", papers.picture("JPEG"), "jpg"),
    ("foto.JPEG", papers.picture("JPEG"), "jpg"),
    ("foto.png", papers.picture("PNG"), "png"),
    ("foto.webp", papers.picture("WEBP"), "webp"),
    ("foto.heic", papers.picture("HEIF"), "heic"),
    # a phone that calls it otherwise, or nothing: it is made anew, so that harms nobody
    ("IMG_0001.jpg", papers.picture("HEIF"), "heic"),
    ("foto.png", papers.picture("JPEG"), "jpg"),
    ("image", papers.picture("JPEG"), "jpg"),
]


@pytest.mark.parametrize(("name", "content", "kind"), GOOD)
def test_good_file_is_what_its_content_says(name: str, content: bytes, kind: str) -> None:
    assert found(content, name) == kind


REFUSED: list[tuple[str, bytes, str]] = [
    # not what the name says
    ("plan.pdf", papers.picture("JPEG"), "maar het is JPG"),
    ("plan.pdf", papers.office(), "maar het is Word"),
    ("plan.pdf", b"MZ\x90\0" + b"\0" * 200, "niet lezen als PDF"),
    ("plan.pdf", b"\x7fELF" + b"\0" * 200, "niet lezen als PDF"),
    ("foto.jpg", PDF, "maar het is PDF"),
    ("foto.jpg", b"MZ\x90\0" + b"\0" * 200, "niet lezen als JPG"),
    ("brief.docx", PDF, "maar het is PDF"),
    ("brief.docx", papers.office("xlsx"), "Word"),
    ("lijst.xlsx", papers.office("docx"), "Excel"),
    ("lijst.ods", papers.open_document("odt"), "OpenDocument"),
    ("brief.odt", papers.office(), "OpenDocument"),
    ("brief.docx", papers.package({"a.txt": b"a"}), "Word"),
    ("nota.txt", PDF + b"\0", "gewone tekst"),
    ("nota.txt", papers.picture("PNG"), "maar het is PNG"),
    ("nota.txt", b"tekst \0 met een nul", "gewone tekst"),
    ("nota.txt", b"\x1b]0;titel\x07", "gewone tekst"),
    ("nota.txt", b"\x81\x8d\x8f", "gewone tekst"),
    ("nota.txt", b"\xff\xfe\x00\xd8\x41\x00", "gewone tekst"),
    # kinds that are not taken
    ("virus.exe", b"MZ\x90\0" + b"\0" * 200, "Dit soort bestanden"),
    ("virus.pdf.exe", PDF, "Dit soort bestanden"),
    ("pagina.html", b"<!doctype html><script>alert(1)</script>", "Dit soort bestanden"),
    ("tekening.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "Dit soort bestanden"),
    ("oud.doc", papers.old_office(), "Dit soort bestanden"),
    ("brief.docm", papers.office(), "Dit soort bestanden"),
    ("pak.zip", papers.package({"a.txt": b"a"}), "Dit soort bestanden"),
    ("plan.pdf\u202e", PDF, "Dit soort bestanden"),
    ("pdf", PDF, "Dit soort bestanden"),
    (".pdf", PDF, "Dit soort bestanden"),
    ("", PDF, "Dit soort bestanden"),
    # two things in one
    ("plan.pdf", papers.pdf(before=b"<html><script>alert(1)</script>"), "PDF"),
    ("plan.pdf", papers.pdf(before=b"\n"), "PDF"),
    ("plan.pdf", papers.pdf(inside=b"%<html><script>alert(1)</script>\n"), "PDF"),
    ("plan.pdf", PDF + papers.package({"Main.class": b"\xca\xfe\xba\xbe"}), "PDF"),
    ("plan.pdf", PDF + b"<script>alert(1)</script>", "PDF"),
    ("plan.pdf", PDF + b"MZ" + b"\0" * 10_000, "PDF"),
    ("brief.docx", PDF + papers.office(), "Word"),
    ("brief.docx", papers.package({"a": b"a"}) + papers.office(), "Word"),
    ("brief.docx", papers.office() + b"<script>alert(1)</script>", "Word"),
    ("brief.docx", papers.package({"[Content_Types].xml": b"x"}, comment=b"<html>"), "Word"),
    ("nota.txt", b" \r\n<!DOCTYPE html><html>", "gewone tekst"),
    ("nota.txt", b"\xef\xbb\xbf  <script>alert(1)</script>", "gewone tekst"),
    ("nota.txt", "<script>alert(1)</script>".encode("utf-16"), "gewone tekst"),
    ("nota.txt", b"#!/bin/sh\nrm -rf /", "gewone tekst"),
    ("nota.txt", b"<?php system('id');", "gewone tekst"),
    # closed, or with a program in it
    ("geheim.pdf", papers.encrypted_pdf(opens=False), "wachtwoord"),
    ("geheim.docx", papers.old_office(encrypted=True), "wachtwoord"),
    ("geheim.docx", papers.locked_package(), "wachtwoord"),
    ("geheim.odt", papers.open_document(manifest=b"<manifest:encryption-data/>"), "wachtwoord"),
    ("oud.docx", papers.old_office(), "oud"),
    ("macro.docx", papers.office(**{"word/vbaProject.bin": b"x"}), "macro"),
    (
        "macro.docx",
        papers.office(main_part="application/vnd.ms-word.document.macroEnabled.main+xml"),
        "macro",
    ),
    ("macro.ods", papers.open_document("ods", **{"Basic/Standard/Module1.xml": b"x"}), "macro"),
    ("leden.csv", b"naam;bedrag\nAn;=cmd|' /C calc'!A0", "programma"),
    ("leden.csv", b"@SUM(1+1)*cmd|' /C calc'!A0", "programma"),
    # far too much in little
    ("bom.docx", papers.bomb(), "veel te groot"),
    ("bom.docx", papers.claims_parts(60_000), "veel te groot"),
    # damaged
    ("plan.pdf", PDF[: len(PDF) // 2], "PDF"),
    ("plan.pdf", b"%PDF-1.7", "PDF"),
    ("plan.pdf", b"%PDF-", "PDF"),
    ("brief.docx", b"PK\x03\x04", "Word"),
    ("brief.docx", papers.office()[:-30], "Word"),
    ("brief.docx", papers.package({"../../etc/passwd": b"x", "[Content_Types].xml": b"x"}), "Word"),
]


@pytest.mark.parametrize(("name", "content", "words"), REFUSED)
def test_bad_file_is_refused_in_the_citizens_words(name: str, content: bytes, words: str) -> None:
    with pytest.raises(BadFile) as refusal:
        found(content, name)
    assert words in str(refusal.value)


def test_editor_decides_which_kinds() -> None:
    pictures = [KINDS["jpg"], KINDS["png"]]
    assert found(papers.picture("PNG"), "foto.png", pictures) == "png"
    for content, name in ((PDF, "plan.pdf"), (papers.picture("HEIF"), "foto.heic"), (papers.picture("WEBP"), "x.jpg")):
        with pytest.raises(BadFile, match="JPG, PNG"):
            found(content, name, pictures)


def test_too_large_and_empty_are_refused_unread() -> None:
    class Unread(BytesIO):
        def read(self, *args: Any) -> bytes:
            raise AssertionError("this file must not be read")

    file = SimpleUploadedFile("plan.pdf", b"")
    file.file = Unread()
    for size, words in ((2 * MEGABYTE + 1, "2 MB"), (0, "leeg")):
        file.size = size
        with pytest.raises(BadFile, match=words):
            receive(file, allowed=ALL, megabytes=2, quick_scan=QuickScan())


def test_huge_files_are_looked_at_in_pieces() -> None:
    """25 MB of each kind of text and a PDF, within seconds and without a pattern that goes mad on it."""
    for unit in (b"\n", b" ", b"=", b"a;", b"=a|", b"'\""):
        content = unit * (25 * MEGABYTE // len(unit))
        assert found(content, "leden.csv") == "csv"
    assert found(papers.pdf(inside=b"%" + b"a" * 25 * MEGABYTE + b"\n"), "plan.pdf") == "pdf"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("plan.pdf", "plan.pdf"),
        ("  mijn   plan.pdf ", "mijn plan.pdf"),
        ("rekening\u202efdp.exe", "rekeningfdp.exe"),
        ("a\u200bb\x07c\nd.pdf", "abcd.pdf"),
        ("", "bestand"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ("e\u0301.pdf", "é.pdf"),
    ],
)
def test_names_are_one_readable_line(name: str, kept: str) -> None:
    assert clean_name(name) == kept


@pytest.mark.parametrize(
    ("name", "extension"),
    [("a.PDF", ".pdf"), ("a.b.c", ".c"), ("geen", ""), (".htaccess", ""), ("a.", "."), ("a. pdf ", ".pdf")],
)
def test_extensions(name: str, extension: str) -> None:
    assert extension_of(name) == extension


SEEDS = {
    "pdf": PDF,
    "docx": papers.office("docx"),
    "xlsx": papers.office("xlsx"),
    "odt": papers.open_document("odt"),
    "ods": papers.open_document("ods"),
    "txt": b"gewone tekst",
    "csv": b"a;b\n1;2",
    "jpg": papers.picture("JPEG"),
    "png": papers.picture("PNG"),
    "webp": papers.picture("WEBP"),
    "heic": papers.picture("HEIF"),
}


@given(
    kind=st.sampled_from(sorted(SEEDS)),
    name=st.sampled_from(sorted(SEEDS)),
    data=st.binary(max_size=300),
    at=st.integers(0, 2000),
    cut=st.integers(0, 200),
)
@settings(max_examples=400, deadline=None)
def test_no_bytes_are_an_error(kind: str, name: str, data: bytes, at: int, cut: int) -> None:
    """A whole file of one kind under the name of another, with some bytes replaced and some cut off."""
    seed = SEEDS[kind]
    content = (seed[:at] + data + seed[at + len(data) :])[: max(0, len(seed) + len(data) - cut)]
    uploaded = SimpleUploadedFile(f"bestand.{name}", content)
    try:
        received = receive(uploaded, allowed=ALL, megabytes=1, quick_scan=QuickScan())
    except BadFile:
        return
    assert received.verdict.scan is Scan.NOT_SCANNED
    assert received.media_type in {kind.media_type for kind in ALL}


@given(
    head=st.sampled_from([b"%PDF-1.4", b"PK\x03\x04", documents.OLD_OFFICE, b"\xff\xd8\xff", b"\xff\xfe", b""]),
    data=st.binary(max_size=2000),
    tail=st.sampled_from([b"%%EOF", b"PK\x05\x06" + b"\0" * 18, b"PK\x05\x06" + b"\xff" * 18, b"/Encrypt %%EOF", b""]),
    name=st.sampled_from(sorted(SEEDS)),
)
@settings(max_examples=300, deadline=None)
def test_no_rubbish_between_good_ends_is_an_error(head: bytes, data: bytes, tail: bytes, name: str) -> None:
    with suppress(BadFile):
        identify(BytesIO(head + data + tail), f"x.{name}", ALL)
