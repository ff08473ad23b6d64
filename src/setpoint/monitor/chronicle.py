"""``Chronicle``: what a monitor keeps of its looks, the alerts it makes of them, and whom it tells."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from .alert import AlertEvent
    from .alerting import AlertEngine
    from .channels import Channels
    from .health import Health
    from .limits import Limits
    from .store import SampleStore


class Chronicle:
    """Samples and alerts of one system. Nothing of it is imported, opened or made before it is asked for.

    Arguments: ``settings`` is the table ``[monitor]``; ``path`` is the file; ``environ`` are the environment's
    variables, which have what may not stand in settings; ``clock`` tells the time in seconds since 1970; ``publish`` is
    called with each event of an alert; ``store`` takes the place of one in the file; ``limits`` are those of the
    health, which its alerts share.
    """

    __slots__ = (
        "_channels",
        "_clock",
        "_engine",
        "_environ",
        "_limits",
        "_path",
        "_publish",
        "_settings",
        "_store",
    )

    def __init__(
        self,
        settings: Mapping[str, Any],
        path: str,
        environ: Mapping[str, str],
        *,
        clock: Callable[[], float],
        publish: Callable[[AlertEvent], None],
        store: SampleStore | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._settings = settings
        self._path = path
        self._environ = environ
        self._clock = clock
        self._publish = publish
        self._store = store
        self._limits = limits
        self._engine: AlertEngine | None = None
        self._channels: Channels | None = None

    @property
    def store(self) -> SampleStore:
        """What keeps samples and alerts."""
        if self._store is None:
            from .store import SampleStore

            given = self._settings
            sizes: dict[str, Any] = {name: given[name] for name in ("hours", "max_bytes") if name in given}
            self._store = SampleStore(self._path, clock=self._clock, **sizes)
        return self._store

    @property
    def engine(self) -> AlertEngine:
        """What makes alerts of samples and health."""
        if self._engine is None:
            from .alerting import AlertEngine

            self._engine = AlertEngine.of(self._settings, self.store, self._limits)
        return self._engine

    @property
    def channels(self) -> Channels:
        """By which ways people are told of alerts."""
        if self._channels is None:
            from .channels import Channels

            self._channels = Channels.of(self._settings, self._environ)
        return self._channels

    def prepare(self) -> None:
        """Raise ``UsageError`` for settings of alerts and channels that make no sense, before the first alert does."""
        _ = self.engine, self.channels

    def keep(self, health: Health, sample: Mapping[str, float]) -> None:
        """Keep what one look has found, and tell of the alerts that follow."""
        self.store.add(health.at, sample)
        events = self.engine.evaluate(sample, health, health.at)
        for event in events:
            self._publish(event)
        if events:
            self.channels.deliver(events)

    def close(self) -> None:
        """Wait shortly for what is yet to be told, and close the file. It can be used again."""
        if self._channels is not None:
            self._channels.close()
        if self._store is not None:
            self._store.close()
