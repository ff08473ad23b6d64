"""What a system finds in its documents: by schemas, by rules over several, in layers, and whatever goes wrong."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from setpoint import (
    Budget,
    Config,
    ConfigNotFoundError,
    ConfigParseError,
    ConfigSystem,
    ConfigValidationError,
    Diagnostic,
    UsageError,
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


# --- schemas ----------------------------------------------------------------------------------------------------------


def test_the_directorys_own_schema_goes_before_the_built_in_one(swarm: Path) -> None:
    """And before those of further folders, which go before the built-in ones."""
    assert ConfigSystem("config").load_config("messaging")
    (swarm / "../more").mkdir()
    (swarm / "../more/messaging.schema.json").write_text('{"required": ["more"]}')
    with pytest.raises(ConfigValidationError, match="'more' is missing"):
        ConfigSystem("config", schema_dir="more").load_config("messaging")
    with pytest.raises(ConfigValidationError, match="'more' is missing"):
        ConfigSystem("config", schema_dir=["none", Path("more")]).load_config("messaging")
    (swarm / "schemas").mkdir()
    (swarm / "schemas/messaging.schema.yaml").write_text("required: [own]")
    with pytest.raises(ConfigValidationError, match="'own' is missing"):
        ConfigSystem("config", schema_dir="more").load_config("messaging")


def test_a_document_is_held_against_the_schema_of_its_own_version(folder: Callable[..., Path]) -> None:
    """NAME@VERSION.schema.json speaks for the documents that say they are of that version."""
    one = '{"properties": {"version": {"const": "1.0.0"}, "port": {"type": "string"}}, "required": ["version", "port"]}'
    two = '{"properties": {"version": {"const": "2.0.0"}, "port": {"type": "integer"}}, "required": ["port"]}'
    home = folder({"schemas/d@1.0.0.schema.json": one, "schemas/d@2.0.0.schema.json": two})
    for version, port, fits in (
        ("1.0.0", "'x'", True),
        ("1.0.0", "1", False),
        ("2.0.0", "1", True),
        ("2.0.0", "'x'", False),
    ):
        (home / "d.yaml").write_text(f"version: {version}\nport: {port}\n")
        report = ConfigSystem("config").validate_all_configs()["d"]
        assert (report.ok, report.version, report.schema) == (fits, version, "d")


def test_a_schema_may_refer_to_its_neighbours(folder: Callable[..., Path]) -> None:
    """By file name, into a definition, and the finding stands at the document's value."""
    folder(
        {
            "d.yaml": "server:\n  port: 0\n",
            "schemas/d.schema.json": '{"properties": {"server": {"$ref": "parts.schema.json#/$defs/server"}}}',
            "schemas/parts.schema.json": '{"$defs": {"server": {"properties": {"port": {"$ref": "port.json"}}}}}',
            "schemas/port.json": '{"type": "integer", "minimum": 1}',
        }
    )
    with pytest.raises(ConfigValidationError) as caught:
        ConfigSystem("config").load_config("d")
    found = caught.value.diagnostics[0]
    assert (found.rule, found.line, found.column, found.path) == ("too-small", 2, 9, "/server/port")


# --- rules ------------------------------------------------------------------------------------------------------------


def test_a_finding_of_a_rule_gets_its_place_in_every_format(folder: Callable[..., Path]) -> None:
    """Line and column of the key or of the value, from the path alone."""
    folder(
        {
            "a.yaml": "# numbers\nqueue:\n  max: 5\nnames: ['x', \"y\"]\n",
            "b.json": '{"a": 1,\n "b": {"c": [1, 22]}}',
            "c.toml": 'x = 1\n[t.u]\nv = "w"\n',
        }
    )
    asked = [
        ("a", "/queue/max", "value", (3, 8, 9)),
        ("a", "/queue/max", "key", (3, 3, 6)),
        ("a", "/names/1", "value", (4, 14, 17)),
        ("b", "/b/c/1", "value", (2, 17, 19)),
        ("b", "/b", "key", (2, 2, 5)),
        ("c", "/t/u/v", "value", (3, 5, 8)),
        ("c", "/t/u/v", "key", (3, 1, 2)),
        ("c", "/t/u", "key", (2, 4, 5)),
    ]
    system = ConfigSystem("config")

    @system.rule("a", "b", "c")
    def found(a: Config, b: Config, c: Config) -> Iterator[Diagnostic]:
        assert (a.queue.max, b.b.c[1], c.t.u.v) == (5, 22, "w")
        for document, path, at, place in asked:
            yield Diagnostic("told", str(place), document=document, path=path, at=at, severity="warning")

    reports = system.validate_all_configs()
    assert sum(len(report) for report in reports.values()) == len(asked)
    for name, report in reports.items():
        assert report.ok
        for one in report:
            assert one.file is not None
            assert (Path(one.file).stem, one.message) == (name, str((one.line, one.column, one.end_column)))


def test_a_rule_speaks_about_its_first_document_unless_it_says_otherwise(folder: Callable[..., Path]) -> None:
    """An error of a rule makes that document invalid in checks."""
    folder({"a.yaml": "x: 1", "b.yaml": "x: 2"})
    system = ConfigSystem("config")
    system.rule("b", "a")(lambda b, a: [Diagnostic("differ", "they differ", path="/x")])
    reports = system.validate_all_configs()
    assert reports["a"].ok
    assert [str(one) for one in reports["b"]] == ["config/b.yaml:1:4: error: they differ [differ]"]


def test_a_rule_waits_until_all_its_documents_are_valid(folder: Callable[..., Path]) -> None:
    """It never sees a document that is missing or broken."""
    home = folder({"a.yaml": "x: 1", "b.yaml": "x: ["})
    seen = []
    system = ConfigSystem("config")
    system.rule("a", "b")(lambda a, b: seen.append((a.x, b.x)) or ())
    system.rule("a", "gone")(lambda a, gone: seen.append("never"))
    system.validate_all_configs()
    assert seen == []
    (home / "b.yaml").write_text("x: 2")
    system.validate_all_configs()
    assert seen == [(1, 2)]


def test_a_rule_that_fails_is_named(folder: Callable[..., Path]) -> None:
    """Foreign code that raises is the caller's mistake, told as such; so is a rule over nothing."""
    folder({"a.yaml": "x: 1"})
    system = ConfigSystem("config")
    with pytest.raises(UsageError, match="a rule names the documents"):
        system.rule()(lambda: ())

    @system.rule("a")
    def divides(a: Config) -> list[Diagnostic]:
        return [Diagnostic("part", str(a.x / 0))]

    with pytest.raises(UsageError, match=r"divides over a failed: ZeroDivisionError"):
        system.validate_all_configs()


def test_rules_hold_for_documents_beyond_the_default_limits(folder: Callable[..., Path]) -> None:
    """A budget that lets a document in lets its findings be placed, too."""
    folder({"a.json": '{"x": ' + "[" * 150 + "]" * 150 + "}"})
    system = ConfigSystem("config", budget=Budget(depth=200))
    system.rule("a")(lambda a: [Diagnostic("deep", "deep", path="/x", severity="warning")])
    report = system.validate_all_configs()["a"]
    assert [(one.line, one.column) for one in report] == [(1, 7)]


def test_an_agent_without_coordinates_is_a_warning_at_its_name(swarm: Path) -> None:
    """The rule that comes with the built-in schemas."""
    assert all(len(report) == 0 for report in ConfigSystem("config").validate_all_configs().values())
    file = swarm / "unified_config.yaml"
    text = file.read_text().replace("    Agent-8:", "    Agent-9:")
    file.write_text(text)
    line = text[: text.index("    Agent-9:")].count("\n") + 1
    report = ConfigSystem("config").validate_all_configs()["unified_config"]
    assert report.ok
    assert [(one.rule, one.line, one.column, one.severity) for one in report] == [("unknown-agent", line, 5, "warning")]


# --- checking everything ----------------------------------------------------------------------------------------------


def test_a_document_is_checked_with_each_of_its_profiles(folder: Callable[..., Path]) -> None:
    """A profile need not be complete; what it brings is judged where it stands, and the local file for its form."""
    home = folder(
        {
            "d.yaml": "a: 1\nb: 2\n",
            "d.prod.json": '{"b": "wrong"}',
            "d.test.yaml": "b: 3\n",
            "d.local.toml": "b = 'not looked at'\n",
            "schemas/d.schema.json": '{"required": ["a", "b"], "properties": {"b": {"type": "integer"}}}',
        }
    )
    system = ConfigSystem("config")
    report = system.validate_all_configs()["d"]
    assert [(one.file, one.line, one.column, one.layer, one.rule) for one in report] == [
        ("config/d.prod.json", 1, 7, "profile:prod", "wrong-type")
    ]
    resolved = dict(system.check(resolved=True))["d"]
    assert [(one.file, one.layer) for one in resolved] == [
        ("config/d.prod.json", "profile:prod"),
        ("config/d.local.toml", "local"),
    ]
    (home / "d.prod.json").write_text('{"b": 1, "b": 2}')
    (home / "d.local.toml").write_text("c = \n")
    report = system.validate_all_configs()["d"]
    assert [(one.file, one.layer) for one in report] == [
        ("config/d.prod.json", "profile:prod"),
        ("config/d.local.toml", "local"),
    ]
    with pytest.raises(ConfigParseError, match=r"config/d\.local\.toml:1:3"):
        system.load_config("d")
    (home / "d.local.toml").unlink()
    assert ConfigSystem("config").load_config("d") == {"a": 1, "b": 2}
    assert ConfigSystem("config", profile="test").load_config("d") == {"a": 1, "b": 3}


def test_checking_reports_every_document_whatever_is_wrong_with_it(folder: Callable[..., Path]) -> None:
    """Good, invalid, broken, unreadable, judged by a bad schema, clashing, without its base: one report each."""
    home = folder(
        {
            "good.yaml": "a: 1",
            "invalid.yaml": "a: x",
            "schemas/invalid.schema.json": '{"properties": {"a": {"type": "integer"}}}',
            "broken.json": "{",
            "judged.toml": "a = 1",
            "schemas/judged.schema.json": '{"type": "objekt"}',
            "twice.yaml": "",
            "twice.toml": "",
            "orphan.prod.yaml": "a: 1",
        }
    )
    os.mkfifo(home / "pipe.yaml")
    reports = ConfigSystem("config").validate_all_configs()
    assert {name: (report.exit_code, type(report.failure).__name__) for name, report in reports.items()} == {
        "good": (0, "NoneType"),
        "invalid": (1, "NoneType"),
        "broken": (1, "NoneType"),
        "judged": (2, "SchemaError"),
        "twice": (1, "NoneType"),
        "orphan": (1, "NoneType"),
        "pipe": (5, "UnavailableError"),
    }
    assert all(len(report) == 1 and report.document == name for name, report in reports.items() if name != "good")
    assert all(one.file is not None for report in reports.values() for one in report)


def test_chosen_documents_are_checked_alone(swarm: Path) -> None:
    """Others are not read; an unknown name is not found."""
    system = ConfigSystem("config")
    with touched(swarm) as found:
        assert sorted(name for name, _ in system.check(["messaging", "coordinates"])) == ["coordinates", "messaging"]
    assert sorted(what for what in found if what.startswith("open ")) == ["open coordinates.json", "open messaging.yml"]
    with pytest.raises(ConfigNotFoundError, match="did you mean 'messaging'"):
        list(system.check(["mesaging"]))


def test_subdirectories_are_read_when_the_settings_say_so(folder: Callable[..., Path]) -> None:
    """Then a document below is called by its folder and name, and so is its schema."""
    home = folder({"a.yaml": "x: 1", "team/b.yaml": "x: 2", "schemas/team/b.schema.json": '{"required": ["y"]}'})
    assert list(ConfigSystem("config").validate_all_configs()) == ["a"]
    (home / "../setpoint.toml").write_text("[directory]\nsubdirectories = true\n")
    reports = ConfigSystem("config").validate_all_configs()
    assert {name: report.ok for name, report in reports.items()} == {"a": True, "team/b": False}


def test_limits_come_from_the_settings_and_the_call_wins(folder: Callable[..., Path]) -> None:
    """A document over the limit is refused with the limit in its words."""
    folder({"a.yaml": "x: [[[1]]]", "../setpoint.toml": "[limits]\ndepth = 2\n"})
    with pytest.raises(ConfigParseError, match="more than 2 deep"):
        ConfigSystem("config").load_config("a")
    assert ConfigSystem("config", budget=Budget(depth=4)).load_config("a") == {"x": [[[1]]]}


def test_wrong_settings_are_told_when_the_system_is_made(folder: Callable[..., Path]) -> None:
    """With the place in setpoint.toml."""
    folder({"a.yaml": "x: 1", "../setpoint.toml": "[limits]\ndepth = 'much'\n"})
    with pytest.raises(UsageError, match=r"settings in setpoint\.toml are wrong") as caught:
        ConfigSystem("config")
    assert (caught.value.diagnostics[0].line, caught.value.diagnostics[0].column) == (2, 9)
