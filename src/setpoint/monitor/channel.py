"""``Channel``: a way by which people are told of alerts. A program may bring its own: anything with ``send``."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, Protocol

    class Channel(Protocol):
        """One way to tell of alerts."""

        def send(self, message: Mapping[str, Any], pause: Callable[[float], bool]) -> None:
            """Tell of one event; ``Message`` says what it holds. Raises ``DeliveryError`` when that is given up.

            Arguments: ``pause`` waits for some seconds, and returns False when it was broken off because the program
            ends: then it is to be given up. Called on a thread of the channel's own, one event after the other.
            """
            ...


class DeliveryError(Exception):
    """An event could not be told: ``str()`` says why, without a secret."""


def message_of(event: Mapping[str, Any], host: str, process: int) -> dict[str, Any]:
    """Return what a channel sends: the event, and where it comes from.

    Arguments: ``event`` is the ``to_dict`` of an alert's event. The keys are ``event`` (``alertraised``,
    ``alertrepeated``, ``alertresolved``), ``at`` (seconds since 1970), ``documents``, ``alert``, ``source``, ``host``
    and ``process``.
    """
    return {**event, "source": "setpoint", "host": host, "process": process}


def one_line(text: str) -> str:
    """Return text in which nothing can act on a log or a terminal: what cannot be printed is its escape."""
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape", "backslashreplace").decode()
        for letter in text
    )
