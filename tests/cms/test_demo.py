"""The demo says what it made, makes it once, and never in production."""

from io import StringIO
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from wagtail.models import Page, Site

from cms.demo import people
from cms.roles import ROLES
from core.models import ClosingDay, User
from dossiers.milestones import Milestone
from dossiers.models import Dossier, LetterTemplate, Notification, ProcessType, ProcessVersion, Team
from forms.models import FormDefinition, FormVersion, Submission, Upload
from integrations.models import Delivery
from parties.models import Party

pytestmark = pytest.mark.django_db

COUNTED = (
    User, Team, ClosingDay, ProcessType, ProcessVersion, LetterTemplate, FormDefinition, FormVersion, Submission,
    Upload, Dossier, Notification, Delivery, Party, Page, Site,
)  # fmt: skip


def demo() -> str:
    out = StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


def test_the_demo_fills_an_empty_loket(client: Client, settings: Any) -> None:
    said = demo()

    reached = set(Dossier.objects.values_list("status__milestone", flat=True))
    assert reached == set(Milestone.values) - {Milestone.ADMISSIBLE, Milestone.WITHDRAWN}
    for address in ("/", "/melding-openbaar-domein/", "/contact/", "/toegankelijkheid/", "/privacy/"):
        assert client.get(address).status_code == 200, address
    form = FormDefinition.objects.get()
    assert client.get(form.get_absolute_url()).status_code == 200
    assert f"{settings.BASE_URL}{form.get_absolute_url()}" in said
    assert f"{settings.BASE_URL}/beheer/" in said


def test_every_role_has_an_account_that_works(client: Client) -> None:
    said = demo()

    assert {person.role for person in people.PEOPLE} == set(ROLES)
    for person in people.PEOPLE:
        user = authenticate(client.get("/").wsgi_request, username=person.username, password=people.PASSWORD)
        assert user is not None
        assert user.is_demo
        assert [group.name for group in user.groups.all()] == [ROLES[person.role].name]
        assert person.username in said
    assert people.PASSWORD in said


def test_doing_it_twice_changes_nothing() -> None:
    demo()
    before = {model: model._default_manager.count() for model in COUNTED}
    Team.objects.filter(name="Themaloket ruimte").update(phone="03 000 00 00")

    demo()

    assert before == {model: model._default_manager.count() for model in COUNTED}
    assert Team.objects.get(name="Themaloket ruimte").phone == "03 000 00 00"


def test_every_melding_was_confirmed_to_its_citizen() -> None:
    demo()

    for dossier in Dossier.objects.all():
        first = dossier.notifications.first()
        assert dossier.number in first.text
        assert first.to == dossier.contacts.get().given_email
        assert "{" not in first.text
        assert first.delivery.state == Delivery.State.QUEUED


def test_the_same_citizen_is_one_party() -> None:
    demo()

    assert Party.objects.count() == Dossier.objects.count() - 1  # Rachida reported twice


def test_no_list_of_the_clerk_is_empty(client: Client) -> None:
    demo()
    client.force_login(User.objects.get(username="dossierbehandelaar"))

    for shown in ("te-doen", "over-termijn", "mijn", "wacht-op-burger", "afgehandeld"):
        assert "MEL-" in client.get(f"/beheer/dossiers/?toon={shown}").content.decode(), shown


def test_the_home_page_counts_what_asks_attention(client: Client) -> None:
    demo()
    client.force_login(User.objects.get(username="dossierbehandelaar"))

    panels = client.get("/beheer/").content.decode()

    assert "toon=over-termijn" in panels
    assert "uitgaand" not in panels


def test_production_has_no_demo(settings: Any) -> None:
    settings.PRODUCTION = True

    with pytest.raises(CommandError, match="production"):
        demo()

    assert not User.objects.exists()


def test_the_demo_does_not_touch_a_real_account() -> None:
    real = User.objects.create_user("onthaal", password="a-password-of-its-own")

    with pytest.raises(CommandError, match="onthaal"):
        demo()

    real.refresh_from_db()
    assert real.check_password("a-password-of-its-own")
    assert User.objects.count() == 1
