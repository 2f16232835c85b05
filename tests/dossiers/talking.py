"""A reception desk for tests: Nele of Onthaal, who may close a question at once, and conversations of hers."""

from typing import Any

from django.contrib.auth.models import Group

from core.actors import Actor
from core.models import User
from dossiers.models import Conversation, ProcessVersion
from parties.models import ContactPoint, Party, Representation
from tests import ready, town


def in_role(role: str, username: str, **names: str) -> User:
    user = User.objects.create_user(username, password="a-good-password", **names)
    user.groups.add(Group.objects.get(name=role))
    return User.objects.get(pk=user.pk)


def information() -> ProcessVersion:
    by = User.objects.filter(is_superuser=True).first() or User.objects.create_superuser("beheerder", password="x")
    return ready.process("inlichtingen", by=by)


def nele() -> User:
    return in_role("Onthaal", "nele", first_name="Nele", last_name="Maes")


def person(name: str = "Jan Van den Berghe", phone: str = "+32470123456") -> Party:
    party = Party.objects.create(name=name)
    ContactPoint.objects.create(party=party, kind="phone", value=phone, as_given=phone)
    return party


def association(name: str = "KSA Mortsel", chair: Party | None = None) -> Party:
    party = Party.objects.create(kind=Party.Kind.ORGANISATION, name=name)
    if chair:
        Representation.objects.create(
            person=chair, organisation=party, role="voorzitter", since=town.MONDAY.date().replace(month=1)
        )
    return party


def conversation(user: User, **fields: Any) -> Conversation:
    return Conversation.objects.create(user=user, **({"started_at": town.MONDAY, "subject": "Wanneer open?"} | fields))


def by(user: User) -> dict[str, Any]:
    return {"by": Actor.staff(user), "at": town.MONDAY}
