"""How long a text message is, and how to keep it short. Pure.

A text in the GSM alphabet (3GPP TS 23.038) has 160 places, of which a few signs take two; any other sign makes it
UCS-2, with 70. A longer text travels in parts that each lose some places to what joins them.
"""

from dataclasses import dataclass

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")  # each takes two places
GSM, UCS2 = "GSM-7", "UCS-2"
SINGLE = {GSM: 160, UCS2: 70}
JOINED = {GSM: 153, UCS2: 67}
MOST_PARTS = 3

# Good typography costs more than half of the places; on a phone nobody misses it.
PLAIN = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " ", "\u202f": " ", "•": "-"}
)


@dataclass(frozen=True)
class Size:
    """In which alphabet, how many places it takes, and how many messages a provider makes (and bills) of it."""

    alphabet: str
    places: int
    parts: int


def size(text: str) -> Size:
    if set(text) <= BASIC | EXTENDED:
        widths = [2 if sign in EXTENDED else 1 for sign in text]
        alphabet = GSM
    else:
        widths = [len(sign.encode("utf-16-be")) // 2 for sign in text]  # an emoji takes two
        alphabet = UCS2
    places = sum(widths)
    return Size(alphabet, places, 1 if places <= SINGLE[alphabet] else _parts(widths, JOINED[alphabet]))


def _parts(widths: list[int], room: int) -> int:
    """A sign of two places is never cut in half, so a part may keep its last place empty."""
    parts, used = 1, 0
    for width in widths:
        if used + width > room:
            parts, used = parts + 1, 0
        used += width
    return parts


def plain(text: str) -> str:
    """Without the typography that has a plain twin in the GSM alphabet."""
    return text.translate(PLAIN)


def fit(text: str, address: str) -> str:
    """``text`` and then ``address``, in one message when that can be: the text gives way, the address never."""
    words = plain(" ".join(text.split()))
    whole = f"{words} {address}".strip()
    if size(whole).parts == 1:
        return whole
    for length in range(len(words) - 1, 0, -1):
        shortened = f"{words[:length].rstrip()}... {address}"
        if size(shortened).parts == 1:
            return shortened
    return address
