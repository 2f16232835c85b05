"""Files of citizens before the virus scanner: what it says of one, and what that is called."""

import logging
import random
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, BinaryIO, NamedTuple

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from integrations import clamav
from integrations.backoff import pause_after

logger = logging.getLogger(__name__)

AT_UPLOAD = 5.0
"""Seconds that somebody who adds files waits for the scanner, whatever their number."""
IN_THE_BACKGROUND = 60.0

ROUND_SECONDS = 120
"""How long one round of the scan goes on before it leaves the rest to the next minute."""
LEASE = timedelta(minutes=10)  # well above the longest that a job may run
SCAN_AGAIN = timedelta(days=1)
"""When a file that the scanner could not read gets another turn."""


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


def scan_later(_file: BinaryIO) -> Verdict:
    """For files that came without anybody waiting at a screen: a job scans them within the minute."""
    return Verdict(Scan.NOT_SCANNED)


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


class ScannedFile(models.Model):
    """A row of one file, with what the scanner says of it. ``objects`` has ``to_scan(at)``."""

    name = models.CharField(_("file name"), max_length=255, help_text="As the citizen's own device called it.")
    media_type = models.CharField(max_length=100, default="image/jpeg", help_text="As we determined it.")
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True, default="", help_text="SHA-256 of what is stored.")

    scan = models.CharField(_("virus scan"), max_length=20, choices=Scan.choices, default=Scan.NOT_SCANNED)
    scanned_at = models.DateTimeField(null=True, blank=True)
    threat = models.CharField(max_length=200, blank=True, default="", help_text="The virus, as the scanner calls it.")
    scan_attempts = models.PositiveIntegerField(default=0)
    next_scan_at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True

    @property
    def is_picture(self) -> bool:
        """Made anew by Loket, from its pixels only."""
        return self.width is not None

    @property
    def is_infected(self) -> bool:
        return self.scan == Scan.INFECTED

    @property
    def is_open_to_staff(self) -> bool:
        """What no scanner has judged stays closed, unless the town decided otherwise; a picture is our own work."""
        if self.is_infected:
            return False
        return self.scan == Scan.CLEAN or self.is_picture or bool(settings.UNSCANNED_FILES)


class ScannedFileQuerySet(models.QuerySet[Any]):
    def to_scan(self, at: datetime) -> Any:
        """What the scanner must look at now, the longest waiting first."""
        return self.filter(scan__in=[Scan.NOT_SCANNED, Scan.FAILED], next_scan_at__lte=at).order_by("next_scan_at")


def scan_waiting(files: ScannedFileQuerySet, record: Callable[[Any, Verdict, datetime], None], *, at: datetime) -> int:
    """Have the scanner look at what it has not judged yet; returns how many files it judged.

    Any number of workers may do this, and any of them may die half-way: a file is claimed by moving its next turn, and
    the attempt is counted before it is made. While the scanner is away nothing is counted, and all wait.
    """
    judged = 0
    if not settings.CLAMAV:
        return judged
    if not clamav.ping(settings.CLAMAV, seconds=5):
        logger.warning("The virus scanner at %s does not answer", settings.CLAMAV)
        return judged
    started = time.monotonic()
    while (elapsed := time.monotonic() - started) < ROUND_SECONDS:
        now = at + timedelta(seconds=elapsed)
        waiting = files.to_scan(now).first()
        if waiting is None:
            break
        claimed = files.filter(pk=waiting.pk, next_scan_at=waiting.next_scan_at).update(
            next_scan_at=now + LEASE, scan_attempts=F("scan_attempts") + 1
        )
        if not claimed:
            continue  # another worker has it
        try:
            with waiting.file.open("rb") as file:
                verdict: Verdict | None = judge(file.file, seconds=IN_THE_BACKGROUND)
        except clamav.Unavailable as error:
            logger.warning("File %s was not scanned: %s", waiting.pk, error)
            if not clamav.ping(settings.CLAMAV, seconds=5):
                files.filter(pk=waiting.pk).update(
                    next_scan_at=waiting.next_scan_at, scan_attempts=waiting.scan_attempts
                )
                break
            verdict = _postponed(files, waiting, now)
        except OSError as error:
            logger.warning("File %s cannot be read: %s", waiting.pk, error)
            verdict = _postponed(files, waiting, now)
        else:
            judged += 1
        if verdict is not None:
            record(waiting, verdict, now)
    return judged


def _postponed(files: ScannedFileQuerySet, waiting: Any, at: datetime) -> Verdict | None:
    """The scanner lives, but this file got no answer: again after a while, and in the end once a day."""
    pause = pause_after(waiting.scan_attempts + 1, random.random())  # noqa: S311  no secret
    if pause is None:
        return Verdict(Scan.FAILED)
    files.filter(pk=waiting.pk).update(next_scan_at=at + pause)
    return None
