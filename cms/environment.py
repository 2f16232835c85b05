"""Typed readers for environment variables.

Each reader fails loudly, with a sentence that says what to set: a town should never guess why Loket does not start.
"""

import base64
import binascii
import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from integrations.openid import Config as OpenIdConfig

TRUE = {"1", "true", "yes", "on", "ja"}
FALSE = {"0", "false", "no", "off", "nee"}


def text(name: str, default: str | None = None) -> str:
    """The variable's value, or the content of the file named by ``NAME_FILE`` (for container secrets).

    Raises ImproperlyConfigured when neither is set and there is no default.
    """
    if file := os.environ.get(f"{name}_FILE"):
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE points to {file!r}, which cannot be read: {error}.") from error
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"Set {name} (or {name}_FILE) in the environment; Loket does not start without it.")
    return value


def choice(name: str, choices: set[str], default: str) -> str:
    """One of a few words."""
    value = text(name, default)
    if value not in choices:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be one of: {', '.join(sorted(choices))}.")
    return value


def boolean(name: str, default: bool = False) -> bool:
    """Yes or no, in the usual spellings."""
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name} is {value!r}; use 1 or 0.")
    return value in TRUE


def integer(name: str, default: int, minimum: int = 0) -> int:
    """A whole number of at least ``minimum``."""
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    try:
        number = int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be a whole number.") from error
    if number < minimum:
        raise ImproperlyConfigured(f"{name} is {number}; it must be at least {minimum}.")
    return number


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def keys(name: str, default: str | None = None) -> list[str]:
    """Keys of 32 bytes in base64, separated by commas or line ends; at least one."""
    found = text(name, default).replace(",", " ").split()
    for place, key in enumerate(found, start=1):
        try:
            size = len(base64.b64decode(key.translate(str.maketrans("-_", "+/")), validate=True))
        except (ValueError, binascii.Error):
            size = 0
        if size != 32:
            raise ImproperlyConfigured(f"Key {place} of {name} is no key: make one with `openssl rand -base64 32`.")
    if not found:
        raise ImproperlyConfigured(f"{name} is empty: make a key with `openssl rand -base64 32`.")
    return found


def map_view(name: str, default: str) -> str:
    """Latitude, longitude and zoom of a map, as "51.1703,4.4568,14"."""
    value = text(name, default).replace(" ", "")
    try:
        latitude, longitude, zoom = (float(number) for number in value.split(","))
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is {value!r}; write it like {default}.") from error
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180 and 0 <= zoom <= 22):
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be latitude, longitude and zoom, like {default}.")
    return value


def tile_hosts(address: str) -> list[str]:
    """What the content security policy must allow for the tiles of a map: their host and nothing else."""
    if not address or address.startswith("/"):
        return []
    parts = urlsplit(address.replace("{s}", "*"))
    if parts.scheme not in {"https", "http"} or not re.fullmatch(r"(\*\.)?[a-z0-9.-]+(:\d+)?", parts.netloc):
        raise ImproperlyConfigured(
            f"LOKET_MAP_TILES is {address!r}; it must begin with https:// and a host, as in "
            "https://tiles.example.org/{z}/{x}/{y}.png."
        )
    return [f"{parts.scheme}://{parts.netloc}"]


def openid(name: str, *, scopes: str, plain_http: bool) -> OpenIdConfig | None:
    """The provider where people sign in, as ``NAME_ISSUER`` and its neighbours say; None when there is no issuer.

    ``plain_http`` allows a provider without TLS, for development and tests.
    """
    issuer = text(f"{name}_ISSUER", "")
    if not issuer:
        return None
    parts = urlsplit(issuer)
    if parts.scheme not in ({"https", "http"} if plain_http else {"https"}) or not parts.netloc or parts.query:
        raise ImproperlyConfigured(f"{name}_ISSUER is {issuer!r}; it must be the https:// address of the provider.")
    scopes = " ".join(text(f"{name}_SCOPES", scopes).split())
    if "openid" not in scopes.split():
        raise ImproperlyConfigured(f"{name}_SCOPES is {scopes!r}; one of them must be openid.")
    return OpenIdConfig(
        issuer=issuer,
        client_id=text(f"{name}_CLIENT_ID"),
        client_secret=text(f"{name}_CLIENT_SECRET"),
        scopes=scopes,
        acr=tuple(words(f"{name}_ACR")),
    )
