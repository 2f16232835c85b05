"""Model fields that several floors use."""

from typing import Any

from django.core.exceptions import FieldError
from django.db import models
from wagtail.fields import StreamField

from core.encryption import CannotDecrypt, Unreadable, decrypt, encrypt, is_encrypted


class BodyField(StreamField):
    """A StreamField whose blocks stay out of the migrations.

    Migrations see a plain JSONField, so changing a block makes no migration, and a data migration reads and writes
    the raw list safely (docs/decisions/0003-bodyfield.md). Wagtail's MigrateStreamData cannot be used on it.
    """

    def __init__(self, block_types: Any = (), **kwargs: Any) -> None:
        super().__init__(block_types, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, _path, _args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup")
        return name, "django.db.models.JSONField", [], kwargs


class EncryptedField(models.TextField[str | None, str | None]):
    """A text that stands encrypted in the database, and in what ``dumpdata`` writes; in Python it is plain text.

    Nothing can be looked up in it, since each encryption of a text is another one: keep a ``keyed_hash`` beside it.
    A text whose key is lost reads as :class:`core.encryption.Unreadable`. Migrations see a plain TextField.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if kwargs.get("unique") or kwargs.get("db_index"):
            raise TypeError("An encrypted field cannot be unique or indexed: keep a keyed hash beside it.")
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs

    def from_db_value(self, value: str | None, *args: Any) -> str | None:
        return self.to_python(value)

    def to_python(self, value: Any) -> str | None:
        """Decrypts what comes from the database or a dump; anything else is plain text."""
        if not is_encrypted(value):
            text: str | None = super().to_python(value)
            return text
        try:
            return decrypt(value)
        except CannotDecrypt:
            return Unreadable(value)

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        if value is None:
            return None
        return value.token if isinstance(value, Unreadable) else encrypt(value)

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.get_prep_value(self.value_from_object(obj)) or "")

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise FieldError(f"{self.name} is encrypted, so it cannot be filtered on: look for a keyed hash beside it.")

    def get_transform(self, lookup_name: str) -> Any:
        raise FieldError(f"{self.name} is encrypted, so the database can compute nothing from it.")


class SealedJSONField(models.JSONField):
    """JSON in which some texts are encrypted, each by itself; ``rotate_keys`` knows where to look for them.

    Migrations see a plain JSONField.
    """

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs
