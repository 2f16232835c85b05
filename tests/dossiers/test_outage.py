"""The mail server is down for six hours: everything arrives afterwards, in order, and the citizen's page is right."""

import socket
from collections import defaultdict
from datetime import timedelta
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.test import Client
from django.utils import timezone

from core.actors import Actor
from dossiers.actions import take_step
from dossiers.models import Dossier, FollowLink
from integrations.actions import sweep
from integrations.models import Delivery
from tests import town

pytestmark = [pytest.mark.django_db, pytest.mark.both]

DOSSIERS = 6


class Inbox:
    """What a mail server took, in order, by addressee."""

    def __init__(self) -> None:
        self.subjects: dict[str, list[str]] = defaultdict(list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        subject = envelope.content.decode().split("Subject: ")[1].splitlines()[0]
        self.subjects[envelope.rcpt_tos[0]].append(subject)
        return "250 OK"


@pytest.fixture
def port(settings: Any) -> int:
    """Of a mail server that does not run yet."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = int(probe.getsockname()[1])
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free
    return free


def test_nothing_is_lost_in_six_hours_without_a_mail_server(client: Client, port: int) -> None:
    by = Actor.staff(town.clerk())
    addresses = [f"burger{number}@example.org" for number in range(DOSSIERS)]
    dossiers = [town.report(name="Burger", email=address).dossier for address in addresses]
    at = timezone.now()
    for minute in range(0, 6 * 60, 10):
        sweep(at=at + timedelta(minutes=minute))
        if minute == 120:
            for dossier in dossiers:
                take_step(
                    dossier=dossier, step="aanvaarden", expected_version=1, by=by, at=at + timedelta(minutes=minute)
                )
    assert Delivery.objects.filter(state="queued").count() == 2 * DOSSIERS
    link = FollowLink.objects.get(dossier=dossiers[0])
    page = client.get(link.get_absolute_url()).content.decode()
    assert "Ontvankelijk (burger)" in page
    assert "we pakken het aan" in page

    inbox = Inbox()
    server = Controller(inbox, hostname="127.0.0.1", port=port)
    server.start()
    try:
        for minute in range(6 * 60, 24 * 60, 10):
            sweep(at=at + timedelta(minutes=minute))
    finally:
        server.stop()
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
    for address, dossier in zip(addresses, Dossier.objects.order_by("pk"), strict=True):
        assert inbox.subjects[address] == [
            f"We hebben uw melding {dossier.number}",
            f"Melding {dossier.number}: we pakken het aan",
        ]
