"""``Counter``: how often something happened."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .registry import Registry

MOST_LABELS = 100  # different labels of one counter: labels may come from a program's own rules
OTHER = "other"


class Counter:
    """How often something happened, in all and by label. Made by ``Registry.counter``.

    ``total`` is the number in all; ``label`` is what its parts are told apart by, None when they are not.
    """

    __slots__ = ("_by_label", "_registry", "label", "name", "total")

    kind = "counter"

    def __init__(self, registry: Registry, name: str, label: str | None = None) -> None:
        self._registry = registry
        self._by_label: dict[str, int] = {}
        self.name = name
        self.label = label
        self.total = 0

    def add(self, number: int = 1, label: str | None = None) -> None:
        """Count something that happened ``number`` times. Of more than 100 labels ``other`` stands for the rest."""
        with self._registry.lock:
            self.total += number
            if label is not None:
                try:
                    self._by_label[label] += number
                except KeyError:
                    if len(self._by_label) >= MOST_LABELS:
                        label = OTHER
                    self._by_label[label] = self._by_label.get(label, 0) + number

    def by_label(self) -> dict[str, int]:
        """Return the numbers by label."""
        with self._registry.lock:
            return dict(self._by_label)

    def __repr__(self) -> str:
        return f"<Counter {self.name}: {self.total}>"
