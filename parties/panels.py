"""Panels of a party's page that upper floors add: dossiers and contacts, bookings, invoices.

Register one in ``AppConfig.ready()``: ``panels.registry.register("contacts", ContactsPanel())``.
"""

from typing import Any, Protocol

from django.http import HttpRequest
from django.utils.functional import Promise

from core.registry import Registry
from parties.models import Party


class PartyPanel(Protocol):
    """A part of the page of a party."""

    title: str | Promise
    order: int

    def render(self, request: HttpRequest, party: Party) -> str:
        """Safe HTML with what this member of staff may see, or '' when there is nothing. May add no query per row."""
        ...


registry: Registry[PartyPanel] = Registry("panel of a party")


def panels_for(request: HttpRequest, party: Party) -> list[dict[str, Any]]:
    """The panels that have something to show, in their order."""
    rendered: list[dict[str, Any]] = [
        {"name": name, "title": panel.title, "html": panel.render(request, party)}
        for name, panel in sorted(registry.items(), key=lambda item: item[1].order)
    ]
    return [panel for panel in rendered if panel["html"]]
