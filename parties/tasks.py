"""Jobs of the register."""

from django.utils import timezone

from parties import access
from parties.models import AccessRequest


def make_access_archives() -> None:
    access.make_waiting(at=timezone.now())


def forget_access_archives() -> None:
    access.forget(before=timezone.now() - AccessRequest.KEPT)
