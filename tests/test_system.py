"""The one class a program talks to: opening, loading, its errors and its life."""

from __future__ import annotations

import os
import pickle
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

import setpoint
from setpoint import (
    Config,
    ConfigNotFoundError,
    ConfigParseError,
    ConfigSystem,
    ConfigValidationError,
    Diagnostic,
    SchemaError,
    SetpointError,
    UnavailableError,
    initialize_enhanced_config,
)

EXAMPLE = Path(__file__).parents[1] / "examples" / "swarm" / "config"
_touched: list[str] | None = None


def _listen(event: str, arguments: tuple[object, ...]) -> None:
    if _touched is not None and event in ("open", "os.listdir", "os.scandir"):
        _touched.append(f"{event} {arguments[0]}")


sys.addaudithook(_listen)  # cannot be taken away again, so it listens only while a test asks for it


@contextmanager
def touched(folder: Path) -> Iterator[list[str]]:
    """Gather what is opened and listed in a folder, as the interpreter itself reports it: ``open messaging.yml``."""
    global _touched
    _touched = []
    found: list[str] = []
    try:
        yield found
    finally:
        events, _touched = _touched, None
        for event, _, path in (line.partition(" ") for line in events):
            if os.path.realpath(path).startswith(str(folder)):
                found.append(f"{event} {os.path.basename(path.rstrip('/'))}")


@pytest.fixture
def swarm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the example project's configuration, in ``config`` of the working directory."""
    shutil.copytree(EXAMPLE, tmp_path / "config")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "config"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Write files, given as path and text, below ``config`` of the working directory."""
    monkeypatch.chdir(tmp_path)

    def write(files: dict[str, str]) -> Path:
        for name, text in files.items():
            file = tmp_path / "config" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return tmp_path / "config"

    return write


# --- opening and loading ----------------------------------------------------------------------------------------------


def test_opening_reads_no_document_and_starts_no_thread(swarm: Path) -> None:
    """Not even the directory is listed, and a broken document harms nobody yet."""
    (swarm / "messaging.yml").write_text("a: [")
    before = threading.enumerate()
    with touched(swarm) as found:
        ConfigSystem("config")
    assert threading.enumerate() == before
    assert found == []


def test_listing_the_documents_reads_none_of_them(swarm: Path) -> None:
    """Names and files come from the directory alone."""
    with touched(swarm) as found:
        names = [entry.name for entry in ConfigSystem("config").documents()]
    assert names == ["coordinates", "discord_channels", "messaging", "semantic_config", "unified_config"]
    assert found == ["os.scandir config"]


def test_loading_a_document_reads_only_its_file(swarm: Path) -> None:
    """Its neighbours may be broken, unreadable or huge."""
    (swarm / "coordinates.json").write_text("{")
    (swarm / "unified_config.yaml").write_bytes(b"\xff\xfe")
    (swarm / "semantic_config.yaml").unlink()
    os.mkfifo(swarm / "semantic_config.yaml")
    with touched(swarm) as found:
        messaging = ConfigSystem("config").load_config("messaging")
    assert isinstance(messaging, Config)
    assert messaging.queue.max_size == 2500
    assert [what for what in found if what.startswith("open ")] == ["open messaging.yml"]


def test_what_was_loaded_is_served_until_reload(swarm: Path) -> None:
    """A second load_config touches no file, and gives the very same object."""
    system = ConfigSystem("config")
    served = system.load_config("messaging")
    file = swarm / "messaging.yml"
    file.write_text(file.read_text().replace("max_size: 2500", "max_size: 7"))
    with touched(swarm) as found:
        assert system.load_config("messaging") is served
    assert found == []
    system.reload()
    assert system.load_config("messaging").queue.max_size == 7
    assert served.queue.max_size == 2500


@pytest.mark.parametrize(
    ("file", "text"),
    [("s.yaml", "port: 1"), ("s.json", '{"port": 1}'), ("s.jsonc", '{"port": 1,}'), ("s.toml", "port=1")],
)
def test_a_single_file_is_a_system_of_one_document(folder: Callable[..., Path], file: str, text: str) -> None:
    """Its neighbours are not looked at; its schema lies in schemas/ beside it."""
    home = folder({file: text, "s.ini": "", "other.yaml": "[", "schemas/s.schema.json": '{"required": ["port"]}'})
    system = ConfigSystem(home / file)
    assert [entry.name for entry in system.documents()] == ["s"]
    assert system.load_config("s") == {"port": 1}
    assert system.validate_all_configs()["s"].schema == "s"
    with pytest.raises(ConfigNotFoundError, match="no document 'other'"):
        system.load_config("other")


def test_a_missing_directory_says_how_to_name_another(tmp_path: Path) -> None:
    """Right when it is opened, with the two ways to name one."""
    with pytest.raises(ConfigNotFoundError, match="no such file or directory") as caught:
        ConfigSystem(tmp_path / "confg")
    assert "-c DIR" in caught.value.message
    assert "ConfigSystem(DIR)" in caught.value.message


@pytest.mark.parametrize(
    ("asked", "near", "said"),
    [
        ("mesaging", ("messaging",), "did you mean 'messaging'?"),
        ("coordinate", ("coordinates",), "did you mean 'coordinates'?"),
        ("xyzzy", (), "there are coordinates, discord_channels, messaging"),
        ("", (), "there are coordinates"),
    ],
)
def test_an_unknown_document_is_answered_with_the_near_names(
    swarm: Path, asked: str, near: tuple[str, ...], said: str
) -> None:
    """Or with those there are, when none is near."""
    with pytest.raises(ConfigNotFoundError, match=f"no document {asked!r} in config") as caught:
        ConfigSystem("config").load_config(asked)
    assert caught.value.near == near
    assert said in caught.value.message


def test_an_empty_directory_says_what_it_would_read(tmp_path: Path) -> None:
    """No document is near, because there is none."""
    with pytest.raises(ConfigNotFoundError, match=r"there is no \.yaml, \.json or \.toml file in"):
        ConfigSystem(tmp_path).load_config("messaging")
    assert ConfigSystem(tmp_path).validate_all_configs() == {}


# --- errors -----------------------------------------------------------------------------------------------------------

BROKEN: dict[str, tuple[dict[str, str], type[SetpointError], int, tuple[str, str, int, int]]] = {
    "not well-formed": (
        {"d.yaml": "a: 1\nb: [\n"},
        ConfigParseError,
        1,
        ("syntax", "config/d.yaml", 3, 1),
    ),
    "a key twice": ({"d.json": '{"a": 1,\n "a": 2}'}, ConfigParseError, 1, ("duplicate-key", "config/d.json", 2, 2)),
    "refused by its schema": (
        {"d.toml": "a = 1\nb = 'x'\n", "schemas/d.schema.json": '{"properties": {"b": {"type": "integer"}}}'},
        ConfigValidationError,
        1,
        ("wrong-type", "config/d.toml", 2, 5),
    ),
    "a list": ({"d.json": "[1]"}, ConfigValidationError, 1, ("not-a-mapping", "config/d.json", 1, 1)),
    "empty": ({"d.yaml": ""}, ConfigValidationError, 1, ("not-a-mapping", "config/d.yaml", 1, 1)),
    "only a comment": ({"d.yaml": "# soon\n"}, ConfigValidationError, 1, ("not-a-mapping", "config/d.yaml", 1, 1)),
    "its schema is malformed": (
        {"d.yaml": "a: 1", "schemas/d.schema.json": '{\n "type": "objekt"}'},
        SchemaError,
        2,
        ("not-allowed-value", "config/schemas/d.schema.json", 2, 10),
    ),
    "its schema cannot be parsed": (
        {"d.yaml": "a: 1", "schemas/d.schema.json": '{"type": }'},
        SchemaError,
        2,
        ("syntax", "config/schemas/d.schema.json", 1, 10),
    ),
    "its schema refers to nothing": (
        {"d.yaml": "a: 1", "schemas/d.schema.json": '{"properties": {"a": {"$ref": "gone.json"}}}'},
        SchemaError,
        2,
        ("unresolved-reference", "config/schemas/d.schema.json", 1, 31),
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_each_kind_of_fault_has_its_error_and_its_place(folder: Callable[..., Path], name: str) -> None:
    """The first diagnostic names rule, file, line and column; the message names the place too."""
    files, kind, code, expected = BROKEN[name]
    folder(files)
    with pytest.raises(kind) as caught:
        ConfigSystem("config").load_config("d")
    error = caught.value
    first = error.diagnostics[0]
    assert type(error) is kind
    assert error.exit_code == code
    assert (first.rule, first.file, first.line, first.column) == expected
    assert error.message.startswith(f"{expected[1]}:") or f"{expected[1]}:" in error.message
    report = ConfigSystem("config").validate_all_configs()["d"]
    assert (report.exit_code, report[0]) == (code, first)


@pytest.mark.parametrize("name", BROKEN)
def test_every_error_survives_pickling(folder: Callable[..., Path], name: str) -> None:
    """A worker process can hand it to its parent whole: kind, message, findings and what is near."""
    files, kind, _, _ = BROKEN[name]
    folder(files)
    with pytest.raises(kind) as caught:
        ConfigSystem("config").load_config("d")
    with pytest.raises(ConfigNotFoundError) as missing:
        ConfigSystem("config").load_config("dd")
    for error in (caught.value, missing.value):
        again = pickle.loads(pickle.dumps(error))
        assert type(again) is type(error)
        assert (str(again), again.diagnostics) == (str(error), error.diagnostics)
        assert [one.excerpt is None for one in again.diagnostics] == [one.excerpt is None for one in error.diagnostics]
    assert pickle.loads(pickle.dumps(missing.value)).near == ("d",)


def test_all_problems_are_told_at_once(folder: Callable[..., Path]) -> None:
    """The message tells the first and counts the others; the diagnostics have each."""
    schema = '{"required": ["z"], "properties": {"a": {"type": "integer"}, "b": {"maximum": 1}}}'
    folder({"d.yaml": "a: x\nb: 2\n", "schemas/d.schema.json": schema})
    with pytest.raises(ConfigValidationError, match=r"\(and 2 more\)$") as caught:
        ConfigSystem("config").load_config("d")
    assert sorted(found.rule for found in caught.value.diagnostics) == ["missing-key", "too-large", "wrong-type"]
    assert {found.layer for found in caught.value.diagnostics} == {"base"}


def test_a_file_that_cannot_be_read_is_unavailable(folder: Callable[..., Path]) -> None:
    """A pipe in a document's place does not hang the program, and says what it is."""
    os.mkfifo(folder({"ok.yaml": "a: 1"}) / "d.yaml")
    with pytest.raises(UnavailableError, match=r"config/d\.yaml: a named pipe") as caught:
        ConfigSystem("config").load_config("d")
    assert caught.value.exit_code == 5


def test_a_document_whose_files_clash_cannot_be_loaded(folder: Callable[..., Path]) -> None:
    """The error says how to map the files; other documents load."""
    folder({"d.yaml": "a: 1", "d.json": "{}", "ok.toml": "a = 1"})
    system = ConfigSystem("config")
    with pytest.raises(ConfigParseError, match=r"d\.json and d\.yaml are both .*setpoint\.toml") as caught:
        system.load_config("d")
    assert caught.value.diagnostics[0].rule == "ambiguous-name"
    assert system.load_config("ok") == {"a": 1}
    reports = system.validate_all_configs()
    assert {name: report.ok for name, report in reports.items()} == {"ok": True, "d": False}


def test_a_mapped_file_that_is_missing_is_told_without_empty_words(folder: Callable[..., Path]) -> None:
    """The message ends where there is nothing more to say."""
    folder({"ok.toml": "a = 1", "../setpoint.toml": '[documents]\ngone = "gone.yaml"\n'})
    with pytest.raises(ConfigParseError, match=r"names 'gone\.yaml', which is not there$"):
        ConfigSystem("config").load_config("gone")


# --- life -------------------------------------------------------------------------------------------------------------


def test_a_closed_system_can_be_used_again_and_reads_anew(folder: Callable[..., Path]) -> None:
    """New files and changed schemas count after close(); rules stay."""
    home = folder({"a.yaml": "x: 1"})
    with ConfigSystem("config") as system:
        system.rule("a")(lambda a: [Diagnostic("told", "told", severity="warning")])
        assert [entry.name for entry in system.documents()] == ["a"]
        assert system.load_config("a")
        (home / "b.yaml").write_text("x: 1")
        folder({"schemas/a.schema.json": '{"required": ["y"]}'})
        assert system.load_config("a")
    assert [entry.name for entry in system.documents()] == ["a", "b"]
    with pytest.raises(ConfigValidationError):
        system.load_config("a")
    (home / "a.yaml").write_text("y: 1")
    assert [one.rule for one in system.validate_all_configs()["a"]] == ["told"]


def test_threads_may_load_at_once(swarm: Path) -> None:
    """A fresh system asked from eight threads at the same moment gives each the same documents."""
    names = [entry.name for entry in ConfigSystem("config").documents()]
    expected = {name: ConfigSystem("config").load_config(name) for name in names}
    for _ in range(5):
        system = ConfigSystem("config")
        start = threading.Barrier(8)

        def load(turn: int, system: ConfigSystem = system, start: threading.Barrier = start) -> dict[str, Config]:
            start.wait(timeout=10)
            return {name: system.load_config(name) for name in (*names[turn % 5 :], *names[: turn % 5])}

        with ThreadPoolExecutor(8) as pool:
            assert all(loaded == expected for loaded in pool.map(load, range(8)))


def test_the_process_has_one_system_for_a_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However it is spelled; another directory has another."""
    for name in ("one", "two"):
        shutil.copytree(EXAMPLE, tmp_path / name / "config")
    (tmp_path / "link").symlink_to(tmp_path / "one" / "config")
    monkeypatch.chdir(tmp_path / "one")
    system = initialize_enhanced_config()
    assert isinstance(system, setpoint.EnhancedConfigSystem)
    spellings = ("config", "./config/", tmp_path / "one" / "config", "../link")
    assert all(initialize_enhanced_config(path) is system for path in spellings)
    assert initialize_enhanced_config(tmp_path / "two" / "config") is not system
    monkeypatch.chdir(tmp_path / "two")
    assert initialize_enhanced_config() is initialize_enhanced_config(tmp_path / "two" / "config") is not system


def test_threads_that_race_get_the_same_system(swarm: Path) -> None:
    """The first call may come from several threads at once."""
    start = threading.Barrier(8)

    def initialize(_: int) -> int:
        start.wait(timeout=10)
        return id(initialize_enhanced_config())

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(initialize, range(8)))) == 1


def test_settings_that_break_later_do_not_take_the_system_away(swarm: Path) -> None:
    """A second call finds the system that is there; it does not read the settings again."""
    system = initialize_enhanced_config()
    (swarm / "../setpoint.toml").write_text("limits = [")
    assert initialize_enhanced_config() is system


def test_a_directory_that_is_missing_is_told_with_where_it_was_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And with the two things that can be done; a file in its place is none."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file.yaml").write_text("a: 1")
    for name in ("config", "file.yaml"):
        with pytest.raises(ConfigNotFoundError, match=f"^{name}: no such directory") as caught:
            initialize_enhanced_config(name)
        assert str(tmp_path) in caught.value.message
        assert "initialize_enhanced_config(config_dir=...)" in caught.value.message


def test_a_system_stays_with_its_directory_when_the_process_moves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relative path is taken once; messages show it as it was given."""
    (tmp_path / "config" / "schemas").mkdir(parents=True)
    (tmp_path / "config" / "a.yaml").write_text("port: x\n")
    (tmp_path / "config" / "b.yaml").write_text("port: 1\n")
    for name in "ab":
        (tmp_path / "config" / "schemas" / f"{name}.schema.json").write_text(
            '{"properties": {"port": {"type": "integer"}}}'
        )
    monkeypatch.chdir(tmp_path)
    system = ConfigSystem("config")
    monkeypatch.chdir("/")
    assert system.load_config("b").port == 1
    with pytest.raises(ConfigValidationError, match=r"^config/a\.yaml:1:7: "):
        system.load_config("a")
