"""The cache against an obvious model: two ordered dicts and a list of what happened."""

from __future__ import annotations

import shutil
import tempfile
from collections import OrderedDict
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from setpoint.cache.config_cache import ConfigCache

NAMES = st.sampled_from([f"document {number}" for number in range(8)])
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
TREES = st.dictionaries(st.text(), VALUES, max_size=4)


class Counting(RuleBasedStateMachine):
    """Live documents in the order of their use, bounded by a number; the others cold."""

    live_at_most = 3

    def __init__(self) -> None:
        super().__init__()
        self.cache = self.make()
        self.live: OrderedDict[str, dict[str, Any]] = OrderedDict()
        self.lower: dict[str, dict[str, Any]] = {}
        self.counts = {"live_hits": 0, "lower_hits": 0, "misses": 0, "invalidations": 0, "evictions": 0}

    def make(self) -> ConfigCache:
        return ConfigCache(max_cache_size=self.live_at_most)

    def use(self, name: str, tree: dict[str, Any]) -> None:
        self.lower.pop(name, None)
        self.live[name] = tree
        self.live.move_to_end(name)
        while len(self.live) > self.live_at_most:
            oldest, content = self.live.popitem(last=False)
            self.lower[oldest] = content
            self.counts["evictions"] += 1

    @rule(name=NAMES, tree=TREES)
    def put(self, name: str, tree: dict[str, Any]) -> None:
        assert self.cache.put(name, tree) == tree
        self.use(name, tree)

    @rule(name=NAMES)
    def get(self, name: str) -> None:
        found = self.cache.get(name)
        expected = self.live.get(name, self.lower.get(name))
        assert repr(found) == repr(None if expected is None else type(found)(expected))
        if expected is None:
            self.counts["misses"] += 1
            return
        self.counts["live_hits" if name in self.live else "lower_hits"] += 1
        self.use(name, expected)

    @rule(name=NAMES)
    def invalidate(self, name: str) -> None:
        there = name in self.live or name in self.lower
        assert self.cache.invalidate(name) is there
        self.live.pop(name, None)
        self.lower.pop(name, None)
        self.counts["invalidations"] += there

    @rule()
    def clear(self) -> None:
        self.counts["invalidations"] += len(self.live) + len(self.lower)
        self.cache.clear()
        self.live.clear()
        self.lower.clear()

    @invariant()
    def everything_is_kept(self) -> None:
        assert len(self.cache) == len(self.live) + len(self.lower)
        assert all(name in self.cache for name in (*self.live, *self.lower))

    @invariant()
    def the_figures_are_those_of_the_model(self) -> None:
        stats = self.cache.get_stats()
        assert {name: stats[name] for name in ("live_hits", "misses", "invalidations", "evictions")} == {
            name: count for name, count in self.counts.items() if name != "lower_hits"
        }
        assert stats["cold_hits"] == self.counts["lower_hits"]
        assert (stats["live_entries"], stats["cold_entries"]) == (len(self.live), len(self.lower))

    @precondition(lambda self: self.live)
    @invariant()
    def the_live_ones_are_the_most_recently_used(self) -> None:
        assert {name for name, cell in self.cache._cells.items() if cell.tree is not None} == set(self.live)


class Bounded(RuleBasedStateMachine):
    """Limited in bytes and with a folder: every document comes back and the limit holds after every step."""

    limit = 2500

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.mkdtemp()
        self.cache = ConfigCache(max_cache_size=4, max_bytes=self.limit, spill_dir=self.folder)
        self.model: dict[str, dict[str, Any]] = {}

    @rule(name=NAMES, tree=TREES, filler=st.integers(0, 60))
    def put(self, name: str, tree: dict[str, Any], filler: int) -> None:
        self.model[name] = {**tree, "filler": [float(number) for number in range(filler)]}
        self.cache.put(name, self.model[name])

    @rule(name=NAMES)
    def get(self, name: str) -> None:
        assert self.cache.get(name) == self.model.get(name)

    @rule(name=NAMES)
    def invalidate(self, name: str) -> None:
        assert self.cache.invalidate(name) is (self.model.pop(name, None) is not None)

    @invariant()
    def the_limits_hold(self) -> None:
        stats = self.cache.get_stats()
        assert stats["live_bytes"] + stats["cold_bytes"] <= self.limit  # type: ignore[operator]
        assert stats["live_entries"] <= 4  # type: ignore[operator]
        tiers = [stats["live_entries"], stats["cold_entries"], stats["spilled_entries"]]
        assert sum(tiers) == len(self.model) == len(self.cache)  # type: ignore[arg-type]
        assert stats["damaged"] == stats["spill_failures"] == stats["over_budget_bytes"] == 0

    def teardown(self) -> None:
        for name, tree in self.model.items():
            assert self.cache.get(name) == tree
        self.cache.clear()
        stats = self.cache.get_stats()
        assert [stats[key] for key in ("live_bytes", "cold_bytes", "spilled_bytes", "raw_bytes")] == [0, 0, 0, 0]
        self.cache.close()
        shutil.rmtree(self.folder)


Counting.TestCase.settings = Bounded.TestCase.settings = settings(stateful_step_count=30)
TestCounting = Counting.TestCase
TestBounded = Bounded.TestCase
