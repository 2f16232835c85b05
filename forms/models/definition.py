"""What editors build, and the frozen versions that citizens fill in."""

from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import LockableMixin, PreviewableMixin, RevisionMixin, WorkflowMixin

from core.fields import BodyField
from core.publishing import CompiledMixin, Problem
from core.triggers import append_only


class FormDefinition(PreviewableMixin, WorkflowMixin, CompiledMixin, LockableMixin, RevisionMixin, models.Model):
    """A form as editors draft it; publishing compiles it into a FormVersion."""

    title = models.CharField(_("title"), max_length=120, help_text=_("What citizens read at the top of the form."))
    slug = models.SlugField(
        _("address"),
        max_length=120,
        unique=True,
        help_text=_("The last part of the web address: /formulieren/…/. Do not change it once it is in use."),
    )
    intro = models.TextField(
        _("introduction"),
        blank=True,
        help_text=_("Shown before the first question: who is it for, what do you need, how long does it take?"),
    )
    process_type = models.ForeignKey(
        "dossiers.ProcessType",
        verbose_name=_("process type"),
        null=True,  # a draft may still lack it; it cannot be published so
        blank=True,
        on_delete=models.PROTECT,
        related_name="form_definitions",
        help_text=_("The kind of dossier that each submission opens."),
    )
    body = BodyField([], verbose_name=_("steps"), blank=True)
    privacy = models.TextField(
        _("privacy"),
        blank=True,
        help_text=_("Shown above the send button: what happens with the personal data?"),
    )

    class Meta:
        verbose_name = _("form")
        verbose_name_plural = _("forms")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("forms:start", args=[self.slug])

    @property
    def current_version(self) -> "FormVersion | None":
        """What a citizen who starts now fills in; None while the form is not published."""
        return self.versions.order_by("-number").first() if self.live else None

    def problems(self) -> list[Problem]:
        raise NotImplementedError

    def compile(self, by: Any) -> "FormVersion":
        raise NotImplementedError


@append_only
class FormVersion(models.Model):
    """A published form, frozen: submissions and half-filled drafts keep pointing at the version they began with."""

    definition = models.ForeignKey(FormDefinition, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    schema = models.JSONField(help_text="Loket's form schema; see forms/schema.py.")
    compiled_at = models.DateTimeField(_("published at"), default=timezone.now)
    compiled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("form version")
        verbose_name_plural = _("form versions")
        ordering = ["definition", "number"]
        constraints = [models.UniqueConstraint(fields=["definition", "number"], name="forms_version_unique")]

    def __str__(self) -> str:
        return f"{self.schema['title']} ({self.number})"
