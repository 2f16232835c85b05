"""Filling in and sending through the API. Each verb is one transaction, around the same actions as the pages.

Whoever calls names each form that it fills in by a key of its own (a uuid). The key stands for one draft here: files
and sending under one key belong together, and sending twice is sending once.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from core.actors import Actor
from forms import actions, cosigning, gate, on_behalf
from forms.api_answers import Errors, Judged, WrongAnswers, judge, read
from forms.branches import Branch
from forms.cosign_rules import Cosigner
from forms.fields import Purpose
from forms.filling_in import upload_ids
from forms.gate import Visitor
from forms.models import FormDefinition, FormDraft, FormVersion, Submission, Upload
from forms.on_behalf import Given
from forms.public_schema import answerable
from forms.roles import ActingFor, Role, role_for
from forms.runtime import is_file, step_form_class
from forms.schema import by_purpose

COSIGNERS = "medeondertekenaars"
"""Where an answer of the API says what is wrong with them."""
ON_BEHALF = "namens"
"""Where an answer of the API says what is wrong with for whom the form is filled in."""
PARTS = {"name": "naam", "number": "nummer", "function": "functie"}
"""What it is made of, and what that is called outside."""
OLD_VERSION = timedelta(hours=24)
"""So long after a new version a form may still be sent as it was."""


class Unavailable(Exception):
    """The form is not published now."""


class OtherVersion(Exception):
    """The version that was named cannot be filled in any more (or never could); ``current`` is the one to read."""

    def __init__(self, current: int) -> None:
        self.current = current
        super().__init__(f"Version {current} is the current one.")


class KeyTaken(Exception):
    """The key was used for something else."""


def draft_id(key: UUID) -> UUID:
    """Secret, so that nobody who sees the address of a draft on the website can reach it by the API."""
    return UUID(bytes=salted_hmac("forms.api", key.hex, algorithm="sha256").digest()[:16], version=4)


def version_for(definition: FormDefinition, named: int | None, *, at: datetime) -> FormVersion:
    """The version to fill in: the named one if it was current in the last 24 hours, else the current one.

    Raises Unavailable, OtherVersion.
    """
    current = definition.current_version
    if current is None:
        raise Unavailable
    if named is None or named == current.number:
        return current
    version = definition.versions.filter(number=named).first()
    if version is None:
        raise OtherVersion(current.number)
    successor = definition.versions.filter(number__gt=named).order_by("number").first()
    if successor and successor.compiled_at < at - OLD_VERSION:
        raise OtherVersion(current.number)
    return version


def check(
    *,
    definition: FormDefinition,
    given: Mapping[str, Any],
    acting_for: ActingFor = ActingFor.SELF,
    for_whom: Given | None = None,
    cosigners: Sequence[Cosigner] = (),
    named: int | None,
    key: UUID | None,
    at: datetime,
) -> tuple[FormVersion, Judged]:
    """What the form says of the answers. Keeps nothing. Raises Unavailable, OtherVersion, WrongAnswers."""
    draft = _draft(definition, key) if key else None
    version = _version(definition, draft, named, at)
    role = role_for(acting_for)
    answers = read(version.schema, given, role)
    files, uploads = _chosen_files(draft, version, answers)
    judged = judge(version.schema, answers, files=files, uploads=uploads, role=role)
    judged.errors.update(_read_for_whom(version, acting_for, for_whom)[1])
    if definition.cosigners_max:
        own_email = by_purpose(version.schema, judged.answers).get(Purpose.EMAIL) or ""
        if faults := cosigning.faults_of(definition, cosigners, own_email=own_email, at=at):
            judged.errors[COSIGNERS] = [fault.message for fault in faults]
    return version, judged


@transaction.atomic
def keep_file(
    *,
    definition: FormDefinition,
    key: UUID,
    question: str,
    file: UploadedFile,
    by: Actor,
    at: datetime,
    visitor: Visitor | None = None,
) -> Upload:
    """Take the file for a question.

    Raises Unavailable, KeyTaken, WrongAnswers, gate.Refused, actions.AlreadySubmitted.
    """
    gate.look(definition, at=at)
    draft = _begin(definition, key, None, by, at, visitor)
    asks = (
        (number, step)
        for number, step in enumerate(draft.version.schema["steps"], start=1)
        if (field := answerable(step["fields"]).get(question)) and is_file(field)
    )
    number, step = next(asks, (0, None))
    if step is None:
        raise WrongAnswers({"vraag": [_("This question is not in the form, or does not ask for a file.")]})
    # Whether the question applies depends on answers that are not here yet; sending looks at it.
    only_this = Branch([number], frozenset({question}), {}, {}, {}, frozenset())
    earlier = {key: there for key, there in actions.uploads_of(draft).items() if isinstance(there, list)}
    form: Any = step_form_class(step, draft.role)(
        {}, MultiValueDict({question: [file]}), initial=earlier, follow=lambda answers: only_this
    )
    form.full_clean()
    before = set(upload_ids(draft.answers.get(question)))
    if not form.errors:
        draft = actions.keep_files(draft=draft, number=number, form=form, by=by, at=at)
    if form.errors:
        raise WrongAnswers({question: [str(message) for message in form.errors[question]]})
    there = actions.uploads_of(draft)[question]
    uploads = there if isinstance(there, list) else [there]
    return next((upload for upload in uploads if str(upload.pk) not in before), uploads[-1])


@transaction.atomic
def send(
    *,
    definition: FormDefinition,
    key: UUID,
    given: Mapping[str, Any],
    acting_for: ActingFor = ActingFor.SELF,
    for_whom: Given | None = None,
    cosigners: Sequence[Cosigner] = (),
    named: int | None,
    by: Actor,
    at: datetime,
    visitor: Visitor | None = None,
) -> Submission:
    """Send the form; the same key and answers again give the same submission.

    ``for_whom`` is what was said of who is represented, as on the page of the website (forms/on_behalf.py).
    Raises Unavailable, OtherVersion, KeyTaken, WrongAnswers, gate.Refused.
    """
    draft = _begin(definition, key, named, by, at, visitor)
    role = role_for(acting_for)
    answers = read(draft.version.schema, given, role)
    asked: Any = [answers, cosigning.as_kept(cosigners)] if cosigners else answers
    if for_whom is not None:
        asked = [asked, acting_for, for_whom]
    fingerprint = salted_hmac(
        "forms.api.fingerprint", json.dumps(asked, sort_keys=True), algorithm="sha256"
    ).hexdigest()
    if draft.submitted_at:
        if draft.fingerprint != fingerprint:
            raise KeyTaken
        return Submission.objects.get(token=draft.pk)
    files, uploads = _chosen_files(draft, draft.version, answers)
    judged = judge(draft.version.schema, answers, files=files, uploads=uploads, role=role)
    represented, faults = _read_for_whom(draft.version, acting_for, for_whom)
    if errors := judged.errors | faults:
        raise WrongAnswers(errors)
    draft.role, draft.acting_for, draft.on_behalf = role, acting_for, represented
    draft.answers = judged.answers
    draft.fingerprint = fingerprint
    draft.save(update_fields=["role", "acting_for", "on_behalf", "answers", "fingerprint", "updated_at"])
    try:
        return actions.submit(draft=draft, cosigners=cosigners, by=by, at=at, visitor=visitor)
    except cosigning.Unfit as unfit:
        raise WrongAnswers({COSIGNERS: [fault.message for fault in unfit.faults]}) from unfit


def _begin(
    definition: FormDefinition, key: UUID, named: int | None, by: Actor, at: datetime, visitor: Visitor | None
) -> FormDraft:
    """The draft of the key, ours until the transaction ends, made if it is not there yet.

    Who comes second at the same moment waits here for who was first.
    """
    pk = draft_id(key)
    draft = _draft(definition, key)
    if draft is None:
        if Submission.objects.filter(token=pk).exists():
            raise KeyTaken  # so long ago that what was sent is not known any more
        version = version_for(definition, named, at=at)
        try:
            with transaction.atomic():
                actions.start(version=version, role=Role.CITIZEN, by=by, at=at, visitor=visitor, uuid=pk)
        except IntegrityError:
            draft = _draft(definition, key)
            if draft is None:
                raise
    held = FormDraft.objects.select_for_update(of=("self",)).select_related("version").get(pk=pk)
    if not held.submitted_at:
        _version(definition, held, named, at)
    return held


def _draft(definition: FormDefinition, key: UUID) -> FormDraft | None:
    """Raises KeyTaken when the key was used on another form."""
    draft = FormDraft.objects.select_related("version").filter(pk=draft_id(key)).first()
    if draft and draft.version.definition_id != definition.pk:
        raise KeyTaken
    return draft


def _version(definition: FormDefinition, draft: FormDraft | None, named: int | None, at: datetime) -> FormVersion:
    """A draft stays on the version that it began with; naming another one is refused."""
    current = version_for(definition, named, at=at)
    if draft is None:
        return current
    if named is not None and named != draft.version.number:
        raise OtherVersion(draft.version.number)
    return draft.version


def _read_for_whom(version: FormVersion, acting_for: ActingFor, for_whom: Given | None) -> tuple[Given | None, Errors]:
    """Who is represented, normalised, and what is wrong with it."""
    if acting_for not in on_behalf.choices(on_behalf.allowed(version.schema)):
        if acting_for == ActingFor.SELF:
            return None, {ON_BEHALF: [_("This form is always filled in for somebody else. Say for whom.")]}
        return None, {ON_BEHALF: [_("This form cannot be filled in for somebody else.")]}
    if acting_for == ActingFor.SELF:
        return None, {}
    form = on_behalf.form_for(acting_for, data=for_whom)
    faults = {f"{ON_BEHALF}.{PARTS[name]}": [str(message) for message in form.errors[name]] for name in form.errors}
    return (None if faults else dict(form.cleaned_data)), faults


def _chosen_files(
    draft: FormDraft | None, version: FormVersion, answers: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The answers of questions that ask for files, and the files, as far as the caller names them. Takes their ids out.

    Raises WrongAnswers.
    """
    files: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    fields = [field for step in version.schema["steps"] for field in answerable(step["fields"]).values()]
    for field in fields:
        key = field["slug"]
        if not is_file(field) or not (named := answers.pop(key, None)):
            continue
        there = draft.answers.get(key) if draft else None
        ids = {str(UUID(one)) for one in (named if isinstance(named, list) else [named])}
        if not ids <= set(upload_ids(there)):
            errors[key] = [_("This file is not here. Send it first, under the same key.")]
        elif isinstance(there, list):
            files[key] = [item for item in there if item["upload"] in ids]
        else:
            files[key] = there
    if errors:
        raise WrongAnswers(errors)
    if draft is None or not files:
        return {}, {}
    held = FormDraft(pk=draft.pk, version=version, answers=files)
    return files, dict(actions.uploads_of(held))
