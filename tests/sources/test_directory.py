"""File names become documents and layers."""

from __future__ import annotations

from pathlib import Path

import pytest

from setpoint.errors import ConfigNotFoundError, UnavailableError
from setpoint.sources.directory import list_directory, list_file
from setpoint.sources.settings import Settings


def make(folder: Path, *files: str) -> str:
    for file in files:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text("{}")
    return str(folder)


def rules(listing: object) -> list[str]:
    return [finding.rule for finding in listing.findings]  # type: ignore[attr-defined]


def test_each_format_is_a_document(tmp_path: Path) -> None:
    """The ending gives the format, the rest of the name the document; other files are not looked at."""
    listing = list_directory(
        make(
            tmp_path,
            "a.yaml",
            "b.yml",
            "c.json",
            "d.jsonc",
            "e.toml",
            "F-1_x.YAML",
            "notes.txt",
            "README.md",
            ".x.yaml",
        ),
        Settings(),
    )
    formats = {name: entry.base.format_name for name, entry in listing.entries.items()}
    assert formats == {"F-1_x": "yaml", "a": "yaml", "b": "yaml", "c": "json", "d": "jsonc", "e": "toml"}
    assert listing.findings == ()


def test_profiles_and_local_files_are_layers_of_their_document(tmp_path: Path) -> None:
    """The first dot starts the layer; a layer may have another format than its base."""
    listing = list_directory(make(tmp_path, "a.yaml", "a.staging.toml", "a.prod.yaml", "a.local.json"), Settings())
    entry = listing.entries["a"]
    assert sorted(entry.profiles) == ["prod", "staging"]
    assert entry.local is not None
    assert [file.layer for file in entry.overlays] == ["profile:prod", "profile:staging", "local"]


def test_two_files_for_one_name_are_an_error_that_says_how_to_map_them(tmp_path: Path) -> None:
    """Neither is taken; the rest of the directory is unharmed."""
    listing = list_directory(
        make(tmp_path, "a.yaml", "a.json", "b.yaml", "b.dev.json", "b.dev.yaml", "c.toml"), Settings()
    )
    assert list(listing.entries) == ["c"]
    assert set(listing.unusable) == {"a", "b"}
    assert rules(listing) == ["ambiguous-name", "ambiguous-name"]
    assert "setpoint.toml" in (listing.unusable["a"].suggestion or "")


def test_a_layer_without_its_base_is_an_error(tmp_path: Path) -> None:
    """It says what to add."""
    listing = list_directory(make(tmp_path, "a.local.yaml"), Settings())
    assert rules(listing) == ["layer-without-base"]
    assert "add a.yaml" in (listing.unusable["a"].suggestion or "")


def test_the_settings_map_names_to_files(tmp_path: Path) -> None:
    """A mapped file is taken under its name only, whatever it is called."""
    make(tmp_path, "a.yaml", "a.json", "odd name.yaml", "sub/deep.toml")
    settings = Settings(
        documents={"second": "a.json", "odd": "odd name.yaml", "deep": "sub/deep.toml", "gone": "x.yaml"}
    )
    listing = list_directory(str(tmp_path), settings)
    assert {name: Path(entry.base.path).name for name, entry in listing.entries.items()} == {
        "a": "a.yaml",
        "deep": "deep.toml",
        "odd": "odd name.yaml",
        "second": "a.json",
    }
    assert rules(listing) == ["not-found"]
    assert "gone" in listing.unusable


def test_a_name_that_is_none_is_left_out_with_a_warning(tmp_path: Path) -> None:
    """A file with a blank or a second layer in its name is told about, not read."""
    listing = list_directory(
        make(tmp_path, "my file.yaml", "a.b.c.yaml", "ü.json", "a.schema.json", "ok.yaml"), Settings()
    )
    assert list(listing.entries) == ["ok"]
    assert rules(listing) == ["file-name"] * 4
    assert {finding.severity for finding in listing.findings} == {"warning"}


def test_subdirectories_count_only_when_asked(tmp_path: Path) -> None:
    """Then a document's name has its folders in front; folders of ours and hidden ones never count."""
    make(
        tmp_path,
        "a.yaml",
        "team/service.yaml",
        "team/deep/x.toml",
        "schemas/a.schema.json",
        "migrations/a/1.yaml",
        ".git/c.yaml",
    )
    assert list(list_directory(str(tmp_path), Settings()).entries) == ["a"]
    listing = list_directory(str(tmp_path), Settings(subdirectories=True))
    assert list(listing.entries) == ["a", "team/deep/x", "team/service"]


def test_a_missing_directory_is_not_found(tmp_path: Path) -> None:
    """The next step is named; a file in its place is unavailable."""
    with pytest.raises(ConfigNotFoundError, match="name the one that holds"):
        list_directory(str(tmp_path / "no"), Settings())
    with pytest.raises(UnavailableError):
        list_directory(make(tmp_path, "f.yaml") + "/f.yaml", Settings())


def test_a_single_file_is_one_document(tmp_path: Path) -> None:
    """Named by its file, up to the first dot."""
    make(tmp_path, "settings.prod.yaml", "x.txt")
    listing = list_file(str(tmp_path / "settings.prod.yaml"))
    assert list(listing.entries) == ["settings"]
    with pytest.raises(UnavailableError, match="not a format"):
        list_file(str(tmp_path / "x.txt"))
    with pytest.raises(ConfigNotFoundError):
        list_file(str(tmp_path / "no.yaml"))
