"""Files of citizens before the virus scanner: what it says of one, and what that is called."""

import time
from typing import BinaryIO, NamedTuple

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from integrations import clamav

AT_UPLOAD = 5.0
"""Seconds that somebody who adds files waits for the scanner, whatever their number."""
IN_THE_BACKGROUND = 60.0


class Scan(models.TextChoices):
    NOT_SCANNED = "not_scanned", _("not scanned for viruses yet")
    CLEAN = "clean", _("no virus found")
    INFECTED = "infected", _("virus found")
    FAILED = "failed", _("the virus scanner could not read it")


class Verdict(NamedTuple):
    scan: Scan
    threat: str = ""


def judge(file: BinaryIO, *, seconds: float) -> Verdict:
    """Ask the scanner that the settings name. Raises clamav.Unavailable."""
    try:
        threat = clamav.scan(file, settings.CLAMAV, seconds=seconds)
    except clamav.Refused:
        return Verdict(Scan.FAILED)
    return Verdict(Scan.INFECTED, threat[:200]) if threat else Verdict(Scan.CLEAN)


class QuickScan:
    """Looks at new files at once, within a few seconds for all of them; what is left over, a job scans later."""

    def __init__(self) -> None:
        self.end = time.monotonic() + AT_UPLOAD

    def __call__(self, file: BinaryIO) -> Verdict:
        left = self.end - time.monotonic()
        if settings.CLAMAV and left > 0:
            try:
                return judge(file, seconds=left)
            except clamav.Unavailable:
                self.end = 0.0  # the next file need not wait for the same silence
        return Verdict(Scan.NOT_SCANNED)
