"""Whether this citizen is asked the three questions, and by which road. docs/rules/tevredenheid.md."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from core.models import User
from dossiers import survey
from dossiers.channels import MessageChannel, Route
from dossiers.models import Dossier, LetterTemplate, SurveyInvitation
from dossiers.models.contact import Direction
from dossiers.models.survey import AskedBy
from parties.models import Party

LETTER_FIELDS = ("enquete_link", "enquete_code")
"""A letter that holds one of these asks the questions on paper."""


def given_email(dossier: Dossier) -> str:
    """The address that was given when this dossier was opened."""
    given = dossier.contacts.filter(direction=Direction.INCOMING).values_list("given_email", flat=True).first()
    return given or ""


def road(dossier: Dossier, route: Route, letter: LetterTemplate | None) -> AskedBy | None:
    """The road by which the citizen hears from us; on paper only with a ``letter`` that has a place for the code.

    None: not by ourselves. Whoever wants no messages about this dossier gets none about the questions either.
    """
    if dossier.muted_at:
        return None
    match route.channel:
        case MessageChannel.MAIL:
            return AskedBy.MAIL
        case MessageChannel.SMS:
            return AskedBy.SMS
    if letter is not None and any(letter.uses(field) for field in LETTER_FIELDS):
        return AskedBy.PAPER
    return None


def objection(dossier: Dossier, *, at: datetime) -> str:
    """Why this person is not asked, in a clerk's words; '' when nothing stands in the way."""
    person = _person(dossier)
    if person is None:
        return _("Whoever stays anonymous is not asked.")
    email = given_email(dossier)
    if email and User.objects.filter(email__iexact=email).exists():
        return _("A colleague reported this. The questions are for citizens.")
    theirs = Q(dossier__representative=person) | Q(dossier__representative=None, dossier__initiator=person)
    recent = SurveyInvitation.objects.filter(
        theirs,
        process_type=dossier.process_version.process_type_id,
        cancelled_at=None,
        asked_at__gt=at - timedelta(days=survey.ONCE_IN_DAYS),
    )
    if recent.exists():
        return _("We asked this person about the same kind of dossier less than %(days)d days ago.") % {
            "days": survey.ONCE_IN_DAYS
        }
    return ""


def lock_person(dossier: Dossier, *, wait: bool) -> bool:
    """So that nobody else decides meanwhile whether this person is asked. False: somebody else is deciding just now.

    A step does not wait: it may end several dossiers, and two of those could wait for each other's people for ever.
    """
    person = _person(dossier)
    if person is None:
        return True
    people = Party.objects.select_for_update(no_key=True, skip_locked=not wait)
    return people.filter(pk=person).first() is not None


def _person(dossier: Dossier) -> int | None:
    """Who the contact is with: the representative, when there is one."""
    return dossier.representative_id or dossier.initiator_id


def survey_values(
    dossier: Dossier, *, route: Route, letter: LetterTemplate, preview_of: str = "", at: datetime
) -> dict[str, str]:
    """What a letter says of the questions: ``{enquete_link}`` and ``{enquete_code}``; empty when nothing is asked.

    Who gets the questions by mail needs no code, so ``{als enquete_code}`` is for the others.

    ``preview_of`` is the milestone that ``letter`` would be sent at: nobody was asked then yet, so words stand for
    the link and the code.
    """
    if preview_of:
        way = road(dossier, route, letter)
        asks = (
            survey.applies(dossier.process_version, milestone=preview_of, origin=dossier.origin)
            and way
            and not objection(dossier, at=at)
        )
        code = "" if way == AskedBy.MAIL else _("(here comes the code)")
        words = _("(here comes the link to the questions)"), code
        return dict(zip(LETTER_FIELDS, words if asks else ("", ""), strict=True))
    invitation = SurveyInvitation.objects.open(at).filter(dossier=dossier).order_by("-asked_at").first()
    if invitation is None:
        return dict.fromkeys(LETTER_FIELDS, "")
    by_mail = invitation.asked_by == AskedBy.MAIL
    path = invitation.get_absolute_url() if by_mail else reverse("survey_code")  # one that can be typed
    code = "" if by_mail else invitation.printed_code  # the link of a mail needs none
    return dict(zip(LETTER_FIELDS, (settings.BASE_URL + path, code), strict=True))
