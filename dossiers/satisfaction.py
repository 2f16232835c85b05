"""How satisfied citizens are: the arithmetic of the indicator ``satisfaction`` (docs/rules/indicatoren.md). Pure.

The rows come from ``SurveyInvitation.objects.answers_by()``. Everything is exact: fractions, rounded only when shown.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import TypeVar

QUESTIONS = ("result", "speed", "treatment")
SCORES = (1, 2, 3, 4, 5)
COUNTS_FROM = 2
"""So many of the three must be answered."""
SMALLEST_GROUP = 5
"""Of fewer answers nothing is shown, to nobody: people could be recognised."""

COUNTS = (
    "asked",
    "answered",
    "counted",
    "sixths",
    *(f"{question}_{score}" for question in QUESTIONS for score in SCORES),
)
"""What is known of a group, in whole numbers: a mean of two or three scores is a number of sixths."""

Answers = tuple[int | None, int | None, int | None]
"""To the three questions in order; None is "not applicable"."""
Key = TypeVar("Key", bound=Hashable)


@cache  # of at most 216 different answers
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
    questions: tuple[Question, ...] = tuple(Question(name, dict.fromkeys(SCORES, 0)) for name in QUESTIONS)

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

    def __add__(self, other: "Satisfaction") -> "Satisfaction":
        """What two groups said together."""
        mine, theirs = self.counts(), other.counts()
        return Satisfaction.of_counts({name: mine[name] + theirs[name] for name in COUNTS})

    def counts(self) -> dict[str, int]:
        """In whole numbers, by the names in COUNTS."""
        numbers = [question.numbers[score] for question in self.questions for score in SCORES]
        sixths = int(self.total * 6)
        return dict(zip(COUNTS, [self.asked, self.answered, self.counted, sixths, *numbers], strict=True))

    @classmethod
    def of_counts(cls, counts: Mapping[str, int]) -> "Satisfaction":
        questions = (
            Question(question, {score: counts[f"{question}_{score}"] for score in SCORES}) for question in QUESTIONS
        )
        return cls(
            asked=counts["asked"],
            answered=counts["answered"],
            counted=counts["counted"],
            total=Fraction(counts["sixths"], 6),
            questions=tuple(questions),
        )


def satisfaction(rows: Iterable[tuple[Answers, int]]) -> Satisfaction:
    """Adds up rows of (answers, how many invitations had just these); three times None is no answer at all."""
    counts = dict.fromkeys(COUNTS, 0)
    for answers, number in rows:
        counts["asked"] += number
        if any(answer is not None for answer in answers):
            counts["answered"] += number
        value = score(answers)
        if value is None:
            continue
        counts["counted"] += number
        counts["sixths"] += int(value * 6) * number
        for question, answer in zip(QUESTIONS, answers, strict=True):
            if answer is not None:
                counts[f"{question}_{answer}"] += number
    return Satisfaction.of_counts(counts)


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
