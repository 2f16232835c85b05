"""How often each form was sent lately, without reading all that was ever sent."""

from django.db import migrations, models

from core.indexes import AddIndexMeanwhile


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("forms", "0012_sign_in")]

    operations = [
        AddIndexMeanwhile(
            "submission", models.Index(fields=["version", "submitted_at"], name="forms_submission_lately")
        ),
    ]
