"""Migrations in files: read in each format, refused with line and column, and not run before they are asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.errors import ConfigNotFoundError, MigrationError, UnavailableError
from setpoint.migration.folder import listed, read_migration, read_migrations
from setpoint.migration.graph import Graph
from setpoint.migration.written import declared_migration

YAML = """\
from: 1.0.0
to: 2.0.0
description: Queues have a section of their own.
steps:
  - rename: {path: "agents.*.debug_mode", to: debug}
  - move: {from: communication.queue_size, to: messaging.queue.max_size}
  - set_default: {path: "agents.*.active", value: true}
  - remove: {path: agents.count}
  - remove: {path: communication, only_empty: true}
  - convert: {path: messaging.timeout, multiply: 1000}
examples:
  - before:
      agents: {count: 1, a: {debug_mode: true}}
      communication: {queue_size: 5}
      messaging: {timeout: 1.5}
    after:
      agents: {a: {debug: true, active: true}}
      messaging: {timeout: 1500, queue: {max_size: 5}}
"""
TOML = """\
from = "1.0.0"
to = "2.0.0"
[[steps]]
rename = { path = "a", to = "b" }
[[steps]]
convert = { path = "t", from = "text", to = "integer" }
"""
PYTHON = '''\
"""Agents are a mapping.

More about it.
"""
from dataclasses import dataclass

FROM = "2.0.0"
TO: str = "3.0.0"

@dataclass
class Agent:
    name: str

def up(tree):
    tree["agents"] = {Agent(name).name: {} for name in tree["agents"]}
    return tree

def down(tree):
    tree["agents"] = list(tree["agents"])
    return tree

EXAMPLES = [{"before": {"agents": ["a"]}, "after": {"agents": {"a": {}}}}]
'''


def test_a_declared_migration_does_what_it_says() -> None:
    """Its steps in their order, and its example with them."""
    migration = declared_migration(YAML.encode(), "messaging", "a.yaml")
    assert str(migration) == "messaging 1.0.0 -> 2.0.0"
    assert migration.description == "Queues have a section of their own."
    (example,) = migration.examples
    assert migration.up(example["before"]) == example["after"]
    assert [str(step) for step in migration.steps][:2] == [
        "rename agents.*.debug_mode to debug",
        "move communication.queue_size to messaging.queue.max_size",
    ]
    assert migration.declarative
    assert migration.reversible


def test_toml_and_json_say_the_same() -> None:
    """The format is the file name's ending."""
    tree = {"from": 1, "to": "2", "steps": [{"remove": {"path": "x"}}]}
    assert str(declared_migration(json.dumps(tree).encode(), "doc", "a.json")) == "doc 1 -> 2"
    assert declared_migration(TOML.encode(), "doc", "a.toml").up({"a": 1, "t": "5"}) == {"b": 1, "t": 5}


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("from: 1.10\nto: 2.0.0\nsteps: []\n", "m.yaml:1:7: a version with a dot is written as text, in quotes"),
        ("to: '2'\nsteps: []\n", "m.yaml:1:1: a migration says with 'from' which version it leads from"),
        ("from: '1'\nto: ''\nsteps: []\n", "m.yaml:2:5: a version is a text"),
        ("from: '1'\nto: '1'\nsteps: []\n", "m.yaml:2:5: a migration leads to another version"),
        ("from: '1'\nto: '2'\n", "m.yaml:1:1: the steps of a migration are a list"),
        ("from: '1'\nto: '2'\nsteps: {}\n", "m.yaml:3:8: the steps of a migration are a list"),
        ("from: '1'\nto: '2'\nstesp: []\n", "m.yaml:3:1: a migration has no 'stesp'; did you mean 'steps'?"),
        ("from: '1'\nto: '2'\nsteps:\n  - rename: {path: a}\n", "m.yaml:4:5: rename lacks 'to'"),
        ("from: '1'\nto: '2'\nsteps:\n  - remove: {path: a}\n  - drop: a\n", "m.yaml:5:5: no such step: 'drop'"),
        ("from: '1'\nto: '2'\nsteps:\n  - remove: a\n", "m.yaml:4:5: remove has a mapping with its facts"),
        ("from: '1'\nto: '2'\nsteps:\n  - remove: {path: a..b}\n", "m.yaml:4:5: cannot read the address 'a..b'"),
        ("from: '1'\nto: '2'\nsteps:\n  - remove: {path: 5}\n", "m.yaml:4:5: a pattern is an address"),
        ("from: '1'\nto: '2'\nsteps:\n  - convert: {path: a, values: 5}\n", "m.yaml:4:5: values is a mapping"),
        ("from: '1'\nto: '2'\nsteps: []\nexamples:\n  - before: {}\n", "m.yaml:5:5: an example has before and after"),
        ("from: '1'\nto: '2'\nsteps: []\nexamples: {a: 1}\n", "m.yaml:4:11: examples are a list"),
        ("from: '1'\nto: '2'\nsteps: []\ndescription: [1]\n", "m.yaml:4:14: a description is a text"),
        ("- a\n", "m.yaml:1:1: a migration is a mapping"),
        ("from: 'a\n", "m.yaml:"),
    ],
)
def test_what_is_no_migration_is_refused_at_its_place(text: str, refused: str) -> None:
    """File, line, column, what was expected; the finding says the same."""
    with pytest.raises(MigrationError) as caught:
        declared_migration(text.encode(), "doc", "m.yaml")
    assert str(caught.value).startswith(refused)
    (found, *_) = caught.value.diagnostics
    assert str(caught.value).startswith(f"m.yaml:{found.line}:{found.column}:")
    assert caught.value.exit_code == 2


JUNK = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=5)
    ),
    lambda below: st.one_of(
        st.lists(below, max_size=3),
        st.dictionaries(
            st.sampled_from(
                [
                    "from",
                    "to",
                    "steps",
                    "path",
                    "value",
                    "rename",
                    "move",
                    "convert",
                    "set_default",
                    "remove",
                    "values",
                    "split",
                    "wrap",
                    "multiply",
                    "only_empty",
                    "examples",
                    "before",
                    "after",
                ]
            ),
            below,
            max_size=4,
        ),
    ),
    max_leaves=15,
)


@given(st.fixed_dictionaries({"from": st.just("1"), "to": st.just("2"), "steps": st.lists(JUNK, max_size=3)}), JUNK)
def test_any_declaration_makes_a_migration_or_a_located_error(tree: dict[str, Any], document: Any) -> None:
    """And a migration makes of any document a tree, or an error of ours."""
    try:
        migration = declared_migration(json.dumps(tree).encode(), "doc", "m.json")
    except MigrationError as error:
        assert error.diagnostics[0].line is not None
        return
    try:
        migration.lowered(migration.up(document))
    except MigrationError as error:
        assert str(error).startswith("m.json: doc 1 -> 2, step ")


def test_a_folder_is_read_without_running_anything(tmp_path: Path) -> None:
    """The graph of it stands; a Python file runs when the steps of its migration are asked for, and once."""
    (tmp_path / "b.yaml").write_text(YAML)
    (tmp_path / "a.py").write_text(
        PYTHON + f"\nwith open({str(tmp_path / 'ran')!r}, 'a') as out:\n    out.write('x')\n"
    )
    for other in ("README.md", ".hidden.yaml", "_shared.py", "b.yaml~"):
        (tmp_path / other).write_text("no migration")
    assert listed(str(tmp_path)) == ["a.py", "b.yaml"]
    migrations = read_migrations(str(tmp_path), "doc")
    graph = Graph(migrations)
    assert graph.drawing() == "  1.0.0 <-> 2.0.0 <-> 3.0.0"
    assert migrations[0].description == "Agents are a mapping."
    assert not (tmp_path / "ran").exists()
    assert migrations[0].up({"agents": ["a", "b"]}) == {"agents": {"a": {}, "b": {}}}
    assert migrations[0].down({"agents": {"a": {}}}) == {"agents": ["a"]}
    assert migrations[0].examples[0]["before"] == {"agents": ["a"]}
    assert not migrations[0].declarative
    assert (tmp_path / "ran").read_text() == "x"
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == [], "no __pycache__"
    assert listed(str(tmp_path / "nothing")) == []


def test_steps_in_python_may_be_declared_objects_or_functions(tmp_path: Path) -> None:
    """In one list."""
    file = tmp_path / "m.py"
    file.write_text(
        "from setpoint.migration.rename import Rename\n"
        "FROM = '1'\nTO = '2'\n"
        "def count(tree):\n    tree['count'] = len(tree)\n    return tree\n"
        "STEPS = [{'remove': {'path': 'x'}}, Rename('a', 'b'), count]\n"
    )
    migration = read_migration(str(file), "doc")
    assert migration.up({"x": 1, "a": 2}) == {"b": 2, "count": 1}
    assert migration.reversible is False


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("FROM = '1'\nTO = (\n", "{file}:2:6: this is no Python: '(' was never closed"),
        ("TO = '2'\n", '{file}:1:1: a migration says its versions: FROM is missing, as in FROM = "1.0.0"'),
        ("X = '1'\nFROM = X\nTO = '2'\n", '{file}:2:8: FROM is a plain text, as in FROM = "1.0.0"'),
        ("FROM = '1'\nTO = 2.0\n", '{file}:2:6: TO is a plain text, as in TO = "1.0.0"'),
        ("FROM = '1'\nTO = '1'\n", "{file}:2:1: a migration leads to another version"),
        ("FROM = '1'\nTO = '2'\n", "{file}:1:1: a migration has STEPS, or a function up(tree)"),
        ("FROM = '1'\0\n", "{file}:1:1: this is no Python: "),
    ],
)
def test_a_python_file_that_is_no_migration_is_refused(tmp_path: Path, text: str, refused: str) -> None:
    """With the line, and without running it."""
    file = tmp_path / "m.py"
    file.write_text(text)
    with pytest.raises(MigrationError) as caught:
        read_migration(str(file), "doc", shown="migrations/doc/m.py")
    assert str(caught.value).startswith(refused.format(file="migrations/doc/m.py"))


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("import nothing_of_this_name\n", r"cannot be run: ModuleNotFoundError: No module .* \(.*m.py, line 4\)"),
        ("raise SystemExit(3)\n", r"cannot be run: SystemExit: 3 \(.*m.py, line 4\)"),
        ("STEPS = [{'rename': {}}]\n", "a migration has STEPS, or functions up and down, not both"),
        ("del up\nSTEPS = 5\n", "the steps of a migration are a list"),
        ("del up\nSTEPS = [{'rename': {}}]\n", "step 1: rename lacks 'path'"),
        ("EXAMPLES = 5\n", "EXAMPLES is a list"),
        ("EXAMPLES = [{'before': {}}]\n", "example 1: an example has before and after"),
    ],
)
def test_a_python_file_that_fails_is_told_with_its_line(tmp_path: Path, body: str, why: str) -> None:
    """Each time it is asked, and never as a foreign exception."""
    file = tmp_path / "m.py"
    file.write_text(f"FROM = '1'\nTO = '2'\ndef up(tree): return tree\n{body}")
    migration = read_migration(str(file), "doc")
    for _ in range(2):
        with pytest.raises(MigrationError, match=f"m.py: .*{why}"):
            migration.up({})


def test_a_failing_function_is_told_with_its_own_line(tmp_path: Path) -> None:
    """The file of the migration, not what it called."""
    file = tmp_path / "m.py"
    file.write_text("import json\nFROM = '1'\nTO = '2'\ndef up(tree):\n    return json.loads(tree['x'])\n")
    with pytest.raises(MigrationError, match=r"step 1 of 1 .*failed: JSONDecodeError: .*\(.*m.py, line 5\)$"):
        read_migration(str(file), "doc").up({"x": "{"})
    with pytest.raises(MigrationError, match="has no way back"):
        read_migration(str(file), "doc").down({"x": "{"})


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    """The same errors as everywhere."""
    with pytest.raises(ConfigNotFoundError):
        read_migration(str(tmp_path / "m.yaml"), "doc")
    (tmp_path / "m.yaml").mkdir()
    with pytest.raises(UnavailableError):
        read_migrations(str(tmp_path), "doc")
    with pytest.raises(UnavailableError):
        listed(__file__)
