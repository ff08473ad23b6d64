"""``Tally``: what a watch has counted, and how it sees."""

from __future__ import annotations


class Tally:
    """Counts since a watch was made, and how it works at present.

    ``backend`` is ``inotify`` or ``polling``; ``reason`` says why something is polled, None when nothing is.
    ``signals``, ``overflows``: what came from the operating system, and how often it dropped some. ``reconciles``,
    ``polls``: whole looks without a signal, beside signals and instead of them. ``found_by_reconcile``: paths whose
    change no signal told. ``callbacks``, ``errors``: calls of ``on_change``, and those that raised, with everything
    else that failed and was logged. ``effective_interval``: seconds from one whole look without a signal to the next.
    ``files``, ``directories``: how many are looked at.
    """

    __slots__ = (
        "backend",
        "callbacks",
        "directories",
        "effective_interval",
        "errors",
        "files",
        "found_by_reconcile",
        "overflows",
        "polls",
        "reason",
        "reconciles",
        "signals",
    )

    def __init__(self) -> None:
        self.backend = "polling"
        self.reason: str | None = None
        self.signals = 0
        self.overflows = 0
        self.reconciles = 0
        self.polls = 0
        self.found_by_reconcile = 0
        self.callbacks = 0
        self.errors = 0
        self.files = 0
        self.directories = 0
        self.effective_interval = 0.0

    def to_dict(self) -> dict[str, int | float | str | None]:
        """Return everything by name."""
        return {name: getattr(self, name) for name in self.__slots__}

    def __repr__(self) -> str:
        return f"Tally({self.to_dict()})"
