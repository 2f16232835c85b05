"""A photo: stored at its own step, stripped and re-encoded, shown to its owner and to staff only."""

import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core import pictures
from core.models import AccessLog
from core.pictures import BadPicture, clean_picture
from forms.models import FormVersion, Submission, Upload
from tests import town
from tests.forms import builder
from tests.forms.builder import Citizen, picture

pytestmark = [pytest.mark.django_db, pytest.mark.both]

ORIENTATION, GPS, MAKE = 0x0112, 0x8825, 0x010F


@pytest.fixture
def version() -> FormVersion:
    return builder.published_form()


def clean(file: SimpleUploadedFile) -> Image.Image:
    return Image.open(BytesIO(clean_picture(file, file.size).content))


# --- Re-encoding ------------------------------------------------------------------------------------------------------


def test_where_and_with_what_it_was_taken_is_gone_and_it_stands_upright() -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # turned a quarter
    exif[MAKE] = "Fairphone"
    exif.get_ifd(GPS).update({1: "N", 2: (51.0, 10.0, 12.0), 3: "E", 4: (4.0, 27.0, 0.0)})
    original = picture((60, 40), exif=exif, comment=b"planted-comment")
    assert b"Fairphone" in original.read()
    original.seek(0)
    cleaned = clean(original)
    assert cleaned.size == (40, 60)
    assert not cleaned.getexif()
    assert not {"exif", "comment", "icc_profile", "xmp"} & set(cleaned.info)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_formats_of_phones_and_computers_are_taken(kind: str) -> None:
    cleaned = clean(picture(kind=kind, name="anders.xyz"))
    assert (cleaned.format, cleaned.mode, cleaned.size) == ("JPEG", "RGB", (60, 40))


def test_transparent_picture_gets_a_white_ground() -> None:
    out = BytesIO()
    Image.new("RGBA", (10, 10), (255, 0, 0, 0)).save(out, "PNG")
    assert clean(SimpleUploadedFile("x.png", out.getvalue())).getpixel((5, 5)) == (255, 255, 255)


def test_large_picture_is_made_smaller() -> None:
    assert max(clean(picture((5000, 2500))).size) == 4000


def png_that_claims(width: int, height: int) -> bytes:
    """A few bytes that pretend to be a picture of gigabytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a" + b"\0" * 40,
        b"%PDF-1.7\n%EICAR",
        b"\xff\xd8\xff\xe0" + b"\0" * 100,
        b"\x89PNG\r\n\x1a\n",
        png_that_claims(60_000, 60_000),
        png_that_claims(9_000, 9_000),
    ],
)
def test_what_is_not_a_picture_is_refused(content: bytes) -> None:
    with pytest.raises(BadPicture):
        clean_picture(BytesIO(content), len(content))


def test_truncated_picture_is_refused() -> None:
    whole = picture((400, 400), "PNG").read()
    with pytest.raises(BadPicture):
        clean_picture(BytesIO(whole[: len(whole) // 2]), len(whole) // 2)


def test_too_many_bytes_are_refused_unread() -> None:
    class Unread(BytesIO):
        def read(self, *args: Any) -> bytes:
            raise AssertionError("a file that is too large must not be read")

    with pytest.raises(BadPicture, match="15 MB"):
        clean_picture(Unread(), pictures.MAX_BYTES + 1)


@given(data=st.binary(max_size=400), at=st.integers(0, 600))
@settings(max_examples=150, deadline=None)
def test_damaged_files_are_cleaned_or_refused_but_never_an_error(data: bytes, at: int) -> None:
    whole = picture((30, 30)).read()
    damaged = whole[:at] + data + whole[at + len(data) :]
    try:
        cleaned = clean_picture(BytesIO(damaged), len(damaged))
    except BadPicture:
        return
    assert Image.open(BytesIO(cleaned.content)).format == "JPEG"


# --- At its own step --------------------------------------------------------------------------------------------------


def test_photo_is_kept_when_another_answer_is_wrong(version: FormVersion) -> None:
    citizen = Citizen().start()
    response = citizen.fill_in(2, waar="", foto=picture(name="mijn tegel.jpg"))
    assert response.status_code == 200
    upload = Upload.objects.get()
    page = BeautifulSoup(response.content, "html.parser")
    assert "mijn tegel.jpg" in page.main.get_text()
    assert page.find("img", src=reverse("forms:picture", args=[upload.pk]))
    assert citizen.fill_in(2, waar="Markt 1").status_code == 302
    assert citizen.draft.answers["foto"] == {"upload": str(upload.pk), "name": "mijn tegel.jpg"}


def test_required_photo_need_not_be_sent_again() -> None:
    photo = builder.question("photo", "Foto", key="foto")
    builder.published_form(
        builder.step("Foto en plek", photo, builder.WHERE), builder.step("Wie", builder.NAME, builder.EMAIL)
    )
    citizen = Citizen().start()
    assert citizen.fill_in(1, waar="Hier").status_code == 200  # it is missing
    citizen.fill_in(1, waar="", foto=picture())
    assert citizen.fill_in(1, waar="Hier").status_code == 302


def test_another_photo_replaces_the_first(version: FormVersion) -> None:
    citizen = Citizen().start()
    citizen.fill_in(2, waar="Hier", foto=picture(name="een.jpg"))
    first = Upload.objects.get()
    with TestCase.captureOnCommitCallbacks(execute=True):
        citizen.fill_in(2, waar="Hier", foto=picture((80, 80), name="twee.jpg"))
    assert Upload.objects.get().name == "twee.jpg"
    assert not first.file.storage.exists(first.file.name)


def test_removing_keeps_what_was_typed(version: FormVersion) -> None:
    citizen = Citizen().start()
    citizen.fill_in(2, waar="Hier", foto=picture())
    upload = Upload.objects.get()
    with TestCase.captureOnCommitCallbacks(execute=True):
        response = citizen.fill_in(2, waar="Daar, nog niet bewaard", verwijder="foto")
    page = BeautifulSoup(response.content, "html.parser")
    assert page.find(id="id_waar")["value"] == "Daar, nog niet bewaard"
    assert not page.main.find("img")
    assert not Upload.objects.exists()
    assert not upload.file.storage.exists(upload.file.name)
    assert citizen.fill_in(2, waar="Hier", verwijder="foto").status_code == 200  # a second click


def test_removing_something_that_is_no_photo_does_nothing(version: FormVersion) -> None:
    citizen = Citizen().start()
    citizen.fill_in(2, waar="Hier")
    citizen.fill_in(2, verwijder="waar")
    assert citizen.draft.answers["waar"] == "Hier"


def test_bad_photo_is_an_error_at_its_question(version: FormVersion) -> None:
    response = Citizen().start().fill_in(2, waar="Hier", foto=SimpleUploadedFile("x.jpg", b"<script>", "image/jpeg"))
    page = BeautifulSoup(response.content, "html.parser")
    assert page.select_one('.govuk-error-summary a[href="#id_foto"]')
    assert page.find(id="id_waar")["value"] == "Hier"
    assert not Upload.objects.exists()


def test_hostile_file_name_is_only_ever_text(version: FormVersion) -> None:
    citizen = Citizen().start()
    name = '"><img src=x onerror=alert(1)>\r\nSet-Cookie: a=b.jpg'
    citizen.fill_in(2, waar="Hier", foto=SimpleUploadedFile("x.jpg", picture().read(), "image/jpeg"))
    Upload.objects.update(name=name)
    upload = Upload.objects.get()
    assert ".." not in upload.file.name
    assert upload.file.name.endswith("/foto.jpg")
    response = citizen.client.get(reverse("forms:picture", args=[upload.pk]))
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers
    page = BeautifulSoup(citizen.get("step", 2).content, "html.parser")
    assert not page.main.find("img", attrs={"onerror": True})


# --- Who sees it ------------------------------------------------------------------------------------------------------


def test_owner_sees_it_while_filling_in_and_nobody_else(version: FormVersion) -> None:
    citizen, stranger = Citizen().start(), Citizen().start()
    citizen.fill_in(2, waar="Hier", foto=picture())
    address = reverse("forms:picture", args=[Upload.objects.get().pk])
    response = citizen.client.get(address)
    assert response["Content-Type"] == "image/jpeg"
    assert response["Content-Disposition"].startswith("inline")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]
    assert Image.open(BytesIO(b"".join(response.streaming_content))).format == "JPEG"
    assert stranger.client.get(address).status_code == 404
    assert Citizen().client.get(address).status_code == 404


def test_staff_sees_it_with_the_dossier_and_that_is_written_down(version: FormVersion) -> None:
    citizen = Citizen().start().fill_in_everything(foto=picture())
    citizen.send()
    upload = Upload.objects.get()
    assert upload.submission == Submission.objects.get()
    address = reverse("form_picture", args=[upload.pk])

    citizen.client.force_login(town.clerk())
    response = citizen.client.get(address)
    assert response.status_code == 200
    assert response.streaming
    seen = AccessLog.objects.get(model="forms.upload")
    assert seen.object_id == str(upload.pk)

    outsider = town.staff("els", "dossiers.view_dossier", teams=(town.team("Andere dienst"),))
    citizen.client.force_login(outsider)
    assert citizen.client.get(address).status_code == 404


def test_citizen_and_visitor_cannot_use_the_staff_address(version: FormVersion) -> None:
    citizen = Citizen().start().fill_in_everything(foto=picture())
    citizen.send()
    response = citizen.client.get(reverse("form_picture", args=[Upload.objects.get().pk]))
    assert response.status_code == 302
    assert "login" in response["Location"]


def test_clerk_reads_the_answers_on_the_dossier(version: FormVersion) -> None:
    citizen = Citizen().start().fill_in_everything(foto=picture())
    citizen.send()
    citizen.client.force_login(town.clerk())
    submission = Submission.objects.get()
    page = BeautifulSoup(citizen.client.get(submission.dossier.get_absolute_url()).content, "html.parser")
    text = page.get_text(" ", strip=True)
    assert "Wat is er aan de hand?" in text
    assert "Losse tegel" in text
    assert page.find("img", src=reverse("form_picture", args=[Upload.objects.get().pk]) + "?klein")
