from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from core.models import User


class PrintBatchQuerySet(models.QuerySet["PrintBatch"]):
    def visible_to(self, user: User) -> Self:
        """Who puts letters in envelopes sees those of every service."""
        return self if user.is_active and user.has_perm("integrations.print_letters") else self.none()

    def with_counts(self) -> Self:
        """With the number of letters in each, as ``letters``: counted of the batches that are shown only."""
        jobs = PrintJob.objects.filter(batch=OuterRef("pk")).order_by().values("batch")
        letters = jobs.annotate(number=models.Count("pk")).values("number")
        return self.annotate(letters=Coalesce(Subquery(letters), 0)).select_related("made_by", "printed_by")


class PrintBatch(models.Model):
    """Letters that go to the printer together. Once marked as printed it opens again only by saying so."""

    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    printed_at = models.DateTimeField(_("printed at"), null=True)
    printed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    times = models.PositiveSmallIntegerField(_("times printed"), default=0)

    objects = PrintBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("batch of letters")
        verbose_name_plural = _("batches of letters")
        default_permissions = ()
        permissions = [("print_letters", _("May print letters"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(printed_at__isnull=True, printed_by__isnull=True)
                | Q(printed_at__isnull=False, printed_by__isnull=False, times__gt=0),
                name="integrations_printbatch_printed_by_whom",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class PrintJobQuerySet(models.QuerySet["PrintJob"]):
    def visible_to(self, user: User) -> Self:
        return self if user.is_active and user.has_perm("integrations.print_letters") else self.none()

    def waiting(self) -> Self:
        return self.filter(batch=None).order_by("pk")


class PrintJob(models.Model):
    """One letter on paper, as it is printed. ``key`` is its delivery's: however often that is tried, one letter."""

    key = models.CharField(max_length=200, unique=True)
    recipient = models.TextField(
        _("to whom"), help_text=_("Name and address, one line each: they stand in the window.")
    )
    reference = models.CharField(_("reference"), max_length=40, blank=True)
    subject = models.CharField(_("subject"), max_length=300)
    text = models.TextField(_("text"), blank=True)
    pdf_path = models.CharField(
        max_length=300, blank=True, help_text=_("A letter that was made before, as it was sent.")
    )
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)
    batch = models.ForeignKey(PrintBatch, on_delete=models.PROTECT, null=True, related_name="jobs")

    objects = PrintJobQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter to print")
        verbose_name_plural = _("letters to print")
        default_permissions = ()
        indexes = [models.Index(fields=["id"], condition=Q(batch=None), name="integrations_printjob_waiting")]
        constraints = [
            models.CheckConstraint(
                condition=Q(pdf_path="", pdf_sha256="") | (~Q(pdf_path="") & ~Q(pdf_sha256="")),
                name="integrations_printjob_pdf_with_hash",
            )
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def lacks_address(self) -> bool:
        """A name alone brings no letter home."""
        return len(self.recipient.split("\n")) < 2
