"""Models of msgspec: ``msgspec.convert`` makes the object, and the place of its refusal is found in the tree."""

from __future__ import annotations

from ..errors import UsageError
from .reader import WRONG

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .findings import Findings, Path

# Entries of one mapping that are tried one by one, where msgspec does not say which of them it refuses.
_TRIED = 200


def read(value: Any, model: Any, path: Path, findings: Findings) -> Any:
    """Return what msgspec makes of a value, or ``WRONG``; msgspec stops at the first problem it meets."""
    import msgspec

    from ..config import thaw

    plain = thaw(value)
    name = getattr(model, "__name__", str(model))

    def convert(tree: Any) -> Any:
        return msgspec.convert(tree, model, dec_hook=_from_text)

    try:
        return convert(plain)
    except msgspec.ValidationError as error:
        message, _, place = str(error).rpartition(" - at `")
        if not message:
            message, place = str(error), "$`"
        refused = str(error)
    except UsageError:
        raise
    except TypeError as error:
        raise UsageError(f"msgspec cannot read {name}: {error}") from None
    except Exception as error:  # noqa: BLE001 - a model's __post_init__ may raise anything
        findings.quote("model", f"{name} refuses it: {type(error).__name__}: {error}", path, who=name)
        return WRONG

    def refuses(tree: Any) -> bool:
        try:
            convert(tree)
        except msgspec.ValidationError as error:
            return str(error) == refused
        except Exception:  # noqa: BLE001 - another reason than the one looked for
            return False
        return False

    inner = _place(place[1:-1], plain, refuses)
    _tell(message, (*path, *inner), name, findings)
    return WRONG


def _from_text(kind: type, value: Any) -> Any:
    """Read what msgspec leaves to its caller: a path."""
    from . import scalars

    if scalars.words(kind) is None:
        raise UsageError(f"a field wants {kind.__qualname__}, which msgspec cannot read from a configuration")
    try:
        return scalars.read(kind, value)
    except ValueError:
        raise ValueError(f"Expected {scalars.words(kind)}") from None


def _tell(message: str, path: Path, name: str, findings: Findings) -> None:
    for start, rule, says in (
        ("Object missing required field `", "missing-key", "the key {} is missing, which {} needs"),
        ("Object contains unknown field `", "unknown-key", "the key {} is not allowed by {}"),
    ):
        if message.startswith(start):
            key = message[len(start) :].rstrip("`")
            has_key = bool(path) and isinstance(path[-1], str)
            if rule == "unknown-key":
                path, has_key = (*path, key), True
            findings.add(rule, says.format(repr(key), name), path, at="key" if has_key else "value")
            return
    if message.startswith("Invalid enum value"):
        findings.add("not-allowed-value", f"{name} does not allow this value", path)
    elif message.startswith("Expected `") and ", got `" in message:
        findings.add("wrong-type", f"e{message[1:]}".replace("`", ""), path)
    elif message.startswith("Invalid value"):  # goes on with the value: the tag of a union
        findings.add("not-allowed-value", f"{name} does not allow this value", path)
    else:
        findings.quote("model", f"{name} refuses it: {message}", path, who=name)


def _place(text: str, tree: Any, refuses: Callable[[Any], bool]) -> Path:
    """Return the parts of msgspec's path, which says ``[...]`` for a key of a mapping: which one is tried out."""
    parts: list[str | int] = []
    holder = tree
    while text:
        if text.startswith("[...]") and isinstance(holder, dict):
            key = _guilty(tree, holder, refuses)
            rest = text[len("[...]") :]
        elif text.startswith("[") and isinstance(holder, list):
            digits, _, rest = text[1:].partition("]")
            key = int(digits) if digits.isdecimal() and int(digits) < len(holder) else None
        elif text.startswith(".") and isinstance(holder, dict):
            # Keys may hold dots and brackets: the longest that fits.
            fits = [k for k in holder if text.startswith(k, 1) and text[1 + len(k) : 2 + len(k)] in ("", ".", "[")]
            key = max(fits, key=len, default=None)
            rest = text[1 + len(key) :] if key is not None else ""
        else:
            break
        if key is None:
            break
        parts.append(key)
        holder, text = holder[key], rest
    return tuple(parts)


def _guilty(tree: Any, holder: dict[str, Any], refuses: Callable[[Any], bool]) -> Any:
    """Return the key whose entry alone is refused in the same words, or None."""
    entries = dict(holder)
    found = None
    for key in list(entries)[:_TRIED]:
        holder.clear()
        holder[key] = entries[key]
        if refuses(tree):
            found = key
            break
    holder.clear()
    holder.update(entries)
    return found
