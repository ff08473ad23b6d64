"""What a system serves: from memory, all of one generation, and replaced whole or not at all."""

from __future__ import annotations

import dataclasses
import json
import multiprocessing
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from setpoint import (
    ConfigCache,
    ConfigNotFoundError,
    ConfigParseError,
    ConfigSystem,
    ConfigValidationError,
    Snapshot,
    UnavailableError,
)
from setpoint.sources.texts import Texts


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with three documents, one of which has a schema."""
    monkeypatch.chdir(tmp_path)
    config = tmp_path / "config"
    (config / "schemas").mkdir(parents=True)
    (config / "a.yaml").write_text("number: 1  # how many\n")
    (config / "b.json").write_text('{"number": 1}')
    (config / "c.toml").write_text("number = 1\n")
    (config / "schemas" / "a.schema.json").write_text('{"properties": {"number": {"maximum": 100}}}')
    return config


def system(**options: Any) -> ConfigSystem:
    return ConfigSystem("config", **{"environ": {}, **options})


def numbers(served: ConfigSystem) -> list[int]:
    return [served.load_config(name).number for name in "abc"]


def test_all_that_changed_is_replaced_by_one_reload(home: Path) -> None:
    """And what did not change is the very same object as before."""
    mine = system()
    before = {name: mine.load_config(name) for name in "abc"}
    (home / "a.yaml").write_text("number: 2\n")
    (home / "b.json").write_text('{"number": 2}')
    mine.reload()
    assert numbers(mine) == [2, 2, 1]
    assert mine.load_config("c") is before["c"]


def test_one_bad_document_refuses_the_whole_reload(home: Path) -> None:
    """Every document stays as it was, and the error has the diagnostics of all that are bad."""
    mine = system()
    assert numbers(mine) == [1, 1, 1]
    (home / "a.yaml").write_text("number: 1000\n")
    (home / "b.json").write_text('{"number": 2,')
    (home / "c.toml").write_text("number = 2\n")
    with pytest.raises(ConfigValidationError, match=r"^config/a\.yaml:1:9: .*refused as well: b") as refused:
        mine.reload()
    assert [one.document for one in refused.value.diagnostics] == ["a", "b"]
    assert numbers(mine) == [1, 1, 1]
    (home / "a.yaml").write_text("number: 3\n")
    (home / "b.json").write_text('{"number": 2}')
    mine.reload()
    assert numbers(mine) == [3, 2, 2]


def test_a_document_that_was_never_loaded_stops_no_reload(home: Path) -> None:
    """Only what is served is looked at."""
    mine = system()
    mine.load_config("a")
    (home / "a.yaml").write_text("number: 2\n")
    (home / "b.json").write_text("{")
    mine.reload()
    assert mine.load_config("a").number == 2
    with pytest.raises(ConfigParseError):
        mine.load_config("b")


def test_a_change_that_changes_no_value_changes_nothing(home: Path) -> None:
    """A comment, a touch or another order of bytes keeps the object and the generation; explain sees the new line."""
    mine = system()
    before, generation = mine.load_config("a"), mine.snapshot().generation
    os.utime(home / "b.json", (1, 1))
    (home / "a.yaml").write_text("# said twice\n\nnumber: 1\n")
    (home / "schemas" / "a.schema.json").write_text('{"properties": {"number": {"maximum": 99}}}')
    mine.reload()
    assert mine.load_config("a") is before
    assert mine.snapshot().generation == generation
    assert mine.explain("a.number").origins[0].line == 3
    (home / "a.yaml").write_text("number: 1.0\n")  # equal, and another type
    mine.reload()
    assert mine.load_config("a") is not before
    assert mine.snapshot().generation == generation + 1


def test_a_deleted_document_is_served_on(home: Path) -> None:
    """So is one whose files clash meanwhile, which refuses the reload; a new one can be loaded."""
    mine = system()
    assert numbers(mine) == [1, 1, 1]
    (home / "b.json").unlink()
    (home / "d.json").write_text('{"number": 4}')
    mine.reload()
    assert [*numbers(mine), mine.load_config("d").number] == [1, 1, 1, 4]
    assert mine.explain("b.number").origins[0].file == "config/b.json"
    (home / "c.yaml").write_text("number: 5\n")
    with pytest.raises(ConfigParseError, match="c"):
        mine.reload()
    assert numbers(mine) == [1, 1, 1]


def test_a_changed_schema_judges_what_is_served(home: Path) -> None:
    """The files may be as they were: a reload holds them against the new schema."""
    mine = system()
    assert numbers(mine) == [1, 1, 1]
    schema = home / "schemas" / "a.schema.json"
    schema.write_text('{"properties": {"number": {"maximum": 0}}}')
    with pytest.raises(ConfigValidationError):
        mine.reload()
    schema.write_text('{"properties": {"more": {"default": 5}}}')
    mine.reload()
    assert mine.load_config("a") == {"number": 1, "more": 5}


def test_schemas_stay_compiled_while_their_files_stay(home: Path) -> None:
    """A reload compiles nothing anew unless something in the folders of schemas changed."""
    mine = system()
    mine.load_config("a")
    library = mine.library()
    mine.reload()
    assert mine.library() is library
    (home / "schemas" / "new.schema.json").write_text("{}")
    mine.reload()
    assert mine.library() is not library


def test_variables_and_settings_count_from_the_reload_on(home: Path) -> None:
    """They are captured at construction and at each reload, and count for what is loaded in between."""
    environ = {"SETPOINT_A__NUMBER": "7"}
    mine = system(environ=environ)
    assert mine.load_config("a").number == 7
    environ["SETPOINT_A__NUMBER"] = "8"
    environ["SETPOINT_B__NUMBER"] = "8"
    assert numbers(mine) == [7, 1, 1]
    mine.reload()
    assert numbers(mine) == [8, 8, 1]
    (home.parent / "setpoint.toml").write_text('environment.prefix = "APP"')
    mine.reload()
    assert numbers(mine) == [1, 1, 1]


def test_explaining_uses_the_bytes_that_are_served(home: Path) -> None:
    """Whatever the file says meanwhile, until a reload."""
    mine = system()
    mine.load_config("a")
    (home / "a.yaml").write_text("\n\nnumber: 2\n")
    found = mine.explain("a.number")
    assert (found.value, found.origins[0].line) == (1, 1)
    mine.reload()
    found = mine.explain("a.number")
    assert (found.value, found.origins[0].line) == (2, 3)


def test_the_statistics_are_those_of_the_reads(home: Path) -> None:
    """A read that touched files is a miss, every other one a hit; failures are misses too."""
    mine = system()
    for _ in range(5):
        numbers(mine)
    with pytest.raises(ConfigNotFoundError):
        mine.load_config("nobody")
    stats = mine.get_cache_stats()
    assert (stats["reads"], stats["hits"], stats["misses"], stats["entries"]) == (16, 12, 4, 3)
    assert stats["hit_ratio"] == 0.75


def test_documents_beyond_the_bounds_are_served_from_below(home: Path, tmp_path: Path) -> None:
    """Cold and spilled documents come back without their files, explained and bound as ever."""
    for options in ({"max_cache_size": 1}, {"max_bytes": 1, "spill_dir": tmp_path / "spilled"}):
        mine = system(cache=ConfigCache(**options))
        assert numbers(mine) == [1, 1, 1]
        for file in home.glob("*.*"):
            file.rename(file.with_name(f"{file.name}.away"))
        assert numbers(mine) == [1, 1, 1]
        assert mine.explain("b.number").origins[0].file == "config/b.json"
        assert mine.bind("c").current.number == 1
        assert mine.get_cache_stats()["misses"] == 3
        for file in home.glob("*.away"):
            file.rename(file.with_suffix(""))


def test_the_settings_bound_the_cache(home: Path) -> None:
    """The table [cache] of the settings has the arguments of ConfigCache."""
    (home.parent / "setpoint.toml").write_text('[cache]\nmax_cache_size = 2\nmax_bytes = 1\nspill_dir = "spilled"\n')
    mine = system()
    assert numbers(mine) == [1, 1, 1]
    stats = mine.get_cache_stats()
    assert (stats["max_entries"], stats["spilled_entries"]) == (2, 3)
    assert (home.parent / "spilled").is_dir()


# -- snapshots ------------------------------------------------------------------------------------------------------


def test_a_snapshot_stays_what_it_was(home: Path) -> None:
    """It has every document, also those that nobody loaded, and no reload, override or close changes it."""
    mine = system()
    snapshot = mine.snapshot()
    assert isinstance(snapshot, Snapshot)
    assert list(snapshot) == ["a", "b", "c"]
    assert (len(snapshot), "a" in snapshot, "x" in snapshot) == (3, True, False)
    assert dict(snapshot) == {name: {"number": 1} for name in "abc"}
    assert snapshot["a"] is mine.load_config("a")
    assert (snapshot.get("a.number"), snapshot.get("a.x", 5), snapshot.get("x.y")) == (1, 5, None)
    for name, text in (("a.yaml", "number: 2"), ("b.json", '{"number": 2}')):
        (home / name).write_text(text)
    mine.reload()
    with mine.override({"c.number": 2}):
        assert [config.number for config in dict(mine.snapshot()).values()] == [2, 2, 2]
    newer = mine.snapshot()
    mine.close()
    assert [snapshot[name].number for name in snapshot] == [1, 1, 1]
    assert [newer[name].number for name in newer] == [2, 2, 1]
    assert newer.generation == snapshot.generation + 3
    with pytest.raises(ConfigNotFoundError, match="no document 'd'"):
        snapshot["d"]
    for change in (lambda: setattr(snapshot, "generation", 5), lambda: delattr(snapshot, "generation")):
        with pytest.raises(TypeError, match="stays what it was"):
            change()


def test_a_snapshot_holds_no_tree_of_a_cold_document(home: Path) -> None:
    """It costs no more memory than the cache's own bounds, and its reads are no hits."""
    mine = system(cache=ConfigCache(max_cache_size=1))
    snapshot = mine.snapshot()
    stats = mine.get_cache_stats()
    assert [snapshot[name].number for name in snapshot] == [1, 1, 1]
    after = mine.get_cache_stats()
    assert {key: after[key] for key in ("reads", "live_entries", "cold_entries")} == {
        key: stats[key] for key in ("reads", "live_entries", "cold_entries")
    }


def test_a_snapshot_needs_every_document_to_be_good_once(home: Path) -> None:
    """One that never was is the error; one that turned bad after it was loaded is what it was."""
    (home / "b.json").write_text("{")
    mine = system()
    mine.load_config("a")
    with pytest.raises(ConfigParseError, match=r"b\.json"):
        mine.snapshot()
    (home / "b.json").write_text("{}")
    (home / "a.yaml").write_text("number: [")
    assert mine.snapshot().get("a.number") == 1


def test_the_first_look_is_at_one_moment(home: Path) -> None:
    """While somebody rewrites two files together again and again, no snapshot ever has one of each."""
    stop = threading.Event()

    def write() -> None:
        turn = 0
        while not stop.is_set():
            turn += 1
            text = json.dumps({"number": turn, "padding": "x" * 20_000})
            # The second is written while the first says what comes: readers see either both or a file that moves.
            for name in ("b.json", "d.json"):
                temporary = home / f"{name}.new"
                temporary.write_text(text)
                temporary.rename(home / name)

    (home / "d.json").write_text('{"number": 0}')
    (home / "b.json").write_text('{"number": 0}')
    writer = threading.Thread(target=write)
    writer.start()
    seen = []
    try:
        for _ in range(150):
            try:
                snapshot = system().snapshot()
            except UnavailableError as error:
                assert "keep changing" in str(error)
                continue
            seen.append(snapshot["b"].number - snapshot["d"].number)
    finally:
        stop.set()
        writer.join()
    assert seen
    # The writer itself is between its two renames for a moment: b is then one ahead, and never behind.
    assert set(seen) <= {0, 1}


# -- threads and processes ------------------------------------------------------------------------------------------


def test_readers_never_see_a_reload_half_done(home: Path) -> None:
    """Four readers look at snapshots while files and overrides change: all documents have the same number."""
    mine = system()
    mine.snapshot()
    stop = threading.Event()
    mixed: list[object] = []
    reads = [0]

    def read() -> None:
        while not stop.is_set():
            snapshot = mine.snapshot()
            found = {snapshot[name].number for name in "abc"}
            if len(found) != 1:
                mixed.append(found)
            newest = mine.load_config("a").number  # read first: whoever is replaced with it is never older
            if mine.load_config("c").number < newest:
                mixed.append(newest)
            reads[0] += 1

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for turn in range(2, 40):
        (home / "a.yaml").write_text(f"number: {turn}\n")
        (home / "b.json").write_text(f'{{"number": {turn}}}')
        (home / "c.toml").write_text(f"number = {turn}\n")
        mine.reload()
    stop.set()
    for reader in readers:
        reader.join()
    assert mixed == []
    assert reads[0] > 100


def test_a_forked_child_goes_on(home: Path) -> None:
    """It serves what its parent had loaded, and reloads by itself, even when the parent was reloading."""
    mine = system()
    assert numbers(mine) == [1, 1, 1]
    stop = threading.Event()

    def reload() -> None:
        while not stop.is_set():
            mine.reload()

    reloading = threading.Thread(target=reload)
    reloading.start()
    context = multiprocessing.get_context("fork")
    try:
        for turn in range(5):
            answers: Any = context.SimpleQueue()

            def child(turn: int = turn, answers: Any = answers) -> None:
                served = numbers(mine)
                (home / "new").write_text(json.dumps({"number": turn + 10}))
                (home / "new").rename(home / "b.json")  # the parent may be looking
                mine.reload()
                answers.put((served[0], mine.load_config("b").number))

            process = context.Process(target=child)
            process.start()
            process.join(20)
            assert process.exitcode == 0
            assert answers.get() == (1, turn + 10)
    finally:
        stop.set()
        reloading.join()


def test_texts_survive_packing(home: Path) -> None:
    """Files, layers and bytes are what they were, also for odd names and contents."""
    mine = system(profile="prod")
    (home / "a.prod.json").write_bytes(b'{"x": "\\u0000"}\n')
    (home / "a.local.toml").write_bytes("y = 'größe'\n".encode())
    mine.close()
    texts = mine._workspace.texts("a")
    back = Texts.unpack(texts.pack())
    assert back == texts
    assert [(file.layer, file.format_name, file.shown) for file, _ in back.files] == [
        ("base", "yaml", "config/a.yaml"),
        ("profile:prod", "json", "config/a.prod.json"),
        ("local", "toml", "config/a.local.toml"),
    ]
    assert back.of(back.entry("a").profiles["prod"]) == b'{"x": "\\u0000"}\n'
    assert texts.still_hold()
    (home / "a.local.toml").write_text("")
    assert not texts.still_hold()


def test_building_a_model_may_take_its_time(home: Path) -> None:
    """Readers are served while a reload builds objects of a slow model."""
    mine = system()
    begun, go_on = threading.Event(), threading.Event()

    @dataclasses.dataclass
    class Model:
        number: int

        def __post_init__(self) -> None:
            if self.number == 2:
                begun.set()
                assert go_on.wait(10)

    handle = mine.bind("a", Model)
    (home / "a.yaml").write_text("number: 2\n")
    reloading = threading.Thread(target=mine.reload)
    reloading.start()
    assert begun.wait(10)
    assert numbers(mine) == [1, 1, 1]
    assert handle.current.number == 1
    go_on.set()
    reloading.join()
    assert (handle.current.number, mine.load_config("a").number) == (2, 2)
