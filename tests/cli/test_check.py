"""``setpoint check``: exit codes, formats, schemas, and files with awkward names and characters."""

from __future__ import annotations

import gc
import itertools
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from setpoint.cli.main import main

HERE = Path(__file__).parent
EXAMPLE = HERE.parents[1] / "examples" / "swarm" / "config"
SOURCE = str(HERE.parents[1] / "src")
SARIF = jsonschema_rs.Draft202012Validator(json.loads((HERE / "sarif_subset.schema.json").read_text()))
PORT = '{"type": "object", "required": ["port"], "properties": {"port": {"type": "integer"}}}'
Check = Callable[..., tuple[int, str]]


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Check:
    """Run ``setpoint check`` in a directory of its own; returns the exit code and all that was printed."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str]:
        code = main(["check", *arguments])
        shown = capsys.readouterr()
        return code, shown.out + shown.err

    return run


def write(files: dict[str, str]) -> None:
    """Write files below the working directory."""
    for name, text in files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text)


def places(check: Check, *arguments: str) -> list[tuple[str, int, int, int]]:
    """What ``--format json`` says: file, line, column, end column of each finding."""
    found = json.loads(check("--format", "json", *arguments)[1])["diagnostics"]
    return [(one["file"], one["line"], one["column"], one["end_column"]) for one in found]


# --- exit codes -------------------------------------------------------------------------------------------------------

# What a path argument leads to, alone.
OUTCOMES = {
    "good.yaml": 0,
    "doubtful.yaml": 0,
    "invalid.yaml": 1,
    "broken.json": 1,
    "judged.toml": 2,
    "gone.yaml": 4,
    "gone": 4,
    "gone/": 4,
    "pipe.yaml": 5,
    "notes.txt": 5,
    "empty": 0,
    "folder": 1,
}


@pytest.fixture
def every_outcome(check: Check) -> Check:
    write(
        {
            "good.yaml": "a: 1\n",
            "doubtful.yaml": "mode: 0755\n",
            "invalid.yaml": "port: x\n",
            "schemas/invalid.schema.json": PORT,
            "broken.json": "{",
            "judged.toml": "a = 1\n",
            "schemas/judged.schema.json": '{"type": "objekt"}',
            "notes.txt": "a: 1\n",
            "folder/a.yaml": "a: [\n",
        }
    )
    os.mkfifo("pipe.yaml")
    Path("empty").mkdir()
    return check


@pytest.mark.parametrize("path", OUTCOMES)
def test_each_outcome_has_its_exit_code(every_outcome: Check, path: str) -> None:
    """0 fine, 1 invalid, 2 its schema cannot work, 4 not there, 5 not readable."""
    code, shown = every_outcome(path)
    assert code == OUTCOMES[path], shown
    assert ("error" in shown) == (code != 0)
    assert "Traceback" not in shown


def test_what_kept_the_work_from_being_done_comes_first(every_outcome: Check) -> None:
    """Of several outcomes 2 comes before 5, 5 before 4, 4 before 1, in whatever order the paths are given."""
    order = [2, 5, 4, 1, 0]
    for one, other in itertools.permutations(("good.yaml", "invalid.yaml", "judged.toml", "gone.yaml", "pipe.yaml"), 2):
        expected = min(OUTCOMES[one], OUTCOMES[other], key=order.index)
        assert every_outcome(one, other)[0] == expected, (one, other)
    code, shown = every_outcome(*OUTCOMES)
    assert code == 2
    wrong = {path for path, outcome in OUTCOMES.items() if outcome} - {"judged.toml"}
    assert {path for path in wrong if path not in shown} == set()
    assert "schemas/judged.schema.json:1:10: error[not-allowed-value]" in shown


def test_strict_lets_warnings_fail(every_outcome: Check) -> None:
    """0 becomes 1, in words too; more serious outcomes stay what they are."""
    assert "warning" in every_outcome("doubtful.yaml")[1]
    code, shown = every_outcome("--strict", "doubtful.yaml")
    assert (code, shown.splitlines()[-1]) == (1, "--strict: warnings count as errors")
    assert json.loads(every_outcome("--strict", "--format", "json", "doubtful.yaml")[1])["ok"] is False
    assert every_outcome("--strict", "good.yaml")[0] == 0
    assert every_outcome("--strict", "doubtful.yaml", "gone.yaml")[0] == 4


@pytest.mark.parametrize(
    ("schema", "code", "said"),
    [
        ('{"type": "objekt"}', 2, "s.json:1:10: error[not-allowed-value]"),
        ('{"type": ', 2, "s.json:1:1"),
        ('["no schema"]', 2, "s.json:1:1"),
        ('{"$ref": "gone.json"}', 2, "gone.json"),
        ("", 2, "s.json:1:1"),
        (None, 4, "s.json: no such file"),
    ],
)
def test_a_schema_that_cannot_work_is_said_once(check: Check, schema: str | None, code: int, said: str) -> None:
    """No document is judged by it, whatever is wrong with the documents."""
    write({"a.yaml": "a: [", "b.yaml": "b: 1"} | ({"s.json": schema} if schema is not None else {}))
    found, shown = check("--schema", "s.json", "a.yaml", "b.yaml", "gone.yaml")
    assert (found, shown.count("setpoint: ")) == (code, 1)
    assert said in shown
    assert "a.yaml" not in shown


def test_a_directory_that_is_missing_is_not_found(check: Check) -> None:
    """The default one too, with how to name another."""
    code, shown = check()
    assert (code, shown.startswith("setpoint: config: no such file or directory; name the one")) == (4, True)
    assert main(["-c", "nowhere", "check"]) == 4


def test_wrong_settings_are_a_wrong_usage(check: Check) -> None:
    """2, with the place in the settings."""
    write({"config/a.yaml": "a: 1", "setpoint.toml": "[limits]\nsize = 'big'\n"})
    code, shown = check()
    assert code == 2
    assert "setpoint.toml:2:8: error[wrong-type]" in shown


def test_the_collector_is_as_it_was(check: Check) -> None:
    """A program that calls the command from inside keeps its garbage collection."""
    assert gc.isenabled()
    check()
    assert gc.isenabled()


# --- formats ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def broken_example(check: Check) -> tuple[str, int, int]:
    """The example project with one misspelt key: its file, line and column."""
    shutil.copytree(EXAMPLE, "config")
    file = Path("config/messaging.yml")
    text = file.read_text().replace("  max_size:", "  max_szie:")
    file.write_text(text)
    return "config/messaging.yml", text[: text.index("max_szie")].count("\n") + 1, 3


def test_a_broken_example_as_text(check: Check, broken_example: tuple[str, int, int]) -> None:
    """Place, rule, source, underline, note, help, and the counts; --verbose names the good ones."""
    file, line, column = broken_example
    code, shown = check()
    assert code == 1
    lines = shown.splitlines()
    assert lines[0] == f"{file}:{line}:{column}: error[misspelt-key]: unknown key 'max_szie'"
    assert lines[2:4] == [f"  {line} |   max_szie: 2500", "     |   ^^^^^^^^"]
    assert lines[-3:] == ["     = help: did you mean 'max_size'?", "", "5 documents: 1 error"]
    verbose = check("--verbose")[1]
    assert "coordinates: ok (config/coordinates.json, schema coordinates, version 2.0.0)\n" in verbose
    assert "messaging: 1 error (config/messaging.yml, schema messaging)\n" in verbose


def test_a_broken_example_as_json(check: Check, broken_example: tuple[str, int, int]) -> None:
    """One object, with the finding, each document and the counts."""
    file, line, column = broken_example
    code, shown = check("--format", "json")
    said = json.loads(shown)
    assert (code, said["ok"]) == (1, False)
    (found,) = said["diagnostics"]
    assert found.pop("message") == "unknown key 'max_szie'"
    assert found == {
        "file": file,
        "line": line,
        "column": column,
        "end_line": line,
        "end_column": column + 8,
        "path": "/queue/max_szie",
        "rule": "misspelt-key",
        "severity": "error",
        "suggestion": "did you mean 'max_size'?",
        "layer": "base",
    }
    assert {one["name"]: one["ok"] for one in said["documents"]} == {
        "coordinates": True,
        "discord_channels": True,
        "messaging": False,
        "semantic_config": True,
        "unified_config": True,
    }
    assert said["summary"] == {"documents": 5, "errors": 1, "warnings": 0, "form_only": 0, "unjudged": 0}


def test_a_broken_example_as_sarif(check: Check, broken_example: tuple[str, int, int]) -> None:
    """A valid log with one result at the place, and an artifact for each file."""
    file, line, column = broken_example
    code, shown = check("--format", "sarif")
    log = json.loads(shown)
    assert code == 1
    assert [error.message for error in SARIF.iter_errors(log)] == []
    (run,) = log["runs"]
    (result,) = run["results"]
    place = result["locations"][0]["physicalLocation"]
    assert (result["ruleId"], place["artifactLocation"]["uri"]) == ("misspelt-key", file)
    assert place["region"] == {"startLine": line, "startColumn": column, "endLine": line, "endColumn": column + 8}
    assert len(run["artifacts"]) == 5


def test_a_broken_example_as_github_annotations(check: Check, broken_example: tuple[str, int, int]) -> None:
    """One workflow command."""
    file, line, column = broken_example
    code, shown = check("--format", "github")
    assert code == 1
    assert shown.splitlines()[0] == (
        f"::error file={file},line={line},col={column},endLine={line},endColumn={column + 8},title=misspelt-key"
        "::unknown key 'max_szie' (did you mean 'max_size'?)"
    )
    assert shown.count("::error") == 1


def test_errors_that_end_the_check_keep_to_the_format(check: Check) -> None:
    """A program that reads JSON, SARIF or annotations gets them also when nothing could be checked."""
    write({"a.yaml": "a: 1"})
    for arguments in (("--schema", "gone.json", "a.yaml"), ("-c", "gone")):
        said = json.loads(check("--format", "json", *arguments)[1])
        assert (said["ok"], said["error"]["exit_code"], said["error"]["kind"]) == (False, 4, "not-found")
        log = json.loads(check("--format", "sarif", *arguments)[1])
        assert [error.message for error in SARIF.iter_errors(log)] == []
        assert log["runs"][0]["invocations"][0]["executionSuccessful"] is False
        assert check("--format", "github", *arguments)[1].startswith("::error title=setpoint::gone")


# --- schemas ----------------------------------------------------------------------------------------------------------


def test_a_file_is_judged_by_the_schema_of_its_name_beside_it(check: Check) -> None:
    """In schemas/ of its folder; a layer has none, and neither has a file of another name."""
    write(
        {
            "sub/s.yaml": "port: x",
            "sub/s.prod.yaml": "port: x",
            "sub/t.yaml": "port: x",
            "sub/schemas/s.schema.json": PORT,
        }
    )
    assert check("sub/s.yaml")[0] == 1
    assert check("sub/s.prod.yaml")[0] == 0
    code, shown = check("sub/t.yaml")
    assert (code, shown) == (0, "ok: 1 document\n1 document without a schema was checked for form only: t\n")
    write({"sub/messaging.yaml": "quue: {}"})
    assert "error[misspelt-key]" in check("sub/messaging.yaml")[1]


def test_what_a_schema_refers_to_is_found_by_id_and_by_file_name(check: Check) -> None:
    """In the folders of --schema-dir, as often as it is given; the schema's own folder needs no naming."""
    by_id = '{"$id": "https://example.org/whole-number", "type": "integer"}'
    write(
        {
            "a.yaml": "id: x\nfile: x\nown: x\n",
            "main/m.json": '{"properties": {"id": {"$ref": "https://example.org/whole-number"},'
            ' "file": {"$ref": "port.json"}, "own": {"$ref": "own.json"}}}',
            "main/own.json": '{"type": "integer"}',
            "one/anything.json": by_id,
            "two/port.json": '{"type": "integer"}',
        }
    )
    folders = ("--schema-dir", "one", "--schema-dir", "two")
    assert check("--schema", "main/m.json", *folders, "a.yaml")[0] == 1
    assert [line for _, line, _, _ in places(check, "--schema", "main/m.json", *folders, "a.yaml")] == [1, 2, 3]
    for missing in (folders[:2], folders[2:], ()):
        assert check("--schema", "main/m.json", *missing, "a.yaml")[0] == 2


def test_a_schema_folder_has_schemas_for_documents_by_name(check: Check) -> None:
    """--schema-dir serves files and directories alike; a directory's own schemas/ goes before it."""
    write({"d/s.yaml": "port: x", "s.yaml": "port: x", "more/s.schema.json": PORT})
    assert (check("s.yaml")[0], check("d")[0]) == (0, 0)
    assert (check("--schema-dir", "more", "s.yaml")[0], check("--schema-dir", "more", "d")[0]) == (1, 1)
    write({"d/schemas/s.schema.json": "true"})
    assert check("--schema-dir", "more", "d")[0] == 0


def test_one_schema_may_judge_a_whole_directory(check: Check) -> None:
    """Every base file by it, layers for their form, and clashing names are still told."""
    write({"d/a.yaml": "port: 1", "d/b.json": '{"port": "x"}', "d/a.prod.yaml": "other: 1", "port.json": PORT})
    assert places(check, "--schema", "port.json", "d") == [("d/b.json", 1, 10, 13)]
    write({"d/a.local.toml": "x = "})
    assert places(check, "--schema", "port.json", "d")[0][:2] == ("d/a.local.toml", 1)
    write({"d/b.toml": "port = 1", "d/a.local.toml": "x = 1", "d/two words.yaml": "port: 1"})
    code, shown = check("--schema", "port.json", "d")
    assert code == 1
    assert "error[ambiguous-name]: b.json and b.toml are both" in shown
    assert "warning[file-name]" in shown


def test_no_socket_is_ever_opened(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reference to the web is a schema that cannot work, not a download."""

    def refuse(*_: object, **__: object) -> Any:
        raise AssertionError("a socket was opened")

    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, refuse)
    shutil.copytree(EXAMPLE, "config")
    assert check()[0] == 0
    write(
        {
            "a.yaml": "a: 1",
            "web.json": '{"$schema": "http://json-schema.org/draft-07/schema#", "$ref": "http://127.0.0.1:9/s.json"}',
        }
    )
    code, shown = check("--schema", "web.json", "a.yaml")
    assert code == 2
    assert "http://127.0.0.1:9/s.json" in shown


def test_the_process_makes_no_socket(check: Check) -> None:
    """Not below Python either: neither the interpreter nor the schema engine asks the system for one."""
    write({"a.yaml": "port: 1", "web.json": '{"$ref": "http://127.0.0.1:9/s.json"}'})
    script = (
        "import sys\nsys.addaudithook(lambda event, _: print(event) if event.startswith('socket.') else None)\n"
        "from setpoint.cli.main import main\nprint(main(['check', '--schema', 'web.json', 'a.yaml']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONPATH": SOURCE},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert done.stdout == "2\n"


# --- files of all kinds -----------------------------------------------------------------------------------------------


def test_two_thousand_files_are_checked_in_one_go(check: Check) -> None:
    """In a directory and as arguments; the one that is wrong is found."""
    write({f"config/d{number}.json": f'{{"port": {number}}}' for number in range(2000)})
    write({"config/d1234.json": '{"port": "x"}', "port.json": PORT})
    code, shown = check("--schema", "port.json")
    assert (code, shown.splitlines()[-1]) == (1, "2,000 documents: 1 error")
    files = [f"config/d{number}.json" for number in range(2000)]
    assert places(check, "--schema", "port.json", *files) == [("config/d1234.json", 1, 10, 13)]


def test_formats_may_be_mixed(check: Check) -> None:
    """The same mistake in YAML, JSON, JSONC and TOML is found in each, at its own place."""
    write(
        {
            "p.json": PORT,
            "a.yaml": "# one\nport: x\n",
            "b.json": '{\n  "port": "x"\n}',
            "c.jsonc": '// one\n{"port": "x",}',
            "d.toml": "# one\nport = 'x'",
            "e.yml": "{port: 'x'}",
        }
    )
    assert places(check, "--schema", "p.json", "a.yaml", "b.json", "c.jsonc", "d.toml", "e.yml") == [
        ("a.yaml", 2, 7, 8),
        ("b.json", 2, 11, 14),
        ("c.jsonc", 2, 10, 13),
        ("d.toml", 2, 8, 11),
        ("e.yml", 1, 8, 11),
    ]


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("bom.yaml", b"\xef\xbb\xbfport: x", (1, 7, 8)),
        ("bom.json", b'\xef\xbb\xbf{"port": "x"}', (1, 10, 13)),
        ("bom.toml", b"\xef\xbb\xbfport = 'x'", (1, 8, 11)),
        ("crlf.yaml", b"a: 1\r\nport: x\r\n", (2, 7, 8)),
        ("crlf.json", b'{\r\n"a": 1,\r\n"port": "x"}', (3, 9, 12)),
        ("crlf.toml", b"a = 1\r\nport = 'x'\r\n", (2, 8, 11)),
        ("astral.yaml", '{"\U0001f600\U0001d51e": 1, port: x}'.encode(), (1, 17, 18)),
        ("astral.json", '{"\U0001f600\U0001d51e": 1, "port": "\U0001f600"}'.encode(), (1, 19, 22)),
        ("astral.toml", 'a = {"\U0001f600" = 1}\nport = "\U0001f600\U0001f600"'.encode(), (2, 8, 12)),
        ("tab.json", b'{\t"port":\t"x"}', (1, 11, 14)),
    ],
)
def test_columns_count_characters(check: Check, file: str, text: bytes, expected: tuple[int, int, int]) -> None:
    """A byte order mark has no column, a line break of two bytes is one, a character beyond 16 bits is one."""
    Path(file).write_bytes(text)
    write({"p.json": PORT})
    assert places(check, "--schema", "p.json", file) == [(file, *expected)]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (b"my file.yaml", ("my file.yaml", "my file.yaml", "my%20file.yaml", "my file.yaml")),
        (b"new\nline.yaml", ("new\\nline.yaml", "new\nline.yaml", "new%0Aline.yaml", "new%0Aline.yaml")),
        (b"caf\xe9.yaml", ("caf\\xe9.yaml", "caf\udce9.yaml", "caf%E9.yaml", "caf\\xe9.yaml")),
        (
            "\u00fc,\U0001f600.yaml".encode(),
            (
                "\u00fc,\U0001f600.yaml",
                "\u00fc,\U0001f600.yaml",
                "%C3%BC%2C%F0%9F%98%80.yaml",
                "\u00fc%2C\U0001f600.yaml",
            ),
        ),
        (b"esc\x1b[31m.yaml", ("esc\\x1b[31m.yaml", "esc\x1b[31m.yaml", "esc%1B%5B31m.yaml", "esc\\x1b[31m.yaml")),
        (b"a..yaml", ("a..yaml", "a..yaml", "a..yaml", "a..yaml")),
    ],
    ids=["space", "newline", "not utf-8", "unicode", "escape", "dots"],
)
def test_awkward_file_names_are_told_in_every_format(check: Check, name: bytes, told: tuple[str, ...]) -> None:
    """One line on a terminal, exact for programs, and never an escape that acts."""
    as_text, as_json, as_uri, as_property = told
    Path(os.fsdecode(name)).write_text("port: x")
    write({"p.json": PORT})
    arguments = ("--schema", "p.json", "--", os.fsdecode(name))
    code, shown = check(*arguments)
    assert (code, shown.splitlines()[0]) == (
        1,
        f"{as_text}:1:7: error[wrong-type]: expected an integer, found the string 'x'",
    )
    assert json.loads(check("--format", "json", *arguments)[1])["diagnostics"][0]["file"] == as_json
    log = json.loads(check("--format", "sarif", *arguments)[1])
    assert [error.message for error in SARIF.iter_errors(log)] == []
    assert log["runs"][0]["artifacts"][0]["location"]["uri"] == as_uri
    assert check("--format", "github", *arguments)[1].startswith(f"::error file={as_property},line=1,col=7,")


def test_files_whose_names_are_none_are_told_in_a_directory(check: Check) -> None:
    """They are left out with a warning each; the others are checked."""
    write({"config/two words.yaml": "a: [", "config/new\nline.yaml": "a: [", "config/ok.yaml": "a: 1"})
    Path(os.fsdecode(b"config/caf\xe9.yaml")).write_text("a: [")
    code, shown = check()
    assert code == 0
    assert "config/caf\\xe9.yaml: warning[file-name]" in shown
    assert "config/new\\nline.yaml: warning[file-name]" in shown
    assert "1 document: 3 warnings" in shown
    assert check("--strict")[0] == 1


def test_an_empty_directory_is_told_to_be_empty(check: Check) -> None:
    """Nothing was checked is not the same as everything was fine, though both exit with 0."""
    Path("config").mkdir()
    assert check() == (0, "no documents: nothing was checked\n")
    assert json.loads(check("--format", "json")[1])["summary"]["documents"] == 0


def test_a_single_file_can_be_the_configuration(check: Check) -> None:
    """-c FILE check is about that file, held against the schema beside it."""
    write({"s.yaml": "port: x", "schemas/s.schema.json": PORT, "other.yaml": "a: ["})
    code, shown = check("-c", "s.yaml")
    assert code == 1
    assert shown.splitlines()[-1] == "1 document: 1 error"


def test_a_report_names_a_document_without_an_ending(check: Check) -> None:
    """Where no name can be taken from a file's ending, it is the file's own."""
    Path("notes").write_text("a: 1")
    code, shown = check("notes", "gone/")
    assert code == 5
    assert "2 documents could not be judged: notes, gone" in shown


def test_a_file_whose_name_looks_like_an_option_can_be_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Behind -- everything is a path."""
    monkeypatch.chdir(tmp_path)
    Path("-x.yaml").write_text("a: 1\na: 2\n")
    assert main(["check", "--", "-x.yaml"]) == 1
    assert "-x.yaml:2:1" in capsys.readouterr().out
    assert main(["check", "--strict", "--", "-y.yaml"]) == 4
