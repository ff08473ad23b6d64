"""Keys that nothing allows."""

from __future__ import annotations

from diagnosing import only


def test_a_key_much_like_one_that_is_there_is_told_so() -> None:
    """A key whose likeness is given already is named beside it, and nothing is said to be far from it."""
    names = [f"key_{number}" for number in range(40)]
    contents = {"properties": dict.fromkeys(("image", *names), True), "additionalProperties": False}
    problem = only(contents, {"image": "a", "imagee": "b"})
    assert (problem.rule, problem.parts) == ("unknown-key", ("imagee",))
    assert problem.message == "unknown key 'imagee'; 'image', which is much like it, is given as well"
    assert problem.suggestion is None


def test_a_key_much_like_a_default_that_was_filled_in_is_told_the_right_name() -> None:
    """What nobody wrote is not said to be given; a key that was written otherwise than its default is."""
    size = {"properties": {"timeout_ms": {"type": "integer", "default": 5}}, "additionalProperties": False}
    problem = only(size, {"timeout_sm": 9, "timeout_ms": 5})
    assert (problem.rule, problem.parts) == ("unknown-key", ("timeout_sm",))
    assert problem.suggestion == "did you mean 'timeout_ms'?"
    assert only(size, {"timeout_sm": 9, "timeout_ms": 6}).suggestion is None
