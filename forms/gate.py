"""The limits of a form, kept: who may begin, go on and send. The rules themselves are in forms/limits.py.

Pages, the API and whatever comes later pass here by ``actions.start`` and ``actions.submit``. A refusal never touches
what somebody filled in.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.http import HttpRequest

from core import counters
from core.rates import Window, countable
from forms import limits
from forms.devices import device_of
from forms.limits import Kind, Reason
from forms.models import FormDefinition, FormDraft, KioskAddress, RateCount, SubmissionCount

TRAP = "website"
"""The name of the field that people do not see: one that programs like to fill in and browsers do not."""


@dataclass(frozen=True)
class Visitor:
    """Where somebody comes from. Address and browser are kept only as a keyed hash, and only for an hour."""

    address: str = ""
    browser: str = ""
    device: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> "Visitor":
        session = getattr(request, "session", None)
        return cls(
            address=request.META.get("REMOTE_ADDR", ""),
            browser=getattr(session, "session_key", None) or "",
            device=device_of(request.headers.get("User-Agent", "")),
        )


class Refused(Exception):
    """The form cannot be begun, filled in or sent now. ``retry_at`` is when trying again makes sense."""

    def __init__(self, reason: Reason, definition: FormDefinition, *, retry_at: datetime | None = None) -> None:
        self.reason, self.definition, self.retry_at = reason, definition, retry_at
        super().__init__(f"{definition.slug}: {reason}")


def places_left(definition: FormDefinition) -> int | None:
    """None when there is no maximum."""
    if definition.max_submissions is None:
        return None
    return max(0, definition.max_submissions - taken(definition))


def look(definition: FormDefinition, *, at: datetime) -> None:
    """For every page of the form. Raises Refused when it is not open now, or full."""
    reason = limits.closed_because(
        opens_at=definition.opens_at,
        closes_at=definition.closes_at,
        maximum=definition.max_submissions,
        taken=taken(definition) if definition.max_submissions is not None else 0,
        at=at,
    )
    if reason:
        raise Refused(reason, definition, retry_at=definition.opens_at if reason == Reason.NOT_YET else None)


def pass_start(definition: FormDefinition, *, role: str, visitor: Visitor | None, at: datetime) -> None:
    """Somebody begins. Raises Refused."""
    look(definition, at=at)
    if visitor:
        address = countable(visitor.address)
        _count(definition, Kind.START_BY_ADDRESS, address, definition.max_starts_per_address, role, visitor, at)


def pass_submit(draft: FormDraft, *, visitor: Visitor | None, at: datetime) -> None:
    """Take a place and count the visitor, in the transaction that sends the form: what fails is not counted.

    Raises Refused. From here until that transaction ends nobody else can take a place of this form, so the maximum is
    exact however many send at once.
    """
    definition = draft.version.definition
    if reason := limits.closed_because(
        opens_at=definition.opens_at, closes_at=definition.closes_at, maximum=None, taken=0, at=at
    ):
        raise Refused(reason, definition, retry_at=definition.opens_at if reason == Reason.NOT_YET else None)
    _take_place(definition)
    if visitor:
        address = countable(visitor.address)
        _count(definition, Kind.SUBMIT_BY_ADDRESS, address, definition.max_per_address, draft.role, visitor, at)
        browser = visitor.browser
        _count(definition, Kind.SUBMIT_BY_BROWSER, browser, definition.max_per_browser, draft.role, visitor, at)


def look_for_program(draft: FormDraft, *, trap: str, at: datetime) -> None:
    """For pages only: whoever calls the API is a program. Raises Refused."""
    definition = draft.version.definition
    if limits.looks_automatic(
        has_trap=definition.has_trap,
        trap=trap,
        minimum_seconds=definition.minimum_seconds,
        started_at=draft.created_at,
        at=at,
        role=draft.role,
    ):
        raise Refused(Reason.SUSPECT, definition)


def taken(definition: FormDefinition) -> int:
    row = SubmissionCount.objects.filter(definition=definition).first()
    return row.number if row else 0


def _take_place(definition: FormDefinition) -> None:
    if not counters.add(SubmissionCount, {"definition": definition.pk}, below=definition.max_submissions):
        raise Refused(Reason.FULL, definition)


def _count(
    definition: FormDefinition, kind: Kind, whom: str, limit: int | None, role: str, visitor: Visitor, at: datetime
) -> None:
    if not limit or not whom:
        return
    window = Window.around(at, limits.WINDOW[kind])
    row = {
        "definition": definition.pk,
        "kind": kind,
        "subject": limits.disguised(whom, kind, window),
        "ends_at": window.end,
    }
    if counters.add(RateCount, row, below=limit):
        return
    kiosks = KioskAddress.objects.values_list("network", flat=True)
    if not limits.is_exempt(role=role, address=visitor.address, kiosks=kiosks):
        raise Refused(Reason.TOO_MANY, definition, retry_at=window.end)


@transaction.atomic
def purge_counts(*, at: datetime) -> int:
    """Forget the windows that are over: after that nothing is left of any address or browser."""
    return RateCount.objects.filter(ends_at__lte=at).delete()[0]
