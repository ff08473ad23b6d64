"""``Library``: schemas by the name of the document."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from setpoint.errors import ConfigNotFoundError, SchemaError, UnavailableError, UsageError
from setpoint.schemas import builtin_names
from setpoint.validation.library import Library


def put(path: Path, contents: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(contents if isinstance(contents, str) else json.dumps(contents))
    return path


@pytest.mark.parametrize("ending", [".schema.json", ".schema.yaml", ".schema.yml"])
def test_a_schema_is_found_by_the_documents_name(tmp_path: Path, ending: str) -> None:
    """NAME.schema.json, and the same in YAML."""
    put(tmp_path / f"service{ending}", '{"required": ["port"]}')
    family = Library([str(tmp_path)]).family("service")
    assert family is not None
    assert family.versions == ()
    assert family.origin == str(tmp_path / f"service{ending}")
    assert family.choose({}).fits is False
    assert family.choose({"port": 1}).fits is True


def test_versions_are_found_beside_it(tmp_path: Path) -> None:
    """NAME@VERSION.schema.json holds the shape of a version."""
    put(tmp_path / "service.schema.json", {"properties": {"version": {"const": "2.0"}}})
    put(tmp_path / "service@1.0.schema.yaml", {"properties": {"version": {"const": "1.0"}}})
    put(tmp_path / "services.schema.json", {})
    family = Library([str(tmp_path)]).family("service")
    assert family is not None
    assert family.versions == ("1.0", "2.0")
    assert family.choose({"version": "1.0"}).version == "1.0"


def test_a_name_may_lead_into_a_folder(tmp_path: Path) -> None:
    """team/service is service.schema.json in the folder team, and refers to its neighbours from there."""
    put(tmp_path / "team" / "service.schema.json", {"$ref": "common.json"})
    put(tmp_path / "team" / "common.json", {"required": ["port"]})
    put(tmp_path / "common.json", True if False else {"required": ["wrong"]})
    family = Library([str(tmp_path)]).family("team/service")
    assert family is not None
    assert family.choose({"port": 1}).fits is True


def test_the_first_folder_speaks_alone(tmp_path: Path) -> None:
    """Versions of two folders are not mixed."""
    put(tmp_path / "a" / "service@1.schema.json", {})
    put(tmp_path / "b" / "service@2.schema.json", {})
    family = Library([str(tmp_path / "none"), str(tmp_path / "a"), str(tmp_path / "b")]).family("service")
    assert family is not None
    assert family.versions == ("1",)


@pytest.mark.parametrize("name", builtin_names())
def test_a_built_in_kind_needs_no_folder(name: str) -> None:
    """The schemas that come with the package are there, and all of them work."""
    family = Library().family(name)
    assert family is not None
    assert family.origin == "built in"
    family.compile()


def test_a_folder_replaces_a_built_in_schema(tmp_path: Path) -> None:
    """A schema of one's own for a built-in name is the only one."""
    put(tmp_path / "messaging.schema.json", {"required": ["mine"]})
    family = Library([str(tmp_path)]).family("messaging")
    assert family is not None
    assert family.choose({"mine": 1}).fits is True


@pytest.mark.parametrize(
    "name",
    ["nothing", "", "..", "../messaging", "a/../messaging", "/etc/passwd", "a//b", "a.b", "me ssaging", "é", "a\0b"],
)
def test_a_name_that_has_no_schema(tmp_path: Path, name: str) -> None:
    """An unknown name has none, and one that is no name leads nowhere."""
    put(tmp_path / "messaging.schema.json", {})
    (tmp_path / "inside").mkdir()
    assert Library([str(tmp_path / "inside")]).family(name) is None


def test_two_files_for_one_version_clash(tmp_path: Path) -> None:
    """Which of the two is meant is not guessed."""
    put(tmp_path / "service.schema.json", {})
    put(tmp_path / "service.schema.yaml", "{}")
    with pytest.raises(SchemaError, match="keep one of the two"):
        Library([str(tmp_path)]).family("service")


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    """A schema that is a link elsewhere is not followed, and not silently left out."""
    outside = put(tmp_path / "x.json", {})
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "service.schema.json").symlink_to(outside)
    with pytest.raises(SchemaError, match="link out of its folder"):
        Library([str(tmp_path / "schemas")]).family("service")


def test_a_schema_is_read_when_it_is_needed(tmp_path: Path) -> None:
    """A broken schema harms only those who use it."""
    put(tmp_path / "broken.schema.json", "{")
    library = Library([str(tmp_path)])
    assert "broken" in library.names()
    family = library.family("broken")
    assert family is not None
    with pytest.raises(SchemaError) as caught:
        family.choose({})
    assert caught.value.diagnostics[0].file == str(tmp_path / "broken.schema.json")


def test_an_added_schema_goes_first(tmp_path: Path) -> None:
    """What the program adds beats folders and built-in ones, and a second one for a version replaces the first."""
    put(tmp_path / "service.schema.json", {"required": ["folder"]})
    library = Library([str(tmp_path)])
    library.add("service", {"required": ["first"]})
    library.add("service", {"required": ["second"], "properties": {"version": {"const": "2"}}})
    library.add("service", {"properties": {"version": {"const": "1"}}}, version="1")
    family = library.family("service")
    assert family is not None
    assert family.versions == ("1", "2")
    assert family.choose({"second": 1}).fits is True
    assert family.origin == "added by the program"


def test_an_added_schema_may_refer_to_the_folders(tmp_path: Path) -> None:
    """A dict has the same references as a file."""
    put(tmp_path / "common.json", {"required": ["port"]})
    library = Library([str(tmp_path)])
    library.add("service", {"$ref": "common.json"})
    family = library.family("service")
    assert family is not None
    assert family.choose({}).fits is False


@pytest.mark.parametrize("schema", [[], "text", 3, None, {"a": {1, 2}}, {"a": float("nan")}, {1: 2}])
def test_what_is_no_schema_cannot_be_added(schema: Any) -> None:
    """The error comes when it is added, and is a SchemaError."""
    with pytest.raises(SchemaError, match="'service'"):
        Library().add("service", schema)


def test_a_schema_that_contains_itself_cannot_be_added() -> None:
    """A dict in a circle is refused, not followed for ever."""
    schema: dict[str, Any] = {}
    schema["not"] = schema
    with pytest.raises(SchemaError, match="nested more than"):
        Library().add("service", schema)


def test_an_added_schema_has_a_name() -> None:
    """An empty name is a mistake of the call."""
    with pytest.raises(UsageError):
        Library().add("", {})


def test_a_schema_file_is_a_family_of_one(tmp_path: Path) -> None:
    """What a file refers to is searched in its own folder first, then in those of the library."""
    put(tmp_path / "own" / "common.json", {"required": ["own"]})
    put(tmp_path / "other" / "common.json", {"required": ["other"]})
    put(tmp_path / "other" / "more.json", {"required": ["more"]})
    file = put(tmp_path / "own" / "any-name", {"allOf": [{"$ref": "common.json"}, {"$ref": "more.json"}]})
    family = Library([str(tmp_path / "other")]).file(str(file))
    assert family.choose({"own": 1, "more": 1}).fits is True
    assert family.choose({"other": 1, "more": 1}).fits is False


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.mkdir(), lambda path: os.mkfifo(path)])
def test_a_schema_file_that_cannot_be_read(tmp_path: Path, make: Any) -> None:
    """A missing file, a folder and a pipe are told apart from a schema that does not work."""
    path = tmp_path / "x.json"
    make(path)
    with pytest.raises((ConfigNotFoundError, UnavailableError)) as caught:
        Library().file(str(path))
    assert str(path) in caught.value.message


def test_the_names_there_are(tmp_path: Path) -> None:
    """Built-in ones, those in folders with their way, and added ones, each once and in order."""
    put(tmp_path / "team" / "service.schema.json", {})
    put(tmp_path / "team" / "service@1.schema.json", {})
    put(tmp_path / "messaging.schema.yml", "{}")
    put(tmp_path / "not-a-schema.json", {})
    put(tmp_path / ".hidden" / "x.schema.json", {})
    library = Library([str(tmp_path)])
    library.add("my own", {})
    assert library.names() == tuple(sorted({*builtin_names(), "team/service", "my own"}))
