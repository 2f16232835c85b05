"""The second step at sign-in: codes that an app makes of a shared key and the time (TOTP, RFC 6238).

A right code is taken once, and none of before it; wrong ones make the next attempt wait longer each time. The key is
kept encrypted, recovery codes as digests. Who *must* have one is decided where the rights are known.
"""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from io import BytesIO
from urllib.parse import quote, urlencode

import segno
from django.db import transaction
from django_otp.oath import TOTP

from core.models import RecoveryCode, SecondFactor, User

KEY_BYTES = 20  # as RFC 4226 recommends
TOLERANCE = 1  # half minutes that a clock may be behind or ahead
RECOVERY_CODES = 10
LETTERS = "abcdefghjkmnpqrstvwxyz23456789"  # none that looks like another on paper
CODE_LETTERS = 12  # 30^12: nobody tries them all, not even with the digests at hand


class WrongCode(Exception):
    """It is no code of this person, or it was used before."""


class TooSoon(Exception):
    """After wrong codes one has to wait; whatever was typed now was not looked at."""

    def __init__(self, wait: timedelta) -> None:
        self.seconds = max(1, round(wait.total_seconds()))
        super().__init__(f"{self.seconds} seconds")


def new_key() -> str:
    return base64.b32encode(secrets.token_bytes(KEY_BYTES)).decode()


def key_address(key: str, *, account: str, issuer: str) -> str:
    """What the QR code holds: apps of every maker read it."""
    issuer = issuer.replace(":", "")
    label = quote(f"{issuer}:{account}")
    return f"otpauth://totp/{label}?" + urlencode({"secret": key, "issuer": issuer}, quote_via=quote)


def picture(address: str) -> str:
    """A QR code as SVG to stand in a page: no style and no script, so that any content policy lets it be."""
    out = BytesIO()
    segno.make(address, error="m").save(
        out, kind="svg", scale=5, border=4, light="#fff", xmldecl=False, svgns=False, nl=False, omitsize=True
    )
    return out.getvalue().decode()


@transaction.atomic
def set_up(user: User, *, key: str, code: str, at: datetime) -> list[str]:
    """Take this key into use, in place of what the person had, and return the recovery codes: the only time that
    they can be read. Raises WrongCode when the app does not make this code, so nobody is locked out by a wrong scan."""
    step = _step_of(key, code, after=-1, at=at)
    if step is None:
        raise WrongCode
    old = _held(user).second_factor
    factor = SecondFactor.objects.create(key=key, since=at, last_step=step)
    _point(user, factor)
    if old is not None:
        old.passkeys.update(factor=factor)
        old.delete()
    return _new_codes(factor)


@transaction.atomic
def begin_without_app(user: User, *, at: datetime) -> tuple[SecondFactor, list[str]]:
    """The second factor of this person, held, made when there was none; and the recovery codes of a new one."""
    factor = _held(user).second_factor
    if factor is not None:
        return factor, []
    factor = SecondFactor.objects.create(key=None, since=at)
    _point(user, factor)
    return factor, _new_codes(factor)


def verify(user: User, code: str, *, at: datetime) -> None:
    """A code of the app. Raises WrongCode or TooSoon."""
    _verify(user, code, by_app=True, at=at)


def verify_recovery(user: User, code: str, *, at: datetime) -> int:
    """A code from paper; returns how many are left. Raises WrongCode or TooSoon."""
    return _verify(user, code, by_app=False, at=at)


@transaction.atomic
def renew_codes(user: User) -> list[str]:
    """Ten new ones; those on the old paper are worth nothing any more."""
    factor = _factor(user)
    factor.recovery_codes.all().delete()
    return _new_codes(factor)


@transaction.atomic
def remove(user: User) -> bool:
    """Back to the password alone; whether there was something to take away."""
    factor = _held(user).second_factor
    if factor is None:
        return False
    _point(user, None)
    factor.delete()
    return True


def codes_left(user: User) -> int:
    return RecoveryCode.objects.filter(factor=user.second_factor_id, used_at=None).count()


def _verify(user: User, code: str, *, by_app: bool, at: datetime) -> int:
    """The wrong ones must be counted for good, so the refusal is raised outside the transaction."""
    with transaction.atomic():
        factor = _factor(user)
        if wait := factor.wait(at):
            raise TooSoon(wait)
        right = _take_app_code(factor, code, at) if by_app else _take_recovery_code(factor, code, at)
        factor.wrong, factor.wrong_at = (0, None) if right else (factor.wrong + 1, at)
        factor.save(update_fields=["wrong", "wrong_at", "last_step"])
    if not right:
        raise WrongCode
    return codes_left(user)


def _take_app_code(factor: SecondFactor, code: str, at: datetime) -> bool:
    step = _step_of(factor.key, code, after=factor.last_step, at=at) if factor.key else None
    if step is None:
        return False
    factor.last_step = step
    return True


def _take_recovery_code(factor: SecondFactor, code: str, at: datetime) -> bool:
    wanted = _digest(code)
    for kept in factor.recovery_codes.filter(used_at=None):
        if hmac.compare_digest(kept.digest or "", wanted):
            kept.used_at = at
            kept.save(update_fields=["used_at"])
            return True
    return False


def _step_of(key: str, code: str, *, after: int, at: datetime) -> int | None:
    """The half minute of which this is the code, when that is about now and later than ``after``."""
    digits = "".join(code.split())
    if len(digits) != 6 or not (digits.isascii() and digits.isdigit()):
        return None
    try:
        totp = TOTP(base64.b32decode(key))
    except ValueError:  # encrypted with a key that was lost
        return None
    totp.time = at.timestamp()
    return totp.t() if totp.verify(int(digits), tolerance=TOLERANCE, min_t=after + 1) else None


def _new_codes(factor: SecondFactor) -> list[str]:
    plain = ["".join(secrets.choice(LETTERS) for _letter in range(CODE_LETTERS)) for _code in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(factor=factor, digest=_digest(code)) for code in plain)
    return ["-".join(code[start : start + 4] for start in range(0, CODE_LETTERS, 4)) for code in plain]


def _digest(code: str) -> str:
    letters = "".join(letter for letter in code.casefold() if letter in LETTERS)
    return hashlib.sha256(letters.encode()).hexdigest()


def _held(user: User) -> User:
    """The row of the person, so that two requests do not set up or take away at once."""
    return User.objects.select_for_update(of=("self",)).select_related("second_factor").get(pk=user.pk)


def _factor(user: User) -> SecondFactor:
    """Raises WrongCode when it was taken away meanwhile."""
    factor = SecondFactor.objects.select_for_update(of=("self",)).filter(user=user).first()
    if factor is None:
        raise WrongCode
    return factor


def _point(user: User, factor: SecondFactor | None) -> None:
    User.objects.filter(pk=user.pk).update(second_factor=factor)
    user.second_factor = factor
