"""The report for programs."""

from __future__ import annotations

import json

import pytest

from setpoint.cli.output import Style, to_json
from setpoint.cli.reporters import render
from setpoint.errors import SchemaError
from setpoint.report import Report


def test_it_is_one_object_with_everything_in_it(reports: list[Report]) -> None:
    """Every finding with its place, every document with its verdict, and the counts."""
    shown = json.loads(render(reports, "json"))
    assert list(shown) == ["ok", "diagnostics", "documents", "summary"]
    assert shown["ok"] is False
    assert len(shown["diagnostics"]) == 3
    assert shown["diagnostics"][0] == {
        "file": "config/messaging.yaml",
        "line": 4,
        "column": 3,
        "end_line": 4,
        "end_column": 11,
        "path": "/queue/max_sise",
        "rule": "unknown-key",
        "severity": "error",
        "message": "unknown key 'max_sise'",
        "suggestion": "did you mean 'max_size'?",
        "layer": "base",
    }
    messaging = {"file": "config/messaging.yaml", "schema": "messaging", "version": "2.1.0", "ok": False}
    coordinates = {"file": "config/coordinates.json", "schema": "coordinates", "version": None, "ok": True}
    assert shown["documents"] == [
        {"name": "messaging", **messaging},
        {"name": "coordinates", **coordinates},
        {"name": "notes", "file": "config/notes.toml", "schema": None, "version": None, "ok": True},
    ]
    assert shown["summary"] == {"documents": 3, "errors": 2, "warnings": 1, "form_only": 1, "unjudged": 0}


def test_strict_makes_warnings_count(reports: list[Report]) -> None:
    """A document with a warning is ok, unless strict."""
    assert json.loads(render(reports[1:], "json"))["ok"] is True
    strict = json.loads(render(reports[1:], "json", strict=True))
    assert (strict["ok"], [document["ok"] for document in strict["documents"]]) == (False, [False, True])


def test_a_document_that_could_not_be_judged_is_not_ok() -> None:
    """A failure is counted as such."""
    report = Report.of_failure(SchemaError("the schema is broken"), document="messaging", file="m.yaml")
    shown = json.loads(render([report], "json"))
    assert shown["ok"] is False
    assert shown["summary"] == {"documents": 1, "errors": 1, "warnings": 0, "form_only": 0, "unjudged": 1}


def test_no_documents_are_an_object_too() -> None:
    """Nothing to report is reported as such."""
    shown = json.loads(render([], "json"))
    assert (shown["ok"], shown["diagnostics"], shown["documents"]) == (True, [], [])


def test_letters_stay_readable_and_controls_do_not_act(hostile_report: Report) -> None:
    """Accents are themselves; what could act on a terminal is an escape, and decodes to what it was."""
    text = render([hostile_report], "json")
    assert "é" in text
    assert all(character.isprintable() or character == "\n" for character in text)
    found = json.loads(text)["diagnostics"][0]
    assert (found["message"], found["file"]) == (hostile_report[0].message, hostile_report[0].file)


def test_an_encoding_without_all_letters_gets_escapes(hostile_report: Report) -> None:
    """For a stream that is not Unicode, JSON is ASCII and still the same."""
    text = render([hostile_report], "json", Style(encoding="iso-8859-1"))
    assert text.isascii()
    assert json.loads(text) == json.loads(render([hostile_report], "json"))


def test_a_number_that_json_lacks_is_refused() -> None:
    """NaN never reaches a program that reads JSON."""
    with pytest.raises(ValueError, match="JSON compliant"):
        to_json(float("nan"))
