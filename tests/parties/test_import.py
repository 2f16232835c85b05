"""A list is looked at first, and then taken over row by row; who is known stays as it is."""

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from core.models import User
from core.spreadsheets import UnreadableTable, harmless, read_table
from parties import importing
from parties.import_rows import guess, read_row
from parties.models import ContactPoint, Identifier, Party, PartyEvent, PartyImport, Representation
from parties.numbers import read_kbo
from tests import town

pytestmark = [pytest.mark.django_db, pytest.mark.both]

AT = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
PERSONS = """Voornaam;Naam;Geboortedatum;E-mail;GSM;Straat;Nr;Postcode;Gemeente
Jan;Van den Berghe;12/05/1980;jan@example.org;470123456;Statielei;12;2640;Mortsel
Éva;Claes;1990-01-02;eva@example.org;;;;;

Piet;Maes;;geen adres;;;;;
;;31/02/1980;x@example.org;;;;;
Jan;Van den Berghe;;jan@example.org;;;;;
"""


@pytest.fixture
def nele() -> User:
    return town.staff("nele", "parties.view_party", "parties.import_party", first_name="Nele", last_name="Maes")


def received(nele: User, content: str | bytes = PERSONS, kind: str = "persons") -> PartyImport:
    raw = content.encode() if isinstance(content, str) else content
    made = importing.receive(kind=kind, name="lijst.csv", content=raw, by=nele, at=AT)
    made.state = PartyImport.State.CHECKED
    made.save()
    return made


def taken_over(made: PartyImport) -> PartyImport:
    assert importing.start(made=made, at=AT)
    importing.run(made.pk)
    made.refresh_from_db()
    return made


# --- Reading ----------------------------------------------------------------------------------------------------------


def xlsx(*rows: list[Any]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        "Naam;Telefoon\nÉva;34441717\n".encode(),
        "Naam;Telefoon\r\nÉva;34441717\r\n".encode("cp1252"),
        "\ufeffNaam,Telefoon\nÉva,34441717\n".encode(),
        'Naam\tTelefoon\n"Éva"\t34441717\n'.encode(),
        xlsx(["Naam", "Telefoon"], ["Éva", 34441717.0], [None, None]),
    ],
)
def test_csv_and_xlsx_however_they_were_made(content: bytes) -> None:
    assert read_table(content) == [["Naam", "Telefoon"], ["Éva", "34441717"]]


@pytest.mark.parametrize(
    "content", [b"", b"Naam;Telefoon", b"PK\x03\x04 nothing", b"\x00\x01\x02;", b"a\n" * 20_002, b"x" * 10_485_761]
)
def test_what_is_no_list_says_so(content: bytes) -> None:
    with pytest.raises(UnreadableTable):
        read_table(content)


def test_columns_are_recognised_by_their_headings() -> None:
    assert guess("persons", ["GSM-nummer", "NAAM", "E-Mail", "Iets"]) == {"phone": 0, "name": 1, "email": 2}


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["Jan", "x@"], "E-mailadres: is geen e-mailadres"),
        (["", "x@example.org"], "Naam is leeg"),
        (["J" * 201, ""], "Naam is te lang"),
    ],
)
def test_a_mistake_says_where(cells: list[str], said: str) -> None:
    assert read_row("persons", {"name": 0, "email": 1}, cells, 2).errors == [said]


# --- Checking and taking over -----------------------------------------------------------------------------------------


def test_checking_changes_nothing_and_says_what_would_happen(nele: User) -> None:
    known = Party.objects.create(name="Eva Claes")
    made = received(nele)
    first = importing.check(made)
    assert (first.new, first.known, [number for number, _error in first.errors]) == (2, 1, [5, 6, 6])
    assert Party.objects.get() == known
    taken_over(made)
    again = importing.check(received(nele))
    assert (again.new, again.known) == (0, 3)


def test_taken_over_once_with_an_event_for_each(nele: User) -> None:
    made = taken_over(received(nele))
    assert (made.state, made.done, made.new, made.known) == ("done", 6, 2, 1)
    assert [number for number, _error in made.errors] == [5, 6, 6]
    jan = Party.objects.get(name="Jan Van den Berghe")
    assert (jan.birth_date, str(jan.addresses.get())) == (date(1980, 5, 12), "Statielei 12, 2640 Mortsel")
    assert set(jan.contact_points.values_list("value", flat=True)) == {"jan@example.org", "+32470123456"}
    events = PartyEvent.objects.values_list("party__name", "kind", "actor")
    assert sorted(events) == [("Jan Van den Berghe", "imported", nele.pk), ("Éva Claes", "imported", nele.pk)]
    assert not made.file
    assert not importing.start(made=made, at=AT)
    assert "geen adres" not in str(made.errors)


def test_who_is_known_stays_as_it_is(nele: User) -> None:
    taken_over(received(nele))
    Party.objects.update(language="fr")
    before = list(Party.objects.order_by("pk").values())
    taken_over(received(nele, PERSONS.replace("Statielei", "Kerkstraat").replace("470123456", "470999999")))
    assert list(Party.objects.order_by("pk").values()) == before
    assert not ContactPoint.objects.filter(value="+32470999999").exists()
    assert not Party.objects.get(name="Jan Van den Berghe").addresses.filter(street="Kerkstraat").exists()


def test_associations_are_known_by_either_number(nele: User) -> None:
    content = "Naam;KBO;V-code\nKWB Mortsel;0403.019.261;V0012345\nKSA;1234;\n"
    made = taken_over(received(nele, content, "organisations"))
    assert (made.new, len(made.errors)) == (1, 1)
    kwb = Party.objects.get()
    assert (kwb.kind, kwb.identifiers.count()) == ("organisation", 2)
    for row in ("K.W.B.;;V0012345", "KWB;403019261;"):
        made = taken_over(received(nele, f"Naam;KBO;V-code\n{row}\n", "organisations"))
        assert (made.new, made.known) == (0, 1)


def test_representatives_of_an_organisation_that_is_known(nele: User) -> None:
    kwb = Party.objects.create(name="KWB", kind="organisation")
    Identifier.holding(read_kbo("0403.019.261"), party=kwb).save()
    content = (
        "Ondernemingsnummer;Voornaam;Naam;E-mail;Functie;Vanaf;Tot\n"
        "0403.019.261;An;Claes;an@example.org;voorzitter;01/01/2026;\n"
        "0403.170.701;An;Claes;an@example.org;voorzitter;01/01/2026;\n"
        "0403.019.261;An;Claes;an@example.org;voorzitter;01/01/2026;01/01/2025\n"
    )
    made = taken_over(received(nele, content, "representatives"))
    assert (made.new, [number for number, _error in made.errors]) == (1, [3, 4])
    row = Representation.objects.get()
    assert (row.person.name, row.organisation, row.role, row.since) == ("An Claes", kwb, "voorzitter", date(2026, 1, 1))
    made = taken_over(received(nele, content, "representatives"))
    assert (made.new, made.known) == (0, 1)


def test_what_was_broken_off_goes_on_where_it_was(nele: User, monkeypatch: pytest.MonkeyPatch) -> None:
    made = received(nele, "Naam;E-mail\n" + "".join(f"Jan {n};j{n}@example.org\n" for n in range(120)))
    importing.start(made=made, at=AT)
    real, rows = importing._apply, []

    def until_the_power_went(of: PartyImport, row: Any) -> None:
        rows.append(row)
        if len(rows) == 70:
            raise SystemExit
        real(of, row)

    with monkeypatch.context() as patch:
        patch.setattr(importing, "_apply", until_the_power_went)
        with pytest.raises(SystemExit):
            importing.run(made.pk)
    made.refresh_from_db()
    assert (made.state, made.done, Party.objects.count()) == ("applying", 50, 50)
    importing.go_on(at=made.touched_at + timedelta(minutes=6))
    made.refresh_from_db()
    assert (made.state, made.new, Party.objects.count()) == ("done", 120, 120)


def test_a_list_that_nobody_takes_over_goes(nele: User) -> None:
    made = received(nele)
    importing.go_on(at=AT + timedelta(days=7))
    made.refresh_from_db()
    assert made.file
    importing.go_on(at=AT + timedelta(days=7, seconds=1))
    made.refresh_from_db()
    assert (made.state, bool(made.file)) == ("discarded", False)


# --- The screens ------------------------------------------------------------------------------------------------------


def client(user: User) -> Client:
    signed_in = Client()
    signed_in.force_login(user)
    return signed_in


def page_of(response: Any, status: int = 200) -> BeautifulSoup:
    assert response.status_code == status
    return BeautifulSoup(response.content, "html.parser")


def test_only_with_the_right_to_import(nele: User) -> None:
    made = received(nele)
    looker = client(town.staff("mo", "parties.view_party"))
    names = ("import", "start_import", "discard_import", "import_errors")
    for address in [reverse("parties:imports"), *(reverse(f"parties:{name}", args=[made.pk]) for name in names)]:
        assert looker.get(address).status_code in {302, 403, 405}
        assert looker.post(address).status_code in {302, 403, 405}
    made.refresh_from_db()
    assert made.state == "checked"


def test_from_the_file_to_the_register(nele: User, django_capture_on_commit_callbacks: Any) -> None:
    clerk = client(nele)
    page = page_of(clerk.post(reverse("parties:imports"), {}), 422)
    assert len(page.select(".l-error")) == 2
    file = SimpleUploadedFile("leden.csv", b"\x00\x01")
    assert page_of(clerk.post(reverse("parties:imports"), {"kind": "persons", "file": file}), 422).select(".l-error")
    content = PERSONS.replace("Naam", "Familie").encode()
    response = clerk.post(
        reverse("parties:imports"), {"kind": "persons", "file": SimpleUploadedFile("leden.csv", content)}
    )
    address = response["Location"]
    chosen = {
        field["name"]: field.find("option", selected=True) for field in page_of(clerk.get(address)).select("select")
    }
    assert chosen["name"] is None
    assert chosen["email"]["value"] == "3"
    mapping = {name: option["value"] for name, option in chosen.items() if option}
    assert "Naam" in page_of(clerk.post(address, mapping), 422).select_one("[role=alert]").get_text()
    clerk.post(address, mapping | {"name": "1"})
    page = page_of(clerk.get(address))
    assert [each.get_text() for each in page.select("dd")] == ["2", "1", "3"]
    assert "Rij 5" in page.get_text()
    errors = clerk.get(f"{address}fouten.csv").content.decode("utf-8-sig")
    assert errors.splitlines()[1].startswith("5;")
    assert not Party.objects.exists()
    clerk.post(f"{address}overnemen/")
    importing.run(PartyImport.objects.get().pk)
    assert "Overgenomen" in page_of(clerk.get(address)).get_text()
    assert Party.objects.count() == 2
    again = importing.receive(kind="persons", name="x", content=content, by=nele, at=AT)
    assert again.mapping["name"] == 1


def test_what_stands_in_the_file_of_mistakes_is_no_formula() -> None:
    assert harmless("=1+1") == "'=1+1"
