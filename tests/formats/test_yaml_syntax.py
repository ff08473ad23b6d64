"""Errors of syntax, each explained in words that help to repair the text."""

from __future__ import annotations

import pytest
from yaml_engines import ENGINES, refusal

from setpoint.formats.yaml_events import pure_parser

# the text with the place to be shown after ‹, and words of the message and the suggestion
BROKEN: list[tuple[str, list[str]]] = [
    ("‹\ta: b\n", ["tab"]),
    ("a:\n‹\tb: 1\n", ["tab"]),
    ("a: ‹'x\nb: 1\n", ["never closed", "'"]),
    ('a: ‹"x\n\nb: 1\n', ["never closed", '"']),
    ('a: ‹"x\n---\ny"\n', ["closed before the document ends"]),
    ('a: "b‹\\d"\n', ["backslash", "single quotes"]),
    ('a: "‹\\u12"\n', ["hexadecimal"]),
    ('a: "‹\\U00110000"\n', ["a character that exists"]),
    ("a: b‹: c\n", ["second ': '", "quotes"]),
    ("url: http://x‹: 80\n", ["second ': '"]),
    ("a: 1\nkey‹:value\n", ["blank", "'key'"]),
    ("key‹:value\nb: 2\n", ["blank", "'key'"]),
    ("a:\nb‹:1\n", ["blank", "'b'"]),
    ("a: 1\n‹b\n", ["key: value"]),
    ("a: x\n‹y\n", ["key: value"]),
    ("a: 1\n ‹b: 2\n", ["deeper", "line 1"]),
    ("a:\n  b: 1\n ‹c: 2\n", ["line 1", "indentation"]),
    ("- a: 1\n ‹b: 2\n", ["line 1", "indentation"]),
    ("-  a: 1\n  ‹b: 2\n", ["line 1", "indentation"]),
    (" a: 1\n‹b: 2\n", ["indentation"]),
    ("a:\n - b\n‹- c\n", ["list item", "line 1"]),
    ("a: ‹- b\n", ["next line"]),
    ("--- a‹: 1\n", ["'---'"]),
    ("a: ‹@b\n", ["'@'", "quotes"]),
    ("a: ‹`b\n", ["'`'", "quotes"]),
    ("a: ‹%b\n", ["'%'", "quotes"]),
    ("a: ‹*b*\n", ["'*'", "quotes"]),
    ("a: ‹& b\n", ["'&'", "quotes"]),
    ("a: [1, 2\n‹b: 1\n", ["'['"]),
    ("a: ‹{b: 1\n", ["never closed", "'}'"]),
    ("a: [1, 2‹}\n", ["'}'", "'['"]),
    ("a: [1,‹,2]\n", ["nothing before this ','"]),
    ("a: [‹- 1]\n", ["brackets"]),
    ("a: {b: c‹: d}\n", ["second ': '"]),
    ("{a‹:}\n", ["blank"]),
    ("{a\n‹: 1}\n", ["line of its key"]),
    ("[$‹{a}]\n", ["','", "quotes"]),
    ('a: "b" ‹c\n', ["closing quote"]),
    ("a: 'it'‹s'\n", ["closing quote", "''"]),
    ("a: [b] ‹c\n", ["closing bracket"]),
    ("a: {b: 1}‹}\n", ["closes nothing"]),
    ('"a"‹:1\n', ["blank"]),
    ("a: |‹x\n  b\n", ["'|'"]),
    ("a: |\n  b\n ‹c\n", ["indentation"]),
    ("‹%a: b\n", ["'%'"]),
]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("marked", "words"), BROKEN)
def test_broken_syntax_is_explained_at_its_place(engine: str, marked: str, words: list[str]) -> None:
    """The finding stands where the eye must go, and its words name what is missing or too much."""
    text = marked.replace("‹", "")
    start = marked.index("‹")
    found = refusal(engine, text)[-1]
    assert found.rule == "syntax"
    said = f"{found.message} ({found.suggestion})"
    for word in words:
        assert word in said, said
    line = marked[:start].count("\n") + 1
    assert (found.line, found.column) == (line, start - (marked.rfind("\n", 0, start) + 1) + 1), said


def test_the_parser_in_python_is_explained_too() -> None:
    """Without libyaml the other parser of PyYAML is used; each broken text is refused with a place by it as well."""
    from setpoint.budget import DEFAULT_BUDGET
    from setpoint.errors import ConfigParseError
    from setpoint.formats.yaml_builder import build
    from setpoint.formats.yaml_source import Source

    for marked, _ in BROKEN:
        text = marked.replace("‹", "")
        if text == "{a:}\n":  # it reads this, as YAML 1.2 does
            continue
        with pytest.raises(ConfigParseError) as caught:
            build(Source(text), DEFAULT_BUDGET, lambda _warning: None, pure_parser)
        assert caught.value.diagnostics[0].line is not None, text


def test_the_parser_in_python_reads_the_same() -> None:
    """The values of a document with every kind of node do not depend on which of PyYAML's parsers read it."""
    from setpoint.budget import DEFAULT_BUDGET
    from setpoint.formats.yaml_builder import build
    from setpoint.formats.yaml_events import parser
    from setpoint.formats.yaml_source import Source

    text = (
        "a: &x {b: [1, '2', \"3\\n\"], ? c : ~}\nd:\n- *x\n- <<: *x\n  e: |\n    t\n     u\nf: >-\n  v\n  w\n"
        "g: 012\né: x\u2028y\n"
    )
    trees, warned = [], []
    for parse in (parser, pure_parser):
        found: list[object] = []
        trees.append(build(Source(text), DEFAULT_BUDGET, found.append, parse))
        warned.append([str(one) for one in found])
    assert trees[0] == trees[1]
    assert warned[0] == warned[1]
    assert len(warned[0]) == 1
