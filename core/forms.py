"""What the forms of the public site have in common."""

import datetime
from typing import Any, NamedTuple

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.renderer import RENDERER, LoketBoundField


class SummaryLine(NamedTuple):
    """One line of the error summary: what is wrong, and the control where it is put right."""

    message: str
    target: str


class LoketFormMixin(forms.BaseForm):
    """Makes a form a public one: ``class ReportForm(LoketFormMixin, forms.Form)``.

    Put ``novalidate`` on the form element: the error summary explains more than a browser's bubble does.
    """

    default_renderer = RENDERER
    use_required_attribute = False

    single_question = False
    """The label of the only field is the h1 of the page."""
    mark_optional = True
    """Say "(not required)" after the questions that need no answer; off for search and filter forms."""
    summary_in_form = True
    """``{{ form }}`` starts with the error summary; off when the page shows it above its own title."""

    @property
    def error_summary(self) -> list[SummaryLine]:
        """Every error, in the order of the page and in the words that stand beside the field."""
        visible = self.visible_fields()
        first = target(visible[0]) if visible else ""
        return [
            *(SummaryLine(str(message), first) for message in self.non_field_errors()),
            *(line for field in visible for line in self.lines_of(field)),
            *(SummaryLine(str(message), "") for field in self.hidden_fields() for message in field.errors),
        ]

    def lines_of(self, field: BoundField) -> list[SummaryLine]:
        """What the error summary says of one question."""
        return [SummaryLine(str(message), target(field)) for message in field.errors]


def target(field: BoundField) -> str:
    """The id of the control where a line about this question leads to."""
    return field.focus_id if isinstance(field, LoketBoundField) else ""


class AffixedInput(forms.TextInput):
    """A text box with what it counts in right before or after it: € or m²."""

    template_name = "core/forms/affixed_input.html"

    def __init__(self, attrs: dict[str, Any] | None = None, *, prefix: str = "", suffix: str = "") -> None:
        self.prefix, self.suffix = prefix, suffix
        super().__init__(attrs)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"] |= {"prefix": self.prefix, "suffix": self.suffix}
        return context


class HintedChoices(forms.widgets.ChoiceWidget):
    """Options that may have a hint, and one that excludes the others."""

    def __init__(self, *args: Any, hints: dict[str, str] | None = None, exclusive: str = "", **kwargs: Any) -> None:
        self.hints, self.exclusive = hints or {}, exclusive
        super().__init__(*args, **kwargs)

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(*args, **kwargs)
        option["hint"] = self.hints.get(option["value"], "")
        option["exclusive"] = bool(self.exclusive) and option["value"] == self.exclusive
        if option["hint"] and "id" in option["attrs"]:
            option["attrs"] = option["attrs"] | {"aria-describedby": f"{option['attrs']['id']}_hint"}
        return option


class HintedRadios(HintedChoices, forms.RadioSelect):
    pass


class HintedCheckboxes(HintedChoices, forms.CheckboxSelectMultiple):
    pass


class SearchableSelect(forms.Select):
    """A drop-down list that becomes a box to search in where JavaScript works (theme/search_select.js)."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"] |= {
            "data-search-select": "",
            "data-text-none": gettext("Nothing found. Try another word."),
            "data-text-one": gettext("1 answer found. Press the down arrow to go there."),
            "data-text-many": gettext("%{count} answers found. Press the down arrow to go through them."),
        }
        return context


class DatePartsInput(forms.MultiWidget):
    """A date as three text boxes, which people fill in faster and more surely than a calendar.

    Works with Django's own DateField. What was typed comes back as typed, also when it is no date.
    """

    template_name = "core/forms/date_parts.html"
    use_fieldset = True
    labels = (_("Day"), _("Month"), _("Year"))

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__([forms.TextInput() for _label in self.labels], attrs)

    def decompress(self, value: Any) -> list[str]:
        if isinstance(value, datetime.date):
            return [str(value.day), str(value.month), str(value.year)]
        if not value:
            return ["", "", ""]
        if "|" in value:
            return str(value).split("|")
        year, month, day = str(value).split("-")
        return [day.removeprefix("0"), month.removeprefix("0"), year]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:  # type: ignore[override]  # as DateField wants
        day, month, year = (str(part or "").strip() for part in super().value_from_datadict(data, files, name))
        if not (day or month or year):
            return ""
        try:
            if len(year) != 4:
                raise ValueError("A year has four digits: 26 could be two centuries.")
            return datetime.date(int(year), int(month), int(day)).isoformat()
        except ValueError:
            # No format of a date field accepts this, so the field refuses it; decompress shows it again.
            return "|".join(part.replace("|", " ") for part in (day, month, year))

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        autocomplete = context["widget"]["attrs"].get("autocomplete")
        parts = zip(("day", "month", "year"), self.labels, context["widget"]["subwidgets"], strict=True)
        for part, label, subwidget in parts:
            subwidget["label"] = label
            subwidget["attrs"] |= {
                "class": f"govuk-date-input__input govuk-input--width-{4 if part == 'year' else 2}",
                "inputmode": "numeric",
            }
            if autocomplete == "bday":
                subwidget["attrs"]["autocomplete"] = f"bday-{part}"
        return context
