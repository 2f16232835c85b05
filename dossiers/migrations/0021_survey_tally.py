"""What those said who were asked in one month, added up."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('dossiers', '0020_newest'),
    ]

    operations = [
        migrations.CreateModel(
            name='SurveyTally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(help_text='Its first day.')),
                ('channel', models.CharField(blank=True, choices=[('web', 'Website'), ('phone', 'Phone'), ('desk', 'Desk'), ('mail', 'E-mail'), ('letter', 'Letter'), ('video', 'Video call')], max_length=10)),
                ('asked', models.PositiveIntegerField()),
                ('answered', models.PositiveIntegerField()),
                ('counted', models.PositiveIntegerField()),
                ('sixths', models.PositiveIntegerField(help_text='The scores of all who count together, in sixths.')),
                ('result_1', models.PositiveIntegerField()),
                ('result_2', models.PositiveIntegerField()),
                ('result_3', models.PositiveIntegerField()),
                ('result_4', models.PositiveIntegerField()),
                ('result_5', models.PositiveIntegerField()),
                ('speed_1', models.PositiveIntegerField()),
                ('speed_2', models.PositiveIntegerField()),
                ('speed_3', models.PositiveIntegerField()),
                ('speed_4', models.PositiveIntegerField()),
                ('speed_5', models.PositiveIntegerField()),
                ('treatment_1', models.PositiveIntegerField()),
                ('treatment_2', models.PositiveIntegerField()),
                ('treatment_3', models.PositiveIntegerField()),
                ('treatment_4', models.PositiveIntegerField()),
                ('treatment_5', models.PositiveIntegerField()),
            ],
            options={
                'verbose_name': 'answers of a month',
                'verbose_name_plural': 'answers of months',
                'default_permissions': (),
            },
        ),
        migrations.AddField(
            model_name='surveytally',
            name='process_type',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dossiers.processtype'),
        ),
        migrations.AddField(
            model_name='surveytally',
            name='team',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dossiers.team'),
        ),
        migrations.AddConstraint(
            model_name='surveytally',
            constraint=models.UniqueConstraint(fields=('month', 'process_type', 'team', 'channel'), name='dossiers_surveytally_once'),
        ),
        migrations.AddConstraint(
            model_name='surveytally',
            constraint=models.CheckConstraint(condition=models.Q(('channel__in', ['', 'web', 'phone', 'desk', 'mail', 'letter', 'video'])), name='dossiers_surveytally_channel_known'),
        ),
        migrations.AddConstraint(
            model_name='surveytally',
            constraint=models.CheckConstraint(condition=models.Q(('asked__gte', models.F('answered')), ('answered__gte', models.F('counted'))), name='dossiers_surveytally_no_more_than_asked'),
        ),
    ]
