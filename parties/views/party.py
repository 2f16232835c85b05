"""The page of one person or organisation."""

from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import AccessLog
from core.views import ScopedView
from parties.actions.numbers import OF_ORGANISATIONS, OF_PERSONS
from parties.contact_values import mobile_phone
from parties.forms import PartyNoteForm
from parties.languages import language_name
from parties.models import ContactPoint, EmailChange, Identifier, Party
from parties.panels import panels_for

LATEST = 100
"""Changes that the page shows."""


class PartyPage(ScopedView):
    """Everything that this member of staff may know of somebody, at a glance."""

    model = Party
    permission = "parties.view_party"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        party: Party = self.get_object()
        if party.merged_into_id:  # an old link
            return redirect("parties:party", party.merged_into_id)
        now = timezone.now()
        AccessLog.objects.record(user=self.user, action="view", obj=party, at=now)
        if party.anonymised_at:
            title = _("The data of this contact were destroyed")
            crumbs = [
                {"url": reverse("parties:list"), "label": _("Persons and organisations")},
                {"url": "", "label": title},
            ]
            events = party.events.select_related("actor").order_by("-at", "-pk")[:LATEST]
            context = {"header_title": title, "breadcrumbs_items": crumbs, "party": party, "events": events}
            return render(request, "parties/destroyed.html", context)
        context = {
            "header_title": party.name or _("Without a name"),
            "breadcrumbs_items": [
                {"url": reverse("parties:list"), "label": _("Persons and organisations")},
                {"url": "", "label": party.get_kind_display()},
            ],
            "party": party,
            "may_change": self.user.has_perm("parties.change_party"),
            "may_recognise": self.user.has_perm("parties.change_recognition"),
            "may_reveal": self.user.has_perm("parties.reveal_national_number"),
            "note_form": PartyNoteForm(),
            "panels": panels_for(request, party),
        }
        return render(request, "parties/party.html", context | overview(party, now))


def overview(party: Party, now: datetime) -> dict[str, Any]:
    """What the register knows of somebody, each part in one query, however much there is."""
    today = timezone.localdate(now)
    waiting = Prefetch("changes", EmailChange.objects.waiting(now).select_related("asked_by"), to_attr="waiting")
    points = list(
        party.contact_points.select_related("verified_by")
        .prefetch_related(waiting)
        .order_by("-is_preferred", "-kind", "pk")
    )
    in_use = [point for point in points if point.ended_at is None]
    numbers = list(party.identifiers.select_related("verified_by").order_by("scheme", "pk"))
    addresses = list(party.addresses.order_by("kind", "-since", "pk"))
    recognitions = list(party.recognitions.select_related("category"))
    represents = list(party.represents.select_related("organisation").order_by("-since", "pk"))
    representatives = list(party.representatives.select_related("person").order_by("-since", "pk"))
    return {
        "language": language_name(party.language),
        "age": age(party, today),
        "points": in_use,
        "ended_points": [point for point in points if point.ended_at],
        "warning": unreachable(party, in_use, addresses),
        "numbers": numbers,
        "missing_numbers": missing(party, numbers),
        "addresses": [each for each in addresses if not is_past(each, today)],
        "past_addresses": [each for each in addresses if is_past(each, today)],
        "represents": [each for each in represents if not is_past(each, today)],
        "past_represents": [each for each in represents if is_past(each, today)],
        "representatives": [each for each in representatives if not is_past(each, today)],
        "past_representatives": [each for each in representatives if is_past(each, today)],
        "recognitions": [each for each in recognitions if not is_past(each, today)],
        "recognised": next((each for each in recognitions if each.since <= today and not is_past(each, today)), None),
        "past_recognitions": [each for each in recognitions if is_past(each, today)],
        "notes": party.notes.shown().select_related("author"),
        "verifications": party.verifications.select_related("by"),
        "events": party.events.select_related("actor").order_by("-at", "-pk")[:LATEST],
        "today": today,
    }


def is_past(row: Any, today: date) -> bool:
    """Of anything with a last day."""
    return row.until is not None and row.until < today


def age(party: Party, today: date) -> int | None:
    born = party.birth_date
    if born is None or party.ended_on:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def missing(party: Party, numbers: list[Identifier]) -> list[str]:
    """Kinds of official numbers that can still be added."""
    known = {identifier.scheme for identifier in numbers}
    return [scheme for scheme in (OF_PERSONS if party.is_person else OF_ORGANISATIONS) if scheme not in known]


def unreachable(party: Party, points: list[ContactPoint], addresses: list[Any]) -> str:
    """Says so when somebody likes to hear from us by a road that we cannot take."""
    emails = [point for point in points if point.kind == ContactPoint.Kind.EMAIL and not point.bounced_at]
    phones = [point for point in points if point.kind == ContactPoint.Kind.PHONE]
    if party.preference == Party.Preference.MAIL and not emails:
        return _("Likes to hear from us by e-mail, but we know no address that works.")
    if party.preference == Party.Preference.SMS and not any(mobile_phone(point.value) for point in phones):
        return _("Likes to hear from us by text message, but we know no mobile number.")
    if party.preference == Party.Preference.PHONE and not phones:
        return _("Likes to hear from us by phone, but we know no number.")
    if party.preference == Party.Preference.PRINT and not addresses:
        return _("Likes to hear from us by letter, but we know no address.")
    return ""
