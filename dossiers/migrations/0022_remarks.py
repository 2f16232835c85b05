"""The remarks of the survey by when they were written."""

from django.db import migrations, models

from core.indexes import AddIndexMeanwhile


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("dossiers", "0021_survey_tally")]

    operations = [
        AddIndexMeanwhile(
            "surveyresponse",
            models.Index(fields=["at"], name="dossiers_response_remarks", condition=~models.Q(remark="")),
        ),
    ]
