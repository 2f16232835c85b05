"""What keeps a drawn process from being published (docs/rules/procestypes.md). Each rule is a generator of problems.

Reads the draft only; the one thing it asks the database is whether a team, a group and a letter are still there.
"""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext

from core.publishing import Problem
from dossiers.blocks import group_choices
from dossiers.milestones import ENDS, Milestone, ProcessKind
from dossiers.models.team import Team

if TYPE_CHECKING:
    from dossiers.models.letter_template import LetterTemplate
    from dossiers.models.process_type import ProcessType

Value = Mapping[str, Any]
"""The value of a block, by field."""


def problems(process: "ProcessType") -> list[Problem]:
    """Every problem at once; the shape of the whole only when its parts are sound."""
    if not list(process.statuses):
        return [
            Problem(
                gettext("Statuses"),
                gettext("Add at least one status; the first is where a new dossier starts."),
                block="statuses",
            )
        ]
    found = [problem for rule in PARTS for problem in rule(process)]
    return found or list(shape(process))


def statuses(process: "ProcessType") -> Iterator[Problem]:
    seen: set[str] = set()
    for number, block in enumerate(process.statuses, start=1):
        where, value = gettext("Status %(number)s") % {"number": number}, block.value
        if value["key"] in seen:
            message = gettext("There is already a status '%(key)s'. Give each its own name.") % {"key": value["key"]}
            yield Problem(where, message, block=_id(block))
        seen.add(value["key"])
        if value["pauses"] and value["milestone"] in {Milestone.RECEIVED, *ENDS}:
            yield Problem(
                where, gettext("The clock cannot stand still in a status with this milestone."), block=_id(block)
            )
        if value["is_decision"] and value["milestone"] in {Milestone.RECEIVED, Milestone.WAITING_FOR_CITIZEN}:
            yield Problem(where, gettext("A status with this milestone cannot be a decision."), block=_id(block))
    first = process.statuses[0]
    if first.value["milestone"] != Milestone.RECEIVED:
        message = gettext("The first status must have the milestone 'Received'.")
        yield Problem(gettext("Status 1"), message, block=_id(first))


def steps(process: "ProcessType") -> Iterator[Problem]:
    by_key = {block.value["key"]: block.value for block in process.statuses}
    used: set[tuple[str, str]] = set()
    groups = {name for name, _label in group_choices()}
    for number, block in enumerate(process.steps, start=1):
        value = block.value

        def problem(message: str, number: int = number, block: Any = block) -> Problem:
            where = gettext("Step %(number)s (%(label)s)") % {"number": number, "label": block.value["label"]}
            return Problem(where, message, block=_id(block))

        for name in [*value["sources"], value["target"]]:
            if process.status_key(name) is None:
                yield problem(gettext("There is no status '%(name)s'.") % {"name": name})
        sources = {key for name in value["sources"] if (key := process.status_key(name))}
        target = process.status_key(value["target"])
        if target in sources:
            yield problem(gettext("A step cannot lead back to the same status."))
        for source in sorted(sources):
            if (source, value["key"]) in used:
                yield problem(
                    gettext("From '%(label)s' there are two steps with the key '%(key)s'. Give each its own text.")
                    % {"label": by_key[source]["label"], "key": value["key"]}
                )
            used.add((source, value["key"]))
        if value["letter"] and value["letter"].uses("reden") and not value["needs_reason"]:
            yield problem(gettext("The letter gives a reason, so the step must ask for one."))
        if (value["reason_label"] or value["reason_hint"]) and not value["needs_reason"]:
            yield problem(gettext("The step says what to ask instead of a reason: tick 'Ask a reason' too."))
        yield from map(problem, _result(value, process))
        if gone := sorted(set(value["groups"] or ()) - groups):
            message = gettext("There is no group '%(groups)s'. Choose who may do this.")
            yield problem(message % {"groups": "', '".join(gone)})
        if target is None:
            continue
        if by_key[target]["is_decision"]:
            yield from map(problem, _decision(value))
        if value["letter"] and value["letter"].is_decision:
            yield from map(problem, _complete(value["letter"]))
        if value["citizen_may"]:
            yield from map(problem, _by_citizen(value, by_key[target], [by_key[source] for source in sources]))


def _result(step: Value, process: "ProcessType") -> Iterator[str]:
    if step["needs_result"] and not list(process.results):
        yield gettext("The step asks for a result, and this process type has none. Add them first.")
    if step["needs_result"] and step["result"]:
        yield gettext("The step asks for a result and always gives the same one: choose one of both.")
    if step["result"] and process.result_key(step["result"]) is None:
        yield gettext("There is no result '%(name)s'.") % {"name": step["result"]}
    letter = step["letter"]
    if letter and letter.uses("resultaat"):
        if not (step["needs_result"] or step["result"]):
            yield gettext("The letter gives the result, so the step must ask for one, or always give the same.")
        for name in sorted(letter.compares("resultaat")):
            if name.casefold() not in {block.value["label"].strip().casefold() for block in process.results}:
                message = gettext("The letter '%(letter)s' has a part for the result '%(name)s', and there is none.")
                yield message % {"letter": letter, "name": name}


def _decision(step: Value) -> Iterator[str]:
    """A decision is explained: facts, reason, legal base, signatory, appeal."""
    if not step["needs_reason"]:
        yield gettext("This step takes a decision, so it must ask for the reason.")
    if step["letter"] is None:
        yield gettext("This step takes a decision, so it must send a letter.")
    elif not step["letter"].is_decision:
        yield gettext("This step takes a decision, so tick 'is a decision' in the letter '%(letter)s'.") % {
            "letter": step["letter"]
        }


def _complete(letter: "LetterTemplate") -> Iterator[str]:
    """docs/rules/brieven.md"""
    if lacking := letter.decision_problems(timezone.localdate()):
        yield gettext("The letter '%(letter)s' is not a complete decision: %(problems)s.") % {
            "letter": letter,
            "problems": "; ".join(lacking),
        }


def _by_citizen(step: Value, target: Value, sources: list[Value]) -> Iterator[str]:
    withdraws = target["milestone"] == Milestone.WITHDRAWN
    answers = bool(sources) and all(source["milestone"] == Milestone.WAITING_FOR_CITIZEN for source in sources)
    if not (withdraws or answers) or target["is_decision"]:
        yield gettext("A citizen can only withdraw, or answer while we wait for the citizen.")
    if step["needs_result"]:
        yield gettext("A citizen cannot choose a result.")


def terms(process: "ProcessType") -> Iterator[Problem]:
    where = gettext("Terms")
    values = [block.value for block in process.terms]
    for first, second in pairwise(values):
        if second["days"] < first["days"]:
            yield Problem(where, gettext("Put the terms in order: the shortest first."), block="terms")
    if len({value["milestone"] for value in values}) < len(values):
        yield Problem(where, gettext("There are two terms until the same milestone."), block="terms")
    if process.confirmation and process.confirmation.uses("uiterste_datum") and not values:
        message = gettext("The confirmation promises a date, so at least one term is needed.")
        yield Problem(where, message, block="terms")
    for name in ("confirmation", "delay_letter"):
        if (sent := getattr(process, name)) is None:
            continue
        if sent.is_decision:
            message = gettext("'%(letter)s' is a decision, and only a step can send one.") % {"letter": sent}
            yield Problem(gettext("Contact with the citizen"), message, block=name)
        if sent.uses("resultaat"):
            message = gettext("'%(letter)s' gives the result, and only a step has one.") % {"letter": sent}
            yield Problem(gettext("Contact with the citizen"), message, block=name)
    letter = process.delay_letter
    if letter and not letter.uses("uiterste_datum"):
        message = gettext("The letter about delay must give the new day: {uiterste_datum}.")
        yield Problem(where, message, block="delay_letter")
    if letter is None and any(value["slip_days"] for value in values):
        message = gettext("A term promises more time by itself, so choose a letter about delay.")
        yield Problem(where, message, block="delay_letter")


def results(process: "ProcessType") -> Iterator[Problem]:
    keys = [block.value["key"] for block in process.results]
    if len(set(keys)) < len(keys):
        yield Problem(gettext("Results"), gettext("Two results have the same name."), block="results")


def routes(process: "ProcessType") -> Iterator[Problem]:
    teams = {str(pk) for pk in Team.objects.values_list("pk", flat=True)}
    for number, block in enumerate(process.routes, start=1):
        if block.value["team"] not in teams:
            where = gettext("Route %(number)s") % {"number": number}
            yield Problem(where, gettext("This team does not exist any more. Choose another one."), block=_id(block))


PARTS = (statuses, steps, terms, results, routes)


def shape(process: "ProcessType") -> Iterator[Problem]:
    """Does it hold together, and is nobody left without an answer?"""
    flow = process.flow()
    blocks = {block.value["key"]: block for block in process.statuses}

    def each(keys: set[str], message: str) -> Iterator[Problem]:
        for key in sorted(keys):
            where = gettext("Status '%(label)s'") % {"label": blocks[key].value["label"]}
            yield Problem(where, message, block=_id(blocks[key]))

    yield from each(flow.unreachable(), gettext("No step leads here."))
    yield from each(flow.dead_ends(), gettext("No step leads on from here, and the dossier is not finished."))
    if process.kind == ProcessKind.MELDING:
        message = gettext("A report can end here without having been declared admissible or inadmissible.")
        yield from each(flow.undecided_ends(), message)


def _id(block: Any) -> str:
    return block.id or ""
