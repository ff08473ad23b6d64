"""The groups of figures, and measuring them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from .figure import Figure

# group -> its module, relative to this package
GROUPS = {
    "cache": ".cache",
    "validation": ".validation",
    "reload": ".reload",
    "changes": ".changes",
    "monitoring": ".monitoring",
}


def measure(group: str) -> Iterator[Figure]:
    """Yield the figures of a group as they are measured, on a fresh copy of the example."""
    from importlib import import_module
    from tempfile import TemporaryDirectory

    from .ground import Ground

    with TemporaryDirectory(prefix="setpoint-bench-") as folder:
        ground = Ground(folder)
        try:
            yield from import_module(GROUPS[group], __package__).measure(ground)
        finally:
            ground.close()
