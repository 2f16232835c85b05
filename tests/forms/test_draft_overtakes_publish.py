"""A draft that was on its way while the editor pressed a button undoes nothing of what the button did."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from wagtail import hooks

from forms.models import FormDefinition
from tests import town
from tests.forms import builder
from tests.forms.test_publish import edit_form

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def post(client: Client, definition: FormDefinition, title: str, **headers: str) -> HttpResponse:
    return client.post(
        reverse(FormDefinition.snippet_viewset.get_url_name("edit"), args=[definition.pk]),
        edit_form(title=title, slug=definition.slug, process_type=definition.process_type_id),
        headers=headers,
    )


@pytest.fixture
def editor(client: Client) -> Client:
    rights = ("view", "change", "publish")
    client.force_login(
        town.staff("lien", *(f"forms.{right}_formdefinition" for right in rights)),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    return client


def test_the_form_stays_published_and_the_draft_is_kept(editor: Client) -> None:
    definition = builder.draft_form()

    def publish_meanwhile(request: object, instance: FormDefinition) -> None:
        builder.publish(FormDefinition.objects.get(pk=definition.pk))

    with hooks.register_temporarily("before_edit_snippet", publish_meanwhile):
        response = post(editor, definition, "Nog niet af")
    assert response.status_code == 302
    definition.refresh_from_db()
    assert definition.live
    assert definition.title == "Melding openbaar domein"
    assert editor.get(definition.get_absolute_url()).status_code == 200
    assert definition.get_latest_revision_as_object().title == "Nog niet af"


@pytest.mark.parametrize("drafts_before", [0, 1])
def test_a_draft_that_comes_after_what_was_saved_later_is_refused(editor: Client, drafts_before: int) -> None:
    definition = builder.draft_form()
    for _draft in range(drafts_before):
        definition.save_revision(user=None)

    def save_meanwhile(request: object, instance: FormDefinition) -> None:
        newest = FormDefinition.objects.get(pk=definition.pk)
        newest.title = "Helemaal af"
        newest.save_revision()

    with hooks.register_temporarily("before_edit_snippet", save_meanwhile):
        late = post(editor, definition, "Half af", accept="application/json")
    assert late.status_code == 400
    assert late.json()["error_code"] == "invalid_revision"
    definition.refresh_from_db()
    assert definition.get_latest_revision_as_object().title == "Helemaal af"
    assert post(editor, definition, "Weer verder", accept="application/json").status_code == 200
    definition.refresh_from_db()
    assert definition.get_latest_revision_as_object().title == "Weer verder"
