"""Dossiers that came to their end, and the questions that follow."""

from datetime import datetime, timedelta
from typing import Any

from core.actors import Actor
from core.models import User
from dossiers import actions
from dossiers.actions import surveys
from dossiers.models import Dossier, LetterTemplate, ProcessType, SurveyInvitation, SurveyResponse
from tests import town

FRIDAY = datetime(2026, 11, 27, 15, 0, tzinfo=town.BRUSSELS)
NEXT_MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=town.BRUSSELS)


def an() -> Actor:
    return Actor.staff(User.objects.filter(username="an").first() or town.clerk())


def take(dossier: Dossier, step: str, *, at: datetime = FRIDAY, reason: str = "Omdat.") -> Dossier:
    dossier.refresh_from_db()
    actions.take_step(dossier=dossier, step=step, expected_version=dossier.version, reason=reason, by=an(), at=at)
    dossier.refresh_from_db()
    return dossier


def refused(*, at: datetime = FRIDAY, **report: Any) -> Dossier:
    """Declared inadmissible: the shortest way to an end that is asked about."""
    return take(town.report(**report).dossier, "weigeren", at=at)


def completed(*, at: datetime = FRIDAY, **report: Any) -> Dossier:
    dossier = take(town.report(**report).dossier, "aanvaarden", at=at)
    return take(dossier, "afwerken", at=at)


def with_code_in_the_letter() -> None:
    """The letter that refuses has a place for the code."""
    town.melding()
    LetterTemplate.objects.filter(name="Niet ontvankelijk").update(
        body="Dag {naam}\n\n{reden}"
        "{als enquete_code}\n\nWat vond u ervan? {enquete_link} met code {enquete_code}{einde}"
    )


def that_can_be_reopened() -> ProcessType:
    """A process with a step out of its end, for when a dossier was finished too soon."""
    process_type = town.draft_melding()
    process_type.steps = [
        *process_type.steps.raw_data,
        town.step("Heropenen", ["Niet ontvankelijk", "Afgehandeld"], "Ontvankelijk"),
    ]
    town.published(process_type)
    return process_type


def invitation() -> SurveyInvitation:
    return SurveyInvitation.objects.latest("asked_at")


def answered(
    *scores: int | None, number: int = 0, at: datetime = FRIDAY, remark: str = "", contact_wish: str = "", **report: Any
) -> SurveyResponse:
    """A citizen of his or her own whose dossier was finished, and who answered."""
    dossier = refused(name=f"Burger {number}", email=f"burger{number}@example.org", at=at, **report)
    given = surveys.Answer(
        scores=dict(zip(("result", "speed", "treatment"), scores, strict=True)),
        remark=remark,
        contact_wish=contact_wish,
    )
    return surveys.answer(
        invitation=SurveyInvitation.objects.get(dossier=dossier),
        given=given,
        by=Actor.citizen(),
        at=at + timedelta(hours=1),
    )
