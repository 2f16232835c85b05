"""Whether a Dutch text is hard to read. Pure, and no more than a hint: it counts, it does not understand.

The house writes at level B1: short sentences, everyday words, and saying who does what.
"""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

LONG_SENTENCE = 20
"""Words; longer ones are hard to follow."""
LONG_WORD = 20
"""Letters; longer ones ("omgevingsvergunningsaanvraag") are better cut up or explained."""

SENTENCES = re.compile(r"(?<=[.!?:])\s+|\n+")
WORDS = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
# "wordt … ingediend", "ingediend worden": a form of worden with a past participle in the same sentence
TO_BECOME = re.compile(r"\b(?:word|wordt|worden|werd|werden)\b", re.IGNORECASE)
PARTICIPLE = re.compile(
    r"\b(?:(?:aan|af|bij|in|mee|na|om|onder|op|over|terug|toe|uit|vast|voor|weg)?ge[a-z]{2,}(?:d|t|en)|(?:be|ver|ont|her)[a-z]{2,}(?:d|t))\b",
    re.IGNORECASE,
)
OFFICIAL = {
    "aangaande": "over",
    "alvorens": "voor",
    "betreffende": "over",
    "conform": "volgens",
    "desbetreffende": "deze",
    "dienen": "moeten",
    "dient": "moet",
    "doch": "maar",
    "hieromtrent": "hierover",
    "indien": "als",
    "inzake": "over",
    "middels": "met",
    "mits": "als",
    "omtrent": "over",
    "reeds": "al",
    "tevens": "ook",
    "teneinde": "om",
    "thans": "nu",
    "trachten": "proberen",
}
"""Words of letters from the town hall → what people say."""


def hard_to_read(text: str) -> Iterator[str]:
    """What could be easier, as a sentence each; nothing when the text reads well."""
    for sentence in filter(None, (part.strip() for part in SENTENCES.split(text))):
        words = WORDS.findall(sentence)
        if len(words) > LONG_SENTENCE:
            yield _("A sentence of %(count)d words is long: “%(start)s …” Make two of it.") % {
                "count": len(words),
                "start": " ".join(sentence.split()[:6]),
            }
        if TO_BECOME.search(sentence) and PARTICIPLE.search(sentence):
            yield _("“%(start)s …”: say who does it, without “worden”.") % {"start": " ".join(sentence.split()[:6])}
        for word in dict.fromkeys(words):
            if len(word) > LONG_WORD:
                yield _("“%(word)s” is a long word. Is there a shorter one?") % {"word": word}
            elif plain := OFFICIAL.get(word.lower()):
                yield _("“%(word)s” is official language. Write “%(plain)s”.") % {"word": word, "plain": plain}
