"""``Roll``: samples by metric and time, rolled up to coarser steps as they age, and packed small.

A column says of each stretch of time how many values there were, the least and greatest of them, their sum and the
last: all of that can be kept while steps grow. Percentiles cannot, and are estimated from it (see ``trend``).
"""

from __future__ import annotations

import sys
from array import array
from math import isnan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_MOST_BYTES = 32 * 1024 * 1024  # of an unpacked block; a day of one-second samples of 60 metrics takes a third of it
_LEVEL = 6
_MAGIC = b"R1"


class Column:
    """What is known of one metric, in order of time.

    ``at`` are the beginnings of the stretches, in milliseconds since 1970; of the same length are ``count``, ``low``,
    ``high``, ``total`` and ``last``. A stretch without a value is not there.
    """

    __slots__ = ("at", "count", "high", "last", "low", "total")

    def __init__(self) -> None:
        self.at = array("q")
        self.count = array("I")
        self.low = array("d")
        self.high = array("d")
        self.total = array("d")
        self.last = array("d")

    def __len__(self) -> int:
        return len(self.at)

    def add(self, at: int, value: float) -> None:
        """Append one value."""
        self.at.append(at)
        self.count.append(1)
        self.low.append(value)
        self.high.append(value)
        self.total.append(value)
        self.last.append(value)

    def extend(self, other: Column) -> None:
        """Append what another column has."""
        for name in self.__slots__:
            getattr(self, name).extend(getattr(other, name))

    def rolled(self, step: int) -> Column:
        """Return a column whose stretches begin at multiples of ``step`` milliseconds; 0 leaves them where they are.

        What falls into one stretch is made one, in order of time; of the same time, what stands later here is later.
        """
        made = Column()
        at, count, low, high, total, last = made.at, made.count, made.low, made.high, made.total, made.last
        whole = self.ordered()
        current = None
        for when, number, least, most, summed, final in zip(
            whole.at, whole.count, whole.low, whole.high, whole.total, whole.last, strict=True
        ):
            start = when - when % step if step else when
            if start == current:
                count[-1] += number
                low[-1] = min(low[-1], least)
                high[-1] = max(high[-1], most)
                total[-1] += summed
                last[-1] = final
            else:
                current = start
                at.append(start)
                count.append(number)
                low.append(least)
                high.append(most)
                total.append(summed)
                last.append(final)
        return made

    def ordered(self) -> Column:
        """Return the same in order of time; what has the same time stays in its order."""
        from itertools import islice
        from operator import le

        if all(map(le, self.at, islice(self.at, 1, None))):
            return self
        order = sorted(range(len(self.at)), key=self.at.__getitem__)
        made = Column()
        for name in self.__slots__:
            part = getattr(self, name)
            getattr(made, name).extend(map(part.__getitem__, order))
        return made

    def between(self, start: int, end: int) -> Column:
        """Return what begins at ``start`` or later, and before ``end``, both in milliseconds. It must be in order."""
        from bisect import bisect_left

        first, behind = bisect_left(self.at, start), bisect_left(self.at, end)
        if first == 0 and behind == len(self.at):
            return self
        made = Column()
        for name in self.__slots__:
            getattr(made, name).extend(getattr(self, name)[first:behind])
        return made


class Roll:
    """The columns of several metrics, by name."""

    __slots__ = ("columns",)

    def __init__(self) -> None:
        self.columns: dict[str, Column] = {}

    def add(self, at: int, values: Iterable[tuple[str, float]]) -> None:
        """Take up a sample: its time in milliseconds since 1970, and its values. NaN stands for none."""
        columns = self.columns
        for name, value in values:
            if isnan(value):
                continue
            column = columns.get(name)
            if column is None:
                column = columns[name] = Column()
            column.add(at, value)

    def add_rows(self, times: Iterable[int], names: Iterable[str], data: bytes) -> None:
        """Take up many samples at once: their times, the names of the values, and the bytes of all, row after row.

        Raises ``ValueError`` when there are not as many bytes as that takes.
        """
        at, listed = array("q", times), list(names)
        rows = array("d")
        rows.frombytes(data)
        if sys.byteorder == "big":
            rows.byteswap()
        if len(rows) != len(at) * len(listed):
            raise ValueError("a sample has not as many values as names")
        ones = array("I", (1,)) * len(at)
        for place, name in enumerate(listed):
            values = rows[place :: len(listed)]
            column = Column()
            if any(map(isnan, values)):
                for when, value in zip(at, values, strict=True):
                    if not isnan(value):
                        column.add(when, value)
            else:
                column.at, column.count = at, ones
                column.low = column.high = column.total = column.last = values
            if len(column):
                self.columns.setdefault(name, Column()).extend(column)

    def extend(self, other: Roll) -> None:
        """Append what another roll has; ``rolled`` brings it into order."""
        for name, column in other.columns.items():
            self.columns.setdefault(name, Column()).extend(column)

    def rolled(self, step: int) -> Roll:
        """Return the same by coarser stretches, which begin at multiples of ``step`` milliseconds."""
        made = Roll()
        made.columns = {name: column.rolled(step) for name, column in self.columns.items()}
        return made

    def ordered(self) -> Roll:
        """Return the same, each column in order of time."""
        made = Roll()
        last = None  # in order, and most columns have the same times
        for name, column in self.columns.items():
            ordered = column if last is not None and column.at == last.at else column.ordered()
            if ordered is column:
                last = column
            made.columns[name] = ordered
        return made

    def between(self, start: int, end: int) -> Roll:
        """Return the stretches that begin at ``start`` or later and before ``end``. It must be in order."""
        made = Roll()
        found = ((name, column.between(start, end)) for name, column in self.columns.items())
        made.columns = {name: column for name, column in found if len(column)}
        return made

    def split(self, span: int) -> Iterator[tuple[int, Roll]]:
        """Yield parts that each lie in one multiple of ``span`` milliseconds, with where it begins; in order."""
        times = {at - at % span for column in self.columns.values() for at in column.at}
        for start in sorted(times):
            yield start, self.between(start, start + span)

    def pack(self) -> bytes:
        """Return everything as few bytes.

        The bytes of equal weight of all numbers of a kind stand together, and zlib finds what repeats: the idea of the
        shuffle filter of HDF5 (https://docs.hdfgroup.org, H5Pset_shuffle).
        """
        import json
        import zlib

        names = sorted(self.columns)
        head = json.dumps([names, [len(self.columns[name]) for name in names]]).encode()
        pieces = [_MAGIC, len(head).to_bytes(4, "little"), head]
        for part in ("at", "count", "low", "high", "total", "last"):
            whole: array[float] | array[int] = array(_CODES[part])
            for name in names:
                column: array[int] = getattr(self.columns[name], part)
                whole.extend(_differences(column) if part == "at" else column)
            if sys.byteorder == "big":
                whole.byteswap()
            raw = whole.tobytes()
            pieces += [raw[first :: whole.itemsize] for first in range(whole.itemsize)]
        return zlib.compress(b"".join(pieces), _LEVEL)

    @classmethod
    def unpack(cls, data: bytes) -> Roll:
        """Return what ``pack`` made bytes of. Raises ``ValueError`` when they are not what it made."""
        import json
        import zlib

        opened = zlib.decompressobj()
        try:
            raw = opened.decompress(data, _MOST_BYTES)
            if raw[:2] != _MAGIC or not opened.eof:
                raise ValueError("these are no packed samples")
            behind = 6 + int.from_bytes(raw[2:6], "little")
            names, sizes = json.loads(raw[6:behind])
            parts = _columns_of(raw, behind, sum(sizes))
        except (zlib.error, TypeError, RecursionError) as error:
            raise ValueError(f"packed samples are damaged: {error}") from None
        made = cls()
        first = 0
        known: dict[bytes, array[int]] = {}  # most metrics have the same times
        for name, size in zip(names, sizes, strict=True):
            column = Column()
            for part, whole in parts.items():
                piece = whole[first : first + size]
                setattr(column, part, _times(piece, known) if part == "at" else piece)
            made.columns[str(name)] = column
            first += size
        return made


_CODES = {"at": "q", "count": "I", "low": "d", "high": "d", "total": "d", "last": "d"}


def _columns_of(raw: bytes, behind: int, size: int) -> dict[str, array[int]]:
    parts = {}
    for part, code in _CODES.items():
        whole: array[int] = array(code)
        width = whole.itemsize
        if len(raw) < behind + size * width:
            raise ValueError("packed samples are cut short")
        woven = bytearray(size * width)
        for place in range(width):
            woven[place::width] = raw[behind + place * size : behind + (place + 1) * size]
        whole.frombytes(bytes(woven))
        if sys.byteorder == "big":
            whole.byteswap()
        parts[part] = whole
        behind += size * width
    if behind != len(raw):
        raise ValueError("packed samples are followed by something else")
    return parts


def _differences(times: array[int]) -> Iterator[int]:
    before = 0
    for one in times:
        yield one - before
        before = one


def _times(steps: array[int], known: dict[bytes, array[int]]) -> array[int]:
    from itertools import accumulate

    key = steps.tobytes()
    found = known.get(key)
    if found is None:
        found = known[key] = array("q", accumulate(steps))
    return found[:]


def sample_bytes(values: Iterable[float]) -> bytes:
    """Return the values of one sample as bytes: eight for each, little-endian."""
    row = array("d", values)
    if sys.byteorder == "big":
        row.byteswap()
    return row.tobytes()


def finite(values: Mapping[str, float]) -> dict[str, float]:
    """Return a sample's values as floats, by name in order; what is no finite number is NaN."""
    from math import inf, nan

    return {name: value if -inf < (value := float(values[name])) < inf else nan for name in sorted(values)}
