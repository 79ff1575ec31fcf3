"""A security key in software: P-256, attestation "none". It signs what a browser would sign."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import struct
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class SoftKey:
    host: str = "testserver"
    origin: str = "https://testserver"
    counter: int = 0
    id: bytes = field(default_factory=lambda: os.urandom(16))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _seen(self, flags: int) -> bytes:
        self.counter += 1
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + struct.pack(">I", self.counter)

    def create(self, options: dict) -> str:
        """The answer to creation options, as a page sends it."""
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        seen = self._seen(0x45) + bytes(16) + struct.pack(">H", len(self.id)) + self.id + cbor.encode(cose)
        attested = cbor.encode({"fmt": "none", "attStmt": {}, "authData": seen})
        client = self._client("webauthn.create", options["publicKey"]["challenge"])
        return self._answer({"clientDataJSON": b64(client), "attestationObject": b64(attested)})

    def get(self, options: dict) -> str:
        """The answer to request options."""
        client = self._client("webauthn.get", options["publicKey"]["challenge"])
        seen = self._seen(0x05)
        signature = self.key.sign(seen + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {"clientDataJSON": b64(client), "authenticatorData": b64(seen), "signature": b64(signature)}
        )

    def _answer(self, response: dict) -> str:
        return json.dumps({"id": b64(self.id), "rawId": b64(self.id), "type": "public-key", "response": response})
