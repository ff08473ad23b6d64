"""Replaced values of TOML texts, byte by byte."""

from __future__ import annotations

import pytest
from toml_case import changed

from setpoint.editing.change import Replace

# what it is about, the text, the change, the text afterwards
CASES = [
    ("an integer", "a = 1 # one\n", Replace(("a",), 2), "a = 2 # one\n"),
    ("aligned", "a    = 1   # one\nlong = 2\n", Replace(("a",), 33), "a    = 33   # one\nlong = 2\n"),
    ("no blanks", "a=1#x\n", Replace(("a",), "b"), 'a="b"#x\n'),
    ("no final line break", "a = 1", Replace(("a",), 2), "a = 2"),
    ("windows line breaks", "a = 1\r\nb = 2\r\n", Replace(("b",), 3), "a = 1\r\nb = 3\r\n"),
    ("hexadecimal becomes decimal", "a = 0xFF\n", Replace(("a",), 16), "a = 16\n"),
    ("grouped digits stay grouped", "a = 1_000\n", Replace(("a",), 20000), "a = 20_000\n"),
    ("odd groups do not", "a = 1_0\n", Replace(("a",), 20000), "a = 20000\n"),
    ("a float stays one", "a = 1.5\n", Replace(("a",), 2.0), "a = 2.0\n"),
    ("an integer becomes a float", "a = 1\n", Replace(("a",), 1.0), "a = 1.0\n"),
    ("a large float", "a = 1\n", Replace(("a",), 1e22), "a = 1e+22\n"),
    ("negative zero", "a = 0.0\n", Replace(("a",), -0.0), "a = -0.0\n"),
    ("a truth value", "a = true\n", Replace(("a",), False), "a = false\n"),
    ("the largest integer", "a = 1\n", Replace(("a",), 18446744073709551615), "a = 18446744073709551615\n"),
    ("double quotes stay", 'a = "x" # y\n', Replace(("a",), "it's"), 'a = "it\'s" # y\n'),
    ("single quotes stay", "a = 'x'\n", Replace(("a",), "back\\slash"), "a = 'back\\slash'\n"),
    ("single quotes give way", "a = 'x'\n", Replace(("a",), "it's"), 'a = "it\'s"\n'),
    ("single quotes cannot hold a line break", "a = 'x'\n", Replace(("a",), "a\nb"), 'a = "a\\nb"\n'),
    ("a long string stays long", 'a = """\nx\n"""\n', Replace(("a",), "one\ntwo\n"), 'a = """\none\ntwo\n"""\n'),
    ("a long string on one line", 'a = """x"""\n', Replace(("a",), "y"), 'a = """y"""\n'),
    (
        "a long string with quotes",
        'a = """x"""\n',
        Replace(("a",), 'say ""","" and "'),
        'a = """say \\""","" and \\""""\n',
    ),
    ("a long string that starts with a line break", 'a = """x"""\n', Replace(("a",), "\ny"), 'a = """\n\ny"""\n'),
    ("a long literal stays", "a = '''\nx\n'''\n", Replace(("a",), 'C:\\new\n"q"\n'), "a = '''\nC:\\new\n\"q\"\n'''\n"),
    (
        "a long literal gives way",
        "a = '''\nx\n'''\n",
        Replace(("a",), "three ''' quotes\n"),
        'a = """\nthree \'\'\' quotes\n"""\n',
    ),
    ("a long literal gives way to a tail", "a = '''x'''\n", Replace(("a",), "tail'"), 'a = "tail\'"\n'),
    ("joined lines go", 'a = """\\\n  one \\\n  two"""\n', Replace(("a",), "three"), 'a = """three"""\n'),
    ("a carriage return is escaped", 'a = """x"""\r\n', Replace(("a",), "a\r\nb"), 'a = """a\\r\r\nb"""\r\n'),
    (
        "control characters",
        'a = "x"\n',
        Replace(("a",), "\x00\x1f\x7f\x85\u2028\u2029\ufeff\t"),
        'a = "\\u0000\\u001f\\u007f\\u0085\\u2028\\u2029\\ufeff\\t"\n',
    ),
    ("letters stay as they are", 'a = "x"\n', Replace(("a",), "é😀"), 'a = "é😀"\n'),
    ("empty text", "a = 'x'\n", Replace(("a",), ""), "a = ''\n"),
    ("text that looks like a number", "a = 1\n", Replace(("a",), "1"), 'a = "1"\n'),
    (
        "text that looks like a header",
        'a = "x"\n',
        Replace(("a",), "]\n[b]\nc = 1 # no"),
        'a = "]\\n[b]\\nc = 1 # no"\n',
    ),
    ("a date stays a date", "a = 2020-01-01\n", Replace(("a",), "2021-12-31"), "a = 2021-12-31\n"),
    (
        "a date becomes a moment",
        "a = 2020-01-01 # d\n",
        Replace(("a",), "2021-12-31T10:00:00Z"),
        "a = 2021-12-31T10:00:00Z # d\n",
    ),
    (
        "a moment with an offset",
        "a = 1979-05-27T00:32:00-07:00\n",
        Replace(("a",), "1979-05-27T00:32:00.5+01:00"),
        "a = 1979-05-27T00:32:00.5+01:00\n",
    ),
    (
        "a blank between date and time stays",
        "a = 1979-05-27 07:32:00\n",
        Replace(("a",), "1980-01-01T00:00:00"),
        "a = 1980-01-01 00:00:00\n",
    ),
    ("a time", "a = 07:32:00\n", Replace(("a",), "08:00:00.25"), "a = 08:00:00.25\n"),
    ("no such date", "a = 2020-01-01\n", Replace(("a",), "2020-02-30"), 'a = "2020-02-30"\n'),
    (
        "a date that would read differently",
        "a = 2020-01-01\n",
        Replace(("a",), "2020-01-01 10:00:00"),
        'a = "2020-01-01 10:00:00"\n',
    ),
    (
        "UTC that would read differently",
        "a = 2020-01-01T10:00:00Z\n",
        Replace(("a",), "2020-01-01T10:00:00+00:00"),
        'a = "2020-01-01T10:00:00+00:00"\n',
    ),
    ("a date becomes other text", "a = 2020-01-01\n", Replace(("a",), "soon"), 'a = "soon"\n'),
    ("quoted text stays quoted", 'a = "x"\n', Replace(("a",), "2020-01-01"), 'a = "2020-01-01"\n'),
    ("a number becomes text that looks like a date", "a = 1\n", Replace(("a",), "2020-01-01"), 'a = "2020-01-01"\n'),
    (
        "text where there was none, quoted like the neighbours",
        "a = 1\nb = 'x'\n",
        Replace(("a",), "y"),
        "a = 'y'\nb = 'x'\n",
    ),
    ("a single value becomes an array", "a = 1\n", Replace(("a",), [1, "x", [True]]), 'a = [1, "x", [true]]\n'),
    (
        "a single value becomes a table",
        "a = 1\n[b]\n",
        Replace(("a",), {"x": 1, "y z": {}}),
        'a = { x = 1, "y z" = {} }\n[b]\n',
    ),
    (
        "an array in the style of the file",
        "a = 1\nb = [ 1, 2 ]\n",
        Replace(("a",), [1, 2]),
        "a = [ 1, 2 ]\nb = [ 1, 2 ]\n",
    ),
    (
        "a table in the style of the file",
        "a = 1\nb = {x = 1}\n",
        Replace(("a",), {"y": 2}),
        "a = {y = 2}\nb = {x = 1}\n",
    ),
    ("an array becomes single", "a = [\n  1, # gone\n]\n", Replace(("a",), 5), "a = 5\n"),
    (
        "an array over lines stays so",
        "a = [\n  1,\n  2\n]\n",
        Replace(("a",), [3, 4, 5]),
        "a = [\n  3,\n  4,\n  5\n]\n",
    ),
    ("an array over lines with a last comma", "a = [\n\t1,\n]\n", Replace(("a",), [3, 4]), "a = [\n\t3,\n\t4,\n]\n"),
    ("an array over lines becomes empty", "a = [\n  1,\n]\n", Replace(("a",), []), "a = []\n"),
    ("an item", "a = [1, 2, 3]\n", Replace(("a", 1), "x"), 'a = [1, "x", 3]\n'),
    ("an item with a comment", "a = [\n  1, # one\n]\n", Replace(("a", 0), 2), "a = [\n  2, # one\n]\n"),
    ("an item of an item", "a = [[1], [2, 3]]\n", Replace(("a", 1, 0), 9), "a = [[1], [9, 3]]\n"),
    (
        "an entry of an inline table",
        "a = { x = 1, y = 2 }\n",
        Replace(("a", "x"), {"z": [1]}),
        "a = { x = { z = [1] }, y = 2 }\n",
    ),
    ("a dotted key", "a.b.c = 1\n", Replace(("a", "b", "c"), 2), "a.b.c = 2\n"),
    ("a dotted table", "a.b = 1\nx = 0\na.c = 2\n", Replace(("a",), 3), "a = 3\nx = 0\n"),
    (
        "a dotted table by another",
        "a.b = 1\nx = 0\na.c = 2\n",
        Replace(("a",), {"d": {"e": 1}, "f": {}}),
        "a.d.e = 1\na.f = {}\nx = 0\n",
    ),
    ("a dotted table by none", "a.b = 1\na.c = 2\n", Replace(("a",), {}), "a = {}\n"),
    (
        "a dotted table inside an inline one",
        "t = {a.b = 1, x = 2, a.c = 3}\n",
        Replace(("t", "a"), 4),
        "t = {a = 4, x = 2}\n",
    ),
    (
        "a table becomes single",
        "x = 1\n\n# about a\n[a] # beside\nb = 2 # gone\n\n[c]\n",
        Replace(("a",), 5),
        "x = 1\n# about a\na = 5 # beside\n\n[c]\n",
    ),
    (
        "a table becomes single and comes before others",
        "x = 1\n\n[a]\n\n[b]\ny = 1\n",
        Replace(("b",), 5),
        "x = 1\nb = 5\n\n[a]\n",
    ),
    (
        "a table below becomes single",
        "[a]\nx = 1\n\n[a.b]\ny = 2\n\n[c]\n",
        Replace(("a", "b"), 5),
        "[a]\nx = 1\nb = 5\n\n[c]\n",
    ),
    (
        "a table of an implied one becomes single",
        "[a.b]\ny = 2\n\n[c]\n",
        Replace(("a", "b"), 5),
        "[a]\nb = 5\n\n[c]\n",
    ),
    (
        "a table by another",
        "# c\n[a] # beside\nx = 1\n[a.b]\ny = 2\n\n[d]\n",
        Replace(("a",), {"z": 1, "t": {"u": 2}}),
        "# c\n[a] # beside\nz = 1\n\n[a.t]\nu = 2\n\n[d]\n",
    ),
    ("a table becomes empty", "[a]\nx = 1\n[a.b]\ny = 2\n", Replace(("a",), {}), "[a]\n"),
    (
        "scattered tables by another",
        "[a.b]\nx = 1\n[c]\n[a.d]\ny = 2\n",
        Replace(("a",), {"z": 1}),
        "[a]\nz = 1\n[c]\n",
    ),
    (
        "a list of tables by another",
        "[[a]]\nx = 1\n\n[[a]]\nx = 2\n\n[b]\n",
        Replace(("a",), [{"y": 1}, {"z": 2}]),
        "[[a]]\ny = 1\n\n[[a]]\nz = 2\n\n[b]\n",
    ),
    ("a list of tables becomes empty", "k = 1\n\n[[a]]\nx = 1\n", Replace(("a",), []), "k = 1\na = []\n"),
    (
        "a list of tables becomes mixed",
        "k = 1\n\n[[a]]\nx = 1\n\n[b]\n",
        Replace(("a",), [{"y": 1}, 2]),
        "k = 1\na = [{ y = 1 }, 2]\n\n[b]\n",
    ),
    (
        "an element",
        "[[a]]\nx = 1\n\n[[a]] # two\nx = 2\n[a.b]\ny = 1\n",
        Replace(("a", 1), {"z": 1}),
        "[[a]]\nx = 1\n\n[[a]] # two\nz = 1\n",
    ),
    ("a table becomes a list", "[a]\nx = 1\n", Replace(("a",), [{"y": 1}, {"z": 2}]), "[[a]]\ny = 1\n\n[[a]]\nz = 2\n"),
    (
        "the whole document",
        "# the file\n\na = 1 # gone\n[b]\nc = 1\n",
        Replace((), {"x": {"y": 1}, "z": 2, "t": {"u": [{"v": 1}]}}),
        "# the file\n\nx = { y = 1 }\nz = 2\n[[t.u]]\nv = 1\n",
    ),
    ("the whole document becomes empty", "# the file\na = 1\n", Replace((), {}), "# the file\n"),
]


@pytest.mark.parametrize(("text", "change", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_replace(text: str, change: Replace, expected: str) -> None:
    """A value becomes another, and nothing around it changes."""
    assert changed(text, change) == expected
