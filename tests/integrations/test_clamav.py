"""Talking to ClamAV's daemon: the real one, one that is away, and some that do not behave."""

import socket
import time
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from threading import Thread

import pytest

from integrations import clamav
from tests import papers, scanner


@pytest.fixture(scope="module", params=["unix", "tcp"])
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    with scanner.clamd(tcp=request.param == "tcp") as running:
        yield running.address


def scan(content: bytes, address: str, seconds: float = 20) -> str:
    return clamav.scan(BytesIO(content), address, seconds=seconds)


def test_clean_files_are_clean(address: str) -> None:
    for content in (b"", b"tekst", papers.pdf(), b"x" * 1_000_000):
        assert scan(content, address) == ""


def test_virus_is_found_also_in_a_document(address: str) -> None:
    assert scan(papers.EICAR, address) == scanner.VIRUS
    assert scan(b"a" * 100_000 + papers.EICAR, address) == scanner.VIRUS
    assert scan(papers.office(**{"word/media/x.txt": papers.EICAR}), address) == scanner.VIRUS


def test_file_stands_at_its_start_afterwards(address: str) -> None:
    file = BytesIO(b"tekst")
    file.read()
    clamav.scan(file, address, seconds=20)
    assert file.read() == b"tekst"


def test_file_that_is_larger_than_the_scanner_takes_is_no_clean_file(address: str) -> None:
    with pytest.raises((clamav.Refused, clamav.Unavailable)):
        scan(b"x" * (scanner.STREAM_LIMIT + 1), address)
    with pytest.raises((clamav.Refused, clamav.Unavailable)):
        scan(b"x" * (20 * scanner.STREAM_LIMIT), address)
    assert clamav.ping(address, seconds=5)


def test_scanner_that_is_away_says_nothing_about_a_file() -> None:
    for address in ("unix:///nowhere/clamd.ctl", scanner.nobody()):
        assert not clamav.ping(address, seconds=2)
        with pytest.raises(clamav.Unavailable):
            scan(b"tekst", address)


def test_scanner_that_never_answers_holds_nobody_up() -> None:
    with scanner.silent() as address:
        started = time.monotonic()
        with pytest.raises(clamav.Unavailable):
            scan(b"x" * 10_000_000, address, seconds=0.5)
        assert not clamav.ping(address, seconds=0.5)
        assert time.monotonic() - started < 5


def test_scanner_that_drips_its_answer_holds_nobody_up() -> None:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)

        def drip() -> None:
            connection, _address = listener.accept()
            connection.settimeout(0.1)
            with closing(connection):
                while True:
                    try:
                        connection.recv(100_000)
                        connection.sendall(b"s")
                    except TimeoutError:
                        continue
                    except OSError:
                        return

        thread = Thread(target=drip, daemon=True)
        thread.start()
        started = time.monotonic()
        with pytest.raises(clamav.Unavailable):
            scan(b"tekst", f"tcp://127.0.0.1:{listener.getsockname()[1]}", seconds=1)
        assert time.monotonic() - started < 5
        thread.join(5)


@pytest.mark.parametrize("answer", [b"", b"\0", b"stream: \0", b"HTTP/1.1 400 Bad Request\r\n\0", b"x" * 100_000])
def test_other_answers_are_never_taken_for_clean(answer: bytes) -> None:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)

        def talk() -> None:
            connection, _address = listener.accept()
            with closing(connection):
                while not connection.recv(100_000).endswith(b"\0\0\0\0"):
                    pass
                connection.sendall(answer)

        thread = Thread(target=talk, daemon=True)
        thread.start()
        with pytest.raises(clamav.Unavailable):
            scan(b"tekst", f"tcp://127.0.0.1:{listener.getsockname()[1]}", seconds=5)
        thread.join(5)


@pytest.mark.parametrize(
    "address", ["", "clamd", "/run/clamd.ctl", "tcp://host", "tcp://host:x", "unix://", "http://a:1"]
)
def test_wrong_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match=r"tcp://|Port"):
        clamav.check_address(address)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:3310", "tcp://[::1]:3310", "unix:///run/clamav/clamd.ctl"])
def test_good_address_is_taken(address: str) -> None:
    clamav.check_address(address)
