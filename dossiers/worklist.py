"""What the work list can show: its tabs, its filters and its orders, as data.

Each says in one Q what it keeps of the dossiers that somebody may see, so a tab, its number, a saved view and an
export can never disagree. The conditions name statuses by their keys, read beforehand: they are few, and with them the
database goes straight to the open dossiers however large the archive is.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property
from typing import Any

from django.db.models import BooleanField, Case, CharField, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.expressions import OrderBy
from django.db.models.lookups import Exact
from django.http import QueryDict
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.models import User
from dossiers import clock
from dossiers.milestones import ENDS, PAUSES
from dossiers.models import Contact, Deputy, Dossier, ProcessType, ProcessVersion, Status, Team
from dossiers.models.contact import Channel, Direction
from dossiers.models.dossier import DossierQuerySet
from parties.models import Party, SearchWord
from parties.name_words import fold

SOON = 2  # working days
MOST_WORDS = 100
FEW = 1000
"""What fewer have is looked for first; what more have is met soon enough along the newest. docs/rules/volume.md"""
Text = str | Promise
Choices = list[tuple[str, Text]]


@dataclass(frozen=True)
class Viewpoint:
    """Who is looking, when, and what there is to choose from for this person. Reads each thing once, when asked."""

    user: User
    now: datetime
    calendar: clock.Calendar
    _read: dict[str, list[int]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def statuses(self) -> list[Status]:
        return list(Status.objects.defer("citizen_text").order_by("order", "pk"))

    @cached_property
    def open(self) -> list[int]:
        return [status.pk for status in self.statuses if status.milestone not in ENDS]

    @cached_property
    def waiting(self) -> list[int]:
        return [status.pk for status in self.statuses if status.milestone in PAUSES]

    @cached_property
    def to_do(self) -> list[int]:
        return [status.pk for status in self.statuses if status.milestone not in ENDS | PAUSES]

    @cached_property
    def finished(self) -> list[int]:
        return [status.pk for status in self.statuses if status.milestone in ENDS]

    @cached_property
    def stands_in(self) -> list[Deputy]:
        """For whom this person does the work today."""
        mine = Deputy.objects.on(timezone.localdate(self.now)).filter(deputy=self.user)
        return list(mine.select_related("absent").order_by("until", "pk"))

    @cached_property
    def handlers(self) -> list[int]:
        """In whose name this person works."""
        return [self.user.pk, *(each.absent_id for each in self.stands_in)]

    @cached_property
    def own_teams(self) -> list[Team]:
        return list(self.user.teams.all())

    @cached_property
    def teams(self) -> list[Team]:
        everywhere = self.user.has_perm("dossiers.view_all_dossiers")
        return list(Team.objects.all()) if everywhere else self.own_teams

    @cached_property
    def colleagues(self) -> list[User]:
        """Of the teams above, also those who left, whose dossiers are still there; and for whom one stands in."""
        near = Q(teams__in=self.teams) | Q(pk__in=self.handlers)
        found = User.objects.filter(near).exclude(pk=self.user.pk).distinct()
        return list(found.order_by("first_name", "last_name", "username"))

    def versions_of(self, process_type: int) -> list[int]:
        """Read beforehand: then the database knows how many dossiers those have."""
        return self.few(ProcessVersion.objects.filter(process_type=process_type))

    def few(self, rows: QuerySet[Any]) -> list[int]:
        """The keys of these, up to one more than FEW; of the same rows once."""
        keys = rows.order_by().values_list("pk", flat=True)[: FEW + 1]
        return self._once(str(keys.query), lambda: list(keys))

    def are_many(self, rows: QuerySet[Any]) -> bool:
        """More than FEW, without reading those; of the same rows once."""
        return bool(self._once(str(rows.query), lambda: [1] if rows.order_by()[FEW : FEW + 1].exists() else []))

    def _once(self, asked: str, read: Callable[[], list[int]]) -> list[int]:
        if asked not in self._read:
            self._read[asked] = read()
        return self._read[asked]

    @cached_property
    def process_types(self) -> list[ProcessType]:
        return list(ProcessType.objects.filter(versions__isnull=False).distinct().only("pk", "name").order_by("name"))


# --- Orders

BY_TERM = ("due_at", "pk")
NEWEST = ("-opened_at", "-pk")
NEWEST_CONTACT = ("-first_contact_at", "-pk")
ORDERS: dict[str, tuple[Text, tuple[str, ...]]] = {
    "termijn": (_("What is due first"), BY_TERM),
    "nieuwste": (_("Newest first"), NEWEST),
}


# --- Tabs


@dataclass(frozen=True)
class Tab:
    """``empty`` is what somebody reads when nothing is there. A tab that grows with the archive has no number."""

    label: Text
    keeps: Callable[[Viewpoint], Q]
    empty: Text
    orders: tuple[str, ...] = ("termijn", "nieuwste")
    has_number: bool = True


def _soon(looking: Viewpoint) -> Q:
    until = clock.last_moment_within(looking.now, SOON, looking.calendar)
    return Q(status__in=looking.open, due_at__gte=looking.now, due_at__lte=until)


TABS: dict[str, Tab] = {
    "te-doen": Tab(
        _("To do"),
        # All that may be here first, in one list: with an OR of two, SQLite would read every dossier of the team.
        lambda looking: (
            Q(status__in=[*looking.to_do, *looking.waiting]) & (Q(status__in=looking.to_do) | Q(has_news=True))
        ),
        _("Everything is done. Well done."),
    ),
    "mijn": Tab(
        _("Mine"),
        lambda looking: Q(status__in=looking.open, handler__in=looking.handlers),
        _("Nothing stands in your name. Take something from “Not assigned”."),
    ),
    "mijn-teams": Tab(
        _("My teams"),
        lambda looking: Q(status__in=looking.open, team__in=[team.pk for team in looking.own_teams]),
        _("Your teams have nothing open."),
    ),
    "over-termijn": Tab(
        _("Overdue"),
        lambda looking: Q(status__in=looking.open, due_at__lt=looking.now),
        _("Nothing is late. Well done."),
    ),
    "binnen-2-dagen": Tab(_("Within 2 working days"), _soon, _("Nothing is due today or in the next 2 working days.")),
    "wacht-op-burger": Tab(
        _("Waiting for the citizen"),
        lambda looking: Q(status__in=looking.waiting),
        _("We are waiting for nobody."),
        orders=("nieuwste",),
    ),
    "niet-toegewezen": Tab(
        _("Not assigned"),
        lambda looking: Q(status__in=looking.open, handler__isnull=True),
        _("Everything that is open has a handler."),
    ),
    "afgehandeld": Tab(
        _("Finished"),
        lambda looking: Q(status__in=looking.finished),
        _("Nothing is finished yet."),
        orders=("nieuwste",),
        has_number=False,
    ),
}
FIRST_TAB = "te-doen"


# --- Filters

_incoming = Contact.objects.filter(dossier=OuterRef("pk"), direction=Direction.INCOMING).order_by("at", "pk")
FIRST_CHANNEL = Subquery(_incoming.values("channel")[:1], output_field=CharField())


def _is_first_channel(value: str) -> Case:
    """Put so that PostgreSQL expects it of every other dossier, and looks along the newest. Of a plain comparison it
    expects one in two hundred, and looks up the first contact of all that the team ever had."""
    is_it = When(Exact(FIRST_CHANNEL, value), then=Value(True))
    return Case(is_it, default=Value(False), output_field=BooleanField())


@dataclass(frozen=True)
class Filter:
    """One way to narrow the list. ``name`` stands in the address, with a value."""

    name: str
    label: Text
    keeps: Callable[[str, Viewpoint], Q]

    widget = "text"

    def clean(self, value: str, looking: Viewpoint) -> str:
        """The value in its one form, or '' when it makes no sense: an old bookmark is no error."""
        return value.strip()[:MOST_WORDS].replace("\x00", "")

    def words(self, value: str, looking: Viewpoint) -> Text:
        """The value as people read it."""
        return value

    def choices(self, looking: Viewpoint) -> Choices:
        return []


@dataclass(frozen=True)
class ChoiceFilter(Filter):
    offers: Callable[[Viewpoint], Choices]

    widget = "choice"

    def choices(self, looking: Viewpoint) -> Choices:
        return self.offers(looking)

    def clean(self, value: str, looking: Viewpoint) -> str:
        return value if value in dict(self.choices(looking)) else ""

    def words(self, value: str, looking: Viewpoint) -> Text:
        return dict(self.choices(looking))[value]


@dataclass(frozen=True)
class DateFilter(Filter):
    widget = "date"

    def clean(self, value: str, looking: Viewpoint) -> str:
        try:
            day = date.fromisoformat(value)
        except ValueError:
            return ""
        return day.isoformat() if date(1900, 1, 1) <= day <= date(2200, 1, 1) else ""

    def words(self, value: str, looking: Viewpoint) -> Text:
        return formats.date_format(date.fromisoformat(value), "j F Y")


def _at(value: str, hour: time) -> datetime:
    return datetime.combine(date.fromisoformat(value), hour, tzinfo=clock.BRUSSELS)


def _offer_labels(looking: Viewpoint) -> Choices:
    """Each label once, over all processes and their versions."""
    return [(label, label) for label in dict.fromkeys(status.label for status in looking.statuses)]


def _with_label(value: str, looking: Viewpoint) -> Q:
    return Q(status__in=[status.pk for status in looking.statuses if status.label == value])


NOBODY, MYSELF = "niemand", "ik"


def _offer_handlers(looking: Viewpoint) -> Choices:
    people: Choices = [(str(user.pk), str(user)) for user in looking.colleagues]
    return [(MYSELF, _("Myself")), (NOBODY, _("Nobody")), *people]


def _handled_by(value: str, looking: Viewpoint) -> Q:
    if value == NOBODY:
        return Q(handler__isnull=True)
    return Q(handler=looking.user if value == MYSELF else int(value))


PERIOD = ("van", "tot")
WHOLE_NUMBER = re.compile(r"[A-Za-z]{1,6}-\d{4}-\d+")
PIECE_OF_NUMBER = re.compile(r"[A-Za-z]{0,6}(-?\d{0,4})?(-?\d*)?")
"""No name of a street or a person that is longer than a prefix, so that those are not looked for among numbers."""
FILTERS: tuple[Filter, ...] = (
    ChoiceFilter(
        "soort",
        _("Process"),
        lambda value, looking: Q(process_version__in=looking.versions_of(int(value))),
        offers=lambda looking: [(str(kind.pk), kind.name) for kind in looking.process_types],
    ),
    ChoiceFilter("status", _("Status"), _with_label, offers=_offer_labels),
    ChoiceFilter(
        "team",
        _("Team"),
        lambda value, looking: Q(team=int(value)),
        offers=lambda looking: [(str(team.pk), team.name) for team in looking.teams],
    ),
    ChoiceFilter("behandelaar", _("Handler"), _handled_by, offers=_offer_handlers),
    ChoiceFilter(
        "kanaal",
        _("First contact by"),
        lambda value, looking: Q(_is_first_channel(value)),
        offers=lambda looking: list(Channel.choices),
    ),
    ChoiceFilter(
        "bericht",
        _("Message"),
        lambda value, looking: Q(has_news=True),
        offers=lambda looking: [("ongelezen", _("unread message"))],
    ),
    DateFilter("van", _("First contact from"), lambda value, looking: Q(first_contact_at__gte=_at(value, time.min))),
    DateFilter("tot", _("First contact until"), lambda value, looking: Q(first_contact_at__lte=_at(value, time.max))),
    Filter("plaats", _("Place contains"), lambda value, looking: _few_or(Q(place__icontains=value), looking)),
)


def _found(words: str, looking: Viewpoint, *, among_few: bool) -> Q:
    text = Q(subject__icontains=words) | Q(place__icontains=words)
    if WHOLE_NUMBER.fullmatch(words):
        text |= Q(number=words.upper())
    elif PIECE_OF_NUMBER.fullmatch(words):
        text |= Q(number__icontains=words)
    return _few_or(text, looking) | _called(words, looking, among_few=among_few)


def _called(words: str, looking: Viewpoint, *, among_few: bool) -> Q:
    """Whose name has these letters in it. Of a name that very many bear: who is called so, from the words that finding
    keeps; and of letters that very many have somewhere in their name, the newest are met soon enough.

    Who is called so is read once, for the long walk along the newest. ``among_few`` dossiers, and of those few for
    which somebody came on behalf of another, each is looked up.
    """
    bearing = SearchWord.objects.filter(source__in=Party.Kind.values).beginning(fold(words))
    if looking.are_many(bearing):
        own = _is_one_of("initiator", bearing) if among_few else Q(initiator__in=bearing.values("party"))
        return own | Q(representative__isnull=False) & _is_one_of("representative", bearing)
    called = looking.few(Party.objects.filter(name__icontains=words))
    if len(called) > FEW:
        return Q(initiator__name__icontains=words) | Q(representative__name__icontains=words)
    return Q(initiator__in=called) | Q(representative__in=called)


def _is_one_of(role: str, bearing: QuerySet[SearchWord]) -> Q:
    """Put so that PostgreSQL, which expects one row of it, looks up each party; of an IN it reads everybody."""
    return Q(**{role: Subquery(bearing.filter(party=OuterRef(role)).order_by().values("party")[:1])})


def _few_or(text: Q, looking: Viewpoint) -> Q:
    """The dossiers with this text by their keys, when they are few. PostgreSQL does not know how rare a piece of a word
    is, and would walk along the archive in search of what is not there."""
    there = looking.few(Dossier.objects.filter(text))
    return text if len(there) > FEW else Q(pk__in=there)


# --- What somebody asked for


@dataclass(frozen=True)
class Chip:
    """A filter that is on, and the address without it."""

    label: Text
    words: Text
    without: str


@dataclass(frozen=True)
class Asked:
    """What an address of the work list asks for; whatever makes no sense was left out."""

    tab: str
    order: str
    words: str
    values: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, parameters: QueryDict, looking: Viewpoint) -> "Asked":
        tab = parameters.get("toon", "")
        tab = tab if tab in TABS else FIRST_TAB
        order = parameters.get("sorteer", "")
        values = {
            each.name: value
            for each in FILTERS
            if (raw := parameters.get(each.name)) and (value := each.clean(raw, looking))
        }
        return cls(
            tab=tab,
            order=order if order in TABS[tab].orders else TABS[tab].orders[0],
            words=parameters.get("q", "").strip()[:MOST_WORDS].replace("\x00", ""),
            values=values,
        )

    def query(self, *, without: Iterable[str] = (), **changes: str) -> str:
        """The address that asks for just this, with some changes; what goes without saying is left out."""
        everything = {"toon": self.tab, **self.values, "sorteer": self.order, "q": self.words} | changes
        tab = TABS[everything["toon"]]
        if everything["toon"] == FIRST_TAB:
            del everything["toon"]
        if everything["sorteer"] == tab.orders[0] or everything["sorteer"] not in tab.orders:
            del everything["sorteer"]
        query = QueryDict(mutable=True)
        query.update({name: value for name, value in everything.items() if value and name not in set(without)})
        return query.urlencode()

    @property
    def lasting(self) -> str:
        """What a saved view keeps: never the words that were searched for."""
        return self.query(without=("q",))

    @property
    def by(self) -> tuple[str, ...]:
        """The newest of a period by the day that the period is about: the other order would begin at today."""
        by = ORDERS[self.order][1]
        return NEWEST_CONTACT if by == NEWEST and not self.values.keys().isdisjoint(PERIOD) else by

    @property
    def ordering(self) -> list[OrderBy | str]:
        """As the pages of the list have it: what has no term comes last, on every database."""
        return [F(name).asc(nulls_last=True) if name == "due_at" else name for name in self.by]

    @property
    def is_narrowed(self) -> bool:
        return bool(self.values or self.words)

    def chips(self, looking: Viewpoint) -> Iterator[Chip]:
        for each in FILTERS:
            if value := self.values.get(each.name):
                yield Chip(each.label, each.words(value, looking), self.query(without=(each.name,)))
        if self.words:
            yield Chip(_("Search"), self.words, self.query(without=("q",)))

    def narrowed(self, dossiers: DossierQuerySet, looking: Viewpoint, *, are_few: bool) -> DossierQuerySet:
        """By the filters and the words, in any tab. ``are_few`` says so of the dossiers: what is open is."""
        for each in FILTERS:
            if value := self.values.get(each.name):
                dossiers = dossiers.filter(each.keeps(value, looking))
        return dossiers.filter(_found(self.words, looking, among_few=are_few)) if self.words else dossiers

    def dossiers(self, dossiers: DossierQuerySet, looking: Viewpoint) -> DossierQuerySet:
        tab = TABS[self.tab]
        return self.narrowed(dossiers.filter(tab.keeps(looking)), looking, are_few=tab.has_number)


def numbers(dossiers: DossierQuerySet, asked: Asked, looking: Viewpoint) -> dict[str, int]:
    """How much stands in each tab, with the filters that are on: one query, over the open dossiers only."""
    counted = {name: Count("pk", filter=tab.keeps(looking)) for name, tab in TABS.items() if tab.has_number}
    there = asked.narrowed(dossiers.filter(status__in=looking.open), looking, are_few=True)
    return there.order_by().aggregate(**counted)
