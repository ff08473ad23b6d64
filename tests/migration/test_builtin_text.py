"""The built-in migrations, done to the text of files."""

from __future__ import annotations

import difflib
import json
from typing import Any

import pytest
from builtin_documents import (
    COMMENTED,
    DOCUMENTS,
    VERSIONS,
    Document,
    carried,
    comments,
    edited,
    family,
    named,
    read,
)

from setpoint.editing.difference import difference
from setpoint.editing.edit import edit
from setpoint.editing.operation import Set
from setpoint.errors import EditRefusedError
from setpoint.tree import same

ALL_HOPS = [(document, end) for document in COMMENTED for end in VERSIONS[document.kind] if end != document.version]


def _changed(before: bytes, after: bytes) -> tuple[list[str], list[str]]:
    """Return the lines that went and those that came, without their indentation."""
    lines = list(difflib.ndiff(before.decode().splitlines(), after.decode().splitlines()))
    gone = [line[2:].strip() for line in lines if line.startswith("- ")]
    come = [line[2:].strip() for line in lines if line.startswith("+ ")]
    return gone, come


@pytest.mark.parametrize(("document", "end"), ALL_HOPS, ids=repr)
def test_the_text_becomes_the_tree_that_was_meant_with_every_comment(document: Document, end: str) -> None:
    """Up or down, over one version or two: the file says what the tree does, and no comment is lost or doubled."""
    found = carried(document.kind, document.tree, document.version, end)
    after = edited(document.data, found.operations, document.file)
    assert same(read(after, document.file), found.tree)
    assert comments(after, document.file) == comments(document.data, document.file)
    assert sum(comments(after, document.file).values()) >= 5


@pytest.mark.parametrize(("document", "end"), ALL_HOPS, ids=repr)
def test_there_and_back_the_text_has_the_same_tree_and_every_comment(document: Document, end: str) -> None:
    """With what the way up kept, the file holds the very same tree again, and all that was said about it."""
    start = document.version
    there = carried(document.kind, document.tree, start, end)
    middle = edited(document.data, there.operations, document.file)
    back = carried(document.kind, there.tree, end, start, kept=there.kept)
    after = edited(middle, back.operations, document.file)
    assert comments(after, document.file) == comments(document.data, document.file)
    assert family(document.kind).at(start).accepts(read(after, document.file))
    if VERSIONS[document.kind].index(start) < VERSIONS[document.kind].index(end):
        assert same(read(after, document.file), document.tree)


@pytest.mark.parametrize("document", COMMENTED, ids=repr)
def test_lines_that_no_step_touches_stay_where_they_are(document: Document) -> None:
    """What is left of the old file stands in the old order, letter for letter: quotes, alignment and blank lines."""
    newest = VERSIONS[document.kind][-1]
    found = carried(document.kind, document.tree, document.version, newest)
    after = edited(document.data, found.operations, document.file).decode().splitlines()
    touched = {str(key) for operation in found.operations for key in operation.path}
    touched |= {str(key) for operation in found.operations for key in getattr(operation, "to", ())}
    lines = [line for line in document.data.decode().splitlines() if line.strip()]
    untouched = [line for line in lines if not any(key in line for key in touched)]
    staying = [line for line in untouched if line.strip() not in _GOES_ALONG.get(document.file, ())]
    # What was the last entry of a JSON object has a comma when another comes behind it.
    rest = iter([line.replace(",", "") for line in after])
    assert [line for line in staying if line.replace(",", "") not in rest] == []
    assert len(staying) > 3


# The comments that stand above a value that moves.
_GOES_ALONG = {
    "unified_config-1.0.0.yaml": [
        "# measured with a ruler",
        "# one more than there are masts",
        "# what each of them does",
    ],
}


def test_the_first_shape_is_changed_in_these_lines_only() -> None:
    """A file of version 1.0.0, migrated to 2.0.0, by its lines."""
    (document,) = named("unified_config", "1.0.0")
    found = carried(document.kind, document.tree, "1.0.0", "2.0.0")
    after = edited(document.data, found.operations, document.file)
    gone, come = _changed(document.data, after)
    assert [line for line in gone if line and line not in come] == [
        "debug_mode: false           # true floods the disk within a day",
        "names:  # each once",
        '- "Agent-1"  # on the summit',
        '- "Agent-2"',
        '- "Agent-4"',
        "communication:",
        "retry_delay: 1.5     # seconds, doubled by the radio itself",
        "ui:",
        "paths:",
        'agent_coords: "conf/places.json"',
        "performance:",
        "security:",
        "testing:",
        "logging:",
        "development:",
        "environment_overrides:",
    ]
    assert [line for line in come if line and line not in gone] == [
        'version: "2.0.0"',
        "debug: false           # true floods the disk within a day",
        "aliases:  # each once",
        "Agent-1: []  # on the summit",
        "Agent-2: []",
        "Agent-4: []",
        "coordinates:",
        'source: "conf/places.json"',
        "x-v1-communication:",
        "x-v1-ui:",
        "runtime:",
        "x-v1-performance:",
        "x-v1-security:",
        "x-v1-testing:",
        "x-v1-logging:",
        "x-v1-development:",
        "x-v1-environment_overrides:",
        "x-v1-agents:",
        "messaging:",
        "queue:",
        "retry_base_delay: 1.5     # seconds, doubled by the radio itself",
    ]
    # The rest of what went came again, elsewhere: what is put aside.
    assert {line for line in gone if line in come} == {
        "# one more than there are masts",
        "count: 3  # keep in step with names",
        "# what each of them does",
        "roles:",
        'Agent-1: "Reads the wind"',
        "Agent-4: 'Keeps the log'   # since spring",
        'default_mode: "three masts"',
        "startup_delay: 2.5  # seconds, the radio is slow",
        "# measured with a ruler",
        "",
    }


def test_a_name_takes_its_comment_along() -> None:
    """What was said of an agent in the list is said of it in the mapping."""
    (document,) = named("unified_config", "1.0.0")
    found = carried(document.kind, document.tree, "1.0.0", "2.0.0")
    after = edited(document.data, found.operations, document.file).decode()
    assert (
        "  aliases:  # each once\n"
        "    Agent-1: []  # on the summit\n"
        "    # repaired after the storm\n"
        "    Agent-2: []\n"
        "    Agent-4: []\n"
    ) in after


def test_the_second_minor_version_is_added_at_the_end() -> None:
    """Nothing but the stamp and the new section is different."""
    (document,) = named("unified_config", "2.0.0")
    found = carried(document.kind, document.tree, "2.0.0", "2.1.0")
    after = edited(document.data, found.operations, document.file)
    gone, come = _changed(document.data, after)
    assert gone == ['version: "2.0.0"   # of this file\'s shape']
    assert come[0] == 'version: "2.1.0"   # of this file\'s shape'
    assert [line for line in come[1:] if line][:2] == ["performance:", "monitoring:"]
    assert len([line for line in come[1:] if line]) == 14


def _as(format_name: str, tree: Any) -> bytes:
    if format_name == "json":
        return json.dumps(tree, indent=2).encode()
    return edit({"toml": b"", "yaml": b"{}\n"}[format_name], Set((), tree), format_name)


@pytest.mark.parametrize("format_name", ["json", "toml", "yaml"])
@pytest.mark.parametrize("document", DOCUMENTS, ids=repr)
def test_a_document_is_migrated_in_every_format(document: Document, format_name: str) -> None:
    """Up to the newest version and down again: the file holds the tree that was meant, whatever it is written in."""
    tree, newest = document.tree, VERSIONS[document.kind][-1]
    data = _as(format_name, tree)
    file = f"document.{format_name}"
    tree = read(data, file)  # TOML has tables behind other keys
    up = carried(document.kind, tree, document.version, newest)
    middle = edited(data, up.operations, file)
    assert read(middle, file) == up.tree
    down = carried(document.kind, read(middle, file), newest, document.version, kept=up.kept)
    after = edited(middle, down.operations, file)
    assert read(after, file) == tree


def test_names_that_are_an_alias_are_refused_with_the_place_or_set_anew() -> None:
    """A list that is written elsewhere cannot be taken apart here, which is told; by difference, it is replaced."""
    (document,) = [one for one in DOCUMENTS if one.file == "full.yaml" and one.version == "1.0.0"]
    found = carried(document.kind, document.tree, "1.0.0", "2.0.0")
    with pytest.raises(EditRefusedError, match="write the value out here first") as caught:
        edited(document.data, found.operations, document.file)
    assert caught.value.diagnostics[0].line is not None
    after = edited(document.data, difference(document.tree, found.tree), document.file)
    assert same(read(after, document.file), found.tree)
    assert comments(after, document.file) == comments(document.data, document.file)
