import itertools
from datetime import UTC, datetime, timedelta

import pytest
from django.db import models

from core.keyset import Page, paginate
from core.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.both]
AT = datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def staff() -> list[User]:
    """Ties in the name, ties and gaps in the last log-in."""
    seen = [AT, None, AT, AT + timedelta(microseconds=1), None, AT - timedelta(days=1), None]
    return [
        User.objects.create(username=f"user{number}", first_name=name, last_login=at)
        for number, (name, at) in enumerate(itertools.product(["An", "Bo"], seen))
    ]


def walk(queryset: models.QuerySet[User], order: list[str], size: int) -> list[Page[User]]:
    """Every page from the first to the last."""
    pages = [paginate(queryset, order=order, size=size)]
    while pages[-1].next_cursor:
        pages.append(paginate(queryset, order=order, size=size, cursor=pages[-1].next_cursor))
    return pages


def sorted_by_hand(staff: list[User], order: list[str]) -> list[User]:
    rows = sorted(staff, key=lambda user: user.pk, reverse=order[-1].startswith("-"))
    for name in reversed(order):
        field = name.removeprefix("-")
        with_value = [row for row in rows if getattr(row, field) is not None]
        with_value.sort(key=lambda row, field=field: getattr(row, field), reverse=name.startswith("-"))  # type: ignore[misc]
        rows = with_value + [row for row in rows if getattr(row, field) is None]
    return rows


@pytest.mark.parametrize("size", [1, 2, 3, 14, 50])
@pytest.mark.parametrize(
    "order", [["pk"], ["-pk"], ["first_name", "-last_login"], ["-last_login"], ["last_login", "-pk"], ["-first_name"]]
)
def test_every_row_once_there_and_back(staff: list[User], order: list[str], size: int) -> None:
    expected = sorted_by_hand(staff, order)
    pages = walk(User.objects.all(), order, size)
    assert [row for page in pages for row in page.rows] == expected

    assert pages[0].previous_cursor is None
    for earlier, later in itertools.pairwise(pages):
        back = paginate(User.objects.all(), order=order, size=size, cursor=later.previous_cursor)
        assert back.rows == earlier.rows
        assert (back.previous_cursor is None) == (earlier is pages[0])


def test_a_row_that_is_added_meanwhile_shows_nothing_twice(staff: list[User]) -> None:
    first = paginate(User.objects.all(), order=["-pk"], size=5)
    User.objects.create(username="new")
    second = paginate(User.objects.all(), order=["-pk"], size=5, cursor=first.next_cursor)

    assert second.rows == sorted(staff, key=lambda user: -user.pk)[5:10]


def test_a_page_is_one_query(staff: list[User], django_assert_num_queries: type) -> None:
    cursor = paginate(User.objects.all(), order=["-last_login"], size=5).next_cursor
    with django_assert_num_queries(1):
        paginate(User.objects.all(), order=["-last_login"], size=5, cursor=cursor)


def test_an_empty_list_is_an_empty_page() -> None:
    assert paginate(User.objects.none(), order=["pk"]) == Page([], None, None)


def test_a_cursor_that_is_not_ours_gives_the_first_page(staff: list[User]) -> None:
    first = paginate(User.objects.all(), order=["pk"], size=5)
    assert first.next_cursor is not None
    of_another_order = paginate(User.objects.all(), order=["-pk"], size=5).next_cursor

    for cursor in ["nonsense", first.next_cursor + "x", of_another_order, "\x00"]:
        assert paginate(User.objects.all(), order=["pk"], size=5, cursor=cursor) == first


def test_a_cursor_beyond_the_end_gives_the_first_page(staff: list[User]) -> None:
    first = paginate(User.objects.all(), order=["pk"], size=13)
    User.objects.filter(pk=staff[-1].pk).delete()

    assert paginate(User.objects.all(), order=["pk"], size=13, cursor=first.next_cursor).rows == staff[:13]


def test_only_a_column_can_order_a_list() -> None:
    with pytest.raises(TypeError, match="groups"):
        paginate(User.objects.all(), order=["groups"])
