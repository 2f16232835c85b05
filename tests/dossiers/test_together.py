"""Several dossiers at once: each for itself, with a line that says what came of it."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from core.actors import Actor
from core.models import User
from dossiers.actions import assign, take_step
from dossiers.models import Dossier, LetterTemplate
from integrations.models import Delivery
from tests import town

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def user() -> User:
    return town.clerk()


@pytest.fixture
def an(user: User) -> Client:
    return sign_in(user)


@pytest.fixture
def piet() -> User:
    return town.clerk("piet", first_name="Piet", last_name="Maes")


def sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def three() -> list[Dossier]:
    return [town.report(name=name, email=f"{name}@example.org").dossier for name in ("Ann", "Bert", "Cas")]


def send(client: Client, dossiers: list[Dossier], what: str, status: int = 200, **values: object) -> BeautifulSoup:
    kies = [f"{dossier.pk}-1" for dossier in dossiers]
    response = client.post(reverse("dossiers:together"), {"kies": kies, "wat": what, "lijst": "toon=mijn", **values})
    assert response.status_code == status
    return BeautifulSoup(response.content, "html.parser")


def do(client: Client, dossiers: list[Dossier], what: str, status: int = 200, **values: object) -> BeautifulSoup:
    return send(client, dossiers, what, status, bevestig="1", **values)


def lines(page: BeautifulSoup) -> list[str]:
    return [line.get_text() for line in page.select(".l-outcome")]


def test_nothing_happens_before_it_is_confirmed(an: Client, user: User) -> None:
    dossiers = three()
    for what in ("toewijzen", "overdragen", "stap"):
        page = send(an, dossiers, what, handler=user.pk, step="aanvaarden")
        assert [value["value"] for value in page.select("[name=kies]")] == [f"{each.pk}-1" for each in dossiers]
        assert page.select_one("[name=lijst]")["value"] == "toon=mijn"  # type: ignore[index]
    assert set(Dossier.objects.values_list("version", flat=True)) == {1}


def test_assigning_to_a_colleague(an: Client, piet: User) -> None:
    dossiers = three()
    page = do(an, dossiers, "toewijzen", handler=piet.pk)
    assert lines(page) == ["Gedaan", "Gedaan", "Gedaan"]
    assert "Gelukt voor 3 dossiers" in page.get_text()
    assert set(Dossier.objects.values_list("handler__username", "version")) == {("piet", 2)}
    assert page.find("a", string="Terug naar de lijst")["href"].endswith("?toon=mijn")  # type: ignore[index]


def test_each_line_says_what_came_of_its_dossier_and_nothing_is_half(an: Client, user: User, piet: User) -> None:
    ok, taken, own = three()
    take_step(dossier=taken, step="vragen", expected_version=1, by=Actor.staff(piet), at=town.MONDAY)
    Dossier.objects.filter(pk=own.pk).update(handler=user)
    page = do(an, [ok, taken, own], "toewijzen", handler=user.pk)
    assert lines(page) == ["Gedaan", "Intussen gewijzigd door Piet Maes.", "Dit was al zo."]
    assert "Gelukt voor 1 van de 3 dossiers" in page.get_text()
    assert [Dossier.objects.get(pk=each.pk).version for each in (ok, taken, own)] == [2, 2, 1]
    assert Dossier.objects.get(pk=taken.pk).handler == piet


def test_sending_the_same_page_again_changes_nothing_more(an: Client, piet: User) -> None:
    dossiers = three()
    do(an, dossiers, "toewijzen", handler=piet.pk)
    assert set(lines(do(an, dossiers, "toewijzen", handler="niemand"))) == {"Intussen gewijzigd door An Claes."}
    assert set(Dossier.objects.values_list("handler__username", flat=True)) == {"piet"}


def test_handing_over_lists_what_one_no_longer_sees_without_a_link(an: Client) -> None:
    dossiers = three()
    page = do(an, dossiers, "overdragen", team=town.team("Leven").pk)
    assert lines(page) == ["Gedaan", "Gedaan", "Gedaan"]
    assert dossiers[0].number in page.get_text()
    assert not page.select(".l-outcomes a")
    assert set(Dossier.objects.values_list("team__name", flat=True)) == {"Leven"}


def test_handing_over_to_the_same_team_takes_nobodys_work_away(an: Client, user: User) -> None:
    dossier = town.report().dossier
    Dossier.objects.update(handler=user)
    assert lines(do(an, [dossier], "overdragen", team=town.team().pk)) == ["Dit was al zo."]
    assert Dossier.objects.get().handler == user


def test_only_colleagues_of_every_team_involved_are_offered(user: User, piet: User) -> None:
    leven = town.team("Leven")
    leven.members.add(user)
    first, second = (town.report(name=name).dossier for name in ("Ann", "Bert"))
    Dossier.objects.filter(pk=second.pk).update(team=leven)
    page = send(sign_in(user), [first, second], "toewijzen")
    assert [option.get_text() for option in page.select("#id_handler option")] == ["Ikzelf", "Niemand"]
    do(sign_in(user), [first, second], "toewijzen", 422, handler=piet.pk)
    assert set(Dossier.objects.values_list("version", flat=True)) == {1}


# --- Steps


def test_a_step_for_all_sends_each_its_own_letter(an: Client) -> None:
    dossiers = three()
    page = send(an, dossiers, "stap")
    assert [radio["value"] for radio in page.select("[name=step]")] == ["aanvaarden", "weigeren", "vragen"]
    assert "Dag Ann" in page.select_one(".l-letter__text").get_text()  # type: ignore[union-attr]
    before = Delivery.objects.count()
    assert lines(do(an, dossiers, "stap", step="aanvaarden")) == ["Gedaan"] * 3
    letters = Delivery.objects.order_by("pk")[before:]
    assert [letter.payload["to"] for letter in letters] == [[f"{name}@example.org"] for name in ("Ann", "Bert", "Cas")]


def test_one_reason_for_all(an: Client) -> None:
    dossiers = three()
    page = do(an, dossiers, "stap", 422, step="weigeren", reason=" ")
    assert "Geef een reden" in page.select_one("#id_reason_error").get_text()  # type: ignore[union-attr]
    assert page.select_one("[value=weigeren]").has_attr("checked")  # type: ignore[union-attr]
    assert lines(do(an, dossiers, "stap", step="weigeren", reason="Privéterrein.")) == ["Gedaan"] * 3
    letters = [delivery.payload["text"] for delivery in Delivery.objects.all()]
    assert sum("Privéterrein." in letter for letter in letters) == 3


def test_only_steps_that_all_share_are_offered(an: Client, piet: User) -> None:
    first, second, _third = three()
    take_step(dossier=second, step="vragen", expected_version=1, by=Actor.staff(piet), at=town.MONDAY)
    page = send(an, [first, second], "stap")
    assert [radio["value"] for radio in page.select("[name=step]")] == ["aanvaarden", "weigeren"]
    take_step(dossier=second, step="aanvaarden", expected_version=2, by=Actor.staff(piet), at=town.MONDAY)
    page = send(an, [first, second], "stap")
    assert not page.select("[name=step], [name=bevestig]")
    assert "geen stap die al deze dossiers samen kunnen zetten" in page.get_text()
    do(an, [first, second], "stap", step="aanvaarden")
    assert Dossier.objects.get(pk=first.pk).version == 1


def test_a_step_of_the_same_name_in_another_process_is_another_step(an: Client) -> None:
    melding = town.published(town.draft_melding())
    other = town.published(town.draft_melding(name="Ander", prefix="AND"))
    dossiers = [town.report(process_version=version).dossier for version in (melding, other)]
    assert not send(an, dossiers, "stap").select("[name=step]")


def test_a_decision_is_taken_dossier_by_dossier(an: Client) -> None:
    dossiers = three()
    LetterTemplate.objects.update(is_decision=True)
    page = send(an, dossiers, "stap")
    assert [radio["value"] for radio in page.select("[name=step]")] == ["vragen"]  # the one without a letter
    assert "Een beslissing neemt u per dossier." in page.get_text()
    do(an, dossiers, "stap", 422, step="aanvaarden")
    assert set(Dossier.objects.values_list("version", flat=True)) == {1}


# --- Who, and how many


@pytest.mark.parametrize("values", [{"kies": []}, {"kies": ["x", "1", "-", "1-x"]}, {"kies": ["99-1"]}])
def test_choosing_nothing_leads_back_to_the_list(an: Client, values: dict[str, list[str]]) -> None:
    town.report()
    response = an.post(reverse("dossiers:together"), {"wat": "toewijzen", "lijst": "toon=mijn", **values}, follow=True)
    assert response.redirect_chain == [("/beheer/dossiers/?toon=mijn", 302)]
    assert "Kies eerst een of meer dossiers." in response.content.decode()


def test_at_most_a_hundred_at_once(an: Client) -> None:
    town.report()
    kies = [f"{key}-1" for key in range(1, 102)]
    response = an.post(reverse("dossiers:together"), {"wat": "toewijzen", "kies": kies}, follow=True)
    assert "Kies ten hoogste 100 dossiers tegelijk." in response.content.decode()


def test_what_one_may_not_see_is_not_there(user: User) -> None:
    own, hidden, _third = three()
    Dossier.objects.filter(pk=hidden.pk).update(team=town.team("Leven"))
    page = do(sign_in(user), [own, hidden], "toewijzen", handler=user.pk)
    assert lines(page) == ["Gedaan"]
    assert hidden.number not in page.get_text()
    assert Dossier.objects.get(pk=hidden.pk).handler is None


def test_who_may_only_look_cannot(user: User) -> None:
    dossiers = three()
    looks = sign_in(town.staff("els", "dossiers.view_dossier", teams=(town.team(),)))
    looks.post(reverse("dossiers:together"), {"kies": [f"{dossiers[0].pk}-1"], "wat": "toewijzen", "bevestig": "1"})
    assert sign_in(user).get(reverse("dossiers:together")).status_code == 405
    assert set(Dossier.objects.values_list("version", flat=True)) == {1}


def test_bulk_assign_counts_as_any_other_change(an: Client, piet: User) -> None:
    """The version in the list is that of the page: who assigned meanwhile wins."""
    dossier = town.report().dossier
    assign(dossier=dossier, expected_version=1, handler=piet, team=town.team(), by=Actor.staff(piet), at=town.MONDAY)
    assert lines(do(an, [dossier], "stap", step="aanvaarden")) == ["Intussen gewijzigd door Piet Maes."]
