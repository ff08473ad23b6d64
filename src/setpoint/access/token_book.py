"""``TokenBook``: the tokens of a state directory, and who comes with one."""

from __future__ import annotations

import os
import time
from hmac import compare_digest

from ..errors import ConfigNotFoundError, UnavailableError, UsageError
from ..keeping.private import is_time
from ..reading import key_of
from .principal import Principal
from .token import VALID, Token
from .token_file import Kept, TokenFile
from .token_text import digest_of, id_in, made

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from ..reading import StatKey
    from .grant import Grant

_LOOK_EVERY = 0.5  # seconds between two looks whether the file has changed
_KEPT_FOR = 90 * 86_400  # seconds for which a token that has ended is still listed
_NOBODY = bytes(32)


class _Known:
    """What the file was found to hold; ``key`` is what it was like then, None when it has to be read anew."""

    __slots__ = ("key", "principals", "tokens")

    def __init__(self, key: StatKey | None, tokens: Mapping[str, Kept]) -> None:
        self.key = key
        self.tokens = tokens
        self.principals = {name: _principal(kept.token) for name, kept in tokens.items()}


class TokenBook:
    """The tokens of a state directory, and who comes with one.

    Arguments: ``folder`` is the state directory, which the first ``new`` makes; ``clock`` gives seconds since 1970.

    Any number of threads and processes may use one book at once. What another process makes or revokes counts within
    half a second, plus the time a look takes. Where the file is damaged or not to be believed, nobody gets in with a
    token of it, and what lists or changes tokens raises ``UnavailableError`` that says what to do.
    """

    __slots__ = ("_clock", "_file", "_folder", "_known", "_memory", "_next_look")

    def __init__(self, folder: str | os.PathLike[str], clock: Callable[[], float] = time.time) -> None:
        self._folder = os.path.abspath(os.fspath(folder))
        self._clock = clock
        self._file = TokenFile(self._folder)
        self._memory: dict[str, tuple[Kept, Principal]] = {}  # replaced whole, never changed
        self._known = _Known(None, {})
        self._next_look = float("-inf")

    @property
    def path(self) -> str:
        """Where the tokens are, or will be."""
        return self._file.path

    @property
    def is_empty(self) -> bool:
        """True when nobody could get in: no token is valid now. Raises ``UnavailableError`` for a damaged file."""
        now = self._clock()
        return not any(token.status(now) == VALID for token in self.tokens())

    def new(
        self, name: str, grants: Iterable[Grant], *, reveals: Iterable[str] = (), expires: float | None = None
    ) -> str:
        """Make a token and return its text, which nobody can be shown again: only a digest of it is kept.

        Arguments: ``name`` is who will hold it, and goes on record as the author of what is done with it; ``grants``
        say what may be; ``reveals`` are patterns of the documents whose secret values may be seen; ``expires`` is when
        it ends, in seconds since 1970. Several tokens may have one name, so that one can take over from another. On
        return it survives a power cut. Raises ``UsageError``, ``UnavailableError``.
        """
        now = self._clock()
        if expires is not None and (not is_time(expires) or expires <= now):
            raise UsageError("a token ends at a time that is still to come, in seconds since 1970")
        name_of, text = made()
        token = Token(name_of, name, grants, reveals=reveals, created=now, expires=expires)

        def add(tokens: dict[str, Kept]) -> None:
            tokens[token.id] = Kept.of(token, text)

        self._change(add)
        return text

    def once(self, name: str, grants: Iterable[Grant]) -> str:
        """Make a token that only this process knows, and that ends with it; return its text. Arguments as ``new``."""
        name_of, text = made()
        token = Token(name_of, name, grants, created=self._clock())
        self._memory = {**self._memory, token.id: (Kept.of(token, text), _principal(token))}
        return text

    def revoke(self, id_or_name: str) -> Token:
        """End a token now, and return it; one that was revoked before stays as it was.

        Arguments: ``id_or_name`` is its id, or the name of who holds it and no other one. Raises
        ``ConfigNotFoundError`` with the near names, ``UsageError`` when several are meant, ``UnavailableError``.
        """
        known = id_or_name in self._memory
        inside = self._memory.get(id_or_name if known else self._meant(id_or_name, self.tokens()).id)
        if inside is not None:
            return self._end_inside(*inside)
        done: list[Token] = []

        def end(tokens: dict[str, Kept]) -> None:
            meant = self._meant(id_or_name, [kept.token for kept in tokens.values()])
            ended = meant if meant.revoked is not None else meant.with_revoked(self._clock())
            tokens[meant.id] = Kept(ended, tokens[meant.id].digest)
            done.append(ended)

        self._change(end)
        return done[0]

    def tokens(self) -> tuple[Token, ...]:
        """All tokens, the oldest first, those too that have ended in the last 90 days. Raises ``UnavailableError``."""
        listed = [kept.token for kept in self._file.read().values()]
        listed += [kept.token for kept, _ in self._memory.values()]
        return tuple(sorted(listed, key=lambda token: token.created))

    def find(self, text: str) -> Principal | None:
        """Return who comes with the text of a token; None when it is none, or has ended. Nothing is ever raised."""
        name = id_in(text)
        if name is None:
            return None
        kept, principal = self._held(name)
        # The comparison takes the same time for a token that there is and one that there is not.
        fits = compare_digest(digest_of(text), _NOBODY if kept is None else kept.digest)
        if kept is None or not fits or kept.token.status(self._clock()) != VALID:
            return None
        return principal

    def holds(self, token_id: str) -> bool:
        """True when the token of this id is still valid. Nothing is ever raised."""
        kept, _ = self._held(token_id)
        return kept is not None and kept.token.status(self._clock()) == VALID

    def _held(self, name: str) -> tuple[Kept | None, Principal | None]:
        inside = self._memory.get(name)
        if inside is not None:
            return inside
        if time.monotonic() >= self._next_look:
            self._look()
        known = self._known
        return known.tokens.get(name), known.principals.get(name)

    def _look(self) -> None:
        """Read the file again if it is another one than before. What cannot be read lets nobody in."""
        try:
            # Taken before the file is read: what changes in between shows at the next look.
            key = key_of(os.lstat(self._file.path))
        except OSError:
            self._known = _Known(None, {})
        else:
            if key != self._known.key:
                try:
                    self._known = _Known(key, self._file.read())
                except UnavailableError:
                    self._known = _Known(None, {})
        self._next_look = time.monotonic() + _LOOK_EVERY

    def _change(self, work: Callable[[dict[str, Kept]], None]) -> None:
        """Have ``work`` change the tokens, one process at a time."""
        from ..atomic.file_lock import FileLock
        from ..history.creation import make_folder

        try:
            make_folder(self._folder)
        except OSError as error:
            raise UnavailableError(f"{self._folder}: cannot be made: {error.strerror or error}") from None
        self._file.read()  # a folder that is not to be believed is left alone, without as much as a lock file
        with FileLock(f"{self._file.path}.lock", shown=self._file.path):
            tokens = self._file.read()
            oldest = self._clock() - _KEPT_FOR
            for name in [name for name, kept in tokens.items() if _ended(kept.token) < oldest]:
                del tokens[name]
            work(tokens)
            self._file.write(tokens.values())
        self._next_look = float("-inf")

    def _end_inside(self, kept: Kept, principal: Principal) -> Token:
        token = kept.token if kept.token.revoked is not None else kept.token.with_revoked(self._clock())
        self._memory = {**self._memory, token.id: (Kept(token, kept.digest), principal)}
        return token

    @staticmethod
    def _meant(id_or_name: str, tokens: Sequence[Token]) -> Token:
        """Return the token that is meant. Raises ``ConfigNotFoundError``; ``UsageError`` when it is not clear which."""
        for token in tokens:
            if token.id == id_or_name:
                return token
        named = [token for token in tokens if token.name == id_or_name]
        usable = [token for token in named if token.revoked is None]
        if len(usable) > 1:
            ids = ", ".join(token.id for token in usable)
            raise UsageError(f"{len(usable)} tokens are held by {id_or_name!r}; say which: {ids}")
        if named:
            return (usable or named)[-1]
        from ..nearness import near

        known = dict.fromkeys([*(token.name for token in tokens), *(token.id for token in tokens)])
        close = near(id_or_name, known) if len(id_or_name) < 100 else []
        hint = f"did you mean {close[0]!r}?" if close else "'setpoint token list' shows the tokens"
        raise ConfigNotFoundError(f"there is no token {id_or_name!r}; {hint}", near=close)

    def __repr__(self) -> str:
        return f"TokenBook({self._folder!r})"


def _principal(token: Token) -> Principal:
    return Principal(token.name, token.grants, token=token.id, reveals=token.reveals)


def _ended(token: Token) -> float:
    """Return when a token ended, or will: infinity when it does not."""
    return min((moment for moment in (token.revoked, token.expires) if moment is not None), default=float("inf"))
