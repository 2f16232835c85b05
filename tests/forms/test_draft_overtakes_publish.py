"""A draft that was on its way while the form was published does not take it off the website."""

import pytest
from django.test import Client
from django.urls import reverse
from wagtail import hooks

from forms.models import FormDefinition
from tests import town
from tests.forms import builder
from tests.forms.test_publish import edit_form

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_the_form_stays_published_and_the_draft_is_kept(client: Client) -> None:
    definition = builder.draft_form()
    rights = ("view", "change", "publish")
    client.force_login(
        town.staff("lien", *(f"forms.{right}_formdefinition" for right in rights)),
        backend="django.contrib.auth.backends.ModelBackend",
    )

    def publish_meanwhile(request: object, instance: FormDefinition) -> None:
        builder.publish(FormDefinition.objects.get(pk=definition.pk))

    with hooks.register_temporarily("before_edit_snippet", publish_meanwhile):
        response = client.post(
            reverse(FormDefinition.snippet_viewset.get_url_name("edit"), args=[definition.pk]),
            edit_form(title="Nog niet af", slug=definition.slug, process_type=definition.process_type_id),
        )
    assert response.status_code == 302
    definition.refresh_from_db()
    assert definition.live
    assert definition.title == "Melding openbaar domein"
    assert client.get(definition.get_absolute_url()).status_code == 200
    assert definition.get_latest_revision_as_object().title == "Nog niet af"
