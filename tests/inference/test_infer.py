"""Schemas inferred from documents: they accept them, and say what the documents say."""

from __future__ import annotations

import json
import os
from typing import Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from setpoint.errors import UsageError
from setpoint.inference.infer import infer_schema
from setpoint.inference.sample import Sample
from setpoint.validation.schema import Schema

KEYS = st.one_of(
    st.sampled_from(["a", "b", "name", "password", "api_key", "$schema", "Agent-1", "Agent-2", "x.y/1", ""]),
    st.text(max_size=6),
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.sampled_from(
        [
            "2024-02-30T00:00:00Z",
            "2024-02-28T10:00:00Z",
            "https://example.org/a",
            "me@example.org",
            "10.0.0.1",
            "1.2.3.999",
        ]
    ),
)
VALUES = st.recursive(
    SCALARS,
    lambda below: st.one_of(
        st.dictionaries(KEYS, below, max_size=5),
        st.lists(below, max_size=4),
        st.lists(below, min_size=1, max_size=2).map(lambda held: {f"node{n}": held[0] for n in range(4)}),
    ),
    max_leaves=25,
)


def inferred(*trees: Any) -> dict[str, Any]:
    """The schema of some documents, without what every schema has."""
    found = infer_schema([Sample(tree) for tree in trees])
    assert found.pop("$schema") == "https://json-schema.org/draft/2020-12/schema"
    return found


@given(st.lists(VALUES, min_size=1, max_size=4), st.lists(VALUES, max_size=2))
@settings(max_examples=3 * int(os.environ.get("SETPOINT_EXAMPLES", "100")))
def test_every_sample_is_accepted(trees: list[Any], variants: list[Any]) -> None:
    """Whatever the documents and the states they can be in are like."""
    samples = [Sample(trees[0], variants), *map(Sample, trees[1:])]
    schema = Schema(infer_schema(samples))
    for tree in [*trees, *variants]:
        assert schema.accepts(tree)


@given(st.lists(VALUES, min_size=1, max_size=4))
def test_every_sample_is_accepted_where_keys_are_given_up(trees: list[Any]) -> None:
    """As with more than a hundred keys, only sooner."""
    with mock.patch("setpoint.inference.shape.MOST_KEYS", 2):
        schema = Schema(infer_schema(map(Sample, trees)))
    for tree in trees:
        assert schema.accepts(tree)


@given(VALUES)
def test_a_schema_can_be_written_and_read_again(tree: Any) -> None:
    """As JSON, the same."""
    found = inferred(tree)
    assert json.loads(json.dumps(found)) == found


def test_types_are_as_narrow_as_the_samples() -> None:
    """An integer is one until a fraction is seen; null is said beside the type."""
    assert inferred({"a": 1}, {"a": 2})["properties"] == {"a": {"type": "integer"}}
    assert inferred({"a": 1}, {"a": 2.5})["properties"] == {"a": {"type": "number"}}
    assert inferred({"a": None}, {"a": "x"})["properties"] == {"a": {"type": ["string", "null"]}}
    assert inferred({"a": True}, {"a": 1})["properties"] == {"a": {"type": ["boolean", "integer"]}}


def test_what_was_only_null_may_be_anything() -> None:
    """Null says that there is nothing yet, not what there will be."""
    assert inferred({"a": None})["properties"] == {"a": {}}


def test_a_record_is_closed_and_requires_what_all_samples_have() -> None:
    """A misspelt key is caught, and what one sample lacks may be missing; the order is the file's."""
    found = inferred({"z": 1, "a": 2}, {"z": 1, "m": True})
    assert found == {
        "type": "object",
        "required": ["z"],
        "properties": {"z": {"type": "integer"}, "a": {"type": "integer"}, "m": {"type": "boolean"}},
        "additionalProperties": False,
    }
    assert list(found["properties"]) == ["z", "a", "m"]
    assert not Schema(found).accepts({"z": 1, "aa": 2})


def test_an_empty_mapping_or_list_says_nothing_of_what_is_in_it() -> None:
    """They stay open."""
    assert inferred({"a": {}, "b": []})["properties"] == {"a": {"type": "object"}, "b": {"type": "array"}}


def test_numbered_keys_are_a_map_with_a_pattern() -> None:
    """The next number fits, another name does not."""
    found = inferred({"roles": {"Agent-1": "lead", "Agent-22": "test"}})["properties"]["roles"]
    assert found == {
        "type": "object",
        "propertyNames": {"pattern": "^Agent-[0-9]+$"},
        "additionalProperties": {"type": "string"},
    }


def test_mappings_of_one_shape_are_a_map() -> None:
    """Three services with most keys in common are services, whatever they are called."""
    services = {"web": {"image": "a", "port": 1}, "db": {"image": "b", "port": 2}, "queue": {"image": "c"}}
    found = inferred({"services": services})["properties"]["services"]
    assert found["additionalProperties"]["required"] == ["image"]
    assert "properties" not in found
    assert "propertyNames" not in found


def test_sections_of_different_shapes_are_a_record() -> None:
    """As those of most files."""
    tree = {"queue": {"size": 1}, "log": {"level": "x"}, "lock": {"timeout": 1.5}}
    assert list(inferred(tree)["properties"]) == ["queue", "log", "lock"]


def test_many_keys_of_one_type_are_a_map_and_few_are_a_record() -> None:
    """Thirty texts are a table; five switches are five decisions; a hundred and one keys of any types are data."""
    assert inferred({chr(97 + n // 26) + chr(97 + n % 26): "x" for n in range(30)})["additionalProperties"] == {
        "type": "string"
    }
    assert len(inferred(dict.fromkeys("abcde", True))["properties"]) == 5
    many = inferred({f"{'x' * n}k": n if n % 2 else "t" for n in range(101)})
    assert many["additionalProperties"] == {"type": ["string", "integer"]}


def test_the_same_keys_in_every_sample_are_a_record() -> None:
    """However many there are: three documents with thirty keys each were written by one plan."""
    keys = [chr(97 + n // 26) + chr(97 + n % 26) for n in range(30)]
    assert len(inferred(*[dict.fromkeys(keys, n) for n in range(3)])["properties"]) == 30


def test_another_state_of_one_document_is_no_witness() -> None:
    """A base file with three profiles says no more about its keys than alone."""
    tree = {chr(97 + n // 26) + chr(97 + n % 26): "x" for n in range(30)}
    assert "properties" not in infer_schema([Sample(tree, [tree, tree, tree])])


def test_the_items_of_lists_have_one_schema() -> None:
    """Made of all items of all samples."""
    found = inferred({"hosts": [{"name": "a", "port": 1}]}, {"hosts": [{"name": "b"}]})["properties"]["hosts"]
    assert found["items"]["required"] == ["name"]
    assert found["items"]["additionalProperties"] is False
    assert inferred([[1, 2], [0.5]]) == {"type": "array", "items": {"type": "array", "items": {"type": "number"}}}


@pytest.mark.parametrize(
    ("texts", "name"),
    [
        (["2024-05-01T10:00:00Z", "2024-05-01T10:00:00.5+02:00"], "date-time"),
        (["https://example.org/a?b=1#c", "postgres://db/x"], "uri"),
        (["me@example.org"], "email"),
        (["10.0.0.1", "127.0.0.1"], "ipv4"),
        (["10.0.0.1", "localhost"], None),
        (["10.0.0.1", "https://example.org"], None),
        (["2024-05-01"], None),
        (["2024-02-30T00:00:00Z"], None),
        (["2024-05-01T10:00:00"], None),
        (["300.0.0.1"], None),
        (["https://{host}/"], None),
        (["C:\\data", "a:b"], None),
        (["example.org"], None),
        ([""], None),
    ],
)
def test_a_format_is_said_where_every_text_unmistakably_has_it(texts: list[str], name: str | None) -> None:
    """One that does not, and none is said."""
    found = inferred(*({"a": text} for text in texts))["properties"]["a"]
    assert found == ({"type": "string"} if name is None else {"type": "string", "format": name})


def test_nothing_is_guessed_from_values() -> None:
    """No choices, no bounds, no defaults: samples do not tell them."""
    text = json.dumps(inferred(*({"level": "info", "size": 5} for _ in range(50))))
    assert not any(word in text for word in ("enum", "const", "default", "examples", "minimum", "maximum", "Length"))


@given(st.dictionaries(st.sampled_from(["a", "b", "token", "c"]), st.text("0123456789abcdef", min_size=12), min_size=1))
def test_no_value_is_in_the_schema(tree: dict[str, str]) -> None:
    """Neither a secret's nor any other's."""
    text = json.dumps(inferred({**tree, "inside": [tree, tree]}))
    assert not any(value in text for value in tree.values())


def test_secrets_are_marked_and_not_looked_into() -> None:
    """The type is all that is said: the keys of a mapping of secrets may be secret as well."""
    found = inferred({"db": {"password": "x", "port": 1}, "tokens": {"alice": "1", "bob": "2"}, "webhook_url": None})
    assert found["properties"]["db"]["properties"]["password"] == {"type": "string", "x-setpoint-secret": True}
    assert found["properties"]["tokens"] == {"type": "object", "x-setpoint-secret": True}
    assert found["properties"]["webhook_url"] == {"x-setpoint-secret": True}
    assert "alice" not in json.dumps(found)


def test_a_mapping_with_a_secret_in_it_is_a_record() -> None:
    """So that the secret keeps its mark among thirty other texts."""
    tree = {f"{chr(97 + n // 26)}{chr(97 + n % 26)}": "x" for n in range(30)}
    assert inferred({**tree, "api_key": "y"})["properties"]["api_key"]["x-setpoint-secret"] is True


def test_the_schema_for_editors_is_not_required() -> None:
    """``$schema`` at the root comes and goes as people like."""
    assert "required" not in inferred({"$schema": "https://example.org/s"})
    assert inferred({"$schema": "https://example.org/s", "a": 1})["required"] == ["a"]


def test_a_deep_document_has_a_schema_that_can_be_read() -> None:
    """Below 40 levels only the type is said, so that the schema keeps the limits of a document."""
    tree: dict[str, Any] = {"leaf": 1}
    for _ in range(90):
        tree = {"down": tree}
    found = inferred(tree)
    assert Schema(found).accepts(tree)
    depth, waiting = 0, [(found, 1)]
    while waiting:
        piece, level = waiting.pop()
        depth = max(depth, level)
        waiting += [(held, level + 1) for held in piece.values() if isinstance(held, dict)]
    assert 80 <= depth < 100


def test_a_wide_document_has_a_schema_of_bounded_size() -> None:
    """Nested records of a hundred keys are described down to what somebody could read, and are accepted."""
    row = {f"{'k' * n}q": {"a": n} if n % 2 else [n] for n in range(90)}
    tree = {f"{'m' * n}q": {**row, f"{'o' * n}r": row} if n % 2 else "t" for n in range(90)}
    for _ in range(2):
        tree = {"one": tree, "other": [tree], "third": {"a": tree, "b": 1}}
    found = infer_schema([Sample(tree)])
    assert Schema(found).accepts(tree)
    assert 10_000 < json.dumps(found).count("{") < 50_000


def test_without_a_document_there_is_no_schema() -> None:
    """It is said, not guessed."""
    with pytest.raises(UsageError, match="one document at least"):
        infer_schema([])


def test_a_title_and_comments_are_said() -> None:
    """The title is given; what stands beside the keys describes them."""
    data = b"# The file.\n\n# How many wait.\nsize: 5  # messages\n"
    found = infer_schema([Sample({"size": 5}, (), [(data, "yaml")])], "queue")
    assert found["title"] == "queue"
    assert found["properties"]["size"]["description"] == "How many wait. messages"
