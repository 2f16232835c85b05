"""Configuration of the register."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from core.registers import Register
from parties.models import RecognitionCategory


class RecognitionCategories(Register):
    model = RecognitionCategory
    menu_item_name = "recognition-categories"
    menu_icon = "tag"
    menu_order = 35
    list_display = ("code", "name", "description")
    list_export = ("code", "name", "description")
    search_fields = ("code", "name", "description")
    export_filename = "erkende-categorieen"
    intro = _("As what the town recognises associations and others. It decides what they pay for a room.")
    panels = [FieldPanel("code"), FieldPanel("name"), FieldPanel("description")]


def register() -> None:
    RecognitionCategories.register()
