from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from cms.demo import desk, dossiers, form, pages, people, process, register, talk
from cms.roles import ROLES
from core.models import ClosingDay, User
from forms.models import FormDefinition
from integrations.models import Delivery


class Command(BaseCommand):
    help = "Fill an empty Loket with demo content for Mortsel, and say where to look. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("This is production: demo accounts have a public password. Use LOKET_ENV=demo.")
        try:
            self.stdout.write(announcement(fill()))
        except people.AccountTaken as taken:
            raise CommandError(str(taken)) from taken


@transaction.atomic
def fill() -> FormDefinition:
    """Make what is not there yet; what is there, people may have changed, and it stays as it is."""
    now = timezone.now()
    for year in range(now.year, now.year + 3):
        ClosingDay.objects.get_or_create(day=date(year, 7, 11), defaults={"name": "Feest van de Vlaamse Gemeenschap"})
    people.make_accounts()
    people.make_teams()
    administrator = User.objects.get(username="beheerder")
    editor = User.objects.get(username="communicatie")
    made = {key: form.make_form(key, process.make_process(key, administrator), editor, now) for key in form.FORMS}
    pages.make_pages(made["melding"], editor)
    dossiers.make_dossiers(made, now)
    talk.make_talk(now)
    register.make_register(now)
    desk.make_desk(now)
    # What was told of long ago leaves today: nothing waited all that time for a worker.
    Delivery.objects.filter(state=Delivery.State.QUEUED, next_try_at__lt=now).update(next_try_at=now)
    return made["melding"]


def announcement(definition: FormDefinition) -> str:
    """Addresses and log-ins, for the terminal."""
    addresses = {
        "Website": f"{settings.BASE_URL}/",
        "Report something": f"{settings.BASE_URL}{definition.get_absolute_url()}",
        "For staff": f"{settings.BASE_URL}/beheer/",
    }
    width = max(len(person.username) for person in people.PEOPLE)
    lines = [f"{name:<18}{address}" for name, address in addresses.items()]
    lines += ["", f"Log in with one of these names; the password is always {people.PASSWORD}", ""]
    lines += [
        f"  {person.username:<{width}}  {f'{person.first_name} {person.last_name}':<18}  {ROLES[person.role].name}"
        for person in people.PEOPLE
    ]
    return "\n".join(lines)
