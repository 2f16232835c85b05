"""The shape of a process: does it hold together, and can nobody be left without an answer? Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dossiers.milestones import DECISIONS, ENDS, Milestone


@dataclass(frozen=True)
class Flow:
    """Milestones by status key, the first status, and the steps as (from, to) pairs of keys."""

    start: str
    milestones: Mapping[str, str]
    steps: frozenset[tuple[str, str]]

    def after(self, key: str) -> set[str]:
        return {to for source, to in self.steps if source == key}

    def reachable(self, *, avoiding: Iterable[str] = ()) -> set[str]:
        """Every status that can be reached from the start without passing a status with one of these milestones."""
        avoid = set(avoiding)
        seen: set[str] = set()
        todo = [] if self.milestones[self.start] in avoid else [self.start]
        while todo:
            key = todo.pop()
            if key in seen:
                continue
            seen.add(key)
            todo += [to for to in self.after(key) if self.milestones[to] not in avoid]
        return seen

    def unreachable(self) -> set[str]:
        return set(self.milestones) - self.reachable()

    def dead_ends(self) -> set[str]:
        """Statuses that lead nowhere and yet are no end for the citizen."""
        return {key for key, milestone in self.milestones.items() if not self.after(key) and milestone not in ENDS}

    def undecided_ends(self) -> set[str]:
        """Ends of a *melding* that can be reached without anyone having said admissible or inadmissible.

        A withdrawn melding needs no decision (DESIGN: process types).
        """
        undecided = self.reachable(avoiding=DECISIONS)
        return {
            key for key in undecided if self.milestones[key] in ENDS and self.milestones[key] != Milestone.WITHDRAWN
        }
