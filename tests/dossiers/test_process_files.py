"""Process types travel between towns as files: drafts with their letters, never published, never half."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from core.models import User
from core.portable import NotReadable
from dossiers import process_files
from dossiers.models import LetterTemplate, ProcessType
from tests import town

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def administrator() -> User:
    user = User.objects.create_user("beheerder", password="a-password-of-its-own")
    user.groups.add(Group.objects.get(name="Beheerder"))
    return user


def exported(**changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(json.dumps(process_files.export(town.draft_melding(**changes))))
    return made


def brought_in(data: Any, by: User) -> ProcessType:
    return process_files.import_process(data=process_files.current(data), team=town.team("Wonen"), by=by).process_type


def test_a_process_comes_back_as_it_was_and_can_be_published(administrator: User) -> None:
    result = {"type": "result", "value": {"label": "Hersteld", "key": "hersteld"}}
    file = exported(results=[result], retention_years=5)
    process = brought_in(file, administrator)
    assert process.name == "Melding openbaar domein (2)"
    assert not process.live
    again = process_files.export(process)
    assert process_files.export(brought_in(again, administrator)) | {"name": ""} == again | {"name": ""}
    version = town.published(process)
    original = town.published(ProcessType.objects.get(name="Melding openbaar domein"))
    for name in ("kind", "prefix", "terms", "results", "confirmation", "retention_years", "survey"):
        assert getattr(version, name) == getattr(original, name), name
    for one, other in zip(version.statuses.all(), original.statuses.all(), strict=True):
        assert (one.key, one.citizen_label, one.milestone) == (other.key, other.citizen_label, other.milestone)
        steps = [[(step.key, step.target.key, step.letter) for step in status.steps.all()] for status in (one, other)]
        assert steps[0] == steps[1]


def test_the_same_letters_are_used_and_others_of_that_name_get_a_number(administrator: User) -> None:
    file = exported()
    count = LetterTemplate.objects.count()
    brought_in(file, administrator)
    assert LetterTemplate.objects.count() == count
    LetterTemplate.objects.filter(name="Ontvangst").update(subject="Heel anders")
    process = brought_in(file, administrator)
    assert process.confirmation is not None
    assert process.confirmation.name == "Ontvangst (2)"
    assert LetterTemplate.objects.count() == count + 1


def test_teams_routes_and_addresses_stay_at_home_and_groups_travel_by_name(administrator: User) -> None:
    route = {"fact": "", "value": "", "place": "", "team": str(town.team().pk), "assign": "nobody"}
    term = {"milestone": "decision", "days": 3, "escalate_days": 1, "escalate_to": "hoofd@mortsel.example"}
    process_type = town.draft_melding(terms=[{"type": "term", "value": term}])
    process_type.routes = [{"type": "route", "value": route}]
    process_type.steps = [
        *process_type.steps.raw_data,
        town.step("Sluiten", ["Ontvankelijk"], "Afgehandeld", groups=["Dossierbehandelaar"]),
    ]
    text = json.dumps(process_files.export(process_type))
    assert "hoofd@mortsel.example" not in text
    assert '"groups": ["Dossierbehandelaar"]' in text
    assert "routes" not in text
    assert town.team().name not in text


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"{", "geen procestype"),
        (b"[" * 100_000, "geen procestype"),
        (b'{"loket": "form", "format": 1}', "geen procestype"),
        (b'{"loket": "process", "format": 99}', "nieuwere versie"),
        (b'{"loket": "process", "format": 1, "statuses": {}}', "beschadigd"),
        (b'{"loket": "process", "format": 1, "letters": {"a": 1}}', "beschadigd"),
    ],
)
def test_a_file_that_is_something_else_is_refused(administrator: User, content: bytes, reason: str) -> None:
    with pytest.raises(NotReadable, match=reason):
        process_files.import_process(data=process_files.read(content), team=town.team(), by=administrator)
    assert not ProcessType.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"statuses": [{"type": "status", "value": 5}]},
        {"statuses": [{"type": "status", "value": {"label": ["x"]}}]},
        {"steps": "alles"},
        {"prefix": "te lang en niet in hoofdletters"},
        {"settings": {"retention_years": "veel"}},
        {"letters": {"Brief": {"subject": "{onbekend}", "body": "x"}}},
    ],
)
def test_nothing_is_left_of_a_file_that_is_damaged(administrator: User, change: dict[str, Any]) -> None:
    file = exported() | change
    letters = LetterTemplate.objects.count()
    with pytest.raises(NotReadable):
        brought_in(file, administrator)
    assert ProcessType.objects.count() == 1
    assert LetterTemplate.objects.count() == letters


def test_an_administrator_exports_and_imports_on_the_screens(client: Client, administrator: User) -> None:
    client.force_login(administrator)
    process = town.published(town.draft_melding()).process_type
    file = client.get(reverse("dossiers:export_process", args=[process.pk]))
    assert 'filename="mel.json"' in file["Content-Disposition"]
    typed = {"team": town.team("Wonen").pk, "file": SimpleUploadedFile("mel.json", file.content)}
    response = client.post(reverse("dossiers:new_process"), typed)
    made = ProcessType.objects.latest("pk")
    assert response["Location"] == reverse("wagtailsnippets_dossiers_processtype:edit", args=[made.pk])
    assert (made.team.name, made.live) == ("Wonen", False)


def test_what_is_missing_is_said_at_its_place(client: Client, administrator: User) -> None:
    client.force_login(administrator)
    address = reverse("dossiers:new_process")
    assert "Kies een team" in client.post(address, {}).content.decode()
    assert "Kies een bestand" in client.post(address, {"team": town.team().pk}).content.decode()
    wrong = {"team": town.team().pk, "file": SimpleUploadedFile("x.json", b"{}")}
    assert "geen procestype" in client.post(address, wrong).content.decode()


def test_a_clerk_has_no_business_there(client: Client) -> None:
    process = town.melding().process_type
    client.force_login(town.clerk())
    for name, args in (("new_process", []), ("export_process", [process.pk]), ("move", [process.pk])):
        assert client.get(reverse(f"dossiers:{name}", args=args)).status_code in {302, 403}


def test_every_process_that_comes_with_loket_can_be_imported(administrator: User) -> None:
    for name, data in process_files.templates().items():
        made = process_files.import_process(data=data, team=town.team(), by=administrator)
        assert made.process_type.name, name
