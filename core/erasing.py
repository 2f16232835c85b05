"""What happens to people's data when their time is over: what goes with what, and what goes by itself.

Three ways lead out. What belongs to a dossier goes with it, and what belongs to a person or organisation goes with
that, each after a list that somebody approved (docs/rules/bewaren.md). What Loket only needs for a while goes by itself
after a technical term. Each floor says here, in ``AppConfig.ready()``, where its columns belong, and why the rest may
stay; a test fails when a column that can hold words or files is in nobody's list.

Files are removed after the change is final, and again when that fails: a row of ``DoomedFile`` says which.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.apps import apps
from django.core.files.storage import storages
from django.db import models, transaction
from django.db.models.fields.files import FieldFile
from django.utils.functional import Promise

from core.models import DoomedFile
from core.registry import Registry

logger = logging.getLogger(__name__)

ROW = "*"
"""All columns: the row itself goes, or nothing in it is about citizens."""
MOST_FILES = 2000
"""At once."""


class Fate(StrEnum):
    """What becomes of a column."""

    DOSSIER = "goes with the dossier"
    PARTY = "goes with the person or organisation"
    TERM = "goes by itself"
    STAYS = "is not about citizens"


@dataclass(frozen=True)
class Place:
    """Where a column belongs, and why."""

    fate: Fate
    why: str = ""


places: dict[str, dict[str, Place]] = {}
"""Label of a model → column (or ROW) → its place."""
_apps: dict[str, str] = {}
"""Apps of others that know no citizens → why."""


def goes_with_dossier(model: str, columns: str = ROW) -> None:
    """``goes_with_dossier("dossiers.Contact", "given_name body")``."""
    _place(model, columns, Place(Fate.DOSSIER))


def goes_with_party(model: str, columns: str = ROW) -> None:
    _place(model, columns, Place(Fate.PARTY))


def goes_by_itself(model: str, columns: str = ROW, *, term: str) -> None:
    """``term`` is the name of the technical term that takes it."""
    _place(model, columns, Place(Fate.TERM, term))


def stays(model: str, columns: str = ROW, *, why: str) -> None:
    _place(model, columns, Place(Fate.STAYS, why))


def app_stays(label: str, *, why: str) -> None:
    """Every model of an app that is not ours."""
    _apps[label] = why


def _place(model: str, columns: str, place: Place) -> None:
    mine = places.setdefault(model, {})
    for column in columns.split():
        if column in mine:
            raise ValueError(f"{model}.{column} has a place already.")
        mine[column] = place


WORDS = {"CharField", "TextField", "JSONField", "FileField", "BinaryField", "DateField", "GenericIPAddressField"}
"""What can hold words, files, or a day of birth. Choices cannot: they are words of ours."""


def columns_of(model: type[models.Model]) -> Iterator[models.Field[object, object]]:
    """The columns of a model that can say something of somebody."""
    for field in model._meta.local_concrete_fields:
        kinds = {each.__name__ for each in type(field).__mro__}
        if not field.choices and "DateTimeField" not in kinds and kinds & WORDS:
            yield field


def without_a_place() -> list[str]:
    """Columns that nobody gave a place; also places of columns that are not there."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        mine = places.get(model._meta.label, {})
        if ROW in mine or model._meta.app_label in _apps:
            continue
        found += [f"{model._meta.label}.{each.name}" for each in columns_of(model) if each.name not in mine]
    for label, mine in places.items():
        known = {field.name for field in apps.get_model(label)._meta.get_fields()} | {ROW}
        found += [f"{label}.{column} (is not there)" for column in mine if column not in known]
        found += [f"{label}: no term {each.why}" for each in mine.values() if _is_unknown_term(each)]
    return sorted(found)


def _is_unknown_term(place: Place) -> bool:
    return place.fate is Fate.TERM and place.why not in terms


# --- Technical terms


@dataclass(frozen=True)
class Term:
    """What goes by itself. ``run`` forgets what is due at a moment; None where the job that needs it does so.

    ``kept`` and ``why`` are words for people; ``kept`` may be asked anew each time, where a town chooses the term.
    """

    what: str | Promise
    kept: str | Promise | Callable[[], str]
    why: str | Promise
    run: Callable[[datetime], object] | None = None

    @property
    def kept_words(self) -> str:
        return self.kept() if callable(self.kept) else str(self.kept)


terms: Registry[Term] = Registry("technical term")


def forget_all(*, at: datetime) -> list[str]:
    """Run every technical term; one that fails does not hold up the others. The names of those that failed."""
    failed = []
    for name, term in terms.items():
        try:
            if term.run:
                term.run(at)
        except Exception:
            logger.exception("The technical term %r could not be kept", name)
            failed.append(name)
    return failed


# --- Files


def doom(*files: FieldFile, at: datetime) -> None:
    """These files go as soon as the change that forgets them is final. Private storage only."""
    doom_paths((str(file.name) for file in files if file), at=at)


def doom_paths(paths: Iterable[str], *, at: datetime) -> None:
    found = [DoomedFile(path=path, since=at) for path in dict.fromkeys(paths) if path]
    DoomedFile.objects.bulk_create(found)
    if found:
        transaction.on_commit(lambda: remove_doomed(paths=[each.path for each in found]), robust=True)


def remove_doomed(*, paths: Iterable[str] | None = None, before: datetime | None = None) -> int:
    """Remove the files that are to go; returns how many are left, because the storage refused."""
    waiting = DoomedFile.objects.order_by("pk")
    if paths is not None:
        waiting = waiting.filter(path__in=list(paths))
    if before is not None:
        waiting = waiting.filter(since__lte=before)
    left = 0
    for doomed in waiting[:MOST_FILES]:
        try:
            storages["private"].delete(doomed.path)
        except OSError:
            logger.exception("File %s cannot be removed now", doomed.pk)
            left += 1
        else:
            doomed.delete()
    return left
