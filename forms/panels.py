"""What forms add to the page of a dossier."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.models import User
from dossiers.models import Dossier, FollowLink
from dossiers.permissions import may_handle
from forms import cosigning
from forms.fields import registry
from forms.filling_in import upload_ids
from forms.models import Submission


class AnswersPanel:
    """The answers, with the questions as they were asked."""

    title: str | Promise = _("Answers")
    order = 20

    def render(self, request: HttpRequest, dossier: Dossier) -> str:
        submissions = list(
            Submission.objects.filter(dossier=dossier).select_related("version").prefetch_related("uploads")
        )
        if not submissions:
            return ""
        for submission in submissions:
            uploads = {str(upload.pk): upload for upload in submission.uploads.all()}
            for step in submission.answers["steps"]:
                for answer in step["answers"]:
                    of_files = registry[answer["type"]].is_file
                    pks = upload_ids(answer["value"]) if of_files else []
                    answer["uploads"] = [uploads[pk] for pk in pks if pk in uploads]
        return render_to_string("forms/answers_panel.html", {"submissions": submissions}, request=request)


class CitizenAnswersPanel:
    """On the follow page: a copy of what the citizen sent."""

    order = 20

    def render(self, request: HttpRequest, link: FollowLink) -> str:
        submissions = Submission.objects.filter(dossier=link.dossier_id).only("token", "answers", "submitted_at")
        if not submissions:
            return ""
        return render_to_string("forms/citizen_answers_panel.html", {"submissions": submissions, "link": link})


class CosignPanel:
    """For the clerk: who was asked to sign too, and what came of it."""

    title: str | Promise = _("Co-signing")
    order = 10

    def render(self, request: HttpRequest, dossier: Dossier) -> str:
        shown = _overviews(dossier.pk)
        if not shown:
            return ""
        handling = isinstance(request.user, User) and may_handle(request.user, dossier)
        context = {"overviews": shown, "may_handle": handling}
        return render_to_string("forms/cosign_panel.html", context, request=request)


class CitizenCosignPanel:
    """For who filled in, on the follow page."""

    order = 10

    def render(self, request: HttpRequest, link: FollowLink) -> str:
        shown = _overviews(link.dossier_id)
        if not shown:
            return ""
        return render_to_string("forms/citizen_cosign_panel.html", {"overviews": shown, "link": link})


def _overviews(dossier_id: int) -> list[dict[str, Any]]:
    submissions = Submission.objects.filter(dossier=dossier_id).prefetch_related("cosignatures")
    return [shown for submission in submissions if (shown := cosigning.overview(submission))]
