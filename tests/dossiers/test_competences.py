"""What a team may with the dossiers of a process: see, handle, decide, configure. And a process that is closed."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from core.actors import Actor
from core.models import User
from dossiers import actions
from dossiers.actions import May
from dossiers.models import Competence, Dossier, ProcessType, Team
from dossiers.permissions import handlers_for, may_be_given, may_correct, may_handle, steps_for
from tests import town
from tests.dossiers import decisions, talking

pytestmark = pytest.mark.django_db

OTHER = "Milieudienst"


@pytest.fixture
def dossier() -> Dossier:
    return town.report().dossier


@pytest.fixture
def eva() -> User:
    """Handles dossiers, in another team."""
    return town.staff(
        "eva",
        "dossiers.view_dossier",
        "dossiers.handle_dossier",
        teams=(town.team(OTHER),),
        first_name="Eva",
        last_name="Peeters",
    )


def allow(dossier: Dossier, *, closed: bool = False, team: str = OTHER, **verbs: bool) -> None:
    actions.set_competences(
        process_type=dossier.process_version.process_type,
        may={town.team(team): May(**verbs)} if verbs else {},
        closed=closed,
        by=Actor.system("test"),
        at=town.MONDAY,
    )


def seen(user: User) -> bool:
    return Dossier.objects.visible_to(user).exists()


# --- Seeing and handling


def test_without_a_row_another_team_sees_nothing(dossier: Dossier, eva: User) -> None:
    assert not seen(eva)
    assert not may_handle(eva, dossier)
    assert eva not in handlers_for([dossier])


def test_a_team_that_sees_reads_and_does_nothing_else(dossier: Dossier, eva: User, client: Client) -> None:
    allow(dossier, see=True)
    client.force_login(eva)
    assert client.get(dossier.get_absolute_url()).status_code == 200
    assert not may_handle(eva, dossier)
    assert steps_for(eva, dossier) == []
    assert client.get(reverse("dossiers:step", args=[dossier.pk, "aanvaarden"])).status_code == 302  # to the home page
    assert client.post(reverse("dossiers:add_task", args=[dossier.pk]), {"text": "Bel"}).status_code == 302
    assert not dossier.tasks.exists()
    with pytest.raises(actions.StepRefused):
        actions.take_step(
            dossier=dossier, step="aanvaarden", expected_version=1, by=Actor.staff(eva), at=town.MONDAY
        )  # fmt: skip
    assert eva not in handlers_for([dossier])
    assert not may_be_given(eva, dossier, dossier.team)


@pytest.mark.parametrize("asked", [{"wat": "toewijzen", "handler": "niemand"}, {"wat": "overdragen"}])
def test_who_only_reads_gives_it_to_nobody_from_the_list(
    dossier: Dossier, eva: User, client: Client, asked: dict[str, str]
) -> None:
    allow(dossier, see=True)
    Dossier.objects.filter(pk=dossier.pk).update(handler=town.clerk())
    client.force_login(eva)
    chosen = {"kies": f"{dossier.pk}-{dossier.version}", "bevestig": "1", "team": town.team(OTHER).pk}
    page = client.post(reverse("dossiers:together"), chosen | asked)
    assert "U behandelt dit dossier niet." in page.content.decode()
    before = dossier.team
    dossier.refresh_from_db()
    assert (dossier.team, str(dossier.handler)) == (before, "An Claes")


def test_a_team_that_handles_may_be_given_it_and_takes_steps(dossier: Dossier, eva: User) -> None:
    allow(dossier, handle=True)
    assert seen(eva)
    assert may_handle(eva, dossier)
    assert eva in handlers_for([dossier])
    actions.take_step(dossier=dossier, step="aanvaarden", expected_version=1, by=Actor.staff(eva), at=town.MONDAY)
    dossier.refresh_from_db()
    assert dossier.handler == eva


def test_a_row_gives_no_right_that_the_role_does_not_have(dossier: Dossier) -> None:
    reader = town.staff("rik", "dossiers.view_dossier", teams=(town.team(OTHER),))
    allow(dossier, handle=True, decide=True)
    assert seen(reader)
    assert not may_handle(reader, dossier)
    assert steps_for(reader, dossier) == []
    stranger = town.staff("sam", teams=(town.team(OTHER),))
    assert not seen(stranger)


def test_another_process_stays_out_of_sight(dossier: Dossier, eva: User) -> None:
    allow(dossier, handle=True)
    version = town.published(town.draft_melding(name="Andere melding", prefix="AND"))
    other = town.report(process_version=version).dossier
    assert list(Dossier.objects.visible_to(eva)) == [dossier]
    assert not may_handle(eva, other)


# --- Closed to other teams


def test_a_closed_process_is_not_for_who_sees_every_team(dossier: Dossier, client: Client) -> None:
    nele, everywhere = talking.nele(), talking.in_role("Beheerder", "bert")
    assert seen(nele)
    allow(dossier, closed=True)
    assert not seen(nele)
    assert not seen(everywhere)
    assert everywhere not in handlers_for([dossier])
    assert not may_be_given(everywhere, dossier, dossier.team)
    client.force_login(nele)
    assert client.get(dossier.get_absolute_url()).status_code == 404
    assert seen(town.clerk())  # of the team that has it
    allow(dossier, closed=False)
    assert seen(nele)


def test_a_closed_process_is_open_for_a_team_that_was_named(dossier: Dossier, eva: User) -> None:
    allow(dossier, closed=True, see=True)
    assert seen(eva)
    assert not seen(talking.nele())


# --- Deciding


def test_as_soon_as_one_team_decides_others_only_prepare(eva: User) -> None:
    """“Weigeren” is a decision; the others are not."""
    dossier = town.report(process_version=decisions.process()).dossier
    an = town.clerk()
    refuse: dict[str, Any] = {
        "dossier": dossier, "step": "weigeren", "expected_version": 1, "at": town.MONDAY,
        "reason": decisions.REASON, "facts": decisions.FACTS,
    }  # fmt: skip
    assert "weigeren" in [step.key for step in steps_for(an, dossier)]
    allow(dossier, decide=True)
    assert [step.key for step in steps_for(an, dossier)] == ["aanvaarden", "vragen"]
    assert "weigeren" in [step.key for step in steps_for(eva, dossier)]
    with pytest.raises(actions.StepRefused, match=OTHER):  # whom to ask
        actions.take_step(**refuse, by=Actor.staff(an))
    actions.take_step(**refuse, by=Actor.staff(eva))
    wrong = dossier.events.get(to_status="niet-ontvankelijk")
    assert not may_correct(an, wrong)  # what was decided is undone by who decides
    assert may_correct(eva, wrong)


def test_whoever_decides_handles(dossier: Dossier) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Competence.objects.create(
            process_type=dossier.process_version.process_type, team=town.team(OTHER), decide=True
        )  # fmt: skip


# --- Configuring


def test_a_team_configures_one_process_and_no_other(dossier: Dossier, eva: User, client: Client) -> None:
    mine = dossier.process_version.process_type
    other = town.draft_melding(name="Andere melding", prefix="AND")
    client.force_login(eva)
    edit = ProcessType.snippet_viewset.get_url_name("edit")
    listing = reverse(ProcessType.snippet_viewset.get_url_name("list"))
    assert client.get(listing).status_code == 302
    allow(dossier, configure=True)
    page = client.get(listing).content.decode()
    assert mine.name in page
    assert other.name not in page
    for name in ("edit", "history", "unpublish", "usage"):
        address = ProcessType.snippet_viewset.get_url_name(name)
        assert client.get(reverse(address, args=[mine.pk])).status_code == 200, name
        assert client.get(reverse(address, args=[other.pk])).status_code == 302, name
    for name in ("move", "export_process"):
        assert client.get(reverse(f"dossiers:{name}", args=[mine.pk])).status_code == 200, name
        assert client.get(reverse(f"dossiers:{name}", args=[other.pk])).status_code == 302, name
    assert client.get(reverse("dossiers:new_process")).status_code == 302
    assert client.get(reverse("dossiers:competence", args=[mine.pk])).status_code == 302  # not its own powers
    assert client.get(reverse(edit, args=[mine.pk])).status_code == 200
    assert client.get(reverse(ProcessType.snippet_viewset.get_url_name("delete"), args=[mine.pk])).status_code == 302


# --- The screens


def test_the_page_of_a_process_writes_just_what_is_ticked(dossier: Dossier, client: Client) -> None:
    client.force_login(talking.in_role("Beheerder", "bert"))
    process = dossier.process_version.process_type
    team = town.team(OTHER)
    address = reverse("dossiers:competence", args=[process.pk])
    assert OTHER in client.get(address).content.decode()
    answer = client.post(address, {"mag": [f"{team.pk}-decide", "999-see", "x"], "gesloten": "on"})
    assert answer.status_code == 302
    row = Competence.objects.get()
    assert (row.team, row.handle, row.decide, row.configure) == (team, True, True, False)
    assert ProcessType.objects.get(pk=process.pk).closed
    overview = client.get(reverse("dossiers:competences")).content.decode()
    assert "gesloten voor andere teams" in overview
    assert f"{OTHER}: ziet, behandelt, beslist" in overview
    client.post(address, {})
    assert not Competence.objects.exists()
    assert ModelLogEntry.objects.filter(action=actions.competences.CHANGED).count() == 2


def test_saving_the_same_writes_no_history(dossier: Dossier) -> None:
    allow(dossier, see=True)
    allow(dossier, see=True)
    assert ModelLogEntry.objects.filter(action=actions.competences.CHANGED).count() == 1


@pytest.mark.parametrize("role", ["Dossierbehandelaar", "Onthaal", "Communicatie", "Directie"])
def test_who_may_do_what_is_for_administrators(dossier: Dossier, client: Client, role: str) -> None:
    client.force_login(talking.in_role(role, "iemand"))
    process: Any = dossier.process_version.process_type
    for address in (reverse("dossiers:competences"), reverse("dossiers:competence", args=[process.pk])):
        assert client.get(address).status_code == 302
        assert client.post(address, {"gesloten": "on"}).status_code in {302, 405}
    assert not Team.objects.filter(competences__isnull=False).exists()


def test_reading_what_one_sees_costs_one_query(dossier: Dossier, eva: User, django_assert_num_queries: Any) -> None:
    allow(dossier, closed=True, handle=True)
    eva = User.objects.get(pk=eva.pk)
    eva.get_all_permissions()
    with django_assert_num_queries(2):  # what reaches this person, and the dossiers
        list(Dossier.objects.visible_to(eva))
