"""Loket's form schema: what a FormVersion holds for ever, and compiling an editor's blocks into it.

    {"schema": 3, "title": …, "intro": …, "privacy": …, "on_behalf" and "sign_in": each "no", "may" or "must",
     "steps": [{"key": …, "title": …, "intro": …, "when": condition or null,
                "groups": {id: {"title": …, "intro": …, "when": …, "checks": […]}},
                "fields": [formidable field definitions]}],
     "keys": {block of the editor: key of its question, or value of its choice, since it was first published}}

Each field is formidable's own JSON; ``parameters`` adds what is ours: ``type``, the ``purpose`` of the answer,
``group``, ``when`` (forms/conditions.py) and ``checks`` (forms/checks.py). Older schemas are brought up to date by
forms/converters.py. Pure: no database, no clock.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from core.publishing import Problem
from forms import reachability
from forms.check_blocks import compile_checks, compile_group_checks
from forms.condition_blocks import Target, compile_condition
from forms.conditions import Kind
from forms.fields import Purpose, registry
from forms.fields.base import Definition, FieldType, Retention, plain_text
from forms.fields.options import written
from forms.roles import OnBehalf, SignIn

SCHEMA = 3
Schema = dict[str, Any]
LATER = 10**9
"""Position of a question that still has to come."""
NESTING = "."
"""Between a repeating group or shared group and what is inside it, in references."""


@dataclass
class Compilation:
    """A compiled form, and what keeps it from being published."""

    schema: Schema
    problems: list[Problem] = field(default_factory=list)
    blocks: dict[str, str] = field(default_factory=dict)
    """Key of a question, group or step → the id of its block on the editor's screen."""


def build(**form: Any) -> Schema:
    """The schema of the editor's blocks as far as they are sound; see :func:`compile_form`."""
    return compile_form(**form).schema


def compile_form(
    *,
    title: str,
    intro: str,
    privacy: str,
    body: Any,
    on_behalf: str = OnBehalf.NO,
    sign_in: str = SignIn.MAY,
    earlier: Mapping[str, str] | None = None,
    anonymous_allowed: bool = True,
) -> Compilation:
    """Compile the editor's blocks.

    ``earlier`` maps blocks to the keys they were published under: a key never changes when its label does.
    """
    compiler = _Compiler(body, earlier or {})
    steps = [compiler.step(number, step) for number, step in enumerate(body, start=1)]
    if not body:
        compiler.problems.append(Problem(_("Steps"), _("Add a step with at least one question."), "body"))
    made = {
        "schema": SCHEMA,
        "title": plain_text(title),
        "intro": plain_text(intro),
        "privacy": plain_text(privacy),
        "on_behalf": str(on_behalf),
        "sign_in": str(sign_in),
        "steps": steps,
        "keys": compiler.keys,
    }
    if body and not anonymous_allowed:
        compiler.problems += _problems_of_identity(made)
    if not compiler.problems:
        compiler.problems += [
            Problem(where, message, compiler.blocks[key]) for where, message, key in reachability.unreachable(made)
        ]
    return Compilation(made, compiler.problems, compiler.blocks)


class _Compiler:
    """One walk through the editor's blocks, in the order of the form."""

    def __init__(self, body: Any, earlier: Mapping[str, str]) -> None:
        self.keys = dict(earlier)
        self.problems: list[Problem] = []
        self.blocks: dict[str, str] = {}
        self.shared = ""
        """The block of the shared questions that are being compiled: theirs are not on the editor's screen."""
        # Questions that still have to come are known by name, so that a condition on one of them can say so.
        self.targets: dict[str, Target] = {
            f"{question.id}{end}": Target("", plain_text(question.value.get("label") or ""), Kind.TEXT, LATER, {})
            for question in _all_questions(body)
            for end in ("", *registry[question.block_type].counts)
        }
        self.position = 0
        self.fixed = {key for question in _all_questions(body) if (key := question.value.get("key"))}
        self.taken = self.fixed | set(self.keys.values())
        self.seen_keys: set[str] = set()
        self.seen_purposes: set[str] = set()

    def problem(self, where: str, messages: list[str], block: str) -> None:
        self.problems += [Problem(where, message, block) for message in messages]

    def step(self, number: int, step: Any) -> dict[str, Any]:
        where = _("Step %(step)d") % {"step": number}
        title = plain_text(step.value.get("title") or "")
        when, wrong = compile_condition(step.value.get("when"), self.targets, self.position + 1)
        self.blocks[step.id] = step.id
        self.problem(where, wrong, step.id)
        made: dict[str, Any] = {
            "key": step.id,
            "title": title,
            "intro": plain_text(step.value.get("intro") or ""),
            "when": when,
            "groups": {},
            "fields": [],
        }
        self.asked = 0
        for child in step.value["questions"]:
            if child.block_type in {"group", "shared"}:
                self.group(number, child, made)
            else:
                made["fields"].append(self.question(number, child, child.id))
        if not made["fields"]:
            self.problem(where, [_("This step has no questions. Add one, or remove the step.")], step.id)
        if len(made["fields"]) > 1 and not title:
            self.problem(where, [_("Give the step a title.")], step.id)
        return made

    def group(self, number: int, child: Any, step: dict[str, Any]) -> None:
        where = _("Step %(step)d") % {"step": number}
        shared = child.block_type == "shared"
        self.blocks[child.id] = child.id
        source = child.value.get("group") if shared else child.value
        if source is None:
            self.problem(where, [_("The shared questions are not there any more. Choose others.")], child.id)
            return
        title = source.title if shared else source["title"]
        questions = source.questions if shared else source["questions"]
        where = _("Step %(step)d, group %(title)s") % {"step": number, "title": title or "–"}
        when, wrong = compile_condition(child.value.get("when"), self.targets, self.position + 1)
        checks, wrong_checks = compile_group_checks(None if shared else source["checks"])
        self.problem(where, wrong + wrong_checks, child.id)
        if not questions:
            self.problem(where, [_("This group has no questions. Add one, or remove the group.")], child.id)
        step["groups"][child.id] = {
            "title": plain_text(title or ""),
            "intro": plain_text((source.intro if shared else source["intro"]) or ""),
            "when": when,
            "checks": checks,
        }
        self.shared = child.id if shared else ""
        for question in questions:
            reference = f"{child.id}{NESTING}{question.id}" if shared else question.id
            made = self.question(number, question, reference, prefix=child.id if shared else "")
            made["parameters"]["group"] = child.id
            step["fields"].append(made)
            if shared:
                for end in ("", *registry[question.block_type].counts):
                    # for the conditions inside the shared questions
                    self.targets[question.id + end] = self.targets[reference + end]
        self.shared = ""
        if shared:
            for question in questions:
                for end in ("", *registry[question.block_type].counts):
                    self.targets.pop(question.id + end)

    def question(self, number: int, question: Any, reference: str, prefix: str = "") -> Definition:
        """Compile one question and make it known to the conditions after it."""
        field_type = registry[question.block_type]
        self.position += 1
        self.asked += 1
        where = _place(number, self.asked, question.value, field_type)
        made = self.definition(field_type, question, reference, where, prefix)
        if question.block_type == "repeat":
            made["parameters"]["fields"] = self.rows(question, reference, where, made)
        self.make_known(field_type, made, question.value, reference)
        if not field_type.is_content:
            self.purpose(field_type, made, where)
        return made

    def rows(self, question: Any, reference: str, where: str, repeat: Definition) -> list[Definition]:
        """The questions inside a repeating group; their conditions may look at each other and at earlier questions."""
        outside, found = self.targets, []
        self.targets = dict(outside)
        sums: dict[str, Target] = {}
        # All inner questions stand after what precedes the group, and in their own order.
        for inner in question.value["questions"]:
            field_type = registry[inner.block_type]
            self.position += 1
            inner_where = f"{where}, {plain_text(inner.value.get('label') or '') or field_type.label}"
            made = self.definition(field_type, inner, f"{reference}{NESTING}{inner.id}", inner_where)
            for end, target in self.make_known(field_type, made, inner.value, inner.id).items():
                if target.countable:
                    sums[inner.id + end] = replace(
                        target,
                        key=f"{repeat['slug']}{NESTING}{target.key}",
                        label=f"{repeat['label']}: {target.label}",
                        inner=True,
                    )
            found.append(made)
        self.targets = outside | sums
        return found

    def make_known(self, field_type: FieldType, made: Definition, value: Any, reference: str) -> dict[str, Target]:
        """Let the conditions and calculations after it look at a question, and at what can be counted of it."""
        whole = self.target(field_type, made, value)
        counted = {
            end: replace(
                whole,
                key=whole.key + end,
                label=f"{whole.label} ({name})",
                kind=Kind.NUMBER,
                choices={},
                countable=True,
            )
            for end, name in field_type.counts.items()
        }
        found = {"": whole} | counted
        for end, target in found.items():
            self.targets[reference + end] = self.targets[made["slug"] + end] = target
        return found

    def definition(
        self, field_type: FieldType, question: Any, reference: str, where: str, prefix: str = ""
    ) -> Definition:
        value = question.value
        key = value.get("key") or self.keys.get(reference)
        if not key or (key in self.fixed and not value.get("key")):
            key = _free_key(value.get("label") or question.block_type, self.taken)
        if prefix and key in self.seen_keys:
            key = _free_key(key, self.taken)  # shared questions used twice in one form
        self.taken.add(key)
        self.keys[reference] = key
        block = self.blocks[key] = self.shared or question.id
        made = field_type.definition(value, key, self.keys)
        self.targets[question.id] = self.target(field_type, made, value)
        when, wrong = compile_condition(value.get("when"), self.targets, self.position)
        checks, wrong_checks = compile_checks(
            value.get("checks"), kind=field_type.kind, targets=self.targets, position=self.position
        )
        wrong_links = field_type.link(made, value, self.targets, self.position)
        made["parameters"] |= {"when": when, "checks": checks, "group": ""}
        if not field_type.is_content and not plain_text(value.get("label") or ""):
            self.problem(where, [_("Write down what you ask.")], block)
        if key in self.seen_keys:
            self.problem(where, [_("The fixed key '%(key)s' is used twice.") % {"key": key}], block)
        self.seen_keys.add(key)
        self.problem(where, wrong + wrong_checks + wrong_links, block)
        self.problems += [replace(problem, block=block) for problem in field_type.problems(value, where)]
        return made

    def target(self, field_type: FieldType, made: Definition, value: Any) -> Target:
        choices = field_type.choices(made)
        blocks = [block for block, _option in written(value)] if "options" in value else []
        options = {block: self.keys[block] for block in blocks if block in self.keys}
        return Target(
            key=made["slug"],
            label=made["label"],
            kind=field_type.kind,
            position=self.position,
            choices={label: value for value, label in choices.items()} | {value: value for value in choices} | options,
            countable=field_type.is_countable(made),
        )

    def purpose(self, field_type: FieldType, made: Definition, where: str) -> None:
        for purpose in field_type.purposes(made):
            if purpose in self.seen_purposes:
                what = {"what": Purpose(purpose).label}
                message = _("There is an earlier question for '%(what)s'.") % what
                self.problem(where, [message], self.blocks[made["slug"]])
            self.seen_purposes.add(purpose)


def _all_questions(body: Any) -> Iterator[Any]:
    """Every question of the form itself (not of shared groups), inside groups and repeating groups too."""
    for step in body:
        for child in step.value["questions"]:
            if child.block_type == "group":
                yield from child.value["questions"]
            elif child.block_type != "shared":
                yield child
                if child.block_type == "repeat":
                    yield from child.value["questions"]


def _place(step: int, number: int, value: Any, field_type: FieldType) -> str:
    return _("Step %(step)d, question %(question)d (%(label)s)") % {
        "step": step,
        "question": number,
        "label": plain_text(value.get("label") or "") or field_type.label,
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
    """Every question, in order; those of a repeating group are within it."""
    for step in schema["steps"]:
        yield from step["fields"]


def is_sensitive(field: Definition) -> bool:
    """Whether its answer, or a part of it, may never be seen by who opens the form elsewhere, nor leave in a copy."""
    own = registry[field["parameters"]["type"]].retention is Retention.SENSITIVE
    return own or any(is_sensitive(inner) for inner in field["parameters"].get("fields", ()))


def by_purpose(schema: Schema, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Purpose → what the answers say for it, as far as they say anything."""
    found: dict[str, Any] = {}
    for question in fields_of(schema):
        field_type = registry[question["parameters"]["type"]]
        if answer := answers.get(question["slug"]):
            found |= {name: field_type.serve(name, answer, question) for name in field_type.purposes(question)}
    return found


def step_title(step: Mapping[str, Any]) -> str:
    """The title of a step; a step with a single question may borrow that one's."""
    return step["title"] or (step["fields"][0]["label"] if step["fields"] else "")


def _problems_of_identity(schema: Schema) -> list[Problem]:
    """Whoever sends the form must be known well enough to be answered, whatever branch was taken."""
    asked = {
        purpose
        for step in schema["steps"]
        for field in step["fields"]
        if is_required(field) and not (step["when"] or _condition_of(step, field))
        for purpose in registry[field["parameters"]["type"]].purposes(field, surely=True)
    }
    found = []
    if Purpose.NAME not in asked:
        found.append(
            Problem(
                _("Name"),
                _(
                    "Ask who fills in the form: with a question “Person”, or with a short text of which you choose at "
                    "“This is” that it is the name. It must be answered."
                ),
            )
        )
    if not asked & {Purpose.EMAIL, Purpose.PHONE}:
        found.append(
            Problem(
                _("Contact data"),
                _(
                    "Ask for the e-mail address or phone number of who fills in the form: as a question of its own, or "
                    "within “Person”. It must be answered."
                ),
            )
        )
    return found


def _condition_of(step: Mapping[str, Any], field: Definition) -> Any:
    group = field["parameters"]["group"]
    return field["parameters"]["when"] or (step["groups"][group]["when"] if group else None)


def is_required(field: Definition) -> bool:
    return any(access["level"] == "REQUIRED" for access in field["accesses"])
