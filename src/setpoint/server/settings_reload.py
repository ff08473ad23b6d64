"""``SettingsReload``: the server's settings read again while it answers, on SIGHUP or when a file of theirs changes."""

from __future__ import annotations

import asyncio
import os

from ..errors import SetpointError
from ..reading import key_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ..reading import StatKey
    from .server_settings import Table
    from .tls import Certificate

_LOOK_EVERY = 0.5  # seconds between two looks at the files
_FIXED = ("host", "port")


class SettingsReload:
    """Reads the settings again and puts them into force; those that are wrong change nothing.

    Arguments: ``read`` returns all settings, checked, and may block; ``current`` are those in force; ``certificate`` is
    the one of TLS, or None; ``apply`` puts settings into force; ``files`` are those that settings may be read from.
    """

    __slots__ = ("_apply", "_certificate", "_files", "_read", "current")

    def __init__(
        self,
        read: Callable[[], Table],
        current: Table,
        certificate: Certificate | None,
        apply: Callable[[Table], object],
        files: Iterable[str],
    ) -> None:
        self._read = read
        self.current = current
        self._certificate = certificate
        self._apply = apply
        self._files = tuple(files)

    async def __call__(self) -> None:
        """Read the settings and the certificate again; what is in force then, or why not, is logged."""
        import logging

        logger = logging.getLogger("setpoint.server")
        try:
            settings = await asyncio.to_thread(self._read)
            waiting = self._settle(settings)
        except SetpointError as error:
            logger.error("the settings are not reloaded, those before are in force: %s", _told(error))
            return
        changed = sorted(name for name in settings if settings[name] != self.current[name])
        self.current = settings
        self._apply(settings)
        logger.info("settings reloaded; changed: %s", ", ".join(changed) or "nothing")
        if waiting:
            logger.warning("needs a restart: %s; the server goes on as it was started", ", ".join(waiting))

    async def watch(self) -> None:
        """Reload whenever a file that settings or the certificate are read from has changed, until cancelled."""
        seen = await asyncio.to_thread(self._keys)
        while True:
            await asyncio.sleep(_LOOK_EVERY)
            now = await asyncio.to_thread(self._keys)
            if now == seen:
                continue
            # A second look that finds the same: whoever is still writing is waited for.
            await asyncio.sleep(_LOOK_EVERY / 2)
            if await asyncio.to_thread(self._keys) != now:
                continue
            await self()
            seen = now

    def _settle(self, settings: Table) -> list[str]:
        """Use the certificate that settings name, keep what cannot change, and return what that is."""
        waiting = [f"{name} is {settings[name]!r}" for name in _FIXED if settings[name] != self.current[name]]
        wants_tls = settings["tls_certificate"] is not None
        if wants_tls != (self._certificate is not None):
            waiting.append(f"TLS is {'on' if wants_tls else 'off'}")
            settings["tls_certificate"], settings["tls_key"] = self.current["tls_certificate"], self.current["tls_key"]
        elif self._certificate is not None:
            self._certificate.replace(settings["tls_certificate"], settings["tls_key"])
        for name in _FIXED:
            settings[name] = self.current[name]
        return waiting

    def _keys(self) -> dict[str, StatKey | None]:
        files = [*self._files, *(self.current[name] for name in ("tls_certificate", "tls_key") if self.current[name])]
        return {file: _key(file) for file in files}


def _key(file: str) -> StatKey | None:
    try:
        return key_of(os.stat(file))
    except OSError:  # not there: that is a state too
        return None


def _told(error: SetpointError) -> str:
    """Return an error with its places in one line."""
    from ..diagnostic import Diagnostic

    def shown(found: Diagnostic) -> str:
        return f"{found.file}:{found.line}: {found.message}"

    return "; ".join([error.message, *map(shown, error.diagnostics)])
