"""A form in which nothing is done closes in its browser; what was filled in stays, for whoever it is of."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.actors import Actor
from dossiers.models import Dossier
from forms import hold, resuming
from forms.fields import registry
from forms.fields.base import Retention
from forms.keeping import KEPT
from forms.models import FormVersion, Upload
from forms.typed import FOR_WHOM
from integrations.models import Delivery
from tests.forms import builder
from tests.forms.builder import Citizen
from tests.forms.test_resume import last_link, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def version() -> FormVersion:
    return builder.published_form()


def idle(citizen: Citizen, time: timedelta) -> Citizen:
    """As if this browser last did something so long ago."""
    uuid = UUID(citizen.uuid)
    citizen.client.cookies[f"{hold.PREFIX}{uuid.hex}"] = hold.cookie_value(uuid, timezone.now() - time)
    return citizen


def timed_out(citizen: Citizen) -> Citizen:
    return idle(citizen, settings.FORM_TIMEOUT + timedelta(seconds=1))


def test_each_page_keeps_the_form_open(version: FormVersion) -> None:
    citizen = Citizen().start()
    for _page in range(3):
        idle(citizen, settings.FORM_TIMEOUT - timedelta(minutes=1))
        assert citizen.get("step", 1).status_code == 200


def test_after_the_time_out_no_page_shows_an_answer(version: FormVersion) -> None:
    citizen = Citizen().start().fill_in_everything(foto=builder.picture())
    upload = Upload.objects.get()
    assert citizen.client.get(reverse("forms:picture", args=[upload.pk])).status_code == 200
    timed_out(citizen)
    for page, args in (("step", (1,)), ("step", (3,)), ("check", ()), ("save", ()), ("saved", ()), ("done", ())):
        response = citizen.get(page, *args)
        assert response["Location"] == citizen.address("closed")
    assert citizen.send()["Location"] == citizen.address("closed")
    assert citizen.client.get(reverse("forms:picture", args=[upload.pk])).status_code == 404
    text = text_of(citizen.get("closed"))
    assert "60 minuten" in text
    for secret in ("Fatima", "fatima@example.org", "Statielei", "gevallen"):
        assert secret not in text
    assert citizen.get("check").status_code == 302  # looking at it opened nothing
    assert citizen.draft.submitted_at is None


def test_what_is_posted_too_late_is_kept_and_overwrites_no_answer(version: FormVersion) -> None:
    citizen = Citizen().start()
    citizen.fill_in(1, wat="losse-tegel", verhaal="Het oude verhaal")
    timed_out(citizen)
    response = citizen.fill_in(1, wat="losse-tegel", verhaal="Een lang nieuw verhaal")
    assert response["Location"] == citizen.address("closed") + "?bewaard"
    text = text_of(citizen.client.get(response["Location"]))
    assert "Ook wat u net typte, is bewaard." in text
    assert "verhaal" not in text
    assert citizen.draft.answers["verhaal"] == "Het oude verhaal"
    assert citizen.client.post(citizen.address("closed"))["Location"] == citizen.address("step", 1)
    assert "Een lang nieuw verhaal" in citizen.get("step", 1).content.decode()


def test_while_nothing_says_whose_it_is_one_click_opens_it(version: FormVersion) -> None:
    citizen = timed_out(Citizen().start())
    assert citizen.client.post(citizen.address("closed"))["Location"] == citizen.address("step", 1)
    assert citizen.get("step", 1).status_code == 200


def test_a_form_whose_link_went_to_somebody_opens_by_that_link(version: FormVersion) -> None:
    citizen = Citizen().start()
    citizen.client.post(citizen.address("save"), {"email": "ann@example.org"})
    timed_out(citizen)
    assert "Ga verder met het formulier" not in text_of(citizen.get("closed"))
    assert citizen.client.post(citizen.address("closed"), {"said": "ann@example.org"}).status_code == 200
    assert citizen.get("step", 1)["Location"] == citizen.address("closed")
    assert citizen.client.post(last_link())["Location"] == citizen.address("step", 1)
    assert citizen.get("step", 1).status_code == 200


@pytest.mark.parametrize("said", ["fatima@example.org", " Fatima@Example.ORG "])
def test_else_the_citizen_says_one_thing_that_was_filled_in(version: FormVersion, said: str) -> None:
    citizen = timed_out(Citizen().start().fill_in_everything())
    assert "Wat is uw e-mailadres?" in text_of(citizen.get("closed"))
    response = citizen.client.post(citizen.address("closed"), {"said": said})
    assert response["Location"] == citizen.address("check")
    assert citizen.get("check").status_code == 200


def test_a_phone_number_may_be_written_in_another_way() -> None:
    builder.published_form(
        builder.step("Wie", builder.NAME, builder.question("phone", "Uw nummer", is_own=True, key="tel"))
    )
    citizen = Citizen().start()
    citizen.fill_in(1, naam="An", tel="0470 12 34 56")
    timed_out(citizen)
    assert citizen.client.post(citizen.address("closed"), {"said": "+32 470/12.34.56"}).status_code == 302
    assert citizen.get("check").status_code == 200


def test_typed_contact_data_protect_too(version: FormVersion) -> None:
    citizen = Citizen().start()
    citizen.client.post(citizen.address("step", 3), {"naam": "Fatima", "email": "", "bewaren": "1"})
    timed_out(citizen)
    assert citizen.client.post(citizen.address("closed")).status_code == 200
    assert citizen.client.post(citizen.address("closed"), {"said": "fatima"}).status_code == 302


@pytest.mark.parametrize("said", ["", "jan@example.org", "x" * 255])
def test_the_wrong_person_stays_outside(version: FormVersion, said: str) -> None:
    citizen = timed_out(Citizen().start().fill_in_everything())
    response = citizen.client.post(citizen.address("closed"), {"said": said})
    assert response.status_code == 200
    assert b'class="govuk-error-message"' in response.content
    assert citizen.get("check")["Location"] == citizen.address("closed")


def test_guessing_ends_after_five_and_the_link_remains(version: FormVersion) -> None:
    citizen = timed_out(Citizen().start().fill_in_everything())
    for number in range(resuming.WRONG_ANSWERS):
        response = citizen.client.post(citizen.address("closed"), {"said": f"jan{number}@example.org"})
    assert "id_said" not in response.content.decode()
    assert citizen.client.post(citizen.address("closed"), {"said": "fatima@example.org"}).status_code == 200
    assert citizen.get("check")["Location"] == citizen.address("closed")
    response = citizen.client.post(citizen.address("closed"), {"stuur": "1"})
    assert response["Location"] == citizen.address("closed") + "?verstuurd"
    assert "fatima" not in text_of(citizen.client.get(response["Location"]))
    assert Delivery.objects.get().payload["to"] == ["fatima@example.org"]
    assert citizen.client.post(last_link())["Location"] == citizen.address("check")
    assert citizen.draft.wrong_answers == 0


def test_without_an_address_no_link_is_offered(version: FormVersion) -> None:
    citizen = timed_out(Citizen().start())
    assert "Stuur mij de link" not in text_of(citizen.get("closed"))
    citizen.client.post(citizen.address("closed"), {"stuur": "1", "email": "dief@example.org"})
    assert not Delivery.objects.exists()


def test_the_link_goes_where_the_last_one_went(version: FormVersion) -> None:
    citizen = Citizen().start().fill_in_everything()
    resuming.send_resume_link(
        draft=citizen.draft, email="werk@example.org", by=Actor.citizen(), at=timezone.now() - timedelta(hours=2)
    )
    timed_out(citizen)
    citizen.client.post(citizen.address("closed"), {"stuur": "1"})
    assert Delivery.objects.latest("pk").payload["to"] == ["werk@example.org"]
    refused = citizen.client.post(citizen.address("closed"), {"stuur": "1"})
    assert "Wacht een minuut" in text_of(refused)


def test_sensitive_answers_are_asked_again_after_a_time_out(version: FormVersion, monkeypatch: Any) -> None:
    monkeypatch.setattr(registry["place"], "retention", Retention.SENSITIVE)
    citizen = timed_out(Citizen().start().fill_in_everything())
    response = citizen.client.post(citizen.address("closed"), {"said": "fatima@example.org"})
    assert response["Location"] == citizen.address("step", 2)


def test_a_closed_form_that_was_sent_shows_no_number(version: FormVersion) -> None:
    citizen = Citizen().start().fill_in_everything()
    citizen.send()
    timed_out(citizen)
    text = text_of(citizen.get("done"), 410)
    assert "U hebt dit formulier al verstuurd" in text
    assert "MEL-" not in text
    assert citizen.client.get(citizen.address("answers_pdf")).status_code == 410


def test_the_start_page_leads_a_closed_form_to_the_question(version: FormVersion) -> None:
    citizen = timed_out(Citizen().start().fill_in_everything())
    page = citizen.client.get(reverse("forms:start", args=[citizen.slug])).content.decode()
    assert f'href="{citizen.address("closed")}"' in page
    assert "Fatima" not in page


def test_after_a_week_the_browser_knows_nothing_any_more(version: FormVersion) -> None:
    citizen = idle(Citizen().start(), KEPT + timedelta(minutes=1))
    assert citizen.get("step", 1).status_code == 404
    assert citizen.get("closed").status_code == 404


def test_a_purged_form_is_lost_politely(version: FormVersion) -> None:
    citizen = Citizen().start()
    citizen.draft.delete()
    assert "niet open" in text_of(citizen.get("step", 1), 404)


# --- What theme/timeout.js does


def test_extending_keeps_what_is_typed(version: FormVersion) -> None:
    citizen = idle(Citizen().start(), settings.FORM_TIMEOUT - timedelta(minutes=1))
    response = citizen.client.post(citizen.address("keep"), {"stap": "3", "naam": "Fatima", "email": "fat"})
    assert response.status_code == 204
    assert 'value="fat"' in citizen.get("step", 3).content.decode()


def test_the_end_keeps_what_is_typed_and_closes(version: FormVersion) -> None:
    citizen = Citizen().start()
    citizen.client.post(citizen.address("keep"), {"stap": "1", "wat": "losse-tegel", "verhaal": "Mooi", "einde": "1"})
    assert citizen.draft.answers["verhaal"] == "Mooi"
    assert citizen.get("step", 1)["Location"] == citizen.address("closed")


def test_a_computer_that_slept_keeps_what_is_typed(version: FormVersion) -> None:
    citizen = timed_out(Citizen().start())
    response = citizen.client.post(citizen.address("keep"), {"stap": "1", "verhaal": "Mooi"})
    assert response["Location"] == citizen.address("closed") + "?bewaard"
    assert "Mooi" in str(citizen.draft.typed)


@pytest.mark.parametrize("number", ["", "0", "99", "-1", "²", "1e3", "9" * 40])
def test_a_step_that_does_not_exist_keeps_nothing(version: FormVersion, number: str) -> None:
    citizen = Citizen().start()
    assert citizen.client.post(citizen.address("keep"), {"stap": number, "wat": "gat"}).status_code == 204
    assert citizen.draft.typed == {}


def test_only_by_post_and_with_a_token(version: FormVersion) -> None:
    citizen = Citizen().start()
    assert citizen.get("keep").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = citizen.client.cookies
    assert strict.post(citizen.address("keep"), {"stap": "1"}).status_code == 403


# --- The page that asks on whose behalf


@pytest.fixture
def for_another() -> Citizen:
    """Somebody who is at the page that asks for which organisation."""
    builder.published_form(on_behalf="may")
    citizen = Citizen()
    started = citizen.client.post(reverse("forms:start", args=[citizen.slug]), {"acting_for": "organisation"})
    citizen.uuid = started["Location"].split("/")[3]
    return citizen


KWB = {"name": "KWB Mortsel", "number": "0403.019.261", "function": "voorzitter"}


def boxes(citizen: Citizen) -> dict[str, str]:
    """What stands in the boxes of that page."""
    page = BeautifulSoup(citizen.get("on_behalf").content, "html.parser")
    assert not page.select(".govuk-error-message:not([hidden])")
    return {name: page.find("input", {"name": name}).get("value", "") for name in KWB}


@pytest.mark.parametrize("given", [KWB, {"name": "KWB Mortsel", "number": "0403.", "function": ""}])
def test_for_whom_posted_too_late_is_kept_and_there_again(for_another: Citizen, given: dict[str, str]) -> None:
    citizen = timed_out(for_another)
    response = citizen.client.post(citizen.address("on_behalf"), {**given, "csrfmiddlewaretoken": "x", "vreemd": "y"})
    assert response["Location"] == citizen.address("closed") + "?bewaard"
    text = text_of(citizen.client.get(response["Location"]))
    assert "Ook wat u net typte, is bewaard." in text
    assert "KWB" not in text
    assert set(citizen.draft.typed[FOR_WHOM]) == set(KWB), "and nothing else"
    assert citizen.draft.on_behalf is None
    opened = citizen.client.post(citizen.address("closed"))
    assert citizen.client.get(opened["Location"])["Location"] == citizen.address("on_behalf")
    assert boxes(citizen) == given
    assert "Dit typte u eerder" in text_of(citizen.get("on_behalf"))
    citizen.client.post(citizen.address("on_behalf"), KWB)
    assert citizen.draft.typed == {}
    assert citizen.get("step", 1).status_code == 200


def test_for_whom_posted_too_late_overwrites_nothing_and_is_not_passed_over(for_another: Citizen) -> None:
    citizen = for_another
    citizen.client.post(citizen.address("on_behalf"), KWB)
    citizen.fill_in_everything()
    timed_out(citizen)
    citizen.client.post(citizen.address("on_behalf"), KWB | {"name": "Chiro", "function": "leider"})
    assert citizen.draft.on_behalf["name"] == "KWB Mortsel"
    assert citizen.client.post(citizen.address("closed"), {"said": "Chiro"}).status_code == 200, "that is no person"
    assert citizen.client.post(citizen.address("closed"), {"said": "fatima@example.org"}).status_code == 302
    assert citizen.get("check")["Location"] == citizen.address("on_behalf")
    assert citizen.send()["Location"] == citizen.address("step", 1)
    assert citizen.draft.submitted_at is None
    story = citizen.fill_in(1, wat="losse-tegel", verhaal="Uit een ander tabblad")
    assert story["Location"] == citizen.address("step", 2), "another tab loses nothing"
    assert citizen.draft.answers["verhaal"] == "Uit een ander tabblad"
    assert boxes(citizen)["name"] == "Chiro"
    citizen.client.post(citizen.address("on_behalf"), KWB | {"name": "Chiro", "function": "leider"})
    assert citizen.send()["Location"] == citizen.address("done")
    assert Dossier.objects.get().initiator.name == "Chiro"


def test_name_of_the_organisation_does_not_open_the_form() -> None:
    """Also when a question of the form has the same key as a box of that page."""
    citizen = Citizen("naam-als-sleutel")
    own = builder.question("text", "Uw naam", purpose="name", key="name")
    builder.published_form(builder.step("Wie", own, builder.EMAIL), slug=citizen.slug, title="Andere", on_behalf="must")
    started = citizen.client.post(reverse("forms:start", args=[citizen.slug]), {"acting_for": "organisation"})
    citizen.uuid = started["Location"].split("/")[3]
    timed_out(citizen)
    citizen.client.post(citizen.address("on_behalf"), KWB)
    assert resuming.own_question(citizen.draft) is None


@pytest.mark.parametrize("slept", [False, True])
def test_script_keeps_what_is_typed_about_for_whom(for_another: Citizen, slept: bool) -> None:
    citizen = timed_out(for_another) if slept else for_another
    response = citizen.client.post(citizen.address("keep"), {"namens": "1", "name": "KWB", "einde": "1"})
    assert response.status_code == (302 if slept else 204)
    assert citizen.get("on_behalf")["Location"] == citizen.address("closed")
    citizen.client.post(citizen.address("closed"))
    assert boxes(citizen) == {"name": "KWB", "number": "", "function": ""}


def test_for_whom_of_a_form_for_oneself_keeps_nothing(version: FormVersion) -> None:
    citizen = Citizen().start()
    assert citizen.client.post(citizen.address("keep"), {"namens": "1", "name": "KWB"}).status_code == 204
    assert citizen.draft.typed == {}


# --- The cookie


def test_the_cookie_is_signed_and_kept_from_scripts(version: FormVersion) -> None:
    citizen = Citizen().start()
    cookie = citizen.client.cookies[f"{hold.PREFIX}{UUID(citizen.uuid).hex}"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/formulieren/")
    assert cookie["max-age"] == KEPT.total_seconds()


def test_a_forged_or_exchanged_cookie_opens_nothing(version: FormVersion) -> None:
    owner, thief = Citizen().start(), Citizen().start()
    name = f"{hold.PREFIX}{UUID(owner.uuid).hex}"
    thief_value = thief.client.cookies[f"{hold.PREFIX}{UUID(thief.uuid).hex}"].value
    thief.uuid = owner.uuid
    for value in ("", "x", thief_value, f"{UUID(owner.uuid).hex}-9999999999.x", owner.uuid):
        thief.client.cookies[name] = value
        assert thief.get("step", 1).status_code == 404
    thief.client.cookies[f"{hold.PREFIX}geen-sleutel"] = "x"
    assert thief.client.get(reverse("forms:start", args=[owner.slug])).status_code == 200


def test_the_oldest_forms_make_room(version: FormVersion) -> None:
    citizen = Citizen()
    first = citizen.start().uuid
    idle(citizen, timedelta(minutes=5))
    for _form in range(hold.AT_MOST):
        citizen.start()
    held = [name for name, cookie in citizen.client.cookies.items() if name.startswith(hold.PREFIX) and cookie.value]
    assert len(held) == hold.AT_MOST
    citizen.uuid = first
    assert citizen.get("step", 1).status_code == 404


def test_a_cookie_of_an_unknown_form_is_lost_not_an_error(version: FormVersion) -> None:
    citizen = Citizen()
    citizen.uuid = str(uuid4())
    idle(citizen, timedelta(0))
    assert citizen.get("step", 1).status_code == 404
