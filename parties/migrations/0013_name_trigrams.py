"""Names that contain some letters, for the work list."""

from django.db import migrations

from core.indexes import AddTrigramsMeanwhile


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("parties", "0012_retention")]

    operations = [AddTrigramsMeanwhile("party", "name")]
