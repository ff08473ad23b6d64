"""Operations: what can be asked for, and how it is said."""

from __future__ import annotations

import copy
import json
import pickle
from collections import OrderedDict
from typing import Any

import pytest

from setpoint.config import Config
from setpoint.editing.operation import Add, Append, Insert, Move, Operation, Rename, Set, Unset
from setpoint.errors import UsageError

EVERY: list[Operation] = [
    Set("queue.max_size", 5),
    Set("", {"a": 1}),
    Add(("a.b", "c"), [1, 2.0, True, None]),
    Insert("servers[0]", {"host": "h"}),
    Insert("queue.first", "x", 0),
    Append("tags", "blue"),
    Unset('["odd key"].x'),
    Rename("queue.max_size", "limit"),
    Move("timeout", "server.timeout"),
    Move("servers[2]", ("servers", 0)),
    Move("a", "a", 3),
]


@pytest.mark.parametrize("operation", EVERY, ids=repr)
def test_an_operation_survives_json_pickle_and_copying(operation: Operation) -> None:
    """What comes back is equal, of the same kind, and says the same."""
    for twin in (
        Operation.from_dict(json.loads(json.dumps(operation.to_dict()))),
        pickle.loads(pickle.dumps(operation)),
        copy.deepcopy(operation),
    ):
        assert twin == operation
        assert hash(twin) == hash(operation)
        assert type(twin) is type(operation)
        assert repr(twin) == repr(operation)


def test_operations_are_equal_when_they_do_the_same() -> None:
    """A path means the same as an address and as parts; values are the same in type and key order."""
    assert Set("servers[0].host", "h") == Set(("servers", 0, "host"), "h") == Set("servers.0.host", "h")
    assert len({Unset("a.b"), Unset(("a", "b")), Unset("a")}) == 2
    assert Set("a", 1) != Set("a", True)
    assert Set("a", 1) != Set("a", 1.0)
    assert Set("a", {"x": 1, "y": 2}) != Set("a", {"y": 2, "x": 1})
    assert Set("a", 1) != Add("a", 1)
    assert Move("a", "b", 0) != Move("a", "b")
    assert Set("a", 1) != "Set('a', 1)"


def test_an_operation_is_frozen() -> None:
    """Neither its attributes nor its value can be changed, also not through the value it was made of."""
    given: dict[str, Any] = {"list": [1]}
    operation: Any = Set("a", given)
    given["list"].append(2)
    assert operation.value == {"list": [1]}
    for change in (
        lambda: setattr(operation, "path", ()),
        lambda: delattr(operation, "value"),
        lambda: operation.value.update(b=1),
        lambda: operation.value["list"].append(3),
    ):
        with pytest.raises((AttributeError, TypeError)):
            change()


def test_a_repr_shows_no_secret() -> None:
    """What goes by a secret's name is masked: by the path, and inside the value."""
    assert repr(Set("db.password", "hunter2")) == "Set('db.password', '********')"
    assert repr(Set(("credentials", "user"), "hunter2")) == "Set('credentials.user', '********')"
    shown = repr(Add("db", {"host": "h", "api_key": "hunter2", "list": [{"token": "hunter2"}]}))
    assert shown == "Add('db', {'host': 'h', 'api_key': '********', 'list': [{'token': '********'}]})"
    assert repr(Move(("a", 1), "b.c", 2)) == "Move('a[1]', 'b.c', 2)"
    assert repr(Insert("a.b", 1, 0)) == "Insert('a.b', 1, 0)"


def test_to_dict_is_ready_for_json_and_holds_the_values() -> None:
    """It names the operation, the path as parts, and every argument."""
    assert Set("a[0].b", {"c": [1]}).to_dict() == {"op": "set", "path": ["a", "0", "b"], "value": {"c": [1]}}
    assert Move("a", ("b", 1)).to_dict() == {"op": "move", "path": ["a"], "to": ["b", 1], "position": None}
    assert type(Set("a", Config({"b": Config({"c": 1})})).to_dict()["value"]["b"]) is dict


class Text(str):
    __slots__ = ()


BAD_VALUES: list[tuple[Any, str]] = [
    (float("nan"), "NaN"),
    (float("inf"), "infinite"),
    (2**64, "64 bits"),
    (b"x", "bytes is not a value"),
    ((1, 2), "tuple is not a value"),
    ({1, 2}, "set is not a value"),
    (OrderedDict(a=1), "OrderedDict is not a value"),
    (Text("x"), "Text is not a value"),
    ({1: "x"}, "is not text"),
    ({"a": {None: 1}}, "is not text"),
    ("\ud800", "surrogate"),
    ({"\udfff": 1}, "surrogate"),
    ([["\ud800"]], "surrogate"),
]


@pytest.mark.parametrize(("value", "reason"), BAD_VALUES, ids=lambda case: repr(case)[:30])
def test_a_value_that_no_document_can_hold_is_refused_at_once(value: Any, reason: str) -> None:
    """The message names the place and the reason, and not the value."""
    with pytest.raises(UsageError, match=reason):
        Set("queue.limit", value)
    with pytest.raises(UsageError, match=reason):
        Insert("queue.limit", {"deep": [value]}, 0)


def test_a_misfit_inside_a_value_is_named_by_its_path() -> None:
    """The diagnostic carries the id and the JSON Pointer of the misfit."""
    with pytest.raises(UsageError, match=r"a\.b\[1\]\.c cannot be written") as caught:
        Set("a", {"b": [1, {"c": float("nan")}]})
    assert [(one.rule, one.path) for one in caught.value.diagnostics] == [("not-finite", "/a/b/1/c")]


def test_a_value_that_holds_itself_or_is_too_deep_is_refused() -> None:
    """There is no endless loop and no recursion error."""
    circle: list[Any] = []
    circle.append({"again": circle})
    with pytest.raises(UsageError, match="holds itself"):
        Set("a", circle)
    deep: Any = 1
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(UsageError, match="nested more than 400 deep"):
        Append("a", deep)
    shared = {"x": 1}
    assert Set("a", [shared, shared]).value == [{"x": 1}, {"x": 1}]


@pytest.mark.parametrize(
    "make",
    [
        lambda: Set("a..b", 1),
        lambda: Set(5, 1),  # type: ignore[arg-type]
        lambda: Set(None, 1),  # type: ignore[arg-type]
        lambda: Unset(("a", -1)),
        lambda: Unset(("a", True)),
        lambda: Unset(("a", 1.0)),  # type: ignore[arg-type]
        lambda: Unset(("\ud800",)),
        lambda: Rename("a", 5),  # type: ignore[arg-type]
        lambda: Rename("a", "\ud800"),
        lambda: Insert("a", 1, -1),
        lambda: Insert("a", 1, True),
        lambda: Move("a", "b", "0"),  # type: ignore[arg-type]
        lambda: Operation.from_dict({}),
        lambda: Operation.from_dict({"op": "launch", "path": []}),
        lambda: Operation.from_dict({"op": ["set"], "path": []}),
        lambda: Operation.from_dict({"op": "set", "path": ["a"]}),
        lambda: Operation.from_dict({"op": "unset", "path": ["a"], "value": 1}),
    ],
)
def test_what_is_no_operation_is_refused(make: Any) -> None:
    """Paths, keys, positions and facts that make no sense raise UsageError."""
    with pytest.raises(UsageError):
        make()
