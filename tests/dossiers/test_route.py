"""Who gets a new dossier."""

from typing import Any

import pytest

from dossiers.models import Dossier, ProcessVersion, Team
from dossiers.routing import first_match
from tests import town

ROADS = {"fact": "soort", "value": "Wegdek", "place": "", "team": "1", "assign": "nobody"}
PARK = {"fact": "", "value": "", "place": "park", "team": "2", "assign": "nobody"}


@pytest.mark.parametrize(
    ("facts", "place", "expected"),
    [
        ({"soort": "wegdek"}, "", ROADS),
        ({"soort": "WEGDEK"}, "In het park", ROADS),
        ({"soort": ["groen", "wegdek"]}, "", ROADS),
        ({"soort": "groen"}, "In het Park", PARK),
        ({"soort": "groen"}, "Statielei", None),
        ({}, "", None),
        ({"soort": None}, "", None),
    ],
)
def test_the_first_route_of_which_everything_holds(facts: dict[str, Any], place: str, expected: Any) -> None:
    assert first_match([ROADS, PARK], facts=facts, place=place) == expected


def test_the_words_of_a_choice_and_its_key_are_one_answer() -> None:
    route = ROADS | {"value": "Wegdek, voetpad of fietspad".replace(",", "")}
    assert first_match([route], facts={"soort": "wegdek-voetpad-of-fietspad"}, place="") == route


def routed(**route: Any) -> ProcessVersion:
    value = {"fact": "", "value": "", "place": "", "assign": "nobody"} | route
    return town.published(town.draft_melding(routes=[{"type": "route", "value": value}]))


@pytest.mark.django_db
@pytest.mark.both
def test_a_new_dossier_goes_to_the_team_of_its_route() -> None:
    green = town.team("Groendienst")
    version = routed(fact="soort", value="groen", team=str(green.pk))
    there = town.report(process_version=version, facts={"soort": "groen"}).dossier
    elsewhere = town.report(process_version=version, facts={"soort": "wegdek"}).dossier
    assert (there.team, there.handler) == (green, None)
    assert elsewhere.team == town.team()


@pytest.mark.django_db
@pytest.mark.both
def test_the_least_busy_colleague_gets_it_and_who_left_or_may_not_handle_never() -> None:
    team = town.team()
    busy, free = town.clerk("an"), town.clerk("bo", first_name="Bo")
    gone = town.clerk("cis")
    gone.is_active = False
    gone.save()
    town.staff("reader", "dossiers.view_dossier", teams=(team,))
    version = routed(team=str(team.pk), assign="least_busy")
    assert town.report(process_version=version).dossier.handler == busy
    assert town.report(process_version=version).dossier.handler == free
    assert town.report(process_version=version).dossier.handler == busy


@pytest.mark.django_db
@pytest.mark.both
def test_finished_dossiers_keep_nobody_busy() -> None:
    an, bo = town.clerk("an"), town.clerk("bo", first_name="Bo")
    version = routed(team=str(town.team().pk), assign="least_busy")
    done = town.report(process_version=version).dossier
    Dossier.objects.filter(pk=done.pk).update(status=version.statuses.get(key="niet-ontvankelijk"))
    assert town.report(process_version=version).dossier.handler == an
    assert town.report(process_version=version).dossier.handler == bo


@pytest.mark.django_db
@pytest.mark.both
def test_a_team_that_was_removed_since_leaves_the_dossier_with_the_process_types_team() -> None:
    green = town.team("Groendienst")
    version = routed(team=str(green.pk))
    Team.objects.filter(pk=green.pk).delete()
    assert town.report(process_version=version).dossier.team == town.team()
