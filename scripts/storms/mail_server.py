"""A mail server that keeps each message on disk before it says yes: ``mail_server.py PORT FOLDER``.

With a file "die" in the folder it dies in between, once: the message is there and its sender does not know.
"""

import asyncio
import os
import sys
import time
import uuid
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller


class Keep:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        partial = self.folder / f"{uuid.uuid4().hex}.partial"
        partial.write_bytes(envelope.content)
        partial.rename(self.folder / f"{time.time_ns()}.eml")
        die = self.folder / "die"
        if die.exists():
            die.unlink()
            os._exit(9)
        return "250 OK"


if __name__ == "__main__":
    Controller(Keep(Path(sys.argv[2])), hostname="127.0.0.1", port=int(sys.argv[1])).start()
    asyncio.run(asyncio.Event().wait())
