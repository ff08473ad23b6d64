"""``ConfigSystem`` over layers: profiles, variables, overrides, models, handles, and who set what."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from setpoint import (
    ConfigNotFoundError,
    ConfigParseError,
    ConfigSystem,
    ConfigValidationError,
    UsageError,
)


@dataclasses.dataclass
class Queue:
    max_size: int
    name: str = "main"


@dataclasses.dataclass
class Messaging:
    queue: Queue


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with one document in four files, and a second one."""
    monkeypatch.chdir(tmp_path)
    config = tmp_path / "config"
    (config / "schemas").mkdir(parents=True)
    (config / "messaging.yaml").write_text("queue:\n  max_size: 10\n  tags: [a]\n")
    (config / "messaging.prod.toml").write_text("[queue]\nmax_size = 20\n")
    (config / "messaging.local.json").write_text('{"queue": {"name": "mine"}}')
    (config / "other.json").write_text('{"url": "http://one", "token": "hunter2"}')
    (config / "schemas" / "messaging.schema.json").write_text(
        '{"properties": {"queue": {"properties": {"max_size": {"type": "integer", "maximum": 100},'
        ' "workers": {"type": "integer", "default": 4}, "tags": {"type": "array", "items": {"type": "string"}}}}}}'
    )
    return tmp_path


def system(**options: object) -> ConfigSystem:
    return ConfigSystem("config", **{"environ": {}, **options})  # type: ignore[arg-type]


def test_the_layers_lie_over_each_other(home: Path) -> None:
    """Schema defaults < base < profile < local < .env < environment."""
    assert system().load_config("messaging") == {"queue": {"max_size": 10, "tags": ["a"], "name": "mine", "workers": 4}}
    assert system(profile="prod").load_config("messaging").queue.max_size == 20
    assert system(environ={"SETPOINT_PROFILE": "prod"}).load_config("messaging").queue.max_size == 20
    (home / ".env").write_text("SETPOINT_MESSAGING__QUEUE__MAX_SIZE=30\nOTHER=x\n")
    assert system(profile="prod").load_config("messaging").queue.max_size == 30
    variables = {"setpoint_messaging__queue__max_size": "40", "SETPOINT_MESSAGING__QUEUE__TAGS": "b, c"}
    queue = system(environ=variables).load_config("messaging").queue
    assert (queue.max_size, queue.tags) == (40, ["b", "c"])


def test_the_settings_choose_the_prefix(home: Path) -> None:
    """Only variables with the prefix count."""
    (home / "setpoint.toml").write_text('[environment]\nprefix = "MY_APP"\n')
    variables = {"MY_APP_MESSAGING__QUEUE__MAX_SIZE": "40", "SETPOINT_MESSAGING__QUEUE__MAX_SIZE": "50"}
    assert system(environ=variables).load_config("messaging").queue.max_size == 40


def test_a_wrong_variable_is_named(home: Path) -> None:
    """A value that cannot be typed, or that the schema refuses, names the variable; a stranger is a warning."""
    with pytest.raises(ConfigValidationError, match="SETPOINT_MESSAGING__QUEUE__MAX_SIZE"):
        system(environ={"SETPOINT_MESSAGING__QUEUE__MAX_SIZE": "lots"}).load_config("messaging")
    with pytest.raises(ConfigValidationError, match="at most 100") as caught:
        system(environ={"SETPOINT_MESSAGING__QUEUE__MAX_SIZE": "101"}).load_config("messaging")
    assert caught.value.diagnostics[0].layer == "environment"
    strange = system(environ={"SETPOINT_MESAGING__QUEUE__MAX_SIZE": "1", "SETPOINT_OTHER__URLL": "x"})
    assert strange.load_config("other").url == "http://one"
    assert [found.rule for found in strange.variable_findings()] == ["unknown-variable"]
    report = dict(strange.check(resolved=True))["other"]
    assert [(found.rule, found.severity) for found in report] == [("unknown-variable", "warning")]


def test_variables_are_captured_when_the_system_is_made(home: Path) -> None:
    """And again by reload()."""
    environ = {"SETPOINT_MESSAGING__QUEUE__MAX_SIZE": "40"}
    mine = system(environ=environ)
    environ["SETPOINT_MESSAGING__QUEUE__MAX_SIZE"] = "50"
    (home / ".env").write_text("SETPOINT_MESSAGING__QUEUE__NAME=dotted\n")
    assert mine.load_config("messaging").queue.max_size == 40
    mine.reload()
    queue = mine.load_config("messaging").queue
    assert (queue.max_size, queue.name) == (50, "dotted")


def test_explain_names_the_winner_and_what_it_shadows(home: Path) -> None:
    """With file, line and column, variable, or call site; secrets are masked."""
    mine = system(profile="prod", environ={"SETPOINT_MESSAGING__QUEUE__MAX_SIZE": "40"})
    with mine.override({"messaging.queue.max_size": 50}):
        found = mine.explain("messaging.queue.max_size")
    assert found.value == 50
    assert [(one.layer, one.value) for one in (found.origin, *found.shadowed)] == [
        ("override", 50),
        ("environment", 40),
        ("profile:prod", 20),
        ("base", 10),
    ]
    assert found.origin.call_site is not None
    assert "test_system_layers.py:" in found.origin.call_site
    assert (found.shadowed[1].file, found.shadowed[1].line) == ("config/messaging.prod.toml", 2)
    assert mine.explain("messaging.queue.workers").origin.layer == "default"
    assert "hunter2" not in str(mine.explain("other"))
    with pytest.raises(ConfigNotFoundError, match="did you mean 'max_size'"):
        mine.explain("messaging.queue.max_sise")


def test_an_invalid_document_can_be_explained_and_a_broken_one_cannot(home: Path) -> None:
    """That is how one finds out who broke it."""
    (home / "config" / "messaging.prod.toml").write_text("[queue]\nmax_size = 200\n")
    mine = system(profile="prod")
    with pytest.raises(ConfigValidationError, match=r"config/messaging\.prod\.toml:2:12"):
        mine.load_config("messaging")
    assert mine.explain("messaging.queue.max_size").origin.place == "profile prod: config/messaging.prod.toml:2:1"
    (home / "config" / "messaging.prod.toml").write_text("[queue\n")
    with pytest.raises(ConfigParseError):
        mine.explain("messaging.queue")


def test_an_override_is_validated_and_ends_with_its_block(home: Path) -> None:
    """It lies over all else, nests, survives reload(), and a wrong one changes nothing."""
    mine = system()
    with mine.override({"messaging.queue.max_size": 5, "other.url": "x"}):
        assert mine.load_config("messaging").queue.max_size == 5
        with mine.override({"messaging.queue.max_size": 6}):
            mine.reload()
            assert mine.load_config("messaging").queue.max_size == 6
        assert mine.load_config("messaging").queue.max_size == 5
        assert mine.load_config("other").url == "x"
        with pytest.raises(ConfigValidationError), mine.override({"messaging.queue.max_size": 500}):
            raise AssertionError("never entered")
        assert mine.load_config("messaging").queue.max_size == 5
    assert mine.load_config("messaging").queue.max_size == 10
    with (
        pytest.raises(UsageError, match="cannot be overridden"),
        mine.override({"other.url": 1, "other.url.deeper": 1}),
    ):
        raise AssertionError("never entered")


def test_a_document_is_loaded_into_a_model(home: Path) -> None:
    """And what does not fit the model is told at its place in the file that brought it."""
    assert system().load_config("messaging", into=Messaging) == Messaging(Queue(10, "mine"))
    (home / "config" / "messaging.local.json").write_text('{"queue":\n {"name": 7}}')
    with pytest.raises(ConfigValidationError, match=r"^config/messaging\.local\.json:2:11: ") as caught:
        system().load_config("messaging", into=Messaging)
    assert [(one.path, one.layer) for one in caught.value.diagnostics] == [("/queue/name", "local")]


def test_a_handle_always_holds_the_newest_good_object(home: Path) -> None:
    """A reload or an override puts a new one in place; one that cannot be made leaves all as they were."""
    mine = system()
    handle, slots = mine.bind("messaging", Messaging), mine.bind("messaging")
    first = handle.current
    assert (first.queue.max_size, slots.current.queue.max_size) == (10, 10)
    with mine.override({"messaging.queue.max_size": 5}):
        assert (handle.current.queue.max_size, slots.current.queue.max_size) == (5, 5)
    assert handle.current == first
    file = home / "config" / "messaging.yaml"
    file.write_text(file.read_text().replace("10", "11"))
    mine.reload()
    assert (handle.current.queue.max_size, first.queue.max_size) == (11, 10)
    file.write_text(file.read_text().replace("11", "1000"))
    with pytest.raises(ConfigValidationError):
        mine.reload()
    assert (handle.current.queue.max_size, slots.current.queue.max_size) == (11, 11)


def test_a_handle_nobody_holds_costs_nothing(home: Path) -> None:
    """It is forgotten: no object of it is made any more."""
    made = []

    @dataclasses.dataclass
    class Other:
        url: str

        def __post_init__(self) -> None:
            made.append(self.url)

    mine = system()
    kept = mine.bind("other", Other)
    mine.bind("other", Other)
    assert made == ["http://one"] * 2
    (home / "config" / "other.json").write_text('{"url": "http://two"}')
    mine.reload()
    assert made == ["http://one"] * 2 + ["http://two"]
    assert kept.current.url == "http://two"


def test_an_override_ends_even_when_a_document_broke_meanwhile(home: Path) -> None:
    """What was served without it is served again, whatever the file says now."""
    mine = system()
    handle = mine.bind("messaging")
    file = home / "config" / "messaging.yaml"
    with mine.override({"messaging.queue.max_size": 5}):
        file.write_text("queue: [")
        assert handle.current.queue.max_size == 5
    assert handle.current.queue.max_size == mine.load_config("messaging").queue.max_size == 10
    with pytest.raises(ConfigParseError):
        mine.reload()


def test_a_document_that_needs_its_override_is_not_served_without(home: Path) -> None:
    """The end of the override says what is wrong; so does loading it, and its handle keeps what it has."""
    (home / "config" / "messaging.yaml").write_text("queue:\n  max_size: 1000\n")
    mine = system()
    overridden = mine.override({"messaging.queue.max_size": 5})
    overridden.__enter__()
    handle = mine.bind("messaging")
    with pytest.raises(ConfigValidationError):
        overridden.__exit__(None, None, None)
    assert handle.current.queue.max_size == 5
    with pytest.raises(ConfigValidationError):
        mine.load_config("messaging")


def test_closing_needs_no_directory(home: Path) -> None:
    """A system can be closed after its directory is gone."""
    import shutil

    with system() as mine:
        assert mine.load_config("other").url == "http://one"
        shutil.rmtree(home / "config")
