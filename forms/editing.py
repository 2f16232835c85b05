"""What editors do with whole forms. Each verb is one transaction."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail import blocks

from core.models import User
from core.portable import NotReadable, known_blocks
from dossiers.models import ProcessType
from forms import open_forms
from forms.fields import registry
from forms.fields.base import Definition
from forms.models import FormDefinition, FormRemark, FormStanding, FormTrial, FormVersion, QuestionGroup
from forms.models.cosigned import Cosigned
from forms.models.limited import Limited
from forms.open_forms import OUTCOME_LABELS, Line, Outcome
from forms.portable import (
    FORMAT,
    KIND,
    Portable,
    content_hash,
    current,
    not_chosen,
    shared_block,
    steps_block,
)
from forms.roles import Role
from forms.runtime import is_file
from forms.standing import Surroundings, live_problems


class Locked(Exception):
    """Somebody else locked the form."""


class NotRestorable(Exception):
    """The version dates from before its blocks were kept."""


@transaction.atomic
def restore(*, definition: FormDefinition, version: FormVersion, by: User) -> FormDefinition:
    """Make the content of an old version the draft. What is published stays so. Raises Locked, NotRestorable."""
    held = FormDefinition.objects.select_for_update().get(pk=definition.pk)
    refuse_locked(held, by)
    if version.body is None:
        raise NotRestorable
    draft = held.get_latest_revision_as_object()
    draft.body = version.body
    draft.title = version.schema["title"]
    draft.intro = version.schema["intro"]
    draft.privacy = version.schema["privacy"]
    draft.save_revision(user=by, log_action=True)
    return draft


def refuse_locked(definition: FormDefinition, by: User) -> None:
    lock = definition.get_lock()
    if lock and lock.for_user(by):
        raise Locked


def raw_body(definition: FormDefinition) -> list[dict[str, Any]]:
    """The blocks as they are stored."""
    return _raw(definition.body)


# --- To a file and from a file


SETTINGS = (
    "on_behalf",
    "sign_in",
    *(field.name for model in (Limited, Cosigned) for field in model._meta.local_fields),
    "api_allowed",
    "embedding_allowed",
)
"""Columns of a form that travel along."""
SWITCHES = ("api_allowed", "embedding_allowed")
LONGEST_SETTING = 10_000


def export(definition: FormDefinition) -> Portable:
    """The form as it is, in the portable format."""
    shared: dict[str, Any] = {}

    def chosen(block: blocks.ChooserBlock, raw: Any) -> Any:
        group = QuestionGroup.objects.filter(pk=raw).first() if _is_shared(block) else None
        if group is None:
            return None  # a video or picture stays behind
        questions = known_blocks(shared_block(), _raw(group.questions), lambda _block, _raw: None, [])
        name = content_hash(group.title, group.intro, questions)
        shared[name] = {"title": group.title, "intro": group.intro, "questions": questions}
        return name

    body = known_blocks(steps_block(), raw_body(definition), chosen, [])
    return {
        "loket": KIND,
        "format": FORMAT,
        "title": definition.title,
        "slug": definition.slug,
        "intro": definition.intro,
        "privacy": definition.privacy,
        "process_type": definition.process_type.name if definition.process_type else "",
        "settings": _as_json({name: getattr(definition, name) for name in SETTINGS}),
        "body": body,
        "shared": shared,
    }


@dataclass
class Imported:
    definition: FormDefinition
    notes: list[Line]


@transaction.atomic
def import_form(*, data: Any, by: User, notes: list[Line] | None = None, at: datetime) -> Imported:
    """A new draft from a file, never published. Raises NotReadable.

    What could not be taken over is in the notes, and as remarks with the form.
    """
    said = list(notes or [])
    portable = current(data)
    groups = _shared_groups(portable["shared"], said)
    unknown: list[str] = []

    def chosen(block: blocks.ChooserBlock, raw: Any) -> Any:
        if _is_shared(block) and raw in groups:
            return groups[raw].pk
        return None

    try:
        body = known_blocks(steps_block(), portable["body"], chosen, unknown)
        said += _not_in_file(steps_block(), body)
        said += [Line(Outcome.LEFT_OUT, name, _("This Loket does not know this type of question.")) for name in unknown]
        process_type = None
        if name := portable["process_type"]:
            process_type = ProcessType.objects.filter(name=name).first()
            if process_type is None:
                said.append(
                    Line(
                        Outcome.LEFT_OUT,
                        _("Process type"),
                        _("There is no process type “%(name)s” here. Choose one.") % {"name": name},
                    )
                )
        definition = FormDefinition(
            title=portable["title"].strip() or _("Imported form"),
            slug=_free_slug(portable["slug"] or portable["title"]),
            intro=portable["intro"],
            privacy=portable["privacy"],
            process_type=process_type,
            body=body,
            live=False,
        )
        _take_settings(definition, portable["settings"], said, at)
        definition.problems()  # whatever is in the file, the form builder must be able to open it
    except (
        AttributeError,
        KeyError,
        TypeError,
        ValueError,
        ArithmeticError,
        RecursionError,
        ValidationError,
    ) as problem:
        if isinstance(problem, NotReadable):
            raise
        raise NotReadable(_("This file is damaged.")) from problem
    definition.save()
    definition.save_revision(user=by, log_action=True)
    FormRemark.objects.bulk_create(
        FormRemark(
            definition=definition,
            block=line.block,
            author=by,
            at=at,
            text=f"{OUTCOME_LABELS[line.outcome]}: {line.where}. {line.why}"[:2000],
        )
        for line in said
        if line.outcome != Outcome.TAKEN
    )
    return Imported(definition, said)


def read_file(content: bytes) -> tuple[Any, list[Line]]:
    """What an uploaded file holds: a form of ours, or of Open Forms with what became of it. Raises NotReadable."""
    if content[:2] == b"PK":
        return open_forms.read(content)
    try:
        return json.loads(content), []
    except (ValueError, RecursionError) as problem:
        raise NotReadable(_("This file is not a form of Loket.")) from problem


def _not_in_file(block: blocks.StreamBlock, body: list[Any], within: str = "") -> Iterator[Line]:
    """``within``: the title of shared questions; their blocks are not on the screen of the form."""
    for child, part in not_chosen(block, body):
        where = ": ".join(text for text in (within, str(part.label), child["value"].get("title") or "") if text)
        yield Line(
            Outcome.LEFT_OUT,
            where,
            _("Choose it again; it was not in the file."),
            "" if within else child.get("id", ""),
        )


def _take_settings(definition: FormDefinition, settings: dict[str, Any], said: list[Line], at: datetime) -> None:
    """Give the form the settings of the file, each as good as an editor may type it; others stay as in a new form."""
    for name in (name for name in SETTINGS if name in settings):
        field, value = _column(name), settings[name]
        if isinstance(value, dict | list):
            raise NotReadable(_("This file is damaged."))
        if isinstance(value, str):
            value = value.replace("\0", "")[:LONGEST_SETTING]
        try:
            value = field.clean(value, definition)
            if isinstance(value, datetime):
                value = timezone.localtime(value) if timezone.is_aware(value) else timezone.make_aware(value)
                if not 2000 <= value.year <= 2200:  # near its ends the calendar cannot be reckoned with
                    raise ValidationError("")
        except (ValidationError, OverflowError):
            said.append(Line(Outcome.LEFT_OUT, _label(name), _("The value in the file cannot be used here.")))
        else:
            setattr(definition, name, value)
    try:
        definition.clean()  # what must hold of two settings together
    except ValidationError as problem:
        said.append(Line(Outcome.LEFT_OUT, f"{_label('opens_at')}, {_label('closes_at')}", problem.messages[0]))
        definition.opens_at = definition.closes_at = None
    if definition.closes_at and definition.closes_at <= at:
        said.append(
            Line(
                Outcome.ADAPTED,
                _label("closes_at"),
                _("That moment is over: nobody can fill in the form. Give another one, or leave it empty."),
            )
        )
    said += [
        Line(
            Outcome.ADAPTED,
            _label(name),
            _("This is switched on in the file. It holds once you publish; switch it off if you do not want that."),
        )
        for name in SWITCHES
        if getattr(definition, name)
    ]


def _column(name: str) -> Any:
    return FormDefinition._meta.get_field(name)


def _label(name: str) -> str:
    label = str(_column(name).verbose_name)
    return label[:1].upper() + label[1:]


def _shared_groups(shared: dict[str, Any], said: list[Line]) -> dict[str, QuestionGroup]:
    """By the name in the file; one that exists here with the same content is used."""
    if not shared:
        return {}
    existing = {
        content_hash(
            group.title, group.intro, known_blocks(shared_block(), _raw(group.questions), lambda _b, _r: None, [])
        ): group
        for group in QuestionGroup.objects.all()
    }
    found = {}
    for name, group in shared.items():
        if not isinstance(group, dict) or not all(isinstance(group.get(part, ""), str) for part in ("title", "intro")):
            raise NotReadable(_("This file is damaged."))
        unknown: list[str] = []
        questions = known_blocks(shared_block(), group.get("questions"), lambda _b, _r: None, unknown)
        title, intro = group.get("title", "")[:120], group.get("intro", "")[:1000]
        same = existing.get(content_hash(title, intro, questions))
        if same is None:
            same = QuestionGroup(title=title, intro=intro, questions=questions)
            same.save()
            said.append(Line(Outcome.ADAPTED, title, _("New shared questions were made.")))
            said += _not_in_file(shared_block(), questions, within=title)
        found[name] = same
    return found


def _is_shared(block: blocks.ChooserBlock) -> bool:
    return bool(block.model_class is QuestionGroup)


def _free_slug(wanted: str) -> str:
    base = slugify(wanted)[:100] or "formulier"
    slug, number = base, 2
    while FormDefinition.objects.filter(slug=slug).exists():
        slug, number = f"{base}-{number}", number + 1
    return slug


def _raw(stream: Any) -> list[dict[str, Any]]:
    return _as_json(stream.get_prep_value())


def _as_json(value: Any) -> Any:
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder))


# --- Trying out


@transaction.atomic
def start_trial(*, definition: FormDefinition, role: Role, by: User, at: datetime) -> FormTrial:
    """Try the draft out. Files are not kept, so in their place stands what the citizen is asked."""
    schema = definition.draft_schema()
    for step in schema["steps"]:
        step["fields"] = [_file_in_words(field) if is_file(field) else field for field in step["fields"]]
    return FormTrial.objects.create(schema=schema, role=role, by=by, created_at=at)


def _file_in_words(field: Definition) -> Definition:
    said = _("Here the citizen is asked to add: “%(label)s”. In a trial no file is stored.") % {"label": field["label"]}
    made = registry["explanation"].definition({"text": said}, field["slug"])
    kept = {name: field["parameters"][name] for name in ("when", "group")}
    made["parameters"] |= kept | {"checks": []}
    return made | {"label": field["label"], "accesses": field["accesses"]}


# --- Remarks


def remark(*, definition: FormDefinition, text: str, block: str, by: User, at: datetime) -> FormRemark:
    return FormRemark.objects.create(definition=definition, text=text, block=block, author=by, at=at)


def resolve(*, remark: FormRemark, by: User, at: datetime) -> None:
    """Doing it twice is doing it once."""
    FormRemark.objects.filter(pk=remark.pk, resolved_at=None).update(resolved_at=at)


# --- The night


def check_published(*, at: datetime) -> int:
    """Look whether each published form still works today; how many do not. What is wrong shows in the list of forms."""
    unwell, around = 0, Surroundings(at)
    for definition in FormDefinition.objects.filter(live=True).select_related("process_type__team"):
        found = list(live_problems(definition, around))
        unwell += bool(found)
        FormStanding.objects.update_or_create(
            definition=definition, defaults={"live_problems": found, "checked_at": at}
        )
    FormStanding.objects.filter(definition__live=False).exclude(live_problems=[]).update(
        live_problems=[], checked_at=at
    )
    return unwell
