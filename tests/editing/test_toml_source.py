"""What TOML's source says besides its splices: positions, refusals, comments, what stands where."""

from __future__ import annotations

import tomllib
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from toml_case import at, changed, draft_of
from toml_texts import Writer

from setpoint.editing.change import Insert, Move, Refusal, Remove, Rename, Replace
from setpoint.editing.outcome import outcome
from setpoint.editing.toml import TomlSource, read
from setpoint.editing.toml_nodes import TABLE, TABLES, Node, build
from setpoint.formats import decode

if TYPE_CHECKING:
    from setpoint.editing.change import Change


def source_of(text: str) -> TomlSource:
    return read(text, decode(text.encode(), "toml"))


# the text, where a new key is wanted, its value, and where it lands
POSITIONS = [
    ("a = 1\n[t]\n", (), 2, 5, 1),
    ("a = 1\n[t]\n", (), 1, 5, 1),
    ("a = 1\n[t]\n", (), 0, 5, 0),
    ("[t]\n[u]\n", (), 1, 5, 0),
    ("[t]\n[u]\n", (), 1, {"x": 1}, 1),
    ("[t]\n[u]\n", (), 2, {"x": 1}, 2),
    ("a = 1\nb = 2\n[t]\n", (), 1, {"x": 1}, 1),
    ("[t.u]\n[t.v]\n", ("t",), 2, 5, 0),
    ("[t.u]\n[t]\nx = 1\n[t.v]\n", ("t",), 0, 5, 1),
    ("[t.u]\n[t]\nx = 1\n[t.v]\n", ("t",), 3, 5, 2),
    ("[t.u]\n[t]\nx = 1\n[t.v]\n", ("t",), 0, {"y": 1}, 0),
    ("a.b = 1\nx = 2\na.c = 3\n", ("a",), 2, 5, 2),
    ("t = {a = 1}\n", ("t",), 0, 5, 0),
]


@pytest.mark.parametrize(("text", "parts", "wanted", "value", "landed"), POSITIONS)
def test_a_position_that_toml_cannot_express_gives_way_to_the_nearest(
    text: str, parts: tuple[str, ...], wanted: int, value: Any, landed: int
) -> None:
    """A pair goes before the headers of the tables beside it, and the source says where that is."""
    draft = draft_of(text)
    change = Insert(parts, wanted, "new", value)
    settled = draft.source.settled(change)  # type: ignore[attr-defined]
    assert (settled is change) == (wanted == landed)
    assert list(at(outcome(draft.tree, settled), parts)).index("new") == landed
    new = changed(text, change)
    assert list(at(decode(new.encode(), "toml"), parts)).index("new") == landed


@pytest.mark.parametrize(
    ("text", "change", "order"),
    [
        ("x = 1\n[a]\n[b]\n", Replace(("b",), 5), ["x", "b", "a"]),
        ("x = 1\n[a]\n[[b]]\n", Remove(("b", 0)), ["x", "b", "a"]),
        ("x = 1\n[a]\n[[b]]\n", Replace(("b",), []), ["x", "b", "a"]),
    ],
)
def test_an_entry_that_must_come_before_tables_says_so(text: str, change: Change, order: list[str]) -> None:
    """A table that becomes a single value or an empty list comes before the headers, and the source says so."""
    source = source_of(text)
    settled = source.settled(change)
    assert list(at(outcome(source.tree, settled), ())) == order
    assert source.settled(settled) is settled
    assert list(decode(changed(text, change).encode(), "toml")) == order


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("a = 1\n", Replace(("a",), 2)),
        ("a = 1\n", Remove(("a",))),
        ("[a]\n", Rename(("a",), "b")),
        ("[a]\nb = 1\n", Replace(("a",), {"c": 1})),
        ("[[a]]\n[[a]]\n", Remove(("a", 0))),
        ("x = 1\n[b]\n", Replace(("b",), 5)),
        ("x = 1\n[[b]]\n", Remove(("b", 0))),
    ],
)
def test_a_change_that_toml_can_express_is_left_as_it_is(text: str, change: Change) -> None:
    """What can be done as it is asked for comes back as the same object."""
    assert source_of(text).settled(change) is change


# the text, the change, words of the reason, and what the offset points at
REFUSALS = [
    ("a = 1\n", Replace(("a",), None), "leave the key out", None),
    ("a = 1\n", Replace(("a",), [{"b": None}]), "leave the key out", None),
    ("a = 1\n", Insert((), 1, "b", {"c": [None]}), "leave the key out", None),
    ("# x\na = 1\n", Replace((), [1]), "give it a mapping", "#"),
    ("x = 1\n[[a]]\n", Insert(("a",), 1, None, 5), "holds tables only", "[[a]]"),
    ("x = 1\n[[a]]\n", Replace(("a", 0), 5), "holds tables only", "[[a]]"),
    ("x = 1\n[[a]]\n", Replace(("a", 0), [{"b": 1}]), "holds tables only", "[[a]]"),
    ("x = 1\n[[a]]\n", Move(("x",), ("a",), 0, None), "holds tables only", "[[a]]"),
    ("[a]\n", Remove(()), "remove the file", "[a]"),
    ("[x]\n[[a]]\nb = 1\n", Move(("a", 0), ("x",), 0, "c"), "left empty", "[[a]]"),
    ("[a.b]\n[c]\n[a]\n# note\n", Move(("a",), (), 1, "a"), "put its own header first", "[a.b]"),
]


@pytest.mark.parametrize(("text", "change", "reason", "place"), REFUSALS)
def test_what_cannot_be_done_without_harm_is_refused(text: str, change: Change, reason: str, place: str | None) -> None:
    """A refusal says why and where, and settling leaves it to the splices to say so."""
    source = source_of(text)
    assert source.settled(change) is change
    with pytest.raises(Refusal) as caught:
        source.splices(change)
    assert reason in caught.value.reason
    assert caught.value.offset == -1 if place is None else text.startswith(place, caught.value.offset)


def test_a_value_nested_beyond_the_stack_is_refused() -> None:
    """Depth never ends in a RecursionError."""
    value: Any = 1
    for _ in range(5000):
        value = [value]
    with pytest.raises(Refusal, match="too deep"):
        source_of("a = 1\n").splices(Replace(("a",), value))


@pytest.mark.parametrize(
    ("parts", "holds"),
    [
        ((), True),
        (("one",), False),
        (("list",), True),
        (("list", 0), False),
        (("list", 1), True),
        (("bare",), False),
        (("full",), True),
        (("full", "below"), True),
        (("full", "below", "x"), False),
        (("dots",), True),
        (("many",), True),
        (("many", 0), False),
        (("many", 1), True),
        (("inline",), False),
        (("inline", "d"), False),
    ],
)
def test_comments_inside_a_value_are_known(parts: tuple[str | int, ...], holds: bool) -> None:
    """Comments above and beside a value are not inside it."""
    text = (
        "# file\n\n# about one\none = 1 # beside\nlist = [\n  1, # one\n  [ # two\n  ]\n]\n"
        "dots.a = 1 # a\ninline = {d.e = 1, f = 2} # i\n"
        "# about bare\n[bare] # beside\nx = 1\n\n"
        "[full]\n[full.below]\nx = 1 # x\n"
        "# first\n[[many]] # beside\nx = '#'\n\n# second\n[[many]]\n# inside\nx = 2\n"
    )
    assert source_of(text).holds_marks(parts) is holds


def test_a_document_with_only_its_own_comment_holds_none() -> None:
    """The comment at the top of a file is the file's and not inside its value."""
    assert not source_of("# file\n\na = 1\n").holds_marks(())
    assert not source_of("# file").holds_marks(())


def test_the_census_lists_every_comment() -> None:
    """Each comment is there as it is written, and nothing that stands in a string or a key."""
    text = (
        '# one\r\n"a#b" = "# no" # two \r\nc = """\n# no\n""" #three\n'
        "d = [ # four\n  '# no', '''\n# no''', # five\n] #\n[e] # six\n'f#' = 1#seven"
    )
    wanted = ["# one", "# two ", "#three", "# four", "# five", "#", "# six", "#seven"]
    assert source_of(text).census() == wanted


def as_tree(node: Node, text: str) -> Any:
    """What a node stands for, its single values as they are written."""
    if node.kind == TABLE:
        return {key: as_tree(below, text) for key, below in node.children.items()}
    if node.kind == TABLES:
        return [as_tree(below, text) for below in node.children.values()]
    written = node.written
    if text[written.value] not in "[{":
        return text[written.value : written.end]
    node.open(text)
    below_all = [as_tree(below, text) for below in node.children.values()]
    return dict(zip(node.children, below_all, strict=True)) if text[written.value] == "{" else below_all


def same_shape(tree: Any, written: Any) -> None:
    """Compare a decoded tree with one of texts, each of which must decode to its value."""
    if isinstance(tree, dict):
        assert list(tree) == list(written)
        for key, value in tree.items():
            same_shape(value, written[key])
    elif isinstance(tree, list):
        assert len(tree) == len(written)
        for value, text in zip(tree, written, strict=True):
            same_shape(value, text)
    else:
        assert decode(f"x = {written}".encode(), "toml") == {"x": tree}


@pytest.mark.parametrize("seed", range(150))
def test_the_nodes_are_the_decoded_tree(seed: int) -> None:
    """Keys, their order, and the places of values agree with the standard library on every odd text."""
    text = Writer(Random(seed)).text()
    same_shape(decode(text.encode(), "toml"), as_tree(build(text)[1], text))


def test_brackets_of_every_depth_are_stepped_over() -> None:
    """Arrays and tables end where they do, however deep, with strings and comments that hold brackets."""
    deep = "[" * 80 + "1" + "]" * 80
    text = f"a = {deep}\nb = [[[{{x = ']', y = [\"]\", '''\n]''', # ]\n]}}]]]\nc = 1\n"
    assert tomllib.loads(text)["c"] == 1
    nodes = build(text)[1].children
    assert list(nodes) == ["a", "b", "c"]
    assert text[nodes["a"].written.value : nodes["a"].written.end] == deep


@pytest.mark.parametrize(
    "text",
    [
        "a = [" + "[" * 90 + "]" * 90 + ",[]" * 20000 + "]\n",
        'a = "' + "\\\\" * 100000 + '"\n',
        "a = '''" + "''x" * 50000 + "'''\n",
        "\n" * 100000 + "# c\n" * 20000 + "a = 1\n",
        "a = [\n" + "# c\n" * 50000 + "1]\n",
    ],
    ids=["brackets", "backslashes", "quotes", "blank lines", "comments"],
)
def test_a_hostile_text_is_edited_like_any_other(text: str) -> None:
    """Long runs of quotes, brackets, comments and blank lines are stepped over, whatever their length."""
    assert changed(text, Replace(("a",), 2)).endswith("a = 2\n")
    assert "a" not in changed(text, Remove(("a",)))
