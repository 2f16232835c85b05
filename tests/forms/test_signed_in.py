"""Forms for who signed in: filled in beforehand, tied to person and organisation, and closed for anybody else."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from core.actors import Actor
from dossiers.models import Dossier
from forms import actions, gate
from forms.converters import current
from forms.models import FormDefinition, FormDraft, Submission
from forms.roles import Role
from parties.models import Address, ContactPoint, Party, Representation
from tests.dossiers.test_sign_in import shown, sign_in, top
from tests.fakes.openid import FATIMA, FOR_KSA, Provider, provider
from tests.forms import builder
from tests.forms.builder import Citizen

pytestmark = pytest.mark.django_db

ADDRESS = builder.question("address", "Waar woont u?", is_own=True, key="adres", required=False)
FORM = "/formulieren/melding-openbaar-domein/"


@pytest.fixture
def there(settings: Any) -> Iterator[Provider]:
    with provider() as made:
        settings.CITIZEN_OIDC = made.config()
        yield made


def form(**changes: Any) -> FormDefinition:
    steps = [
        builder.step("Het probleem", builder.WHAT, builder.STORY),
        builder.step("Uw gegevens", builder.NAME, builder.EMAIL, builder.PHONE, ADDRESS),
    ]
    return builder.published_form(*steps, **changes).definition


def signed_in(there: Provider, person: dict[str, Any] = FATIMA) -> Citizen:
    """Somebody who came back from the provider, and whose e-mail address and home the register knows."""
    there.person = person
    citizen = Citizen()
    assert sign_in(citizen.client, there, FORM)["Location"] == FORM
    party = Party.objects.get(kind="person")
    ContactPoint.objects.get_or_create(
        party=party, kind="email", value="fatima@example.org", as_given="fatima@example.org"
    )
    Address.objects.get_or_create(party=party, street="Statielei", number="10", postcode="2640", town="Mortsel")
    return citizen


def boxes(response: Any) -> dict[str, str]:
    page = BeautifulSoup(response.content, "html.parser")
    return {box["name"]: box.get("value", "") for box in page.select("main input[name]")}


def begin(citizen: Citizen, acting_for: str = "") -> Any:
    response = citizen.client.post(FORM, {"acting_for": acting_for} if acting_for else {})
    assert response.status_code == 302, shown(response)
    citizen.uuid = response["Location"].split("/")[3]
    return response


def send(citizen: Citizen) -> Submission:
    assert citizen.fill_in(1, wat="losse-tegel").status_code == 302
    given = boxes(citizen.get("step", 2))
    assert citizen.client.post(citizen.address("step", 2), given)["Location"] == citizen.address("check")
    assert citizen.send()["Location"] == citizen.address("done")
    return Submission.objects.get()


def test_offered_on_the_first_page_and_never_compulsory(there: Provider) -> None:
    form()
    page = Client().get(FORM)
    assert "Meld u aan, dan vullen wij in wat we van u weten. Het hoeft niet" in shown(page)
    assert BeautifulSoup(page.content, "html.parser").select_one("input[name=next]")["value"] == FORM
    Citizen().start()
    assert FormDraft.objects.get().party is None


@pytest.mark.parametrize("what", ["no provider", "not asked", "in a frame"])
def test_not_offered(there: Provider, settings: Any, what: str) -> None:
    form(sign_in="no" if what == "not asked" else "may", embedding_allowed=True)
    if what == "no provider":
        settings.CITIZEN_OIDC = None
    address = f"{FORM}ingebed/" if what == "in a frame" else FORM
    assert "itsme" not in Client().get(address).content.decode()


def test_filled_in_beforehand_and_tied_to_who_signed_in(there: Provider) -> None:
    form()
    citizen = signed_in(there)
    assert "U bent aangemeld. Wat we al weten, vullen wij voor u in." in shown(citizen.client.get(FORM))
    begin(citizen)
    page = citizen.get("step", 2)
    assert top(page) == "Aangemeld als Fatima El Amrani"
    given = boxes(page)
    assert (given["naam"], given["email"]) == ("Fatima El Amrani", "fatima@example.org")
    assert (given["adres-street"], given["adres-number"], given["adres-town"]) == ("Statielei", "10", "Mortsel")
    submission = send(citizen)
    assert submission.contact.party_match == "proven"
    assert submission.dossier.initiator == Party.objects.get()
    assert submission.dossier.number in shown(citizen.client.get("/volg/"))
    assert citizen.client.get(f"/volg/{submission.dossier.number}/").status_code == 200


def test_for_the_organisation_nothing_is_typed_and_it_is_confirmed(there: Provider) -> None:
    form(on_behalf="may")
    citizen = signed_in(there, FOR_KSA)
    page = BeautifulSoup(citizen.client.get(FORM).content, "html.parser")
    assert page.select_one("input[name=acting_for][checked]")["value"] == "organisation"
    assert begin(citizen, "organisation")["Location"] == citizen.address("step", 1)
    dossier = send(citizen).dossier
    assert (dossier.initiator.name, dossier.representative.name) == ("KSA Mortsel", "Fatima El Amrani")
    assert (dossier.representation, dossier.representative_role) == ("confirmed", "vertegenwoordiger")
    assert "Voor KSA Mortsel" in shown(citizen.client.get("/volg/"))


@pytest.mark.parametrize(
    ("typed", "representation"),
    [
        ({"name": "KSA Mortsel", "number": "0403.019.261", "function": "leidster"}, "confirmed"),
        ({"name": "KSA Mortsel", "number": "0417.497.106", "function": "leidster"}, "claimed"),
        ({"name": "Chiro", "number": "", "function": "leidster"}, "claimed"),
    ],
)
def test_another_function_is_fine_and_another_organisation_is_a_claim(
    there: Provider, typed: dict[str, str], representation: str
) -> None:
    form(on_behalf="may")
    citizen = signed_in(there, FOR_KSA)
    begin(citizen, "organisation")
    citizen.client.post(citizen.address("on_behalf"), typed)
    dossier = send(citizen).dossier
    assert (dossier.representation, dossier.representative_role) == (representation, "leidster")


def test_who_signs_in_for_oneself_later_only_claims_to_act_for_it(there: Provider) -> None:
    form(on_behalf="may")
    signed_in(there, FOR_KSA)
    day = timezone.localdate() - timedelta(days=1)
    Representation.objects.update(since=day, until=day)
    citizen = signed_in(there)
    begin(citizen, "organisation")
    typed = {"name": "KSA Mortsel", "number": "0403.019.261", "function": "leidster"}
    citizen.client.post(citizen.address("on_behalf"), typed)
    assert send(citizen).dossier.representation == "claimed"


def test_opens_for_nobody_else_and_loses_nothing(there: Provider) -> None:
    """After signing out, or when somebody else signs in on the same device."""
    form()
    citizen = signed_in(there)
    begin(citizen)
    citizen.fill_in(1, wat="losse-tegel", verhaal="Mijn verhaal")
    response = citizen.client.post("/formulieren/aangemeld/einde/")
    assert f"formulier_{citizen.draft.pk.hex}" in response.cookies
    assert citizen.get("step", 1)["Location"] == citizen.address("closed")
    there.person = FATIMA | {"sub": "x", "vo_id": "x", "family_name": "Wouters"}
    sign_in(citizen.client, there)
    posted = citizen.fill_in(2, naam="Iets dat nog getypt werd")
    assert posted["Location"] == citizen.address("closed") + "?bewaard"
    page = citizen.client.get(posted["Location"])
    assert "Ook wat u net typte, is bewaard." in shown(page)
    assert "Mijn verhaal" not in shown(page)
    assert "El Amrani" not in page.content.decode()
    assert citizen.client.post(citizen.address("closed"), {"said": "fatima@example.org"}).status_code == 200
    assert citizen.get("step", 1)["Location"] == citizen.address("closed")
    there.person = FATIMA
    sign_in(citizen.client, there)
    assert citizen.get("closed")["Location"] == citizen.address("step", 2)
    assert boxes(citizen.get("step", 2))["naam"] == "Iets dat nog getypt werd"


def test_closes_with_the_sign_in_and_says_so(there: Provider) -> None:
    """The page counts half an hour down, and then says that the time is over: that is no sign of life."""
    form()
    citizen = signed_in(there)
    begin(citizen)
    assert "Doet u 30 minuten niets" in shown(citizen.get("step", 1))
    kept = citizen.client.post(citizen.address("keep"), {"stap": "1", "verhaal": "Half", "einde": "1"})
    assert kept.status_code == 204
    assert citizen.get("step", 1)["Location"] == citizen.address("closed")
    sign_in(citizen.client, there)
    assert "Half" in citizen.get("step", 1).content.decode()


def test_what_was_sent_closes_too(there: Provider) -> None:
    form()
    citizen = signed_in(there)
    begin(citizen)
    send(citizen)
    assert citizen.get("done").status_code == 200
    citizen.client.post("/formulieren/aangemeld/einde/")
    for page in ("done", "answers", "answers_pdf"):
        assert citizen.get(page).status_code == 410


def test_required_is_required_on_every_road(there: Provider) -> None:
    definition = form(sign_in="must")
    page = Client().get(FORM)
    assert "Meld u eerst aan." in shown(page)
    assert not BeautifulSoup(page.content, "html.parser").find("button", string=lambda text: "Start nu" in (text or ""))
    refused = Client().post(FORM)
    assert (refused.status_code, "Meld u eerst aan" in shown(refused)) == (403, True)
    with pytest.raises(gate.Refused):
        actions.start(version=definition.current_version, role=Role.CITIZEN, by=Actor.citizen(), at=timezone.now())
    assert not FormDraft.objects.exists()
    citizen = signed_in(there)
    begin(citizen)
    assert send(citizen).contact.party_match == "proven"
    assert Dossier.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [({}, "geen aanmelding voor burgers"), ({"api_allowed": True}, "kunnen niemand aanmelden")],
)
def test_required_is_not_published_where_nobody_could(
    there: Provider, settings: Any, changes: dict[str, Any], words: str
) -> None:
    if not changes:
        settings.CITIZEN_OIDC = None
    draft = builder.draft_form(sign_in="must", **changes)
    assert [words in str(problem.message) for problem in draft.problems()] == [True]
    with pytest.raises(ValidationError):
        builder.publish(draft)


def test_older_version_offers_it() -> None:
    older = form().versions.get().schema | {"schema": 2}
    del older["sign_in"]
    assert current(older)["sign_in"] == "may"
