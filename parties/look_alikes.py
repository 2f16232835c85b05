"""Parties that may be one, found by what they share: a name and a birth date, an address, a phone, an e-mail address.

Everything is read once, in the order of what is shared, so that this takes as long as there are parties and no longer:
nobody is compared with everybody.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import combinations, groupby
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from parties.models import Address, ContactPoint, Identifier, LookAlike, Party, SearchWord
from parties.name_words import alike

CROWD = 8
"""What more parties share is a switchboard, a home for the elderly or a frequent name: it says nothing."""
CHUNK = 2000
WEIGHTS = {
    LookAlike.Reason.BIRTH_DATE: 4,
    LookAlike.Reason.EMAIL: 3,
    LookAlike.Reason.PHONE: 2,
    LookAlike.Reason.ADDRESS: 2,
    LookAlike.Reason.NAME: 1,
}
Pair = tuple[int, int]


def find_all(*, at: datetime) -> int:
    """Propose all pairs that may be one; what somebody decided on is left alone. How many are open."""
    found = _pairs()
    for pair in _apart(found):
        del found[pair]
    known = {(each.first_id, each.second_id): each for each in LookAlike.objects.iterator(CHUNK)}
    fresh = [_proposal(pair, reasons, at) for pair, reasons in found.items() if pair not in known]
    changed = []
    for pair, reasons in found.items():
        if pair in known and known[pair].reasons != reasons:
            known[pair].reasons, known[pair].weight = reasons, _weight(reasons)
            changed.append(known[pair])
    gone = [each.pk for pair, each in known.items() if pair not in found and each.dismissed_at is None]
    with transaction.atomic():
        LookAlike.objects.bulk_create(fresh, batch_size=CHUNK, ignore_conflicts=True)
        LookAlike.objects.bulk_update(changed, ["reasons", "weight"], batch_size=CHUNK)
        for begun in range(0, len(gone), CHUNK):
            LookAlike.objects.filter(pk__in=gone[begun : begun + CHUNK], dismissed_at__isnull=True).delete()
    return LookAlike.objects.open().count()


def of(party: Party) -> QuerySet[LookAlike]:
    """The open proposals with this party."""
    pairs = LookAlike.objects.open().filter(Q(first=party) | Q(second=party))
    return pairs.select_related("first", "second").order_by("-weight", "pk")


def _proposal(pair: Pair, reasons: list[str], at: datetime) -> LookAlike:
    return LookAlike(first_id=pair[0], second_id=pair[1], reasons=reasons, weight=_weight(reasons), found_at=at)


def _weight(reasons: list[str]) -> int:
    return sum(WEIGHTS[LookAlike.Reason(reason)] for reason in reasons)


def _pairs() -> dict[Pair, list[str]]:
    """Each pair with why, in the order of the reasons."""
    found: dict[Pair, set[str]] = {}
    names = SearchWord.objects.filter(address__isnull=True, party__merged_into__isnull=True)
    words = names.order_by("source", "word", "rest").values_list(
        "source", "word", "rest", "party__birth_date", "party", "party__name"
    )
    for (source, _word, _rest), group in _groups(words, 3):
        members = list(group)
        if source == Party.Kind.PERSON:
            born = sorted((row for row in members if row[3]), key=lambda row: (row[3], row[4]))
            for _day, twins in groupby(born, key=lambda row: row[3]):
                _add(found, [(row[4], row[5]) for row in twins], LookAlike.Reason.BIRTH_DATE, certain=True)
        else:
            _add(found, [(row[4], row[5]) for row in members], LookAlike.Reason.NAME, certain=True)
    points = ContactPoint.objects.in_use().filter(party__merged_into__isnull=True)
    reasons = {"email": LookAlike.Reason.EMAIL, "phone": LookAlike.Reason.PHONE}
    reached = points.order_by("kind", "value").values_list("kind", "value", "party", "party__name")
    for (kind, _value), group in _groups(reached, 2):
        _add(found, [(row[2], row[3]) for row in group], reasons[kind])
    places = Address.objects.filter(until__isnull=True, party__merged_into__isnull=True).exclude(number="")
    columns = ("postcode", "street", "number", "box")
    live = places.order_by(*columns).values_list(*columns, "party", "party__name")
    for _place, group in _groups(live, len(columns)):
        _add(found, [(row[-2], row[-1]) for row in group], LookAlike.Reason.ADDRESS)
    return {pair: [each for each in LookAlike.Reason.values if each in reasons] for pair, reasons in found.items()}


def _groups(rows: Any, columns: int) -> Iterator[tuple[tuple[Any, ...], Iterator[Any]]]:
    return groupby(rows.iterator(CHUNK), key=lambda row: tuple(row[:columns]))


def _add(found: dict[Pair, set[str]], members: list[tuple[int, str]], reason: str, *, certain: bool = False) -> None:
    members = sorted(set(members))
    if 2 <= len(members) <= CROWD:
        for (one, its_name), (other, other_name) in combinations(members, 2):
            if certain or alike(its_name, other_name):
                found.setdefault((one, other), set()).add(reason)


def _apart(pairs: Iterable[Pair]) -> list[Pair]:
    """Those that cannot be one: of another kind, born on other days, or each with an official number of one kind."""
    waiting, apart = list(pairs), []
    for begun in range(0, len(waiting), CHUNK):
        chunk = waiting[begun : begun + CHUNK]
        keys = {key for pair in chunk for key in pair}
        parties = Party.objects.only("kind", "birth_date").in_bulk(keys)
        schemes: dict[int, set[str]] = {}
        for party, scheme in Identifier.objects.filter(party__in=keys).values_list("party", "scheme"):
            schemes.setdefault(party, set()).add(scheme)
        for first, second in chunk:
            one, other = parties[first], parties[second]
            differ = one.birth_date and other.birth_date and one.birth_date != other.birth_date
            if one.kind != other.kind or differ or schemes.get(first, set()) & schemes.get(second, set()):
                apart.append((first, second))
    return apart


class LookAlikePanel:
    """On the page of a party: who it may be too, and merging it with somebody."""

    title: str | Promise = _("Is this somebody else too?")
    order = 900

    def render(self, request: HttpRequest, party: Party) -> str:
        if not request.user.has_perm("parties.merge_party") or party.merged_into_id:
            return ""
        context = {"party": party, "pairs": list(of(party)[:5])}
        return render_to_string("parties/look_alikes_panel.html", context, request=request)
