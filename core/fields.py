"""Model fields that several floors use."""

from typing import Any

from wagtail.fields import StreamField


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
