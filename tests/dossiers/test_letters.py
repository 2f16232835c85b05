"""Letters with merge fields (dossiers/letters.py)."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from dossiers.letters import MERGE_FIELDS, compose, merge, unknown_fields
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


@given(st.text(), st.dictionaries(st.sampled_from(sorted(MERGE_FIELDS)), st.text()))
def test_text_without_unknown_fields_keeps_none_behind(text: str, values: dict[str, str]) -> None:
    template = "".join(character for character in text if character not in "{}") + "{naam} {nummer}"
    assert not unknown_fields(template)
    complete = dict.fromkeys(MERGE_FIELDS, "") | {key: value.replace("{", "") for key, value in values.items()}
    assert "{" not in merge(template, complete)


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
