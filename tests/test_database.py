"""The tests' own ground: what a test with real transactions leaves behind."""

import pytest
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import Collection, Locale, Page, Site, Workflow

from core import triggers
from core.models import AccessLog, User

pytestmark = [pytest.mark.both, pytest.mark.django_db(transaction=True)]


def contents() -> dict[str, list[object]]:
    return {
        "pages": list(Page.objects.order_by("path").values_list("path", "title")),
        "sites": list(Site.objects.values_list("hostname", "root_page")),
        "locales": list(Locale.objects.values_list("language_code", flat=True)),
        "collections": list(Collection.objects.values_list("path", flat=True)),
        "groups": sorted(Group.objects.values_list("name", flat=True)),
        "content types": sorted(ContentType.objects.values_list("pk", "app_label", "model")),
        "people": list(User.objects.values_list("username", flat=True)),
        "log": list(AccessLog.objects.values_list("pk", flat=True)),
    }


def test_emptying_the_database_puts_back_what_the_migrations_made() -> None:
    before = contents()
    assert before["pages"], before
    assert before["sites"], before
    clerk = User.objects.create_user("clerk")
    AccessLog.objects.create(user=clerk, action="view", model="x", object_id="1", at=timezone.now())
    Site.objects.all().delete()

    call_command("flush", interactive=False, verbosity=0)

    assert contents() == before
    assert triggers.missing() == [], "the eraser's door is shut again"
    assert Workflow.objects.create(name="Nalezen").pk > Workflow.objects.order_by("pk")[0].pk, "numbers go on"
