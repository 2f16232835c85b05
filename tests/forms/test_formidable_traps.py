"""The traps of django-formidable 7.2, one after the other, each closed by what Loket puts around it.

Each was seen in formidable itself (docs/decisions/0002-formidable.md); tests/forms/test_runtime.py looks at the module
that wraps it more closely. What stands here holds for a form as an editor publishes it and a citizen fills it in.
"""

import datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.conf import settings as django_settings
from django.utils import timezone
from formidable.models import Formidable

from core.publishing import NotPublishable
from forms import runtime, schema
from forms.blocks import StepsBlock
from forms.branches import follow
from forms.fields import registry
from forms.models import FormVersion
from forms.roles import Role
from tests import town
from tests.forms import builder
from tests.forms.builder import EMAIL, NAME, Citizen, check, question, rule, step, when
from tests.forms.test_field_types import OPTIONS

pytestmark = [pytest.mark.django_db]

KIND = question("choice", "Wat?", options=["Lamp", "Bank", "Boom"], key="wat")
WHICH = question("text", "Welke?", key="welke", when=when(rule(KIND, "one_of", "Lamp; Bank")))
COLOUR = question("text", "Kleur?", key="kleur", when=when(rule(WHICH, "filled")))
ME = step("U", NAME, EMAIL)


def compiled(*steps: dict[str, Any]) -> schema.Schema:
    return schema.build(title="T", intro="", privacy="", body=StepsBlock().to_python(list(steps)))


def refused(*asked: dict[str, Any]) -> str:
    """What the editor reads when publishing is refused."""
    with pytest.raises(NotPublishable) as refusal:
        builder.published_form(step("Stap", *asked), ME)
    return " ".join(str(problem) for problem in refusal.value.problems)


def page_of(response: Any) -> Tag:
    page = BeautifulSoup(response.content, "html.parser").main
    assert page is not None
    return page


def shown(page: Tag) -> list[str]:
    """Keys of the questions that a person sees."""
    return [str(box["data-loket-question"]) for box in page.select("[data-loket-question]:not([hidden])")]


# --- Its migrations


def test_trap_migration_that_it_forgot() -> None:
    """``makemigrations`` wants one in its package; ours are pinned (tests/test_ground.py runs makemigrations)."""
    assert django_settings.MIGRATION_MODULES["formidable"] == "forms.formidable_migrations"


# --- Roles


@pytest.mark.parametrize("role", [None, "", "admin", "Burger", "burger "])
def test_trap_unknown_role_sees_hidden_questions(role: Any) -> None:
    made = compiled(step("Stap", KIND), ME)
    with pytest.raises(runtime.UnknownRole):
        runtime.step_form_class(made["steps"][0], role)


def test_trap_role_that_comes_later_opens_every_old_form() -> None:
    made = compiled(step("Stap", KIND), ME)
    field = made["steps"][0]["fields"][0]
    field["accesses"] = [access for access in field["accesses"] if access["access_id"] != Role.DESK]
    with pytest.raises(runtime.UnknownRole):
        runtime.step_form_class(made["steps"][0], Role.DESK)
    assert follow(made, {"wat": "lamp"}, Role.DESK).keys == {"naam", "email"}


# --- Conditions


@pytest.mark.parametrize(("answer", "asked"), [("lamp", True), ("bank", True), ("boom", False)])
def test_trap_only_the_first_of_several_values_counts(answer: str, asked: bool) -> None:
    """A question that must be answered vanished for the second value, and the form was valid."""
    builder.published_form(step("Stap", KIND, WHICH), ME)
    citizen = Citizen().start()
    response = citizen.fill_in(1, wat=answer)
    assert response.status_code == (200 if asked else 302)
    if asked:
        assert shown(page_of(response)) == ["wat", "welke"]


def test_trap_chain_does_not_fall_with_its_first_link() -> None:
    """a → b → c: whoever posts the hidden b sees no c."""
    builder.published_form(step("Stap", KIND, WHICH, COLOUR), ME)
    citizen = Citizen().start()
    assert citizen.fill_in(1, wat="boom", welke="die", kleur="rood").status_code == 302
    assert set(follow(citizen.draft.version.schema, citizen.draft.answers, Role.CITIZEN).answers) == {"wat"}


def test_trap_several_conditions_on_one_question_are_any() -> None:
    both = when(rule(KIND, "is", "Lamp"), rule(EMAIL, "filled"), mode="all")
    made = compiled(ME, step("Stap", KIND, question("text", "Beide?", key="beide", when=both)))
    assert "beide" in follow(made, {"email": "a@b.be", "wat": "lamp"}, Role.CITIZEN).keys
    assert "beide" not in follow(made, {"email": "a@b.be", "wat": "bank"}, Role.CITIZEN).keys
    assert "beide" not in follow(made, {"wat": "lamp"}, Role.CITIZEN).keys


def test_trap_cycle_hides_both() -> None:
    first = question("text", "Eerst?", key="eerst")
    second = question("text", "Dan?", key="dan", when=when(rule(first, "filled")))
    first["value"]["when"] = when(rule(second, "filled"))
    assert "“Dan?”" in refused(first, second)


def test_trap_question_that_waits_for_itself() -> None:
    itself = when(rule(builder.block_id("Zelf?"), "filled"))
    assert "naar haar eigen vraag" in refused(question("text", "Zelf?", key="zelf", when=itself))


def test_trap_question_hidden_for_a_role_takes_others_with_it() -> None:
    """Formidable dropped the target, whatever its condition said; here the trigger is simply not answered."""
    other = question("text", "Anders?", key="anders", when=when(rule(KIND, "empty")))
    made = compiled(step("Stap", KIND, WHICH, other), ME)
    for access in made["steps"][0]["fields"][0]["accesses"]:
        access["level"] = "HIDDEN" if access["access_id"] == Role.CITIZEN else access["level"]
    runtime.check(made)
    assert follow(made, {"wat": "lamp"}, Role.CITIZEN).keys == {"anders", "naam", "email"}
    assert follow(made, {"wat": "lamp"}, Role.DESK).keys == {"wat", "welke", "naam", "email"}


def test_trap_hidden_question_is_gone_after_an_error() -> None:
    """``clean()`` deleted it from the form, so nobody without JavaScript could ever reveal it; files neither."""
    plan = question("files", "Plan", key="plan", when=when(rule(KIND, "is", "Bank")))
    other = question("text", "Nog iets?", key="nog")
    builder.published_form(step("Stap", KIND, WHICH, plan, other), ME)
    citizen = Citizen().start()
    first = page_of(citizen.fill_in(1, wat="boom"))  # "nog" is missing
    assert shown(first) == ["wat", "nog"]
    hidden = [str(box["data-loket-question"]) for box in first.select("[data-loket-question][hidden]")]
    assert hidden == ["welke", "plan"]
    assert first.find("input", attrs={"name": "plan", "type": "file"})
    assert shown(page_of(citizen.fill_in(1, wat="bank"))) == ["wat", "welke", "plan", "nog"]


# --- Nonsense that is stored


NUMBER = question("number", "Hoeveel?", key="hoeveel")
DAY = question("date", "Wanneer?", key="wanneer")
NONSENSE = [
    (question("number", "Getal", key="getal", checks=[check("at_most", "abc")]), "een getal"),
    (question("date", "Dag", key="dag", checks=[check("not_before", "gisteren")]), "een datum"),
    (question("date", "Dag", key="dag", checks=[check("not_before", "31/02/2026")]), "een datum"),
    (question("text", "Tekst", key="tekst", checks=[check("at_least", "3")]), "soort vraag"),
    (question("text", "Tekst", key="tekst", checks=[check("max_length", "1e99")]), "een getal"),
    (question("text", "Als", key="als", when=when(rule(NUMBER, "greater", "abc"))), "een getal"),
    (question("text", "Als", key="als", when=when(rule(DAY, "after", "gisteren"))), "een datum"),
    (question("text", "Als", key="als", when=when(rule(KIND, "is", "Fiets"))), "Fiets"),
    (question("text", "Als", key="als", when=when(rule(KIND, "greater", "3"))), "“Wat?”"),
]


@pytest.mark.parametrize(("asked", "said"), NONSENSE)
def test_trap_stored_nonsense_explodes_for_every_citizen(asked: dict[str, Any], said: str) -> None:
    assert said in refused(KIND, NUMBER, DAY, asked)


# --- Dates


@pytest.mark.parametrize("written", ["03/04/2026", "3-4-2026", "3 4 2026", "2026-04-03"])
def test_trap_third_of_april_is_the_fourth_of_march(written: str) -> None:
    after = question("text", "Als", key="als", when=when(rule(DAY, "is", written)))
    made = compiled(step("Stap", DAY | {"value": DAY["value"] | {"checks": [check("not_after", written)]}}, after), ME)
    day, text = made["steps"][0]["fields"]
    assert day["parameters"]["checks"][0]["value"] == "2026-04-03"
    assert text["parameters"]["when"]["rules"][0]["value"] == "2026-04-03"


def test_trap_today_is_that_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half past midnight in Mortsel; in UTC, and on a server there, it is still yesterday."""
    now = datetime.datetime(2026, 11, 24, 0, 30, tzinfo=town.BRUSSELS)
    monkeypatch.setattr(timezone, "now", lambda: now.astimezone(datetime.UTC))
    past = question("date", "Dag", key="dag", checks=[check("in_past", message="Niet vandaag.")])
    builder.published_form(step("Stap", past), ME)
    citizen = Citizen().start()
    assert "Niet vandaag." in page_of(citizen.fill_in(1, dag_0="24", dag_1="11", dag_2="2026")).get_text()
    assert citizen.fill_in(1, dag_0="23", dag_1="11", dag_2="2026").status_code == 302


# --- Patterns


@pytest.mark.parametrize("pattern", ["^(a+)+$", "[0-9]{4}", ".*"])
def test_trap_free_pattern_keeps_the_server_busy(pattern: str) -> None:
    assert "Kies uit" in refused(question("text", "Code", key="code", checks=[check("pattern", pattern)]))


@pytest.mark.parametrize("typed", ["abc2640xyz", "2640 Mortsel", "x\n2640"])
def test_trap_pattern_is_not_anchored(typed: str) -> None:
    asked = question("text", "Code", key="code", checks=[check("pattern", "postcode")])
    builder.published_form(step("Stap", asked), ME)
    citizen = Citizen().start()
    assert citizen.fill_in(1, code=typed).status_code == 200
    assert citizen.fill_in(1, code="2640").status_code == 302


# --- from_json


def test_trap_from_json_answers_a_nested_error_with_an_attribute_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """So nothing calls it, and what it would choke on is named as a mistake of ours."""

    def never(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("from_json is used")

    monkeypatch.setattr(Formidable, "from_json", never)
    made = builder.published_form(step("Stap", KIND), ME).schema
    assert Citizen().start().get("step", 1).status_code == 200
    for damage in ({"items": [{"value": ["x"]}]}, {"slug": ""}, {"accesses": None}, {"label": None}):
        broken = {**made, "steps": [{**made["steps"][0], "fields": [made["steps"][0]["fields"][0] | damage]}]}
        with pytest.raises((runtime.InvalidSchema, TypeError)):
            runtime.check(broken)


# --- Markup


def test_trap_script_in_a_hint_runs() -> None:
    hostile = "<script>alert(1)</script><b>vet</b>"
    asked = question("choice", f"Wat?{hostile}", key="wat", hint=hostile, options=[f"Ja{hostile}", "Nee"])
    builder.published_form(step(f"Stap{hostile}", asked, question("text", "Nog?"), intro=hostile), ME, intro=hostile)
    citizen = Citizen()
    start = page_of(citizen.client.get("/formulieren/melding-openbaar-domein/"))
    for page in (start, page_of(citizen.start().get("step", 1))):
        assert not page.select("script:not([type='application/json']), b")


# --- Length and files


TEXTS = [
    name
    for name, field_type in registry.items()
    if not (field_type.is_content or field_type.is_derived or name == "repeat")  # that one has no boxes of its own
]


@pytest.mark.parametrize("kind", TEXTS)
def test_trap_text_has_no_maximum(kind: str) -> None:
    """Two million characters in every box that there is, and in boxes that are not."""
    made = compiled(step("Stap", question(kind, "Vraag", key="vraag", **OPTIONS.get(kind, {})), NAME), ME)
    form_class = runtime.step_form_class(made["steps"][0], Role.CITIZEN)
    names = [control.get("name", "") for control in BeautifulSoup(str(form_class()), "html.parser").select("[name]")]
    form = form_class(dict.fromkeys([*names, "vraag"], "x" * 2_000_000), {})
    assert not form.is_valid()
    assert "vraag" in form.errors


def test_trap_file_has_no_limit() -> None:
    builder.published_form(step("Stap", question("files", "Plan", key="plan", max_megabytes=1), builder.PHOTO), ME)
    citizen = Citizen().start()
    large = builder.picture()
    large.file.write(b"\0" * (1024 * 1024 + 1))
    large.size = large.file.tell()
    large.seek(0)
    assert "groter dan 1" in page_of(citizen.fill_in(1, plan=large)).get_text()
    program = builder.picture(name="virus.exe")
    program.file.seek(0)
    program.file.write(b"MZ")
    program.seek(0)
    assert citizen.fill_in(1, plan=program, foto=program).status_code == 200
    assert not citizen.draft.uploads.exists()


# --- Speed


def test_trap_form_of_120_questions_is_built_for_every_request(django_assert_num_queries: Any) -> None:
    """Five queries and 37 ms each time; here none, and once."""
    made = compiled(step("Alles", *(question("text", f"Vraag {number}") for number in range(120))))
    first = runtime.step_form_class(made["steps"][0], Role.CITIZEN)
    built = runtime._form_class.cache_info().misses
    with django_assert_num_queries(0):
        for _request in range(50):
            assert runtime.step_form_class(made["steps"][0], Role.CITIZEN) is first
    assert runtime._form_class.cache_info().misses == built


# --- HTML


@pytest.fixture
def own_data() -> FormVersion:
    return builder.published_form(
        step("Stap", NAME, EMAIL, builder.PHONE, DAY, KIND, question("address", "Waar woont u?", key="adres"))
    )


def test_trap_html_has_no_autocomplete_and_a_date_is_one_text_box(own_data: FormVersion) -> None:
    page = page_of(Citizen().start().get("step", 1))
    tokens = {str(box["name"]): box.get("autocomplete") for box in page.select("input[autocomplete]")}
    assert tokens["naam"] == "name"
    assert tokens["email"] == "email"
    assert tokens["telefoon"] == "tel"
    assert tokens["adres-street"] == "address-line1"
    assert tokens["adres-postcode"] == "postal-code"
    for name in ("wanneer_0", "wat"):
        box = page.find("input", attrs={"name": name})
        assert box
        assert box.find_parent("fieldset").find("legend")
    assert len(page.select("input[name^=wanneer_]")) == 3


def test_good_habit_read_only_question_takes_nothing(own_data: FormVersion) -> None:
    form = runtime.step_form_class(own_data.schema["steps"][0], Role.HANDLER)(
        {"naam": "gewijzigd"}, {}, initial={"naam": "eerst"}
    )
    assert form.is_valid()
    assert form.cleaned_data["naam"] == "eerst"
