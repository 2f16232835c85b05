"""Months of the survey that can change no more are added up once, and the figures stay what they were."""

from datetime import date, datetime

import pytest
from django.contrib.auth.models import Permission
from django.db import DatabaseError, transaction
from django.utils import timezone

from core.models import User
from dossiers import tasks
from dossiers.actions.tallying import tally_months
from dossiers.models import SurveyInvitation, SurveyResponse, SurveyTally, Team
from dossiers.satisfaction import Satisfaction
from dossiers.survey_figures import Said, said
from tests import town
from tests.dossiers import finished
from tests.dossiers.finished import FRIDAY

pytestmark = [pytest.mark.django_db, pytest.mark.both]

JANUARY, MARCH, MAY = (datetime(2026, month, 15, 12, tzinfo=town.BRUSSELS) for month in (1, 3, 5))
YEAR = {
    "since": datetime(2026, 1, 1, tzinfo=town.BRUSSELS),
    "until": datetime(2027, 1, 1, tzinfo=town.BRUSSELS),
}
AFTER = datetime(2026, 12, 24, 12, tzinfo=town.BRUSSELS)


def manager() -> User:
    user = User.objects.create_user("directie", password="a-good-password")
    wanted = ["view_survey_results", "view_all_survey_results"]
    user.user_permissions.set(Permission.objects.filter(codename__in=wanted))
    return user


def asked(at: datetime, *scores: int | None, number: int) -> SurveyInvitation:
    """In which month somebody was asked; three scores are an answer."""
    if scores:
        invitation = finished.answered(*scores, number=number).invitation
    else:
        dossier = finished.refused(name=f"Stille {number}", email=f"stil{number}@example.org")
        invitation = SurveyInvitation.objects.get(dossier=dossier)
    SurveyInvitation.objects.filter(pk=invitation.pk).update(asked_at=at)
    return invitation


def everything(user: User, **period: datetime) -> Satisfaction:
    return sum(figures(user, **period).values(), Satisfaction())


def figures(user: User, **period: datetime) -> Said:
    return said(user, **(YEAR | period), at=AFTER)


def a_year() -> None:
    """January with three, March with one, May with nobody who answered, and November, which is open."""
    for number, scores in enumerate([(4, 5, 3), (4, None, 5), (5, None, None)]):
        asked(JANUARY, *scores, number=number)
    asked(MARCH, 1, 1, 2, number=10)
    asked(MAY, number=20)
    asked(FRIDAY, 3, 3, 3, number=30)


def test_the_figures_are_the_same_before_and_after() -> None:
    a_year()
    user = manager()
    before = figures(user)
    assert everything(user).counts() | {"asked": 6, "answered": 5, "counted": 4} == everything(user).counts()

    assert tally_months(at=AFTER) == 10  # January to October
    assert figures(user) == before
    assert sorted({tally.month for tally in SurveyTally.objects.all()}) == [
        date(2026, 1, 1), date(2026, 3, 1), date(2026, 5, 1),
    ]  # fmt: skip


def test_what_was_added_up_is_not_read_again() -> None:
    a_year()
    tally_months(at=AFTER)
    asked(MARCH, 5, 5, 5, number=11)  # which cannot happen any more, and would be seen in the answers
    assert everything(manager()).counted == 4


def test_a_period_holds_its_own_months_only() -> None:
    a_year()
    tally_months(at=AFTER)
    user = manager()
    first = everything(user, until=datetime(2026, 4, 1, tzinfo=town.BRUSSELS))
    assert (first.asked, first.answered, first.counted) == (4, 4, 3)
    last = everything(user, since=datetime(2026, 10, 1, tzinfo=town.BRUSSELS))
    assert (last.asked, last.counted) == (1, 1)


@pytest.mark.parametrize(
    ("at", "tallied"),
    [
        (datetime(2026, 6, 15, 12, tzinfo=town.BRUSSELS), 0),
        (datetime(2026, 6, 30, 23, 59, tzinfo=town.BRUSSELS), 0),  # who was asked on 31 May can answer on 30 June
        (datetime(2026, 7, 1, 0, 59, tzinfo=town.BRUSSELS), 0),  # what was sent at 23:59 may be under way
        (datetime(2026, 7, 1, 1, 0, tzinfo=town.BRUSSELS), 1),
    ],
)
def test_a_month_waits_until_nobody_of_it_can_answer_any_more(at: datetime, tallied: int) -> None:
    asked(MAY, number=1)
    assert tally_months(at=at) == tallied
    assert SurveyTally.objects.count() == tallied


def test_the_last_day_of_a_month_is_in_it_by_our_clocks() -> None:
    asked(datetime(2026, 3, 31, 23, 30, tzinfo=town.BRUSSELS), number=1)
    asked(datetime(2026, 4, 1, 0, 30, tzinfo=town.BRUSSELS), number=2)  # in UTC still March
    tally_months(at=AFTER)
    assert list(SurveyTally.objects.order_by("month").values_list("month", "asked")) == [
        (date(2026, 3, 1), 1), (date(2026, 4, 1), 1),
    ]  # fmt: skip


def test_doing_it_again_changes_nothing() -> None:
    a_year()
    tally_months(at=AFTER)
    tallies = set(SurveyTally.objects.values_list())
    tally_months(at=AFTER)
    assert set(SurveyTally.objects.values_list()) == tallies


def test_of_another_team_nothing_is_added_up() -> None:
    a_year()
    tally_months(at=AFTER)
    user = User.objects.create_user("els", password="a-good-password")
    user.user_permissions.add(Permission.objects.get(codename="view_survey_results"))
    Team.objects.create(name="Elders", email="elders@mortsel.example").members.add(user)
    assert figures(user) == {}
    assert figures(User.objects.create_user("zonder", password="a-good-password")) == {}


def test_a_tally_cannot_be_changed() -> None:
    a_year()
    tally_months(at=AFTER)
    with pytest.raises(DatabaseError), transaction.atomic():
        SurveyTally.objects.update(asked=1000)


def test_the_night_does_it() -> None:
    asked(datetime(2020, 1, 15, 12, tzinfo=town.BRUSSELS), 4, 4, 4, number=1)
    assert SurveyResponse.objects.count() == 1
    tasks.tally_survey()
    assert SurveyTally.objects.get().month == date(2020, 1, 1) < timezone.localdate()


def test_without_any_question_there_is_nothing_to_do() -> None:
    assert tally_months(at=AFTER) == 0
