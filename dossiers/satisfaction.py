"""How satisfied citizens are: the arithmetic of the indicator ``satisfaction`` (docs/rules/indicatoren.md). Pure.

The rows come from ``SurveyInvitation.objects.answers_by()``. Everything is exact: fractions, rounded only when shown.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeVar

QUESTIONS = ("result", "speed", "treatment")
SCORES = (1, 2, 3, 4, 5)
COUNTS_FROM = 2
"""So many of the three must be answered."""
SMALLEST_GROUP = 5
"""Of fewer answers nothing is shown, to nobody: people could be recognised."""

Answers = tuple[int | None, int | None, int | None]
"""To the three questions in order; None is "not applicable"."""
Key = TypeVar("Key", bound=Hashable)


def score(answers: Answers) -> Fraction | None:
    """The mean of the answered items; None when too few were answered to count."""
    given = [answer for answer in answers if answer is not None]
    return Fraction(sum(given), len(given)) if len(given) >= COUNTS_FROM else None


@dataclass(frozen=True)
class Question:
    """How one question was answered, by those whose answer counts."""

    name: str
    numbers: Mapping[int, int]
    """Score → how many people gave it."""

    @property
    def answered(self) -> int:
        return sum(self.numbers.values())

    @property
    def is_shown(self) -> bool:
        return self.answered >= SMALLEST_GROUP

    @property
    def mean(self) -> Fraction | None:
        total = sum(score * number for score, number in self.numbers.items())
        return Fraction(total, self.answered) if self.answered else None


@dataclass(frozen=True)
class Satisfaction:
    """What a group of citizens said."""

    asked: int = 0
    answered: int = 0
    counted: int = 0
    total: Fraction = Fraction(0)
    questions: tuple[Question, ...] = field(default=())

    @property
    def mean(self) -> Fraction | None:
        return self.total / self.counted if self.counted else None

    @property
    def rate(self) -> Fraction | None:
        """The share of those who were asked that answered."""
        return Fraction(self.answered, self.asked) if self.asked else None

    @property
    def is_small(self) -> bool:
        return 0 < self.counted < SMALLEST_GROUP


def satisfaction(rows: Iterable[tuple[Answers, int]]) -> Satisfaction:
    """Adds up rows of (answers, how many invitations had just these); three times None is no answer at all."""
    asked = answered = counted = 0
    total = Fraction(0)
    numbers = {question: dict.fromkeys(SCORES, 0) for question in QUESTIONS}
    for answers, number in rows:
        asked += number
        if any(answer is not None for answer in answers):
            answered += number
        value = score(answers)
        if value is None:
            continue
        counted += number
        total += value * number
        for question, answer in zip(QUESTIONS, answers, strict=True):
            if answer is not None:
                numbers[question][answer] += number
    return Satisfaction(
        asked=asked,
        answered=answered,
        counted=counted,
        total=total,
        questions=tuple(Question(name, given) for name, given in numbers.items()),
    )


def hidden(counts: Mapping[Key, int]) -> set[Key]:
    """Which groups of one table are not shown, when their total may be.

    Those under 5; and when these are fewer than 5 together, the smallest other one too: otherwise who takes the shown
    groups off the total has the hidden ones after all.
    """
    found = {key for key, count in counts.items() if 0 < count < SMALLEST_GROUP}
    if found and sum(counts[key] for key in found) < SMALLEST_GROUP:
        others = [key for key, count in counts.items() if count >= SMALLEST_GROUP]
        if others:
            found.add(min(others, key=lambda key: counts[key]))
    return found


def shown(value: Fraction, decimals: int) -> int:
    """``value`` times ten to the power ``decimals``, rounded half up: 3.45 with one decimal is 35."""
    scaled = value * 10**decimals
    return int(scaled + Fraction(1, 2))  # scores and shares are never negative
