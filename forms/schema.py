"""Loket's form schema: what a FormVersion holds for ever.

    {"schema": 1, "title": …, "intro": …, "privacy": …,
     "steps": [{"key": …, "title": …, "intro": …, "fields": [formidable field definitions]}],
     "conditions": [],
     "keys": {block of the editor: key that its question, or value that its choice, was ever published under}}

Each field is formidable's own JSON; ``parameters`` adds our ``type`` and the ``purpose`` of the answer. Pure: no
database, no clock.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from core.publishing import Problem
from forms.fields import Purpose, registry
from forms.fields.base import Definition, plain_text

SCHEMA = 1
Schema = dict[str, Any]

ONCE = (Purpose.NAME, Purpose.EMAIL, Purpose.PHONE, Purpose.PLACE, Purpose.SUBJECT, Purpose.DESCRIPTION)


def build(*, title: str, intro: str, privacy: str, body: Any, earlier: Mapping[str, str] | None = None) -> Schema:
    """Compile the editor's blocks.

    ``earlier`` maps blocks to the keys they were published under: a key never changes when its label does.
    """
    keys = dict(earlier or {})
    fixed = {key for step in body for question in step.value["questions"] if (key := question.value.get("key"))}
    taken = fixed | set(keys.values())
    steps = []
    for step in body:
        fields = []
        for question in step.value["questions"]:
            key = question.value.get("key") or keys.get(question.id)
            if not key or (key in fixed and not question.value.get("key")):
                key = _free_key(question.value.get("label") or question.block_type, taken)
            taken.add(key)
            keys[question.id] = key
            fields.append(registry[question.block_type].definition(question.value, key, keys))
        steps.append(
            {
                "key": step.id,
                "title": plain_text(step.value.get("title") or ""),
                "intro": plain_text(step.value.get("intro") or ""),
                "fields": fields,
            }
        )
    return {
        "schema": SCHEMA,
        "title": plain_text(title),
        "intro": plain_text(intro),
        "privacy": plain_text(privacy),
        "steps": steps,
        "conditions": [],
        "keys": keys,
    }


def _free_key(label: str, taken: set[str]) -> str:
    base = slugify(label)[:40].strip("-") or "vraag"
    if not base[0].isalpha():
        base = f"vraag-{base}"
    key, number = base, 2
    while key in taken:
        key, number = f"{base}-{number}", number + 1
    return key


def fields_of(schema: Schema) -> Iterator[Definition]:
    """Every question, in order."""
    for step in schema["steps"]:
        yield from step["fields"]


def keys_by_purpose(schema: Schema) -> dict[str, str]:
    """Purpose → key of the question that serves it."""
    return {
        field["parameters"]["purpose"]: field["slug"] for field in fields_of(schema) if field["parameters"]["purpose"]
    }


def step_title(step: Mapping[str, Any]) -> str:
    """The title of a step; a step with a single question may borrow that one's."""
    return step["title"] or (step["fields"][0]["label"] if step["fields"] else "")


def problems(body: Any, *, anonymous_allowed: bool) -> list[Problem]:
    """What keeps these steps from being published, each named at its place."""
    if not body:
        return [Problem(_("Steps"), _("Add a step with at least one question."))]
    found: list[Problem] = []
    seen_keys: set[str] = set()
    seen_purposes: set[str] = set()
    required: dict[str, bool] = {}
    for step_number, step in enumerate(body, start=1):
        at_step = _("Step %(step)d") % {"step": step_number}
        asked = step.value["questions"]
        if not asked:
            found.append(Problem(at_step, _("This step has no questions. Add one, or remove the step.")))
        if len(asked) > 1 and not plain_text(step.value.get("title") or ""):
            found.append(Problem(at_step, _("Give the step a title.")))
        for number, question in enumerate(asked, start=1):
            field_type = registry[question.block_type]
            value = question.value
            label = plain_text(value.get("label") or "")
            where = _("Step %(step)d, question %(question)d (%(label)s)") % {
                "step": step_number,
                "question": number,
                "label": label or field_type.label,
            }
            if not label:
                found.append(Problem(where, _("Write down what you ask.")))
            if key := value.get("key"):
                if key in seen_keys:
                    found.append(Problem(where, _("The fixed key '%(key)s' is used twice.") % {"key": key}))
                seen_keys.add(key)
            if purpose := field_type.purpose(value):
                if purpose in seen_purposes:
                    found.append(
                        Problem(
                            where, _("There is an earlier question for '%(what)s'.") % {"what": Purpose(purpose).label}
                        )
                    )
                seen_purposes.add(purpose)
                required[purpose] = bool(value.get("required"))
            found += field_type.problems(value, where)
    if not anonymous_allowed:
        found += _problems_of_identity(required)
    return found


def _problems_of_identity(required: Mapping[str, bool]) -> list[Problem]:
    """Whoever sends the form must be known well enough to be answered."""
    found = []
    if not required.get(Purpose.NAME):
        found.append(
            Problem(_("Name"), _("Add a short text that must be answered and say there that it is the citizen's name."))
        )
    if not (required.get(Purpose.EMAIL) or required.get(Purpose.PHONE)):
        found.append(
            Problem(
                _("Contact data"),
                _("Add an e-mail address or phone number of the citizen that must be answered."),
            )
        )
    return found
