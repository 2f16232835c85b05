"""What counts add up to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.funnel import LONGER, TIMES, Funnel, funnel, median_class, percentage, time_key, time_text

SCHEMA = {
    "steps": [
        {"title": "Het probleem", "fields": [{"slug": "wat", "label": "Wat is er aan de hand?"}]},
        {"title": "", "fields": [{"slug": "naam", "label": "Wat is uw naam?"}]},
    ]
}


@pytest.mark.parametrize(
    ("seconds", "key"),
    [(0, "5"), (4.9, "5"), (5, "10"), (59, "60"), (60, "90"), (3599, "3600"), (3600, LONGER), (1e9, LONGER)],
)
def test_time_is_counted_in_classes(seconds: float, key: str) -> None:
    assert time_key(seconds) == key


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("5", "0 tot 5 s"),
        ("45", "30 tot 45 s"),
        ("60", "45 tot 60 s"),
        ("90", "1 tot 1,5 min"),
        ("3600", "20 tot 60 min"),
        (LONGER, "meer dan 1 uur"),
        ("", ""),
    ],
)
def test_time_in_words(key: str, text: str) -> None:
    assert time_text(key) == text


@given(st.lists(st.floats(0, 10_000), min_size=1, max_size=51))
def test_median_class_holds_the_middle_time(times: list[float]) -> None:
    histogram: dict[str, int] = {}
    for time in times:
        histogram[time_key(time)] = histogram.get(time_key(time), 0) + 1
    assert median_class(histogram) == time_key(sorted(times)[(len(times) - 1) // 2])


def test_no_times_have_no_median() -> None:
    assert median_class({}) == ""


def test_nothing_adds_up_to_nothing() -> None:
    empty = funnel(SCHEMA, [])
    assert (empty.started, empty.sent, empty.sent_share, empty.stays_most) == (0, 0, 0, None)
    assert [step.title for step in empty.steps] == ["Het probleem", "Wat is uw naam?", "Kijk uw antwoorden na"]
    assert empty.questions == empty.devices == []
    assert Funnel().steps == []
    assert percentage(1, 0) == 0


def test_how_far_people_come_and_where_they_stay() -> None:
    use = funnel(
        SCHEMA,
        [
            (0, "started", "", 10),
            (1, "shown", "", 10),
            (1, "left", "", 9),
            (2, "shown", "", 9),
            (2, "left", "", 5),
            (3, "shown", "", 5),
            (3, "left", "", 4),
            (1, "time", "10", 6),
            (1, "time", "60", 3),
        ],
    )
    assert (use.started, use.sent, use.sent_share) == (10, 4, 40)
    assert [(step.shown, step.stayed, step.share, step.stayed_share) for step in use.steps] == [
        (10, 1, 100, 10),
        (9, 4, 90, 44),
        (5, 1, 50, 20),
    ]
    assert use.stays_most == use.steps[1]
    assert [step.median for step in use.steps] == ["5 tot 10 s", "", ""]
    assert [step.is_check for step in use.steps] == [False, False, True]


def test_page_that_asks_who_signs_too_comes_last_and_what_was_sent_takes_it_into_account() -> None:
    through = [(3, "shown", "", 9), (3, "left", "", 8), (4, "shown", "", 6), (4, "left", "", 4), (4, "refused", "", 2)]
    use = funnel(SCHEMA, [(0, "started", "", 10), *through, (4, "wrong", "@medeondertekenaar.email", 2)])
    last = use.steps[-1]
    assert (last.number, last.title, last.shown, last.stayed, last.refused) == (4, "Wie ondertekent mee?", 6, 2, 2)
    assert [step.is_check for step in use.steps] == [False, False, True, False]
    assert use.sent == 6, "two straight from the check page, four from the page after it"
    assert (use.questions[0].label, use.questions[0].step) == ("E-mailadres", "Wie ondertekent mee?")


@pytest.mark.parametrize(("cosigned", "pages"), [(True, 4), (False, 3)])
def test_page_that_asks_who_signs_too_shows_when_the_form_has_it(cosigned: bool, pages: int) -> None:
    assert len(funnel(SCHEMA, [(0, "started", "", 1)], cosigned=cosigned).steps) == pages


def test_worst_question_stands_first_by_share_and_not_by_number() -> None:
    use = funnel(
        SCHEMA,
        [
            (1, "shown", "", 100),
            (1, "wrong", "wat", 10),
            (2, "shown", "", 20),
            (2, "wrong", "naam", 5),
            (2, "wrong", "__all__", 1),
        ],
    )
    assert [(question.label, question.per_hundred) for question in use.questions] == [
        ("Wat is uw naam?", 25),
        ("Wat is er aan de hand?", 10),
        ("__all__", 5),
    ]
    assert use.questions[0].step == "Wat is uw naam?"


def test_devices_with_the_most_used_first() -> None:
    use = funnel(
        SCHEMA,
        [(0, "started", "", 8), (0, "device", "desktop", 2), (0, "device", "phone", 6), (0, "device_sent", "phone", 3)],
    )
    assert [(d.name, d.started, d.share, d.sent, d.sent_share) for d in use.devices] == [
        ("phone", 6, 75, 3, 50),
        ("desktop", 2, 25, 0, 0),
    ]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 4),
            st.sampled_from(["started", "shown", "left", "wrong", "time"]),
            st.sampled_from(["", *map(str, TIMES)]),
            st.integers(0, 5),
        )
    )
)
def test_any_counts_make_a_funnel_with_sensible_shares(lines: list[tuple[int, str, str, int]]) -> None:
    use = funnel(SCHEMA, lines)
    assert 0 <= use.sent_share <= 100
    assert all(0 <= step.share <= 100 and step.stayed >= 0 for step in use.steps)
