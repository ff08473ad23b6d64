"""Random texts: every engine comes to the same verdict and the same tree, and nothing but our own error comes out."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given
from yaml_engines import ENGINES, decode_with, typed
from yaml_texts import texts, written_trees

from setpoint.errors import ConfigParseError
from setpoint.formats import locate


def verdict(engine: str, text: str) -> Any:
    """Return the tree with its types and its warnings, or the findings of the refusal."""
    warnings: list[Any] = []
    try:
        tree = typed(decode_with(engine, text, warnings=warnings))
    except ConfigParseError as error:
        for found in error.diagnostics:
            assert found.line is not None
            assert 1 <= found.line <= text.count("\n") + text.count("\r") + 1
            assert found.column is not None
            assert found.column >= 1
            assert found.message
        return [found.to_dict() for found in error.diagnostics]
    return tree, [found.to_dict() for found in warnings]


@given(texts)
@example("a:\nb:1\n")
@example("- a: 1\n b: 2\n")
@example("-  x\n  ? y\n")
@example("- .5\n- 'x' # c\n    v\n")
@example("a: ? b\n")
@example(">\n#text\n")
@example("{a: b: c}")
@example("a: [\n1\n]\n")
@example('a: "x\ny"\n')
@example("a: |\n \tx")
@example("# c\n\ufeffa: 1\nb: 2")
@example("a: 1\x85b: 2\n")
def test_all_engines_agree_about_any_text(text: str) -> None:
    """Tree, order of keys, warnings and findings are the same; what is accepted has places."""
    first = verdict(ENGINES[0], text)
    for engine in ENGINES[1:]:
        assert verdict(engine, text) == first
    if isinstance(first, tuple):
        locate(text.encode(), "yaml")


@given(written_trees())
def test_all_engines_agree_about_what_is_written_well(text: str) -> None:
    """Texts as tools and odd people write them are accepted, and have the same tree everywhere."""
    first = verdict(ENGINES[0], text)
    assert isinstance(first, tuple), first
    for engine in ENGINES[1:]:
        assert verdict(engine, text) == first
