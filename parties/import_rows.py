"""What a row of a list says about a person, an association or a representative. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parties.contact_values import normalise_email, normalise_phone
from parties.name_words import fold
from parties.numbers import InvalidNumber, OfficialNumber, read_kbo, read_vcode


class Wrong(ValueError):
    """The message says what is wrong with a cell, for people."""


def _text(value: str) -> str:
    return " ".join(value.split())


def _email(value: str) -> str:
    try:
        validate_email(value)
    except ValidationError:
        raise Wrong(_("is no e-mail address")) from None
    if not normalise_email(value):
        raise Wrong(_("is no e-mail address"))
    return value


def _phone(value: str) -> str:
    """Excel takes the first 0 from a number."""
    if normalise_phone(value):
        return value
    if value.isdecimal() and normalise_phone(f"0{value}"):
        return f"0{value}"
    raise Wrong(_("is no phone number"))


def _day(value: str) -> date:
    if found := re.fullmatch(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})", value):
        value = f"{found[3]}-{int(found[2]):02d}-{int(found[1]):02d}"
    try:
        day = parse_date(value)
    except ValueError:
        day = None
    if day is None or not date(1880, 1, 1) <= day <= date(2200, 1, 1):
        raise Wrong(_("is no date such as 12/05/1980"))
    return day


def _number(read: Callable[[str], OfficialNumber]) -> Callable[[str], OfficialNumber]:
    def checked(value: str) -> OfficialNumber:
        try:
            return read(value)
        except InvalidNumber as error:
            raise Wrong(str(error)) from None

    return checked


def _kbo_or_vcode(value: str) -> OfficialNumber:
    return read_vcode(value) if value[:1].upper() == "V" else read_kbo(value)


@dataclass(frozen=True)
class Column:
    """Something that a column may hold. ``headings`` are words by which it is recognised, folded."""

    label: str | Promise
    headings: tuple[str, ...]
    read: Callable[[str], Any] = _text
    required: bool = False
    longest: int = 100


NAME = Column(gettext_lazy("Name"), ("naam", "name", "volledige naam", "contactpersoon"), required=True, longest=200)
FIRST_NAME = Column(gettext_lazy("First name (is put before the name)"), ("voornaam", "first name", "prenom"))
REACH = {
    "email": Column(gettext_lazy("E-mail address"), ("e-mail", "email", "e-mailadres", "mail", "emailadres"), _email),
    "phone": Column(
        gettext_lazy("Phone number"), ("telefoon", "tel", "gsm", "telefoonnummer", "phone", "gsm-nummer"), _phone
    ),
}
PLACE = {
    "street": Column(gettext_lazy("Street"), ("straat", "street", "straatnaam"), longest=150),
    "house": Column(gettext_lazy("House number"), ("huisnummer", "nr", "huisnr"), longest=20),
    "box": Column(gettext_lazy("Box"), ("bus", "busnummer"), longest=20),
    "postcode": Column(gettext_lazy("Postcode"), ("postcode", "postnummer", "zip"), longest=12),
    "town": Column(gettext_lazy("Town"), ("gemeente", "plaats", "woonplaats", "stad")),
}
KBO = Column(
    gettext_lazy("Company number"), ("ondernemingsnummer", "kbo", "kbo-nummer", "btw", "kbonummer"), _number(read_kbo)
)
VCODE = Column(gettext_lazy("Association number"), ("verenigingsnummer", "vcode", "v-code"), _number(read_vcode))
COLUMNS: dict[str, dict[str, Column]] = {
    "persons": {
        "first_name": FIRST_NAME,
        "name": NAME,
        "birth_date": Column(gettext_lazy("Date of birth"), ("geboortedatum", "birth date", "geboren"), _day),
        **REACH,
        **PLACE,
    },
    "organisations": {"name": NAME, "kbo": KBO, "vcode": VCODE, **REACH, **PLACE},
    "representatives": {
        "organisation": Column(
            gettext_lazy("Company or association number of the organisation"),
            ("ondernemingsnummer", "verenigingsnummer", "kbo", "vcode", "v-code", "organisatie"),
            _number(_kbo_or_vcode),
            required=True,
        ),
        "first_name": FIRST_NAME,
        "name": NAME,
        **REACH,
        "role": Column(gettext_lazy("Function"), ("functie", "rol", "role"), required=True),
        "since": Column(gettext_lazy("From"), ("van", "vanaf", "sinds", "begin"), _day, required=True),
        "until": Column(gettext_lazy("Until"), ("tot", "tot en met", "einde"), _day),
    },
}


@dataclass
class Row:
    """``number`` is that of the spreadsheet: the headings are row 1."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not self.values and not self.errors


def guess(kind: str, headings: list[str]) -> dict[str, int]:
    """Which column is probably what, by its heading; each column once."""
    found: dict[str, int] = {}
    plain = [fold(heading) for heading in headings]
    for name, column in COLUMNS[kind].items():
        wanted = [fold(heading) for heading in column.headings]
        place = next((place for each in wanted for place, heading in enumerate(plain) if heading == each), None)
        if place is not None and place not in found.values():
            found[name] = place
    return found


def missing(kind: str, mapping: dict[str, int]) -> list[str]:
    """What must be there, and has no column."""
    return [str(column.label) for name, column in COLUMNS[kind].items() if column.required and name not in mapping]


def read_row(kind: str, mapping: dict[str, int], cells: list[str], number: int) -> Row:
    row = Row(number)
    if not any(cells):
        return row
    for name, column in COLUMNS[kind].items():
        text = cells[mapping[name]].strip() if name in mapping and mapping[name] < len(cells) else ""
        if not text:
            if column.required:
                row.errors.append(_("%(column)s is empty") % {"column": column.label})
            continue
        try:
            value = column.read(text)
        except Wrong as wrong:
            row.errors.append(f"{column.label}: {wrong}")
            continue
        if isinstance(value, str) and len(value) > column.longest and column.read is _text:
            row.errors.append(_("%(column)s is too long") % {"column": column.label})
        row.values[name] = value
    place = [name for name in ("street", "postcode", "town") if name in row.values]
    if place and len(place) < 3:
        row.errors.append(_("An address needs a street, a postcode and a town"))
    if row.values.get("until") and row.values.get("since") and row.values["until"] < row.values["since"]:
        row.errors.append(_("The last day lies before the first"))
    return row


def full_name(row: Row) -> str:
    return " ".join(part for part in (row.values.get("first_name", ""), row.values.get("name", "")) if part)[:200]
