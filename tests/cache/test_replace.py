"""Several documents replaced at once, and cells that are held beyond that."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from setpoint.cache.config_cache import ConfigCache
from setpoint.config import Config
from setpoint.errors import UnavailableError

TEXT = b"# the text that it was made of\nnumber: 1\n" * 20


def tree(number: int) -> Config:
    return Config({"number": number, "list": [{"text": "some text"}] * 5})


def test_readers_see_all_replaced_or_none() -> None:
    """The cells are another dict afterwards, in which every document is live before anybody can see it."""
    cache = ConfigCache(max_cache_size=2)
    cache.replace({name: (tree(1), b"", b"mark") for name in "abc"})
    before = cache.hold()
    cache.replace({name: (tree(2), b"", b"mark") for name in "abc"})
    assert [before[name].ready for name in "abc"] == [None, tree(1), tree(1)]
    assert {cache.get(name)["number"] for name in "abc"} == {2}
    assert cache.get_stats()["live_entries"] == 2


@pytest.mark.parametrize("tier", ["live", "cold", "spilled"])
def test_a_held_cell_gives_what_it_gave(tier: str, tmp_path: Path) -> None:
    """A document that was replaced, invalidated or cleared is still there for whoever held it, in each tier."""
    options: dict[str, Any] = {
        "live": {},
        "cold": {"max_cache_size": 1},
        "spilled": {"max_bytes": 1, "spill_dir": tmp_path},
    }[tier]
    cache = ConfigCache(**options)
    cache.replace({"a": (tree(1), TEXT, b"mark"), "b": (tree(1), TEXT, b"mark"), "c": (tree(1), b"", b"mark")})
    held = cache.hold()
    cache.replace({"a": (tree(2), b"new", b"mark")})
    cache.invalidate("b")
    reads = cache.get_stats()["reads"]
    assert cache.look(held["a"]) == cache.look(held["b"]) == tree(1)
    assert isinstance(cache.look(held["a"])["list"][0], Config)
    assert cache.attached(held["a"]) == cache.attached(held["b"]) == TEXT
    assert cache.attached(cache.hold()["a"]) == b"new"
    assert cache.get("a") == tree(2)
    cache.close()
    assert cache.look(held["a"]) == tree(1)
    assert cache.get_stats()["reads"] == reads + 1  # type: ignore[operator]
    del held
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_state_file_of_a_held_cell_is_told(tmp_path: Path) -> None:
    """It is an error that names the document and the file, never other content."""
    cache = ConfigCache(max_bytes=1, spill_dir=tmp_path)
    cache.replace({"a": (tree(1), TEXT, b"mark")})
    (file,) = (path for path in tmp_path.rglob("0*") if path.is_file())
    file.write_bytes(file.read_bytes()[:-1] + bytes([file.read_bytes()[-1] ^ 1]))
    held = cache.hold()
    with pytest.raises(UnavailableError, match=f"'a' cannot be brought back: {file}"):
        cache.look(held["a"])
    with pytest.raises(UnavailableError, match="checksum"):
        cache.attached(held["a"])


def test_attached_bytes_survive_coming_back() -> None:
    """Down and up again, and down once more: the bytes are those that were attached."""
    cache = ConfigCache(max_cache_size=1)
    cache.replace({"a": (tree(1), TEXT, b"mark")})
    for number in range(3):
        cache.replace({"b": (tree(number), b"", b"mark")})
        assert cache.attached(cache.hold()["a"]) == TEXT
        assert cache.get("a") == tree(1)
        assert cache.attached(cache.hold()["a"]) == TEXT


def test_what_a_killed_process_left_is_removed(tmp_path: Path) -> None:
    """The next cache that needs a folder removes those of the dead, and only those."""
    script = (
        "import sys, time; from setpoint.cache.config_cache import ConfigCache\n"
        "c = ConfigCache(max_bytes=1, spill_dir=sys.argv[1]); c.put('a', {'n': 1}); print('ready', flush=True)\n"
        "sys.stdin.read(); assert c.get('a') == {'n': 1}; print('fine')"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    dead, living = (
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)
    )
    for child in (dead, living):
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    assert len(list(tmp_path.iterdir())) == 2
    os.kill(dead.pid, signal.SIGKILL)
    dead.communicate()
    cache = ConfigCache(max_bytes=1, spill_dir=tmp_path)
    cache.put("a", {"n": 2})
    names = {path.name.split("-")[2] for path in tmp_path.iterdir()}
    assert names == {str(os.getpid()), str(living.pid)}
    assert living.communicate("")[0] == "fine\n"


@pytest.mark.parametrize("how", ["evicted", "replaced", "invalidated"])
def test_nothing_keeps_a_tree_that_is_not_live(how: str) -> None:
    """Once a document has moved down or gone, its tree is freed, however it was read."""

    def alive() -> int:
        gc.collect()
        return sum(isinstance(one, Config) and "only in the test of readers" in one for one in gc.get_objects())

    cache = ConfigCache(max_cache_size=1 if how == "evicted" else 10)
    for number in range(10):
        cache.replace({f"{number}": (Config({"only in the test of readers": number, "list": [1]}), b"", b"mark")})
        next(cache.readers.by_name[f"{number}"])
    if how == "replaced":
        cache.replace({f"{number}": (tree(number), b"", b"mark") for number in range(10)})
    elif how == "invalidated":
        cache.clear()
    assert alive() == (1 if how == "evicted" else 0)
    assert cache.get_stats()["live_hits"] == 10
