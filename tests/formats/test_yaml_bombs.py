"""Small files that would take gigabytes or minutes: refused before either is spent."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from yaml_engines import ENGINES

BOMBS: dict[str, tuple[str, str]] = {
    "brackets": ("b'[' * 100_000", "too-deep"),
    "brackets on lines": ("b'[\\n' * 100_000", "too-deep"),
    "braces": ("b'{a: ' * 100_000", "too-deep"),
    "both": ("b'[{a: ' * 50_000", "too-deep"),
    "dashes": ("b'- ' * 100_000", "too-deep"),
    "indentation": ("b''.join(b' ' * level + b'a:\\n' for level in range(2_000))", "too-deep"),
    "question marks": ("b'? ' * 100_000", "key-not-string"),
    "questions in brackets": ("b'[? ' * 100_000", "key-not-string"),
    "aliases under a name of libyaml's dislike": (
        "b'a: && [x,x,x,x,x,x,x,x,x]\\n'"
        " + b''.join(b'%c: && [%s]\\n' % (98 + n, b','.join([b'*&'] * 9)) for n in range(9))",
        "syntax",
    ),
    "keys": ("b'a: ' * 100_000", "syntax"),
    "anchors": ("b'&a ' * 100_000", "syntax"),
    "aliases, nine levels of nine": (
        "b'a: &a [x,x,x,x,x,x,x,x,x]\\n' + b''.join(b'%c: &%c [%s]\\n'"
        " % (98 + n, 98 + n, b','.join([b'*%c' % (97 + n)] * 9)) for n in range(9))",
        "too-many-values",
    ),
    "merges, 25 levels of two": (
        "b'a0: &a0 {x: 1}\\n'"
        " + b''.join(b'a%d: &a%d {<<: [*a%d,*a%d]}\\n' % (n, n, n - 1, n - 1) for n in range(1, 26))",
        "too-many-values",
    ),
    "one merge, again and again": (
        "b'a: &a {' + b','.join(b'k%d: 1' % n for n in range(1000)) + b'}\\nb: {<<: [' + b'*a,' * 20_000 + b']}'",
        "too-many-values",
    ),
    "an alias of depth": (
        "b'a0: &a0 [1]\\n' + b''.join(b'a%d: &a%d [[[[[[[[[[*a%d]]]]]]]]]]\\n' % (n, n, n - 1) for n in range(1, 50))",
        "too-deep",
    ),
    "two million list items": ("b'[' + b'0,' * 2_000_000 + b'0]'", "too-many-values"),
    "two million lines": ("b'- 0\\n' * 2_000_000", "too-many-values"),
    "a million pairs": ("b'{' + b','.join(b'a%d: 1' % n for n in range(1_000_000)) + b'}'", "too-many-values"),
    "marks": ("b'\\xef\\xbb\\xbf\\n' * 300_000 + b'a: [1'", "syntax"),
    "near anchors": ("b''.join(b'- &a%d 1\\n' % n for n in range(1000)) + b'- *b1'", "syntax"),
    "an open quote": ("b'a: \"' + b'\\\\n' * 1_000_000", "syntax"),
    "wrong lines": ("b'a: b\\n' + b' # c\\n' * 200_000 + b' d: 1\\n'", "syntax"),
}

PROGRAM = """
import json, os, resource, sys, time
from setpoint.errors import ConfigParseError
from setpoint.formats import decode

def refused(data):
    try:
        decode(data, "yaml")
    except ConfigParseError as error:
        return error.diagnostics[0].rule

refused(b"a: &a [*a]")
refused(b"[1, 2}")
told = {}
for name, source in json.load(sys.stdin).items():
    data = eval(source)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    rule = refused(data)
    took = time.process_time() - start
    told[name] = [rule, took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before]
print(json.dumps(told))
"""


@pytest.mark.parametrize("engine", ENGINES)
def test_a_bomb_is_refused_at_once(engine: str) -> None:
    """Each is refused for its reason within a second of processor time and with less than 50 MB more memory."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=json.dumps({name: source for name, (source, _) in BOMBS.items()}),
        env={**os.environ, "SETPOINT_YAML": engine},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    told = json.loads(done.stdout)
    for name, (_, rule) in BOMBS.items():
        found, seconds, kilobytes = told[name]
        assert found == rule, name
        assert seconds < 1, name
        assert kilobytes < 50_000, name
