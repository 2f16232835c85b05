"""The newest of a team and of a handler, each along an index of its own."""

from django.db import migrations, models

from core.indexes import AddIndexMeanwhile


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("dossiers", "0019_volume")]

    operations = [
        AddIndexMeanwhile(
            "dossier", models.Index(fields=["team", "-opened_at", "-id"], name="dossiers_dossier_newest_team")
        ),
        AddIndexMeanwhile(
            "dossier", models.Index(fields=["handler", "-opened_at", "-id"], name="dossiers_dossier_newest_own")
        ),
    ]
