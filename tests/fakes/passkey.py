"""A device with a passkey, as a browser would use it, that can also be told to lie. ES256, no attestation."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import bytes_to_base64url

ORIGIN = "https://loket.example"
PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40


@dataclass
class Device:
    origin: str = ORIGIN
    site: str = "loket.example"
    signs: int = 0
    flags: int = PRESENT | VERIFIED
    key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def make(self, options: dict[str, Any], **changes: Any) -> str:
        """What navigator.credentials.create() gives."""
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        kept = bytes(16) + len(self.credential).to_bytes(2, "big") + self.credential + cbor2.dumps(public)
        attested = {"fmt": "none", "attStmt": {}, "authData": self._about(WITH_KEY) + kept}
        client = self._client("webauthn.create", options, changes)
        return self._written(clientDataJSON=client, attestationObject=cbor2.dumps(attested))

    def use(self, options: dict[str, Any], **changes: Any) -> str:
        """What navigator.credentials.get() gives."""
        self.signs += 1
        client, about = self._client("webauthn.get", options, changes), self._about(0)
        signature = self.key.sign(about + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._written(clientDataJSON=client, authenticatorData=about, signature=signature)

    def _about(self, more: int) -> bytes:
        site = hashlib.sha256(self.site.encode()).digest()
        return site + bytes([self.flags | more]) + self.signs.to_bytes(4, "big")

    def _client(self, kind: str, options: dict[str, Any], changes: dict[str, Any]) -> bytes:
        return json.dumps({"type": kind, "challenge": options["challenge"], "origin": self.origin} | changes).encode()

    def _written(self, **response: bytes) -> str:
        name = bytes_to_base64url(self.credential)
        parts = {part: bytes_to_base64url(value) for part, value in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": parts})
