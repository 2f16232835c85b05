"""What ``scripts/bench volume`` measures: every list that staff have, also one that is new."""

import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from wagtail.admin.menu import MenuItem, SubmenuMenuItem

from cms.menu import group_items
from cms.volume import screens
from core.models import User
from tests.cms.test_load_volume import load


def test_every_address_of_staff_is_measured_or_is_about_one_row() -> None:
    """A page of one thing, with lists of its own, belongs in PAGES; a form about one row or a button in ONE_ROW."""
    with_parts = [address.name for address in screens.addresses() if address.has_parts]
    pages = [name for name in with_parts if any(re.fullmatch(names, name) for names, _things in screens.PAGES)]
    others = [name for name in with_parts if screens.ONE_ROW.fullmatch(name)]
    assert sorted(set(with_parts)) == sorted({*pages, *others})
    for names, _things in screens.PAGES:
        assert any(re.fullmatch(names, name) for name in with_parts), names


def items(group: SubmenuMenuItem) -> list[MenuItem]:
    found = group.menu.registered_menu_items
    return [each for item in found for each in (items(item) if isinstance(item, SubmenuMenuItem) else [item])]


@pytest.mark.django_db
def test_everything_in_the_menu_is_measured() -> None:
    measured = {screen.path for screen in screens.lists()}
    ours = {address.route for address in screens.addresses()}
    menu = [str(item.url) for group in group_items() for item in items(group)]
    assert len(menu) > 20
    missing = {url for url in menu if re.sub(r"[\^$]", "", url) not in measured}
    assert not {url for url in missing if url.lstrip("/") in {re.sub(r"[\^$]", "", route) for route in ours}}


@pytest.mark.django_db
def test_what_is_measured_opens(client: Client) -> None:
    call_command("demo", stdout=StringIO())
    load(open=20)
    archive = screens.Archive()
    seen: dict[str, set[int]] = {}
    for name in ("beheerder", "coordinator_verenigingen", "gegevensbescherming"):
        user = User.objects.get(username=name)
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        for screen in screens.screens_of(user, archive):
            kind = re.sub(r"=[^&]*| \(.*\)", "", str(screen))
            seen.setdefault(kind, set()).add(client.get(screen.address).status_code)
    assert {name for name, found in seen.items() if 200 not in found} == set()
