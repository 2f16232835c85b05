"""Reads the export of Open Forms (Open Formulieren), a ZIP with JSON files, as far as Loket has the same.

What becomes of each part is in the report. Only the structure of the files is used; facts about it are in Open Forms'
public documentation. Pure: nothing is unpacked on disk and nothing outside the ZIP is asked.
"""

import io
import json
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.portable import NotReadable
from forms.conditions import Test
from forms.fields import registry
from forms.fields.base import plain_text
from forms.portable import FORMAT, KIND, Portable

LARGEST, MOST_FILES = 5_000_000, 50
"""Bytes of one file inside, unpacked; number of files."""
DEEPEST = 12


class Outcome(StrEnum):
    TAKEN = "taken"
    ADAPTED = "adapted"
    LEFT_OUT = "left_out"


OUTCOME_LABELS = {
    Outcome.TAKEN: gettext_lazy("Taken over"),
    Outcome.ADAPTED: gettext_lazy("Adapted"),
    Outcome.LEFT_OUT: gettext_lazy("Left out"),
}


@dataclass(frozen=True)
class Line:
    """What became of one part."""

    outcome: Outcome
    where: str
    why: str = ""
    block: str = ""


def read(content: bytes) -> tuple[Portable, list[Line]]:
    """The form in our own portable format, and the report. Raises NotReadable."""
    files = _files(content)
    forms = files.get("forms.json")
    if not isinstance(forms, list) or not forms or not isinstance(forms[0], dict):
        raise NotReadable(_("There is no form in this ZIP file."))
    try:
        return _Reader(files).read(forms[0])
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as problem:
        if isinstance(problem, NotReadable):
            raise
        raise NotReadable(_("This export of Open Forms cannot be read.")) from problem


def _files(content: bytes) -> dict[str, Any]:
    """The JSON files that count, each read no further than is allowed."""
    wanted = {"forms.json", "formSteps.json", "formDefinitions.json", "formLogic.json", "formVariables.json"}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = archive.infolist()
            if len(infos) > MOST_FILES:
                raise NotReadable(_("There are too many files in this ZIP file."))
            found = {}
            for info in infos:
                if info.filename.startswith(("/", "\\")) or ".." in info.filename.replace("\\", "/").split("/"):
                    raise NotReadable(_("This ZIP file is not safe."))
                if info.filename not in wanted:
                    continue
                with archive.open(info) as file:
                    text = file.read(LARGEST + 1)  # whatever size the ZIP says it has
                if len(text) > LARGEST:
                    raise NotReadable(_("A file in this ZIP file is too large."))
                found[info.filename] = json.loads(text)
            return found
    except NotReadable:
        raise
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        OSError,
        EOFError,
        ValueError,
        RecursionError,
    ) as problem:
        raise NotReadable(_("This ZIP file cannot be read.")) from problem


# --- Types of components: ours, by preference; the first one that this Loket has

SAME: dict[str, tuple[str, ...]] = {
    "textfield": ("text",),
    "textarea": ("long_text",),
    "email": ("email",),
    "phoneNumber": ("phone",),
    "number": ("number", "text"),
    "currency": ("money", "number", "text"),
    "date": ("date", "text"),
    "time": ("time", "text"),
    "radio": ("choice",),
    "select": ("dropdown", "choice"),
    "selectboxes": ("choices",),
    "file": ("files", "photo"),
    "iban": ("iban", "text"),
    "licenseplate": ("plate", "text"),
    "bsn": ("national_number", "text"),
    "addressNL": ("address", "place", "text"),
    "map": ("place", "text"),
    "editgrid": ("repeat",),
}
ADAPTED_TO: dict[str, tuple[tuple[str, ...], Any]] = {
    "checkbox": (("yes_no", "choice"), gettext_lazy("One box to tick became a question with yes and no.")),
    "postcode": (("text",), gettext_lazy("A postcode became a short text. Belgian postcodes have four digits.")),
    "cosign": (("email",), gettext_lazy("Signing together is set in Loket itself; the e-mail address is asked.")),
}
REASONS: dict[str, Any] = {
    "bsn": gettext_lazy("Loket asks the Belgian national number; set the legal basis, or remove the question."),
    "addressNL": gettext_lazy("A Dutch address became a Belgian one. Look at it."),
    "map": gettext_lazy("A place on the map became a question about a place."),
    "file": gettext_lazy("Look at which kinds of files are allowed, and how large they may be."),
    "licenseplate": gettext_lazy("Belgian licence plates look different."),
}
OUTSIDE = {
    "registration_backends": gettext_lazy("Where the form is sent to: in Loket the process type decides that."),
    "registration_backend": gettext_lazy("Where the form is sent to: in Loket the process type decides that."),
    "auth_backends": gettext_lazy("Signing in: is set in Loket itself."),
    "payment_backend": gettext_lazy("Payment: is not taken over."),
    "product": gettext_lazy("The product and its price are not taken over. Use a calculated value."),
    "confirmation_email_template": gettext_lazy("The confirmation is a letter of the process type."),
    "appointment_options": gettext_lazy("Appointments are not taken over."),
}


@dataclass
class _Known:
    """A component that became a question."""

    block: dict[str, Any]
    type: str
    options: dict[str, str] = field(default_factory=dict)
    """Value → the id of our option."""
    hidden: bool = False
    inside: str = ""
    """Key of the repeating group."""


class _Reader:
    def __init__(self, files: dict[str, Any]) -> None:
        self.files = files
        self.report: list[Line] = []
        self.known: dict[str, _Known] = {}
        self.steps: dict[str, dict[str, Any]] = {}
        self.waiting: list[tuple[str, dict[str, Any], dict[str, Any]]] = []
        """Simple conditions, to be set when every question is known: key, block, condition."""

    def say(self, outcome: Outcome, where: str, why: Any = "", block: str = "") -> None:
        self.report.append(Line(outcome, where, str(why), block))

    def read(self, form: dict[str, Any]) -> tuple[Portable, list[Line]]:
        definitions = {one["uuid"]: one for one in self.files.get("formDefinitions.json") or []}
        steps = sorted(
            (step for step in self.files.get("formSteps.json") or []),
            key=lambda step: step.get("index", step.get("order", 0)) or 0,
        )
        body = []
        for step in steps:
            definition = definitions.get(str(step.get("form_definition", "")).rstrip("/").rpartition("/")[2])
            if definition is None:
                self.say(Outcome.LEFT_OUT, _("A step"), _("Its questions are not in the file."))
                continue
            body.append(self.step(step, definition))
        for key, block, condition in self.waiting:
            self.simple_condition(key, block, condition)
        for number, rule in enumerate(self.files.get("formLogic.json") or [], start=1):
            self.rule(_("Logic rule %(number)d") % {"number": number}, rule)
        self.never_shown()
        for name, why in OUTSIDE.items():
            if form.get(name):
                self.say(Outcome.LEFT_OUT, _("Settings"), why)
        variables = [one for one in self.files.get("formVariables.json") or [] if one.get("source") == "user_defined"]
        if variables:
            self.say(
                Outcome.LEFT_OUT,
                _("Variables: %(names)s") % {"names": ", ".join(str(one.get("name")) for one in variables)[:300]},
                _("Loket has no variables of its own. Use a calculated value."),
            )
        made = {
            "loket": KIND,
            "format": FORMAT,
            "title": plain_text(str(form.get("name") or _("Imported form"))),
            "slug": str(form.get("slug") or ""),
            "intro": plain_text(str(form.get("introduction_page_content") or form.get("explanation_template") or "")),
            "privacy": "",
            "process_type": "",
            "body": body,
            "shared": {},
        }
        return made, self.report

    # --- Steps and components

    def step(self, step: dict[str, Any], definition: dict[str, Any]) -> dict[str, Any]:
        title = plain_text(str(definition.get("name") or ""))[:120]
        block = _block("step", {"title": title, "intro": "", "questions": []})
        where = _("Step “%(title)s”") % {"title": title}
        self.steps[str(step.get("uuid"))] = block
        self.steps[str(definition.get("uuid"))] = block
        block["value"]["questions"] = list(
            self.components(definition["configuration"]["components"], where, block, depth=0)
        )
        self.say(Outcome.TAKEN, where, "", block["id"])
        if step.get("is_applicable") is False:
            block["hidden"] = True
        return block

    def components(
        self, components: list[dict[str, Any]], where: str, step: dict[str, Any], *, depth: int, inside: str = ""
    ) -> Iterator[dict[str, Any]]:
        if depth > DEEPEST:
            raise NotReadable(_("The groups in this form are nested too deeply."))
        for component in components:
            label = plain_text(str(component.get("label") or component.get("key") or ""))[:200]
            place = f"{where}, {label}" if label else where
            kind = component.get("type")
            if kind in {"columns"}:
                self.say(Outcome.ADAPTED, place, _("Columns became questions one below the other."))
                for column in component.get("columns") or []:
                    yield from self.components(
                        column.get("components") or [], where, step, depth=depth + 1, inside=inside
                    )
            elif kind == "fieldset":
                yield from self.fieldset(component, label, place, step, depth=depth, inside=inside)
            elif kind == "content":
                yield from self.content(component, place, step)
            elif kind == "datetime":
                yield from self.moment(component, label, place)
            elif kind in SAME or kind in ADAPTED_TO:
                made = self.question(component, label, place, inside)
                if made:
                    if kind == "editgrid":
                        inner = component.get("components") or []
                        made["value"]["questions"] = [
                            one
                            for one in self.components(
                                inner, place, step, depth=depth + 1, inside=str(component.get("key"))
                            )
                            if one["type"] not in {"group", "repeat"}
                        ]
                        made["value"] |= {
                            "row_label": plain_text(str(component.get("groupLabel") or ""))[:40] or _("row"),
                            "minimum": (component.get("validate") or {}).get("minLength") or 0,
                            "maximum": (component.get("validate") or {}).get("maxLength") or 10,
                        }
                    yield made
            else:
                self.say(Outcome.LEFT_OUT, place, _("Loket has no question of the type “%(type)s”.") % {"type": kind})

    def fieldset(
        self, component: dict[str, Any], label: str, place: str, step: dict[str, Any], *, depth: int, inside: str
    ) -> Iterator[dict[str, Any]]:
        inner = list(self.components(component.get("components") or [], place, step, depth=depth + 1, inside=inside))
        if depth or inside:
            self.say(
                Outcome.ADAPTED, place, _("A group inside another one is not possible; its questions stand there.")
            )
            yield from inner
            return
        flat = [
            one for child in inner for one in (child["value"]["questions"] if child["type"] == "group" else [child])
        ]
        title = "" if component.get("hideHeader") else label[:120]
        made = _block("group", {"title": title, "intro": "", "questions": flat, "checks": []})
        self.remember(component, made, "group", inside)
        self.say(Outcome.TAKEN, place, "", made["id"])
        yield made

    def content(self, component: dict[str, Any], place: str, step: dict[str, Any]) -> Iterator[dict[str, Any]]:
        text = plain_text(str(component.get("html") or "").replace("</p>", "</p>\n").replace("<br", "\n<br"))
        if not text:
            return
        name = next((name for name in ("explanation", "attention") if registry.get(name)), None)
        text_field = next(iter(_text_fields(name)), None) if name else None
        if name and text_field:
            made = _block(name, {text_field: text})
            self.remember(component, made, name, "")
            self.say(Outcome.ADAPTED, place, _("The text was taken over without its layout."), made["id"])
            yield made
            return
        step["value"]["intro"] = f"{step['value']['intro']}\n\n{text}".strip()[:1000]
        self.say(Outcome.ADAPTED, place, _("The text stands above the questions of the step now."), step["id"])

    def moment(self, component: dict[str, Any], label: str, place: str) -> Iterator[dict[str, Any]]:
        for kind, asked in (("date", label), ("time", _("At what time?"))):
            made = self.question(
                component | {"type": kind, "key": f"{component.get('key')}-{kind}"}, asked, place, "", quiet=True
            )
            if made:
                yield made
        self.say(Outcome.ADAPTED, place, _("Date and time became two questions."))

    def question(
        self, component: dict[str, Any], label: str, place: str, inside: str, *, quiet: bool = False
    ) -> dict[str, Any] | None:
        kind = component["type"]
        preferred, adapted_why = (SAME[kind], "") if kind in SAME else ADAPTED_TO[kind]
        if kind == "select" and component.get("multiple") and registry.get("choices"):
            preferred = ("choices",)
        name = next((name for name in preferred if registry.get(name)), None)
        if name is None:
            self.say(Outcome.LEFT_OUT, place, _("Loket has no question of the type “%(type)s”.") % {"type": kind})
            return None
        validate = component.get("validate") or {}
        value: dict[str, Any] = {
            "label": label,
            "hint": plain_text(str(component.get("description") or component.get("tooltip") or ""))[:300],
            "required": bool(validate.get("required")),
            "key": "",
        }
        made = _block(name, value)
        known = self.remember(component, made, name, inside)
        why = [str(adapted_why)] if adapted_why else []
        if name != preferred[0]:
            why.append(
                _("This Loket has no “%(type)s” yet; it became: %(ours)s.")
                % {"type": kind, "ours": registry[name].label}
            )
        elif kind in REASONS:
            why.append(str(REASONS[kind]))
        if name in {"choice", "choices", "dropdown"}:
            why += self.options(component, value, known)
        if name in {"number", "money"}:
            value |= {
                end: str(validate[there])
                for end, there in (("minimum", "min"), ("maximum", "max"))
                if _number(validate.get(there))
            }
            if name == "number":
                value["decimals"] = component.get("decimalLimit") or 0
        if component.get("multiple") and name != "choices":
            why.append(_("Several answers became one answer. Use a repeating group for more."))
        if validate.get("pattern"):
            why.append(_("A pattern of its own is not taken over. Choose a check from the list."))
        if component.get("prefill") and (component["prefill"] or {}).get("plugin"):
            why.append(_("Filling in beforehand is not taken over."))
        if component.get("customConditional") or component.get("calculateValue"):
            why.append(_("A script is not taken over."))
        if not quiet:
            if why:
                self.say(Outcome.ADAPTED, place, " ".join(why), made["id"])
            else:
                self.say(Outcome.TAKEN, place, "", made["id"])
        return made

    def options(self, component: dict[str, Any], value: dict[str, Any], known: _Known) -> list[str]:
        given = component.get("values") or (component.get("data") or {}).get("values") or []
        if component["type"] == "checkbox":
            given = [{"label": _("Yes"), "value": "true"}, {"label": _("No"), "value": "false"}]
        options = []
        for option in given:
            label = plain_text(str(option.get("label") or ""))[:200]
            if not label:
                continue
            block = str(uuid.uuid4())
            known.options[str(option.get("value"))] = block
            options.append({"type": "item", "id": block, "value": {"label": label, "hint": "", "amount": None}})
        value["options"] = options
        if (component.get("openForms") or {}).get("dataSrc", "manual") != "manual":
            return [_("The choices came from elsewhere. Fill them in.")]
        return []

    def remember(self, component: dict[str, Any], block: dict[str, Any], name: str, inside: str) -> _Known:
        key = str(component.get("key") or uuid.uuid4())
        known = self.known[key] = _Known(block, name, hidden=bool(component.get("hidden")), inside=inside)
        condition = component.get("conditional") or {}
        if condition.get("when") and condition.get("show") in {True, False, "true", "false"}:
            self.waiting.append((key, block, condition))
        return known

    # --- Conditions

    def simple_condition(self, key: str, block: dict[str, Any], condition: dict[str, Any]) -> None:
        where = block["value"].get("label") or block["value"].get("title") or key
        shows = condition["show"] in {True, "true"}
        try:
            rule = self.comparison(str(condition["when"]), "==", condition.get("eq"), self.known[key].inside)
        except _NotSimple as reason:
            self.say(Outcome.LEFT_OUT, _("Condition of “%(label)s”") % {"label": where}, reason, block["id"])
            return
        block["value"]["when"] = _when([rule]) if shows else _when(_opposite(rule), "any")
        self.known[key].hidden = False
        self.say(Outcome.TAKEN, _("Condition of “%(label)s”") % {"label": where}, "", block["id"])

    def rule(self, where: str, rule: dict[str, Any]) -> None:
        for action in rule.get("actions") or []:
            try:
                target, shows = self.target(action)
                when = self.trigger(rule.get("json_logic_trigger"), shows=shows)
                if target["value"].get("when"):
                    raise _NotSimple(_("There is a condition already. Add this one yourself."))
            except _NotSimple as reason:
                self.say(Outcome.LEFT_OUT, where, reason)
                continue
            target["value"]["when"] = when
            target.pop("hidden", None)
            for known in self.known.values():
                if known.block is target:
                    known.hidden = False
            label = target["value"].get("label") or target["value"].get("title") or "–"
            self.say(Outcome.TAKEN, f"{where}: {label}", "", target["id"])

    def target(self, action: dict[str, Any]) -> tuple[dict[str, Any], bool]:
        """The block that the action shows or hides, and which of both."""
        what = action.get("action") or {}
        kind = what.get("type")
        if kind == "property" and (what.get("property") or {}).get("value") == "hidden":
            known = self.known.get(str(action.get("component")))
            if known is None:
                raise _NotSimple(_("The question that it shows or hides was left out."))
            return known.block, what.get("state") is False
        if kind in {"step-not-applicable", "step-applicable"}:
            step = self.steps.get(
                str(action.get("form_step_uuid") or str(action.get("form_step") or "").rstrip("/").rpartition("/")[2])
            )
            if step is None:
                raise _NotSimple(_("The step that it skips was left out."))
            return step, kind == "step-applicable"
        raise _NotSimple(_("Loket does not do this: %(what)s.") % {"what": kind or "–"})

    def trigger(self, logic: Any, *, shows: bool) -> dict[str, Any]:
        if isinstance(logic, dict) and len(logic) == 1:
            operator, operands = next(iter(logic.items()))
            if operator in {"and", "or"} and isinstance(operands, list):
                rules = [self.one(part) for part in operands]
                if shows:
                    return _when(rules, "all" if operator == "and" else "any")
                # Not (a and b) is (not a) or (not b); each opposite is itself "is not, or empty".
                opposites = [
                    {"type": "group", "value": {"mode": "any", "rules": [r["value"] for r in _opposite(rule)]}}
                    for rule in rules
                ]
                return _when(opposites, "any" if operator == "and" else "all")
        rule = self.one(logic)
        return _when([rule]) if shows else _when(_opposite(rule), "any")

    def one(self, logic: Any) -> dict[str, Any]:
        if not isinstance(logic, dict) or len(logic) != 1:
            raise _NotSimple(_("The rule is too complicated."))
        operator, operands = next(iter(logic.items()))
        operands = operands if isinstance(operands, list) else [operands]
        if operator in {"!", "!!"} and len(operands) == 1:
            return self.comparison(_variable(operands[0]), operator, None)
        if operator == "in" and len(operands) == 2 and isinstance(operands[1], dict):
            return self.comparison(_variable(operands[1]), "==", operands[0])
        if operator == "in" and len(operands) == 2 and isinstance(operands[1], list):
            return self.one_of(_variable(operands[0]), operands[1])
        if operator in COMPARE and len(operands) == 2:
            return self.comparison(_variable(operands[0]), operator, _plain(operands[1]))
        raise _NotSimple(_("The rule is too complicated."))

    def one_of(self, key: str, values: list[Any]) -> dict[str, Any]:
        rules = [self.comparison(key, "==", value) for value in values]
        if not rules:
            raise _NotSimple(_("The rule is too complicated."))
        return _rule(rules[0]["value"]["question"], Test.ONE_OF, "; ".join(rule["value"]["value"] for rule in rules))

    def comparison(self, key: str, operator: str, value: Any, inside: str = "") -> dict[str, Any]:
        known = self.known.get(key)
        if known is None and "." in key:  # one box of several: {"var": "boxes.first"} == true
            outer, _dot, option = key.rpartition(".")
            boxes = self.known.get(outer)
            if boxes and boxes.type == "choices" and option in boxes.options and operator in {"==", "!="}:
                is_ticked = (operator == "==") == (value in (True, "true"))
                return _rule(boxes.block["id"], Test.IS if is_ticked else Test.IS_NOT, boxes.options[option])
        if (
            known is None
            or known.type in {"group", "explanation", "attention"}
            or (known.inside and known.inside != inside)
        ):
            raise _NotSimple(_("It looks at something that was left out, or inside a repeating group."))
        asked = known.block["id"]
        if operator == "!!" or (operator == "!=" and value in (None, "")):
            return _rule(asked, Test.FILLED)
        if operator == "!" or (operator == "==" and value in (None, "")):
            return _rule(asked, Test.EMPTY)
        if known.type == "yes_no":
            text = "ja" if value in (True, "true", 1) else "nee"
        elif known.options:
            chosen = known.options.get(str(value).lower() if isinstance(value, bool) else str(value))
            if chosen is None:
                raise _NotSimple(_("It looks at a choice that is not there."))
            text = chosen
        elif isinstance(value, bool) or not isinstance(value, str | int | float):
            raise _NotSimple(_("The rule is too complicated."))
        else:
            text = str(value)
        test: Test = COMPARE[operator]
        kind = str(registry[known.type].kind)
        if kind == "date":
            test = {Test.GREATER: Test.AFTER, Test.LESS: Test.BEFORE}.get(test, test)
            text = text[:10]
        return _rule(asked, test, text)

    def never_shown(self) -> None:
        """What was hidden until something showed it, and nothing does any more."""
        for known in self.known.values():
            if known.hidden:
                label = known.block["value"].get("label") or known.block["value"].get("title") or "–"
                self.say(
                    Outcome.ADAPTED,
                    label,
                    _("This was hidden, and what showed it could not be taken over. It always shows now."),
                    known.block["id"],
                )


class _NotSimple(ValueError):
    """Logic that has no counterpart; the message says why."""


COMPARE = {
    "==": Test.IS,
    "===": Test.IS,
    "!=": Test.IS_NOT,
    "!==": Test.IS_NOT,
    ">": Test.GREATER,
    ">=": Test.AT_LEAST,
    "<": Test.LESS,
    "<=": Test.AT_MOST,
}


def _block(name: str, value: dict[str, Any]) -> dict[str, Any]:
    return {"type": name, "id": str(uuid.uuid4()), "value": value}


def _rule(question: str, test: Test, value: str = "") -> dict[str, Any]:
    return {"type": "rule", "value": {"question": question, "test": str(test), "value": value}}


def _when(rules: list[dict[str, Any]], mode: str = "all") -> dict[str, Any]:
    return {"mode": mode, "rules": rules}


OPPOSITE = {
    Test.IS: Test.IS_NOT,
    Test.IS_NOT: Test.IS,
    Test.GREATER: Test.AT_MOST,
    Test.AT_MOST: Test.GREATER,
    Test.LESS: Test.AT_LEAST,
    Test.AT_LEAST: Test.LESS,
}


def _opposite(rule: dict[str, Any]) -> list[dict[str, Any]]:
    """One of these holds when the rule does not. A comparison with no answer never holds here, so "empty" is one."""
    value = rule["value"]
    test = Test(value["test"])
    if test in {Test.FILLED, Test.EMPTY}:
        return [_rule(value["question"], Test.EMPTY if test is Test.FILLED else Test.FILLED)]
    if test not in OPPOSITE:
        raise _NotSimple(_("The rule is too complicated."))
    return [_rule(value["question"], OPPOSITE[test], value["value"]), _rule(value["question"], Test.EMPTY)]


def _variable(logic: Any) -> str:
    if isinstance(logic, dict) and len(logic) == 1:
        operator, operand = next(iter(logic.items()))
        if operator == "date":
            return _variable(operand)
        if operator == "var":
            return str(operand[0] if isinstance(operand, list) and operand else operand)
    raise _NotSimple(_("The rule is too complicated."))


def _plain(value: Any) -> Any:
    if isinstance(value, dict) and set(value) == {"date"}:
        return value["date"]
    return value


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9


def _text_fields(name: str) -> Iterator[str]:
    """The fields of a text to read that hold its words."""
    for child in ("text", "body", "content"):
        if child in registry[name].block.child_blocks:
            yield child
