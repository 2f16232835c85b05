"""An administrator draws a process type in the admin, and hears what is not right yet."""

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from core.models import User
from dossiers.models import LetterTemplate, ProcessType, ProcessVersion
from tests import town

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client: Client) -> Client:
    user = User.objects.create_user("beheerder", password="a-password-of-its-own")
    user.groups.add(Group.objects.get(name="Beheerder"))
    client.force_login(user)
    return client


def test_an_empty_draft_is_kept_and_its_publication_refused_with_the_reason(client: Client) -> None:
    team = town.melding().process_type.team
    published = ProcessVersion.objects.count()
    typed = {
        "name": "Klacht", "kind": "complaint", "prefix": "KLA", "team": team.pk, "confirmation": "",
        "statuses-count": "0", "steps-count": "0", "terms-count": "0", "results-count": "0", "routes-count": "0",
        "action-publish": "action-publish",
    }  # fmt: skip

    response = client.post(reverse("wagtailsnippets_dossiers_processtype:add"), typed, follow=True)

    draft = ProcessType.objects.get(name="Klacht")
    assert not draft.live
    assert ProcessVersion.objects.count() == published
    assert response.redirect_chain[-1][0] == reverse("wagtailsnippets_dossiers_processtype:edit", args=[draft.pk])
    problems = BeautifulSoup(response.content, "html.parser").select(".loket-problems li")
    assert [item.get_text() for item in problems] == [str(problem) for problem in draft.problems()]


def test_each_status_of_a_step_has_a_name_for_a_screen_reader() -> None:
    source = ProcessType._meta.get_field("steps").stream_block.child_blocks["step"].child_blocks["sources"].child_block

    field = BeautifulSoup(source.field.widget.render("source", ""), "html.parser").find("input")

    assert field["aria-label"] == source.label


def test_a_letter_with_an_unknown_field_is_not_saved(client: Client) -> None:
    response = client.post(
        reverse("wagtailsnippets_dossiers_lettertemplate:add"),
        {"name": "Brief", "subject": "Uw melding", "body": "Beste {voornaam}"},
    )

    assert not LetterTemplate.objects.filter(name="Brief").exists()
    assert "{voornaam}" in BeautifulSoup(response.content, "html.parser").select_one(".error-message").get_text()


@pytest.mark.parametrize(("words", "found"), [("melding", True), ("zaal", False)])
def test_process_types_are_searched_by_name(client: Client, words: str, found: bool) -> None:
    name = town.melding().process_type.name

    page = client.get(reverse("wagtailsnippets_dossiers_processtype:list"), {"q": words}).content

    results = BeautifulSoup(page, "html.parser").find(id="listing-results").get_text()
    assert (name in results) is found
