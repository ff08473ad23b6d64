"""``edit``: operations on the bytes of a file."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from edit_trees import sensible
from hypothesis import given
from hypothesis import strategies as st
from wild import sample

from setpoint.budget import Budget
from setpoint.editing import edit as edit_module
from setpoint.editing.apply import apply
from setpoint.editing.change import Insert as InsertChange
from setpoint.editing.change import Move as MoveChange
from setpoint.editing.change import Refusal
from setpoint.editing.edit import edit
from setpoint.editing.json import read as read_json
from setpoint.editing.operation import Add, Append, Insert, Move, Operation, Rename, Set, Unset
from setpoint.editing.unordered import same_but_for_order
from setpoint.errors import ConfigNotFoundError, ConfigParseError, EditRefusedError, UsageError
from setpoint.formats import decode
from setpoint.tree import same

YAML = b"# top\n\nqueue:  # the queue\n  max_size: 5  # many\n  tags: [a, b]\nother: 'x'\n"


def test_one_value_changes_and_nothing_else() -> None:
    """Comments, quotes, blank lines and order stay."""
    assert edit(YAML, Set("queue.max_size", 7), "yaml") == YAML.replace(b"5", b"7")
    assert edit(YAML, [Set("queue.max_size", 7), Append("queue.tags", "c")], file="a.yml") == (
        YAML.replace(b"5", b"7").replace(b"b]", b"b, c]")
    )


@pytest.mark.parametrize(
    "operations",
    [
        [],
        Set("queue.max_size", 5),
        Set("", {"queue": {"max_size": 5, "tags": ["a", "b"]}, "other": "x"}),
        Rename("other", "other"),
        Move("other", "other", 1),
        [Set("other", "y"), Set("other", "x")],
        [Unset("other"), Add("other", "x")],
    ],
    ids=repr,
)
def test_operations_that_change_nothing_give_back_the_same_object(operations: Any) -> None:
    """Not even a copy is made; what a document means after all operations is what counts."""
    assert edit(YAML, operations, "yaml") is YAML


def test_a_byte_order_mark_and_windows_line_ends_stay() -> None:
    """New lines end as the others do."""
    data = b"\xef\xbb\xbf" + YAML.replace(b"\n", b"\r\n")
    wanted = b"\xef\xbb\xbf" + (YAML + b"more:\n  - 1\n").replace(b"\n", b"\r\n")
    after = edit(data, Add("more", [1]), "yaml")
    assert after.replace(b"\r\n- 1", b"\r\n  - 1") == wanted


def test_a_mapping_set_over_a_mapping_changes_only_what_differs() -> None:
    """Comments inside stay, where taking the new value as a whole would have lost them."""
    value = {"max_size": 9, "tags": ["a", "c", "b"]}
    assert edit(YAML, Set("queue", value), "yaml") == YAML.replace(b"5", b"9").replace(b"a, b", b"a, c, b")


def test_each_format_is_edited() -> None:
    """The format is given by name, or by the name of the file."""
    for file, before, after in (
        ("a.yaml", b"a: 1 # x\n", b"a: 2 # x\n"),
        ("a.json", b'{"a":1}', b'{"a":2}'),
        ("a.jsonc", b'{"a":1 /* x */}', b'{"a":2 /* x */}'),
        ("a.toml", b"a = 1 # x\n", b"a = 2 # x\n"),
    ):
        assert edit(before, Set("a", 2), file=file) == after
        assert edit(before, Set("a", 2), file.partition(".")[2]) == after


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: edit(YAML, Set("a", 1)), UsageError, "an edit needs the format"),
        (lambda: edit(YAML, Set("a", 1), file="a.txt"), UsageError, "an edit needs the format"),
        (lambda: edit(b"a: [1\n", Set("a", 1), "yaml"), ConfigParseError, "line"),
        (lambda: edit(b"a: 1\na: 2\n", Set("a", 1), "yaml"), ConfigParseError, "a"),
        (lambda: edit(b"\xff", Set("a", 1), "yaml"), ConfigParseError, "UTF"),
        (lambda: edit(YAML, Unset("queue.maxsize"), "yaml"), ConfigNotFoundError, "did you mean 'max_size'"),
        (lambda: edit(YAML, [Unset("other"), Unset("other")], "yaml"), ConfigNotFoundError, "no key 'other'"),
        (lambda: edit(YAML, Add("other", 1), "yaml"), UsageError, "is there already"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_else(
    call: Callable[[], bytes], kind: type[Exception], message: str
) -> None:
    """A broken file, a path that is not there, and a missing format have errors of their own."""
    with pytest.raises(kind, match=message):
        call()


def test_what_would_change_elsewhere_too_is_refused_with_its_place() -> None:
    """A value that an alias repeats cannot be changed where it is written: the alias would mean something else."""
    data = b"a: &x\n  k: 1\nb: *x\n"
    with pytest.raises(EditRefusedError, match=r"^c\.yaml:\d+:\d+: ") as caught:
        edit(data, Set("a.k", 2), file="c.yaml")
    (found,) = caught.value.diagnostics
    assert (found.rule, found.file, found.path) == ("edit-refused", "c.yaml", "/a/k")
    assert caught.value.exit_code == 1


@pytest.mark.parametrize("form", ["json", "jsonc", "yaml"])
def test_depth_is_counted_through_mappings_and_lists_alike(form: str) -> None:
    """A document is edited up to the depth its budget allows, and refused beyond, also when kinds alternate."""
    from setpoint.formats.json import find_orjson

    find_orjson()
    for depth, within in ((398, 400), (150, 200), (150, 151), (40, 41)):
        value: Any = 1
        for level in range(depth):
            value = [value] if level % 2 else {"k": value}
        data = json.dumps({"r": value}).encode()
        after = edit(data, Set("new", True), form, budget=Budget(depth=within))
        assert decode(after, form, Budget(depth=within)) == {"r": value, "new": True}
        with pytest.raises(ConfigParseError, match="deep"):
            edit(data, Set("new", True), form, budget=Budget(depth=depth - 1))


class CountingSource:
    """JSON, and a count of how often a text was read."""

    reads = 0

    def __init__(self, text: str, tree: Any) -> None:
        type(self).reads += 1
        self.real = read_json(text, tree)
        self.splices = self.real.splices
        self.census = self.real.census
        self.holds_marks = self.real.holds_marks


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> type[CountingSource]:
    CountingSource.reads = 0
    monkeypatch.setattr(edit_module, "_reader", lambda _: CountingSource)
    return CountingSource


def document(sections: int) -> tuple[dict[str, Any], bytes]:
    tree = {f"s{number}": {"a": 1, "b": [1, 2, 3], "c": {"d": 2}} for number in range(sections)}
    lines = [f'  "{name}": {{"a": 1, "b": [1, 2, 3], "c": {{"d": 2}}}}' for name in tree]
    return tree, ("{\n" + ",\n".join(lines) + "\n}\n").encode()


@pytest.mark.parametrize(
    ("operations", "most"),
    [
        ([Set(f"s{number}.a", number + 5) for number in range(200)], 2),
        ([Add(f"s{number}.new", number) for number in range(200)], 2),
        ([Append(f"s{number}.b", 4) for number in range(200)], 2),
        ([Unset(f"s{number}.b[0]") for number in range(200)], 2),
        ([Rename(f"s{number}.a", "z") for number in range(200)], 2),
        ([Add(f"new{number}", number) for number in range(200)], 2),
        ([Insert(f"new{number}", number, number) for number in range(200)], 2),
        ([Insert(f"s{number}.b[{n + 1}]", n) for number in range(50) for n in range(4)], 2),
        ([Unset(f"s{number}") for number in range(0, 200, 2)], 3),
        ([one for n in range(50) for one in (Set(f"s{n}.a", 7), Unset(f"s{n}.c.d"), Append(f"s{n}.b", 9))], 2),
        ([one for n in range(100) for one in (Unset("s150.b[0]"), Insert("s150.b[0]", n), Set(f"s{n}.a", n))], 250),
    ],
    ids=[
        "set", "add", "append", "unset items", "rename", "add to one", "insert in a row", "into one list",
        "unset every other", "mixed", "in each other's way",
    ],
)  # fmt: skip
def test_operations_that_do_not_meet_share_one_reading(
    counting: type[CountingSource], operations: list[Operation], most: int
) -> None:
    """The text is read once for all of them, and once to prove the result; the result is right in any case."""
    tree, data = document(200)
    assert same(decode(edit(data, operations, "json"), "json"), apply(tree, operations))
    assert counting.reads <= most


@given(st.integers(0, 2**32), st.sampled_from(["yaml", "json", "jsonc", "toml"]))
def test_many_operations_come_to_what_they_mean(seed: int, form: str) -> None:
    """However they are batched, the result is that of doing them one after the other, or a refusal."""
    file = sample(seed % 10_000, form)
    tree = decode(file.data, form)
    operations = sensible(Random(seed), tree, 8, form)
    wanted = apply(tree, operations)
    try:
        now = decode(edit(file.data, operations, form), form)
    except EditRefusedError as error:
        assert error.diagnostics[0].line is not None
        return
    assert same(now, wanted) or (form == "toml" and same_but_for_order(now, wanted))


class FrontLoadingSource(CountingSource):
    """A source that can put new entries and moved ones nowhere but first, and says so."""

    def settled(self, change: Any) -> Any:
        if isinstance(change, InsertChange) and change.key == "never":
            raise Refusal("never")
        if isinstance(change, InsertChange) and change.key is not None and change.position:
            return InsertChange(change.parts, 0, change.key, change.value)
        if isinstance(change, MoveChange) and change.key is not None and change.position:
            return MoveChange(change.parts, change.to, 0, change.key)
        return change


def test_a_position_that_a_format_cannot_express_gives_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the source settles on counts, and operations that follow go on from there."""
    monkeypatch.setattr(edit_module, "_reader", lambda _: FrontLoadingSource)
    data = b'{"a": 1, "b": {"x": 1}}'
    assert edit(data, Add("c", 3), "json") == b'{"c": 3, "a": 1, "b": {"x": 1}}'
    both = [Set("a", 5), Add("c", 3), Add("d", 4), Set("b.x", 9), Unset("a")]
    assert edit(data, both, "json") == b'{"d": 4, "c": 3, "b": {"x": 9}}'
    assert edit(data, Move("a", "a", 1), "json") == data  # it stands where it settles
    assert edit(data, Add("never", 3), "json") == b'{"a": 1, "b": {"x": 1}, "never": 3}'  # written anew
    with pytest.raises(EditRefusedError, match="never"):
        edit(b'{"a": 1 /* x */}', [Set("a", 5), Add("never", 3)], "jsonc")


@pytest.mark.parametrize(
    ("operations", "expected"),
    [
        ([Set("b", {"k": 2})], "a: &x {k: 1}\nb:\n  k: 2\nc: *x\n"),
        ([Set("a.k", 1), Set("b", {"k": 1, "l": 2}), Set("c", [])], "a: &x {k: 1}\nb:\n  k: 1\n  l: 2\nc: []\n"),
        ([Set("b", {"k": 1})], "a: &x {k: 1}\nb: *x\nc: *x\n"),
    ],
)
def test_an_alias_is_replaced_and_not_what_it_stands_for(operations: list[Operation], expected: str) -> None:
    """A collection that is an alias gives way to the new one; where it is written nothing changes."""
    assert edit(b"a: &x {k: 1}\nb: *x\nc: *x\n", operations, "yaml").decode() == expected


SHARED = b"base: &b\n  log: {level: info, size: 1}\none: *b\ntwo:\n  <<: *b\n  own: 1\nlist: [*b]\n"


@pytest.mark.parametrize(
    ("operation", "before", "after"),
    [
        (Set("one.log.level", "warn"), "one: *b\n", "one:\n  log:\n    level: warn\n    size: 1\n"),
        (Add("one.more", 1), "one: *b\n", "one:\n  log:\n    level: info\n    size: 1\n  more: 1\n"),
        (Set("two.log.level", "warn"), "  own: 1\n", "  own: 1\n  log:\n    level: warn\n    size: 1\n"),
        (Unset("two.log.size"), "  own: 1\n", "  own: 1\n  log:\n    level: info\n"),
        (Rename("one.log.size", "count"), "one: *b\n", "one:\n  log:\n    level: info\n    count: 1\n"),
    ],
)
def test_what_stands_elsewhere_is_written_out_where_it_changes(operation: Operation, before: str, after: str) -> None:
    """An alias gives way to a value of its own, a merged key is set; where it is written nothing changes."""
    assert edit(SHARED, operation, "yaml").decode() == SHARED.decode().replace(before, after, 1)


@pytest.mark.parametrize("operation", [Unset("two.log"), Rename("two.log", "x"), Set("base.log.level", "warn")])
def test_what_others_share_is_not_changed_for_them(operation: Operation) -> None:
    """A merged key cannot be taken away, and an anchored value cannot change while aliases stand for it."""
    with pytest.raises(EditRefusedError):
        edit(SHARED, operation, "yaml")
