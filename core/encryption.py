"""Texts that are kept encrypted, and how to find one back without reading them all.

The keys are ``settings.ENCRYPTION_KEYS``: the first one encrypts, each of them decrypts, so a key is replaced without a
moment in which something cannot be read (``manage.py rotate_keys``; docs/rules/rijksregisternummer.md).
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext

PREFIX = "fernet:"
"""Stands before every encrypted text, in columns and inside JSON, so that both can be recognised."""


class CannotDecrypt(ValueError):
    """None of the keys opens this text: its key was lost, or somebody changed it."""


class Unreadable(str):
    """What stands in the place of a text that cannot be decrypted: words that say so, so that a list still opens.

    Saving it writes back what was there (``token``): with the right key it can be read again.
    """

    token: str

    def __new__(cls, token: str) -> "Unreadable":
        words = super().__new__(cls, gettext("(cannot be read: the key is missing)"))
        words.token = token
        return words


def encrypt(text: str) -> str:
    return PREFIX + _fernets(tuple(settings.ENCRYPTION_KEYS)).encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """Raises CannotDecrypt."""
    return _decrypt(_fernets(tuple(settings.ENCRYPTION_KEYS)), token)


def is_encrypted(value: object) -> bool:
    return isinstance(value, str) and value.startswith(PREFIX)


def uses_newest_key(token: str) -> bool:
    """Whether the key that encrypts today also encrypted this."""
    try:
        _decrypt(_fernets(tuple(settings.ENCRYPTION_KEYS[:1])), token)
    except CannotDecrypt:
        return False
    return True


def keyed_hash(text: str, *, purpose: str) -> str:
    """Stands for ``text`` in a unique column: the same for the same text, and nobody without the key can try numbers.

    Made with the newest key. Look for all of :func:`keyed_hashes`: while keys are being rotated, some rows have an
    older one.
    """
    return keyed_hashes(text, purpose=purpose)[0]


def keyed_hashes(text: str, *, purpose: str) -> list[str]:
    """The hash of ``text`` under each key, the newest first."""
    return [
        hmac.new(_hash_key(key), f"{purpose}\n{text}".encode(), hashlib.sha256).hexdigest()
        for key in settings.ENCRYPTION_KEYS
    ]


def _decrypt(fernets: MultiFernet, token: str) -> str:
    if not is_encrypted(token):
        raise CannotDecrypt("This was never encrypted by Loket.")
    try:
        return fernets.decrypt(token.removeprefix(PREFIX)).decode()
    except (InvalidToken, ValueError):  # another key's, or letters that no token has
        raise CannotDecrypt("None of LOKET_ENCRYPTION_KEYS opens this text.") from None


@lru_cache(maxsize=8)
def _fernets(keys: Sequence[str]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


@lru_cache(maxsize=8)
def _hash_key(key: str) -> bytes:
    """A key of its own for hashing: one key is used for one thing."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"loket keyed hash").derive(urlsafe_b64decode(key))
