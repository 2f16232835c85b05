import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from cms.volume.people import TABLES as ABOUT_PEOPLE
from cms.volume.people import make_parties
from cms.volume.work import TABLES as ABOUT_WORK
from cms.volume.work import NothingPublished, make_dossiers, roads

TABLES = (*ABOUT_PEOPLE, *ABOUT_WORK)


class Command(BaseCommand):
    help = "Add a large town that is made up: parties, dossiers and contacts, in minutes. For a database to throw away."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--parties", type=int, default=1_000_000)
        parser.add_argument("--contacts", type=int, default=2_000_000)
        parser.add_argument("--dossiers", type=int, default=1_000_000)
        parser.add_argument(
            "--open", type=int, default=2_000, help="So many of the dossiers are open; at most half of them."
        )
        parser.add_argument("--years", type=int, default=20, help="Over so many years the others were finished.")
        parser.add_argument(
            "--yes", action="store_true", help="Also in production: nothing takes these rows out again."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION and not options["yes"]:
            raise CommandError("This is production, and nothing takes these rows out again. Say --yes if you mean it.")
        if 0 < options["contacts"] < options["dossiers"]:
            raise CommandError("Every dossier begins with a contact: ask for at least as many contacts.")
        begun = time.monotonic()
        before = {model: model._default_manager.count() for model in TABLES}
        try:
            if options["dossiers"]:
                roads()
            for count in make_parties(options["parties"]):
                self.say(begun, "parties", count)
            for count in make_dossiers(
                options["dossiers"], options["contacts"], opened=options["open"], years=options["years"]
            ):
                self.say(begun, "dossiers", count)
        except NothingPublished as nothing:
            raise CommandError(str(nothing)) from nothing
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        for model in TABLES:
            if made := model._default_manager.count() - before[model]:
                self.stdout.write(f"{made:>12,} {model._meta.label}")
        self.stdout.write(f"In {time.monotonic() - begun:.0f} seconds.")

    def say(self, begun: float, what: str, count: int) -> None:
        self.stdout.write(f"{time.monotonic() - begun:6.0f} s  {count:>10,} {what}")
        self.stdout.flush()
