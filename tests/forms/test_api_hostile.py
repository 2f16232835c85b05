"""What no decent program sends: wrong shapes, huge and hostile values. Always an answer, never a fault of ours."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.models import User
from forms.fields import registry
from forms.models import FormDraft, FormVersion, Submission
from tests.forms import builder
from tests.forms.builder import question, step
from tests.forms.caller import ANSWERS, Caller, open_form
from tests.forms.test_field_types import OPTIONS

pytestmark = [pytest.mark.django_db]

KINDS = [name for name, field_type in registry.items() if not (field_type.is_content or field_type.is_derived)]


NOT_OWN = {"is_own": False, "is_subject": False, "legal_basis": "Besluit", "point": True}


@pytest.fixture
def everything() -> FormVersion:
    """One question of each type there is, and all that may be repeated once more in rows."""
    asked = [
        question(kind, f"Soort {kind}", key=key(kind), required=False, **NOT_OWN, **OPTIONS.get(kind, {}))
        for kind in KINDS
        if kind != "repeat"
    ]
    inner = [
        question(kind, f"Rij {kind}", key=f"rij-{key(kind)}", required=False, **NOT_OWN, **OPTIONS.get(kind, {}))
        for kind in KINDS
        if registry[kind].repeatable
    ]
    rows = question(
        "repeat", "Rijen", key="v-repeat", required=False, row_label="rij", minimum=0, maximum=3, questions=inner
    )
    steps = [step("Wie", builder.NAME, builder.EMAIL), step("Alles", *asked, rows)]
    draft = builder.draft_form(*steps, title="Alles", slug="alles", api_allowed=True)
    draft.save_revision().publish(user=User.objects.create_superuser("baas", password="x"))
    return FormVersion.objects.get()


def key(kind: str) -> str:
    return f"v-{kind}".replace("_", "-")


WHO = {"naam": "An", "email": "an@example.org", "v-declaration": "ja"}
NESTED: Any = "binnen"
for _turn in range(200):
    NESTED = [NESTED]

WRONG_EVERYWHERE = [
    {"een": {"twee": [1, 2, {"drie": None}]}},
    NESTED,
    True,
    "NUL \x00 hier",
    "halve \ud800 letter",
    "x" * 200_000,
]


@pytest.mark.parametrize("value", WRONG_EVERYWHERE, ids=["object", "nested", "boolean", "nul", "surrogate", "huge"])
def test_a_wrong_shape_is_refused_at_its_key(everything: FormVersion, value: Any) -> None:
    for kind in KINDS:
        for post in (Caller("alles").check, Caller("alles").send):
            response = post(WHO | {key(kind): value})
            assert response.status_code == 422, (kind, response.content)
            found = response.json()["velden"]
            assert all(place.split(".")[0] == key(kind) for place in found), found
            assert all(messages and all(messages) for messages in found.values())
    assert not Submission.objects.exists()


ODD = [
    *(
        "",
        "x",
        "-",
        "|",
        "||",
        "1e999",
        "+",
        "00000000-0000-0000-0000-000000000000",
        "2026-W01-1",
        "24:00",
        "€",
        "\u202e",
    ),
    *("<script>alert(1)</script>", "' OR 1=1 --"),
    *(0, -1, 10**40, 1.5, 1e-300),
    *([], [""], ["x", "x"], {}, [{}], [[]]),
]


def test_odd_values_get_an_answer(everything: FormVersion) -> None:
    for value in ODD:
        for kind in KINDS:
            response = Caller("alles").check(WHO | {key(kind): value, "v-repeat": [{f"rij-{key(kind)}": value}]})
            assert response.status_code in {200, 422}, (kind, value, response.content)
            for messages in response.json().get("velden", {}).values():
                assert all(messages)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=12), children, max_size=4),
    max_leaves=8,
)


@settings(max_examples=60, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    answers=st.dictionaries(st.sampled_from([key(kind) for kind in KINDS]) | st.text(max_size=70), VALUES, max_size=6)
)
def test_whatever_is_sent_there_is_an_answer(everything: FormVersion, answers: dict[str, Any]) -> None:
    checked = Caller("alles").check(WHO | answers)
    assert checked.status_code in {200, 422}
    sent = Caller("alles").send(WHO | answers)
    good = checked.status_code == 200 and checked.json()["in_orde"]
    assert sent.status_code == (201 if good else 422), (checked.content, sent.content)


def test_good_answers_of_every_type(everything: FormVersion) -> None:
    answers = {
        "v-text": "Één regel",
        "v-long-text": "Twee\nregels",
        "v-choice": "ja",
        "v-choices": ["ja", "nee"],
        "v-dropdown": "nee",
        "v-yes-no": "ja",
        "v-number": 12,
        "v-money": "12.50",
        "v-date": "2026-12-31",
        "v-time": "09:30",
        "v-place": "Statielei 10",
        "v-phone": "+32470123456",
        "v-consent": "nee",
        "v-declaration": "ja",
        "v-person": {"first_name": "Mo", "last_name": "Claes"},
        "v-address": {"street": "Statielei", "number": "10", "postcode": "2640", "town": "Mortsel"},
        "v-organisation": {"name": "Turnkring", "company_number": "0403019261"},
        "v-organisation-number": "0403019261",
        "v-date-range": {"from": "2026-12-01", "until": "2026-12-03"},
        "v-iban": "BE68539007547034",
        "v-plate": "1-ABC-123",
    }
    answers["v-repeat"] = [{f"rij-{name}": value for name, value in answers.items()}]
    number = {"v-national-number": "85.07.30-033.28"}
    response = Caller("alles").send(WHO | answers | number)
    assert response.status_code == 201, response.content
    kept = {one["key"]: one["value"] for one in Submission.objects.get().answers["steps"][1]["answers"]}
    assert "0033" not in str(kept)  # the number itself is in the register, encrypted
    assert "033.28" not in str(kept)
    same = set(answers) - {"v-repeat", "v-number"}
    assert {name: kept[name] for name in same} == {name: answers[name] for name in same}
    assert kept["v-number"] == "12"
    # What was kept, as it was kept, is a good answer again.
    again = {name: value for name, value in kept.items() if value and name != "v-national-number"}
    assert Caller("alles").check(WHO | again).json()["fouten"] == {}


BODIES = [
    (b" ", 400),
    (b"{", 400),
    (b"[]", 422),
    (b"null", 422),
    (b'"tekst"', 422),
    (b"\xff\xfe", 400),
    (b'{"antwoorden": {"v-number": NaN}}', 400),
    (b'{"antwoorden": {"v-number": Infinity}}', 400),
    (b'{"antwoorden": {"v-number": ' + b"9" * 5000 + b"}}", 400),
    (b'{"antwoorden": {"v-number": 1e400}}', 422),
    (b'{"antwoorden": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400),
    (b'{"antwoorden": []}', 422),
    (b'{"antwoorden": null}', 422),
    (b'{"antwoorden": {}, "versie": "een"}', 422),
    (b'{"antwoorden": {}, "versie": 0}', 422),
    (b'{"antwoorden": {}, "versie": 99999999999999999999}', 409),
    (b'{"antwoorden": {"": 1}}', 422),
    (b'{"antwoorden": {"\\ud800": 1}}', 422),
    (b'{"antwoorden": {"\\u0000": 1}}', 422),
]


def test_a_body_that_is_no_request(everything: FormVersion) -> None:
    for body, status in BODIES:
        for end in ("controle/", "inzendingen/"):
            response = Caller("alles").post(end, body)
            assert response.status_code == status, (body[:60], response.content)
            assert set(response.json()) == {"fout", "velden", "versie"}


def test_thousands_of_unknown_questions_are_not_all_named() -> None:
    open_form()
    response = Caller().check({f"onbekend-{number}": 1 for number in range(5000)})
    assert response.status_code == 422
    assert len(response.json()["velden"]) <= 21


def test_a_hundred_rows_too_many_are_refused_not_cut_off(everything: FormVersion) -> None:
    response = Caller("alles").check(WHO | {"v-repeat": [{}] * 103})
    assert list(response.json()["velden"]) == ["v-repeat"]


def test_hostile_words_come_back_as_words() -> None:
    open_form()
    hostile = "<script>alert(1)</script>{{ 7|add:7 }}"
    assert Caller().send(ANSWERS | {"naam": hostile}).status_code == 201
    assert Submission.objects.get().answers["steps"][2]["answers"][0]["value"] == hostile


def test_broken_uploads_get_an_answer() -> None:
    open_form()
    caller = Caller()
    for body, content_type in [
        (b"", "multipart/form-data"),
        (b"rommel", "multipart/form-data; boundary=x"),
        (b"--x\r\n\r\n", "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data; boundary=" + "x" * 500),
    ]:
        response = caller.client.post(
            caller.address("uploads/"), body, content_type=content_type, headers={"Idempotency-Key": caller.key}
        )
        assert response.status_code in {400, 415, 422}, response.content
        assert set(response.json()) == {"fout", "velden", "versie"}
    assert not FormDraft.objects.exists()
