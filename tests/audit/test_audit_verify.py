"""Checking the trail: what was done to it is found, and the first bad entry is named."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from setpoint.audit import AuditTrail
from setpoint.errors import UsageError

ENTRIES = 8
EXAMPLES = int(os.environ.get("SETPOINT_EXAMPLES", "100"))


@pytest.fixture
def trail(tmp_path: Path) -> AuditTrail:
    """Eight entries."""
    made = AuditTrail(tmp_path / "state")
    for number in range(ENTRIES):
        add(made, f"n{number}")
    return made


def add(trail: AuditTrail, detail: str = "") -> int:
    facts = {"who": "ann", "token": None, "address": None, "request": None}
    return trail.append(**facts, action="set", outcome="done", detail=detail).number


def lines(trail: AuditTrail) -> list[bytes]:
    """The lines that say something; the first is no entry."""
    return Path(trail.path).read_bytes().rstrip(b"\n").split(b"\n")


def put(trail: AuditTrail, changed: list[bytes]) -> None:
    Path(trail.path).write_bytes(b"\n".join(changed) + b"\n" * 1000)


def head_file(trail: AuditTrail) -> Path:
    return Path(trail.path).with_name("audit.head")


def first(trail: AuditTrail) -> str:
    return trail.verify()[0].message


def test_an_entry_that_was_changed_is_named(trail: AuditTrail) -> None:
    """With the line of the file that it is on."""
    made = lines(trail)
    made[3] = made[3].replace(b"ann", b"bob")
    put(trail, made)
    problem = trail.verify()[0]
    assert problem.message == "entry 3 does not fit the chain: it was changed, or what came before it was"
    assert (problem.rule, problem.severity, problem.line) == ("audit-altered", "error", 4)
    assert len(trail.verify()) == 1


def test_entries_that_were_removed_are_counted(trail: AuditTrail) -> None:
    """Out of the middle, one or several."""
    made = lines(trail)
    put(trail, made[:3] + made[4:])
    assert first(trail) == "entry 4 is not the next one: 3 came before it, and is missing"
    put(trail, made[:3] + made[6:])
    assert first(trail) == "entry 6 is not the next one: 3 to 5 came before it, and is missing"


def test_entries_that_were_exchanged_or_inserted_are_found(trail: AuditTrail) -> None:
    """Each stands where it was recorded, and once."""
    made = lines(trail)
    put(trail, [*made[:3], made[4], made[3], *made[5:]])
    assert first(trail).startswith("entry 4 is not the next one")
    put(trail, [*made[:4], made[3], *made[4:]])
    assert first(trail).startswith("entry 3 stands behind entry 3")


def test_an_end_that_was_cut_off_is_noticed(trail: AuditTrail) -> None:
    """The head beside the trail knows how far it had come."""
    put(trail, lines(trail)[:-2])
    assert first(trail) == "the trail ends at entry 6, and there were 8 entries, says audit.head"


@pytest.mark.parametrize("left", [b"", b"\n\n\n", None])
def test_a_trail_that_is_gone_is_noticed(trail: AuditTrail, left: bytes | None) -> None:
    """Emptied or removed."""
    Path(trail.path).unlink()
    if left is not None:
        Path(trail.path).write_bytes(left)
    assert "there were 8 entries" in first(trail)
    assert add(trail) == 9
    assert any("1 to 8" in one.message for one in trail.verify())


def test_going_on_after_a_cut_hides_nothing(trail: AuditTrail) -> None:
    """The next entry is chained to what the head saw, so that the gap stays for ever."""
    put(trail, lines(trail)[:-2])
    assert add(trail) == 9
    assert add(trail) == 10
    assert first(trail) == "entry 9 is not the next one: 7 to 8 came before it, and is missing"


def test_going_on_after_the_last_entry_was_changed_hides_nothing(trail: AuditTrail) -> None:
    """It is not taken for one that was left unfinished."""
    made, kept = lines(trail), head_file(trail).read_bytes()
    for changed in (made[-1].replace(b"ann", b"bob"), made[-1][:-5], b"x" * len(made[-1])):
        put(trail, [*made[:-1], changed])
        head_file(trail).write_bytes(kept)
        fresh = AuditTrail(Path(trail.path).parent)
        assert add(fresh) == 9
        assert changed in lines(trail)
        assert any("8" in one.message for one in fresh.verify())


def test_an_end_that_was_written_anew_is_noticed(trail: AuditTrail) -> None:
    """A chain that holds in itself is not the one that the head saw, also after more entries."""
    kept = head_file(trail).read_bytes()
    other = Path(trail.path).read_bytes()
    put(trail, lines(trail)[:-1])
    head_file(trail).unlink()
    assert add(AuditTrail(Path(trail.path).parent), "forged") == 8
    head_file(trail).write_bytes(kept)
    assert Path(trail.path).read_bytes() != other
    fresh = AuditTrail(Path(trail.path).parent)
    assert first(fresh) == "entry 8 is not the one that was recorded, says audit.head"
    add(fresh)
    assert fresh.verify()


def test_a_head_that_was_kept_elsewhere_finds_what_the_one_beside_cannot(trail: AuditTrail) -> None:
    """Even where the head beside the trail went with its end."""
    kept = trail.head()
    assert trail.verify(kept) == ()
    put(trail, lines(trail)[:-3])
    head_file(trail).unlink()
    assert [one.severity for one in trail.verify()] == ["warning"]
    assert trail.verify(kept)[0].message == (
        "the trail ends at entry 5, and there were 8 entries, says the head that was expected"
    )
    for wrong in ((8, "00"), (8, "xyz"), ("x", "0" * 64), (-1, "0" * 64)):
        with pytest.raises(UsageError):
            trail.verify(wrong)  # type: ignore[arg-type]


def test_a_head_that_is_damaged_is_told_and_made_anew(trail: AuditTrail) -> None:
    """It is told with its own file; the next entry goes on where the trail ends."""
    head_file(trail).write_bytes(b"nonsense")
    problem = trail.verify()[0]
    assert problem.file == str(head_file(trail))
    assert add(AuditTrail(Path(trail.path).parent)) == ENTRIES + 1
    assert trail.verify() == ()


def test_a_head_that_is_behind_is_no_finding(trail: AuditTrail) -> None:
    """As a power cut leaves it: the entries behind it count, and the next one moves it on."""
    behind = head_file(trail).read_bytes()
    add(trail)
    add(trail)
    head_file(trail).write_bytes(behind)
    assert trail.verify() == ()
    assert add(AuditTrail(Path(trail.path).parent)) == ENTRIES + 3
    assert trail.verify() == ()


def test_what_a_killed_writer_left_is_written_over(trail: AuditTrail) -> None:
    """Wherever its line was torn, the trail holds, and so it does after the next entry."""
    before, kept = Path(trail.path).read_bytes(), head_file(trail).read_bytes()
    add(trail, "the line that is torn " * 40)
    whole = Path(trail.path).read_bytes()
    start = len(before.rstrip(b"\n")) + 1
    line = whole.rstrip(b"\n")[start:]
    torn = [line[:cut] for cut in range(1, len(line), max(1, len(line) * 5 // EXAMPLES))]
    torn += [b"\n" * 512 + line[512:], line[:512].ljust(len(line), b"\0"), line[:100] + b"\0" * 50 + line[150:]]
    for left in torn:
        Path(trail.path).write_bytes(before[:start] + left + before[start + len(left) :])
        head_file(trail).write_bytes(kept)
        fresh = AuditTrail(Path(trail.path).parent)
        assert fresh.verify() == ()
        assert add(fresh, "short") == ENTRIES + 1
        assert fresh.verify() == ()
        assert [one.detail for one in fresh.entries(limit=2)] == ["short", "n7"]


def test_a_file_cut_at_any_byte_goes_on(trail: AuditTrail) -> None:
    """What is left stays as it is; what is missing is noticed; the next entry is readable."""
    whole, kept = Path(trail.path).read_bytes().rstrip(b"\n") + b"\n", head_file(trail).read_bytes()
    for cut in range(0, len(whole) - 1, max(1, len(whole) * 2 // EXAMPLES)):
        Path(trail.path).write_bytes(whole[:cut])
        head_file(trail).write_bytes(kept)
        fresh = AuditTrail(Path(trail.path).parent)
        assert any("there were 8 entries" in one.message for one in fresh.verify())
        assert add(fresh, "next") == ENTRIES + 1
        assert Path(trail.path).read_bytes().startswith(whole[:cut])
        assert fresh.entries(limit=1)[0].detail == "next"
        assert fresh.verify()
    Path(trail.path).write_bytes(whole[:-1])  # no more than its last line break is missing
    head_file(trail).write_bytes(kept)
    fresh = AuditTrail(Path(trail.path).parent)
    assert fresh.verify() == ()
    assert add(fresh) == ENTRIES + 1
    assert fresh.verify() == ()


def test_any_byte_that_is_changed_is_found(trail: AuditTrail) -> None:
    """Anywhere in the lines, whatever it becomes; and nothing of it is raised."""
    whole = bytearray(Path(trail.path).read_bytes().rstrip(b"\n") + b"\n")
    chance = random.Random(7)
    for _ in range(2 * EXAMPLES):
        place, byte = chance.randrange(len(whole) - 1), chance.randrange(256)
        changed = bytearray(whole)
        changed[place] = byte
        Path(trail.path).write_bytes(bytes(changed) + b"\n" * 100)
        assert bool(trail.verify()) == (changed != whole), (place, byte)
        trail.entries()
        trail.head()


def test_no_more_than_twenty_findings_are_told(trail: AuditTrail) -> None:
    """A file of noise is no list of thousands."""
    Path(trail.path).write_bytes(b"noise\n{}\n" * 5000)
    assert 0 < len(trail.verify()) <= 20
