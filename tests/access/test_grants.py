"""Roles, patterns of documents, grants, and what principals may do with them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.access import ROLES, VERBS, Grant, Principal
from setpoint.access.document_pattern import DocumentPattern
from setpoint.errors import UsageError

STEPS = st.sampled_from(["a", "b", "ab"])
NAMES = st.lists(STEPS, min_size=1, max_size=5).map("/".join)
PATTERNS = st.lists(st.one_of(STEPS, st.sampled_from(["*", "**"])), min_size=1, max_size=5).map("/".join)


def model(pattern: str) -> re.Pattern[str]:
    """The same as a regular expression, in which each step ends with its slash."""
    made = {"*": "[^/]+/", "**": "(?:[^/]+/)*"}
    return re.compile("".join(made.get(step, f"{step}/") for step in pattern.split("/")))


@given(PATTERNS, NAMES)
def test_a_pattern_means_what_its_steps_say(pattern: str, name: str) -> None:
    """One star is one step, two stars are any number of them, and all else is itself."""
    assert DocumentPattern(pattern).matches(name) is bool(model(pattern).fullmatch(f"{name}/"))


@pytest.mark.parametrize(
    ("pattern", "inside", "outside"),
    [
        ("messaging", ["messaging"], ["messaging/a", "messagin", "Messaging"]),
        ("team/*", ["team/a"], ["team", "team/a/b", "teams/a"]),
        ("team/**", ["team", "team/a", "team/a/b"], ["teams", "other/team"]),
        ("**", ["a", "a/b"], []),
        ("*/service", ["a/service"], ["service", "a/b/service"]),
    ],
)
def test_patterns_of_documents(pattern: str, inside: list[str], outside: list[str]) -> None:
    """The examples of the documentation."""
    grant = Grant("viewer", pattern)
    assert all(grant.allows("read", name) for name in inside)
    assert not any(grant.allows("read", name) for name in outside)


@pytest.mark.parametrize(
    "text", ["", "/", "a/", "/a", "a//b", "prod*", "***", "a\nb", "\x1b[2J", "a" * 501, "a/" * 60 + "a"]
)
def test_a_pattern_that_means_nothing_is_refused(text: str) -> None:
    """What would let in more or less than it seems is no pattern."""
    with pytest.raises(UsageError):
        Grant("viewer", text)


def test_many_stars_cost_no_more_than_many_steps() -> None:
    """A pattern cannot be made that takes long to decide."""
    pattern = DocumentPattern("/".join(["**"] * 49 + ["x"]))
    assert not pattern.matches("/".join(["a"] * 5000))


@pytest.mark.parametrize("rank", range(4))
def test_a_role_may_what_those_before_it_may(rank: int) -> None:
    """The verbs of a role are those whose first role is not above it."""
    grant = Grant(ROLES[rank])
    assert [verb for verb in VERBS if grant.has(verb)] == [
        verb for verb, first in VERBS.items() if ROLES.index(first) <= rank
    ]


def test_a_role_that_there_is_not_is_refused_with_the_near_one() -> None:
    """A typo in a role must not become a role without rights, nor one with them."""
    with pytest.raises(UsageError, match="did you mean 'editor'"):
        Grant("editr")


def test_a_grant_is_read_as_it_is_written() -> None:
    """ROLE:PATTERN, and ROLE alone for every document."""
    assert Grant.parse("editor:team/*") == Grant("editor", "team/*")
    assert Grant.parse("admin") == Grant("admin", "**")
    assert str(Grant.parse("viewer:a")) == "viewer:a"
    with pytest.raises(UsageError):
        Grant.parse("viewer:")
    assert Grant.from_dict(Grant("editor", "a/*").to_dict()) == Grant("editor", "a/*")
    with pytest.raises(UsageError):
        Grant.from_dict({"role": "viewer"})


def test_what_no_grant_allows_is_not_allowed() -> None:
    """Each grant counts for its own documents, and no role leaks to those of another."""
    ann = Principal("ann", [Grant("editor", "team/*"), Grant("viewer", "**")])
    assert ann.may("change", "team/service")
    assert ann.may("read", "messaging")
    assert not ann.may("change", "messaging")
    assert not ann.may("restore", "team/service")
    assert ann.may_anywhere("change")
    assert not ann.may_everywhere("change")
    assert ann.may_everywhere("observe")
    assert not Principal("nobody", []).may_anywhere("read")


def test_everywhere_takes_one_grant_over_all() -> None:
    """Grants over every document there happens to be are none over the system."""
    both = Principal("ann", [Grant("admin", "a"), Grant("admin", "b"), Grant("admin", "*")])
    assert not both.may_everywhere("observe")


def test_a_verb_that_there_is_not_is_a_mistake() -> None:
    """A check that could only say no would hide the mistake in the caller."""
    for ask in (lambda one: one.may("write", "a"), lambda one: one.may_anywhere("write")):
        with pytest.raises(UsageError):
            ask(Principal("ann", [Grant("admin")]))
    with pytest.raises(UsageError):
        Principal("ann", []).may_everywhere("write")


def test_secrets_are_revealed_only_where_one_may_read() -> None:
    """A pattern of what is revealed gives no right to read by itself."""
    ann = Principal("ann", [Grant("viewer", "team/*")], reveals=["**"])
    assert ann.reveals("team/service")
    assert not ann.reveals("messaging")
    assert not Principal("bob", [Grant("admin")]).reveals("messaging")
    with pytest.raises(UsageError):
        Principal("ann", [], reveals=["a*"])


def test_principals_of_equal_rights_have_one_key() -> None:
    """The order of grants and the name are no difference; a right to see secrets is one."""
    one = Principal("ann", [Grant("viewer", "a"), Grant("editor", "b")], token="1")
    other = Principal("bob", [Grant("editor", "b"), Grant("viewer", "a")])
    assert one.key == other.key
    assert hash(one.key) == hash(other.key)
    assert one.key != Principal("ann", one.grants, reveals=["a"]).key
    assert one.key != Principal("ann", one.grants[:1]).key
