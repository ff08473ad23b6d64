"""The report for code scanning: SARIF 2.1.0, with one run.

Source: OASIS Standard "Static Analysis Results Interchange Format (SARIF) Version 2.1.0 Plus Errata 01".
"""

from __future__ import annotations

from ...catalogue import meaning
from .. import __version__
from ..output import to_json
from .place import uri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ...diagnostic import Diagnostic
    from ...errors import SetpointError
    from ...report import Report
    from ..output import Style

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def pieces(reports: Sequence[Report], style: Style, *, strict: bool = False, verbose: bool = False) -> Iterator[str]:
    """Yield the log: its results are the findings, its artifacts the files that were checked.

    A document that could not be judged makes the run unsuccessful, and is told in a notification.
    """
    del strict, verbose
    found = [finding for report in reports for finding in report]
    files = [report.file for report in reports if report.file is not None and report.document is not None]
    failures = [report.failure for report in reports if report.failure is not None]
    yield to_json(_log(found, files, _invocation(failures)), style.encoding)
    yield "\n"


def render_failure(error: SetpointError, code: int) -> str:
    """Return the log of a check that could not be done: its findings so far, and the error as a notification."""
    return to_json(_log(error.diagnostics, (), {**_invocation([error]), "exitCode": code})) + "\n"


def _invocation(failures: Sequence[SetpointError]) -> dict[str, object]:
    if not failures:
        return {"executionSuccessful": True}
    notifications = [{"level": "error", "message": {"text": failure.message}} for failure in failures]
    return {"executionSuccessful": False, "toolExecutionNotifications": notifications}


def _log(found: Sequence[Diagnostic], files: Sequence[str], invocation: dict[str, object]) -> dict[str, object]:
    rules = {rule: index for index, rule in enumerate(dict.fromkeys(finding.rule for finding in found))}
    uris = {file: uri(file) for file in {*files, *(finding.file for finding in found if finding.file is not None)}}
    artifacts: dict[str, int] = {}
    for file in files:
        artifacts.setdefault(uris[file], len(artifacts))
    seen: dict[str, int] = {}
    run: dict[str, object] = {
        "tool": {
            "driver": {
                "name": "setpoint",
                "version": __version__,
                "rules": [{"id": rule, "shortDescription": {"text": meaning(rule)}} for rule in rules],
            }
        },
        "invocations": [invocation],
        "artifacts": [{"location": {"uri": place}, "roles": ["analysisTarget"]} for place in artifacts],
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, rules[finding.rule], uris, artifacts, seen) for finding in found],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _result(
    found: Diagnostic, rule_index: int, uris: dict[str, str], artifacts: dict[str, int], seen: dict[str, int]
) -> dict[str, object]:
    message = f"{found.message} ({found.suggestion})" if found.suggestion else found.message
    result: dict[str, object] = {
        "ruleId": found.rule,
        "ruleIndex": rule_index,
        "level": found.severity,
        "message": {"text": message},
    }
    location: dict[str, object] = {}
    place = None if found.file is None else uris[found.file]
    if place is not None:
        physical: dict[str, object] = {"artifactLocation": _artifact(place, artifacts)}
        if found.line is not None:
            physical["region"] = _region(found)
        location["physicalLocation"] = physical
    if found.path is not None:
        location["logicalLocations"] = [{"fullyQualifiedName": (found.document or "") + found.path or "/"}]
    elif found.document is not None:
        location["logicalLocations"] = [{"fullyQualifiedName": found.document}]
    if location:
        result["locations"] = [location]
    result["partialFingerprints"] = {"findingPlace/v1": _fingerprint(found, place, seen)}
    return result


def _artifact(place: str, artifacts: dict[str, int]) -> dict[str, object]:
    return {"uri": place, "index": artifacts[place]} if place in artifacts else {"uri": place}


def _region(found: Diagnostic) -> dict[str, object]:
    facts = {
        "startLine": found.line,
        "startColumn": found.column,
        "endLine": found.end_line,
        "endColumn": found.end_column,
    }
    return {name: value for name, value in facts.items() if value is not None}


def _fingerprint(found: Diagnostic, place: str | None, seen: dict[str, int]) -> str:
    """Return what stays the same for a finding while the lines around it move; alike ones are counted."""
    from hashlib import sha256

    facts = (found.rule, place or "", found.document or "", found.path or "", found.at, found.message)
    digest = sha256("\x00".join(facts).encode("utf-8", "backslashreplace")).hexdigest()[:32]
    seen[digest] = seen.get(digest, 0) + 1
    return f"{digest}:{seen[digest]}"
