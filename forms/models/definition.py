"""What editors build, and the frozen versions that citizens fill in."""

from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.models import LockableMixin, PreviewableMixin, Revision, RevisionMixin, WorkflowMixin

from core.fields import BodyField
from core.publishing import CompiledMixin, Problem
from core.triggers import append_only
from forms import preview, publishers, runtime, schema
from forms.blocks import StepsBlock
from forms.converters import SchemaField
from forms.fields import registry
from forms.models.cosigned import Cosigned
from forms.models.limited import Limited
from forms.on_behalf import WhoForm
from forms.readability import hard_to_read
from forms.roles import OnBehalf, SignIn


class FormDefinition(
    PreviewableMixin, WorkflowMixin, CompiledMixin, LockableMixin, RevisionMixin, Limited, Cosigned, models.Model
):
    """A form as editors draft it; publishing compiles it into a FormVersion."""

    title = models.CharField(_("title"), max_length=120, help_text=_("What citizens read at the top of the form."))
    slug = models.SlugField(
        _("address"),
        max_length=120,
        unique=True,
        blank=True,  # made from the title then
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
    on_behalf = models.CharField(
        _("on behalf of somebody else"),
        max_length=4,
        choices=OnBehalf.choices,
        default=OnBehalf.NO,
        help_text=_("Whether people may fill it in for an association, a company or another person."),
    )
    sign_in = models.CharField(
        _("signing in with itsme or eID"),
        max_length=4,
        choices=SignIn.choices,
        default=SignIn.MAY,
        help_text=_("Require it only where the law asks to be sure who it is: not everybody can."),
    )
    body = BodyField(StepsBlock(), verbose_name=_("steps"), blank=True)
    privacy = models.TextField(
        _("privacy"),
        blank=True,
        help_text=_("Shown above the send button: what happens with the personal data?"),
    )

    api_allowed = models.BooleanField(
        _("other programs may read, check and send this form"),
        default=False,
        help_text=_("Through the API, as a citizen would. Sent forms can never be read there."),
    )
    embedding_allowed = models.BooleanField(
        _("other websites may show this form"),
        default=False,
        help_text=_("Only the websites that an administrator put on the list. The code to copy then stands here."),
    )

    class Meta(Limited.Meta):
        abstract = False
        verbose_name = _("form")
        verbose_name_plural = _("forms")
        ordering = ["title"]
        permissions = [
            ("use_national_number", _("May publish forms that ask for the national number")),
            ("fill_in_at_desk", _("May fill in forms at the desk, for a citizen")),
        ]
        constraints = [*Limited.Meta.constraints, *Cosigned.Meta.constraints]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("forms:start", args=[self.slug])

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        """A first draft gets its address from its title."""
        if not self.slug:
            self.slug = self._free_slug()
        super().full_clean(*args, **kwargs)

    def _free_slug(self) -> str:
        base = slugify(self.title)[:100] or "formulier"
        slug, number = base, 2
        while type(self).objects.filter(slug=slug).exclude(pk=self.pk).exists():
            slug, number = f"{base}-{number}", number + 1
        return slug

    @property
    def current_version(self) -> "FormVersion | None":
        """What a citizen who starts now fills in; None while the form is not published."""
        return self.latest_version() if self.live else None

    def latest_version(self) -> "FormVersion | None":
        return self.versions.order_by("-number").first()

    def draft_schema(self) -> schema.Schema:
        """The present content as it would be published, as far as it is sound."""
        return self.compilation().schema

    def compilation(self, *, anonymous_allowed: bool = True) -> schema.Compilation:
        """The present content compiled, with what keeps it from being published."""
        latest = self.latest_version() if self.pk else None
        return schema.compile_form(
            title=self.title,
            intro=self.intro,
            privacy=self.privacy,
            body=self.body,
            on_behalf=self.on_behalf,
            sign_in=self.sign_in,
            earlier=latest.schema["keys"] if latest else {},
            anonymous_allowed=anonymous_allowed,
        )

    def problems(self) -> list[Problem]:
        process = self.process_type.current_version if self.process_type else None
        found = []
        if self.process_type is None:
            found.append(
                Problem(
                    gettext("Process type"),
                    gettext("Choose what kind of dossier this form opens."),
                    block="process_type",
                )
            )
        elif process is None:
            found.append(
                Problem(
                    gettext("Process type"),
                    gettext("'%(name)s' is not published yet. Publish it first.") % {"name": self.process_type},
                    block="process_type",
                )
            )
        found += self._problems_of_sign_in()
        if self.cosigners_max and not self.cosigner_who.strip():
            found.append(
                Problem(
                    gettext("Co-signing"),
                    gettext("Write down who signs too: “your partner”."),
                    block="cosigner_who",
                )
            )
        return found + self.compilation(anonymous_allowed=bool(process and process.anonymous_allowed)).problems

    def _problems_of_sign_in(self) -> list[Problem]:
        if self.sign_in != SignIn.MUST:
            return []
        where, found = gettext("Signing in"), []
        if settings.CITIZEN_OIDC is None:
            found.append(gettext("This Loket has no sign-in for citizens, so nobody could fill in the form."))
        if self.api_allowed or self.embedding_allowed:
            found.append(gettext("Other programs and websites cannot sign anybody in. Do not allow them this form."))
        return [Problem(where, message, block="sign_in") for message in found]

    def save_revision(self, *args: Any, **kwargs: Any) -> Revision:
        revision = super().save_revision(*args, **kwargs)
        FormStanding.objects.update_or_create(definition_id=self.pk, defaults={"draft_problems": len(self.problems())})
        return revision

    def warnings(self) -> list[Problem]:
        """What could be easier to read. It keeps nothing from being published."""
        compilation = self.compilation()
        texts = [(gettext("Introduction"), self.intro, ""), (gettext("Privacy"), self.privacy, "")]
        for number, step in enumerate(compilation.schema["steps"], start=1):
            where = gettext("Step %(step)d") % {"step": number}
            texts.append((where, f"{step['title']}\n{step['intro']}", step["key"]))
            texts += [(where, f"{group['title']}\n{group['intro']}", key) for key, group in step["groups"].items()]
            for field in step["fields"]:
                for asked in (field, *field["parameters"].get("fields", ())):
                    words = "\n".join(
                        [
                            asked["label"],
                            asked["description"],
                            *registry[asked["parameters"]["type"]].choices(asked).values(),
                        ]
                    )
                    texts.append((f"{where}, {asked['label']}", words, asked["slug"]))
        return [
            Problem(where, message, compilation.blocks.get(key, ""))
            for where, text, key in texts
            for message in hard_to_read(text)
        ]

    def problems_for(self, publisher: Any) -> list[Problem]:
        return publishers.problems(self.draft_schema(), publisher)

    @transaction.atomic
    def compile(self, by: Any = None) -> "FormVersion":
        type(self).objects.select_for_update().get(pk=self.pk)  # two publishers at once get two numbers
        latest = self.latest_version()
        compiled = self.draft_schema()
        runtime.check(compiled)
        return FormVersion.objects.create(
            definition=self,
            number=latest.number + 1 if latest else 1,
            schema=compiled,
            body=self.body.get_prep_value(),
            compiled_by=by,
        )

    # --- Preview in the editor

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        return preview.modes(self.draft_schema())

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "forms/start.html" if mode_name == preview.START else "forms/preview.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        compiled = self.draft_schema()
        context = {**super().get_preview_context(request, mode_name), "schema": compiled, "preview": True}
        if mode_name == preview.START:
            return {**context, "form": WhoForm(on_behalf=self.on_behalf)}
        return {**context, **preview.preview_context(compiled, mode_name, getattr(request, "given", None))}

    def make_preview_request(
        self, original_request: Any = None, preview_mode: Any = None, extra_request_attrs: Any = None
    ) -> Any:
        """The answers that the editor gives in the preview reach the page (forms/preview_views.py)."""
        given = original_request.POST if original_request and original_request.method == "POST" else None
        return super().make_preview_request(
            original_request, preview_mode, {**(extra_request_attrs or {}), "given": given}
        )


class FormStanding(models.Model):
    """Problems counted when the draft was saved, and when what is published was looked at in the night.

    Apart from the form and so out of its revisions: no old one brings an old count back.
    """

    definition = models.OneToOneField(
        FormDefinition, on_delete=models.CASCADE, primary_key=True, related_name="standing"
    )
    draft_problems = models.PositiveIntegerField(default=0)
    live_problems = models.JSONField(default=list, help_text="Sentences: why the published form does not work today.")
    checked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("standing of a form")
        verbose_name_plural = _("standing of forms")

    def __str__(self) -> str:
        return str(self.definition_id)


@append_only
class FormVersion(models.Model):
    """A published form, frozen: submissions and half-filled drafts keep pointing at the version they began with."""

    definition = models.ForeignKey(FormDefinition, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    schema = SchemaField(help_text="Loket's form schema; see forms/schema.py.")
    body = models.JSONField(
        null=True,
        editable=False,
        encoder=DjangoJSONEncoder,
        help_text="The editor's blocks, to restore; NULL in versions from before.",
    )
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
