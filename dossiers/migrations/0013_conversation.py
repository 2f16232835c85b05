import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F

from parties.contact_values import mobile_phone


def write_mobile_numbers(apps, schema_editor):
    contacts = apps.get_model("dossiers", "Contact").objects
    changed = []
    for contact in contacts.exclude(given_phone="").only("pk", "given_phone").iterator(chunk_size=1000):
        contact.given_mobile = mobile_phone(contact.given_phone)
        if contact.given_mobile:
            changed.append(contact)
        if len(changed) == 1000:
            contacts.bulk_update(changed, ["given_mobile"])
            changed.clear()
    contacts.bulk_update(changed, ["given_mobile"])


def put_mails_in_the_conversation(apps, schema_editor):
    """Each mail that came in becomes a message. Where nobody said that what came in was read, it counts as unread."""
    contacts = apps.get_model("dossiers", "Contact").objects
    messages = apps.get_model("dossiers", "Message").objects
    mails = contacts.filter(mail__isnull=False, dossier__isnull=False, message=None).annotate(
        news=F("dossier__has_news")
    )
    batch = []
    for contact in mails.iterator(chunk_size=1000):
        batch.append(
            messages.model(
                dossier_id=contact.dossier_id,
                direction="in",
                text=contact.body,
                contact=contact,
                at=contact.at,
                read_at=None if contact.news else contact.closed_at or contact.at,
            )
        )
        if len(batch) == 1000:
            messages.bulk_create(batch)
            batch.clear()
    messages.bulk_create(batch)


class Migration(migrations.Migration):

    dependencies = [
        ('dossiers', '0012_steps_and_mandates'),
    ]

    operations = [
        migrations.RenameModel(old_name='EmailLogin', new_name='CitizenLogin'),
        migrations.RenameModel(old_name='EmailLoginCount', new_name='CitizenLoginCount'),
        migrations.AlterField(
            model_name='citizenlogin',
            name='email',
            field=models.EmailField(blank=True, max_length=254, verbose_name='e-mail address'),
        ),
        migrations.AddField(
            model_name='citizenlogin',
            name='phone',
            field=models.CharField(blank=True, default='', help_text='In E.164.', max_length=16, verbose_name='mobile number'),
        ),
        migrations.RemoveConstraint(
            model_name='citizenlogincount',
            name='dossiers_emaillogincount_unique',
        ),
        migrations.AddField(
            model_name='contact',
            name='given_mobile',
            field=models.CharField(blank=True, default='', editable=False, help_text='The phone as given, in E.164, when a text message can reach it.', max_length=16),
        ),
        migrations.AddField(
            model_name='followlink',
            name='phone',
            field=models.CharField(blank=True, default='', help_text='Of who used a link by text message: this link lives for a day and is sent nowhere.', max_length=16, verbose_name='mobile number'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(condition=models.Q(('given_mobile', ''), _negated=True), fields=['given_mobile'], name='dossiers_contact_mobile'),
        ),
        migrations.AddConstraint(
            model_name='citizenlogincount',
            constraint=models.UniqueConstraint(fields=('subject', 'ends_at'), name='dossiers_citizenlogincount_unique'),
        ),
        migrations.AddConstraint(
            model_name='followlink',
            constraint=models.CheckConstraint(condition=models.Q(('email', ''), ('phone', ''), _connector='OR'), name='dossiers_followlink_one_road'),
        ),
        migrations.AddField(
            model_name='citizenlogin',
            name='dossier',
            field=models.ForeignKey(blank=True, help_text='On whose page it was asked: the link leads there.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='dossiers.dossier'),
        ),
        migrations.AddConstraint(
            model_name='citizenlogin',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('email', ''), ('phone', ''), _connector='OR'), models.Q(('email', ''), ('phone', ''), _negated=True)), name='dossiers_citizenlogin_one_road'),
        ),
        migrations.RunPython(write_mobile_numbers, migrations.RunPython.noop),
        migrations.RunPython(put_mails_in_the_conversation, migrations.RunPython.noop),
    ]
