"""Addresses: how people write a place (``queue.max_size``) and how JSON Pointer does (``/queue/max_size``)."""

from __future__ import annotations

from .errors import ConfigNotFoundError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def parse(address: str) -> tuple[str, ...]:
    """Return the parts of a dotted address: ``a["b.c"].d[0]`` gives ``("a", "b.c", "d", "0")``.

    Arguments: ``address`` is keys joined by dots; a key that holds a dot, a bracket or a quote, or is empty, is
    written as ``["…"]`` with JSON's escapes; a list index is ``[0]`` or ``.0``. ``""`` is the root, ``()``.
    Raises ``UsageError`` that shows where the address breaks off.
    """
    parts: list[str] = []
    position, end = 0, len(address)
    while position < end:
        if address[position] == "[":
            part, position = _bracketed(address, position)
        else:
            if parts:
                if address[position] != ".":
                    raise _broken(address, position, "expected '.' or '['")
                position += 1
                if position < end and address[position] == "[":
                    raise _broken(address, position, "a '[' follows its key without a dot")
            start = position
            while position < end and address[position] not in ".[":
                position += 1
            part = address[start:position]
            if not part:
                raise _broken(address, position, 'a key is missing here; an empty key is written [""]')
        parts.append(part)
    return tuple(parts)


def _bracketed(address: str, start: int) -> tuple[str, int]:
    import json

    if address.startswith('["', start):
        try:
            part, position = json.JSONDecoder().raw_decode(address, start + 1)
        except ValueError:
            raise _broken(address, start, 'a quoted key is never closed; it ends with "]') from None
    else:
        close = address.find("]", start)
        position = close if close >= 0 else len(address)
        part = address[start + 1 : position]
        if not (part.isascii() and part.isdecimal()):
            raise _broken(address, start + 1, 'between [ and ] goes a list index or a "quoted key"')
    if not address.startswith("]", position):
        raise _broken(address, position, "expected ']'")
    return str(part), position + 1


def _broken(address: str, position: int, reason: str) -> UsageError:
    return UsageError(f"cannot read the address {address!r} at character {position + 1}: {reason}")


def format_address(parts: Iterable[str | int]) -> str:
    """Return parts as people write them; ``parse`` reads it back to the same parts (as text)."""
    import json

    text = ""
    for part in parts:
        if isinstance(part, int):
            text += f"[{part}]"
        elif part and not any(character in '.["]' or character.isspace() for character in part):
            text += f".{part}" if text else part
        else:
            text += f"[{json.dumps(part, ensure_ascii=False)}]"
    return text


def split_document(address: str) -> tuple[str, tuple[str, ...]]:
    """Return the document's name and the parts inside it: ``messaging.queue`` gives ``("messaging", ("queue",))``.

    Raises ``UsageError`` when the address names no document.
    """
    name, *inside = parse(address) or ("",)
    if not name:
        raise UsageError("the address is empty: it starts with the name of a document, e.g. messaging.queue.max_size")
    return name, tuple(inside)


def pointer(parts: Iterable[str | int]) -> str:
    """Return parts as a JSON Pointer (RFC 6901): ``("a/b", 0)`` gives ``/a~1b/0``."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def parse_pointer(text: str) -> tuple[str, ...]:
    """Return the parts of a JSON Pointer (RFC 6901). Raises ``UsageError`` when it is none."""
    if not text:
        return ()
    if not text.startswith("/"):
        raise UsageError(f"cannot read the JSON Pointer {text!r}: it is empty or starts with '/'")
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in text[1:].split("/"))


def lookup(tree: object, parts: Sequence[str | int]) -> object:
    """Return the value at ``parts`` of a tree. Raises ``KeyError`` with the parts that do exist."""
    value = tree
    for depth, part in enumerate(parts):
        if isinstance(value, dict) and part in value:
            value = value[part]
        elif isinstance(value, list) and str(part).isdecimal() and len(str(part)) < 20 and int(part) < len(value):
            value = value[int(part)]
        else:
            raise KeyError(tuple(parts[:depth]))
    return value


def reach(tree: object, parts: Sequence[str], document: str) -> object:
    """Return the value at the parts of an address inside a document.

    Arguments: ``document`` is the document's name, for messages. Raises ``ConfigNotFoundError`` with the near keys, or
    ``UsageError`` when the address goes on below a single value.
    """
    from .nearness import near

    try:
        return lookup(tree, parts)
    except KeyError as error:
        present = error.args[0]
    holder = lookup(tree, present)
    missing = parts[len(present)]
    place = format_address((document, *present))
    if isinstance(holder, dict):
        close = near(missing, holder)
        listed = ", ".join(list(holder)[:8]) or "no keys"
        hint = f"did you mean {close[0]!r}?" if close else f"it has {listed}"
        raise ConfigNotFoundError(f"{place} has no key {missing!r}; {hint}", near=close)
    if isinstance(holder, list):
        raise ConfigNotFoundError(f"{place} is a list of {len(holder)}, so it has no {missing!r}; its first is 0")
    raise UsageError(f"{place} is a single value, so there is no {missing!r} inside it")
