"""Everything that Loket keeps of one person or organisation, for who asks what we know (GDPR art. 15 and 20).

Each floor says what it keeps, in ``AppConfig.ready()``: ``personal_data.registry.register("dossiers", DossierData())``.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from django.db.models.fields.files import FieldFile
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from core.registry import Registry
from parties.models import Party

Row = dict[str, str]
"""What it is called → what we have, both in words."""


@dataclass(frozen=True)
class Section:
    """One kind of data: a title, and a row for each thing."""

    title: str
    rows: list[Row]


@dataclass(frozen=True)
class KeptFile:
    """A file, and where it stands in the archive that the person gets."""

    path: str
    file: FieldFile


class Keeper(Protocol):
    """What one floor keeps of a party."""

    def sections(self, party: Party) -> Iterable[Section]: ...

    def files(self, party: Party) -> Iterator[KeptFile]: ...


registry: Registry[Keeper] = Registry("keeper of personal data")


def row(**values: Any) -> Row:
    """Without what is empty; dates, choices and booleans in words: ``row(**{_("Name"): party.name})``."""
    return {name: in_words(value) for name, value in values.items() if value not in ("", None, [])}


def in_words(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return formats.date_format(timezone.localtime(value), "j F Y H:i")
    if isinstance(value, date):
        return formats.date_format(value, "j F Y")
    return str(value)


def sections_of(party: Party) -> list[Section]:
    """Of every floor, without what is empty."""
    found = [section for keeper in registry for section in keeper.sections(party)]
    return [section for section in found if section.rows]


def files_of(party: Party) -> Iterator[KeptFile]:
    for keeper in registry:
        yield from keeper.files(party)


class RegisterData:
    """What the register itself keeps. A national number stands in it masked: who asks, knows it."""

    def sections(self, party: Party) -> Iterator[Section]:
        yield Section(
            _("Who you are"),
            [
                row(
                    **{
                        _("Kind"): party.get_kind_display(),
                        _("Name"): party.name,
                        _("Date of birth"): party.birth_date,
                        _("Language"): party.language,
                        _("Likes to hear from us by"): party.get_preference_display() if party.preference else "",
                        _("In the register since"): party.created_at,
                    }
                )
            ],
        )
        yield Section(
            _("Contact data"),
            [
                row(
                    **{
                        point.get_kind_display(): point.as_given,
                        _("Note"): point.note,
                        _("Verified"): point.get_verified_how_display() if point.verified_how else "",
                        _("A message came back on"): point.bounced_at,
                        _("Not used since"): point.ended_at,
                    }
                )
                for point in party.contact_points.order_by("pk")
            ],
        )
        yield Section(
            _("Addresses"),
            [
                row(
                    **{
                        address.get_kind_display(): address,
                        _("From"): address.since,
                        _("Until"): address.until,
                    }
                )
                for address in party.addresses.all()
            ],
        )
        yield Section(
            _("Official numbers"),
            [
                row(
                    **{
                        identifier.get_scheme_display(): identifier,
                        _("Legal basis"): identifier.legal_basis,
                        _("Recorded on"): identifier.recorded_at,
                    }
                )
                for identifier in party.identifiers.order_by("pk")
            ],
        )
        yield Section(
            _("Representation"),
            [
                row(
                    **{
                        _("Person"): each.person,
                        _("Organisation"): each.organisation,
                        _("Function"): each.role,
                        _("From"): each.since,
                        _("Until"): each.until,
                        _("How we know"): each.get_source_display(),
                    }
                )
                for relation in (party.represents, party.representatives)
                for each in relation.select_related("person", "organisation").order_by("since", "pk")
            ],
        )
        yield Section(
            _("Recognition"),
            [
                row(**{_("Category"): each.category, _("From"): each.since, _("Until"): each.until})
                for each in party.recognitions.select_related("category")
            ],
        )
        yield Section(
            _("How we know that it is you"),
            [row(**{each.get_how_display(): each.at}) for each in party.verifications.all()],
        )
        yield Section(
            _("How you signed in"),
            [
                row(
                    **{
                        _("Provider"): each.issuer,
                        _("Known there as"): each.value,
                        _("For the first time"): each.first_at,
                        _("For the last time"): each.last_at,
                    }
                )
                for each in party.subjects.order_by("pk")
            ],
        )
        yield Section(
            _("Notes of our staff"),
            [row(**{_("Note"): note.text, _("Written on"): note.at}) for note in party.notes.shown()],
        )

    def files(self, party: Party) -> Iterator[KeptFile]:
        return iter(())
