"""The traps of django-formidable 7.2 that our seven types could reach, each closed."""

import copy
from typing import Any

import pytest
from django.urls import NoReverseMatch, reverse
from formidable.accesses import get_accesses
from formidable.security import get_clean_function

from forms import runtime, schema
from forms.blocks import StepsBlock
from forms.roles import Role, formidable_context
from forms.runtime import InvalidSchema, UnknownRole
from tests.forms import builder


@pytest.fixture
def compiled() -> schema.Schema:
    body = StepsBlock().to_python(builder.melding_steps())
    return schema.build(title="Melding", intro="", privacy="", body=body)


def test_our_schemas_pass(compiled: schema.Schema) -> None:
    runtime.check(compiled)


def test_checking_does_not_change_the_schema(compiled: schema.Schema) -> None:
    before = copy.deepcopy(compiled)
    runtime.check(compiled)
    assert compiled == before


@pytest.mark.parametrize("role", ["", "admin", "Burger", None])
def test_unknown_role_fails_closed(compiled: schema.Schema, role: Any) -> None:
    with pytest.raises(UnknownRole):
        runtime.step_fields(compiled["steps"][0], role)
    with pytest.raises(UnknownRole):
        runtime.step_form_class(compiled["steps"][0], role)


def test_role_that_came_later_does_not_open_old_forms(compiled: schema.Schema) -> None:
    """Formidable takes missing access for EDITABLE."""
    step = compiled["steps"][0]
    step["fields"][0]["accesses"] = [a for a in step["fields"][0]["accesses"] if a["access_id"] != Role.ASSOCIATION]
    with pytest.raises(UnknownRole):
        runtime.step_form_class(step, Role.ASSOCIATION)
    with pytest.raises(InvalidSchema):
        runtime.check(compiled)


def test_hidden_question_is_not_in_the_form_and_readonly_takes_nothing(compiled: schema.Schema) -> None:
    step = compiled["steps"][0]
    for access in step["fields"][0]["accesses"]:
        access["level"] = "HIDDEN" if access["access_id"] == Role.CITIZEN else "REQUIRED"
    assert "wat" not in runtime.step_form_class(step, Role.CITIZEN)().fields
    assert "wat" in runtime.step_form_class(step, Role.DESK)().fields
    read_only = runtime.step_form_class(compiled["steps"][1], Role.HANDLER)(
        {"waar": "gewijzigd"}, {}, initial={"waar": "eerst"}
    )
    assert read_only.is_valid()
    assert read_only.cleaned_data["waar"] == "eerst"


def test_required_follows_the_role(compiled: schema.Schema) -> None:
    assert runtime.step_form_class(compiled["steps"][1], Role.CITIZEN)().fields["waar"].required
    assert not runtime.step_form_class(compiled["steps"][1], Role.HANDLER)().fields["waar"].required


@pytest.mark.parametrize(
    "damage",
    [
        lambda field: field.update(type_id="onbekend"),
        lambda field: field.update(label="x" * 300),
        lambda field: field.update(slug=""),
        lambda field: field.update(validations=[{"type": "REGEXP", "value": "^(a+)+$", "message": ""}]),
        lambda field: field.update(validations=[{"type": "GT", "value": "abc", "message": ""}]),
        lambda field: field.update(defaults=["altijd"]),
        lambda field: field["accesses"][0].update(level="MAYBE"),
        lambda field: field["accesses"][0].update(access_id="koning"),
        lambda field: field["accesses"].append({"access_id": "burger", "level": "HIDDEN"}),
    ],
)
def test_what_would_explode_later_is_refused_now(compiled: schema.Schema, damage: Any) -> None:
    damage(compiled["steps"][0]["fields"][0])
    with pytest.raises(InvalidSchema):
        runtime.check(compiled)


def test_double_key_is_refused(compiled: schema.Schema) -> None:
    fields = compiled["steps"][0]["fields"]
    fields[1]["slug"] = fields[0]["slug"]
    with pytest.raises(InvalidSchema):
        runtime.check(compiled)


def test_double_key_across_steps_is_refused(compiled: schema.Schema) -> None:
    compiled["steps"][2]["fields"][0]["slug"] = compiled["steps"][0]["fields"][0]["slug"]
    with pytest.raises(InvalidSchema):
        runtime.check(compiled)


def test_hint_is_not_markup_even_when_a_schema_was_tampered_with(compiled: schema.Schema) -> None:
    """Formidable and Django's own templates would render a description raw."""
    compiled["steps"][1]["fields"][0]["description"] = "<script>alert(1)</script>"
    compiled["steps"][1]["fields"][0]["label"] = "<img src=x onerror=alert(1)>"
    html = str(runtime.step_form_class(compiled["steps"][1], Role.CITIZEN)())
    assert "<script>" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Gewoon", "Gewoon"),
        ("<b>vet</b>", "vet"),
        ("<script>alert(1)</script>", "alert(1)"),
        ("<scr<script>ipt>alert(1)</script>", "ipt>alert(1)"),
        ("1 < 2 en 3 > 2", "1 < 2 en 3 > 2"),
        ("twee\nregels\x00\x07", "twee\nregels"),
        ("", ""),
    ],
)
def test_editors_write_text_never_html(text: str, plain: str) -> None:
    assert runtime.plain_text(text) == plain


def test_formidable_uses_our_sanitiser_and_roles() -> None:
    assert get_clean_function() is runtime.plain_text
    assert [access.id for access in get_accesses()] == [str(role) for role in Role]
    assert formidable_context(None, {}) == Role.CITIZEN  # type: ignore[arg-type]  # it looks at neither


def test_formidables_own_addresses_are_not_served() -> None:
    """Its REST views answer 500 to an unknown type, and nobody needs them."""
    with pytest.raises(NoReverseMatch):
        reverse("formidable:form_list")


def test_form_class_is_made_once_and_forms_do_not_share_fields(compiled: schema.Schema) -> None:
    first = runtime.step_form_class(compiled["steps"][0], Role.CITIZEN)
    assert runtime.step_form_class(copy.deepcopy(compiled["steps"][0]), Role.CITIZEN) is first
    one, two = first(), first()
    one.fields["wat"].required = False
    assert two.fields["wat"].required


def test_big_form_is_quick() -> None:
    """120 questions: formidable's own way takes five queries and 37 ms for each request; ours none, and it is kept."""
    asked = [builder.question("text", f"Vraag {number}") for number in range(120)]
    body = StepsBlock().to_python([builder.step("Alles", *asked)])
    made = schema.build(title="T", intro="", privacy="", body=body)
    runtime.check(made)
    assert len(runtime.step_form_class(made["steps"][0], Role.CITIZEN)().fields) == 120
