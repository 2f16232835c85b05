"""Counting how a form is used: per version, step and day, never per person. What it adds up to is in forms/funnel.py.

Each thing is counted once per filling-in, so that the figures are about people and not about clicks: the draft keeps
what was counted of it (``progress``) and is forgotten with it. A figure costs one statement, however large the archive.

Only what a visitor began is counted: a draft that was begun without one (a test, the demo) leaves no figure anywhere.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone

from core import counters
from forms.funnel import COSIGNER, time_key
from forms.models import FormDraft, UsageCount

What = UsageCount.What
FORM = 0
"""The step that stands for the form as a whole."""


def check_page(draft: FormDraft) -> int:
    """The check page counts as the step after the last."""
    return len(draft.version.schema["steps"]) + 1


def cosign_page(draft: FormDraft) -> int:
    """And the page that asks who signs too as the one after that."""
    return check_page(draft) + 1


def started(draft: FormDraft, *, device: str, at: datetime) -> None:
    """From here on the draft is counted."""
    draft.progress = {"device": device}
    draft.save(update_fields=["progress"])
    _add(draft, at, (FORM, What.STARTED, ""), *([(FORM, What.DEVICE_STARTED, device)] if device else []))


def shown(draft: FormDraft, number: int, *, at: datetime) -> None:
    """A page was shown; the time it takes begins when it is shown last."""
    if not draft.progress or number in draft.progress.get("left", ()):
        return  # not counted, or somebody comes back to change an answer
    times = draft.progress.get("shown", {})
    first = str(number) not in times
    if _note(draft, shown=times | {str(number): at.isoformat()}) and first:
        _add(draft, at, (number, What.SHOWN, ""))


def left(draft: FormDraft, number: int, *, at: datetime) -> None:
    """A step was filled in well, and the citizen goes on."""
    done = draft.progress.get("left", [])
    if draft.progress and number not in done and _note(draft, left=[*done, number]):
        _add(draft, at, *_left(draft, number, at))


def refused(draft: FormDraft, number: int, keys: Iterable[str], *, at: datetime) -> None:
    """The citizen has to put these questions right."""
    if not (keys := list(keys)):
        return  # nothing is wrong: a warning to read, or a question that only now shows
    steps, wrong = draft.progress.get("refused", []), draft.progress.get("wrong", [])
    new = [key for key in keys if key not in wrong]
    lines = [(number, What.WRONG, key[:64]) for key in new]
    if number not in steps:
        lines.append((number, What.REFUSED, ""))
    if draft.progress and lines and _note(draft, refused=sorted({*steps, number}), wrong=[*wrong, *new]):
        _add(draft, at, *lines)


def asks_cosigners(draft: FormDraft, *, at: datetime) -> None:
    """Who sees that page has gone on from the check page. Both are counted or none: what was sent follows from them."""
    if not draft.progress:
        return
    check, cosign = check_page(draft), cosign_page(draft)
    done, times = draft.progress.get("left", []), draft.progress.get("shown", {})
    lines = [] if check in done else _left(draft, check, at)
    if str(cosign) not in times:
        lines.append((cosign, What.SHOWN, ""))
    if _note(draft, left=sorted({*done, check}), shown=times | {str(cosign): at.isoformat()}) and lines:
        _add(draft, at, *lines)


def cosigners_refused(draft: FormDraft, parts: Iterable[str], *, at: datetime) -> None:
    """Something must be put right in the names or the addresses of who signs too."""
    refused(draft, cosign_page(draft), [COSIGNER + part for part in parts], at=at)


def sent(draft: FormDraft, *, at: datetime) -> None:
    """Part of the transaction that sends the form."""
    if not draft.progress:
        return
    device = draft.progress.get("device")
    pages = [check_page(draft)]
    if str(cosign_page(draft)) in draft.progress.get("shown", {}):
        pages.append(cosign_page(draft))
    done = draft.progress.get("left", ())
    lines = [line for page in pages if page not in done for line in _left(draft, page, at)]
    _add(draft, at, *lines, *([(FORM, What.DEVICE_SENT, device)] if device else []))


def _left(draft: FormDraft, number: int, at: datetime) -> list[tuple[int, str, str]]:
    lines: list[tuple[int, str, str]] = [(number, What.LEFT, "")]
    if since := draft.progress.get("shown", {}).get(str(number)):
        lines.append((number, What.TIME, time_key((at - datetime.fromisoformat(since)).total_seconds())))
    return lines


def _note(draft: FormDraft, **changes: Any) -> bool:
    """Keep on the draft what is counted of it. False when another request of the same person was first."""
    progress = draft.progress | changes
    was = FormDraft.objects.filter(pk=draft.pk, progress=draft.progress).update(progress=progress)
    draft.progress = progress
    return bool(was)


def _add(draft: FormDraft, at: datetime, *lines: tuple[int, str, str]) -> None:
    day = timezone.localdate(at)
    counters.add(
        UsageCount,
        *(
            {
                "version": draft.version_id,
                "day": day,
                "role": draft.role,
                "step": step,
                "what": what,
                "key": key,
            }
            for step, what, key in lines
        ),
    )
