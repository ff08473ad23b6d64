"""``Limits``: from where on a resource is scarce."""

from __future__ import annotations

from ..errors import UsageError

_MIB = 1024 * 1024


class Limits:
    """From where on a figure is a reason. Each is given by name; the others keep their defaults.

    ``cpu``, ``memory``, ``process_memory`` and ``descriptors`` are in percent: of the machine's processors, of its
    memory (or of the container's), of that for this process alone, and of the files that this process may have open.
    ``process_cpu`` is in percent of one core, None for no limit. A disk is scarce when less than ``disk_free`` bytes
    and less than ``disk_free_percent`` of it are free; all of them are a warning, and a tenth of a disk's is critical.
    ``slow`` is how many seconds a callback may take, ``backlog`` how many deliveries may wait for callbacks.

    Raises ``UsageError`` for another name, and for what is no number above 0.
    """

    __slots__ = (
        "backlog",
        "cpu",
        "descriptors",
        "disk_free",
        "disk_free_percent",
        "memory",
        "process_cpu",
        "process_memory",
        "slow",
    )

    def __init__(self, **given: float | None) -> None:
        self.cpu: float = 95.0
        self.memory: float = 95.0
        self.process_cpu: float | None = None
        self.process_memory: float = 80.0
        self.descriptors: float = 80.0
        self.disk_free: float = 1024.0 * _MIB
        self.disk_free_percent: float = 5.0
        self.slow: float = 1.0
        self.backlog: float = 100.0
        for name, value in given.items():
            if name not in self.__slots__:
                raise UsageError(f"there is no limit {name!r}; there are {', '.join(sorted(self.__slots__))}")
            fits = type(value) in (int, float) and value is not None and value > 0
            if not fits and not (value is None and name == "process_cpu"):
                raise UsageError(f"the limit {name} is a number above 0, not {value!r}")
            setattr(self, name, value)

    def __repr__(self) -> str:
        return f"Limits({', '.join(f'{name}={getattr(self, name)!r}' for name in self.__slots__)})"
