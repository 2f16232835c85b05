"""A question that takes several files: added at its own step, listed, removed, sent, and given out to few."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, TestCase
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.models import AccessLog
from forms.fields import registry
from forms.models import FormVersion, Submission, Upload
from integrations.received import MOST_IN_ALL
from integrations.scanning import Scan
from tests import papers, town
from tests.forms import builder
from tests.forms.builder import Citizen

pytestmark = [pytest.mark.django_db, pytest.mark.both]

PLANS = builder.question("files", "Voeg uw plannen toe", key="plannen", hint="Een plan per bestand")
REMARK = builder.question("text", "Wilt u nog iets zeggen?", key="opmerking", required=False)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
}


@pytest.fixture
def version() -> FormVersion:
    return builder.published_form(
        builder.step("Plannen", builder.WHERE, PLANS, REMARK), builder.step("Wie", builder.NAME, builder.EMAIL)
    )


def paper(name: str = "plan.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, papers.pdf() if content is None else content, "application/x-anything")


def different(number: int) -> bytes:
    return papers.pdf(inside=b"%% %d\n" % number)


def page_of(response: Any) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def names(citizen: Citizen) -> list[str]:
    return [item["name"] for item in citizen.draft.answers.get("plannen", [])]


def errors(response: Any) -> str:
    summary = page_of(response).select_one(".govuk-error-summary")
    return summary.get_text(" ", strip=True) if summary else ""


# --- Adding -----------------------------------------------------------------------------------------------------------


def test_several_files_are_kept_in_order_and_listed_with_their_size(version: FormVersion) -> None:
    citizen = Citizen().start()
    files = [paper("een.pdf", different(1)), paper("twee.txt", b"tekst"), paper("drie.jpg", papers.picture())]
    assert citizen.fill_in(1, waar="Hier", plannen=files).status_code == 302
    assert names(citizen) == ["een.pdf", "twee.txt", "drie.jpg"]
    page = page_of(citizen.get("step", 1))
    rows = [row.get_text(" ", strip=True) for row in page.select(".loket-file")]
    assert [row.split()[0] for row in rows] == names(citizen)
    assert all("bytes" in row or "KB" in row for row in rows)
    assert len(page.select("button[name=verwijder]")) == 3
    types = dict(Upload.objects.values_list("name", "media_type"))
    assert types == {"een.pdf": "application/pdf", "twee.txt": "text/plain", "drie.jpg": "image/jpeg"}


def test_one_more_is_added_to_those_that_are_there(version: FormVersion) -> None:
    citizen = Citizen().start()
    citizen.fill_in(1, waar="Hier", plannen=paper("een.pdf", different(1)))
    citizen.fill_in(1, waar="Hier", plannen=paper("twee.pdf", different(2)))
    assert names(citizen) == ["een.pdf", "twee.pdf"]


def test_same_file_sent_again_stays_there_once(version: FormVersion) -> None:
    citizen = Citizen().start()
    citizen.fill_in(1, waar="Hier", plannen=[paper(), paper()])
    citizen.fill_in(1, waar="Hier", plannen=paper())
    assert names(citizen) == ["plan.pdf"]
    assert Upload.objects.count() == 1


def test_required_question_is_satisfied_by_earlier_files(version: FormVersion) -> None:
    citizen = Citizen().start()
    response = citizen.fill_in(1, waar="Hier")
    assert "Voeg uw plannen toe" in errors(response)
    assert page_of(response).select_one('.govuk-error-summary a[href="#id_plannen"]')
    citizen.fill_in(1, waar="Hier", plannen=paper())
    assert citizen.fill_in(1, waar="Daar").status_code == 302
    assert citizen.fill_in(2, naam="An", email="an@example.org")["Location"] == citizen.address("check")
    assert citizen.get("check").status_code == 200


def test_add_button_stays_on_the_page_keeps_what_was_typed_and_judges_nothing_else(version: FormVersion) -> None:
    citizen = Citizen().start()
    response = citizen.fill_in(1, waar="", opmerking="Nog niet bewaard", plannen=paper(), toevoegen="plannen")
    assert response.status_code == 200
    page = page_of(response)
    assert page.find(id="id_opmerking")["value"] == "Nog niet bewaard"
    assert page.select_one(".loket-file")
    assert not page.select_one(".govuk-error-summary")
    assert "waar" not in citizen.draft.answers


def test_good_files_are_kept_when_others_or_other_answers_are_wrong(version: FormVersion) -> None:
    citizen = Citizen().start()
    files = [paper("goed.pdf"), paper("fout.pdf", b"MZ" + b"\0" * 100), paper("leeg.pdf", b"")]
    response = citizen.fill_in(1, waar="", opmerking="Blijft", plannen=files)
    assert names(citizen) == ["goed.pdf"]
    told = errors(response)
    assert "fout.pdf: We kunnen dit bestand niet lezen als PDF" in told
    assert "leeg.pdf: Het bestand is leeg" in told
    assert "Waar is het?" in told
    page = page_of(response)
    assert [row.get_text(" ", strip=True).split()[0] for row in page.select(".loket-file")] == ["goed.pdf"]
    assert page.find(id="id_opmerking")["value"] == "Blijft"


def test_too_many_files_are_refused_by_name(version: FormVersion) -> None:
    citizen = Citizen().start()
    files = [paper(f"{number}.pdf", different(number)) for number in range(5)]
    told = errors(citizen.fill_in(1, waar="Hier", plannen=files))
    assert names(citizen) == ["0.pdf", "1.pdf", "2.pdf"]
    assert "3.pdf: U kunt hoogstens 3 bestanden toevoegen" in told
    assert "4.pdf:" in told


def test_too_large_file_is_refused_and_hardly_kept_on_the_way(version: FormVersion) -> None:
    citizen = Citizen().start()
    told = errors(citizen.fill_in(1, waar="Hier", plannen=paper("groot.pdf", papers.pdf(inside=b"%" * 3_000_000))))
    assert "groot.pdf: Het bestand is groter dan 2 MB" in told
    told = errors(citizen.fill_in(1, waar="Hier", plannen=paper("reus.pdf", papers.pdf(inside=b"%" * 30_000_000))))
    assert "reus.pdf: Het bestand is groter dan 2 MB" in told
    assert not Upload.objects.exists()


def test_all_files_of_a_form_together_have_a_limit(version: FormVersion) -> None:
    citizen = Citizen().start()
    citizen.fill_in(1, waar="Hier", plannen=paper("een.pdf"))
    Upload.objects.update(size=MOST_IN_ALL - 100)
    told = errors(citizen.fill_in(1, waar="Hier", plannen=paper("twee.pdf", different(2))))
    assert "twee.pdf: Alle bestanden samen mogen 100 MB groot zijn" in told
    assert names(citizen) == ["een.pdf"]


def test_picture_among_the_files_is_made_anew(version: FormVersion) -> None:
    citizen = Citizen().start()
    exif = Image.Exif()
    exif[0x010F] = "planted-maker"
    photo = builder.picture(kind="HEIF", name="IMG_1.HEIC", exif=exif)
    assert b"planted" in photo.read()
    photo.seek(0)
    citizen.fill_in(1, waar="Hier", plannen=photo)
    upload = Upload.objects.get()
    assert (upload.media_type, upload.is_picture) == ("image/jpeg", True)
    content = upload.file.open("rb").read()
    assert content.startswith(b"\xff\xd8\xff")
    assert b"planted" not in content


# --- Removing ---------------------------------------------------------------------------------------------------------


def with_files(citizen: Citizen, count: int = 2) -> list[str]:
    citizen.fill_in(1, waar="Hier", plannen=[paper(f"{n}.pdf", different(n)) for n in range(count)])
    return [item["upload"] for item in citizen.draft.answers["plannen"]]


def test_removing_one_keeps_the_others_and_what_was_typed(version: FormVersion) -> None:
    citizen = Citizen().start()
    first, second = with_files(citizen)
    file = Upload.objects.get(pk=first).file
    with TestCase.captureOnCommitCallbacks(execute=True):
        response = citizen.fill_in(1, waar="", opmerking="Blijft", verwijder=f"plannen/{first}")
    page = page_of(response)
    assert page.find(id="id_opmerking")["value"] == "Blijft"
    assert not page.select_one(".govuk-error-summary")
    assert [item["upload"] for item in citizen.draft.answers["plannen"]] == [second]
    assert not file.storage.exists(file.name)
    citizen.fill_in(1, verwijder=f"plannen/{first}")  # a second click
    citizen.fill_in(1, verwijder=f"plannen/{second}")
    assert "plannen" not in citizen.draft.answers
    assert not Upload.objects.exists()


def test_removing_one_while_another_was_chosen_loses_neither(version: FormVersion) -> None:
    citizen = Citizen().start()
    first, _second = with_files(citizen)
    citizen.fill_in(1, waar="", plannen=paper("nieuw.pdf", different(9)), verwijder=f"plannen/{first}")
    assert names(citizen) == ["1.pdf", "nieuw.pdf"]


@pytest.mark.parametrize("what", ["plannen/", "plannen/onzin", "waar/x", "waar", "onbekend/x", "/", "x" * 5000])
def test_removing_what_is_not_there_changes_no_other_answer(version: FormVersion, what: str) -> None:
    citizen = Citizen().start()
    with_files(citizen)
    assert citizen.fill_in(1, waar="Hier", verwijder=what).status_code == 200
    assert citizen.draft.answers["waar"] == "Hier"


def test_file_of_another_question_or_person_is_not_removed(version: FormVersion) -> None:
    citizen, stranger = Citizen().start(), Citizen().start()
    first, _second = with_files(citizen)
    stranger.fill_in(1, verwijder=f"plannen/{first}")
    citizen.fill_in(1, verwijder=f"waar/{first}")
    assert len(names(citizen)) == 2


# --- Without leaving the page -----------------------------------------------------------------------------------------


def post(citizen: Citizen, **data: Any) -> Any:
    return citizen.client.post(citizen.address("files"), {"vraag": "plannen"} | data)


def test_script_adds_and_removes_one_file_at_a_time(version: FormVersion) -> None:
    citizen = Citizen().start()
    answer = post(citizen, plannen=paper("een.pdf"))
    assert answer.status_code == 200
    assert answer.json()["errors"] == []
    assert "een.pdf" in answer.json()["list"]
    refused = post(citizen, plannen=paper("fout.pdf", b"MZ"))
    assert "fout.pdf: We kunnen dit bestand niet lezen als PDF" in refused.json()["errors"][0]
    assert "een.pdf" in refused.json()["list"]
    assert names(citizen) == ["een.pdf"]
    removed = post(citizen, verwijder=citizen.draft.answers["plannen"][0]["upload"])
    assert "loket-file" not in removed.json()["list"]
    assert names(citizen) == []


@pytest.mark.parametrize("key", ["waar", "naam", "onbekend", "", "x" * 5000, "plannen\x00"])
def test_script_cannot_add_to_another_kind_of_question(version: FormVersion, key: str) -> None:
    citizen = Citizen().start()
    assert post(citizen, vraag=key, plannen=paper()).status_code in {400, 404}
    assert citizen.draft.answers == {}


def test_script_needs_the_token_of_the_page_and_the_session_of_the_form(version: FormVersion) -> None:
    citizen = Citizen().start()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = citizen.client.cookies
    for page in ("files", "step"):
        address = citizen.address(page, *([1] if page == "step" else []))
        assert strict.post(address, {"vraag": "plannen", "plannen": paper()}).status_code == 403
    assert citizen.client.get(citizen.address("files")).status_code == 405
    for client in (Client(), Citizen().start().client):
        assert client.post(citizen.address("files"), {"vraag": "plannen", "plannen": paper()}).status_code == 404
    assert not Upload.objects.exists()


def test_nothing_is_added_to_a_form_that_was_sent(version: FormVersion) -> None:
    citizen = sent()
    assert post(citizen, plannen=paper("later.pdf", different(7))).status_code == 302
    assert Upload.objects.count() == 1


@given(name=st.text(max_size=60), content=st.binary(max_size=300), kind=st.text(max_size=30))
@settings(max_examples=60)
def test_no_upload_is_a_500(name: str, content: bytes, kind: str) -> None:
    """Any name, any bytes, any type: an answer with a sentence, by both doors."""
    if not FormVersion.objects.exists():
        builder.published_form(builder.step("Plannen", PLANS), builder.step("Wie", builder.NAME, builder.EMAIL))
    citizen = Citizen().start()
    file = SimpleUploadedFile("x", content, kind.encode("ascii", "ignore").decode() or "a/b")
    file._name = name.replace("\r", "").replace("\n", "")  # as a hostile browser would send it
    assert post(citizen, plannen=file).status_code == 200
    file.seek(0)
    assert citizen.fill_in(1, plannen=file).status_code in {200, 302}


# --- Sending, and who gets it afterwards ------------------------------------------------------------------------------


def sent(*files: SimpleUploadedFile) -> Citizen:
    citizen = Citizen().start()
    citizen.fill_in(1, waar="Hier", plannen=list(files) or [paper()])
    citizen.fill_in(2, naam="Fatima", email="fatima@example.org")
    assert "plan" in page_of(citizen.get("check")).main.get_text() or files
    assert citizen.send()["Location"] == citizen.address("done")
    return citizen


def scanned(upload: Upload, scan: Scan, **more: Any) -> Upload:
    Upload.objects.filter(pk=upload.pk).update(scan=scan, scanned_at=town.MONDAY, **more)
    return Upload.objects.get(pk=upload.pk)


def test_files_go_along_with_what_is_sent(version: FormVersion) -> None:
    sent(paper("een.pdf"), paper("twee.txt", b"tekst"))
    submission = Submission.objects.get()
    assert set(submission.uploads.values_list("name", flat=True)) == {"een.pdf", "twee.txt"}
    assert not Upload.objects.filter(draft__isnull=False).exists()
    answer = next(a for a in submission.answers["steps"][0]["answers"] if a["key"] == "plannen")
    assert answer["text"] == "een.pdf\ntwee.txt"
    assert [item["name"] for item in answer["value"]] == ["een.pdf", "twee.txt"]


def test_owner_takes_it_back_while_filling_in_and_nobody_else(version: FormVersion) -> None:
    citizen, stranger = Citizen().start(), Citizen().start()
    citizen.fill_in(1, waar="Hier", plannen=paper("mijn plan.pdf"))
    address = reverse("forms:file", args=[Upload.objects.get().pk])
    response = citizen.client.get(address)
    assert b"".join(response.streaming_content) == papers.pdf()
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == "attachment; filename*=UTF-8''mijn%20plan.pdf"
    assert {name: response[name] for name in HEADERS} == HEADERS
    assert "no-store" in response["Cache-Control"]
    clerk = Client()
    clerk.force_login(town.clerk())
    for client in (stranger.client, Client(), clerk):
        assert client.get(address).status_code == 404
    assert clerk.get(reverse("form_file", args=[Upload.objects.get().pk])).status_code == 404


def test_owner_cannot_take_it_back_after_sending(version: FormVersion) -> None:
    citizen = sent()
    assert citizen.client.get(reverse("forms:file", args=[Upload.objects.get().pk])).status_code == 404


def test_staff_takes_a_scanned_file_as_a_download_and_that_is_written_down(version: FormVersion) -> None:
    sent(paper("plan <b>.pdf"))
    upload = scanned(Upload.objects.get(), Scan.CLEAN)
    address = reverse("form_file", args=[upload.pk])
    client = Client()
    client.force_login(town.clerk())
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment;")
    assert {name: response[name] for name in HEADERS} == HEADERS
    entry = AccessLog.objects.get(model="forms.upload")
    assert (entry.action, entry.object_id) == ("download", str(upload.pk))

    client.force_login(town.staff("els", "dossiers.view_dossier", teams=(town.team("Andere dienst"),)))
    assert client.get(address).status_code == 404
    client.force_login(town.staff("jan", teams=(town.team(),)))
    assert client.get(address).status_code in {302, 403}
    assert Client().get(address).status_code == 302
    assert AccessLog.objects.filter(model="forms.upload").count() == 1


@pytest.mark.parametrize("scan", [Scan.NOT_SCANNED, Scan.FAILED])
def test_what_was_not_scanned_stays_closed_unless_the_town_says_otherwise(
    version: FormVersion, settings: Any, scan: Scan
) -> None:
    sent()
    upload = Upload.objects.get()
    if scan is Scan.FAILED:
        scanned(upload, scan)
    client = Client()
    client.force_login(town.clerk())
    address = reverse("form_file", args=[upload.pk])
    assert client.get(address).status_code == 403
    assert not AccessLog.objects.filter(model="forms.upload").exists()
    panel = page_of(client.get(Submission.objects.get().dossier.get_absolute_url()))
    assert "niet gescand" in panel.get_text()
    assert not panel.find("a", href=address)
    settings.UNSCANNED_FILES = True
    assert client.get(address).status_code == 200
    panel = page_of(client.get(Submission.objects.get().dossier.get_absolute_url()))
    assert "niet gescand" in panel.get_text()
    assert panel.find("a", href=address)


def test_picture_is_our_own_work_so_staff_sees_it_unscanned(version: FormVersion) -> None:
    sent(paper("foto.jpg", papers.picture()))
    upload = Upload.objects.get()
    client = Client()
    client.force_login(town.clerk())
    panel = page_of(client.get(Submission.objects.get().dossier.get_absolute_url()))
    assert panel.find("img", src=reverse("form_picture", args=[upload.pk]) + "?klein")
    assert client.get(reverse("form_picture", args=[upload.pk])).status_code == 200


def test_document_is_never_given_out_as_a_picture(version: FormVersion, settings: Any) -> None:
    sent()
    settings.UNSCANNED_FILES = False
    client = Client()
    client.force_login(town.clerk())
    address = reverse("form_picture", args=[Upload.objects.get().pk])
    for query in ("", "?klein"):
        assert client.get(address + query).status_code == 404


def test_infected_file_is_shown_as_such_and_given_to_nobody(version: FormVersion, settings: Any) -> None:
    settings.UNSCANNED_FILES = True
    sent(paper("foto.jpg", papers.picture()))
    upload = scanned(Upload.objects.get(), Scan.INFECTED, file="", thumbnail="", threat="Win.Test.Virus")
    client = Client()
    client.force_login(town.clerk())
    for name in ("form_file", "form_picture"):
        assert client.get(reverse(name, args=[upload.pk])).status_code in {403, 404}
        assert client.get(reverse(name, args=[upload.pk]) + "?klein").status_code in {403, 404}
    panel = page_of(client.get(Submission.objects.get().dossier.get_absolute_url())).get_text(" ", strip=True)
    assert "virus gevonden" in panel
    assert "Win.Test.Virus" in panel


def test_name_on_disk_is_ours(version: FormVersion) -> None:
    sent(paper("geheim dossier Peeters.pdf"))
    upload = Upload.objects.get()
    assert upload.file.name.endswith(f"/{upload.pk}/bestand.pdf")


# --- The editor -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        {"kinds": [], "max_files": 1, "max_megabytes": 1},
        {"kinds": ["exe"], "max_files": 1, "max_megabytes": 1},
        {"kinds": ["pdf"], "max_files": 0, "max_megabytes": 1},
        {"kinds": ["pdf"], "max_files": 21, "max_megabytes": 1},
        {"kinds": ["pdf"], "max_files": 1, "max_megabytes": 26},
        {"kinds": ["pdf"], "max_files": None, "max_megabytes": None},
        {},
    ],
)
def test_limits_outside_the_bounds_are_not_published(value: dict[str, Any]) -> None:
    found = registry["files"].problems(value, "Hier")
    assert found
    assert {problem.where for problem in found} == {"Hier"}


def test_limits_are_told_to_the_citizen(version: FormVersion) -> None:
    hint = page_of(Citizen().start().get("step", 1)).find(id="id_plannen_helptext").get_text()
    assert "Een plan per bestand" in hint
    assert "3 bestanden van elk hoogstens 2 MB" in hint
    assert "PDF, Word (.docx)" in hint


def test_presence_is_what_a_condition_sees() -> None:
    field_type = registry["files"]
    assert field_type.comparable([{"upload": "x", "name": "a.pdf"}], {}) == "filled"
    assert field_type.comparable([], {}) is None
    assert field_type.comparable(None, {}) is None
