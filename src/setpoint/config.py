"""``Config``: the frozen tree that readers hold."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn, SupportsIndex

_ABSENT = object()


class Config(dict[str, "Any"]):
    """A frozen dict: the resolved configuration of one document, or a mapping inside it.

    Read it as a dict (``config["queue"]["max_size"]``), by attribute where the key is no method of dict
    (``config.queue.max_size``), or by a dotted address (``config.get("queue.max_size")``). It serialises as JSON,
    pickles, compares equal to the same dict, and ``to_dict()`` returns a copy to change.
    """

    __slots__ = ()

    def __init__(self, mapping: dict[str, Any] | None = None) -> None:
        super().__init__({key: freeze(value) for key, value in mapping.items()} if mapping else {})

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value of a key or, where no such key exists, at a dotted address; else ``default``."""
        value = super().get(key, _ABSENT)
        if value is not _ABSENT:
            return value
        if not isinstance(key, str) or ("." not in key and "[" not in key):
            return default
        from .address import lookup, parse
        from .errors import UsageError

        try:
            return lookup(self, parse(key))
        except (KeyError, UsageError):
            return default

    def to_dict(self) -> dict[str, Any]:
        """Return a plain, mutable deep copy."""
        return {key: thaw(value) for key, value in self.items()}

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            from .nearness import near

            close = near(name, self, most=1)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            raise AttributeError(f"this configuration has no key {name!r}{hint}", name=name, obj=self) from None

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *(key for key in self if key.isidentifier())})

    def __repr__(self) -> str:
        return f"Config({super().__repr__()})"

    def __copy__(self) -> Config:
        return self

    def __deepcopy__(self, _memo: dict[int, Any]) -> Config:
        return self

    def copy(self) -> Config:
        """Return itself: a frozen configuration needs no copy. Use ``to_dict()`` for one to change."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return (Config, (self.to_dict(),))

    def _refuse(self, *_args: object, **_kwargs: object) -> NoReturn:
        raise TypeError("a Config is frozen: change the file, or take a copy with to_dict() and change that")

    __setitem__ = __delitem__ = __setattr__ = __delattr__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse


class FrozenList(list["Any"]):
    """A list inside a ``Config``: equal to the same list, and frozen."""

    __slots__ = ()

    def __copy__(self) -> FrozenList:
        return self

    def __deepcopy__(self, _memo: dict[int, Any]) -> FrozenList:
        return self

    def copy(self) -> FrozenList:
        """Return itself: a frozen list needs no copy. Use ``list(...)`` for one to change."""
        return self

    def __reduce_ex__(self, _protocol: SupportsIndex) -> tuple[Any, ...]:
        return (freeze, (thaw(self),))

    def _refuse(self, *_args: object, **_kwargs: object) -> NoReturn:
        raise TypeError("a list inside a Config is frozen: change the file, or take a copy with list(...)")

    __setitem__ = __delitem__ = __iadd__ = __imul__ = _refuse
    append = clear = extend = insert = pop = remove = reverse = sort = _refuse


def freeze(value: Any) -> Any:
    """Return a value as readers may hold it: dicts become ``Config``, lists ``FrozenList``, all the way down."""
    kind = type(value)
    if kind is Config or kind is FrozenList:
        return value
    if isinstance(value, dict):
        return Config(value)
    if isinstance(value, list):
        return FrozenList([freeze(item) for item in value])
    return value


def thaw(value: Any) -> Any:
    """Return a plain, mutable deep copy of a frozen value."""
    if isinstance(value, dict):
        return {key: thaw(item) for key, item in value.items()}
    if isinstance(value, list):
        return [thaw(item) for item in value]
    return value
