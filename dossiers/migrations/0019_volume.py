"""Indexes for what was read along with the archive."""

from django.db import migrations, models

from core.indexes import AddIndexMeanwhile, AddTrigramsMeanwhile


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("dossiers", "0018_retention"), ("parties", "0013_name_trigrams")]

    operations = [
        AddIndexMeanwhile("dossier", models.Index(fields=["initiator", "status"], name="dossiers_dossier_of_whom")),
        AddIndexMeanwhile(
            "dossier",
            models.Index(
                fields=["representative", "status"],
                name="dossiers_dossier_by_whom",
                condition=models.Q(representative__isnull=False),
            ),
        ),
        AddTrigramsMeanwhile("dossier", "number"),
        AddTrigramsMeanwhile("dossier", "subject"),
        AddTrigramsMeanwhile("dossier", "place"),
        AddIndexMeanwhile(
            "followlink",
            models.Index(fields=["expires_at"], name="dossiers_followlink_texted", condition=~models.Q(phone="")),
        ),
        AddIndexMeanwhile(
            "document",
            models.Index(fields=["at"], name="dossiers_document_unsent", condition=models.Q(form_token__isnull=False)),
        ),
        AddIndexMeanwhile(
            "notification",
            models.Index(fields=["pdf"], name="dossiers_notification_pdf", condition=~models.Q(pdf="")),
        ),
    ]
