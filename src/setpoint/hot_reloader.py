"""``ConfigHotReloader``: a function that is called with each document that changed, and what it is now."""

from __future__ import annotations

import os
from contextlib import suppress

from .errors import SetpointError, UsageError
from .system import ConfigSystem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Self

    from .audience import Turn
    from .config import Config


class ConfigHotReloader:
    """Watches a configuration directory, and further files, and calls a function with every valid change.

    Arguments: ``config_dir`` is a directory or a single file, or a ``ConfigSystem``, which is used as it then is;
    ``callback`` is called as ``callback(name, config)`` with the name of a document and its new, frozen ``Config``, on
    a thread of its own, in the order of the changes.

    A change that is not valid calls nothing: what was before stays. Raises ``ConfigNotFoundError`` when there is no
    such directory. Use ``with``, or ``start()`` and ``stop()``; both may be called again.
    """

    def __init__(
        self, config_dir: str | os.PathLike[str] | ConfigSystem, callback: Callable[[str, Config], object]
    ) -> None:
        if not callable(callback):
            raise UsageError("ConfigHotReloader calls a function: ConfigHotReloader(config_dir, callback)")
        self._callback = callback
        self._is_given = isinstance(config_dir, ConfigSystem)
        self._system = config_dir if isinstance(config_dir, ConfigSystem) else ConfigSystem(config_dir)
        self._files: dict[str, ConfigSystem] = {}
        self._left_out: set[str] = set()
        self._running = False
        self._subscriptions: dict[int, Any] = {}

    @property
    def system(self) -> ConfigSystem:
        """The system whose documents are watched."""
        return self._system

    @property
    def running(self) -> bool:
        """True from ``start`` to ``stop``."""
        return self._running

    def start(self) -> None:
        """Load every document, and call the function with each that changes from now on.

        Documents that are not valid now are watched too: the function is called once they are. Raises as a listing of
        the directory does.
        """
        if self._running:
            return
        self._running = True
        for system in (self._system, *self._files.values()):
            self._follow(system)

    def stop(self) -> None:
        """Call the function no more, and watch nothing any more."""
        self._running = False
        for system in (self._system, *self._files.values()):
            self._let_go(system)

    def add_file(self, path: str | os.PathLike[str]) -> str:
        """Watch one more file, and return the name its document has: the file's, up to the first dot.

        A file of the directory that was removed is watched again. Raises ``ConfigNotFoundError`` when there is no such
        file, ``UnavailableError`` when it is of no format that is read, ``UsageError`` when another document has its
        name.
        """
        place = os.path.abspath(path)
        mine = self._named(place)
        if mine is not None:
            self._left_out.discard(mine)
            return mine
        if place not in self._files:
            system = ConfigSystem(place)
            name = system.documents()[0].name
            others = {one.name for other in (self._system, *self._files.values()) for one in other.documents()}
            if name in others:
                raise UsageError(f"{os.fspath(path)}: a document named {name!r} is watched already")
            self._files[place] = system
            if self._running:
                self._follow(system)
        return self._files[place].documents()[0].name

    def remove_file(self, path: str | os.PathLike[str]) -> bool:
        """Call the function no more for one file; return False when it was not watched."""
        place = os.path.abspath(path)
        mine = self._named(place)
        if mine is not None:
            was_watched = mine not in self._left_out
            self._left_out.add(mine)
            return was_watched
        system = self._files.pop(place, None)
        if system is None:
            return False
        self._let_go(system)
        return True

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self.stop()

    def _named(self, place: str) -> str | None:
        """Return the document of the directory that a file is part of, or None."""
        real = os.path.realpath(place)
        for entry in self._system.documents():
            if any(file in (place, real) or os.path.realpath(file) == real for file in entry.places()):
                return entry.name
        return None

    def _follow(self, system: ConfigSystem) -> None:
        self._subscriptions[id(system)] = system._audience.on_turn(self._call)
        for name in system.listing().entries:
            with suppress(SetpointError):  # it is called with once it is good; until then the events say what is wrong
                system.load_config(name)
        system.start_hot_reload()
        system._reloading.look(names=list(system.listing().entries))

    def _let_go(self, system: ConfigSystem) -> None:
        subscription = self._subscriptions.pop(id(system), None)
        if subscription is not None:
            subscription.cancel(timeout=1.0)
            if self._is_given and system is self._system:
                return  # its owner stops it
            system.stop_hot_reload()
            system._reloading.recorder.close()  # what was found is on record

    def _call(self, turn: Turn) -> None:
        for name, (_, config) in turn.items():
            if name not in self._left_out:
                self._callback(name, config)

    def __repr__(self) -> str:
        return f"<ConfigHotReloader of {self._system.path!r}{'' if self._running else ', stopped'}>"
