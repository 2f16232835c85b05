"""A process type as an editor reads it before publishing: a drawing, and the same in words."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from dossiers.blocks import TermBlock
from dossiers.diagram import Node, draw
from dossiers.milestones import PAUSES, Milestone

if TYPE_CHECKING:
    from dossiers.models.process_type import ProcessType


def preview(process: "ProcessType") -> dict[str, Any]:
    """What dossiers/process/preview.html shows of this draft, however unfinished it is."""
    steps = [
        (source, target, block.value)
        for block in process.steps
        if (target := process.status_key(block.value["target"]))
        for name in block.value["sources"]
        if (source := process.status_key(name))
    ]
    nodes = [Node(b.value["key"], b.value["label"] or "–", b.value["milestone"] or "") for b in process.statuses]
    labels = {node.key: node.label for node in nodes}
    untils = dict(TermBlock().child_blocks["milestone"].field.choices)
    return {
        "process": process,
        "problems": process.problems(),
        "diagram": draw(nodes, [(source, target, value["label"]) for source, target, value in steps]),
        "terms": [dict(block.value) | {"until": untils.get(block.value["milestone"], "")} for block in process.terms],
        "statuses": [
            {
                "label": block.value["label"],
                "milestone": dict(Milestone.choices).get(block.value["milestone"], ""),
                "citizen_label": block.value["citizen_label"],
                "citizen_text": block.value["citizen_text"],
                "is_decision": block.value["is_decision"],
                "pauses": block.value["pauses"] or block.value["milestone"] in PAUSES,
                "tasks": block.value["tasks"],
                "steps": [
                    {"label": value["label"], "target": labels[target], "notes": _notes(value)}
                    for source, target, value in steps
                    if source == block.value["key"]
                ],
            }
            for block in process.statuses
        ],
    }


def _notes(step: Any) -> list[str]:
    notes = []
    if step["needs_reason"]:
        label = step["reason_label"]
        notes.append(_("asks: %(label)s") % {"label": label} if label else _("asks a reason"))
    if step["needs_result"]:
        notes.append(_("asks a result"))
    if step["result"]:
        notes.append(_("result: %(result)s") % {"result": step["result"]})
    if step["letter"]:
        notes.append(_("letter: %(letter)s") % {"letter": step["letter"]})
    if step["groups"]:
        notes.append(_("only %(groups)s") % {"groups": ", ".join(step["groups"])})
    if step["citizen_may"]:
        notes.append(_("also by the citizen"))
    return notes
