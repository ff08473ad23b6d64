"""The graph of versions: paths, their determinism, and errors that draw it."""

from __future__ import annotations

import random
import re
from itertools import pairwise

import pytest

from setpoint.errors import MigrationError, UsageError
from setpoint.migration.graph import Graph
from setpoint.migration.migration import Migration
from setpoint.migration.rename import Rename


def order(version: str) -> tuple[tuple[int, ...], bool, str]:
    """Versions as numbers; a trailing zero says nothing; a beta comes before its release."""
    release, _, beta = version.partition("-")
    numbers = [int(part) for part in release.split(".")]
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers), not beta, beta


def edge(start: str, end: str, back: bool = True, file: str | None = None) -> Migration:
    if back:
        return Migration("doc", start, end, [Rename("a", "b")], file=file)
    return Migration("doc", start, end, up=dict, file=file)


def chain(*versions: str, back: bool = True) -> list[Migration]:
    return [edge(start, end, back) for start, end in pairwise(versions)]


def ends(graph: Graph, start: str, end: str) -> list[str]:
    """The versions on the way, the first one left out."""
    return [hop.to_version for hop in graph.path(start, end)]


def test_the_way_leads_over_several_hops_up_and_down() -> None:
    """Up in order, down in the opposite one, and nowhere when it is there already."""
    graph = Graph(chain("1.0", "2.0", "2.1"), order)
    assert ends(graph, "1.0", "2.1") == ["2.0", "2.1"]
    assert ends(graph, "2.1", "1.0") == ["2.0", "1.0"]
    assert [hop.forward for hop in graph.path("2.1", "1.0")] == [False, False]
    assert graph.path("2.0", "2.0") == []
    assert graph.versions == ("1.0", "2.0", "2.1")
    assert graph.newest == "2.1"
    assert [str(hop) for hop in graph.pending("2.0")] == ["doc 2.0 -> 2.1"]
    assert graph.pending("2.1") == []


def test_the_shortest_way_counts_and_then_the_earliest_version() -> None:
    """A short cut is taken; of two ways of the same length, the one through the version that comes first."""
    edges = [*chain("1", "2", "3", "4"), edge("1", "3"), edge("1", "2.5"), edge("2.5", "4"), edge("1", "2.10")]
    edges.append(edge("2.10", "4"))
    for seed in range(20):
        random.Random(seed).shuffle(edges)
        assert ends(Graph(edges, order), "1", "4") == ["2.5", "4"]
        assert ends(Graph(edges, order), "4", "1") == ["2.5", "1"]
        assert ends(Graph(edges), "1", "4") == ["2.10", "4"], "as text, 2.10 comes before 2.5"


def test_two_hundred_versions() -> None:
    """A graph of 200 versions with short cuts is built, and each of 100 paths found, the same in any order of files."""
    versions = [f"1.{number}.0" for number in range(200)]
    edges = chain(*versions) + [edge(versions[at], versions[at + 7]) for at in range(0, 190, 3)]
    graph = Graph(edges, order)
    paths = [ends(graph, versions[at], versions[199]) for at in range(100)]
    random.Random(1).shuffle(edges)
    again = Graph(edges, order)
    assert [ends(again, versions[at], versions[199]) for at in range(100)] == paths
    assert len(ends(graph, versions[199], versions[0])) < 199
    assert "… 194 more …" in Graph(chain(*versions)).drawing()


def test_a_missing_link_is_named() -> None:
    """Two chains that do not meet: the error says between which versions, and draws them."""
    graph = Graph([*chain("1.0", "1.1"), *chain("2.0", "2.1")], order)
    with pytest.raises(MigrationError) as caught:
        graph.path("1.0", "2.1")
    assert str(caught.value) == (
        "doc: no way leads from 1.0 to 2.1: a link is missing between 1.1 and 2.0; write the migration for it\n"
        "  1.0 <-> 1.1\n"
        "  2.0 <-> 2.1"
    )
    with pytest.raises(MigrationError, match=r"there are 2 newest versions, 1\.1, 2\.1: a link is missing; wri"):
        graph.newest  # noqa: B018
    with pytest.raises(MigrationError, match=r"no way leads from 2.1 back to 1.0: a link is missing between 1.1 and"):
        graph.path("2.1", "1.0")


def test_two_heads_are_an_error_where_the_newest_is_asked_for() -> None:
    """Paths are found all the same."""
    graph = Graph([edge("1", "2"), edge("1", "3"), edge("2", "2.5")], order)
    assert ends(graph, "1", "2.5") == ["2", "2.5"]
    with pytest.raises(MigrationError) as caught:
        graph.pending("1")
    assert "there are 2 newest versions, 2.5, 3; write the migration that leads from the one to the other" in str(
        caught.value
    )
    assert "  1 <-> 2 <-> 2.5\n  1 <-> 3" in str(caught.value)
    with pytest.raises(MigrationError, match="they are on different branches"):
        graph.path("2.5", "3")


def test_a_circle_is_an_error() -> None:
    """Without an order of versions a circle is possible; it is shown."""
    with pytest.raises(MigrationError, match=r"lead in a circle.*\n  a -> b -> c -> a"):
        Graph([edge("a", "b", False), edge("b", "c", False), edge("c", "a", False), edge("0", "a", False)])


def test_unknown_and_newer_versions_are_told_apart() -> None:
    """With a near one where there is one."""
    graph = Graph(chain("1.0.0", "2.0.0", "2.1.0"), order)
    with pytest.raises(MigrationError, match=r"version 3.0.0 is newer than 2.1.0, the newest that is known; update"):
        graph.path("3.0.0", "2.1.0")
    with pytest.raises(MigrationError, match=r"version 2.0.1 is not known; did you mean 2.0.0\?\n  1.0.0 <-> 2.0.0"):
        graph.path("1.0.0", "2.0.1")
    with pytest.raises(MigrationError, match="there are no migrations"):
        Graph().path("1", "2")
    with pytest.raises(MigrationError, match="there are no migrations"):
        Graph().newest  # noqa: B018


def test_versions_that_are_equal_are_one() -> None:
    """With an order, 2.0 is 2.0.0, between files as well as in what is asked."""
    graph = Graph([edge("1.0", "2.0"), edge("2.0.0", "3")], order)
    assert graph.versions == ("1.0", "2.0", "3")
    assert [str(hop.migration) for hop in graph.path("1", "3.0.0")] == ["doc 1.0 -> 2.0", "doc 2.0.0 -> 3"]
    assert graph.known("2.0.0") == "2.0"
    assert graph.known("9") is None
    with pytest.raises(MigrationError, match=r"leads from 2.0 to the same version, written 2.0.0"):
        Graph([edge("2.0", "2.0.0")], order)


def test_a_way_back_can_be_a_file_of_its_own() -> None:
    """It counts more than the way down that the upward one has by itself, in any order with an order of versions."""
    up, down = edge("1", "2"), edge("2", "1", file="down.py")
    for edges in ([up, down], [down, up]):
        graph = Graph(edges, order)
        assert graph.path("2", "1")[0].migration is down
        assert graph.path("2", "1")[0].forward
        assert graph.path("1", "2")[0].migration is up
        assert [graph.back(hop).migration for hop in graph.upward()] == [down]
    assert Graph([up, down]).newest == "2"
    assert Graph([down, up]).newest == "1", "without an order, what was given first leads up"


def test_without_a_way_back_down_is_refused() -> None:
    """The error names the migration that has none."""
    graph = Graph([edge("1", "2"), edge("2", "3", back=False, file="migrations/doc/three.py"), edge("3", "4")], order)
    assert ends(graph, "4", "3") == ["3"]
    with pytest.raises(MigrationError, match=r"no way leads back from 4 to 1: migrations/doc/three.py has no way down"):
        graph.path("4", "1")
    assert graph.drawing("2") == "  1 <-> [2] -> 3 <-> 4"


def test_one_edge_has_one_migration() -> None:
    """Two files for the same step are an error that names both."""
    with pytest.raises(MigrationError, match=r"from 1 to 2: a.yaml and b.yaml; take one of them out"):
        Graph([edge("1", "2", file="a.yaml"), edge("1", "2", file="b.yaml")])
    with pytest.raises(UsageError, match="a graph is of one document"):
        Graph([edge("1", "2"), Migration("other", "1", "2")])


def test_a_large_graph_is_drawn_in_a_few_lines() -> None:
    """Long chains and many branches are cut short, and the version asked for is shown."""
    versions = [f"1.{number}" for number in range(50)]
    drawing = Graph(chain(*versions), order).drawing("1.20")
    assert re.fullmatch(
        r"  1\.0 <-> 1\.1 <-> 1\.2 … 16 more … 1\.19 <-> \[1\.20\] <-> 1\.21 … 25 more … .* <-> 1\.49", drawing
    )
    star = Graph([edge("0", f"1.{number}") for number in range(50)], order)
    assert len(star.drawing().splitlines()) == 12
    assert star.drawing().endswith("… and 39 more lines")
