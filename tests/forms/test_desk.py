"""A member of staff fills in a form at the desk, and what is known of a proven person is filled in beforehand."""

from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from core.actors import Actor
from core.models import AccessLog, User
from dossiers.models import Contact, Dossier, Event
from forms.models import FormDraft, FormVersion
from forms.roles import Role
from parties.actions import resolve
from parties.models import ContactPoint, Identifier, Party
from tests import town
from tests.forms import builder
from tests.forms.builder import Citizen

pytestmark = [pytest.mark.django_db, pytest.mark.both]

START = "/beheer/formulieren/invullen/melding-openbaar-domein/"
NOTE = "Dit weten we al."


@pytest.fixture
def version() -> FormVersion:
    return builder.published_form()


@pytest.fixture
def nele() -> User:
    return town.staff(
        "nele",
        "forms.fill_in_at_desk",
        "parties.view_party",
        "dossiers.view_dossier",
        "dossiers.view_all_dossiers",
        first_name="Nele",
        last_name="Maes",
    )


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def fatima() -> Party:
    party = resolve(
        name="Fatima El Amrani", email="fatima@example.org", phone="0470 12 34 56", by=Actor.citizen(), at=town.MONDAY
    ).party
    Party.objects.filter(pk=party.pk).update(birth_date=date(1985, 7, 30))
    return Party.objects.get(pk=party.pk)


def at_desk(client: Client, **posted: Any) -> Citizen:
    """A form as begun by staff; the pages are those of citizens."""
    response = client.post(START, posted)
    assert response.status_code == 302, response.content.decode()
    form = Citizen()
    form.client = client
    form.uuid = response["Location"].split("/")[3]
    return form


def page_of(response: Any, status: int = 200) -> BeautifulSoup:
    assert response.status_code == status
    return BeautifulSoup(response.content, "html.parser")


# --- Access -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/beheer/formulieren/invullen/", START, START + "?q=fatima", START + "?persoon=1"])
def test_only_with_the_right(version: FormVersion, nele: User, address: str) -> None:
    assert signed_in(nele).get(address).status_code == 200
    without = signed_in(town.staff("piet", "parties.view_party", "dossiers.view_dossier"))
    for method in (without.get, without.post):
        assert method(address).status_code == 302  # Wagtail sends away who may not
        assert method(address)["Location"] == "/beheer/"
    assert Client().get(address)["Location"].startswith("/beheer/login/")
    assert not FormDraft.objects.exists()
    assert not AccessLog.objects.filter(user__username="piet").exists()


def test_without_the_right_to_the_register_nobody_can_be_looked_up(version: FormVersion, fatima: Party) -> None:
    clerk = signed_in(town.staff("jos", "forms.fill_in_at_desk"))
    page = page_of(clerk.get(START, {"q": "fatima"}))
    assert not page.find(id="q")
    assert "fatima@example.org" not in page.get_text()
    page = page_of(clerk.get(START, {"persoon": fatima.pk}))
    assert "Fatima" not in page.get_text()
    form = at_desk(clerk, persoon=fatima.pk, seen="on")
    assert form.draft.party is None
    assert not AccessLog.objects.exists()


def test_the_pages_of_a_form_are_for_who_began_it_at_the_desk(version: FormVersion, nele: User) -> None:
    form = at_desk(signed_in(nele))
    other = signed_in(town.staff("mo", "forms.fill_in_at_desk"))
    for name, cookie in form.client.cookies.items():
        if name.startswith("formulier_"):
            other.cookies[name] = cookie.value  # even with the other's cookie in hand
    for page, args in (("step", (1,)), ("check", ()), ("done", ())):
        assert form.get(page, *args).status_code in {200, 302}
        assert other.get(form.address(page, *args)).status_code == 404
    nele.user_permissions.clear()
    assert form.get("step", 1).status_code == 404


def test_signing_out_ends_it(version: FormVersion, nele: User) -> None:
    form = at_desk(signed_in(nele))
    form.client.logout()
    assert form.get("step", 1).status_code == 404


# --- Filling in -------------------------------------------------------------------------------------------------------


def test_every_published_form_is_listed(version: FormVersion, nele: User) -> None:
    builder.draft_form(slug="concept", title="Nog een concept")
    page = page_of(signed_in(nele).get("/beheer/formulieren/invullen/"))
    assert [link["href"] for link in page.select(".l-choices a")] == [START]
    assert signed_in(nele).get("/beheer/formulieren/invullen/concept/").status_code == 404


def test_a_form_that_is_closed_is_so_at_the_desk_too(version: FormVersion, nele: User) -> None:
    version.definition.closes_at = town.MONDAY
    version.definition.save()
    page = page_of(signed_in(nele).post(START), 403)
    assert "Melding openbaar domein" in page.get_text()
    assert not FormDraft.objects.exists()


def test_the_dossier_says_who_did_it_and_on_which_channel(version: FormVersion, nele: User) -> None:
    form = at_desk(signed_in(nele))
    assert (form.draft.role, form.draft.filled_in_by) == (Role.DESK, nele)
    form.fill_in_everything()
    assert form.send()["Location"] == form.address("done")
    event, contact = Event.objects.get(), Contact.objects.get()
    assert (event.actor_kind, event.actor, event.actor_name) == ("staff", nele, "Nele Maes")
    assert (contact.channel, contact.party_match) == ("desk", "new")


def test_every_page_says_that_it_is_filled_in_at_the_desk(version: FormVersion, nele: User) -> None:
    form = at_desk(signed_in(nele))
    pages = [form.get("step", 1)]
    form.fill_in_everything()
    pages.append(form.get("check"))
    form.send()
    pages.append(form.get("done"))
    for response in pages:
        banner = page_of(response).select_one("main .loket-desk")
        assert " ".join(banner.get_text().split()) == "U vult dit in aan de balie als Nele Maes."
    citizen = Citizen().start()
    assert "aan de balie" not in page_of(citizen.get("step", 1)).get_text()


def test_on_behalf_of_an_association_at_the_desk(nele: User) -> None:
    builder.published_form(on_behalf="must")
    client = signed_in(nele)
    page = page_of(client.post(START, {}), 422)
    assert page.select_one("fieldset .l-error")
    form = at_desk(client, acting_for="organisation")
    assert (form.draft.role, form.draft.acting_for) == ("balie", "organisation")
    form.client.post(form.address("on_behalf"), {"name": "KWB", "number": "", "function": "voorzitter"})
    form.fill_in_everything().send()
    assert Dossier.objects.get().initiator.name == "KWB"
    assert Contact.objects.get().channel == "desk"


# --- Looking somebody up ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["fatima", "El  Amrani", "FATIMA@example.org", "0470/12.34.56", "+32 470 12 34 56"])
def test_a_person_is_found_and_that_is_written_down(
    version: FormVersion, nele: User, fatima: Party, words: str
) -> None:
    resolve(name="Iemand Anders", email="ander@example.org", by=Actor.citizen(), at=town.MONDAY)
    page = page_of(signed_in(nele).get(START, {"q": words}))
    assert [row.th.get_text(strip=True).startswith("Fatima") for row in page.select("tbody tr")] == [True]
    log = AccessLog.objects.get()
    assert (log.user, log.action, log.model, log.object_id) == (nele, "search", "parties.party", str(fatima.pk))


@pytest.mark.parametrize("words", ["", "fa", "  f ", "niemand", "%", "___", "'; DROP TABLE"])
def test_a_search_that_says_too_little_lists_nobody(
    version: FormVersion, nele: User, fatima: Party, words: str
) -> None:
    page = page_of(signed_in(nele).get(START, {"q": words}))
    assert not page.select("tbody tr")
    assert not AccessLog.objects.exists()


def test_organisations_are_not_people(version: FormVersion, nele: User) -> None:
    resolve(
        name="KWB Mortsel", kind=Party.Kind.ORGANISATION, email="kwb@example.org", by=Actor.citizen(), at=town.MONDAY
    )
    assert not page_of(signed_in(nele).get(START, {"q": "kwb"})).select("tbody tr")


def test_a_long_list_says_that_there_are_more_in_few_queries(
    version: FormVersion, nele: User, django_assert_max_num_queries: Any
) -> None:
    for number in range(25):
        resolve(name=f"Jan Peeters {number}", email=f"jan{number}@example.org", by=Actor.citizen(), at=town.MONDAY)
    client = signed_in(nele)
    with django_assert_max_num_queries(25):
        page = page_of(client.get(START, {"q": "peeters"}))
    assert len(page.select("tbody tr")) == 10
    assert "Er zijn er meer" in page.get_text()


@pytest.mark.parametrize("key", ["0", "999999", "-1", "1e3", "abc", "9" * 30, "²"])
def test_a_person_who_is_not_there_is_nobody(version: FormVersion, nele: User, key: str) -> None:
    assert signed_in(nele).get(START, {"persoon": key}).status_code == 200
    assert at_desk(signed_in(nele), persoon=key).draft.party is None


def test_whose_name_is_shown_is_written_down(version: FormVersion, nele: User, fatima: Party) -> None:
    """Also when the number in the address was guessed."""
    assert "Fatima El Amrani" in page_of(signed_in(nele).get(START, {"persoon": fatima.pk})).get_text()
    log = AccessLog.objects.get()
    assert (log.user, log.action, log.object_id) == (nele, "view", str(fatima.pk))


def test_choosing_somebody_asks_for_a_document(version: FormVersion, nele: User, fatima: Party) -> None:
    page = page_of(signed_in(nele).post(START, {"persoon": fatima.pk}), 422)
    assert page.select_one(".l-error")
    assert page.find("input", attrs={"name": "persoon"})["value"] == str(fatima.pk)
    assert not FormDraft.objects.exists()


# --- What we know already ---------------------------------------------------------------------------------------------


@pytest.fixture
def form(version: FormVersion, nele: User, fatima: Party) -> Citizen:
    return at_desk(signed_in(nele), persoon=fatima.pk, seen="on")


def test_what_the_register_knows_is_filled_in_and_says_so(form: Citizen, fatima: Party, nele: User) -> None:
    page = page_of(form.get("step", 3))
    boxes = {
        box["name"]: box["value"]
        for box in page.select("main input[type=text], main input[type=email], main input[type=tel]")
    }
    assert boxes == {"naam": "Fatima El Amrani", "email": "fatima@example.org", "telefoon": "0470 12 34 56"}
    assert page.main.get_text().count(NOTE) == 3
    for name in boxes:
        assert NOTE in page.find(id=page.find(id=f"id_{name}")["aria-describedby"]).get_text()
    log = AccessLog.objects.get()
    assert (log.user, log.action, log.object_id) == (nele, "prefill", str(fatima.pk))


def test_the_document_that_was_seen_is_kept_with_the_person(form: Citizen, fatima: Party, nele: User) -> None:
    seen = fatima.verifications.get()
    assert (seen.how, seen.by) == ("document", nele)


def test_the_address_that_goes_first_is_the_one_and_none_that_is_no_longer_used(form: Citizen, fatima: Party) -> None:
    for value, more in (
        ("eerst@example.org", {"is_preferred": True}),
        ("later@example.org", {}),
        ("oud@example.org", {"ended_at": town.MONDAY}),
    ):
        ContactPoint.objects.create(party=fatima, kind="email", value=value, as_given=value, **more)
    assert page_of(form.get("step", 3)).find(id="id_email")["value"] == "eerst@example.org"


def test_who_was_merged_into_another_is_not_chosen(version: FormVersion, nele: User, fatima: Party) -> None:
    other = resolve(name="Fatima", email="f@example.org", by=Actor.citizen(), at=town.MONDAY).party
    Party.objects.filter(pk=fatima.pk).update(merged_into=other)
    page = page_of(signed_in(nele).get(START, {"persoon": fatima.pk}))
    assert "Fatima El Amrani" not in page.get_text()


def test_the_newest_address_is_the_one(form: Citizen, fatima: Party) -> None:
    ContactPoint.objects.create(party=fatima, kind="email", value="nieuw@example.org", as_given="nieuw@example.org")
    assert page_of(form.get("step", 3)).find(id="id_email")["value"] == "nieuw@example.org"


def test_what_was_answered_stays_and_is_no_longer_marked(form: Citizen) -> None:
    form.fill_in(3, naam="Fatima Amrani", email="ander@example.org", telefoon="")
    page = page_of(form.get("step", 3))
    assert page.find(id="id_email")["value"] == "ander@example.org"
    assert not page.find(id="id_telefoon").get("value")
    assert NOTE not in page.main.get_text()


def test_another_answer_changes_the_dossier_and_not_the_register(form: Citizen, fatima: Party) -> None:
    before = Party.objects.values().get(), list(ContactPoint.objects.values())
    form.fill_in_everything(naam="F. Amrani", email="ander@example.org").send()
    contact, dossier = Contact.objects.get(), Dossier.objects.get()
    assert (contact.given_name, contact.given_email) == ("F. Amrani", "ander@example.org")
    assert (contact.party, contact.party_match, dossier.initiator) == (fatima, "proven", fatima)
    assert (Party.objects.values().get(), list(ContactPoint.objects.values())) == before


def test_a_date_of_birth_is_filled_in_too(nele: User, fatima: Party) -> None:
    born = builder.question("date", "Wanneer bent u geboren?", key="geboren", is_birth_date=True)
    builder.published_form(builder.step("Wie", builder.NAME, builder.EMAIL, born))
    page = page_of(at_desk(signed_in(nele), persoon=fatima.pk, seen="on").get("step", 1))
    assert [box["value"] for box in page.select(".govuk-date-input input")] == ["30", "7", "1985"]


def test_a_mere_name_and_address_fill_in_nothing(version: FormVersion, fatima: Party) -> None:
    citizen = Citizen().start().fill_in_everything()
    citizen.send()
    assert Contact.objects.get().party_match == "name_and_contact"
    again = Citizen()
    again.client = citizen.client
    again.start()
    page = page_of(again.get("step", 3))
    assert NOTE not in page.get_text()
    assert not page.find(id="id_naam").get("value")


def test_nobody_is_filled_in_without_choosing(version: FormVersion, nele: User, fatima: Party) -> None:
    assert NOTE not in page_of(at_desk(signed_in(nele)).get("step", 3)).get_text()


def test_a_sent_form_lets_go_of_the_person(form: Citizen) -> None:
    form.fill_in_everything().send()
    assert form.draft.party is None


def test_a_number_from_a_document_is_verified(nele: User, fatima: Party) -> None:
    number = builder.question("national_number", "Rijksregisternummer?", key="rrn", legal_basis="Besluit")
    definition = builder.draft_form(builder.step("Wie", builder.NAME, builder.EMAIL, number))
    boss = town.staff("boss", "forms.use_national_number", "forms.publish_formdefinition")
    definition.save_revision(user=boss).publish(user=boss)
    form = at_desk(signed_in(nele), persoon=fatima.pk, seen="on")
    form.fill_in(1, naam="Fatima El Amrani", email="fatima@example.org", rrn="85.07.30-033.28")
    form.send()
    identifier = Identifier.objects.get()
    assert (identifier.party, identifier.verified_how, identifier.verified_by) == (fatima, "document", nele)


def test_addresses_are_where_they_are_said_to_be() -> None:
    assert reverse("form_desk") == "/beheer/formulieren/invullen/"
