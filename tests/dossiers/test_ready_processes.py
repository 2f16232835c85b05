"""The processes that come with Loket: each can be used once a town has chosen a team and, for decisions, who signs."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from core.models import User
from core.portable import NotReadable
from dossiers import letters, process_files
from dossiers.milestones import ENDS, Milestone
from dossiers.models import LetterTemplate, ProcessType, ProcessVersion
from forms.readability import hard_to_read
from tests import ready, town

pytestmark = [pytest.mark.django_db, pytest.mark.both]

RESULTS = {
    "attest": ["Afgeleverd", "Niet mogelijk"],
    "bouwen": ["Positief", "Positief met voorwaarden", "Negatief", "Geen vergunning nodig"],
    "inlichtingen": [],
    "klacht": ["Gegrond", "Deels gegrond", "Ongegrond"],
    "melding": [],
}


@pytest.fixture
def administrator() -> User:
    return User.objects.create_superuser("beheerder", password="a-password-of-its-own")


def letters_of(version: ProcessVersion) -> list[LetterTemplate]:
    steps = [step.letter for step in version.transitions.select_related("letter") if step.letter]
    return [letter for letter in (version.confirmation, version.delay_letter, *steps) if letter]


def test_the_five_are_there() -> None:
    assert sorted(RESULTS) == ready.NAMES


@pytest.mark.parametrize("name", ready.NAMES)
def test_it_can_be_published_once_a_team_and_who_signs_are_chosen(name: str, administrator: User) -> None:
    made = ready.draft(name, by=administrator)
    assert not made.process_type.live
    assert bool(made.process_type.problems()) == (name == "bouwen")
    ready.choose_signatory()
    again = ProcessType.objects.get(pk=made.process_type.pk)
    assert [str(problem) for problem in again.problems()] == []
    assert town.published(again).number == 1


@pytest.mark.parametrize("name", ready.NAMES)
def test_its_form_asks_what_its_letters_say(name: str, administrator: User) -> None:
    version = ready.process(name, by=administrator)
    form = ready.form(name, version, by=administrator)
    asked = form.latest_version()
    assert asked is not None
    asks_place = any(
        field["parameters"]["purpose"] == "place" and field["accesses"][0]["level"] == "REQUIRED"
        for step in asked.schema["steps"]
        for field in step["fields"]
    )
    purposes = {field["parameters"]["purpose"] for step in asked.schema["steps"] for field in step["fields"]}
    assert "subject" in purposes  # every letter names it
    says_place = any(letter.uses("plaats") for letter in letters_of(version))
    assert asks_place or not says_place


@pytest.mark.parametrize("name", ready.NAMES)
def test_every_status_tells_the_citizen_what_it_means(name: str, administrator: User) -> None:
    version = ready.process(name, by=administrator)
    for status in version.statuses.all():
        assert len(status.citizen_text.split()) >= 10, status
        assert list(hard_to_read(f"{status.citizen_label}. {status.citizen_text}")) == []


@pytest.mark.parametrize("name", ready.NAMES)
def test_every_letter_reads_well_and_offers_help(name: str, administrator: User) -> None:
    version = ready.process(name, by=administrator)
    example = dict.fromkeys(letters.MERGE_FIELDS, "Zo") | {"naam": "Fatima El Amrani"}
    for letter in letters_of(version):
        said = letters.merge(letter.body, example)
        assert list(hard_to_read(said)) == [], letter
        assert said.startswith("Beste Fatima El Amrani\n"), letter
        assert letter.uses("telefoon"), letter
        assert "{" not in said
        assert not re.search(r"\b(je|jouw|jullie)\b", said), letter


@pytest.mark.parametrize("name", ready.NAMES)
def test_terms_say_where_they_come_from_and_what_happens_when_they_pass(name: str, administrator: User) -> None:
    version = ready.process(name, by=administrator)
    assert version.delay_letter is not None
    assert version.confirmation is not None
    assert version.terms
    for term in version.terms:
        assert term["source"].startswith("Eigen belofte"), term
        assert {"warn_days", "escalate_days", "slip_days", "slip_reason"} <= set(term)


@pytest.mark.parametrize("name", ready.NAMES)
def test_the_citizen_may_withdraw_and_answer(name: str, administrator: User) -> None:
    version = ready.process(name, by=administrator)
    targets = {step.target.milestone for step in version.transitions.filter(citizen_may=True)}
    assert Milestone.WITHDRAWN in targets
    for waiting in version.statuses.filter(milestone=Milestone.WAITING_FOR_CITIZEN):
        assert waiting.steps.filter(citizen_may=True).exclude(target__milestone__in=ENDS).exists()


@pytest.mark.parametrize("name", ready.NAMES)
def test_results_and_survey(name: str, administrator: User) -> None:
    version = ready.process(name, by=administrator)
    assert [result["label"] for result in version.results] == RESULTS[name]
    assert version.survey == (name != "inlichtingen")
    steps = list(version.transitions.all())
    can_be = {result["key"] for result in version.results if any(step.needs_result for step in steps)}
    can_be |= {step.result for step in steps if step.result}
    assert can_be == {result["key"] for result in version.results}
    assert version.retention_years is None
    assert version.retention_source


def test_whoever_takes_bouwen_reads_what_to_choose(client: Client, administrator: User) -> None:
    client.force_login(administrator)
    address = reverse("dossiers:new_process")
    assert "Iemand wil bouwen" in client.get(address).content.decode()
    page = client.post(address, {"team": town.team().pk, "sjabloon": "bouwen"}, follow=True).content.decode()
    assert "Kies wie de brief “Bouwen: beslissing” tekent" in page
    assert "niemand ondertekent hem" in page


@pytest.mark.parametrize("notes", ["alles", [1], {"a": "b"}])
def test_notes_that_are_no_texts_are_refused(notes: object) -> None:
    with pytest.raises(NotReadable):
        process_files.current({"loket": "process", "format": 1, "notes": notes})
