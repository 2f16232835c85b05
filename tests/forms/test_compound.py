"""Questions made of smaller boxes, and a point beside the words of a place."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from core.actors import Actor
from dossiers.models import Contact, Dossier
from forms import schema
from forms.blocks import StepsBlock
from forms.filling_in import check_step
from forms.models import FormDraft, Submission
from integrations.openid import Config
from parties.actions import resolve
from tests import town
from tests.forms import builder
from tests.forms.test_field_types import ask
from tests.forms.test_timeout import timed_out

TODAY = datetime.date(2026, 11, 24)
DAYS = ("day", "month", "year")
HOME = {"street": "Statielei", "number": "10", "postcode": "2640", "town": "Mortsel"}
PERSON = {"first_name": "Fatima", "last_name": "El Amrani"}
EVERYTHING = {"birth_date": "optional", "email": "optional", "phone": "optional"}


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime.datetime(2026, 11, 24, 9, 30, tzinfo=town.BRUSSELS)
    monkeypatch.setattr(timezone, "now", lambda: now.astimezone(datetime.UTC))


def posted(parts: dict[str, str]) -> dict[str, str]:
    return {f"vraag-{part}": text for part, text in parts.items()}


def filled(kind: str, parts: dict[str, str], **value: Any) -> tuple[forms.Form, Any, Any]:
    form_class, field_type, definition = ask(kind, **value)
    return form_class(posted(parts)), field_type, definition


def messages(form: forms.Form) -> dict[str, str]:
    """What the error summary says, by control."""
    form.is_valid()
    return {line.target.removeprefix("id_vraag-"): line.message for line in form.error_summary}


# --- Good answers: what is kept, and how people read it


@pytest.mark.parametrize(
    ("kind", "value", "typed", "kept", "read"),
    [
        (
            "person",
            {},
            {"first_name": " Jan ", "last_name": "de\t Wit"},
            {"first_name": "Jan", "last_name": "de Wit"},
            "Jan de Wit",
        ),
        (
            "person",
            EVERYTHING,
            PERSON | {"birth_date": "1985-02-01", "email": "f@example.org", "phone": "0470 12 34 56"},
            PERSON | {"birth_date": "1985-02-01", "email": "f@example.org", "phone": "+32470123456"},
            "Fatima El Amrani\nGeboren op 1 februari 1985\nf@example.org\n0470 12 34 56",
        ),
        ("person", EVERYTHING, PERSON, PERSON, "Fatima El Amrani"),
        (
            "person",
            {},
            {"first_name": "<b>Jan</b>", "last_name": "'; DROP"},
            {"first_name": "<b>Jan</b>", "last_name": "'; DROP"},
            "<b>Jan</b> '; DROP",
        ),
        ("address", {}, HOME | {"box": "2"}, HOME | {"box": "2"}, "Statielei 10 bus 2, 2640 Mortsel"),
        (
            "address",
            {},
            HOME | {"town": "mortsel", "box": "bus 2"},
            HOME | {"box": "2"},
            "Statielei 10 bus 2, 2640 Mortsel",
        ),
        (
            "address",
            {},
            {"street": "Statielei 10A bus 2", "postcode": "B-2640"},
            HOME | {"number": "10A", "box": "2"},
            "Statielei 10A bus 2, 2640 Mortsel",
        ),
        (
            "address",
            {},
            HOME | {"number": "10-12 bus 3"},
            HOME | {"number": "10-12", "box": "3"},
            "Statielei 10-12 bus 3, 2640 Mortsel",
        ),
        ("address", {}, HOME | {"number": "z/n"}, HOME | {"number": "z/n"}, "Statielei z/n, 2640 Mortsel"),
        (
            "address",
            {},
            HOME | {"postcode": "2100", "town": "Deurne"},
            HOME | {"postcode": "2100", "town": "Deurne"},
            "Statielei 10, 2100 Deurne",
        ),
        (
            "address",
            {},
            HOME | {"postcode": "9000", "town": "GAND"},
            HOME | {"postcode": "9000", "town": "Gent"},
            "Statielei 10, 9000 Gent",
        ),
        (
            "address",
            {"allow_foreign": True},
            {"street": "Dam 1", "postcode": "1012 JS", "town": "Amsterdam", "country": "Nederland"},
            {"street": "Dam", "number": "1", "postcode": "1012 JS", "town": "Amsterdam", "country": "Nederland"},
            "Dam 1, 1012 JS Amsterdam, Nederland",
        ),
        ("address", {"allow_foreign": True}, HOME | {"country": "België"}, HOME, "Statielei 10, 2640 Mortsel"),
        ("organisation", {}, {"name": "Chiro Mortsel"}, {"name": "Chiro Mortsel"}, "Chiro Mortsel"),
        (
            "organisation",
            {"address": True},
            HOME | {"name": "Harmonie", "company_number": "BE 0403.019.261"},
            HOME | {"name": "Harmonie", "company_number": "0403019261"},
            "Harmonie\n0403.019.261\nStatielei 10, 2640 Mortsel",
        ),
        (
            "date_range",
            {},
            {"from": "2026-12-03", "until": "2026-12-07"},
            {"from": "2026-12-03", "until": "2026-12-07"},
            "van 3 tot en met 7 december 2026 (5 dagen)",
        ),
        (
            "date_range",
            {},
            {"from": "2026-12-30", "until": "2027-01-02"},
            {"from": "2026-12-30", "until": "2027-01-02"},
            "van 30 december 2026 tot en met 2 januari 2027 (4 dagen)",
        ),
        (
            "date_range",
            {},
            {"from": "2026-11-30", "until": "2026-12-01"},
            {"from": "2026-11-30", "until": "2026-12-01"},
            "van 30 november tot en met 1 december 2026 (2 dagen)",
        ),
        (
            "date_range",
            {},
            {"from": "2026-12-03", "until": "2026-12-03"},
            {"from": "2026-12-03", "until": "2026-12-03"},
            "3 december 2026 (1 dag)",
        ),
    ],
)
def test_good_answer_is_kept_by_part_and_survives_being_sent_once_more(
    kind: str, value: dict[str, Any], typed: dict[str, str], kept: dict[str, str], read: str
) -> None:
    form, field_type, definition = filled(kind, typed, **value)
    assert form.is_valid(), messages(form)
    answer = field_type.normalise(form.cleaned_data["vraag"])
    assert answer == kept
    assert field_type.display(answer, definition) == read
    again = type(form)(field_type.post_data("vraag", answer, definition))
    assert again.is_valid(), messages(again)
    assert field_type.normalise(again.cleaned_data["vraag"]) == kept


# --- Bad ones: a message at the box


@pytest.mark.parametrize(
    ("kind", "value", "typed", "said"),
    [
        ("person", {}, {"first_name": "Jan"}, {"last_name": "Vul “Achternaam” in."}),
        (
            "person",
            {},
            PERSON | {"last_name": "x" * 101},
            {"last_name": "Gebruik hoogstens 100 tekens; nu zijn het er 101."},
        ),
        ("person", {"email": "required"}, PERSON, {"email": "Vul “E-mailadres” in."}),
        (
            "person",
            {"email": "optional"},
            PERSON | {"email": "f@"},
            {"email": "Vul een e-mailadres in, zoals naam@voorbeeld.be."},
        ),
        (
            "person",
            {"birth_date": "optional"},
            PERSON | {"birth_date": "2031-01-01"},
            {"birth_date_0": "Vul een datum in tot en met 24 november 2026."},
        ),
        ("address", {}, HOME | {"number": ""}, {"number": "Vul “Huisnummer” in."}),
        ("address", {}, HOME | {"number": "tien"}, {"number": "Vul een huisnummer in, zoals 10 of 10A."}),
        ("address", {}, HOME | {"postcode": "26400"}, {"postcode": "Vul een postcode van 4 cijfers in, zoals 2640."}),
        ("address", {}, HOME | {"postcode": "२६४०"}, {"postcode": "Vul een postcode van 4 cijfers in, zoals 2640."}),
        ("address", {}, HOME | {"postcode": "1040", "town": ""}, {"town": "Vul “Gemeente” in."}),
        (
            "address",
            {},
            HOME | {"country": "Nederland", "postcode": "1012 JS"},
            {"postcode": "Vul een postcode van 4 cijfers in, zoals 2640."},
        ),
        (
            "address",
            {"allow_foreign": True},
            {"street": "Dam 1", "postcode": "1012 JS", "country": "Nederland"},
            {"town": "Vul “Gemeente” in."},
        ),
        (
            "address",
            {},
            {"street": "," * 100, "number": "1" * 30, "postcode": "0000", "town": "x" * 61},
            {
                "number": "Vul een huisnummer in, zoals 10 of 10A.",
                "postcode": "Vul een postcode van 4 cijfers in, zoals 2640.",
                "town": "Gebruik hoogstens 60 tekens; nu zijn het er 61.",
            },
        ),
        (
            "organisation",
            {},
            {"name": "Harmonie", "company_number": "0403.019.262"},
            {"company_number": "Dit ondernemingsnummer bestaat niet. Kijk na of u het juist hebt ingevuld."},
        ),
        (
            "organisation",
            {"number": "required"},
            {"name": "Harmonie"},
            {"company_number": "Vul “Ondernemingsnummer” in."},
        ),
        (
            "date_range",
            {},
            {"from": "2026-12-12", "until": "2026-12-10"},
            {"until_0": "De laatste dag moet 12 december 2026 of later zijn."},
        ),
        ("date_range", {}, {"from": "2026-12-12"}, {"until_0": "Vul “Laatste dag” in."}),
        (
            "date_range",
            {"minimum": 3},
            {"from": "2026-12-12", "until": "2026-12-13"},
            {"until_0": "Kies een periode van minstens 3 dagen."},
        ),
        (
            "date_range",
            {"maximum": 1},
            {"from": "2026-12-12", "until": "2026-12-13"},
            {"until_0": "Kies een periode van hoogstens 1 dag."},
        ),
        (
            "date_range",
            {"days_from": 10},
            {"from": "2026-12-03", "until": "2026-12-04"},
            {"from_0": "Vul een datum in vanaf 4 december 2026."},
        ),
        (
            "date_range",
            {"days_until": 10},
            {"from": "2026-12-03", "until": "2026-12-05"},
            {"until_0": "Vul een datum in tot en met 4 december 2026."},
        ),
        (
            "date_range",
            {},
            {"from": "2026-02-30", "until": "|" * 1000},
            {"from_0": "Vul een datum in zoals 31 12 2026.", "until_0": "Vul een datum in zoals 31 12 2026."},
        ),
    ],
)
@pytest.mark.usefixtures("today")
def test_bad_answer_gets_its_message_at_its_box(
    kind: str, value: dict[str, Any], typed: dict[str, str], said: dict[str, str]
) -> None:
    assert messages(filled(kind, typed, **value)[0]) == said


@pytest.mark.parametrize("kind", ["person", "organisation", "address", "date_range"])
def test_blank_question_that_may_stay_blank_says_nothing_when_the_page_comes_back(kind: str) -> None:
    form, field_type, definition = filled(kind, {}, required=False)
    assert form.is_valid()
    assert form.cleaned_data["vraag"] is None
    assert form.error_summary == []
    assert "govuk-error-message" not in str(form["vraag"].as_field_group())
    assert field_type.display(None, definition) == ""
    assert set(field_type.export(None, definition).values()) == {""}


@pytest.mark.parametrize("kind", ["person", "organisation", "address", "date_range"])
@pytest.mark.parametrize("answer", ["tekst", 7, [], {"onbekend": "x"}])
def test_answer_of_another_shape_is_no_answer(kind: str, answer: Any) -> None:
    form_class, field_type, definition = ask(kind)
    form = form_class(field_type.post_data("vraag", answer, definition))
    assert not form.is_valid()
    assert messages(form)


def test_question_that_did_not_show_gives_no_errors_inside() -> None:
    form_class = ask("address")[0]
    form = form_class(posted({"street": "Statielei"}), seen=set())
    form.full_clean()
    assert not form.complete
    assert form.error_summary == []
    assert "govuk-error-message" not in str(form["vraag"].as_field_group())


def test_read_only_question_shows_the_answer_and_ignores_what_is_posted() -> None:
    form_class = ask("person")[0]
    form = form_class(posted({"first_name": "Eve"}), initial={"vraag": PERSON})
    form.fields["vraag"].disabled = True
    html = str(form["vraag"].as_field_group())
    assert "El Amrani" in html
    assert "Eve" not in html
    assert html.count("disabled") == 2


# --- Postcode and municipality


@pytest.mark.parametrize(
    ("postcode", "town_name", "doubt"),
    [
        ("2640", "Gent", "Postcode 2640 hoort bij Mortsel, niet bij Gent. Klopt het adres?"),
        ("1040", "Mortsel", "Postcode 1040 hoort bij Brussel of Etterbeek, niet bij Mortsel. Klopt het adres?"),
        ("1041", "Brussel", "We kennen de postcode 1041 niet. Klopt die?"),
        ("2640", "Mortsel", ""),
        ("1040", "Etterbeek", ""),
        ("2100", "Deurne", ""),
    ],
)
def test_postcode_that_does_not_fit_is_asked_about_and_then_passes(postcode: str, town_name: str, doubt: str) -> None:
    form = filled("address", HOME | {"postcode": postcode, "town": town_name})[0]
    assert form.is_valid(), messages(form)
    assert form.warnings == ({"vraag": [doubt]} if doubt else {})


def test_browser_can_ask_the_municipalities_of_a_postcode() -> None:
    client = Client()
    found = client.get(reverse("forms:towns", args=["1040"]))
    assert found.json() == {"towns": ["Brussel", "Etterbeek"]}
    assert "public" in found["Cache-Control"]
    for nonsense in ("0000", "abc", "9" * 300, "२६४०"):
        assert client.get(reverse("forms:towns", args=[nonsense])).json() == {"towns": []}


# --- Autocomplete


@pytest.mark.parametrize(
    ("kind", "value", "own"),
    [
        (
            "person",
            EVERYTHING,
            {
                "first_name": "given-name",
                "last_name": "family-name",
                "birth_date": "bday",
                "email": "email",
                "phone": "tel",
            },
        ),
        (
            "address",
            {"allow_foreign": True},
            {
                "street": "address-line1",
                "number": "off",
                "box": "off",
                "postcode": "postal-code",
                "town": "address-level2",
                "country": "country-name",
            },
        ),
        ("organisation", {}, {"name": "organization", "company_number": "off"}),
    ],
)
def test_browser_fills_in_ones_own_data_and_nobody_elses(kind: str, value: dict[str, Any], own: dict[str, str]) -> None:
    for is_own in (True, False):
        form = ask(kind, is_own=is_own, **value)[0]()
        (row,) = form["vraag"].rows
        found = {part: field.widget.attrs["autocomplete"] for part, field in row.fields.items()}
        assert found == (own if is_own else dict.fromkeys(own, "off"))
    person = ask("person", birth_date="optional", is_own=True)[0]()
    assert 'autocomplete="bday-day"' in str(person["vraag"].as_field_group())


# --- A period in conditions and calculations


@given(first=st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 1, 1)), length=st.integers(-400, 4000))
def test_period_counts_every_day_from_the_first_to_the_last(first: datetime.date, length: int) -> None:
    last = first + datetime.timedelta(days=length - 1)
    form, field_type, definition = filled("date_range", {"from": first.isoformat(), "until": last.isoformat()})
    assert form.is_valid() == (length >= 1)
    if length >= 1:
        answer = field_type.normalise(form.cleaned_data["vraag"])
        nights = sum(1 for day in range(length) if first + datetime.timedelta(day) < last)
        assert field_type.amounts(answer, definition) == {"": length, ".dagen": length, ".nachten": nights}
        assert field_type.amount(answer, definition) == Decimal(length)
        assert field_type.comparable(answer, definition) == first.isoformat()
        assert f"({length} dag" in field_type.display(answer, definition)


@given(
    first=st.dates(datetime.date(2026, 1, 1), datetime.date(2027, 12, 31)),
    length=st.integers(1, 60),
    minimum=st.none() | st.integers(1, 30),
    maximum=st.none() | st.integers(1, 30),
)
def test_period_is_held_to_its_length(
    first: datetime.date, length: int, minimum: int | None, maximum: int | None
) -> None:
    last = first + datetime.timedelta(days=length - 1)
    typed = {"from": first.isoformat(), "until": last.isoformat()}
    form = filled("date_range", typed, minimum=minimum, maximum=maximum)[0]
    assert form.is_valid() == ((minimum or 1) <= length <= (maximum or length))


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ({}, 0),
        ({"minimum": 3, "maximum": 3}, 0),
        ({"minimum": 4, "maximum": 3}, 1),
        ({"days_from": 10, "days_until": 10}, 0),
        ({"days_from": 10, "days_until": 9}, 1),
        ({"days_from": 10, "days_until": 12, "minimum": 4}, 1),
    ],
)
def test_period_that_nobody_can_fill_in_is_not_published(value: dict[str, Any], found: int) -> None:
    field_type = ask("date_range")[1]
    assert len(field_type.problems(value, "Hier")) == found


def test_columns_of_an_export() -> None:
    _form, address, definition = filled("address", {})
    assert address.export(HOME, definition) == {
        "Straat": "Statielei", "Huisnummer": "10", "Bus": "", "Postcode": "2640", "Gemeente": "Mortsel",
    }  # fmt: skip
    _form, period, definition = filled("date_range", {})
    answer = {"from": "2026-12-03", "until": "2026-12-07"}
    columns = {"Eerste dag": "2026-12-03", "Laatste dag": "2026-12-07", "Dagen": "5"}
    assert period.export(answer, definition) == columns


# --- A place that may be pointed out

POINT = {"lat": "51.17012", "lon": "4.45512"}


@pytest.mark.parametrize(
    ("typed", "kept", "read", "place"),
    [
        ({"": "Statielei 10"}, "Statielei 10", "Statielei 10", "Statielei 10"),
        (
            {"": "Bij de kerk", "-lat": "51.1701234567", "-lon": "4.45512"},
            {"text": "Bij de kerk"} | POINT,
            "Bij de kerk\nPunt op de kaart: 51,17012; 4,45512",
            "Bij de kerk",
        ),
        (
            {"": "", "-lat": "51.17012", "-lon": "4.45512"},
            {"text": ""} | POINT,
            "Punt op de kaart: 51,17012; 4,45512",
            "punt op de kaart (51,17012; 4,45512)",
        ),
    ],
)
def test_place_in_words_or_as_a_point(typed: dict[str, str], kept: Any, read: str, place: str) -> None:
    form_class, field_type, definition = ask("place", point=True)
    form = form_class({f"vraag{end}": text for end, text in typed.items()})
    assert form.is_valid(), form.errors
    answer = field_type.normalise(form.cleaned_data["vraag"])
    assert answer == kept
    assert field_type.display(answer, definition) == read
    assert field_type.serve("place", answer, definition) == place
    assert field_type.comparable(answer, definition)
    again = form_class(field_type.post_data("vraag", answer, definition))
    assert again.is_valid(), again.errors
    assert again.cleaned_data["vraag"] == kept
    shown = form_class(initial={"vraag": field_type.form_data(answer)})
    assert ("51.17012" in str(shown["vraag"])) == isinstance(kept, dict)


@pytest.mark.parametrize(
    ("lat", "lon", "message"),
    [
        ("48.85", "2.35", "Dit punt ligt niet in België."),
        ("-51.17", "4.45", "Dit punt ligt niet in België."),
        ("51.17", "", "We kunnen het punt op de kaart niet lezen."),
        ("NaN", "4.45", "We kunnen het punt op de kaart niet lezen."),
        ("1e1", "4.45", "We kunnen het punt op de kaart niet lezen."),
        ("\u0665\u0661", "4.45", "We kunnen het punt op de kaart niet lezen."),
        ("9" * 100_000, "4.45", "We kunnen het punt op de kaart niet lezen."),
        ("<script>", "x", "We kunnen het punt op de kaart niet lezen."),
    ],
)
def test_point_that_is_none_is_refused_and_the_words_are_kept(lat: str, lon: str, message: str) -> None:
    form = ask("place", point=True)[0]({"vraag": "Bij de kerk", "vraag-lat": lat, "vraag-lon": lon})
    assert not form.is_valid()
    assert str(form.errors["vraag"][0]).startswith(message)
    assert 'value="Bij de kerk"' in str(form["vraag"])
    assert "<script>" not in str(form["vraag"])


def test_words_beside_a_point_are_held_to_their_length() -> None:
    form = ask("place", point=True)[0]({"vraag": "x" * 301, "vraag-lat": "51.17", "vraag-lon": "4.45"})
    assert not form.is_valid()


def test_place_without_a_point_takes_none() -> None:
    form = ask("place")[0]({"vraag": "Statielei 10", "vraag-lat": "51.17", "vraag-lon": "4.45"})
    assert form.is_valid()
    assert form.cleaned_data["vraag"] == "Statielei 10"


def test_place_of_an_older_version_is_asked_and_read_as_before() -> None:
    _form_class, field_type, definition = ask("place")
    del definition["parameters"]["point"]  # as versions hold it that were published before there were points
    assert field_type.display("Statielei 10", definition) == "Statielei 10"
    assert field_type.serve("place", "Statielei 10", definition) == "Statielei 10"
    assert field_type.export("Statielei 10", definition) == {"": "Statielei 10"}
    made = {
        "schema": schema.SCHEMA,
        "steps": [{"key": "a", "title": "", "when": None, "groups": {}, "fields": [definition]}],
    }
    assert check_step(made, 1, "burger", {"vraag": "Statielei 10"}).is_valid()


# --- What Loket does with them


def compiled(*asked: dict[str, Any]) -> schema.Compilation:
    body = StepsBlock().to_python([builder.step("Stap", *asked)])
    return schema.compile_form(title="T", intro="", privacy="", body=body, anonymous_allowed=False)


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ({"email": "required"}, []),
        ({"phone": "required"}, []),
        ({"email": "optional"}, ["Contactgegevens"]),
        ({"email": "required", "required": False}, ["Naam", "Contactgegevens"]),
        ({"email": "required", "is_own": False}, ["Naam", "Contactgegevens"]),
    ],
)
def test_person_is_known_when_the_person_is_asked_well_enough(value: dict[str, Any], where: list[str]) -> None:
    found = compiled(builder.question("person", "Wie bent u?", **({"is_own": True} | value))).problems
    assert [problem.where for problem in found] == where


def test_two_questions_for_the_same_thing_are_refused() -> None:
    person = builder.question("person", "Wie bent u?", is_own=True, email="required")
    (problem,) = compiled(person, builder.EMAIL).problems
    assert "e-mailadres" in problem.message


@pytest.mark.django_db
def test_one_question_gives_the_dossier_its_person_and_another_its_place() -> None:
    builder.published_form(
        builder.step(
            "Wie en waar",
            builder.question("person", "Wie bent u?", is_own=True, email="required", phone="optional", key="wie"),
            builder.question("address", "Waar?", is_own=False, is_subject=True, key="waar"),
        )
    )
    citizen = builder.Citizen().start()
    answers = {
        f"wie-{part}": text for part, text in (PERSON | {"email": "f@example.org", "phone": "0470123456"}).items()
    }
    answers |= {f"waar-{part}": text for part, text in HOME.items()}
    assert citizen.fill_in(1, **answers).status_code == 302
    citizen.send()
    dossier, contact = Dossier.objects.get(), Contact.objects.get()
    assert dossier.initiator.name == "Fatima El Amrani"
    assert dossier.place == "Statielei 10, 2640 Mortsel"
    assert (contact.given_name, contact.given_email, contact.given_phone) == (
        "Fatima El Amrani",
        "f@example.org",
        "+32470123456",
    )
    (step,) = Submission.objects.get().answers["steps"]
    assert [answer["value"] for answer in step["answers"]] == [
        PERSON | {"email": "f@example.org", "phone": "+32470123456"},
        HOME,
    ]
    assert {answer["retention"] for answer in step["answers"]} == {"personal"}


@pytest.mark.django_db
def test_parts_may_stand_in_the_rows_of_a_repeating_group() -> None:
    builder.published_form(
        builder.step(
            "Kinderen",
            builder.NAME,
            builder.EMAIL,
            builder.question(
                "repeat",
                "Kinderen",
                row_label="kind",
                minimum=1,
                maximum=3,
                key="kinderen",
                questions=[
                    builder.question("person", "Naam van het kind", is_own=False, birth_date="required", key="kind")
                ],
            ),
        )
    )
    citizen = builder.Citizen().start()
    known = {
        "naam": "Fatima",
        "email": "f@example.org",
        "kinderen-rij": ["0", "1"],
        "kinderen-0-kind-first_name": "Sam",
    }
    page = citizen.fill_in(1, **known).content.decode()
    assert 'href="#id_kinderen-0-kind-last_name">Kind 1: Vul “Achternaam” in.' in page
    assert "Kind 2: " not in page  # a row that is left blank is no row
    whole = {"kinderen-0-kind-last_name": "El Amrani"} | {
        f"kinderen-0-kind-birth_date_{number}": part for number, part in enumerate(("3", "4", "2019"))
    }
    assert citizen.fill_in(1, **known, **whole).status_code == 302
    kept = {"kind": {"first_name": "Sam", "last_name": "El Amrani", "birth_date": "2019-04-03"}}
    assert citizen.draft.answers["kinderen"] == [kept]
    assert citizen.get("check").status_code == 200
    assert citizen.send().status_code == 302
    (answer,) = [a for a in Submission.objects.get().answers["steps"][0]["answers"] if a["key"] == "kinderen"]
    assert answer["text"] == "Kind 1\nNaam van het kind: Sam El Amrani\nGeboren op 3 april 2019"


# --- What follows from a person who fills in


def own_person(**changes: Any) -> builder.Citizen:
    person = {
        "is_own": True,
        "email": "required",
        "phone": "optional",
        "birth_date": "optional",
        "key": "wie",
    } | changes
    builder.published_form(builder.step("Wie", builder.question("person", "Wie bent u?", **person)))
    return builder.Citizen().start()


@pytest.mark.django_db
@pytest.mark.parametrize("sent", [True, False])
def test_form_of_a_person_opens_again_only_for_that_person(sent: bool) -> None:
    citizen = own_person()
    known = {"wie-first_name": "Fatima", "wie-last_name": "El Amrani", "wie-email": "f@example.org" if sent else ""}
    citizen.fill_in(1, **known, **({} if sent else {"bewaren": "1"}))
    timed_out(citizen)
    closed = citizen.address("closed")
    assert citizen.client.post(closed).status_code == 200
    assert citizen.client.post(closed, {"said": "jan"}).status_code == 200
    assert ("E-mailadres" if sent else "Voornaam en achternaam") in citizen.get("closed").content.decode()
    assert citizen.client.post(closed, {"said": "F@example.org" if sent else "fatima el amrani"}).status_code == 302


@pytest.mark.django_db
def test_what_the_register_knows_of_a_proven_person_stands_in_the_boxes(settings: Any) -> None:
    citizen = own_person()
    found = resolve(
        name="Fatima El Amrani",
        email="f@example.org",
        phone="+32470123456",
        birth_date=datetime.date(1985, 2, 1),
        by=Actor.citizen(),
        at=town.MONDAY,
    )
    FormDraft.objects.filter(pk=citizen.uuid).update(party=found.party)
    settings.CITIZEN_OIDC = Config(issuer="https://aanmelden.example", client_id="loket", client_secret="x")
    citizen.is_signed_in_as(found.party)
    page = citizen.get("step", 1).content.decode()
    for value in ("f@example.org", "0470 12 34 56", "1985"):
        assert f'value="{value}"' in page
    assert "Dit weten we al." in page


@pytest.mark.parametrize("is_own", [True, False])
def test_nothing_is_filled_in_for_somebody_else(is_own: bool) -> None:
    _form, person, definition = ask("person", is_own=is_own, email="optional")
    known = {"name": "Fatima", "email": "f@example.org", "phone": "+32470123456"}
    assert person.known(known, definition) == ({"email": "f@example.org"} if is_own else None)
