"""``Signals``: what the operating system says without being asked, and what there is where it says nothing."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    class Signals(Protocol):
        """One way to hear of changes. ``wake`` and ``close`` are for any thread, the rest for one.

        ``abandon`` closes in a forked process, where other threads' locks may be held for ever. ``backend`` is its
        name; ``reason`` says why it hears less than it should, None when it hears everything; ``passing`` is True when
        another attempt may do better.
        """

        backend: str
        passing: bool

        @property
        def reason(self) -> str | None: ...
        def follow(self, directory: str) -> bool: ...
        def keep_only(self, directories: set[str]) -> None: ...
        def wait(self, seconds: float | None) -> bool: ...
        def more(self, seconds: float) -> bool: ...
        def take(self) -> list[Signal]: ...
        def wake(self) -> None: ...
        def close(self) -> None: ...
        def abandon(self) -> None: ...


# What can have happened to a name in a directory, or to the directory itself.
WRITTEN = "written"  # its writer closed it, or it was moved here whole: what is there now is meant
TOUCHED = "touched"  # created or removed: more may follow at once
MOVED = "moved"  # the directory itself was moved, removed or cannot be heard any more
OVERFLOW = "overflow"  # signals were lost; there is no directory


class Signal:
    """One signal: what ``kind`` of thing happened to a ``name`` in a ``directory``; ``comes`` is False when it went."""

    __slots__ = ("comes", "directory", "kind", "name")

    def __init__(self, kind: str, directory: str = "", name: str = "", comes: bool = True) -> None:
        self.kind = kind
        self.directory = directory
        self.name = name
        self.comes = comes

    def __repr__(self) -> str:
        return f"Signal({self.kind!r}, {self.directory!r}, {self.name!r}, comes={self.comes})"


class NoSignals:
    """Nothing is heard: files are polled.

    Arguments: ``reason`` says why; ``passing`` is True when that may change.
    """

    backend = "polling"

    def __init__(self, reason: str, passing: bool = False) -> None:
        from threading import Event

        self.reason: str | None = reason
        self.passing = passing
        self._woken = Event()

    def follow(self, directory: str) -> bool:  # noqa: ARG002 - the others need it
        """Do nothing: no directory can be followed."""
        return False

    def keep_only(self, directories: set[str]) -> None:
        """Do nothing: no directory is followed."""

    def wait(self, seconds: float | None) -> bool:
        """Return after so many seconds, or as soon as ``wake`` is called. Never True: there are no signals."""
        self._woken.wait(seconds)
        self._woken.clear()
        return False

    def more(self, seconds: float) -> bool:  # noqa: ARG002 - the others need it
        """Return False: nothing comes."""
        return False

    def take(self) -> list[Signal]:
        """Return nothing."""
        return []

    def wake(self) -> None:
        """End a ``wait``, now or the next one."""
        self._woken.set()

    def close(self) -> None:
        """End a ``wait``; there is nothing to give back."""
        self._woken.set()

    def abandon(self) -> None:
        """Do nothing: there is nothing to give back."""


def open_signals() -> Signals:
    """Return the best way to hear of changes that works here and now."""
    from .inotify import InotifySignals

    try:
        signals = InotifySignals.open()
    except OSError as error:
        return NoSignals(_refusal(error), passing=True)
    return NoSignals("this system has no inotify") if signals is None else signals


def _refusal(error: OSError) -> str:
    import errno

    if error.errno == errno.EMFILE:
        return "no further inotify instance or file can be opened (see fs.inotify.max_user_instances and ulimit -n)"
    return f"inotify cannot be used: {error.strerror or error}"
