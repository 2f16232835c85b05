"""A dossier that only who handles it may read, and who is named in it."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from core.actors import Actor
from core.models import User
from dossiers import actions
from dossiers.actions.handing_over import hand_over_dossiers
from dossiers.models import CallBack, Dossier
from dossiers.permissions import may_handle
from integrations.models import Delivery
from tests import town
from tests.dossiers import talking

pytestmark = pytest.mark.django_db


@pytest.fixture
def an() -> User:
    return town.clerk()


@pytest.fixture
def dossier(an: User) -> Dossier:
    """Handled by An."""
    dossier = town.report(subject="Klacht over een collega").dossier
    Dossier.objects.filter(pk=dossier.pk).update(handler=an)
    dossier.refresh_from_db()
    return dossier


def shield(dossier: Dossier, *readers: User, by: User) -> None:
    dossier.refresh_from_db()
    actions.make_confidential(
        dossier=dossier,
        expected_version=dossier.version,
        reason="Over een collega",
        readers=readers,
        by=Actor.staff(by),
        at=town.MONDAY,
    )
    dossier.refresh_from_db()


def reads(user: User) -> bool:
    return Dossier.objects.visible_to(User.objects.get(pk=user.pk)).exists()


def test_only_the_handler_and_who_is_named(dossier: Dossier, an: User) -> None:
    colleague, nele, boss = town.clerk("bea"), talking.nele(), talking.in_role("Beheerder", "bert")
    assert all(map(reads, (an, colleague, nele, boss)))
    shield(dossier, nele, by=an)
    assert [reads(each) for each in (an, colleague, nele, boss)] == [True, False, True, False]
    assert may_handle(an, dossier)
    assert not may_handle(nele, dossier)  # reads it, and no more
    event = dossier.events.last()
    assert event
    assert (event.kind, event.reason) == ("confidential", "Voor An Claes, Nele Maes.")
    assert "collega" not in event.reason.casefold()  # the reason is for the readers only


def test_the_right_to_all_of_them_reaches_no_further_than_the_own_dossiers(dossier: Dossier, an: User) -> None:
    shield(dossier, by=an)
    trusted = town.staff("tine", "dossiers.view_dossier", "dossiers.view_confidential", teams=(town.team(),))
    elsewhere = town.staff("els", "dossiers.view_dossier", "dossiers.view_confidential", teams=(town.team("Elders"),))
    assert reads(trusted)
    assert not reads(elsewhere)


def test_it_is_on_no_list_of_others(dossier: Dossier, an: User, client: Client) -> None:
    contact = dossier.contacts.get()
    CallBack.objects.create(
        dossier=dossier, contact=contact, phone="0470 12 34 56", about="Bel over de klacht", team=dossier.team,
        from_at=town.MONDAY, until_at=town.MONDAY.replace(hour=12), created_at=town.MONDAY,
    )  # fmt: skip
    boss = talking.in_role("Beheerder", "bert")
    lists = [
        reverse("dossiers:list"),
        f"{reverse('dossiers:list')}?q=collega",
        reverse("dossiers:export_csv"),
        reverse("follow_through:calls"),
        reverse("follow_through:today"),
        f"/beheer/contacten/{dossier.initiator_id}/",
        f"/beheer/contacten/?q={dossier.number}",
        reverse("wagtailadmin_home"),
    ]

    def mentions() -> list[str]:
        client.force_login(boss)
        pages = {address: client.get(address) for address in lists}
        assert all(page.status_code == 200 for page in pages.values())
        said = {
            address: (b"".join(page.streaming_content) if page.streaming else page.content).decode()  # type: ignore[attr-defined]
            for address, page in pages.items()
        }
        return [address for address in lists if dossier.subject in said[address] or "Bel over" in said[address]]

    assert len(mentions()) >= 4
    shield(dossier, by=an)
    assert mentions() == []
    client.force_login(boss)
    assert client.get(dossier.get_absolute_url()).status_code == 404
    client.force_login(an)
    page = client.get(dossier.get_absolute_url()).content.decode()
    assert "Over een collega" in page
    assert "Afgeschermd dossier." in page


def test_who_took_the_contact_reads_no_more_of_it(dossier: Dossier, an: User, client: Client) -> None:
    """Nele sees in "my contacts" that somebody goes on with it, and not how."""
    nele = talking.nele()
    contact = dossier.contacts.get()
    contact.handler = nele
    contact.save()
    address = f"{reverse('follow_through:mine')}?periode=kwartaal"
    client.force_login(nele)
    assert "We hebben uw melding" in client.get(address).content.decode()
    shield(dossier, by=an)
    page = client.get(address).content.decode()
    assert dossier.number in page
    assert "We hebben uw melding" not in page
    assert "Ontvangen" not in page


def test_lifting_it_opens_it_for_the_team(dossier: Dossier, an: User) -> None:
    bea = town.clerk("bea")
    shield(dossier, by=an)
    with pytest.raises(actions.StepRefused):
        actions.lift_confidentiality(
            dossier=dossier, expected_version=dossier.version, reason=" ", by=Actor.staff(an), at=town.MONDAY
        )  # fmt: skip
    actions.lift_confidentiality(
        dossier=dossier, expected_version=dossier.version, reason="Uitgepraat", by=Actor.staff(an), at=town.MONDAY
    )  # fmt: skip
    assert reads(bea)
    dossier.refresh_from_db()
    assert (dossier.confidential_reason, dossier.readers.count()) == ("", 0)
    with pytest.raises(actions.StepRefused):
        actions.lift_confidentiality(
            dossier=dossier, expected_version=dossier.version, reason="Nog eens", by=Actor.staff(an), at=town.MONDAY
        )  # fmt: skip


def test_it_needs_a_reason_and_a_handler(dossier: Dossier, an: User) -> None:
    with pytest.raises(actions.StepRefused):
        actions.make_confidential(
            dossier=dossier, expected_version=1, reason=" ", readers=[], by=Actor.staff(an), at=town.MONDAY
        )  # fmt: skip
    for wrong in ({"confidential_reason": ""}, {"confidential_reason": "x", "handler": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Dossier.objects.filter(pk=dossier.pk).update(is_confidential=True, **wrong)
    shield(dossier, by=an)
    with pytest.raises(actions.StepRefused):
        actions.assign(
            dossier=dossier, expected_version=dossier.version, handler=None, team=dossier.team, by=Actor.staff(an),
            at=town.MONDAY,
        )  # fmt: skip


def test_without_a_handler_it_is_for_who_made_it_confidential(an: User) -> None:
    dossier = town.report().dossier
    shield(dossier, by=an)
    assert dossier.handler == an


def test_the_second_of_two_hears_who_was_first(dossier: Dossier, an: User) -> None:
    shield(dossier, by=an)
    with pytest.raises(actions.Changed):
        actions.make_confidential(
            dossier=dossier, expected_version=1, reason="x", readers=[], by=Actor.staff(an), at=town.MONDAY
        )  # fmt: skip


def test_a_leaver_s_confidential_dossiers_are_read_by_nobody_new(dossier: Dossier, an: User) -> None:
    """Handing over everything takes only those along that the receiver sees already."""
    shield(dossier, by=an)
    open_one = town.report(name="Piet", email="piet@example.org").dossier
    Dossier.objects.filter(pk=open_one.pk).update(handler=an)
    bea, by = town.clerk("bea"), Actor.system("test")
    for to in (None, bea):
        Dossier.objects.filter(pk=open_one.pk).update(handler=an)
        outcome = hand_over_dossiers(holder=an, to=to, by=by, at=town.MONDAY)
        assert outcome.moved == 1
        assert outcome.stayed == ["1 afgeschermd dossier blijft: wie alle afgeschermde dossiers ziet, wijst het toe."]
    dossier.refresh_from_db()
    assert dossier.handler == an
    tine = town.staff(
        "tine",
        "dossiers.view_dossier",
        "dossiers.handle_dossier",
        "dossiers.view_confidential",
        teams=(town.team(),),
    )
    assert hand_over_dossiers(holder=an, to=tine, by=by, at=town.MONDAY).moved == 1


def test_the_citizen_follows_it_as_before(dossier: Dossier, an: User, client: Client) -> None:
    shield(dossier, by=an)
    link = dossier.follow_links.get()
    assert client.get(link.get_absolute_url()).status_code == 200
    assert not any(
        "collega" in str(delivery.payload).casefold() for delivery in Delivery.objects.filter(kind="dossier")
    )


# --- The screens


def form(dossier: Dossier, **more: Any) -> dict[str, Any]:
    return {"version": dossier.version, "reason": "Over een collega"} | more


def test_on_the_page_of_the_dossier(dossier: Dossier, an: User, client: Client) -> None:
    bea = town.clerk("bea")
    client.force_login(an)
    address = reverse("dossiers:make_confidential", args=[dossier.pk])
    assert "Dit dossier afschermen" in client.get(dossier.get_absolute_url()).content.decode()
    wrong = client.post(address, form(dossier, reason=""))
    assert wrong.status_code == 422
    assert "Zeg waarom" in wrong.content.decode()
    assert client.post(address, form(dossier, readers=[bea.pk])).status_code == 302
    dossier.refresh_from_db()
    assert list(dossier.readers.all()) == [bea]
    assert "checked" in client.get(address).content.decode()
    client.force_login(bea)
    assert client.get(dossier.get_absolute_url()).status_code == 200
    assert client.post(address, form(dossier)).status_code == 302  # to the home page: reading is no handling
    dossier.refresh_from_db()
    assert list(dossier.readers.all()) == [bea]
    client.force_login(an)
    assert client.post(address, form(dossier)).status_code == 302  # and now nobody but An
    assert not reads(bea)
    lift = reverse("dossiers:lift_confidentiality", args=[dossier.pk])
    dossier.refresh_from_db()
    assert client.post(lift, form(dossier, reason="Uitgepraat")).status_code == 302
    assert reads(bea)


def test_whoever_shields_it_for_a_colleague_goes_back_to_the_list(dossier: Dossier, client: Client) -> None:
    bea = town.clerk("bea")
    client.force_login(bea)
    answer = client.post(reverse("dossiers:make_confidential", args=[dossier.pk]), form(dossier))
    assert answer.headers["Location"] == reverse("dossiers:list")


def test_who_may_not_handle_it_may_not_shield_it(dossier: Dossier, client: Client) -> None:
    client.force_login(talking.nele())
    for name in ("make_confidential", "lift_confidentiality"):
        answer = client.post(reverse(f"dossiers:{name}", args=[dossier.pk]), form(dossier))
        assert answer.headers["Location"] == "/beheer/"
    dossier.refresh_from_db()
    assert not dossier.is_confidential
