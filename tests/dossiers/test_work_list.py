"""The work list: what each tab and filter shows, what it costs, and how the page learns that something changed."""

from datetime import date, datetime, time, timedelta
from itertools import combinations
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from cms.home import counts
from core.actors import Actor
from core.models import ClosingDay, User
from dossiers import clock, worklist
from dossiers.actions import take_step, working_calendar
from dossiers.models import Dossier, Status, Team
from tests import town

pytestmark = [pytest.mark.django_db, pytest.mark.both]

ADDRESS = "/beheer/dossiers/"


def sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def user() -> User:
    return town.clerk()


@pytest.fixture
def an(user: User) -> Client:
    return sign_in(user)


def page(client: Client, query: str = "") -> BeautifulSoup:
    response = client.get(f"{ADDRESS}?{query}")
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def numbers(client: Client, query: str = "") -> list[str]:
    return [row.get_text() for row in page(client, query).select(".l-list__name")]


def tabs(client: Client, query: str = "") -> dict[str, str]:
    """The number that stands on each tab."""
    found = {}
    for tab in page(client, query).select(".l-views a"):
        number = tab.select_one(".l-number")
        name = tab.get_text(" ", strip=True)
        found[name.removesuffix(number.get_text()).strip() if number else name] = number.get_text() if number else ""
    return found


def change(dossier: Dossier, **values: Any) -> Dossier:
    Dossier.objects.filter(pk=dossier.pk).update(**values)
    return dossier


def due(dossier: Dossier, at: datetime) -> Dossier:
    return change(dossier, due_at=at, first_contact_at=at - timedelta(days=30))


@pytest.fixture
def full(user: User) -> dict[str, str]:
    """One dossier for each tab, by name."""
    now, calendar = timezone.now(), working_calendar()
    other = town.staff("wim", "dossiers.view_dossier", "dossiers.handle_dossier", teams=(town.team(),))
    made = {
        "late": due(town.report(name="Laat").dossier, now - timedelta(days=2)),
        "soon": due(town.report(name="Straks").dossier, clock.due_at(now, 2, calendar)),
        "later": due(town.report(name="Later").dossier, clock.due_at(now, 3, calendar)),
        "waiting": town.report(name="Wacht").dossier,
        "finished": town.report(name="Klaar").dossier,
    }
    change(made["late"], handler=user)
    change(made["soon"], handler=other)
    by = Actor.staff(other)
    take_step(dossier=made["waiting"], step="vragen", expected_version=1, by=by, at=now)
    take_step(dossier=made["finished"], step="weigeren", expected_version=1, reason="Nee.", by=by, at=now)
    return {name: dossier.number for name, dossier in made.items()}


# --- Tabs


@pytest.mark.parametrize(
    ("tab", "shown"),
    [
        ("", ["late", "soon", "later"]),
        ("te-doen", ["late", "soon", "later"]),
        ("mijn", ["late"]),
        ("mijn-teams", ["late", "soon", "later", "waiting"]),
        ("over-termijn", ["late"]),
        ("binnen-2-dagen", ["soon"]),
        ("wacht-op-burger", ["waiting"]),
        ("niet-toegewezen", ["later"]),
        ("afgehandeld", ["finished"]),
        ("bestaat-niet", ["late", "soon", "later"]),
    ],
)
def test_each_tab_shows_its_own(an: Client, full: dict[str, str], tab: str, shown: list[str]) -> None:
    assert numbers(an, f"toon={tab}") == [full[name] for name in shown]


def test_who_waited_for_an_answer_and_has_it_has_something_to_do(an: Client, full: dict[str, str]) -> None:
    Dossier.objects.filter(number=full["waiting"]).update(has_news=True)
    assert sorted(numbers(an)) == sorted(full[name] for name in ("late", "soon", "later", "waiting"))
    assert numbers(an, "toon=wacht-op-burger") == [full["waiting"]]
    assert tabs(an)["Te doen"] == "4"


def test_every_tab_has_its_number_except_the_archive(an: Client, full: dict[str, str]) -> None:
    assert tabs(an) == {
        "Te doen": "3",
        "Mijn dossiers": "1",
        "Mijn teams": "4",
        "Over termijn": "1",
        "Binnen 2 werkdagen": "1",
        "Wacht op de burger": "1",
        "Niet toegewezen": "1",
        "Afgehandeld": "",
    }


def test_a_large_number_is_not_spelled_out(an: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dossiers.views.worklist.MOST_SHOWN", 1)
    town.report()
    town.report(name="Jan")
    assert tabs(an)["Te doen"] == "99+"


def test_the_numbers_go_along_with_the_filters(an: Client, full: dict[str, str]) -> None:
    assert tabs(an, "behandelaar=niemand")["Te doen"] == "1"
    assert tabs(an, "behandelaar=niemand")["Mijn teams"] == "1"


def test_other_teams_are_in_no_tab_and_no_number(full: dict[str, str]) -> None:
    elsewhere = sign_in(
        town.staff("els", "dossiers.view_dossier", "dossiers.handle_dossier", teams=(town.team("Leven"),))
    )
    for tab in worklist.TABS:
        assert numbers(elsewhere, f"toon={tab}") == []
    assert set(tabs(elsewhere).values()) == {""}


def test_who_sees_everything_still_has_tabs_of_its_own_teams(full: dict[str, str]) -> None:
    boss = town.staff("jan", "dossiers.view_dossier", "dossiers.view_all_dossiers")
    assert len(numbers(sign_in(boss))) == 3
    assert numbers(sign_in(boss), "toon=mijn-teams") == []


@pytest.mark.parametrize("tab", worklist.TABS)
def test_an_empty_tab_says_something_friendly(an: Client, tab: str) -> None:
    words = page(an, f"toon={tab}").select_one(".l-nothing__what")
    assert words is not None
    assert words.get_text().strip().endswith(".")


# --- Two working days


@given(
    day=st.dates(min_value=date(2024, 1, 1), max_value=date(2028, 12, 31)),
    hour=st.times(),
    days=st.integers(0, 6),
    ahead=st.integers(0, 25),
    closed=st.sets(st.integers(0, 25), max_size=8),
)
def test_within_counts_as_the_rows_do(day: date, hour: time, days: int, ahead: int, closed: set[int]) -> None:
    """A dossier is within so many working days just when its row says so, whatever days the town is closed."""
    now = datetime.combine(day, hour, tzinfo=town.BRUSSELS)
    calendar = clock.Calendar(frozenset(day + timedelta(days=number) for number in closed))
    due_at = datetime.combine(day + timedelta(days=ahead), time.max, tzinfo=town.BRUSSELS)
    within = due_at <= clock.last_moment_within(now, days, calendar)
    assert within == (clock.working_days_left(now, due_at, calendar) <= days)


def test_soon_is_counted_in_working_days_of_the_town_on_the_home_page_too(an: Client, user: User) -> None:
    now = timezone.now()
    day = timezone.localdate(now)
    calendar = working_calendar()
    edge = due(town.report().dossier, clock.due_at(now, 3, calendar))
    assert numbers(an, "toon=binnen-2-dagen") == []
    found = {str(count.url): count.number for count in counts(user, now)}
    assert found[f"{ADDRESS}?toon=binnen-2-dagen"] == 0
    days = (day + timedelta(days=ahead) for ahead in range(1, 20))
    ClosingDay.objects.create(day=next(each for each in days if calendar.is_working_day(each)), name="Brugdag")
    assert numbers(an, "toon=binnen-2-dagen") == [edge.number]
    found = {str(count.url): count.number for count in counts(user, now)}
    assert found[f"{ADDRESS}?toon=binnen-2-dagen"] == 1


# --- Filters


@pytest.fixture
def various(user: User) -> dict[str, str]:
    second = town.published(
        town.draft_melding(
            name="Klacht",
            prefix="KLA",
            kind="complaint",
            statuses=[town.status("Ontvangen", "received"), town.status("Antwoord gegeven", "completed")],
            steps=[town.step("Antwoorden", ["Ontvangen"], "Antwoord gegeven")],
            terms=[{"type": "term", "value": {"milestone": "completed", "days": 20}}],
        )
    )
    version = town.published(town.draft_melding())
    tile = town.report(process_version=version).dossier
    before = town.MONDAY - timedelta(days=5)
    phone = town.report(name="Jan", channel="phone", process_version=version, at=before).dossier
    complaint = town.report(name="Piet", process_version=second, place="Edegemsestraat 1", subject="=Lawaai").dossier
    change(phone, handler=user)
    return {
        "tile": tile.number,
        "phone": phone.number,
        "complaint": complaint.number,
        "melding type": str(version.process_type_id),
        "complaint type": str(second.process_type_id),
        "team": str(tile.team_id),
        "user": str(user.pk),
    }


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("soort={complaint type}", ["complaint"]),
        ("status=Ontvangen", ["phone", "tile", "complaint"]),
        ("toon=mijn-teams&status=Antwoord gegeven", []),
        ("team={team}", ["phone", "tile", "complaint"]),
        ("behandelaar=niemand", ["tile", "complaint"]),
        ("behandelaar=ik", ["phone"]),
        ("kanaal=phone", ["phone"]),
        ("van=2026-11-20", ["tile", "complaint"]),
        ("tot=2026-11-20", ["phone"]),
        ("van=2026-11-23&tot=2026-11-23", ["tile", "complaint"]),
        ("plaats=edegem", ["complaint"]),
        ("plaats=statielei&kanaal=web&soort={melding type}", ["tile"]),
        ("sorteer=nieuwste", ["complaint", "phone", "tile"]),
        ("q=Jan&kanaal=phone", ["phone"]),
    ],
)
def test_filters_narrow_and_combine(an: Client, various: dict[str, str], query: str, shown: list[str]) -> None:
    assert numbers(an, query.format(**various)) == [various[name] for name in shown]


@pytest.mark.parametrize(
    "query",
    [
        "soort=99999",
        "soort=een",
        "status=Bestaat+niet",
        "team=99999",
        "behandelaar=-1",
        "kanaal=duif",
        "van=2026-13-45",
        "tot=gisteren",
        "van=0001-01-01",
        "sorteer=id",
        "vanaf=geknoeid",
        "van=20261123T00",
    ],
)
def test_what_makes_no_sense_is_left_out(an: Client, various: dict[str, str], query: str) -> None:
    shown = page(an, query)
    assert len(shown.select("[data-row]")) == 3
    assert not shown.select(".l-chip")


def test_nobody_can_filter_on_a_team_or_colleague_that_is_hidden(an: Client, various: dict[str, str]) -> None:
    elsewhere = town.team("Leven")
    stranger = town.staff("wim", "dossiers.view_dossier", teams=(elsewhere,))
    shown = page(an, f"team={elsewhere.pk}&behandelaar={stranger.pk}")
    assert not shown.select(".l-chip")
    assert "Leven" not in shown.select_one(".l-filters").get_text()  # type: ignore[union-attr]


def test_a_status_is_found_over_all_versions(an: Client, various: dict[str, str]) -> None:
    process_type = Dossier.objects.get(number=various["tile"]).process_version.process_type
    newer = town.published(process_type)
    dossier = town.report(name="Nieuw", process_version=newer).dossier
    assert set(numbers(an, "status=Ontvangen")) >= {dossier.number, various["tile"]}


def test_a_chip_takes_just_its_filter_away(an: Client, various: dict[str, str]) -> None:
    shown = page(an, "toon=mijn-teams&kanaal=web&plaats=statielei&sorteer=nieuwste")
    chips = {chip.get_text(" ", strip=True).split(":")[0]: chip["href"] for chip in shown.select(".l-chip")}
    assert chips == {
        "Eerste contact via": "?toon=mijn-teams&plaats=statielei&sorteer=nieuwste",
        "Plaats bevat": "?toon=mijn-teams&kanaal=web&sorteer=nieuwste",
    }


@pytest.mark.parametrize("query", ["", "toon=mijn-teams&sorteer=nieuwste", "plaats=Statielei"])
def test_pages_lead_on_and_back(an: Client, query: str) -> None:
    for number in range(65):
        at = town.MONDAY - timedelta(days=number % 9)
        town.report(name=f"Burger {number}", email=f"b{number}@example.org", at=at)
    seen: list[list[str]] = []
    address = f"?{query}"
    for direction in ("Volgende", "Volgende", "Vorige", "Vorige"):
        shown = page(an, address[1:])
        seen.append([row.get_text() for row in shown.select(".l-list__name")])
        link = shown.find("a", string=direction)
        assert link, direction
        address = str(link["href"])  # type: ignore[index]
    seen.append(numbers(an, address[1:]))
    assert [len(each) for each in seen] == [30, 30, 5, 30, 30]
    assert len({number for each in seen[:3] for number in each}) == 65
    assert seen[3:] == [seen[1], seen[0]]


# --- What it costs


@pytest.mark.parametrize("rows", [5, 30])
def test_the_list_costs_the_same_for_few_and_for_many(an: Client, rows: int, django_assert_num_queries: Any) -> None:
    for number in range(rows):
        town.report(name=f"Burger {number}", email=f"b{number}@example.org")
    an.get(ADDRESS)  # what is kept between requests (sites, content types) is kept from here on
    with django_assert_num_queries(19):
        shown = an.get(ADDRESS)
    assert shown.content.count(b"data-row") == rows


@pytest.mark.parametrize("rows", [5, 30])
def test_asking_whether_something_changed_costs_little(an: Client, rows: int, django_assert_num_queries: Any) -> None:
    for number in range(rows):
        town.report(name=f"Burger {number}", email=f"b{number}@example.org")
    etag = an.get(reverse("dossiers:list_state"))["ETag"]
    with django_assert_num_queries(9):
        assert an.get(reverse("dossiers:list_state"), headers={"If-None-Match": etag}).status_code == 304


# --- Has anything changed?


def state(client: Client, etag: str, query: str = "") -> int:
    return client.get(f"{reverse('dossiers:list_state')}?{query}", headers={"If-None-Match": etag}).status_code


def etag_of(client: Client, query: str = "") -> str:
    return str(page(client, query).select_one("[data-poll]")["data-etag"])  # type: ignore[index]


def test_nothing_changed_is_304_without_a_body(an: Client) -> None:
    town.report()
    response = an.get(reverse("dossiers:list_state"), headers={"If-None-Match": etag_of(an)})
    assert (response.status_code, response.content) == (304, b"")
    assert state(an, '"something else"') == 204


def test_every_change_that_shows_is_noticed(an: Client, user: User) -> None:
    dossier = town.report().dossier
    seen = [etag_of(an)]

    def changed() -> bool:
        before = seen[-1]
        seen.append(etag_of(an))
        return state(an, before) == 204

    take_step(dossier=dossier, step="aanvaarden", expected_version=1, by=Actor.staff(user), at=timezone.now())
    assert changed()
    change(dossier, due_at=timezone.now() + timedelta(days=9))  # a closing day was added: no new version
    assert changed()
    town.report(name="Jan")
    assert changed()
    change(dossier, team=town.team("Leven"), handler=None)
    assert changed()
    assert state(an, seen[-1]) == 304


def test_what_happens_outside_this_list_is_no_news(an: Client, user: User) -> None:
    town.report()
    before = etag_of(an, "behandelaar=ik")
    town.report(name="Jan")
    assert state(an, before, "behandelaar=ik") == 304
    assert state(an, before, "") == 204


def test_the_state_of_a_list_is_for_who_may_see_it(client: Client) -> None:
    address = reverse("dossiers:list_state")
    assert "/login/" in client.get(address)["Location"]
    assert sign_in(town.staff("els")).get(address).status_code != 204


# --- Who may see what


def test_who_only_looks_gets_no_boxes_and_no_buttons() -> None:
    town.report()
    onlooker = sign_in(town.staff("els", "dossiers.view_dossier", "dossiers.view_all_dossiers"))
    shown = page(onlooker)
    assert shown.select("[data-row]")
    assert not shown.select("[name=kies], [name=wat], .l-menu")


def test_the_team_is_shown_to_who_has_several(an: Client, user: User) -> None:
    town.report()
    assert town.team().name not in page(an).select_one("[data-row]").get_text()  # type: ignore[union-attr]
    Team.objects.create(name="Leven").members.add(user)
    assert town.team().name in page(an).select_one("[data-row]").get_text()  # type: ignore[union-attr]


def test_dates_of_filters_are_read_as_people_do(an: Client) -> None:
    assert "23 november 2026" in page(an, f"van={date(2026, 11, 23)}").select_one(".l-chips").get_text()  # type: ignore[union-attr]


# --- In a large archive


@pytest.mark.parametrize("few", [1000, 0])
@pytest.mark.parametrize(
    ("words", "shown"),
    [("El Amrani", 2), ("amran", 2), ("lowie", 1), ("tegel", 3), ("Statielei", 3), ("000002", 1), ("xqzzy", 0)],
)
def test_what_is_rare_and_what_is_frequent_is_found_alike(
    an: Client, monkeypatch: pytest.MonkeyPatch, few: int, words: str, shown: int
) -> None:
    """What few dossiers have is looked for by their keys; what more have, along the list."""
    monkeypatch.setattr(worklist, "FEW", few)
    town.report()
    town.report()
    town.report(name="Lowie Claes", email="lowie@example.org")
    assert len(numbers(an, f"q={words}")) == shown
    number = Dossier.objects.latest("pk").number
    assert numbers(an, f"q={number.lower()}") == [number]
    assert len(numbers(an, "plaats=statielei")) == 3
    assert numbers(an, "plaats=liersesteenweg") == []


@pytest.mark.parametrize("few", [0, 1000])
@pytest.mark.parametrize("tab", ["te-doen", "afgehandeld"])
def test_who_came_on_behalf_of_another_is_found_by_name_too(
    an: Client, monkeypatch: pytest.MonkeyPatch, few: int, tab: str
) -> None:
    monkeypatch.setattr(worklist, "FEW", few)
    own = town.report(name="Lotte Claes", email="lotte@example.org").dossier
    behalf = town.report(name="Chiro Mortsel", email="chiro@example.org").dossier
    town.report(name="Jan Peeters", email="jan@example.org")
    Dossier.objects.filter(pk=behalf.pk).update(representative=own.initiator)
    if tab == "afgehandeld":
        Dossier.objects.update(status=Status.objects.get(label="Afgehandeld"), due_at=None)
    assert sorted(numbers(an, f"toon={tab}&q=claes")) == sorted([own.number, behalf.number])
    assert numbers(an, f"toon={tab}&q=chiro") == [behalf.number]


def test_every_piece_of_a_number_is_looked_for_among_the_numbers() -> None:
    number = "AANVRA-2026-000123"
    for begin, end in combinations(range(len(number) + 1), 2):
        assert worklist.PIECE_OF_NUMBER.fullmatch(number[begin:end].lower()), number[begin:end]
    assert not worklist.PIECE_OF_NUMBER.fullmatch("Peeters")


def test_of_a_period_the_last_one_of_the_period_comes_first(an: Client) -> None:
    early, late = (town.report(at=town.MONDAY - timedelta(days=days)).dossier for days in (3, 1))
    Dossier.objects.filter(pk=early.pk).update(opened_at=timezone.now() + timedelta(days=1))
    assert numbers(an, "sorteer=nieuwste") == [early.number, late.number]
    assert numbers(an, "sorteer=nieuwste&van=2026-01-01") == [late.number, early.number]
    assert numbers(an, "sorteer=nieuwste&tot=2027-01-01") == [late.number, early.number]


def test_searching_costs_the_same_for_few_and_for_many(an: Client) -> None:
    asked = []
    for rows in (1, 12):
        while Dossier.objects.count() < rows:
            number = Dossier.objects.count()
            town.report(name=f"Burger {number}", email=f"b{number}@example.org")
        with CaptureQueriesContext(connection) as queries:
            assert len(numbers(an, "q=burger&plaats=statielei&soort=1")) == rows
        asked.append(len(queries))
    assert asked[0] == asked[1]
