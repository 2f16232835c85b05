"""On behalf of an association or of somebody else: the examples of docs/rules/vertegenwoordiging.md."""

from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from core.actors import Actor
from dossiers.actions import confirm_party, detach_party
from dossiers.models import Contact, Dossier
from forms import actions
from forms.models import FormDraft, FormVersion, Submission
from forms.on_behalf import allowed
from forms.roles import ActingFor, Role
from parties.actions import resolve
from parties.models import Identifier, Party, Representation
from parties.numbers import read_kbo
from tests import town
from tests.forms import builder
from tests.forms.builder import Citizen

pytestmark = [pytest.mark.django_db, pytest.mark.both]

KWB = {"name": "KWB Mortsel", "number": "0403.019.261", "function": "voorzitter"}


@pytest.fixture
def version() -> FormVersion:
    return builder.published_form(on_behalf="may")


def begin(acting_for: str) -> Citizen:
    citizen = Citizen()
    response = citizen.client.post(f"/formulieren/{citizen.slug}/", {"acting_for": acting_for})
    assert response.status_code == 302
    citizen.uuid = response["Location"].split("/")[3]
    return citizen


def for_kwb(**changes: str) -> Citizen:
    citizen = begin("organisation")
    response = citizen.client.post(citizen.address("on_behalf"), KWB | changes)
    assert response["Location"] == citizen.address("step", 1)
    return citizen


def page_of(response: Any) -> BeautifulSoup:
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


# --- The question -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on_behalf", "choices"),
    [("no", []), ("may", ["self", "organisation", "person"]), ("must", ["organisation", "person"])],
)
def test_the_start_page_asks_for_whom_when_the_form_says_so(on_behalf: str, choices: list[str]) -> None:
    builder.published_form(on_behalf=on_behalf)
    page = page_of(Client().get("/formulieren/melding-openbaar-domein/"))
    assert [radio["value"] for radio in page.select("main input[type=radio]")] == choices


@pytest.mark.parametrize("posted", [{}, {"acting_for": "self"}, {"acting_for": "hacker"}])
def test_a_form_that_is_always_for_another_is_not_for_oneself(posted: dict[str, str]) -> None:
    builder.published_form(on_behalf="must")
    page = page_of(Client().post("/formulieren/melding-openbaar-domein/", posted))
    assert page.title.get_text().startswith("Fout:")
    assert page.select_one(".govuk-error-summary a")["href"].startswith("#id_acting_for")
    assert not FormDraft.objects.exists()


def test_a_form_for_oneself_does_not_become_one_for_another() -> None:
    builder.published_form()
    citizen = begin("organisation")  # what was posted beside the question
    assert (citizen.draft.role, citizen.draft.acting_for) == ("burger", "self")
    assert citizen.get("on_behalf")["Location"] == citizen.address("step", 1)


def test_an_old_version_knows_nobody_else() -> None:
    version = builder.published_form()
    del version.schema["on_behalf"]
    assert allowed(version.schema) == "no"


def test_for_oneself_goes_straight_on(version: FormVersion) -> None:
    citizen = begin("self")
    assert (citizen.draft.role, citizen.draft.on_behalf) == ("burger", None)
    assert citizen.get("step", 1).status_code == 200


# --- The page before the first step -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("acting_for", "role"), [("organisation", "vereniging"), ("person", "burger")])
def test_no_step_before_it_is_known_for_whom(version: FormVersion, acting_for: str, role: str) -> None:
    citizen = begin(acting_for)
    assert citizen.draft.role == role
    for page, args in (("step", (1,)), ("step", (3,)), ("check", ())):
        assert citizen.get(page, *args)["Location"] == citizen.address("on_behalf")
    assert citizen.send()["Location"] == citizen.address("on_behalf")
    assert citizen.get("on_behalf").status_code == 200


def test_the_action_itself_refuses_too(version: FormVersion) -> None:
    draft = actions.start(
        version=version,
        role=Role.ASSOCIATION,
        acting_for=ActingFor.ORGANISATION,
        by=Actor.citizen(),
        at=town.MONDAY,
    )
    draft.answers = {"wat": "losse-tegel", "waar": "Hier", "naam": "An", "email": "an@example.org"}
    draft.save()
    with pytest.raises(actions.Incomplete):
        actions.submit(draft=draft, by=Actor.citizen(), at=town.MONDAY)


def test_mistakes_are_named_and_nothing_typed_is_lost(version: FormVersion) -> None:
    citizen = begin("organisation")
    page = page_of(citizen.client.post(citizen.address("on_behalf"), KWB | {"name": "", "number": "0403019262"}))
    assert [link["href"] for link in page.select(".govuk-error-summary a")] == ["#id_name", "#id_number"]
    assert page.find(id="id_number")["value"] == "0403019262"
    assert page.find(id="id_function")["value"] == "voorzitter"
    assert citizen.draft.on_behalf is None


def test_tokens_of_the_browser_are_right(version: FormVersion) -> None:
    tokens = {}
    for acting_for in ("organisation", "person"):
        page = page_of(begin(acting_for).get("on_behalf"))
        tokens[acting_for] = {box["name"]: box.get("autocomplete") for box in page.select("main input[type=text]")}
    assert tokens["organisation"] == {"name": "organization", "number": "off", "function": "organization-title"}
    assert tokens["person"] == {"name": "off", "function": "off"}


def test_it_is_checked_and_changed_like_every_answer(version: FormVersion) -> None:
    citizen = for_kwb().fill_in_everything()
    page = page_of(citizen.get("check"))
    assert page.select_one("h2").get_text(strip=True) == "Voor wie"
    rows = {row.dt.get_text(strip=True): row for row in page.select(".govuk-summary-list__row")}
    row = rows["Naam van de vereniging, het bedrijf of de organisatie"]
    assert row.dd.get_text(strip=True) == "KWB Mortsel"
    change = row.a["href"].partition("#")[0]
    assert page_of(citizen.client.get(change)).find(id="id_name")["value"] == "KWB Mortsel"
    assert citizen.client.post(change, KWB | {"name": "KWB"})["Location"] == citizen.address("check")
    assert citizen.draft.on_behalf["name"] == "KWB"


def test_somebody_elses_page_is_not_found(version: FormVersion) -> None:
    owner, stranger = for_kwb(), begin("organisation")
    stranger.uuid = owner.uuid
    assert stranger.get("on_behalf").status_code == 404
    assert stranger.client.post(stranger.address("on_behalf"), KWB).status_code == 404


# --- What comes of it -------------------------------------------------------------------------------------------------


def test_the_organisation_is_the_initiator_and_the_person_represents_it(version: FormVersion) -> None:
    for_kwb().fill_in_everything().send()
    dossier, contact = Dossier.objects.get(), Contact.objects.get()
    assert (dossier.initiator.kind, dossier.initiator.name) == ("organisation", "KWB Mortsel")
    assert Identifier.objects.get().party == dossier.initiator
    assert dossier.representative.name == "Fatima El Amrani"
    assert contact.party == dossier.representative
    assert (contact.given_email, dossier.representative_role) == ("fatima@example.org", "voorzitter")
    first = Submission.objects.get().answers["steps"][0]
    assert [answer["text"] for answer in first["answers"]] == ["KWB Mortsel", "0403.019.261", "voorzitter"]


def test_own_word_confirms_nothing(version: FormVersion) -> None:
    for_kwb().fill_in_everything().send()
    assert Dossier.objects.get().representation == "claimed"
    assert not Representation.objects.exists()
    clerk = Client()
    clerk.force_login(town.clerk())
    text = page_of(clerk.get(Dossier.objects.get().get_absolute_url())).get_text(" ", strip=True)
    assert "KWB Mortsel" in text
    assert "nog niet bevestigd" in text


def chair_of_kwb(until: date | None = None) -> Party:
    by = Actor.citizen()
    kwb = resolve(name="KWB", kind=Party.Kind.ORGANISATION, number=read_kbo("0403019261"), by=by, at=town.MONDAY).party
    fatima = resolve(name="Fatima El Amrani", email="fatima@example.org", by=by, at=town.MONDAY).party
    Representation.objects.create(
        person=fatima, organisation=kwb, role="voorzitter", since=date(2020, 1, 1), until=until
    )
    return fatima


def test_name_and_address_of_the_chair_are_not_enough(version: FormVersion) -> None:
    """Anyone can type them. Once a clerk confirms the person, the register knows the rest."""
    fatima = chair_of_kwb()
    for_kwb().fill_in_everything().send()
    dossier = Dossier.objects.get()
    assert (dossier.representative, dossier.representation) == (fatima, "claimed")
    confirm_party(dossier=dossier, by=Actor.staff(town.clerk()), at=town.MONDAY)
    dossier.refresh_from_db()
    assert dossier.representation == "confirmed"


@pytest.mark.parametrize(("until", "state"), [(None, "confirmed"), (date(2026, 1, 1), "claimed")])
def test_a_proven_chair_is_confirmed_while_in_office(version: FormVersion, until: date | None, state: str) -> None:
    fatima = chair_of_kwb(until)
    citizen = for_kwb()
    citizen.fill_in_everything()
    FormDraft.objects.update(party=fatima)
    actions.submit(draft=citizen.draft, by=Actor.citizen(), at=timezone.now())
    assert Dossier.objects.get().representation == state
    assert Contact.objects.get().party_match == "proven"


def test_a_proven_person_of_another_organisation_is_not_confirmed(version: FormVersion) -> None:
    fatima = chair_of_kwb()
    citizen = for_kwb(number="0428.759.497", name="Andere vzw")
    citizen.fill_in_everything()
    FormDraft.objects.update(party=fatima)
    actions.submit(draft=citizen.draft, by=Actor.citizen(), at=timezone.now())
    assert Dossier.objects.get().representation == "claimed"


def test_an_association_without_a_number(version: FormVersion) -> None:
    for _time in range(2):
        for_kwb(number="", name="Buurtcomité").fill_in_everything().send()
    first, second = Dossier.objects.order_by("pk")
    assert first.initiator == second.initiator
    assert Party.objects.count() == 2


def test_for_another_person(version: FormVersion) -> None:
    citizen = begin("person")
    citizen.client.post(citizen.address("on_behalf"), {"name": "Mia El Amrani", "function": "dochter"})
    citizen.fill_in_everything().send()
    dossier = Dossier.objects.get()
    assert (dossier.initiator.kind, dossier.initiator.name) == ("person", "Mia El Amrani")
    assert (dossier.representative.name, dossier.representative_role) == ("Fatima El Amrani", "dochter")
    assert dossier.representation == "claimed"


def test_detaching_the_representative_leaves_the_organisation(version: FormVersion) -> None:
    chair_of_kwb()
    for_kwb().fill_in_everything().send()
    dossier = Dossier.objects.get()
    kwb = dossier.initiator
    party = detach_party(dossier=dossier, by=Actor.staff(town.clerk()), at=town.MONDAY)
    dossier.refresh_from_db()
    assert (dossier.initiator, dossier.representative, dossier.representation) == (kwb, party, "claimed")


def test_confirmed_is_no_longer_so_for_whom_was_detached(version: FormVersion) -> None:
    fatima = chair_of_kwb()
    for_kwb().fill_in_everything().send()
    dossier = Dossier.objects.get()
    assert dossier.representative == fatima
    detach_party(dossier=dossier, by=Actor.staff(town.clerk()), at=timezone.now())
    dossier.refresh_from_db()
    assert dossier.representative != fatima
    assert dossier.representation == "claimed"


# --- The database -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"on_behalf": KWB},
        {"role": "vereniging"},
        {"role": "vereniging", "acting_for": "person"},
    ],
)
def test_the_database_refuses_a_form_for_nobody(version: FormVersion, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        FormDraft.objects.create(version=version, **wrong)


def test_the_database_refuses_a_representation_of_nobody() -> None:
    opened = town.report()
    with pytest.raises(IntegrityError), transaction.atomic():
        Dossier.objects.filter(pk=opened.dossier.pk).update(representation="claimed")


def test_a_sent_form_keeps_nothing_of_it(version: FormVersion) -> None:
    citizen = for_kwb().fill_in_everything()
    citizen.send()
    assert citizen.draft.on_behalf is None
    assert citizen.get("on_behalf")["Location"] == citizen.address("done")
