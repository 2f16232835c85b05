"""Filling in and sending forms. Each verb is one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django import forms
from django.core.files.base import ContentFile
from django.db import transaction

from core.actors import Actor
from dossiers.actions import open_dossier
from dossiers.models import ProcessVersion
from forms import cosigning, gate, usage
from forms.branches import follow
from forms.cosign_rules import Cosigner
from forms.fields import Purpose, registry
from forms.fields.photo import NamedPicture
from forms.filling_in import as_asked, first_incomplete
from forms.models import FormDraft, FormVersion, Submission, Upload
from forms.roles import Role
from forms.runtime import QuestionsForm, is_file
from forms.schema import Schema, fields_of, keys_by_purpose
from parties.actions import resolve

CHANNELS = {Role.DESK: "desk"}
"""How the citizen came in, by role; the website unless said otherwise."""


class Incomplete(Exception):
    """The form cannot be sent yet: ``step`` is not, or not well, filled in."""

    def __init__(self, step: int) -> None:
        self.step = step
        super().__init__(f"Step {step} is incomplete.")


class AlreadySubmitted(Exception):
    """This form was sent; nothing in it can change any more."""


def uploads_of(draft: FormDraft) -> dict[str, Upload]:
    """The files that the answers point to, by question."""
    pointed = {
        value["upload"]: key for key, value in draft.answers.items() if isinstance(value, dict) and "upload" in value
    }
    if not pointed:
        return {}
    return {pointed[str(upload.pk)]: upload for upload in draft.uploads.filter(pk__in=pointed)}


def first_unfinished(draft: FormDraft, uploads: Mapping[str, Upload]) -> int | None:
    """The first step that applies and is not well filled in, or where something was typed that is not an answer yet."""
    schema = draft.version.schema
    incomplete = first_incomplete(schema, draft.role, draft.answers, uploads)
    applying = follow(schema, draft.answers, draft.role).steps
    typed = [number for number in applying if schema["steps"][number - 1]["key"] in draft.typed]
    return min([*typed, *([incomplete] if incomplete else [])], default=None)


def _hold(draft: FormDraft) -> FormDraft:
    """The draft as it is now, ours until the transaction ends. Raises AlreadySubmitted."""
    held = FormDraft.objects.select_for_update(of=("self",)).select_related("version").get(pk=draft.pk)
    if held.submitted_at:
        raise AlreadySubmitted
    return held


@transaction.atomic
def keep_answers(*, draft: FormDraft, number: int, form: QuestionsForm, by: Actor, at: datetime) -> FormDraft:
    """Keep what was filled in on a step whose form is valid, also what does not apply for now."""
    held = _hold(draft)
    held.answers |= form.answers
    held.typed.pop(held.version.schema["steps"][number - 1]["key"], None)
    held.save(update_fields=["answers", "typed", "updated_at"])
    return held


@transaction.atomic
def keep_cosigners(*, draft: FormDraft, cosigners: Sequence[Cosigner], by: Actor, at: datetime) -> FormDraft:
    """Keep who will be asked to sign too as it was typed, also when something in it is not right yet."""
    held = _hold(draft)
    held.cosigners = cosigning.as_kept(cosigners)
    held.save(update_fields=["cosigners", "updated_at"])
    return held


@transaction.atomic
def keep_pictures(*, draft: FormDraft, number: int, form: forms.Form, by: Actor, at: datetime) -> FormDraft:
    """Store new pictures of a step, also when something else on it is wrong: nobody should have to send one twice."""
    held = _hold(draft)
    for field in held.version.schema["steps"][number - 1]["fields"]:
        new = form.cleaned_data.get(field["slug"]) if is_file(field) else None
        if isinstance(new, NamedPicture):
            _forget_picture(held, field["slug"])
            upload = Upload(
                draft=held,
                key=field["slug"],
                name=new.name[:255],
                size=len(new.picture.content),
                width=new.picture.width,
                height=new.picture.height,
                uploaded_at=at,
            )
            upload.file.save("foto.jpg", ContentFile(new.picture.content), save=False)
            upload.thumbnail.save("klein.jpg", ContentFile(new.picture.thumbnail), save=False)
            upload.save()
            held.answers[field["slug"]] = {"upload": str(upload.pk), "name": upload.name}
    held.save(update_fields=["answers", "updated_at"])
    return held


@transaction.atomic
def remove_picture(*, draft: FormDraft, key: str, by: Actor, at: datetime) -> FormDraft:
    """Take a picture out of the form; doing it twice is doing it once."""
    held = _hold(draft)
    _forget_picture(held, key)
    held.save(update_fields=["answers", "updated_at"])
    return held


def _forget_picture(draft: FormDraft, key: str) -> None:
    answer = draft.answers.get(key)
    if isinstance(answer, dict) and "upload" in answer:
        del draft.answers[key]
        for upload in draft.uploads.filter(pk=answer["upload"]):
            _delete_upload(upload)


def _delete_upload(upload: Upload) -> None:
    """Row first; the files go when that is final."""
    files = [upload.file, upload.thumbnail]
    upload.delete()
    for file in files:
        transaction.on_commit(partial(file.storage.delete, str(file.name)))


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
    gate.pass_submit(held, visitor=visitor, at=at)
    answers = follow(schema, held.answers, held.role).answers  # what does not apply is not sent
    purposes = keys_by_purpose(schema)

    def given(purpose: Purpose) -> str:
        return answers.get(purposes.get(purpose, ""), "") or ""

    name, email, phone = given(Purpose.NAME), given(Purpose.EMAIL), given(Purpose.PHONE)
    asked = cosigning.fit(held, cosigners, own_email=email, at=at)
    party, match = None, ""
    if name or email or phone:
        resolution = resolve(name=name, email=email, phone=phone, by=by, at=at)
        party, match = resolution.party, resolution.match
    opened = open_dossier(
        process_version=_process_version(held.version),
        initiator=party,
        party_match=match,
        channel=CHANNELS.get(Role(held.role), "web"),
        subject=given(Purpose.SUBJECT) or schema["title"],
        body=given(Purpose.DESCRIPTION),
        place=given(Purpose.PLACE),
        facts=_facts(schema, answers),
        given_name=name,
        email=email,
        phone=phone,
        by=by,
        at=at,
    )
    submission = Submission.objects.create(
        version=held.version,
        dossier=opened.dossier,
        contact=opened.contact,
        token=held.pk,
        role=held.role,
        answers={"title": schema["title"], "steps": as_asked(schema, held.role, held.answers)},
        submitted_at=at,
    )
    cosigning.ask(submission=submission, cosigners=asked, by=by, at=at)
    sent = [upload.pk for key, upload in uploads.items() if key in answers]
    Upload.objects.filter(pk__in=sent).update(submission=submission, draft=None)
    for upload in held.uploads.exclude(pk__in=sent):
        _delete_upload(upload)
    held.answers, held.typed, held.cosigners = {}, {}, []
    held.submitted_at = at
    held.save(update_fields=["answers", "typed", "cosigners", "submitted_at", "updated_at"])
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
    *, version: FormVersion, role: Role, by: Actor, at: datetime, visitor: gate.Visitor | None = None
) -> FormDraft:
    """Begin to fill in; the draft stays on this version, whatever editors publish meanwhile. Raises gate.Refused.

    Without a visitor (a test, the demo) nobody is counted, neither for the limits nor for how the form is used.
    """
    gate.pass_start(version.definition, role=role, visitor=visitor, at=at)
    draft = FormDraft.objects.create(version=version, role=role, created_at=at)
    if visitor:
        usage.started(draft, device=visitor.device, at=at)
    return draft


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
