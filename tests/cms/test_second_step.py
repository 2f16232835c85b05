"""The second step at sign-in: nothing opens before it, no code works twice, and who lost the phone still gets in."""

import base64
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import TOTP

from cms import roles, second_step
from cms.roles import ROLES
from core import second_factor
from core.models import RecoveryCode, SecondFactor, User
from integrations.models import Delivery
from tests.cms.test_sign_in import PASSWORD, member, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.both]

KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
STEP, SET_UP, CODES = "/beheer/tweede-stap/", "/beheer/tweede-stap/instellen/", "/beheer/tweede-stap/herstelcodes/"
ACCOUNT = "/beheer/account/tweede-stap/"


@pytest.fixture
def required(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True


def code_at(moment: datetime, key: str = KEY) -> str:
    totp = TOTP(base64.b32decode(key))
    totp.time = moment.timestamp()
    return f"{totp.token():06d}"


def equipped(user: User, *, before: timedelta = timedelta(minutes=5)) -> list[str]:
    """Somebody who set it up a while ago; the recovery codes."""
    then = timezone.now() - before
    return second_factor.set_up(user, key=KEY, code=code_at(then), at=then)


def shown(response: Any) -> str:
    return BeautifulSoup(response.content, "html.parser").find("main").get_text(" ", strip=True)


def is_in(client: Client) -> bool:
    return bool(client.get("/beheer/").status_code == 200)


# --- Who needs it


@pytest.mark.parametrize(
    ("role", "needs"),
    [
        ("communicatie", False), ("financien", False), ("directie", False),
        ("onthaal", True), ("dossierbehandelaar", True), ("zaalbeheer", True), ("postregistratie", True),
        ("coordinator_verenigingen", True), ("beheerder", True),
    ],
)  # fmt: skip
def test_who_sees_personal_data_needs_it(required: None, role: str, needs: bool) -> None:
    assert second_step.is_required(member(role)) is needs


def test_a_superuser_needs_it(required: None) -> None:
    assert second_step.is_required(User.objects.create_superuser("root"))


def test_the_rights_that_need_none_are_all_known_ones() -> None:
    """A right that nobody thought of asks for the second step; so this list may hold no slip of the pen."""
    known = set().union(roles.ENTER, *(role.permissions | role.pages | role.files for role in ROLES.values()))
    assert known >= second_step.WITHOUT_PERSONAL_DATA
    assert not {right for right in second_step.WITHOUT_PERSONAL_DATA if right.startswith(("parties.", "core."))}


def test_it_can_be_left_optional(settings: Any, client: Client) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    member("dossierbehandelaar")
    sign_in(client, "dossierbehandelaar", PASSWORD)

    assert is_in(client)


# --- Setting it up


def test_after_the_password_it_must_be_set_up_first(required: None, client: Client) -> None:
    member("dossierbehandelaar")

    sign_in(client, "dossierbehandelaar", PASSWORD)

    assert client.get("/beheer/").url == STEP
    assert client.get(STEP).url.startswith(SET_UP)
    page = client.get(SET_UP)
    assert "<svg" in page.content.decode()
    assert "Gegevens van burgers" in shown(page) or "gegevens van burgers" in shown(page)


def set_up_in(client: Client) -> tuple[str, Any]:
    page = BeautifulSoup(client.get(SET_UP).content, "html.parser")
    key = page.select_one(".loket-key code").get_text().replace(" ", "")
    return key, client.post(SET_UP, {"code": code_at(timezone.now(), key)})


def test_setting_up_gives_ten_codes_once_and_opens_the_door(required: None, client: Client) -> None:
    user = member("dossierbehandelaar")
    sign_in(client, "dossierbehandelaar", PASSWORD)

    key, answer = set_up_in(client)

    assert answer.url.startswith(CODES)
    page = BeautifulSoup(client.get(CODES).content, "html.parser")
    codes = [code.get_text() for code in page.select(".loket-codes code")]
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"([a-z2-9]{4}-){2}[a-z2-9]{4}", code) for code in codes)
    assert client.post(CODES).url == "/beheer/"
    assert is_in(client)
    assert client.get(CODES).url == "/beheer/"  # gone
    user.refresh_from_db()
    assert user.second_factor is not None
    assert user.second_factor.key == key
    assert Delivery.objects.get(kind="account").payload["to"] == [user.email]


def test_a_wrong_code_sets_nothing_up_and_keeps_the_key(required: None, client: Client) -> None:
    user = member("dossierbehandelaar")
    sign_in(client, "dossierbehandelaar", PASSWORD)
    before = client.get(SET_UP).content

    answer = client.post(SET_UP, {"code": "12345"})

    assert "past niet bij" in shown(answer)
    user.refresh_from_db()
    assert user.second_factor is None
    key = re.search(rb"<code>([A-Z2-7 ]+)</code>", before)
    assert key
    assert key.group(1) in client.get(SET_UP).content


def test_key_and_codes_do_not_stand_in_clear(required: None, client: Client) -> None:
    user = member("dossierbehandelaar")
    sign_in(client, "dossierbehandelaar", PASSWORD)
    key, _answer = set_up_in(client)
    codes = re.findall(r"<code>([a-z0-9-]+)</code>", client.get(CODES).content.decode())

    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM core_secondfactor")
        assert key not in cursor.fetchone()[0]
        cursor.execute("SELECT digest FROM core_recoverycode")
        kept = "".join(row[0] for row in cursor.fetchall())
    in_session = str(Session.objects.get().get_decoded())
    for code in codes:
        assert code not in kept + in_session
        assert code.replace("-", "") not in kept + in_session
    assert user.pk


# --- Giving a code


def test_the_code_opens_and_leads_where_one_was_going(required: None, client: Client) -> None:
    equipped(member("dossierbehandelaar"))
    sign_in(client, "dossierbehandelaar", PASSWORD)
    asked = client.get("/beheer/dossiers/?toon=mijn")

    assert asked.url == f"{STEP}?next=%2Fbeheer%2Fdossiers%2F%3Ftoon%3Dmijn"
    answer = client.post(asked.url, {"code": code_at(timezone.now())})

    assert answer.url == "/beheer/dossiers/?toon=mijn"
    assert client.get(answer.url).status_code == 200


def test_it_is_asked_of_who_set_it_up_without_having_to(client: Client) -> None:
    equipped(member("communicatie"))
    sign_in(client, "communicatie", PASSWORD)

    assert client.get("/beheer/").url == STEP
    client.post(STEP, {"code": code_at(timezone.now())})
    assert is_in(client)


def test_the_cookie_changes_with_the_second_step(client: Client) -> None:
    equipped(member("onthaal"))
    sign_in(client, "onthaal", PASSWORD)
    before = client.cookies["sessionid"].value

    client.post(STEP, {"code": code_at(timezone.now())})

    assert client.cookies["sessionid"].value != before


@pytest.mark.parametrize("code", ["000000", "", "abc", "12 34", "٣٤٥٦٧٨", "9" * 20])
def test_a_wrong_code_opens_nothing_and_says_so(client: Client, code: str) -> None:
    equipped(member("onthaal"))
    sign_in(client, "onthaal", PASSWORD)

    answer = client.post(STEP, {"code": code})

    assert answer.status_code == 200
    assert BeautifulSoup(answer.content, "html.parser").select_one(".l-error")
    assert not is_in(client)


def test_no_code_works_twice(client: Client) -> None:
    equipped(member("onthaal"))
    code = code_at(timezone.now())
    for visitor, opened in ((client, True), (Client(), False)):
        sign_in(visitor, "onthaal", PASSWORD)
        visitor.post(STEP, {"code": code})
        assert is_in(visitor) is opened


def test_the_code_of_the_half_minute_before_still_works_and_an_older_one_does_not() -> None:
    user = member("onthaal")
    equipped(user)
    now = timezone.now()

    with pytest.raises(second_factor.WrongCode):
        second_factor.verify(user, code_at(now - timedelta(seconds=90)), at=now)
    later = now + timedelta(minutes=1)
    second_factor.verify(user, code_at(later - timedelta(seconds=30)), at=later)


def test_wrong_codes_make_one_wait_longer_each_time() -> None:
    user = member("onthaal")
    equipped(user)
    at = timezone.now()
    for wait in (1, 2, 4, 8):
        with pytest.raises(second_factor.WrongCode):
            second_factor.verify(user, "000000", at=at)
        with pytest.raises(second_factor.TooSoon) as refused:
            second_factor.verify(user, code_at(at), at=at)
        assert refused.value.seconds == wait
        at += timedelta(seconds=wait)
    second_factor.verify(user, code_at(at), at=at)
    assert SecondFactor.objects.get().wrong == 0


def test_the_page_says_how_long_to_wait(client: Client) -> None:
    user = member("onthaal")
    equipped(user)
    sign_in(client, "onthaal", PASSWORD)
    SecondFactor.objects.update(wrong=6, wrong_at=timezone.now())

    answer = client.post(STEP, {"code": code_at(timezone.now())})

    assert "32 seconden" in shown(answer) or "31 seconden" in shown(answer)
    assert not is_in(client)


# --- Recovery codes


def test_a_code_from_paper_opens_once(client: Client) -> None:
    user = member("onthaal")
    codes = equipped(user)
    for visitor, opened in ((client, True), (Client(), False)):
        sign_in(visitor, "onthaal", PASSWORD)
        visitor.post(f"{STEP}?met=herstelcode", {"code": f" {codes[0].upper().replace('-', ' ')}"})
        assert is_in(visitor) is opened
    assert second_factor.codes_left(user) == 9
    assert [mail.payload["to"] for mail in Delivery.objects.filter(kind="account")] == [[user.email]]


def test_with_few_codes_left_loket_says_so(client: Client) -> None:
    codes = equipped(member("onthaal"))
    RecoveryCode.objects.filter(
        pk__in=list(RecoveryCode.objects.order_by("pk").values_list("pk", flat=True)[:7])
    ).update(used_at=timezone.now())
    sign_in(client, "onthaal", PASSWORD)
    client.post(f"{STEP}?met=herstelcode", {"code": codes[-1]})

    assert "nog 2 herstelcodes" in client.get("/beheer/").content.decode()


def test_a_code_from_paper_is_no_code_of_the_app(client: Client) -> None:
    codes = equipped(member("onthaal"))
    sign_in(client, "onthaal", PASSWORD)
    client.post(STEP, {"code": codes[0]})
    client.post(f"{STEP}?met=herstelcode", {"code": code_at(timezone.now())})

    assert not is_in(client)


# --- Nothing before it


@pytest.mark.parametrize(
    "address",
    [
        "/beheer/dossiers/", "/beheer/pages/", "/beheer/images/", "/beheer/users/", "/beheer/account/",
        "/beheer/api/main/pages/", "/beheer/aangemeld/", ACCOUNT, "/beheer/bestaat-niet/", CODES,
    ],
)  # fmt: skip
def test_nothing_within_the_admin_opens_before(required: None, client: Client, address: str) -> None:
    client.force_login(member("beheerder"))

    answer = client.get(address)

    assert (answer.status_code, answer.url.startswith((STEP, "/beheer/"))) == (302, True)
    assert client.get(address, headers={"X-Requested-With": "XMLHttpRequest"}).status_code in {302, 403}
    assert client.post(address).status_code == 302


def test_outside_the_admin_such_a_person_is_nobody(required: None, client: Client) -> None:
    client.force_login(member("beheerder"))

    assert not client.get("/").wsgi_request.user.is_authenticated


def test_who_has_one_cannot_set_up_another_with_the_password_alone(required: None, client: Client) -> None:
    user = member("onthaal")
    equipped(user)
    sign_in(client, "onthaal", PASSWORD)

    assert client.get(SET_UP).url.startswith(STEP)
    client.post(SET_UP, {"code": code_at(timezone.now())})
    user.refresh_from_db()
    assert user.second_factor is not None
    assert user.second_factor.key == KEY
    assert not is_in(client)


def test_an_open_session_stops_when_the_person_gets_to_see_personal_data(required: None, client: Client) -> None:
    user = member("communicatie")
    sign_in(client, "communicatie", PASSWORD)
    assert is_in(client)

    user.groups.add(Group.objects.get(name=ROLES["onthaal"].name))

    assert client.get("/beheer/").url == STEP


def test_one_can_stop_and_sign_in_as_somebody_else(required: None, client: Client) -> None:
    client.force_login(member("onthaal"))

    assert client.post(reverse("second_step_leave")).status_code == 302
    assert "_auth_user_id" not in client.session


# --- The own account


def ready(client: Client, role: str = "onthaal") -> tuple[User, list[str]]:
    """Signed in with both steps."""
    user = member(role)
    codes = equipped(user)
    sign_in(client, role, PASSWORD)
    client.post(STEP, {"code": code_at(timezone.now())})
    return user, codes


def test_the_account_leads_to_it(client: Client) -> None:
    ready(client)

    assert ACCOUNT in client.get("/beheer/account/").content.decode()
    assert "10 herstelcodes" in shown(client.get(ACCOUNT))


@pytest.mark.parametrize("wish", ["codes", "weg", "vervang"])
def test_nothing_changes_without_the_password(client: Client, wish: str) -> None:
    user, _codes = ready(client)
    before = list(RecoveryCode.objects.order_by("pk").values_list("pk", flat=True))
    for password in ("", "verkeerd"):
        assert client.post(ACCOUNT, {"password": password, "doe": wish}).status_code == 200
    assert client.get(SET_UP).url == ACCOUNT

    user.refresh_from_db()
    assert user.second_factor is not None
    assert list(RecoveryCode.objects.order_by("pk").values_list("pk", flat=True)) == before


def test_new_codes_take_the_place_of_the_old_ones(client: Client) -> None:
    user, old = ready(client)

    client.post(ACCOUNT, {"password": PASSWORD, "doe": "codes"})

    new = re.findall(r"<code>([a-z0-9-]+)</code>", client.get(CODES).content.decode())
    assert len(new) == 10
    with pytest.raises(second_factor.WrongCode):
        second_factor.verify_recovery(user, old[0], at=timezone.now())
    second_factor.verify_recovery(user, new[0], at=timezone.now() + timedelta(minutes=1))


def test_another_phone_takes_the_place_of_the_old_one_and_ends_other_sessions(client: Client) -> None:
    user, _codes = ready(client)
    elsewhere = Client()
    sign_in(elsewhere, "onthaal", PASSWORD)
    user.refresh_from_db()
    session = elsewhere.session
    session[second_step.PASSED] = user.second_factor_id
    session.save()
    assert is_in(elsewhere)

    client.post(ACCOUNT, {"password": PASSWORD, "doe": "vervang"})
    key, _answer = set_up_in(client)

    user.refresh_from_db()
    assert user.second_factor is not None
    assert user.second_factor.key == key
    assert SecondFactor.objects.count() == 1
    assert is_in(client)
    assert not is_in(elsewhere)


def test_it_can_be_taken_away_when_it_is_not_required(client: Client) -> None:
    user, _codes = ready(client)

    client.post(ACCOUNT, {"password": PASSWORD, "doe": "weg"})

    user.refresh_from_db()
    assert user.second_factor is None
    assert not SecondFactor.objects.exists()
    assert is_in(client)


def test_taken_away_where_it_is_required_it_must_be_set_up_at_once(required: None, client: Client) -> None:
    ready(client)
    client.post(ACCOUNT, {"password": PASSWORD, "doe": "weg"})

    assert client.get("/beheer/").url == STEP


# --- The administrator


def reset_address(user: User) -> str:
    return reverse("second_step_reset", args=[user.pk])


def test_the_administrator_takes_it_away_of_who_lost_the_phone(client: Client) -> None:
    colleague, _codes = ready(theirs := Client())
    client.force_login(member("beheerder"))
    assert (
        reset_address(colleague) in client.get(reverse("wagtailusers_users:edit", args=[colleague.pk])).content.decode()
    )
    assert client.get(reset_address(colleague)).status_code == 200

    client.post(reset_address(colleague))

    colleague.refresh_from_db()
    assert colleague.second_factor is None
    assert not is_in(theirs)
    mail = Delivery.objects.filter(kind="account").latest("pk").payload
    assert mail["to"] == [colleague.email]
    assert "beheerder" in mail["text"]
    history = client.get(reverse("wagtailusers_users:history", args=[colleague.pk])).content.decode()
    assert "Nam de tweede stap van deze persoon weg" in history


@pytest.mark.parametrize("role", [role for role in ROLES if role != "beheerder"])
def test_nobody_else_takes_it_away(client: Client, role: str) -> None:
    colleague = member("onthaal", "collega")
    equipped(colleague)
    client.force_login(member(role))

    client.post(reset_address(colleague))

    colleague.refresh_from_db()
    assert colleague.second_factor is not None


def test_the_administrator_takes_away_neither_the_own_one_nor_that_of_a_superuser(client: Client) -> None:
    boss = User.objects.create_superuser("baas", email="baas@mortsel.example", password=PASSWORD)
    equipped(boss)
    user, _codes = ready(client, "beheerder")

    for person in (boss, user):
        assert client.post(reset_address(person)).status_code == 404
        person.refresh_from_db()
        assert person.second_factor is not None
