"""A step for a group: whoever is in it and sees the dossier may take it, also who handles none. Nobody else."""

import json
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cms.roles import ROLES
from core.actors import Actor
from core.models import User
from core.publishing import NotPublishable
from dossiers import process_files
from dossiers.actions import StepRefused, correct_step, take_step
from dossiers.models import Dossier, ProcessType, ProcessVersion
from dossiers.permissions import first_steps_at_once, has_steps, steps_at_once
from tests import ready, town

pytestmark = [pytest.mark.django_db, pytest.mark.both]

DESK = "Onthaal"


def draft(**changes: Any) -> ProcessType:
    return town.draft_melding(
        **{
            "kind": "request",
            "survey": False,
            "steps": [
                town.step("Aanvaarden", ["Ontvangen", "Wacht op u"], "Ontvankelijk"),
                town.step("Weigeren", ["Ontvangen"], "Niet ontvankelijk", needs_reason=True),
                town.step("Vragen", ["Ontvangen"], "Wacht op u", groups=["Zaalbeheer"]),
                town.step("Afwerken", ["Ontvankelijk"], "Afgehandeld"),
                town.step("Meteen klaar", ["Ontvangen"], "Afgehandeld", groups=[DESK, "Dossierbehandelaar"]),
            ],
        }
        | changes
    )


@pytest.fixture
def version() -> ProcessVersion:
    return town.published(draft())


@pytest.fixture
def dossier(version: ProcessVersion) -> Dossier:
    return town.report(process_version=version).dossier


def in_group(username: str, group: str = DESK, **names: str) -> User:
    user = User.objects.create_user(username, password="a-good-password", **names)
    user.groups.add(Group.objects.get(name=group))
    return User.objects.get(pk=user.pk)


@pytest.fixture
def nele() -> User:
    return in_group("nele", first_name="Nele", last_name="Maes")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(client: Client, dossier: Dossier) -> BeautifulSoup:
    return BeautifulSoup(client.get(dossier.get_absolute_url()).content, "html.parser")


def buttons(client: Client, dossier: Dossier) -> list[str]:
    return [link.get_text() for link in page(client, dossier).select(".l-steps a")]


def press(client: Client, dossier: Dossier, step: str, **said: Any) -> int:
    address = reverse("dossiers:step", args=[dossier.pk, step])
    return client.post(address, {"version": dossier.version, "send": "1", **said}).status_code


def now(dossier: Dossier) -> Dossier:
    return Dossier.objects.get(pk=dossier.pk)


# --- One's own step


def test_the_desk_sees_its_own_button_and_no_other(dossier: Dossier, nele: User) -> None:
    assert not nele.has_perm("dossiers.handle_dossier")
    client = signed_in(nele)
    assert buttons(client, dossier) == ["Meteen klaar"]
    shown = page(client, dossier)
    assert not shown.select("#id_handler, [name=team], .l-tasks__tick")
    assert "Rechtzetten" not in shown.get_text()


def test_the_desk_takes_it_and_history_says_who(dossier: Dossier, nele: User) -> None:
    assert press(signed_in(nele), dossier, "meteen-klaar") == 302
    after = now(dossier)
    assert (after.status.key, after.events.latest("sequence").actor_name) == ("afgehandeld", "Nele Maes")
    assert after.handler is None  # who cannot handle it is not its handler


def test_who_handles_and_is_in_the_group_becomes_the_handler(dossier: Dossier) -> None:
    tom = in_group("tom", "Dossierbehandelaar")
    town.team().members.add(tom)
    assert press(signed_in(tom), dossier, "meteen-klaar") == 302
    assert now(dossier).handler == tom


@pytest.mark.parametrize("step", ["aanvaarden", "weigeren", "vragen"])
def test_no_other_step_on_any_road(dossier: Dossier, nele: User, step: str) -> None:
    client = signed_in(nele)
    assert press(client, dossier, step, reason="Zo maar") in {302, 403}
    assert client.get(reverse("dossiers:step", args=[dossier.pk, step])).status_code in {302, 403}
    with pytest.raises(StepRefused, match="mag deze stap niet zetten"):
        take_step(
            dossier=dossier, step=step, reason="x", expected_version=1, by=Actor.staff(nele), at=town.MONDAY
        )  # fmt: skip
    assert (now(dossier).version, dossier.events.count()) == (1, 1)


@pytest.mark.parametrize(
    "name", ["assign", "add_task", "add_document", "more_time", "correct_first_contact", "revoke_follow_links"]
)
def test_nothing_else_comes_with_it(dossier: Dossier, nele: User, name: str) -> None:
    before = dossier.events.count()
    response = signed_in(nele).post(reverse(f"dossiers:{name}", args=[dossier.pk]), {"version": 1, "handler": nele.pk})
    assert response.status_code in {302, 403}
    assert (now(dossier).version, dossier.events.count(), now(dossier).handler) == (1, before, None)


def test_not_in_another_process(nele: User, version: ProcessVersion) -> None:
    elsewhere = town.published(draft(name="Elders", prefix="ELD", steps=draft_steps_without_groups()))
    dossier = town.report(process_version=elsewhere).dossier
    client = signed_in(nele)
    assert buttons(client, dossier) == []
    assert press(client, dossier, "meteen-klaar") in {302, 403}
    assert now(dossier).version == 1


def draft_steps_without_groups() -> list[dict[str, Any]]:
    return [
        town.step("Aanvaarden", ["Ontvangen", "Wacht op u"], "Ontvankelijk"),
        town.step("Weigeren", ["Ontvangen"], "Niet ontvankelijk", needs_reason=True),
        town.step("Vragen", ["Ontvangen"], "Wacht op u"),
        town.step("Afwerken", ["Ontvankelijk"], "Afgehandeld"),
        town.step("Meteen klaar", ["Ontvangen"], "Afgehandeld"),
    ]


def test_not_after_somebody_left_the_group(dossier: Dossier, nele: User) -> None:
    client = signed_in(nele)
    nele.groups.set([Group.objects.get(name="Postregistratie")])
    assert press(client, dossier, "meteen-klaar") in {302, 403}
    assert now(dossier).version == 1


def test_not_after_the_group_was_removed_from_the_step(nele: User, version: ProcessVersion) -> None:
    process = ProcessType.objects.get(pk=version.process_type_id)
    process.steps = [
        step | {"value": step["value"] | {"groups": []}} for step in process.steps.raw_data
    ]  # fmt: skip
    dossier = town.report(process_version=town.published(process)).dossier
    assert buttons(signed_in(nele), dossier) == []
    assert press(signed_in(nele), dossier, "meteen-klaar") in {302, 403}
    assert now(dossier).version == 1


def test_not_on_a_dossier_that_one_does_not_see(dossier: Dossier) -> None:
    group = Group.objects.create(name="Wijkwerking")
    other = town.published(draft(name="Wijk", steps=[*draft_steps_without_groups()[:-1], town.step(
        "Meteen klaar", ["Ontvangen"], "Afgehandeld", groups=["Wijkwerking"])]))  # fmt: skip
    hidden = town.report(process_version=other).dossier
    stranger = town.staff("wim", "dossiers.view_dossier")
    stranger.groups.add(group)
    blind = town.staff("bo")
    blind.groups.add(group)
    assert press(signed_in(stranger), hidden, "meteen-klaar") == 404
    assert press(signed_in(blind), hidden, "meteen-klaar") in {302, 403}
    assert steps_at_once(stranger, hidden) == []
    assert now(hidden).version == 1


def test_who_handles_but_is_in_no_such_group_is_told_whom_to_ask(dossier: Dossier) -> None:
    client = signed_in(town.clerk())
    assert "Meteen klaar" not in buttons(client, dossier)
    response = client.post(reverse("dossiers:step", args=[dossier.pk, "meteen-klaar"]), {"version": 1, "send": "1"})
    assert response.status_code == 422
    assert "Onthaal, Dossierbehandelaar" in response.content.decode()
    assert now(dossier).version == 1


def test_somebody_who_left_may_nothing(dossier: Dossier, nele: User) -> None:
    User.objects.filter(pk=nele.pk).update(is_active=False)
    gone = User.objects.get(pk=nele.pk)
    assert (steps_at_once(gone, dossier), has_steps(gone)) == ([], False)
    with pytest.raises(StepRefused):
        take_step(
            dossier=dossier, step="meteen-klaar", expected_version=1, by=Actor.staff(gone), at=town.MONDAY
        )  # fmt: skip


def test_in_one_press_after_sending_a_form(dossier: Dossier, nele: User) -> None:
    assert [step.key for step in steps_at_once(nele, dossier)] == ["meteen-klaar"]
    assert [step.key for step in first_steps_at_once(nele, dossier.process_version)] == ["meteen-klaar"]
    assert steps_at_once(in_group("p", "Postregistratie"), dossier) == []
    assert [step.key for step in steps_at_once(town.clerk(), dossier)] == ["aanvaarden"]


# --- Several at once


def test_several_at_once_only_with_that_step(dossier: Dossier, nele: User) -> None:
    client = signed_in(nele)
    shown = BeautifulSoup(client.get(reverse("dossiers:list")).content, "html.parser")
    assert [button["value"] for button in shown.select("[name=wat]")] == ["stap"]
    posted = {"kies": f"{dossier.pk}-1", "wat": "stap"}
    offered = BeautifulSoup(client.post(reverse("dossiers:together"), posted).content, "html.parser")
    assert [radio["value"] for radio in offered.select("[name=step]")] == ["meteen-klaar"]
    client.post(reverse("dossiers:together"), posted | {"bevestig": "1", "step": "aanvaarden"})
    assert now(dossier).version == 1
    client.post(reverse("dossiers:together"), posted | {"bevestig": "1", "step": "meteen-klaar"})
    assert now(dossier).status.key == "afgehandeld"


@pytest.mark.parametrize("what", ["toewijzen", "overdragen"])
def test_several_at_once_nothing_else(dossier: Dossier, nele: User, what: str) -> None:
    posted = {"kies": f"{dossier.pk}-1", "wat": what, "bevestig": "1", "handler": "niemand", "team": town.team("X").pk}
    assert signed_in(nele).post(reverse("dossiers:together"), posted).status_code in {302, 403}
    assert now(dossier).version == 1


def test_who_has_no_step_anywhere_chooses_nothing(dossier: Dossier) -> None:
    looks = town.staff("els", "dossiers.view_dossier", "dossiers.view_all_dossiers")
    client = signed_in(looks)
    assert not BeautifulSoup(client.get(reverse("dossiers:list")).content, "html.parser").select("[name=kies]")
    response = client.post(reverse("dossiers:together"), {"kies": f"{dossier.pk}-1", "wat": "stap"})
    assert response.status_code in {302, 403}


def test_the_list_asks_for_groups_once_and_only_for_who_does_not_handle(dossier: Dossier, nele: User) -> None:
    def queries(user: User) -> int:
        client = signed_in(user)
        client.get(reverse("dossiers:list"))
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(reverse("dossiers:list"))
        return sum('"dossiers_transition"' in query["sql"] for query in captured)

    assert queries(town.clerk()) == 0
    assert queries(nele) == 1


# --- Putting one's own wrong click right


def test_the_desk_corrects_its_own_step(dossier: Dossier, nele: User) -> None:
    client = signed_in(nele)
    press(client, dossier, "meteen-klaar")
    assert page(client, dossier).find("a", string="Laatste stap rechtzetten")
    response = client.post(
        reverse("dossiers:correct_step", args=[dossier.pk]), {"version": 2, "reason": "Verkeerde vraag"}
    )
    assert response.status_code == 302
    assert now(dossier).status.key == "ontvangen"


def test_but_not_that_of_a_colleague(dossier: Dossier, nele: User) -> None:
    client = signed_in(in_group("piet"))
    press(signed_in(nele), dossier, "meteen-klaar")
    assert not page(client, dossier).find("a", string="Laatste stap rechtzetten")
    address = reverse("dossiers:correct_step", args=[dossier.pk])
    assert client.get(address).status_code in {302, 403}
    assert client.post(address, {"version": 2, "reason": "x"}).status_code in {302, 403}
    with pytest.raises(StepRefused, match="die u zelf zette"):
        correct_step(
            dossier=now(dossier), expected_version=2, reason="x", by=Actor.staff(User.objects.get(username="piet")),
            at=town.MONDAY,
        )  # fmt: skip
    assert now(dossier).version == 2


def test_nor_one_that_it_may_not_take_any_more(dossier: Dossier, nele: User) -> None:
    press(signed_in(nele), dossier, "meteen-klaar")
    nele.groups.set([Group.objects.get(name="Postregistratie")])
    nele.user_permissions.set([])
    response = signed_in(nele).post(
        reverse("dossiers:correct_step", args=[dossier.pk]), {"version": 2, "reason": "x"}
    )  # fmt: skip
    assert response.status_code in {302, 403}
    assert now(dossier).version == 2


def test_who_handles_still_corrects_what_the_desk_did(dossier: Dossier, nele: User) -> None:
    press(signed_in(nele), dossier, "meteen-klaar")
    an = town.clerk()
    correct_step(dossier=now(dossier), expected_version=2, reason="Fout", by=Actor.staff(an), at=town.MONDAY)
    assert now(dossier).status.key == "ontvangen"


# --- Groups that are not here


def test_a_group_that_is_gone_keeps_a_process_from_being_published() -> None:
    process = draft()
    Group.objects.filter(name=DESK).delete()
    with pytest.raises(NotPublishable, match="De groep ‘Onthaal’ bestaat niet"):
        process.save_revision().publish()
    assert not ProcessVersion.objects.exists()


def test_groups_travel_by_name_and_one_that_is_not_here_is_told() -> None:
    by = User.objects.create_superuser("beheerder", password="x")
    Group.objects.create(name="Wijkwerking")
    steps = draft().steps.raw_data
    ProcessType.objects.all().delete()
    steps[-1]["value"]["groups"] = [DESK, "Wijkwerking"]
    file = json.loads(json.dumps(process_files.export(draft(steps=list(steps)))))
    Group.objects.filter(name="Wijkwerking").delete()
    made = process_files.import_process(data=process_files.current(file), team=town.team(), by=by)
    assert any("“Meteen klaar” was voor een groep die hier niet bestaat: Wijkwerking" in note for note in made.notes)
    assert town.published(made.process_type).transitions.get(key="meteen-klaar").groups == [DESK]


def test_the_ready_question_is_closed_by_the_desk_and_by_all_who_handle() -> None:
    by = User.objects.create_superuser("beheerder", password="x")
    step = ready.process("inlichtingen", by=by).transitions.get(key="meteen-beantwoord")
    handling = {role.name for role in ROLES.values() if "dossiers.handle_dossier" in role.permissions}
    assert set(step.groups) == handling | {ROLES["onthaal"].name}
