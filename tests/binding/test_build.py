"""A program's own object from a configuration."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import binding_models as models
import pytest

from setpoint.binding.build import build
from setpoint.config import Config
from setpoint.errors import ConfigValidationError, UsageError


def refused(tree: dict[str, Any], model: Any) -> list[tuple[str, str | None, str]]:
    """The findings about a tree: rule, path, half."""
    with pytest.raises(ConfigValidationError) as caught:
        build(Config(tree), model)
    assert caught.value.__cause__ is None
    return [(one.rule, one.path, one.at) for one in caught.value.diagnostics]


def test_a_dataclass_is_filled_all_the_way_down() -> None:
    """Nested models, enums, moments, paths, containers and unions become what the annotations say."""
    made = build(
        Config(
            {
                "queue": {"max-size": 5, "directory": "/tmp/x", "rate": 2, "unknown": 1},
                "level": "high",
                "mode": 3,
                "since": "2025-01-31T12:00:00Z",
                "day": "2025-01-31",
                "price": "1.10",
                "ident": "123e4567-e89b-12d3-a456-426614174000",
                "names": ["a", "b"],
                "pair": [1, "x"],
                "tags": ["t", "t"],
                "queues": {"q.1": {"max_size": 1}},
                "either": [{"max_size": 2}],
                "retry": {"times": 3, "other": 1},
                "box": {"content": 1, "others": [2]},
                "ports": {"80": "http"},
                "anything": {"a": [1]},
                "accounts": [{"name": "n"}],
            }
        ),
        models.Messaging,
    )
    assert made == models.Messaging(
        queue=models.Queue(max_size=5, directory=Path("/tmp/x"), rate=2.0),
        level=models.Level.HIGH,
        mode=3,
        since=datetime.datetime(2025, 1, 31, 12, tzinfo=datetime.UTC),
        day=datetime.date(2025, 1, 31),
        price=Decimal("1.10"),
        ident=UUID("123e4567-e89b-12d3-a456-426614174000"),
        names=["a", "b"],
        pair=(1, "x"),
        tags={"t"},
        queues={"q.1": models.Queue(max_size=1)},
        either=[models.Queue(max_size=2)],
        retry={"times": 3},
        box=models.Box(1, [2]),
        ports={80: "http"},
        anything={"a": [1]},
        accounts=(models.Account("n"),),
    )
    assert type(made.queue.rate) is float
    made.anything["a"].append(2)  # the program's own, not frozen


def test_defaults_and_special_fields_are_respected() -> None:
    """InitVar is given, init=False is not, and a trailing underscore stands for a keyword."""
    odd = build(Config({"class": "c", "seed": 4, "doubled": 1}), models.Odd)
    assert (odd.class_, odd.doubled) == ("c", 8)
    assert build(Config({"queue": {"max_size": 1}}), models.Messaging).level is models.Level.LOW


def test_every_problem_is_told_with_its_path() -> None:
    """One finding for each wrong value, the missing keys at the mapping that lacks them."""
    found = refused(
        {
            "queue": {"max_szie": 5},
            "level": "hihg",
            "mode": True,
            "since": "yesterday",
            "names": ["a", 1],
            "pair": [1],
            "queues": {"a/b": {"max_size": "5"}},
            "either": [{"max_size": None}],
            "retry": {"times": 1.5},
            "box": {"content": "x"},
            "ports": {"x": "http"},
        },
        models.Messaging,
    )
    assert found == [
        ("missing-key", "/queue", "key"),
        ("not-allowed-value", "/level", "value"),
        ("not-allowed-value", "/mode", "value"),
        ("bad-format", "/since", "value"),
        ("wrong-type", "/names/1", "value"),
        ("too-few-items", "/pair", "value"),
        ("wrong-type", "/queues/a~1b/max_size", "value"),
        ("wrong-type", "/either/0/max_size", "value"),
        ("wrong-type", "/retry/times", "value"),
        ("wrong-type", "/box/content", "value"),
        ("wrong-type", "/ports/x", "key"),
    ]


def test_messages_help() -> None:
    """A missing key suggests the unknown one beside it, a choice the nearest, and the error names model and place."""
    with pytest.raises(ConfigValidationError) as caught:
        build(Config({"queue": {"max_szie": 5}, "level": "hihg"}), models.Messaging)
    error = caught.value
    assert error.diagnostics[0].suggestion == "is 'max_szie' meant to be it?"
    assert error.diagnostics[1].suggestion == "did you mean 'high'?"
    assert error.message == (
        "the configuration does not fit Messaging: /queue: the key 'max_size' is missing, "
        "which Queue needs (and 1 more)"
    )


@pytest.mark.parametrize("value", [True, 1.0, "1", None, [1], {}])
def test_an_integer_is_an_integer(value: object) -> None:
    """Neither true nor 1.0 nor "1" is one: nothing is converted behind the reader's back."""
    assert refused({"queue": {"max_size": value}}, models.Messaging) == [("wrong-type", "/queue/max_size", "value")]


@pytest.mark.parametrize("tree", [{"api_key": "hunter2-XY"}, {"api_key": "hunter2-XY", "size": 0}])
def test_a_models_own_check_is_quoted_unless_it_tells_a_secret(tree: dict[str, Any]) -> None:
    """What the model raises is the message, and a secret in it hides it."""
    with pytest.raises(ConfigValidationError) as caught:
        build(Config(tree), models.Checked)
    (found,) = caught.value.diagnostics
    assert (found.rule, found.path) == ("model", "")
    assert "hunter2" not in str(caught.value) + str(found)
    assert ("size is 0" in found.message) == ("size" in tree)


@pytest.mark.parametrize("model", [models.PydanticQueue, models.Checked])
def test_no_secret_is_left_in_the_error(model: Any) -> None:
    """Not in its text, its findings, its cause or its context's text as a traceback prints it."""
    import traceback

    with pytest.raises(ConfigValidationError) as caught:
        build(Config({"max_size": 1, "api_key": "-".join(("hunter", "2"))}), model)  # not in a line of source
    assert "hunter-2" not in "".join(traceback.format_exception(caught.value))


def test_attrs_is_filled_with_its_converters_and_validators() -> None:
    """A private attribute goes by its alias, a converter sees the raw value, a validator names its attribute."""
    made = build(Config({"max_size": 1, "hidden": "h", "words": "a b"}), models.AttrsQueue)
    assert made == models.AttrsQueue(1, "h", ["a", "b"])
    assert refused({"max_size": "1"}, models.AttrsQueue) == [("wrong-type", "/max_size", "value")]
    assert refused({"max_size": 0}, models.AttrsQueue) == [("model", "", "value")]


def test_msgspec_is_filled_by_msgspec() -> None:
    """Renamed fields, and paths from text."""
    made = build(Config({"queues": {"a": {"max-size": 3, "directory": "/x"}}}), models.StructMessaging)
    assert made.queues["a"] == models.StructQueue(3, "low", Path("/x"))


@pytest.mark.parametrize(
    ("tree", "found"),
    [
        ({"queues": {"a": {"max-size": 1}, "b.c": {"max-size": "x"}}}, ("wrong-type", "/queues/b.c/max-size", "value")),
        ({"rows": [{"max-size": 1}, {}]}, ("missing-key", "/rows/1", "value")),
        ({"rows": [{"max-size": 1, "zz": 1}]}, ("unknown-key", "/rows/0/zz", "key")),
        ({"rows": [{"max-size": 1, "level": "hunter2"}]}, ("not-allowed-value", "/rows/0/level", "value")),
        ({"api_token": "hunter2"}, ("not-allowed-value", "/api_token", "value")),
        ({"rows": [{"max-size": 1, "directory": 5}]}, ("model", "/rows/0/directory", "value")),
    ],
)
def test_a_refusal_of_msgspec_is_located(tree: dict[str, Any], found: tuple[str, str, str]) -> None:
    """Also inside mappings, where msgspec does not say which key."""
    assert refused(tree, models.StructMessaging) == [found]
    with pytest.raises(ConfigValidationError) as caught:
        build(Config(tree), models.StructMessaging)
    assert "hunter2" not in str(caught.value)


def test_pydantic_is_filled_by_pydantic() -> None:
    """With its own conversions."""
    assert build(Config({"queue": {"max_size": "5"}}), models.PydanticMessaging).queue.max_size == 5


def test_every_refusal_of_pydantic_is_located() -> None:
    """A union's members speak together, and unknown and missing keys have their own rules."""
    tree = {
        "queue": {"max_size": 0, "zz": 1, "either": {}},
        "queues": {"a.b": {}, "c": {"max_size": 1, "api_key": "hunter2"}},
    }
    assert refused(tree, models.PydanticMessaging) == [
        ("too-small", "/queue/max_size", "value"),
        ("wrong-type", "/queue/either", "value"),
        ("unknown-key", "/queue/zz", "key"),
        ("missing-key", "/queues/a.b", "key"),
        ("model", "/queues/c/api_key", "value"),
    ]


def test_libraries_mix() -> None:
    """A dataclass may hold models of the others, and their problems have the whole path."""
    tree = {"attrs_queue": {"max_size": 1}, "struct_queue": {"max-size": 1}, "pydantic_queue": {"max_size": 1}}
    made = build(Config(tree), models.Mixed)
    assert made.struct_queue == models.StructQueue(1)
    tree = {"attrs_queue": {}, "struct_queue": {}, "pydantic_queue": {}}
    assert {path for _, path, _ in refused(tree, models.Mixed)} == {"/attrs_queue", "/struct_queue", "/pydantic_queue"}


@pytest.mark.parametrize("model", [int, dict, object, "text", None, Path, models.Broken, models.StructBroken])
def test_what_cannot_be_filled_is_a_usage_error(model: Any) -> None:
    """It says what can."""
    with pytest.raises(UsageError, match=r"cannot be|cannot read"):
        build(Config({"call": 1}), model)


def test_annotations_that_cannot_be_resolved_are_a_usage_error() -> None:
    """With where the types have to be."""
    from dataclasses import dataclass

    @dataclass
    class Inner:
        x: int

    @dataclass
    class Outer:
        inner: Inner

    with pytest.raises(UsageError, match="name 'Inner' is not defined; the types they name have to be importable"):
        build(Config({"inner": {"x": 1}}), Outer)


def test_no_library_is_imported_for_a_dataclass() -> None:
    """msgspec, attrs and pydantic are for those who have them."""
    import subprocess
    import sys

    code = (
        "import sys, dataclasses\n"
        "from setpoint.binding.build import build\nfrom setpoint.config import Config\n"
        "M = dataclasses.make_dataclass('M', [('a', int)])\n"
        "assert build(Config({'a': 1}), M).a == 1\n"
        "print([name for name in ('msgspec', 'attr', 'attrs', 'pydantic') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_a_model_that_holds_itself_is_filled_as_deep_as_a_document_may_be() -> None:
    """100 levels, the budget's default; what is too deep for Python's stack is refused, not a traceback."""
    tree: dict[str, Any] = {}
    for _ in range(99):
        tree = {"next": tree}
    made: models.Chain | None = build(Config(tree), models.Chain)
    depth = 0
    while made is not None:
        made, depth = made.next, depth + 1
    assert depth == 100
    for _ in range(300):
        tree = {"next": tree}
    with pytest.raises(UsageError, match="Chain is nested too deeply"):
        build(Config(tree), models.Chain)
