"""Panels of the dossier page that upper floors add: answers of a form, a booking, a letter that came in.

Register one in ``AppConfig.ready()``: ``panels.registry.register("answers", AnswersPanel())``.
"""

from typing import Any, Protocol

from django.http import HttpRequest
from django.utils.functional import Promise

from core.registry import Registry
from dossiers.models import Dossier, FollowLink


class Panel(Protocol):
    """A part of the dossier page."""

    title: str | Promise
    order: int

    def render(self, request: HttpRequest, dossier: Dossier) -> str:
        """Safe HTML for this dossier, or '' when there is nothing to show. May add no query per row."""
        ...


registry: Registry[Panel] = Registry("dossier panel")


def panels_for(request: HttpRequest, dossier: Dossier) -> list[dict[str, Any]]:
    """The panels that have something to show, in their order."""
    rendered: list[dict[str, Any]] = [
        {"name": name, "title": panel.title, "html": panel.render(request, dossier)}
        for name, panel in sorted(registry.items(), key=lambda item: item[1].order)
    ]
    return [panel for panel in rendered if panel["html"]]


class CitizenPanel(Protocol):
    """A part of the page on which a citizen follows a dossier."""

    order: int

    def render(self, request: HttpRequest, link: FollowLink) -> str:
        """Safe HTML, or '' when there is nothing to show."""
        ...


citizen_registry: Registry[CitizenPanel] = Registry("panel of the follow page")


def citizen_panels_for(request: HttpRequest, link: FollowLink) -> list[str]:
    """What upper floors show to who follows a dossier: only through a link that went to the address that was given
    for this very dossier. Any other link shows how the dossier stands, and no more."""
    if not link.goes_to_the_citizen:
        return []
    rendered = [panel.render(request, link) for panel in sorted(citizen_registry, key=lambda panel: panel.order)]
    return [html for html in rendered if html]
