"""The rules of limits by themselves: when, how often, and by whom."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rates import Window, countable
from forms.devices import Device, device_of
from forms.limits import (
    HOUR,
    TEN_MINUTES,
    Kind,
    Reason,
    closed_because,
    disguised,
    is_exempt,
    looks_automatic,
)
from forms.roles import Role
from tests.town import MONDAY

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        ({}, None),
        ({"opens_at": MONDAY + SECOND}, Reason.NOT_YET),
        ({"opens_at": MONDAY}, None),
        ({"closes_at": MONDAY}, Reason.CLOSED),
        ({"closes_at": MONDAY + SECOND}, None),
        ({"maximum": 3, "taken": 2}, None),
        ({"maximum": 3, "taken": 3}, Reason.FULL),
        ({"maximum": 3, "taken": 4}, Reason.FULL),
        ({"taken": 1000}, None),
        ({"closes_at": MONDAY, "maximum": 1, "taken": 1}, Reason.CLOSED),
    ],
)
def test_when_a_form_is_closed(limits: dict, reason: Reason | None) -> None:
    everything = {"opens_at": None, "closes_at": None, "maximum": None, "taken": 0, "at": MONDAY}
    assert closed_because(**(everything | limits)) == reason


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from([HOUR, TEN_MINUTES]),
)
def test_every_moment_is_in_one_window_of_its_day(at: datetime, length: timedelta) -> None:
    window = Window.around(at, length)
    assert window.start <= at < window.end
    assert window.end - window.start == length
    assert Window.around(window.start, length) == Window.around(window.end - SECOND, length) == window
    assert Window.around(window.end, length).start == window.end


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.10", "192.0.2.10"),
        ("::ffff:192.0.2.10", "192.0.2.10"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("127.0.0.1", ""),
        ("::1", ""),
        ("::ffff:127.0.0.1", ""),
        ("", ""),
        ("unix:", ""),
        ("192.0.2.10, 192.0.2.11", ""),
    ],
)
def test_the_part_of_an_address_that_counts(address: str, counted: str) -> None:
    assert countable(address) == counted


def test_a_disguised_address_says_nothing_and_differs_by_window_and_kind() -> None:
    now = Window.around(MONDAY, HOUR)
    later = Window.around(MONDAY + HOUR, HOUR)
    first = disguised("192.0.2.10", Kind.SUBMIT_BY_ADDRESS, now)
    assert first == disguised("192.0.2.10", Kind.SUBMIT_BY_ADDRESS, now)
    others = {
        disguised("192.0.2.11", Kind.SUBMIT_BY_ADDRESS, now),
        disguised("192.0.2.10", Kind.SUBMIT_BY_ADDRESS, later),
        disguised("192.0.2.10", Kind.SUBMIT_BY_BROWSER, now),
    }
    assert len(others | {first}) == 4
    assert "192" not in first or len(first) == 40


def test_the_secret_key_is_needed_to_disguise(settings: object) -> None:
    window = Window.around(MONDAY, HOUR)
    before = disguised("192.0.2.10", Kind.SUBMIT_BY_ADDRESS, window)
    settings.SECRET_KEY = "another"  # type: ignore[attr-defined]
    assert disguised("192.0.2.10", Kind.SUBMIT_BY_ADDRESS, window) != before


@pytest.mark.parametrize(
    ("role", "address", "exempt"),
    [
        (Role.DESK, "198.51.100.1", True),
        (Role.CITIZEN, "198.51.100.1", False),
        (Role.CITIZEN, "192.0.2.77", True),
        (Role.CITIZEN, "::ffff:192.0.2.77", True),
        (Role.CITIZEN, "2001:db8::5", True),
        (Role.CITIZEN, "2001:db8:ffff::5", False),
        (Role.CITIZEN, "", False),
        (Role.ASSOCIATION, "nonsense", False),
    ],
)
def test_who_is_exempt(role: Role, address: str, exempt: bool) -> None:
    assert is_exempt(role=role, address=address, kiosks=["192.0.2.0/24", "2001:db8::/64"]) is exempt


@pytest.mark.parametrize(
    ("changes", "suspect"),
    [
        ({}, False),
        ({"trap": "http://pills.example"}, True),
        ({"trap": "http://pills.example", "has_trap": False}, False),
        ({"trap": "x", "role": Role.DESK}, True),
        ({"at": MONDAY + 2 * SECOND}, True),
        ({"at": MONDAY + 2 * SECOND, "role": Role.DESK}, False),
        ({"at": MONDAY, "minimum_seconds": 0}, False),
        ({"at": MONDAY, "minimum_seconds": None}, False),
    ],
)
def test_what_looks_like_a_program(changes: dict, suspect: bool) -> None:
    someone = {
        "has_trap": True,
        "trap": "",
        "minimum_seconds": 3,
        "started_at": MONDAY,
        "at": MONDAY + 3 * SECOND,
        "role": Role.CITIZEN,
    }
    assert looks_automatic(**(someone | changes)) is suspect


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        ("Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36", Device.PHONE),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Mobile/15E148 Safari/604.1",
            Device.PHONE,
        ),
        ("Mozilla/5.0 (Linux; Android 14; SM-X710) AppleWebKit/537.36 Chrome/131.0 Safari/537.36", Device.TABLET),
        ("Mozilla/5.0 (iPad; CPU OS 12_5 like Mac OS X) Version/12.1 Mobile/15E148 Safari/604.1", Device.TABLET),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0", Device.DESKTOP),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.1 Safari/605.1.15", Device.DESKTOP),
        ("Mozilla/5.0 (Android 14; Tablet; rv:132.0) Gecko/132.0 Firefox/132.0", Device.TABLET),
        ("", Device.DESKTOP),
        ("\x00" * 5000, Device.DESKTOP),
    ],
)
def test_device_by_user_agent(user_agent: str, device: Device) -> None:
    assert device_of(user_agent) == device
