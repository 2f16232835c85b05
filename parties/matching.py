"""Are these two the same person? Normalising and the match key. Pure."""

import hashlib
import re
import unicodedata

NOT_A_LETTER = re.compile(r"[\W_]+")


def normalise_name(name: str) -> str:
    """A name without case, accents, spaces, hyphens and apostrophes: "Van den Berghe" and "vandenberghe" are one."""
    without_accents = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return NOT_A_LETTER.sub("", without_accents.casefold())


def match_key(name: str, value: str) -> str:
    """Identifies a person by name and one normalised contact value together. Empty when either says nothing."""
    normalised = normalise_name(name)
    if not normalised or not value:
        return ""
    return hashlib.sha256(f"{normalised}\n{value}".encode()).hexdigest()
