"""What the worker runs."""

from django.utils import timezone

from parties import access, finding_upkeep, importing, look_alikes, merging
from parties.models import AccessRequest


def tidy_words() -> None:
    finding_upkeep.tidy()


def find_look_alikes() -> None:
    look_alikes.find_all(at=timezone.now())


def gather_late() -> None:
    merging.gather_late(at=timezone.now())


def forget_old_merges() -> None:
    merging.forget_old(at=timezone.now())


def run_import(key: int) -> None:
    importing.run(key)


def go_on_importing() -> None:
    importing.go_on(at=timezone.now())


def make_access_archives() -> None:
    access.make_waiting(at=timezone.now())


def forget_access_archives() -> None:
    access.forget(before=timezone.now() - AccessRequest.KEPT)
