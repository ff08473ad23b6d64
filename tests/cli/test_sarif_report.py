"""The report for code scanning."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.cli.reporters import render
from setpoint.cli.reporters.place import uri
from setpoint.cli.reporters.sarif import render_failure
from setpoint.diagnostic import Diagnostic
from setpoint.errors import SchemaError
from setpoint.report import Report

SUBSET = jsonschema_rs.Draft202012Validator(
    json.loads((Path(__file__).parent / "sarif_subset.schema.json").read_text())
)


def run_of(text: str) -> dict[str, Any]:
    """The one run of a log, once the log is known to be valid."""
    log = json.loads(text)
    assert [f"{error.instance_path}: {error.message}" for error in SUBSET.iter_errors(log)] == []
    run: dict[str, Any] = log["runs"][0]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        for location in result.get("locations", ()):
            place = location.get("physicalLocation", {}).get("artifactLocation", {})
            if "index" in place:
                assert run["artifacts"][place["index"]]["location"]["uri"] == place["uri"]
    return run


def test_the_subset_refuses_what_the_standard_does() -> None:
    """The schema that the other tests rely on is not one that accepts everything."""
    good = json.loads(render([Report([Diagnostic("r", "m", file="a.yaml", line=1, column=1)])], "sarif"))
    assert SUBSET.is_valid(good)
    for change in ({"startLine": 0}, {"startLine": "1"}, {"startColumns": 1}):
        bad = json.loads(json.dumps(good))
        bad["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"].update(change)
        assert not SUBSET.is_valid(bad)
    for place in ("a b.yaml", "a/../b.yaml", "a\\b.yaml", "./a.yaml", "C:/a.yaml", "a%2x"):
        bad = json.loads(json.dumps(good))
        bad["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] = place
        assert not SUBSET.is_valid(bad)


def test_each_finding_is_a_result_with_its_region(reports: list[Report]) -> None:
    """Rule, level, message and place are those of the finding; each checked file is an artifact."""
    run = run_of(render(reports, "sarif"))
    first = run["results"][0]
    assert (first["ruleId"], first["level"]) == ("unknown-key", "error")
    assert first["message"]["text"] == "unknown key 'max_sise' (did you mean 'max_size'?)"
    assert first["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "config/messaging.yaml", "index": 0},
                "region": {"startLine": 4, "startColumn": 3, "endLine": 4, "endColumn": 11},
            },
            "logicalLocations": [{"fullyQualifiedName": "messaging/queue/max_sise"}],
        }
    ]
    assert [result["level"] for result in run["results"]] == ["error", "error", "warning"]
    assert "physicalLocation" not in run["results"][2]["locations"][0]
    assert [artifact["location"]["uri"] for artifact in run["artifacts"]] == [
        "config/messaging.yaml",
        "config/coordinates.json",
        "config/notes.toml",
    ]
    assert run["tool"]["driver"]["rules"][0]["shortDescription"]["text"] == "A key is not allowed here."
    assert run["invocations"] == [{"executionSuccessful": True}]


def test_a_clean_run_has_no_results(clean_reports: list[Report]) -> None:
    """Clean documents are artifacts of a successful run."""
    run = run_of(render(clean_reports, "sarif"))
    assert (run["results"], len(run["artifacts"])) == ([], 2)


def test_hostile_text_stays_text(hostile_report: Report) -> None:
    """The log is valid, prints no control character, and its URI decodes to the file's own bytes."""
    text = render([hostile_report], "sarif")
    assert all(character.isprintable() or character == "\n" for character in text)
    place = run_of(text)["artifacts"][0]["location"]["uri"]
    assert unquote_to_bytes(place) == "conf,ig/é: \x1b[0m%\n".encode() + b"\xff.yaml"


def test_a_fingerprint_outlives_a_move_and_tells_findings_apart(reports: list[Report]) -> None:
    """It does not change with the line, and no two results of a run share one."""

    def fingerprints(found: list[Diagnostic]) -> list[str]:
        results = run_of(render([Report(found, document="messaging")], "sarif"))["results"]
        return [result["partialFingerprints"]["findingPlace/v1"] for result in results]

    typo, block = reports[0]
    moved = typo.replace(line=44, end_line=44)
    assert fingerprints([typo]) == fingerprints([moved])
    assert len(set(fingerprints([typo, moved, block, typo.replace(path="/queue/x")]))) == 4


def test_a_document_that_could_not_be_judged_makes_the_run_unsuccessful() -> None:
    """The run says that it failed and why; the finding is there as well."""
    failed = Report.of_failure(SchemaError("the schema is broken"), document="messaging", file="m.yaml")
    run = run_of(render([failed], "sarif"))
    notification = {"level": "error", "message": {"text": "the schema is broken"}}
    assert run["invocations"] == [{"executionSuccessful": False, "toolExecutionNotifications": [notification]}]
    assert [result["ruleId"] for result in run["results"]] == ["schema-cannot-work"]


def test_a_check_that_cannot_be_done_is_a_valid_log(reports: list[Report]) -> None:
    """An error that ends the command is a notification with the exit code."""
    run = run_of(render_failure(SchemaError("the schema is broken", [reports[0][0]]), 2))
    assert run["invocations"][0]["exitCode"] == 2
    assert len(run["results"]) == 1


def test_a_file_elsewhere_has_a_file_uri(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside the working directory a URI is relative; outside it is absolute, without dot segments."""
    monkeypatch.chdir(tmp_path)
    assert uri(str(tmp_path / "config" / "a b.yaml")) == "config/a%20b.yaml"
    assert uri("/etc/./x/../a.yaml") == "file:///etc/a.yaml"
    assert uri("C:a.yaml") == "C%3Aa.yaml"
    assert uri("..") == "file://" + str(tmp_path.parent)


@given(st.text(st.characters(exclude_characters="\x00", codec="utf-8"), min_size=1, max_size=30))
def test_every_name_becomes_a_valid_uri(name: str) -> None:
    """Whatever a file is called, its URI is one, and the log with it is valid."""
    run_of(
        render([Report([Diagnostic("r", "m", file=f"d/{name}.yaml")], document="d", file=f"d/{name}.yaml")], "sarif")
    )
