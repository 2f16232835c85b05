"""At the desk one press sends a form and takes the first step; for a clerk who may, with a step that asks nothing."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.models import User
from dossiers.models import Dossier, ProcessType
from forms.models import FormDefinition, FormDraft, Submission, UsageCount
from tests import ready, town
from tests.forms.builder import Citizen

pytestmark = [pytest.mark.django_db, pytest.mark.both]

LIST, START = "/beheer/formulieren/invullen/", "/beheer/formulieren/invullen/inlichtingen/"
STEP = "meteen-beantwoord"
ANSWERS = {"thema": "vrije-tijd", "onderwerp": "Open op zaterdag?"}


@pytest.fixture(autouse=True)
def definition() -> FormDefinition:
    by = User.objects.create_superuser("beheerder", password="x")
    return ready.form("inlichtingen", ready.process("inlichtingen", by=by), by=by)


def in_role(role: str, username: str = "nele") -> User:
    user = User.objects.create_user(username, password="x", first_name="Nele", last_name="Maes")
    user.groups.add(Group.objects.get(name=role))
    return User.objects.get(pk=user.pk)


@pytest.fixture
def nele() -> User:
    return in_role("Onthaal")


def at_desk(user: User) -> Citizen:
    form = Citizen("inlichtingen")
    form.client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    response = form.client.post(START, {"acting_for": "self"})
    form.uuid = response["Location"].split("/")[3]
    return form


def page_of(response: Any) -> BeautifulSoup:
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def offered(page: BeautifulSoup) -> list[str]:
    return [button["value"] for button in page.select("button[name=meteen]")]


def test_from_the_last_page_in_one_press(nele: User) -> None:
    form = at_desk(nele)
    page = page_of(form.get("step", 1))
    assert offered(page) == [STEP]
    assert "Versturen en: Meteen beantwoord" in page.get_text()
    response = form.fill_in(1, **ANSWERS, meteen=STEP)
    assert response["Location"] == LIST
    dossier = Dossier.objects.get()
    assert (dossier.subject, dossier.status.key) == ("Open op zaterdag?", "beantwoord")
    assert [(event.kind, event.actor_name) for event in dossier.events.all()] == [
        ("opened", "Nele Maes"),
        ("status", "Nele Maes"),
    ]
    shown = page_of(form.client.get(LIST))
    assert f"{dossier.number}: Meteen beantwoord." in shown.get_text()
    assert shown.find("a", href=dossier.get_absolute_url())


def test_from_the_check_page_too(nele: User) -> None:
    form = at_desk(nele)
    form.fill_in(1, **ANSWERS)
    assert offered(page_of(form.get("check"))) == [STEP]
    assert form.client.post(form.address("check"), {"meteen": STEP})["Location"] == LIST
    assert Dossier.objects.get().status.key == "beantwoord"


def test_sending_without_it_opens_the_dossier_and_no_more(nele: User) -> None:
    form = at_desk(nele)
    form.fill_in(1, **ANSWERS)
    form.send()
    assert Dossier.objects.get().status.key == "ontvangen"
    assert page_of(form.get("done")).find("button", string="Meteen beantwoord")


def test_what_is_wrong_is_said_at_its_place_and_nothing_is_sent(nele: User) -> None:
    form = at_desk(nele)
    response = form.fill_in(1, thema="vrije-tijd", onderwerp="", meteen=STEP)
    assert page_of(response).select(".govuk-error-summary")
    assert not Submission.objects.exists()
    form.fill_in(1, **ANSWERS, meteen=STEP)
    assert Dossier.objects.get().status.key == "beantwoord"


def test_pressed_twice_it_is_one_dossier_and_one_step(nele: User) -> None:
    form = at_desk(nele)
    form.fill_in(1, **ANSWERS)
    for _press in range(2):
        form.client.post(form.address("check"), {"meteen": STEP})
    assert Dossier.objects.get().events.count() == 2


@pytest.mark.parametrize("step", ["antwoorden", "uitzoeken", "intrekken", "nergens", ""])
def test_another_step_is_not_taken_but_the_form_is_sent(nele: User, step: str) -> None:
    form = at_desk(nele)
    assert form.fill_in(1, **ANSWERS, meteen=step)["Location"] == LIST
    dossier = Dossier.objects.get()
    assert (dossier.status.key, dossier.events.count()) == ("ontvangen", 1)
    assert f"{dossier.number} is verstuurd, zonder de stap." in page_of(form.client.get(LIST)).get_text()


def test_a_clerk_who_may_not_is_not_offered_it_and_cannot(nele: User) -> None:
    clerk = town.staff("jos", "forms.fill_in_at_desk", "dossiers.view_dossier", "dossiers.view_all_dossiers")
    form = at_desk(clerk)
    assert offered(page_of(form.get("step", 1))) == []
    form.fill_in(1, **ANSWERS, meteen=STEP)
    assert Dossier.objects.get().status.key == "ontvangen"


def test_who_will_not_see_the_dossier_does_not_close_it() -> None:
    tom = in_role("Dossierbehandelaar", "tom")  # of no team
    form = at_desk(tom)
    form.fill_in(1, **ANSWERS, meteen=STEP)
    dossier = Dossier.objects.get()
    assert dossier.status.key == "ontvangen"
    shown = page_of(form.client.get(LIST))
    assert dossier.number in shown.get_text()
    assert not shown.find("a", href=dossier.get_absolute_url())


def test_who_handles_is_offered_every_step_that_asks_nothing() -> None:
    tom = in_role("Dossierbehandelaar", "tom")
    town.team().members.add(tom)
    assert offered(page_of(at_desk(tom).get("step", 1))) == [STEP, "uitzoeken"]


def test_a_citizen_is_offered_nothing_and_takes_nothing() -> None:
    form = Citizen("inlichtingen").start()
    assert offered(page_of(form.get("step", 1))) == []
    form.fill_in(1, **ANSWERS)
    response = form.fill_in(2, naam="Fatima", email="fatima@example.org", meteen=STEP)
    assert response["Location"] == form.address("check")
    assert not Dossier.objects.exists()
    form.client.post(form.address("check"), {"meteen": STEP})
    assert Dossier.objects.get().status.key == "ontvangen"


def test_after_somebody_left_the_group(nele: User) -> None:
    form = at_desk(nele)
    nele.groups.set([Group.objects.get(name="Postregistratie")])
    nele.user_permissions.set(User.objects.none())
    assert form.fill_in(1, **ANSWERS, meteen=STEP).status_code == 404
    assert not Dossier.objects.exists()


def test_a_form_that_others_sign_too_goes_by_the_check_page(nele: User, definition: FormDefinition) -> None:
    FormDefinition.objects.filter(pk=definition.pk).update(cosigners_max=2)
    assert offered(page_of(at_desk(nele).get("step", 1))) == []


def test_the_process_was_taken_away_meanwhile(nele: User) -> None:
    form = at_desk(nele)
    ProcessType.objects.update(live=False)
    assert offered(page_of(form.get("step", 1))) == []


def test_the_figures_of_the_form_still_add_up(nele: User) -> None:
    form = at_desk(nele)
    form.get("step", 1)
    form.fill_in(1, **ANSWERS, meteen=STEP)
    counts = {(count.step, count.what): count.number for count in UsageCount.objects.exclude(what=UsageCount.What.TIME)}
    last = max(step for step, _what in counts)
    assert counts[last, UsageCount.What.SHOWN] == counts[last, UsageCount.What.LEFT] == 1


# --- Starting at once


def test_the_list_starts_a_form_without_looking_anybody_up(nele: User) -> None:
    client = Client()
    client.force_login(nele, backend="django.contrib.auth.backends.ModelBackend")
    form = page_of(client.get(LIST)).select_one(f"form[action='{START}']")
    assert form is not None
    posted = {field["name"]: field["value"] for field in form.select("input") if field["name"] != "csrfmiddlewaretoken"}
    assert client.post(START, posted).status_code == 302
    draft = FormDraft.objects.get()
    assert (draft.party, draft.filled_in_by) == (None, nele)


def test_not_when_a_form_is_always_for_somebody_else(nele: User, definition: FormDefinition) -> None:
    FormDefinition.objects.filter(pk=definition.pk).update(on_behalf="must")
    client = Client()
    client.force_login(nele, backend="django.contrib.auth.backends.ModelBackend")
    assert not page_of(client.get(LIST)).select(f"form[action='{START}']")


def test_the_list_costs_no_more_with_more_forms(nele: User) -> None:
    client = Client()
    client.force_login(nele, backend="django.contrib.auth.backends.ModelBackend")
    client.get(LIST)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(LIST)
        return len(captured)

    few = queries()
    made = FormDefinition.objects.get()
    for number in range(5):
        made.pk, made.slug, made.title = None, f"vorm-{number}", f"Vorm {number}"
        made._state.adding = True
        made.save()
    assert queries() == few
