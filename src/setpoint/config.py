"""``Config``: the frozen tree that readers hold."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, NoReturn, SupportsIndex

_ABSENT: Any = object()
_SCALARS = frozenset({str, int, float, bool, type(None)})

# Addresses that one Config remembers. A program reads a few hundred; addresses made of user input must not pile up.
_MOST_ADDRESSES = 1024


class Config(dict[str, "Any"]):
    """A frozen dict: the resolved configuration of one document, or a mapping inside it.

    Read it as a dict (``config["queue"]["max_size"]``), by attribute where the key is no method of dict
    (``config.queue.max_size``), or by a dotted address (``config.get("queue.max_size")``). It serialises as JSON,
    pickles, compares equal to the same dict, and ``to_dict()`` returns a copy to change.
    """

    # ``get`` is a function made for each object that is asked for it, not a method: it reads at half a method's cost,
    # because a method needs a second look-up to reach what it remembers. It takes no part in equality, pickling, repr.
    #
    # Every object begins as an ``Unshaped``, and changes its class when an attribute of it is first read: see there.
    __slots__ = ("get",)

    def __new__(cls, mapping: dict[str, Any] | None = None) -> Config:
        return _frozen_mapping(mapping) if mapping else _new_mapping(Unshaped)

    def __init__(self, mapping: dict[str, Any] | None = None) -> None:
        """Do nothing: dict's own would fill it with what is not frozen."""

    if TYPE_CHECKING:

        def get(self, key: str, default: Any = None) -> Any:
            """Return the value of a key or, where no such key exists, at a dotted address; else ``default``."""

        def __getattr__(self, name: str) -> Any:
            """Return the value of a key that no method of dict owns."""

    def to_dict(self) -> dict[str, Any]:
        """Return a plain, mutable deep copy."""
        return _thawed_mapping(self)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *(key for key in self if key.isidentifier())})

    def __repr__(self) -> str:
        # Without what goes by a secret's name: it ends up in logs and tracebacks.
        return f"Config({_shown(self)})"

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


class Unshaped(Config):
    """A ``Config`` of which no attribute was read yet.

    A class with ``__getattr__`` pays for each look-up of an attribute, of ``get`` too: measured on 3.13, half as much
    again as the look-up itself, and on 3.11 forty times a plain one for a key. So an object whose attributes are
    read takes a class of its own shape, with a property for each of its keys and no ``__getattr__``. Mappings with the
    same keys share it. A key that is missing is then told in Python's words, which suggest a near one as well.
    """

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        if name == "get":  # for the first time
            made = _getter(self)
            _keep_getter(self, made)
            _take_shape(self)
            return made
        try:
            value = self[name]
        except KeyError:
            from .nearness import near

            close = near(name, self, most=1)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            raise AttributeError(f"this configuration has no key {name!r}{hint}", name=name, obj=self) from None
        self.get  # noqa: B018 - made now: the shape has nothing that would make it
        return value


# The shapes there are, by their keys. A program has a few hundred; mappings whose keys are data must not pile up.
_MOST_SHAPES = 1000
_shapes: dict[tuple[str, ...], type[Config]] = {}


def _take_shape(config: Config) -> None:
    """Give an object the class of its shape, unless there are too many by now."""
    keys = tuple(config)
    shape = _shapes.get(keys)
    if shape is None:
        if len(_shapes) >= _MOST_SHAPES:
            return
        from operator import itemgetter

        own = {key: property(itemgetter(key)) for key in keys if key.isidentifier() and not hasattr(Config, key)}
        shape = _shapes[keys] = type("Config", (Config,), {"__slots__": (), "__module__": __name__, **own})
    _set_class(config, shape)


class FrozenList(list["Any"]):
    """A list inside a ``Config``: equal to the same list, and frozen."""

    __slots__ = ()

    def __new__(cls, items: Iterable[Any] = ()) -> FrozenList:
        frozen: FrozenList = _new_list(cls)
        _extend(frozen, [freeze(item) for item in items])
        return frozen

    def __init__(self, items: Iterable[Any] = ()) -> None:
        """Do nothing: list's own would fill it with what is not frozen."""

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


_new_mapping = dict.__new__
_new_list = list.__new__
_fill = dict.update
_put = dict.__setitem__
_all_scalars = _SCALARS.issuperset
_extend = list.extend
_append = list.append
_key: Any = dict.get
_keep_getter = Config.__dict__["get"].__set__
_set_class = object.__dict__["__class__"].__set__


# One frame for each level of the tree in each of the functions below: a document may be 400 deep, and Python's stack
# holds 1000 frames.


def _frozen_mapping(mapping: dict[str, Any]) -> Config:
    """Return a frozen mapping: a copy made in one go, and then only what is not a scalar again."""
    frozen: Config = _new_mapping(Unshaped)
    _fill(frozen, mapping)
    for key, value in mapping.items():
        kind = type(value)
        if kind is dict:
            _put(frozen, key, _frozen_mapping(value))
        elif kind is list:
            _put(frozen, key, _frozen_list(value))
        elif kind not in _SCALARS:
            _put(frozen, key, freeze(value))
    return frozen


def _frozen_list(items: list[Any]) -> FrozenList:
    frozen: FrozenList = _new_list(FrozenList)
    if _all_scalars(map(type, items)):
        _extend(frozen, items)
        return frozen
    append = _append.__get__(frozen)
    for value in items:
        kind = type(value)
        append(value if kind in _SCALARS else _frozen_mapping(value) if kind is dict else freeze(value))
    return frozen


def freeze(value: Any) -> Any:
    """Return a value as readers may hold it: dicts become ``Config``, lists ``FrozenList``, all the way down."""
    kind = type(value)
    if issubclass(kind, (Config, FrozenList)):
        return value
    if isinstance(value, dict):
        return _frozen_mapping(value)
    if isinstance(value, list):
        return _frozen_list(value)
    return value


def thaw(value: Any) -> Any:
    """Return a plain, mutable deep copy of a frozen value."""
    if isinstance(value, dict):
        return _thawed_mapping(value)
    if isinstance(value, list):
        plain = []
        for item in value:
            plain.append(item if type(item) in _SCALARS else thaw(item))
        return plain
    return value


def _thawed_mapping(mapping: dict[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    _fill(plain, mapping)
    for key, value in mapping.items():
        if type(value) not in _SCALARS:
            plain[key] = _thawed_mapping(value) if isinstance(value, dict) else thaw(value)
    return plain


def _getter(config: Config) -> Callable[..., Any]:
    """Return the ``get`` of a configuration: a look-up in what was found before."""
    found: dict[str, Any] = {}
    absent: set[str] = set()
    # The same entries in another object, so that the function and its owner form no circle that only the garbage
    # collector could free.
    twin = _new_mapping(Unshaped)
    _fill(twin, config)

    def get(key: str, default: Any = None) -> Any:
        """Return the value of a key or, where no such key exists, at a dotted address; else ``default``.

        Reading the same address again costs one look-up.
        """
        try:
            return found[key]
        except KeyError:
            if key in absent:
                return default
        value = _find(twin, key)
        if type(key) is str:  # another kind may be equal to a text and yet not be one
            if len(found) + len(absent) >= _MOST_ADDRESSES:
                found.clear()
                absent.clear()
            if value is _ABSENT:
                absent.add(key)
            else:
                found[key] = value
        return default if value is _ABSENT else value

    return get


def _find(config: Config, key: str) -> Any:
    """Return the value at a key, else at an address, else ``_ABSENT``."""
    found = _key(config, key, _ABSENT)
    if found is not _ABSENT or not isinstance(key, str) or ("." not in key and "[" not in key):
        return found
    from .address import lookup, parse
    from .errors import UsageError

    try:
        return lookup(config, parse(key))
    except (KeyError, UsageError):
        return _ABSENT


def _shown(value: Any) -> str:
    """Return a value as Python writes it, plain, and without what goes by a secret's name."""
    if isinstance(value, dict):
        from .secret import MASK, is_secret_name

        entries = []
        for key, item in value.items():
            hidden = isinstance(key, str) and is_secret_name(key)
            entries.append(f"{key!r}: {MASK!r}" if hidden else f"{key!r}: {_shown(item)}")
        return "{" + ", ".join(entries) + "}"
    if isinstance(value, list):
        items = []
        for item in value:
            items.append(_shown(item))
        return "[" + ", ".join(items) + "]"
    return repr(value)
