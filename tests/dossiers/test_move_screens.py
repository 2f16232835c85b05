"""Moving running dossiers on the screens: first see, then do, a line for each."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from core.actors import Actor
from core.models import User
from dossiers.actions import take_step
from dossiers.models import ProcessType
from tests import town

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client: Client) -> Client:
    user = User.objects.create_user("beheerder", password="a-password-of-its-own")
    user.groups.add(Group.objects.get(name="Beheerder"))
    client.force_login(user)
    return client


def published_again() -> ProcessType:
    process_type = ProcessType.objects.get()
    process_type.terms = [{"type": "term", "value": {"milestone": "decision", "days": 5}}]
    town.published(process_type)
    return process_type


def test_nothing_moves_by_looking_and_then_each_dossier_has_its_line(client: Client) -> None:
    stays, changed = (town.report(name=name).dossier for name in ("Fatima", "Jan"))
    address = reverse("dossiers:move", args=[published_again().pk])
    page = client.get(address, {"bekijk": "1"}).content.decode()
    assert "26 november 2026" in page
    assert "30 november 2026" in page
    stays.refresh_from_db()
    assert stays.process_version.number == 1
    take_step(
        dossier=changed, step="vragen", expected_version=1, by=Actor.staff(town.clerk()), at=town.MONDAY
    )  # while the administrator was reading
    response = client.post(address, {"dossier": [f"{stays.pk}:1", f"{changed.pk}:1", "x", "9999:1", "9998:x"]})
    stays.refresh_from_db()
    changed.refresh_from_db()
    assert (stays.process_version.number, changed.process_version.number) == (2, 1)
    assert "Intussen gewijzigd door An Claes" in response.content.decode()


def test_when_everything_is_on_the_newest_version_it_says_so(client: Client) -> None:
    town.report()
    page = client.get(reverse("dossiers:move", args=[ProcessType.objects.get().pk])).content.decode()
    assert "Elk open dossier staat op versie 1" in page


def test_a_process_that_was_never_published_has_nothing_running(client: Client) -> None:
    address = reverse("dossiers:move", args=[town.draft_melding().pk])
    assert "nog nooit gepubliceerd" in client.get(address, follow=True).content.decode()


def test_the_preview_draws_the_process_and_says_what_is_not_right_yet(client: Client) -> None:
    process_type = town.draft_melding()
    process_type.save_revision()
    template = process_type.get_preview_template(None, "")
    context = process_type.get_preview_context(client.get("/").wsgi_request, "")
    assert template == "dossiers/process/preview.html"
    assert context["problems"] == []
    assert len(context["diagram"].boxes) == 5
    process_type.statuses = []
    broken = process_type.get_preview_context(client.get("/").wsgi_request, "")
    assert broken["problems"]
    assert broken["diagram"].boxes == []
