"""Advice: asked of a team or of somebody outside, given once, and the dossier shows no more than it must."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.actors import Actor
from core.models import User
from dossiers.actions import StepRefused, ask_advice, give_advice, withdraw_advice
from dossiers.models import Advice, Dossier, Team
from integrations.models import Delivery
from tests import town

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def green() -> Team:
    return Team.objects.get_or_create(name="Groendienst", defaults={"email": "groen@mortsel.example"})[0]


def asked(dossier: Dossier, **more: object) -> Advice:
    said = {"dossier": dossier, "question": "Mag deze boom weg?", "by": Actor.staff(town.clerk()), "at": timezone.now()}
    return ask_advice(**said | more)


def outside(dossier: Dossier) -> Advice:
    return asked(dossier, outsider="Brandweer Zone 1", email="advies@brandweer.example", due_on=date(2026, 12, 1))


def test_a_team_is_told_where_to_answer() -> None:
    advice = asked(town.report().dossier, team=green())
    mail = Delivery.objects.get(kind="advice").payload
    assert mail["to"] == ["groen@mortsel.example"]
    assert reverse("dossiers:give_advice", args=[advice.dossier_id, advice.pk]) in mail["text"]
    assert "Mag deze boom weg" not in mail["text"]
    assert advice.dossier.events.last().kind == "advice_asked"


@pytest.mark.parametrize(
    ("more", "reason"),
    [({}, "Kies een team"), ({"team": True, "email": "a@b.be"}, "Kies een team"), ({"question": " "}, "wat u wilt")],
)
def test_it_must_be_clear_who_is_asked_and_what(more: dict[str, object], reason: str) -> None:
    dossier = town.report().dossier
    with pytest.raises(StepRefused, match=reason):
        asked(dossier, **({**more, "team": green()} if "team" in more else more))
    assert not Advice.objects.exists()


def test_somebody_outside_sees_the_question_answers_once_and_the_link_is_used_up(client: Client) -> None:
    dossier = town.report().dossier
    advice = outside(dossier)
    page = client.get(advice.address.replace("http://localhost:8000", "")).content.decode()
    assert "Mag deze boom weg?" in page
    assert "Fatima" not in page
    assert "Statielei" not in page
    address = reverse("advice", args=[advice.token])
    client.get(address)
    assert Advice.objects.open().exists()  # opening it changes nothing
    assert client.post(address, {"opinion": "", "answer": "Ja"}).status_code == 422
    assert "Leg uw advies uit" in client.post(address, {"opinion": "negative", "answer": " "}).content.decode()
    assert client.post(address, {"opinion": "conditions", "answer": "Plant een nieuwe."}).status_code == 200
    advice.refresh_from_db()
    assert (advice.opinion, advice.answer, advice.given_by) == ("conditions", "Plant een nieuwe.", None)
    assert client.get(address).status_code == 404
    assert client.post(address, {"opinion": "positive", "answer": ""}).status_code == 404
    kinds = [event.kind for event in dossier.events.all()]
    assert kinds[-2:] == ["advice_given", "follow_up"]


@pytest.mark.parametrize("spoil", ["withdrawn", "old", "forged", "of a team"])
def test_a_link_that_is_not_good_any_more_tells_nothing(client: Client, spoil: str) -> None:
    dossier = town.report().dossier
    advice = asked(dossier, team=green()) if spoil == "of a team" else outside(dossier)
    token = advice.token
    if spoil == "withdrawn":
        withdraw_advice(advice=advice, by=Actor.staff(User.objects.get(username="an")), at=timezone.now())
    elif spoil == "old":
        Advice.objects.filter(pk=advice.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    elif spoil == "forged":
        token = token[:-2] + "xx"
    response = client.get(reverse("advice", args=[token]))
    assert response.status_code == 404
    assert "Mag deze boom weg" not in response.content.decode()


def test_a_colleague_of_the_team_answers_without_seeing_the_dossier(client: Client) -> None:
    dossier = town.report().dossier
    advice = asked(dossier, team=green())
    client.force_login(town.staff("groen", "dossiers.view_dossier", teams=(green(),)))
    assert client.get(dossier.get_absolute_url()).status_code == 404
    assert dossier.number in client.get(reverse("dossiers:advice_list")).content.decode()
    address = reverse("dossiers:give_advice", args=[dossier.pk, advice.pk])
    page = client.get(address).content.decode()
    assert "Mag deze boom weg?" in page
    assert "Fatima" not in page
    response = client.post(address, {"opinion": "positive", "answer": ""})
    assert response["Location"] == reverse("dossiers:advice_list")
    advice.refresh_from_db()
    assert str(advice.given_by) == "groen"


def test_a_colleague_of_another_team_cannot(client: Client) -> None:
    advice = asked(town.report().dossier, team=green())
    client.force_login(town.staff("else", "dossiers.view_dossier"))
    address = reverse("dossiers:give_advice", args=[advice.dossier_id, advice.pk])
    assert client.get(address).status_code == 404
    assert client.post(address, {"opinion": "positive", "answer": ""}).status_code == 404
    assert advice.dossier.number not in client.get(reverse("dossiers:advice_list")).content.decode()


def test_given_and_withdrawn_at_once_ends_one_way() -> None:
    advice = asked(town.report().dossier, team=green())
    by = Actor.staff(town.clerk("bo"))
    give_advice(advice=advice, opinion="positive", answer="", by=by, at=timezone.now())
    with pytest.raises(StepRefused, match="intussen"):
        withdraw_advice(advice=advice, by=by, at=timezone.now())
    with pytest.raises(StepRefused, match="intussen"):
        give_advice(advice=advice, opinion="negative", answer="Toch niet", by=by, at=timezone.now())
    advice.refresh_from_db()
    assert (advice.opinion, advice.withdrawn_at) == ("positive", None)


def test_a_clerk_asks_and_withdraws_on_the_screens(client: Client) -> None:
    dossier = town.report().dossier
    client.force_login(town.clerk())
    address = reverse("dossiers:ask_advice", args=[dossier.pk])
    typed = {"question": "Is dit veilig?", "team": "", "outsider": "", "email": "geen adres"}
    wrong = client.post(address, typed)
    assert wrong.status_code == 422
    assert "Is dit veilig?" in wrong.content.decode()
    client.post(address, typed | {"email": "x@brandweer.example"})
    advice = Advice.objects.get()
    assert advice.asked_of == "x@brandweer.example"
    client.post(reverse("dossiers:withdraw_advice", args=[dossier.pk, advice.pk]))
    advice.refresh_from_db()
    assert advice.withdrawn_at is not None
