"""The preview of a letter on its edit page: with a real dossier that this person may see, else an example."""

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import AccessLog, User
from dossiers import letters
from dossiers.letter_pdf import letter_pdf
from dossiers.models import Dossier, LetterTemplate, Notification, Signatory
from integrations.models import Delivery
from tests import town
from tests.dossiers import decisions
from tests.forms.test_answers_copy import read

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def manager() -> User:
    user = User.objects.create_user("beheerder", password="a-password-of-its-own")
    user.groups.add(Group.objects.get(name="Beheerder"))
    return user


@pytest.fixture
def client(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def form(letter: LetterTemplate | None = None, **changes: Any) -> dict[str, Any]:
    fields = ("name", "subject", "body", "legal_base", "appeal")
    typed = {name: getattr(letter, name) for name in fields} if letter else {}
    typed |= {"signatory": letter.signatory_id or ""} if letter else {}
    if letter and letter.is_decision:
        typed["is_decision"] = "on"
    return typed | changes


def preview(client: Client, letter: LetterTemplate | None, mode: str = "mail", **changes: Any) -> BeautifulSoup:
    """What the preview panel shows: the form is posted first, as the page does while somebody types."""
    name = "wagtailsnippets_dossiers_lettertemplate:preview_on_" + ("edit" if letter else "add")
    address = reverse(name, args=[letter.pk] if letter else [])
    assert client.post(address, form(letter, **changes)).json()["is_valid"]
    response = client.get(address, {"mode": mode})
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def test_it_shows_the_letter_with_the_newest_dossier_that_gets_it(client: Client) -> None:
    town.report(name="Jan Peeters", email="jan@example.org")
    dossier = town.report().dossier
    letter = LetterTemplate.objects.get(name="Niet ontvankelijk")
    page = preview(client, letter, body="Dag {naam} van {plaats}.\n\n{reden}\n\n{volglink}").get_text(" ", strip=True)
    assert f"Met de gegevens van dossier {dossier.number}" in page
    assert f"Melding {dossier.number}: we kunnen u niet helpen" in page
    assert "Dag Fatima El Amrani van Statielei 10." in page
    assert "Hier komt de reden" in page


def test_it_holds_no_key_of_the_citizen_and_sends_nothing(client: Client) -> None:
    opened = town.report()
    sent, told = Delivery.objects.count(), Notification.objects.count()
    page = preview(client, LetterTemplate.objects.get(name="Ontvangst")).get_text()
    assert "/volg/…/" in page
    assert opened.follow_link.token not in page
    assert (Delivery.objects.count(), Notification.objects.count()) == (sent, told)


def test_looking_at_a_dossier_is_written_down_once_an_hour(client: Client, manager: User) -> None:
    dossier = town.report().dossier
    letter = LetterTemplate.objects.get(name="Ontvangst")
    for words in ("Dag", "Dag {naam}", "Dag {naam}, we kregen uw vraag"):
        preview(client, letter, body=words)
    entry = AccessLog.objects.get(action="preview")
    assert (entry.user, entry.model, entry.object_id) == (manager, "dossiers.dossier", str(dossier.pk))
    assert entry.at > timezone.now() - timedelta(minutes=1)


def test_who_may_see_no_dossier_of_it_gets_an_example_marked_as_such(client: Client) -> None:
    town.report()
    editor = town.staff("lien", "dossiers.view_lettertemplate", "dossiers.change_lettertemplate")
    client.force_login(editor)
    page = preview(client, LetterTemplate.objects.get(name="Ontvangst")).get_text(" ", strip=True)
    assert "Voorbeeld." in page
    assert "Sam Peeters" in page
    assert "Fatima" not in page
    assert not AccessLog.objects.filter(action="preview").exists()


def test_a_new_letter_has_an_example(client: Client) -> None:
    page = preview(client, None, name="Nieuw", subject="Dag {naam}", body="{als plaats}Waar: {plaats}{einde}")
    assert "Sam Peeters" in page.get_text()
    assert "Waar: Gemeenteplein 1" in page.get_text()


@pytest.mark.parametrize("is_real", [True, False])
def test_on_paper_it_is_the_page_itself(client: Client, is_real: bool) -> None:
    version = decisions.process()
    if is_real:
        town.report(process_version=version)
    pages = preview(client, LetterTemplate.objects.get(name="Weigering"), mode="paper").select("img")
    assert len(pages) == 1
    assert pages[0]["src"].startswith("data:image/png;base64,iVBOR")
    assert pages[0]["alt"].startswith("Bladzijde 1")


def test_what_a_decision_lacks_is_listed(client: Client) -> None:
    page = preview(
        client, None, name="Besluit", subject="Besluit", body="Dag {naam}", is_decision="on", legal_base="", appeal=""
    )
    assert [item.get_text() for item in page.select(".l-note li")] == [
        "{feiten} moet in de tekst staan, buiten een voorwaarde",
        "{reden} moet in de tekst staan, buiten een voorwaarde",
        "de rechtsgrond ontbreekt",
        "niemand ondertekent hem",
        "er staat niet in hoe iemand beroep kan aantekenen",
    ]


def test_it_can_be_kept_half_done_with_a_warning(client: Client) -> None:
    address = reverse("wagtailsnippets_dossiers_lettertemplate:add")
    typed = {"name": "Besluit", "subject": "Besluit", "body": "{reden}", "is_decision": "on"}
    page = client.post(address, typed, follow=True).content.decode()
    assert LetterTemplate.objects.filter(name="Besluit").exists()
    assert "Nog geen enkel procestype kan met deze brief beslissen" in page


def test_the_fields_are_explained_on_the_page(client: Client) -> None:
    page = BeautifulSoup(
        client.get(reverse("wagtailsnippets_dossiers_lettertemplate:add")).content, "html.parser"
    ).get_text()
    for name, meaning in letters.MERGE_FIELDS.items():
        assert f"{{{name}}}" in page
        assert str(meaning) in page


def test_only_who_manages_sees_the_signatories(client: Client) -> None:
    signatory = decisions.signatory()
    page = client.get(reverse("dossiers_signatory_modeladmin_index")).content.decode()
    assert "An Peeters" in page
    clerk = Client()
    clerk.force_login(town.clerk())
    for name, args in (("index", []), ("edit", [signatory.pk]), ("create", [])):
        address = reverse(f"dossiers_signatory_modeladmin_{name}", args=args)
        assert clerk.get(address).status_code == 302


def test_who_signs_a_letter_is_not_deleted(client: Client) -> None:
    letter = decisions.letter()
    address = reverse("dossiers_signatory_modeladmin_delete", args=[letter.signatory_id])
    assert "is nog in gebruik en kan niet weg" in client.post(address, follow=True).content.decode()
    assert Signatory.objects.exists()


# --- The paper


def letter_of(dossier: Dossier, text: str, **changes: Any) -> bytes:
    letter = letters.Letter("Over uw vraag", text)
    return letter_pdf(**{"letter": letter, "dossier": dossier, "addressee": "An", "at": town.MONDAY} | changes)


def test_a_long_letter_has_numbered_pages_and_its_number_on_each() -> None:
    dossier = town.report().dossier
    document, _text = read(letter_of(dossier, "Een alinea van enkele woorden.\n\n" * 80))
    assert len(document) > 2
    for number, page in enumerate(document, start=1):
        text = page.get_textpage().get_text_range()
        assert f"{number} / {len(document)}" in text
        assert dossier.number in text


def test_the_address_stands_behind_the_window_of_an_envelope() -> None:
    """A C5/6 envelope with its window at the right: 100 to 190 mm from the left, 45 to 80 mm from the top."""
    pdf = letter_of(town.report().dossier, "x", addressee="Fatima El Amrani\nStatielei 10\n2640 Mortsel")
    document, _text = read(pdf)
    page = document[0]
    text = page.get_textpage()
    millimetre = 72 / 25.4
    for line in ("Fatima El Amrani", "Statielei 10", "2640 Mortsel"):
        index, count = text.search(line).get_next()
        for character in range(index, index + count):
            left, bottom, right, top = text.get_charbox(character)
            assert left > 100 * millimetre
            assert right < 190 * millimetre
            assert page.get_height() - top > 45 * millimetre
            assert page.get_height() - bottom < 80 * millimetre
