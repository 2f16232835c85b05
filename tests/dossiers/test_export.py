"""The list as a file: what is in it, what a spreadsheet makes of it, who may have it."""

import csv
from io import BytesIO, StringIO

import pytest
from django.test import Client
from openpyxl import load_workbook

from core.models import AccessLog, User
from dossiers import export
from dossiers.models import Dossier
from tests import town

pytestmark = [pytest.mark.django_db, pytest.mark.both]

CSV, XLSX = "/beheer/dossiers/uitvoer.csv", "/beheer/dossiers/uitvoer.xlsx"
RIGHTS = ("dossiers.view_dossier", "dossiers.export_dossier")


def sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def an() -> Client:
    return sign_in(town.staff("an", *RIGHTS, teams=(town.team(),)))


def content(client: Client, address: str) -> bytes:
    response = client.get(address)
    assert response.status_code == 200
    assert response.streaming
    return b"".join(response.streaming_content)


def rows(client: Client, query: str = "") -> list[dict[str, str]]:
    text = content(client, f"{CSV}?{query}").decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.DictReader(StringIO(text[1:]), delimiter=";"))


def test_csv_as_excel_in_belgium_reads_it(an: Client) -> None:
    dossier = town.report(channel="phone").dossier
    row = rows(an)[0]
    assert row == {
        "Nummer": dossier.number,
        "Soort": "Melding openbaar domein",
        "Onderwerp": "Losse tegel",
        "Status": "Ontvangen",
        "Burger": "Fatima El Amrani",
        "Vertegenwoordigd door": "",
        "Plaats": "Statielei 10",
        "Team": "Themaloket ruimte",
        "Behandelaar": "",
        "Eerste contact via": "Telefoon",
        "Eerste contact": "23/11/2026 09:00",
        "Ten laatste": "26/11/2026",
        "Termijn": row["Termijn"],
    }
    response = an.get(f"{CSV}?toon=mijn-teams")
    assert response["Content-Disposition"].startswith('attachment; filename="dossiers-mijn-teams-')
    assert response["Cache-Control"] == "no-store"


def test_xlsx_holds_the_same(an: Client) -> None:
    town.report(name="=1+1")
    sheet = load_workbook(BytesIO(content(an, XLSX))).active
    assert sheet is not None
    heading, row = list(sheet.iter_rows(values_only=True))
    from_csv = rows(an)[0]
    assert list(heading) == list(from_csv)
    assert [value or "" for value in row] == list(from_csv.values())
    assert {cell.data_type for cell in sheet[2] if cell.value} == {"s"}  # no formula, no date to misread


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ('=HYPERLINK("http://kwaad.example")', '\'=HYPERLINK("http://kwaad.example")'),
        ("+32 3 444", "'+32 3 444"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("  =1", "'  =1"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("Gewoon = goed", "Gewoon = goed"),
        ("", ""),
        (" ", " "),
    ],
)
def test_nothing_that_a_citizen_types_becomes_a_formula(given: str, shown: str) -> None:
    assert export.harmless(given) == shown


def test_what_a_citizen_typed_is_harmless_in_the_file(an: Client) -> None:
    town.report(name="=cmd|' /C calc'!A0", subject="@SUM(1)", place='+1;"x"\n-2')
    row = rows(an)[0]
    assert (row["Burger"], row["Onderwerp"], row["Plaats"]) == ("'=cmd|' /C calc'!A0", "'@SUM(1)", '\'+1;"x"\n-2')


def test_it_follows_tab_filters_and_order(an: Client) -> None:
    first = town.report(name="Een", place="Elders").dossier
    second = town.report(name="Twee").dossier
    third = town.report(name="Drie").dossier
    assert [row["Nummer"] for row in rows(an, "sorteer=nieuwste")] == [third.number, second.number, first.number]
    assert [row["Nummer"] for row in rows(an, "plaats=statielei")] == [second.number, third.number]
    assert rows(an, "toon=afgehandeld") == []


def test_every_dossier_in_it_is_logged(an: Client) -> None:
    dossiers = [town.report(name=name).dossier for name in ("Een", "Twee")]
    town.report(name="Drie", place="Elders")
    rows(an, "plaats=statielei")
    logged = AccessLog.objects.filter(action="export", model="dossiers.dossier", user__username="an")
    assert set(logged.values_list("object_id", flat=True)) == {str(dossier.pk) for dossier in dossiers}


def test_it_ends_with_a_clear_note_when_there_is_more(an: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dossiers.views.export.MOST_ROWS", 2)
    monkeypatch.setattr("dossiers.views.export.CHUNK", 2)
    for name in ("Een", "Twee", "Drie"):
        town.report(name=name)
    found = [row["Nummer"] for row in rows(an)]
    assert len(found) == 3
    assert "ten hoogste 2 dossiers" in found[2]
    assert AccessLog.objects.filter(action="export").count() == 2
    Dossier.objects.filter(number=found[0]).update(team=town.team("Leven"))
    assert all(each.startswith("MEL-") for each in (row["Nummer"] for row in rows(an)))


@pytest.mark.parametrize("address", [CSV, XLSX])
def test_it_takes_a_right_of_its_own(client: Client, address: str) -> None:
    town.report()
    assert "/login/" in client.get(address)["Location"]
    looks = sign_in(town.staff("els", "dossiers.view_dossier", "dossiers.view_all_dossiers"))
    assert "attachment" not in looks.get(address).headers.get("Content-Disposition", "")
    assert not AccessLog.objects.exists()


def test_it_holds_only_what_one_may_see(an: Client) -> None:
    town.report()
    hidden = town.report(name="Verborgen").dossier
    Dossier.objects.filter(pk=hidden.pk).update(team=town.team("Leven"))
    assert [row["Burger"] for row in rows(an)] == ["Fatima El Amrani"]


def test_many_rows_cost_no_query_each(an: Client, django_assert_max_num_queries: object) -> None:
    for number in range(20):
        town.report(name=f"Burger {number}", email=f"b{number}@example.org")
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        assert len(rows(an)) == 20
