"""What the counts of forms/usage.py add up to: how far people come, what goes wrong, how long it takes. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils import formats
from django.utils.translation import gettext as _

from forms.schema import Schema, fields_of, step_title

TIMES = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600, 1200, 3600)
"""Upper bounds, in seconds, of the classes in which times are counted."""
LONGER = "longer"

COSIGNER = "@medeondertekenaar."
"""Begins the keys of what is asked on the page after the check page: who signs too."""

Line = tuple[int, str, str, int]
"""Step, what, key, number."""


def time_key(seconds: float) -> str:
    return next((str(bound) for bound in TIMES if seconds < bound), LONGER)


def median_class(histogram: Mapping[str, int]) -> str:
    """The class that holds the middle one; '' when there is none."""
    total, passed = sum(histogram.values()), 0
    for name in [*map(str, TIMES), LONGER]:
        passed += histogram.get(name, 0)
        if total and passed * 2 >= total:
            return name
    return ""


def time_text(name: str) -> str:
    """A class of time in words: "30 to 45 s"."""
    if not name:
        return ""
    if name == LONGER:
        return _("more than 1 hour")
    high = int(name)
    low = max((bound for bound in TIMES if bound < high), default=0)
    if high <= 60:
        return _("%(low)s to %(high)s s") % {"low": low, "high": high}
    return _("%(low)s to %(high)s min") % {"low": _minutes(low), "high": _minutes(high)}


def _minutes(seconds: int) -> str:
    return str(formats.number_format(seconds / 60 if seconds % 60 else seconds // 60))


def percentage(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0


@dataclass(frozen=True)
class StepUse:
    """A page of the form; ``is_check`` for the one that shows every answer once more, where nothing can go wrong."""

    number: int
    title: str
    shown: int
    left: int
    refused: int
    median: str
    started: int
    is_check: bool = False

    @property
    def stayed(self) -> int:
        """Who saw it and did not go on (yet)."""
        return max(0, self.shown - self.left)

    @property
    def share(self) -> int:
        """Of everybody who started."""
        return min(100, percentage(self.shown, self.started))

    @property
    def stayed_share(self) -> int:
        return percentage(self.stayed, self.shown)


@dataclass(frozen=True)
class QuestionUse:
    key: str
    label: str
    step: str
    shown: int
    wrong: int

    @property
    def per_hundred(self) -> int:
        return percentage(self.wrong, self.shown)


@dataclass(frozen=True)
class DeviceUse:
    name: str
    started: int
    sent: int
    all_started: int

    @property
    def share(self) -> int:
        return percentage(self.started, self.all_started)

    @property
    def sent_share(self) -> int:
        return min(100, percentage(self.sent, self.started))


@dataclass(frozen=True)
class Funnel:
    started: int = 0
    sent: int = 0
    steps: list[StepUse] = field(default_factory=list)
    questions: list[QuestionUse] = field(default_factory=list)
    devices: list[DeviceUse] = field(default_factory=list)

    @property
    def sent_share(self) -> int:
        return min(100, percentage(self.sent, self.started))

    @property
    def stays_most(self) -> StepUse | None:
        """The page at which most people stay behind."""
        return max((step for step in self.steps if step.stayed), key=lambda step: step.stayed, default=None)


def page_titles(schema: Schema) -> list[str]:
    """Every page in order: the steps, the check page, and the page that asks who signs too."""
    return [*map(step_title, schema["steps"]), _("Check your answers"), _("Who signs too?")]


def question_labels(schema: Schema) -> dict[str, str]:
    """What stands above every box that can go wrong, by key."""
    own = {question["slug"]: question["label"] for question in fields_of(schema)}
    return own | {f"{COSIGNER}name": _("First name and last name"), f"{COSIGNER}email": _("E-mail address")}


def funnel(schema: Schema, lines: Iterable[Line], *, cosigned: bool = False) -> Funnel:
    """Pages in order, questions with the worst first, devices with the most used first.

    The page that asks who signs too is among them when the form has one (``cosigned``), or had one in these counts.
    """
    counts: dict[tuple[int, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for number, what, key, times in lines:
        counts[number, what][key] += times

    def count(number: int, what: str, key: str = "") -> int:
        return counts[number, what][key]

    started = count(0, "started")
    titles = page_titles(schema)
    cosign = len(titles)
    check = cosign - 1
    if not cosigned and not count(cosign, "shown"):
        titles.pop()
    steps = [
        StepUse(
            number=number,
            title=title,
            shown=count(number, "shown"),
            left=count(number, "left"),
            refused=count(number, "refused"),
            median=time_text(median_class(counts[number, "time"])),
            started=started,
            is_check=number == check,
        )
        for number, title in enumerate(titles, start=1)
    ]
    labels = question_labels(schema)
    questions = [
        QuestionUse(key, labels.get(key, key), step.title, step.shown, wrong)
        for step in steps
        for key, wrong in counts[step.number, "wrong"].items()
        if wrong
    ]
    devices = [
        DeviceUse(name, number, count(0, "device_sent", name), started) for name, number in counts[0, "device"].items()
    ]
    return Funnel(
        started=started,
        # Who went on from the check page sent the form or was asked who signs too, and sent it from there or did not.
        sent=max(0, count(check, "left") - count(cosign, "shown") + count(cosign, "left")),
        steps=steps,
        questions=sorted(questions, key=lambda question: (-question.per_hundred, -question.wrong, question.label)),
        devices=sorted(devices, key=lambda device: (-device.started, device.name)),
    )
