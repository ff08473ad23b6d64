"""``slots_of``: a configuration as frozen objects with one slot for each key, for reading without a model."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any, NoReturn

# Classes that are kept, the most recently used of them. Reloading a document finds the ones it had.
_MOST_CLASSES = 1024

_classes: dict[tuple[str, ...], type[Fields]] = {}


class Fields:
    """One mapping of a configuration, frozen: each key that can be an attribute is one.

    Any key is read with ``fields["key"]``, which is the way for those that no attribute can be: ``max-size``,
    ``class``, names with two leading underscores, and the names of the methods here. Lists are tuples. Iterating gives
    the keys. Equal to another one with equal entries, in whatever order.
    """

    __slots__ = ()

    # Names that start with two underscores are never slots, so no key gets in their way.
    __slot_of__: dict[str, str] = {}  # noqa: RUF012 - replaced by each generated class, never changed

    def __getitem__(self, key: str) -> Any:
        return getattr(self, self.__slot_of__[key])

    def __contains__(self, key: object) -> bool:
        return key in self.__slot_of__

    def __iter__(self) -> Iterator[str]:
        return iter(self.__slot_of__)

    def __len__(self) -> int:
        return len(self.__slot_of__)

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    def to_dict(self) -> dict[str, Any]:
        """Return a plain, mutable deep copy: dicts, and lists for the tuples."""
        plain: dict[str, Any] = {}
        for key, slot in self.__slot_of__.items():
            plain[key] = _plain(getattr(self, slot))
        return plain

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Fields):
            return NotImplemented
        return self is other or self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        # What is nested is left out: equal objects have equal hashes all the same, and nothing is walked.
        flat = [(key, value) for key in self if not isinstance(value := self[key], (Fields, tuple))]
        return hash((frozenset(self), frozenset(flat)))

    def __repr__(self) -> str:
        return _shown(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return (slots_of, (self.to_dict(),))

    def __copy__(self) -> Fields:
        return self

    def __deepcopy__(self, _memo: dict[int, Any]) -> Fields:
        return self

    def _refuse(self, *_args: object) -> NoReturn:
        raise TypeError("this object is frozen: change the configuration, or take a copy with to_dict()")

    __setattr__ = __delattr__ = _refuse


_OWN = frozenset(name for name in dir(Fields) if not name.startswith("__"))
_set = object.__setattr__


def slots_of(config: Mapping[str, Any]) -> Fields:
    """Return a configuration as frozen objects whose attributes are its keys.

    Arguments: ``config`` is a ``Config`` or any mapping of text to values; nothing of it is kept. Mappings with the
    same keys share a class, so reading is as fast as from a frozen dataclass with slots.
    """
    made = _class_of(tuple(config))()
    for slot, value in zip(made.__slot_of__.values(), config.values(), strict=True):
        _set(made, slot, value if type(value) is str else _frozen(value))
    return made


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return slots_of(value)
    if isinstance(value, (list, tuple)):
        items = []
        for item in value:
            items.append(_frozen(item))
        return tuple(items)
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, Fields):
        return value.to_dict()
    if isinstance(value, tuple):
        items = []
        for item in value:
            items.append(_plain(item))
        return items
    return value


def _class_of(keys: tuple[str, ...]) -> type[Fields]:
    """Return the class for a set of keys in their order."""
    made = _classes.pop(keys, None)
    if made is None:
        made = _generate(keys)
    _classes[keys] = made  # at the end: dicts keep their order, so the first one is the one used longest ago
    if len(_classes) > _MOST_CLASSES:
        try:
            _classes.pop(next(iter(_classes)), None)
        except (StopIteration, RuntimeError):  # another thread was at it: it keeps the bound, too
            return made
    return made


def _generate(keys: tuple[str, ...]) -> type[Fields]:
    from keyword import iskeyword

    slots: dict[str, str] = {}
    taken = set(keys)
    for number, key in enumerate(keys):
        slot = key
        if not key.isidentifier() or iskeyword(key) or key.startswith("__") or key in _OWN:
            slot = f"item_{number}"
            while slot in taken:
                slot += "_"
            taken.add(slot)
        slots[key] = slot
    body = {"__slots__": tuple(slots.values()), "__slot_of__": slots, "__module__": __name__}
    return type("Fields", (Fields,), body)


def _shown(value: Any) -> str:
    """Return a value as Python writes it, without what goes by a secret's name."""
    if isinstance(value, Fields):
        from ..secret import MASK, is_secret_name

        entries = []
        for key, slot in value.__slot_of__.items():
            text = repr(MASK) if is_secret_name(key) else _shown(getattr(value, slot))
            entries.append(f"{slot}={text}" if slot == key else f"{key!r}: {text}")
        return f"Fields({', '.join(entries)})"
    if isinstance(value, tuple):
        items = []
        for item in value:
            items.append(_shown(item))
        return f"({', '.join(items)}{',' if len(items) == 1 else ''})"
    return repr(value)
