"""``Schema``: compiled once, in the draft it names, within bounds, and never over the network."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.errors import SchemaError
from setpoint.validation.references import References
from setpoint.validation.schema import Schema

DRAFTS = {
    "http://json-schema.org/draft-04/schema#": 4,
    "http://json-schema.org/draft-06/schema#": 6,
    "http://json-schema.org/draft-07/schema#": 7,
    "https://json-schema.org/draft/2019-09/schema": 2019,
    "https://json-schema.org/draft/2020-12/schema": 2020,
}
REDOS = "^(?=(a+)+$)x|(a|a)*b\\1(?!c)"


def doubling(levels: int, keyword: str = "allOf") -> dict[str, Any]:
    """A schema of a few lines that applies two to the power of ``levels`` schemas to one value."""
    steps = {f"a{i}": {keyword: [{"$ref": f"#/$defs/a{i + 1}"}] * 2} for i in range(levels)}
    return {"$ref": "#/$defs/a0", "$defs": {**steps, f"a{levels}": {"type": "string"}}}


def nested(depth: int, inner: Any = 3) -> Any:
    """A document that is ``depth`` mappings deep."""
    for _ in range(depth):
        inner = {"n": inner}
    return inner


def refused(contents: Any, **known: Any) -> SchemaError:
    """The error of a schema that cannot work."""
    with pytest.raises(SchemaError) as caught:
        Schema(contents, **known).accepts({})
    return caught.value


def written(folder: Path, contents: Any, name: str = "s.schema.json") -> Schema:
    """A schema in a file."""
    path = folder / name
    path.write_text(contents if isinstance(contents, str) else json.dumps(contents, indent=2))
    return Schema(name="s", path=str(path), references=References([str(folder)]))


class Listener:
    """A server on this machine that counts who connects."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.hits = 0
        self.thread = threading.Thread(target=self._listen)
        self.thread.start()

    def _listen(self) -> None:
        while True:
            connection, _ = self.socket.accept()
            if connection.recv(1) == b"Q":
                connection.close()
                return
            self.hits += 1
            connection.close()

    def close(self) -> None:
        with socket.create_connection(("127.0.0.1", self.port)) as connection:
            connection.sendall(b"Q")
        self.thread.join()
        self.socket.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    server = Listener()
    yield server
    server.close()


@pytest.mark.parametrize("uri", DRAFTS)
def test_the_draft_is_the_one_that_schema_names(uri: str) -> None:
    """Each draft's own rules are in force: what exclusiveMinimum, const, if, dependentRequired and prefixItems mean."""
    number = DRAFTS[uri]

    def accepts(contents: dict[str, Any], value: Any) -> bool:
        return Schema({"$schema": uri, **contents}).accepts(value)

    if number == 4:
        assert not accepts({"minimum": 5, "exclusiveMinimum": True}, 5)
    else:
        assert not accepts({"exclusiveMinimum": 5}, 5)
    assert accepts({"const": 1}, 2) is (number == 4)
    assert accepts({"if": True, "then": False}, 1) is (number < 7)
    assert accepts({"dependentRequired": {"a": ["b"]}}, {"a": 1}) is (number < 2019)
    assert accepts({"prefixItems": [{"type": "string"}]}, [1]) is (number < 2020)


@pytest.mark.parametrize(
    "uri",
    [
        "http://json-schema.org/draft-07/schema",
        "https://json-schema.org/draft-07/schema#",
        "http://json-schema.org/draft-07/hyper-schema#",
    ],
)
def test_other_spellings_of_a_draft_are_known(uri: str) -> None:
    """Without a fragment, by https, or for hyper-schemas: the draft is the same."""
    schema = Schema({"$schema": uri, "if": True, "then": False, "dependentRequired": {"a": ["b"]}})
    assert not schema.accepts({})
    assert Schema({"$schema": uri, "dependentRequired": {"a": ["b"]}}).accepts({"a": 1})


@pytest.mark.parametrize("contents", [{}, {"$schema": "http://json-schema.org/schema#"}])
def test_without_a_draft_it_is_the_newest(contents: dict[str, Any]) -> None:
    """A schema that names no draft, or only JSON Schema as such, is read as 2020-12."""
    assert not Schema({**contents, "prefixItems": [{"type": "string"}]}).accepts([1])


@pytest.mark.parametrize(
    ("uri", "says"),
    [
        ("http://json-schema.org/draft-03/schema#", "draft-03 of JSON Schema, which is too old"),
        ("http://example.com/my-own", "no draft of JSON Schema"),
        ("draft 7", "no draft of JSON Schema"),
        (7, "as text"),
    ],
)
def test_a_draft_that_is_not_known_is_refused(uri: Any, says: str) -> None:
    """A draft before 4, another schema of schemas, or nonsense: the error lists the drafts that are known."""
    error = refused({"type": "object", "$schema": uri})
    assert says in error.message
    assert "2020-12" in error.message
    assert error.diagnostics[0].path == "/$schema"


def test_a_schema_of_schemas_names_the_draft_it_builds_upon(tmp_path: Path) -> None:
    """A $schema that is a document in the schema folders is followed to its own $schema."""
    own = {"$id": "http://example.com/own", "$schema": "http://json-schema.org/draft-04/schema#"}
    (tmp_path / "own.json").write_text(json.dumps(own))
    contents = {"$schema": "http://example.com/own", "minimum": 5, "exclusiveMinimum": True}
    assert not Schema(contents, references=References([str(tmp_path)])).accepts(5)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [("date-time", "yesterday"), ("email", "nobody"), ("uri", "no way"), ("ipv4", "1.2.3"), ("uuid", "x")],
)
@pytest.mark.parametrize("uri", DRAFTS)
def test_formats_are_asserted_in_every_draft(uri: str, name: str, wrong: str) -> None:
    """A value that is not of its format is refused, even where a draft leaves that open."""
    if name == "uuid" and DRAFTS[uri] < 2019:
        assert Schema({"$schema": uri, "format": name}).accepts(wrong)  # it is no format of these drafts
    else:
        assert not Schema({"$schema": uri, "format": name}).accepts(wrong)


@pytest.mark.parametrize("target", DRAFTS)
@pytest.mark.parametrize("uri", DRAFTS)
def test_every_drafts_schema_of_schemas_can_be_referred_to(uri: str, target: str) -> None:
    """A property that holds a schema of another draft is judged by that draft, offline."""
    schema = Schema({"$schema": uri, "properties": {"x": {"$ref": target}}})
    assert schema.accepts({"x": {"type": "string"}})
    assert [problem.parts for problem in schema.problems({"x": {"type": "strin"}})] == [("x", "type")]


def test_true_and_false_are_schemas() -> None:
    """True allows everything and false nothing."""
    assert Schema(True).accepts({"a": 1})
    assert not Schema(False).accepts({"a": 1})
    assert len(Schema(False).problems({"a": 1})) == 1


@pytest.mark.parametrize("contents", [[], "text", 3])
def test_other_values_are_no_schemas(contents: Any) -> None:
    """A list, a text or a number is refused."""
    assert "a schema is a mapping" in refused(contents).message


@pytest.mark.parametrize(
    ("contents", "line", "column", "says"),
    [
        ('{\n  "properties": {"a": {"type": "strin"}}\n}', 2, 32, "did you mean 'string'?"),
        ('{\n  "properties": {"a": {"pattern": "["}}\n}', 2, 35, "regular expression"),
        ('{\n  "properties": {"a": {"$ref": "#/nope/x"}}\n}', 2, 32, "'nope' does not exist"),
        ('{\n  "properties": {"a": {"$ref": "#nope"}}\n}', 2, 32, "anchor 'nope'"),
        ('{\n  "$ref": "elsewhere.json"\n}', 2, 11, "--schema-dir"),
        ('{\n  "$schema": "http://json-schema.org/draft-02/schema#"\n}', 2, 14, "too old"),
        ('{\n  "$id": "http://[half"\n}', 2, 10, "no address"),
        ('{\n  "minimum": "3"\n}', 2, 14, "number"),
        ("[]", 1, 1, "a schema is a mapping"),
        ('{\n  "x-setpoint-version-at": "version"\n}', 2, 28, "JSON Pointer"),
    ],
)
def test_a_schema_that_cannot_work_is_located_in_its_file(
    tmp_path: Path, contents: str, line: int, column: int, says: str
) -> None:
    """The error names the file, the line and column of the keyword's value, and what to do."""
    schema = written(tmp_path, contents)
    with pytest.raises(SchemaError) as caught:
        assert schema.version_at == ("version",)
        schema.accepts({})
    first = caught.value.diagnostics[0]
    assert (first.file, first.line, first.column) == (str(tmp_path / "s.schema.json"), line, column)
    assert says in caught.value.message
    assert str(tmp_path / "s.schema.json") in caught.value.message


def test_a_schema_that_is_no_json_is_located(tmp_path: Path) -> None:
    """A schema file that cannot be parsed is a SchemaError, not an invalid document."""
    with pytest.raises(SchemaError) as caught:
        written(tmp_path, '{\n  "type": \n}').accepts({})
    assert caught.value.diagnostics[0].line == 3
    assert caught.value.diagnostics[0].file == str(tmp_path / "s.schema.json")


def test_a_broken_part_of_another_document_is_located_there(tmp_path: Path) -> None:
    """When the document that is referred to is the malformed one, that file is named."""
    (tmp_path / "other.json").write_text('{\n  "properties": {"z": {"type": 3}}\n}')
    with pytest.raises(SchemaError) as caught:
        written(tmp_path, {"$ref": "other.json"}).accepts({})
    first = caught.value.diagnostics[0]
    assert (first.file, first.line, first.path) == (str(tmp_path / "other.json"), 2, "/properties/z/type")


@pytest.mark.parametrize("name", ["Map<a::b>", "two words", "ä", "per%cent", "tilde~1slash"])
def test_references_that_were_never_encoded_work(name: str) -> None:
    """A fragment with characters that an address may not hold still finds its definition."""
    pointer = name.replace("%", "%25").replace("~", "~0")
    schema = Schema({"$ref": f"#/definitions/{pointer}", "definitions": {name: {"type": "string"}}})
    assert schema.accepts("x")
    assert not schema.accepts(3)
    assert len(schema.problems(3)) == 1


def test_the_listener_hears_the_engine(listener: Listener) -> None:
    """Left to itself the engine does connect: what the next test counts can be counted."""
    import jsonschema_rs

    with pytest.raises(jsonschema_rs.ValidationError):
        jsonschema_rs.validator_for({"$ref": f"http://127.0.0.1:{listener.port}/x.json"})
    assert listener.hits >= 1


@pytest.mark.parametrize("scheme", ["http://127.0.0.1:{port}/x.json", "http://localhost:{port}/x.json"])
@pytest.mark.parametrize("keyword", ["$ref", "$dynamicRef", "$schema", "$id"])
def test_no_socket_is_ever_opened(
    listener: Listener, monkeypatch: pytest.MonkeyPatch, keyword: str, scheme: str
) -> None:
    """Whatever keyword holds an address, nobody connects to it: neither through Python nor through the engine."""

    def opened(*_args: object, **_known: object) -> None:
        raise AssertionError("a socket was opened")

    uri = scheme.format(port=listener.port)
    contents: dict[str, Any] = {"properties": {"a": {keyword: uri, "$ref": "y.json"}}, keyword: uri}
    with monkeypatch.context() as patch:
        patch.setattr(socket, "socket", opened)
        error = refused(contents)
    assert error.diagnostics
    time.sleep(0.02)
    assert listener.hits == 0


@pytest.mark.parametrize("reference", ["file:///etc/passwd", "/etc/passwd", "../../../../../../etc/passwd"])
def test_no_file_outside_is_opened(tmp_path: Path, reference: str) -> None:
    """The engine's own way to a file is closed: the reference is one that leads nowhere."""
    error = refused({"$ref": reference}, references=References([str(tmp_path)]))
    assert "--schema-dir" in error.message
    assert str(tmp_path) in error.message
    assert error.diagnostics[0].rule == "unresolved-reference"


@pytest.mark.parametrize(
    "contents",
    [
        {"pattern": REDOS},
        {"not": {"pattern": REDOS}},
        {"anyOf": [{"pattern": REDOS}, {"type": "integer"}]},
        {"if": {"pattern": REDOS}, "then": False},
    ],
)
def test_an_expression_that_cannot_be_decided_is_the_schemas_fault(contents: dict[str, Any]) -> None:
    """A pattern that explodes is given up soon, and the document is not called invalid, nor valid."""
    schema = Schema({"properties": {"a": contents}})
    started = time.process_time()
    with pytest.raises(SchemaError, match="cannot be decided") as caught:
        schema.problems({"a": "a" * 60})
    assert time.process_time() - started < 1
    assert (caught.value.diagnostics[0].path or "").endswith("/pattern")
    assert "aaaa" not in str(caught.value)


@pytest.mark.parametrize("pattern", ["^(a+)+$", "^(a|a)*b", "^(.*)*x$"])
def test_expressions_without_look_around_never_explode(pattern: str) -> None:
    """The usual exponential expressions are linear here."""
    started = time.process_time()
    assert not Schema({"pattern": pattern}).accepts("a" * 5000 + "!")
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    "contents",
    [
        {"$ref": "#"},
        {"allOf": [{"$ref": "#/$defs/a"}], "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}},
        {"anyOf": [{"$ref": "#"}, {"$ref": "#"}]},
        {"$dynamicRef": "#x", "$dynamicAnchor": "x"},
        {"$schema": "https://json-schema.org/draft/2019-09/schema", "$recursiveRef": "#"},
        {"not": {"$ref": "#"}},
    ],
)
def test_references_in_a_circle_end(contents: dict[str, Any]) -> None:
    """A schema that refers to itself is decided, or refused, at once."""
    started = time.process_time()
    schema = Schema(contents)
    assert schema.problems({"a": 1}) == [] or not schema.accepts({"a": 1})
    assert time.process_time() - started < 1


@pytest.mark.parametrize("keyword", ["allOf", "anyOf", "oneOf"])
@pytest.mark.parametrize("levels", [18, 60])
def test_a_schema_that_doubles_is_refused(keyword: str, levels: int) -> None:
    """Two to the power of 18 schemas for one value are refused before anything is tried, and it says so."""
    started = time.process_time()
    error = refused(doubling(levels, keyword))
    assert time.process_time() - started < 1
    assert error.diagnostics[0].rule == "schema-too-complex"
    assert "more than 50,000" in error.message


def test_a_schema_that_doubles_a_little_works() -> None:
    """Two to the power of 8 is nothing to refuse."""
    problems = Schema(doubling(8)).problems(3)
    assert [problem.rule for problem in problems] == ["wrong-type"]


def test_a_long_chain_of_references_is_refused() -> None:
    """A chain that would end the engine's stack, and the process, never reaches it."""
    steps = {f"a{i}": {"allOf": [{"$ref": f"#/$defs/a{i + 1}"}]} for i in range(5000)}
    error = refused({"$ref": "#/$defs/a0", "$defs": {**steps, "a5000": True}})
    assert "inside one another" in error.message


@pytest.mark.parametrize("depth", [5, 13, 100])
def test_unions_at_every_level_of_a_deep_document_are_bounded(depth: int) -> None:
    """Where naming each mistake would take exponential time, the document is refused without."""
    branch = {"type": "object", "properties": {"n": {"$ref": "#"}}}
    schema = Schema({"anyOf": [{**branch, "required": ["zz"]}, {**branch, "required": ["zy"]}]})
    started = time.process_time()
    problems = schema.problems(nested(depth, {}))
    assert time.process_time() - started < 3
    assert problems
    if depth > 12:
        assert [problem.rule for problem in problems] == ["invalid"]
        assert "where" in problems[0].message


def test_a_schema_that_doubles_with_each_level_of_the_document_is_bounded() -> None:
    """Forty levels that each apply the next one twice are two to the power of 40 checks: refused, where they apply."""
    steps: dict[str, Any] = {"a0": {"type": "string"}}
    for level in range(1, 41):
        below = {"properties": {"n": {"$ref": f"#/$defs/a{level - 1}"}}}
        steps[f"a{level}"] = {"allOf": [below, below]}
    schema = Schema({"$ref": "#/$defs/a40", "$defs": steps})
    started = time.process_time()
    assert schema.accepts({"n": {"n": {}}})
    with pytest.raises(SchemaError, match="more than 10,000,000 times"):
        schema.accepts(nested(40, "x"))
    assert time.process_time() - started < 1


def test_errors_about_a_large_document_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where each of many mistakes would copy a large mapping, only the first is named; the document stays refused."""
    from setpoint.validation import schema as module

    tree = {f"some_long_key_{index}": [index] * 50 for index in range(20)}
    schema = Schema({"required": [f"ZZZZZZZZZZZZZZZ{index:03}" for index in range(20)]})
    assert len(schema.problems(tree)) == 20
    monkeypatch.setattr(module, "MOST_COPIES", 20_000)  # twenty copies of a thousand values
    assert [problem.rule for problem in schema.problems(tree)] == ["missing-key"]


def test_several_threads_compile_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first documents of eight threads wait for one compilation."""
    from setpoint.validation import compiler

    compiled = []
    real = compiler.compile_schema

    def counted(*args: Any) -> Any:
        compiled.append(1)
        time.sleep(0.02)
        return real(*args)

    monkeypatch.setattr(compiler, "compile_schema", counted)
    schema = Schema({"type": "object"})
    answers: list[bool] = []
    threads = [threading.Thread(target=lambda: answers.append(schema.accepts({}))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [True] * 8
    assert len(compiled) == 1


def test_where_the_version_stands() -> None:
    """The stamp is at /version unless the schema says otherwise; null says that there is none."""
    assert Schema({}).version_at == ("version",)
    assert Schema(True).version_at == ("version",)
    assert Schema({"x-setpoint-version-at": "/meta/shape~1version"}).version_at == ("meta", "shape/version")
    assert Schema({"x-setpoint-version-at": None}).version_at is None


KEYWORDS: st.SearchStrategy[Any] = st.recursive(
    st.booleans() | st.none() | st.integers(-3, 3) | st.sampled_from(["string", "#", "#/$defs/a", "(", "x.json", "^a"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("$ref", "$dynamicRef", "$id", "$anchor", "$defs", "type", "const", "enum", "pattern", "required"),
                    *("properties", "items", "prefixItems", "allOf", "anyOf", "oneOf", "not", "if", "then", "minimum"),
                    *("additionalProperties", "patternProperties", "dependentSchemas", "unevaluatedProperties", "a"),
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(contents=KEYWORDS, tree=st.recursive(st.none() | st.text(max_size=3), lambda s: st.dictionaries(st.text(), s)))
def test_any_schema_is_compiled_or_refused(contents: Any, tree: Any) -> None:
    """Whatever a schema says, it answers, or it is a SchemaError with a diagnostic."""
    schema = Schema(contents if contents is not None else True)
    try:
        fits = schema.accepts(tree)
        assert bool(schema.problems(tree)) is not fits
    except SchemaError as error:
        assert error.diagnostics
        assert error.diagnostics[0].path is not None
