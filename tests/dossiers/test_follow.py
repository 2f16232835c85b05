"""The page on which a citizen follows a dossier."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from core.actors import Actor
from dossiers.actions import revoke_follow_links, take_step
from dossiers.models import FollowLink
from tests import town

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_the_link_shows_status_date_and_letter(client: Client) -> None:
    opened = town.report()
    page = client.get(opened.follow_link.get_absolute_url())
    assert page.status_code == 200
    text = page.content.decode()
    assert "Ontvangen (burger)" in text
    assert "donderdag 26 november" in text
    assert "We hebben uw melding MEL-2026-000001" in text


def test_the_refusal_and_its_reason_can_be_read_there(client: Client) -> None:
    opened = town.report()
    take_step(
        dossier=opened.dossier,
        step="weigeren",
        expected_version=1,
        reason="Dit is privéterrein.",
        by=Actor.staff(town.clerk()),
        at=town.MONDAY,
    )
    text = client.get(opened.follow_link.get_absolute_url()).content.decode()
    assert "Niet ontvankelijk (burger)" in text
    assert "Dit is privéterrein." in text
    assert "An Claes" not in text  # who handled it is nobody's business


def test_the_page_is_kept_out_of_caches_referrers_and_search_engines(client: Client) -> None:
    page = client.get(town.report().follow_link.get_absolute_url())
    assert "no-store" in page["Cache-Control"]
    assert page["Referrer-Policy"] == "no-referrer"
    assert page["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("damage", ["tail", "signature", "other", "nonsense"])
def test_a_wrong_link_says_so_politely_and_reveals_nothing(client: Client, damage: str) -> None:
    link = town.report().follow_link
    token = {
        "tail": link.token[:-1],
        "signature": link.token.split(".")[0] + ".x",
        "other": f"{town.report(name='Jan').follow_link.id.hex}.{link.token.split('.')[1]}",
        "nonsense": "abc",
    }[damage]
    page = client.get(f"/volg/{token}/")
    assert page.status_code == 404
    assert "Deze link werkt niet" in page.content.decode()
    assert "MEL-2026" not in page.content.decode()


def test_a_revoked_link_and_an_expired_link_answer_just_like_a_wrong_one(client: Client) -> None:
    wrong = client.get("/volg/abc/").content
    opened = town.report()
    FollowLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(opened.follow_link.get_absolute_url()).content == wrong
    new = revoke_follow_links(dossier=opened.dossier, by=Actor.staff(town.clerk()), at=timezone.now())
    assert client.get(opened.follow_link.get_absolute_url()).content == wrong
    assert client.get(new.get_absolute_url()).status_code == 200


def test_following_changes_nothing(client: Client) -> None:
    opened = town.report()
    assert client.post(opened.follow_link.get_absolute_url()).status_code == 405


def test_queries_do_not_grow_with_the_history(client: Client, django_assert_num_queries: object) -> None:
    opened = town.report()
    with django_assert_num_queries(11):  # type: ignore[operator]
        client.get(opened.follow_link.get_absolute_url())
    take_step(dossier=opened.dossier, step="vragen", expected_version=1, by=Actor.staff(town.clerk()), at=town.MONDAY)
    take_step(
        dossier=opened.dossier, step="aanvaarden", expected_version=2, by=Actor.staff(town.clerk("b")), at=town.MONDAY
    )
    with django_assert_num_queries(11):  # type: ignore[operator]
        client.get(opened.follow_link.get_absolute_url())


def test_a_promise_that_was_not_kept_is_admitted(client: Client) -> None:
    late = town.report(at=timezone.now() - timedelta(days=30))
    page = BeautifulSoup(client.get(late.follow_link.get_absolute_url()).content, "html.parser")
    assert [note.get_text(strip=True).split(".")[1].strip() for note in page.select(".govuk-inset-text")] == [
        "Het duurt langer dan we dachten: onze excuses"
    ]
