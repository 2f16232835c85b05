"""Everything that can hold words has a place; files go after the change is final; technical terms go every night."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone
from django_q.models import Failure, Schedule

from core import erasing, forgetting, keeping
from core.models import AccessLog, DoomedFile, KeepingTerm, User
from tests import town

pytestmark = pytest.mark.django_db


# --- Where everything belongs


def test_every_column_that_can_hold_words_has_a_place() -> None:
    assert erasing.without_a_place() == []


@pytest.mark.parametrize("label", ["dossiers.Note", "parties.PartyNote", "forms.Submission", "core.AccessLog"])
def test_a_model_that_nobody_names_is_found(monkeypatch: pytest.MonkeyPatch, label: str) -> None:
    monkeypatch.delitem(erasing.places, label)
    assert [each for each in erasing.without_a_place() if each.startswith(f"{label}.")]


def test_a_new_column_beside_known_ones_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    known = erasing.places["dossiers.Contact"]
    monkeypatch.setitem(
        erasing.places, "dossiers.Contact", {name: place for name, place in known.items() if name != "body"}
    )
    assert erasing.without_a_place() == ["dossiers.Contact.body"]


def test_a_column_that_is_gone_and_a_term_that_nobody_keeps_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = {erasing.ROW: erasing.Place(erasing.Fate.DOSSIER), "weg": erasing.Place(erasing.Fate.TERM, "nooit")}
    monkeypatch.setitem(erasing.places, "dossiers.Note", gone)
    assert erasing.without_a_place() == ["dossiers.Note.weg (is not there)", "dossiers.Note: no term nooit"]


def test_a_column_has_one_place() -> None:
    with pytest.raises(ValueError, match="has a place already"):
        erasing.goes_with_dossier("dossiers.Note")


# --- Files


def stored(name: str = "map/brief.txt") -> str:
    return str(storages["private"].save(name, ContentFile(b"geheim")))


def test_a_file_goes_when_the_change_is_final(django_capture_on_commit_callbacks: Any) -> None:
    path = stored()
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        erasing.doom_paths([path], at=town.MONDAY)
        assert storages["private"].exists(path)
    assert not storages["private"].exists(path)
    assert not DoomedFile.objects.exists()


def test_a_change_that_is_undone_keeps_its_files(django_capture_on_commit_callbacks: Any) -> None:
    path = stored()
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        erasing.doom_paths([path], at=town.MONDAY)
        transaction.set_rollback(True)
    assert erasing.remove_doomed() == 0
    assert storages["private"].exists(path)


def test_what_the_storage_refuses_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    path = stored()
    erasing.doom_paths([path, ""], at=town.MONDAY)
    private = storages["private"]
    with monkeypatch.context() as patch:
        patch.setattr(private, "delete", lambda name: (_ for _ in ()).throw(PermissionError(name)))
        assert erasing.remove_doomed() == 1
    assert erasing.remove_doomed() == 0
    assert not private.exists(path)


def test_a_file_that_is_gone_already_is_done() -> None:
    erasing.doom_paths(["nergens/iets.pdf"], at=town.MONDAY)
    assert erasing.remove_doomed() == 0
    assert not DoomedFile.objects.exists()


# --- Years


@pytest.mark.parametrize(
    ("day", "years", "over"),
    [("2020-03-10", 5, "2025-03-10"), ("2020-02-29", 5, "2025-03-01"), ("2020-02-29", 4, "2024-02-29")],
)
def test_full_years(day: str, years: int, over: str) -> None:
    assert keeping.years_later(datetime.fromisoformat(day).date(), years) == datetime.fromisoformat(over).date()


def test_reading_backwards_agrees_with_reading_forwards() -> None:
    """For every day around a 29th of February: over on a day is exactly what is due on that day."""
    begin = datetime(2023, 12, 25, 12, tzinfo=town.BRUSSELS)
    for number in range(800):
        today = begin + timedelta(days=number)
        for years in (1, 4):
            last = keeping.years_before(today, years)
            assert keeping.years_later(last, years) <= today.date()
            assert keeping.years_later(last + timedelta(days=1), years) > today.date()


# --- Technical terms


def test_they_go_every_night_and_files_every_five_minutes() -> None:
    assert Schedule.objects.get(func="core.forgetting.forget_all").minutes == 24 * 60
    assert Schedule.objects.get(func="core.forgetting.remove_files").minutes == 5


def test_the_access_log_is_kept_as_long_as_the_town_chose() -> None:
    user = User.objects.create_user("an")
    now = timezone.now()
    for years, days in ((3, 0), (2, 364), (0, 0)):
        at = now.replace(year=now.year - years, month=6, day=15) + timedelta(days=days)
        AccessLog.objects.record(user=user, action="view", obj=user, at=at)
    KeepingTerm.objects.create(what=keeping.ACCESS_LOG, years=3, source="Besluit van de gemeenteraad")
    forgetting.forget_access_log(now.replace(month=6, day=15))
    assert AccessLog.objects.count() == 2
    assert "3 jaar" in erasing.terms["access log"].kept_words


def test_while_nobody_chose_it_is_kept_ten_years() -> None:
    user = User.objects.create_user("an")
    AccessLog.objects.record(user=user, action="view", obj=user, at=town.MONDAY)
    forgetting.forget_access_log(town.MONDAY.replace(year=2036) - timedelta(days=1))
    assert AccessLog.objects.exists()
    forgetting.forget_access_log(town.MONDAY.replace(year=2036))
    assert not AccessLog.objects.exists()


def test_sessions_and_reports_of_failed_jobs_go() -> None:
    now = timezone.now()
    for key, expires in (("oud", now - timedelta(seconds=1)), ("nieuw", now + timedelta(days=1))):
        Session.objects.create(session_key=key, session_data="x", expire_date=expires)
    for number, age in enumerate((31, 29)):
        stopped = now - timedelta(days=age)
        Failure.objects.create(
            id=f"{number}", name="n", func="f", result="Fatima", started=stopped, stopped=stopped, success=False
        )
    assert erasing.forget_all(at=now) == []
    assert [session.session_key for session in Session.objects.all()] == ["nieuw"]
    assert [failure.pk for failure in Failure.objects.all()] == ["1"]


def test_a_term_that_fails_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[datetime] = []
    broken = erasing.Term("x", "x", "x", run=lambda at: 1 / 0)
    monkeypatch.setattr(erasing.terms, "_members", {"kapot": broken, "goed": erasing.Term("x", "x", "x", ran.append)})
    assert erasing.forget_all(at=town.MONDAY) == ["kapot"]
    assert ran == [town.MONDAY]
    with pytest.raises(forgetting.NotForgotten, match="kapot"):  # the job itself ends as a failed one
        forgetting.forget_all()
