"""``serve``: everything a server is made of, put together, run, and taken apart again."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from contextlib import ExitStack

import uvicorn

from ..access import Grant, TokenBook
from ..audit import AuditTrail
from ..desk import Backing
from ..errors import SetpointError
from ..sources.settings import SETTINGS_FILE, read_settings
from ..system import ConfigSystem
from .access_log import AccessLog
from .application import Application
from .crowd import Crowd
from .descriptors import connections_allowed
from .following import followed
from .hub import Hub
from .listening import bind, url_host
from .logs import log_to
from .protocol import LimitedProtocol
from .proxy import Proxies
from .routes import ROUTES
from .running import KEEP_ALIVE, Running
from .server_key import server_key
from .server_settings import server_settings
from .settings_reload import SettingsReload
from .systemd import Notifier
from .tls import certificate_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from .server_settings import Table
    from .tls import Certificate


def serve(
    path: str,
    profile: str | None,
    given: Mapping[str, Any],
    *,
    watches_settings: bool,
    announce: Callable[[str], object],
    tell: Callable[[str], object],
) -> None:
    """Serve a configuration directory by HTTP until SIGTERM or SIGINT.

    Arguments: ``path`` and ``profile`` as for ``ConfigSystem``; ``given`` are settings that the command line gives;
    ``watches_settings`` reloads them when their file changes; ``announce`` gets the address once requests are answered;
    ``tell`` shows a line to whoever started it.

    Raises ``UsageError`` for settings under which it must not start, ``ConfigNotFoundError`` without a directory,
    ``UnavailableError`` when the address is taken or the state directory cannot be written.
    """
    with ExitStack() as stack:
        system = ConfigSystem(path, profile=profile)
        root = system._serving.workspace.root

        def read() -> Table:
            return server_settings(read_settings(root).server, given)

        settings = server_settings(system._serving.workspace.settings.server, given)
        certificate = certificate_of(settings)
        listening = stack.enter_context(bind(settings["host"], settings["port"]))
        stack.enter_context(log_to(sys.stderr))
        folder = system._state.folder
        key = server_key(system._state)
        tokens = TokenBook(folder)
        trail = AuditTrail(folder)
        stack.callback(trail.close)
        access_log = AccessLog(_standard_output(stack))
        stack.callback(access_log.close)
        monitor = stack.enter_context(followed(system))
        hub = Hub(system)
        backing = Backing(system, monitor=monitor, audit=trail, key=key)
        application = Application(backing, tokens, settings, hub=hub, log=access_log)
        url = (
            f"{'http' if certificate is None else 'https'}://{url_host(settings['host'])}:{listening.getsockname()[1]}"
        )

        server = _Server(application, settings, certificate, access_log, hub)
        files = [os.path.join(os.path.dirname(root), name) for name in (SETTINGS_FILE, "pyproject.toml")]
        reload = SettingsReload(read, settings, certificate, server.apply, files)
        notifier = Notifier()

        def begun() -> None:
            announce(url)
            notifier.ready(f"serving {path} at {url}")

        _tell_of_tokens(tokens, settings, tell)
        running = server.running(listening, notifier, begun, reload)
        stack.callback(running.last_resort.cancel)
        asyncio.run(_run(running, reload if watches_settings else None))


class _Server:
    """The parts of a server that settings change while it runs."""

    def __init__(
        self, application: Any, settings: Table, certificate: Certificate | None, access_log: AccessLog, hub: Hub
    ) -> None:
        self._application = application
        self._certificate = certificate
        self._access_log = access_log
        self._hub = hub
        self.proxies = Proxies(())
        streams = [route.path for route in ROUTES if route.kind == "stream"]
        self.crowd = Crowd(
            header_bytes=settings["header_bytes"],
            connections=1,
            body_seconds=settings["request_seconds"],
            now=time.monotonic,
            streams=streams,
            log=access_log,
        )
        self.apply(settings)

    def apply(self, settings: Table) -> None:
        """Put settings into force."""
        self.proxies = Proxies(settings["behind_proxy"])
        self.crowd.header_bytes = settings["header_bytes"]
        self.crowd.body_seconds = settings["request_seconds"]
        self.crowd.connections = connections_allowed(settings["connections"])
        self._access_log.is_on = settings["access_log"]
        self._hub.watchers = settings["watchers"]
        self._application.configure(settings)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request: as the application does, once it is known who asks."""
        if scope["type"] == "http":
            self.proxies.place(scope)
        await self._application(scope, receive, send)

    def running(self, listening: Any, notifier: Notifier, begun: Callable[[], None], reload: SettingsReload) -> Running:
        """Return the server that is to be run."""
        config = uvicorn.Config(
            self,
            http=LimitedProtocol,
            ws="none",
            loop="asyncio",
            lifespan="on",
            interface="asgi3",
            log_config=None,
            log_level="error",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            workers=1,
            timeout_keep_alive=KEEP_ALIVE,
        )
        return Running(
            config,
            self.crowd,
            listening,
            context=None if self._certificate is None else self._certificate.context,
            notifier=notifier,
            begun=begun,
            end_streams=self._hub.close,
            reload=reload,
        )


async def _run(running: Running, watched: SettingsReload | None) -> None:
    watching = None if watched is None else asyncio.create_task(watched.watch())
    try:
        await running.serve()
    finally:
        if watching is not None:
            watching.cancel()


def _standard_output(stack: ExitStack) -> int:
    """Return the descriptor of standard output; of nowhere when the process was started without one."""
    if sys.stdout is not None:
        return sys.stdout.fileno()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    stack.callback(os.close, nowhere)
    return nowhere


def _tell_of_tokens(tokens: TokenBook, settings: Table, tell: Callable[[str], object]) -> None:
    """Say how to get in when nobody can yet: with a token of this process, where only whoever started it reads that."""
    try:
        if not tokens.is_empty or settings["anonymous"] is not None:
            return
    except SetpointError as error:
        tell(f"nobody can sign in: {error.message}")
        return
    if sys.stderr is not None and sys.stderr.isatty():
        text = tokens.once("start-up", [Grant("admin")])
        tell(f"there is no token yet; until this server ends, sign in with {text}")
    else:
        tell("nobody can sign in: there is no token yet; 'setpoint token new NAME --role admin' makes one")
