"""One demo account per role, a second case handler, and the teams they work in."""

from dataclasses import dataclass

from django.contrib.auth.models import Group

from cms.roles import ROLES
from core.models import User
from dossiers.models import Team

PASSWORD = "loket-demo-2026"  # noqa: S105  public on purpose; production refuses to start beside these accounts


class AccountTaken(Exception):
    """Somebody real has the name of a demo account."""


@dataclass(frozen=True)
class Person:
    username: str
    role: str
    first_name: str
    last_name: str


PEOPLE = (
    Person("communicatie", "communicatie", "Lien", "Wouters"),
    Person("onthaal", "onthaal", "Fatima", "El Amrani"),
    Person("dossierbehandelaar", "dossierbehandelaar", "Tom", "Verlinden"),
    Person("dossierbehandelaar2", "dossierbehandelaar", "Sofie", "Janssens"),
    Person("zaalbeheer", "zaalbeheer", "Karim", "Bouzid"),
    Person("postregistratie", "postregistratie", "Greet", "De Backer"),
    Person("financien", "financien", "Pieter", "Maes"),
    Person("coordinator_verenigingen", "coordinator_verenigingen", "Nele", "Claes"),
    Person("directie", "directie", "Els", "Vandenberghe"),
    Person("gegevensbescherming", "gegevensbescherming", "Hilde", "Aerts"),
    Person("beheerder", "beheerder", "Jan", "Goossens"),
)

TEAMS = {
    "Themaloket ruimte": ("ruimte@mortsel.example", ("dossierbehandelaar", "dossierbehandelaar2")),
    "Themaloket burger": ("burger@mortsel.example", ("onthaal", "dossierbehandelaar2")),
    "Burgerzaken": ("burgerzaken@mortsel.example", ("dossierbehandelaar2",)),
    "Klachten": ("klachten@mortsel.example", ("dossierbehandelaar", "beheerder")),
    "Themaloket vrije tijd": ("vrijetijd@mortsel.example", ("zaalbeheer", "coordinator_verenigingen")),
}


def make_accounts() -> None:
    """The accounts of PEOPLE with their roles. Raises AccountTaken rather than touch a real account."""
    for person in PEOPLE:
        user, created = User.objects.get_or_create(
            username=person.username,
            defaults={
                "first_name": person.first_name,
                "last_name": person.last_name,
                "email": f"{person.username}@mortsel.example",
                "is_demo": True,
            },
        )
        if not user.is_demo:
            raise AccountTaken(f"{person.username!r} is a real account: the demo needs a database of its own.")
        if created:
            user.set_password(PASSWORD)
            user.save(update_fields=["password"])
        user.groups.set([Group.objects.get(name=ROLES[person.role].name)])


def make_teams() -> None:
    for name, (email, usernames) in TEAMS.items():
        team, created = Team.objects.get_or_create(name=name, defaults={"email": email, "phone": "03 444 17 17"})
        if created:
            team.members.set(User.objects.filter(username__in=usernames))
