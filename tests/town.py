"""A small town for tests: its teams, people and processes, made the way an editor makes them."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import Permission

from core.actors import Actor
from core.models import User
from dossiers.actions import Opened, open_dossier
from dossiers.models import LetterTemplate, ProcessType, ProcessVersion, Team
from parties.actions import resolve

BRUSSELS = ZoneInfo("Europe/Brussels")
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=BRUSSELS)  # 26 November is three working days later


def team(name: str = "Themaloket ruimte") -> Team:
    return Team.objects.get_or_create(name=name, defaults={"email": "ruimte@mortsel.example"})[0]


def staff(username: str, *permissions: str, teams: tuple[Team, ...] = (), **names: str) -> User:
    """A member of staff with just these permissions ('dossiers.view_dossier'), and access to /beheer/."""
    user = User.objects.create_user(username, password="a-good-password", **names)
    for permission in ("wagtailadmin.access_admin", *permissions):
        app, codename = permission.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    for member_of in teams:
        member_of.members.add(user)
    return user


def clerk(username: str = "an", *, first_name: str = "An", last_name: str = "Claes") -> User:
    """Somebody who handles the dossiers of Themaloket ruimte."""
    return staff(
        username,
        "dossiers.view_dossier",
        "dossiers.handle_dossier",
        teams=(team(),),
        first_name=first_name,
        last_name=last_name,
    )


def status(label: str, milestone: str, **more: Any) -> dict[str, Any]:
    value = {
        "label": label,
        "citizen_label": f"{label} (burger)",
        "citizen_text": "",
        "milestone": milestone,
        "key": "",
    }
    return {"type": "status", "value": value | {"key": label.lower().replace(" ", "-")} | more}


def step(label: str, sources: list[str], target: str, **more: Any) -> dict[str, Any]:
    value = {"label": label, "sources": sources, "target": target, "needs_reason": False, "letter": None, "key": ""}
    return {"type": "step", "value": value | {"key": label.lower().replace(" ", "-")} | more}


def draft_melding(**changes: Any) -> ProcessType:
    """A melding as an editor drew it; saved, not published."""
    confirmation, _ = LetterTemplate.objects.get_or_create(
        name="Ontvangst",
        defaults={
            "subject": "We hebben uw melding {nummer}",
            "body": "Dag {naam}\n\nU hoort van ons ten laatste op {uiterste_datum}.\n{volglink}",
        },
    )
    accepted, _ = LetterTemplate.objects.get_or_create(
        name="Ontvankelijk",
        defaults={
            "subject": "Melding {nummer}: we pakken het aan",
            "body": "Dag {naam}\n\nWe pakken het aan.",
            "always": True,
        },
    )
    refused, _ = LetterTemplate.objects.get_or_create(
        name="Niet ontvankelijk",
        defaults={
            "subject": "Melding {nummer}: we kunnen u niet helpen",
            "body": "Dag {naam}\n\nWe behandelen uw melding niet.\n\n{reden}",
            "always": True,
        },
    )
    fields: dict[str, Any] = {
        "name": "Melding openbaar domein",
        "kind": "melding",
        "prefix": "MEL",
        "team": team(),
        "confirmation": confirmation,
        "statuses": [
            status("Ontvangen", "received"),
            status("Ontvankelijk", "admissible"),
            status("Niet ontvankelijk", "inadmissible"),
            status("Wacht op u", "waiting_for_citizen"),
            status("Afgehandeld", "completed"),
        ],
        "steps": [
            step("Aanvaarden", ["Ontvangen", "Wacht op u"], "Ontvankelijk", letter=accepted.pk),
            step("Weigeren", ["Ontvangen", "Wacht op u"], "Niet ontvankelijk", letter=refused.pk, needs_reason=True),
            step("Vragen", ["Ontvangen"], "Wacht op u"),
            step("Afwerken", ["Ontvankelijk"], "Afgehandeld"),
        ],
        "terms": [
            {"type": "term", "value": {"milestone": "decision", "days": 3}},
            {"type": "term", "value": {"milestone": "completed", "days": 20}},
        ],
    }
    process_type = ProcessType(live=False, **(fields | changes))
    process_type.full_clean()
    process_type.save()
    return process_type


def published(process_type: ProcessType) -> ProcessVersion:
    process_type.save_revision().publish()
    version = ProcessType.objects.get(pk=process_type.pk).current_version
    assert version is not None
    return version


def melding() -> ProcessVersion:
    """The published process, made once."""
    existing = ProcessVersion.objects.order_by("-number").first()
    return existing or published(draft_melding())


def report(
    *, name: str = "Fatima El Amrani", email: str = "fatima@example.org", at: datetime = MONDAY, **more: Any
) -> Opened:
    """Somebody reports a loose paving stone."""
    by = Actor.citizen()
    found = resolve(name=name, email=email, phone="", by=by, at=at)
    return open_dossier(
        **{
            "process_version": melding(),
            "initiator": found.party,
            "party_match": found.match,
            "channel": "web",
            "subject": "Losse tegel",
            "place": "Statielei 10",
            "given_name": name,
            "email": email,
            "by": by,
            "at": at,
        }
        | more
    )
