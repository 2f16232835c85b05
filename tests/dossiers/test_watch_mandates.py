"""A mandate that ends: who manages signatories hears it thirty days before and at the end; the home page tells too."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import User
from dossiers.actions import decisions_nobody_may_sign, watch_mandates
from dossiers.models import LetterTemplate, ProcessType, Signatory
from dossiers.process_preview import preview
from integrations.models import Delivery
from tests import town
from tests.dossiers import decisions

pytestmark = [pytest.mark.django_db, pytest.mark.both]

LAST = date(2026, 12, 31)  # a Thursday
EARLY = datetime(2026, 12, 1, 9, 0, tzinfo=town.BRUSSELS)  # thirty days before
END = datetime(2026, 12, 31, 9, 0, tzinfo=town.BRUSSELS)


@pytest.fixture
def manager() -> User:
    return in_role("beheer", "Beheerder")


def in_role(username: str, role: str) -> User:
    user = User.objects.create_user(username, f"{username}@mortsel.example", "a-good-password")
    user.groups.add(Group.objects.get(name=role))
    return user


def mails() -> list[dict[str, Any]]:
    return [delivery.payload for delivery in Delivery.objects.filter(kind="mandate").order_by("pk")]


def test_thirty_days_before_and_on_the_last_day_once_each(manager: User) -> None:
    decisions.letter()
    assert watch_mandates(at=EARLY - timedelta(days=1)) == 0
    assert watch_mandates(at=EARLY) == 1
    assert watch_mandates(at=EARLY + timedelta(hours=1)) == 0
    assert watch_mandates(at=END - timedelta(days=1)) == 0
    assert watch_mandates(at=END) == 1
    assert watch_mandates(at=END + timedelta(hours=1)) == 0
    assert watch_mandates(at=datetime(2027, 1, 4, 9, 0, tzinfo=town.BRUSSELS)) == 0
    before, at_the_end = mails()
    assert before["to"] == at_the_end["to"] == ["beheer@mortsel.example"]
    assert "An Peeters, algemeen directeur loopt af op 31 december 2026." in before["text"]
    assert "loopt vandaag af" in at_the_end["text"]
    assert "- Weigering\n" in before["text"]
    assert reverse("dossiers_signatory_modeladmin_index") in before["text"]


def test_only_who_may_change_signatories_hears_it(manager: User) -> None:
    in_role("nele", "Onthaal")
    in_role("an", "Dossierbehandelaar")
    gone = in_role("weg", "Beheerder")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    decisions.letter()
    assert watch_mandates(at=EARLY) == 1
    assert [mail["to"] for mail in mails()] == [["beheer@mortsel.example"]]


def test_of_several_there_is_one_mail(manager: User) -> None:
    decisions.letter()
    decisions.letter(name="Toelating", signatory=decisions.signatory(name="Bo Claes", valid_until=LAST))
    assert watch_mandates(at=EARLY) == 1
    assert mails()[0]["subject"] == "2 mandaten om te tekenen lopen af"


def test_who_signs_no_decision_is_not_told_of(manager: User) -> None:
    decisions.signatory()
    decisions.letter(signatory=decisions.signatory(name="Bo Claes", valid_until=None))
    assert watch_mandates(at=EARLY) == watch_mandates(at=END) == 0


def test_a_last_day_that_moves_counts_anew(manager: User) -> None:
    decisions.letter()
    watch_mandates(at=EARLY)
    Signatory.objects.update(valid_until=LAST + timedelta(days=90))
    assert watch_mandates(at=END) == 0
    assert watch_mandates(at=END + timedelta(days=62)) == 1


def test_the_end_on_a_weekend_is_told_on_the_first_working_day(manager: User) -> None:
    decisions.letter(signatory=decisions.signatory(valid_until=date(2026, 12, 5)))
    watch_mandates(at=EARLY)
    assert watch_mandates(at=datetime(2026, 12, 5, 9, 0, tzinfo=town.BRUSSELS)) == 0
    assert watch_mandates(at=datetime(2026, 12, 7, 9, 0, tzinfo=town.BRUSSELS)) == 1
    assert "liep af op 5 december 2026" in mails()[-1]["text"]


def test_what_was_never_warned_of_is_told_once_at_the_end(manager: User) -> None:
    decisions.letter()
    assert watch_mandates(at=END) == 1
    assert watch_mandates(at=END + timedelta(hours=2)) == 0


# --- Where an administrator sees it


def ended() -> LetterTemplate:
    """A decision of a published process, of which the mandate ended yesterday."""
    letter = decisions.letter(signatory=decisions.signatory(valid_until=None))
    decisions.process(letter)
    yesterday = timezone.localdate() - timedelta(days=1)
    Signatory.objects.update(valid_from=yesterday - timedelta(days=300), valid_until=yesterday)
    return letter


def home(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.get("/beheer/").content.decode()


def test_the_home_page_names_the_decision_and_leads_to_it(manager: User) -> None:
    letter = ended()
    shown = home(manager)
    assert "De beslissing “Weigering” kan niet vertrekken: het mandaat van An Peeters, algemeen directeur" in shown
    assert reverse("wagtailsnippets_dossiers_lettertemplate:edit", args=[letter.pk]) in shown


def test_others_do_not_see_it(manager: User) -> None:
    ended()
    assert "kan niet vertrekken" not in home(in_role("nele", "Onthaal"))


def test_nothing_is_said_while_it_holds_or_when_no_process_decides_with_it(manager: User) -> None:
    decisions.letter(name="Ontwerp", signatory=None)
    decisions.process(decisions.letter(signatory=decisions.signatory(valid_until=None)))
    assert decisions_nobody_may_sign(timezone.localdate()) == []
    assert "kan niet vertrekken" not in home(manager)


def test_the_preview_of_the_process_says_it_too() -> None:
    ended()
    problems = " ".join(str(problem) for problem in preview(ProcessType.objects.get())["problems"])
    assert "het mandaat van An Peeters geldt niet op" in problems
