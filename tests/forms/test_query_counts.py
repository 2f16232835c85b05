"""What a page asks of the database does not grow with the form."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forms.models import Submission
from tests.forms import builder
from tests.forms.builder import EMAIL, NAME, Citizen, question, rule, step, when

pytestmark = [pytest.mark.django_db, pytest.mark.both]

MOST = {"start page": 3, "start": 15, "step": 5, "answering": 8, "check": 5, "sending": 48, "sent": 5}
"""The budget of each page, whatever the number of questions."""


def large(questions: int) -> list[dict[str, Any]]:
    """Three steps with questions of five kinds, half of them with a condition, and who the person is."""
    kinds: list[tuple[str, dict[str, Any]]] = [
        ("yes_no", {}),
        ("text", {}),
        ("number", {}),
        ("choice", {"options": ["Een", "Twee"]}),
        ("long_text", {}),
    ]
    asked: list[dict[str, Any]] = []
    for number in range(questions):
        kind, value = kinds[number % 5]
        more = {"when": when(rule(asked[number - number % 5], "is", "ja"))} if number % 5 in {1, 2} else {}
        asked.append(question(kind, f"Vraag {number}", key=f"v{number}", **value, **more))
    size = questions // 2
    return [step("Een", *asked[:size]), step("Twee", *asked[size:]), step("U", NAME, EMAIL)]


def answer(number: int) -> str:
    return ["ja", "tekst", "3", "een", "verhaal"][number % 5]


def counts(questions: int) -> dict[str, int]:
    """Queries of each page, as a citizen meets them."""
    builder.published_form(*large(questions), slug=f"groot-{questions}", title=f"Groot {questions}")
    citizen = Citizen(f"groot-{questions}")
    start = f"/formulieren/{citizen.slug}/"
    half = questions // 2
    pages = [
        {f"v{number}": answer(number) for number in range(half)},
        {f"v{number}": answer(number) for number in range(half, questions)},
        {"naam": f"An Van{questions}", "email": f"an{questions}@example.org"},  # each another person
    ]
    found: dict[str, int] = {}

    def count(page: str, visit: Callable[[], Any], status: int) -> None:
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            response = visit()
        assert getattr(response, "status_code", status) == status
        found[page] = max(found.get(page, 0), len(queries))

    count("start page", lambda: citizen.client.get(start), 200)
    count("start", citizen.start, 302)
    for number, given in enumerate(pages, start=1):
        count("step", lambda number=number: citizen.get("step", number), 200)  # type: ignore[misc]
        count("answering", lambda number=number, given=given: citizen.fill_in(number, **given), 302)  # type: ignore[misc]
    count("check", lambda: citizen.get("check"), 200)
    count("sending", citizen.send, 302)
    count("sent", lambda: citizen.get("done"), 200)
    assert len(Submission.objects.get(token=citizen.uuid).answers["steps"]) == 3
    return found


def test_queries_do_not_grow_with_the_form() -> None:
    counts(8)  # what a process asks once: the site, the kinds of content
    small, big = counts(10), counts(120)
    assert small == big
    assert {page: count for page, count in big.items() if count > MOST[page]} == {}
