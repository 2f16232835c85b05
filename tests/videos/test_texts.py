"""wagtailmedia ships no Dutch; with ours, and what Wagtail translates itself, its screens are Dutch."""

import gettext as compiled
from pathlib import Path

import wagtail
import wagtailmedia
from django.utils.translation import gettext

OURS = Path(__file__).parents[2] / "videos" / "wagtailmedia_nl" / "nl" / "LC_MESSAGES" / "django.mo"
THEIRS = Path(wagtailmedia.__file__).parent / "locale" / "de" / "LC_MESSAGES" / "django.mo"
WAGTAILS = sorted(Path(wagtail.__file__).parent.glob("**/locale/nl/LC_MESSAGES/django.mo"))


def texts(catalogue: Path) -> dict[object, str]:
    with catalogue.open("rb") as file:
        return compiled.GNUTranslations(file)._catalog  # type: ignore[attr-defined]


def test_every_text_of_wagtailmedia_has_a_dutch_one() -> None:
    dutch = {text for catalogue in [OURS, *WAGTAILS] for text, translated in texts(catalogue).items() if translated}
    assert [text for text in texts(THEIRS) if text and text not in dutch] == []


def test_ours_says_nothing_that_wagtail_says_already() -> None:
    wagtails = {text for catalogue in WAGTAILS for text in texts(catalogue)}
    assert [text for text in texts(OURS) if text and text in wagtails] == []


def test_the_screens_use_them() -> None:
    assert gettext("Search media") == "Zoek in media"
    assert gettext("Save") == "Opslaan"
