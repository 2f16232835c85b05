"""Dossiers that belong together."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from core.actors import Actor
from dossiers.actions.history import record
from dossiers.actions.refusals import StepRefused
from dossiers.actions.steps import bring_along, lock_in_order
from dossiers.models import Dossier, Relation
from dossiers.models.dossier import DossierQuerySet
from dossiers.models.event import EventKind

SAME_PERIOD = timedelta(days=28)
MOST_PROPOSED = 5


def look_alikes(dossier: Dossier, among: DossierQuerySet) -> list[Dossier]:
    """Open dossiers of the same process about the same place and kind, opened in the same weeks, oldest first.

    The same place: the same words, whatever capitals, commas and spaces. ``among`` are those that the reader may see.
    What is a duplicate already is looked for no more: its original stands for it.
    """
    words = _words(dossier.place)
    duplicates = Relation.objects.filter(kind=Relation.Kind.DUPLICATE).values("dossier")
    if not words or duplicates.filter(dossier=dossier).exists():
        return []
    near = (
        among.open()
        .filter(
            process_version__process_type=dossier.process_version.process_type_id,
            first_contact_at__range=(dossier.first_contact_at - SAME_PERIOD, dossier.first_contact_at + SAME_PERIOD),
            place__icontains=words[0],
        )
        .exclude(pk=dossier.pk)
        .exclude(pk__in=dossier.relations.values("other"))
        .exclude(pk__in=dossier.related_from.values("dossier"))
        .exclude(pk__in=duplicates)
        .select_related("status", "process_version")
        .order_by("first_contact_at", "pk")[:100]
    )
    same = [other for other in near if _words(other.place) == words and _kind(other) == _kind(dossier)]
    return same[:MOST_PROPOSED]


def _words(place: str) -> list[str]:
    return "".join(letter if letter.isalnum() else " " for letter in place.casefold()).split()


def _kind(dossier: Dossier) -> list[tuple[str, str]]:
    """What the reporter chose: the facts that were given."""
    return sorted((key, str(value)) for key, value in dossier.facts.items())


@transaction.atomic
def relate(*, dossier: Dossier, other: Dossier, kind: str, by: Actor, at: datetime) -> Relation:
    """``dossier`` is the same as, a part of, or has to do with ``other``. Raises StepRefused.

    Of a duplicate the other one is the original: whoever reported it hears what becomes of that one (docs/rules).
    """
    if dossier.pk == other.pk:
        raise StepRefused(_("A dossier cannot belong to itself."))
    held = lock_in_order(dossier.pk, other.pk)
    here, there = held[dossier.pk], held[other.pk]
    if kind not in Relation.Kind.values:
        raise StepRefused(_("Choose how they belong together."))
    if kind != Relation.Kind.RELATED and _is_above(there, here, kind):
        raise StepRefused(_("It is already the other way round."))
    if (
        Relation.objects.filter(dossier=there, other=here).exists()
        or Relation.objects.filter(dossier=here, other=there).exists()
    ):
        raise StepRefused(_("These dossiers are linked already."))
    if kind != Relation.Kind.RELATED:
        _refuse_second(here, kind)
    if kind == Relation.Kind.DUPLICATE:
        _refuse_chain(here, there)
    try:
        with transaction.atomic():
            relation = Relation.objects.create(dossier=here, other=there, kind=kind, at=at, by=by.user)
    except IntegrityError as problem:
        raise StepRefused(_("These dossiers are linked already.")) from problem
    _touch(here, there)
    label = Relation.Kind(kind).label
    record(here, EventKind.LINKED, by=by, at=at, reason=f"{label} {there.number}")
    record(there, EventKind.LINKED, by=by, at=at, reason=f"{here.number} {label}")
    if kind == Relation.Kind.DUPLICATE:
        bring_along(here, original=there, by=by, at=at)
    return relation


def _refuse_second(dossier: Dossier, kind: str) -> None:
    """One original, and one whole."""
    if first := dossier.relations.filter(kind=kind).select_related("other").first():
        raise StepRefused(
            _("%(number)s %(kind)s %(other)s. Unlink that first.")
            % {"number": dossier.number, "kind": first.get_kind_display(), "other": first.other.number}
        )


def _refuse_chain(duplicate: Dossier, original: Dossier) -> None:
    """Of a duplicate of a duplicate the reporter would hear nothing."""
    duplicates = Relation.objects.filter(kind=Relation.Kind.DUPLICATE)
    if duplicates.filter(dossier=original).exists():
        raise StepRefused(_("%(number)s is itself a duplicate. Link to its original.") % {"number": original.number})
    if duplicates.filter(other=duplicate).exists():
        raise StepRefused(
            _("%(number)s has duplicates of its own. Link the other way round, or unlink those first.")
            % {"number": duplicate.number}
        )


def _touch(*dossiers: Dossier) -> None:
    """Both changed: a colleague who was about to take a step reads so first, and the step then reaches both."""
    Dossier.objects.filter(pk__in=[dossier.pk for dossier in dossiers]).update(version=F("version") + 1)


def _is_above(dossier: Dossier, other: Dossier, kind: str) -> bool:
    """Whether ``dossier`` points, directly or through others, at ``other``."""
    seen: set[int] = set()
    todo = [dossier.pk]
    while todo:
        found = Relation.objects.filter(dossier__in=todo, kind=kind).values_list("other", flat=True)
        todo = [pk for pk in found if pk not in seen]
        seen.update(todo)
    return other.pk in seen


@transaction.atomic
def unrelate(*, relation: Relation, by: Actor, at: datetime) -> None:
    """They do not belong together after all; both histories keep that they did."""
    held = lock_in_order(relation.dossier_id, relation.other_id)
    if Relation.objects.filter(pk=relation.pk).delete()[0]:
        here, there = held[relation.dossier_id], held[relation.other_id]
        _touch(here, there)
        record(here, EventKind.UNLINKED, by=by, at=at, reason=there.number)
        record(there, EventKind.UNLINKED, by=by, at=at, reason=here.number)
