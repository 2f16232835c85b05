"""Passkeys (WebAuthn) as the second step at sign-in: added, used, taken away.

The device signs a challenge that was made for this page, for this site only; what it signs with never leaves it. A
device that counts its uses and counts backwards was copied, and is refused. Like the codes of an app
(core/second_factor.py), passkeys hang on the one second factor of a person, with its recovery codes.
"""

import ipaddress
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from core.models import Passkey, SecondFactor, User
from core.second_factor import begin_without_app

MOST = 10
LONGEST = 20_000
"""Characters of an answer of a browser; more is none."""


class NotTaken(Exception):
    """The answer of the browser is not right, not for this page, or of a passkey that is known already."""


class LastOne(Exception):
    """Without it only paper would be left."""


@dataclass(frozen=True)
class Site:
    """For which site a passkey is: its own host, so that a page elsewhere that looks the same gets nothing."""

    host: str
    origin: str

    @classmethod
    def of(cls, request: HttpRequest) -> "Site | None":
        """None where browsers know no passkeys: at an address of numbers, or without TLS."""
        host = request.get_host().rpartition(":")[0] or request.get_host()
        host = host if not host.startswith("[") and "]" not in host else ""
        try:
            ipaddress.ip_address(host)
        except ValueError:
            is_safe = request.is_secure() or host == "localhost" or host.endswith(".localhost")
            return cls(host, f"{request.scheme}://{request.get_host()}") if host and is_safe else None
        return None


@dataclass(frozen=True)
class Question:
    """What the browser is asked, as JSON, and the challenge in it, which stays in the session."""

    options: str
    challenge: str


def of(user: User) -> list[Passkey]:
    return list(Passkey.objects.filter(factor=user.second_factor_id)) if user.second_factor_id else []


def ask_new(user: User, site: Site, *, called: str) -> Question:
    """To make one. ``called`` is what the device shows of the site."""
    options = generate_registration_options(
        rp_id=site.host,
        rp_name=called,
        user_name=user.get_username(),
        user_display_name=str(user),
        user_id=salted_hmac("core.passkeys", str(user.pk), algorithm="sha256").digest(),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.PREFERRED
        ),
        exclude_credentials=_described(user),
    )
    return Question(options_to_json(options), bytes_to_base64url(options.challenge))


def ask(user: User, site: Site) -> Question:
    """To use one of those that this person has."""
    options = generate_authentication_options(
        rp_id=site.host,
        allow_credentials=_described(user),
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return Question(options_to_json(options), bytes_to_base64url(options.challenge))


@transaction.atomic
def add(user: User, *, answer: str, challenge: str, site: Site, name: str, at: datetime) -> tuple[Passkey, list[str]]:
    """Keep it; for who had no second step yet, recovery codes come with it. Raises NotTaken."""
    try:
        found = verify_registration_response(
            credential=_bounded(answer),
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as wrong:
        raise NotTaken from wrong
    factor, codes = begin_without_app(user, at=at)
    if factor.passkeys.count() >= MOST:
        raise NotTaken
    try:
        with transaction.atomic():
            passkey = Passkey.objects.create(
                factor=factor,
                name=" ".join(name.split())[:60],
                credential=bytes_to_base64url(found.credential_id),
                public_key=found.credential_public_key,
                signs=found.sign_count,
                added_at=at,
            )
    except IntegrityError as known:
        raise NotTaken from known
    return passkey, codes


@transaction.atomic
def verify(user: User, *, answer: str, challenge: str, site: Site, at: datetime) -> Passkey:
    """One of this person's, used just now on this page. Raises NotTaken."""
    try:
        credential = parse_authentication_credential_json(_bounded(answer))
        passkey = Passkey.objects.select_for_update().get(
            factor=user.second_factor_id, credential=bytes_to_base64url(credential.raw_id)
        )
        found = verify_authentication_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=bytes(passkey.public_key),
            credential_current_sign_count=passkey.signs,
        )
    except (WebAuthnException, Passkey.DoesNotExist, ValueError, KeyError, TypeError) as wrong:
        raise NotTaken from wrong
    passkey.signs, passkey.last_at = found.new_sign_count, at
    passkey.save(update_fields=["signs", "last_at"])
    return passkey


@transaction.atomic
def remove(user: User, pk: int) -> Passkey | None:
    """None when it is gone already. Raises LastOne when no app and no other passkey would be left."""
    factor = SecondFactor.objects.select_for_update(of=("self",)).filter(user=user).first()
    passkey = factor.passkeys.filter(pk=pk).first() if factor else None
    if factor is None or passkey is None:
        return None
    if not factor.has_app and factor.passkeys.count() == 1:
        raise LastOne
    passkey.delete()
    return passkey


def _described(user: User) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(each.credential)) for each in of(user)]


def _bounded(answer: str) -> str:
    if len(answer) > LONGEST:
        raise ValueError
    return answer
