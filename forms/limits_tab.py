"""The tab of the form editor on which limits are set, and the register of kiosk addresses."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel, ObjectList

from core.registers import Register
from forms.models import KioskAddress

LIMITS_TAB = ObjectList(
    [
        HelpPanel(
            content=_("What you change here takes effect when you publish the form, also for whoever is half-way.")
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("opens_at"), FieldPanel("closes_at")]),
                FieldPanel("text_not_yet"),
                FieldPanel("text_closed"),
            ],
            heading=_("When it is open"),
        ),
        MultiFieldPanel(
            [FieldPanel("max_submissions"), FieldPanel("show_places"), FieldPanel("text_full")],
            heading=_("How many can take part"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("max_per_address"),
                FieldPanel("max_per_browser"),
                FieldPanel("max_starts_per_address"),
                FieldPanel("minimum_seconds"),
                FieldPanel("has_trap"),
            ],
            heading=_("Against abuse"),
            help_text=_(
                "Keeps out programs that send forms by themselves. The desk and the kiosk addresses may send as often "
                "as they need."
            ),
        ),
    ],
    heading=_("Limits"),
)


class KioskAddresses(Register):
    model = KioskAddress
    menu_item_name = "kiosk-addresses"
    menu_icon = "desktop"
    menu_order = 45
    list_display = ("name", "network")
    list_export = ("name", "network")
    search_fields = ("name", "network")
    export_filename = "kioskadressen"
    intro = _(
        "From these internet addresses, people may send as many forms as they need: put the kiosk in the hall here, "
        "and the library."
    )
