"""Notes are for colleagues; who is named in one hears of it, when he may see the dossier at all."""

import pytest
from django.test import Client
from django.urls import reverse

from core.actors import Actor
from dossiers.actions import StepRefused, write_note
from dossiers.actions.notes import mentioned_in
from dossiers.models import FollowLink, Note
from integrations.models import Delivery
from tests import town

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_who_is_named_gets_a_mail_without_the_text() -> None:
    dossier = town.report().dossier
    bo = town.staff("bo.peeters", "dossiers.view_dossier", teams=(town.team(),), email="bo@mortsel.example")
    stranger = town.staff("else", "dossiers.view_dossier", email="else@mortsel.example")
    text = "Kijk jij hier eens naar @bo.peeters? En @else, @niemand. Mail: iets@bo.peeters.example"
    note = write_note(dossier=dossier, text=text, by=Actor.staff(town.clerk()), at=town.MONDAY)
    assert list(note.mentioned.all()) == [bo]
    (mail,) = Delivery.objects.filter(kind="note")
    assert mail.payload["to"] == ["bo@mortsel.example"]
    assert "Kijk jij" not in mail.payload["text"]
    assert dossier.number in mail.payload["text"]
    assert stranger.username not in str(mail.payload)


@pytest.mark.parametrize(
    ("text", "names"),
    [("@an", ["an"]), ("Dag @AN.", ["an"]), ("(@an)", ["an"]), ("an", []), ("x@an", []), ("@anders", []), ("@@an", [])],
)
def test_a_name_counts_as_a_whole_word_after_an_at(text: str, names: list[str]) -> None:
    an = town.staff("an")
    assert [user.username for user in mentioned_in(text, [an])] == names


def test_an_empty_note_is_refused_and_said_so(client: Client) -> None:
    dossier = town.report().dossier
    with pytest.raises(StepRefused, match="Schrijf eerst iets"):
        write_note(dossier=dossier, text=" \n", by=Actor.staff(town.clerk("bo")), at=town.MONDAY)
    client.force_login(town.clerk())
    response = client.post(reverse("dossiers:write_note", args=[dossier.pk]), {"text": " "})
    assert response.status_code == 422
    assert not Note.objects.exists()


def test_a_note_stands_on_the_page_for_colleagues_and_never_for_the_citizen(client: Client) -> None:
    opened = town.report()
    client.force_login(town.staff("reader", "dossiers.view_dossier", teams=(town.team(),)))
    client.post(reverse("dossiers:write_note", args=[opened.dossier.pk]), {"text": "Moeilijke buur."})
    assert "Moeilijke buur." in client.get(opened.dossier.get_absolute_url()).content.decode()
    client.logout()
    link = FollowLink.objects.get(dossier=opened.dossier)
    assert "Moeilijke buur." not in client.get(link.get_absolute_url()).content.decode()


def test_nobody_of_another_team_writes_one(client: Client) -> None:
    dossier = town.report().dossier
    client.force_login(town.staff("else", "dossiers.view_dossier", "dossiers.handle_dossier"))
    assert client.post(reverse("dossiers:write_note", args=[dossier.pk]), {"text": "Hallo"}).status_code == 404
