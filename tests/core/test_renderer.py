"""Every widget comes out as its component: asserted on the parsed page, as a browser and a screen reader see it."""

import datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import override

from core.forms import DatePartsInput, LoketFormMixin

HOSTILE = '<script>alert("x")</script>'
CHOICES = [("tile", "Losse tegel"), ("lamp", "Kapotte lamp")]


@pytest.fixture(autouse=True)
def _in_english():
    """The source strings, so that these tests do not depend on the wording of a translation."""
    with override("en"):
        yield


def page(form: forms.BaseForm) -> BeautifulSoup:
    return BeautifulSoup(str(form), "html.parser")


def form_with(
    data: dict[str, Any] | None = None, /, *, attributes: dict[str, Any] | None = None, **fields: forms.Field
):
    form_class = type("TestForm", (LoketFormMixin, forms.Form), {**fields, **(attributes or {})})
    return form_class(data)


def described_by(control: Tag, soup: BeautifulSoup) -> list[str]:
    """The texts that a screen reader adds to a control, in order."""
    return [soup.find(id=name).get_text(" ", strip=True) for name in control["aria-describedby"].split()]


INPUTS = [
    pytest.param(forms.CharField, forms.TextInput, "input", "govuk-input", id="text"),
    pytest.param(forms.EmailField, forms.EmailInput, "input", "govuk-input", id="email"),
    pytest.param(forms.CharField, forms.TelInput, "input", "govuk-input", id="phone"),
    pytest.param(forms.URLField, forms.URLInput, "input", "govuk-input", id="url"),
    pytest.param(forms.IntegerField, forms.NumberInput, "input", "govuk-input", id="number"),
    pytest.param(forms.DateField, forms.DateInput, "input", "govuk-input", id="date in one box"),
    pytest.param(forms.CharField, forms.Textarea, "textarea", "govuk-textarea", id="long text"),
    pytest.param(forms.ChoiceField, forms.Select, "select", "govuk-select", id="select"),
    pytest.param(forms.FileField, forms.FileInput, "input", "govuk-file-upload", id="file"),
    pytest.param(forms.FileField, forms.ClearableFileInput, "input", "govuk-file-upload", id="clearable file"),
]


@pytest.mark.filterwarnings("ignore::django.utils.deprecation.RemovedInDjango60Warning")
@pytest.mark.parametrize(("field_class", "widget", "tag", "component"), INPUTS)
def test_one_control_has_its_label_hint_and_error(field_class, widget, tag, component):
    field = field_class(label="Uw antwoord", help_text="Zo nauwkeurig mogelijk.", widget=widget(attrs={"class": "own"}))
    soup = page(form_with({}, answer=field))
    control = soup.select_one(f"{tag}#id_answer")
    assert set(control["class"]) == {component, "own", f"{component}--error"}
    assert soup.select_one("label[for=id_answer]").get_text(strip=True) == "Uw antwoord"
    hint, error = described_by(control, soup)
    assert hint == "Zo nauwkeurig mogelijk."
    assert error.startswith("Error:")
    assert "“Uw antwoord”" in error
    assert control["aria-invalid"] == "true"
    assert "required" not in control.attrs
    group = control.find_parent(class_="govuk-form-group")
    assert "govuk-form-group--error" in group["class"]
    assert group.select_one(".govuk-hint").get_text(strip=True) == "Zo nauwkeurig mogelijk."


@pytest.mark.parametrize(("field_class", "widget", "tag", "component"), INPUTS)
@pytest.mark.filterwarnings("ignore::django.utils.deprecation.RemovedInDjango60Warning")
def test_a_control_without_error_says_so_in_nothing(field_class, widget, tag, component):
    soup = page(form_with(answer=field_class(label="Uw antwoord", widget=widget)))
    control = soup.select_one(f"{tag}#id_answer")
    assert control["class"] == [component]
    assert "aria-invalid" not in control.attrs
    assert "aria-describedby" not in control.attrs
    assert not soup.select(".govuk-error-message, .govuk-error-summary, .govuk-form-group--error, .govuk-hint")


@pytest.mark.parametrize(
    ("field_class", "widget", "component", "type_"),
    [
        (forms.ChoiceField, forms.RadioSelect, "govuk-radios", "radio"),
        (forms.MultipleChoiceField, forms.CheckboxSelectMultiple, "govuk-checkboxes", "checkbox"),
    ],
)
def test_choices_stand_in_a_fieldset_with_a_legend(field_class, widget, component, type_):
    field = field_class(label="Wat is er stuk?", help_text="Kies wat past.", choices=CHOICES, widget=widget)
    soup = page(form_with({}, answer=field))
    fieldset = soup.select_one("fieldset.govuk-fieldset")
    assert fieldset.legend.get_text(strip=True) == "Wat is er stuk?"
    hint, error = described_by(fieldset, soup)
    assert hint == "Kies wat past."
    assert "“Wat is er stuk?”" in error
    controls = fieldset.select(f".{component} .{component}__item input.{component}__input[type={type_}]")
    assert [control["value"] for control in controls] == ["tile", "lamp"]
    labels = [soup.select_one(f"label.{component}__label[for={control['id']}]").string for control in controls]
    assert labels == ["Losse tegel", "Kapotte lamp"]
    assert not any(control.has_attr("aria-invalid") and type_ == "radio" for control in controls)
    assert soup.select_one(".govuk-error-summary a")["href"] == f"#{controls[0]['id']}"


def test_grouped_choices_are_named_and_the_summary_leads_to_the_first():
    grouped = [("Straat", CHOICES), ("Park", [("bench", "Bank")])]
    soup = page(form_with({}, answer=forms.ChoiceField(label="Wat?", choices=grouped, widget=forms.RadioSelect)))
    names = [soup.find(id=group["aria-labelledby"]).string for group in soup.select("[role=group]")]
    assert names == ["Straat", "Park"]
    first = soup.select_one("input[type=radio]")
    assert soup.select_one(".govuk-error-summary a")["href"] == f"#{first['id']}"


def test_one_checkbox_has_its_label_beside_it_and_its_error_above():
    soup = page(form_with({}, agree=forms.BooleanField(label="Ik ga akkoord", help_text="Lees eerst de tekst.")))
    box = soup.select_one(".govuk-checkboxes__item input.govuk-checkboxes__input#id_agree")
    assert box.find_next_sibling("label")["for"] == "id_agree"
    assert box.find_next_sibling("label").get_text(strip=True) == "Ik ga akkoord"
    assert described_by(box, soup)[0] == "Lees eerst de tekst."
    assert len(soup.select("label")) == 1
    assert not soup.select("fieldset")
    assert soup.select_one(".govuk-error-message").find_next("input") is box


def test_what_was_chosen_and_typed_is_kept():
    form = form_with(
        {"name": "Jan <Peeters>", "story": "a\n<b>", "kind": "lamp", "many": ["tile"], "pick": "lamp", "ok": "on"},
        name=forms.CharField(),
        story=forms.CharField(widget=forms.Textarea),
        kind=forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect),
        many=forms.MultipleChoiceField(choices=CHOICES, widget=forms.CheckboxSelectMultiple),
        pick=forms.ChoiceField(choices=CHOICES),
        ok=forms.BooleanField(),
        token=forms.CharField(widget=forms.HiddenInput, initial='"><b>'),
    )
    soup = page(form)
    assert soup.select_one("#id_name")["value"] == "Jan <Peeters>"
    assert soup.select_one("#id_story").string.removeprefix("\n") == "a\n<b>"
    assert soup.select_one("#id_ok").has_attr("checked")
    assert len(soup.select("input[checked]")) == 3
    assert soup.select_one("#id_kind input[checked]")["value"] == "lamp"
    assert soup.select_one("#id_many input[checked]")["value"] == "tile"
    assert soup.select_one("#id_pick option[selected]")["value"] == "lamp"
    assert not soup.select("b, peeters")


def test_texts_of_editors_are_escaped_even_when_marked_safe():
    safe = mark_safe(HOSTILE)  # noqa: S308  the point of this test
    fields: dict[str, forms.Field] = {
        "text": forms.CharField(label=safe, help_text=safe),
        "long": forms.CharField(label=safe, help_text=safe, widget=forms.Textarea, max_length=5),
        "radio": forms.ChoiceField(label=safe, help_text=safe, choices=[(safe, safe)], widget=forms.RadioSelect),
        "group": forms.ChoiceField(label=safe, choices=[(safe, [(safe, safe)])], widget=forms.RadioSelect),
        "boxes": forms.MultipleChoiceField(
            label=safe, help_text=safe, choices=[(safe, safe)], widget=forms.CheckboxSelectMultiple
        ),
        "select": forms.ChoiceField(label=safe, help_text=safe, choices=[(safe, [(safe, safe)])]),
        "box": forms.BooleanField(label=safe, help_text=safe),
        "date": forms.DateField(label=safe, help_text=safe, widget=DatePartsInput),
        "file": forms.FileField(label=safe, help_text=safe),
        "number": forms.IntegerField(label=safe, help_text=safe),
    }
    data = {"long": HOSTILE, "number": HOSTILE, "date_0": HOSTILE}
    for form in (form_with(**fields), form_with(data, **fields)):
        form.initial["text"] = HOSTILE
        if form.is_bound:
            form.add_error("text", safe)
            form.add_error(None, safe)
        soup = page(form)
        assert not soup.select("script")
        assert soup.select_one("label[for=id_text]").get_text(strip=True) == HOSTILE
    summary = soup.select_one(".govuk-error-summary")
    assert HOSTILE in summary.get_text()


def test_the_summary_says_every_error_in_the_words_of_the_field():
    form = form_with(
        {"mail": "jan"},
        name=forms.CharField(label="Uw naam"),
        mail=forms.EmailField(label="E-mail"),
        kind=forms.ChoiceField(label="Soort", choices=CHOICES, widget=forms.RadioSelect),
        seen=forms.DateField(label="Wanneer?", widget=DatePartsInput),
    )
    form.add_error(None, "Er klopt iets niet.")
    soup = page(form)
    summary = soup.select_one(".govuk-error-summary")
    assert soup.find(True) is summary, "it is the first thing in the form"
    assert summary.select_one("[role=alert] h2").string == "There is a problem"
    links = {link.get_text(): link["href"] for link in summary.select("li a")}
    assert links == {
        "Er klopt iets niet.": "#id_name",
        "Fill in “Uw naam”.": "#id_name",
        "Fill in an e-mail address like name@example.be.": "#id_mail",
        "Choose an answer for “Soort”.": "#id_kind_0",
        "Fill in “Wanneer?”.": "#id_seen_0",
    }
    beside = [
        message.get_text(" ", strip=True).removeprefix("Error: ") for message in soup.select(".govuk-error-message")
    ]
    assert beside == list(links)[1:]
    for target in links.values():
        assert soup.select_one(target).name == "input"


def test_the_page_may_show_the_summary_itself():
    form = form_with({}, attributes={"summary_in_form": False}, name=forms.CharField(label="Uw naam"))
    assert not page(form).select(".govuk-error-summary")
    summary = BeautifulSoup(render_to_string("core/forms/error_summary.html", {"form": form}), "html.parser")
    assert summary.select_one("a")["href"] == "#id_name"


def test_an_error_of_a_hidden_field_is_shown_without_a_link():
    soup = page(form_with({}, token=forms.CharField(label="Code", widget=forms.HiddenInput), name=forms.CharField()))
    lines = soup.select(".govuk-error-summary li")
    assert [bool(line.a) for line in lines] == [True, False]


def test_optional_questions_say_so_unless_the_form_has_none_else():
    field = forms.CharField(label="Telefoon", required=False)
    assert page(form_with(phone=field)).label.get_text(" ", strip=True) == "Telefoon (not required)"
    searching = form_with(attributes={"mark_optional": False}, phone=field)
    assert page(searching).label.get_text(strip=True) == "Telefoon"


def test_messages_of_the_form_itself_are_kept():
    field = forms.CharField(label="Naam", error_messages={"required": "Vul uw naam in zoals op uw identiteitskaart."})
    soup = page(form_with({}, name=field))
    assert soup.select_one(".govuk-error-summary a").string == "Vul uw naam in zoals op uw identiteitskaart."


class TestCharacterCount:
    def test_says_the_limit_and_never_cuts_off(self):
        field = forms.CharField(label="Uitleg", help_text="Kort.", max_length=10, widget=forms.Textarea)
        soup = page(form_with({"story": "x" * 11}, story=field))
        group = soup.select_one("[data-module=govuk-character-count]")
        assert group["data-maxlength"] == "10"
        assert group["data-i18n.characters-under-limit.other"] == "You have %{count} characters left"
        area = group.textarea
        assert "govuk-js-character-count" in area["class"]
        assert "maxlength" not in area.attrs
        assert described_by(area, soup) == [
            "Kort.",
            "Error: Use at most 10 characters; now it has 11.",
            "You can use at most 10 characters.",
        ]
        assert soup.select_one("#id_story-info"), "the script looks for this id"

    def test_is_not_there_without_a_limit(self):
        soup = page(form_with(story=forms.CharField(widget=forms.Textarea)))
        assert not soup.select("[data-module=govuk-character-count], .govuk-js-character-count")


class TestTypingAids:
    def test_keyboard_and_spelling_follow_the_question(self):
        soup = page(
            form_with(
                mail=forms.EmailField(),
                count=forms.IntegerField(min_value=1, max_value=9),
                price=forms.DecimalField(),
                name=forms.CharField(widget=forms.TextInput(attrs={"autocomplete": "name"})),
                free=forms.IntegerField(widget=forms.NumberInput(attrs={"inputmode": "text"})),
            )
        )
        assert soup.select_one("#id_mail")["spellcheck"] == "false"
        count = soup.select_one("#id_count")
        assert (count["type"], count["inputmode"]) == ("text", "numeric")
        assert not {"min", "max", "step"} & set(count.attrs)
        assert soup.select_one("#id_price")["inputmode"] == "decimal"
        assert soup.select_one("#id_name")["autocomplete"] == "name"
        assert "spellcheck" not in soup.select_one("#id_name").attrs
        assert soup.select_one("#id_free")["inputmode"] == "text", "the form's own attribute wins"

    @pytest.mark.parametrize("typed", ["12,50", "12.50"])
    def test_a_decimal_comma_is_understood(self, typed):
        with override("nl"):
            form = form_with({"price": typed}, price=forms.DecimalField())
            assert form.is_valid(), form.errors
        assert str(form.cleaned_data["price"]) == "12.50"


class TestDateParts:
    field = staticmethod(lambda **options: forms.DateField(label="Wanneer?", widget=DatePartsInput(**options)))

    def test_three_labelled_boxes_in_a_fieldset(self):
        soup = page(form_with(seen=self.field(attrs={"autocomplete": "bday"})))
        assert soup.fieldset.legend.get_text(strip=True) == "Wanneer?"
        boxes = soup.select(".govuk-date-input input.govuk-date-input__input")
        assert [soup.select_one(f"label[for={box['id']}]").string for box in boxes] == ["Day", "Month", "Year"]
        assert [box["autocomplete"] for box in boxes] == ["bday-day", "bday-month", "bday-year"]
        assert {box["inputmode"] for box in boxes} == {"numeric"}
        assert "govuk-input--width-4" in boxes[2]["class"]

    def test_a_date_goes_in_and_comes_out(self):
        form = form_with({"seen_0": "3", "seen_1": "04", "seen_2": " 2026 "}, seen=self.field())
        assert form.is_valid(), form.errors
        assert form.cleaned_data["seen"] == datetime.date(2026, 4, 3)
        assert [box["value"] for box in page(form).select("input")] == ["3", "4", "2026"]
        shown = form_with(seen=self.field())
        shown.initial["seen"] = datetime.date(2026, 12, 31)
        assert [box["value"] for box in page(shown).select("input")] == ["31", "12", "2026"]

    @pytest.mark.parametrize(
        "typed",
        [("31", "2", "2026"), ("31", "12", "26"), ("", "12", "2026"), ("drie", "mei", "2026"), ("1", "1", "20|26")],
    )
    @pytest.mark.parametrize("language", ["nl", "en"])
    def test_what_is_no_date_is_refused_and_shown_as_typed(self, typed, language):
        data = {f"seen_{number}": part for number, part in enumerate(typed)}
        with override(language):
            form = form_with(data, seen=self.field())
            assert not form.is_valid()
        with override("en"):
            form = form_with(data, seen=self.field())
            soup = page(form)
        assert soup.select_one(".govuk-error-summary a").string == "Fill in a date like 31 12 2026."
        assert [box.get("value", "") for box in soup.select("input")] == [part.replace("|", " ") for part in typed]
        assert all("govuk-input--error" in box["class"] for box in soup.select("input"))

    def test_empty_is_required_or_nothing(self):
        assert form_with({}, seen=self.field()).errors["seen"] == ["Fill in “Wanneer?”."]
        optional = form_with({}, seen=forms.DateField(required=False, widget=DatePartsInput))
        assert optional.is_valid()
        assert optional.cleaned_data["seen"] is None


class TestQuestionPage:
    def test_the_label_is_the_heading(self):
        form = form_with(attributes={"single_question": True}, name=forms.CharField(label="Hoe heet u?"))
        soup = page(form)
        assert soup.h1.label["for"] == "id_name"
        assert "govuk-label--l" in soup.h1.label["class"]

    def test_the_legend_holds_the_heading(self):
        field = forms.ChoiceField(label="Wat wilt u melden?", choices=CHOICES, widget=forms.RadioSelect)
        soup = page(form_with(attributes={"single_question": True}, kind=field))
        assert soup.fieldset.legend.h1.get_text(strip=True) == "Wat wilt u melden?"

    def test_more_questions_have_no_heading_of_their_own(self):
        form = form_with(attributes={"single_question": True}, name=forms.CharField(), city=forms.CharField())
        assert not page(form).select("h1")


def test_a_file_that_is_there_can_be_removed():
    stored = SimpleUploadedFile("tegel <b>.jpg", b"x")
    stored.url = "/foto/1/"  # type: ignore[attr-defined]
    form = form_with(photo=forms.FileField(required=False))
    form.initial["photo"] = stored
    soup = page(form)
    assert soup.select_one(".loket-current-file a")["href"] == "/foto/1/"
    assert soup.select_one("label[for=photo-clear_id]").get_text(strip=True) == "Remove this file"
    assert not soup.select("b")


def test_wagtails_own_forms_are_left_alone():
    class AdminForm(forms.Form):
        name = forms.CharField()

    assert "govuk" not in str(AdminForm())
