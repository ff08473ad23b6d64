"""``Figure``: one thing that was measured, and what is promised of it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .timing import Times

SECOND = "s"
SHARE = "%"
COUNT = ""


class Figure:
    """One thing that was measured.

    Arguments: ``name`` says what; ``value`` in ``unit``: seconds, a share of 1, or a count; ``detail`` says how it was
    measured; ``below`` and ``at_least`` are what is promised, in the same unit, None where nothing is; ``against`` says
    what it was measured beside, and ``baseline`` is that, measured in the same run.
    """

    __slots__ = ("against", "at_least", "baseline", "below", "detail", "name", "unit", "value")

    def __init__(
        self,
        name: str,
        value: float,
        unit: str = SECOND,
        *,
        detail: str = "",
        below: float | None = None,
        at_least: float | None = None,
        against: str = "",
        baseline: float | None = None,
    ) -> None:
        self.name = name
        self.value = value
        self.unit = unit
        self.detail = detail
        self.below = below
        self.at_least = at_least
        self.against = against
        self.baseline = baseline

    @classmethod
    def slowest(cls, name: str, times: Times, *, below: float | None = None, detail: str = "", **more: Any) -> Figure:
        """Return a figure of the slowest of some times, with their median and 99th percentile."""
        said = f"median {shown(times.median)}, p99 {shown(times.p99)} of {len(times)}"
        return cls(name, times.slowest, below=below, detail=f"{said}{'; ' if detail else ''}{detail}", **more)

    @property
    def is_reached(self) -> bool | None:
        """True when it is as promised, False when it is not, None when nothing is promised."""
        if self.below is None and self.at_least is None:
            return None
        if self.below is not None and not self.value < self.below:
            return False
        return self.at_least is None or self.value >= self.at_least

    @property
    def promise(self) -> str:
        """What is promised, as people read it."""
        if self.below is not None:
            return f"< {shown(self.below, self.unit)}"
        return f">= {shown(self.at_least, self.unit)}" if self.at_least is not None else ""

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold; times are in seconds, shares of 1."""
        return {name: getattr(self, name) for name in self.__slots__} | {"reached": self.is_reached}


def shown(value: float, unit: str = SECOND) -> str:
    """Return a value as people read it: three digits, in the unit that fits."""
    if unit == SHARE:
        return f"{value * 100:.{2 if 0.99 < value < 1 else 1}f} %"
    if unit == COUNT:
        return f"{value:,.0f}"
    for factor, name in ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if value >= factor:
            return f"{value / factor:.3g} {name}"
    return f"{value * 1e9:.3g} ns"
