"""Every screen of staff, with what can be asked of it, to be measured in a small and in a large archive.

Lists are taken from the addresses themselves, so that a new one is measured without anybody thinking of it. Pages of
one thing are in ``PAGES``, and questions that a list answers in ``ASKED``; a test says which addresses are in neither.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.db.models import Count
from django.urls import NoReverseMatch, get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from core.keyset import Page, cursor_after
from core.models import User
from dossiers import worklist
from dossiers.follow_through import GROUPINGS, PERIODS
from dossiers.milestones import ENDS
from dossiers.models import Contact, Conversation, Dossier, ProcessType, SavedView, Team
from integrations.models import Delivery, PrintBatch
from parties.models import Party

STAFF = "beheer/"
DEEP = 1_000
"""The page that is turned to in a long list."""
FLOORS = ("cms", "site_pages", "impact", "bookings", "mailroom", "forms", "dossiers", "parties", "integrations", "core")
NO_SCREENS = re.compile(
    r"second_step|signed_in|staff_sign|.*(_csv|_xlsx|list_state|begin|:make_batch|receive_visitor|together|_results)$"
)
"""They have no list: they change something, or are what lies behind a screen that is measured."""


@dataclass(frozen=True)
class Screen:
    """``name`` is the address's, ``asked`` what stands behind the question mark."""

    name: str
    path: str
    asked: str = ""

    @property
    def address(self) -> str:
        return f"{self.path}?{self.asked}" if self.asked else self.path

    def __str__(self) -> str:
        return f"{self.name} {self.asked}".strip()


# --- Addresses


@dataclass(frozen=True)
class Address:
    name: str
    route: str

    @property
    def has_parts(self) -> bool:
        return "<" in self.route


def addresses() -> Iterator[Address]:
    """Of our own views for staff, and of the lists that Wagtail makes of our registers."""
    for name, route, callback in _patterns(get_resolver()):
        view = getattr(callback, "view_class", callback)
        floor = str(getattr(view, "__module__", "")).partition(".")[0]
        ours = floor in FLOORS or re.match(rf"(wagtailsnippets_)?({'|'.join(FLOORS)})_", name)
        if route.startswith(STAFF) and name and ours:
            yield Address(name, route)


def _patterns(resolver: URLResolver, prefix: str = "", spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, str, Any]]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from _patterns(pattern, route, inner)
        elif isinstance(pattern, URLPattern):
            yield ":".join((*spaces, pattern.name)) if pattern.name else "", route, pattern.callback


def lists() -> list[Screen]:
    """What can be opened without saying of what, the home page first."""
    found = [Screen("wagtailadmin_home", reverse("wagtailadmin_home"))]
    for address in addresses():
        if not address.has_parts and not NO_SCREENS.match(address.name):
            try:
                found.append(Screen(address.name, reverse(address.name)))
            except NoReverseMatch:
                continue
    return list(dict.fromkeys(found))


# --- Pages of one thing: those with least and with most behind them

Things = dict[str, dict[str, Any]]
FINISHED = {"status__milestone__in": ENDS}


class Archive:
    """Whose pages are measured, looked for once."""

    @cached_property
    def busiest(self) -> Party:
        """Who has most dossiers."""
        most = Dossier.objects.values("initiator").annotate(most=Count("pk")).order_by("-most", "initiator")
        return Party.objects.get(pk=most.exclude(initiator=None)[0]["initiator"])

    @cached_property
    def talker(self) -> Party:
        """Who was spoken with most, of the other persons: an organisation cannot be the same as somebody."""
        most = Contact.objects.filter(party__kind="person").exclude(party=self.busiest).order_by().values("party")
        return Party.objects.get(pk=most.annotate(most=Count("pk")).order_by("-most", "party")[0]["party"])

    @cached_property
    def quiet(self) -> Party:
        """Of whom we know no dossier."""
        return Party.objects.filter(dossiers__isnull=True, kind="person").order_by("-pk")[0]

    def parties(self) -> Things:
        found = {"nothing": self.quiet, "most dossiers": self.busiest, "most contacts": self.talker}
        return {what: {"pk": party.pk} for what, party in found.items()}

    def one_party(self) -> Things:
        return {"most dossiers": {"pk": self.busiest.pk}}

    def pair(self) -> Things:
        return {"": {"pk": self.quiet.pk, "other": self.talker.pk}}

    def dossiers(self) -> Things:
        """In each team one that is open and one that is finished, of the oldest rows those with most contacts: in a
        small and in a large archive that is the same one."""
        found: Things = {}
        for team in Team.objects.order_by("pk"):
            for what, some in (("open", Dossier.objects.open()), ("finished", Dossier.objects.filter(**FINISHED))):
                oldest = list(some.filter(team=team).order_by("pk").values_list("pk", flat=True)[:20])
                busiest = Dossier.objects.filter(pk__in=oldest).annotate(most=Count("contacts"))
                if dossier := busiest.order_by("-most", "pk").first():
                    found[f"{what}, {team}"] = {"pk": dossier.pk}
        newest = Dossier.objects.filter(initiator=self.busiest).order_by("-pk").first()
        return found | ({"of who has most": {"pk": newest.pk}} if newest else {})

    def one_dossier(self) -> Things:
        return dict(list(self.dossiers().items())[:1])

    def conversation(self) -> Things:
        """Of each person one; what others say is not shown."""
        found: Things = {}
        for user in User.objects.filter(groups__permissions__codename="add_contact").distinct().order_by("pk"):
            talk, _made = Conversation.objects.get_or_create(user=user, party=self.busiest, finished_at=None)
            found[f"of {user}"] = {"pk": talk.pk}
        return found

    def last(self, model: type[models.Model]) -> Things:
        found = model._default_manager.order_by("-pk").first()
        return {"": {"pk": found.pk}} if found else {}

    @cached_property
    def pages(self) -> list[Screen]:
        """Of everything in PAGES."""
        found: list[Screen] = []
        for names, things in PAGES:
            some = things(self)
            for address in addresses():
                if address.has_parts and re.fullmatch(names, address.name):
                    for what, parts in some.items():
                        name = f"{address.name} ({what})" if what else address.name
                        found.append(Screen(name, reverse(address.name, kwargs=parts)))
        return found


PAGES: tuple[tuple[str, Callable[[Archive], Things]], ...] = (
    ("dossiers:dossier", Archive.dossiers),
    (r"dossiers:(correct_first_contact|relate|ask_advice|write_note|add_document|more_time)", Archive.one_dossier),
    ("parties:party", Archive.parties),
    (r"parties:(choose_same|choose_other|core_data|verify_identity|add_address|recognise)", Archive.one_party),
    ("parties:side_by_side", Archive.pair),
    ("desk:conversation", Archive.conversation),
    ("integrations:delivery", lambda archive: archive.last(Delivery)),
    ("integrations:print_batch", lambda archive: archive.last(PrintBatch)),
    ("staff_work", lambda archive: archive.last(User)),
    ("dossiers:move", lambda archive: archive.last(ProcessType)),
)
ONE_ROW = re.compile(
    r"""
    .*_modeladmin_(edit|delete|history) | wagtailsnippets_.* | wagtailusers_.* | staff_.* | second_step_.* | form_.*
    | dossiers:(.*_saved_view|export_process|assign|step|correct_step|give_advice|withdraw_advice|unrelate|.*_task
        |letter_pdf|answer_message|mail|read_messages|document|new_version|set_confidential|confirm_party|detach_party
        |revoke_follow_links|survey_desk|competence|end_deputy|hold|lift_hold|make_confidential|lift_confidentiality)
    | retention:.*
    | desk:(begin_with_mail|call_visitor|standard_question|take_over) | follow_through:.* | incoming:.*
    | parties:(ask_access|dismiss|undo_merge|.*import.*|take_archive|.*note|.*contact_point|ask_confirmation
        |withdraw_email_change|.*address|.*number|.*representation|recognition)
    | integrations:(resend|print_pdf|mark_printed|print_again|readdress|test_message)
    """,
    re.VERBOSE,
)
"""A form about one row, a button, or a file: they read that row by its key. A destruction list is a batch of bounded
size."""


# --- What lists are asked


def _a_number() -> str:
    """Of the first dossier: it is in every archive."""
    return Dossier.objects.order_by("pk").values_list("number", flat=True)[0]


def _an_address() -> str:
    """The e-mail address of who began the first dossier of those with one: the same person in every archive."""
    known = Dossier.objects.filter(initiator__contact_points__kind="email").order_by("pk")
    return known.values_list("initiator__contact_points__value", flat=True)[0]


def _a_place(user: User) -> str:
    """Of a finished dossier that this person sees, in every archive."""
    seen = Dossier.objects.visible_to(user).filter(**FINISHED).exclude(place="").order_by("pk")
    return str(seen.values_list("place", flat=True).first())


def _asked_of_the_work_list(user: User) -> Iterator[dict[str, str] | str]:
    kind = ProcessType.objects.filter(versions__isnull=False).order_by("pk")[0]
    team = user.teams.order_by("pk").first() or Team.objects.order_by("pk")[0]
    values = {
        "soort": str(kind.pk), "status": "Afgehandeld", "team": str(team.pk), "behandelaar": worklist.NOBODY,
        "kanaal": "video", "bericht": "ongelezen", "van": "2020-01-01", "tot": "2012-01-31", "plaats": _a_place(user),
    }  # fmt: skip
    for tab, what in worklist.TABS.items():
        for order in what.orders:
            yield {"toon": tab, "sorteer": order}
    for tab in (worklist.FIRST_TAB, "afgehandeld"):
        for each in worklist.FILTERS:
            yield {"toon": tab, each.name: values[each.name]}
        for words in ("tegel", _a_number(), "Peeters", _a_place(user), "xqzzy"):
            yield {"toon": tab, "q": words}
    yield from SavedView.objects.visible_to(user).values_list("query", flat=True).distinct()


def _asked_of_the_register(_user: User) -> Iterator[dict[str, str]]:
    for words in ("peeters", "jan peeters", "p60@burger.example", "Statielei 12", "xqzzy", _a_number()):
        yield {"q": words}


def _asked_of_the_log(user: User) -> Iterator[dict[str, str]]:
    yield {"wie": str(User.objects.get(username="dossierbehandelaar").pk)}
    for words in (_an_address(), _a_number()):
        yield {"over": words}
    yield {"van": "2020-01-01", "tot": "2020-12-31"}


ASKED: dict[str, Callable[[User], Iterable[dict[str, str] | str]]] = {
    "dossiers:list": _asked_of_the_work_list,
    "dossiers:export_csv": lambda _user: [{"toon": "afgehandeld"}, {"toon": "te-doen"}],
    "follow_through:today": lambda _user: [{"per": name} for name in GROUPINGS],
    "follow_through:calls": lambda _user: [{"van": "mij"}],
    "follow_through:mine": lambda _user: [{"periode": name} for name in PERIODS],
    "parties:list": _asked_of_the_register,
    "integrations:deliveries": lambda _user: [{"toon": "wacht"}, {"toon": "mislukt"}],
    "satisfaction": lambda _user: [{"periode": name} for name in ("vorig-kwartaal", "jaar", "vorig-jaar")],
    "satisfaction_remarks": lambda _user: [{"periode": name} for name in ("jaar", "vorig-jaar")],
    "access_log": _asked_of_the_log,
    "access_log_csv": lambda _user: [""],
}


def _questions(user: User) -> Iterator[Screen]:
    for name, asked in ASKED.items():
        path = reverse(name)
        for each in asked(user):
            yield Screen(name, path, each if isinstance(each, str) else urlencode(each))


def screens_of(user: User, archive: Archive) -> list[Screen]:
    """What is measured for this person; not everything opens for everybody."""
    return list(dict.fromkeys([*lists(), *_questions(user), *archive.pages]))


# --- Far down a list


def deep(screen: Screen, page: Page[Any]) -> Screen | None:
    """The thousandth page of this list; None when it is not that long."""
    if page.next_cursor is None:
        return None
    rows = type(page.rows[0])._default_manager.order_by(*page.order)
    row = rows[DEEP * len(page.rows) : DEEP * len(page.rows) + 1].first()
    if row is None:
        return None
    more = urlencode({"vanaf": cursor_after(row, order=page.order)})
    return Screen(f"{screen.name} page {DEEP:,}", screen.path, f"{screen.asked}&{more}" if screen.asked else more)
