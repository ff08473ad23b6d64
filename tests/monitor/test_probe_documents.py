"""What the probe of the documents remembers is what judging everything anew would say."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from setpoint import ConfigSystem, Diagnostic, SetpointError
from setpoint.monitor.probe_documents import DocumentsProbe

NAMES = ("a", "b", "c")
TEXTS = ("n: 1\n", "n: 2\n", "n: 2\n", "n: 2\n", "n: one\n", "n: [\n", "m: 1\n", "")
SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "additionalProperties": False}

write = st.tuples(st.just("write"), st.sampled_from([*NAMES, "a.local", "b.prod", "c.dev"]), st.sampled_from(TEXTS))
remove = st.tuples(st.just("remove"), st.sampled_from([*NAMES, "a.local", "b.prod"]), st.just(""))
load = st.tuples(st.just("load"), st.sampled_from(NAMES), st.just(""))
change = st.tuples(st.just("set"), st.sampled_from(NAMES), st.just(""))
reload = st.tuples(st.just("reload"), st.just(""), st.just(""))
schema = st.tuples(st.just("schema"), st.sampled_from(NAMES), st.sampled_from(["{}", json.dumps(SCHEMA)]))


def rule(a: object, b: object) -> list[Diagnostic]:
    """Two documents that must not have the same number."""
    same = a.get("n") == b.get("n") == 2  # type: ignore[attr-defined]
    return [Diagnostic("same-number", "a and b have the same number", document="a", path="/n")] if same else []


def invalid(system: ConfigSystem) -> set[str]:
    """Return the documents that a check of all of them finds wrong, as this program reads them and as others do."""
    return {name for name, report in system.check(resolved=True) if not report.ok}


def test_a_rule_is_asked_again_when_the_other_document_changes() -> None:
    """What it says of one document follows from another, and both were loaded and judged before."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "config"
        home.mkdir()
        for name in "ab":
            (home / f"{name}.yaml").write_text("n: 1\n")
        system = ConfigSystem(home, environ={})
        system.rule("a", "b")(rule)
        system.snapshot()
        probe = DocumentsProbe(system)
        assert probe.look(0.0).reasons == []
        system.set("a.n", 2)
        assert probe.look(0.0).reasons == []
        (home / "b.yaml").write_text("n: 2\n")
        found = {one.rule: one.documents for one in probe.look(0.0).reasons}
        assert found == {"invalid": ("a",), "drift": ("b",)}
        (home / "b.yaml").write_text("n: 3\n")
        assert [one.rule for one in probe.look(0.0).reasons] == ["drift"]
        system.close()


def test_a_rule_that_fails_is_said_and_the_documents_are_judged_without_it() -> None:
    """What it raised is named without its message, which may quote a value."""

    def fails(a: object, b: object) -> list[Diagnostic]:
        raise ValueError("hunter2")

    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "config"
        home.mkdir()
        for name in "ab":
            (home / f"{name}.yaml").write_text("n: 1\n")
        system = ConfigSystem(home, environ={})
        system.rule("a", "b")(fails)
        probe = DocumentsProbe(system)
        (reason,) = probe.look(0.0).reasons
        assert (reason.rule, reason.severity) == ("rule-failed", "degraded")
        assert "ValueError" in reason.message and "hunter2" not in reason.message
        (home / "b.yaml").write_text("n: [\n")
        assert {one.rule: one.documents for one in probe.look(0.0).reasons} == {"invalid": ("b",)}


def test_what_could_not_be_judged_is_judged_at_the_next_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """A look that breaks off half way leaves nothing behind that counts as valid."""
    from setpoint.checking import Checking

    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "config"
        home.mkdir()
        for name in "abc":
            (home / f"{name}.yaml").write_text("n: [\n")
        probe = DocumentsProbe(ConfigSystem(home, environ={}))
        check = Checking._checked
        calls = []

        def fails_at_the_second(self: Checking, entry: object) -> object:
            calls.append(entry)
            if len(calls) == 2:
                raise MemoryError
            return check(self, entry)  # type: ignore[arg-type]

        monkeypatch.setattr(Checking, "_checked", fails_at_the_second)
        with pytest.raises(MemoryError):
            probe.look(0.0)
        (reason,) = probe.look(0.0).reasons
        assert reason.documents == ("a", "b", "c")


def test_a_single_file_and_documents_in_folders_are_looked_at(tmp_path: Path) -> None:
    """Whatever a system manages; a file that is gone is not valid."""
    (tmp_path / "alone.yaml").write_text("n: 1\n")
    probe = DocumentsProbe(ConfigSystem(tmp_path / "alone.yaml", environ={}))
    assert probe.look(0.0).documents["total"] == 1
    (tmp_path / "alone.yaml").write_text("n: [\n")
    assert [one.rule for one in probe.look(0.0).reasons] == ["invalid"]
    (tmp_path / "alone.yaml").unlink()
    assert [one.rule for one in probe.look(0.0).reasons] == ["invalid"]

    (tmp_path / "setpoint.toml").write_text("[directory]\nsubdirectories = true\n")
    (tmp_path / "config" / "team").mkdir(parents=True)
    (tmp_path / "config" / "team" / "service.yaml").write_text("n: 1\n")
    system = ConfigSystem(tmp_path / "config", environ={})
    probe = DocumentsProbe(system)
    assert probe.look(0.0).documents["total"] == 1
    (tmp_path / "config" / "team" / "other.yaml").write_text("n: [\n")
    (reason,) = probe.look(0.0).reasons
    assert reason.documents == ("team/other",)


def test_layers_and_variables_of_this_machine_count(tmp_path: Path) -> None:
    """A local file and an environment variable that are wrong are found, by what is served and by what is not."""
    (tmp_path / "config" / "schemas").mkdir(parents=True)
    for name in "ab":
        (tmp_path / "config" / f"{name}.yaml").write_text("n: 1\n")
        (tmp_path / "config" / "schemas" / f"{name}.schema.json").write_text(json.dumps(SCHEMA))
    system = ConfigSystem(tmp_path / "config", environ={"SETPOINT_B__N": "many"})
    system.load_config("a")
    probe = DocumentsProbe(system)
    (reason,) = probe.look(0.0).reasons
    assert reason.documents == ("b",)
    (tmp_path / "config" / "a.local.yaml").write_text("n: one\n")
    found = {name for one in probe.look(0.0).reasons if one.rule == "invalid" for name in one.documents}
    assert found == {"a", "b"}


@settings(max_examples=max(10, settings().max_examples // 4))
@given(st.lists(st.one_of(write, write, remove, load, change, reload, schema), max_size=25))
def test_after_any_changes_it_says_what_a_check_of_everything_says(steps: list[tuple[str, str, str]]) -> None:
    """Files, layers and schemas come, change and go; documents are loaded, set and reloaded in between."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "config"
        (home / "schemas").mkdir(parents=True)
        for name in NAMES:
            (home / f"{name}.yaml").write_text("n: 1\n")
            (home / "schemas" / f"{name}.schema.json").write_text(json.dumps(SCHEMA))
        with ConfigSystem(home, environ={}, profile="prod") as system:
            system.rule("a", "b")(rule)
            probe = DocumentsProbe(system)
            for number, (what, name, text) in enumerate(steps):
                try:
                    if what == "write":
                        (home / f"{name}.yaml").write_text(text)
                    elif what == "remove":
                        (home / f"{name}.yaml").unlink(missing_ok=True)
                    elif what == "schema":
                        (home / "schemas" / f"{name}.schema.json").write_text(text)
                    elif what == "load":
                        system.load_config(name)
                    elif what == "set":
                        system.set(f"{name}.n", number)
                    else:
                        system.reload()
                except SetpointError:
                    pass  # what is refused is refused: the probe has to say so too
                found = probe.look(0.0)
                said = {name for one in found.reasons if one.rule == "invalid" for name in one.documents}
                refused = set(system.hot_reload_status()["refused"])
                # What the system has seen: it takes note of other files at once, of other schemas when it reloads.
                fresh = ConfigSystem(home, environ={}, profile="prod")
                fresh.rule("a", "b")(rule)
                fresh._serving.workspace = system._serving.workspace.relisted()
                expected = invalid(fresh)
                assert said | (expected & refused) == expected
                assert found.documents["invalid"] == len(expected)
