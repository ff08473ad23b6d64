"""``Channels``: all ways by which people are told of alerts, as the settings want them."""

from __future__ import annotations

import atexit
import os
import weakref

from ..errors import UsageError
from ..platform import host_name
from .alert import SEVERITIES
from .channel import message_of
from .channel_queue import ChannelQueue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from .alert import AlertEvent
    from .channel import Channel

_FAREWELL = 0.5  # seconds that the end of the interpreter waits for what is yet to be sent
_every: weakref.WeakSet[Channels] = weakref.WeakSet()
_FIRST = {"log": {"type": "log"}}  # what there is when no setting says otherwise


class Channels:
    """Tells of alerts by every channel. None of them waits for another, and none can harm whoever has them tell."""

    __slots__ = ("__weakref__", "_queues")

    def __init__(self) -> None:
        _every.add(self)
        self._queues: dict[str, tuple[ChannelQueue, int, bool]] = {}

    @classmethod
    def of(cls, settings: Mapping[str, Any], environ: Mapping[str, str] = os.environ) -> Channels:
        """Return the channels that the settings want.

        Arguments: ``settings`` is the table ``[monitor]``; ``environ`` has what may not stand in a file. Raises
        ``UsageError`` when a channel lacks something.
        """
        made = cls()
        for name, said in {**_FIRST, **settings.get("channels", {})}.items():
            if said.get("enabled", True):
                made.add(
                    name,
                    _channel(name, said, environ),
                    severity=said.get("severity", "low"),
                    resolved=said.get("resolved", True),
                )
        return made

    def add(self, name: str, channel: Channel, *, severity: str = "low", resolved: bool = True) -> None:
        """Tell by a channel too, in place of one of the same name.

        Arguments: ``severity`` is the least that is told; ``resolved`` says whether it is told that an alert is over.
        Raises ``UsageError`` for a severity that is none.
        """
        if severity not in SEVERITIES:
            raise UsageError(f"severity {severity!r}: it is one of {', '.join(SEVERITIES)}")
        self._queues[name] = (ChannelQueue(name, channel), SEVERITIES.index(severity), resolved)

    def deliver(self, events: Iterable[AlertEvent]) -> None:
        """Tell of events. Returns at once, and never raises."""
        for event in events:
            message = message_of(event.to_dict(), host_name(), os.getpid())
            gravity = SEVERITIES.index(event.alert["severity"])
            for queue, least, resolved in self._queues.values():
                if gravity >= least and (resolved or event.kind != "alertresolved"):
                    queue.put(message)

    def stats(self) -> dict[str, dict[str, Any]]:
        """Return what each channel has sent, failed to send and dropped, by its name."""
        return {name: queue.stats() for name, (queue, _, _) in self._queues.items()}

    def close(self, timeout: float = 1.0) -> bool:
        """Wait for what is yet to be sent, for at most ``timeout`` seconds in all; return whether all was sent."""
        import time

        end = time.monotonic() + timeout
        done = [queue.close(max(0.0, end - time.monotonic())) for queue, _, _ in self._queues.values()]
        return all(done)

    def __repr__(self) -> str:
        return f"<Channels: {', '.join(self._queues) or 'none'}>"


def _at_exit() -> None:
    for channels in list(_every):
        channels.close(_FAREWELL)


atexit.register(_at_exit)


def _channel(name: str, said: Mapping[str, Any], environ: Mapping[str, str]) -> Channel:
    where = f"[monitor.channels.{name}]"
    kind = said.get("type")
    if kind == "log":
        from .channel_log import LogChannel

        return LogChannel()
    if kind == "command":
        from .channel_command import CommandChannel

        if not said.get("argv"):
            raise UsageError(f'{where}: argv is missing: the command and its arguments, like ["notify", "--json"]')
        return CommandChannel(said["argv"], said.get("timeout", 30.0))
    if kind == "webhook":
        return _webhook(where, said, environ)
    raise UsageError(f"{where}: type is log, command or webhook")


def _webhook(where: str, said: Mapping[str, Any], environ: Mapping[str, str]) -> Channel:
    from .channel_webhook import WebhookChannel

    if ("url" in said) == ("url_from" in said):
        raise UsageError(f"{where}: either url, or url_from with the name of the environment variable that has it")
    url = said["url"] if "url" in said else _variable(where, "url_from", said, environ)
    key = _variable(where, "key_from", said, environ).encode() if "key_from" in said else None
    try:
        return WebhookChannel(url, key, timeout=said.get("timeout", 10.0), attempts=said.get("attempts", 5))
    except UsageError as error:
        raise UsageError(f"{where}: {error.message}") from None


def _variable(where: str, setting: str, said: Mapping[str, Any], environ: Mapping[str, str]) -> str:
    value = environ.get(said[setting], "")
    if not value:
        raise UsageError(f"{where}: the environment variable {said[setting]}, named by {setting}, is not set")
    return value
