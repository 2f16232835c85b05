"""When a form may be filled in and sent, and how often. Pure: no database, no clock; forms/gate.py keeps to it."""

import ipaddress
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from core import rates
from core.rates import Window
from forms.roles import Role

HOUR = timedelta(hours=1)
TEN_MINUTES = timedelta(minutes=10)


class Reason(StrEnum):
    """Why somebody cannot go on. The words are in forms/refusals.py."""

    NOT_YET = "not_yet"
    CLOSED = "closed"
    FULL = "full"
    TOO_MANY = "too_many"
    SUSPECT = "suspect"
    SIGN_IN = "sign_in"


def closed_because(
    *, opens_at: datetime | None, closes_at: datetime | None, maximum: int | None, taken: int, at: datetime
) -> Reason | None:
    """What keeps everybody from this form now. It is open from ``opens_at`` until just before ``closes_at``."""
    if opens_at and at < opens_at:
        return Reason.NOT_YET
    if closes_at and at >= closes_at:
        return Reason.CLOSED
    if maximum is not None and taken >= maximum:
        return Reason.FULL
    return None


# --- How often --------------------------------------------------------------------------------------------------------


class Kind(StrEnum):
    """What is counted, of whom."""

    START_BY_ADDRESS = "start_address"
    SUBMIT_BY_ADDRESS = "submit_address"
    SUBMIT_BY_BROWSER = "submit_browser"


WINDOW = {Kind.START_BY_ADDRESS: TEN_MINUTES, Kind.SUBMIT_BY_ADDRESS: HOUR, Kind.SUBMIT_BY_BROWSER: HOUR}


def disguised(value: str, kind: Kind, window: Window) -> str:
    return rates.disguised(value, f"forms.limits.{kind}", window)


def is_exempt(*, role: str, address: str, kiosks: Iterable[str]) -> bool:
    """The desk, and machines on which many people fill in forms, are not counted against."""
    if role == Role.DESK:
        return True
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    return any(parsed in ipaddress.ip_network(network) for network in kiosks)


# --- Programs that pose as people -------------------------------------------------------------------------------------


def looks_automatic(
    *, has_trap: bool, trap: str, minimum_seconds: int | None, started_at: datetime, at: datetime, role: str
) -> bool:
    """Filled in what people do not see, or faster than anybody reads. Clerks, who know the form, may be fast."""
    if has_trap and trap:
        return True
    return role != Role.DESK and at - started_at < timedelta(seconds=minimum_seconds or 0)
