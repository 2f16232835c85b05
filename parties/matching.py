"""Are these two the same person? Normalising and the match key. Pure."""

import hashlib
import unicodedata

# Letters that Unicode does not take apart, and that are mostly typed plainly here: Søren, a Turkish dotless i.
PLAIN_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\u0131": "i"},
)


def normalise_name(name: str) -> str:
    """A name without case, accents, spaces, hyphens and apostrophes: "Van den Berghe" and "vandenberghe" are one."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    return "".join(character for character in folded if _counts(character)).translate(PLAIN_LETTERS)


def match_key(name: str, value: str) -> str:
    """Identifies a person by name and one normalised contact value together. Empty when either says nothing."""
    normalised = normalise_name(name)
    if not normalised or not value:
        return ""
    return hashlib.sha256(f"{normalised}\n{value}".encode()).hexdigest()


def _counts(character: str) -> bool:
    """Letters, digits, and the marks that are vowels in scripts such as Devanagari; not an accent on a letter."""
    return unicodedata.category(character)[0] in "LNM" and not unicodedata.combining(character)
