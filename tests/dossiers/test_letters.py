"""Letters with merge fields (dossiers/letters.py)."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from dossiers.letters import (
    DEPTH,
    MERGE_FIELDS,
    Paragraph,
    Part,
    Unsound,
    always_shows,
    compose,
    merge,
    paragraphs,
    parse,
    uses,
)
from dossiers.models import LetterTemplate
from tests import town


def test_fields_are_filled_in() -> None:
    letter = compose(
        subject="Melding {nummer}",
        body="Dag {naam}\n\n{reden}",
        values={"nummer": "MEL-1", "naam": "An", "reden": "Zo."},
    )
    assert letter.subject == "Melding MEL-1"
    assert letter.text == "Dag An\n\nZo.\n"


def test_what_a_citizen_typed_is_never_read_as_a_field() -> None:
    assert merge("Dag {naam}", {"naam": "{volglink}", "volglink": "https://secret"}) == "Dag {volglink}"


def test_a_subject_stays_on_one_line() -> None:
    letter = compose(subject="Over {naam}", body="x", values={"naam": "An\r\nBcc: everyone@example.org"})
    assert letter.subject == "Over An Bcc: everyone@example.org"


def test_an_unknown_field_is_refused_by_name_when_the_letter_is_saved() -> None:
    letter = LetterTemplate(name="Brief", subject="Dag {naam}", body="U woont in {straat}.")
    with pytest.raises(ValidationError, match="straat"):
        letter.clean_fields()


# --- Parts that appear only sometimes


@pytest.mark.parametrize(
    ("text", "values", "result"),
    [
        ("{als plaats}Waar: {plaats}{einde}", {"plaats": "Statielei 10"}, "Waar: Statielei 10"),
        ("{als plaats}Waar: {plaats}{einde}", {}, ""),
        ("{als plaats}Waar: {plaats}{einde}", {"plaats": "  "}, ""),
        ("{als niet plaats}Waar is het?{anders}We komen langs.{einde}", {}, "Waar is het?"),
        ("{als niet plaats}Waar is het?{anders}We komen langs.{einde}", {"plaats": "Mortsel"}, "We komen langs."),
        ("{als proces = Klacht}Spijtig.{einde}", {"proces": "klacht"}, "Spijtig."),
        ("{als proces = Klacht}Spijtig.{einde}", {"proces": "Klachten"}, ""),
        ("{als niet proces = Klacht}Bedankt.{einde}", {"proces": "Melding"}, "Bedankt."),
        ("{ als  niet  plaats }x{ einde }", {}, "x"),
        ("{als plaats}a{als reden}b{einde}c{einde}", {"plaats": "x"}, "ac"),
        ("{als plaats}a{als reden}b{anders}d{einde}c{einde}", {"plaats": "x", "reden": "y"}, "abc"),
    ],
)
def test_a_part_appears_when_its_condition_holds(text: str, values: dict[str, str], result: str) -> None:
    assert merge(text, values) == result


def test_what_a_citizen_typed_is_never_read_as_a_condition() -> None:
    assert merge("{reden}", {"reden": "{als plaats}x{einde}{naam}", "naam": "An"}) == "{als plaats}x{einde}{naam}"


@pytest.mark.parametrize(
    ("text", "values", "result"),
    [
        ("Dag {naam},\n\nTot dan.", {}, "Dag,\n\nTot dan."),
        ("Een\n{plaats}\nTwee", {}, "Een\nTwee"),
        ("Een\n\n{plaats}\n\nTwee", {}, "Een\n\nTwee"),
        ("Een\n{als plaats}\nWaar: {plaats}\n{einde}\nTwee", {}, "Een\nTwee"),
        ("Een\n{als plaats}\nWaar: {plaats}\n{einde}\nTwee", {"plaats": "X"}, "Een\nWaar: X\nTwee"),
        ("Een\n\n{als plaats}Waar: {plaats}\n\n{einde}{als reden}Y\n\n{einde}Twee", {}, "Een\n\nTwee"),
        ("Uw {proces} in {plaats} is klaar ({nummer}).", {"proces": "melding"}, "Uw melding in is klaar ()."),
        ("Een\r\n\r\n{plaats}\r\n\r\nTwee", {}, "Een\n\nTwee"),
        ("Een {plaats} twee", {}, "Een twee"),
    ],
)
def test_what_stayed_empty_leaves_no_gap(text: str, values: dict[str, str], result: str) -> None:
    assert merge(text, values) == result


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("U woont in {straat}.", "{straat}"),
        ("{als straat}x{einde}", "{straat}"),
        ("{als niet straat}x{einde}", "{straat}"),
        ("{als plaats =}x{einde}", "{als plaats =}"),
        ("{als plaats}x", "Zet {einde} waar {als plaats} eindigt"),
        ("x{einde}", "{einde} staat er zonder {als …}"),
        ("x{anders}y", "{anders} staat er zonder {als …}"),
        ("{als plaats}x{anders}y{anders}z{einde}", "{als plaats} heeft twee keer {anders}"),
        ("{als plaats}" * (DEPTH + 1) + "{einde}" * (DEPTH + 1), f"niet meer dan {DEPTH} voorwaarden"),
        ("{}", "{}"),
    ],
)
def test_what_does_not_add_up_is_refused_at_its_field_when_the_letter_is_saved(text: str, problem: str) -> None:
    with pytest.raises(ValidationError) as refused:
        LetterTemplate(name="Brief", subject="Dag", body=text).clean_fields()
    assert list(refused.value.message_dict) == ["body"]
    assert problem in refused.value.message_dict["body"][0]


PIECES = ["{naam}", "{plaats}", "{als plaats}", "{als niet naam}", "{als reden = x}", "{anders}", "{einde}", "{straat}"]
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=8)).map("".join)
VALUES = st.dictionaries(st.sampled_from(sorted(MERGE_FIELDS)), st.text() | st.sampled_from(PIECES))


@given(TEXTS, VALUES)
def test_what_was_accepted_can_always_be_sent(text: str, values: dict[str, str]) -> None:
    try:
        parse(text)
    except Unsound:
        return
    letter = compose(subject=text, body=text, values=values)
    assert "\n" not in letter.subject
    assert "\0" not in letter.text
    assert "\n\n\n" not in letter.text
    for paragraph in paragraphs(letter.text):
        assert all(line == line.strip() for line in paragraph.lines)


@given(st.text(st.characters(exclude_characters="{}\0\r\n", exclude_categories=["Cs"]), min_size=1), st.text())
def test_a_value_stands_in_the_letter_as_it_was_given(before: str, value: str) -> None:
    given_value = value.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").strip()
    if given_value and "\n\n\n" not in given_value:
        assert merge(before + "{reden}!", {"reden": value}) == before + given_value + "!"


@given(st.text(st.characters(exclude_characters="{}\0", exclude_categories=["Cs"])))
def test_a_text_without_braces_keeps_its_words(text: str) -> None:
    assert merge(text, {}).split() == text.split()


def test_a_field_is_seen_however_deep_it_is() -> None:
    text = "{als plaats}x{anders}{als niet naam}{reden}{einde}{einde}"
    assert {field for field in MERGE_FIELDS if uses(text, field)} == {"plaats", "naam", "reden"}
    assert LetterTemplate(subject="{als status}x{einde}", body=text).uses("reden")
    assert LetterTemplate(subject="{als status}x{einde}", body=text).uses("status")
    assert not uses("{als plaats}{reden}", "reden")  # cannot be saved, so it says nothing


@pytest.mark.parametrize(
    ("text", "always"),
    [
        ("{reden}", True),
        ("{als plaats}{reden}{einde}", False),
        ("{als plaats}{reden}{anders}Kijk: {reden}{einde}", True),
        ("{als reden}Dit is waarom: {reden}{einde}", True),
        ("{als niet reden}{reden}{einde}", False),
        ("{als reden = x}{reden}{einde}", False),
        ("Niets", False),
    ],
)
def test_whether_a_field_shows_whatever_the_others_hold(text: str, always: bool) -> None:
    assert always_shows(text, "reden") is always


# --- On paper


def test_plain_text_becomes_paragraphs_and_lists() -> None:
    text = "Dag An\nAlles goed?\n\nBreng mee:\n- uw kaart\n* een foto\nTot dan.\n\n1. Eerst dit\n2) dan dat\n\n12. mei"
    assert paragraphs(text) == [
        Paragraph("p", ("Dag An", "Alles goed?")),
        Paragraph("p", ("Breng mee:",)),
        Paragraph("ul", ("uw kaart", "een foto")),
        Paragraph("p", ("Tot dan.",)),
        Paragraph("ol", ("Eerst dit", "dan dat")),
        Paragraph("p", ("12. mei",)),
    ]


def test_the_parts_below_a_letter_stand_in_its_text_too() -> None:
    letter = compose(subject="x", body="Dag {naam}", values={"naam": "An"}, ending=[Part("Rechtsgrond", "Artikel 48.")])
    assert letter.text == "Dag An\n\nRechtsgrond\nArtikel 48.\n"
    assert letter.parts == (Part("", "Dag An"), Part("Rechtsgrond", "Artikel 48."))


# --- Letters in use


@pytest.mark.django_db
def test_a_letter_in_use_cannot_start_to_give_a_reason_that_nobody_is_asked() -> None:
    town.melding()
    letter = LetterTemplate.objects.get(name="Ontvankelijk")
    letter.body = "Dag {naam}. {reden}"
    with pytest.raises(ValidationError, match="Aanvaarden"):
        letter.full_clean()
    refusal = LetterTemplate.objects.get(name="Niet ontvankelijk")
    refusal.body = "Dag {naam}. Dit is waarom: {reden}"
    refusal.full_clean()


@pytest.mark.django_db
def test_a_confirmation_in_use_cannot_start_to_promise_a_date_without_term() -> None:
    letter = LetterTemplate.objects.create(name="Kort", subject="Ontvangen", body="Dag {naam}.")
    town.published(town.draft_melding(terms=[], confirmation=letter))
    letter.body = "U hoort van ons op {uiterste_datum}."
    with pytest.raises(ValidationError, match="Melding openbaar domein"):
        letter.full_clean()


def test_a_subject_of_any_length_fits() -> None:
    letter = compose(subject="{onderwerp} {naam}", body="x", values={"onderwerp": "a" * 200, "naam": "b" * 200})
    assert len(letter.subject) == 200
    assert letter.subject.endswith("…")


@pytest.mark.django_db
def test_a_letter_that_a_process_sends_cannot_be_deleted(client: Client) -> None:
    town.melding()
    free = LetterTemplate.objects.create(name="Los", subject="Los", body="Dag {naam}")
    used = LetterTemplate.objects.get(name="Ontvangst")
    rights = ("view", "change", "delete")
    client.force_login(
        town.staff("jan", *(f"dossiers.{right}_lettertemplate" for right in rights)),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    for letter in (free, used):
        response = client.post(reverse("wagtailsnippets_dossiers_lettertemplate:delete", args=[letter.pk]))
        assert response.status_code == 302
    assert not LetterTemplate.objects.filter(pk=free.pk).exists()
    assert LetterTemplate.objects.filter(pk=used.pk).exists()
