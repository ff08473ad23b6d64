"""What a program counts and measures of its configuration.

``registry`` holds the instruments of one system, ``meter`` those that Setpoint itself uses, and ``names`` what each
figure means. For Prometheus: ``setpoint.metrics.prometheus_text(system)``, or ``setpoint.metrics.collector(system)``
for a registry of ``prometheus_client`` that a program has already. Importing this package does not import that one.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .prometheus import collector as collector
    from .prometheus import prometheus_text as prometheus_text

__all__ = ["collector", "prometheus_text"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'setpoint.metrics' has no attribute {name!r}")
    from . import prometheus

    value: object = getattr(prometheus, name)
    globals()[name] = value
    return value
