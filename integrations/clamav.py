"""The virus scanner: ClamAV's daemon, over its own protocol (`man clamd`), by TCP or a unix socket.

Written here, in a page: the package for it on PyPI is GPL, and knows no limit to the time of a whole scan.
"""

import socket
import struct
import time
from typing import BinaryIO
from urllib.parse import urlsplit

CHUNK = 64 * 1024
LONGEST_ANSWER = 4096


class Unavailable(Exception):
    """There is no scanner, or it did not answer in time: nothing is known of the file, so ask again later."""


class Refused(Exception):
    """The scanner answers, but cannot judge this file: it is larger than it takes, for example."""


def check_address(address: str) -> None:
    """Raises ValueError with what an address must look like."""
    url = urlsplit(address)
    if not ((url.scheme == "tcp" and url.hostname and url.port) or (url.scheme == "unix" and url.path)):
        raise ValueError("it must look like tcp://127.0.0.1:3310 or unix:///run/clamav/clamd.ctl")


def ping(address: str, *, seconds: float) -> bool:
    """Whether a scanner answers there."""
    try:
        with _Conversation(address, seconds) as conversation:
            conversation.say(b"zPING\0")
            return conversation.answer() == "PONG"
    except OSError:
        return False


def scan(file: BinaryIO, address: str, *, seconds: float) -> str:
    """The name of the virus in the file, or "". Takes ``seconds`` at most. Raises Unavailable or Refused."""
    file.seek(0)
    answer = ""
    try:
        with _Conversation(address, seconds) as conversation:
            try:
                conversation.say(b"zINSTREAM\0")
                while chunk := file.read(CHUNK):
                    conversation.say(struct.pack("!L", len(chunk)) + chunk)
                conversation.say(struct.pack("!L", 0))
            except (BrokenPipeError, ConnectionResetError):
                pass  # it stopped listening; why, it may have said already
            answer = conversation.answer()
    except OSError as error:
        raise Unavailable(f"{type(error).__name__}: {error}") from error
    finally:
        file.seek(0)
    result = answer.removeprefix("stream: ")
    if result == "OK":
        return ""
    if result.endswith(" FOUND"):
        return result.removesuffix(" FOUND")
    if result.endswith("ERROR"):
        raise Refused(result)
    raise Unavailable(f"It hung up, or said something else: {result!r}")


class _Conversation:
    """One connection, with one end for all that is said in it: a scanner that drips answers does not hold us up."""

    def __init__(self, address: str, seconds: float) -> None:
        self.url = urlsplit(address)
        self.end = time.monotonic() + seconds

    def __enter__(self) -> "_Conversation":
        if self.url.scheme == "unix":
            self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                self.socket.settimeout(self.left())
                self.socket.connect(self.url.path)
            except BaseException:
                self.socket.close()
                raise
        else:
            self.socket = socket.create_connection((self.url.hostname or "", self.url.port or 0), self.left())
        return self

    def __exit__(self, *exception: object) -> None:
        self.socket.close()

    def left(self) -> float:
        left = self.end - time.monotonic()
        if left <= 0:
            raise TimeoutError("no answer in time")
        return left

    def say(self, data: bytes) -> None:
        self.socket.settimeout(self.left())
        self.socket.sendall(data)

    def answer(self) -> str:
        received = b""
        while not received.endswith(b"\0") and len(received) < LONGEST_ANSWER:
            self.socket.settimeout(self.left())
            part = self.socket.recv(LONGEST_ANSWER)
            if not part:
                break
            received += part
        return received.rstrip(b"\0").decode("utf-8", "replace").strip()
