"""Signing in at an OpenID Connect provider: code flow with PKCE (S256), state and nonce; nothing but RS256.

Authlib speaks the protocol. What is ours: the provider must be the very one that is configured, what it says is asked
again every hour, and whatever goes wrong becomes one of four reasons (``Failed``) and a line in the log without people.
docs/rules/aanmelden-burger.md, docs/decisions/0006-openid-connect.md
"""

import logging
import time
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.django_client import DjangoIntegration, DjangoOAuth2App
from django.http import HttpRequest, HttpResponseRedirect
from joserfc.errors import JoseError

logger = logging.getLogger(__name__)

ALGORITHMS = ["RS256"]
FRESH = 60 * 60
"""Seconds that endpoints and keys of the provider are remembered."""
SECONDS = 10
"""How long we wait for an answer of the provider."""
SKEW = 60
"""Seconds that its clock and ours may differ."""
PROBLEMS = (
    requests.RequestException,
    AuthlibBaseError,
    JoseError,
    KeyError,
    TypeError,
    ValueError,
    RuntimeError,
)
"""What Authlib raises, and what an answer that is not as it should be makes of our own lines."""
CANCELLED_BY_PERSON = {"access_denied", "login_required", "interaction_required", "consent_required"}


class Reason(StrEnum):
    """Why somebody is not signed in."""

    CANCELLED = "cancelled"
    UNREACHABLE = "unreachable"
    LOST = "lost"
    """It was begun in another browser, too long ago, or nowhere; or it was finished already."""
    WRONG = "wrong"
    """The provider answered, and the answer is not to be believed."""


class Failed(Exception):
    """Nobody is signed in. ``then`` is where the person was going."""

    def __init__(self, reason: Reason, *, then: str = "") -> None:
        self.reason, self.then = reason, then
        super().__init__(str(reason))


@dataclass(frozen=True)
class Config:
    """What a town fills in for a provider (``LOKET_…_OIDC_…``)."""

    issuer: str
    client_id: str
    client_secret: str
    scopes: str = "openid profile"
    acr: tuple[str, ...] = ()
    """The levels of certainty of which one is asked, and must be answered."""

    @property
    def origin(self) -> str:
        """Scheme and host, for the content security policy: a form may lead there."""
        parts = urlsplit(self.issuer)
        return f"{parts.scheme}://{parts.netloc}"


@dataclass(frozen=True)
class Answer:
    """What the provider says of who signed in, proven; and where the person was going."""

    claims: dict[str, Any]
    token: str
    then: str


class _Client(DjangoOAuth2App):
    """Authlib's, which would believe any issuer and algorithm that the provider's own page names, and for ever."""

    issuer: str
    server_metadata: dict[str, Any]

    def load_server_metadata(self) -> dict[str, Any]:
        if time.time() - self.server_metadata.get("_loaded_at", 0) > FRESH:
            with self._get_session() as session:
                answer = session.request("GET", self._server_metadata_url, withhold_token=True)
                answer.raise_for_status()
                found = answer.json()
            if found["issuer"] != self.issuer:
                raise AuthlibBaseError("other_issuer")
            if self.issuer.startswith("https:") and not _all_over_tls(found):
                raise AuthlibBaseError("endpoint_without_tls")
            found |= {"id_token_signing_alg_values_supported": ALGORITHMS, "_loaded_at": time.time()}
            self.server_metadata = found
        return self.server_metadata


def _all_over_tls(metadata: dict[str, Any]) -> bool:
    return all(
        str(value).startswith("https:")
        for name, value in metadata.items()
        if name == "jwks_uri" or name.endswith("_endpoint")
    )


@cache
def client_of(name: str, config: Config) -> _Client:
    """One for each provider, since it remembers endpoints and keys."""
    client = _Client(
        DjangoIntegration(name),
        name,
        client_id=config.client_id,
        client_secret=config.client_secret,
        server_metadata_url=f"{config.issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={"scope": config.scopes, "code_challenge_method": "S256", "default_timeout": SECONDS},
    )
    client.issuer = config.issuer
    return client


def begin(request: HttpRequest, name: str, config: Config, *, callback: str, then: str) -> HttpResponseRedirect:
    """To the provider. State, nonce and the proof of PKCE stay in the session. Raises Failed."""
    client = client_of(name, config)
    asked = {"acr_values": " ".join(config.acr)} if config.acr else {}
    try:
        made = client.create_authorization_url(callback, **asked)
    except PROBLEMS as error:
        raise _failed(name, error, then=then) from error
    client.framework._clear_session_state(request.session)
    client.save_authorize_data(request, redirect_uri=callback, then=then, **made)
    return HttpResponseRedirect(made["url"])


def finish(request: HttpRequest, name: str, config: Config, *, needs: frozenset[str]) -> Answer:
    """Back from the provider. ``needs`` names claims for which the user info is asked when the token has none of one.

    Each state works once. Raises Failed.
    """
    client = client_of(name, config)
    state = request.GET.get("state", "")
    begun = client.framework.get_state_data(request.session, state)
    if begun is None:
        raise _failed(name, Reason.LOST)
    then = begun["then"]
    if "error" in request.GET:
        client.framework.clear_state_data(request.session, state)
        by_person = request.GET["error"] in CANCELLED_BY_PERSON
        raise _failed(name, Reason.CANCELLED if by_person else Reason.WRONG, then=then)
    must = {"iss": {"essential": True, "value": config.issuer}, "aud": {"essential": True, "value": config.client_id}}
    try:
        token = client.authorize_access_token(request, claims_options=must, leeway=SKEW)
        claims = dict(token["userinfo"])
        if needs - claims.keys() and client.load_server_metadata().get("userinfo_endpoint"):
            more = dict(client.userinfo(token=token))
            if more.get("sub") != claims["sub"]:
                raise AuthlibBaseError("other_subject")
            claims = more | claims
    except PROBLEMS as error:
        raise _failed(name, error, then=then) from error
    if config.acr and claims.get("acr") not in config.acr:
        raise _failed(name, Reason.WRONG, then=then, why="acr")
    return Answer(claims, token["id_token"], then)


def sign_out_address(name: str, config: Config, *, back: str, token: str = "") -> str:
    """Where one signs out at the provider as well; "" when it has no such place, or does not answer."""
    client = client_of(name, config)
    try:
        if not (where := client.load_server_metadata().get("end_session_endpoint")):
            return ""
        if not str(where).startswith(f"{config.origin}/"):
            return ""  # the content security policy lets a form lead to the provider only
        hint = {"id_token_hint": token} if token else {}
        return str(client.create_logout_url(back, client_id=config.client_id, **hint)["url"])
    except PROBLEMS as error:
        _failed(name, error)
        return ""


def _failed(name: str, cause: Exception | Reason, *, then: str = "", why: str = "") -> Failed:
    """Into the log go kinds of errors only: what a provider says of them may be about a person."""
    if isinstance(cause, Reason):
        reason = cause
    elif isinstance(cause, requests.RequestException):
        reason, why = Reason.UNREACHABLE, type(cause).__name__
    elif isinstance(cause, AuthlibBaseError | JoseError):
        reason, why = Reason.WRONG, f"{type(cause).__name__} {cause.error}"
    else:
        reason, why = Reason.WRONG, type(cause).__name__
    logger.warning("Sign-in at %s: %s %s", name, reason, why)
    return Failed(reason, then=then)
