"""Nobody finds out a secret by sending guesses, and looking at what comes back masked."""

from __future__ import annotations

import json

import pytest
from besieged import Besieged

GUESSES = "48211 48212 48213 48214"


def test_guesses_in_a_value_are_not_marked_in_the_record(besieged: Besieged) -> None:
    """A text full of guesses stands in answers, differences and revisions as it was written."""
    texts = [GUESSES, f"{GUESSES} again", f"{GUESSES} and again"]
    for text in texts:
        status, _, said = besieged.ask("editor", "PUT", "app/values/note", text, If_Match="*")
        assert status == 200 and f"+note: {text}\n" in json.loads(said)["diff"], said
    newest = json.loads(besieged.ask("editor", "GET", "app/history")[2])["revisions"][0]["number"]
    for number, text in zip(range(newest - 2, newest + 1), texts, strict=True):
        files = json.loads(besieged.ask("editor", "GET", f"app/history/{number}")[2])["files"]
        assert f"note: {text}\npin: ********\n" in files["app.yaml"]
        diff = json.loads(besieged.ask("editor", "GET", f"app/diff?old={number - 1}&new={number}")[2])["diff"]
        assert f"+note: {text}\n pin: ********\n" in diff


@pytest.mark.parametrize("dry_run", ["?dry_run=true", ""])
@pytest.mark.parametrize("place", ["port", "users"])
def test_guesses_in_a_refused_value_are_not_marked(besieged: Besieged, place: str, dry_run: str) -> None:
    """A text of the wrong type is quoted as it was sent, in the words of the refusal and of each finding."""
    status, _, said = besieged.ask("editor", "PUT", f"app/values/{place}{dry_run}", GUESSES, If_Match="*")
    problem = json.loads(said)
    assert (status, problem["rule"]) == (422, "invalid")
    assert GUESSES in problem["detail"] and GUESSES in problem["diagnostics"][0]["message"]
    tree = json.loads(besieged.ask("editor", "GET", "app")[2])
    status, _, said = besieged.ask("editor", "PUT", f"app{dry_run}", {**tree, place: GUESSES}, If_Match="*")
    assert status == 422 and GUESSES in json.loads(said)["detail"]


def test_a_secret_in_a_comment_stays_masked(besieged: Besieged) -> None:
    """What a comment repeats of a secret is shown to nobody who may not see it, whatever is written beside it."""
    for value in ("canary-remark", "canary-remar", "other"):
        said = besieged.ask("editor", "PUT", "app/values/port?dry_run=true", 81, If_Match="*")[2]
        assert "it was ******** once" in said
        written = besieged.ask("editor", "PUT", "app/values/note", value, If_Match="*")[2]
        assert "it was ******** once" in written and "it was canary" not in written
    for path in ("app/history/1", "app/diff?old=1"):
        status, _, said = besieged.ask("editor", "GET", path)
        assert status == 200 and "it was canary" not in said and "it was ******** once" in said
    assert "it was canary-remark once" in besieged.ask("root", "GET", "app/history/1")[2]


def test_a_preview_of_a_secret_says_the_same_for_every_guess(besieged: Besieged) -> None:
    """A right guess and a wrong one are answered with the same bytes."""
    said = [
        besieged.ask("editor", "PUT", "app/values/pin?dry_run=true", guess, If_Match="*")[2] for guess in (48213, 48214)
    ]
    assert said[0] == said[1]
