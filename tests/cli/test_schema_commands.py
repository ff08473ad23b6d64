"""``setpoint schema infer`` and ``setpoint schema diff``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from setpoint.cli.main import main

OLD = {
    "type": "object",
    "required": ["size"],
    "properties": {"size": {"type": "integer", "maximum": 10}, "mode": {"enum": ["a", "b"]}},
    "additionalProperties": False,
}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with one document in ``config``, and a file elsewhere."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "app.yaml").write_text("# Ours.\n\nsize: 5  # messages\n")
    (tmp_path / "config" / "app.prod.yaml").write_text("mode: fast\n")
    (tmp_path / "other.json").write_text('{"size": 2.5, "extra": null}')
    return tmp_path


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["schema", *arguments])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def written(home: Path, name: str, contents: Any) -> str:
    (home / name).write_text(json.dumps(contents))
    return name


def test_a_schema_is_inferred_from_a_document_with_its_layers(capsys: pytest.CaptureFixture[str]) -> None:
    """By its name; what only a profile brings is not required."""
    code, out, _ = shown(capsys, "infer", "app")
    assert code == 0
    assert json.loads(out) == {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "app",
        "type": "object",
        "required": ["size"],
        "properties": {"size": {"type": "integer", "description": "messages"}, "mode": {"type": "string"}},
        "additionalProperties": False,
    }


def test_a_schema_is_inferred_from_files_and_documents_together(capsys: pytest.CaptureFixture[str]) -> None:
    """It is the first one's, and accepts all."""
    code, out, _ = shown(capsys, "infer", "app", "other.json")
    assert code == 0
    found = json.loads(out)
    assert found["title"] == "app"
    assert found["properties"]["size"]["type"] == "number"
    assert list(found["properties"]) == ["size", "mode", "extra"]
    (Path("s.json")).write_text(out)
    assert main(["check", "--schema", "s.json", "config/app.yaml", "other.json"]) == 0


def test_a_schema_is_written_where_there_is_none(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Into schemas/ of the directory, or beside a single file; and never over another."""
    code, out, _ = shown(capsys, "infer", "app", "--write")
    assert (code, out) == (0, "wrote config/schemas/app.schema.json: the schema of app\n")
    before = (home / "config/schemas/app.schema.json").read_bytes()
    assert main(["check"]) == 0
    capsys.readouterr()
    code, _, err = shown(capsys, "infer", "app", "--write")
    assert code == 2
    assert "app has a schema already: config/schemas/app.schema.json; it stays as it is" in err
    assert (home / "config/schemas/app.schema.json").read_bytes() == before
    code, out, _ = shown(capsys, "infer", "other.json", "--write", "--format", "json")
    assert json.loads(out) == {"ok": True, "diagnostics": [], "written": ["schemas/other.schema.json"]}
    assert json.loads((home / "schemas/other.schema.json").read_text())["title"] == "other"


@pytest.mark.parametrize(
    ("source", "code", "said"),
    [
        ("ap", 4, "no document 'ap' in config; did you mean 'app'?"),
        ("missing.yaml", 4, "missing.yaml: no such file"),
        ("bad.yaml", 1, "bad.yaml:2:1: error["),
    ],
)
def test_what_cannot_be_read_is_told(
    source: str, code: int, said: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the near names, or the place."""
    (home / "bad.yaml").write_text("a: [\n")
    assert shown(capsys, "infer", source)[0] == code
    main(["schema", "infer", source])
    assert said in capsys.readouterr().err


def test_no_secret_leaves_the_file(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither a value, nor a comment that repeats it."""
    (home / "config" / "db.yaml").write_text(
        "# hunter2!\n\n# not hunter2!\nhost: a\npassword: hunter2!  # or hunter3\n"
    )
    _, out, _ = shown(capsys, "infer", "db")
    assert "hunter" not in out
    assert json.loads(out)["properties"]["password"] == {"type": "string", "x-setpoint-secret": True}


def test_a_compatible_schema_is_told_so(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """0, with what is allowed now."""
    new = json.loads(json.dumps(OLD))
    new["properties"]["size"]["maximum"] = 20
    new["properties"]["mode"]["enum"].append("c")
    code, out, _ = shown(capsys, "diff", written(home, "old.json", OLD), written(home, "new.json", new))
    assert code == 0
    assert out.splitlines() == [
        "compatible: whatever fits old.json fits new.json",
        "  widened   size  maximum was at most 10, and is at most 20",
        '  widened   mode  "c" is allowed now',
    ]


def test_a_breaking_schema_is_told_with_every_place(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """1, one line for each difference."""
    new = json.loads(json.dumps(OLD))
    new["required"] = ["size", "mode"]
    new["properties"]["size"] = {"type": "string"}
    new["properties"]["mode"]["enum"] = ["a", "c"]
    arguments = ("diff", written(home, "old.json", OLD), written(home, "new.json", new))
    code, out, _ = shown(capsys, *arguments)
    assert code == 1
    assert out.splitlines() == [
        "breaking: what fits old.json may not fit new.json",
        "  breaking  (the document)  the key 'mode' is required now",
        "  breaking  size            type was integer, and is string",
        '  breaking  mode            "b" is no longer allowed',
        '  widened   mode            "c" is allowed now',
    ]
    code, out, _ = shown(capsys, *arguments, "--format", "json")
    facts = json.loads(out)
    assert code == 1
    assert (facts["ok"], facts["verdict"]) == (False, "breaking")
    assert facts["differences"][1] == {
        "kind": "breaking",
        "path": "/size",
        "keyword": "type",
        "message": "type was integer, and is string",
    }


def test_the_same_schema_is_told_so(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Descriptions do not matter."""
    described = {**OLD, "title": "New", "description": "Better."}
    code, out, _ = shown(capsys, "diff", written(home, "old.json", OLD), written(home, "new.json", described))
    assert code == 0
    assert out == "the same: whatever fits old.json fits new.json, and the other way round\n"


def test_what_cannot_be_told_counts_as_breaking(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A reference that leads nowhere, and a condition that was changed; said so."""
    old = {"properties": {"a": {"$ref": "gone.json"}, "b": {"if": {"type": "string"}, "then": {"minLength": 1}}}}
    new = {"properties": {"a": {"$ref": "lost.json"}, "b": {"if": {"type": "string"}, "then": {"minLength": 2}}}}
    code, out, _ = shown(capsys, "diff", written(home, "old.json", old), written(home, "new.json", new))
    assert code == 1
    assert out.count("cannot be told") == 2
    assert "'lost.json', which leads nowhere" in out
    code, out, _ = shown(capsys, "diff", "old.json", written(home, "same.json", {**old, "title": "x"}))
    assert code == 0


def test_built_in_versions_are_compared_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    """And a document's own schema by its name, wherever it is written."""
    code, out, _ = shown(capsys, "diff", "unified_config@2.0.0", "unified_config")
    assert code == 1
    assert "the key 'performance' is required now" in out
    assert shown(capsys, "diff", "messaging", "messaging")[0] == 0


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("mesaging", 4, "did you mean 'messaging'?"),
        ("nowhere/x.schema.json", 4, "nowhere/x.schema.json: no such file"),
        ("unified_config@9.9.9", 4, "9.9.9"),
        ("wrong.json", 2, "wrong.json:1:10: error["),
        ("broken.json", 2, "broken.json:1:"),
    ],
)
def test_a_schema_that_cannot_be_had_is_told(
    name: str, code: int, said: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the near names, or the place in its file."""
    (home / "wrong.json").write_text('{"type": "objekt"}')
    (home / "broken.json").write_text('{"type": ')
    assert shown(capsys, "diff", "messaging", name)[0] == code
    main(["schema", "diff", name, "messaging"])
    assert said in capsys.readouterr().err
