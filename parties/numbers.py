"""Official numbers of persons and organisations: read, checked, shown. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

import stdnum.be.ssn
import stdnum.be.vat
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError

LONGEST = 40  # characters that somebody may type; more is no number
HIDDEN = "•"


class Scheme(models.TextChoices):
    NATIONAL_NUMBER = "national_number", _("National number")
    KBO = "kbo", _("Company number")
    VCODE = "vcode", _("Association number")


class InvalidNumber(ValueError):
    """This is no such number; the message says to the citizen what to look at."""


@dataclass(frozen=True)
class OfficialNumber:
    """A number that was checked, in one notation. Its value is left out of ``repr``, so that no log shows it."""

    scheme: Scheme
    value: str

    def __repr__(self) -> str:
        return f"<{self.scheme.value}>"

    def __str__(self) -> str:
        """As people write it; a national number only in part."""
        if self.scheme == Scheme.NATIONAL_NUMBER:
            return mask(self.value)
        if self.scheme == Scheme.KBO:
            return f"{self.value[:4]}.{self.value[4:7]}.{self.value[7:]}"
        return self.value

    @property
    def in_full(self) -> str:
        """As people write it, a national number too: "85.07.30-033.28". For who may see it."""
        digits = self.value
        if self.scheme == Scheme.NATIONAL_NUMBER:
            return f"{digits[:2]}.{digits[2:4]}.{digits[4:6]}-{digits[6:9]}.{digits[9:]}"
        return str(self)

    @property
    def is_secret(self) -> bool:
        return self.scheme == Scheme.NATIONAL_NUMBER

    @property
    def birth_date(self) -> date | None:
        """What a national number says of it; not every number does."""
        return stdnum.be.ssn.get_birth_date(self.value) if self.scheme == Scheme.NATIONAL_NUMBER else None


def mask(value: str) -> str:
    """Enough of a national number for its owner to recognise it: "85.07.••-•••.••", year and month of birth.

    Never the check digits: with a date of birth that one knows, they leave only a handful of numbers to try.
    """
    return f"{value[:2]}.{value[2:4]}.{HIDDEN * 2}-{HIDDEN * 3}.{HIDDEN * 2}"


def read_national_number(text: str) -> OfficialNumber:
    """A national number (rijksregister) or BIS number, however it is spaced. Raises InvalidNumber."""
    digits = _without_separators(text)
    try:
        return OfficialNumber(Scheme.NATIONAL_NUMBER, stdnum.be.ssn.validate(digits))
    except InvalidLength:
        raise InvalidNumber(gettext("A national number has 11 digits. Check whether you typed all of them.")) from None
    except InvalidChecksum:
        raise InvalidNumber(
            gettext("This national number does not exist. Check it against the back of your identity card.")
        ) from None
    except ValidationError:
        raise InvalidNumber(gettext("Fill in a national number such as 85.07.30-033.28.")) from None


def read_kbo(text: str) -> OfficialNumber:
    """A company number, with or without BE, dots and its first 0. Raises InvalidNumber."""
    try:
        return OfficialNumber(Scheme.KBO, stdnum.be.vat.validate(_without_separators(text)))
    except InvalidLength:
        raise InvalidNumber(gettext("A company number has 10 digits. Check whether you typed all of them.")) from None
    except InvalidChecksum:
        raise InvalidNumber(gettext("This company number does not exist. Check whether you typed it well.")) from None
    except ValidationError:
        raise InvalidNumber(gettext("Fill in a company number such as 0403.019.261.")) from None


def read_vcode(text: str) -> OfficialNumber:
    """A number of the Flemish register of associations. It has no check digits. Raises InvalidNumber."""
    code = _without_separators(text).upper()
    if not re.fullmatch(r"V[0-9]{7}", code):
        raise InvalidNumber(gettext("Fill in an association number such as V0012345: a V and 7 digits."))
    return OfficialNumber(Scheme.VCODE, code)


def read_organisation_number(text: str, *, vcode: bool = False) -> OfficialNumber:
    """A company number or, where ``vcode`` allows it, a number of the register of associations."""
    if vcode and _without_separators(text).upper().startswith("V"):
        return read_vcode(text)
    return read_kbo(text)


def _without_separators(text: str) -> str:
    """Full-width digits become plain ones. Only spaces, dots, dashes and strokes are taken away."""
    plain = unicodedata.normalize("NFKC", text[: LONGEST + 1])
    return re.sub(r"[\s.\-\u2010-\u2015/]", "", plain)
