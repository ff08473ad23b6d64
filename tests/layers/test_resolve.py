"""Resolving a document: its layers read, merged, filled in, judged and explained."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from setpoint.budget import Budget
from setpoint.errors import ConfigNotFoundError, UsageError
from setpoint.layers.layer import Override
from setpoint.layers.resolution import Resolution
from setpoint.layers.resolve import resolve
from setpoint.sources.directory import list_directory
from setpoint.sources.dotenv import parse_dotenv
from setpoint.sources.environment import captured, sort_out
from setpoint.sources.settings import Settings
from setpoint.validation.judge import judge
from setpoint.validation.library import Library

SCHEMA = {
    "type": "object",
    "required": ["queue"],
    "properties": {
        "queue": {
            "type": "object",
            "required": ["directory"],
            "additionalProperties": False,
            "properties": {
                "max_size": {"type": "integer", "minimum": 1, "default": 10},
                "directory": {"type": "string"},
                "retries": {"type": "integer", "default": 3},
            },
        },
        "plugins": {"type": "array", "items": {"type": "string"}, "x-setpoint-merge": "append"},
        "servers": {"type": "array", "items": {"type": "object", "properties": {"port": {"type": "integer"}}}},
        "pin": {"type": "integer", "x-setpoint-secret": True},
        "password": {"type": "string"},
    },
}
BASE = """\
queue:
  max_size: 100
  directory: var/queue
plugins: [one, two]
servers:
  - port: 1
  - port: 2
"""
PROD = "queue:\n  max_size: 2000   # more traffic\nplugins: [three]\n"
LOCAL = "queue:\n  directory: /tmp/q\n"


class Project:
    """A configuration directory with one document `doc`, resolved as asked."""

    def __init__(self, home: Path) -> None:
        self.home = home
        (home / "config" / "schemas").mkdir(parents=True)
        self.write("schemas/doc.schema.json", json.dumps(SCHEMA))
        self.write("doc.yaml", BASE)

    def write(self, name: str, text: str) -> None:
        (self.home / "config" / name).write_text(text)

    def resolve(
        self, environment: dict[str, str] | None = None, dotenv: str = "", has_schema: bool = True, **more: Any
    ) -> Resolution:
        entry = list_directory("config", Settings()).entries["doc"]
        written, findings = parse_dotenv(dotenv.encode(), Budget(), "config/.env")
        assert findings == []
        from_file, _ = sort_out(written, ["doc"], "APP")
        from_environment, _ = sort_out(captured(environment or {}), ["doc"], "APP")
        return resolve(
            entry,
            dotenv=from_file.get("doc", []),
            environment=from_environment.get("doc", []),
            family=Library(("config/schemas",)).family("doc") if has_schema else None,
            **more,
        )


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.chdir(tmp_path)
    return Project(tmp_path)


def test_every_layer_lies_over_the_one_below(project: Project) -> None:
    """Defaults, base, profile, local, .env, environment, override: and an explanation names the whole way."""
    project.write("doc.prod.yaml", PROD)
    project.write("doc.local.yaml", LOCAL)
    resolution = project.resolve(
        {"APP_DOC__QUEUE__MAX_SIZE": "4000"},
        "# limits\nAPP_DOC__QUEUE__MAX_SIZE=3000\n",
        profile="prod",
        overrides=[Override(("queue", "max_size"), 5000, "tests/app.py:7")],
    )
    assert list(resolution.report) == []
    assert resolution.tree == {
        "queue": {"max_size": 5000, "directory": "/tmp/q", "retries": 3},
        "plugins": ["one", "two", "three"],
        "servers": [{"port": 1}, {"port": 2}],
    }
    assert str(resolution.explain(("queue", "max_size"))).splitlines() == [
        "doc.queue.max_size = 5000",
        "  from override: tests/app.py:7",
        "  shadows 4000 from environment variable APP_DOC__QUEUE__MAX_SIZE",
        "  shadows 3000 from .env APP_DOC__QUEUE__MAX_SIZE: config/.env:2:1",
        "  shadows 2000 from profile prod: config/doc.prod.yaml:2:3",
        "  shadows 100 from base: config/doc.yaml:2:3",
        "  shadows 10 from schema default: config/schemas/doc.schema.json"
        "#/properties/queue/properties/max_size/default",
    ]


def test_a_default_a_mapping_and_an_item_are_explained(project: Project) -> None:
    """A default names the schema, a merged mapping its layers, an appended item the place in its own list."""
    project.write("doc.prod.yaml", PROD)
    resolution = project.resolve(profile="prod")
    retries = resolution.explain(("queue", "retries"))
    assert (retries.value, retries.origin.layer, retries.origin.schema_path) == (
        3,
        "default",
        "/properties/queue/properties/retries/default",
    )
    assert [one.layer for one in resolution.explain(("queue",)).origins] == ["profile:prod", "base"]
    third = resolution.explain(("plugins", "2"))
    assert (third.value, third.origin.place) == ("three", "profile prod: config/doc.prod.yaml:3:11")
    with pytest.raises(ConfigNotFoundError) as missing:
        resolution.explain(("queue", "max_szie"))
    assert missing.value.near == ("max_size",)


def test_one_item_set_by_a_variable_leaves_the_others_where_they_were(project: Project) -> None:
    """The item comes from the variable, its neighbour from the file."""
    resolution = project.resolve({"APP_DOC__SERVERS__1__PORT": "9"})
    assert resolution.tree["servers"] == [{"port": 1}, {"port": 9}]  # type: ignore[call-overload,index]
    assert resolution.explain(("servers", 1, "port")).origin.variable == "APP_DOC__SERVERS__1__PORT"
    assert resolution.explain(("servers", 0, "port")).origin.place == "base: config/doc.yaml:6:5"


def test_a_mistake_is_told_at_the_layer_that_brought_it(project: Project) -> None:
    """Each file at its line, a variable by its name, an override by its call site, what is missing at the base."""
    project.write("doc.yaml", "queue:\n  max_size: 100\n")
    project.write("doc.prod.yaml", "queue:\n  retries: many\n")
    project.write("doc.local.yaml", "queue: {max_sise: 5}\n")
    resolution = project.resolve(
        {"APP_DOC__QUEUE__MAX_SIZE": "0"},
        profile="prod",
        overrides=[Override(("plugins",), [7], "app.py:9")],
    )
    found = {one.rule: one for one in resolution.report}
    assert {(one.layer, one.file, one.line, one.path) for one in resolution.report} == {
        ("base", "config/doc.yaml", 1, "/queue"),
        ("profile:prod", "config/doc.prod.yaml", 2, "/queue/retries"),
        ("local", "config/doc.local.yaml", 1, "/queue/max_sise"),
        ("environment", None, None, "/queue/max_size"),
        ("override", None, None, "/plugins/0"),
    }
    assert "APP_DOC__QUEUE__MAX_SIZE" in found["too-small"].message
    assert "app.py:9" in next(one.message for one in resolution.report if one.layer == "override")
    profile = next(one for one in resolution.report if one.layer == "profile:prod")
    assert profile.excerpt is not None
    assert profile.excerpt.lines[-1] == (2, "  retries: many")


def test_secrets_are_masked_in_findings_and_explanations(project: Project) -> None:
    """By the schema and by name, in whichever layer; the value itself is there for the program."""
    project.write("doc.yaml", BASE + "pin: 12345678\npassword: old-hunter\n")
    resolution = project.resolve({"APP_DOC__PASSWORD": "new-hunter", "APP_DOC__PIN": "87654321"})
    for key, values in (("pin", ("12345678", "87654321")), ("password", ("old-hunter", "new-hunter"))):
        explanation = resolution.explain((key,))
        assert str(explanation.value) == values[1]
        shown = str(explanation) + json.dumps(explanation.to_dict()) + repr(explanation)
        assert not any(value in shown for value in values)
    assert "hunter" not in str(resolution.explain(()))
    wrong = project.resolve(overrides=[Override(("pin",), "hunter2-pin", "app.py:1")])
    (finding,) = wrong.report
    assert (finding.layer, "hunter2" in str(finding)) == ("override", False)


def test_a_layer_that_cannot_be_read_is_told_at_its_place(project: Project) -> None:
    """A syntax error and a list instead of a mapping; there is no tree then."""
    project.write("doc.prod.yaml", "queue: [1\n")
    resolution = project.resolve(profile="prod")
    assert (resolution.parsed, resolution.tree) == (False, None)
    assert {(one.layer, one.file) for one in resolution.report} == {("profile:prod", "config/doc.prod.yaml")}
    project.write("doc.prod.yaml", "- 1\n")
    (finding,) = project.resolve(profile="prod").report
    assert (finding.rule, finding.layer, finding.line) == ("not-a-mapping", "profile:prod", 1)


def test_findings_of_variables_are_in_the_report(project: Project) -> None:
    """What cannot be read makes the document bad, what is unknown does not."""
    resolution = project.resolve({"APP_DOC__QUEUE__MAX_SIZE": "many", "APP_DOC__ELSE": "1"})
    assert [(one.rule, one.severity, one.layer) for one in resolution.report] == [
        ("unknown-variable", "warning", "environment"),
        ("variable-type", "error", "environment"),
    ]


@pytest.mark.parametrize(
    "text", [BASE, "queue: {max_size: x}\n", "- 1\n", "", "a: [\n", "a: 012\nqueue: {directory: d}\n"]
)
@pytest.mark.parametrize("has_schema", [True, False])
def test_a_base_file_alone_has_the_findings_of_a_plain_check(project: Project, text: str, has_schema: bool) -> None:
    """Layers add nothing to a document that has none."""
    project.write("doc.yaml", text)
    family = Library(("config/schemas",)).family("doc") if has_schema else None
    data = text.encode()
    plain = judge(data, "yaml", family, file="config/doc.yaml", document="doc", mapping=True)
    resolution = project.resolve(has_schema=has_schema)
    assert [one.to_dict() for one in resolution.report] == [one.to_dict() for one in plain.report]
    assert resolution.parsed == plain.parsed


@pytest.mark.parametrize(
    ("parts", "value"),
    [(("queue", "max_size", "x"), 1), (("servers", "9", "port"), 1), ((), [1]), (("servers", "x"), 1)],
)
def test_an_override_that_has_no_place_is_a_usage_error(project: Project, parts: tuple[str, ...], value: Any) -> None:
    """It names the call site."""
    project.write("doc.yaml", BASE)
    with pytest.raises(UsageError, match=r"app\.py:3"):
        project.resolve(overrides=[Override(("queue", "max_size"), 1, "app.py:1"), Override(parts, value, "app.py:3")])


def test_an_override_that_is_no_configuration_is_a_finding(project: Project) -> None:
    """NaN, objects and endless nesting are refused as in a file, and the layer is left out."""
    endless: list[Any] = []
    for _ in range(300):
        endless = [endless]
    for value, rule in (
        (math.nan, "not-finite"),
        (object(), "not-a-value"),
        (endless, "too-deep"),
        ("\ud800", "lone-surrogate"),
    ):
        resolution = project.resolve(overrides=[Override(("plugins",), value, "app.py:4")])
        assert [(one.rule, one.layer, "app.py:4" in one.message) for one in resolution.report] == [
            (rule, "override", True)
        ]
    own = {"a": [1]}
    resolution = project.resolve(
        overrides=[Override(("extra",), own, "app.py:4"), Override(("extra", "b"), 1, "app.py:5")]
    )
    assert resolution.tree["extra"] == {"a": [1], "b": 1}  # type: ignore[call-overload,index]
    assert own == {"a": [1]}
