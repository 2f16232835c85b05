"""BodyField: blocks stay out of the migrations, and a data migration loses nothing."""

import pytest
from django.db import connection, models
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.writer import MigrationWriter

from dossiers.models import ProcessType
from tests import town


def test_migrations_see_plain_json() -> None:
    _, path, arguments, _ = ProcessType._meta.get_field("statuses").deconstruct()
    assert path == "django.db.models.JSONField"
    assert not arguments
    text, _imports = MigrationWriter.serialize(ProcessType._meta.get_field("statuses"))
    assert "models.JSONField" in text
    assert "Block" not in text


@pytest.mark.django_db
@pytest.mark.both
def test_a_data_migration_reads_and_keeps_the_raw_list() -> None:
    process_type = town.draft_melding()
    state = MigrationExecutor(connection).loader.project_state()
    old_style = state.apps.get_model("dossiers", "ProcessType").objects.get(pk=process_type.pk)
    assert isinstance(old_style._meta.get_field("statuses"), models.JSONField)
    assert [block["value"]["label"] for block in old_style.statuses][:2] == ["Ontvangen", "Ontvankelijk"]
    old_style.name = "Melding"
    old_style.save()
    process_type.refresh_from_db()
    assert [block.value["label"] for block in process_type.statuses][:2] == ["Ontvangen", "Ontvankelijk"]
