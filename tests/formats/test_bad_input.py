"""Bad input of every kind: refused for the right reason, at its place, by every engine.

The files of `tests/corpus/bad` are discovered: `RULE--WHAT.ENDING` must be refused with RULE.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from setpoint.errors import ConfigParseError
from setpoint.formats import decode, format_of

CORPUS = Path(__file__).parents[1] / "corpus" / "bad"
FILES = sorted(CORPUS.iterdir())
ENGINES = ["libyaml", *(["yamlrocks"] if importlib.util.find_spec("yamlrocks") else [])]
CASES = [(file, engine) for file in FILES for engine in (ENGINES if format_of(file.name) == "yaml" else [""])]


def test_the_corpus_is_there() -> None:
    """At least 80 files, in all four formats."""
    assert len(FILES) >= 80
    assert {format_of(file.name) for file in FILES} == {"yaml", "json", "jsonc", "toml"}


@pytest.mark.parametrize(("file", "engine"), CASES, ids=lambda value: value.name if isinstance(value, Path) else value)
def test_a_bad_file_is_refused_for_its_reason_at_its_place(
    file: Path, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first finding has the rule of the file's name, and a line and column inside the file."""
    if engine:
        monkeypatch.setenv("SETPOINT_YAML", engine)
    data = file.read_bytes()
    with pytest.raises(ConfigParseError) as caught:
        decode(data, format_of(file.name) or "")
    first = caught.value.diagnostics[0]
    assert first.rule == file.name.partition("--")[0], first
    lines = data.decode("utf-8", "replace").splitlines() or [""]
    for found in caught.value.diagnostics:
        assert found.line is not None
        assert found.column is not None
        assert 1 <= found.line <= len(lines) + 1
        assert 1 <= found.column <= max(map(len, lines)) + 2
        assert (found.end_line, found.end_column) > (found.line, found.column)
        # UTF-16 and UTF-32 are no text of which an excerpt could be shown.
        assert found.excerpt is not None or found.rule == "not-utf8"


@pytest.mark.parametrize("engine", ENGINES)
def test_the_command_line_takes_the_whole_corpus(engine: str) -> None:
    """One run over all files: exit code 1, a located finding for each file, nothing on standard error."""
    done = subprocess.run(
        [sys.executable, "-m", "setpoint", "check", "--format", "json", *map(str, FILES)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={"SETPOINT_YAML": engine, "PATH": ""},
    )
    assert (done.returncode, done.stderr) == (1, "")
    result = json.loads(done.stdout)
    assert result["ok"] is False
    assert {found["file"] for found in result["diagnostics"]} == set(map(str, FILES))
    assert all(found["line"] for found in result["diagnostics"])
