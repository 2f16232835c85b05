"""What teams may do with the dossiers of a process. It holds at once, and stands in the history of the process."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from core.actors import Actor
from dossiers.models import ClosedProcess, Competence, ProcessType, Team

CHANGED = "loket.competences"


@dataclass(frozen=True)
class May:
    """What one team may, besides what it may with its own dossiers. Deciding is handling too, and all is seeing."""

    see: bool = False
    handle: bool = False
    decide: bool = False
    configure: bool = False

    def words(self) -> str:
        said = {
            _("sees"): self.see,
            _("handles"): self.handle,
            _("decides"): self.decide,
            _("configures"): self.configure,
        }
        return ", ".join(word for word, holds in said.items() if holds)


@transaction.atomic
def set_competences(
    *, process_type: ProcessType, may: Mapping[Team, May], closed: bool, by: Actor, at: datetime
) -> None:
    """Just this, and nothing else: teams that are not named may no more than with their own dossiers."""
    ProcessType.objects.select_for_update().get(pk=process_type.pk)
    before = _words(process_type)
    Competence.objects.filter(process_type=process_type).delete()
    Competence.objects.bulk_create(
        Competence(
            process_type=process_type,
            team=team,
            handle=each.handle or each.decide,
            decide=each.decide,
            configure=each.configure,
        )
        for team, each in may.items()
        if each != May()
    )
    if closed:
        ClosedProcess.objects.get_or_create(process_type=process_type, defaults={"since": at, "by": by.user})
    else:
        ClosedProcess.objects.filter(process_type=process_type).delete()
    after = _words(process_type)
    if after != before:
        log(instance=process_type, action=CHANGED, user=by.user, data={"before": before, "after": after})


def _words(process_type: ProcessType) -> list[str]:
    """What holds now, for the history."""
    rows = Competence.objects.filter(process_type=process_type).select_related("team").order_by("team__name")
    said = [
        f"{row.team}: {May(True, row.handle, row.decide, row.configure).words()}"
        for row in rows
    ]  # fmt: skip
    closed = ClosedProcess.objects.filter(process_type=process_type).exists()
    return [*([_("closed to other teams")] if closed else []), *said]
