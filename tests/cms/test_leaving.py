"""A colleague leaves: everything handed over in one screen, and every way in closed at once."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from cms.roles import ROLES
from core.actors import Actor
from core.models import User
from dossiers.actions import add_task, tell_given
from dossiers.actions.handing_over import hand_over_dossiers, hand_over_tasks
from dossiers.models import Dossier, Event, ProcessType, SavedView, Signatory, Task, Team
from integrations.models import Delivery
from tests import town
from tests.cms.test_second_step import equipped
from tests.cms.test_sign_in import PASSWORD, member, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def boss(client: Client) -> User:
    user = member("beheerder")
    client.force_login(user)
    return user


@pytest.fixture
def an() -> User:
    """Who leaves."""
    an = town.clerk()
    an.email = "an@mortsel.example"
    an.save()
    return an


@pytest.fixture
def piet() -> User:
    piet = town.clerk("piet", first_name="Piet", last_name="Maes")
    piet.email = "piet@mortsel.example"
    piet.save()
    return piet


def given_to(person: User, number: int = 1, team: Team | None = None) -> list[Dossier]:
    made = [town.report(email=f"burger{turn}@example.org").dossier for turn in range(number)]
    Dossier.objects.filter(pk__in=[each.pk for each in made]).update(handler=person, **({"team": team} if team else {}))
    return made


def work(person: User) -> str:
    return reverse("staff_work", args=[person.pk])


def shown(response: Any) -> str:
    return BeautifulSoup(response.content, "html.parser").find("main").get_text(" ", strip=True)


def hand_over(client: Client, person: User, **choices: object) -> Any:
    return client.post(work(person), {**choices, "bevestig": "1"}, follow=True)


# --- Looking


def test_the_screen_shows_everything_this_person_holds(client: Client, boss: User, an: User, piet: User) -> None:
    dossier = given_to(an, 3)[0]
    add_task(dossier=dossier, text="Bel de aannemer", assignee=an, by=Actor.staff(piet), at=town.MONDAY)
    SavedView.objects.create(user=an, team=town.team(), name="Fietspaden")
    SavedView.objects.create(user=an, name="Alleen van mij")
    Signatory.objects.create(name="an claes", function="Diensthoofd", mandate="besluit", valid_from=town.MONDAY.date())
    Signatory.objects.create(
        name="An Claes", function="Vroeger", mandate="x", valid_from="2020-01-01", valid_until="2021-01-01"
    )
    process = ProcessType.objects.get()
    process.terms = [
        {"type": "term", "value": {"milestone": "decision", "days": 3, "escalate_days": 1, "escalate_to": an.email}}
    ]
    process.save()
    town.published(process)

    page = shown(client.get(work(an)))

    for words in (
        "Open dossiers (3)", "Melding openbaar domein, Themaloket ruimte: 3", "Open taken op naam (1)",
        "Fietspaden, Themaloket ruimte", "an claes, Diensthoofd", "Procestypes die dit adres verwittigen (1)",
        "Plaatsen in teams (1)",
    ):  # fmt: skip
        assert words in page, page
    assert "Alleen van mij" not in page
    assert "Vroeger" not in page


def test_the_account_leads_to_it(client: Client, boss: User, an: User) -> None:
    assert work(an) in client.get(reverse("wagtailusers_users:edit", args=[an.pk])).content.decode()


def test_who_holds_nothing(client: Client, boss: User) -> None:
    assert "heeft niets op naam" in shown(client.get(work(member("directie"))))


def test_it_takes_as_many_queries_for_many_dossiers(
    client: Client, boss: User, an: User, piet: User, django_assert_max_num_queries: Any
) -> None:
    given_to(an, 2)
    client.get(work(an))
    with django_assert_max_num_queries(45) as few:
        client.get(work(an))
    given_to(an, 8)
    with django_assert_max_num_queries(len(few)):
        client.get(work(an))


# --- Handing over


def test_first_it_says_what_will_happen(client: Client, boss: User, an: User, piet: User) -> None:
    given_to(an, 2)

    page = client.post(work(an), {"everything": piet.pk})

    assert "Open dossiers (2) → Piet Maes" in shown(page)
    assert Dossier.objects.filter(handler=an).count() == 2


def test_everything_to_one_person(client: Client, boss: User, an: User, piet: User) -> None:
    dossier = given_to(an, 2)[0]
    task = add_task(dossier=dossier, text="Bel", assignee=an, by=Actor.staff(piet), at=town.MONDAY)
    view = SavedView.objects.create(user=an, team=town.team(), name="Fietspaden")

    page = hand_over(client, an, everything=piet.pk)

    assert "Open dossiers: 2 naar Piet Maes" in page.content.decode()
    assert Dossier.objects.filter(handler=piet).count() == 2
    task.refresh_from_db()
    view.refresh_from_db()
    assert (task.assignee, view.user) == (piet, piet)
    assert list(town.team().members.all()) == [piet]
    dossier.refresh_from_db()
    assert dossier.version == 2
    said = [event.reason for event in dossier.events.filter(kind="assigned").order_by("sequence")]
    assert said == ["Piet Maes", "Taak ‘Bel’: Piet Maes"]
    assert {event.actor for event in Event.objects.filter(kind="assigned")} == {boss}


def test_each_kind_to_somebody_else_and_back_to_the_team(client: Client, boss: User, an: User, piet: User) -> None:
    dossier = given_to(an)[0]
    task = add_task(dossier=dossier, text="Bel", assignee=an, by=Actor.staff(piet), at=town.MONDAY)

    hand_over(client, an, dossiers="niemand", tasks=piet.pk)

    dossier.refresh_from_db()
    task.refresh_from_db()
    assert (dossier.handler, dossier.given_at, task.assignee) == (None, None, piet)
    assert list(town.team().members.order_by("username")) == [an, piet]  # not chosen: stays


def test_what_the_other_may_not_handle_stays_and_is_told(client: Client, boss: User, an: User, piet: User) -> None:
    other = town.team("Klachten")
    other.members.add(an)
    given_to(an)
    there = given_to(an, team=other)[0]
    task = add_task(dossier=there, text="Bel", assignee=an, by=Actor.staff(an), at=town.MONDAY)

    page = hand_over(client, an, dossiers=piet.pk, tasks=piet.pk).content.decode()

    assert "1 dossier van Klachten blijft: Piet Maes behandelt het niet." in page
    assert "1 taak blijft: Piet Maes ziet het dossier niet." in page
    there.refresh_from_db()
    task.refresh_from_db()
    assert (there.handler, task.assignee, there.version) == (an, an, 1)


def test_with_the_place_in_the_team_the_dossiers_go_along(client: Client, boss: User, an: User, piet: User) -> None:
    other = town.team("Klachten")
    other.members.add(an)
    there = given_to(an, team=other)[0]

    hand_over(client, an, everything=piet.pk)

    there.refresh_from_db()
    assert there.handler == piet


def test_what_is_finished_keeps_its_handler(client: Client, boss: User, an: User, piet: User) -> None:
    done = given_to(an)[0]
    Dossier.objects.filter(pk=done.pk).update(status=done.process_version.statuses.get(key="afgehandeld"), due_at=None)

    hand_over(client, an, everything=piet.pk)

    done.refresh_from_db()
    assert done.handler == an


@pytest.mark.parametrize("choices", [{}, {"everything": "999999"}, {"dossiers": "x"}, {"shared_views": "niemand"}])
def test_nonsense_is_refused_at_its_place(
    client: Client, boss: User, an: User, piet: User, choices: dict[str, str]
) -> None:
    given_to(an)
    SavedView.objects.create(user=an, team=town.team(), name="Fietspaden")

    answer = client.post(work(an), {**choices, "bevestig": "1"})

    assert answer.status_code == 422
    assert BeautifulSoup(answer.content, "html.parser").select(".l-error, .l-alert")
    assert Dossier.objects.filter(handler=an).count() == 1


def test_who_gets_it_hears_it_in_one_mail_that_stays_short(an: User, piet: User) -> None:
    given_to(an, 3)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dossiers.actions.giving.MOST_NAMED", 2)
        hand_over_dossiers(holder=an, to=piet, by=Actor.staff(an), at=town.MONDAY)
        assert tell_given(at=town.MONDAY.replace(hour=10)) == 1
    text = Delivery.objects.get(kind="given").payload["text"]
    assert text.count("MEL-") == 2
    assert "En nog 1." in text


def test_thousands_of_dossiers_take_few_queries(an: User, piet: User, django_assert_max_num_queries: Any) -> None:
    first = given_to(an)[0]
    Dossier.objects.bulk_create(
        Dossier(
            number=f"MEL-{number:07d}", process_version=first.process_version, status=first.status, team=first.team,
            handler=an, subject="Tegel", first_contact_at=town.MONDAY, opened_at=town.MONDAY,
        )
        for number in range(1200)
    )  # fmt: skip
    Task.objects.bulk_create(
        Task(dossier=dossier, text="Bel", assignee=an, created_at=town.MONDAY)
        for dossier in Dossier.objects.filter(handler=an)
    )
    with django_assert_max_num_queries(60):  # SQLite takes few rows in one statement
        assert hand_over_dossiers(holder=an, to=piet, by=Actor.staff(an), at=town.MONDAY).moved == 1201
    with django_assert_max_num_queries(60):
        assert hand_over_tasks(holder=an, to=piet, by=Actor.staff(an), at=town.MONDAY).moved == 1201
    assert Event.objects.filter(kind="assigned").count() == 2402


@pytest.mark.parametrize("role", [role for role in ROLES if role != "beheerder"])
def test_nobody_else_sees_or_does_it(client: Client, an: User, role: str) -> None:
    given_to(an)
    client.force_login(member(role))
    assert client.get(work(an)).status_code == 302
    hand_over(client, an, dossiers="niemand")
    client.post(reverse("staff_deactivate", args=[an.pk]))

    an.refresh_from_db()
    assert an.is_active
    assert Dossier.objects.get().handler == an


# --- Leaving


def leave(client: Client, person: User) -> Any:
    return client.post(reverse("staff_deactivate", args=[person.pk]), follow=True)


def test_all_sessions_end_at_once(client: Client, boss: User) -> None:
    colleague = member("dossierbehandelaar")
    equipped(colleague)
    dossier = town.report().dossier
    town.team().members.add(colleague)
    phone, computer = Client(), Client()
    for visitor in (phone, computer):
        visitor.force_login(colleague)
        session = visitor.session
        session["second_factor"] = colleague.second_factor_id
        session.save()
        assert visitor.get(dossier.get_absolute_url()).status_code == 200

    leave(client, colleague)

    for visitor in (phone, computer):
        for address in (
            "/beheer/", dossier.get_absolute_url(), "/beheer/api/main/pages/", reverse("dossiers:export_csv"),
            reverse("dossiers:add_document", args=[dossier.pk]), "/beheer/account/", "/beheer/tweede-stap/",
        ):  # fmt: skip
            answer = visitor.get(address)
            assert (answer.status_code, answer.url.startswith("/beheer/")) == (302, True), address
            assert "login" in visitor.get(address, follow=True).redirect_chain[-1][0]
    colleague.refresh_from_db()
    assert colleague.second_factor is None
    assert not sign_in(Client(), "dossierbehandelaar", PASSWORD).wsgi_request.user.is_authenticated
    history = client.get(reverse("wagtailusers_users:history", args=[colleague.pk])).content.decode()
    assert "Beëindigde de toegang van deze persoon" in history


def test_old_sessions_stay_ended_when_the_person_comes_back(client: Client, boss: User) -> None:
    colleague = member("onthaal")
    theirs = Client()
    theirs.force_login(colleague)
    leave(client, colleague)

    client.post(reverse("staff_reactivate", args=[colleague.pk]))

    colleague.refresh_from_db()
    assert colleague.is_active
    assert theirs.get("/beheer/").status_code == 302
    assert not colleague.check_password(PASSWORD)
    assert Delivery.objects.get(kind="account").payload["to"] == [colleague.email]


def test_leaving_with_work_is_possible_and_shown(client: Client, boss: User, an: User) -> None:
    given_to(an)

    page = leave(client, an)

    assert "heeft geen toegang meer" in shown(page)
    assert "Open dossiers (1)" in shown(page)


def test_what_stays_behind_asks_attention_on_the_home_page(client: Client, boss: User, an: User, piet: User) -> None:
    given_to(an)
    assert "An Claes" not in shown(client.get("/beheer/"))
    leave(client, an)
    page = client.get("/beheer/")
    assert "An Claes heeft geen toegang meer, en er staat nog open werk op die naam." in shown(page)
    assert work(an) in page.content.decode()

    hand_over(client, an, everything=piet.pk)

    assert "An Claes" not in shown(client.get("/beheer/"))


def test_every_road_to_inactive_ends_what_is_open(client: Client, boss: User) -> None:
    for username, road in (("een", "form"), ("twee", "bulk")):
        colleague = member("onthaal", username)
        equipped(colleague)
        theirs = Client()
        theirs.force_login(colleague)
        session = theirs.session
        session["second_factor"] = colleague.second_factor_id
        session.save()
        assert theirs.get("/beheer/").status_code == 200
        if road == "form":
            client.post(
                reverse("wagtailusers_users:edit", args=[colleague.pk]),
                {"username": username, "email": "x@mortsel.example", "first_name": "A", "last_name": "B"},
            )
        else:
            bulk = reverse("wagtail_bulk_action", args=["core", "user", "set_active_state"])
            client.post(f"{bulk}?id={colleague.pk}", {"mark_as_active": "False"})
        colleague.refresh_from_db()
        assert not colleague.is_active
        assert colleague.second_factor is None
        User.objects.filter(pk=colleague.pk).update(is_active=True)
        assert theirs.get("/beheer/").status_code == 302


def test_nobody_ends_the_own_access_nor_that_of_a_superuser(client: Client, boss: User) -> None:
    root = User.objects.create_superuser("root")

    assert leave(client, boss).status_code in {200, 403}
    assert client.post(reverse("staff_deactivate", args=[root.pk])).status_code == 404
    assert client.get(work(root)).status_code == 404

    assert User.objects.filter(pk__in=[boss.pk, root.pk], is_active=True).count() == 2


def test_who_left_gets_nothing_any_more(client: Client, boss: User, an: User, piet: User) -> None:
    given_to(piet)
    leave(client, an)

    answer = client.post(work(piet), {"everything": an.pk, "bevestig": "1"})

    assert answer.status_code == 422
