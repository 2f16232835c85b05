import pytest
from hypothesis import given
from hypothesis import strategies as st

from parties.contact_values import normalise_email, normalise_phone
from parties.matching import match_key, normalise_name

latin = st.characters(min_codepoint=0x20, max_codepoint=0x17F, categories=("Lu", "Ll"))
names = st.text(latin, min_size=1, max_size=30)
between = st.sampled_from([" ", "-", "'", "’", ". ", "  ", "\u00a0", "\u2010"])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Van den Berghe", "vandenberghe"),
        ("Van den Berghe", "VAN-DEN-BERGHE"),
        ("Anaïs Leclère", "Anais Leclere"),
        ("Leclère", "Lecle\u0300re"),  # an accent as a character of its own
        ("D'Hondt", "d’hondt"),
        ("  Jan \t Peeters ", "Jan Peeters"),
        ("Jan Peeters", "Jan\u00a0Peeters"),
        ("Søren Łukasz", "Soren Lukasz"),
        ("Strauß", "STRAUSS"),
        ("İpek Çelik", "ipek celik"),
        ("Y\u0131ld\u0131z", "YILDIZ"),
        ("J.P. Maes", "JP Maes"),
    ],
)
def test_spellings_of_one_name(one, other):
    assert normalise_name(one) == normalise_name(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Van den Berghe", "Berghe"),  # a particle belongs to the name
        ("Jan Peeters", "Jan Peters"),
        ("Jan Peeters", "Peeters Jan"),
        ("Scouts 1", "Scouts 2"),
        ("राम", "रमा"),  # told apart by the place of a vowel sign
    ],
)
def test_different_names(one, other):
    assert normalise_name(one) != normalise_name(other)


@pytest.mark.parametrize("name", ["", "   ", "-", "?!", "\u0301"])
def test_a_name_without_letters_is_no_name_and_has_no_key(name):
    assert normalise_name(name) == ""
    assert match_key(name, "jan@mortsel.example") == ""


def test_without_contact_value_there_is_no_key():
    assert match_key("Jan Peeters", "") == ""


@given(st.text(max_size=40))
def test_normalising_a_name_twice_changes_nothing(name):
    assert normalise_name(normalise_name(name)) == normalise_name(name)


@given(st.lists(names, min_size=1, max_size=4), between, between)
def test_case_and_what_stands_between_the_words_do_not_matter(words, one, other):
    assert normalise_name(one.join(words)) == normalise_name(other.join(words).upper())


@given(names, names, st.sampled_from(["a@x.example", "b@x.example"]), st.sampled_from(["a@x.example", "b@x.example"]))
def test_keys_are_equal_for_equal_name_and_value_only(one, other, value, other_value):
    same = normalise_name(one) == normalise_name(other) and value == other_value
    assert (match_key(one, value) == match_key(other, other_value)) is same


def test_name_and_value_do_not_flow_into_each_other():
    assert match_key("jan", "peeters@x.example") != match_key("janpeeters", "@x.example")


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" Jan.Peeters@Mortsel.Example ", "jan.peeters@mortsel.example"),
        ("Gauß@x.example", "gauß@x.example"),
        ("  ", ""),
    ],
)
def test_an_address_is_written_in_lower_case(typed, address):
    assert normalise_email(typed) == address


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0470 12 34 56", "+32470123456"),
        ("0470/12.34.56", "+32470123456"),
        ("+32 470 12 34 56", "+32470123456"),
        ("0032 470 12 34 56", "+32470123456"),
        ("03 444 17 17", "+3234441717"),
        ("+31 20 123 45 67", "+31201234567"),
        ("444 17 17", ""),  # no area: this number cannot exist
        ("12", ""),
        ("bel mij niet", ""),
        ("", ""),
    ],
)
def test_a_number_is_written_in_international_form(typed, number):
    assert normalise_phone(typed) == number
