"""Sends what still waits, then compares what people were told with what is there: ``judge.py SAID MAILS``.

SAID is a JSON file with the confirmed forms (e-mail address to number) and steps (number, status). Prints what is
wrong, and ends with 1 when something is.
"""

import email
import json
import os
import sys
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))
os.environ["DJANGO_SETTINGS_MODULE"] = "cms.settings"

import django  # noqa: E402

django.setup()

from django.utils import timezone  # noqa: E402

from dossiers.models import Dossier, Event  # noqa: E402
from forms.models import Submission  # noqa: E402
from integrations.actions import sweep  # noqa: E402
from integrations.connectors import registry  # noqa: E402
from integrations.models import Delivery  # noqa: E402

HOURS = 120  # in which what was interrupted is tried again, and the question after the end is sent


def deliver_the_rest(at: datetime) -> None:
    for hour in range(1, HOURS):
        if not Delivery.objects.open().exists():
            break
        sweep(at=at + timedelta(hours=hour))


def wrong_dossiers(sent: dict[str, str]) -> list[str]:
    wrong = []
    for address, number in sent.items():
        dossiers = list(Dossier.objects.filter(contacts__given_email=address).values_list("number", flat=True))
        if dossiers != [number]:
            wrong.append(f"The form of {address} was confirmed as {number} and has {dossiers}.")
    doubles = Counter(Submission.objects.values_list("dossier", flat=True))
    return wrong + [f"Dossier {pk} has {n} submissions." for pk, n in doubles.items() if n > 1]


def wrong_steps(stepped: list[tuple[str, str]]) -> list[str]:
    wrong = []
    for number, status in stepped:
        events = Event.objects.filter(dossier__number=number, kind="status", to_status=status).count()
        if events != 1:
            wrong.append(f"The step to {status} of {number} was confirmed and has {events} events.")
    return wrong


class Mails:
    """What arrived, by Message-ID: when (nanoseconds), and with which words."""

    def __init__(self, folder: Path) -> None:
        self.arrived: dict[str, list[int]] = defaultdict(list)
        self.contents: dict[str, set[str]] = defaultdict(set)
        for file in sorted(folder.glob("*.eml")):
            message = email.message_from_bytes(file.read_bytes())
            name = str(message["Message-ID"])
            self.arrived[name].append(int(file.stem))
            self.contents[name].add(str(message["Subject"]) + str(message.get_payload()))

    @property
    def copies(self) -> int:
        return sum(len(times) - 1 for times in self.arrived.values())

    def wrong(self, numbers: set[str]) -> list[str]:
        wrong = [f"Copies of {name} differ." for name, texts in self.contents.items() if len(texts) > 1]
        for dossier in Dossier.objects.filter(number__in=numbers):
            wrong += self.wrong_for(dossier)
        return wrong

    def wrong_for(self, dossier: Dossier) -> list[str]:
        mail: Any = registry["mail"]
        wrong, first = [], []
        for delivery in Delivery.objects.filter(ordering_key=f"dossier-{dossier.pk}").order_by("pk"):
            times = self.arrived.get(mail.message_id(delivery.key))
            if delivery.state in {"superseded", "withdrawn", "expired"}:
                continue
            if not times:
                wrong.append(f"{delivery.key} of {dossier.number} is {delivery.state} and never arrived.")
                continue
            first.append(times[0])
            if delivery.expires_at and times[-1] / 1e9 > delivery.expires_at.timestamp():
                wrong.append(f"{delivery.key} arrived after its expiry.")
        if first != sorted(first):
            wrong.append(f"The messages of {dossier.number} arrived in another order.")
        return wrong


def main(said: Path, folder: Path) -> int:
    deliver_the_rest(timezone.now())
    confirmed = json.loads(said.read_text())
    mails = Mails(folder)
    wrong = wrong_dossiers(confirmed["sent"]) + wrong_steps(confirmed["stepped"])
    wrong += mails.wrong(set(confirmed["sent"].values()))
    print(
        f"{len(confirmed['sent'])} forms, {len(confirmed['stepped'])} steps, {len(mails.arrived)} messages "
        f"({mails.copies} came twice, recognisably)."
    )
    for line in wrong:
        print(f"WRONG  {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
