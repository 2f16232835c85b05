"""The demo says what it made, makes it once, and never in production."""

from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.conf import settings
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import TestCase, override_settings
from django.utils import timezone
from wagtail.models import Page, Site

from cms.demo import dossiers, people
from cms.roles import ROLES
from core.models import ClosingDay, User
from dossiers import process_files
from dossiers.actions import look_alikes
from dossiers.milestones import Milestone
from dossiers.models import (
    Advice,
    Dossier,
    LetterTemplate,
    Note,
    Notification,
    ProcessType,
    ProcessVersion,
    SurveyInvitation,
    Task,
    Team,
)
from dossiers.satisfaction import SMALLEST_GROUP
from forms.models import FormDefinition, FormVersion, Submission, Upload
from integrations import health
from integrations.models import Delivery, IncomingMail
from parties.models import Party, PartyNote, Recognition, RecognitionCategory, Representation
from tests.stored import files_in

pytestmark = pytest.mark.django_db

COUNTED = (
    User, Team, ClosingDay, ProcessType, ProcessVersion, LetterTemplate, FormDefinition, FormVersion, Submission,
    Upload, Dossier, Notification, Delivery, Party, Page, Site, SurveyInvitation, Note, Advice, IncomingMail,
    PartyNote, Recognition, RecognitionCategory, Representation,
)  # fmt: skip


def demo() -> str:
    out = StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


class TheDemo(TestCase):
    """Made once: it takes as long as twenty other tests."""

    said: str
    files: Path

    @classmethod
    def setUpClass(cls) -> None:
        cls.files = Path(cls.enterClassContext(TemporaryDirectory()))
        cls.enterClassContext(files_in(cls.files))
        super().setUpClass()

    @classmethod
    def setUpTestData(cls) -> None:
        cls.said = demo()

    def test_the_demo_fills_an_empty_loket(self) -> None:
        reached = set(Dossier.objects.values_list("status__milestone", flat=True))
        assert reached == set(Milestone.values) - {Milestone.WITHDRAWN}
        for address in ("/", "/melding-openbaar-domein/", "/contact/", "/toegankelijkheid/", "/privacy/"):
            assert self.client.get(address).status_code == 200, address
        for form in FormDefinition.objects.all():
            assert self.client.get(form.get_absolute_url()).status_code == 200, form.slug
        assert f"{settings.BASE_URL}/formulieren/melding-openbaar-domein/" in self.said
        assert f"{settings.BASE_URL}/beheer/" in self.said

    def test_every_role_has_an_account_that_works(self) -> None:
        assert {person.role for person in people.PEOPLE} == {name for name, role in ROLES.items() if not role.on_top}
        for person in people.PEOPLE:
            user = authenticate(self.client.get("/").wsgi_request, username=person.username, password=people.PASSWORD)
            assert user is not None
            assert user.is_demo
            assert [group.name for group in user.groups.all()] == [ROLES[person.role].name]
            assert person.username in self.said
        assert people.PASSWORD in self.said

    def test_doing_it_twice_changes_nothing(self) -> None:
        before = {model: model._default_manager.count() for model in COUNTED}
        Team.objects.filter(name="Themaloket ruimte").update(phone="03 000 00 00")

        demo()

        assert before == {model: model._default_manager.count() for model in COUNTED}
        assert Team.objects.get(name="Themaloket ruimte").phone == "03 000 00 00"

    def test_the_demo_shows_life_in_each_process_that_comes_with_loket(self) -> None:
        assert set(ProcessType.objects.values_list("name", flat=True)) == {
            data["name"] for data in process_files.templates().values()
        }
        for process in ProcessType.objects.all():
            running = Dossier.objects.filter(process_version__process_type=process)
            assert running.count() >= 3, process
            assert running.filter(status__milestone="completed").exists(), process
        assert Dossier.objects.overdue(timezone.now()).exists()
        assert Task.objects.open().exists()
        assert Dossier.objects.open().filter(status__pauses=True).exists()
        decision = Dossier.objects.get(status__is_decision=True)
        assert "Els Vandenberghe" in decision.notifications.latest("pk").text

    def test_the_register_looks_like_one_that_is_kept(self) -> None:
        today = timezone.localdate()
        assert list(RecognitionCategory.objects.values_list("code", flat=True)) == ["A", "B", "C", "D"]
        recognised = Recognition.objects.on(today)
        assert recognised.filter(party__identifiers__scheme="vcode").exists()
        assert Recognition.objects.exclude(pk__in=recognised).exists()
        board = Representation.objects.on(today)
        assert board.filter(person__represents__organisation__isnull=False).count() >= 5
        assert Representation.objects.exclude(pk__in=board).exists()
        assert PartyNote.objects.shown().exists()
        rachida = Party.objects.get(name="Rachida Benali")  # also the one of the dossiers
        assert rachida.verifications.exists()
        assert rachida.addresses.count() == 2

    def test_every_citizen_who_gave_an_address_got_a_confirmation(self) -> None:
        for dossier in Dossier.objects.all():
            given = dossier.contacts.earliest("pk").given_email
            if not given:
                continue
            first = dossier.notifications.first()
            assert dossier.number in first.text
            assert first.to == given
            assert "{" not in first.text
            assert first.delivery.state == Delivery.State.QUEUED

    def test_the_same_citizen_is_one_party(self) -> None:
        told = [one.answers.get("naam") for all_told in dossiers.DOSSIERS.values() for one in all_told]
        assert told.count("Rachida Benali") == 3
        names = set(told) - {None}
        assert Party.objects.filter(name__in=names).count() == len(names)

    def test_no_list_of_the_clerk_is_empty(self) -> None:
        self.client.force_login(User.objects.get(username="dossierbehandelaar"))

        for shown in ("te-doen", "over-termijn", "mijn", "wacht-op-burger", "afgehandeld"):
            assert "MEL-" in self.client.get(f"/beheer/dossiers/?toon={shown}").content.decode(), shown

    def test_the_home_page_counts_what_asks_attention(self) -> None:
        self.client.force_login(User.objects.get(username="dossierbehandelaar"))

        panels = self.client.get("/beheer/").content.decode()

        assert "toon=over-termijn" in panels
        assert "uitgaand" not in panels

    def test_the_figures_of_satisfaction_are_shown_for_more_than_one_quarter(self) -> None:
        answered = SurveyInvitation.objects.filter(response__isnull=False)
        assert answered.count() >= 2 * SMALLEST_GROUP
        assert len({(at.year, (at.month - 1) // 3) for at in answered.values_list("asked_at", flat=True)}) > 1

    def test_there_is_something_to_talk_about(self) -> None:
        sofie = User.objects.get(username="dossierbehandelaar2")
        assert Dossier.objects.filter(has_news=True).exists()
        assert Advice.objects.open().filter(team__in=sofie.teams.all()).exists()
        assert Note.objects.filter(mentioned__username="dossierbehandelaar").exists()
        assert set(IncomingMail.objects.values_list("state", flat=True)) == {
            IncomingMail.State.UNLINKED, IncomingMail.State.REPLY,
        }  # fmt: skip
        assert Delivery.objects.filter(connector="print").exists()
        bags = Dossier.objects.get(subject="Vuilniszakken bij de glasbol")
        assert look_alikes(bags, Dossier.objects.all())

    def test_nothing_seems_to_have_waited_for_a_worker(self) -> None:
        assert Delivery.objects.due(timezone.now()).exists()
        assert not health.is_stalled(timezone.now())


@override_settings(PRODUCTION=True)
def test_production_has_no_demo() -> None:

    with pytest.raises(CommandError, match="production"):
        demo()

    assert not User.objects.exists()


def test_the_demo_does_not_touch_a_real_account() -> None:
    real = User.objects.create_user("onthaal", password="a-password-of-its-own")

    with pytest.raises(CommandError, match="onthaal"):
        demo()

    real.refresh_from_db()
    assert real.check_password("a-password-of-its-own")
    assert User.objects.count() == 1
