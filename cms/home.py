"""The home page of /beheer/: what asks attention today, for whoever is looking."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.components import Component

from core.models import User
from dossiers.models import Advice, Dossier
from forms.models import FormDefinition, FormStanding
from integrations.models import Delivery

SOON = timedelta(days=2)


@dataclass(frozen=True)
class Count:
    """A number that leads to the list behind it. ``urgent`` only counts when the number is not zero."""

    number: int
    label: str | Promise
    url: str
    urgent: bool = False


def counts(user: User, at: datetime) -> list[Count]:
    """What this person may see and should know of, most urgent first."""
    found: list[Count] = []
    if user.has_perm("dossiers.view_dossier"):
        url = reverse("dossiers:list")
        dossiers = Dossier.objects.visible_to(user)
        soon = dossiers.open().filter(due_at__gte=at, due_at__lte=at + SOON)
        found += [
            Count(dossiers.overdue(at).count(), _("over their term"), f"{url}?toon=over-termijn", urgent=True),
            Count(soon.count(), _("due within two days"), f"{url}?toon=te-doen"),
        ]
        if user.has_perm("dossiers.handle_dossier"):
            mine = dossiers.open().filter(handler=user)
            found.append(Count(mine.count(), _("open in my name"), f"{url}?toon=mijn"))
    if user.has_perm("dossiers.view_dossier"):
        asked = Advice.objects.open().filter(team__in=user.teams.all())
        if number := asked.count():
            found.append(Count(number, _("advice asked of your team"), reverse("dossiers:advice_list")))
    if user.has_perm("integrations.view_delivery"):
        url = f"{reverse('integrations:deliveries')}?toon=mislukt"
        failed = Delivery.objects.visible_to(user).failed()
        found.append(Count(failed.count(), _("messages that could not be sent"), url, urgent=True))
    if user.has_perm("forms.change_formdefinition"):
        url = reverse(FormDefinition.snippet_viewset.get_url_name("list"))
        unwell = FormStanding.objects.exclude(live_problems=[]).count()
        if unwell:
            found.append(Count(unwell, _("published forms to look at"), url, urgent=True))
    return found


class AttentionPanel(Component):
    name = "attention"
    template_name = "cms/home/attention.html"
    order = 100

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        return {"counts": counts(parent_context["request"].user, timezone.now())}
