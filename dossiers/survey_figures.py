"""What citizens said in a period: months that can change no more from their tallies, the others from the answers."""

from collections import defaultdict
from datetime import datetime

from core.models import User
from dossiers.actions.tallying import first_of_month, midnight, tallied_until
from dossiers.models import SurveyInvitation, SurveyTally
from dossiers.satisfaction import Answers, Satisfaction, satisfaction

BY = ("process_type", "process_type__name", "channel")
Said = dict[tuple[int, str, str], Satisfaction]


def said(user: User, *, since: datetime, until: datetime, at: datetime) -> Said:
    """Of the answers that this person may see added up, by process type, its name and channel.

    ``since`` and ``until`` are the first moments of months.
    """
    found: Said = defaultdict(Satisfaction)
    tallies = SurveyTally.objects.visible_to(user).between(first_of_month(since), first_of_month(until))
    for group, they in tallies.added_up_by(*BY):
        found[group] += they
    tallied = tallied_until()
    rest = max(since, midnight(tallied)) if tallied else since
    if rest < until:
        for group, they in _answers(user, since=rest, until=until, at=at).items():
            found[group] += they
    return found


def _answers(user: User, *, since: datetime, until: datetime, at: datetime) -> Said:
    asked = SurveyInvitation.objects.visible_to(user).asked(since=since, until=until, at=at)
    rows: dict[tuple[int, str, str], list[tuple[Answers, int]]] = defaultdict(list)
    for process_type, name, channel, result, speed, treatment, number in asked.answers_by(*BY):
        rows[process_type, name, channel].append(((result, speed, treatment), number))
    return {group: satisfaction(given) for group, given in rows.items()}
