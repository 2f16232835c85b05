"""Whatever a browser, or something that says it is one, posts to a step: there is a page, never a fault of ours."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.conf import settings as django
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from forms.fields import registry
from forms.models import FormVersion
from forms.nested import ADD, REMOVE, ROW
from forms.views import RECALCULATE, SAVE, SEEN, WARNED
from tests.forms import builder
from tests.forms.builder import Citizen, question, rule, step, when
from tests.forms.test_field_types import OPTIONS

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:Generating overly large repr:hypothesis.errors.HypothesisWarning"),
]

NOT_OWN = {"is_own": False, "is_subject": False}
LINE = {"label": "Som", "factors": [builder.item({"question": builder.block_id("number"), "number": None})]}
FULL: dict[str, dict[str, Any]] = OPTIONS | {
    "calculated": {"lines": [builder.item(LINE)], "shown": True},
    **{kind: {"title": "Titel", "text": "Tekst."} for kind in ("heading", "explanation", "attention", "details")},
}
WITHOUT = {"repeat", "video", "national_number"}
"""Made below; shows a file of the library; may be published by few, and is like any text here."""


def key(kind: str) -> str:
    return f"v-{kind}".replace("_", "-")


def asked(kind: str, start: str = "v") -> dict[str, Any]:
    label = kind if start == "v" else f"{start} {kind}"
    return question(kind, label, key=f"{start}-{kind}".replace("_", "-"), **NOT_OWN, **FULL.get(kind, {}))


@pytest.fixture
def everything() -> FormVersion:
    """A step with each type there is, all that may be repeated once more in rows, and conditions on half of them."""
    kinds = [name for name, _field_type in registry.items() if name not in WITHOUT]
    questions = [asked(kind) for kind in kinds]
    deciding = next(made for made in questions if made["type"] == "yes_no")
    place = questions.index(deciding)
    for made in questions[place + 1 :: 2]:
        made["value"]["when"] = when(rule(deciding, "is", "ja"))
    inner = [asked(kind, "rij") for kind in kinds if registry[kind].repeatable and not registry[kind].is_content]
    rows = builder.repeat("Rijen", *inner, key="v-repeat", minimum=0, maximum=3)
    return builder.published_form(
        step("Alles", *questions, rows),
        step("Wie", builder.NAME, builder.EMAIL),
        max_per_browser=None,
        max_per_address=None,
        max_starts_per_address=None,
    )


BUTTONS = [SEEN, WARNED, RECALCULATE, SAVE, "toevoegen", "verwijder", "terug", "csrfmiddlewaretoken"]
ENDS = [f"-{ROW}", f"-{ADD}", f"-{REMOVE}", "-0", "_0", "_1", "_2", "-lat", "-lon", "-street", "-0-rij-date_1"]
HOSTILE = [
    "", " ", "\x00", "\ud7ff", "\u202e", "-1", "1e999", "NaN", "Infinity", "9" * 5000, "0" * 200, "1.2.3", "٣", "²",
    "31", "2", "0000", "99999999999999999999", "24:00", "ja", "nee", "a@b", "+32" + "1" * 60, "BE68", "x" * 70_000,
    "<script>", "{{ 7 }}", "%s%n", "../../etc/passwd", "v-files/00000000-0000-0000-0000-000000000000", "v-text,v-text",
]  # fmt: skip
VALUES = st.sampled_from(HOSTILE) | st.text(max_size=40) | st.integers().map(str)
FILES = st.builds(
    SimpleUploadedFile,
    st.sampled_from(["a.pdf", "a.jpg", "b.heic", "x.exe", "a\u202efdp.exe", "x" * 300 + ".png", "a/../b.txt"]),
    st.binary(max_size=200) | st.sampled_from([b"%PDF-1.4", b"\xff\xd8\xff\xe0", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n"]),
    st.sampled_from(["application/pdf", "image/jpeg", "text/html", "x", ""]),
)


@pytest.fixture
def citizen(everything: FormVersion) -> Citizen:
    return Citizen().start()


@pytest.fixture
def names(citizen: Citizen) -> list[str]:
    """Every control that stands on the page, and ways to name one that does not."""
    page = BeautifulSoup(citizen.get("step", 1).content, "html.parser")
    real = sorted({str(box["name"]).replace("__rij__", "0") for box in page.select("main [name]")})
    assert len(real) > 60
    made = [f"{key(kind)}{end}" for kind in ("repeat", "date", "files", "place", "person") for end in ENDS]
    return [*real, *made, *BUTTONS]


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_is_posted_there_is_a_page(citizen: Citizen, names: list[str], data: st.DataObject) -> None:
    some = st.lists(VALUES | FILES, min_size=1, max_size=3)
    posted = data.draw(st.dictionaries(st.sampled_from(names) | st.text(max_size=20), some, max_size=25))
    response = citizen.client.post(citizen.address("step", 1), MultiValueDict(posted))
    assert response.status_code in {200, 302, 400}
    assert citizen.get("step", 1).status_code == 200  # also what was kept of it can be shown
    assert citizen.get("check").status_code == 302


@settings(max_examples=10, suppress_health_check=list(HealthCheck))
@given(value=VALUES, rows=st.lists(st.sampled_from(["0", "1", "2", "9999", "10000", "-1", "x", "0"]), max_size=6))
@example(value="9" * 5000, rows=["0"])
@example(value="x" * 70_000, rows=[])  # together more than a page takes
def test_one_value_in_every_box_at_once(citizen: Citizen, names: list[str], value: str, rows: list[str]) -> None:
    everywhere = {name: value for name in names if name not in {*BUTTONS, f"v-repeat-{ADD}", f"v-repeat-{REMOVE}"}}
    too_much = sum(len(text.encode()) for text in everywhere.values()) > django.DATA_UPLOAD_MAX_MEMORY_SIZE
    for more in ({}, {RECALCULATE: "1"}, {SAVE: "1"}):
        response = citizen.client.post(citizen.address("step", 1), everywhere | {"v-repeat-rij": rows} | more)
        assert response.status_code in ({400} if too_much else {200, 302})
        assert citizen.get("step", 1).status_code == 200


PART = b'--x\r\nContent-Disposition: form-data; name="v-text"'
ODD = st.sampled_from([b"%", b"v-text=%ff%fe", b"v-text=%00", b"a=" + b"&b=" * 2000, PART])
BODIES = st.binary(max_size=300) | ODD
TYPES = [
    "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-16", "multipart/form-data",
    "multipart/form-data; boundary=x", "multipart/form-data; boundary=\u00e9", "application/json", "text/plain", "",
    "application/x-www-form-urlencoded; charset=bestaat-niet",
]  # fmt: skip


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(body=BODIES, kind=st.sampled_from(TYPES))
def test_no_body_is_an_error_of_ours(citizen: Citizen, body: bytes, kind: str) -> None:
    response = citizen.client.generic("POST", citizen.address("step", 1), body, content_type=kind)
    assert response.status_code in {200, 302, 400, 403, 413}
    assert citizen.get("step", 1).status_code == 200


@settings(max_examples=20, suppress_health_check=list(HealthCheck))
@given(query=st.text(max_size=30))
def test_no_address_is_an_error_of_ours(citizen: Citizen, query: str) -> None:
    for page in (citizen.address("step", 1), citizen.address("check"), citizen.address("save")):
        response = citizen.client.get(page, {"terug": query, "stap": query, query: query})
        assert response.status_code in {200, 302, 400, 404}
