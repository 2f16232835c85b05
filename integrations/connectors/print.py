"""Letters on paper: put ready for the next batch, which somebody prints at /beheer/afdrukken/."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from integrations.connectors.base import Payload, PermanentFailure, Result, Summary
from integrations.models import PrintJob


class PrintConnector:
    """Payload: ``recipient`` (name and address, one line each), ``subject``, ``text``, and if wanted ``reference`` and
    ``pdf`` (``path`` in private storage and ``sha256``: a letter that was made before is printed as it is)."""

    name = "print"
    template = "integrations/connectors/print.html"

    def deliver(self, payload: Payload, key: str) -> Result:
        pdf = payload.get("pdf") or {}
        if not payload.get("text") and not pdf:
            raise PermanentFailure(_("There is nothing to print."))
        job, _created = PrintJob.objects.get_or_create(
            key=key,
            defaults={
                "recipient": payload["recipient"],
                "reference": payload.get("reference", ""),
                "subject": payload["subject"][:300],
                "text": payload.get("text", ""),
                "pdf_path": pdf.get("path", ""),
                "pdf_sha256": pdf.get("sha256", ""),
            },
        )
        return Result(delivered=False, reference=f"print-{job.pk}")

    def summary(self, payload: Payload) -> Summary:
        return Summary(recipient=payload["recipient"].split("\n")[0], subject=payload["subject"])

    def is_set_up(self) -> bool:
        return True

    def progress(self, result: Mapping[str, Any]) -> str:
        if printed := result.get("printed_at"):
            when = timezone.localtime(datetime.fromisoformat(printed))
            return _("printed on %(when)s") % {"when": date_format(when, "j F Y")}
        return _("to be printed")

    def notice(self) -> str:
        return ""
