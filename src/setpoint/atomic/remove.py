"""Removing a file, so that it stays removed."""

from __future__ import annotations

from ..errors import ConfigNotFoundError, UsageError
from .changed import ABSENT, ANYTHING, Expectation, changed
from .refusal import refused
from .target import Target, content, folder_of, look
from .write import Written, settle


def remove_file(
    path: str,
    *,
    expected: bytes | Expectation = ANYTHING,
    root: str | None = None,
    shown: str | None = None,
) -> Written:
    """Remove a file; when it returns, a power cut does not bring it back.

    Arguments: as for ``write_file``. Symbolic links are followed and stay: the real file is removed, which undoes what
    ``write_file`` makes. A directory that cannot be synced is told in the result, as there.
    Raises ``FileChangedError`` when the file does not hold the expected bytes, ``ConfigNotFoundError`` when
    anything was expected and there is none, ``UsageError`` when it is outside the root, ``UnavailableError`` when the
    system refuses.
    """
    if expected is ABSENT:
        raise UsageError("a file that is expected to be absent cannot be removed")
    notes: list[str] = []
    try:
        with Target(path, root, shown) as target:
            there = look(target) is not None
            if not isinstance(expected, Expectation):
                found = content(target, len(expected)) if there else None
                if found != expected:
                    raise changed(target.shown, expected, found)
            try:
                target.directory.unlink(target.name)
            except FileNotFoundError:
                raise ConfigNotFoundError(f"{target.shown}: no such file, so it cannot be removed") from None
            return Written(target.path, settle(target, notes), tuple(notes))
    except OSError as error:
        raise refused(path if shown is None else shown, "removed", error, folder_of(path)) from None
