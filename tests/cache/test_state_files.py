"""State files: private, whole, and never trusted."""

from __future__ import annotations

import gc
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.cache.config_cache import ConfigCache
from setpoint.cache.state_files import DamagedStateError, StateFolder
from setpoint.config import Config

TREE = Config({"queue": {"max_size": 5}, "list": [1, 2.5, None, "é\ud800"]})


def spilling(folder: Path) -> ConfigCache:
    """A cache in which everything goes to a state file at once."""
    return ConfigCache(max_bytes=1, spill_dir=folder)


def files(folder: Path) -> list[Path]:
    """The state files below a folder, without the mark that says that somebody uses it."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "in-use")


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    """Equal in every value and type, and with the bytes that were attached."""
    folder = StateFolder(str(tmp_path))
    back, attached = folder.read("a", folder.write("a", TREE, 6, b"text \0 of the file"))
    assert repr(back) == repr(TREE)
    assert attached == b"text \0 of the file"


def test_files_are_for_their_owner_only(tmp_path: Path) -> None:
    """0600 in a folder that is 0700, whatever the umask."""
    before = os.umask(0)
    try:
        cache = spilling(tmp_path)
        cache.put("a", {"n": 1})
    finally:
        os.umask(before)
    (file,) = files(tmp_path)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


NAMES = ["../../escape", "/etc/passwd", "a/b", "..", "", "nul\0byte", "x" * 5000, "größe 🦉", "\ud800", "con", "a\nb"]


def test_no_name_leaves_the_folder(tmp_path: Path) -> None:
    """Slashes, dots, great length, NUL and broken Unicode in names end up inside a file, never in a path."""
    inside = tmp_path / "inside"
    cache = spilling(inside)
    for number, name in enumerate(NAMES):
        cache.put(name, {"number": number})
    assert cache.get_stats()["spilled_entries"] == len(NAMES)
    assert len(files(inside)) == len(NAMES)
    assert files(tmp_path) == files(inside)
    assert [cache.get(name) for name in NAMES] == [{"number": number} for number in range(len(NAMES))]


def test_a_damaged_file_is_a_miss_and_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It is never served, said once by name, counted, and forgotten, so that a new put works."""
    cache = spilling(tmp_path)
    cache.put("messaging", {"n": 1})
    (file,) = files(tmp_path)
    file.write_bytes(file.read_bytes()[:-1] + bytes([file.read_bytes()[-1] ^ 1]))
    with caplog.at_level(logging.WARNING, "setpoint.cache"):
        assert cache.get("messaging", "default") == "default"
    (record,) = caplog.records
    assert record.name == "setpoint.cache"
    assert "'messaging'" in record.getMessage()
    assert "checksum" in record.getMessage()
    stats = cache.get_stats()
    assert (stats["misses"], stats["damaged"], stats["entries"], stats["spilled_entries"]) == (1, 1, 0, 0)
    cache.put("messaging", {"n": 2})
    assert cache.get("messaging") == {"n": 2}


@given(data=st.data())
def test_any_change_of_a_file_is_noticed(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    """One changed byte, one cut off or one added, anywhere: refused, with the file's path."""
    folder = StateFolder(str(tmp_path_factory.mktemp("state")))
    file = folder.write("name", TREE, 6)
    content = bytearray(Path(file.path).read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    kind = data.draw(st.sampled_from(["change", "cut", "add"]))
    if kind == "change":
        content[place] ^= data.draw(st.integers(1, 255))
    elif kind == "cut":
        del content[place:]
    else:
        content.insert(place, data.draw(st.integers(0, 255)))
    Path(file.path).write_bytes(content)
    with pytest.raises(DamagedStateError, match=file.path):
        folder.read("name", file)


def test_a_foreign_file_is_refused(tmp_path: Path) -> None:
    """A file that another cache wrote has the wrong key; one of another document has the wrong name."""
    folder, other = StateFolder(str(tmp_path)), StateFolder(str(tmp_path))
    mine, foreign = folder.write("a", TREE, 6), other.write("a", TREE, 6)
    renamed = folder.write("b", TREE, 6)
    with pytest.raises(DamagedStateError, match="checksum"):
        folder.read("a", foreign)
    with pytest.raises(DamagedStateError, match="another document"):
        folder.read("a", renamed)
    os.unlink(mine.path)
    with pytest.raises(DamagedStateError, match="no such file"):
        folder.read("a", mine)
    os.mkfifo(mine.path)
    with pytest.raises(DamagedStateError, match="not a file that can be read"):
        folder.read("a", mine)


def test_where_nothing_can_be_written_documents_stay(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A folder that cannot be made costs no document: one warning, the failures counted, the excess told."""
    blocker = tmp_path / "file"
    cache = spilling(blocker / "below")
    blocker.write_text("in the way")
    with caplog.at_level(logging.WARNING, "setpoint.cache"):
        for number in range(3):
            cache.put(str(number), {"number": number})
    assert [cache.get(str(number)) for number in range(3)] == [{"number": number} for number in range(3)]
    stats = cache.get_stats()
    assert (stats["cold_entries"], stats["spilled_entries"]) == (3, 0)
    assert stats["spill_failures"] >= 3  # type: ignore[operator]
    assert stats["over_budget_bytes"] > 0  # type: ignore[operator]
    assert len(caplog.records) == 1
    assert "spill_dir" in caplog.text
    blocker.unlink()
    assert cache.get("0") == {"number": 0}
    assert cache.get_stats()["cold_entries"] == 0


def test_a_document_is_written_once(tmp_path: Path) -> None:
    """Coming back keeps the file; moving down again uses it."""
    cache = spilling(tmp_path)
    cache.put("a", {"n": 1})
    written = [(path, path.stat().st_mtime_ns, path.stat().st_ino) for path in files(tmp_path)]
    for _ in range(3):
        assert cache.get("a") == {"n": 1}
    assert [(path, path.stat().st_mtime_ns, path.stat().st_ino) for path in files(tmp_path)] == written
    assert cache.get_stats()["spills"] == 4


def test_the_files_go_with_the_cache(tmp_path: Path) -> None:
    """close(), the garbage collector and the end of the interpreter each remove the folder."""
    cache = spilling(tmp_path)
    cache.put("a", {"n": 1})
    assert files(tmp_path)
    cache.close()
    assert list(tmp_path.iterdir()) == []
    cache.put("a", {"n": 2})
    assert cache.get("a") == {"n": 2}
    del cache
    gc.collect()
    assert list(tmp_path.iterdir()) == []
    script = (
        "import os, sys; from setpoint.cache.config_cache import ConfigCache\n"
        "c = ConfigCache(max_bytes=1, spill_dir=sys.argv[1]); c.put('a', {'n': 1}); print(len(os.listdir(sys.argv[1])))"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("1\n", "")
    assert list(tmp_path.iterdir()) == []
