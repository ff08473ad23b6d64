"""What a change is based on, and the error when that is not there any more."""

from __future__ import annotations

from ..errors import ConflictError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..diagnostic import Diagnostic


class Expectation:
    """A word for what is expected of a file, where it is not its bytes."""

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return self._name


ABSENT = Expectation("ABSENT")  # there is no such file
ANYTHING = Expectation("ANYTHING")  # whatever is there


class FileChangedError(ConflictError):
    """Somebody else changed, made or removed the file that a change was based on; nothing was written.

    Arguments: ``found`` are the bytes that the file holds now (of a huge one, the first 16 MiB); None when there is
    no such file, or it is not a regular one.
    """

    def __init__(self, message: str, diagnostics: Iterable[Diagnostic] = (), *, found: bytes | None = None) -> None:
        super().__init__(message, diagnostics)
        self.found = found

    def __reduce__(self) -> tuple[object, ...]:
        return (_file_changed, (self.message, self.diagnostics, self.found))


def _file_changed(message: str, diagnostics: tuple[Diagnostic, ...], found: bytes | None) -> FileChangedError:
    return FileChangedError(message, diagnostics, found=found)


def changed(shown: str, expected: bytes | Expectation, found: bytes | None) -> FileChangedError:
    """Return the error for a file that holds ``found`` where ``expected`` was."""
    if expected is ABSENT:
        what = "it exists already"
    elif found is None:
        what = "there is no such file any more"
    else:
        what = "its content was changed since it was read"
    return FileChangedError(
        f"{shown}: {what}, so nothing was written; look at it and make the change again", found=found
    )
