"""A text in the user's own editor: a private copy of it, and the program that changes it."""

from __future__ import annotations

import os

from ..errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType
    from typing import Self

    from ..budget import Budget


def editor_of(environ: Mapping[str, str] = os.environ) -> list[str]:
    """Return the command of ``VISUAL``, else of ``EDITOR``. Raises ``UsageError`` when neither says one."""
    import shlex

    name = "VISUAL" if environ.get("VISUAL") else "EDITOR"
    try:
        command = shlex.split(environ.get(name, ""))
    except ValueError as error:
        raise UsageError(f"the variable {name} is no command: {error}") from None
    if not command:
        raise UsageError("no editor is named: set VISUAL or EDITOR, for example EDITOR=vi")
    return command


class PrivateCopy:
    """A copy of a text that only its owner can read, gone when the context manager is left, unless it is kept.

    Arguments: ``data`` is the text; ``name`` the file's, by whose ending an editor knows the format; ``command`` the
    editor's, as ``editor_of`` gives it.
    """

    def __init__(self, data: bytes, name: str, command: list[str]) -> None:
        self.command = command
        self._data = data
        self._name = name
        self._is_kept = False

    def __enter__(self) -> Self:
        import tempfile

        self.folder = tempfile.mkdtemp(prefix="setpoint-edit-")  # mode 0700
        self.path = os.path.join(self.folder, self._name)
        with open(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(self._data)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._is_kept:
            import shutil

            shutil.rmtree(self.folder)

    def keep(self) -> str:
        """Let the copy be there afterwards, and return its path."""
        self._is_kept = True
        return self.path

    def is_changed(self) -> bool:
        """True when the file is there and holds another text than it was made with."""
        try:
            with open(self.path, "rb") as file:
                return file.read() != self._data
        except OSError:  # no file, or none that can be read: there is nothing to keep
            return False

    def edited(self, budget: Budget) -> bytes:
        """Let the user edit it, and return the text that is left.

        Raises ``UsageError`` when the editor cannot be started or says that it failed, or leaves no file.
        """
        import signal
        import subprocess

        from ..errors import ConfigNotFoundError
        from ..reading import read_file

        # Ctrl-C in an editor is the editor's. A handler, unlike SIG_IGN, is not passed on to the program started.
        before = signal.signal(signal.SIGINT, lambda *_: None)
        try:
            code = subprocess.call([*self.command, self.path])  # noqa: S603 - the command that the user has named
        except OSError as error:
            raise UsageError(f"the editor {self.command[0]!r} cannot be started: {error.strerror or error}") from None
        finally:
            signal.signal(signal.SIGINT, before)
        if code:
            raise UsageError(f"the editor {self.command[0]!r} ended with {_ending(code)}, so nothing was changed")
        try:
            return read_file(self.path, budget)
        except ConfigNotFoundError:
            raise UsageError(f"the editor {self.command[0]!r} left no file, so nothing was changed") from None


def _ending(code: int) -> str:
    return f"exit code {code}" if code > 0 else f"signal {-code}"
