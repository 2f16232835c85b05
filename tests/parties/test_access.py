"""Whoever asks what we know gets everything in one archive, made by a job; and only who may give it, gives it."""

import json
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from core.actors import Actor
from core.models import AccessLog, User
from dossiers.models import Dossier
from parties import access, personal_data
from parties.models import AccessRequest, Party, PartyEvent, PartyNote
from tests import town
from tests.dossiers import talking
from tests.forms.builder import Citizen, published_form
from tests.forms.test_answers_copy import read

pytestmark = [pytest.mark.django_db, pytest.mark.both]

LATER = town.MONDAY + timedelta(minutes=5)


@pytest.fixture
def jan() -> User:
    return talking.in_role("Beheerder", "jan")


@pytest.fixture
def fatima() -> Party:
    """She sent a form."""
    published_form()
    Citizen().start().fill_in_everything().send()
    party = Dossier.objects.get().initiator
    assert party is not None
    PartyNote.objects.create(party=party, text="Hoort slecht.", author=User.objects.create_user("nele"))
    return party


def ask(party: Party, by: User, *, at: Any = town.MONDAY) -> AccessRequest:
    return access.ask_access(party=party, reason="Aan de balie, met haar kaart", by=Actor.staff(by), at=at)


def archive(request: AccessRequest) -> ZipFile:
    request.refresh_from_db()
    return ZipFile(BytesIO(request.file.read()))


def test_everything_is_in_it(jan: User, fatima: Party) -> None:
    request = ask(fatima, jan)
    assert access.make_waiting(at=LATER) == 1
    zipped = archive(request)
    assert zipped.testzip() is None
    data = json.loads(zipped.read("gegevens.json"))
    words = json.dumps(data, ensure_ascii=False)
    number = Dossier.objects.get().number
    told = ("fatima@example.org", "0470 12 34 56", "Ik ben bijna gevallen.", "Statielei 10")
    for planted in ("Fatima El Amrani", "Hoort slecht.", number, *told):
        assert planted in words, planted
    _document, text = read(zipped.read("gegevens.pdf"))
    for planted in ("Wat we over u weten", "Fatima El Amrani", "Ik ben bijna gevallen."):
        assert planted in text, planted


def test_nothing_of_anybody_else(jan: User, fatima: Party) -> None:
    town.report(name="Piet Peeters", email="piet@elders.example", process_version=Dossier.objects.get().process_version)
    request = ask(fatima, jan)
    access.make_waiting(at=LATER)
    assert "Piet" not in archive(request).read("gegevens.json").decode()


def test_the_national_number_stays_masked(jan: User, fatima: Party) -> None:
    from parties.models import Identifier
    from parties.numbers import read_national_number

    Identifier.holding(read_national_number("85.07.30-033.28"), party=fatima, legal_basis="Wet").save()
    request = ask(fatima, jan)
    access.make_waiting(at=LATER)
    data = archive(request).read("gegevens.json").decode()
    assert "85.07.••-•••.••" in data
    assert "033" not in data


class Papers:
    """Keeps two files of one name, one with a name that leads elsewhere, and one that is gone."""

    def sections(self, party: Party) -> Iterator[personal_data.Section]:
        return iter(())

    def files(self, party: Party) -> Iterator[personal_data.KeptFile]:
        for path in ("MEL/brief.pdf", "MEL/Brief.pdf", "MEL/../../etc/passwd"):
            yield personal_data.KeptFile(path, stored(path))
        gone = stored("weg")
        gone.storage.delete(gone.name)
        yield personal_data.KeptFile("MEL/weg.pdf", gone)


def stored(content: str) -> Any:
    request = AccessRequest(party_id=1)
    request.file.save("x", ContentFile(content.encode()), save=False)
    return request.file


def test_files_have_names_of_their_own_and_stay_in_their_folder(
    jan: User, fatima: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(personal_data.registry._members, "papers", Papers())
    request = ask(fatima, jan)
    access.make_waiting(at=LATER)
    names = sorted(archive(request).namelist())
    assert names == [
        "bestanden/MEL/Brief (2).pdf",
        "bestanden/MEL/_/_/etc/passwd",
        "bestanden/MEL/brief.pdf",
        "bestanden/MEL/weg.pdf.ontbreekt.txt",
        "gegevens.json",
        "gegevens.pdf",
    ]


def test_who_was_killed_is_taken_up_again(jan: User, fatima: Party) -> None:
    request = ask(fatima, jan)
    AccessRequest.objects.update(begun_at=LATER, tries=1)
    assert access.make_waiting(at=LATER + timedelta(minutes=10)) == 0
    assert access.make_waiting(at=LATER + timedelta(minutes=31)) == 1
    request.refresh_from_db()
    assert (request.tries, bool(request.file)) == (2, True)


def test_after_five_tries_it_says_so(client: Client, jan: User, fatima: Party) -> None:
    ask(fatima, jan)
    AccessRequest.objects.update(begun_at=LATER, tries=5)
    assert access.make_waiting(at=LATER + timedelta(days=1)) == 0
    client.force_login(jan, backend="django.contrib.auth.backends.ModelBackend")
    assert "kon niet gemaakt worden" in client.get(fatima.get_absolute_url()).content.decode()


def test_it_is_gone_after_thirty_days(jan: User, fatima: Party) -> None:
    request = ask(fatima, jan)
    access.make_waiting(at=LATER)
    request.refresh_from_db()
    storage, name = request.file.storage, request.file.name
    assert access.forget(before=LATER) == 0
    assert access.forget(before=LATER + timedelta(seconds=1)) == 1
    request.refresh_from_db()
    assert (bool(request.file), storage.exists(name)) == (False, False)


def test_it_is_written_down(jan: User, fatima: Party) -> None:
    ask(fatima, jan)
    event = PartyEvent.objects.get(kind="access")
    assert (event.actor, event.party) == (jan, fatima)


def test_from_the_page(client: Client, jan: User, fatima: Party) -> None:
    client.force_login(jan, backend="django.contrib.auth.backends.ModelBackend")
    address = f"{fatima.get_absolute_url()}inzage/"
    response = client.post(address, {"reden": "  "}, follow=True)
    assert "Schrijf wie het vroeg" in response.content.decode()
    assert not AccessRequest.objects.exists()
    client.post(address, {"reden": "Met een brief van 20 november"})
    request = AccessRequest.objects.get()
    assert client.get(f"/beheer/contacten/inzage/{request.pk}.zip").status_code == 404  # not made yet
    access.make_waiting(at=LATER + timedelta(days=3650))
    assert "Download het archief" in client.get(fatima.get_absolute_url()).content.decode()
    taken = client.get(f"/beheer/contacten/inzage/{request.pk}.zip")
    assert taken.status_code == 200
    assert "no-store" in taken["Cache-Control"]
    assert ZipFile(BytesIO(b"".join(taken.streaming_content))).testzip() is None
    assert AccessLog.objects.filter(user=jan, action="export", object_id=fatima.pk).exists()


@pytest.mark.parametrize("role", ["Onthaal", "Dossierbehandelaar", "Communicatie", "Directie"])
def test_nobody_else_gives_it(client: Client, jan: User, fatima: Party, role: str) -> None:
    request = ask(fatima, jan)
    access.make_waiting(at=LATER)
    client.force_login(talking.in_role(role, "iemand"), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/beheer/contacten/inzage/{request.pk}.zip").status_code == 302
    client.post(f"{fatima.get_absolute_url()}inzage/", {"reden": "Zomaar"})
    assert AccessRequest.objects.count() == 1
    assert "inzage/" not in client.get(fatima.get_absolute_url()).content.decode()
