"""Models of pydantic: its own validation makes the object, and its errors are told without the values in them."""

from __future__ import annotations

from ..errors import UsageError
from .reader import WRONG

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .findings import Findings, Path

_RULES = {
    "missing": "missing-key",
    "extra_forbidden": "unknown-key",
    "literal_error": "not-allowed-value",
    "enum": "not-allowed-value",
    "greater_than": "too-small",
    "greater_than_equal": "too-small",
    "less_than": "too-large",
    "less_than_equal": "too-large",
    "multiple_of": "not-multiple",
    "string_too_short": "too-short",
    "string_too_long": "too-long",
    "string_pattern_mismatch": "pattern-mismatch",
    "too_short": "too-few-items",
    "too_long": "too-many-items",
}
# What a validator of the model raised, in its own words, which may quote the value.
_OWN_WORDS = frozenset({"value_error", "assertion_error"})


def read(value: Any, model: Any, path: Path, findings: Findings) -> Any:
    """Return what pydantic makes of a value, or ``WRONG`` with every problem it found."""
    import pydantic

    from ..config import thaw

    name = getattr(model, "__name__", str(model))
    plain = thaw(value)
    try:
        if isinstance(model, type) and issubclass(model, pydantic.BaseModel):
            return model.model_validate(plain)
        return pydantic.TypeAdapter(model).validate_python(plain)
    except pydantic.ValidationError as error:
        problems = error.errors(include_url=False, include_context=False, include_input=False)
    except pydantic.errors.PydanticUserError as error:
        raise UsageError(f"pydantic cannot read {name}: {error.message}") from None
    except Exception as error:  # noqa: BLE001 - a model's validators may raise anything
        findings.quote("model", f"{name} refuses it: {type(error).__name__}: {error}", path, who=name)
        return WRONG
    told: dict[tuple[Path, str], list[str]] = {}
    for problem in problems:
        inner, missing = _place(problem["loc"], plain)
        kind = problem["type"]
        rule = _RULES.get(kind, "wrong-type" if kind.endswith(("_type", "_parsing")) else "model")
        message = problem["msg"]
        if rule == "missing-key":
            message = f"the key {missing!r} is missing, which {name} needs"
        elif rule == "unknown-key":
            message = f"the key {problem['loc'][-1]!r} is not allowed by {name}"
        elif kind in _OWN_WORDS:
            message = f"{name} refuses it: {message.partition(', ')[2] or message}"
        # The members of a union are refused one by one; together they are one finding.
        told.setdefault(((*path, *inner), rule), []).append(message)
    for (place, rule), messages in told.items():
        message = "; or ".join(dict.fromkeys(messages))
        if rule in ("missing-key", "unknown-key"):
            for one in dict.fromkeys(messages):
                has_key = bool(place) and isinstance(place[-1], str)
                findings.add(rule, one, place, at="key" if has_key else "value")
        else:
            findings.quote(rule, message, place, who=name)
    return WRONG


def _place(location: tuple[str | int, ...], tree: Any) -> tuple[Path, str | int]:
    """Return the parts of a location that are in the tree, and its last one.

    A location also names members of unions, validators and missing keys; those lead nowhere.
    """
    parts: list[str | int] = []
    for part in location:
        is_index = isinstance(tree, list) and isinstance(part, int) and 0 <= part < len(tree)
        if is_index or (isinstance(tree, dict) and part in tree):
            tree = tree[part]
            parts.append(part)
    return tuple(parts), location[-1] if location else ""
