"""The rules of docs/rules/berichten.md: every example in its tables is checked here."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.channels import Route, choose, hold_until, short_text, together
from dossiers.letters import Letter
from integrations.sms_text import size

RULES = Path(__file__).parents[2] / "docs/rules/berichten.md"


def table(heading: str) -> list[list[str]]:
    section = RULES.read_text().split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows[2:]]


@pytest.mark.parametrize("row", table("De weg"), ids=" | ".join)
def test_the_road_is_the_one_of_the_table(row: list[str]) -> None:
    chosen, name, email, phone, sms, channel, to = row
    route = choose(reply_by=chosen, name=name, email=email, phone=phone, sms=sms == "ja")
    assert (str(route.channel), route.to) == (channel, to)
    assert isinstance(route, Route)


@pytest.mark.parametrize("row", table("Eén bericht per keer"), ids=" | ".join)
def test_a_message_waits_as_in_the_table(row: list[str]) -> None:
    def moment(time: str) -> datetime:
        return datetime.fromisoformat(f"2026-11-23T{time}:00+01:00")

    last, at, leaves = row
    expected = None if leaves == "meteen" else moment(leaves)
    assert hold_until(last=moment(last) if last else None, at=moment(at)) == expected


@pytest.mark.parametrize("row", table("De sms"), ids=" | ".join)
def test_a_text_message_is_as_long_as_in_the_table(row: list[str]) -> None:
    text, alphabet, places, parts = row
    assert size(text) == size(text).__class__(alphabet, int(places), int(parts))


@given(st.datetimes(timezones=st.just(UTC)), st.timedeltas(timedelta(-1), timedelta(1)))
def test_nothing_waits_longer_than_ten_minutes(last: datetime, later: timedelta) -> None:
    try:
        at = last + later
    except OverflowError:
        return
    until = hold_until(last=last, at=at)
    assert until is None or timedelta() < until - at <= timedelta(minutes=10)


@given(st.text(max_size=400))
def test_a_short_text_is_one_message_and_keeps_the_address(subject: str) -> None:
    address = "https://loket.mortsel.example/v/abcdefgh2345"
    text = short_text(subject, address)
    assert text.endswith(address)
    assert size(text).parts == 1


def test_typography_costs_no_second_message() -> None:
    subject = "Uw melding ‘losse tegel’ – we pakken het aan…"
    assert short_text(subject, "https://x.be/v/1") == "Uw melding 'losse tegel' - we pakken het aan... https://x.be/v/1"


def test_together_each_letter_has_its_heading_in_order_and_one_letter_stays_itself() -> None:
    first, second = Letter("We nemen het over", "Dag An\n"), Letter("Het is klaar", "Dag An, klaar.\n")
    assert together([first], "MEL-2026-000001") == first
    both = together([first, second], "MEL-2026-000001")
    assert both.subject == "2 berichten over uw dossier MEL-2026-000001"
    assert both.text.index("We nemen het over") < both.text.index("Dag An") < both.text.index("Het is klaar")
    assert both.text.endswith("Dag An, klaar.\n")
