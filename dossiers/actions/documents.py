"""Files of a dossier: taken in by content, scanned, kept in private (docs/rules/uploads.md, docs/rules/volgen.md)."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from core import orphans
from core.actors import Actor
from core.documents import KINDS, BadFile
from dossiers.actions.follow_up import ask_follow_up
from dossiers.actions.history import record
from dossiers.actions.refusals import StepRefused
from dossiers.models import Document, Dossier, Message
from dossiers.models.document import DOCUMENTS, DocumentOrigin
from dossiers.models.event import EventKind
from integrations import scanning
from integrations.received import MOST_IN_ALL, ReceivedFile, receive, too_large_together
from integrations.scanning import SCAN_AGAIN, Scan, Verdict, scan_later

logger = logging.getLogger(__name__)

MOST_MEGABYTES = 25
"""So large may one file be."""
FILES_A_DAY = 20
"""So many files may a citizen send in one dossier in a day."""
UNSENT = timedelta(days=1)
"""How long files wait for a message that is not sent."""


@transaction.atomic
def keep_unsent(
    *, dossier: Dossier, form_token: UUID, files: Sequence[ReceivedFile], by: Actor, at: datetime
) -> list[str]:
    """Keep what a citizen adds to a message, until it is sent; returns why a file was not taken.

    The same file twice is there once. A message that was sent already takes no more.
    """
    held = Dossier.objects.select_for_update().get(pk=dossier.pk)
    if held.messages.filter(token=form_token).exists():
        return []
    refused = []
    unsent = held.documents.filter(form_token=form_token)
    for file in files:
        today = held.documents.filter(origin=DocumentOrigin.CITIZEN, at__gt=at - timedelta(days=1)).count()
        if unsent.filter(digest=file.digest).exists():
            continue
        if today >= FILES_A_DAY:
            refused.append(
                _("You can send %(most)s files a day. Send the others tomorrow, or call us.") % {"most": FILES_A_DAY}
            )
            break
        if (unsent.aggregate(size=Sum("size"))["size"] or 0) + file.size > MOST_IN_ALL:
            refused.append(too_large_together())
            break
        _store(held, file, origin=DocumentOrigin.CITIZEN, form_token=form_token, at=at)
    return refused


@transaction.atomic
def remove_unsent(*, dossier: Dossier, form_token: UUID, document: UUID, by: Actor, at: datetime) -> None:
    """Take a file out of a message that is not sent yet; doing it twice is doing it once."""
    for row in dossier.documents.select_for_update().filter(form_token=form_token, pk=document):
        _delete(row)


def link_unsent(message: Message) -> list[Document]:
    """The files go with the message; inside the transaction that sends it."""
    files = message.dossier.documents.filter(form_token=message.token)
    infected = [file.threat for file in files if file.is_infected]
    files.update(form_token=None, message=message)
    for threat in infected:  # found while the citizen was writing
        _tell_of_virus(message.dossier, threat, message.at)
    return list(message.documents.all())


@transaction.atomic
def add_document(
    *,
    dossier: Dossier,
    file: ReceivedFile,
    confidential: bool = False,
    message: Message | None = None,
    replaces: Document | None = None,
    by: Actor,
    at: datetime,
) -> Document:
    """A member of staff adds a file, or a new version of one.

    Raises StepRefused when somebody else was first with a new version.
    """
    held = Dossier.objects.select_for_update().get(pk=dossier.pk)
    if replaces is not None and Document.objects.filter(replaces=replaces).exists():
        raise StepRefused(_("There is a newer version of this document already. Look at that one first."))
    document = _store(
        held,
        file,
        origin=DocumentOrigin.STAFF,
        confidential=confidential,
        message=message,
        replaces=replaces,
        version=replaces.version + 1 if replaces else 1,
        by=by.user,
        at=at,
    )
    if message is None:
        record(held, EventKind.DOCUMENT_ADDED, by=by, at=at)
    return document


def keep_attachments(message: Message, files: Iterable[tuple[str, bytes]], *, at: datetime) -> list[str]:
    """What hung on to a mail, as documents of its message; inside the transaction that takes the mail in.

    Returns for each file, in order, why it was not taken; '' for one that was.
    """
    why = []
    for number, (name, content) in enumerate(files):
        if number >= FILES_A_DAY:
            why.append(_("There are more than %(most)s files with this mail.") % {"most": FILES_A_DAY})
            continue
        try:
            file = receive(
                ContentFile(content, name=name),
                allowed=list(KINDS.values()),
                megabytes=MOST_MEGABYTES,
                quick_scan=scan_later,
            )
        except BadFile as bad:
            why.append(str(bad))
        else:
            _store(message.dossier, file, origin=DocumentOrigin.CITIZEN, message=message, at=at)
            why.append("")
    return why


@transaction.atomic
def set_confidential(*, document: Document, confidential: bool, by: Actor, at: datetime) -> None:
    """Keep a document of ours from the citizen, or no more. What the citizen sent stays visible to the citizen."""
    changed = Document.objects.filter(pk=document.pk, origin=DocumentOrigin.STAFF).update(confidential=confidential)
    if not changed:
        raise StepRefused(_("This document comes from the citizen, who has it anyway."))


def _store(
    dossier: Dossier, file: ReceivedFile, *, origin: DocumentOrigin, at: datetime, **details: object
) -> Document:
    document = Document(dossier=dossier, origin=origin, at=at, **details)
    file.put_in(document, at=at)
    document.save()
    return document


# --- The virus scan ---------------------------------------------------------------------------------------------------


def scan_documents(*, at: datetime) -> int:
    """Have the scanner look at what it has not judged yet; returns how many files it judged."""
    return scanning.scan_waiting(Document.objects.all(), _record, at=at)


def _record(document: Document, verdict: Verdict, at: datetime) -> None:
    record_verdict(document=document, verdict=verdict, at=at)


@transaction.atomic
def record_verdict(*, document: Document, verdict: Verdict, at: datetime) -> None:
    """What the scanner says, for as long as the file is there. Of an infected file only the row stays.

    Whoever handles the dossier is told once: what is infected stays so.
    """
    rows = Document.objects.select_for_update(of=("self",)).select_related("dossier")
    held = rows.filter(pk=document.pk).exclude(scan=Scan.INFECTED).first()
    if held is None:
        return  # removed meanwhile
    held.scan, held.threat, held.scanned_at = verdict.scan, verdict.threat, at
    held.next_scan_at = at + SCAN_AGAIN
    if verdict.scan is Scan.INFECTED:
        _delete_files(held.stored_names)
        held.file, held.thumbnail = "", ""
        logger.warning("Virus %s found in document %s, which is thrown away", verdict.threat, held.pk)
    held.save(update_fields=["scan", "threat", "scanned_at", "next_scan_at", "file", "thumbnail"])
    if held.is_infected and held.form_token is None:
        _tell_of_virus(held.dossier, held.threat, at)


def _tell_of_virus(dossier: Dossier, threat: str, at: datetime) -> None:
    what = _("The virus scanner found %(threat)s in a document. Loket threw the file away. Ask for another one.")
    ask_follow_up(dossier=dossier, what=what % {"threat": threat}, by=Actor.system(_("Virus scanner")), at=at)


# --- What is left behind ----------------------------------------------------------------------------------------------


@transaction.atomic
def purge_unsent(*, at: datetime) -> int:
    """Forget files of messages that were never sent; returns how many."""
    forgotten = list(Document.objects.filter(form_token__isnull=False, at__lt=at - UNSENT))
    for document in forgotten:
        _delete(document)
    return len(forgotten)


def remove_orphans(*, before: datetime) -> int:
    """Remove stored files that no row names and that are older than ``before``; returns how many."""
    return orphans.remove_orphans(_storage(), DOCUMENTS, _named_files, before=before)


def _named_files(key: UUID) -> set[str]:
    row = Document.objects.filter(pk=key).first()
    return set(row.stored_names) if row else set()


def _delete(document: Document) -> None:
    """Row first; the files go when that is final."""
    names = document.stored_names
    document.delete()
    _delete_files(names)


def _storage() -> Storage:
    return Document._meta.get_field("file").storage


def _delete_files(names: list[str]) -> None:
    for name in names:
        transaction.on_commit(partial(_storage().delete, name))
