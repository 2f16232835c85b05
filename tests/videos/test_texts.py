"""wagtailmedia ships no Dutch; ours is loaded, and still fits the texts of the pinned release."""

import gettext as compiled
from pathlib import Path

import wagtailmedia
from django.utils.translation import gettext

OURS = Path(__file__).parents[2] / "videos" / "wagtailmedia_nl" / "nl" / "LC_MESSAGES" / "django.mo"
THEIRS = Path(wagtailmedia.__file__).parent / "locale" / "de" / "LC_MESSAGES" / "django.mo"


def texts(catalogue: Path) -> dict[object, str]:
    with catalogue.open("rb") as file:
        return compiled.GNUTranslations(file)._catalog  # type: ignore[attr-defined]


def test_every_text_of_wagtailmedia_has_a_dutch_one() -> None:
    dutch = texts(OURS)
    assert [text for text in texts(THEIRS) if text and not dutch.get(text)] == []


def test_the_screens_use_them() -> None:
    assert gettext("Search media") == "Zoek in media"
