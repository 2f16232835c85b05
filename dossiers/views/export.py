"""The list as a file."""

from collections.abc import Iterator
from itertools import islice

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import AccessLog
from dossiers.export import CONTENT_TYPES, CSV, MOST_ROWS, as_csv, as_xlsx, file_name
from dossiers.models import Dossier
from dossiers.models.contact import Channel
from dossiers.views.deadline import Deadline
from dossiers.views.worklist import WorkListView
from dossiers.worklist import FIRST_CHANNEL

CHUNK = 500


class Export(WorkListView):
    """What the list shows with the present filters, streamed; each dossier in it is logged before it leaves."""

    permission = "dossiers.export_dossier"

    def get(self, request: HttpRequest, extension: str) -> StreamingHttpResponse:
        make = as_csv if extension == CSV else as_xlsx
        response = StreamingHttpResponse(make(self.lines()), content_type=CONTENT_TYPES[extension])
        response["Content-Disposition"] = f'attachment; filename="{file_name(self.asked.tab, extension)}"'
        response["Cache-Control"] = "no-store"
        return response

    def lines(self) -> Iterator[list[str]]:
        found = self.dossiers.for_list().annotate(first_channel=FIRST_CHANNEL).order_by(*self.asked.ordering)
        rows = found[: MOST_ROWS + 1].iterator(chunk_size=CHUNK)
        left = MOST_ROWS
        while chunk := list(islice(rows, CHUNK)):
            shown, left = chunk[:left], left - len(chunk)
            AccessLog.objects.record_all(user=self.user, action="export", objects=shown, at=self.now)
            yield from (self.line(dossier) for dossier in shown)
        if left < 0:
            note = _("Not everything is here: an export holds at most %(most)s dossiers. Use a filter.")
            yield [note % {"most": MOST_ROWS}]

    def line(self, dossier: Dossier) -> list[str]:
        channels = dict(Channel.choices)
        return [
            dossier.number,
            dossier.process_version.name,
            dossier.subject,
            dossier.status.label,
            dossier.initiator.name if dossier.initiator else "",
            dossier.representative.name if dossier.representative else "",
            dossier.place,
            dossier.team.name,
            str(dossier.handler or ""),
            str(channels.get(getattr(dossier, "first_channel", ""), "")),
            f"{timezone.localtime(dossier.first_contact_at):%d/%m/%Y %H:%M}",
            f"{timezone.localtime(dossier.due_at):%d/%m/%Y}" if dossier.due_at else "",
            Deadline.of(dossier, self.now, self.looking.calendar).text,
        ]
