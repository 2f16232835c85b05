"""The trigram index of PostgreSQL, and the words of everybody who is in the register already.

What comes later is kept by triggers, which core installs when this migrate is over.
"""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

from parties import finding_upkeep

ALTER = """
ALTER TABLE parties_searchword ALTER COLUMN word TYPE varchar(60) COLLATE "C",
    ALTER COLUMN rest TYPE varchar(200) COLLATE "C";
ALTER TABLE parties_wordkey ALTER COLUMN key TYPE varchar(62) COLLATE "C",
    ALTER COLUMN word TYPE varchar(60) COLLATE "C";
CREATE INDEX parties_wordkey_trigrams ON parties_wordkey USING gin (word gin_trgm_ops);
"""


def sort_by_byte(apps, schema_editor):
    """So that "begins with" is a range of the index in every language of the server."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(ALTER)


def take_up(apps, schema_editor):
    models = (apps.get_model("parties", "SearchWord"), apps.get_model("parties", "WordKey"))
    finding_upkeep.take_up_parties(apps.get_model("parties", "Party").objects.exclude(name=""), *models)
    finding_upkeep.take_up_addresses(apps.get_model("parties", "Address").objects.all(), *models)


class Migration(migrations.Migration):
    dependencies = [("parties", "0007_finding")]

    operations = [
        TrigramExtension(),
        migrations.RunPython(sort_by_byte, migrations.RunPython.noop),
        migrations.RunPython(take_up, migrations.RunPython.noop),
    ]
