"""``References``: documents by ``$id`` or by file name, in the folders and nowhere else."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.budget import Budget
from setpoint.errors import SchemaError
from setpoint.validation.references import References
from setpoint.validation.resources import HOME
from setpoint.validation.schema import Schema

FOUND: dict[str, Any] = {"title": "found"}


def put(path: Path, contents: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(contents if isinstance(contents, str) else json.dumps(contents))
    return path


def contents_of(folders: list[Path], uri: str) -> Any:
    found = References([str(folder) for folder in folders]).find(uri)
    return None if found is None else found.contents


@pytest.mark.parametrize("file", ["thing", "thing.json", "thing.schema.json", "thing.yaml", "thing.yml"])
@pytest.mark.parametrize(
    "uri", ["http://example.com/v1/thing", "urn:example:thing", "file:///somewhere/thing", "thing"]
)
def test_a_document_is_found_by_its_file_name(tmp_path: Path, uri: str, file: str) -> None:
    """The last word of the address names the file, as it is or with the ending of a schema file."""
    put(tmp_path / file, FOUND)
    assert contents_of([tmp_path], uri) == (FOUND if file != "thing" else None)


@pytest.mark.parametrize("file", ["thing.json", "thing.yaml", "thing.schema.yml"])
def test_an_address_with_an_ending_names_the_file_as_it_is(tmp_path: Path, file: str) -> None:
    """A file name in full needs no more ending."""
    put(tmp_path / file, FOUND)
    assert contents_of([tmp_path], f"http://example.com/{file}") == FOUND


@pytest.mark.parametrize(
    ("text", "uri"),
    [
        ('{"$id": "http://example.com/x"}', "http://example.com/x"),
        ('{"$id": "http://example.com/x#"}', "http://example.com/x"),
        ('{"$id": "http://example.com/x"}', "http://example.com/x#"),
        ('{"$id": "http:\\/\\/example.com\\/x"}', "http://example.com/x"),
        (
            '{"$schema": "http://json-schema.org/draft-04/schema#", "id": "http://example.com/x"}',
            "http://example.com/x",
        ),
        ('{"a": {"$id": "http://example.com/y"}, "$id" : "urn:x:y"}', "urn:x:y"),
    ],
)
@pytest.mark.parametrize("file", ["other.json", "deep/er/other.schema.json"])
def test_a_document_is_found_by_its_id(tmp_path: Path, text: str, uri: str, file: str) -> None:
    """An $id in full, an empty fragment aside, finds the file that says it, however deep it lies."""
    put(tmp_path / file, text)
    assert contents_of([tmp_path], uri) == json.loads(text)


def test_a_yaml_document_is_found_by_its_id(tmp_path: Path) -> None:
    """A schema written in YAML is as good."""
    put(tmp_path / "other.yaml", "# a schema\n$id: http://example.com/x\ntitle: found\n")
    assert contents_of([tmp_path], "http://example.com/x") == {"$id": "http://example.com/x", "title": "found"}


def test_an_id_beats_a_name(tmp_path: Path) -> None:
    """Of a file that has the name and one that says the address, the second is meant."""
    put(tmp_path / "thing.json", {"title": "only the name"})
    put(tmp_path / "z.json", {"$id": "http://example.com/thing.json", **FOUND})
    assert contents_of([tmp_path], "http://example.com/thing.json")["title"] == "found"


def test_an_id_inside_another_document_is_not_its_own(tmp_path: Path) -> None:
    """A file that only mentions an address is not the document at it."""
    put(tmp_path / "z.json", {"$defs": {"a": {"$id": "http://example.com/thing"}}})
    assert contents_of([tmp_path], "http://example.com/thing") is None


def test_the_first_folder_wins(tmp_path: Path) -> None:
    """Folders are searched in their order."""
    put(tmp_path / "a" / "thing.json", FOUND)
    put(tmp_path / "b" / "thing.json", {"title": "second"})
    assert contents_of([tmp_path / "missing", tmp_path / "a", tmp_path / "b"], "http://x/thing.json") == FOUND


def test_a_way_from_file_to_file_is_followed(tmp_path: Path) -> None:
    """Two files of one name in two folders are told apart by the way to them."""
    put(tmp_path / "a" / "common.json", {"type": "string"})
    put(tmp_path / "b" / "common.json", {"type": "integer"})
    put(
        tmp_path / "b" / "s.schema.json",
        {"properties": {"x": {"$ref": "common.json"}, "y": {"$ref": "../a/common.json"}}},
    )
    schema = Schema(
        path=str(tmp_path / "b" / "s.schema.json"), home="b/s.schema.json", references=References([str(tmp_path)])
    )
    assert schema.accepts({"x": 1, "y": "text"})
    assert not schema.accepts({"x": "text", "y": "text"})
    assert not schema.accepts({"x": 1, "y": 1})


def test_a_chain_of_documents_is_followed(tmp_path: Path) -> None:
    """A document that is referred to may refer to the next, in another draft and another format."""
    put(
        tmp_path / "a.json",
        {"$schema": "http://json-schema.org/draft-04/schema#", "properties": {"n": {"$ref": "b.yaml"}}},
    )
    put(tmp_path / "b.yaml", "$schema: https://json-schema.org/draft-07/schema#\nexclusiveMinimum: 5\n")
    schema = Schema({"$ref": "a.json"}, references=References([str(tmp_path)]))
    assert schema.accepts({"n": 6})
    assert [problem.parts for problem in schema.problems({"n": 5})] == [("n",)]


ESCAPES = [
    "../secret.json",
    "../../secret.json",
    "%2e%2e/secret.json",
    "..%2fsecret.json",
    "%2e%2e%2fsecret.json",
    "%252e%252e%252fsecret.json",
    "..\\secret.json",
    "..%5csecret.json",
    "a/../../secret.json",
    "./../secret.json",
    "//secret.json",
    "secret.json%00.json",
    "{outside}/secret.json",
    "file://{outside}/secret.json",
    "file:{outside}/secret.json",
    "http://x/..%2fsecret.json",
    "urn:../secret.json",
    "{home}../secret.json",
    "{home}%2e%2e/secret.json",
    "{home}..%2fsecret.json",
]


@pytest.mark.parametrize("escape", ESCAPES)
def test_nothing_outside_the_folders_is_read(tmp_path: Path, escape: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No spelling of a way out finds a file that lies beside the folder, or opens it."""
    put(tmp_path / "secret.json", {"type": "string", "$id": "http://x/secret.json"})
    inside = tmp_path / "schemas"
    put(inside / "a" / "harmless.json", {})
    opened: list[str] = []
    real = os.open

    def watched(path: str, *args: Any) -> int:
        opened.append(os.path.realpath(path))
        return real(path, *args)

    monkeypatch.setattr(os, "open", watched)
    uri = escape.format(outside=tmp_path, home=HOME)
    assert contents_of([inside], uri) is None
    with pytest.raises(SchemaError):
        Schema({"$ref": uri}, references=References([str(inside)])).accepts(3)
    assert str(tmp_path / "secret.json") not in opened


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_a_link_out_of_the_folder_counts_as_absent(tmp_path: Path, kind: str) -> None:
    """Neither by name nor by $id is a link followed that leaves the folder; one that stays inside is."""
    put(tmp_path / "out" / "secret.json", {"$id": "http://x/by-id"})
    inside = tmp_path / "schemas"
    put(inside / "real.json", FOUND)
    if kind == "file":
        (inside / "secret.json").symlink_to(tmp_path / "out" / "secret.json")
    else:
        (inside / "link").symlink_to(tmp_path / "out")
    (inside / "alias.json").symlink_to(inside / "real.json")
    for uri in ("http://x/secret.json", "http://x/by-id", HOME + "link/secret.json"):
        assert contents_of([inside], uri) is None
    assert contents_of([inside], "http://x/alias.json") == FOUND


def test_hidden_and_foreign_folders_are_not_searched_by_id(tmp_path: Path) -> None:
    """A folder of tools' files is no folder of schemas."""
    put(tmp_path / ".git" / "x.json", {"$id": "http://x/a"})
    put(tmp_path / "node_modules" / "x.json", {"$id": "http://x/a"})
    assert contents_of([tmp_path], "http://x/a") is None


def test_nothing_is_parsed_that_is_not_meant(tmp_path: Path) -> None:
    """A broken file beside the one that is meant harms nobody."""
    put(tmp_path / "broken.json", "{")
    put(tmp_path / "z.json", {"$id": "http://x/a"})
    assert contents_of([tmp_path], "http://x/a") == {"$id": "http://x/a"}


def test_each_file_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second question for the same document opens no file."""
    put(tmp_path / "thing.json", FOUND)
    references = References([str(tmp_path)])
    first = references.find("http://x/thing")
    monkeypatch.setattr(os, "open", lambda *_: pytest.fail("opened a file"))
    assert references.find("http://x/thing#") is first


@pytest.mark.parametrize("text", ["{", "a: b: c", '{"a": 1, "a": 2}', "\xff"])
def test_a_document_that_cannot_be_parsed_names_its_file(tmp_path: Path, text: str) -> None:
    """The error is about the file that was meant, at the line where it breaks."""
    (tmp_path / "thing.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(SchemaError) as caught:
        Schema({"$ref": "thing.json"}, references=References([str(tmp_path)])).accepts(3)
    assert str(tmp_path / "thing.json") in caught.value.message
    assert caught.value.diagnostics[0].file == str(tmp_path / "thing.json")
    assert caught.value.diagnostics[0].line == 1


def test_a_document_over_the_budget_is_refused(tmp_path: Path) -> None:
    """A schema file is bounded as every file is."""
    put(tmp_path / "thing.json", {"title": "x" * 200})
    with pytest.raises(SchemaError, match="larger than 100 bytes"):
        References([str(tmp_path)], Budget(size=100)).find("http://x/thing.json")


def test_what_is_missing_says_where_it_was_searched(tmp_path: Path) -> None:
    """The error names the reference as written, the schema's file, the folders, and the option that adds one."""
    path = put(tmp_path / "a" / "s.schema.json", '{"properties": {"x": {"$ref": "http://example.com/none.json"}}}')
    schema = Schema(path=str(path), references=References([str(tmp_path / "a"), str(tmp_path / "b")]))
    with pytest.raises(SchemaError) as caught:
        schema.accepts({})
    for part in ("http://example.com/none.json", str(path), str(tmp_path / "a"), str(tmp_path / "b"), "--schema-dir"):
        assert part in caught.value.message
    assert caught.value.diagnostics[0].path == "/properties/x/$ref"


@given(uri=st.text(alphabet=st.sampled_from("abht:/.%25\\#?[]@ \x00é~"), max_size=20))
def test_no_address_is_an_accident(tmp_path_factory: pytest.TempPathFactory, uri: str) -> None:
    """Any text at all is looked for without a foreign exception."""
    folder = tmp_path_factory.getbasetemp()
    assert References([str(folder / "empty")]).find(uri) is None
