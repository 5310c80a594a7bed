"""Ed25519 keys in the form of a Multikey: `z6Mk…` is public, `z3u2…` is secret (W3C Controlled Identifiers 1.0, 2.2.2)."""

from __future__ import annotations

from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from skills_graph.openbadges.multibase import decode_base58, encode_base58

PUBLIC_PREFIX = b"\xed\x01"
SECRET_PREFIX = b"\x80\x26"
KEY_BYTES = 32


@dataclass(frozen=True)
class PublicKey:
    """A key with which everybody can check a signature."""

    raw: bytes

    @classmethod
    def from_multibase(cls, text: str) -> PublicKey:
        """Read `z6Mk…`. Raises ValueError when it is no Ed25519 key."""
        return cls(_without_prefix(text, PUBLIC_PREFIX))

    @property
    def multibase(self) -> str:
        return encode_base58(PUBLIC_PREFIX + self.raw)

    def verifies(self, signature: bytes, data: bytes) -> bool:
        """Whether the owner of this key signed these bytes."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, data)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class SigningKey:
    """The secret half of a key; it shows itself in no log."""

    raw: bytes = field(repr=False)

    @classmethod
    def generate(cls) -> SigningKey:
        return cls(Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def from_multibase(cls, text: str) -> SigningKey:
        """Read `z3u2…`. Raises ValueError when it is no secret Ed25519 key."""
        return cls(_without_prefix(text, SECRET_PREFIX))

    @property
    def secret_multibase(self) -> str:
        """The secret itself, as text to store where secrets are kept."""
        return encode_base58(SECRET_PREFIX + self.raw)

    @property
    def public(self) -> PublicKey:
        return PublicKey(self._private.public_key().public_bytes_raw())

    def sign(self, data: bytes) -> bytes:
        return self._private.sign(data)

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.raw)


def _without_prefix(text: str, prefix: bytes) -> bytes:
    data = decode_base58(text)
    if not data.startswith(prefix) or len(data) != len(prefix) + KEY_BYTES:
        raise ValueError("Not an Ed25519 key in the form of a Multikey.")
    return data[len(prefix) :]
