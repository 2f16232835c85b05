"""Named checks: refused with the editor's words, or a warning that lets pass."""

from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup

from core.publishing import NotPublishable
from forms.check_blocks import CheckBlock, GroupCheckBlock
from forms.checks import CHECKS, PATTERNS, failures
from tests.forms import builder
from tests.forms.builder import EMAIL, NAME, Citizen, check, group, question, step

pytestmark = [pytest.mark.django_db, pytest.mark.both]

TODAY = date(2026, 11, 24)


def fails(name: str, value: str, answer: Any, **values: Any) -> bool:
    compiled = {"check": name, "value": value, "message": "Fout", "soft": False}
    return bool(failures([compiled], answer, values, TODAY))


TABLE: list[tuple[str, str, Any, bool]] = [
    ("min_length", "3", "ab", True),
    ("min_length", "3", "abc", False),
    ("max_length", "3", "abcd", True),
    ("max_length", "3", "abc", False),
    ("at_least", "5", "4.9", True),
    ("at_least", "5", "5", False),
    ("at_most", "5", "5.1", True),
    ("at_most", "5", "-9", False),
    ("multiple_of", "0.5", "1.25", True),
    ("multiple_of", "0.5", "1.5", False),
    ("not_before", "2026-12-01", "2026-11-30", True),
    ("not_before", "2026-12-01", "2026-12-01", False),
    ("not_after", "2026-12-01", "2026-12-02", True),
    ("not_after", "2026-12-01", "2026-12-01", False),
    ("days_ahead", "10", "2026-12-03", True),
    ("days_ahead", "10", "2026-12-04", False),
    ("within_days", "10", "2026-12-05", True),
    ("within_days", "10", "2026-12-04", False),
    ("in_past", "", "2026-11-24", True),
    ("in_past", "", "2026-11-23", False),
    ("min_chosen", "2", ["a"], True),
    ("min_chosen", "2", ["a", "b"], False),
    ("max_chosen", "1", ["a", "b"], True),
    ("max_chosen", "1", ["a"], False),
    ("pattern", "letters", "Jan de Wit", False),
    ("pattern", "letters", "J4n", True),
    ("pattern", "digits", "123", False),
    ("pattern", "digits", "12a", True),
    ("pattern", "letters_digits", "A1", False),
    ("pattern", "letters_digits", "A 1", True),
    ("pattern", "postcode", "2640", False),
    ("pattern", "postcode", "0640", True),
    ("pattern", "year", "1998", False),
    ("pattern", "year", "2198", True),
    ("pattern", "dossier", "MEL-2026-000123", False),
    ("pattern", "dossier", "mel-1", True),
    ("pattern", "cadastre", "11029B0123/00A000", False),
    ("pattern", "cadastre", "11029", True),
    ("pattern", "web", "https://www.voorbeeld.be/a?b=c", False),
    ("pattern", "web", "javascript:alert(1)", True),
    ("pattern", "digits", "123\n", True),
]


@pytest.mark.parametrize(("name", "value", "answer", "expected"), TABLE)
def test_table(name: str, value: str, answer: Any, expected: bool) -> None:
    assert fails(name, value, answer) is expected


def test_every_check_and_pattern_is_in_the_table() -> None:
    tried = {name for name, _value, _answer, _fails in TABLE} | {"after_question", "from_question", "at_most_question"}
    assert tried == set(CHECKS)
    assert {value for name, value, _answer, _fails in TABLE if name == "pattern"} == set(PATTERNS)


@pytest.mark.parametrize(
    ("name", "answer", "other", "expected"),
    [
        ("after_question", "2026-12-01", "2026-12-01", True),
        ("after_question", "2026-12-02", "2026-12-01", False),
        ("from_question", "2026-11-30", "2026-12-01", True),
        ("from_question", "2026-12-01", "2026-12-01", False),
        ("at_most_question", "6", "5", True),
        ("at_most_question", "5", "5", False),
        ("after_question", "2026-12-01", None, False),
    ],
)
def test_compared_with_another_question(name: str, answer: str, other: str | None, expected: bool) -> None:
    assert fails(name, "ander", answer, ander=other) is expected


@pytest.mark.parametrize("name", list(CHECKS))
def test_no_answer_passes_every_check(name: str) -> None:
    assert not fails(name, "1", None)


@pytest.mark.parametrize("pattern", list(PATTERNS))
def test_pattern_takes_its_own_example_and_no_hostile_text_keeps_it_busy(pattern: str) -> None:
    assert not fails("pattern", pattern, PATTERNS[pattern].example)
    for hostile in ("a" * 200_000, "a " * 100_000, "https://" + "a." * 100_000 + " ", "1" * 200_000 + "x"):
        fails("pattern", pattern, hostile)


# --- On the page


def form(*questions: dict[str, Any]) -> Citizen:
    builder.published_form(step("Vragen", *questions), step("U", NAME, EMAIL))
    return Citizen().start()


def summary(response: Any) -> list[str]:
    return [
        line.get_text(strip=True)
        for line in BeautifulSoup(response.content, "html.parser").select(".govuk-error-summary li")
    ]


def test_editors_words_are_the_error() -> None:
    citizen = form(question("number", "Gasten", key="gasten", checks=[check("at_most", "50", "De zaal is te klein.")]))
    assert summary(citizen.fill_in(1, gasten="51")) == ["De zaal is te klein."]
    assert citizen.fill_in(1, gasten="50").status_code == 302


def test_warning_is_read_once_and_lets_pass() -> None:
    citizen = form(
        question("number", "Gasten", key="gasten", checks=[check("at_most", "50", "Dat is veel.", soft=True)])
    )
    warned = citizen.fill_in(1, gasten="500")
    page = BeautifulSoup(warned.content, "html.parser")
    assert warned.status_code == 200
    assert not summary(warned)
    assert "Dat is veel." in page.select_one("[role=alert]").get_text()
    read = page.find("input", {"name": "gewaarschuwd"})["value"]
    assert citizen.fill_in(1, gasten="600", gewaarschuwd=read).status_code == 200, "another answer, another warning"
    assert citizen.fill_in(1, gasten="500", gewaarschuwd=read).status_code == 302
    assert citizen.draft.answers["gasten"] == "500"
    citizen.fill_in(2, naam="An", email="an@example.org")
    assert citizen.send()["Location"] == citizen.address("done")


@pytest.mark.parametrize(
    ("name", "value", "good", "bad"),
    [
        ("at_least_one", "", {"a": "1"}, {}),
        ("at_most_one", "", {"a": "1"}, {"a": "1", "b": "2"}),
        ("sum_at_most", "10", {"a": "5", "b": "5"}, {"a": "5", "b": "6"}),
        ("sum_at_least", "10", {"a": "5", "b": "5"}, {"a": "5", "b": "4"}),
        ("sum_is", "10", {"a": "4", "b": "6"}, {"a": "4", "b": "5"}),
        ("all_different", "", {"a": "4", "b": "5"}, {"a": "4", "b": "4"}),
    ],
)
def test_group_is_checked_as_one(name: str, value: str, good: dict[str, str], bad: dict[str, str]) -> None:
    parts = [question("number", label, key=label, required=False) for label in ("a", "b")]
    citizen = form(group("Samen", *parts, checks=[check(name, value, "Samen klopt het niet.")]))
    assert summary(citizen.fill_in(1, **bad)) == ["Samen klopt het niet."]
    assert citizen.fill_in(1, **good).status_code == 302


@pytest.mark.parametrize(
    "asked",
    [
        question("text", "X", key="x", checks=[check("at_most", "5")]),
        question("number", "X", key="x", checks=[check("at_most", "veel")]),
        question("number", "X", key="x", checks=[check("at_most", "NaN")]),
        question("text", "X", key="x", checks=[check("pattern", "(a+)+$")]),
        question("date", "X", key="x", checks=[check("not_before", "31/02/2026")]),
        question("date", "X", key="x", checks=[check("after_question", "weg")]),
    ],
)
def test_unsound_check_is_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(NotPublishable):
        form(asked)


@pytest.mark.parametrize("block", [CheckBlock, GroupCheckBlock])
def test_editor_chooses_the_check_before_its_value(block: Any) -> None:
    assert list(block().child_blocks) == ["check", "value", "message", "soft"]
    assert dict(block().child_blocks["check"].field.choices).keys() > {""}
