"""A party is recognised in one category at a time: the database sees to it."""

from datetime import date
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction

from parties.models import Party, Recognition, RecognitionCategory

pytestmark = [pytest.mark.django_db, pytest.mark.both]

MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)


@pytest.fixture
def club() -> Party:
    return Party.objects.create(kind=Party.Kind.ORGANISATION, name="Harmonie Sint-Cecilia")


@pytest.fixture
def category() -> RecognitionCategory:
    return RecognitionCategory.objects.create(code="A", name="Erkende vereniging")


def recognise(club: Party, category: RecognitionCategory, since: date, until: date | None = None) -> Recognition:
    return Recognition.objects.create(party=club, category=category, since=since, until=until)


def test_one_after_the_other(club: Party, category: RecognitionCategory) -> None:
    first = recognise(club, category, MAY, date(2026, 5, 31))
    second = recognise(club, category, JUNE)
    assert [Recognition.objects.on(day).get() for day in (MAY, date(2026, 5, 31), JUNE, JULY)] == [
        first,
        first,
        second,
        second,
    ]


@pytest.mark.parametrize(
    ("since", "until"), [(MAY, None), (JUNE, JUNE), (JULY, None), (date(2026, 1, 1), MAY), (MAY, MAY)]
)
def test_never_two_on_one_day(club: Party, category: RecognitionCategory, since: date, until: date | None) -> None:
    recognise(club, category, MAY)
    with pytest.raises(IntegrityError, match="overlapping days"), transaction.atomic():
        recognise(club, category, since, until)


def test_nor_by_changing_one(club: Party, category: RecognitionCategory) -> None:
    first = recognise(club, category, MAY, date(2026, 5, 31))
    recognise(club, category, JUNE)
    with pytest.raises(IntegrityError, match="overlapping days"), transaction.atomic():
        Recognition.objects.filter(pk=first.pk).update(until=JUNE)
    Recognition.objects.filter(pk=first.pk).update(until=date(2026, 5, 30))


def test_another_party_has_days_of_its_own(club: Party, category: RecognitionCategory) -> None:
    recognise(club, category, MAY)
    recognise(Party.objects.create(kind=Party.Kind.ORGANISATION, name="KSA"), category, MAY)
    assert Recognition.objects.on(JUNE).count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_at_once_are_not_both_let_in(club: Party, category: RecognitionCategory) -> None:
    start, outcomes = Barrier(4), []

    def write() -> None:
        start.wait()
        try:
            recognise(club, category, MAY)
            outcomes.append("in")
        except IntegrityError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["in", "refused", "refused", "refused"]
