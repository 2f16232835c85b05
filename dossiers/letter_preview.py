"""What a letter looks like while an editor writes it: with a real dossier where there is one, else with an example."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import AccessLog, User
from dossiers import clock, letters
from dossiers.actions import working_calendar
from dossiers.actions.notifying import first_contact, merge_values
from dossiers.models import Dossier, LetterTemplate, ProcessVersion, Team, Transition

LOGGED_ONCE_IN = timedelta(hours=1)
"""The preview is made anew at every pause in the typing; looking at one dossier is written down once."""


@dataclass(frozen=True)
class Example:
    """A dossier to show the letter with."""

    dossier: Dossier
    name: str
    is_real: bool

    @classmethod
    def of(cls, template: LetterTemplate, user: User) -> "Example":
        """The newest dossier that this person may see and whose process sends this letter, else a made-up one."""
        if template.pk:
            steps = Transition.objects.filter(letter=template).values("version")
            sends = Q(pk__in=steps) | Q(confirmation=template) | Q(delay_letter=template)
            processes = ProcessVersion.objects.filter(sends)
            seen = Dossier.objects.visible_to(user).for_list().filter(process_version__in=processes)
            if dossier := seen.order_by("-pk").first():
                contact = first_contact(dossier)
                return cls(dossier, contact.given_name if contact else "", is_real=True)
        now = timezone.now()
        dossier = Dossier(
            number=f"VBD-{now.year}-000123",
            process_version=ProcessVersion(name=_("Report about the public domain")),
            team=Team(name=_("Team public domain")),
            subject=_("Loose paving stone"),
            place=_("Town square 1"),
            first_contact_at=now,
            promised_at=clock.due_at(now, 3, working_calendar()),
        )
        return cls(dossier, _("Sam Peeters"), is_real=False)

    def values(self, template: LetterTemplate) -> dict[str, str]:
        step = (
            Transition.objects.filter(letter=template).select_related("target", "version").last()
            if template.pk
            else None
        )
        status = step.target.citizen_label if step else _("In progress")
        if self.is_real and not step:
            status = self.dossier.status.citizen_label
        values = merge_values(
            self.dossier,
            name=self.name,
            link=None,
            status_label=status,
            reason=_("Here comes the reason that the clerk gives."),
            result=result_of(step),
            facts=_("- Here come the facts\n- that the clerk gives."),
            at=timezone.now(),
        )
        return values | {"volglink": f"{settings.BASE_URL}/volg/…/"}  # the real one is the citizen's key


def result_of(step: Transition | None) -> str:
    """The result that this step always gives, or the first that can be chosen."""
    if step is None or not step.gives_result:
        return ""
    return step.result or next((str(result["key"]) for result in step.version.results), "")


def letter_preview(template: LetterTemplate, request: HttpRequest, mode: str) -> HttpResponse:
    user = request.user
    if not isinstance(user, User):
        raise PermissionDenied
    example = Example.of(template, user)
    if example.is_real:
        _record_once(user, example.dossier)
    letter = template.compose(example.values(template))
    context = {
        "letter": letter,
        "example": example,
        "mode": mode,
        "pages": [b64encode(page).decode() for page in _pages(letter, example)] if mode == "paper" else [],
        "lacks": template.decision_problems(timezone.localdate()) if template.is_decision else [],
    }
    return render(request, "dossiers/letter_preview.html", context)


def _pages(letter: letters.Letter, example: Example) -> list[bytes]:
    from core.pdfium import pictures_of
    from dossiers.letter_pdf import letter_pdf  # which loads WeasyPrint

    return pictures_of(
        letter_pdf(letter=letter, dossier=example.dossier, addressee=example.name, at=timezone.now(), is_draft=True)
    )


def _record_once(user: User, dossier: Dossier) -> None:
    now = timezone.now()
    lately = AccessLog.objects.filter(user=user, action="preview", at__gt=now - LOGGED_ONCE_IN)
    if not lately.filter(model=dossier._meta.label_lower, object_id=str(dossier.pk)).exists():
        AccessLog.objects.record(user=user, action="preview", obj=dossier, at=now)
