"""``TokenFile``: the tokens of a state directory, as they lie on disk."""

from __future__ import annotations

import os

from ..errors import UnavailableError, UsageError
from ..keeping.private import PrivateFolder, UnfitError
from .token import Token
from .token_text import digest_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

NAME = "tokens.json"
_LABEL = "setpoint tokens 1"
_MOST = 4 * 1024 * 1024  # bytes: some ten thousand tokens
_DIGEST_SIZE = 32


class Kept:
    """A token, and the digest of its text."""

    __slots__ = ("digest", "token")

    def __init__(self, token: Token, digest: bytes) -> None:
        self.token = token
        self.digest = digest

    @classmethod
    def of(cls, token: Token, text: str) -> Kept:
        """Return what is kept of a token with this text."""
        return cls(token, digest_of(text))


class TokenFile:
    """``tokens.json`` in a state directory: mode 0600, written whole, believed only when nobody else could have written
    it.

    Arguments: ``folder`` is the state directory; nothing is made before the first ``write``.
    """

    __slots__ = ("_folder", "path")

    def __init__(self, folder: str) -> None:
        self._folder = PrivateFolder(folder, ".json")
        self.path = os.path.join(folder, NAME)

    def read(self) -> dict[str, Kept]:
        """Return all tokens by their ids; none when there is no file.

        Raises ``UnavailableError`` for a file that cannot be read, cannot be understood, or is not to be believed.
        """
        try:
            data = self._folder.read(self.path, _MOST)
            return {} if data is None else _tokens_in(data)
        except UnfitError as problem:
            raise UnavailableError(
                f"{self.path}: the tokens cannot be used, and nobody gets in with one: {problem}; put a good copy back,"
                " or remove the file and make new tokens with 'setpoint token new'"
            ) from None

    def write(self, tokens: Iterable[Kept]) -> None:
        """Replace the file; on return it survives a power cut. Raises ``UnavailableError``."""
        import json

        listed = [{**kept.token.to_dict(), "sha256": kept.digest.hex()} for kept in tokens]
        text = json.dumps({"format": _LABEL, "tokens": listed}, indent=1, allow_nan=False)
        if len(text) >= _MOST:
            raise UsageError(
                f"{self.path}: there is no room for more tokens ({len(listed):,}); revoke what is not used"
            )
        self._folder.write(self.path, text.encode("ascii") + b"\n")


def _tokens_in(data: bytes) -> dict[str, Kept]:
    """Return the tokens that a file holds. Raises ``UnfitError``; a file that is half right is wrong."""
    import json

    try:
        found: Any = json.loads(data)
    except (ValueError, RecursionError):
        raise UnfitError("it is no JSON") from None
    if not isinstance(found, dict) or found.get("format") != _LABEL or not isinstance(found.get("tokens"), list):
        raise UnfitError(f"it is not in the format {_LABEL!r}")
    kept: dict[str, Kept] = {}
    for number, facts in enumerate(found["tokens"], 1):
        try:
            if not isinstance(facts, dict):
                raise UsageError("it is no mapping")
            token = Token.from_dict({key: value for key, value in facts.items() if key != "sha256"})
            digest = bytes.fromhex(facts.get("sha256", ""))
        except (UsageError, ValueError, TypeError) as error:
            raise UnfitError(f"its token number {number} is damaged: {error}") from None
        if len(digest) != _DIGEST_SIZE or token.id in kept:
            raise UnfitError(f"its token number {number} is damaged: its digest or its id is none")
        kept[token.id] = Kept(token, digest)
    return kept
