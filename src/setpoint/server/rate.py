"""``Rate``: how often somebody may try something."""

from __future__ import annotations

import time
from collections import OrderedDict
from ipaddress import IPv6Address, ip_address

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_MOST_KEYS = 10_000


class Rate:
    """At most so many tries in so many seconds, for each key by itself.

    A bucket for each key holds ``most`` tries, and fills up again evenly within ``seconds``. Buckets that are full
    again are forgotten; of more than 10,000 that are not, the one that was used longest ago is.
    """

    __slots__ = ("_buckets", "_clock", "_most", "_seconds")

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._seconds = seconds
        self._clock = clock
        # key -> (what is left, when), in the order of their last use
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> float:
        """Take one try, and return 0; or return how many seconds to wait when none is left."""
        now = self._clock()
        left, when = self._buckets.pop(key, (float(self._most), now))
        left = min(self._most, left + (now - when) * self._most / self._seconds)
        taken = left >= 1
        self._buckets[key] = (left - 1 if taken else left, now)
        if len(self._buckets) > _MOST_KEYS:
            self._forget(now)
        return 0.0 if taken else (1 - left) * self._seconds / self._most

    def _forget(self, now: float) -> None:
        over = True
        while over or now - next(iter(self._buckets.values()))[1] >= self._seconds:  # what follows was used later
            self._buckets.popitem(last=False)
            over = len(self._buckets) > _MOST_KEYS


def network_of(address: str) -> str:
    """Return what stands for everybody behind an address: itself, and of IPv6 the 64 bits that one customer gets."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(IPv6Address(int(parsed) >> 64 << 64))
    return address
