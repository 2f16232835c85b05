"""Forms outside our own pages, in the admin: the switches and the code to copy, and the list of websites."""

from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, Panel

from core.registers import Register
from forms.models import EmbedHost, FormDefinition

HEIGHT = 900
"""Of the frame where the script that fits it does not run; there it scrolls."""


class EmbedCode(Panel):
    """What an editor of the other website copies into its page."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "forms/embed_code.html"

        def is_shown(self) -> bool:
            return bool(self.instance.pk and self.instance.embedding_allowed)

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            return context | {"code": embed_code(self.instance), "hosts": EmbedHost.objects.all()}


def embed_code(form: FormDefinition) -> str:
    """The frame, and the script that gives it the height of what is in it."""
    return format_html(
        '<iframe src="{base}{page}" title="{title}" width="100%" height="{height}" style="border: 0" data-loket-form>'
        "</iframe>\n"
        '<script async src="{base}{script}"></script>',
        base=settings.BASE_URL,
        page=reverse("forms:embedded_start", args=[form.slug]),
        title=form.title,
        height=HEIGHT,
        script=static("cms/loket-embed.js"),
    )


ELSEWHERE = MultiFieldPanel(
    [
        FieldPanel("api_allowed"),
        FieldPanel("embedding_allowed"),
        EmbedCode(heading=_("Code for the other website")),
    ],
    heading=_("Outside this website"),
    help_text=_("Takes effect when you publish the form."),
)


class EmbedHosts(Register):
    model = EmbedHost
    menu_item_name = "embed-hosts"
    menu_icon = "globe"
    menu_order = 46
    list_display = ("name", "origin")
    list_export = ("name", "origin")
    search_fields = ("name", "origin")
    export_filename = "websites"
    intro = _(
        "These websites may show forms of ours in their pages, and their scripts may call the API. In each form the "
        "editor says whether that form may be shown elsewhere."
    )
