"""A copy of the answers: a PDF that everybody can read, for who sent them and for who handles them."""

import logging
import re
import time
from collections.abc import Iterator
from ctypes import c_ushort, create_string_buffer
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import ImageFile

from core.actors import Actor
from core.models import AccessLog
from core.pdf import Refused, fetch
from dossiers.actions import revoke_follow_links
from dossiers.models import FollowLink, Team
from forms.answers_pdf import answers_pdf
from forms.fields import registry
from forms.fields.base import Retention
from forms.models import FormVersion, Submission
from tests import town
from tests.forms import builder
from tests.forms.builder import Citizen

pytestmark = [pytest.mark.django_db, pytest.mark.both]


class Errors(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@pytest.fixture(autouse=True)
def _weasyprint_does_not_complain() -> Iterator[None]:
    errors = Errors()
    logger = logging.getLogger("weasyprint")
    logger.addHandler(errors)
    yield
    logger.removeHandler(errors)
    assert not errors.messages


@pytest.fixture
def version() -> FormVersion:
    return builder.published_form()


def sent(**changes: Any) -> Citizen:
    citizen = Citizen().start().fill_in_everything(**changes)
    citizen.send()
    return citizen


def submission_of(citizen: Citizen) -> Submission:
    return Submission.objects.select_related("dossier").get(token=citizen.uuid)


def read(pdf: bytes) -> tuple[pypdfium2.PdfDocument, str]:
    document = pypdfium2.PdfDocument(pdf)
    return document, "\n".join(page.get_textpage().get_text_range() for page in document).replace("\r", "")


def language(document: pypdfium2.PdfDocument) -> str:
    size = pdfium.FPDFCatalog_GetLanguage(document.raw, None, 0)
    buffer = (c_ushort * (size // 2))()
    pdfium.FPDFCatalog_GetLanguage(document.raw, buffer, size)
    return bytes(buffer).decode("utf-16-le").rstrip("\0")


def structure(document: pypdfium2.PdfDocument) -> list[str]:
    """The tags of the first page, from the top down, in reading order."""
    page = document[0]
    tree = pdfium.FPDF_StructTree_GetForPage(page.raw)
    found: list[str] = []

    def name_of(element: Any) -> str:
        size = pdfium.FPDF_StructElement_GetType(element, None, 0)
        buffer = create_string_buffer(size)
        pdfium.FPDF_StructElement_GetType(element, buffer, size)
        return buffer.raw.decode("utf-16-le").rstrip("\0")

    def visit(element: Any) -> None:
        found.append(name_of(element))
        for index in range(pdfium.FPDF_StructElement_CountChildren(element)):
            if child := pdfium.FPDF_StructElement_GetChildAtIndex(element, index):
                visit(child)

    for index in range(pdfium.FPDF_StructTree_CountChildren(tree)):
        visit(pdfium.FPDF_StructTree_GetChildAtIndex(tree, index))
    pdfium.FPDF_StructTree_Close(tree)
    return found


# --- The document


def test_it_is_tagged_and_says_its_language_and_title(version: FormVersion) -> None:
    pdf = answers_pdf(submission_of(sent()))
    document, _text = read(pdf)
    assert pdfium.FPDFCatalog_IsTagged(document.raw)
    assert language(document) == "nl"
    number = Submission.objects.get().dossier.number
    assert document.get_metadata_dict()["Title"] == f"Melding openbaar domein – {number}"
    assert re.search(rb"pdfuaid:part\W+1|pdfuaid='|pdfuaid", pdf) or b"/Metadata" in pdf


def test_headings_and_questions_are_a_real_structure(version: FormVersion) -> None:
    document, _text = read(answers_pdf(submission_of(sent())))
    tags = structure(document)
    assert tags.count("H1") == 1
    assert tags.count("H2") == 3
    assert tags.count("Table") == 3
    assert tags.count("TH") == tags.count("TD") == 7
    assert tags.index("H1") < tags.index("H2") < tags.index("Table")
    first_row = tags[tags.index("TR") :]
    assert first_row.index("TH") < first_row.index("TD")


def test_questions_and_answers_stand_in_order(version: FormVersion) -> None:
    _document, text = read(answers_pdf(submission_of(sent())))
    places = [
        text.index(words)
        for words in (
            "Melding openbaar domein",
            "MEL-",
            "Het probleem",
            "Wat is er aan de hand?",
            "Losse tegel",
            "Vertel ons meer",
            "Ik ben bijna gevallen.",
            "De plaats",
            "Statielei 10",
            "Hebt u een foto?",
            "Niet ingevuld",
            "Uw gegevens",
            "Fatima El Amrani",
            "0470 12 34 56",
        )
    ]
    assert places == sorted(places)


def test_our_own_font_is_in_it(version: FormVersion) -> None:
    document, _text = read(answers_pdf(submission_of(sent())))
    fonts = set()
    page = document[0]
    for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
        font = pdfium.FPDFTextObj_GetFont(item.raw)
        size = pdfium.FPDFFont_GetBaseFontName(font, None, 0)
        buffer = create_string_buffer(size)
        pdfium.FPDFFont_GetBaseFontName(font, buffer, size)
        fonts.add(buffer.value.decode())
    assert fonts
    assert all("atkinson" in font for font in fonts), fonts


@pytest.mark.parametrize(
    ("story", "shown"),
    [
        ("<script>alert(1)</script><b>vet</b>", "<script>alert(1)</script><b>vet</b>"),
        ('<img src="file:///etc/passwd"><link rel=attachment href="http://example.org/">', 'src="file:///etc/passwd"'),
        ("</td></table><h1>Vals</h1>", "</td></table><h1>Vals</h1>"),
        ("url(http://example.org/x.png) @import 'x'; } body { display: none }", "@import"),
        ("{{ settings.SECRET_KEY }} {% now %}", "{{ settings.SECRET_KEY }}"),
        ("مرحبا بالعالم", None),
        ("Een feest 🎉 in de straat", "in de straat"),
        ("Žluťoučký kůň, Łódź, ß, œuvre", "Žluťoučký kůň, Łódź, ß, œuvre"),
    ],
)
def test_whatever_was_typed_is_text(version: FormVersion, story: str, shown: str | None) -> None:
    document, text = read(answers_pdf(submission_of(sent(verhaal=story))))
    assert (shown or "") in text
    assert "Statielei 10" in text  # and the rest still stands there
    assert structure(document).count("H1") == 1


def test_a_very_long_answer_runs_over_the_pages(version: FormVersion) -> None:
    story = "Woord en nog een woord. " * 160 + "x" * 150
    document, text = read(answers_pdf(submission_of(sent(verhaal=story))))
    assert len(document) > 1
    assert text.count("Woord en nog een") + text.count("Woord en nog\neen") >= 140
    assert "Fatima El Amrani" in text


def test_sensitive_answers_stay_out(version: FormVersion, monkeypatch: Any) -> None:
    citizen = sent()
    monkeypatch.setattr(registry["phone"], "retention", Retention.SENSITIVE)
    _document, text = read(answers_pdf(submission_of(citizen)))
    assert "0470" not in text
    assert "Niet getoond: dit is gevoelig" in text
    page = citizen.client.get(citizen.address("answers")).content.decode()
    assert "0470" not in page


def test_an_answer_of_a_type_that_is_gone_stays_out(version: FormVersion) -> None:
    submission = submission_of(sent())
    submission.answers["steps"][0]["answers"][0]["type"] = "vervallen"
    assert "Losse tegel" not in read(answers_pdf(submission))[1]


@pytest.mark.parametrize("address", ["http://example.org/", "file:///etc/passwd", "loket:ander", "data:text/css,x", ""])
def test_the_pdf_reads_nothing_but_our_fonts(address: str) -> None:
    with pytest.raises(Refused):
        fetch(address)
    assert fetch("loket:atkinson-latin").read()[:4] == b"wOF2"


def test_half_a_picture_is_still_refused_elsewhere() -> None:
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False


def test_sixty_questions_take_no_longer_than_a_request_may(version: FormVersion) -> None:
    submission = submission_of(sent())
    answer = submission.answers["steps"][0]["answers"][1]
    submission.answers["steps"] = [{"title": f"Stap {number}", "answers": [answer] * 10} for number in range(6)]
    answers_pdf(submission)
    started = time.process_time()
    answers_pdf(submission)
    assert time.process_time() - started < 1


# --- Who gets it


def test_the_confirmation_offers_it_to_the_browser_that_sent(version: FormVersion) -> None:
    citizen = sent()
    done = BeautifulSoup(citizen.get("done").content, "html.parser")
    link = done.find("a", string="Download uw antwoorden (PDF)")
    response = citizen.client.get(link["href"])
    assert response["Content-Type"] == "application/pdf"
    assert (
        response["Content-Disposition"] == f'attachment; filename="antwoorden-{Submission.objects.get().dossier}.pdf"'
    )
    assert "no-store" in response["Cache-Control"]
    assert "Fatima El Amrani" in read(response.content)[1]
    page = citizen.client.get(citizen.address("answers")).content.decode()
    assert "Fatima El Amrani" in page
    for address in (link["href"], citizen.address("answers")):
        assert Client().get(address).status_code == 404


def test_nothing_to_download_before_sending(version: FormVersion) -> None:
    citizen = Citizen().start().fill_in_everything()
    for page in ("answers", "answers_pdf"):
        assert citizen.get(page).status_code == 404


def test_the_follow_page_offers_it_to_the_address_that_was_given(version: FormVersion) -> None:
    citizen = sent()
    link = FollowLink.objects.get()
    page = BeautifulSoup(Client().get(link.get_absolute_url()).content, "html.parser")
    href = page.find("a", string=re.compile("Download uw antwoorden"))["href"]
    response = Client().get(href)
    assert "Fatima El Amrani" in read(response.content)[1]
    assert response["Referrer-Policy"] == "no-referrer"
    assert citizen.uuid in href


@pytest.mark.parametrize("why", ["no address", "another address", "revoked", "other dossier", "wrong"])
def test_no_other_link_gives_it(version: FormVersion, why: str) -> None:
    citizen = sent()
    link = FollowLink.objects.get()
    token, uuid = link.token, citizen.uuid
    match why:
        case "no address":
            FollowLink.objects.update(email="")
        case "another address":
            FollowLink.objects.update(email="jan@example.org")
        case "revoked":
            FollowLink.objects.update(revoked_at=timezone.now())
        case "other dossier":
            token = town.report(name="Jan", email="jan@example.org").follow_link.token
        case "wrong":
            token = "abc"
    address = reverse("forms:followed_answers_pdf", args=[token, uuid])
    assert Client().get(address).status_code == 404
    assert "Download uw antwoorden" not in Client().get(f"/volg/{token}/").content.decode()


def test_a_renewed_link_gives_it_too(version: FormVersion) -> None:
    sent()
    old = FollowLink.objects.get()
    new = revoke_follow_links(dossier=old.dossier, by=Actor.staff(town.clerk()), at=timezone.now())
    assert "Download uw antwoorden" in Client().get(new.get_absolute_url()).content.decode()


def test_staff_who_see_the_dossier_get_it_and_that_is_written_down(version: FormVersion) -> None:
    submission = submission_of(sent())
    clerk = town.clerk()
    client = Client()
    client.force_login(clerk)
    address = reverse("form_answers_pdf", args=[submission.pk])
    page = client.get(submission.dossier.get_absolute_url()).content.decode()
    assert address in page
    response = client.get(address)
    assert response["Content-Type"] == "application/pdf"
    entry = AccessLog.objects.get(action="download")
    assert (entry.user, entry.model, entry.object_id) == (clerk, "forms.submission", str(submission.pk))


def test_other_staff_do_not(version: FormVersion) -> None:
    submission = submission_of(sent())
    address = reverse("form_answers_pdf", args=[submission.pk])
    other_team = Team.objects.create(name="Andere")
    colleague = town.staff("bo", "dossiers.view_dossier", teams=(other_team,))
    editor = town.staff("lien", "forms.change_formdefinition")
    for user, status in ((colleague, 404), (editor, 302), (None, 302)):
        client = Client()
        if user:
            client.force_login(user)
        response = client.get(address)
        assert response.status_code == status, user
        assert response["Content-Type"] != "application/pdf"
    assert not AccessLog.objects.filter(action="download").exists()
