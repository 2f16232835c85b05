"""Files added to and removed from one form by several requests at once: none lost, none too many."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from forms import actions
from forms.models import Submission, Upload
from integrations.received import MOST_IN_ALL
from integrations.scanning import Scan, Verdict
from tests.forms import builder
from tests.forms.builder import Citizen
from tests.forms.test_files import different, names, paper
from tests.forms.test_submit_concurrency import CLIENTS, at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]


def start(most: int = 20) -> Citizen:
    plans = builder.question("files", "Plannen", key="plannen", max_files=most)
    builder.published_form(
        builder.step("Plannen", builder.WHERE, plans), builder.step("Wie", builder.NAME, builder.EMAIL)
    )
    return Citizen().start()


def tab(citizen: Citizen) -> Client:
    """The same browser, once more: the session is shared, the connection is not."""
    client = Client()
    client.cookies = citizen.client.cookies.copy()
    return client


def add(citizen: Citizen, number: int) -> Any:
    data = {"vraag": "plannen", "plannen": paper(f"{number}.pdf", different(number))}
    return tab(citizen).post(citizen.address("files"), data)


def pointed(citizen: Citizen) -> set[str]:
    return {item["upload"] for item in citizen.draft.answers.get("plannen", [])}


def consistent(citizen: Citizen) -> bool:
    """Every file of the answer is there, and every file that is there is in the answer."""
    return pointed(citizen) == {str(pk) for pk in Upload.objects.values_list("pk", flat=True)}


def test_eight_files_at_once_are_eight_files() -> None:
    citizen = start()
    assert [response.status_code for response in at_once(lambda number: add(citizen, number))] == [200] * CLIENTS
    assert sorted(names(citizen)) == [f"{number}.pdf" for number in range(CLIENTS)]
    assert consistent(citizen)


def test_eight_files_at_once_are_never_more_than_may_be() -> None:
    citizen = start(most=3)
    refused = [response.json()["errors"] for response in at_once(lambda number: add(citizen, number))]
    assert sorted(map(len, refused)) == [0] * 3 + [1] * (CLIENTS - 3)
    assert len(names(citizen)) == 3
    assert consistent(citizen)


def test_same_file_eight_times_at_once_is_there_once() -> None:
    citizen = start()
    at_once(lambda _number: add(citizen, 1))
    assert names(citizen) == ["1.pdf"]
    assert consistent(citizen)


def test_eight_files_at_once_are_never_larger_than_may_be() -> None:
    citizen = start()
    add(citizen, 100)
    size = Upload.objects.get().size
    Upload.objects.update(size=MOST_IN_ALL - 2 * size)  # room for two
    at_once(lambda number: add(citizen, 200 + number))
    assert sum(Upload.objects.values_list("size", flat=True)) <= MOST_IN_ALL
    assert len(names(citizen)) == 3
    assert consistent(citizen)


def test_adding_and_removing_at_once_loses_nothing() -> None:
    citizen = start()
    for number in range(4):
        add(citizen, number)
    there = [item["upload"] for item in citizen.draft.answers["plannen"]]

    def work(number: int) -> Any:
        if number % 2:
            return add(citizen, 10 + number)
        data = {"vraag": "plannen", "verwijder": there[number // 2]}
        return tab(citizen).post(citizen.address("files"), data)

    assert [response.status_code for response in at_once(work)] == [200] * CLIENTS
    assert sorted(names(citizen)) == ["11.pdf", "13.pdf", "15.pdf", "17.pdf"]
    assert consistent(citizen)


def test_file_added_while_the_form_is_sent_is_in_it_or_refused() -> None:
    citizen = start()
    add(citizen, 1)
    citizen.fill_in(1, waar="Hier")
    citizen.fill_in(2, naam="An", email="an@example.org")

    def work(number: int) -> Any:
        return add(citizen, 10 + number) if number else tab(citizen).post(citizen.address("check"))

    at_once(work)
    submission = Submission.objects.get()
    answered = next(a for a in submission.answers["steps"][0]["answers"] if a["key"] == "plannen")["value"]
    assert {item["upload"] for item in answered} == {str(pk) for pk in submission.uploads.values_list("pk", flat=True)}
    assert not Upload.objects.filter(submission__isnull=True).exists()


def test_verdict_while_its_owner_removes_the_file_or_sends_the_form() -> None:
    citizen = start()
    for number in range(4):
        add(citizen, number)
    citizen.fill_in(1, waar="Hier")
    citizen.fill_in(2, naam="An", email="an@example.org")
    uploads = list(Upload.objects.all())

    def work(number: int) -> Any:
        if number < 4:
            verdict = Verdict(Scan.INFECTED, "x") if number % 2 else Verdict(Scan.CLEAN)
            return actions.record_verdict(upload=uploads[number], verdict=verdict, at=timezone.now())
        if number == 4:
            return tab(citizen).post(citizen.address("check"))
        data = {"vraag": "plannen", "verwijder": str(uploads[number % 2].pk)}
        return tab(citizen).post(citizen.address("files"), data)

    at_once(work)
    for upload in Upload.objects.all():
        assert upload.is_infected == (not upload.file)
    assert consistent(citizen) or Submission.objects.exists()
