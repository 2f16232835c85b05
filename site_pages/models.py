"""The pages that editors make. The first heading of a page is always its title."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, TitleFieldPanel
from wagtail.models import Page, PageQuerySet
from wagtail.search import index

from core.fields import BodyField
from site_pages.blocks import BodyBlocks, CardBlock


class SitePage(Page):
    """What all our pages have."""

    intro = models.TextField(
        _("introduction"),
        max_length=300,
        blank=True,
        help_text=_("One or two sentences: what is this page about and for whom? Search engines show it too."),
    )

    content_panels = [TitleFieldPanel("title", help_text=_("As visitors read it.")), FieldPanel("intro")]
    search_fields = [*Page.search_fields, index.SearchField("intro")]

    class Meta:
        abstract = True

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["breadcrumbs"] = self.get_ancestors().filter(depth__gt=1) if self.depth > 2 else []
        return context

    @property
    def meta_description(self) -> str:
        return self.search_description or self.intro

    def pages_below(self) -> PageQuerySet:
        """The published pages under this one, in the order that the editors gave them."""
        return self.get_children().live().public()


class HomePage(SitePage):
    """The counter's front door: what do most people come for?"""

    tasks = BodyField(
        [("task", CardBlock())],
        verbose_name=_("tasks"),
        blank=True,
        max_num=9,
        help_text=_("What most people come to do. Six is plenty: choose them by what people ask for most."),
    )

    content_panels = [*SitePage.content_panels, FieldPanel("tasks")]
    template = "site_pages/home_page.html"
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["site_pages.ServicePage", "site_pages.TextPage"]
    max_count = 1
    page_description = _("The first page of the website.")

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def services(self) -> PageQuerySet:
        """Every service of the site, by name."""
        return Page.objects.descendant_of(self).live().public().type(ServicePage).order_by("title")


class ServicePage(SitePage):
    """Something that people can arrange with the town, and the form to start it."""

    form = models.ForeignKey(
        "forms.FormDefinition",
        verbose_name=_("form"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The button “Start now” leads to it as soon as the form is published."),
    )
    body = BodyField(
        BodyBlocks(),
        verbose_name=_("body"),
        blank=True,
        help_text=_("For whom, what do people need, what happens next, how long does it take, what does it cost?"),
    )

    content_panels = [*SitePage.content_panels, FieldPanel("form"), FieldPanel("body")]
    search_fields = [*SitePage.search_fields, index.SearchField("body")]
    template = "site_pages/service_page.html"
    parent_page_types = ["site_pages.HomePage", "site_pages.TextPage"]
    subpage_types: list[str] = []
    page_description = _("Something that people can arrange: explanation, and the button to the form.")

    class Meta:
        verbose_name = _("service page")
        verbose_name_plural = _("service pages")


class TextPage(SitePage):
    """Any other page: an explanation, the privacy statement, a theme with pages below it."""

    body = BodyField(BodyBlocks(), verbose_name=_("body"), blank=True)

    content_panels = [*SitePage.content_panels, FieldPanel("body")]
    search_fields = [*SitePage.search_fields, index.SearchField("body")]
    template = "site_pages/text_page.html"
    parent_page_types = ["site_pages.HomePage", "site_pages.TextPage"]
    subpage_types = ["site_pages.ServicePage", "site_pages.TextPage"]
    page_description = _("A page with text. Pages below it are listed at its end.")

    class Meta:
        verbose_name = _("text page")
        verbose_name_plural = _("text pages")
