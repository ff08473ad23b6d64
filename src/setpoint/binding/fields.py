"""The fields of a dataclass, an attrs class and a ``TypedDict``, seen alike."""

from __future__ import annotations

from ..errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any


class Field:
    """One field of a model.

    ``name`` is what the model's constructor calls it, ``names`` the keys it may have in a configuration, the best
    first; ``annotation`` is its type; ``required`` says whether a configuration must have it.
    """

    __slots__ = ("annotation", "name", "names", "required")

    def __init__(self, name: str, names: Iterable[str], annotation: Any, required: bool) -> None:
        self.name = name
        self.names = tuple(names)
        self.annotation = annotation
        self.required = required

    def key_in(self, mapping: dict[str, Any]) -> str | None:
        """Return the key that sets this field, or None."""
        for name in self.names:
            if name in mapping:
                return name
        return None


def keys_for(name: str) -> list[str]:
    """Return the keys that set a field: its name; without the underscore that avoids a keyword; with dashes."""
    from keyword import iskeyword

    names = [name]
    if name.endswith("_") and iskeyword(name[:-1]):
        names.append(name[:-1])
    if "_" in name.strip("_"):
        names.append(name.replace("_", "-"))
    return names


def is_dataclass(model: type) -> bool:
    """True for a dataclass."""
    return hasattr(model, "__dataclass_fields__")


def is_attrs(model: type) -> bool:
    """True for a class made by attrs."""
    return hasattr(model, "__attrs_attrs__")


def is_typed_dict(model: type) -> bool:
    """True for a ``TypedDict``."""
    return issubclass(model, dict) and hasattr(model, "__required_keys__") and hasattr(model, "__total__")


def fields_of(model: type) -> list[Field]:
    """Return the fields of a model. Raises ``UsageError`` when its annotations cannot be resolved."""
    hints = _hints(model)
    if is_typed_dict(model):
        return list(_typed_dict_fields(model, hints))
    if is_attrs(model):
        return list(_attrs_fields(model, hints))
    return list(_dataclass_fields(model, hints))


def _hints(model: type) -> dict[str, Any]:
    from typing import get_type_hints

    try:
        return get_type_hints(model, include_extras=True)
    except (NameError, AttributeError, SyntaxError, TypeError) as error:
        raise UsageError(
            f"the annotations of {model.__qualname__} cannot be resolved: {error}; the types they name have to be "
            f"importable from the module {model.__module__}, not defined inside a function or under TYPE_CHECKING"
        ) from None


def _dataclass_fields(model: Any, hints: dict[str, Any]) -> Iterator[Field]:
    from dataclasses import MISSING, InitVar

    # dataclasses.fields() leaves out InitVar, which a configuration has to give all the same.
    for name, field in model.__dataclass_fields__.items():
        annotation = hints.get(name, field.type)
        if not field.init or field._field_type.name == "_FIELD_CLASSVAR":
            continue
        if isinstance(annotation, InitVar):
            annotation = annotation.type
        required = field.default is MISSING and field.default_factory is MISSING
        yield Field(name, keys_for(name), annotation, required)


def _attrs_fields(model: Any, hints: dict[str, Any]) -> Iterator[Field]:
    import sys
    from typing import Any as Anything

    nothing = sys.modules["attr"].NOTHING
    for field in model.__attrs_attrs__:
        if not field.init:
            continue
        # A converter takes whatever it likes: the annotation speaks about what it returns.
        annotation = hints.get(field.name, Anything) if field.converter is None else Anything
        names = [*keys_for(field.alias), *(name for name in keys_for(field.name) if field.alias != field.name)]
        yield Field(field.alias, names, annotation, field.default is nothing)


def _typed_dict_fields(model: Any, hints: dict[str, Any]) -> Iterator[Field]:
    from typing import NotRequired, Required, get_args, get_origin

    for name, hint in hints.items():
        required, annotation = name in model.__required_keys__, hint
        # The wrappers win over __required_keys__, which does not see them in annotations that are text.
        while (origin := get_origin(annotation)) in (Required, NotRequired):
            required, annotation = origin is Required, get_args(annotation)[0]
        yield Field(name, [name], annotation, required)
