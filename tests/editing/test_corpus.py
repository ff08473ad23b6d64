"""Files in the styles found in the wild, edited at random, and judged by what has become of them."""

from __future__ import annotations

import os
from collections import Counter
from random import Random

import pytest
from wild import KINDS, Sample, sample
from wild.edits import HOSTILE, operation
from wild.oracle import is_shared, judge, lost_comments
from wild.page import Note, Page

from setpoint.editing.apply import apply
from setpoint.editing.edit import edit
from setpoint.editing.operation import Move, Operation, Set
from setpoint.errors import EditRefusedError, SetpointError
from setpoint.formats import decode

FORMATS = ("yaml", "toml", "json", "jsonc")
FILES = int(os.environ.get("SETPOINT_EXAMPLES", "100")) // 2


def test_the_corpus_is_many_different_files() -> None:
    """A thousand seeds make a thousand well-formed files of all kinds, with comments, in many styles."""
    found = [sample(seed) for seed in range(1000)]
    for file in found:
        decode(file.data, file.format)
    assert len({file.data for file in found}) > 990
    assert {(file.genre, file.format) for file in found} == set(KINDS)
    assert sum(len(file.notes) for file in found) > 3000
    for trait in (b"\r\n", b"\xef\xbb\xbf", b"<<: *", b": >", b": |", b'"""', b'\t"', b",\n}", b"[[", b" = {", b"{ "):
        assert any(trait in file.data for file in found), trait
    assert any(not file.data.endswith(b"\n") for file in found)


@pytest.mark.parametrize("form", FORMATS)
def test_random_edits_harm_nothing(form: str) -> None:
    """Every edit means what it should, loses no comment, touches no other line, and few are refused."""
    harm = []
    counts: Counter[str] = Counter()
    for seed in range(FILES):
        file = sample(seed, form)
        tree = decode(file.data, form)
        random = Random(f"edit {seed}")
        for _ in range(3):
            one = operation(random, tree, form)
            if one is None or not makes_sense(tree, one):
                continue
            counts["all"] += 1
            try:
                after = edit(file.data, one, form)
            except EditRefusedError as error:
                assert error.diagnostics[0].line is not None
                # Comments cannot stand inside brackets on one line: those moves are refused by the rules.
                counts["refused"] += not is_shared(file, one) and not isinstance(one, Move)
                continue
            verdict = judge(file.data, after, file, [one])
            harm += [(seed, one, problem) for problem in verdict.wrong + verdict.lost]
            counts["not minimal"] += not verdict.minimal
    assert harm == []
    assert counts["refused"] <= counts["all"] * 0.005 + 1, counts
    assert counts["not minimal"] <= counts["all"] * 0.01 + 1, counts


def makes_sense(tree: object, one: Operation) -> bool:
    try:
        apply(tree, [one])  # type: ignore[arg-type]
    except SetpointError:
        return False
    return True


@pytest.mark.parametrize("form", FORMATS)
def test_hostile_text_stays_text(form: str) -> None:
    """As a value and as a key, in every place of some files, it is read back as it was given, also by YAML 1.1."""
    for number, text in enumerate(HOSTILE):
        file = sample(number, form)
        tree = decode(file.data, form)
        root = () if isinstance(tree, dict) else (0,)
        place = Set((*root, "hostile", "as value"), text)
        for operations in ([place], [Set((*root, "hostile"), {text: {"in": [text, text]}})], [place, Set(root, tree)]):
            if root and len(operations) > 1:
                continue
            after = edit(file.data, operations, form)
            verdict = judge(file.data, after, file, operations)
            assert verdict.wrong == [], (file, text)
            assert lost_comments(after, file, tree, operations[:1]) == [], (file, text)


JUDGED = b"""\
# top QX0000

a:
  x: 1  # QX0001
  y: 2
b:
  # QX0002
  z: [1, 2]
"""


@pytest.mark.parametrize(
    ("after", "problem"),
    [
        (JUDGED.replace(b"x: 1", b"x: 5"), ""),
        (JUDGED.replace(b"x: 1", b"x: 6"), "wrong"),
        (JUDGED.replace(b"x: 1", b'x: "5"'), "wrong"),
        (JUDGED.replace(b"x: 1", b"x: 5").replace(b"\n", b"\r\n"), ""),
        (b"\xef\xbb\xbf" + JUDGED.replace(b"x: 1", b"x: 5"), "wrong"),
        (JUDGED.replace(b"x: 1  # QX0001", b"x: 5"), "lost"),
        (JUDGED.replace(b"x: 1", b"x: 5").replace(b"  # QX0002\n", b""), "lost"),
        (JUDGED.replace(b"x: 1", b"x: 5  # QX0000"), "lost"),
        (JUDGED.replace(b"x: 1", b"x: 5").replace(b"[1, 2]", b"\n  - 1\n  - 2"), "more"),
        (JUDGED.replace(b"x: 1", b"x: 5").replace(b"\n\n", b"\n"), ""),
        (JUDGED.replace(b"x: 1", b"x: 5").replace(b"y: 2", b"'y': 2"), "more"),
        (JUDGED.replace(b"x: 1", b"x: 5") + b"\n" * 9, "more"),
    ],
)
def test_the_judge_sees_harm(after: bytes, problem: str) -> None:
    """Another meaning, a lost or doubled comment, and a line that had nothing to do with it are told apart."""
    notes = Page(Random(0), "#")
    notes.notes = [
        Note("QX0000", (), goes_with=False),
        Note("QX0001", ("a", "x"), goes_with=True),
        Note("QX0002", ("b", "z"), goes_with=True),
    ]
    verdict = judge(JUDGED, after, Sample(0, "made up", "yaml", JUDGED, notes), [Set("a.x", 5)])
    found = "wrong" if verdict.wrong else "lost" if verdict.lost else "" if verdict.minimal else "more"
    assert found == problem
