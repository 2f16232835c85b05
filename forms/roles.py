"""Who fills in or reads a form. Each question says per role what that role may do with it."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    CITIZEN = "burger", _("Citizen")
    ASSOCIATION = "vereniging", _("Association")
    DESK = "balie", _("Desk")
    HANDLER = "behandelaar", _("Case handler")


class OnBehalf(models.TextChoices):
    """Whether a form may be filled in for somebody else."""

    NO = "no", _("Not possible")
    MAY = "may", _("Possible: we ask for whom")
    MUST = "must", _("Always: for an association, a company or another person")


class SignIn(models.TextChoices):
    """Whether who fills in a form signs in first. It says nothing where the town has no sign-in for citizens."""

    NO = "no", _("Not asked")
    MAY = "may", _("Offered: who signs in types less")
    MUST = "must", _("Required")


class ActingFor(models.TextChoices):
    """For whom somebody fills in a form."""

    SELF = "self", _("For myself")
    ORGANISATION = "organisation", _("For an association, company or organisation")
    PERSON = "person", _("For another person")


def role_for(acting_for: str) -> Role:
    """In which role a citizen fills in a form."""
    return Role.ASSOCIATION if acting_for == ActingFor.ORGANISATION else Role.CITIZEN


def formidable_accesses() -> list[Any]:
    """For formidable (FORMIDABLE_ACCESS_RIGHTS_LOADER): every role there is."""
    from forms.runtime import access_object

    return [access_object(role) for role in Role]


def formidable_context(request: HttpRequest, kwargs: dict[str, Any]) -> str:
    """For formidable's own REST views (FORMIDABLE_CONTEXT_LOADER), which Loket does not serve: the narrowest role."""
    return Role.CITIZEN
