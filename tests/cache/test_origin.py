"""Documents that were put with their file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from setpoint.cache.config_cache import ConfigCache
from setpoint.cache.origin import content_digest
from setpoint.errors import ConfigNotFoundError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "messaging.json"
    path.write_bytes(b'{"n": 1}')
    return path


def long_ago(path: Path) -> None:
    os.utime(path, ns=(10**18, 10**18))


@pytest.mark.parametrize("change", ["write", "replace", "touch", "delete"])
def test_a_changed_file_is_a_miss(file: Path, change: str) -> None:
    """Written in place, replaced, touched or deleted: the document is gone and stays gone."""
    cache = ConfigCache()
    config = cache.put("a", {"n": 1}, file=file)
    assert cache.get("a") is config
    if change == "write":
        file.write_bytes(b'{"n": 22}')
    elif change == "replace":
        (file.parent / "new").write_bytes(b'{"n": 2}')
        (file.parent / "new").replace(file)
    elif change == "touch":
        long_ago(file)
    else:
        file.unlink()
    assert cache.get("a") is None
    assert "a" not in cache
    stats = cache.get_stats()
    assert (stats["hits"], stats["misses"], stats["invalidations"]) == (1, 1, 1)


def test_with_a_digest_only_other_bytes_are_a_change(file: Path) -> None:
    """Touching the file keeps the document; changing a byte in the same tick, with the same size, does not."""
    cache = ConfigCache()
    config = cache.put("a", {"n": 1}, file=file, digest=content_digest(b'{"n": 1}'))
    long_ago(file)
    assert cache.get("a") is config
    status = file.stat()
    file.write_bytes(b'{"n": 2}')
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert cache.get("a") is None


def test_a_file_that_changed_before_put_is_noticed(file: Path) -> None:
    """The document is returned and not kept, and an older one of that name is forgotten."""
    cache = ConfigCache()
    cache.put("a", {"n": 0})
    assert cache.put("a", {"n": 7}, file=file, digest=content_digest(b'{"n": 7}')) == {"n": 7}
    assert "a" not in cache


def test_a_cold_document_looks_at_its_file_too(file: Path) -> None:
    """Whatever the tier, a changed file is a miss."""
    cache = ConfigCache(max_cache_size=1)
    cache.put("a", {"n": 1}, file=file)
    cache.put("b", {})
    assert cache.get("a") == {"n": 1}
    cache.put("b", {})
    file.write_bytes(b'{"n": 22}')
    assert cache.get("a") is None
    assert cache.get_stats()["cold_hits"] == 1


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    """A document cannot be tied to a file that is not there; the error names it."""
    with pytest.raises(ConfigNotFoundError, match=r"none\.json: no such file"):
        ConfigCache().put("a", {}, file=tmp_path / "none.json")


def test_once_the_times_are_old_nothing_is_read(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a digest the bytes are compared again only while the file's times are too young to be trusted."""
    from setpoint.cache import origin

    reads: list[str] = []
    whole = origin.read_file
    monkeypatch.setattr(origin, "read_file", lambda path, budget: (reads.append(path), whole(path, budget))[1])
    cache = ConfigCache()
    cache.put("a", {"n": 1}, file=file, digest=content_digest(b'{"n": 1}'))
    cache.get("a")
    assert len(reads) == 2
    later = origin.time.time_ns() + 3 * 10**9
    monkeypatch.setattr(origin.time, "time_ns", lambda: later)
    for _ in range(5):
        assert cache.get("a") == {"n": 1}
    assert len(reads) == 3
