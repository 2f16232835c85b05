"""What forms forget of a dossier: answers, files, who signed. What was chosen out of a list stays, for the figures."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import erasing
from dossiers.models import Dossier
from forms.fields import registry
from forms.fields.base import Retention
from forms.models import Cosignature, FormDraft, Submission, Upload
from integrations import erasing as outside
from integrations.models import Delivery


class FormEraser:
    def erase(self, dossier: Dossier, *, at: datetime) -> None:
        for submission in Submission.objects.filter(dossier=dossier):
            uploads = Upload.objects.filter(submission=submission)
            erasing.doom(*(file for each in uploads for file in (each.file, each.thumbnail)), at=at)
            uploads.delete()
            self.cosignatures(submission, at)
            Submission.objects.filter(pk=submission.pk).update(answers=without_people(submission.answers))
            FormDraft.objects.filter(pk=submission.token).delete()  # its shell

    def cosignatures(self, submission: Submission, at: datetime) -> None:
        """With the mails about them."""
        asked = Cosignature.objects.filter(submission=submission)
        keys = Q(key=f"cosign-{submission.pk}-complete")
        for each in asked:
            keys |= Q(key__in=[f"cosign-{each.pk}-{name}" for name in (*range(1, each.times_asked + 1), *ABOUT_ONE)])
            keys |= Q(key=f"cosign-{each.pk}-lapsed-{each.deadline:%Y%m%d%H}")
        outside.empty(Delivery.objects.filter(keys), at=at)
        asked.delete()


ABOUT_ONE = ("declined", "reminder")


def without_people(answers: dict[str, Any]) -> dict[str, Any]:
    """The answers of which nobody can tell who gave them: what was chosen out of a list of the editor's."""
    steps = [
        step | {"answers": [answer for answer in step["answers"] if may_stay(answer)]} for step in answers["steps"]
    ]
    return {"title": answers["title"], "steps": [step for step in steps if step["answers"]]}


def may_stay(answer: dict[str, Any]) -> bool:
    kind = registry.get(answer["type"])
    kept = kind is not None and kind.retention is Retention.DOSSIER and (kind.routable or kind.is_listed)
    return kept and answer.get("retention", Retention.DOSSIER) == Retention.DOSSIER and not answer.get("purpose")


def declare() -> None:
    """For ``AppConfig.ready()``."""
    erasing.terms.register(
        "drafts",
        erasing.Term(
            what=_("Forms that were begun and not sent, with their files and the links to go on with them"),
            kept=_("7 days after somebody last worked on it; 30 days with a link to go on"),
            why=_("So long somebody may come back to it."),
        ),
    )
    erasing.terms.register(
        "trials",
        erasing.Term(
            what=_("What editors typed while they tried out a form"),
            kept=_("12 hours"),
            why=_("Trying out takes a day at most."),
        ),
    )
    erasing.terms.register(
        "rate counts",
        erasing.Term(
            what=_("Counts of who begins or sends how many forms, as keyed hashes"),
            kept=_("Until the window of the limit is over: an hour or a day"),
            why=_("After that a limit does not look at it any more."),
        ),
    )
    for model in ("Cosignature", "Upload"):
        erasing.goes_with_dossier(f"forms.{model}")
    erasing.goes_with_dossier("forms.CosignLink")
    erasing.goes_with_dossier("forms.Submission", "answers")
    erasing.goes_by_itself("forms.FormDraft", term="drafts")
    erasing.goes_by_itself("forms.ResumeLink", term="drafts")
    erasing.goes_by_itself("forms.FormTrial", term="trials")
    erasing.goes_by_itself("forms.RateCount", term="rate counts")
    erasing.stays("forms.UsageCount", why="counts of pages and questions, never of people")
    for model in ("FormDefinition", "FormStanding", "FormVersion", "QuestionGroup", "FormRemark"):
        erasing.stays(f"forms.{model}", why="what editors write about questions")
    for model in ("EmbedHost", "KioskAddress"):
        erasing.stays(f"forms.{model}", why="where forms of the town stand")
