"""Contents as differences: what is written instead of the same bytes again.

A difference is a list of *copies* out of the old content with new bytes between them::

    how                 one byte: 0 the new bytes follow as they are, 1 they are raw deflate
    number of copies    a varint, then for each: length of the new bytes before it, distance of its start from the
                        end of the copy before (zigzag), its length
    length of the new bytes after the last copy
    the new bytes       with deflate, the 32 KiB of the old content around the change are the preset dictionary

Deflate alone would not do: its dictionary reaches back 32 KiB (RFC 1951), and a configuration may be larger.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    Copies: TypeAlias = "list[tuple[int, int, int]]"  # new bytes before, start in the old content, length

LARGEST = 64 * 1024 * 1024  # bytes of one file; a recorded size beyond it is damage
_WINDOW = 32 * 1024
_SHORTEST_COPY = 12  # bytes; a copy costs about 4 itself
_RAW, _DEFLATED = 0, 1


def pack(content: bytes) -> bytes:
    """Return a content as raw deflate (RFC 1951)."""
    from zlib import DEFLATED, compressobj

    squeezer = compressobj(9 if len(content) < 1 << 20 else 6, DEFLATED, -15)
    return squeezer.compress(content) + squeezer.flush()


def unpack(data: bytes, size: int, dictionary: bytes = b"") -> bytes:
    """Return the content that ``pack`` was given. Raises ``ValueError`` when it is not exactly ``size`` bytes.

    Never expands to more than ``size`` + 1 bytes, whatever the data says.
    """
    from zlib import decompressobj, error

    opener = decompressobj(-15, dictionary) if dictionary else decompressobj(-15)
    try:
        content = opener.decompress(data, size + 1)  # one more than wanted: 0 would mean no limit
    except error:
        raise ValueError("its compressed bytes are damaged") from None
    if len(content) != size or not opener.eof or opener.unused_data:
        raise ValueError(f"it does not unpack to the {size} bytes that were recorded")
    return content


def difference(old: bytes, new: bytes) -> bytes:
    """Return what makes ``new`` out of ``old``."""
    start = _common_start(old, new)
    end = _common_end(old, new, min(len(old), len(new)) - start)
    copies: Copies = [(0, 0, start)] if start else []
    tail = len(new) - end
    fresh = b""
    pending = tail - start
    if pending > _SHORTEST_COPY and len(old) - end - start > _SHORTEST_COPY:
        fresh, pending = _lines(old[start : len(old) - end], new[start:tail], start, copies)
    else:
        fresh = new[start:tail]
    if end:
        copies.append((pending, len(old) - end, end))
        pending = 0
    how = _RAW
    if len(fresh) > 2 * _SHORTEST_COPY:
        squeezed = _squeezed(fresh, _around(old, start))
        if len(squeezed) < len(fresh):
            how, fresh = _DEFLATED, squeezed
    out = bytearray((how,))
    if how == _DEFLATED:
        put_number(out, start)
    put_number(out, len(copies))
    reached = 0
    for before, begin, length in copies:
        put_number(out, before)
        put_number(out, (begin - reached) << 1 if begin >= reached else ((reached - begin) << 1) - 1)
        put_number(out, length)
        reached = begin + length
    put_number(out, pending)
    return bytes(out) + fresh


def patched(old: bytes, data: bytes, size: int) -> bytes:
    """Return the content that ``difference`` was made for. Raises ``ValueError`` when the data is damaged.

    Nothing is built before the lengths add up to exactly ``size``.
    """
    if not data or data[0] not in (_RAW, _DEFLATED):
        raise ValueError("its difference starts with an unknown mark")
    position, changed_at = 1, 0
    if data[0] == _DEFLATED:
        changed_at, position = get_number(data, position)
    count, position = get_number(data, position)
    copies: Copies = []
    reached = total = fresh_size = 0
    for _ in range(count):
        before, position = get_number(data, position)
        distance, position = get_number(data, position)
        length, position = get_number(data, position)
        begin = reached + (distance >> 1 if not distance & 1 else -((distance + 1) >> 1))
        reached = begin + length
        if begin < 0 or reached > len(old):
            raise ValueError("its difference reaches outside of the content before it")
        copies.append((before, begin, length))
        fresh_size += before
        total += before + length
        if total > size:
            raise ValueError(f"its difference gives more than the {size} bytes that were recorded")
    last, position = get_number(data, position)
    fresh_size += last
    if total + last != size:
        raise ValueError(f"its difference does not give the {size} bytes that were recorded")
    fresh = data[position:]
    if data[0] == _DEFLATED:
        fresh = unpack(fresh, fresh_size, _around(old, changed_at))
    elif len(fresh) != fresh_size:
        raise ValueError("its difference is cut short")
    parts = []
    used = 0
    for before, begin, length in copies:
        parts.append(fresh[used : used + before])
        parts.append(old[begin : begin + length])
        used += before
    parts.append(fresh[used:])
    return b"".join(parts)


def _common_start(old: bytes, new: bytes) -> int:
    """How many bytes both start with, found by halving: comparing slices is quick, comparing bytes is not."""
    most = min(len(old), len(new))
    if old[:most] == new[:most]:
        return most
    low, high = 0, most
    while high - low > 1:
        middle = (low + high) // 2
        if old[low:middle] == new[low:middle]:
            low = middle
        else:
            high = middle
    return low


def _common_end(old: bytes, new: bytes, most: int) -> int:
    """How many bytes both end with, at most ``most``."""
    if old[len(old) - most :] == new[len(new) - most :]:
        return most
    low, high = 0, most
    while high - low > 1:
        middle = (low + high) // 2
        if old[len(old) - middle : len(old) - low] == new[len(new) - middle : len(new) - low]:
            low = middle
        else:
            high = middle
    return low


def _lines(old: bytes, new: bytes, shift: int, copies: Copies) -> tuple[bytes, int]:
    """Add copies of whole lines (or items); return the bytes that are new, and how many follow the last copy.

    Arguments: ``shift`` is where ``old`` starts in the whole old content.
    """
    old_lines = _pieces(old)
    starts: list[int] = []
    first: dict[bytes, int] = {}
    offset = 0
    for index, line in enumerate(old_lines):
        starts.append(offset)
        first.setdefault(line, index)
        offset += len(line)
    new_lines = _pieces(new)
    fresh: list[bytes] = []
    pending = 0
    expected = 0  # the old line after the last copy: usually where it goes on
    number = 0
    while number < len(new_lines):
        line = new_lines[number]
        found = expected if expected < len(old_lines) and old_lines[expected] == line else first.get(line)
        last = number
        if found is not None:
            index = found
            while index < len(old_lines) and last < len(new_lines) and old_lines[index] == new_lines[last]:
                index += 1
                last += 1
            length = (starts[index] if index < len(old_lines) else len(old)) - starts[found]
            if length >= _SHORTEST_COPY:
                copies.append((pending, shift + starts[found], length))
                pending = 0
                expected = index
                number = last
                continue
        taken = new_lines[number : max(last, number + 1)]
        fresh.extend(taken)
        pending += sum(map(len, taken))
        number = max(last, number + 1)
    return b"".join(fresh), pending


def _pieces(content: bytes) -> list[bytes]:
    """Its lines; where there are hardly any, as in JSON without line breaks, what stands between commas."""
    if content.count(b"\n") * 256 >= len(content):
        return content.splitlines(keepends=True)
    pieces = [piece + b"," for piece in content.split(b",")]
    pieces[-1] = pieces[-1][:-1]
    return pieces


def _around(old: bytes, position: int) -> bytes:
    """The part of the old content that is the dictionary of a change at this position."""
    start = max(0, min(position - _WINDOW // 4, len(old) - _WINDOW))
    return old[start : start + _WINDOW]


def _squeezed(content: bytes, dictionary: bytes) -> bytes:
    from zlib import DEF_MEM_LEVEL, DEFLATED, Z_DEFAULT_STRATEGY, compressobj

    if dictionary:
        squeezer = compressobj(9, DEFLATED, -15, DEF_MEM_LEVEL, Z_DEFAULT_STRATEGY, dictionary)
    else:
        squeezer = compressobj(9, DEFLATED, -15)
    return squeezer.compress(content) + squeezer.flush()


def put_number(out: bytearray, number: int) -> None:
    """Add a number, 0 or more, as a varint: seven bits in each byte, the lowest first."""
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)


def get_number(data: bytes, position: int) -> tuple[int, int]:
    """Return the varint at a position and where it ends. Raises ``ValueError``."""
    number = shift = 0
    while position < len(data) and shift < 63:
        byte = data[position]
        position += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, position
        shift += 7
    raise ValueError("its difference is cut short")
