"""The screens of the reception: whoever may take contacts, and what each press does."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import AccessLog, User
from dossiers.models import CallBack, Contact, Conversation, Dossier, ProcessVersion, StandardQuestion
from parties.models import Identifier, PartyNote
from parties.numbers import read_national_number
from tests import ready, town
from tests.dossiers import talking
from tests.forms.builder import Citizen

pytestmark = [pytest.mark.django_db, pytest.mark.both]

START = "/beheer/onthaal/"


@pytest.fixture
def information() -> ProcessVersion:
    return talking.information()


@pytest.fixture
def nele(client: Client) -> User:
    user = talking.nele()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user


def soup(response: Any) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def press(client: Client, conversation: Conversation, what: str, **fields: Any) -> Any:
    conversation.refresh_from_db()
    data = {
        "versie": conversation.version,
        "wat": what,
        "channel": conversation.channel,
        "subject": conversation.subject,
        **fields,
    }
    return client.post(reverse("desk:conversation", args=[conversation.pk]), data)


def begin(client: Client, **fields: str) -> Conversation:
    response = client.post(f"{START}nieuw/", {"kanaal": "phone", **fields})
    return Conversation.objects.get(pk=response["Location"].rstrip("/").split("/")[-1])


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("Onthaal", 200),
        ("Dossierbehandelaar", 200),
        ("Coördinator verenigingen", 200),
        ("Beheerder", 200),
        ("Communicatie", 302),
        ("Financiën", 302),
        ("Directie", 302),
    ],
)
def test_who_may(client: Client, role: str, status: int) -> None:
    user = talking.in_role(role, "iemand")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(START).status_code == status
    if status == 302:
        client.post(f"{START}nieuw/", {"kanaal": "phone"})
        assert not Conversation.objects.exists()


def test_nothing_begins_by_looking(client: Client, nele: User) -> None:
    assert client.get(f"{START}nieuw/").status_code == 405
    assert client.get(f"{START}wachtkamer/").status_code == 405


def test_a_colleague_does_not_read_along(client: Client, nele: User) -> None:
    other = talking.conversation(talking.in_role("Onthaal", "piet"))
    address = reverse("desk:conversation", args=[other.pk])
    assert client.get(address).status_code == 404
    assert client.post(address, {"wat": "weg", "versie": 1}).status_code == 404
    assert Conversation.objects.filter(pk=other.pk).exists()


def test_from_a_search_to_an_answer(client: Client, nele: User, information: ProcessVersion) -> None:
    jan = talking.person()
    conversation = begin(client)
    found = press(client, conversation, "zoek", q="van den berghe")
    assert "Jan Van den Berghe" in soup(found).select_one(".d-found").get_text()
    client.get(press(client, conversation, f"kies-{jan.pk}")["Location"])
    response = press(
        client,
        conversation,
        f"antwoord-{information.pk}-meteen-beantwoord",
        subject="Wanneer komt het huisvuil?",
        answer="Dinsdag.",
    )
    assert response["Location"] == START
    contact = Contact.objects.get()
    assert (contact.party, contact.subject, contact.handler) == (jan, "Wanneer komt het huisvuil?", nele)
    seen = set(AccessLog.objects.filter(user=nele, model="parties.party").values_list("action", flat=True))
    assert seen == {"search", "view"}


def test_choosing_somebody_is_looking_at_the_record(client: Client, nele: User) -> None:
    jan = talking.person()
    conversation = begin(client, persoon=str(jan.pk))
    client.get(reverse("desk:conversation", args=[conversation.pk]))
    assert AccessLog.objects.filter(user=nele, action="view", model="parties.party", object_id=jan.pk).exists()


def test_enter_in_the_search_box_searches(client: Client, nele: User) -> None:
    talking.person()
    response = press(client, begin(client), "bewaar", q="van den berghe", subject="Half getypt")
    assert "Jan Van den Berghe" in soup(response).select_one(".d-found").get_text()
    assert Conversation.objects.get().subject == "Half getypt"


def test_by_national_number_and_never_in_an_address(client: Client, nele: User) -> None:
    jan = talking.person()
    Identifier.holding(read_national_number("85.07.30-033.28"), party=jan, legal_basis="Wet").save()
    conversation = begin(client)
    response = press(client, conversation, "zoek", q="85.07.30-033.28")
    assert response.status_code == 200
    assert "Jan Van den Berghe" in soup(response).select_one(".d-found").get_text()
    address = reverse("desk:conversation", args=[conversation.pk])
    assert not soup(client.get(f"{address}?q=85.07.30-033.28")).select(".d-found")


def test_the_whole_picture_of_who_calls(client: Client, nele: User) -> None:
    dossier = town.report().dossier
    jan = dossier.initiator
    ksa = talking.association(chair=jan)
    PartyNote.objects.create(party=jan, text="Hoort slecht: spreek luid.", author=nele)
    conversation = talking.conversation(nele, party=jan)
    page = soup(client.get(reverse("desk:conversation", args=[conversation.pk])))
    side = page.select_one("aside.l-columns__side").get_text()
    assert "Hoort slecht: spreek luid." in side
    assert dossier.number in side
    assert "Losse tegel" in side
    assert page.select_one(f"button[value=kies-{ksa.pk}]").get_text() == "Voor KSA Mortsel (voorzitter)"


def test_the_picture_costs_the_same_for_few_and_for_many(client: Client, nele: User) -> None:
    dossier = town.report().dossier
    conversation = talking.conversation(nele, party=dossier.initiator)
    address = reverse("desk:conversation", args=[conversation.pk])

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(address)
        return len(captured)

    queries()
    few = queries()
    for number in range(6):
        town.report(subject=f"Nog iets {number}")
    assert queries() == few


def test_more_processes_cost_no_query_more(client: Client, nele: User, information: ProcessVersion) -> None:
    address = reverse("desk:conversation", args=[talking.conversation(nele).pk])

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return len(captured)

    queries()
    few = queries()
    for name in ("attest", "klacht"):
        town.published(ready.process(name, by=User.objects.get(username="beheerder")).process_type)
    assert queries() == few


def test_half_an_address_is_kept_and_told_at_the_end(client: Client, nele: User, information: ProcessVersion) -> None:
    conversation = begin(client)
    response = press(
        client,
        conversation,
        f"antwoord-{information.pk}-meteen-beantwoord",
        subject="Iets",
        given_name="Mo",
        given_email="mo@",
    )
    assert response.status_code == 422
    field = soup(response).select_one("#given_email")
    assert (field["value"], field["aria-invalid"]) == ("mo@", "true")
    conversation.refresh_from_db()
    assert (conversation.given_email, conversation.given_name) == ("mo@", "Mo")
    assert not Dossier.objects.exists()


def test_without_a_subject_it_says_where(client: Client, nele: User, information: ProcessVersion) -> None:
    conversation = begin(client)
    press(client, conversation, "naamloos")
    response = press(client, conversation, f"antwoord-{information.pk}-meteen-beantwoord", subject="")
    assert response.status_code == 422
    assert "Schrijf in enkele woorden" in soup(response).select_one("#subject-error").get_text()


def test_the_page_keeps_by_itself(client: Client, nele: User) -> None:
    conversation = begin(client)
    response = press(client, conversation, "", zelf="1", body="Halverwege een zin")
    assert response.json() == {"version": 2}
    assert Conversation.objects.get().body == "Halverwege een zin"


def test_an_older_window_is_told(client: Client, nele: User) -> None:
    conversation = begin(client)
    address = reverse("desk:conversation", args=[conversation.pk])
    client.post(address, {"versie": 1, "wat": "bewaar", "body": "Nieuw"})
    response = client.post(address, {"versie": 1, "wat": "weg", "body": "Oud"})
    assert response.status_code == 409
    page = soup(response)
    assert "ander venster" in page.select_one("[role=alert]").get_text()
    assert page.select_one("#body").get_text().strip() == "Oud"
    assert page.select_one("[name=versie]")["value"] == "2"
    assert Conversation.objects.get().body == "Nieuw"


def test_to_dossiers_by_tick_and_by_number(client: Client, nele: User) -> None:
    first, second = town.report().dossier, town.report(subject="Lamp stuk").dossier
    conversation = talking.conversation(nele, party=first.initiator)
    press(client, conversation, "dossier", dossier=[str(first.pk)], nummer=second.number.lower())
    contact = Contact.objects.latest("pk")
    assert contact.dossier == second
    assert [link.dossier for link in contact.links.all()] == [first]


def test_a_number_that_is_no_dossier_of_mine(client: Client, nele: User) -> None:
    conversation = talking.conversation(nele, is_anonymous=True)
    response = press(client, conversation, "dossier", nummer="MEL-2020-000001")
    assert response.status_code == 422
    page = soup(response)
    assert "U hebt geen dossier met dit nummer." in page.select_one("#dossiers-error").get_text()
    assert page.select_one("#nummer")["value"] == "MEL-2020-000001"


def test_calling_back_is_promised_from_the_page(client: Client, nele: User, information: ProcessVersion) -> None:
    conversation = talking.conversation(nele, party=talking.person())
    page = soup(client.get(reverse("desk:conversation", args=[conversation.pk])))
    assert page.select_one("#id_bel-phone")["value"] == "+32470123456"
    day, start, end = (page.select_one(f"#id_bel-{name}")["value"] for name in ("day", "start", "end"))
    asked = {"bel-day": day, "bel-start": start, "bel-end": end, "bel-phone": "0470 12 34 56"}
    press(client, conversation, "terugbellen", **asked)
    call = CallBack.objects.get()
    assert (call.phone, call.dossier.process_version) == ("0470 12 34 56", information)


def test_a_call_on_sunday_is_refused_where_it_was_typed(
    client: Client, nele: User, information: ProcessVersion
) -> None:
    conversation = talking.conversation(nele, party=talking.person())
    asked = {"bel-day": "2040-01-01", "bel-start": "09:00", "bel-end": "12:00", "bel-phone": "0470 12 34 56"}
    response = press(client, conversation, "terugbellen", **asked)
    assert response.status_code == 422
    page = soup(response)
    assert "Op die dag werken we niet" in page.select_one("#id_bel-day_error").get_text()
    assert page.select_one("#id_bel-phone")["value"] == "0470 12 34 56"
    assert not CallBack.objects.exists()


def test_handed_over_from_the_page(client: Client, nele: User, information: ProcessVersion) -> None:
    clerk = town.clerk()
    melding = town.published(town.draft_melding())
    conversation = talking.conversation(nele, party=talking.person())
    press(
        client,
        conversation,
        "doorgeven",
        **{"door-process": melding.process_type_id, "door-team": town.team().pk, "door-person": clerk.pk},
    )
    dossier = Dossier.objects.get()
    assert (dossier.process_version, dossier.handler) == (melding, clerk)


def test_a_form_becomes_the_contact_of_the_conversation(
    client: Client, nele: User, information: ProcessVersion
) -> None:
    definition = ready.form("inlichtingen", information, by=User.objects.get(username="beheerder"))
    jan = talking.person()
    ksa = talking.association(chair=jan)
    conversation = talking.conversation(nele, party=jan, organisation=ksa, subject="Open op zaterdag?", channel="phone")
    response = press(client, conversation, f"begin-forms-{definition.slug}")
    form = Citizen("inlichtingen")
    form.client, form.uuid = client, response["Location"].split("/")[3]
    page = soup(form.get("step", 1))
    assert page.select_one("[name=onderwerp]") is not None, page.get_text()
    assert page.select_one("[name=onderwerp]")["value"] == "Open op zaterdag?"
    form.fill_in(1, thema="vrije-tijd", onderwerp="Open op zaterdag?")
    form.send()
    contact = Contact.objects.get()
    assert (contact.party, contact.party_match, contact.handler) == (jan, "clerk", nele)
    assert (contact.channel, contact.at) == ("phone", town.MONDAY)
    assert contact.dossier is not None
    assert contact.dossier.first_contact_at == town.MONDAY
    conversation.refresh_from_db()
    assert (conversation.contact, conversation.subject) == (contact, "")


def test_standard_questions_in_one_press(client: Client, nele: User, information: ProcessVersion) -> None:
    question = StandardQuestion.objects.create(subject="Openingsuren", answer="Van 9 tot 12 uur.")
    response = client.post(f"{START}vraag/{question.pk}/", {"kanaal": "desk"})
    assert response["Location"] == START
    contact = Contact.objects.get()
    assert (contact.subject, contact.channel, contact.dossier.status.is_end) == ("Openingsuren", "desk", True)


def test_where_no_process_closes_at_once_it_says_so(client: Client, nele: User) -> None:
    question = StandardQuestion.objects.create(subject="Openingsuren")
    response = client.post(f"{START}vraag/{question.pk}/", {"kanaal": "desk"}, follow=True)
    assert "geen gepubliceerd proces" in soup(response).get_text()
    assert not Contact.objects.exists()


def test_the_waiting_room(client: Client, nele: User) -> None:
    client.post(f"{START}wachtkamer/", {"naam": "Man met rode jas", "onderwerp": "Rijbewijs"})
    page = soup(client.get(START))
    assert "Man met rode jas" in page.select_one("#wachtkamer").get_text()
    visitor = Conversation.objects.get()
    client.post(f"{START}wachtkamer/{visitor.pk}/")
    visitor.refresh_from_db()
    assert (visitor.user, visitor.channel) == (nele, "desk")


def test_what_a_colleague_left_shows_no_word_until_it_is_taken_over(client: Client, nele: User) -> None:
    piet = talking.in_role("Onthaal", "piet", first_name="Piet", last_name="Aerts")
    left = talking.conversation(piet, subject="Ruzie met de buren", given_name="Mia")
    number = soup(client.get("/beheer/opvolging/")).find("a", href=f"{START}#blijven-liggen")
    assert number.get_text() == "gesprek bleef liggen bij een collega"
    card = soup(client.get(START)).find(id="blijven-liggen").get_text(" ", strip=True)
    assert "Piet Aerts" in card
    assert "Ruzie" not in card
    assert "Mia" not in card
    response = client.post(reverse("desk:take_over", args=[left.pk]), follow=True)
    assert "Ruzie met de buren" in response.content.decode()
    assert not soup(client.get(START)).find(id="blijven-liggen")
    assert client.post(reverse("desk:take_over", args=[left.pk])).status_code == 404


def test_an_empty_visitor_is_nobody(client: Client, nele: User) -> None:
    client.post(f"{START}wachtkamer/", {"naam": " ", "onderwerp": ""})
    assert not Conversation.objects.exists()
