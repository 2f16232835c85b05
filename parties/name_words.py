"""Names taken apart, so that they can be found however somebody types them. Pure.

"Jan Van den Berghe" becomes jan, vandenberghe, denberghe and berghe: a particle belongs to what follows, and may be
left out. The database itself keeps these words for every name and address (``parties/search_guards.py``), on PostgreSQL
in its own language: what is said here as data is said there once more, and a test compares the two.
"""

import re
import unicodedata
from dataclasses import dataclass

MOST_TOKENS = 15
LONGEST_WORD, LONGEST_REST = 60, 200

MARKS = "[\u0300-\u036f]"
DROPPED = "['’‘`\u00b4.]"
"""D'Hondt is dhondt, J.P. is jp, v.z.w. is vzw."""
SEPARATORS = r"[\u0001-\u002c\u002e-\u002f\u003a-\u0060\u007b-\u007f–—«»“”„·•…]+"
"""Everything in ASCII but small letters, digits and the hyphen, and some punctuation beyond."""
PLAIN_LETTERS = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "\u0131": "i", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"}

_PARTICLES = (
    "van vande vanden vander de den der d het t te ten ter op in aan la le les l du des da di do dos del della"
    " el al ben bin ibn abu ait ould von zu zur zum mac mc o st sint"
)
PARTICLES = frozenset(_PARTICLES.split())
_LIGHT = "vzw asbl bv bvba nv sa cv cvba ivzw vof gcv srl stichting vereniging feitelijke fv bus box"
LIGHT = frozenset(_LIGHT.split())
"""Words that half of the associations bear: they need not be in the name, if something else is."""

SOUNDS: tuple[tuple[str, str], ...] = (
    ("^(vanden|vander|vande)", "vand"),
    ("sch$", "s"),
    ("ch|gh", "g"),
    ("th", "t"),
    ("ph", "f"),
    ("ck|cq|qu|q", "k"),
    ("c([eiy])", r"s\1"),
    ("c", "k"),
    ("x", "ks"),
    ("ij|ei|ey|ie|y", "i"),
    ("ae", "a"),
    ("oe|ou", "u"),
    ("z", "s"),
    ("v", "f"),
    ("dt$|d$", "t"),
    ("([a-z])h", r"\1"),
    (r"([a-z])\1+", r"\1"),
    ("e$", ""),
)
"""How a name sounds in Dutch, roughly: Claes and Klaas, Vandenberghe and Van den Berg, Thijs and Tijs."""


@dataclass(frozen=True)
class Word:
    """One way to say a part of a name: the places of the tokens that it stands for."""

    text: str
    first: int
    last: int


def fold(text: str) -> str:
    """Small letters without accents, digits, hyphens and single spaces; letters of other scripts stay as they are."""
    plain = re.sub(MARKS, "", unicodedata.normalize("NFKD", text.lower()))
    for letter, written in PLAIN_LETTERS.items():
        plain = plain.replace(letter, written)
    return re.sub(SEPARATORS, " ", re.sub(DROPPED, "", plain)).strip()


def words(text: str) -> list[Word]:
    """Every word by which this can be found: each token, a particle with what follows it, and Marie-Claire as one."""
    tokens, joined = _tokens(text)
    found: list[Word] = []
    for start, end in _parts(tokens):
        found += [Word("".join(tokens[first : end + 1]), first, end) for first in range(start, end + 1)]
        found += [Word(tokens[one], one, one) for one in range(start, end)]
    return found + joined


def word_rows(head: str, tail: str = "") -> list[tuple[str, str]]:
    """What the database keeps: each word of ``head`` with the other words of the name, and those of ``tail``."""
    inside = words(head)
    after = [word.text for word in words(tail)]
    found: dict[tuple[str, str], None] = {}
    for word in inside:
        if word.text in PARTICLES and len(inside) > 1:
            continue
        others = [other.text for other in inside if other.last < word.first or other.first > word.last]
        rest = "".join(f" {other}" for other in [*others, *after])
        found[word.text[:LONGEST_WORD], rest[:LONGEST_REST]] = None
    return list(found)


def asked(text: str) -> list[str]:
    """The words of a search, each once and in its longest form: "van den berghe jan" asks for two things.

    The words that half of the associations bear are left out, unless there is nothing else.
    """
    tokens, _joined = _tokens(text)
    found = list(dict.fromkeys("".join(tokens[start : end + 1])[:LONGEST_WORD] for start, end in _parts(tokens)))
    return [word for word in found if word not in LIGHT] or found


def sound(word: str) -> str:
    """The same for words that one hears as the same."""
    for pattern, written in SOUNDS:
        word = re.sub(pattern, written, word)
    return word


def slips(word: str) -> set[str]:
    """The word, and what is left when one letter is forgotten. Two words within one slip have one of these in common:
    a letter too many, too few, another one, or two that changed places."""
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}


def distance(one: str, other: str) -> int:
    """How many slips lie between two words; two letters that changed places are one."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        before, last, row = row, before, [i]
        for j, typed in enumerate(other, start=1):
            steps = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != typed))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == typed:
                steps = min(steps, last[j - 2] + 1)
            row.append(steps)
    return row[-1]


def forgiven(word: str) -> int:
    """How many slips in a word of this length may be overlooked; in a short one, each makes another name."""
    return 0 if len(word) < 4 else 1 if len(word) < 7 else 2


def same_word(one: str, other: str) -> bool:
    """Whether two words may be one name, misheard or mistyped."""
    if one == other or sound(one) == sound(other):
        return True
    allowed = min(forgiven(one), forgiven(other))
    return abs(len(one) - len(other)) <= allowed and distance(one, other) <= allowed


def alike(one: str, other: str) -> bool:
    """Whether two names may be one person's: each word of the shorter is in the longer one, or its first letter."""
    few, many = sorted((asked(one), asked(other)), key=len)
    left = list(many)
    for word in few:
        twin = next((each for each in left if same_word(word, each)), None) or next(
            (each for each in left if each[:1] == word[:1] and min(len(each), len(word)) == 1), None
        )
        if twin is None:
            return False
        left.remove(twin)
    return bool(few) and (len(few) > 1 or len(many) == 1)


def _tokens(text: str) -> tuple[list[str], list[Word]]:
    """The words as they were typed, and those with a hyphen also as one."""
    tokens: list[str] = []
    joined: list[Word] = []
    for chunk in fold(text).split():
        parts = [part for part in chunk.split("-") if part]
        if len(parts) > 1:
            joined.append(Word("".join(parts), len(tokens), len(tokens) + len(parts) - 1))
        tokens += parts
    return tokens[:MOST_TOKENS], joined


def _parts(tokens: list[str]) -> list[tuple[int, int]]:
    """Where each part of the name begins and ends: particles belong to what follows them."""
    found, start = [], 0
    for place, token in enumerate(tokens):
        if token not in PARTICLES or place == len(tokens) - 1:
            found.append((start, place))
            start = place + 1
    return found
