"""``State``: where Setpoint keeps what it writes for itself: history, locks, journal, last-known-good."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

STATE_VARIABLE = "SETPOINT_STATE_DIR"
STATE_FOLDER = ".setpoint"
_IGNORE = b"# Made by Setpoint: its own records, which belong to this machine.\n*\n"


class State:
    """The state directory of one configuration directory. Nothing is made before something is written.

    Arguments: ``root`` is the configuration directory, absolute; ``environ`` are the environment's variables.

    It is ``SETPOINT_STATE_DIR`` if that is set, else ``.setpoint`` in the directory if that is there or can be made,
    else a folder of the user's state directory (``XDG_STATE_HOME``, ``~/.local/state``) named after the directory's
    real path. With ``SETPOINT_STATE_DIR`` too, each configuration directory has a folder of its own.
    """

    __slots__ = ("_chosen", "_named", "_user", "root")

    def __init__(self, root: str, environ: Mapping[str, str] = os.environ) -> None:
        self.root = root
        self._named = environ.get(STATE_VARIABLE) or None
        self._user = environ.get("XDG_STATE_HOME") or os.path.join(os.path.expanduser("~"), ".local", "state")
        self._chosen: str | None = None

    @property
    def folder(self) -> str:
        """The folder, whether it is there or not."""
        if self._chosen is None:
            self._chosen = self._choose()
        return self._chosen

    @property
    def lock_file(self) -> str:
        """The file that whoever changes a document holds a lock on."""
        return os.path.join(self.folder, "lock")

    @property
    def journal_file(self) -> str:
        """The file that holds a change of several files while it is made."""
        return os.path.join(self.folder, "journal")

    def make(self) -> None:
        """Make the folder if it is not there, private and ignored by git. Raises ``UnavailableError``."""
        folder = self.folder
        ignore = os.path.join(folder, ".gitignore")
        if not os.path.exists(ignore):
            from .atomic.directory import create_directory
            from .atomic.write import write_file

            create_directory(folder, 0o700)
            write_file(ignore, _IGNORE, new_mode=0o600)

    def _choose(self) -> str:
        if self._named is not None:
            return os.path.join(os.path.abspath(self._named), self._key())
        beside = os.path.join(self.root, STATE_FOLDER)
        elsewhere = os.path.join(self._user, "setpoint", self._key())
        if os.path.isdir(beside):
            return beside if os.access(beside, os.W_OK | os.X_OK) or not os.path.isdir(elsewhere) else elsewhere
        if os.path.isdir(elsewhere):
            return elsewhere
        return beside if os.access(self.root, os.W_OK | os.X_OK) else elsewhere

    def _key(self) -> str:
        from hashlib import sha256

        real = os.path.realpath(self.root)
        name = "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in os.path.basename(real))
        return f"{name[:40]}-{sha256(os.fsencode(real)).hexdigest()[:16]}"

    def __repr__(self) -> str:
        return f"<State of {self.root!r} in {self.folder!r}>"
