"""Export and import: one text file, checked on the way in."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from records import FEWER, entry, fill, text

from setpoint.errors import ConfigInvalidError, SetpointError, UnavailableError, UsageError
from setpoint.history.history import History


@pytest.fixture
def other(tmp_path: Path) -> Iterator[History]:
    """A history in another place."""
    with History(tmp_path / "other") as opened:
        yield opened


def exported(history: History) -> bytes:
    """The export of a history."""
    file = io.BytesIO()
    history.export(file)
    return file.getvalue()


def everything(history: History) -> dict[str, list[Any]]:
    """All that can be read of a history: for each document its revisions and contents."""
    found: dict[str, list[Any]] = {"": list(history.maintenance())}
    for document in history.documents():
        found[document] = [
            (one, None if one.purged else history.files(document, one.number)) for one in history.revisions(document)
        ]
    return found


def eventful(history: History) -> None:
    """A history with several documents and files, a deletion, bytes that are no text, a prune and a purge."""
    fill(history, 6)
    history.append([entry({"b.yml": b"\xff\x00", "b.prod.yml": "ü\u2028\n".encode()}, "b"), entry(b"c: 1", "c")])
    history.append([entry({"b.yml": b"\xff\x00", "b.prod.yml": b""}, "b", reason="why", version="2.0.0")])
    history.append([entry({}, "c", cause="found", deleted=True)])
    history.append([entry(b"password: swordfish", "d")])
    history.prune("messaging", keep=2)
    history.purge(b"swordfish")
    fill(history, 2, "e")


def test_an_import_into_an_empty_place_is_the_same_record(history: History, other: History, tmp_path: Path) -> None:
    """Revisions, contents, marks of pruning and purging, and the head of the chain."""
    eventful(history)
    count = history.export(tmp_path / "out.jsonl")
    assert (tmp_path / "out.jsonl").stat().st_mode & 0o777 == 0o600
    done = other.import_(tmp_path / "out.jsonl")
    assert done.entries == count
    assert everything(other) == everything(history)
    assert other.verify().ok
    assert other.verify().head == history.verify().head
    assert exported(other) == exported(history) == (tmp_path / "out.jsonl").read_bytes()
    assert fill(other, 7)[6].number == 13


def test_an_import_brings_what_is_new(history: History, other: History) -> None:
    """Into a record that the file continues; a second time there is nothing to do, and an older file does no harm."""
    fill(history, 3)
    old = exported(history)
    other.import_(io.BytesIO(old))
    fill(history, 2, "b")
    assert other.import_(io.BytesIO(exported(history))).entries == 2
    assert other.import_(io.BytesIO(exported(history))).entries == 0
    assert everything(other) == everything(history)
    assert history.import_(io.BytesIO(old)).entries == 0


def test_what_was_pruned_there_stays_here(history: History, other: History) -> None:
    """And what was purged there: an import only adds."""
    fill(history, 5)
    other.import_(io.BytesIO(exported(history)))
    history.prune(keep=2)
    history.append([entry(b"password: swordfish")])
    assert other.import_(io.BytesIO(exported(history))).entries == 2
    history.purge(b"swordfish")
    assert other.import_(io.BytesIO(exported(history))).entries == 1
    assert other.files("messaging", 2) == {"messaging.yml": text(2)}
    assert other.files("messaging", 6) == {"messaging.yml": b"password: swordfish"}
    assert other.verify().ok


def test_a_file_that_was_pruned_beyond_the_record_is_refused(history: History, other: History) -> None:
    """Whether it continues the record cannot be told any more."""
    fill(history, 3)
    other.import_(io.BytesIO(exported(history)))
    fill(history, 3)
    history.prune(keep=1)
    with pytest.raises(UsageError, match=r"entries 1 to 5 were pruned, and this record ends at 3, .* cannot be told"):
        other.import_(io.BytesIO(exported(history)))
    assert len(other.revisions("messaging")) == 3


def test_an_import_goes_on_where_the_record_ends(history: History, other: History) -> None:
    """Only what is new is added, files that did not change included."""
    history.append([entry({"a": b"1", "b": b"same"}, "m")])
    other.import_(io.BytesIO(exported(history)))
    history.append([entry({"a": b"2", "b": b"same"}, "m")])
    assert other.import_(io.BytesIO(exported(history))).entries == 1
    assert other.import_(io.BytesIO(exported(history))).entries == 0
    assert everything(other) == everything(history)
    assert (other.verify().ok, other.verify().checkpoint) == (True, "matches")


def test_two_histories_are_never_mixed(history: History, other: History) -> None:
    """A record of another place is refused, and one that went another way too; nothing is changed."""
    fill(history, 2)
    fill(other, 2)
    before = everything(other)
    with pytest.raises(UsageError, match="the record of another place"):
        other.import_(io.BytesIO(exported(history)))
    assert everything(other) == before
    with History(Path(history.path).parent.parent / "third") as third:
        third.import_(io.BytesIO(exported(history)))
        fill(third, 1)
        fill(history, 3)
        with pytest.raises(UsageError, match=r"its entry 3 is not the one in this record: the two went different ways"):
            third.import_(io.BytesIO(exported(history)))
        assert len(third.revisions("messaging")) == 3


def resealed(lines: list[Any]) -> bytes:
    """The lines of an export with a checksum that fits."""
    data = b"".join(json.dumps(line).encode() + b"\n" for line in lines[:-1])
    return data + json.dumps({**lines[-1], "sha256": sha256(data).hexdigest()}).encode() + b"\n"


def edit(at: int, /, **facts: Any) -> Callable[[list[Any]], None]:
    def apply(lines: list[Any]) -> None:
        lines[at].update(facts)

    return apply


EDITS: dict[str, tuple[Callable[[list[Any]], Any], str]] = {
    "author": (edit(2, author="eve"), ":3: it does not fit the chain"),
    "content": (edit(2, files={"messaging.yml": {"text": "evil"}}), ":3: its files do not fit its digest"),
    "path": (edit(2, files={"../../evil": {"text": "x"}}), ":3: 'files' is no object of file names"),
    "no content": (edit(2, files={"a": {}}), "neither text nor base64"),
    "bad base64": (edit(2, files={"a": {"base64": "?"}}), "is damaged"),
    "bad text": (edit(2, files={"a": {"text": "\ud800"}}), "is damaged"),
    "same as nothing": (edit(2, files={"a": {"as": 99}}), "neither text nor base64"),
    "number": (edit(2, number=7), "does not fit the chain"),
    "huge": (edit(2, number=1 << 70), "at most 52 bits"),
    "boolean": (edit(2, entry=True), "'entry' is a whole number"),
    "time": (edit(2, time=1 << 51), "out of range"),
    "text": (edit(2, cause=1), "are texts"),
    "surrogate": (edit(2, reason="\ud800"), "surrogate"),
    "deleted": (edit(2, deleted=1), "'deleted' is true or false"),
    "hash": (edit(2, hash="zz"), "'hash' is 32 bytes in hexadecimal"),
    "seal": (edit(2, seal="00"), "does not fit the chain"),
    "purged": (edit(2, digest=None), "does not fit the chain"),
    "a line less": (lambda lines: lines.pop(2), ":3: entry 2 is missing"),
    "swapped": (lambda lines: lines.insert(1, lines.pop(2)), ":2: entry 1 is missing"),
    "gap": (lambda lines: lines.__setitem__(1, {"gap": [1], "hash": ""}), "'gap' is two numbers"),
    "gap elsewhere": (lambda lines: lines.__setitem__(1, {"gap": [2, 3], "hash": "00" * 32}), "entry 1 is missing"),
    "end": (edit(-1, end=2), "says that it ends with entry 2"),
    "format": (edit(0, setpoint_history=2), ":1: this is no record of revisions in format 1"),
    "genesis": (edit(0, genesis="00" * 32), ":2: it does not fit the chain"),
    "list": (lambda lines: lines.insert(1, []), ":2: the line is no JSON object"),
}


@pytest.mark.parametrize(("change", "told"), EDITS.values(), ids=EDITS.keys())
def test_a_changed_file_is_refused_with_its_line(
    history: History, other: History, change: Callable[[list[Any]], None], told: str
) -> None:
    """Even when its checksum was made to fit; nothing of it is imported."""
    fill(history, 3)
    lines = [json.loads(line) for line in exported(history).splitlines()]
    change(lines)
    with pytest.raises(ConfigInvalidError) as refused:
        other.import_(io.BytesIO(resealed(lines)))
    assert told in refused.value.message
    assert refused.value.message.endswith("nothing was imported")
    assert other.documents() == ()


def test_a_cut_or_flipped_file_is_refused(history: History, other: History, tmp_path: Path) -> None:
    """At every line end, in the middle of lines, and with more behind the end; the message names file and line."""
    fill(history, 2)
    whole = exported(history)
    for end in (0, 10, len(whole) // 2, whole.rindex(b"{"), len(whole) - 1):
        with pytest.raises(ConfigInvalidError, match="the file is cut short"):
            other.import_(io.BytesIO(whole[:end]))
    for data, told in (
        (whole + b"x", "goes on behind its end"),
        (whole.replace(b"alice", b"alicf", 1), "does not fit the chain"),
        (whole.replace(b',"place":0', b', "place":0', 1), "the checksum does not fit"),
        (b"[" * 100_000 + b"\n", "not JSON"),
        (b"\xff\n", "not JSON"),
    ):
        with pytest.raises(ConfigInvalidError, match=told):
            other.import_(io.BytesIO(data))
    (tmp_path / "cut").write_bytes(whole[:-1])
    with pytest.raises(ConfigInvalidError, match=r"cut:4: the file is cut short"):
        other.import_(tmp_path / "cut")
    assert other.documents() == ()


@FEWER
@given(st.binary(max_size=30), st.floats(0, 1), st.floats(0, 1))
def test_no_file_gives_a_foreign_error(
    tmp_path_factory: pytest.TempPathFactory, junk: bytes, start: float, end: float
) -> None:
    """Random bytes in place of any part: an error of ours or the whole record."""
    folder = tmp_path_factory.mktemp("state")
    with History(folder / "a") as history, History(folder / "b") as other:
        history.append([entry(text(1)[:50]), entry(b"\xff", "b")])
        whole = exported(history)
        first, last = sorted((int(start * len(whole)), int(end * len(whole))))
        data = whole[:first] + junk + whole[last:]
        try:
            other.import_(io.BytesIO(data))
        except SetpointError:
            assert other.documents() == ()
        else:
            assert data == whole


def test_an_export_that_cannot_be_written_leaves_nothing(history: History, tmp_path: Path) -> None:
    """A folder that is not there, and a record that is damaged: no file, and an older one as it was."""
    fill(history, 2)
    with pytest.raises(UnavailableError, match="gone"):
        history.export(tmp_path / "gone" / "out")
    (tmp_path / "out").write_bytes(b"older")
    import sqlite3

    history.close()
    connection = sqlite3.connect(history.path)
    connection.execute("UPDATE content SET data = x'00' WHERE id = 2000")
    connection.commit()
    connection.close()
    with pytest.raises(UnavailableError, match="content 2000 is damaged"):
        history.export(tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b"older"
    assert {path.name for path in tmp_path.iterdir()} == {".setpoint", "out"}
    with pytest.raises(UnavailableError, match="cannot be read"):
        history.import_(tmp_path / "gone")
