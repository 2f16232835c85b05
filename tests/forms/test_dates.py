"""Dates: what people type in three boxes, and limits that count from today in Brussels."""

import datetime
from typing import Any

import pytest
from django.utils import timezone

from forms.fields import registry
from tests import town
from tests.forms.test_field_types import ask

TODAY = datetime.date(2026, 11, 24)


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half past midnight in Brussels, when the day before is not over yet in UTC."""
    now = datetime.datetime(2026, 11, 24, 0, 30, tzinfo=town.BRUSSELS)
    monkeypatch.setattr(timezone, "now", lambda: now.astimezone(datetime.UTC))


def errors(*parts: str, **value: Any) -> list[str]:
    data = {f"vraag_{number}": part for number, part in enumerate(parts)}
    form = ask("date", **value)[0](data)
    form.is_valid()
    return [str(message) for message in form.errors.get("vraag", [])]


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (("24", "11", ""), "Vul de dag, de maand en het jaar in, zoals 24 11 2026."),
        (("", "11", "2026"), "Vul de dag, de maand en het jaar in, zoals 24 11 2026."),
        (("24", "11", "26"), "Schrijf het jaar met vier cijfers, zoals 2026."),
        (("31", "2", "2026"), "Deze datum bestaat niet. Kijk de dag en de maand na."),
        (("24", "november", "2026"), "Vul een datum in zoals 31 12 2026."),
        (("1", "1", "1066"), "Kijk het jaar na."),
        (("a|b", "1", "2026"), "Vul een datum in zoals 31 12 2026."),
        (("२४x", "11", "2026"), "Vul een datum in zoals 31 12 2026."),
    ],
)
def test_message_says_what_is_wrong(parts: tuple[str, ...], message: str) -> None:
    assert errors(*parts) == [message]


def test_what_was_typed_comes_back() -> None:
    html = str(ask("date")[0]({"vraag_0": "31", "vraag_1": "2", "vraag_2": "2026"})["vraag"])
    assert all(f'value="{part}"' in html for part in ("31", "2", "2026"))


def test_answer_of_another_system_that_is_no_date_comes_back_too() -> None:
    html = str(ask("date")[0]({"vraag": "volgende week"})["vraag"])
    assert 'value="volgende week"' in html


@pytest.mark.parametrize(
    ("value", "good", "bad", "message"),
    [
        ({"side": "future"}, 0, -1, "Vul een datum in vanaf 24 november 2026."),
        ({"side": "past"}, 0, 1, "Vul een datum in tot en met 24 november 2026."),
        ({"days_from": 10}, 10, 9, "Vul een datum in vanaf 4 december 2026."),
        ({"days_until": 30}, 30, 31, "Vul een datum in tot en met 24 december 2026."),
        ({"days_from": 1, "days_until": 2}, 2, 3, "Vul een datum in van 25 november 2026 tot en met 26 november 2026."),
        ({"earliest": "2026-12-01"}, 7, 6, "Vul een datum in vanaf 1 december 2026."),
        ({"latest": "2026-12-01"}, 7, 8, "Vul een datum in tot en met 1 december 2026."),
        ({"earliest": "2026-11-01", "side": "future"}, 0, -1, "Vul een datum in vanaf 24 november 2026."),
        ({"side": "future", "latest": "2026-11-24"}, 0, 1, "Alleen 24 november 2026 is mogelijk."),
    ],
)
def test_limits(today: None, value: dict[str, Any], good: int, bad: int, message: str) -> None:
    for days, expected in ((good, []), (bad, [message])):
        date = TODAY + datetime.timedelta(days)
        assert errors(str(date.day), str(date.month), str(date.year), **value) == expected


def test_limits_count_from_the_day_itself_although_the_form_class_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    for day, expected in ((23, []), (25, ["Vul een datum in vanaf 25 november 2026."])):
        now = datetime.datetime(2026, 11, day, 12, tzinfo=town.BRUSSELS)
        monkeypatch.setattr(timezone, "now", lambda now=now: now)
        assert errors("24", "11", "2026", side="future") == expected


def test_limit_that_has_passed(today: None) -> None:
    assert errors("24", "11", "2026", side="future", latest="2026-11-01") == ["Er is geen datum meer mogelijk."]


def test_birth_date_fills_itself_in() -> None:
    html = str(ask("date", is_birth_date=True)[0]()["vraag"])
    assert all(f'autocomplete="bday-{part}"' in html for part in ("day", "month", "year"))


def test_date_is_shown_in_words_and_exported_for_a_spreadsheet() -> None:
    assert registry["date"].display("2026-11-24", {}) == "24 november 2026"
    assert registry["date"].export("2026-11-24", {}) == {"": "2026-11-24"}


@pytest.mark.parametrize(
    "value",
    [
        {"earliest": "2026-12-01", "latest": "2026-11-01"},
        {"days_from": 10, "days_until": 5},
        {"side": "past", "days_from": 1},
        {"side": "future", "days_until": -1},
        {"is_birth_date": True, "side": "future"},
    ],
)
def test_limits_that_exclude_each_other_are_refused(value: dict[str, Any]) -> None:
    assert len(registry["date"].problems(value, "Hier")) == 1
