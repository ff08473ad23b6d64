"""The guard: an edit that lost, changed or invented anything is not made, whoever made it."""

from __future__ import annotations

from typing import Any

import pytest

from setpoint.budget import DEFAULT_BUDGET, Budget
from setpoint.editing import edit as edit_module
from setpoint.editing.change import Refusal, Replace
from setpoint.editing.edit import edit
from setpoint.editing.guard import Draft, UnprovedError
from setpoint.editing.json import read
from setpoint.editing.operation import Insert, Move, Rename, Set, Unset
from setpoint.editing.splice import Splice, line_break_of, spliced, with_line_break
from setpoint.errors import EditRefusedError
from setpoint.formats import decode

TEXT = '{\n  // why\n  "a": 1, // beside\n  "b": [1, 2]\n}\n'


def draft(text: str = TEXT) -> Draft:
    data = text.encode()
    return Draft(data, decode(data, "jsonc"), "jsonc", DEFAULT_BUDGET, read)


def at(part: str, text: str = TEXT) -> tuple[int, int]:
    start = text.index(part)
    return start, start + len(part)


def test_a_right_edit_is_proved() -> None:
    """The new draft has the new bytes and the tree that was wanted."""
    edited = draft().edited([Splice(*at("1, //"), "5, //")], {"a": 5, "b": [1, 2]})
    assert edited.data.decode() == TEXT.replace("1, //", "5, //")
    assert edited.tree == {"a": 5, "b": [1, 2]}


def test_a_comment_may_go_when_it_is_named() -> None:
    """What a splice says it drops is not missed."""
    splices = [Splice(*at("  // why\n"), "", ["// why"])]
    assert draft().edited(splices, {"a": 1, "b": [1, 2]}).data == TEXT.replace("  // why\n", "").encode()


WRONG: list[tuple[str, list[Splice], Any, str]] = [
    ("another value", [Splice(*at("1, //"), "6, //")], {"a": 5, "b": [1, 2]}, "mean something else"),
    ("another type", [Splice(*at("1, //"), "5.0, //")], {"a": 5, "b": [1, 2]}, "mean something else"),
    ("another order", [], {"b": [1, 2], "a": 1}, "mean something else"),
    ("unreadable", [Splice(*at("1, //"), "5 //")], {"a": 5, "b": [1, 2]}, "could not be read"),
    ("a comment lost", [Splice(*at("1, // beside"), "5,")], {"a": 5, "b": [1, 2]}, "a comment would be lost"),
    ("a comment changed", [Splice(*at("why"), "how")], {"a": 1, "b": [1, 2]}, "a comment would"),
    ("a comment twice", [Splice(*at("// why"), "// why\n  // why")], {"a": 1, "b": [1, 2]}, "appear from nowhere"),
    ("dropped, and there", [Splice(*at("1, //"), "5, //", ["// why"])], {"a": 5, "b": [1, 2]}, "appear from nowhere"),
    ("overlapping", [Splice(5, 9, "xx"), Splice(8, 10, "")], {"a": 1, "b": [1, 2]}, "overlap"),
    ("backwards", [Splice(9, 5, "")], {"a": 1, "b": [1, 2]}, "overlap"),
    ("beyond the end", [Splice(len(TEXT) + 5, len(TEXT) + 5, "\n")], {"a": 1, "b": [1, 2]}, "beside the edit"),
    ("a mark at the start", [Splice(0, 0, "\ufeff")], {"a": 1, "b": [1, 2]}, "byte order mark|could not be read"),
]


@pytest.mark.parametrize(("splices", "wanted", "reason"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_an_edit_that_is_not_right_is_not_proved(splices: list[Splice], wanted: Any, reason: str) -> None:
    """Each kind of harm has its reason."""
    with pytest.raises(UnprovedError, match=reason):
        draft().edited(splices, wanted)


def test_the_proof_does_not_trust_what_applied_the_splices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Text beside the splices that changed is noticed, also where it means nothing."""
    monkeypatch.setattr("setpoint.editing.guard.spliced", lambda text, splices: spliced(text, splices) + "\n")
    with pytest.raises(UnprovedError, match="beside the edit"):
        draft().edited([Splice(*at("1, //"), "5, //")], {"a": 5, "b": [1, 2]})


class LyingSource:
    """A source of JSON that makes every change in its own way."""

    def __init__(self, text: str, tree: Any, splices: Any, marks: bool = False) -> None:
        self.real = read(text, tree)
        self.text = text
        self._splices = splices
        self._marks = marks

    def splices(self, change: Any) -> list[Splice]:
        found: list[Splice] = self._splices(self, change)
        return found

    def census(self) -> list[str]:
        return self.real.census()

    def holds_marks(self, parts: Any) -> bool:
        return self._marks or self.real.holds_marks(parts)


def lie(monkeypatch: pytest.MonkeyPatch, splices: Any, marks: bool = False) -> None:
    monkeypatch.setattr(edit_module, "_reader", lambda _: lambda text, tree: LyingSource(text, tree, splices, marks))


def refuse(_source: LyingSource, change: Any) -> list[Splice]:
    raise Refusal("no such luck; write it yourself", 5)


@pytest.mark.parametrize(
    "operation", [Set("a", 5), Set("b[0]", 5), Insert("c", 5), Unset("a"), Rename("a", "z"), Move("a", "z.a")], ids=repr
)
@pytest.mark.parametrize(
    "splices",
    [
        lambda source, change: [],
        lambda source, change: [Splice(0, len(source.text), "{}")],
        lambda source, change: [Splice(0, 0, "// hello\n")],
        lambda source, change: source.real.splices(change)[1:],
        lambda source, change: [*source.real.splices(change), Splice(len(source.text), len(source.text), "// by")],
        refuse,
    ],
    ids=["nothing", "everything", "more", "less", "extra", "refusal"],
)
def test_whatever_a_source_does_nothing_wrong_comes_out(
    monkeypatch: pytest.MonkeyPatch, splices: Any, operation: Any
) -> None:
    """An edit by a source that is broken in any way is refused."""
    lie(monkeypatch, splices)
    with pytest.raises(EditRefusedError) as caught:
        edit(TEXT.encode(), operation, "jsonc", file="a.jsonc")
    (found,) = caught.value.diagnostics
    assert found.rule == "edit-refused"
    assert found.file == "a.jsonc"
    assert found.line is not None
    assert found.suggestion


def test_a_refusal_says_why_and_where(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason is the source's, at its offset; without one it is the place of the path."""
    lie(monkeypatch, refuse)
    with pytest.raises(EditRefusedError, match=r"^a\.jsonc:2:4: a cannot be set: no such luck; write it yourself$"):
        edit(TEXT.encode(), Set("a", 5), file="a.jsonc")
    lie(monkeypatch, lambda source, change: [])
    with pytest.raises(EditRefusedError, match=r"^line 3, column 3: a cannot be set: the new text would mean"):
        edit(TEXT.encode(), Set("a", 5), "jsonc")


def test_a_refusal_shows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the old nor the new value is in the message or in the excerpt."""
    lie(monkeypatch, refuse)
    with pytest.raises(EditRefusedError) as caught:
        edit(b'{"db_password": "old-secret"}\n', Set("db_password", "new-secret"), "json")
    shown = f"{caught.value} {caught.value.diagnostics[0]} {caught.value.diagnostics[0].excerpt.lines}"  # type: ignore[union-attr]
    assert "secret" not in shown.replace("'db_password'", "")


def only_whole(source: LyingSource, change: Any) -> list[Splice]:
    """Make no change but that of a collection as a whole."""
    if isinstance(change, Replace) and isinstance(change.value, dict | list):
        return source.real.splices(change)
    raise Refusal("not in place")


PLAIN = '// top\n{\n  "a": {"x": 1, "y": [1, 2]},\n  "b": 3 // beside\n}\n'


@pytest.mark.parametrize(
    ("operation", "wanted"),
    [
        (Set("a.x", 5), PLAIN.replace('"x": 1', '"x": 5')),
        (Unset("a.x"), PLAIN.replace('"x": 1, ', "")),
        (Rename("a.x", "z"), PLAIN.replace('"x"', '"z"')),
        (Insert("a.z", 5, 0), PLAIN.replace('{"x"', '{"z": 5, "x"')),
        (Move("a.y[0]", "a.y[1]"), PLAIN.replace("[1, 2]", "[2, 1]")),
        (Move("a.x", "a.x", 1), PLAIN.replace('{"x": 1, "y": [1, 2]}', '{"y": [1, 2], "x": 1}')),
    ],
    ids=repr,
)
def test_the_collection_around_is_written_anew_when_nothing_else_works(
    monkeypatch: pytest.MonkeyPatch, operation: Any, wanted: str
) -> None:
    """Only where no comment stands in it, and what is outside stays."""
    lie(monkeypatch, only_whole)
    assert edit(PLAIN.encode(), operation, "jsonc").decode() == wanted
    lie(monkeypatch, only_whole, marks=True)
    with pytest.raises(EditRefusedError, match="not in place"):
        edit(PLAIN.encode(), operation, "jsonc")


def test_a_collection_with_a_comment_is_not_written_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second try never costs a comment."""
    lie(monkeypatch, only_whole)
    with pytest.raises(EditRefusedError, match="not in place"):
        edit(PLAIN.encode(), Set("b", 5), "jsonc")


def test_a_move_may_be_made_of_taking_out_and_writing_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no comment belongs to the entry; otherwise it is refused."""

    def no_moves(source: LyingSource, change: Any) -> list[Splice]:
        if type(change).__name__ == "Move":
            raise Refusal("no moves here")
        return source.real.splices(change)

    lie(monkeypatch, no_moves)
    assert edit(PLAIN.encode(), Move("a.x", "x", 1), "jsonc").decode() == (
        '// top\n{\n  "a": {"y": [1, 2]},\n  "x": 1,\n  "b": 3 // beside\n}\n'
    )
    with pytest.raises(EditRefusedError, match="no moves here"):
        edit(PLAIN.encode(), Move("b", "a.b"), "jsonc")


def test_a_document_that_would_be_too_large_is_refused() -> None:
    """The budget holds for what comes out as well."""
    deep: Any = 1
    for _ in range(10):
        deep = [deep]
    with pytest.raises(EditRefusedError, match="nested more than 5 deep"):
        edit(b'{"a": 1}', Set("a", deep), "json", budget=Budget(depth=5))
    with pytest.raises(EditRefusedError, match="larger than 20 bytes"):
        edit(b'{"a": 1}', Set("a", "x" * 30), "json", budget=Budget(size=20))


def test_new_line_breaks_are_the_files_own() -> None:
    """The kind that most lines end with; what is carried along with its own is left alone."""
    assert [line_break_of(text) for text in ("", "a", "a\nb\r\n", "a\r\nb\r\n\n", "a\rb\r")] == [
        "\n", "\n", "\n", "\r\n", "\r",
    ]  # fmt: skip
    assert with_line_break(Splice(0, 0, "a\nb\r\nc\n"), "\r\n").text == "a\r\nb\r\nc\r\n"
    assert with_line_break(Splice(0, 0, "a\nb\r\nc\n"), "\n").text == "a\nb\r\nc\n"
