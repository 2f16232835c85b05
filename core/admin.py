from django.utils.translation import gettext_lazy as _

from core.models import ClosingDay
from core.registers import Register


class ClosingDays(Register):
    model = ClosingDay
    menu_item_name = "closing-days"
    menu_icon = "calendar-alt"
    menu_order = 40
    list_display = ("day", "name")
    list_export = ("day", "name")
    search_fields = ("name",)
    export_filename = "sluitingsdagen"
    intro = _(
        "On these days no working days are counted. Weekends and the public holidays of Belgium count by themselves: "
        "put only other closing days here, such as 11 July or a bridge day."
    )


def register() -> None:
    ClosingDays.register()
