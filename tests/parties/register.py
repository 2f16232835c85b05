"""Records of the register, and the clerks who keep it, for tests."""

from datetime import date
from typing import Any

from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from cms.roles import ROLES
from core.actors import Actor
from core.models import User
from parties.actions import resolve
from parties.models import Identifier, Party
from parties.numbers import OfficialNumber, read_national_number, read_vcode
from tests import town

AT = town.MONDAY
EMAIL = "fatima@example.org"
BASIS = "Besluit van 1 januari 2026"
NUMBER = read_national_number("85073003328")
VCODE = read_vcode("V0012345")
OTHER_NUMBER = read_national_number("98472899765")
BORN = date(1985, 7, 30)


def member(role: str, username: str = "") -> User:
    user = User.objects.create_user(username or role, password="a-good-password", first_name="An", last_name="Claes")
    user.groups.add(Group.objects.get(name=ROLES[role].name))
    return user


def clerk(username: str = "an") -> Actor:
    return Actor.staff(member("onthaal", username))


def person(name: str = "Fatima El Amrani", email: str = EMAIL, phone: str = "") -> Party:
    return resolve(name=name, email=email, phone=phone, by=Actor.citizen(), at=AT).party


def organisation(name: str = "Wandelclub De Vrije Tred", email: str = "info@vrijetred.example") -> Party:
    kind = Party.Kind.ORGANISATION
    return resolve(name=name, email=email, kind=kind, by=Actor.citizen(), at=AT).party


def numbered(party: Party, number: OfficialNumber = NUMBER) -> Identifier:
    identifier = Identifier.holding(number, party=party, legal_basis=BASIS if number.is_secret else "")
    identifier.save()
    return identifier


def signed_in(client: Client, role: str = "onthaal") -> User:
    user = member(role)
    client.force_login(user)
    return user


def address(name: str, party: Party, *more: Any) -> str:
    return reverse(f"parties:{name}", args=[party.pk, *more])


def shown(response: Any) -> str:
    return BeautifulSoup(response.content, "html.parser").get_text(" ", strip=True)


def kinds(party: Party) -> list[str]:
    return list(party.events.order_by("pk").values_list("kind", flat=True))


def version(party: Party) -> int:
    return Party.objects.values_list("version", flat=True).get(pk=party.pk)
