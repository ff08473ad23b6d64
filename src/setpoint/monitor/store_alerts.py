"""``StoredAlerts``: the alerts of a store, open and past."""

from __future__ import annotations

import json

from ..errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable
    from typing import Any, TypeVar

    from .alert import Alert
    from .store import SampleStore

    T = TypeVar("T")

_COLUMNS = "id, rule, subject, process, facts, raised, resolved"


class StoredAlerts:
    """The alerts in a store, whichever process raised them."""

    __slots__ = ("_store",)

    def __init__(self, store: SampleStore) -> None:
        self._store = store

    def open(self) -> list[Alert]:
        """Return the alerts that are not resolved, the oldest first."""
        from .alert import Alert

        def work(connection: sqlite3.Connection) -> list[Alert]:
            return OpenAlerts(connection).open()

        found = {one.id: one for alerts in self._store.read(work, list[Alert]) for one in alerts}
        return sorted(found.values(), key=lambda one: (one.raised, one.id))

    def find(self, severity: str | None = None, since: float | None = None, until: float | None = None) -> list[Alert]:
        """Return alerts, the oldest first.

        Arguments: ``severity`` is the least that counts; of those that were open at some time from ``since`` until
        ``until``, in seconds since 1970. Raises ``UsageError`` for a severity that is none.
        """
        from .alert import SEVERITIES, Alert

        if severity is not None and severity not in SEVERITIES:
            raise UsageError(f"severity {severity!r}: it is one of {', '.join(SEVERITIES)}")

        def work(connection: sqlite3.Connection) -> list[Alert]:
            return _read(
                connection,
                "raised <= ? AND (resolved IS NULL OR resolved >= ?)",
                (_INFINITE if until is None else until, -_INFINITE if since is None else since),
            )

        least = 0 if severity is None else SEVERITIES.index(severity)
        found = {one.id: one for alerts in self._store.read(work, list[Alert]) for one in alerts}
        counted = [one for one in found.values() if SEVERITIES.index(one.severity) >= least]
        return sorted(counted, key=lambda one: (one.raised, one.id))

    def change(self, work: Callable[[OpenAlerts], T]) -> T:
        """Do something with the open alerts, in one transaction that no other process can come between."""
        return self._store.write(lambda connection: work(OpenAlerts(connection)))


_INFINITE = 1e18  # seconds; beyond any clock


class OpenAlerts:
    """Alerts within a transaction. Arguments: ``connection`` is in the transaction."""

    __slots__ = ("_connection",)

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def open(self) -> list[Alert]:
        """Return the alerts that are not resolved."""
        return _read(self._connection, "resolved IS NULL", ())

    def has(self, number: str) -> bool:
        """True when there is an alert of this number, open or not."""
        return self._connection.execute("SELECT 1 FROM alert WHERE id = ?", (number,)).fetchone() is not None

    def latest(self, rule: str, subject: str, since: float) -> Alert | None:
        """Return the alert of a rule and subject that was resolved last, not before ``since``."""
        found = _read(
            self._connection,
            "rule = ? AND subject = ? AND resolved >= ? ORDER BY resolved DESC LIMIT 1",
            (_text(rule), _text(subject), since),
        )
        return found[0] if found else None

    def alive(self, now: float) -> set[int]:
        """Return the numbers of the processes that still watch."""
        from .store_process import all_processes

        return {number for number, one in all_processes(self._connection).items() if not one.is_gone(now)}

    def put(self, alerts: Iterable[Alert]) -> None:
        """Write alerts, each in place of what is there of it."""
        for one in alerts:
            self._connection.execute(
                f"INSERT OR REPLACE INTO alert ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - names only
                (
                    one.id,
                    _text(one.rule),
                    _text(one.subject),
                    one.process,
                    json.dumps(one.facts()),
                    one.raised,
                    one.resolved,
                ),
            )


def _read(connection: sqlite3.Connection, where: str, values: tuple[object, ...]) -> list[Alert]:
    from .alert import Alert

    rows: list[tuple[Any, ...]] = connection.execute(
        f"SELECT {_COLUMNS} FROM alert WHERE {where}",  # noqa: S608 - the conditions are those above
        values,
    ).fetchall()
    return [alert for row in rows if (alert := Alert.from_row(*row)) is not None]


def _text(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()
