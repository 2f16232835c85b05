"""Encrypted texts: written, read, rotated to a new key, and what is left when a key is lost."""

from io import StringIO
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core import serializers
from django.core.exceptions import FieldError
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from core import encryption
from core.encryption import CannotDecrypt, Unreadable, decrypt, encrypt, keyed_hash, keyed_hashes
from core.fields import EncryptedField
from parties.models import Identifier, Party
from parties.numbers import OfficialNumber, Scheme

pytestmark = [pytest.mark.django_db, pytest.mark.both]

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
NUMBER = "85073003328"


@pytest.fixture(autouse=True)
def _old_key(settings: Any) -> None:
    settings.ENCRYPTION_KEYS = [OLD]


def hold(value: str = NUMBER) -> Identifier:
    number = OfficialNumber(Scheme.NATIONAL_NUMBER, value)
    identifier = Identifier.holding(number, party=Party.objects.create(name="Jan"), legal_basis="Besluit van 2026")
    identifier.save()
    return identifier


def stored() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM parties_identifier ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def rotate(**options: Any) -> str:
    out = StringIO()
    call_command("rotate_keys", stdout=out, stderr=out, **options)
    return out.getvalue()


# --- Texts ------------------------------------------------------------------------------------------------------------


@given(st.text())
def test_what_was_encrypted_can_be_read_again(text: str) -> None:
    assert decrypt(encrypt(text)) == text


def test_the_same_text_is_never_encrypted_the_same() -> None:
    assert encrypt("x") != encrypt("x")
    assert "x" * 20 not in encrypt("x" * 20)


@pytest.mark.parametrize("token", ["", "x", "fernet:", "fernet:gAAAAA", "fernet:é", NUMBER])
def test_what_is_no_encrypted_text_is_refused(token: str) -> None:
    with pytest.raises(CannotDecrypt):
        decrypt(token)


def test_a_changed_text_is_refused() -> None:
    token = encrypt("x")
    with pytest.raises(CannotDecrypt):
        decrypt(token[:60] + ("A" if token[60] != "A" else "B") + token[61:])


def test_a_keyed_hash_depends_on_text_purpose_and_key(settings: Any) -> None:
    mine = keyed_hash("1", purpose="a")
    assert mine == keyed_hash("1", purpose="a")
    assert mine not in {keyed_hash("2", purpose="a"), keyed_hash("1", purpose="b")}
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    assert keyed_hash("1", purpose="a") != mine
    assert keyed_hashes("1", purpose="a")[1] == mine


def test_one_key_in_two_spellings_gives_one_hash(settings: Any) -> None:
    settings.ENCRYPTION_KEYS = [OLD.replace("-", "+").replace("_", "/")]
    mine = keyed_hash("1", purpose="a")
    settings.ENCRYPTION_KEYS = [OLD]
    assert keyed_hash("1", purpose="a") == mine


# --- The field --------------------------------------------------------------------------------------------------------


def test_the_database_never_holds_the_plain_text() -> None:
    hold()
    assert Identifier.objects.get().secret == NUMBER
    assert stored()[0].startswith(encryption.PREFIX)
    assert NUMBER not in stored()[0]


@pytest.mark.parametrize("lookup", ["secret", "secret__exact", "secret__contains", "secret__in", "secret__lower"])
def test_filtering_on_it_says_why_it_cannot_be(lookup: str) -> None:
    with pytest.raises(FieldError, match="secret is encrypted"):
        list(Identifier.objects.filter(**{lookup: [NUMBER] if lookup.endswith("in") else NUMBER}))


def test_only_whether_there_is_a_value_can_be_asked() -> None:
    hold()
    assert Identifier.objects.filter(secret__isnull=False).count() == 1
    assert list(Identifier.objects.values_list("secret", flat=True)) == [NUMBER]


@pytest.mark.parametrize("option", ["unique", "db_index"])
def test_it_cannot_be_unique_or_indexed(option: str) -> None:
    with pytest.raises(TypeError, match="keyed hash"):
        EncryptedField(**{option: True})


def test_a_dump_holds_the_encrypted_text_and_loads_again() -> None:
    identifier = hold()
    dump = serializers.serialize("json", [identifier])
    assert NUMBER not in dump
    identifier.delete()
    for loaded in serializers.deserialize("json", dump):
        loaded.save()
    assert Identifier.objects.get().secret == NUMBER


def test_a_lost_key_leaves_lists_readable_and_loses_nothing(settings: Any) -> None:
    hold()
    before = stored()
    settings.ENCRYPTION_KEYS = [NEW]
    identifier = Identifier.objects.get()
    assert isinstance(identifier.secret, Unreadable)
    assert identifier.number is None
    assert "sleutel" in str(identifier)
    identifier.save()
    assert stored() == before
    settings.ENCRYPTION_KEYS = [OLD]
    assert Identifier.objects.get().secret == NUMBER


# --- Rotating ---------------------------------------------------------------------------------------------------------

MANY = ["85073003328", "98472899765", "17073003384", "01490700185"]


def test_rotating_keeps_every_text_under_the_new_key_alone(settings: Any) -> None:
    for value in MANY:
        hold(value)
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    assert "parties.Identifier: 4 encrypted again" in rotate(batch=3)
    settings.ENCRYPTION_KEYS = [NEW]
    assert [identifier.secret for identifier in Identifier.objects.order_by("pk")] == MANY
    for value in MANY:
        assert Identifier.objects.of(OfficialNumber(Scheme.NATIONAL_NUMBER, value)).count() == 1


def test_a_number_is_found_before_during_and_after(settings: Any) -> None:
    hold()
    number = OfficialNumber(Scheme.NATIONAL_NUMBER, NUMBER)
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    assert Identifier.objects.of(number).exists()
    rotate()
    assert Identifier.objects.of(number).exists()


def test_rotating_goes_on_where_it_was_stopped(settings: Any, monkeypatch: Any) -> None:
    for value in MANY:
        hold(value)
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    encrypted = []

    def stop_at_the_fourth(text: str) -> str:
        encrypted.append(text)
        if len(encrypted) == 4:
            raise KeyboardInterrupt
        return encrypt(text)

    with monkeypatch.context() as patch:
        patch.setattr("core.management.commands.rotate_keys.encrypt", stop_at_the_fourth)
        with pytest.raises(KeyboardInterrupt):
            rotate(batch=2)
    assert "parties.Identifier: 2 encrypted again, 2 were already" in rotate(batch=2)
    assert "parties.Identifier: 0 encrypted again, 4 were already" in rotate()


def test_what_cannot_be_read_is_reported_and_left(settings: Any) -> None:
    hold(MANY[0])
    settings.ENCRYPTION_KEYS = [NEW]
    hold(MANY[1])
    lost = stored()[0]
    out = StringIO()
    with pytest.raises(CommandError, match="Keep the older keys"):
        call_command("rotate_keys", stdout=out, stderr=out)
    assert "1 cannot be read" in out.getvalue()
    assert stored()[0] == lost


def test_a_number_that_came_in_twice_while_rotating_is_reported(settings: Any) -> None:
    """A web process that did not know the new key yet could register a number once more."""
    hold()
    settings.ENCRYPTION_KEYS = [NEW]
    hold()
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("rotate_keys", stdout=out, stderr=out)
    assert "1 stand twice" in out.getvalue()
