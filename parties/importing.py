"""Lists of persons, associations and representatives, taken over: checked first, then row by row.

Who is known already stays as it is: a list never changes a record silently. The rules:
docs/rules/vinden-en-samenvoegen.md.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from core.actors import Actor
from core.models import User
from core.spreadsheets import UnreadableTable, read_table
from parties.actions import resolve
from parties.contact_values import normalise_email, normalise_phone
from parties.import_rows import Row, full_name, guess, read_row
from parties.matching import match_key
from parties.models import Address, ContactPoint, Identifier, Party, PartyEvent, PartyImport, Representation
from parties.models.identifier import lookups
from parties.numbers import OfficialNumber
from parties.remaining import remaining

STEP = 50
CHECKED_AT_ONCE = 500
SHOWN = 20
MOST_ERRORS = 2000
STUCK = timedelta(minutes=5)
KEPT_UNFINISHED = timedelta(days=7)


@dataclass
class Check:
    """What taking over would do; the first rows of each, to look at."""

    new: int = 0
    known: int = 0
    errors: list[tuple[int, str]] = field(default_factory=list)
    examples: list[tuple[int, str]] = field(default_factory=list)
    met: list[tuple[int, str, Party]] = field(default_factory=list)


def receive(*, kind: str, name: str, content: bytes, by: User, at: datetime) -> PartyImport:
    """Keep the list until it is taken over. Raises UnreadableTable."""
    rows = read_table(content)
    headings = rows[0]
    before = PartyImport.objects.filter(kind=kind, headings=headings).exclude(mapping={}).order_by("-pk").first()
    mapping = before.mapping if before else guess(kind, headings)
    made = PartyImport(
        kind=kind, name=name[:200], headings=headings, mapping=mapping, total=len(rows) - 1, at=at, by=by, touched_at=at
    )
    made.file.save(f"{at:%Y%m%d%H%M%S}.table", ContentFile(content), save=False)
    made.save()
    return made


def rows_of(made: PartyImport) -> list[Row]:
    with made.file.open("rb") as file:
        cells = read_table(file.read())
    mapping = {name: int(place) for name, place in made.mapping.items()}
    return [read_row(made.kind, mapping, row, number) for number, row in enumerate(cells[1:], start=2)]


def check(made: PartyImport) -> Check:
    """A dry run: nothing is changed."""
    found = Check()
    seen: set[str] = set()
    for chunk in _chunks(row for row in rows_of(made) if not row.is_empty):
        known = _known(chunk)
        for row in chunk:
            keys = _keys(row)
            party = next((known[key] for key in keys if key in known), None)
            if row.errors:
                found.errors += [(row.number, error) for error in row.errors]
            elif made.kind == PartyImport.Kind.REPRESENTATIVES and _lookup(row.values["organisation"]) not in known:
                found.errors.append((row.number, _("No organisation in the register has this number")))
            elif party is not None:
                found.known += 1
                found.met.append((row.number, full_name(row), party))
            elif seen & set(keys):
                found.known += 1
            else:
                found.new += 1
                found.examples.append((row.number, full_name(row)))
            seen.update(keys)
    return found


def start(*, made: PartyImport, at: datetime) -> bool:
    """Begin to take over; once, whoever asks twice."""
    begun = PartyImport.objects.filter(pk=made.pk, state=PartyImport.State.CHECKED).update(
        state=PartyImport.State.APPLYING, touched_at=at, done=0, new=0, known=0, errors=[]
    )
    if begun:
        transaction.on_commit(lambda: async_task("parties.tasks.run_import", made.pk))
    return bool(begun)


def run(key: int) -> None:
    """Take over what is left of a list, in steps; one that was broken off goes on where it was."""
    made = PartyImport.objects.get(pk=key)
    if made.state != PartyImport.State.APPLYING:
        return
    rows = rows_of(made)
    while True:
        with transaction.atomic():
            made = PartyImport.objects.select_for_update().get(pk=key)
            if made.state != PartyImport.State.APPLYING:
                return
            chunk = rows[made.done : made.done + STEP]
            for row in chunk:
                _apply(made, row)
            made.done += len(chunk)
            made.errors = made.errors[:MOST_ERRORS]
            made.touched_at = timezone.now()
            if made.done >= len(rows):
                made.state = PartyImport.State.DONE
            made.save()
        if made.state == PartyImport.State.DONE:
            _forget_file(made)
            return


def go_on(*, at: datetime) -> None:
    """Imports that were broken off; and files that nobody takes over."""
    stuck = PartyImport.objects.filter(state=PartyImport.State.APPLYING, touched_at__lt=at - STUCK)
    for key in stuck.values_list("pk", flat=True):
        run(key)
    waiting = (PartyImport.State.MAPPING, PartyImport.State.CHECKED)
    for made in PartyImport.objects.filter(state__in=waiting, touched_at__lt=at - KEPT_UNFINISHED):
        discard(made=made)


def discard(*, made: PartyImport) -> None:
    waiting = (PartyImport.State.MAPPING, PartyImport.State.CHECKED)
    if PartyImport.objects.filter(pk=made.pk, state__in=waiting).update(state=PartyImport.State.DISCARDED):
        _forget_file(made)


def _forget_file(made: PartyImport) -> None:
    made.file.delete(save=False)
    PartyImport.objects.filter(pk=made.pk).update(file="")


def _apply(made: PartyImport, row: Row) -> None:
    if row.is_empty:
        return
    if row.errors:
        made.errors += [[row.number, error] for error in row.errors]
        return
    try:
        with transaction.atomic():
            is_new = _represent(made, row) if made.kind == PartyImport.Kind.REPRESENTATIVES else _register(made, row)[1]
    except _NotTaken as error:
        made.errors.append([row.number, str(error)])
        return
    except IntegrityError:
        made.errors.append([row.number, _("Something of this row belongs to another record already")])
        return
    if is_new:
        made.new += 1
    else:
        made.known += 1


class _NotTaken(ValueError):
    """The message says why."""


def _register(made: PartyImport, row: Row, kind: Party.Kind | None = None) -> tuple[Party, bool]:
    """The party of this row, and whether it is new. What was there already is left as it is."""
    values, at = row.values, timezone.now()
    organisation = made.kind == PartyImport.Kind.ORGANISATIONS
    numbers = [values[name] for name in ("kbo", "vcode") if name in values]
    if any(Identifier.objects.of(number).exists() for number in numbers[1:]):
        numbers.reverse()  # known by the other
    found = resolve(
        name=full_name(row),
        email=values.get("email", ""),
        phone=values.get("phone", ""),
        kind=Party.Kind.ORGANISATION if organisation else Party.Kind.PERSON,
        number=numbers[0] if numbers else None,
        birth_date=values.get("birth_date"),
        by=Actor.staff(made.by),
        at=at,
    )
    if found.match != "new":
        return found.party, False
    for number in numbers[1:]:
        Identifier.holding(number, party=found.party, recorded_at=at).save()
    if "street" in values:
        Address.objects.create(
            party=found.party,
            kind=Address.Kind.SEAT if organisation else Address.Kind.HOME,
            street=values["street"],
            number=values.get("house", ""),
            box=values.get("box", ""),
            postcode=values["postcode"],
            town=values["town"],
            recorded_at=at,
            recorded_by=made.by,
        )
    PartyEvent.objects.record(found.party, PartyEvent.Kind.IMPORTED, by=Actor.staff(made.by), at=at)
    return found.party, True


def _represent(made: PartyImport, row: Row) -> bool:
    holder = Party.objects.filter(identifiers__in=Identifier.objects.of(row.values["organisation"])).first()
    if holder is None:
        raise _NotTaken(_("No organisation in the register has this number"))
    person, _is_new = _register(made, row)
    organisation = remaining(holder)
    _row, is_new = Representation.objects.get_or_create(
        person=person,
        organisation=organisation,
        role=row.values["role"],
        since=row.values["since"],
        defaults={"until": row.values.get("until"), "recorded_by": made.by},
    )
    if is_new:
        kind = PartyEvent.Kind.REPRESENTATION
        PartyEvent.objects.record(organisation, kind, by=Actor.staff(made.by), at=timezone.now())
    return is_new


# --- Who is known


def _lookup(number: OfficialNumber) -> str:
    return f"{number.scheme}:{lookups(number)[0]}"


def _keys(row: Row) -> list[str]:
    """What would recognise the party of this row, as ``resolve`` does: a number alone, else name and contact data."""
    values = row.values
    numbers = [_lookup(values[name]) for name in ("kbo", "vcode") if name in values]
    if numbers:
        return numbers
    value = normalise_email(values.get("email", "")) or normalise_phone(values.get("phone", ""))
    key = match_key(full_name(row), value)
    return [key] if key else []


def _known(rows: list[Row]) -> dict[str, Party]:
    keys = {key for row in rows for key in _keys(row)}
    wanted = [row.values["organisation"] for row in rows if "organisation" in row.values]
    keys.update(_lookup(number) for number in wanted)
    found: dict[str, Party] = {}
    points = ContactPoint.objects.filter(match_key__in=keys).select_related("party")
    found.update({str(point.match_key): point.party for point in points})
    numbers = [key.partition(":")[2] for key in keys if ":" in key]
    for identifier in Identifier.objects.filter(lookup__in=numbers).select_related("party"):
        found[f"{identifier.scheme}:{identifier.lookup}"] = identifier.party
    return found


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    waiting = iter(rows)
    while chunk := list(islice(waiting, CHECKED_AT_ONCE)):
        yield chunk


__all__ = ["Check", "UnreadableTable", "check", "discard", "go_on", "receive", "run", "start"]
