"""How often somebody does something: windows of time, and what stands for whom is counted. Pure; see core.counters."""

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.crypto import salted_hmac


@dataclass(frozen=True)
class Window:
    """A fixed stretch of time in which things are counted; each window begins at zero."""

    start: datetime
    end: datetime

    @classmethod
    def around(cls, at: datetime, length: timedelta) -> "Window":
        seconds = int(length.total_seconds())
        start = datetime.fromtimestamp(int(at.timestamp()) // seconds * seconds, UTC)
        return cls(start, start + length)


def countable(address: str) -> str:
    """The part of an internet address that stands for one connection; '' when it says nothing about the visitor.

    Whoever has IPv6 has a whole /64 of addresses, so those count as one. The machine's own address is that of a proxy
    that hides the visitor (LOKET_PROXIES is not set): counting it would stop a whole town.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return countable(str(parsed.ipv4_mapped))
        if parsed.is_loopback:
            return ""
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return "" if parsed.is_loopback else str(parsed)


def disguised(value: str, purpose: str, window: Window) -> str:
    """A keyed hash of an address or browser that is another one in each window, so that no two can be put together."""
    return salted_hmac(f"{purpose}.{window.start.isoformat()}", value, algorithm="sha256").hexdigest()[:40]
