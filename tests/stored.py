"""Where the files of tests stand."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.test import override_settings

PRIVATE = storages["private"]
"""The one that the file fields hold since they were made; changed settings would only make another."""


@contextmanager
def files_in(folder: Path) -> Iterator[None]:
    """What is stored meanwhile, stands in this folder."""
    private = folder / "private"
    # A patch of its own: a test may undo what it patched itself.
    with (
        override_settings(MEDIA_ROOT=folder / "media", PRIVATE_MEDIA_ROOT=private),
        pytest.MonkeyPatch.context() as own,
    ):
        for name in ("base_location", "location"):
            own.setitem(PRIVATE.__dict__, name, str(private))
        yield
