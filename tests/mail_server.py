"""Dovecot, a real IMAP server, for tests: one that anybody may start, with everything in a folder of its own."""

import grp
import imaplib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PROGRAM = "/usr/sbin/dovecot"
PASSWORD = "geheim"

CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
default_internal_user = {internal}
default_login_user = {login}
default_internal_group = {group}
disable_plaintext_auth = no
auth_mechanisms = plain login
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
first_valid_uid = 1
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
mail_location = maildir:~/Maildir
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


@dataclass
class MailServer:
    port: int
    tls_port: int
    user: str = "loket"

    def client(self) -> imaplib.IMAP4:
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        client.login(self.user, PASSWORD)
        client.select("INBOX")
        return client

    def put(self, *messages: bytes) -> None:
        """As if they had been delivered."""
        client = self.client()
        for message in messages:
            assert client.append("INBOX", "", None, message.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))[0] == "OK"
        client.logout()

    def unread(self, folder: str = "INBOX") -> int:
        return self._count("UNSEEN", folder)

    def count(self, folder: str = "INBOX") -> int:
        return self._count("ALL", folder)

    def _count(self, criterion: str, folder: str) -> int:
        client = self.client()
        try:
            if client.select(folder, readonly=True)[0] != "OK":
                return 0
            return len(client.search(None, criterion)[1][0].split())
        finally:
            client.logout()


def free_port() -> int:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def make_certificate(folder: Path) -> None:
    """Signed by nobody: no client that looks may trust it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


@contextmanager
def dovecot() -> Iterator[MailServer]:
    assert Path(PROGRAM).exists(), "Dovecot is not installed. On Debian or Ubuntu: apt-get install dovecot-imapd"
    folder = Path(tempfile.mkdtemp(prefix="loket-imap-"))  # a short path: that of a socket may not be long
    me = pwd.getpwuid(os.getuid())
    if me.pw_uid == 0:  # Dovecot opens no mail as root
        owner, internal, login, group = pwd.getpwnam("nobody"), "dovecot", "dovenull", "dovecot"
    else:
        owner, internal, login, group = me, me.pw_name, me.pw_name, grp.getgrgid(me.pw_gid).gr_name
    (folder / "mail").mkdir()
    folder.chmod(0o755)
    os.chown(folder / "mail", owner.pw_uid, owner.pw_gid)
    make_certificate(folder)
    server = MailServer(free_port(), free_port())
    (folder / "dovecot.conf").write_text(
        CONFIG.format(
            folder=folder,
            internal=internal,
            login=login,
            group=group,
            password=PASSWORD,
            uid=owner.pw_uid,
            gid=owner.pw_gid,
            port=server.port,
            tls_port=server.tls_port,
        )
    )
    process = subprocess.Popen(
        [PROGRAM, "-F", "-c", str(folder / "dovecot.conf")], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        give_up = time.monotonic() + 60
        while True:
            try:
                server.client().logout()
                break
            except (OSError, imaplib.IMAP4.error):
                log = folder / "log"
                said = log.read_text() if log.exists() else "no log"
                assert process.poll() is None, f"dovecot stopped: {said} {process.stderr and process.stderr.read()!r}"
                assert time.monotonic() < give_up, f"dovecot does not answer: {said}"
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
        if process.stderr:
            process.stderr.close()
        shutil.rmtree(folder, ignore_errors=True)
