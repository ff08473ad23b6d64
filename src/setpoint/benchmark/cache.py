"""What a cached document costs, and how small a cold one is."""

from __future__ import annotations

from time import perf_counter

from .figure import COUNT, SHARE, Figure
from .timing import Times

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from .ground import Ground

_READS = 20_000
_CHANGES = 20


def measure(ground: Ground) -> Iterator[Figure]:
    """Yield the figures of the cache."""
    yield from _loading(ground)
    yield from _hits(ground)
    yield from _sizes(ground)
    yield from _invalidation(ground)


def _loading(ground: Ground) -> Iterator[Figure]:
    names = list(ground.files)

    def anew() -> None:
        with ground.system() as system:
            for name in names:
                system.load_config(name)

    anew()  # imports what it needs: that is paid once in a process
    first = Times.of(anew, 15)
    yield Figure.slowest(
        f"first load of all {len(names)}", first, below=1.0, detail="read, decoded, merged, validated, frozen"
    )
    system = ground.system()
    for name in names:
        system.load_config(name)
    cached = Times.of(lambda: system.load_config("unified_config"), 200, each=500)
    yield Figure.slowest(
        "cached load",
        cached,
        below=0.1,
        against="the same document read and validated anew, median",
        baseline=Times.of(lambda: _reloaded(ground, "unified_config"), 20).median,
    )


def _reloaded(ground: Ground, name: str) -> None:
    with ground.system() as system:
        system.load_config(name)


def _hits(ground: Ground) -> Iterator[Figure]:
    """Read as a service does, while a file changes now and then; compare what was counted with a count of our own."""
    good = ground.text("messaging")
    names = list(ground.files)
    with ground.system() as system:
        before = system.get_cache_stats()
        for number in range(_READS):
            if number % (_READS // _CHANGES) == 0:
                ground.put("messaging", ground.queue_of(1000 + number))
                system.reload()
            system.load_config(names[number % len(names)])
        after = system.get_cache_stats()
    ground.put("messaging", good)
    reads, hits = ((after[key] or 0) - (before[key] or 0) for key in ("reads", "hits"))
    yield Figure(
        "hit ratio",
        hits / reads,
        SHARE,
        at_least=0.95,
        detail=f"{_READS:,} reads of {len(names)} documents, one of which changed {_CHANGES} times",
    )
    yield Figure(
        "reads counted", reads, COUNT, at_least=_READS, against="reads made", baseline=_READS, detail="exact when equal"
    )


def _sizes(ground: Ground) -> Iterator[Figure]:
    from contextlib import closing

    from ..cache.config_cache import ConfigCache

    system = ground.system()
    texts = compact = small = 0
    rows = []
    for name in ground.files:
        text = len(ground.text(name))
        with closing(ConfigCache(max_cache_size=1)) as cache:
            cache.put(name, system.load_config(name))
            cache.put("another", {"a": 1})  # the first one goes cold
            stats = cache.get_stats()
        raw, packed = int(stats["raw_bytes"] or 0), int(stats["compressed_bytes"] or 0)
        texts, compact, small = texts + text, compact + raw, small + packed
        rows.append(_saving(name, packed, text, raw))
    yield _saving("all documents", small, texts, compact, at_least=0.6)
    yield from rows


def _saving(name: str, packed: int, text: int, compact: int, *, at_least: float | None = None) -> Figure:
    return Figure(
        f"smaller when cold: {name}",
        1 - packed / text,
        SHARE,
        at_least=at_least,
        detail=f"{packed:,} bytes in memory beside {text:,} in the file; {compact:,} as compact JSON",
        against="saving beside compact JSON",
        baseline=1 - packed / compact,
    )


def _invalidation(ground: Ground) -> Iterator[Figure]:
    from contextlib import closing

    from ..cache.config_cache import ConfigCache

    config = ground.system().load_config("unified_config")
    seconds, served = [], 0
    with closing(ConfigCache()) as cache:
        for _ in range(1000):
            cache.put("unified_config", config)
            began = perf_counter()
            cache.invalidate("unified_config")
            found = cache.get("unified_config")
            seconds.append(perf_counter() - began)
            served += found is not None
    yield Figure.slowest("invalidation, and the next read", Times(seconds), below=0.01)
    yield Figure("reads that gave what was invalidated", served, COUNT, below=1, detail=f"of {len(seconds)}")
