"""Everything that a colleague had goes to somebody else, or back to the team: in few statements, however much it is."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.db.models import F, Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.log_actions import log

from core.actors import Actor
from core.holdings import Outcome
from core.models import User
from dossiers.actions.deputies import end_standing_in
from dossiers.actions.giving import given
from dossiers.models import CallBack, Deputy, Dossier, Event, SavedView, Task, Team
from dossiers.models.event import EventKind
from dossiers.models.sight import Sight

Item = TypeVar("Item")

AT_ONCE = 500


@transaction.atomic
def hand_over_dossiers(*, holder: User, to: User | None, by: Actor, at: datetime) -> Outcome:
    """The open dossiers of ``holder``. Those that ``to`` does not handle stay where they are, and the confidential ones
    that ``to`` does not see: nobody reads those because a colleague leaves.
    """
    everything = Dossier.objects.open().filter(handler=holder)
    mine = everything.filter(_for(to))
    elsewhere = everything.exclude(pk__in=mine.values("pk"))
    confidential = elsewhere.filter(is_confidential=True).count()
    stayed = Counter(elsewhere.filter(is_confidential=False).values_list("team__name", flat=True))
    held = list(mine.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    said = str(to) if to else _("nobody")
    _write_history([(pk, said) for pk in held], by=by, at=at)
    for some in _portions(held):
        Dossier.objects.filter(pk__in=some).update(
            handler=to, given_at=given(to, by=by, at=at), version=F("version") + 1
        )
    said_of = [_not_in_team(to, team, number) for team, number in sorted(stayed.items())]
    return Outcome(len(held), [*said_of, *([_stays_confidential(confidential)] if confidential else [])])


@transaction.atomic
def hand_over_standing_in(*, holder: User, to: User | None, by: Actor, at: datetime) -> Outcome:
    """What is left of the days on which ``holder`` stands in, begun or not. Nobody stands in for oneself."""
    today = timezone.localdate(at)
    rows = list(Deputy.objects.not_over(today).select_for_update(of=("self",)).filter(deputy=holder))
    for row in rows:
        end_standing_in(standing_in=row, at=at)
        if to is not None and to != row.absent:
            Deputy.objects.create(
                absent=row.absent,
                deputy=to,
                since=max(row.since, today),
                until=row.until,
                confidential_too=row.confidential_too,
                made_by=by.user,
                made_at=at,
            )
    return Outcome(len(rows))


def _for(to: User | None) -> Q:
    """What may stand in this name: what this person handles already, not counting for whom he or she stands in."""
    if to is None:
        return Q(is_confidential=False)
    return replace(Sight.of(to), handlers=[to.pk], trusted=[to.pk]).handled()


@transaction.atomic
def hand_over_tasks(*, holder: User, to: User | None, by: Actor, at: datetime) -> Outcome:
    """The open tasks with the name of ``holder``, where ``to`` sees the dossier. Nobody's are for who handles it."""
    mine = Task.objects.open().filter(assignee=holder)
    stayed = []
    if to is not None:
        seen = mine.filter(dossier__in=Dossier.objects.visible_to(to))
        if number := mine.exclude(pk__in=seen.values("pk")).count():
            stayed.append(_not_seen(to, number))
        mine = seen
    # In the order in which every action takes them: first the dossiers, then what hangs on to them.
    dossiers = sorted(set(mine.values_list("dossier", flat=True)))
    for some in _portions(dossiers):
        list(Dossier.objects.select_for_update(of=("self",)).filter(pk__in=some).order_by("pk").values_list("pk"))
    tasks = list(mine.order_by("dossier", "pk").values_list("pk", "dossier", "text"))
    said = str(to) if to else _("nobody")
    words = _("Task “%(task)s”: %(name)s")
    _write_history([(dossier, words % {"task": text, "name": said}) for _pk, dossier, text in tasks], by=by, at=at)
    for some in _portions([pk for pk, _dossier, _text in tasks]):
        Task.objects.filter(pk__in=some).update(assignee=to)
    return Outcome(len(tasks), stayed)


@transaction.atomic
def hand_over_calls(*, holder: User, to: User | None, by: Actor, at: datetime) -> Outcome:
    """The calls that were promised for ``holder`` by name; with nobody, the team makes them."""
    mine = CallBack.objects.open().filter(assignee=holder)
    stayed = []
    if to is not None:
        seen = Dossier.objects.visible_to(to)
        if hidden := mine.exclude(dossier__in=seen).count():
            stayed.append(_call_not_seen(to, hidden))
        mine = mine.filter(dossier__in=seen)
    for some in _portions(sorted(set(mine.values_list("dossier", flat=True)))):
        list(Dossier.objects.select_for_update(of=("self",)).filter(pk__in=some).order_by("pk").values_list("pk"))
    calls = list(mine.order_by("dossier", "pk").values_list("pk", "dossier"))
    said = _("Calling back: %(name)s") % {"name": to or _("nobody")}
    _write_history([(dossier, said) for _pk, dossier in calls], by=by, at=at)
    for some in _portions([pk for pk, _dossier in calls]):
        CallBack.objects.filter(pk__in=some).update(assignee=to)
    return Outcome(len(calls), stayed)


@transaction.atomic
def hand_over_teams(*, holder: User, to: User | None, by: Actor, at: datetime) -> Outcome:
    """Out of every team; ``to`` takes the place there."""
    teams = list(Team.objects.select_for_update().filter(members=holder).order_by("pk"))
    for team in teams:
        team.members.remove(holder)
        if to is not None:
            team.members.add(to)
        log(instance=team, action="wagtail.edit", user=by.user, timestamp=at)
    return Outcome(len(teams))


@transaction.atomic
def hand_over_views(*, holder: User, to: User, by: Actor, at: datetime) -> Outcome:
    """The tabs of the work list that ``holder`` shared with a team."""
    return Outcome(SavedView.objects.filter(user=holder, team__isnull=False).update(user=to))


def _write_history(lines: Sequence[tuple[int, str]], *, by: Actor, at: datetime) -> None:
    """One line in each of these dossiers, of which the caller holds the rows; a dossier may have several."""
    for some in _portions(lines):
        found = Event.objects.filter(dossier__in={pk for pk, _said in some})
        last = Counter(dict(found.values_list("dossier").annotate(Max("sequence"))))
        events = []
        for pk, said in some:
            last[pk] += 1
            events.append(
                Event(
                    dossier_id=pk,
                    sequence=last[pk],
                    kind=EventKind.ASSIGNED,
                    actor_kind=by.kind,
                    actor=by.user,
                    actor_name=by.name,
                    reason=said,
                    at=at,
                )
            )
        Event.objects.bulk_create(events)


def _portions(items: Sequence[Item]) -> list[Sequence[Item]]:
    return [items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE)]


def _not_in_team(to: User | None, team: str, number: int) -> str:
    return ngettext(
        "%(number)d dossier of %(team)s stays: %(name)s does not handle it.",
        "%(number)d dossiers of %(team)s stay: %(name)s does not handle them.",
        number,
    ) % {"number": number, "team": team, "name": to}


def _stays_confidential(number: int) -> str:
    return ngettext(
        "%(number)d confidential dossier stays: who sees all confidential dossiers gives it to somebody.",
        "%(number)d confidential dossiers stay: who sees all confidential dossiers gives them to somebody.",
        number,
    ) % {"number": number}


def _not_seen(to: User, number: int) -> str:
    return ngettext(
        "%(number)d task stays: %(name)s does not see its dossier.",
        "%(number)d tasks stay: %(name)s does not see their dossiers.",
        number,
    ) % {"number": number, "name": to}


def _call_not_seen(to: User, number: int) -> str:
    return ngettext(
        "%(number)d call stays: %(name)s does not see its dossier.",
        "%(number)d calls stay: %(name)s does not see their dossiers.",
        number,
    ) % {"number": number, "name": to}
