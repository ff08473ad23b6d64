"""One change of a JSON or JSONC text, checked as the guard of an edit checks it."""

from __future__ import annotations

import copy
from collections import Counter
from typing import TYPE_CHECKING, Any

from setpoint.editing.change import Insert, Remove, Rename, Replace
from setpoint.editing.json import read
from setpoint.errors import ConfigParseError
from setpoint.formats import decode

if TYPE_CHECKING:
    from setpoint.editing.change import Change
    from setpoint.editing.splice import Splice

STD = """\
{
  "a": 1,
  "b": {
    "x": true
  },
  "c": [1, 2, 3]
}
"""

NOTES = """\
// file
{
  // about a
  "a": 1, // beside a

  /* about b,
     two lines */
  "b": 2 /* in b */, // beside b
  // loose

  // about c
  "c": {
    // about x
    "x": 1 // beside x
    // after x
  }, // beside c
  "d": [
    1, // one
    2 // two
  ]
  // the end
}
"""

WRAP = """\
[
  1, 2, 3,
  4, 5, 6,
  7
]
"""

HUG = """\
[{
  "x": 1
}, {
  "x": 2
}]
"""

LEAD = """\
{
    "a": 1
  , "b": 2 // b
  , "c": 3
}
"""

TRAIL = """\
{
  "a": 1,
  "b": [
    1,
  ],
  "c": [1, 2,],
}
"""

EMPTY = """\
{
  "a": {},
  "b": [],
  "c": { // nothing
  },
  "d": [
  ],
  "e": { /* none */ }
}
"""

FORCE = """\
{
  // why
  "a": 1, // because
  "b": {"x": 1},
  "c": [1, 2],
  "d": {}
}"""

MIX = """\
{"a": 1, // why
  "b": 2}"""

BLANK = """\
{

  "a": 1,

  "b": 2,

  "c": 3

}
"""


def intended(tree: Any, change: Change) -> Any:
    """The tree with the change made."""
    tree = copy.deepcopy(tree)
    if isinstance(change, Replace):
        if not change.parts:
            return copy.deepcopy(change.value)
        reach(tree, change.parts[:-1])[change.parts[-1]] = copy.deepcopy(change.value)
    elif isinstance(change, Insert):
        put(reach(tree, change.parts), change.position, change.key, copy.deepcopy(change.value))
    elif isinstance(change, Remove):
        del reach(tree, change.parts[:-1])[change.parts[-1]]
    elif isinstance(change, Rename):
        holder = reach(tree, change.parts[:-1])
        position = list(holder).index(change.parts[-1])
        put(holder, position, change.key, holder.pop(change.parts[-1]))
    else:
        value = reach(tree, change.parts[:-1]).pop(change.parts[-1])
        put(reach(tree, change.to), change.position, change.key, value)
    return tree


def reach(tree: Any, parts: tuple[str | int, ...]) -> Any:
    for part in parts:
        tree = tree[part]
    return tree


def put(holder: Any, position: int, key: str | None, value: Any) -> None:
    if key is None:
        holder.insert(position, value)
        return
    items = list(holder.items())
    items.insert(position, (key, value))
    holder.clear()
    holder.update(items)


def applied(text: str, splices: list[Splice]) -> str:
    """The text with the splices made, new line breaks as the file has them."""
    newline = "\r\n" if "\r\n" in text else "\r" if "\r" in text and "\n" not in text else "\n"
    pieces, done = [], 0
    for splice in splices:
        assert done <= splice.start <= splice.end <= len(text), splices
        pieces += [text[done : splice.start], splice.text.replace("\r\n", "\n").replace("\n", newline)]
        done = splice.end
    return "".join([*pieces, text[done:]])


def exact(tree: Any) -> str:
    """A tree as text that tells 1 from 1.0 and from true, and keeps the order of keys."""
    return repr(tree)


def change_text(text: str, change: Change, format_name: str = "jsonc") -> str:
    """Return the text with one change made, having checked the tree, the comments, and what was dropped."""
    tree = decode(text.encode(), format_name)
    source = read(text, tree)
    splices = source.splices(change)
    after = applied(text, splices)
    assert exact(decode(after.encode(), format_name)) == exact(intended(tree, change)), after
    dropped = Counter(name for splice in splices for name in splice.dropped)
    census = read(after, None).census()
    assert Counter(census) == Counter(source.census()) - dropped, after
    assert not dropped - Counter(source.census())
    return after


def check(text: str, change: Change, expected: str) -> None:
    """Assert what comes out, as JSONC and, where there are neither comments nor trailing commas, as JSON."""
    assert change_text(text, change, "jsonc") == expected
    try:
        decode(text.encode(), "json")
    except ConfigParseError:
        return
    assert change_text(text, change, "json") == expected


def named(cases: list[tuple[Any, ...]]) -> dict[str, Any]:
    """The arguments of ``parametrize`` for cases that begin with their names."""
    return {"argvalues": [case[1:] for case in cases], "ids": [case[0] for case in cases]}


def swapped(text: str, *pairs: tuple[str, str]) -> str:
    """The text with new pieces in place of old ones, each of which is there once."""
    for old, new in pairs:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return text
