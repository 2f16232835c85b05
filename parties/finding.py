"""One box that finds whoever calls: by name, phone, e-mail, official number, address, or what upper floors know.

Upper floors register further roads (a dossier's number) in ``AppConfig.ready()``:
``finding.registry.register("dossier number", find_by_dossier)``. The rules: docs/rules/vinden-en-samenvoegen.md.

Each question to the database reads a bounded piece of an index, so that finding takes as long in a city as in a
village.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import permutations, product

from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import User
from core.registry import Registry
from parties.contact_values import normalise_email, normalise_phone, readable_phone
from parties.models import Address, ContactPoint, Identifier, Party, SearchWord, WordKey
from parties.models.search_word import END, SearchWordQuerySet
from parties.name_words import asked, distance, forgiven, slips, sound
from parties.numbers import InvalidNumber, OfficialNumber, read_national_number, read_organisation_number
from parties.search_guards import SLIP, SOUND

SHORTEST = 3
"""Characters of a search; with fewer, it would list half the town."""
LONGEST = 100
REVEAL = "parties.reveal_national_number"
MOST_ALTERNATIVES = 5
READ_AT_MOST = 1000
"""Rows of a frequent word that are looked through for the other words."""
COUNTED_TO = 200
SURE = 8
"""With so many found as they were typed, we do not look for what resembles it."""


@dataclass(frozen=True)
class Found:
    """A party that this member of staff may see, and why it was found ("" when its name says it)."""

    party: Party
    why: str = ""


@dataclass(frozen=True)
class Hit:
    """A row that was found. ``similar`` is the word it resembles, ``address`` where the words stand."""

    party: int
    why: str = ""
    address: int | None = None
    similar: str = ""


registry: Registry[Callable[[str, User], list[Found]]] = Registry("road to a party")
Facts = Callable[[list[Party], User], dict[int, str]]
facts_registry: Registry[Facts] = Registry("fact about a party")
"""What upper floors say of the parties in a list, in one query for all: "2 open dossiers"."""


def facts_about(parties: list[Party], user: User) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for facts in facts_registry if parties else ():
        for party, fact in facts(parties, user).items():
            found.setdefault(party, []).append(fact)
    return found


def find(words: str, *, user: User, limit: int = 20, kind: str = "", with_national_number: bool = False) -> list[Found]:
    """Parties that these words point at, the likeliest first; each once.

    ``kind`` keeps only persons or only organisations. A national number is looked for only where
    ``with_national_number`` says that the words stand in no address and no log, and only for who may read such numbers.
    """
    words = " ".join(words.split())[:LONGEST]
    if len(words) < SHORTEST or not user.has_perm("parties.view_party"):
        return []
    if national := national_number(words):
        hits = _by_number(national) if with_national_number and user.has_perm(REVEAL) else []
        return _found(hits, [], user=user, limit=limit, kind=kind)
    exact = [*_by_organisation_number(words), *_by_phone(words, limit), *_by_email(words, limit)]
    others = [each for road in registry for each in road(words, user)]
    by_words = [] if "@" in words else _Words(words, kind, limit).hits()
    return _found([*exact, *by_words], others, user=user, limit=limit, kind=kind)


def keys_of(words: str, *, limit: int) -> set[int]:
    """Who is called so or reached so, merged records too, and whoever asks: for the access log, which shows no more."""
    words = " ".join(words.split())[:LONGEST]
    if len(words) < SHORTEST:
        return set()
    hits = [*_by_organisation_number(words), *_by_phone(words, limit), *_by_email(words, limit)]
    hits += [] if "@" in words else [hit for hit in _Words(words, "", limit).hits() if not hit.similar]
    return {hit.party for hit in hits}


def national_number(words: str) -> OfficialNumber | None:
    """The national number that these words are, if they are one."""
    try:
        return read_national_number(words)
    except InvalidNumber:
        return None


# --- What is unique, or nearly


def _by_number(number: OfficialNumber) -> Iterator[Hit]:
    for party in Identifier.objects.of(number).values_list("party", flat=True):
        yield Hit(party, f"{number.scheme.label} {number}")


def _by_organisation_number(words: str) -> Iterator[Hit]:
    try:
        number = read_organisation_number(words, vcode=True)
    except InvalidNumber:
        return
    yield from _by_number(number)


def _by_email(words: str, limit: int) -> Iterator[Hit]:
    """The whole address, or how it begins."""
    if "@" in words and " " not in words and (email := normalise_email(words)):
        yield from _by_value(ContactPoint.Kind.EMAIL, email, email + END, limit)


def _by_phone(words: str, limit: int) -> Iterator[Hit]:
    """The number in any notation, or its first digits."""
    if re.search(r"[^\d\s+()./\-]", words):
        return
    whole = normalise_phone(words)
    digits = re.sub(r"[^\d+]", "", words.replace("(0)", ""))
    begin = whole or re.sub("^0", "+32", re.sub("^00", "+", digits))
    if begin.startswith("+") and len(begin) >= 7:
        yield from _by_value(ContactPoint.Kind.PHONE, begin, whole or begin + END, limit)


def _by_value(kind: str, first: str, last: str, limit: int) -> Iterator[Hit]:
    """Contact points that are in use before those that no longer are."""
    points = ContactPoint.objects.filter(kind=kind, value__gte=first, value__lte=last).order_by("value", "pk")
    rows = list(points.values_list("party", "value", "ended_at")[: limit * 2])
    for party, value, ended in sorted(rows, key=lambda row: row[2] is not None):
        written = readable_phone(value) if kind == ContactPoint.Kind.PHONE else value
        what = f"{ContactPoint.Kind(kind).label} {written}"
        yield Hit(party, _("%(what)s (no longer in use)") % {"what": what} if ended else what)


# --- Names and addresses


class _Words:
    """The roads by words, each walked only while there is place in the list."""

    def __init__(self, words: str, kind: str, limit: int) -> None:
        self.asked = asked(words)[:5]
        self.kind = kind
        self.enough = limit + 1
        self.most = limit * 2  # a party may have several rows

    @cached_property
    def rows(self) -> SearchWordQuerySet:
        """Addresses stay: whose they are, is looked at afterwards."""
        rows: SearchWordQuerySet = SearchWord.objects.all()
        return rows.filter(source__in=[self.kind, "address"]) if self.kind else rows

    @cached_property
    def leading(self) -> list[str]:
        """Words that can stand at the beginning of a row: not a house number."""
        return [word for word in self.asked if not word[:1].isdigit()]

    def hits(self) -> list[Hit]:
        if not self.leading:
            return []
        found: dict[int, Hit] = {}
        one = len(self.asked) == 1
        for road, enough in (
            (self.single if one else self.side_by_side, self.enough),
            (self.anywhere, 0 if one else self.enough),
            (self.together, 0 if one else 1),
            (self.similar, SURE),
        ):
            if len(found) < enough:
                for hit in sorted(road(), key=lambda hit: hit.address is not None):  # names before streets
                    found.setdefault(hit.party, hit)
        return list(found.values())

    def single(self) -> Iterable[Hit]:
        """One word, in whole or in part."""
        return self.read(self.rows.beginning(self.asked[0]))

    def side_by_side(self) -> Iterator[Hit]:
        """A whole word with another one right beside it, in any order: straight from the index."""
        for first, second in permutations(self.asked, 2):
            if first in self.leading:
                rows = self.rows.filter(word=first).followed_by(second)
                for other in self.asked:
                    if other not in (first, second):
                        rows = rows.filter(rest__contains=f" {other}")
                yield from self.read(rows)

    def anywhere(self) -> Iterator[Hit]:
        """All the words, wherever they stand in the name or the address."""
        others = [word for word in self.asked if word != self.rarest]
        rows = self.rows.beginning(self.rarest).order_by("word", "rest")
        for party, address, rest in rows.values_list("party", "address", "rest")[:READ_AT_MOST]:
            if all(f" {other}" in rest for other in others):
                yield Hit(party, address=address)

    def together(self) -> Iterable[Hit]:
        """One word of the name and one of the street: "peeters statielei"."""
        first = self.rows.beginning(self.rarest).order_by("word", "rest").values("pk")[:COUNTED_TO]
        rows = SearchWord.objects.filter(pk__in=first)
        for word in self.asked:
            if word != self.rarest:
                begins = Q(word__gte=word, word__lt=word + END) | Q(rest__contains=f" {word}")
                rows = rows.filter(Exists(SearchWord.objects.filter(begins, party=OuterRef("party"))))
        return self.read(rows)

    def similar(self) -> list[Hit]:
        """Words that sound or look like those that were typed, side by side as in ``side_by_side``."""
        options = {word: similar_words(word) if word in self.leading else [] for word in self.asked}
        if len(self.asked) == 1:
            return [hit for each in options[self.asked[0]] for hit in self.read(self.rows.filter(word=each), each)]
        pairs = Q()
        for first, second in permutations(self.asked, 2):
            for one, other in product([first, *options[first]], [second, *options[second]]):
                if first in self.leading and (one, other) != (first, second):
                    pairs |= Q(word=one, rest__gte=f" {other}", rest__lt=f" {other}{END}")
        if not pairs:
            return []
        rows = self.rows.filter(pairs)
        for word in self.asked if len(self.asked) > 2 else ():
            wanted = Q()
            for each in (word, *options[word]):
                wanted |= Q(rest__contains=f" {each}") | Q(word__gte=each, word__lt=each + END)
            rows = rows.filter(wanted)
        return self.read(rows, *(other for others in options.values() for other in others))

    @cached_property
    def rarest(self) -> str:
        """The word that fewest rows begin with, and at least one; counted no further than needed."""
        counts = {word: len(self.rows.beginning(word).values_list("pk")[:COUNTED_TO]) for word in self.leading}
        return min(counts, key=lambda word: (counts[word] == 0, counts[word]))

    def read(self, rows: SearchWordQuerySet, *alternatives: str) -> list[Hit]:
        """``alternatives`` are words that were not typed: which one of them was found, is said."""
        rows = rows.order_by("word", "rest", "source", "party")
        return [
            Hit(party, address=address, similar=_first_in(f" {word}{rest}", alternatives))
            for party, address, word, rest in rows.values_list("party", "address", "word", "rest")[: self.most]
        ]


def _first_in(text: str, words: Iterable[str]) -> str:
    there = set(text.split())
    return next((word for word in words if word in there), "")


def similar_words(word: str) -> list[str]:
    """Names that sound like this one, the nearest first; when nobody is called so, also those that look like it.

    Of the different names, not of the people who bear them.
    """
    heard = sound(word)
    keys = [SOUND + heard]
    looks = bool(forgiven(word)) and not WordKey.objects.filter(word=word).exists()
    if looks and connection.vendor == "sqlite":
        keys += [SLIP + slip for slip in slips(word)]
    found = set(WordKey.objects.filter(key__in=keys).values_list("word", flat=True)[:200])
    if looks and connection.vendor == "postgresql":
        found.update(_with_like_letters(word))
    near = {each: distance(word, each) for each in found if not each.startswith(word)}
    close = [each for each, steps in near.items() if sound(each) == heard or steps <= forgiven(word)]
    return sorted(close, key=lambda each: (near[each], each))[:MOST_ALTERNATIVES]


def _with_like_letters(word: str) -> list[str]:
    """By trigrams: what shares enough pieces of three letters."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word FROM parties_wordkey WHERE word %% %s AND length(word) BETWEEN %s AND %s"
            " ORDER BY similarity(word, %s) DESC LIMIT 30",
            [word, len(word) - 2, len(word) + 2, word],
        )
        return [row[0] for row in cursor.fetchall()]


# --- What is shown


def _found(hits: Iterable[Hit], others: list[Found], *, user: User, limit: int, kind: str) -> list[Found]:
    """The parties of these hits, each once. Who was merged leads to the one that remains."""
    by_party: dict[int, Hit] = {}
    for hit in hits:
        by_party.setdefault(hit.party, hit)
    parties = Party.objects.visible_to(user).in_bulk(list(by_party)[: limit * 2])
    remaining = _remaining([*parties.values(), *(other.party for other in others)], user)
    addresses = Address.objects.in_bulk([hit.address for hit in by_party.values() if hit.address])
    found: dict[int, Found] = {}
    for other in others:
        _add(found, remaining, other.party, other.why)
    for key, hit in by_party.items():
        if key in parties:
            _add(found, remaining, parties[key], _why(hit, addresses))
    kept = [each for each in found.values() if not kind or each.party.kind == kind]
    return kept[:limit]


def _add(found: dict[int, Found], remaining: dict[int, Party], party: Party, why: str) -> None:
    kept = remaining.get(party.pk)
    if kept is None:
        return
    if kept != party:
        merged = _("merged: %(name)s") % {"name": party.name}
        why = f"{merged}, {why}" if why else merged
    found.setdefault(kept.pk, Found(kept, why))


def _remaining(parties: Iterable[Party], user: User) -> dict[int, Party]:
    """For each of these the party that it was merged into, or itself."""
    ends = {party.pk: party for party in parties}
    while missing := {end.merged_into_id for end in ends.values() if end.merged_into_id}:
        further = Party.objects.visible_to(user).in_bulk(missing)
        ends = {
            key: further[end.merged_into_id] if end.merged_into_id else end
            for key, end in ends.items()
            if not end.merged_into_id or end.merged_into_id in further
        }
    return ends


def _why(hit: Hit, addresses: dict[int, Address]) -> str:
    why = hit.why
    if hit.address and (address := addresses.get(hit.address)):
        why = f"{_at(address)} {address.lines()[0]}"
    if hit.similar:
        resembles = _("resembles: %(word)s") % {"word": hit.similar.capitalize()}
        why = f"{why} ({resembles})" if why else resembles
    return why


def _at(address: Address) -> str:
    """ "Lives at", or that it was so once."""
    if address.until and address.until < timezone.localdate():
        return _("Once at")
    return str(Address.Kind(address.kind).label)
