"""Letters on paper: batches that never overlap and never print twice in silence."""

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pypdfium2
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection
from django.test import Client
from django.utils import timezone

from core.models import AccessLog, User
from integrations import printing
from integrations.actions import deliver, queue, withdraw
from integrations.connectors.base import PermanentFailure
from integrations.connectors.print import PrintConnector
from integrations.models import Delivery, PrintBatch, PrintJob
from integrations.sheets import NotAsSent, sheets
from tests import town

pytestmark = [pytest.mark.django_db, pytest.mark.both]

AT = town.MONDAY
PAYLOAD = {
    "recipient": "An Claes\nStatielei 10\n2640 Mortsel",
    "reference": "MEL-2026-000001",
    "subject": "Uw melding is klaar",
    "text": "Dag An\n\nHet is klaar.",
}


def job(number: int = 1, **changes: Any) -> PrintJob:
    PrintConnector().deliver(PAYLOAD | {"subject": f"Brief {number}"} | changes, f"letter:{number}")
    return PrintJob.objects.get(key=f"letter:{number}")


def printer(name: str = "els") -> User:
    return town.staff(name, "integrations.print_letters")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def pages(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    return [page.get_textpage().get_text_bounded() for page in document]


def test_a_letter_that_is_delivered_twice_is_printed_once() -> None:
    connector = PrintConnector()
    first, again = connector.deliver(PAYLOAD, "letter:1"), connector.deliver(PAYLOAD, "letter:1")
    assert first == again
    assert PrintJob.objects.get().text == "Dag An\n\nHet is klaar."


def test_nothing_to_print_is_a_failure() -> None:
    with pytest.raises(PermanentFailure):
        PrintConnector().deliver(PAYLOAD | {"text": ""}, "letter:1")


def test_a_batch_takes_what_waits_longest_and_leaves_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "MOST", 2)
    jobs = [job(number) for number in (1, 2, 3)]
    batch = printing.make_batch(by=printer(), at=AT)
    assert list(batch.jobs.order_by("pk")) == jobs[:2]
    assert list(PrintJob.objects.waiting()) == jobs[2:]


def test_without_letters_there_is_no_batch() -> None:
    with pytest.raises(printing.NothingWaits):
        printing.make_batch(by=printer(), at=AT)
    assert not PrintBatch.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_clerks_at_once_get_different_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "MOST", 5)
    for number in range(20):
        job(number)
    people = [printer(f"p{number}") for number in range(8)]
    barrier = Barrier(8)

    def make(person: User) -> list[int]:
        barrier.wait()
        try:
            return list(printing.make_batch(by=person, at=AT).jobs.values_list("pk", flat=True))
        except printing.NothingWaits:
            return []
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        taken = [pk for batch in pool.map(make, people) for pk in batch]
    assert len(taken) == len(set(taken))
    while PrintJob.objects.waiting():
        taken += printing.make_batch(by=people[0], at=AT).jobs.values_list("pk", flat=True)
    assert len(taken) == len(set(taken)) == 20


def test_every_letter_begins_on_a_new_sheet_with_its_address_and_number() -> None:
    job(1)
    job(2, text="Lang.\n\n" * 60)
    job(3)
    found = pages(sheets(PrintJob.objects.order_by("pk")))
    begins = [number for number, page in enumerate(found) if "2640 Mortsel" in page and "Brief" in page]
    assert len(begins) == 3
    assert all(number % 2 == 0 for number in begins)
    assert "Statielei 10" in found[0]
    assert "MEL-2026-000001" in found[0]
    assert found[1].strip() == ""


def test_every_letter_says_whom_to_call_and_where_to_come() -> None:
    """Who gave no e-mail address and no mobile number answers by phone or at the desk."""
    (page, _back) = pages(sheets([job(1)]))
    words = " ".join(page.split())
    assert "Wilt u antwoorden of ons iets bezorgen? Bel ons op 03 444 17 17 of kom langs: Stadsplein 1" in words
    assert "Hou uw nummer MEL-2026-000001 bij de hand." in words
    (page, _back) = pages(sheets([job(2, reference="")]))
    assert "Hou uw nummer" not in " ".join(page.split())


def test_a_letter_that_was_made_before_is_printed_as_it_was_made() -> None:
    made = sheets([job(1, text="Het besluit.")])
    path = storages["private"].save("brieven/1.pdf", ContentFile(made))
    decision = job(2, pdf={"path": path, "sha256": hashlib.sha256(made).hexdigest()}, text="anders")
    address, back, printed, *_rest = pages(sheets([decision]))
    assert "2640 Mortsel" in address
    assert back.strip() == ""
    assert printed == pages(made)[0]
    decision.pdf_sha256 = "0" * 64
    with pytest.raises(NotAsSent):
        sheets([decision])


def test_what_somebody_typed_opens_no_file_and_runs_nothing() -> None:
    evil = job(
        1, text='<img src="file:///etc/passwd"><link rel=stylesheet href="https://x.example">', reference='"}</style>'
    )
    assert '<img src="file:///etc/passwd">' in " ".join(pages(sheets([evil]))[0].split())


def test_printing_is_told_where_the_message_is() -> None:
    delivery = queue(connector="print", kind="dossier", key="letter:1", payload=PAYLOAD, at=AT)
    Delivery.objects.filter(pk=delivery.pk).update(state="sent", sent_at=AT, next_try_at=None)
    job(1)
    delivery.refresh_from_db()
    assert delivery.state_label == "af te drukken"
    batch = printing.make_batch(by=printer(), at=AT)
    printing.mark_printed(batch=batch, by=batch.made_by, at=AT)
    delivery.refresh_from_db()
    assert delivery.state_label == "afgedrukt op 23 november 2026"


@pytest.mark.django_db(transaction=True)
def test_the_worker_puts_the_letter_ready() -> None:
    delivery = queue(connector="print", kind="dossier", key="letter:1", payload=PAYLOAD, at=AT)
    deliver(delivery.pk, at=AT)
    delivery.refresh_from_db()
    assert (delivery.state, PrintJob.objects.get().subject) == ("sent", "Uw melding is klaar")


# --- The screens ------------------------------------------------------------------------------------------------------


def test_the_way_of_a_batch_over_the_screens() -> None:
    job(1)
    els = signed_in(printer())
    assert "Brief 1" in els.get("/beheer/afdrukken/").content.decode()
    page = els.post("/beheer/afdrukken/stapel/").headers["Location"]
    assert "Open de brieven (PDF)" in els.get(page).content.decode()
    pdf = els.get(f"{page}pdf/")
    assert pdf["Content-Type"] == "application/pdf"
    assert len(pages(pdf.content)) == 2
    els.post(f"{page}afgedrukt/")
    batch = PrintBatch.objects.get()
    assert (batch.printed_by.username, batch.times) == ("els", 1)

    # A second time only by saying so.
    refused = els.get(f"{page}pdf/", follow=True)
    assert [message.level_tag for message in refused.context["messages"]] == ["success", "warning"]
    [warning] = els.post(f"{page}afgedrukt/", follow=True).context["messages"]
    assert warning.level_tag == "warning"
    els.post(f"{page}opnieuw/")
    assert "Opgelet" in els.get(page).content.decode()
    assert els.get(f"{page}pdf/").status_code == 200
    els.post(f"{page}afgedrukt/")
    batch.refresh_from_db()
    assert batch.times == 2
    actions = set(AccessLog.objects.filter(model="integrations.printbatch").values_list("action", flat=True))
    assert actions == {"view", "download", "print", "print again"}


def test_an_address_is_put_right_before_the_envelope_is_made() -> None:
    one = job(1, recipient="An Claes")
    els = signed_in(printer())
    assert "nog geen adres" in els.get("/beheer/afdrukken/").content.decode()
    address = f"/beheer/afdrukken/brief/{one.pk}/adres/"
    assert els.post(address, {"recipient": " "}).status_code == 422
    els.post(address, {"recipient": "An Claes\r\n\r\n Statielei 10 \r\n2640 Mortsel"})
    one.refresh_from_db()
    assert one.recipient == "An Claes\nStatielei 10\n2640 Mortsel"
    els.post("/beheer/afdrukken/stapel/")
    els.post(address, {"recipient": "Iemand anders"})
    one.refresh_from_db()
    assert one.recipient.startswith("An Claes")


def test_a_second_clerk_who_comes_too_late_is_told() -> None:
    job(1)
    els = signed_in(printer())
    els.post("/beheer/afdrukken/stapel/")
    response = els.post("/beheer/afdrukken/stapel/", follow=True)
    assert [message.level_tag for message in response.context["messages"]] == ["info"]


def test_a_letter_that_was_changed_behind_our_back_is_not_printed() -> None:
    path = storages["private"].save("brieven/1.pdf", ContentFile(b"iets anders"))
    job(1, pdf={"path": path, "sha256": "0" * 64})
    els = signed_in(printer())
    page = els.post("/beheer/afdrukken/stapel/").headers["Location"]
    assert [message.level_tag for message in els.get(f"{page}pdf/", follow=True).context["messages"]] == ["error"]


def test_the_room_costs_the_same_for_one_letter_and_for_many(django_assert_max_num_queries: Callable[..., Any]) -> None:
    els = signed_in(printer())
    for number in range(3):
        job(number)
        batch = printing.make_batch(by=User.objects.get(username="els"), at=timezone.now())
        if number:
            printing.mark_printed(batch=batch, by=batch.made_by, at=timezone.now())
    job(10)
    els.get("/beheer/afdrukken/")
    with django_assert_max_num_queries(25) as few:
        els.get("/beheer/afdrukken/")
    for number in range(11, 30):
        job(number)
    with django_assert_max_num_queries(len(few)):
        els.get("/beheer/afdrukken/")


def test_without_the_right_there_is_no_letter_to_see_and_none_to_print() -> None:
    one = job(1)
    batch = printing.make_batch(by=printer(), at=AT)
    other = signed_in(town.clerk())
    for page in ("", f"stapel/{batch.pk}/", f"stapel/{batch.pk}/pdf/", f"brief/{one.pk}/adres/"):
        assert other.get(f"/beheer/afdrukken/{page}").status_code == 302
    for act in ("stapel/", f"stapel/{batch.pk}/afgedrukt/", f"stapel/{batch.pk}/opnieuw/"):
        other.post(f"/beheer/afdrukken/{act}")
    batch.refresh_from_db()
    assert batch.printed_at is None


def test_a_link_prints_nothing() -> None:
    job(1)
    els = signed_in(printer())
    batch = printing.make_batch(by=User.objects.get(username="els"), at=AT)
    for act in ("stapel/", f"stapel/{batch.pk}/afgedrukt/", f"stapel/{batch.pk}/opnieuw/"):
        assert els.get(f"/beheer/afdrukken/{act}").status_code == 405


def test_a_letter_that_is_in_no_batch_yet_can_be_withdrawn() -> None:
    late, early = (
        queue(connector="print", kind="dossier", key=f"letter:{number}", payload=PAYLOAD, at=AT) for number in (1, 2)
    )
    Delivery.objects.update(state="sent", sent_at=AT, next_try_at=None)
    job(1)
    printing.make_batch(by=printer(), at=AT)
    job(2)
    assert withdraw(early, at=AT)
    assert not withdraw(late, at=AT)
    assert set(Delivery.objects.values_list("key", "state")) == {("letter:1", "sent"), ("letter:2", "withdrawn")}
    assert PrintJob.objects.get().key == "letter:1"
