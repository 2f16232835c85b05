"""Opvolging: who has what to do today, whom we call, and what became of the own contacts, over all teams."""

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.models import User
from dossiers import actions, follow_through
from dossiers.models import CallBack, Contact, Dossier, Task
from dossiers.worklist import Viewpoint
from tests import town
from tests.dossiers import talking

pytestmark = [pytest.mark.django_db, pytest.mark.both]

TODAY, CALLS, MINE = "/beheer/opvolging/", "/beheer/opvolging/terugbellen/", "/beheer/opvolging/mijn-contacten/"


def signed_in(client: Client, user: User) -> User:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user


@pytest.fixture
def nele(client: Client) -> User:
    return signed_in(client, talking.nele())


def soup(response: Any) -> BeautifulSoup:
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def looking(user: User) -> Viewpoint:
    return Viewpoint(user, timezone.now(), actions.working_calendar())


def due(dossier: Dossier, hours: float, **changes: Any) -> None:
    Dossier.objects.filter(pk=dossier.pk).update(due_at=timezone.now() + timedelta(hours=hours), **changes)


def call(dossier: Dossier, *, hours: float = -1, assignee: User | None = None, about: str = "Bel terug") -> CallBack:
    until = timezone.now() + timedelta(hours=hours)
    return CallBack.objects.create(
        dossier=dossier,
        contact=dossier.contacts.first(),
        phone="0470 12 34 56",
        about=about,
        team=dossier.team,
        assignee=assignee,
        from_at=until - timedelta(hours=3),
        until_at=until,
        created_at=timezone.now(),
    )


def test_by_team_person_and_process(nele: User) -> None:
    an = town.clerk()
    late, news, far = (town.report(subject=subject).dossier for subject in ("Laat", "Bericht", "Later"))
    due(late, -5, handler=an)
    due(news, 500, has_news=True)
    due(far, 500)
    call(late, assignee=an)
    Task.objects.create(dossier=late, text="Bellen", due_on=timezone.localdate(), created_at=timezone.now())
    teams, people, processes = (follow_through.rows(by, looking(nele)) for by in ("team", "persoon", "proces"))
    assert [(row.name, row.late, row.news, row.calls, row.tasks) for row in teams] == [
        ("Themaloket ruimte", 1, 1, 1, 1)
    ]
    assert [(str(row.name), row.late, row.news, row.calls, row.tasks) for row in people] == [
        ("An Claes", 1, 0, 1, 1),
        ("Niemand", 0, 1, 0, 0),
    ]
    assert [(row.name, row.late, row.calls) for row in processes] == [("Melding openbaar domein", 1, 1)]


def test_each_number_leads_to_its_dossiers(client: Client, nele: User) -> None:
    late = town.report().dossier
    due(late, -5)
    page = soup(client.get(TODAY))
    assert late.number in client.get(page.select_one("td a.l-term--late")["href"]).content.decode()


def test_other_teams_are_in_no_number(client: Client) -> None:
    other = town.team("Vrije tijd")
    stranger = town.staff("piet", "dossiers.view_dossier", "dossiers.handle_dossier", teams=(other,))
    late = town.report().dossier
    due(late, -5, has_news=True)
    call(late)
    assert follow_through.rows("team", looking(stranger)) == []
    signed_in(client, stranger)
    assert late.number not in client.get(CALLS).content.decode()


def test_today_costs_the_same_for_few_and_for_many(client: Client, nele: User) -> None:
    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return len(captured)

    one = town.report(by=talking.by(nele)["by"], at=timezone.now() - timedelta(days=1)).dossier
    due(one, -5)
    call(one)
    first = {address: (queries(address), queries(address))[1] for address in (TODAY, CALLS, MINE)}
    for number in range(5):
        dossier = town.report(subject=f"Nog {number}", by=talking.by(nele)["by"]).dossier
        due(dossier, -5)
        call(dossier)
    assert {address: queries(address) for address in first} == first


@pytest.mark.parametrize(("role", "status"), [("Onthaal", 200), ("Dossierbehandelaar", 200), ("Communicatie", 302)])
def test_who_may_see_it(client: Client, role: str, status: int) -> None:
    signed_in(client, talking.in_role(role, "iemand"))
    for address in (TODAY, CALLS, MINE):
        assert client.get(address).status_code == status


def test_my_contacts_over_all_teams(client: Client) -> None:
    """A clerk sees what became of a contact also where another team handles it, and nothing else of that dossier."""
    an = signed_in(client, talking.in_role("Dossierbehandelaar", "an"))
    version = town.melding()
    now = timezone.now()
    by = talking.by(an)["by"]
    running = town.report(process_version=version, subject="Lamp stuk", by=by, at=now - timedelta(days=1)).dossier
    done = town.report(process_version=version, subject="Losse tegel", by=by, at=now - timedelta(days=2)).dossier
    old = town.report(process_version=version, subject="Vorige maand", by=by, at=now - timedelta(days=20)).dossier
    bea = talking.by(town.clerk("bea"))["by"]
    for step in ("aanvaarden", "afwerken"):
        done.refresh_from_db()
        actions.take_step(dossier=done, step=step, expected_version=done.version, by=bea, at=now)
    page = soup(client.get(MINE))
    assert [number.get_text() for number in page.select(".d-numbers strong")] == ["1", "1"]
    rows = [row.get_text(" ", strip=True) for row in page.select("tbody tr")]
    assert "Lamp stuk" in rows[0]
    assert "We hebben uw melding" in rows[0]  # what the citizen was told last
    assert "we pakken het aan" in rows[1]
    assert old.subject not in page.get_text()
    assert running.number in rows[0]
    assert not page.select(f"a[href='{running.get_absolute_url()}']")  # not of a team of An's
    assert [number.get_text() for number in soup(client.get(f"{MINE}?periode=maand")).select(".d-numbers strong")] == [
        "1",
        "2",
    ]


def test_somebody_without_a_name_is_in_every_list(client: Client, nele: User) -> None:
    version = talking.information()
    conversation = talking.conversation(nele, is_anonymous=True, started_at=timezone.now())
    contact = actions.add_to_dossiers(
        conversation=conversation,
        dossiers=[town.report(process_version=version).dossier],
        by=talking.by(nele)["by"],
        at=timezone.now(),
    )
    CallBack.objects.filter(pk=call(contact.dossier).pk).update(contact=contact)
    for address in (MINE, CALLS, contact.dossier.get_absolute_url()):
        assert (
            "Wanneer open?" in soup(client.get(address)).get_text()
            or "Bel terug" in soup(client.get(address)).get_text()
        )
    assert "zonder naam" in soup(client.get(MINE)).get_text()


def test_calls_mine_and_of_a_team(client: Client, nele: User) -> None:
    dossier = town.report().dossier
    call(dossier, about="Stoep verzakt", hours=5)
    call(dossier, about="Paaltje weg", assignee=nele)
    assert [article.h3.find_next("p").get_text() for article in soup(client.get(CALLS)).select("article")] != []
    names = soup(client.get(f"{CALLS}?van=mij")).get_text()
    assert "Paaltje weg" in names
    assert "Stoep verzakt" not in names
    assert "Stoep verzakt" in soup(client.get(f"{CALLS}?van={dossier.team.pk}")).get_text()


def test_what_came_of_a_call(client: Client, nele: User) -> None:
    dossier = town.report().dossier
    spoken, nobody, settled = (call(dossier) for _ in range(3))
    client.post(f"{CALLS}{spoken.pk}/gesproken/", {"gezegd": "Morgen."})
    client.post(f"{CALLS}{nobody.pk}/niemand/", {"day": "2040-01-03", "start": "09:00", "end": "12:00"})
    client.post(f"{CALLS}{settled.pk}/niet-nodig/", {"waarom": "Hij kwam langs."})
    for each in (spoken, nobody, settled):
        each.refresh_from_db()
    assert (spoken.outcome, nobody.tries, settled.outcome) == ("spoken", 1, "not_needed")
    assert Contact.objects.get(direction="out").body == "Morgen."


@pytest.mark.parametrize("asked", [{}, {"day": "2040-01-01", "start": "09:00", "end": "12:00"}])
def test_a_new_time_that_cannot_be_changes_nothing(client: Client, nele: User, asked: dict[str, str]) -> None:
    promised = call(town.report().dossier)
    response = client.post(f"{CALLS}{promised.pk}/niemand/", asked, follow=True)
    said = soup(response).get_text()
    assert "Kies de dag en de uren" in said or "Op die dag werken we niet" in said
    promised.refresh_from_db()
    assert promised.tries == 0


def test_a_call_of_another_team_cannot_be_touched(client: Client) -> None:
    other = town.team("Vrije tijd")
    signed_in(client, town.staff("piet", "dossiers.view_dossier", teams=(other,)))
    promised = call(town.report().dossier)
    for verb in ("gesproken", "niemand", "niet-nodig"):
        assert client.post(f"{CALLS}{promised.pk}/{verb}/").status_code == 404
        assert client.get(f"{CALLS}{promised.pk}/{verb}/").status_code == 405
