"""``Probe``: what looks at one side of a system, and is kept from harming the others."""

from __future__ import annotations

from .health import DEGRADED, Reason

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Protocol

    class Probe(Protocol):
        """One side of a system. ``title`` is what it is called in a message."""

        title: str

        def look(self, now: float) -> Found:
            """Look, and return what was found. Arguments: ``now`` in seconds since 1970."""
            ...


class Found:
    """What one probe found: reasons, figures by name, and numbers of documents."""

    __slots__ = ("documents", "figures", "reasons")

    def __init__(
        self,
        reasons: Iterable[Reason] = (),
        figures: Mapping[str, float] | None = None,
        documents: Mapping[str, int] | None = None,
    ) -> None:
        self.reasons = list(reasons)
        self.figures = dict(figures or {})
        self.documents = dict(documents or {})


def isolated(probe: Probe, now: float) -> Found:
    """Return what a probe found. One that fails is a reason itself: what it looks at is not known to be well.

    The message names the error and not what it says, which may quote a value.
    """
    try:
        return probe.look(now)
    except Exception as error:  # whatever fails in one must not hide what the others found
        import logging

        logging.getLogger("setpoint.monitor").warning("the probe of %s failed", probe.title, exc_info=error)
        return Found(
            [
                Reason(
                    "probe-failed",
                    DEGRADED,
                    f"{probe.title} could not be looked at: {type(error).__name__}",
                    "the logger setpoint.monitor has the details; the other probes are not affected",
                    subject=probe.title,
                )
            ]
        )
