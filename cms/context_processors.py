"""What every page of the public site shows: who we are and how to reach a person."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _


def site(request: HttpRequest | None = None) -> dict[str, str]:
    """The town's name and the help contact, which stands in the same place on every page (WCAG 3.2.6).

    Needs neither a request nor a database, so that the error pages can use it too.
    """
    return {
        "municipality": settings.MUNICIPALITY,
        "site_name": _("Local authority %(municipality)s") % {"municipality": settings.MUNICIPALITY},
        "help_phone": settings.HELP_PHONE,
        "help_email": settings.HELP_EMAIL,
        "help_phone_uri": _international(settings.HELP_PHONE),
        "help_address": settings.HELP_ADDRESS,
    }


def staff(request: HttpRequest) -> dict[str, Any]:
    """By which roads staff sign in."""
    if not request.path.startswith("/beheer/"):
        return {}
    return {"staff_provider": settings.STAFF_OIDC is not None, "staff_password": settings.STAFF_PASSWORD}


def _international(phone: str) -> str:
    """The number as a ``tel:`` link wants it: 03 444 17 17 becomes +3234441717."""
    digits = "".join(character for character in phone if character.isdigit())
    if phone.startswith("+"):
        return f"+{digits}"
    return f"+32{digits.removeprefix('0')}"
