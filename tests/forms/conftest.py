"""An editor and her browser, for the screens around the form builder."""

import pytest
from django.test import Client

from core.models import User
from tests import town


@pytest.fixture
def editor() -> User:
    return town.staff("ellen", *(f"forms.{verb}_formdefinition" for verb in ("add", "change", "view")))


@pytest.fixture
def browser(editor: User) -> Client:
    client = Client()
    client.force_login(editor)
    return client
