"""Draws Django forms as govuk-frontend components.

Used through ``core.forms.LoketFormMixin``, never as FORM_RENDERER: Wagtail's admin draws its own forms. Labels, hints,
options and errors are plain text here, whoever wrote them, and are always escaped, even when marked safe.
"""

from pathlib import Path
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import BaseRenderer, EngineMixin
from django.template.backends.django import DjangoTemplates
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

REQUIRED_MESSAGES: list[tuple[type[forms.Field], Any]] = [
    (forms.BooleanField, _("Tick “%(label)s” to go on.")),
    (forms.MultipleChoiceField, _("Choose at least one answer for “%(label)s”.")),
    (forms.ChoiceField, _("Choose an answer for “%(label)s”.")),
    (forms.ModelChoiceField, _("Choose an answer for “%(label)s”.")),
    (forms.FileField, _("Add a file for “%(label)s”.")),
    (forms.Field, _("Fill in “%(label)s”.")),
]
INVALID_MESSAGES: list[tuple[type[forms.Field], Any]] = [
    (forms.EmailField, _("Fill in an e-mail address like name@example.be.")),
    (forms.DateField, _("Fill in a date like 31 12 2026.")),
    (forms.IntegerField, _("Fill in a number, in digits.")),
]


class LoketBoundField(BoundField):
    """A field that knows how its component is drawn and says in its errors which question they are about."""

    def __init__(self, form: forms.BaseForm, field: forms.Field, name: str) -> None:
        super().__init__(form, field, name)
        self._explain_errors()
        if isinstance(field, forms.DecimalField | forms.FloatField):
            field.localize = True  # people here write 12,50; 12.50 keeps working

    def _explain_errors(self) -> None:
        """Replaces Django's general messages, which say nothing in a list of errors; a form's own messages stay."""
        messages = self.field.error_messages
        if messages.get("required") is forms.Field.default_error_messages["required"]:
            for field_type, message in REQUIRED_MESSAGES:
                if isinstance(self.field, field_type):
                    messages["required"] = message % {"label": self.label}
                    break
        for field_type, message in INVALID_MESSAGES:
            defaults = getattr(type(self.field), "default_error_messages", {})
            if isinstance(self.field, field_type) and messages.get("invalid") is defaults.get("invalid"):
                messages["invalid"] = message
                break
        if isinstance(self.field, forms.CharField):
            messages.setdefault("max_length", _("Use at most %(limit_value)d characters; now it has %(show_value)d."))

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        widget = widget or self.field.widget
        attrs = super().build_widget_attrs(attrs, widget)
        if isinstance(widget, forms.RadioSelect):
            attrs.pop("aria-invalid", None)  # not allowed on one radio; the message describes the whole group
        aids = {name: value for name, value in self._typing_aids(widget).items() if name not in widget.attrs}
        return aids | attrs

    def _typing_aids(self, widget: forms.Widget) -> dict[str, str]:
        """The keyboard a phone shows, and no red lines under an address."""
        if isinstance(widget, forms.EmailInput | forms.URLInput | forms.PasswordInput):
            return {"spellcheck": "false", "autocapitalize": "none"}
        if not isinstance(widget, forms.TextInput | forms.NumberInput):
            return {}
        if isinstance(self.field, forms.DecimalField | forms.FloatField):
            return {"inputmode": "decimal", "spellcheck": "false"}
        if isinstance(self.field, forms.IntegerField):
            return {"inputmode": "numeric", "spellcheck": "false"}
        return {}

    @property
    def aria_describedby(self) -> str | None:
        described_by = super().aria_describedby
        if described_by is not None and self.auto_id and self.character_limit:
            described_by = f"{described_by} {self.auto_id}-info".strip()
        if self.auto_id and (getattr(self.field.widget, "prefix", "") or getattr(self.field.widget, "suffix", "")):
            described_by = f"{described_by or ''} {self.auto_id}-unit".strip()
        return described_by

    @property
    def character_limit(self) -> int | None:
        """The limit that is counted down under a long text."""
        limit = self.field.widget.attrs.get("maxlength")
        return int(limit) if limit and isinstance(self.field.widget, forms.Textarea) else None

    @property
    def is_single_checkbox(self) -> bool:
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def is_page_heading(self) -> bool:
        """Whether the question is the title of its page."""
        return bool(getattr(self.form, "single_question", False)) and len(self.form.visible_fields()) == 1

    @property
    def shows_optional(self) -> bool:
        return not self.field.required and bool(getattr(self.form, "mark_optional", True))

    @property
    def focus_id(self) -> str:
        """The id of the first control, where a line of the error summary leads to."""
        if isinstance(self.field.widget, forms.RadioSelect) and self.subwidgets:
            return str(self.subwidgets[0].id_for_label or "")
        group_id = self.field.widget.attrs.get("id") or self.auto_id
        return str(self.id_for_label or (f"{group_id}_0" if group_id else ""))

    @cached_property
    def count_messages(self) -> dict[str, str]:
        """The sentences of the character counter, by the data attribute that its script reads."""
        return {
            "data-i18n.characters-under-limit.one": gettext("You have %{count} character left"),
            "data-i18n.characters-under-limit.other": gettext("You have %{count} characters left"),
            "data-i18n.characters-at-limit": gettext("You have 0 characters left"),
            "data-i18n.characters-over-limit.one": gettext("You have %{count} character too many"),
            "data-i18n.characters-over-limit.other": gettext("You have %{count} characters too many"),
        }


class LoketRenderer(EngineMixin, BaseRenderer):
    """Finds our templates before Django's own, and those of widgets of other apps after both."""

    backend = DjangoTemplates
    form_template_name = "core/forms/form.html"
    field_template_name = "core/forms/field.html"
    bound_field_class = LoketBoundField

    @cached_property
    def engine(self) -> DjangoTemplates:
        return self.backend(
            {
                "APP_DIRS": True,
                "DIRS": [
                    Path(__file__).parent / "templates/core/forms",
                    Path(forms.__path__[0]) / "templates",
                ],
                "NAME": "loket-forms",
                "OPTIONS": {},
            }
        )


RENDERER = LoketRenderer()  # one for all forms: its engine keeps the compiled templates
