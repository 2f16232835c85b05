"""A clerk recognises an association, in words where the database would refuse."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from parties import actions
from parties.models import Party, Recognition, RecognitionCategory
from tests.parties import register

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def club(db: None) -> Party:
    return register.organisation()


@pytest.fixture
def category(db: None) -> RecognitionCategory:
    return RecognitionCategory.objects.create(code="A", name="Erkende Mortselse verenigingen")


def recognise(client: Client, club: Party, chosen: RecognitionCategory, **data: str) -> Any:
    given = {
        "version": str(register.version(club)), "category": str(chosen.pk), "since": "2026-05-01", "until": "",
        "decision": "college van 20 april 2026",
    }  # fmt: skip
    return client.post(register.address("recognise", club), given | data)


def test_recognised_with_the_decision(client: Client, club: Party, category: RecognitionCategory) -> None:
    user = register.signed_in(client, "coordinator_verenigingen")
    assert recognise(client, club, category).status_code == 302
    row = Recognition.objects.get()
    assert (row.category, row.since, row.until, row.recorded_by) == (category, date(2026, 5, 1), None, user)
    assert club.events.get().what == "Toegevoegd: categorie A"
    assert "college van 20 april 2026" in register.shown(client.get(club.get_absolute_url()))


def test_never_two_on_one_day_is_said_in_words(client: Client, club: Party, category: RecognitionCategory) -> None:
    register.signed_in(client, "coordinator_verenigingen")
    recognise(client, club, category)
    response = recognise(client, club, category, since="2026-06-01")
    assert response.status_code == 422
    assert "Er is een erkenning in categorie A sinds 1 mei 2026. Beëindig die eerst." in register.shown(response)
    assert Recognition.objects.count() == 1


def test_end_the_first_and_begin_another(client: Client, club: Party, category: RecognitionCategory) -> None:
    register.signed_in(client, "coordinator_verenigingen")
    recognise(client, club, category)
    row = Recognition.objects.get()
    given = {
        "version": "2", "category": str(category.pk), "since": "2026-05-01", "until": "2026-05-31",
        "decision": "", "reason": "new",
    }  # fmt: skip
    client.post(register.address("recognition", club, row.pk), given)
    other = RecognitionCategory.objects.create(code="B", name="Andere")
    response = recognise(client, club, other, since="2026-05-31")
    assert "van 1 mei 2026 tot en met 31 mei 2026" in register.shown(response)
    assert recognise(client, club, other, since="2026-06-01").status_code == 302
    said = register.shown(client.get(club.get_absolute_url()))
    assert "B Andere" in said
    assert "Vroegere erkenningen" in said


def test_a_colleague_who_was_a_moment_earlier(club: Party, category: RecognitionCategory, monkeypatch: Any) -> None:
    """Neither saw the other: the database refuses the second, and the words follow."""
    by = register.clerk()
    looks: list[int] = []
    look = actions.recognition._refuse_overlap

    def too_early(recognition: Recognition) -> None:
        looks.append(1)
        if len(looks) == 1:
            Recognition.objects.create(party=club, category=category, since=date(2026, 1, 1))
        else:
            look(recognition)

    monkeypatch.setattr(actions.recognition, "_refuse_overlap", too_early)
    with pytest.raises(actions.Refused, match="categorie A sinds 1 januari 2026"):
        actions.recognise(
            party=club, expected_version=1, category=category, since=date(2026, 5, 1), by=by, at=register.AT
        )


def test_another_refusal_of_the_database_reaches_the_caller(
    club: Party, category: RecognitionCategory, monkeypatch: Any
) -> None:
    def refuse(*_args: object, **_more: object) -> None:
        raise IntegrityError("a rule of the database")

    monkeypatch.setattr(Recognition, "save", refuse)
    with pytest.raises(IntegrityError, match="a rule of the database"):
        actions.recognise(
            party=club,
            expected_version=1,
            category=category,
            since=date(2026, 5, 1),
            by=register.clerk(),
            at=register.AT,
        )


def test_a_person_is_not_recognised(client: Client, category: RecognitionCategory) -> None:
    party = register.person()
    register.signed_in(client, "coordinator_verenigingen")
    assert "Alleen een organisatie kan erkend worden." in register.shown(recognise(client, party, category))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"category": ""}, "Kies een categorie."),
        ({"since": ""}, "Vul de dag in."),
        ({"until": "2026-04-30"}, "De laatste dag ligt voor de eerste"),
    ],
)
def test_what_cannot_be_is_said_at_its_place(
    client: Client, club: Party, category: RecognitionCategory, data: dict[str, str], words: str
) -> None:
    register.signed_in(client, "coordinator_verenigingen")
    response = recognise(client, club, category, **data)
    assert response.status_code == 422
    assert words in register.shown(response)
    assert not Recognition.objects.exists()


def test_the_desk_sees_it_and_cannot_decide_it(client: Client, club: Party, category: RecognitionCategory) -> None:
    register.signed_in(client)
    assert recognise(client, club, category).status_code == 302
    assert not Recognition.objects.exists()
    assert "Deze organisatie erkennen" not in register.shown(client.get(club.get_absolute_url()))


def test_the_administrator_keeps_the_categories(client: Client, club: Party, category: RecognitionCategory) -> None:
    register.signed_in(client, "beheerder")
    listing = reverse("parties_recognitioncategory_modeladmin_index")
    assert "Erkende Mortselse verenigingen" in register.shown(client.get(listing))
    new = reverse("parties_recognitioncategory_modeladmin_create")
    client.post(new, {"code": "B", "name": "Andere verenigingen", "description": ""})
    assert RecognitionCategory.objects.filter(code="B").exists()
    recognise(client, club, category)
    client.post(reverse("parties_recognitioncategory_modeladmin_delete", args=[category.pk]))
    assert RecognitionCategory.objects.filter(code="A").exists()  # it is in use


@pytest.mark.parametrize("role", ["onthaal", "communicatie", "coordinator_verenigingen"])
def test_others_do_not(client: Client, category: RecognitionCategory, role: str) -> None:
    register.signed_in(client, role)
    for name, args in (("index", []), ("create", []), ("edit", [category.pk])):
        assert client.get(reverse(f"parties_recognitioncategory_modeladmin_{name}", args=args)).status_code in (
            302,
            403,
        )
