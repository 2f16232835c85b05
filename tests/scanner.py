"""ClamAV's real daemon, for tests: with one signature of our own, since the big database cannot be fetched here."""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from integrations import clamav
from tests.papers import EICAR

STREAM_LIMIT = 2 * 1024 * 1024
VIRUS = "Loket.Eicar.UNOFFICIAL"
PROGRAM = "/usr/sbin/clamd"


class Clamd:
    """A scanner that can be stopped and started again, at one address."""

    def __init__(self, folder: Path, *, tcp: bool) -> None:
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None
        if tcp:
            with closing(socket.socket()) as free:
                free.bind(("127.0.0.1", 0))
                port = free.getsockname()[1]
            self.address, listen = f"tcp://127.0.0.1:{port}", f"TCPSocket {port}\nTCPAddr 127.0.0.1"
        else:
            self.address, listen = f"unix://{folder}/clamd.ctl", f"LocalSocket {folder}/clamd.ctl"
        (folder / "signatures").mkdir()
        (folder / "signatures" / "loket.ndb").write_text(f"Loket.Eicar:0:*:{EICAR.hex()}\n")
        (folder / "clamd.conf").write_text(
            f"{listen}\nDatabaseDirectory {folder}/signatures\nForeground yes\nStreamMaxLength {STREAM_LIMIT}\n"
            f"LogFile {folder}/clamd.log\nMaxThreads 2\nTemporaryDirectory {folder}\n"
        )

    def start(self) -> None:
        self.process = subprocess.Popen(
            [PROGRAM, f"--config-file={self.folder}/clamd.conf"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        give_up = time.monotonic() + 60
        while not clamav.ping(self.address, seconds=1):
            log = self.folder / "clamd.log"
            assert self.process.poll() is None, f"clamd stopped: {log.read_text() if log.exists() else 'no log'}"
            assert time.monotonic() < give_up, "clamd does not answer"

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


@contextmanager
def clamd(*, tcp: bool = False) -> Iterator[Clamd]:
    assert Path(PROGRAM).exists(), "ClamAV is not installed. On Debian or Ubuntu: apt-get install clamav-daemon"
    folder = Path(tempfile.mkdtemp(prefix="loket-clamd-"))  # a short path: that of a socket may not be long
    scanner = Clamd(folder, tcp=tcp)
    try:
        scanner.start()
        yield scanner
    finally:
        scanner.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def silent() -> Iterator[str]:
    """The address of something that accepts connections and never says a word."""
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(8)
        yield f"tcp://127.0.0.1:{listener.getsockname()[1]}"


def nobody() -> str:
    """An address where nothing listens."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        return f"tcp://127.0.0.1:{free.getsockname()[1]}"
