"""``Rhythm``: how long a watch waits for what."""

from __future__ import annotations

from ..errors import UsageError


class Rhythm:
    """The times of a watch, all in seconds, and the shares of one processor core that it may take.

    Arguments:
        settle: after so long without a signal, the signals about one file are taken to be all. bench/watching.py
            measures the pauses inside one save.
        settle_of_burst: the same when they concern several files, which likely change together. On a busy machine half
            of the pauses between two files of one ``cp``, ``sed -i``, ``tar`` or ``git checkout`` are below 0.4 ms, and
            97 to 99 % below 3 ms.
        longest_settle: at most so long after the first signal, its file is looked at even if more signals come.
        interval, poll_interval: from one look that no signal caused to the next, where there are signals and where not.
        share, poll_share: the part of a core that those looks may take: with many files they are spread out for it.
        quiet, poll_quiet: what changed without a signal that its writer is done, or is gone, is reported when it has
            not moved for so long.
        patience: so long after it was first found it is reported even if it still moves.

    Raises ``UsageError`` for numbers that make no sense.
    """

    __slots__ = (
        "interval",
        "longest_settle",
        "patience",
        "poll_interval",
        "poll_quiet",
        "poll_share",
        "quiet",
        "settle",
        "settle_of_burst",
        "share",
    )

    def __init__(
        self,
        *,
        settle: float = 0.0005,
        settle_of_burst: float = 0.003,
        longest_settle: float = 0.05,
        interval: float = 1.0,
        poll_interval: float = 0.2,
        share: float = 0.003,
        poll_share: float = 0.01,
        quiet: float = 0.5,
        poll_quiet: float = 0.25,
        patience: float = 2.0,
    ) -> None:
        if not 0 <= settle <= settle_of_burst <= longest_settle < 1e6:
            raise UsageError(
                "settle, settle_of_burst and longest_settle are in seconds, none longer than the next, not"
                f" {settle!r}, {settle_of_burst!r} and {longest_settle!r}"
            )
        for name, seconds in (("interval", interval), ("poll_interval", poll_interval)):
            if not 0 < seconds < 1e6:
                raise UsageError(f"{name} is in seconds, above 0 and below a million, not {seconds!r}")
        for name, seconds in (("quiet", quiet), ("poll_quiet", poll_quiet), ("patience", patience)):
            if not 0 <= seconds < 1e6:
                raise UsageError(f"{name} is in seconds, at least 0 and below a million, not {seconds!r}")
        for name, part in (("share", share), ("poll_share", poll_share)):
            if not 0 < part <= 1:
                raise UsageError(f"{name} is a part of one processor core, above 0 and at most 1, not {part!r}")
        self.settle = settle
        self.settle_of_burst = settle_of_burst
        self.longest_settle = longest_settle
        self.interval = interval
        self.poll_interval = poll_interval
        self.share = share
        self.poll_share = poll_share
        self.quiet = quiet
        self.poll_quiet = poll_quiet
        self.patience = patience

    def __repr__(self) -> str:
        return f"Rhythm({', '.join(f'{name}={getattr(self, name)!r}' for name in self.__slots__)})"
