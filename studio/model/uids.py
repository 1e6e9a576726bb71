"""Identities that are never shown, and that stay when names change."""

from __future__ import annotations

import hashlib
import secrets

BYTES = 8
"""Of a uid: two among a million are alike in one of 37 million such projects."""


def fresh_uid() -> str:
    """A uid that nothing else has."""
    return secrets.token_hex(BYTES)


def derived_uid(*names: str) -> str:
    """A uid for what was written without one: the same for the same names, always."""
    text = "\0".join(names).encode()
    return hashlib.blake2b(text, digest_size=BYTES).hexdigest()
