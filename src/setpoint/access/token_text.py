"""The text of a token: ``sp_ID_SECRET``, made once, and afterwards known to whoever holds it only."""

from __future__ import annotations

import os
from hashlib import sha256

from .token import ID_DIGITS, is_id

_PREFIX = "sp_"
_SECRET_BYTES = 32
_SECRET_LETTERS = 43  # that many bytes in base64 without padding
_LENGTH = len(_PREFIX) + ID_DIGITS + 1 + _SECRET_LETTERS


def made() -> tuple[str, str]:
    """Return a new id, and the text of the token that has it."""
    from base64 import urlsafe_b64encode

    name = os.urandom(ID_DIGITS // 2).hex()
    secret = urlsafe_b64encode(os.urandom(_SECRET_BYTES)).rstrip(b"=").decode("ascii")
    return name, f"{_PREFIX}{name}_{secret}"


def id_in(text: object) -> str | None:
    """Return the id in the text of a token; None for what cannot be one, whatever it is."""
    if not isinstance(text, str) or len(text) != _LENGTH or not text.startswith(_PREFIX) or not text.isascii():
        return None
    found = text[len(_PREFIX) : len(_PREFIX) + ID_DIGITS]
    return found if text[len(_PREFIX) + ID_DIGITS] == "_" and is_id(found) else None


def digest_of(text: str) -> bytes:
    """Return what is kept of a token's text.

    A secret of 256 random bits cannot be found by trying, so a fast hash without salt is enough; the slow ones are for
    passwords that people choose (https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html).
    """
    return sha256(text.encode("ascii")).digest()
