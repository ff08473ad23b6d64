"""How many values a text holds, told from its separators before anything is built from it.

Parsing two million zeros takes more memory and time than refusing them is worth. Every value but the first follows
a comma, a colon or equals sign, or an opening bracket, so counting these bytes says enough; a text too short to hold
that many values is not even counted. What is refused here surely holds too many; what is let through may still hold
up to twice as many and is counted exactly once its tree is there.
"""

from __future__ import annotations

from ..diagnostic import Diagnostic
from ..errors import ConfigParseError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..budget import Budget

_CHUNK = 1 << 16  # bytes whose strings are split off at a time: keeps the pieces of a hostile text few


def check_json_values(data: bytes, budget: Budget) -> None:
    """Raise ``ConfigParseError`` when a JSON text surely holds more values than ``budget.nodes``."""
    # n values take at least 2n - 1 bytes: one for each scalar, two for each container, one for each comma.
    if len(data) < 2 * budget.nodes:
        return
    if data.count(b",") + data.count(b"[") + data.count(b"{") < budget.nodes:
        return
    commas = openings = 0
    # The colon keeps a key and its value apart, as the comma does two values.
    for piece in _outside_strings(data, b'"', b",:[{"):
        commas += piece.count(b",")
        openings += piece.count(b"[") + piece.count(b"{")
        if commas >= budget.nodes:
            raise too_many_values(budget)
    # A container that is not empty brings one value more than it has commas; a string may fake an empty one.
    packed = data.translate(None, b" \t\r\n")
    if 1 + commas + openings - packed.count(b"[]") - packed.count(b"{}") > budget.nodes:
        raise too_many_values(budget)


def check_toml_values(data: bytes, budget: Budget) -> None:
    """Raise ``ConfigParseError`` when a TOML text surely holds more values than ``budget.nodes``."""
    if len(data) < 2 * budget.nodes:
        return
    if data.count(b"=") + data.count(b",") < budget.nodes:
        return
    has_simple_quotes = b"#" not in data and b"'''" not in data and b'"""' not in data
    if has_simple_quotes and b"'" not in data:
        pieces = list(_outside_strings(data, b'"', b",=.[]{}\n"))
    elif has_simple_quotes and b'"' not in data:
        pieces = list(_outside_strings(data, b"'", b",=.[]{}\n"))
    else:
        pieces = [_without_strings(data)]
    entries = sum(piece.count(b"=") + piece.count(b",") for piece in pieces)
    # Each '=' brings a value, and each comma but the last of an array, which may stand there for nothing.
    if 1 + entries - sum(piece.count(b"]") for piece in pieces) > budget.nodes:
        raise too_many_values(budget)
    import re

    if 1 + entries - sum(1 for _ in re.finditer(rb",\s*+\]", b"".join(pieces))) > budget.nodes:
        raise too_many_values(budget)


def _outside_strings(data: bytes, quote: bytes, separators: bytes) -> Iterator[bytes]:
    """Yield the ``separators`` of a text that stand outside its strings, some at a time.

    Arguments: strings stand in ``quote``, and one of the separators always stands between two of them.
    """
    if quote == b'"' and b"\\" in data:
        data = data.replace(b"\\\\", b"").replace(b'\\"', b"")
    kept = quote + separators
    dropped = bytes(byte for byte in range(256) if byte not in kept)
    data = data.translate(None, dropped)
    inside = False
    for start in range(0, len(data), _CHUNK):
        chunk = data[start : start + _CHUNK]
        if inside:
            _, closing, chunk = chunk.partition(quote)
            inside = not closing
        # A string that held no separator is now an opening and a closing quote, side by side.
        chunk = chunk.replace(quote + quote, b"")
        if quote in chunk:
            pieces = chunk.split(quote)
            inside = len(pieces) % 2 == 0
            chunk = b"".join(pieces[::2])
        yield chunk


def _without_strings(data: bytes) -> bytes:
    """Return a TOML text without its strings and comments; how an invalid one comes out does not matter."""
    import re

    return re.sub(
        rb'"""(?:[^"\\]++|\\.|"(?!""))*+"{3,5}'
        rb"|'''(?:[^']++|'(?!''))*+'{3,5}"
        rb'|"(?:[^"\\\n]++|\\.)*+"'
        rb"|'[^'\n]*'"
        rb"|#[^\n]*",
        b"",
        data,
        flags=re.DOTALL,
    )


def too_many_values(budget: Budget) -> ConfigParseError:
    """Return the error for a document with more values than ``budget.nodes``; it is about the whole document."""
    message = f"the document holds more than {budget.nodes:,} values, the most that is read"
    return ConfigParseError(
        message,
        [
            Diagnostic(
                "too-many-values",
                message,
                line=1,
                column=1,
                end_line=1,
                end_column=2,
                path="",
                suggestion="raise limits.nodes in setpoint.toml if that is meant",
            )
        ],
    )
