"""A complete Loket of its own with demo content: web server, worker and mail server, that come up again."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
HERE = Path(__file__).resolve().parent
FORM = "melding-openbaar-domein"
PASSWORD = "loket-demo-2026"  # noqa: S105  of every demo account
CLERKS = ("dossierbehandelaar", "dossierbehandelaar2")


class Supervised:
    """A process in a session of its own that is started again whenever it ends."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str], log: Path) -> None:
        self.name, self.command, self.environment, self.log = name, command, environment, log
        self.stopping = False
        self.child = self.start()

    def start(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *self.command], cwd=ROOT, env=self.environment, start_new_session=True,
                stdout=log, stderr=log,
            )  # fmt: skip

    def kill(self) -> None:
        """As when the power fails: the process and everything it started, without a word."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.child.pid, signal.SIGKILL)
        self.child.wait()

    def look(self) -> None:
        if not self.stopping and self.child.poll() is not None:
            self.kill()  # what it left behind
            self.child = self.start()

    def stop(self) -> None:
        self.stopping = True
        self.kill()


class Loket:
    """Lives in ``folder``, on SQLite there or on DATABASE_URL when that is set; ``port`` 0 takes a free one."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        port = port or free_port()
        self.folder, self.port = folder, port
        self.site = f"http://127.0.0.1:{port}"
        self.mails = folder / "mails"
        self.smtp_port = free_port()
        self.environment = os.environ | {
            "LOKET_ENV": "demo",
            "LOKET_VAR": str(folder / "var"),
            "LOKET_SMTP": f"smtp://127.0.0.1:{self.smtp_port}",
            "LOKET_SMTP_STARTTLS": "no",
            "LOKET_PROXIES": "1",  # so that everybody can have an address of his own
            "LOKET_BASE_URL": self.site,
            "PORT": str(port),
        }

    def manage(self, *arguments: str) -> None:
        subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=self.environment, check=True,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip

    def prepare(self) -> None:
        self.mails.mkdir()
        (self.folder / "var" / "static").mkdir(parents=True)
        self.manage("migrate", "--verbosity", "0")
        self.manage("demo")
        self.manage("collectstatic", "--noinput", "--verbosity", "0")
        self.manage(
            "shell", "-c",
            f"from forms.models import FormDefinition as F; F.objects.filter(slug={FORM!r}).update(api_allowed=True)",
        )  # fmt: skip

    def start(self, name: str, *command: str) -> Supervised:
        return Supervised(name, list(command), self.environment, self.folder / f"{name}.log")

    def start_mail_server(self) -> Supervised:
        return self.start("mail server", str(HERE / "mail_server.py"), str(self.smtp_port), str(self.mails))

    @contextlib.contextmanager
    def running(self) -> Iterator[list[Supervised]]:
        """The three processes, watched over until the end."""
        granian = ["-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port)]
        granian += ["--workers", "2", "--blocking-threads", "4", "--no-ws", "cms.wsgi:application"]
        processes = [
            self.start_mail_server(),
            self.start("web server", *granian),
            self.start("worker", "manage.py", "qcluster"),
        ]
        over = threading.Event()

        def watch() -> None:
            while not over.wait(0.2):
                for process in processes:
                    process.look()

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            yield processes
        finally:
            over.set()
            watcher.join()
            for process in processes:
                process.stop()

    @property
    def takes_mail(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.smtp_port)) == 0

    def said(self, words: str) -> int:
        """How often the log of the web server says something."""
        return (self.folder / "web server.log").read_text(errors="replace").count(words)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
