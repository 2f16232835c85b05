"""A whole life is planted, its term passes, the list is approved and carried out: no trace of it is left anywhere.

And the opposite: of who is not due, everything stays.
"""

from datetime import date, datetime, time, timedelta
from typing import Any
from unittest import mock

import pytest
from django.apps import apps
from django.utils import timezone
from django.utils.module_loading import import_string

from core import erasing, schedules
from core.actors import Actor
from core.keeping import years_later
from core.models import DoomedFile, User
from dossiers.actions import retention
from dossiers.erasing import DossierEraser
from dossiers.models import DestructionList
from forms.erasing import FormEraser
from tests import town
from tests.dossiers import talking
from tests.life import YEARS, Life, a_town
from tests.traces import traces

pytestmark = [pytest.mark.django_db, pytest.mark.both]

BIRTH = "1931-02-03"


def years_after(life: Life, years: int, *, days: int = 0) -> datetime:
    """Noon of the day that is so many years after the end of its dossier."""
    day = years_later(timezone.localdate(life.ended_at), years) + timedelta(days=days)
    return datetime.combine(day, time(12), town.BRUSSELS)


NOT_PLANTED = {
    "dossiers_notification.pdf",  # a path; the file itself is looked into
    "dossiers_notification.pdf_digest",
    "forms_cosignlink",  # the hash of a token
    "parties_lookalike",  # which two, and words of ours
    "parties_partyevent.what",  # names of fields
}
"""What goes with a dossier or a person and holds no word of theirs."""


def not_planted(planted: list[str]) -> set[str]:
    """Columns (and rows) that are to be erased and in which nothing was planted: nobody would see whether they are."""
    wanted = set()
    for label, columns in erasing.places.items():
        table = apps.get_model(label)._meta.db_table
        for name, place in columns.items():
            if place.fate in (erasing.Fate.DOSSIER, erasing.Fate.PARTY):
                wanted.add(table if name == erasing.ROW else f"{table}.{name}")
    return wanted - set(planted) - {place.partition(".")[0] for place in planted}


def clock_at(at: datetime) -> None:
    """Let every job of Loket come round at that moment, as the worker does; and what it did is final."""
    with mock.patch("django.utils.timezone.now", return_value=at):
        for job in schedules.declared.values():
            import_string(job.function)()
        erasing.remove_doomed()


def carried_out(at: datetime, preparer: User, officer: User) -> None:
    for made in DestructionList.objects.filter(state="proposed"):
        retention.prepare(made=made, by=Actor.staff(preparer), at=at)
        number = made.items.filter(state="waiting").count()
        retention.approve(made=made, number=number, by=Actor.staff(officer), at=at)
    clock_at(at)


@pytest.fixture
def officers() -> tuple[User, User]:
    return talking.in_role("Beheerder", "marc"), talking.in_role("Functionaris gegevensbescherming", "fg")


@pytest.fixture
def lives() -> tuple[Life, Life]:
    """One whose dossier is due, and one whose dossier ended a month later."""
    place = a_town()
    life = Life(place, "zqx", "85.07.30-033.28", "0470990011", date(1931, 2, 3))
    other = Life(place, "wvk", "98.47.28-997.65", "0470880022", date(1932, 3, 4), days=34)
    life.live()
    other.live()
    return life, other


def test_no_trace_is_left_of_who_is_due_and_everything_of_who_is_not(
    lives: tuple[Life, Life], officers: tuple[User, User]
) -> None:
    life, other = lives
    planted = traces(*life.planted)
    assert not_planted(planted) == NOT_PLANTED, " ".join(sorted(not_planted(planted)))
    assert any(place.startswith("file letters/") for place in planted)
    clock_at(life.ended_at + timedelta(days=100))  # reminders and other messages leave in their time
    clock_at(years_after(life, YEARS, days=-1))
    assert not DestructionList.objects.exists()

    due = years_after(life, YEARS)
    clock_at(due)
    kept = traces(*other.planted)
    carried_out(due, *officers)
    assert DestructionList.objects.get().state == "done"
    # The dossier is gone; who it was about goes when the term of the register itself is over.
    left = traces(*life.planted)
    assert {place.partition("_")[0] for place in left} <= {"parties", "core"}, left
    assert traces(*other.planted) == kept

    later = years_after(life, 11)
    clock_at(later)
    carried_out(later, *officers)
    assert traces(*life.planted) == []
    assert not DoomedFile.objects.exists()


@pytest.mark.parametrize(
    ("eraser", "left"),
    [
        (FormEraser, {"forms_cosignature.name", "forms_submission.answers", "forms_upload.name"}),
        (DossierEraser, {"dossiers_event.reason", "dossiers_message.text", "dossiers_note.text"}),
    ],
)
def test_an_eraser_that_does_nothing_is_found_out(
    officers: tuple[User, User], monkeypatch: pytest.MonkeyPatch, eraser: type[Any], left: set[str]
) -> None:
    life = Life(a_town(), "zqx", "85.07.30-033.28", "0470990011", date(1931, 2, 3))
    life.live()
    monkeypatch.setattr(eraser, "erase", lambda self, dossier, *, at: None)
    due = years_after(life, YEARS)
    clock_at(due)
    carried_out(due, *officers)
    assert left <= set(traces(*life.planted))
