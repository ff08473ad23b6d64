"""What a value should have been, what was found instead, and what to write."""

from __future__ import annotations

from ..nearness import near
from . import wording
from .problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .fault import Fault
    from .view import View


# kind of fault -> rule
RULES = {
    "Type": "wrong-type",
    "Enum": "not-allowed-value",
    "Constant": "not-allowed-value",
    "Minimum": "too-small",
    "ExclusiveMinimum": "too-small",
    "Maximum": "too-large",
    "ExclusiveMaximum": "too-large",
    "MinLength": "too-short",
    "MaxLength": "too-long",
    "Pattern": "pattern-mismatch",
    "Format": "bad-format",
    "MinItems": "too-few-items",
    "MaxItems": "too-many-items",
    "AdditionalItems": "too-many-items",
    "UnevaluatedItems": "too-many-items",
    "UniqueItems": "duplicate-items",
    "MinProperties": "too-few-keys",
    "MaxProperties": "too-many-keys",
    "MultipleOf": "not-multiple",
    "Not": "forbidden",
    "FalseSchema": "forbidden",
    "Contains": "contains",
    "Required": "missing-key",
    "AdditionalProperties": "unknown-key",
    "UnevaluatedProperties": "unknown-key",
    "PropertyNames": "key-name",
    "ContentEncoding": "bad-encoding",
    "ContentMediaType": "bad-encoding",
    "FromUtf8": "bad-encoding",
    "OneOfMultipleValid": "several-match",
}


def expectation(fault: Fault) -> str | None:
    """Return what a fault about one value wants there: ``an integer``, ``at least 3``; None if that has no words."""
    kind: Any = fault.kind
    match fault.name:
        case "Type":
            return wording.of_types(kind.types)
        case "Enum":
            return wording.one_of(kind.options)
        case "Constant":
            return wording.shown(kind.expected_value)
        case "Minimum":
            return f"at least {kind.limit}"
        case "ExclusiveMinimum":
            return f"more than {kind.limit}"
        case "Maximum":
            return f"at most {kind.limit}"
        case "ExclusiveMaximum":
            return f"less than {kind.limit}"
        case "MinLength":
            return f"at least {wording.counted(kind.limit, 'character')}"
        case "MaxLength":
            return f"at most {wording.counted(kind.limit, 'character')}"
        case "Pattern":
            return f"a string that matches {wording.on_one_line(kind.pattern)}"
        case "Format":
            return wording.of_format(kind.format)
        case "MinItems":
            return f"at least {wording.counted(kind.limit, 'item')}"
        case "MaxItems":
            return f"at most {wording.counted(kind.limit, 'item')}"
        case "AdditionalItems":
            return f"at most {wording.counted(kind.limit, 'item')}"
        case "MinProperties":
            return f"at least {wording.counted(kind.limit, 'key')}"
        case "MaxProperties":
            return f"at most {wording.counted(kind.limit, 'key')}"
        case "MultipleOf":
            return f"a multiple of {kind.multiple_of}"
        case "ContentEncoding":
            return f"text encoded as {kind.content_encoding}"
        case "ContentMediaType":
            return f"text that holds {kind.content_media_type}"
        case "FromUtf8":
            return "text that decodes to UTF-8"
    return None


def value_problem(rule: str, expected: str | None, fault: Fault, view: View) -> Problem:
    """Return the problem of one value: what was expected and what was found."""
    value = view.value(fault.path)
    secret = view.is_secret(fault.path)
    note = view.note(fault)
    if expected is None:
        # A kind of fault that came with a newer engine: its keyword is all that is known.
        message = (
            f"does not fit what the schema says under {wording.named(fault.keyword)}"
            if fault.keyword
            else ("does not fit the schema")
        )
        return Problem(rule, message, fault.path, note=note)
    return Problem(
        rule,
        f"expected {expected}, found {_found(rule, value, secret)}",
        fault.path,
        suggestion=value_suggestion(fault, value, secret),
        note=note,
    )


def _found(rule: str, value: Any, secret: bool) -> str:
    if rule in ("too-short", "too-long") and isinstance(value, str):
        length = wording.counted(len(value), "character")
        return length if secret else f"{length}: {wording.shown(value)}"
    if rule in ("too-few-items", "too-many-items") and isinstance(value, list):
        return str(len(value)) if value else "none"
    if rule in ("too-few-keys", "too-many-keys") and isinstance(value, dict):
        return str(len(value)) if value else "none"
    if rule in ("too-small", "too-large", "not-multiple") and not secret:
        return wording.shown(value)
    return wording.found(value, secret)


def value_suggestion(fault: Fault, value: Any, secret: bool) -> str | None:
    """Return what to write instead of a value, or None."""
    if fault.name == "Type":
        return wording.retyped(value, fault.kind.types, secret)
    if fault.name in ("Enum", "Constant"):
        allowed = fault.kind.options if fault.name == "Enum" else [fault.kind.expected_value]
        return nearest_value(value, allowed, secret)
    return None


def _containing(value: str, allowed: list[str]) -> list[str]:
    """Return the one allowed text that holds the value or is held by it: ``monday`` and ``mon``; else none."""
    text = value.casefold()
    found = [
        one for one in allowed if len(text) > 2 and len(one) > 2 and (text in one.casefold() or one.casefold() in text)
    ]
    return found if len(found) == 1 else []


def nearest_value(value: Any, allowed: list[Any], secret: bool) -> str | None:
    """Return the allowed value that was probably meant, as a suggestion, or None."""
    if secret:
        return None
    if isinstance(value, str):
        texts = [one for one in allowed if isinstance(one, str)]
        close = near(value, texts, most=1) or _containing(value, texts)
        if close:
            return f"did you mean {wording.shown(close[0])}?"
    if isinstance(value, float):
        cut = _with_zeros(value, [one for one in allowed if isinstance(one, str)])
        if cut is not None:
            return f'write "{cut}", in quotes'
    types = [wording.type_of(one) for one in allowed if not isinstance(one, str) or not isinstance(value, str)]
    hint = wording.retyped(value, types) if wording.type_of(value) not in types else None
    if hint is None or not hint.startswith("write "):
        return None
    # The value must be allowed too, once it is written as another type.
    written = hint.removeprefix("write ").removesuffix(" without quotes").removesuffix(", in quotes").strip('"')
    return hint if written in [wording.shown(one).strip("'") for one in allowed] else None


def _with_zeros(value: float, allowed: list[str]) -> str | None:
    """Return the one allowed text that a number was before its last zeros were lost: ``3.10`` for 3.1; else None."""
    digits = wording.shown(value)
    if digits in allowed:
        return None
    found = [one for one in allowed if "." in one and one.rstrip("0") == digits.rstrip("0")]
    return found[0] if len(found) == 1 else None
