"""What forms keep of a party: what was answered, and the files that came along."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from dossiers.personal_data import dossiers_of
from forms.answers_pdf import readable
from forms.models import Submission, Upload
from parties.models import Party
from parties.personal_data import KeptFile, Section, row


class FormData:
    def sections(self, party: Party) -> Iterator[Section]:
        for submission in submissions_of(party):
            sent = {_("Form"): submission.answers["title"], _("Sent on"): submission.submitted_at}
            answers = {
                answer["label"]: answer["text"]
                for step in readable(submission.answers["steps"])
                for answer in step["answers"]
            }
            title = _("Answers in %(number)s") % {"number": submission.dossier.number}
            yield Section(title, [row(**sent), row(**answers)])

    def files(self, party: Party) -> Iterator[KeptFile]:
        uploads = Upload.objects.filter(submission__in=submissions_of(party)).exclude(file="")
        for upload in uploads.select_related("submission__dossier"):
            yield KeptFile(f"{upload.submission.dossier.number}/{upload.name}", upload.file)


def submissions_of(party: Party) -> QuerySet[Submission]:
    found = Submission.objects.filter(dossier__in=dossiers_of(party))
    return found.select_related("dossier").order_by("submitted_at")
