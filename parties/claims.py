"""What an OpenID Connect provider says of a citizen, as far as Loket believes it. Pure.

The names are those of ACM/IDM, the sign-in of the Flemish government; another provider gives ``sub`` and a name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from parties.numbers import InvalidNumber, OfficialNumber, read_kbo, read_national_number

HIMSELF, ENTERPRISE = "BUR", "EA"
"""Capacities (``vo_doelgroepcode``) in which somebody comes to the counter. The others are those of staff."""
LONGEST = 255


class Unusable(ValueError):
    """Nobody can be signed in with this. ``reason`` is a word for the page that says so."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class Subject:
    """How a provider calls somebody: its claim and value, which are nobody else's there."""

    claim: str
    value: str


@dataclass(frozen=True)
class Represented:
    """The organisation for which somebody signed in."""

    number: OfficialNumber
    name: str
    by_law: bool
    """Whether the company register has this person as its legal representative."""


@dataclass(frozen=True)
class Identity:
    """Who signed in, and for whom."""

    issuer: str
    subjects: tuple[Subject, ...]
    name: str
    number: OfficialNumber | None = None
    organisation: Represented | None = None


def read_identity(claims: Mapping[str, Any], *, issuer: str) -> Identity:
    """Raises Unusable.

    ``vo_id`` comes first: at ACM/IDM it stays the same in each capacity, which ``sub`` need not do.
    """
    subjects = tuple(Subject(claim, value) for claim in ("vo_id", "sub") if (value := _text(claims, claim)))
    if not _text(claims, "sub") or any(len(subject.value) > LONGEST for subject in subjects):
        raise Unusable("nobody")
    capacity = _text(claims, "vo_doelgroepcode").upper()
    if capacity not in {"", HIMSELF, ENTERPRISE}:
        raise Unusable("capacity")
    names = " ".join(part for part in (_text(claims, "given_name"), _text(claims, "family_name")) if part)
    return Identity(
        issuer=issuer,
        subjects=subjects,
        name=" ".join((names or _text(claims, "name")).split())[:200],
        number=_national_number(_text(claims, "rrn")),
        organisation=_organisation(claims) if capacity == ENTERPRISE else None,
    )


def _organisation(claims: Mapping[str, Any]) -> Represented:
    try:
        number = read_kbo(_text(claims, "vo_orgcode"))
    except InvalidNumber:
        raise Unusable("organisation") from None
    return Represented(number, _text(claims, "vo_orgnaam")[:200], number in _by_law(claims.get("wv_orgcode")))


def _by_law(said: Any) -> list[OfficialNumber]:
    found = []
    for code in said if isinstance(said, list) else [said]:
        try:
            found.append(read_kbo(str(code)))
        except InvalidNumber:
            continue
    return found


def _national_number(text: str) -> OfficialNumber | None:
    """One that cannot be right is no number: who signed in is known by the subject all the same."""
    try:
        return read_national_number(text) if text else None
    except InvalidNumber:
        return None


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    return value.replace("\0", "").strip() if isinstance(value, str) else ""
