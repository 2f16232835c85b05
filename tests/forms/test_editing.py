"""Trying a draft out, remarks, the list of forms, and the look at published forms in the night."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail import blocks

from cms.home import counts
from core.models import User
from dossiers.models import Contact, Dossier
from forms import tasks
from forms.models import FormDefinition, FormDraft, FormRemark, FormStanding, FormTrial, Submission, Upload
from parties.models import Party
from tests import town
from tests.forms import builder
from tests.forms.builder import EMAIL, NAME, PHOTO, WHAT, picture, question, step
from tests.forms.test_publish import edit_form

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def draft() -> FormDefinition:
    rules = [{"type": "rule", "value": {"question": WHAT["id"], "test": "is", "value": "Iets anders"}}]
    other = question("text", "Wat dan?", when={"mode": "all", "rules": rules}, key="wat-dan")
    photo = PHOTO | {"value": PHOTO["value"] | {"required": True}}
    return builder.draft_form(step("Wat", WHAT, other, photo), step("Wie", NAME, EMAIL), live=False)


# --- Trying out -------------------------------------------------------------------------------------------------------


def test_draft_is_tried_out_to_the_end_without_traces(browser: Client) -> None:
    definition = draft()
    page = browser.post(reverse("form_trial", args=[definition.pk]), {"rol": "burger"}, follow=True)
    assert "Dit is een proef" in page.content.decode()
    assert "In een proef wordt geen bestand bewaard" in page.content.decode()
    address = page.redirect_chain[-1][0]
    first = browser.post(address, {"wat": "iets-anders"})
    assert first.status_code == 200  # "Wat dan?" appears and must be answered
    second = browser.post(address, {"wat": "iets-anders", "wat-dan": "Een bank", "foto": picture()})
    assert second.status_code == 302
    third = browser.post(second["Location"], {"naam": "Proef Persoon", "email": "proef@example.org"})
    end = browser.get(third["Location"])
    text = end.content.decode()
    assert "Een bank" in text
    assert "er wordt niets verzonden" in text
    assert browser.post(third["Location"]).status_code == 405  # there is nothing to send
    for model in (FormDraft, Submission, Upload, Dossier, Contact, Party):
        assert not model.objects.exists(), model
    FormTrial.objects.update(created_at=timezone.now() - tasks.KEEP_TRIALS * 2)
    tasks.purge_trials()
    assert not FormTrial.objects.exists()


def test_trial_is_for_who_began_it(browser: Client, client: Client) -> None:
    definition = draft()
    address = browser.post(reverse("form_trial", args=[definition.pk]))["Location"]
    client.force_login(town.staff("bea", "forms.view_formdefinition"))
    assert client.get(address).status_code == 404
    client.force_login(town.staff("an"))
    assert client.post(reverse("form_trial", args=[definition.pk])).status_code in {302, 403}
    assert FormTrial.objects.count() == 1


def test_trial_of_an_empty_form_is_explained(browser: Client) -> None:
    definition = draft()
    definition.body = []
    definition.save_revision()
    page = browser.post(reverse("form_trial", args=[definition.pk]), follow=True)
    assert page.status_code == 200
    assert not FormTrial.objects.filter(schema__steps__0__isnull=False).exists()


# --- Remarks ----------------------------------------------------------------------------------------------------------


def test_remark_is_made_at_a_question_and_ticked_off(browser: Client) -> None:
    definition = draft()
    browser.post(reverse("form_remark", args=[definition.pk]), {"tekst": "Klopt dit?", "plaats": WHAT["id"]})
    page = browser.get(reverse("form_remarks", args=[definition.pk])).content.decode()
    assert "Klopt dit?" in page
    assert WHAT["value"]["label"] in page
    remark = FormRemark.objects.get()
    for _ in range(2):
        browser.post(reverse("form_remark_resolve", args=[definition.pk, remark.pk]))
    remark.refresh_from_db()
    assert remark.resolved_at


def test_empty_remark_is_refused(browser: Client) -> None:
    browser.post(reverse("form_remark", args=[draft().pk]), {"tekst": "  "})
    assert not FormRemark.objects.exists()


# --- Locking ----------------------------------------------------------------------------------------------------------


def test_locked_form_cannot_be_saved_by_somebody_else(browser: Client) -> None:
    definition = draft()
    definition.save_revision()
    FormDefinition.objects.update(locked=True, locked_by=town.staff("ann"), locked_at=timezone.now())
    address = reverse("wagtailsnippets_forms_formdefinition:edit", args=[definition.pk])
    browser.post(address, {"title": "Anders", "body-count": "0"})
    assert FormDefinition.objects.get().get_latest_revision_as_object().title == definition.title


# --- The list and the night -------------------------------------------------------------------------------------------


def cells(browser: Client) -> list[str]:
    response = browser.get(reverse("wagtailsnippets_forms_formdefinition:list"))
    row = BeautifulSoup(response.content, "html.parser").select_one("table tbody tr")
    return [cell.get_text(strip=True) for cell in row.select("td")]


def test_list_says_what_is_to_solve_and_who_changed_it(browser: Client, editor: User) -> None:
    definition = builder.draft_form(step("", NAME, EMAIL), live=False)
    definition.save_revision(user=editor)
    found = cells(browser)
    assert found[3] == "1"
    assert str(editor) in found[-1]


def test_published_form_whose_process_stopped_is_found_in_the_night(browser: Client) -> None:
    town.clerk()
    version = builder.published_form()
    tasks.check_published()
    assert FormStanding.objects.get().live_problems == []
    version.definition.process_type.unpublish()
    tasks.check_published()
    assert len(FormStanding.objects.get().live_problems) == 1
    assert "na te kijken" in cells(browser)[3]
    version.definition.unpublish()
    tasks.check_published()
    assert FormStanding.objects.get().live_problems == []


def test_old_draft_does_not_bring_an_old_count_back(editor: User) -> None:
    definition = builder.draft_form(step("", NAME, EMAIL), live=False)
    revision = definition.save_revision()
    assert FormStanding.objects.get().draft_problems == 1
    definition.body = [step("Wie", NAME, EMAIL)]
    definition.save_revision()
    assert FormStanding.objects.get().draft_problems == 0
    revision.as_object().save()
    assert FormStanding.objects.get().draft_problems == 0


def test_published_form_to_look_at_is_on_the_home_page(editor: User) -> None:
    version = builder.published_form()
    version.definition.process_type.unpublish()
    tasks.check_published()
    assert [count.number for count in counts(editor, timezone.now())] == [1]
    assert counts(town.staff("an"), timezone.now()) == []


# --- Large forms ------------------------------------------------------------------------------------------------------


def posted(block: blocks.Block, value: Any, name: str) -> Iterator[tuple[str, str]]:
    """What the editor's browser sends for a block, field by field."""
    if isinstance(block, blocks.StreamBlock | blocks.ListBlock):
        children = value if isinstance(block, blocks.StreamBlock) else value.bound_blocks
        yield f"{name}-count", str(len(children))
        for number, child in enumerate(children):
            at = f"{name}-{number}"
            yield from [(f"{at}-id", child.id or ""), (f"{at}-order", str(number)), (f"{at}-deleted", "")]
            if isinstance(block, blocks.StreamBlock):
                yield f"{at}-type", child.block_type
            yield from posted(child.block, child.value, f"{at}-value")
    elif isinstance(block, blocks.StructBlock):
        for part, child in block.child_blocks.items():
            yield from posted(child, value.get(part), f"{name}-{part}")
    elif value is not False:
        yield name, "on" if value is True else str("" if value is None else value)


def large_form(pages: int) -> FormDefinition:
    """Ten questions a page, each with a condition."""
    begin = question("yes_no", "Begint het?")
    rules = [
        {"type": "rule", "id": "a", "value": {"question": begin["id"], "test": "is", "value": "ja"}},
        {"type": "rule", "id": "b", "value": {"question": begin["id"], "test": "filled", "value": ""}},
    ]
    more: dict[str, Any] = {"choice": {"options": [{"label": f"Keuze {number}"} for number in range(5)]}}
    steps = [
        step(
            f"Stap {page}",
            *(
                question(kind, f"{kind} {page}.{number}", when={"mode": "all", "rules": rules}, **more.get(kind, {}))
                for number, kind in enumerate(["text", "choice", "number", "date", "long_text"] * 2)
            ),
        )
        for page in range(pages)
    ]
    return builder.draft_form(step("Begin", begin, NAME, EMAIL), *steps, live=False)


@pytest.mark.parametrize("pages", [1, 20])
def test_large_form_is_saved_whole_in_no_more_queries(
    pages: int, browser: Client, settings: Any, django_assert_max_num_queries: Any
) -> None:
    """How long it takes is measured by `make bench`."""
    definition = FormDefinition.objects.get(pk=large_form(pages).pk)
    body = dict(posted(definition.body.stream_block, definition.body, "body"))
    texts = edit_form(title=definition.title, slug=definition.slug)
    assert len(body) < settings.DATA_UPLOAD_MAX_NUMBER_FIELDS / 3
    address = reverse("wagtailsnippets_forms_formdefinition:edit", args=[definition.pk])
    with django_assert_max_num_queries(60):
        response = browser.post(address, urlencode(texts | body), content_type="application/x-www-form-urlencoded")
    assert response.status_code == 302
    saved = FormDefinition.objects.get().get_latest_revision_as_object()
    kept = dict(posted(saved.body.stream_block, saved.body, "body"))
    assert {name: text for name, text in kept.items() if text} == {name: text for name, text in body.items() if text}
