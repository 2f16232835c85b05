"""The outbox as staff see it: /beheer/uitgaand/."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from core.keyset import paginate
from core.models import AccessLog
from core.views import ScopedAction, ScopedView
from integrations import actions, connectors, health
from integrations.connectors.base import Summary
from integrations.models import Delivery, DeliveryQuerySet

EVERY, OPEN, FAILED = "", "wacht", "mislukt"  # values of ?toon=


@dataclass(frozen=True)
class Line:
    """A delivery in the list."""

    delivery: Delivery
    summary: Summary


@dataclass(frozen=True)
class Choice:
    """A part of the list that can be chosen."""

    label: str
    url: str
    current: bool


class DeliveryList(ScopedView):
    model = Delivery
    permission = "integrations.view_delivery"

    def get(self, request: HttpRequest) -> HttpResponse:
        chosen = request.GET.get("toon", EVERY)
        page = paginate(self._part(chosen), order=["-created_at", "-pk"], cursor=request.GET.get("vanaf"), size=50)
        return render(
            request,
            "integrations/delivery_list.html",
            {
                "breadcrumbs_items": [{"url": "", "label": _("Outgoing messages")}],
                "header_title": _("Outgoing messages"),
                "header_icon": "mail",
                "choices": [
                    Choice(label, f"{reverse('integrations:deliveries')}?toon={value}", chosen == value)
                    for value, label in ((EVERY, _("All")), (OPEN, _("Waiting")), (FAILED, _("Failed")))
                ],
                "lines": [Line(delivery, _summary(delivery)) for delivery in page.rows],
                "page": page,
                "chosen": chosen,
                "notices": _notices(),
                "stalled": health.is_stalled(timezone.now()),
                "last_sweep_at": health.last_sweep_at(),
            },
        )

    def _part(self, chosen: str) -> DeliveryQuerySet:
        deliveries = Delivery.objects.visible_to(self.user)
        return {OPEN: deliveries.open(), FAILED: deliveries.failed()}.get(chosen, deliveries)


class DeliveryPage(ScopedView):
    model = Delivery
    permission = "integrations.view_delivery"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        delivery: Delivery = self.get_object()
        AccessLog.objects.record(user=self.user, action="view", obj=delivery, at=timezone.now())
        summary = _summary(delivery)
        connector = connectors.registry.get(delivery.connector)
        return render(
            request,
            "integrations/delivery.html",
            {
                "breadcrumbs_items": [
                    {"url": reverse("integrations:deliveries"), "label": _("Outgoing messages")},
                    {"url": "", "label": summary.subject},
                ],
                "header_title": summary.subject,
                "header_icon": "mail",
                "delivery": delivery,
                "content_template": connector.template if connector and not delivery.emptied_at else None,
                "notices": _notices(),
                "may_resend": delivery.state in (Delivery.State.FAILED, Delivery.State.RETURNED)
                and not delivery.emptied_at
                and self.user.has_perm("integrations.resend_delivery"),
            },
        )


class ResendDelivery(ScopedAction):
    model = Delivery
    permission = "integrations.resend_delivery"

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        delivery: Delivery = self.get_object()
        try:
            actions.resend(delivery, by=Actor.staff(self.user), at=timezone.now())
        except actions.NotResendable:
            messages.warning(request, _("This message cannot be sent again: it did not fail, or it is out of date."))
        else:
            messages.success(request, _("The message will be sent again in a moment."))
        return redirect(delivery)


def _summary(delivery: Delivery) -> Summary:
    """A connector that was removed leaves its messages in the list, without content."""
    if delivery.emptied_at:
        return Summary(recipient="", subject=_("Message that was forgotten"))
    connector = connectors.registry.get(delivery.connector)
    return connector.summary(delivery.payload) if connector else Summary(recipient="", subject=delivery.kind)


def _notices() -> list[str]:
    return [notice for connector in connectors.registry if (notice := connector.notice())]
