"""``build``: a program's own object from a configuration."""

from __future__ import annotations

import sys

from ..errors import ConfigValidationError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, TypeVar

    from .reader import Foreign

    Model = TypeVar("Model")


def build(config: Mapping[str, Any], model: type[Model]) -> Model:
    """Return an object of ``model`` made from a configuration.

    Arguments: ``model`` is a dataclass, a ``msgspec.Struct``, an attrs class, a pydantic model or a ``TypedDict``,
    also a generic one with its arguments. Keys that the model does not know are left out, unless it forbids them.
    Raises ``ConfigValidationError`` with every problem (with msgspec: the first), each with its ``path``;
    ``UsageError`` when ``model`` is none of these, or has a field that no configuration can fill.
    """
    from typing import get_origin

    from .fields import is_attrs, is_dataclass, is_typed_dict
    from .findings import Findings
    from .reader import WRONG, Reader

    origin: Any = get_origin(model) or model
    if not isinstance(origin, type):
        raise _no_model(origin, f"it is no class but {type(origin).__name__}")
    if not (foreign_to(origin) or is_dataclass(origin) or is_attrs(origin) or is_typed_dict(origin)):
        raise _no_model(origin, "it is none of those")
    findings = Findings(config)
    try:
        made: Any = Reader(findings, foreign_to).read(config, model, (), {})
    except RecursionError:
        raise UsageError(f"{origin.__qualname__} is nested too deeply to be filled") from None
    if made is not WRONG:
        result: Model = made
        return result
    found = findings.list
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    place = f"{found[0].path}: " if found[0].path else ""
    raise ConfigValidationError(
        f"the configuration does not fit {origin.__qualname__}: {place}{found[0].message}{more}", found
    )


def foreign_to(kind: Any) -> Foreign | None:
    """Return the function that fills a class of pydantic or msgspec; None for any other.

    Neither is imported to find out: a class of theirs is proof that they have been.
    """
    if not isinstance(kind, type):
        return None
    msgspec = sys.modules.get("msgspec")
    if msgspec is not None and issubclass(kind, msgspec.Struct):
        from . import with_msgspec

        return with_msgspec.read
    pydantic = sys.modules.get("pydantic")
    if pydantic is not None and (issubclass(kind, pydantic.BaseModel) or "__pydantic_validator__" in kind.__dict__):
        from . import with_pydantic

        return with_pydantic.read
    return None


def _no_model(model: Any, why: str) -> UsageError:
    name = getattr(model, "__qualname__", type(model).__qualname__)
    return UsageError(
        f"{name} cannot be filled from a configuration: {why}; give a dataclass, a msgspec.Struct, an attrs class, a "
        "pydantic model or a TypedDict"
    )
