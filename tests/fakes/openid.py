"""A strict OpenID Connect provider on this machine, that can also be told to lie.

oidc-provider-mock is the honest one (tests/dossiers/test_sign_in.py uses both); it looks at no PKCE and cannot send a
token that is wrong. This one refuses a wrong secret, a wrong proof of PKCE and a code that was used.
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from integrations.openid import Config, client_of
from tests.fakes.http_server import Reply, Request, serve

CLIENT, SECRET = "loket", "geheim"
KEY = RSAKey.generate_key(2048, {"kid": "a", "use": "sig", "alg": "RS256"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "a", "use": "sig", "alg": "RS256"})
FATIMA = {"sub": "f-1", "vo_id": "v-1", "given_name": "Fatima", "family_name": "El Amrani", "vo_doelgroepcode": "BUR"}
FOR_KSA = FATIMA | {
    "sub": "f-1-ea",
    "vo_doelgroepcode": "EA",
    "vo_orgcode": "0403019261",
    "vo_orgnaam": "KSA Mortsel",
}


@dataclass
class Provider:
    """What it says next; every part can be made wrong."""

    address: str = ""
    person: dict[str, Any] = field(default_factory=lambda: dict(FATIMA))
    changes: dict[str, Any] = field(default_factory=dict)
    """Claims of the token that are otherwise, or None for one that is missing."""
    algorithm: str = "RS256"
    key: Any = field(default_factory=lambda: KEY)
    metadata: dict[str, Any] = field(default_factory=dict)
    only_in_user_info: bool = False
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def config(self, **changes: Any) -> Config:
        return Config(**({"issuer": self.address, "client_id": CLIENT, "client_secret": SECRET} | changes))

    def sign_in_at(self, address: str) -> str:
        """What the browser of somebody who agrees does there; where it is led back to."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def answer(self, request: Request) -> Reply:
        path = urlsplit(request.path).path
        pages = {
            "/.well-known/openid-configuration": self._about,
            "/keys": lambda: {"keys": [KEY.as_dict(private=False)]},
            "/userinfo": lambda: self.person,
        }
        if path in pages:
            return _json(pages[path]())
        if path == "/token":
            return self._token(request)
        return Reply(404)

    def _about(self) -> dict[str, Any]:
        paths = {"authorization": "auth", "token": "token", "userinfo": "userinfo", "end_session": "logout"}
        places = {f"{name}_endpoint": f"{self.address}/{path}" for name, path in paths.items()}
        algorithms = {"id_token_signing_alg_values_supported": ["RS256", "HS256", "none"]}  # it says more than we take
        return {"issuer": self.address, "jwks_uri": f"{self.address}/keys", **places, **algorithms, **self.metadata}

    def _token(self, request: Request) -> Reply:
        given = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        asked = self.codes.pop(given.get("code", ""), None)
        if request.headers["Authorization"] != f"Basic {basic}" or asked is None:
            return _json({"error": "invalid_grant"}, 400)
        proof = base64.urlsafe_b64encode(hashlib.sha256(given.get("code_verifier", "").encode()).digest())
        if proof.decode().rstrip("=") != asked["code_challenge"] or given["redirect_uri"] != asked["redirect_uri"]:
            return _json({"error": "invalid_grant"}, 400)
        now = int(time.time())
        known = {"sub": self.person["sub"]} if self.only_in_user_info else self.person
        token = {"iss": self.address, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]} | known
        token = {name: value for name, value in (token | self.changes).items() if value is not None}
        return _json({"access_token": "x", "token_type": "Bearer", "expires_in": 300, "id_token": self.signed(token)})

    def signed(self, token: dict[str, Any]) -> str:
        """The wrong ways by hand: no library makes such a token."""
        header = {"alg": self.algorithm, "kid": "a"}
        if self.algorithm == "RS256":
            return jwt.encode(header, token, self.key)
        start = ".".join(_base64(json.dumps(part).encode()) for part in (header, token))
        signature = hmac.digest(self.key, start.encode(), "sha256") if self.algorithm == "HS256" else b""
        return f"{start}.{_base64(signature)}"


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _json(content: Any, status: int = 200) -> Reply:
    return Reply(status, json.dumps(content).encode(), {"Content-Type": "application/json"})


@contextmanager
def provider() -> Iterator[Provider]:
    made = Provider()
    with serve(made.answer) as served:
        made.address = served.address
        client_of.cache_clear()  # an earlier provider may have had this address
        yield made
