"""What a connector is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

Payload = Mapping[str, Any]


class TemporaryFailure(Exception):
    """It did not go now; a later attempt may succeed."""


class PermanentFailure(Exception):
    """It will never go as it is: no further attempts, a person must look."""


@dataclass(frozen=True)
class Result:
    """It left. ``delivered`` only when the other side reported that it arrived; ``reference`` is theirs or ours."""

    delivered: bool
    reference: str


@dataclass(frozen=True)
class Summary:
    """One line about a payload, for lists."""

    recipient: str
    subject: str


class Connector(Protocol):
    """A member of the list in ``__init__.py``; it holds every aspect of its road."""

    @property
    def name(self) -> str: ...

    @property
    def template(self) -> str:
        """The template that shows a payload exactly as it leaves."""
        ...

    def deliver(self, payload: Payload, key: str) -> Result:
        """Send it, recognisably the same each time ``key`` is the same.

        Raises TemporaryFailure or PermanentFailure.
        """
        ...

    def summary(self, payload: Payload) -> Summary: ...

    def is_set_up(self) -> bool:
        """Whether this town can use the road: what it needs is filled in and switched on."""
        ...

    def progress(self, result: Mapping[str, Any]) -> str:
        """How far it got once it left, in a clerk's words; '' where "sent" says it all."""
        ...

    def notice(self) -> str:
        """What a reader of the outbox must know about this road here and now, or nothing."""
        ...
