"""A copy of the answers that were sent, for who sent them and for who handles them."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views import View
from django.views.decorators.cache import never_cache

from core.models import AccessLog
from core.views import ScopedView
from dossiers.signed_in import link_of
from forms.answers_pdf import answers_pdf, readable
from forms.models import Submission
from forms.views import DraftView


def pdf_response(submission: Submission) -> HttpResponse:
    response = HttpResponse(answers_pdf(submission), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="antwoorden-{submission.dossier.number}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Robots-Tag"] = "noindex"
    return response


class SentView(DraftView):
    """A page of a form that this browser just sent."""

    is_for_sent = True

    @cached_property
    def submission(self) -> Submission:
        return get_object_or_404(Submission.objects.select_related("dossier"), token=self.uuid)


class Answers(SentView):
    """To read once more, and to print."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        submission = self.submission
        context = {
            "schema": submission.version.schema,
            "submission": submission,
            "steps": readable(submission.answers["steps"]),
            "back": self.address("done"),
            "pdf": self.address("answers_pdf"),
        }
        return render(request, "forms/answers.html", context)


class AnswersPdf(SentView):
    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return pdf_response(self.submission)


@method_decorator(never_cache, name="dispatch")
class FollowedAnswersPdf(View):
    """From the follow page. Only through a link that went to the address given for this dossier."""

    def get(self, request: HttpRequest, token: str, uuid: UUID) -> HttpResponse:
        link = link_of(request, token, timezone.now())
        if link is None or not link.goes_to_the_citizen:
            raise Http404
        submissions = Submission.objects.select_related("dossier").filter(dossier=link.dossier_id)
        response = pdf_response(get_object_or_404(submissions, token=uuid))
        response["Referrer-Policy"] = "no-referrer"
        return response


@method_decorator(never_cache, name="dispatch")
class StaffAnswersPdf(ScopedView):
    """For who may see the dossier. It leaves the building in somebody's folder, so it is written down."""

    model = Submission
    permission = "dossiers.view_dossier"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        submission = self.get_object()
        AccessLog.objects.record(user=self.user, action="download", obj=submission, at=timezone.now())
        return pdf_response(submission)
