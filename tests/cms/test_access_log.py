"""Who saw whose data: only the data protection officer looks it up, and that is written down as well."""

import csv
import io
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from cms.roles import ROLES
from core import trails
from core.models import AccessLog, User
from dossiers.models import Contact, Dossier, Notification
from integrations.models import IncomingMail, PrintBatch, PrintJob
from parties.models import Party
from tests import town
from tests.cms.test_sign_in import member

pytestmark = [pytest.mark.django_db, pytest.mark.both]

LOG = "/beheer/toegangslog/"


@pytest.fixture
def officer(client: Client) -> User:
    user = member("gegevensbescherming")
    client.force_login(user)
    return user


@pytest.fixture
def an() -> User:
    return town.clerk()


def look(user: User, obj: Any, action: str = "view", ago: timedelta = timedelta()) -> None:
    AccessLog.objects.record(user=user, action=action, obj=obj, at=timezone.now() - ago)


def lines(response: Any) -> list[tuple[str, str, str]]:
    """Who, what, about."""
    rows = BeautifulSoup(response.content, "html.parser").select("tbody tr")
    found = [[cell.get_text(strip=True) for cell in row.select("td")] for row in rows]
    return [(who, what, about) for _when, who, what, about in found]


# --- Who may


@pytest.mark.parametrize("role", [role for role in ROLES if role != "gegevensbescherming"])
@pytest.mark.parametrize("name", ["access_log", "access_log_csv", "access_log_xlsx"])
def test_nobody_else_opens_it_not_even_the_administrator(client: Client, role: str, name: str) -> None:
    client.force_login(member(role))

    assert client.get(reverse(name)).status_code == 302
    assert not AccessLog.objects.exists()


def test_the_officer_sees_nothing_else(client: Client, officer: User) -> None:
    dossier = town.report().dossier

    for address in (dossier.get_absolute_url(), reverse("dossiers:list"), reverse("wagtailusers_users:index")):
        assert client.get(address).status_code == 302


# --- Looking it up


def test_it_says_who_did_what_with_whom(client: Client, officer: User, an: User) -> None:
    opened = town.report()
    look(an, opened.dossier)
    look(an, opened.dossier.initiator, "search")

    assert lines(client.get(LOG)) == [
        ("An Claes", "vond via zoeken", "Persoon of organisatie: Fatima El Amrani"),
        ("An Claes", "bekeek", f"Dossier: {opened.dossier.number}"),
    ]


def test_by_member_of_staff(client: Client, officer: User, an: User) -> None:
    dossier = town.report().dossier
    look(an, dossier)
    look(town.clerk("piet", first_name="Piet", last_name="Maes"), dossier)

    assert [who for who, _what, _about in lines(client.get(LOG, {"wie": an.pk}))] == ["An Claes"]


def test_by_number_with_everything_that_belongs_to_the_dossier(client: Client, officer: User, an: User) -> None:
    opened = town.report()
    other = town.report(name="Jan Peeters", email="jan@example.org").dossier
    letter = Notification.objects.filter(dossier=opened.dossier).first()
    assert letter is not None
    assert letter.delivery is not None
    mail = IncomingMail.objects.create(sha256="a" * 64, received_at=timezone.now(), state="reply")
    Contact.objects.filter(dossier=opened.dossier).update(mail=mail)
    batch = PrintBatch.objects.create(made_at=timezone.now(), made_by=an)
    job = PrintJob.objects.create(key=letter.delivery.key, recipient="x", subject="x", text="x", batch=batch)
    for seen in (opened.dossier, letter, letter.delivery, mail, job, batch, other):
        look(an, seen)

    found = lines(client.get(LOG, {"over": f" {opened.dossier.number.lower()} "}))

    assert len(found) == 6
    assert not any(other.number in about for _who, _what, about in found)
    assert ("An Claes", "bekeek", f"Brief of bericht: {opened.dossier.number}") in found


def test_by_the_name_of_a_citizen_with_all_dossiers(client: Client, officer: User, an: User) -> None:
    first = town.report()
    second = town.report()
    for seen in (first.dossier, second.dossier, first.dossier.initiator):
        look(an, seen)
    look(an, town.report(name="Jan Peeters", email="jan@example.org").dossier)

    for words in ("el amrani", "fatima@example.org"):
        assert len(lines(client.get(LOG, {"over": words}))) >= 3
    about = {about for _who, _what, about in lines(client.get(LOG, {"over": "El Amrani"}))}
    assert {f"Dossier: {first.dossier.number}", f"Dossier: {second.dossier.number}"} <= about
    assert not any("Peeters" in each for each in about)


def test_words_about_nothing_find_nothing(client: Client, officer: User, an: User) -> None:
    look(an, town.report().dossier)

    page = client.get(LOG, {"over": "Niemand Zoals Deze"})

    assert lines(page) == []
    assert "Niemand zag hier iets van." in page.content.decode()


def test_words_about_too_much_are_refused_at_their_place(
    client: Client, officer: User, an: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    look(an, town.report().dossier)
    monkeypatch.setattr(trails, "MOST", 0)

    page = client.get(LOG, {"over": "amrani"})

    assert lines(page) == []
    error = BeautifulSoup(page.content, "html.parser").select_one(".l-error")
    assert "te veel" in error.get_text()
    assert 'value="amrani"' in page.content.decode()


def test_by_period(client: Client, officer: User, an: User) -> None:
    dossier = town.report().dossier
    look(an, dossier, "view", ago=timedelta(days=10))
    look(an, dossier, "download", ago=timedelta(days=5))
    day = timezone.localdate()

    asked = {"van": f"{day - timedelta(days=6)}", "tot": f"{day - timedelta(days=4)}"}

    assert [what for _who, what, _about in lines(client.get(LOG, asked))] == ["downloadde"]


@pytest.mark.parametrize(
    "asked", [{"van": "gisteren"}, {"wie": "x"}, {"wie": "99999"}, {"van": "2026-02-02", "tot": "2026-02-01"}]
)
def test_a_question_that_is_wrong_shows_nothing(client: Client, officer: User, an: User, asked: dict[str, str]) -> None:
    look(an, town.report().dossier)

    page = client.get(LOG, asked)

    assert page.status_code == 200
    assert lines(page) == []
    assert BeautifulSoup(page.content, "html.parser").select_one(".l-error")
    assert client.get(reverse("access_log_csv"), asked).status_code == 400


def test_page_after_page_without_counting(
    client: Client, officer: User, an: User, django_assert_max_num_queries: Any
) -> None:
    dossier = town.report().dossier
    now = timezone.now()
    AccessLog.objects.bulk_create(
        AccessLog(
            user=an, action="view", model="dossiers.dossier", object_id=str(dossier.pk), at=now - timedelta(minutes=n)
        )
        for n in range(120)
    )
    with django_assert_max_num_queries(20):
        page = client.get(LOG, {"wie": an.pk})
    seen = len(lines(page))
    while following := BeautifulSoup(page.content, "html.parser").find("a", string="Volgende"):
        page = client.get(LOG + following["href"])
        seen += len(lines(page))
    assert seen == 120


def test_what_is_gone_is_shown_by_its_key(client: Client, officer: User, an: User) -> None:
    AccessLog.objects.create(user=an, action="view", model="parties.party", object_id="123456", at=timezone.now())
    AccessLog.objects.create(user=an, action="view", model="old.thing", object_id="7", at=timezone.now())

    assert [about for _who, _what, about in lines(client.get(LOG))] == ["old.thing 7", "Persoon of organisatie 123456"]


# --- Looking is written down


def test_looking_is_written_down_without_the_words(client: Client, officer: User, an: User) -> None:
    dossier = town.report().dossier
    client.get(LOG)
    client.get(LOG, {"wie": an.pk})
    client.get(LOG, {"over": "El Amrani"})

    written = list(AccessLog.objects.order_by("pk").values_list("user", "action", "model", "object_id"))

    assert written == [
        (officer.pk, "view log", "core.accesslog", ""),
        (officer.pk, "view log", "core.user", str(an.pk)),
        (officer.pk, "view log", "parties.party", str(dossier.initiator_id)),
        (officer.pk, "view log", "dossiers.dossier", str(dossier.pk)),
    ]
    assert ("gegevensbescherming", "zocht op in het toegangslog", f"Dossier: {dossier.number}") in lines(
        client.get(LOG)
    )


# --- Taking it along


def test_as_csv_and_as_a_spreadsheet(client: Client, officer: User, an: User) -> None:
    dossier = town.report(name="=1+1").dossier
    look(an, dossier)
    look(an, dossier.initiator)
    asked = {"wie": an.pk}

    text = b"".join(client.get(reverse("access_log_csv"), asked).streaming_content).decode("utf-8-sig")
    book = b"".join(client.get(reverse("access_log_xlsx"), asked).streaming_content)

    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert rows[0] == ["Wanneer", "Wie", "Account", "Wat", "Over", "Reden"]
    assert [row[1:] for row in rows[1:]] == [
        ["An Claes", "an", "bekeek", "Persoon of organisatie: =1+1", ""],
        ["An Claes", "an", "bekeek", f"Dossier: {dossier.number}", ""],
    ]
    sheet = load_workbook(io.BytesIO(book)).active
    assert sheet.max_row == 3
    assert AccessLog.objects.filter(user=officer, action="export log").count() == 2


def test_an_export_has_an_end_and_says_so(
    client: Client, officer: User, an: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.access_log_views.MOST_ROWS", 2)
    dossier = town.report().dossier
    for _time in range(3):
        look(an, dossier)

    text = b"".join(client.get(reverse("access_log_csv")).streaming_content).decode()

    assert len(text.strip().splitlines()) == 4
    assert "ten hoogste 2" in text


# --- The words and the plans


def test_every_action_that_is_written_has_words() -> None:
    root = Path(__file__).resolve().parents[2]
    written = set()
    for floor in ("core", "integrations", "parties", "dossiers", "forms", "cms"):
        for source in (root / floor).rglob("*.py"):
            calls = re.findall(r"\.record(?:_all)?\((?:[^()]|\([^()]*\))*\)", source.read_text())
            written |= {action for call in calls for action in re.findall(r'action="([^"]+)"', call)}
    assert {"view", "print again"} <= written
    assert written <= set(trails.ACTIONS)


def test_every_model_that_is_written_has_a_name() -> None:
    assert {
        "dossiers.dossier", "dossiers.notification", "dossiers.document", "dossiers.surveyinvitation",
        "dossiers.surveyresponse", "forms.submission", "forms.upload", "forms.cosignature", "parties.party",
        "integrations.delivery", "integrations.incomingmail", "integrations.printjob", "integrations.printbatch",
        "core.user", "core.accesslog",
    } <= {model for model, _trail in trails.registry.items()}  # fmt: skip


def test_no_search_reads_the_whole_log(an: User) -> None:
    """A hundred thousand lines of ten years, of forty people."""
    people = [an, *(User(username=f"p{number}") for number in range(39))]
    User.objects.bulk_create(people[1:])
    people = list(User.objects.all())
    now = timezone.now()
    AccessLog.objects.bulk_create(
        (
            AccessLog(
                user=people[n % 40], action="view", model="dossiers.dossier", object_id=str(n % 5000),
                at=now - timedelta(minutes=n * 50),
            )
            for n in range(100_000)
        ),
        batch_size=5000,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    entries = AccessLog.objects.order_by("-at", "-pk")
    month = {"at__gte": now - timedelta(days=400), "at__lt": now - timedelta(days=370)}
    for asked in (
        entries,
        entries.filter(user=people[3]),
        entries.about({"dossiers.dossier": {"17", "18"}, "parties.party": {"4"}}),
        entries.filter(**month),
        entries.filter(**month, user=people[3]),
    ):
        plan = asked[:51].explain()
        assert not re.search(r"Seq Scan on core_accesslog\b|SCAN core_accesslog(?! USING)", plan), plan
    for asked in (entries, entries.filter(user=people[3]), entries.filter(**month)):
        plan = asked[:51].explain()
        assert not re.search(r"\bSort\b|TEMP B-TREE", plan), plan


def test_the_names_of_the_lists_are_those_of_people(an: User) -> None:
    """Each trail names what it holds, in one query."""
    dossier = town.report().dossier
    look(an, dossier)
    entry = AccessLog.objects.get()
    assert trails.names([entry]) == {("dossiers.dossier", str(dossier.pk)): f"Dossier: {dossier.number}"}
    assert Party.objects.count() == Dossier.objects.count() == 1
