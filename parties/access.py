"""The right of access: everything that we keep of somebody, in one archive of JSON, a PDF to read, and the files.

Made by a job and never in a request: somebody may have a hundred dossiers. The archive goes after thirty days.
"""

import json
import re
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import PurePosixPath
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.files import File
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from core.actors import Actor
from parties.models import AccessRequest, Party, PartyEvent
from parties.personal_data import KeptFile, Section, files_of, sections_of


class ReasonNeeded(ValueError):
    """Who asked it, and how, must be written down."""


@transaction.atomic
def ask_access(*, party: Party, reason: str, by: Actor, at: datetime) -> AccessRequest:
    """Put it up to be made. Raises ReasonNeeded."""
    reason = " ".join(reason.split())[:300]
    if by.user is None or not reason:
        raise ReasonNeeded(_("Write who asked it, and how: by letter, by e-mail, at the desk."))
    request = AccessRequest.objects.create(party=party, reason=reason, asked_by=by.user, asked_at=at)
    PartyEvent.objects.record(party, PartyEvent.Kind.ACCESS, by=by, at=at)
    transaction.on_commit(lambda: async_task("parties.tasks.make_access_archives"))
    return request


def make_waiting(*, at: datetime) -> int:
    """Make what waits, one after the other; returns how many. Whoever is killed is taken up again."""
    made = 0
    for request in AccessRequest.objects.to_make(at).select_related("party"):
        waiting = AccessRequest.objects.to_make(at).filter(pk=request.pk)
        if not waiting.update(begun_at=at, tries=F("tries") + 1):
            continue  # another worker was first
        _make(request, at)
        made += 1
    return made


def _make(request: AccessRequest, at: datetime) -> None:
    with tempfile.TemporaryFile() as archive:
        write_archive(archive, request.party, at=at)
        archive.seek(0)
        request.file.save("inzage.zip", File(archive), save=False)
    AccessRequest.objects.filter(pk=request.pk).update(file=request.file.name, made_at=at)


def write_archive(archive: IO[bytes], party: Party, *, at: datetime) -> None:
    """``gegevens.json`` for machines, ``gegevens.pdf`` for people, and every file under its dossier."""
    from core.pdf import pdf_of  # brings WeasyPrint along

    sections, files = sections_of(party), list(_named_once(files_of(party)))
    data = {
        "naam": party.name,
        "gemaakt_op": at.isoformat(),
        "gegevens": [{"titel": section.title, "rijen": section.rows} for section in sections],
        "bestanden": [kept.path for kept in files],
    }
    with ZipFile(archive, "w", ZIP_DEFLATED) as zipped:
        zipped.writestr("gegevens.json", json.dumps(data, ensure_ascii=False, indent=1))
        context = {"title": _("What we know of you"), "number": party.name, "sections": _shown(sections), "at": at}
        zipped.writestr("gegevens.pdf", pdf_of("parties/access.html", context))
        for kept in files:
            try:
                with kept.file.open("rb") as content, zipped.open(f"bestanden/{kept.path}", "w") as target:
                    while block := content.read(1 << 20):
                        target.write(block)
            except FileNotFoundError:  # the row is there and its file is not: the rest must not wait for it
                zipped.writestr(f"bestanden/{kept.path}.ontbreekt.txt", _("This file is not there any more."))


def _shown(sections: list[Section]) -> list[tuple[str, list[list[tuple[str, str]]]]]:
    return [(section.title, [list(row.items()) for row in section.rows]) for section in sections]


def _named_once(files: Iterable[KeptFile]) -> Iterator[KeptFile]:
    """Two files of one dossier may have the same name; nothing of a citizen's own name leads out of the folder."""
    taken: set[str] = set()
    for kept in files:
        path = PurePosixPath(*(re.sub(r"[^\w .()-]", "_", part).strip(". ") or "_" for part in kept.path.split("/")))
        name, number = path, 1
        while str(name).lower() in taken:
            number += 1
            name = path.with_name(f"{path.stem} ({number}){path.suffix}")
        taken.add(str(name).lower())
        yield KeptFile(str(name), kept.file)


def forget(*, before: datetime) -> int:
    """Archives that were made before then go; that they were made stays written down."""
    forgotten = 0
    for request in AccessRequest.objects.filter(made_at__lt=before).exclude(file=""):
        request.file.delete(save=False)
        AccessRequest.objects.filter(pk=request.pk).update(file="")
        forgotten += 1
    return forgotten
