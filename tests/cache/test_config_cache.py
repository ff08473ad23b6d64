"""The cache as a program sees it."""

from __future__ import annotations

import math
import pickle
import sys
from pathlib import Path
from typing import Any

import pytest

from setpoint.cache.config_cache import ConfigCache
from setpoint.config import Config
from setpoint.errors import UsageError

TREE = {"queue": {"max_size": 5, "names": ["a", {"b": 1}]}, "text": "é\ud800", "number": 1.5, "none": None}


def tiers(cache: ConfigCache) -> tuple[int, ...]:
    stats = cache.get_stats()
    return tuple(int(stats[f"{tier}_entries"] or 0) for tier in ("live", "cold", "spilled"))


def test_what_is_put_in_comes_out_frozen() -> None:
    """put freezes and returns the Config; get returns that same object."""
    cache = ConfigCache()
    config = cache.put("a", TREE)
    assert config == TREE
    assert isinstance(config, Config)
    assert cache.get("a") is config
    assert "a" in cache
    assert len(cache) == 1


def test_what_is_not_there_is_the_default() -> None:
    """A miss returns the default, which is None when not given."""
    cache = ConfigCache()
    assert cache.get("a") is None
    assert cache.get("a", 7) == 7
    assert cache.get_stats()["misses"] == 2


def test_the_least_recently_used_goes_first() -> None:
    """Reading makes a document recent; the one that was not read becomes cold."""
    cache = ConfigCache(max_cache_size=2)
    first, second = cache.put("first", {"n": 1}), cache.put("second", {"n": 2})
    assert cache.get("first") is first
    cache.put("third", {"n": 3})
    assert cache.get("first") is first
    returned = cache.get("second")
    assert returned == second
    assert returned is not second


def test_a_cold_document_comes_back_equal_and_frozen() -> None:
    """Every value, type and the order of keys survive, and so do text that is no Unicode and an empty list."""
    cache = ConfigCache(max_cache_size=1)
    tree = {**TREE, "empty": [], "nothing": {}, "deep": [[[{"x": [1, 2**64 - 1, -0.0]}]]], "z": 1, "a": 2}
    cache.put("a", tree)
    cache.put("b", {})
    back = cache.get("a")
    assert repr(back) == repr(Config(tree))
    assert isinstance(back["deep"][0][0][0], Config)
    with pytest.raises(TypeError, match="frozen"):
        back["deep"][0].append(1)
    assert cache.get_stats()["cold_hits"] == 1


def test_a_document_is_compressed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What came back keeps its compressed form, so moving it down again costs nothing."""
    from setpoint.cache import tiers as module

    packed: list[object] = []
    whole = module.pack
    monkeypatch.setattr(module, "pack", lambda tree, *rest: (packed.append(tree), whole(tree, *rest))[1])
    cache = ConfigCache(max_cache_size=1)
    for name in "ab":
        cache.put(name, {"name": name})
    for _ in range(5):
        assert [cache.get(name)["name"] for name in "ab"] == ["a", "b"]
    assert len(packed) == 2
    assert cache.get_stats()["evictions"] == 11


def test_without_a_folder_nothing_is_dropped_and_the_excess_is_told() -> None:
    """Beyond max_bytes and without spill_dir documents stay in memory, and the stats say by how much."""
    cache = ConfigCache(max_bytes=200)
    for number in range(10):
        cache.put(str(number), {**TREE, "number": number})
    assert [cache.get(str(number))["number"] for number in range(10)] == list(range(10))
    stats = cache.get_stats()
    assert tiers(cache) == (0, 10, 0)
    assert stats["over_budget_bytes"] == stats["cold_bytes"] - 200 > 0  # type: ignore[operator]


def test_with_a_folder_the_limit_is_kept(tmp_path: Path) -> None:
    """Beyond max_bytes the coldest go to state files, and every document still comes back."""
    cache = ConfigCache(max_bytes=4000, spill_dir=tmp_path / "made" / "when needed")
    for number in range(30):
        cache.put(str(number), {**TREE, "number": number})
        stats = cache.get_stats()
        assert stats["live_bytes"] + stats["cold_bytes"] <= 4000  # type: ignore[operator]
    assert cache.get_stats()["spilled_entries"] > 0  # type: ignore[operator]
    assert [cache.get(str(number)) for number in range(30)] == [{**TREE, "number": number} for number in range(30)]
    stats = cache.get_stats()
    assert stats["spill_hits"] > 0  # type: ignore[operator]
    assert stats["misses"] == stats["over_budget_bytes"] == 0


def test_a_document_larger_than_the_limit_moves_nobody_else(tmp_path: Path) -> None:
    """It goes down by itself instead of moving everybody out before it."""
    cache = ConfigCache(max_bytes=3000, spill_dir=tmp_path)
    small = cache.put("small", {"n": 1})
    cache.put("large", {"numbers": list(range(1000))})
    assert cache.get("small") is small
    assert cache.get("large")["numbers"][999] == 999
    assert cache.get("small") is small


def test_a_replaced_document_is_gone() -> None:
    """The second put wins, wherever the first one is, and its bytes are not counted any more."""
    cache = ConfigCache(max_cache_size=1)
    cache.put("a", {"numbers": list(range(1000))})
    cache.put("b", {})
    cache.put("a", {"n": 2})
    cache.put("b", {})
    assert cache.get("a") == {"n": 2}
    assert len(cache) == 2
    assert cache.get_stats()["cold_bytes"] < 500  # type: ignore[operator]


def test_invalidating_forgets(tmp_path: Path) -> None:
    """invalidate says whether there was one, in each tier, and its bytes and file go too."""
    cache = ConfigCache(max_cache_size=1, max_bytes=8000, spill_dir=tmp_path)
    for number in range(60):
        cache.put(str(number), {**TREE, "number": number})
    assert min(tiers(cache)) > 0
    for number in range(60):
        assert cache.invalidate(str(number))
        assert not cache.invalidate(str(number))
        assert str(number) not in cache
    stats = cache.get_stats()
    assert tiers(cache) == (0, 0, 0)
    assert stats["live_bytes"] == stats["cold_bytes"] == stats["spilled_bytes"] == stats["raw_bytes"] == 0
    assert stats["invalidations"] == 60
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["in-use"]  # the folder's own mark


def test_clearing_forgets_all_and_keeps_the_counts() -> None:
    """Each document is one invalidation; hits stay counted."""
    cache = ConfigCache(max_cache_size=2)
    for name in "abc":
        cache.put(name, {})
    cache.get("c")
    cache.clear()
    stats = cache.get_stats()
    assert len(cache) == 0
    assert (stats["invalidations"], stats["hits"]) == (3, 1)
    assert cache.get("a") is None


def test_the_figures_agree_with_each_other() -> None:
    """Ratios are those of the counts beside them, and NaN where there is nothing to divide."""
    cache = ConfigCache(max_cache_size=1)
    empty = cache.get_stats()
    assert all(math.isnan(empty[name] or 0) for name in ("hit_ratio", "compression_ratio", "saving"))
    cache.put("a", {"text": "word " * 500})
    cache.put("b", {})
    for name in ("b", "b", "a", "none"):
        cache.get(name)
    stats = cache.get_stats()
    assert (stats["live_hits"], stats["cold_hits"], stats["hits"], stats["misses"], stats["reads"]) == (2, 1, 3, 1, 4)
    assert stats["hit_ratio"] == 0.75
    assert stats["compression_ratio"] == stats["compressed_bytes"] / stats["raw_bytes"] < 0.1  # type: ignore[operator]
    assert stats["saving"] == 1 - stats["compression_ratio"]  # type: ignore[operator]


def test_looking_at_the_figures_changes_no_count() -> None:
    """Statistics can be taken as often as one likes."""
    cache = ConfigCache()
    cache.put("a", {})
    cache.get("a")
    assert [cache.get_stats()["hits"] for _ in range(5)] == [1] * 5


def test_nothing_is_pickled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All three tiers work where pickle does not."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("pickle was used")

    for name in ("dump", "dumps", "load", "loads"):
        monkeypatch.setattr(pickle, name, refuse)
    cache = ConfigCache(max_cache_size=1, max_bytes=8000, spill_dir=tmp_path)
    for number in range(60):
        cache.put(str(number), {**TREE, "number": number})
    assert min(tiers(cache)) > 0
    assert [cache.get(str(number))["number"] for number in range(60)] == list(range(60))


@pytest.mark.parametrize(
    "arguments",
    [
        {"max_cache_size": 0},
        {"max_cache_size": "many"},
        {"max_cache_size": True},
        {"compression_level": 10},
        {"compression_level": -1},
        {"max_bytes": 0},
        {"spill_dir": __file__},
    ],
)
def test_settings_that_make_no_sense_are_refused(arguments: dict[str, Any]) -> None:
    """The error names the argument and what it was."""
    with pytest.raises(UsageError, match=f"{next(iter(arguments))}="):
        ConfigCache(**arguments)


def looped() -> dict[str, Any]:
    loop: dict[str, Any] = {}
    loop["again"] = loop
    return loop


def test_what_is_no_configuration_is_refused() -> None:
    """Values outside the data model, other keys than text, and a dict that holds itself are usage errors."""
    cache = ConfigCache()
    wrong: list[Any] = [[], "text", {1: 2}, {"a": object()}, {"a": (1,)}, {"a": math.nan}, {"a": 2**64}, looped()]
    for config in wrong:
        with pytest.raises(UsageError):
            cache.put("a", config)
    with pytest.raises(UsageError, match="the name is text"):
        cache.put(1, {})  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="needs file="):
        cache.put("a", {}, digest="00")
    assert len(cache) == 0


@pytest.mark.parametrize("level", range(10))
def test_every_level_of_compression_works(level: int) -> None:
    """0 stores as is, 9 is the smallest."""
    cache = ConfigCache(max_cache_size=1, compression_level=level)
    cache.put("a", TREE)
    cache.put("b", {})
    assert cache.get("a") == TREE


def test_the_room_loads_nothing_heavy() -> None:
    """Importing the cache and using it in memory loads no json, hashlib, logging, re or typing."""
    import subprocess

    script = (
        "import sys; from setpoint.cache.config_cache import ConfigCache; c = ConfigCache(max_cache_size=1)\n"
        "c.put('a', {'b': [1]}); c.put('b', {}); assert c.get('a') == {'b': [1]}\n"
        "print({'json', 'hashlib', 'logging', 're', 'typing', 'dataclasses'} & set(sys.modules))"
    )
    path = {"PYTHONPATH": ":".join(part for part in sys.path if part)}
    done = subprocess.run([sys.executable, "-S", "-c", script], capture_output=True, text=True, check=True, env=path)
    assert done.stdout.strip() == "set()"
