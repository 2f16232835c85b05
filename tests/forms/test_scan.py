"""The virus scan of files: at once when the scanner answers, else later; and what follows when it finds one."""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client, TestCase
from django.urls import reverse

from cms.checks import files_are_scanned
from dossiers.models import Event
from dossiers.models.event import EventKind
from forms import actions, tasks
from forms.models import Submission, Upload
from integrations.models import Delivery
from integrations.scanning import Scan
from tests import papers, scanner, town
from tests.forms import builder
from tests.forms.builder import Citizen
from tests.forms.test_files import different, errors, names, page_of, paper, sent, version

__all__ = ["version"]

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture(scope="module")
def running() -> Iterator[scanner.Clamd]:
    with scanner.clamd() as clamd:
        yield clamd


@pytest.fixture
def clamd(running: scanner.Clamd, settings: Any) -> scanner.Clamd:
    settings.CLAMAV = running.address
    return running


@pytest.fixture
def own_clamd(settings: Any) -> Iterator[scanner.Clamd]:
    """One that a test may stop."""
    with scanner.clamd(tcp=True) as clamd:
        settings.CLAMAV = clamd.address
        yield clamd


def virus(name: str = "plan.txt") -> Any:
    return paper(name, papers.EICAR)


def upload() -> Upload:
    return Upload.objects.get()


def later(minutes: float = 1) -> Any:
    """The moment of a sweep: the files of the tests came in now."""
    return actions.scan_waiting(at=Upload.objects.latest("uploaded_at").uploaded_at + timedelta(minutes=minutes))


# --- At once ----------------------------------------------------------------------------------------------------------


def test_clean_file_is_known_to_be_clean_at_once(version: Any, clamd: scanner.Clamd) -> None:
    citizen = Citizen().start()
    citizen.fill_in(1, waar="Hier", plannen=[paper(), paper("foto.jpg", papers.picture())])
    for kept in Upload.objects.all():
        assert (kept.scan, kept.scanned_at) == (Scan.CLEAN, kept.uploaded_at)


def test_virus_is_refused_at_its_place_and_the_others_are_kept(version: Any, clamd: scanner.Clamd) -> None:
    citizen = Citizen().start()
    wrapped = papers.office(**{"word/media/x.txt": papers.EICAR})
    files = [virus(), paper("brief.docx", wrapped), paper("goed.pdf", different(1))]
    response = citizen.fill_in(1, waar="Hier", opmerking="Blijft", plannen=files)
    told = errors(response)
    assert "plan.txt: In dit bestand zit een virus" in told
    assert "brief.docx: In dit bestand zit een virus" in told
    assert names(citizen) == ["goed.pdf"]
    assert page_of(response).find(id="id_opmerking")["value"] == "Blijft"


def test_virus_in_a_photo_is_refused(clamd: scanner.Clamd) -> None:
    builder.published_form(
        builder.step("Foto", builder.WHERE, builder.PHOTO), builder.step("Wie", builder.NAME, builder.EMAIL)
    )
    citizen = Citizen().start()
    content = papers.picture() + papers.EICAR
    assert "In dit bestand zit een virus" in errors(citizen.fill_in(1, waar="Hier", foto=paper("foto.jpg", content)))
    assert not Upload.objects.exists()


@pytest.mark.parametrize("away", ["dead", "silent"])
def test_scanner_that_is_away_or_slow_holds_nobody_up(version: Any, settings: Any, monkeypatch: Any, away: str) -> None:
    monkeypatch.setattr("integrations.scanning.AT_UPLOAD", 0.5)
    citizen = Citizen().start()
    files = [paper(f"{number}.pdf", different(number)) for number in range(3)]
    with scanner.silent() as silent:
        settings.CLAMAV = scanner.nobody() if away == "dead" else silent
        started = time.monotonic()
        assert citizen.fill_in(1, waar="Hier", plannen=files).status_code == 302
        assert time.monotonic() - started < 5  # half a second for all three, and the work itself
    assert list(Upload.objects.values_list("scan", "scanned_at")) == [(Scan.NOT_SCANNED, None)] * 3


# --- Later ------------------------------------------------------------------------------------------------------------


def test_file_that_came_in_without_scanner_is_scanned_later(version: Any, settings: Any, running: Any) -> None:
    sent(paper(), paper("foto.jpg", papers.picture()))
    assert later() == 0  # there is none yet
    settings.CLAMAV = running.address
    assert later() == 2
    assert set(Upload.objects.values_list("scan", flat=True)) == {Scan.CLEAN}
    assert later(5) == 0
    client = Client()
    client.force_login(town.clerk())
    document = Upload.objects.get(name="plan.pdf")
    assert client.get(reverse("form_file", args=[document.pk])).status_code == 200


def test_virus_that_is_found_later_is_thrown_away_and_staff_is_told(version: Any, settings: Any, running: Any) -> None:
    sent(virus())
    file = upload().file
    settings.CLAMAV = running.address
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert later() == 1
    found = upload()
    assert (found.scan, found.threat, found.file.name) == (Scan.INFECTED, scanner.VIRUS, "")
    assert not file.storage.exists(file.name)
    client = Client()
    client.force_login(town.clerk())
    assert client.get(reverse("form_file", args=[found.pk])).status_code == 403
    page = client.get(Submission.objects.get().dossier.get_absolute_url())
    assert scanner.VIRUS in BeautifulSoup(page.content, "html.parser").get_text()


def told() -> list[Event]:
    return list(Event.objects.filter(kind=EventKind.FOLLOW_UP))


def test_whoever_handles_the_dossier_is_told_once_for_each_file(version: Any, settings: Any, running: Any) -> None:
    sent(virus("fatima.txt"), virus("ook.txt"), paper("goed.pdf"))
    settings.CLAMAV = running.address
    assert later() == 3
    first, second = told()
    assert first.dossier == second.dossier == Submission.objects.get().dossier
    assert scanner.VIRUS in first.reason
    assert first.reason.endswith("Vraag een ander bestand.")
    assert "fatima.txt" not in first.reason, "history outlives what is personal"
    mails = Delivery.objects.filter(payload__subject__startswith="Vraagt opvolging")
    assert [mail.payload["to"] for mail in mails] == [["ruimte@mortsel.example"]] * 2
    later(60 * 24 * 2)
    for bad in Upload.objects.filter(scan=Scan.INFECTED):
        actions.record_verdict(upload=bad, verdict=actions.Verdict(Scan.INFECTED, "x"), at=town.MONDAY)
    assert told() == [first, second]
    assert mails.count() == 2


@pytest.mark.parametrize("scan", [Scan.CLEAN, Scan.FAILED])
def test_other_verdicts_tell_nobody(version: Any, scan: Scan) -> None:
    sent(paper())
    actions.record_verdict(upload=upload(), verdict=actions.Verdict(scan), at=town.MONDAY)
    assert upload().scan == scan
    assert told() == []


def test_verdict_that_comes_in_while_the_form_is_being_sent_is_told_too(version: Any) -> None:
    citizen = Citizen().start()
    citizen.fill_in(1, waar="Hier", plannen=[paper()])
    citizen.fill_in(2, naam="An", email="an@example.org")

    def scan(execute: Any, sql: str, *rest: Any) -> Any:
        """Just before the files are linked to what is sent."""
        if sql.startswith('UPDATE "forms_upload" SET') and '"submission_id" = ' in sql.partition("WHERE")[0]:
            actions.record_verdict(upload=upload(), verdict=actions.Verdict(Scan.INFECTED, "Eicar"), at=town.MONDAY)
            assert told() == []
        return execute(sql, *rest)

    with connection.execute_wrapper(scan):
        assert citizen.send()["Location"] == citizen.address("done")
    assert [event.dossier for event in told()] == [Submission.objects.get().dossier]


def test_virus_that_is_found_while_the_form_is_filled_in_must_be_removed(
    version: Any, settings: Any, running: Any
) -> None:
    citizen = Citizen().start()
    citizen.fill_in(1, waar="Hier", plannen=[virus("slecht.txt"), paper("goed.pdf")])
    citizen.fill_in(2, naam="An", email="an@example.org")
    settings.CLAMAV = running.address
    with TestCase.captureOnCommitCallbacks(execute=True):
        later()
    assert citizen.get("check")["Location"] == citizen.address("step", 1)
    assert citizen.send()["Location"] == citizen.address("step", 1)
    assert not Submission.objects.exists()
    bad = Upload.objects.get(scan=Scan.INFECTED)
    assert citizen.client.get(reverse("forms:file", args=[bad.pk])).status_code == 404
    page = page_of(citizen.get("step", 1))
    assert "virus gevonden" in page.select_one(".loket-file").get_text()
    assert "slecht.txt: In dit bestand zit een virus" in errors(citizen.fill_in(1, waar="Hier"))
    citizen.fill_in(1, verwijder=f"plannen/{bad.pk}")
    assert citizen.fill_in(1, waar="Hier").status_code == 302
    assert citizen.send()["Location"] == citizen.address("done")


def test_scanner_that_is_away_costs_no_file_a_turn(version: Any, settings: Any) -> None:
    sent(paper())
    due = upload().next_scan_at
    settings.CLAMAV = scanner.nobody()
    assert later() == later(30) == 0
    assert (upload().scan, upload().scan_attempts, upload().next_scan_at) == (Scan.NOT_SCANNED, 0, due)


def test_scanner_that_comes_back_goes_on(version: Any, own_clamd: scanner.Clamd) -> None:
    own_clamd.stop()
    sent(paper("een.pdf", different(1)))
    assert later() == 0
    own_clamd.start()
    assert later(2) == 1
    own_clamd.stop()
    own_clamd.start()
    citizen = Citizen().start()
    citizen.fill_in(1, waar="Hier", plannen=paper("twee.pdf", different(2)))
    assert set(Upload.objects.values_list("scan", flat=True)) == {Scan.CLEAN}


def test_file_that_gets_no_answer_waits_longer_each_time_and_in_the_end_a_day(
    version: Any, settings: Any, clamd: scanner.Clamd, monkeypatch: Any
) -> None:
    """The scanner lives, but hangs on this one."""
    settings.CLAMAV = ""
    sent(paper())
    settings.CLAMAV = clamd.address
    monkeypatch.setattr("integrations.scanning.IN_THE_BACKGROUND", 0.0)  # no answer is in time
    at = upload().uploaded_at
    waits = []
    while upload().scan == Scan.NOT_SCANNED:
        actions.scan_waiting(at=at)
        waits.append(upload().next_scan_at - at)
        at = upload().next_scan_at
    assert waits[0] >= timedelta(minutes=1)
    assert len(waits) > 5
    assert sum(waits[:-1], timedelta()) >= timedelta(hours=48)
    assert (upload().scan, waits[-1] >= timedelta(days=1)) == (Scan.FAILED, True)
    monkeypatch.undo()
    settings.CLAMAV = clamd.address
    assert actions.scan_waiting(at=at + timedelta(days=1)) == 1
    assert upload().scan == Scan.CLEAN


def test_file_that_is_larger_than_the_scanner_takes_is_never_called_clean(settings: Any, clamd: scanner.Clamd) -> None:
    plans = builder.question("files", "Plannen", key="plannen", kinds=["txt"], max_megabytes=25)
    builder.published_form(
        builder.step("Plannen", builder.WHERE, plans), builder.step("Wie", builder.NAME, builder.EMAIL)
    )
    citizen = Citizen().start()
    big = paper("groot.txt", b"a" * (scanner.STREAM_LIMIT + 1000) + papers.EICAR)
    assert citizen.fill_in(1, waar="Hier", plannen=big).status_code == 302
    later()
    assert upload().scan in {Scan.FAILED, Scan.NOT_SCANNED}
    assert not upload().is_open_to_staff


def test_worker_that_dies_half_way_leaves_the_file_to_the_next(
    version: Any, settings: Any, clamd: scanner.Clamd, monkeypatch: Any
) -> None:
    settings.CLAMAV = ""
    sent(paper())
    settings.CLAMAV = clamd.address

    def die(*args: Any, **kwargs: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr("integrations.scanning.judge", die)
        with pytest.raises(SystemExit):
            later()
    assert (upload().scan, upload().scan_attempts) == (Scan.NOT_SCANNED, 1)
    assert later(2) == 0  # perhaps it lives
    assert later(20) == 1
    assert upload().scan == Scan.CLEAN


def test_file_that_its_owner_removed_meanwhile_is_no_error(version: Any, clamd: scanner.Clamd) -> None:
    citizen = Citizen().start()
    citizen.fill_in(1, waar="Hier", plannen=paper())
    gone = upload()
    citizen.fill_in(1, verwijder=f"plannen/{gone.pk}")
    actions.record_verdict(upload=gone, verdict=actions.Verdict(Scan.INFECTED, "x"), at=town.MONDAY)
    assert not Upload.objects.exists()


def test_file_that_is_not_on_disk_does_not_hold_up_the_others(version: Any, settings: Any, running: Any) -> None:
    sent(paper("een.pdf", different(1)), paper("twee.pdf", different(2)))
    missing = Upload.objects.get(name="een.pdf")
    missing.file.storage.delete(missing.file.name)
    settings.CLAMAV = running.address
    assert later() == 1
    assert dict(Upload.objects.values_list("name", "scan")) == {"een.pdf": "not_scanned", "twee.pdf": "clean"}


# --- What the database and the town know ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"scan": "perhaps", "scanned_at": town.MONDAY},
        {"scan": "clean", "scanned_at": None},
        {"scan": "not_scanned", "scanned_at": town.MONDAY},
        {"scan": "infected", "scanned_at": town.MONDAY},
        {"file": ""},
    ],
)
def test_database_refuses_a_state_that_cannot_be(version: Any, wrong: dict[str, Any]) -> None:
    sent(paper())
    with pytest.raises(IntegrityError), transaction.atomic():
        Upload.objects.update(**wrong)


def test_production_without_scanner_is_warned(settings: Any) -> None:
    assert files_are_scanned(None) == []
    settings.PRODUCTION = True
    settings.UNSCANNED_FILES = False
    assert "staff cannot open them" in files_are_scanned(None)[0].msg
    settings.UNSCANNED_FILES = True
    assert "open them unscanned" in files_are_scanned(None)[0].msg
    settings.CLAMAV = "tcp://127.0.0.1:3310"
    assert files_are_scanned(None) == []


def test_jobs_are_on_the_schedule() -> None:
    from django_q.models import Schedule

    call_command("migrate", verbosity=0)
    found = dict(Schedule.objects.values_list("func", "minutes"))
    assert found["forms.tasks.scan_files"] == 1
    assert found["forms.tasks.remove_orphans"] == 24 * 60
    tasks.scan_files()
    tasks.remove_orphans()
