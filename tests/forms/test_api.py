"""Programs read, check and send forms through the API, as a citizen would on the website."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from dossiers.models import Dossier
from forms import api_actions
from forms.models import EmbedHost, FormDefinition, FormDraft, FormVersion, Submission, Upload
from integrations.models import Delivery
from tests.forms import builder
from tests.forms.builder import question, step
from tests.forms.caller import ANSWERS, Caller, open_form

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def version() -> FormVersion:
    return open_form()


def when(key: str, test: str, value: str = "", mode: str = "all") -> dict[str, Any]:
    rule = {"question": builder.block_id(key), "test": test, "value": value}
    return {"mode": mode, "rules": [{"type": "rule", "value": rule}]}


# --- Reading ----------------------------------------------------------------------------------------------------------


def test_the_list_holds_published_forms_that_allow_it(version: FormVersion) -> None:
    builder.published_form(title="Niet voor programma's", slug="gesloten")
    builder.draft_form(title="Nog niet klaar", slug="klad", api_allowed=True)
    assert Client().get("/api/v1/formulieren/").json() == {
        "formulieren": [
            {
                "slug": "melding-openbaar-domein",
                "titel": "Melding openbaar domein",
                "inleiding": "Ziet u iets dat stuk is?",
                "versie": 1,
                "adres": "http://127.0.0.1:8000/formulieren/melding-openbaar-domein/",
            }
        ]
    }


def test_a_form_that_does_not_allow_it_does_not_exist_here() -> None:
    builder.published_form()
    caller = Caller()
    for response in (caller.client.get(caller.address()), caller.check({}), caller.send(ANSWERS)):
        assert response.status_code == 404
        assert response.json()["fout"] == "Dit formulier bestaat niet, of kan niet via de API gebruikt worden."


def test_a_form_that_was_taken_off_the_website_is_gone(version: FormVersion) -> None:
    FormDefinition.objects.get(pk=version.definition_id).unpublish()
    caller = Caller()
    assert caller.client.get(caller.address()).status_code == 410
    assert caller.send(ANSWERS).status_code == 410
    assert Client().get("/api/v1/formulieren/").json() == {"formulieren": []}


def test_a_form_is_described_question_by_question() -> None:
    lamp = question("text", "Nummer van de paal", key="paal", required=False, when=when("Soort", "is", "Lamp"))
    kind = question("choice", "Soort", key="soort", options=["Lamp", "Tegel"])
    open_form(step("Het probleem", kind, lamp), step("Uw gegevens", builder.NAME, builder.EMAIL, builder.PHOTO))
    form = Caller().read()
    assert [form[name] for name in ("slug", "titel", "versie")] == [
        "melding-openbaar-domein",
        "Melding openbaar domein",
        1,
    ]
    soort, paal = form["stappen"][0]["vragen"]
    assert soort == {
        "sleutel": "soort",
        "soort": "choice",
        "vraag": "Soort",
        "uitleg": "",
        "tekst": "",
        "verplicht": True,
        "berekend": False,
        "bestand": False,
        "antwoord": {"type": "string", "enum": ["lamp", "tegel"]},
        "keuzes": [{"waarde": "lamp", "label": "Lamp"}, {"waarde": "tegel", "label": "Tegel"}],
        "grenzen": {},
        "voorwaarde": None,
        "controles": [],
        "groep": None,
        "vragen": [],
    }
    assert paal["voorwaarde"] == {"modus": "alle", "regels": [{"vraag": "soort", "test": "is", "waarde": "lamp"}]}
    assert paal["antwoord"] == {"type": "string", "maxLength": 200}
    foto = form["stappen"][1]["vragen"][2]
    assert foto["bestand"]
    assert foto["antwoord"] == {"type": "string", "format": "uuid"}


def test_nothing_internal_is_shown() -> None:
    hidden = question("calculated", "Tarief", key="tarief", shown=False, unit="number", decimals=0, lines=[line("3")])
    after = question("text", "Waarom?", key="waarom", required=False, when=when("Tarief", "at_least", "3"))
    group = {
        "type": "group",
        "id": builder.block_id("groep"),
        "value": {"title": "Samen", "intro": "", "questions": [builder.NAME, builder.EMAIL], "checks": []},
    }
    version = open_form(step("Alles", hidden, after, group))
    form = Client().get("/api/v1/formulieren/melding-openbaar-domein/")
    text = form.content.decode()
    assert "tarief" not in text.lower()
    for block in ("groep", "Tarief", "Waarom?", "step Alles", builder.NAME["value"]["label"]):
        assert builder.block_id(block) not in text
    only = form.json()["stappen"][0]
    assert [one["groep"] for one in only["vragen"]] == [None, 1, 1]
    assert only["vragen"][0]["voorwaarde"] == {"modus": "server", "regels": []}  # it looks at what is hidden
    assert version.schema["steps"][0]["fields"][0]["slug"] == "tarief"


def line(number: str) -> dict[str, Any]:
    return {"label": "Lijn", "factors": [{"question": "", "number": number}], "when": {"mode": "all", "rules": []}}


# --- Checking ---------------------------------------------------------------------------------------------------------


def test_condition_on_the_nights_of_a_period_can_be_read() -> None:
    nights = when("Wanneer?", "at_least", "2")
    nights["rules"][0]["value"]["question"] += ".nachten"
    asked = [question("date_range", "Wanneer?", key="periode"), question("text", "Waarom?", key="waarom", when=nights)]
    open_form(step("Huren", *asked), step("Wie", builder.NAME, builder.EMAIL))
    why = Caller().read()["stappen"][0]["vragen"][1]
    assert why["voorwaarde"]["regels"] == [{"vraag": "periode.nachten", "test": "at_least", "waarde": "2"}]


def test_checking_says_what_is_wrong_and_keeps_nothing(version: FormVersion) -> None:
    response = Caller().check({"wat": "losse-tegel", "email": "fatima@"})
    assert response.status_code == 200
    found = response.json()
    assert not found["in_orde"]
    assert found["fouten"] == {
        "waar": ["Vul “Waar is het?” in."],
        "naam": ["Vul “Wat is uw naam?” in."],
        "email": ["Vul een e-mailadres in, zoals naam@voorbeeld.be."],
    }
    assert found["van_toepassing"] == ["wat", "verhaal", "waar", "foto", "naam", "email", "telefoon"]
    assert not FormDraft.objects.exists()


def test_checking_good_answers(version: FormVersion) -> None:
    found = Caller().check(ANSWERS).json()
    assert (found["in_orde"], found["fouten"], found["waarschuwingen"]) == (True, {}, {})


def test_checking_follows_the_conditions_and_works_prices_out() -> None:
    count = question("number", "Hoeveel plaatsen?", key="plaatsen", when=when("Soort", "is", "Inname"))
    price = question("calculated", "Prijs", key="prijs", when=when("Soort", "is", "Inname"), lines=[
        {"label": "Plaatsen", "when": {"mode": "all", "rules": []}, "factors": [
            {"question": builder.block_id("Hoeveel plaatsen?"), "number": None}, {"question": "", "number": "12.50"},
        ]}
    ])  # fmt: skip
    kind = question("choice", "Soort", key="soort", options=["Inname", "Iets anders"])
    open_form(step("Wat", kind, count, price), step("Wie", builder.NAME, builder.EMAIL))
    who = {"naam": "An", "email": "an@example.org"}
    found = Caller().check({"soort": "inname", "plaatsen": 3, **who}).json()
    assert found["in_orde"]
    assert found["berekend"]["prijs"] == {"waarde": "37.50", "tekst": "€ 37,50\nPlaatsen: 3 × 12,5 = € 37,50"}
    other = Caller().check({"soort": "iets-anders", "plaatsen": 3, **who}).json()
    assert other["van_toepassing"] == ["soort", "naam", "email"]
    assert other["berekend"] == {}


def test_a_warning_does_not_stop_anybody() -> None:
    soft = {"check": "min_length", "value": "20", "message": "Dat is kort.", "soft": True}
    open_form(step("Wie", builder.NAME, builder.EMAIL, question("text", "Waarom?", key="waarom", checks=[soft])))
    answers = {"naam": "An", "email": "an@example.org", "waarom": "Daarom"}
    found = Caller().check(answers).json()
    assert (found["in_orde"], found["waarschuwingen"]) == (True, {"waarom": ["Dat is kort."]})
    assert Caller().send(answers).status_code == 201


def test_a_warning_in_a_repeating_group_is_named_in_its_row() -> None:
    soft = {"check": "min_length", "value": "3", "message": "Dat is kort.", "soft": True}
    inner = question("text", "Voornaam", key="kind", checks=[soft])
    open_form(step("Kinderen", builder.repeat("Welke kinderen?", inner, key="kinderen"), builder.NAME, builder.EMAIL))
    answers = {"naam": "An", "email": "an@example.org", "kinderen": [{"kind": "Jan"}, {"kind": "Bo"}]}
    found = Caller().check(answers).json()
    assert (found["in_orde"], found["waarschuwingen"]) == (True, {"kinderen.1.kind": ["Dat is kort."]})
    assert Caller().send(answers).status_code == 201


def children(**repeat: Any) -> FormVersion:
    inner = [
        question("text", "Naam van het kind", key="kind"),
        question("date", "Geboortedatum", key="geboren"),
    ]
    rows = question(
        "repeat", "Welke kinderen?", key="kinderen", row_label="kind",
        **{"minimum": 1, "maximum": 3, "questions": inner} | repeat,
    )  # fmt: skip
    return open_form(step("Wie", builder.NAME, builder.EMAIL), step("Kinderen", rows))


def test_mistakes_in_a_repeating_group_are_named_in_their_row() -> None:
    children()
    answers = {"naam": "An", "email": "an@example.org"}
    rows = [{"kind": "Mo", "geboren": "2019-02-28"}, {"kind": "Bo", "geboren": "2019-02-30"}, {"kind": "Al"}]
    wrong = Caller().check(answers | {"kinderen": rows})
    assert wrong.status_code == 422
    assert wrong.json()["velden"] == {"kinderen.1.geboren": ["Geef een datum als 2026-12-31."]}
    rows[1]["geboren"] = "2019-03-01"
    found = Caller().check(answers | {"kinderen": rows}).json()
    assert found["fouten"] == {"kinderen.2.geboren": ["Vul “Geboortedatum” in."]}
    rows[2]["geboren"] = "2020-01-01"
    assert Caller().send(answers | {"kinderen": rows}).status_code == 201
    kept = Submission.objects.get().answers["steps"][1]["answers"][0]["value"]
    assert kept == rows


def test_more_rows_than_there_may_be() -> None:
    children()
    answers = {"naam": "An", "email": "an@example.org", "kinderen": [{"kind": "Mo", "geboren": "2019-01-01"}] * 4}
    assert Caller().check(answers).json()["velden"] == {"kinderen": ["Vul er hoogstens 3 in."]}


# --- Sending ----------------------------------------------------------------------------------------------------------


def test_sending_opens_a_dossier_and_says_where_to_follow_it(version: FormVersion) -> None:
    response = Caller().send(ANSWERS, versie=1)
    assert response.status_code == 201, response.content
    dossier = Dossier.objects.get()
    answer = response.json()
    assert answer["nummer"] == dossier.number
    assert answer["termijn"] == timezone.localdate(dossier.promised_at).isoformat()
    assert Client().get(answer["volgadres"].removeprefix("http://127.0.0.1:8000")).status_code == 200
    submission = Submission.objects.get()
    values = {one["key"]: one["value"] for part in submission.answers["steps"] for one in part["answers"]}
    assert values == ANSWERS | {"telefoon": "+32470123456", "foto": None}
    assert submission.role == "burger"
    assert Delivery.objects.get().payload["to"] == ["fatima@example.org"]


def test_wrong_answers_are_refused_and_leave_nothing(version: FormVersion) -> None:
    response = Caller().send(ANSWERS | {"email": "geen adres"})
    assert response.status_code == 422
    assert response.json() == {
        "fout": "Sommige antwoorden zijn nog niet juist.",
        "velden": {"email": ["Vul een e-mailadres in, zoals naam@voorbeeld.be."]},
        "versie": None,
    }
    assert not FormDraft.objects.exists()
    assert not Dossier.objects.exists()


def test_sending_twice_is_sending_once(version: FormVersion) -> None:
    caller = Caller()
    first, second = caller.send(ANSWERS), caller.send(ANSWERS)
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert Dossier.objects.count() == 1


def test_a_refused_request_may_be_mended_under_the_same_key(version: FormVersion) -> None:
    caller = Caller()
    assert caller.send(ANSWERS | {"naam": ""}).status_code == 422
    assert caller.send(ANSWERS).status_code == 201


def test_one_key_cannot_mean_two_things(version: FormVersion) -> None:
    caller = Caller()
    caller.send(ANSWERS)
    other = caller.send(ANSWERS | {"naam": "Iemand anders"})
    assert other.status_code == 409
    assert "volgadres" not in other.json()
    open_form(slug="ander-formulier", title="Ander formulier")
    assert Caller("ander-formulier").send(ANSWERS, key=caller.key).status_code == 409
    assert Dossier.objects.count() == 1


def test_a_key_stays_used_when_its_draft_is_forgotten(version: FormVersion) -> None:
    caller = Caller()
    caller.send(ANSWERS)
    FormDraft.objects.all().delete()
    assert caller.send(ANSWERS).status_code == 409
    assert Dossier.objects.count() == 1


def test_the_address_of_a_draft_on_the_website_opens_nothing_here(version: FormVersion) -> None:
    citizen = builder.Citizen().start().fill_in_everything()
    assert Caller().send(ANSWERS, key=citizen.uuid).status_code == 201
    assert citizen.draft.submitted_at is None
    citizen.send()
    assert "volgadres" in Caller().send(ANSWERS, key=citizen.uuid).json()
    assert Submission.objects.count() == 2


def test_a_draft_of_the_api_cannot_be_opened_on_the_website(version: FormVersion) -> None:
    caller = Caller()
    caller.upload("foto", builder.picture())
    draft = FormDraft.objects.get()
    assert Client().get(f"/formulieren/{caller.slug}/{draft.pk}/stap/1/").status_code == 404


# --- Limits ---------------------------------------------------------------------------------------------------------


def test_the_api_keeps_to_the_limits_of_the_form() -> None:
    open_form(max_submissions=1)
    assert Caller().send(ANSWERS).status_code == 201
    full = Caller().send(ANSWERS)
    assert (full.status_code, full.json()["fout"]) == (403, "Alle plaatsen zijn bezet.")
    FormDefinition.objects.update(closes_at=timezone.now())
    closed = Caller().send(ANSWERS)
    assert (closed.status_code, closed.json()["fout"]) == (403, "Dit formulier is gesloten.")
    assert Caller().upload("foto", builder.picture()).status_code == 403
    opens = timezone.now() + timedelta(days=1)
    FormDefinition.objects.update(opens_at=opens, closes_at=None)
    early = Caller().send(ANSWERS)
    assert early.status_code == 403
    assert early.json()["fout"].startswith("U kunt dit formulier invullen vanaf ")


def test_whoever_sends_too_often_must_wait() -> None:
    open_form(max_per_address=2)
    for expected in (201, 201, 429):
        caller = Caller()
        address = {"REMOTE_ADDR": "203.0.113.7"}
        headers = {"Idempotency-Key": caller.key}
        response = caller.client.post(
            caller.address("inzendingen/"), {"antwoorden": ANSWERS}, "application/json", headers=headers, **address
        )
        assert response.status_code == expected, response.content
    assert response.json()["fout"] == "Er waren te veel aanvragen. Probeer later opnieuw."
    assert 0 < int(response["Retry-After"]) <= 3600
    assert Caller().send(ANSWERS).status_code == 201  # somebody else


# --- Versions ---------------------------------------------------------------------------------------------------------


def new_version(version: FormVersion) -> FormVersion:
    definition = FormDefinition.objects.get(pk=version.definition_id)
    return builder.publish(definition)


def test_the_version_that_was_read_is_taken_for_a_day(version: FormVersion) -> None:
    now = timezone.now()
    second = new_version(version)
    definition = second.definition
    assert api_actions.version_for(definition, 1, at=now) == version
    assert api_actions.version_for(definition, 1, at=second.compiled_at + timedelta(hours=24)) == version
    with pytest.raises(api_actions.OtherVersion):
        api_actions.version_for(definition, 1, at=second.compiled_at + timedelta(hours=24, seconds=1))
    assert api_actions.version_for(definition, None, at=now) == second
    assert api_actions.version_for(definition, 2, at=now + timedelta(days=900)) == second


def test_a_version_that_never_was_is_refused_with_the_current_one(version: FormVersion) -> None:
    for response in (Caller().send(ANSWERS, versie=7), Caller().check(ANSWERS, versie=7)):
        assert response.status_code == 409
        assert response.json() == {
            "fout": "Het formulier is gewijzigd. Lees versie 1 en probeer opnieuw.",
            "velden": {},
            "versie": 1,
        }


def test_what_is_sent_as_the_earlier_version_is_judged_and_kept_as_that_one(version: FormVersion) -> None:
    new_version(version)
    assert Caller().send(ANSWERS, versie=1).status_code == 201
    assert Submission.objects.get().version == version


def test_files_pin_the_version(version: FormVersion) -> None:
    caller = Caller()
    upload = caller.upload("foto", builder.picture()).json()["id"]
    new_version(version)
    assert caller.send(ANSWERS | {"foto": upload}, versie=2).json()["versie"] == 1
    assert caller.send(ANSWERS | {"foto": upload}).status_code == 201
    assert Submission.objects.get().version == version


# --- Files ------------------------------------------------------------------------------------------------------------


def test_a_file_is_sent_first_and_named_in_the_answers(version: FormVersion) -> None:
    caller = Caller()
    response = caller.upload("foto", builder.picture(name="tegel.jpg"))
    assert response.status_code == 201, response.content
    upload = response.json()
    assert upload["naam"] == "tegel.jpg"
    assert caller.check(ANSWERS | {"foto": upload["id"]}).json()["in_orde"]
    assert caller.send(ANSWERS | {"foto": upload["id"]}).status_code == 201
    assert Upload.objects.get().submission == Submission.objects.get()
    assert caller.send(ANSWERS | {"foto": upload["id"]}).status_code == 201
    assert caller.upload("foto", builder.picture()).status_code == 409  # it was sent


def test_a_file_that_is_not_named_is_thrown_away(version: FormVersion) -> None:
    caller = Caller()
    caller.upload("foto", builder.picture())
    assert caller.send(ANSWERS).status_code == 201
    assert not Upload.objects.exists()


def test_somebody_elses_file_cannot_be_used(version: FormVersion) -> None:
    upload = Caller().upload("foto", builder.picture()).json()["id"]
    response = Caller().send(ANSWERS | {"foto": upload})
    assert response.status_code == 422
    assert response.json()["velden"] == {"foto": ["Dit bestand is er niet. Stuur het eerst, met dezelfde sleutel."]}


def test_files_are_checked_as_on_the_website(version: FormVersion) -> None:
    caller = Caller()
    bad = caller.upload("foto", SimpleUploadedFile("foto.jpg", b"<svg onload=alert(1)>"))
    assert bad.status_code == 422
    assert list(bad.json()["velden"]) == ["foto"]
    assert caller.upload("foto", SimpleUploadedFile("foto.jpg", b"")).status_code == 422
    for key in ("naam", "bestaat-niet", "\x00"):
        assert list(caller.upload(key, builder.picture()).json()["velden"]) == ["vraag"]
    assert not FormDraft.objects.exists()


# --- The outside of requests ------------------------------------------------------------------------------------------


def test_sent_forms_can_be_read_by_nobody(version: FormVersion) -> None:
    caller = Caller()
    caller.send(ANSWERS)
    response = caller.client.get(caller.address("inzendingen/"))
    assert response.status_code == 405
    assert response["Allow"] == "POST"
    assert response.json()["fout"] == "Dit adres aanvaardt deze methode niet."


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/api/v1/bestaat-niet/", 404),
        ("get", "/api/v1/formulieren/bestaat-niet/", 404),
        ("get", "/api/v1/formulieren/%2e%2e/", 404),
        ("get", "/api/v1/formulieren/?x=%00", 400),
        ("put", "/api/v1/formulieren/", 405),
        ("delete", "/api/v1/formulieren/melding-openbaar-domein/", 405),
    ],
)
def test_every_error_has_one_shape(version: FormVersion, method: str, path: str, status: int) -> None:
    response = getattr(Client(), method)(path)
    assert response.status_code == status
    assert set(response.json()) == {"fout", "velden", "versie"}
    assert response["Content-Type"].startswith("application/json")


def test_only_json_is_read_and_not_too_much_of_it(version: FormVersion) -> None:
    caller = Caller()
    form = caller.client.post(caller.address("inzendingen/"), ANSWERS, headers={"Idempotency-Key": caller.key})
    assert (form.status_code, form["Accept"]) == (415, "application/json")
    assert caller.client.post(caller.address("uploads/"), "{}", content_type="application/json").status_code == 415
    huge = caller.send(ANSWERS | {"verhaal": "a" * 10_000_000})
    assert huge.status_code == 413
    assert huge.json()["fout"] == "Dit is te veel in één keer."


def test_a_key_is_needed_to_send(version: FormVersion) -> None:
    caller = Caller()
    body = {"antwoorden": ANSWERS}
    without = caller.client.post(caller.address("inzendingen/"), body, content_type="application/json")
    assert without.status_code == 422
    assert without.json()["velden"] == {"Idempotency-Key": ["Dit ontbreekt."]}
    assert list(caller.send(ANSWERS, key="geen-uuid").json()["velden"]) == ["Idempotency-Key"]
    assert not Dossier.objects.exists()


def test_cookies_mean_nothing_and_none_are_set(version: FormVersion, admin_client: Client) -> None:
    for response in (admin_client.get("/api/v1/formulieren/"), Caller().send(ANSWERS)):
        assert not response.cookies
        assert response["Cache-Control"] == "no-store"


def test_websites_on_the_list_may_call_from_a_browser(version: FormVersion) -> None:
    EmbedHost.objects.create(name="Bibliotheek", origin="https://bib.example")
    good = Caller(Origin="https://bib.example").check(ANSWERS)
    assert good["Access-Control-Allow-Origin"] == "https://bib.example"
    assert "Access-Control-Allow-Credentials" not in good
    assert "Origin" in good["Vary"]
    asked = {"Origin": "https://bib.example", "Access-Control-Request-Method": "POST"}
    preflight = Client().options("/api/v1/formulieren/x/inzendingen/", headers=asked)
    assert preflight.status_code == 204
    assert preflight["Access-Control-Allow-Origin"] == "https://bib.example"
    assert preflight["Access-Control-Allow-Headers"] == "Content-Type, Idempotency-Key"


@pytest.mark.parametrize(
    "origin",
    ["https://bib.example.evil.example", "http://bib.example", "https://www.bib.example", "https://bib.example:8443",
     "null", "https://BIB.example", "*"],
)  # fmt: skip
def test_other_websites_may_not(version: FormVersion, origin: str) -> None:
    EmbedHost.objects.create(name="Bibliotheek", origin="https://bib.example")
    assert "Access-Control-Allow-Origin" not in Caller(Origin=origin).check(ANSWERS)
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    preflight = Client().options("/api/v1/formulieren/x/inzendingen/", headers=asked)
    assert "Access-Control-Allow-Origin" not in preflight


def test_a_key_of_its_own_is_needed_for_each_form(version: FormVersion) -> None:
    caller = Caller()
    numbers = {caller.send(ANSWERS, key=str(uuid4())).json()["nummer"] for _ in range(3)}
    assert len(numbers) == 3
