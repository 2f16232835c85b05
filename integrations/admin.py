from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.registers import Register, RegisterButtons
from integrations.models import Mailbox, SmsGateway, WebhookEndpoint


class SmsButtons(RegisterButtons):
    def get_buttons_for_obj(self, obj: SmsGateway, *args: Any, **kwargs: Any) -> list[dict[str, Any]]:
        buttons: list[dict[str, Any]] = super().get_buttons_for_obj(obj, *args, **kwargs)
        test = {
            "url": reverse("integrations:test_message", args=[obj.pk]),
            "label": _("Send a test message"),
            "title": _("Send a test message through %(name)s") % {"name": obj},
            "classname": "button button-small button-secondary",
        }
        return [*buttons, test] if self.permission_helper.user_can_edit_obj(self.request.user, obj) else buttons


class SmsGateways(Register):
    model = SmsGateway
    button_helper_class = SmsButtons
    menu_item_name = "sms-gateways"
    menu_icon = "mobile-alt"
    menu_order = 51
    list_display = ("name", "provider", "sender", "enabled")
    list_export = list_display
    intro = gettext_lazy(
        "Who sends our text messages. Citizens without an e-mail address get them as soon as one is in use; without, "
        "they get a letter."
    )


class Mailboxes(Register):
    model = Mailbox
    menu_item_name = "mailboxes"
    menu_icon = "mail"
    menu_order = 52
    list_display = ("name", "address", "enabled", "checked_at", "failing_since")
    list_export = list_display
    intro = gettext_lazy(
        "Loket reads these mailboxes every few minutes: an answer of a citizen comes to its dossier, and a message "
        "that came back is told to who handles it. Use a mailbox that nobody else reads."
    )


class Webhooks(Register):
    model = WebhookEndpoint
    menu_item_name = "webhooks"
    menu_icon = "link"
    menu_order = 53
    list_display = ("name", "address", "enabled")
    list_export = list_display
    intro = gettext_lazy(
        "Other systems that want to know when something happens. They get numbers, never personal data."
    )


def register() -> None:
    for each in (SmsGateways, Mailboxes, Webhooks):
        each.register()
