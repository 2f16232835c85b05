"""A mail that nobody could place becomes a contact of somebody: in a dossier that is there, or in a new one."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from core.actors import Actor
from core.models import User
from dossiers import actions
from dossiers.models import Contact, Conversation, Dossier, Message
from integrations.inbox.actions import store
from integrations.models import IncomingMail
from tests import town
from tests.dossiers import talking
from tests.integrations.mails import reply

pytestmark = [pytest.mark.django_db, pytest.mark.both]

AT = town.MONDAY + timedelta(days=1)
SENT = town.MONDAY + timedelta(hours=2)  # as the mail says


@pytest.fixture
def incoming() -> IncomingMail:
    kept = store(
        reply("", sender="Simonne De Wit <simonne@mail.example>", Subject="Mijn papieren"), mailbox=None, at=AT
    )
    assert kept is not None
    IncomingMail.objects.filter(pk=kept.pk).update(state="unlinked", received_at=AT)
    return IncomingMail.objects.get(pk=kept.pk)


@pytest.fixture
def nele() -> User:
    return talking.nele()


def begun(incoming: IncomingMail, user: User) -> Conversation:
    return actions.begin_with_mail(incoming=incoming, by=Actor.staff(user), at=AT)


def test_what_the_mail_says_is_filled_in(incoming: IncomingMail, nele: User) -> None:
    conversation = begun(incoming, nele)
    assert (conversation.channel, conversation.started_at, conversation.subject) == ("mail", SENT, "Mijn papieren")
    assert (conversation.given_name, conversation.given_email) == ("Simonne De Wit", "simonne@mail.example")
    assert "derde tegel" in conversation.body


@pytest.mark.parametrize("date", ["Mon, 23 Nov 2020 11:00:00 +0100", "Mon, 23 Nov 2036 11:00:00 +0100"])
def test_a_clock_that_is_wrong_does_not_start_the_term(nele: User, date: str) -> None:
    kept = store(reply("", Date=date), mailbox=None, at=AT)
    assert kept is not None
    IncomingMail.objects.filter(pk=kept.pk).update(state="unlinked", received_at=AT)
    assert begun(kept, nele).started_at == AT


def test_a_new_dossier_runs_from_the_moment_of_the_mail(incoming: IncomingMail, nele: User) -> None:
    version = talking.information()
    contact = actions.hand_over(
        conversation=begun(incoming, nele), to=actions.HandedOver(version), by=Actor.staff(nele), at=AT
    )
    incoming.refresh_from_db()
    dossier = contact.dossier
    assert dossier is not None
    assert (incoming.state, contact.mail, contact.channel) == ("reply", incoming, "mail")
    assert (dossier.first_contact_at, dossier.initiator.name) == (SENT, "Simonne De Wit")
    assert "derde tegel" in Message.objects.get(dossier=dossier).text
    assert dossier.notifications.first().to == "simonne@mail.example"


def test_in_a_dossier_that_is_there_it_is_of_whom_the_clerk_chose(incoming: IncomingMail, nele: User) -> None:
    dossier = town.report().dossier
    conversation = begun(incoming, nele)
    Conversation.objects.filter(pk=conversation.pk).update(party=dossier.initiator)
    contact = actions.add_to_dossiers(
        conversation=conversation, dossiers=[dossier], by=Actor.staff(nele), at=AT
    )  # fmt: skip
    assert (contact.dossier, contact.party, contact.party_match) == (dossier, dossier.initiator, "clerk")
    assert (contact.mail, contact.handler) == (incoming, nele)


def test_a_colleague_takes_over(incoming: IncomingMail, nele: User) -> None:
    piet = talking.in_role("Onthaal", "piet")
    first = begun(incoming, nele)
    assert begun(incoming, piet) == first
    assert list(Conversation.objects.of(piet)) == [first]


def test_what_is_handled_cannot_be_begun_again(incoming: IncomingMail, nele: User) -> None:
    conversation = begun(incoming, nele)
    actions.link_mail(incoming=incoming, dossier=town.report().dossier, at=AT)
    with pytest.raises(actions.NotLinkable):
        begun(incoming, nele)
    with pytest.raises(actions.NotLinkable):
        actions.hand_over(
            conversation=conversation, to=actions.HandedOver(talking.information()), by=Actor.staff(nele), at=AT
        )
    assert Contact.objects.filter(mail=incoming).count() == 1
    assert Dossier.objects.count() == 1


def test_thrown_away_it_waits_for_others(incoming: IncomingMail, nele: User) -> None:
    actions.discard(conversation=begun(incoming, nele), by=Actor.staff(nele), at=AT)
    incoming.refresh_from_db()
    assert incoming.state == "unlinked"
    assert begun(incoming, talking.in_role("Onthaal", "piet"))


@pytest.mark.parametrize(("role", "status"), [("Onthaal", 302), ("Communicatie", 302), ("Zaalbeheer", 302)])
def test_only_who_links_mails_begins(client: Client, incoming: IncomingMail, role: str, status: int) -> None:
    user = talking.in_role(role, "iemand")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    response: Any = client.post(f"/beheer/onthaal/mail/{incoming.pk}/")
    assert response.status_code == status
    assert Conversation.objects.exists() == (role == "Onthaal")
