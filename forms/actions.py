"""Filling in and sending forms. Each verb is one transaction."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.core.files.storage import Storage
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from core import orphans
from core.actors import Actor
from core.models import AccessLog
from dossiers.actions import ask_follow_up, becomes, open_dossier
from dossiers.models import Conversation, Dossier, ProcessVersion
from forms import cosigning, gate, on_behalf, senders, usage
from forms.branches import follow
from forms.cosign_rules import Cosigner
from forms.fields import Purpose, registry
from forms.fields.files import about, too_many
from forms.filling_in import as_asked, first_incomplete, upload_ids
from forms.limits import Reason
from forms.models import FormDraft, FormVersion, Submission, Upload
from forms.models.draft import UPLOADS
from forms.roles import ActingFor, Role, SignIn
from forms.runtime import QuestionsForm, is_file
from forms.schema import Schema, by_purpose, fields_of
from forms.typed import FOR_WHOM
from integrations import scanning
from integrations.received import MOST_IN_ALL, ReceivedFile, too_large_together
from integrations.scanning import SCAN_AGAIN, Scan, Verdict
from parties.actions import verify_identity
from parties.models import Party, Verification

logger = logging.getLogger(__name__)

CHANNELS = {Role.DESK: "desk"}
"""How the citizen came in, by role; the website unless said otherwise."""


class Incomplete(Exception):
    """The form cannot be sent yet: ``step`` is not, or not well, filled in."""

    def __init__(self, step: int) -> None:
        self.step = step
        super().__init__(f"Step {step} is incomplete.")


class AlreadySubmitted(Exception):
    """This form was sent; nothing in it can change any more."""


def uploads_of(draft: FormDraft) -> dict[str, Any]:
    """The files that the answers point to, by question: an Upload, or a list for a question that takes several."""
    keys = [field["slug"] for field in fields_of(draft.version.schema) if is_file(field)]
    pointed = {key: draft.answers[key] for key in keys if draft.answers.get(key)}
    if not pointed:
        return {}
    uploads = {str(upload.pk): upload for upload in draft.uploads.all()}
    found: dict[str, Any] = {}
    for key, value in pointed.items():
        there = [uploads[pk] for pk in upload_ids(value) if pk in uploads]
        if isinstance(value, list):
            found[key] = there
        elif there:
            found[key] = there[0]
    return found


def first_unfinished(draft: FormDraft, uploads: Mapping[str, Upload]) -> int | None:
    """The first step that applies and is not well filled in, or where something was typed that is not an answer yet."""
    schema = draft.version.schema
    incomplete = first_incomplete(schema, draft.role, draft.answers, uploads)
    applying = follow(schema, draft.answers, draft.role).steps
    typed = [number for number in applying if schema["steps"][number - 1]["key"] in draft.typed]
    return min([*typed, *([incomplete] if incomplete else [])], default=None)


def locked(draft: FormDraft) -> FormDraft:
    """The draft as it is now, ours until the transaction ends. Raises AlreadySubmitted."""
    held = FormDraft.objects.select_for_update(of=("self",)).select_related("version").get(pk=draft.pk)
    if held.submitted_at:
        raise AlreadySubmitted
    return held


@transaction.atomic
def keep_answers(*, draft: FormDraft, number: int, form: QuestionsForm, by: Actor, at: datetime) -> FormDraft:
    """Keep what was filled in on a step whose form is valid, also what does not apply for now."""
    held = locked(draft)
    held.answers |= form.answers
    held.typed.pop(held.version.schema["steps"][number - 1]["key"], None)
    held.save(update_fields=["answers", "typed", "updated_at"])
    return held


@transaction.atomic
def keep_cosigners(*, draft: FormDraft, cosigners: Sequence[Cosigner], by: Actor, at: datetime) -> FormDraft:
    """Keep who will be asked to sign too as it was typed, also when something in it is not right yet."""
    held = locked(draft)
    held.cosigners = cosigning.as_kept(cosigners)
    held.save(update_fields=["cosigners", "updated_at"])
    return held


@transaction.atomic
def keep_files(*, draft: FormDraft, number: int, form: QuestionsForm, by: Actor, at: datetime) -> FormDraft:
    """Store new files of a step, also when something else on it is wrong: nobody should have to send one twice.

    What does not fit any more, because others came in meanwhile, becomes an error of the form.
    """
    held = locked(draft)
    for field in held.version.schema["steps"][number - 1]["fields"]:
        key = field["slug"]
        if not is_file(field) or key not in form.fields:
            continue
        received = getattr(form.fields[key], "received", ())
        if registry[field["parameters"]["type"]].name == "files":
            for name, message in _add_files(held, key, received, field["parameters"]["max_files"], at):
                form.add_error(key, about(name, message))
        elif received:
            _forget_files(held, key)
            upload = _store(held, key, received[0], at)
            held.answers[key] = {"upload": str(upload.pk), "name": upload.name}
    held.save(update_fields=["answers", "updated_at"])
    return held


def _add_files(
    draft: FormDraft, key: str, received: Iterable[ReceivedFile], most: int, at: datetime
) -> list[tuple[str, str]]:
    """Add to the answer what is not there yet; returns name and reason of what does not fit."""
    answer = list(draft.answers.get(key) or [])
    earlier = draft.uploads.filter(pk__in=upload_ids(answer))
    there = set(earlier.values_list("name", "digest"))
    total = draft.uploads.aggregate(total=Sum("size"))["total"] or 0
    refused = []
    for file in received:
        if (file.name, file.digest) in there:
            continue
        if len(answer) >= most:
            refused.append((file.name, too_many(most)))
        elif total + file.size > MOST_IN_ALL:
            refused.append((file.name, too_large_together()))
        else:
            upload = _store(draft, key, file, at)
            answer.append({"upload": str(upload.pk), "name": upload.name})
            there.add((file.name, file.digest))
            total += file.size
    if answer:
        draft.answers[key] = answer
    return refused


def _store(draft: FormDraft, key: str, received: ReceivedFile, at: datetime) -> Upload:
    upload = Upload(draft=draft, key=key, uploaded_at=at)
    received.put_in(upload, at=at)
    upload.save()
    return upload


@transaction.atomic
def remove_file(*, draft: FormDraft, key: str, upload: str = "", by: Actor, at: datetime) -> FormDraft:
    """Take a file (or all files of the question) out of the form; doing it twice is doing it once."""
    held = locked(draft)
    _forget_files(held, key, upload)
    held.save(update_fields=["answers", "updated_at"])
    return held


def _forget_files(draft: FormDraft, key: str, upload: str = "") -> None:
    if key not in {field["slug"] for field in fields_of(draft.version.schema) if is_file(field)}:
        return
    answer = draft.answers.get(key)
    gone = [pk for pk in upload_ids(answer) if not upload or pk == upload]
    if not gone:
        return
    kept = [item for item in answer if item["upload"] not in gone] if isinstance(answer, list) else []
    if kept:
        draft.answers[key] = kept
    else:
        del draft.answers[key]
    for row in draft.uploads.filter(pk__in=gone):
        _delete_upload(row)


def _delete_upload(upload: Upload) -> None:
    """Row first; the files go when that is final."""
    files = _files_of(upload)
    upload.delete()
    _delete_files(files)


def _files_of(upload: Upload) -> list[str]:
    return [str(file.name) for file in (upload.file, upload.thumbnail) if file]


def _storage() -> Storage:
    return Upload._meta.get_field("file").storage


def _delete_files(names: list[str]) -> None:
    for name in names:
        transaction.on_commit(partial(_storage().delete, name))


@transaction.atomic
def submit(
    *,
    draft: FormDraft,
    cosigners: Sequence[Cosigner] = (),
    by: Actor,
    at: datetime,
    visitor: gate.Visitor | None = None,
) -> Submission:
    """Send the form: citizen, contact, dossier, answers, confirmation and who signs too, all or nothing.

    Sending the same draft again, even at the same moment, gives the same submission. ``cosigners`` take the place of
    those that the draft keeps. Raises Incomplete, gate.Refused and cosigning.Unfit.
    """
    # The lock comes first: who waits for it finds the submission of who was first.
    held = FormDraft.objects.select_for_update(of=("self",)).select_related("version__definition").get(pk=draft.pk)
    if held.submitted_at:
        return Submission.objects.get(token=held.pk)
    schema = held.version.schema
    uploads = uploads_of(held)
    if step := first_unfinished(held, uploads):
        raise Incomplete(step)
    if on_behalf.is_unfinished(held.acting_for, held.on_behalf, held.typed):
        raise Incomplete(1)
    gate.pass_submit(held, visitor=visitor, at=at)
    answers = follow(schema, held.answers, held.role).answers  # what does not apply is not sent
    said = by_purpose(schema, answers)

    def given(purpose: Purpose) -> str:
        return said.get(purpose) or ""

    asked = cosigning.fit(held, cosigners, own_email=given(Purpose.EMAIL), at=at)
    conversation = held.conversation if held.filled_in_by_id else None
    who = senders.register(draft=held, answers=answers, by=by, at=at)
    senders.keep_out_of_answers(draft=held, person=who.person, by=by, at=at)
    opened = open_dossier(
        process_version=_process_version(held.version),
        channel=conversation.channel if conversation else CHANNELS.get(Role(held.role), "web"),
        subject=given(Purpose.SUBJECT) or schema["title"],
        body=given(Purpose.DESCRIPTION),
        place=given(Purpose.PLACE),
        facts=_facts(schema, answers),
        **who.of_dossier(),
        by=by,
        at=conversation.started_at if conversation else at,
    )
    if conversation:
        becomes(conversation=conversation, contact=opened.contact, by=by, at=at)
    submission = Submission.objects.create(
        version=held.version,
        dossier=opened.dossier,
        contact=opened.contact,
        token=held.pk,
        role=held.role,
        answers={
            "title": schema["title"],
            "steps": on_behalf.as_asked(held.acting_for, held.on_behalf) + as_asked(schema, held.role, held.answers),
        },
        submitted_at=at,
    )
    cosigning.ask(submission=submission, cosigners=asked, by=by, at=at)
    sent = [pk for key in uploads if key in answers for pk in upload_ids(answers[key])]
    if held.uploads.filter(pk__in=sent).update(submission=submission, draft=None):
        for upload in submission.uploads.filter(scan=Scan.INFECTED):  # found after we looked; now nobody else tells it
            _tell_of_virus(opened.dossier, upload, at)
    for upload in held.uploads.all():
        _delete_upload(upload)
    held.answers, held.typed, held.cosigners = {}, {}, []
    held.on_behalf, held.party, held.conversation = None, None, None
    held.submitted_at = at
    held.save(
        update_fields=[
            "answers",
            "typed",
            "cosigners",
            "on_behalf",
            "party",
            "conversation",
            "submitted_at",
            "updated_at",
        ]
    )
    usage.sent(held, at=at)
    return submission


def _process_version(version: FormVersion) -> ProcessVersion:
    """The process as it is now. One that was unpublished meanwhile still takes what was being filled in."""
    return ProcessVersion.objects.filter(process_type=version.definition.process_type_id).latest("number")


def _facts(schema: Schema, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What lower floors may route on."""
    return {
        field["slug"]: answers[field["slug"]]
        for field in fields_of(schema)
        if registry[field["parameters"]["type"]].routable and answers.get(field["slug"])
    }


@transaction.atomic
def start(
    *,
    version: FormVersion,
    role: Role,
    acting_for: ActingFor = ActingFor.SELF,
    party: Party | None = None,
    for_whom: on_behalf.Given | None = None,
    conversation: Conversation | None = None,
    by: Actor,
    at: datetime,
    visitor: gate.Visitor | None = None,
    uuid: UUID | None = None,
) -> FormDraft:
    """Begin to fill in; the draft stays on this version, whatever editors publish meanwhile. Raises gate.Refused.

    With a ``conversation`` at the desk, what is known of that person and what was written down already is filled in,
    and the contact of the form becomes that of the conversation.

    ``party`` is a proven identity: what the register knows of it is filled in beforehand, which a member of staff then
    sees, so that is written down; the document that he or she saw is too. ``for_whom`` is the organisation for which
    somebody signed in. Without a visitor (a test, the demo) nobody is counted, neither for the limits nor for how the
    form is used.
    """
    gate.pass_start(version.definition, role=role, visitor=visitor, at=at)
    if version.schema["sign_in"] == SignIn.MUST and party is None and role != Role.DESK:
        raise gate.Refused(Reason.SIGN_IN, version.definition)
    if by.user and (filled_in := party or (conversation and conversation.party)):
        AccessLog.objects.record(user=by.user, action="prefill", obj=filled_in, at=at)
    if by.user and party:
        verify_identity(party=party, how=Verification.How.DOCUMENT, by=by, at=at)
    draft = FormDraft.objects.create(
        uuid=uuid or uuid4(),
        version=version,
        role=role,
        acting_for=acting_for,
        party=party,
        conversation=conversation,
        on_behalf=_known_for_whom(for_whom, conversation) if acting_for == ActingFor.ORGANISATION else None,
        filled_in_by=by.user if role == Role.DESK else None,
        created_at=at,
    )
    if visitor:
        usage.started(draft, device=visitor.device, at=at)
    return draft


def _known_for_whom(given: on_behalf.Given | None, conversation: Conversation | None) -> on_behalf.Given | None:
    return given or (on_behalf.said_in(conversation) if conversation else None)


@transaction.atomic
def keep_on_behalf(*, draft: FormDraft, given: on_behalf.Given, by: Actor, at: datetime) -> FormDraft:
    """Keep for whom the form is filled in; ``given`` was found to be valid."""
    held = locked(draft)
    held.on_behalf = on_behalf.kept(given, held.on_behalf)
    held.typed.pop(FOR_WHOM, None)
    held.save(update_fields=["on_behalf", "typed", "updated_at"])
    return held


def purge_drafts(*, at: datetime) -> int:
    """Forget what nobody touched for long: forms half filled in, with their files, and shells of sent ones."""
    purged = 0
    for pk in list(FormDraft.objects.forgotten(at).values_list("pk", flat=True)):
        with transaction.atomic():
            draft = FormDraft.objects.forgotten(at).select_for_update(of=("self",)).filter(pk=pk).first()
            if draft is None:
                continue  # somebody came back to it just now
            for upload in draft.uploads.all():
                _delete_upload(upload)
            draft.delete()
            purged += 1
    return purged


# --- Viruses ----------------------------------------------------------------------------------------------------------


def scan_waiting(*, at: datetime) -> int:
    """Have the scanner look at what it has not judged yet; returns how many files it judged."""
    return scanning.scan_waiting(Upload.objects.all(), _record, at=at)


def _record(upload: Upload, verdict: Verdict, at: datetime) -> None:
    record_verdict(upload=upload, verdict=verdict, at=at)


@transaction.atomic
def record_verdict(*, upload: Upload, verdict: Verdict, at: datetime) -> None:
    """What the scanner says, for as long as the file is there. Of an infected file only the row stays.

    Was it sent already, then whoever handles the dossier is told, once: what is infected stays so.
    """
    uploads = Upload.objects.select_for_update(of=("self",)).select_related("submission__dossier")
    held = uploads.filter(pk=upload.pk).exclude(scan=Scan.INFECTED).first()
    if held is None:
        return  # its owner removed it meanwhile
    held.scan, held.threat, held.scanned_at = verdict.scan, verdict.threat, at
    held.next_scan_at = at + SCAN_AGAIN
    if verdict.scan is Scan.INFECTED:
        _delete_files(_files_of(held))
        held.file, held.thumbnail = "", ""
        logger.warning("Virus %s found in file %s, which is thrown away", verdict.threat, held.pk)
    held.save(update_fields=["scan", "threat", "scanned_at", "next_scan_at", "file", "thumbnail"])
    if held.is_infected and held.submission:
        _tell_of_virus(held.submission.dossier, held, at)


def _tell_of_virus(dossier: Dossier, upload: Upload, at: datetime) -> None:
    """Whoever handles the dossier has to ask for another file. The dossier shows which one it was."""
    what = _(
        "The virus scanner found %(threat)s in a file of the citizen. Loket threw the file away. Ask for another one."
    )
    ask_follow_up(dossier=dossier, what=what % {"threat": upload.threat}, by=Actor.system(_("Virus scanner")), at=at)


# --- Files without a row ----------------------------------------------------------------------------------------------


def remove_orphans(*, before: datetime) -> int:
    """Remove stored files that no row names and that are older than ``before``; returns how many."""
    return orphans.remove_orphans(_storage(), UPLOADS, _named_files, before=before)


def _named_files(key: UUID) -> set[str]:
    row = Upload.objects.filter(pk=key).first()
    return set(_files_of(row)) if row else set()
