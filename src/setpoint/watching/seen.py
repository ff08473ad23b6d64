"""``Seen``: what was found to have changed, as it is handed to whoever asked to be told."""

from __future__ import annotations

from time import monotonic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

SIGNAL = "signal"
RECONCILE = "reconcile"
POLL = "poll"


class Seen:
    """What changed since the last look, found at one moment.

    ``changed``, ``new`` and ``gone`` are files whose bytes are others, that were not there before, and that are there
    no more. ``unreadable`` maps files and directories that cannot be read to the reason. ``directories`` have other
    names in them. ``asked`` are paths of ``look_again`` whose time has come, changed or not. ``by`` holds how it was
    found: ``signal``, ``reconcile``, ``poll``. ``first`` is when the first sign of it came, by ``time.monotonic``.
    """

    __slots__ = ("again", "asked", "by", "changed", "directories", "first", "gone", "new", "unreadable")

    def __init__(self, first: float) -> None:
        self.changed: set[str] = set()
        self.new: set[str] = set()
        self.gone: set[str] = set()
        self.unreadable: dict[str, str] = {}
        self.directories: set[str] = set()
        self.asked: set[str] = set()
        self.by: set[str] = set()
        self.first = first
        self.again: list[tuple[float, tuple[str, ...]]] = []

    def look_again(self, paths: Iterable[str], after: float) -> None:
        """Ask to be told once more of paths that do not look finished: an empty file, half a document.

        Arguments: ``after`` is in seconds from now. They come back in ``asked``, unless they changed before that and
        were reported for it. To be called while ``on_change`` runs.
        """
        self.again.append((monotonic() + after, tuple(paths)))

    @property
    def paths(self) -> set[str]:
        """Everything that is reported: files and directories."""
        return self.changed | self.new | self.gone | self.directories | self.asked | self.unreadable.keys()

    def take_in(self, other: Seen) -> None:
        """Add what another look found."""
        self.changed |= other.changed
        self.new |= other.new
        self.gone |= other.gone
        self.unreadable.update(other.unreadable)
        self.directories |= other.directories
        self.asked |= other.asked
        self.by |= other.by
        self.first = min(self.first, other.first)

    def __bool__(self) -> bool:
        return bool(self.changed or self.new or self.gone or self.directories or self.unreadable or self.asked)

    def __repr__(self) -> str:
        found = (
            f"{len(group)} {title}"
            for title, group in (
                ("changed", self.changed),
                ("new", self.new),
                ("gone", self.gone),
                ("unreadable", self.unreadable),
                ("directories", self.directories),
                ("asked for", self.asked),
            )
            if group
        )
        return f"<Seen by {' and '.join(sorted(self.by)) or 'nobody'}: {', '.join(found) or 'nothing'}>"
