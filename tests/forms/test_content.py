"""What is read in a form, not answered, and values that the citizen does not see."""

from decimal import Decimal
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.base import ContentFile

from forms import filling_in, runtime
from forms.fields import registry
from forms.fields.video import length
from forms.models import FormDefinition, Submission
from forms.roles import Role
from tests.forms import builder
from tests.forms.builder import EMAIL, NAME, Citizen, step
from tests.forms.test_field_types import compiled, questions
from videos.models import Media

HOSTILE = "<script>alert(1)</script><b>vet</b>"
TEXT = "Eerste regel\nvan een alinea.\n\nBreng mee:\n- uw identiteitskaart\n- een foto\n\nTot dan."


def content(kind: str, **value: Any) -> dict[str, Any]:
    return {"type": kind, "id": builder.block_id(f"{kind} {value}"), "value": value}


def link(text: str, url: str) -> dict[str, Any]:
    return {"type": "item", "id": builder.block_id(url), "value": {"text": text, "url": url}}


def drawn(*parts: dict[str, Any]) -> BeautifulSoup:
    """The page of a step with these parts, as a citizen gets it."""
    builder.published_form(step("Lezen", *parts, NAME, EMAIL))
    response = Citizen().start().get("step", 1)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser").main


@pytest.mark.django_db
def test_texts_are_drawn_with_their_structure() -> None:
    page = drawn(
        content("heading", title="Uw bezoek"),
        content("explanation", text=TEXT, links=[link("Meer over bezoeken", "https://example.org/bezoek")]),
        content("attention", text="Kom op tijd."),
        content("details", title="Waar vind ik het nummer?", text="Op uw kaart.", links=[]),
    )
    assert page.h2.get_text(strip=True) == "Uw bezoek"
    assert [item.get_text() for item in page.select("ul.govuk-list--bullet li")] == ["uw identiteitskaart", "een foto"]
    assert [text.get_text(" ", strip=True) for text in page.select(".loket-form-content > p")] == [
        "Eerste regel van een alinea.",
        "Breng mee:",
        "Tot dan.",
    ]
    found = page.find("a", href="https://example.org/bezoek")
    assert found["rel"] == ["noopener", "noreferrer"]
    assert "(opent in een nieuw tabblad)" in found.get_text()
    assert page.select_one(".govuk-warning-text").get_text(" ", strip=True) == "! Let op: Kom op tijd."
    assert page.summary.get_text(strip=True) == "Waar vind ik het nummer?"
    assert "Op uw kaart." in page.details.get_text()


@pytest.mark.django_db
def test_markup_of_the_editor_is_never_printed() -> None:
    """Formidable's widgets for titles and help texts would."""
    page = drawn(
        content("heading", title=f"Kop {HOSTILE}"),
        content("explanation", text=f"Tekst {HOSTILE}\n- {HOSTILE}", links=[link(f"Link {HOSTILE}", "/pad/")]),
        content("attention", text=f"Let op {HOSTILE}"),
        content("details", title=f"Regel {HOSTILE}", text=HOSTILE, links=[]),
    )
    assert not page.find("script")
    assert not page.find("b")
    assert "alert(1)" in page.get_text()  # the words are there, as words


def test_schema_that_was_tampered_with_is_escaped_too() -> None:
    made = compiled(content("explanation", text="Tekst", links=[]), builder.question("text", "Vraag"))
    field = made["steps"][0]["fields"][0]
    field["description"] = field["label"] = "<script>alert(1)</script>"
    form = runtime.step_form_class(made["steps"][0], Role.CITIZEN)()
    assert list(form.fields) == ["vraag"]
    assert "<script" not in str(form)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "//example.org", "data:text/html,x", "example.org", "", "https://"]
)
def test_address_that_is_none_is_refused_and_never_drawn(url: str) -> None:
    block = questions.child_blocks["explanation"]
    value = block.to_python({"text": "Tekst", "links": [link("Klik", url)]})
    assert len(registry["explanation"].problems(value, "Hier")) == 1
    assert registry["explanation"].content(value)["links"] == []


@pytest.mark.parametrize("url", ["https://example.org/x?y=1", "/zalen/", "mailto:a@example.org", "tel:+3234441717"])
def test_address_that_is_one(url: str) -> None:
    block = questions.child_blocks["explanation"]
    value = block.to_python({"text": "Tekst", "links": [link("Klik", url)]})
    assert registry["explanation"].problems(value, "Hier") == []
    assert registry["explanation"].content(value)["links"] == [{"text": "Klik", "url": url}]


@pytest.mark.parametrize("kind", ["heading", "explanation", "attention", "details", "video"])
def test_content_that_is_empty_is_refused(kind: str) -> None:
    value = questions.child_blocks[kind].to_python({})
    assert registry[kind].problems(value, "Hier")
    assert not registry[kind].repeatable  # a row of a repeating group draws questions only


@pytest.mark.django_db
def test_content_is_no_answer() -> None:
    builder.published_form(step("Lezen", content("heading", title="Kop"), NAME, EMAIL))
    citizen = Citizen().start()
    assert citizen.fill_in(1, naam="Fatima", email="fatima@example.org").status_code == 302
    assert citizen.get("check").status_code == 200
    citizen.send()
    answers = Submission.objects.get().answers["steps"][0]["answers"]
    assert [answer["key"] for answer in answers] == ["naam", "email"]


@pytest.fixture
def video() -> Media:
    media = Media(title="Zo vraagt u een attest aan", type="video", duration=125.4)
    media.file.save("attest.mp4", ContentFile(b"video"), save=False)
    media.thumbnail.save("attest.jpg", ContentFile(b"beeld"), save=False)
    media.save()
    return media


@pytest.mark.django_db
def test_video_waits_until_it_is_started_and_says_how_long_it_takes(video: Media) -> None:
    page = drawn(content("video", video=video.pk, title=""))
    player = page.video
    assert (player["preload"], player.has_attr("controls"), player.has_attr("autoplay")) == ("none", True, False)
    assert player["poster"] == video.thumbnail.url
    assert (player.source["src"], player.source["type"]) == (video.url, "video/mp4")
    assert page.figcaption.get_text(" ", strip=True) == "Zo vraagt u een attest aan (2 minuten 5 seconden)"


@pytest.mark.django_db
def test_video_that_is_gone_leaves_nothing_behind(video: Media) -> None:
    version = builder.published_form(step("Lezen", content("video", video=video.pk, title=""), NAME, EMAIL))
    video.delete()
    page = BeautifulSoup(Citizen().start().get("step", 1).content, "html.parser")
    assert not page.video
    assert not page.figure
    assert FormDefinition.objects.get(pk=version.definition_id).problems()  # and the next version needs another one


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, ""), (None, ""), (1, "1 seconde"), (59.6, "1 minuut"), (60, "1 minuut"), (125, "2 minuten 5 seconden")],
)
def test_length_in_words(seconds: float | None, words: str) -> None:
    assert length(seconds) == words


# --- A fixed value ----------------------------------------------------------------------------------------------------


def constant(**value: Any) -> dict[str, Any]:
    return builder.question("constant", "Tarief", key="tarief", **({"value": "2026-A", "amount": "1.25"} | value))


def test_fixed_value_has_no_form_field_and_needs_no_answer() -> None:
    made = compiled(constant(), builder.question("text", "Vraag", required=False))
    assert list(runtime.step_form_class(made["steps"][0], Role.CITIZEN)().fields) == ["vraag"]
    (answer, _other) = filling_in.as_asked(made, Role.CITIZEN, {"tarief": "iets anders"})[0]["answers"]
    assert (answer["value"], answer["text"], answer["shown"]) == ("2026-A", "2026-A", False)


def test_fixed_value_can_be_compared_and_counted_with() -> None:
    field_type = registry["constant"]
    definition = compiled(constant())["steps"][0]["fields"][0]
    assert field_type.comparable("2026-A", definition) == "2026-A"
    assert field_type.amount("2026-A", definition) == Decimal("1.25")
    assert field_type.is_countable(definition)
    assert not field_type.is_countable(compiled(constant(amount=None))["steps"][0]["fields"][0])
    assert len(field_type.problems({"value": " "}, "Hier")) == 1


@pytest.mark.django_db
def test_fixed_value_is_kept_with_the_answers_and_never_shown() -> None:
    builder.published_form(step("Wie", constant(), NAME, EMAIL))
    citizen = Citizen().start()
    pages = [citizen.get("step", 1)]
    citizen.fill_in(1, naam="Fatima", email="fatima@example.org", tarief="0")
    pages.append(citizen.get("check"))
    assert all("2026-A" not in page.content.decode() and "Tarief" not in page.content.decode() for page in pages)
    citizen.send()
    submission = Submission.objects.select_related("dossier").get()
    assert submission.answers["steps"][0]["answers"][0]["value"] == "2026-A"
    assert submission.dossier.facts["tarief"] == "2026-A"
