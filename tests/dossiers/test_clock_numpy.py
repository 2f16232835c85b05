"""The clock beside numpy's business days: another library, with the same calendar."""

from datetime import UTC, date, datetime, timedelta

import numpy
from hypothesis import given
from hypothesis import strategies as st

from dossiers.clock import BRUSSELS, Calendar, due_date, working_days
from tests.dossiers.test_clock import legal_holidays

moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001
closed = st.frozensets(st.dates(date(2020, 1, 1), date(2035, 12, 31)), max_size=20)
HOLIDAYS = sorted(day for year in range(2019, 2041) for day in legal_holidays(year))


def business_calendar(closing_days: frozenset[date]) -> numpy.busdaycalendar:
    return numpy.busdaycalendar(holidays=[numpy.datetime64(day) for day in [*HOLIDAYS, *closing_days]])


@given(moments, st.integers(1, 120), closed)
def test_the_due_date_is_numpys_business_day(start: datetime, days: int, closing_days: frozenset[date]) -> None:
    contact = numpy.datetime64(start.astimezone(BRUSSELS).date())
    # From the last business day on or before the contact, so many business days further.
    expected = numpy.busday_offset(contact, days, roll="backward", busdaycal=business_calendar(closing_days))
    assert due_date(start, days, Calendar(closing_days)) == expected.astype(date)


@given(moments, st.timedeltas(timedelta(0), timedelta(days=300)), closed)
def test_working_days_are_numpys_count(start: datetime, span: timedelta, closing_days: frozenset[date]) -> None:
    first, last = (moment.astimezone(BRUSSELS).date() + timedelta(days=1) for moment in (start, start + span))
    expected = numpy.busday_count(first, last, busdaycal=business_calendar(closing_days))
    assert working_days(start, start + span, Calendar(closing_days)) == expected
