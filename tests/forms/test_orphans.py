"""Stored files that no row names: what a process leaves behind when it dies, and nothing else, is removed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.test import TestCase
from django.utils import timezone

from forms import actions
from forms.models import FormVersion, Upload
from forms.tasks import KEEP_ORPHANS
from tests.forms.builder import Citizen
from tests.forms.test_files import paper, papers, sent, version

__all__ = ["version"]

pytestmark = [pytest.mark.django_db, pytest.mark.both]

OLD = 2 * 24 * 60 * 60


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: Any) -> Path:
    """A store of files of this test alone."""
    storage = Upload._meta.get_field("file").storage
    for name in ("base_location", "location"):
        monkeypatch.setitem(storage.__dict__, name, str(tmp_path / "own"))
    return tmp_path / "own" / "forms"


def age(folder: Path) -> None:
    """As if all of it was stored two days ago."""
    then = time.time() - OLD
    for path in [*folder.rglob("*"), folder]:
        os.utime(path, (then, then))


def remove() -> int:
    return actions.remove_orphans(before=timezone.now() - KEEP_ORPHANS)


def stored(folder: Path) -> set[str]:
    return {str(path.relative_to(folder.parent)) for path in folder.rglob("*") if path.is_file()}


def test_nothing_was_ever_stored(folder: Path) -> None:
    assert remove() == 0


def test_file_of_a_transaction_that_failed_is_removed_a_day_later(version: FormVersion, folder: Path) -> None:
    citizen = Citizen().start()
    citizen.client.raise_request_exception = False
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Upload, "save", lambda upload: 1 / 0)
        assert citizen.fill_in(1, waar="Hier", plannen=paper()).status_code == 500
    assert not Upload.objects.exists()
    assert len(stored(folder)) == 1
    assert remove() == 0  # it may be on its way
    age(folder)
    assert remove() == 1
    assert stored(folder) == set()
    age(folder)
    remove()
    assert not list(folder.glob("*/*"))  # nor an empty folder


def test_file_with_a_row_stays_however_old(version: FormVersion, folder: Path) -> None:
    sent(paper(), paper("foto.jpg", papers.picture()))
    Citizen().start().fill_in(1, waar="Hier", plannen=paper("van iemand anders.pdf"))
    before = stored(folder)
    assert len(before) == 4
    age(folder)
    assert remove() == 0
    assert stored(folder) == before


def test_file_beside_the_one_that_the_row_names_goes(version: FormVersion, folder: Path) -> None:
    sent(paper())
    upload = Upload.objects.get()
    upload.file.storage.save(f"{Path(upload.file.name).parent}/ander.pdf", ContentFile(b"x"))
    upload.file.storage.save(f"forms/zz/{uuid4()}/foto.jpg", ContentFile(b"x"))
    upload.file.storage.save("forms/zz/geen-nummer/foto.jpg", ContentFile(b"x"))
    age(folder)
    assert remove() == 3
    assert stored(folder) == {upload.file.name}


def test_file_whose_removal_was_cut_short_goes(version: FormVersion, folder: Path) -> None:
    citizen = Citizen().start()
    citizen.fill_in(1, waar="Hier", plannen=paper())
    upload = Upload.objects.get()
    with TestCase.captureOnCommitCallbacks(execute=False):  # the process dies after the commit
        citizen.fill_in(1, verwijder=f"plannen/{upload.pk}")
    assert stored(folder)
    age(folder)
    assert remove() == 1


KILLED = """
import os, signal, sys
import django
django.setup()
from pathlib import Path
from django.core.files.base import ContentFile
from forms.models import Upload
Upload._meta.get_field("file").storage.__dict__.update(base_location=sys.argv[1], location=sys.argv[1])
Upload().file.save("bestand.pdf", ContentFile(b"%PDF-1.4"), save=False)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_file_of_a_process_that_was_killed_before_its_row_goes(folder: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, str(folder.parent)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert len(stored(folder)) == 1
    age(folder)
    assert remove() == 1
