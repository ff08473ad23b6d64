"""``LogChannel``: alerts in the program's own log."""

from __future__ import annotations

from .channel import one_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

_LEVELS = {"low": 20, "medium": 30, "high": 40, "critical": 50}  # logging's INFO, WARNING, ERROR, CRITICAL
_INFO = 20


class LogChannel:
    """Logs each event with the logger ``setpoint.alerts``: raised and repeated by severity, resolved as information."""

    __slots__ = ()

    def send(self, message: Mapping[str, Any], pause: Callable[[float], bool]) -> None:
        """Log one event."""
        del pause
        import logging

        alert = message["alert"]
        kind = message["event"].removeprefix("alert")
        level = _INFO if kind == "resolved" else _LEVELS[alert["severity"]]
        about = f" ({alert['subject']})" if alert["subject"] else ""
        advice = f"; {alert['advice']}" if alert["advice"] and kind != "resolved" else ""
        text = f"{kind}: {alert['rule']}{about}, {alert['severity']}: {alert['message']}{advice}"
        logging.getLogger("setpoint.alerts").log(level, "%s", one_line(text))
