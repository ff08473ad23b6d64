"""From values to what annotations ask for, every problem collected."""

from __future__ import annotations

import types
from typing import Annotated, Any, Literal, NewType, TypeVar, Union, get_args, get_origin

from ..address import format_address, pointer
from ..config import thaw
from ..errors import UsageError
from ..nearness import near
from . import scalars
from .fields import fields_of, is_attrs, is_dataclass, is_typed_dict
from .findings import Findings, in_secret, kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from ..diagnostic import Diagnostic
    from .fields import Field
    from .findings import Path

    Foreign: TypeAlias = Callable[[Any, Any, Path, Findings], Any]

WRONG: Any = object()  # what stands for a value that was refused; the findings say why

_WRAPPERS = frozenset({"Final", "ClassVar", "ReadOnly", "Required", "NotRequired"})


class Reader:
    """Makes objects of models from one tree.

    Arguments: ``findings`` collects what is wrong; ``foreign(kind)`` returns the function that makes objects of a
    class which belongs to a library with rules of its own, or None.
    """

    def __init__(self, findings: Findings, foreign: Callable[[Any], Foreign | None]) -> None:
        self.findings = findings
        self._foreign = foreign
        self._fields: dict[Any, list[Field]] = {}

    def read(self, value: Any, annotation: Any, path: Path, bound: dict[Any, Any]) -> Any:
        """Return the value as its annotation wants it, or ``WRONG``.

        Arguments: ``bound`` holds what the type variables of a generic model stand for. Raises ``UsageError`` for an
        annotation that nothing in a configuration can fit.
        """
        if isinstance(annotation, TypeVar):
            annotation = bound.get(annotation, Any)
        if annotation is Any or annotation is object:
            return thaw(value)
        if annotation is None:
            annotation = type(None)
        if isinstance(annotation, NewType):
            return self.read(value, annotation.__supertype__, path, bound)
        if hasattr(annotation, "__value__"):  # type X = ...
            return self.read(value, annotation.__value__, path, bound)
        origin = get_origin(annotation)
        if origin is not None:
            return self._read_generic(value, annotation, origin, path, bound)
        if not isinstance(annotation, type):
            raise _unreadable(annotation, path)
        return self._read_plain(value, annotation, path, bound)

    def _read_generic(self, value: Any, annotation: Any, origin: Any, path: Path, bound: dict[Any, Any]) -> Any:
        arguments = get_args(annotation)
        if origin is Annotated or getattr(origin, "_name", None) in _WRAPPERS:
            return self.read(value, arguments[0], path, bound)
        if origin is Literal:
            return self._read_choice(value, {one: one for one in arguments}, arguments, path)
        if origin is Union or origin is types.UnionType:
            return self._read_union(value, arguments, path, bound)
        if not isinstance(origin, type):
            raise _unreadable(annotation, path)
        made = self._read_container(value, origin, arguments, path, bound)
        if made is not None:
            return made[0]
        foreign = self._foreign(origin)
        if foreign is not None:
            return foreign(value, annotation, path, self.findings)
        if is_dataclass(origin) or is_attrs(origin) or is_typed_dict(origin):
            filled = (bound.get(one, one) if isinstance(one, TypeVar) else one for one in arguments)
            inner = dict(zip(getattr(origin, "__parameters__", ()), filled, strict=False))
            return self.read_model(value, origin, path, inner)
        raise _unreadable(annotation, path)

    def _read_plain(self, value: Any, wanted: type, path: Path, bound: dict[Any, Any]) -> Any:
        expected = scalars.words(wanted)
        if expected is not None:
            try:
                return scalars.read(wanted, value)
            except ValueError:
                rule = "bad-format" if type(value) is str and wanted not in (int, float, bool, type(None)) else None
                found = "" if rule else f", found {_kind(value, path)}"
                self.findings.add(rule or "wrong-type", f"expected {expected}{found}", path)
                return WRONG
        from enum import Enum

        foreign = self._foreign(wanted)
        if foreign is not None:
            return foreign(value, wanted, path, self.findings)
        if issubclass(wanted, Enum):
            return self._read_enum(value, wanted, path)
        if is_dataclass(wanted) or is_attrs(wanted) or is_typed_dict(wanted):
            return self.read_model(value, wanted, path, {})
        made = self._read_container(value, wanted, (), path, bound)
        if made is None:
            raise _unreadable(wanted, path)
        return made[0]

    def _read_enum(self, value: Any, wanted: Any, path: Path) -> Any:
        # By value, else by name: values that no file can hold are chosen by their name.
        members = dict(wanted.__members__)
        choices = {**members, **{one.value: one for one in members.values() if type(one.value) in (str, int, float)}}
        shown = [one.value if type(one.value) in (str, int, float) else name for name, one in members.items()]
        return self._read_choice(value, choices, shown, path)

    def _read_choice(self, value: Any, choices: dict[Any, Any], shown: Any, path: Path) -> Any:
        if value is None or type(value) in (str, int, float, bool):
            for choice, made in choices.items():
                if type(choice) is type(value) and choice == value:
                    return made
        listed = ", ".join(repr(one) for one in list(shown)[:12]) + (", …" if len(shown) > 12 else "")
        close = near(value, [one for one in shown if isinstance(one, str)]) if type(value) is str else []
        suggestion = f"did you mean {close[0]!r}?" if close and not in_secret(path) else None
        self.findings.add("not-allowed-value", f"expected one of {listed}", path, suggestion=suggestion)
        return WRONG

    def _read_union(self, value: Any, members: tuple[Any, ...], path: Path, bound: dict[Any, Any]) -> Any:
        """Return what the member makes that has exactly the value's type, else the first member that takes it."""
        ordered = sorted(members, key=lambda one: one is not type(value))
        tries: list[tuple[Any, list[Diagnostic]]] = []
        whole = self.findings
        for member in ordered:
            self.findings = Findings(whole.tree)
            try:
                made = self.read(value, member, path, bound)
                found = self.findings.list
            finally:
                self.findings = whole
            if made is not WRONG:
                return made
            tries.append((member, found))
        rest = [found for member, found in tries if member is not type(None)]
        here = pointer(path)
        inside = [found for found in rest if not any(one.path == here and one.rule != "missing-key" for one in found)]
        if len(rest) == 1 or inside:
            # The one that came closest speaks: it took the value itself, and has the least to say about what is in it.
            whole.list.extend(sorted(inside or rest, key=len)[0])
        else:
            expected = "; or ".join(dict.fromkeys(found[0].message.partition(", found ")[0] for found in rest))
            whole.add("wrong-type", f"{expected}; found {_kind(value, path)}", path)
        return WRONG

    def _read_container(
        self, value: Any, origin: type, arguments: tuple[Any, ...], path: Path, bound: dict[Any, Any]
    ) -> tuple[Any] | None:
        """Return what a container type makes of the value, in a tuple; None when the type is no container."""
        from collections import abc

        if origin in (dict, abc.Mapping, abc.MutableMapping):
            key_type, item_type = arguments or (str, Any)
            return (self._read_mapping(value, key_type, item_type, path, bound),)
        if origin is tuple and arguments and arguments[-1] is not Ellipsis:
            return (self._read_row(value, arguments, path, bound),)
        makers: dict[Any, Any] = {list: list, tuple: tuple, set: set, frozenset: frozenset}
        makers |= {abc.Sequence: list, abc.Iterable: list, abc.Collection: list, abc.MutableSequence: list}
        makers |= {abc.Set: frozenset, abc.MutableSet: set}
        if origin not in makers:
            return None
        if not self._is(value, list, "a list", path):
            return (WRONG,)
        wanted = arguments[0] if arguments else Any
        items = [self.read(item, wanted, (*path, index), bound) for index, item in enumerate(value)]
        if any(item is WRONG for item in items):
            return (WRONG,)
        try:
            return (makers[origin](items),)
        except TypeError:
            raise UsageError(
                f"{_where(path)}: the items of a set must be hashable; make the model frozen, or the field a list"
            ) from None

    def _read_row(self, value: Any, arguments: tuple[Any, ...], path: Path, bound: dict[Any, Any]) -> Any:
        if arguments == ((),):
            arguments = ()
        if not self._is(value, list, f"a list of {len(arguments)}", path):
            return WRONG
        if len(value) != len(arguments):
            rule = "too-few-items" if len(value) < len(arguments) else "too-many-items"
            self.findings.add(rule, f"expected a list of {len(arguments)}, found one of {len(value)}", path)
            return WRONG
        pairs = zip(value, arguments, strict=True)
        items = [self.read(item, wanted, (*path, index), bound) for index, (item, wanted) in enumerate(pairs)]
        return WRONG if any(item is WRONG for item in items) else tuple(items)

    def _read_mapping(self, value: Any, key_type: Any, item_type: Any, path: Path, bound: dict[Any, Any]) -> Any:
        if not self._is(value, dict, "a mapping", path):
            return WRONG
        made: dict[Any, Any] = {}
        wrong = False
        for key, item in value.items():
            before = len(self.findings.list)
            # Keys are text in every format; a model that wants integers as keys gets them from digits.
            given = int(key) if key_type is int and key.isascii() and key.isdecimal() and len(key) < 20 else key
            read_key = self.read(given, key_type, (*path, key), bound)
            for one in self.findings.list[before:]:
                one.at = "key"
            read_item = self.read(item, item_type, (*path, key), bound)
            if read_key is WRONG or read_item is WRONG:
                wrong = True
            elif read_key in made:
                self.findings.add("duplicate-key", "another key here stands for the same", (*path, key), at="key")
                wrong = True
            else:
                made[read_key] = read_item
        return WRONG if wrong else made

    def _is(self, value: Any, wanted: type, expected: str, path: Path) -> bool:
        if isinstance(value, wanted):
            return True
        self.findings.add("wrong-type", f"expected {expected}, found {_kind(value, path)}", path)
        return False

    def read_model(self, value: Any, model: Any, path: Path, bound: dict[Any, Any]) -> Any:
        """Return an object of a dataclass, an attrs class or a ``TypedDict``, or ``WRONG``."""
        if not self._is(value, dict, f"a mapping ({model.__name__})", path):
            return WRONG
        fields = self._fields.get(model)
        if fields is None:
            fields = self._fields[model] = fields_of(model)
        given: dict[str, Any] = {}
        wrong = False
        known = {name for field in fields for name in field.names}
        for field in fields:
            key = field.key_in(value)
            if key is not None:
                given[field.name] = self.read(value[key], field.annotation, (*path, key), bound)
                wrong = wrong or given[field.name] is WRONG
            elif field.required:
                wrong = True
                close = near(field.names[0], [key for key in value if key not in known], most=1)
                suggestion = f"is {close[0]!r} meant to be it?" if close else None
                message = f"the key {field.names[0]!r} is missing, which {model.__name__} needs"
                at = "key" if path and isinstance(path[-1], str) else "value"
                self.findings.add("missing-key", message, path, at=at, suggestion=suggestion)
        if wrong:
            return WRONG
        try:
            return model(**given)
        except Exception as error:  # noqa: BLE001 - the model's own checks may raise anything
            self.findings.quote("model", *_reason(error, model, path, fields, value), who=model.__name__)
            return WRONG


def _reason(error: Exception, model: Any, path: Path, fields: list[Field], value: Any) -> tuple[str, Path]:
    """Return what a model's own check says, and the place it speaks about."""
    text = str(error.args[0]) if error.args else "no reason given"
    # The validators of attrs pass the attribute along.
    for one in error.args[1:2]:
        for field in fields:
            if getattr(one, "alias", None) == field.name and (key := field.key_in(value)) is not None:
                path = (*path, key)
    if not isinstance(error, (ValueError, TypeError, AssertionError)):
        text = f"{type(error).__name__}: {text}"
    return f"{model.__name__} refuses it: {text}", path


def _kind(value: Any, path: Path) -> str:
    return "a secret of another type" if in_secret(path) and isinstance(value, bool) else kind(value)


def _where(path: Path) -> str:
    return format_address(path) or "the model"


def _unreadable(annotation: Any, path: Path) -> UsageError:
    shown = annotation.__qualname__ if isinstance(annotation, type) else str(annotation)
    return UsageError(
        f"{_where(path)}: the model wants {shown}, which cannot be read from a configuration; use a dataclass, a "
        "msgspec.Struct, an attrs class, a pydantic model, a TypedDict, or a type of the standard library that is "
        "documented"
    )
