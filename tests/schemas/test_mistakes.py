"""One mistake in a right document is refused at its place, and nothing else is."""

from __future__ import annotations

import copy
import json
from typing import Any

import gallery
import pytest

from setpoint.address import parse


def mistakes() -> list[tuple[str, str, str]]:
    """The lines of mistakes.txt: schema, change, finding."""
    found = []
    label = ""
    for line in (gallery.HERE / "mistakes.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            label = line.strip("[]")
        elif line and not line.startswith("#"):
            change, finding = line.split(" => ")
            found.append((label, change, finding))
    return found


def change(tree: Any, text: str) -> None:
    """Make one change to a tree: ``ADDRESS = JSON``, ``ADDRESS gone`` or ``ADDRESS named NAME``."""
    address, verb, rest = (*text.split(" ", 2), "")[:3]
    *outer, last = parse(address)
    holder = tree
    for part in outer:
        holder = holder[int(part) if isinstance(holder, list) else part]
    key = int(last) if isinstance(holder, list) else last
    if verb == "=":
        holder[key] = json.loads(rest)
    elif verb == "gone":
        del holder[key]
    else:
        assert verb == "named"
        holder[rest] = holder.pop(key)


@pytest.mark.parametrize(
    ("label", "text", "finding"), mistakes(), ids=lambda text: text.encode("unicode_escape").decode()
)
def test_a_single_mistake_is_refused_at_its_place(label: str, text: str, finding: str) -> None:
    """The schema finds one fault, of the right kind and at the place of the mistake."""
    tree = copy.deepcopy(gallery.FULLEST[label])
    change(tree, text)
    keyword, place = finding.split(" at ")
    assert gallery.faults(label, tree) == {(place.strip('"'), keyword)}


def test_the_table_is_large_enough_and_covers_every_schema() -> None:
    """There are at least sixty different mistakes, some for each schema."""
    table = mistakes()
    assert len(set(table)) == len(table) >= 60
    assert {label for label, _, _ in table} == set(gallery.SCHEMAS)
