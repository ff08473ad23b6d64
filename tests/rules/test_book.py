"""Checks over several documents."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from setpoint.config import Config
from setpoint.diagnostic import Diagnostic
from setpoint.errors import UsageError
from setpoint.rules.book import RuleBook
from setpoint.rules.builtin import agents_have_coordinates

ONE, TWO = Config({"n": 1}), Config({"n": 2})


def test_a_rule_is_given_its_documents_in_the_order_it_named_them() -> None:
    """And what it finds is about the first of them unless it says otherwise."""
    book = RuleBook()

    def differ(two: Config, one: Config) -> Iterator[Diagnostic]:
        yield Diagnostic("differ", f"{two.n} is not {one.n}", path="/n")
        yield Diagnostic("differ", "the other", path="/n", document="one")

    book.add(("two", "one"), differ)
    found = list(book.findings({"one": ONE, "two": TWO}))
    assert [(finding.document, finding.message) for finding in found] == [("two", "2 is not 1"), ("one", "the other")]


def test_a_rule_waits_until_all_its_documents_are_there() -> None:
    """A missing or invalid document keeps a rule from running, not the others."""
    book = RuleBook()
    book.add(("one", "gone"), lambda *_: [Diagnostic("x", "never")])
    book.add(("one",), lambda _: [Diagnostic("x", "always")])
    assert [finding.message for finding in book.findings({"one": ONE})] == ["always"]


def test_a_rule_that_fails_is_named() -> None:
    """Whatever it raises, yields or speaks about wrongly is an error of ours with its name."""
    for function, message in (
        (lambda _: 1 / 0, "lambda.* failed: ZeroDivisionError"),
        (lambda _: ["text"], "yielded a str"),
        (lambda _: [Diagnostic("x", "y", document="other")], "speaks about 'other'"),
        (
            lambda _: [Diagnostic("x", "y", path="queue.size")],
            "the path 'queue.size'; a path is a JSON Pointer",
        ),
        (lambda one, two: [], "failed: TypeError"),
    ):
        book = RuleBook()
        book.add(("one",), function)  # type: ignore[arg-type]
        with pytest.raises(UsageError, match=message):
            list(book.findings({"one": ONE}))
    with pytest.raises(UsageError, match="names the documents"):
        RuleBook().add((), list)


COORDINATES = Config({"agents": {"Agent-1": {}, "Agent-2": {}}})


@pytest.mark.parametrize(
    ("agents", "places"),
    [
        ({"aliases": {"Agent-1": [], "Agent-2": []}}, []),
        ({"aliases": {"Agent-1": [], "Agent-3": []}}, [("/agents/aliases/Agent-3", "key", "add agents.Agent-3")]),
        ({"aliases": {"Agnet-1": []}}, [("/agents/aliases/Agnet-1", "key", "did you mean 'Agent-1'?")]),
        ({"names": ["Agent-1", "Agent-9"]}, [("/agents/names/1", "value", "add agents.Agent-9")]),
        ({"names": "Agent-9", "aliases": ["Agent-9"]}, []),
        ("nothing", []),
    ],
)
def test_an_agent_that_coordinates_does_not_know_is_a_warning(
    agents: object, places: list[tuple[str, str, str]]
) -> None:
    """At its key or list item, in both shapes of unified_config."""
    found = list(agents_have_coordinates(Config({"agents": agents}), COORDINATES))
    assert [(finding.path, finding.at) for finding in found] == [place[:2] for place in places]
    for finding, place in zip(found, places, strict=True):
        assert finding.severity == "warning"
        assert place[2] in (finding.suggestion or "")


def test_documents_of_other_shapes_are_left_alone() -> None:
    """The rule does not fall over documents that are nothing like the built-in kinds."""
    assert list(agents_have_coordinates(Config({}), Config({}))) == []
    assert list(agents_have_coordinates(Config({"agents": {"names": ["x"]}}), Config({"agents": [1]}))) == []
