"""The arithmetic of satisfaction (docs/rules/indicatoren.md), against a calculation of its own."""

from fractions import Fraction
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.satisfaction import Answers, Satisfaction, hidden, satisfaction, score, shown

item = st.none() | st.integers(1, 5)
people = st.lists(st.tuples(item, item, item), max_size=60)


@pytest.mark.parametrize(
    ("answers", "mean"),
    [
        ((4, 5, 3), Fraction(4)),
        ((4, None, 5), Fraction(9, 2)),
        ((1, 1, 2), Fraction(4, 3)),
        ((5, None, None), None),
        ((None, None, None), None),
    ],
)
def test_the_score_of_one_answer_is_the_mean_of_what_was_answered(answers: Answers, mean: Fraction | None) -> None:
    assert score(answers) == mean


def test_the_example_of_the_rules() -> None:
    said = satisfaction([((4, 5, 3), 1), ((4, None, 5), 1), ((5, None, None), 1), ((None, None, None), 2)])
    assert (said.asked, said.answered, said.counted) == (5, 3, 2)
    assert said.mean == Fraction(17, 4)
    assert said.rate == Fraction(3, 5)
    assert shown(Fraction(17, 4), 1) == 43


@given(people, st.integers(0, 5))
def test_the_mean_is_the_mean_of_the_means(answers: list[Answers], silent: int) -> None:
    said = satisfaction([*((one, 1) for one in answers), ((None, None, None), silent)])
    counting = [[value for value in one if value] for one in answers]
    means = [fmean(one) for one in counting if len(one) >= 2]
    assert said.asked == len(answers) + silent
    assert said.counted == len(means)
    assert said.answered == sum(bool(one) for one in counting)
    if means:
        assert said.mean is not None
        assert float(said.mean) == pytest.approx(fmean(means))
        assert 1 <= said.mean <= 5
    else:
        assert said.mean is None


@given(people)
def test_adding_up_in_groups_changes_nothing(answers: list[Answers]) -> None:
    counted: dict[Answers, int] = {}
    for one in answers:
        counted[one] = counted.get(one, 0) + 1
    assert satisfaction(counted.items()) == satisfaction((one, 1) for one in answers)


@given(people, people)
def test_what_two_groups_said_is_what_they_said_apart(some: list[Answers], others: list[Answers]) -> None:
    def said(answers: list[Answers]) -> Satisfaction:
        return satisfaction((one, 1) for one in answers)

    assert said(some) + said(others) == said(some + others)
    assert Satisfaction.of_counts(said(some).counts()) == said(some)


@given(people)
def test_each_question_adds_up_to_those_that_count(answers: list[Answers]) -> None:
    said = satisfaction((one, 1) for one in answers)
    counting = [one for one in answers if score(one) is not None]
    for position, question in enumerate(said.questions):
        given_scores = [one[position] for one in counting if one[position] is not None]
        assert question.answered == len(given_scores)
        assert {score: given_scores.count(score) for score in range(1, 6)} == dict(question.numbers)


def test_nobody_answered_is_not_known_and_never_zero() -> None:
    said = satisfaction([((None, None, None), 3)])
    assert (said.mean, said.rate) == (None, Fraction(0))
    assert satisfaction([]).rate is None


# --- Small groups -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counts", "not_shown"),
    [
        ({"web": 11, "desk": 3, "phone": 4}, {"desk", "phone"}),
        ({"web": 11, "desk": 3, "phone": 8}, {"desk", "phone"}),
        ({"web": 11, "desk": 0}, set()),
        ({"web": 5, "desk": 5}, set()),
        ({"web": 4}, {"web"}),
    ],
)
def test_groups_under_five_are_hidden_and_one_more_when_they_could_be_subtracted(
    counts: dict[str, int], not_shown: set[str]
) -> None:
    assert hidden(counts) == not_shown


@given(st.dictionaries(st.integers(), st.integers(0, 30), max_size=8))
def test_nothing_shown_is_small_and_nothing_hidden_can_be_subtracted(counts: dict[int, int]) -> None:
    out = hidden(counts)
    assert all(counts[key] == 0 or counts[key] >= 5 for key in counts.keys() - out)
    rest = sum(counts[key] for key in out)
    total = sum(counts.values())
    assert rest == 0 or rest >= 5 or rest == total


@given(st.fractions(0, 5), st.integers(0, 3))
def test_rounding_is_half_up(value: Fraction, decimals: int) -> None:
    rounded = Fraction(shown(value, decimals), 10**decimals)
    assert -Fraction(1, 2 * 10**decimals) < rounded - value <= Fraction(1, 2 * 10**decimals)
