"""Comments and the keys they belong to."""

from __future__ import annotations

import pytest

from setpoint.formats import decode
from setpoint.inference.key_comments import key_comments
from setpoint.inference.sample import Sample

YAML = """\
# Written by hand.
first: 0

# Far away.

# How much
# is kept.
queue:  # shared by all
  # Raised in March.
  max_size: 5   # messages
  text: |
    # no comment
    x
  list: [1, 2]   # both
  wrapped: [1,   # the first
            2]
    # indented otherwise
  last: "a # no comment"
hosts:
  # The main one.
  - name: a   # alpha
map: {a: 1, b: 2}  # whole line
"""

TOML = """\
# Written by hand.
first = 0

# How much.
[queue] # shared
max_size = 5 # messages
  # indented otherwise
text = "# no comment"

# Where it runs.
[[hosts]]
# The main one.
name = "a"

[dotted]
# Deep.
a.b = 1
"""

JSONC = """\
// Written by hand.
{
  // How much.
  "queue": { // shared
    "size": 5, // messages
    "a": 1, /* of a? */ "b": 2,
    /* many
     * lines */
    "text": "// no comment"
  }, // the end

  // Alone.

  "last": [1, // one
    2]
}
"""


def test_yaml_comments_go_to_their_keys() -> None:
    """Above, beside, not in lists, not the file's own, not what is inside a text."""
    assert key_comments(YAML.encode(), "yaml") == {
        ("queue",): [["# How much", "# is kept."], ["# shared by all"]],
        ("queue", "max_size"): [["# Raised in March."], ["# messages"]],
        ("queue", "list"): [[], ["# both"]],
        ("map",): [[], ["# whole line"]],
    }


def test_toml_comments_go_to_their_keys() -> None:
    """Of tables and pairs; what is said in an array of tables is said of one of them."""
    assert key_comments(TOML.encode(), "toml") == {
        ("queue",): [["# How much."], ["# shared"]],
        ("queue", "max_size"): [[], ["# messages"]],
        ("dotted", "a", "b"): [["# Deep."], []],
    }


def test_jsonc_comments_go_to_their_keys() -> None:
    """A comment with something behind it in its line belongs to nobody that can be told."""
    assert key_comments(JSONC.encode(), "jsonc") == {
        ("queue",): [["// How much."], ["// shared"]],
        ("queue", "size"): [[], ["// messages"]],
        ("queue", "text"): [["/* many", "     * lines */"], []],
    }


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_other_line_ends_change_nothing(end: str) -> None:
    """In the formats that have them."""
    data = YAML.replace("\n", end).encode()
    assert key_comments(data, "yaml") == key_comments(YAML.encode(), "yaml")


def test_json_has_no_comments() -> None:
    """And is not searched for any."""
    assert key_comments(b'{"a": "# x // y"}', "json") == {}


def test_an_entry_read_twice_keeps_the_comment_where_it_is_written() -> None:
    """A YAML alias repeats the value, not what is said of it."""
    data = b"a: &x\n  # Deep.\n  b: 1\nc: *x\n"
    assert key_comments(data, "yaml") == {("a", "b"): [["# Deep."], []]}


def notes(text: str, format_name: str = "yaml") -> dict[tuple[str, ...], str]:
    data = text.encode()
    return Sample(decode(data, format_name), (), [(data, format_name)]).notes


def test_descriptions_are_plain_sentences() -> None:
    """Marks and drawn lines are left out; long ones are cut."""
    assert notes("x: 1\n# ------\n# How  many\n#   wait\n# ======\na: 1 #! now\n") == {("a",): "How many wait. now"}
    assert notes(JSONC, "jsonc")["queue", "text"] == "many lines"
    long = notes(f"x: 1\n# {'word ' * 200}\na: 1\n")[("a",)]
    assert len(long) <= 400
    assert long.endswith("word …")


def test_a_comment_with_a_secret_is_left_out() -> None:
    """One that holds a secret of the file, one that looks as if it did; and others stay."""
    found = notes(
        "password: hunter2\n"
        "# It was hunter2 before.\na: 1\n"
        "# api_key: abc\nb: 1\n"
        "c: 1  # see https://me:word@example.org\n"
        "# Fine.\nd: 1\n"
    )
    assert found == {("d",): "Fine."}


def test_a_comment_that_could_act_on_a_terminal_is_left_out() -> None:
    """A description is printable text."""
    assert notes("x: 1\n# a \u202e b\na: 1\n") == {}
