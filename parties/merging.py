"""Two parties that are one: put together, and taken apart again within thirty days.

Everything that refers to a party follows, by the list of references below: an app says of each of its foreign keys to
Party how it follows (``follow``), and a test fails when one is forgotten. Every column that a merge changes is written
in its journal, which undoing reads backwards. The rules: docs/rules/vinden-en-samenvoegen.md.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import groupby
from typing import Any

from django.apps import apps
from django.db import IntegrityError, OperationalError, connection, models, transaction
from django.db.models import Max, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actors import Actor
from core.registry import Registry
from parties.models import ContactPoint, EmailChange, LookAlike, Merge, MergeChange, Party, PartyEvent
from parties.models.merge import UNDO_WITHIN

FIELDS = ("name", "birth_date", "ended_on", "language", "preference")
"""What of the parties themselves may differ, and is chosen field by field."""
KEPT, LOST = "kept", "lost"
TRIES = 3
BUSY = {"55P03", "40P01"}  # PostgreSQL: waited too long for a row, or in a ring
LATE = timedelta(days=2)


class MergeRefused(ValueError):
    """These two cannot be put together (or not taken apart); the message says why, for people."""


@dataclass(frozen=True)
class Reference:
    """How the rows with a foreign key to Party follow when that party is merged.

    ``words`` is what people call them. Those of which the remaining party has a ``twin`` (the same in these columns)
    stay behind with the merged party: the database allows only one, and nobody needs two. With ``stays`` all do.
    ``made_at`` names the moment of a row whose key does not say whether it came later.
    """

    model: str
    field: str
    words: str | Promise = ""
    twin: tuple[str, ...] = ()
    stays: bool = False
    made_at: str = ""

    @property
    def label(self) -> str:
        return f"{self.model}.{self.field}"

    @cached_property
    def model_class(self) -> type[models.Model]:
        return apps.get_model(self.model)

    @property
    def rows(self) -> models.QuerySet[Any]:
        return self.model_class._base_manager.all()

    def of(self, party: Party) -> models.QuerySet[Any]:
        return self.rows.filter(**{self.field: party})

    @property
    def last(self) -> int:
        """The key of the newest row."""
        if self.stays or self.made_at:
            return 0
        return self.rows.aggregate(last=Max("pk"))["last"] or 0

    def later(self, made: Merge) -> models.QuerySet[Any]:
        """What came to the remaining party after the merge."""
        after = {f"{self.made_at}__gt": made.at} if self.made_at else {"pk__gt": made.marks.get(self.label, 0)}
        return self.of(made.kept).filter(**after).order_by("pk")

    def twins(self, lost: Party, kept: Party) -> dict[Any, Any]:
        """Keys of the rows of ``lost`` that ``kept`` has too, with the keys of the latter."""
        if not self.twin:
            return {}
        theirs = {tuple(row[1:]): row[0] for row in self.of(kept).values_list("pk", *self.twin)}
        mine = self.of(lost).values_list("pk", *self.twin)
        return {row[0]: theirs[tuple(row[1:])] for row in mine if tuple(row[1:]) in theirs}


references: Registry[Reference] = Registry("reference to a party")


def follow(model: str, field: str, **how: Any) -> None:
    """For ``AppConfig.ready()``: ``follow("dossiers.Dossier", "initiator", words=_("dossiers"))``."""
    reference = Reference(model, field, **how)
    references.register(reference.label, reference)


def declare_own() -> None:
    follow(
        "parties.ContactPoint",
        "party",
        words=gettext_lazy("phone numbers and e-mail addresses"),
        twin=("kind", "value"),
    )
    address = ("kind", "street", "number", "box", "postcode", "town", "country", "since", "until")
    follow("parties.Address", "party", words=gettext_lazy("addresses"), twin=address)
    follow("parties.Identifier", "party", words=gettext_lazy("official numbers"))
    follow("parties.Subject", "party", words=gettext_lazy("sign-ins"))
    follow("parties.Verification", "party", words=gettext_lazy("verifications"))
    follow("parties.PartyNote", "party", words=gettext_lazy("notes"))
    recognition = ("category_id", "since", "until")
    follow("parties.Recognition", "party", words=gettext_lazy("recognitions"), twin=recognition)
    represents, represented = ("organisation_id", "role", "since"), ("person_id", "role", "since")
    follow("parties.Representation", "person", words=gettext_lazy("representations"), twin=represents)
    follow("parties.Representation", "organisation", words=gettext_lazy("representatives"), twin=represented)
    follow("parties.AccessRequest", "party", words=gettext_lazy("requests for access"), made_at="asked_at")
    follow("parties.PartyEvent", "party", stays=True)  # history is not rewritten
    follow("parties.SearchWord", "party", stays=True)  # who is looked up by the old name is led on
    follow("parties.Party", "merged_into", stays=True)  # a chain, so that each merge can be undone by itself
    for model, field in (("Merge", "kept"), ("Merge", "lost"), ("LookAlike", "first"), ("LookAlike", "second")):
        follow(f"parties.{model}", field, stays=True)


# --- What stands in the way, and what goes along


def problems(kept: Party, lost: Party) -> list[str]:
    """Why these two cannot be put together, for people. Empty when they can."""
    if kept.pk == lost.pk:
        return [_("This is one and the same record.")]
    found = []
    if kept.merged_into_id or lost.merged_into_id:
        found.append(_("One of the two was merged meanwhile."))
    if kept.kind != lost.kind:
        found.append(_("A person and an organisation cannot be merged."))
    schemes = set(kept.identifiers.values_list("scheme", flat=True))
    for number in lost.identifiers.filter(scheme__in=schemes):
        found.append(
            _("Both have a number of the kind “%(scheme)s”, and the numbers differ: these are two.")
            % {"scheme": number.get_scheme_display()}
        )
    twins = references["parties.Recognition.party"].twins(lost, kept)
    for mine in lost.recognitions.exclude(pk__in=twins):
        if any(_overlap(mine, theirs) for theirs in kept.recognitions.all()):
            found.append(_("Both are recognised on the same days, in different ways. Change one of the two first."))
            break
    pair = (kept.pk, lost.pk)
    if kept.represents.filter(organisation__in=pair).exists() or lost.represents.filter(organisation__in=pair).exists():
        found.append(_("One represents the other."))
    return found


def _overlap(one: Any, other: Any) -> bool:
    return (other.until is None or one.since <= other.until) and (one.until is None or other.since <= one.until)


def goes_along(kept: Party, lost: Party) -> list[tuple[str | Promise, int]]:
    """What follows and how many, by the words of people."""
    counted: dict[str, tuple[str | Promise, int]] = {}
    for reference in references:
        if not reference.stays:
            number = reference.of(lost).count() - len(reference.twins(lost, kept))
            words, before = counted.get(str(reference.words), (reference.words, 0))
            counted[str(reference.words)] = (words, before + number)
    return [(words, number) for words, number in counted.values() if number]


# --- Merge


def merge(
    *,
    kept: Party,
    lost: Party,
    choices: dict[str, str],
    versions: dict[int, int] | None = None,
    by: Actor,
    at: datetime,
) -> Merge:
    """Everything of ``lost`` goes to ``kept``; of the fields in ``choices`` that say "lost", its value too.

    ``versions`` are those that were seen when it was decided. Raises MergeRefused.
    """
    for attempt in range(TRIES):
        try:
            return _merge(kept=kept, lost=lost, choices=choices, versions=versions, by=by, at=at)
        except OperationalError as error:
            _wait_when_busy(error, attempt)
    raise MergeRefused(_("Somebody is working with one of the two right now. Try again in a moment."))


@transaction.atomic
def _merge(
    *, kept: Party, lost: Party, choices: dict[str, str], versions: dict[int, int] | None, by: Actor, at: datetime
) -> Merge:
    both = _lock(kept, lost)
    kept, lost = both[kept.pk], both[lost.pk]
    if found := problems(kept, lost):
        raise MergeRefused(found[0])
    if versions and any(versions[party.pk] != party.version for party in both.values()):
        raise MergeRefused(_("Somebody changed one of the two meanwhile. Look at both again."))
    marks = {each.label: each.last for each in references if not each.stays}
    made = Merge.objects.create(kept=kept, lost=lost, at=at, by=by.user, marks=marks)
    if chosen := {name: getattr(lost, name) for name in FIELDS if choices.get(name) == LOST}:
        _change(made, kept, **chosen)
    _move(made)
    for party in (kept, lost):
        Party.objects.filter(pk=party.pk).update(version=party.version + 1)
        PartyEvent.objects.record(party, PartyEvent.Kind.MERGED, by=by, at=at)
    Party.objects.filter(pk=lost.pk).update(merged_into=kept)
    return made


def gather_late(*, at: datetime) -> None:
    """What was attached to a merged party after all (somebody had its page open) follows too."""
    for late in Merge.objects.standing().filter(at__gte=at - LATE).order_by("at", "pk"):
        with transaction.atomic():
            _lock(late.kept, late.lost)
            if Merge.objects.standing().filter(pk=late.pk).exists():
                _move(late)


def _lock(*parties: Party) -> dict[int, Party]:
    """In the order of their keys, so that two merges that cross wait for each other and never in a ring.

    Whoever waits for a row that a merge holds may hold one that it needs. The merge gives up first, and is tried again:
    its patience is shorter than the time after which PostgreSQL ends one of the two.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '500ms'")
    wanted = Party.objects.filter(pk__in=[party.pk for party in parties]).order_by("pk")
    return {party.pk: party for party in wanted.select_for_update()}


def _wait_when_busy(error: OperationalError, attempt: int) -> None:
    """Somebody works with one of the two; any other trouble is an error."""
    if getattr(error.__cause__, "sqlstate", "") not in BUSY and "locked" not in str(error):
        raise error
    time.sleep(0.05 * (attempt + 1))


def _move(made: Merge) -> None:
    _make_room(made)
    for reference in references:
        if reference.stays:
            continue
        twins = reference.twins(made.lost, made.kept)
        keys = list(reference.of(made.lost).exclude(pk__in=twins).values_list("pk", flat=True))
        try:
            with transaction.atomic():
                _change_all(made, reference, keys)
        except IntegrityError:
            raise MergeRefused(
                _("The %(what)s of the two cannot be put together.") % {"what": reference.words}
            ) from None


def _make_room(made: Merge) -> None:
    """One contact point of a kind is used first; one that both have keeps the best of what is known of it."""
    preferred = set(made.kept.contact_points.filter(is_preferred=True).values_list("kind", flat=True))
    twins = references["parties.ContactPoint.party"].twins(made.lost, made.kept)
    points = ContactPoint.objects.in_bulk([*twins, *twins.values()])
    for point in made.lost.contact_points.filter(is_preferred=True):
        if point.kind in preferred or point.pk in twins:
            _change(made, point, is_preferred=False)
    for mine, theirs in ((points[mine], points[theirs]) for mine, theirs in twins.items()):
        if theirs.ended_at and not mine.ended_at:
            _change(made, theirs, ended_at=None)
        if mine.verified_how and not theirs.verified_how:
            known = {name: getattr(mine, name) for name in ("verified_how", "verified_at", "verified_by_id")}
            _change(made, theirs, **known)
        for change in EmailChange.objects.filter(point=mine):
            _change(made, change, point_id=theirs.pk)


def _change(made: Merge, row: models.Model, **values: Any) -> None:
    MergeChange.objects.bulk_create(
        MergeChange(
            merge=made,
            model=row._meta.label,
            key=row.pk,
            field=column,
            old=_written(getattr(row, column)),
            new=_written(value),
        )
        for column, value in values.items()
    )
    type(row)._base_manager.filter(pk=row.pk).update(**values)


def _change_all(made: Merge, reference: Reference, keys: list[Any]) -> None:
    column = f"{reference.field}_id"
    MergeChange.objects.bulk_create(
        MergeChange(merge=made, model=reference.model, key=key, field=column, old=made.lost_id, new=made.kept_id)
        for key in keys
    )
    reference.rows.filter(pk__in=keys).update(**{column: made.kept_id})


def _written(value: Any) -> Any:
    """For JSON: days and moments as text."""
    return value if value is None or isinstance(value, str | int | bool) else value.isoformat()


# --- Undo


@dataclass(frozen=True)
class Added:
    """A row that came to the remaining party since the merge: a person says whose it is."""

    reference: Reference
    key: Any
    text: str

    @property
    def name(self) -> str:
        return f"{self.reference.label}:{self.key}"


MOST_ADDED = 200


def added_since(made: Merge) -> list[Added]:
    moved = set(made.changes.values_list("model", "field", "key"))
    found = []
    for reference in references:
        if not reference.stays:
            for row in reference.later(made)[: MOST_ADDED + len(moved)]:
                if (reference.model, f"{reference.field}_id", str(row.pk)) not in moved:
                    found.append(Added(reference, row.pk, str(row)))
    return found[:MOST_ADDED]


def cannot_be_undone(made: Merge, at: datetime) -> str:
    """Why, for people; "" when it can."""
    if made.undone_at:
        return _("This merge was undone already.")
    if not made.can_be_undone(at):
        return _("A merge can be undone within %(days)s days. This one is older.") % {"days": UNDO_WITHIN.days}
    if made.kept.merged_into_id:
        return _("The record that remained was merged again later. Undo that merge first.")
    return ""


def undo(*, merge: Merge, theirs: Iterable[str] = (), by: Actor, at: datetime) -> int:
    """Put back everything that the merge changed. ``theirs`` names what was added since (``Added.name``) and belongs to
    the one that was merged.

    A column that somebody changed since stays as it is now; how many, is the answer. Raises MergeRefused.
    """
    for attempt in range(TRIES):
        try:
            return _undo(merge.pk, set(theirs), by=by, at=at)
        except OperationalError as error:
            _wait_when_busy(error, attempt)
    raise MergeRefused(_("Somebody is working with one of the two right now. Try again in a moment."))


@transaction.atomic
def _undo(key: int, theirs: set[str], *, by: Actor, at: datetime) -> int:
    made = Merge.objects.get(pk=key)
    both = _lock(made.kept, made.lost)
    made.refresh_from_db()
    made.kept, made.lost = both[made.kept_id], both[made.lost_id]
    if why := cannot_be_undone(made, at):
        raise MergeRefused(why)
    added = [each for each in added_since(made) if each.name in theirs]
    Party.objects.filter(pk=made.lost_id).update(merged_into=None)
    changes = reversed(made.changes.all())
    left = sum(not _put_back(model, row, list(group)) for (model, row), group in groupby(changes, key=_row_of))
    for each in added:
        try:
            with transaction.atomic():
                each.reference.rows.filter(pk=each.key).update(**{each.reference.field: made.lost})
        except IntegrityError:  # the other has it already
            left += 1
    made.undone_at, made.undone_by = at, by.user
    made.save(update_fields=["undone_at", "undone_by"])
    for party in both.values():
        Party.objects.filter(pk=party.pk).update(version=party.version + 1)
        PartyEvent.objects.record(party, PartyEvent.Kind.UNMERGED, by=by, at=at)
    return left


def _row_of(change: MergeChange) -> tuple[str, str]:
    return change.model, change.key


def _put_back(label: str, key: str, changes: list[MergeChange]) -> bool:
    """The old values, where the new ones still stand."""
    model = apps.get_model(label)
    columns = {field.attname: field for field in model._meta.concrete_fields}
    now = {change.field: columns[change.field].to_python(change.new) for change in changes}
    before = {change.field: columns[change.field].to_python(change.old) for change in changes}
    try:
        with transaction.atomic():
            rows = model._base_manager.filter(pk=key)
            for column, value in now.items():
                rows = rows.filter(Q(**{f"{column}__isnull": True}) if value is None else Q(**{column: value}))
            return bool(rows.update(**before))
    except IntegrityError:  # there is another like it now
        return False


def forget_old(*, at: datetime) -> None:
    """The journal names what stood there before. When nothing can be undone any more, that is no longer needed."""
    MergeChange.objects.filter(merge__at__lt=at - UNDO_WITHIN).delete()


# --- Possible duplicates


def dismiss(*, pair: LookAlike, by: Actor, at: datetime) -> None:
    """These are two: they are not proposed again."""
    LookAlike.objects.filter(pk=pair.pk, dismissed_at__isnull=True).update(dismissed_at=at, dismissed_by=by.user)
