"""Languages that people in town speak with us. Our letters are in Dutch: this says when to look for an interpreter."""

from django.utils.translation import gettext_lazy as _

LANGUAGES = (
    ("nl", _("Dutch")),
    ("fr", _("French")),
    ("en", _("English")),
    ("de", _("German")),
    ("ar", _("Arabic")),
    ("ber", _("Berber")),
    ("bg", _("Bulgarian")),
    ("el", _("Greek")),
    ("es", _("Spanish")),
    ("fa", _("Persian, Dari")),
    ("he", _("Hebrew")),
    ("it", _("Italian")),
    ("pl", _("Polish")),
    ("ps", _("Pashto")),
    ("pt", _("Portuguese")),
    ("ro", _("Romanian")),
    ("ru", _("Russian")),
    ("so", _("Somali")),
    ("ti", _("Tigrinya")),
    ("tr", _("Turkish")),
    ("uk", _("Ukrainian")),
    ("vgt", _("Flemish Sign Language")),
)
"""Codes of ISO 639; Dutch first, then what is asked most."""


def language_name(code: str) -> str:
    """In words; a code that we do not know as it is."""
    return str(dict(LANGUAGES).get(code, code))
