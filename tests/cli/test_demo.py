"""``setpoint demo``: it ends well, leaves nothing behind, and what it says is so."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from setpoint import ConfigParseError, ConfigSystem, ConfigValidationError
from setpoint.cli.main import main
from setpoint.example import example_directory

SOURCE = str(Path(__file__).parents[2] / "src")
TITLES = [
    "Open a folder of YAML and JSON",
    "Load one document, checked against its schema",
    "Check all of them",
    "A profile and an environment variable lie over the file",
    "Somebody mistypes a key",
    "Somebody merges a file by hand and leaves a key in twice",
    "Repaired, a reload goes through",
    "Follow the files from now on",
    "Somebody breaks a file while the program runs: from the write to the refusal",
    "It is repaired: from the write to the program's own callback",
    "Change one value, and nothing else of the file",
    "A change that would break it is refused before anything is written",
    "Every change is on record",
    "Roll back to what was there before",
    "There is a newer shape of a document: look at the way",
    "Migrate it: backed up, edited, judged by its new schema",
    "And back again",
    "Two files disagree about the agents there are",
    "Read 1,000 times, and say how it is",
]


def run(cwd: Path, temporary: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the demo in an interpreter of its own, with a temporary directory of its own."""
    cwd.mkdir(exist_ok=True)
    temporary.mkdir(exist_ok=True)
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": SOURCE, "TMPDIR": str(temporary), "COLUMNS": "100"}
    return subprocess.run(
        [sys.executable, "-P", "-m", "setpoint", "demo", *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_tour_ends_well_and_leaves_nothing_behind(tmp_path: Path) -> None:
    """From any directory: exit code 0, within 15 s, and neither here nor in the temporary directory is a file left."""
    start = time.monotonic()
    done = run(tmp_path / "here", tmp_path / "temporary")
    seconds = time.monotonic() - start
    assert (done.returncode, done.stderr) == (0, "")
    assert seconds < 15
    assert [line.partition(". ")[2].partition("  (")[0] for line in done.stdout.splitlines() if line[:1].isdigit()] == (
        TITLES
    )
    assert done.stdout.endswith("In your own folder: setpoint -c DIR check\n")
    assert list((tmp_path / "here").iterdir()) == []
    assert list((tmp_path / "temporary").iterdir()) == []


def test_it_needs_nothing_of_the_directory_it_runs_in(tmp_path: Path) -> None:
    """A broken configuration and settings that lie there are not looked at."""
    here = tmp_path / "here"
    (here / "config").mkdir(parents=True)
    (here / "config" / "messaging.yml").write_text("a: [")
    (here / "setpoint.toml").write_text("limits = [")
    before = sorted(here.rglob("*"))
    assert run(here, tmp_path / "temporary").returncode == 0
    assert sorted(here.rglob("*")) == before


def test_it_leaves_the_process_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The working directory is the same afterwards, and so is the bundled example."""
    before = {path.name: path.read_bytes() for path in Path(example_directory()).iterdir()}
    monkeypatch.chdir(tmp_path)
    assert main(["demo"]) == 0
    assert Path.cwd() == tmp_path
    assert {path.name: path.read_bytes() for path in Path(example_directory()).iterdir()} == before


def test_as_json_it_is_the_same_tour(capsys: pytest.CaptureFixture[str]) -> None:
    """One object with the steps, what each showed, and a time that was measured."""
    assert main(["demo", "--format", "json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["ok"], said["diagnostics"]) == (True, [])
    assert [step["step"] for step in said["steps"]] == TITLES
    assert all(0 <= step["milliseconds"] < 15_000 for step in said["steps"])
    assert all(step["told"] for step in said["steps"])


def test_times_are_measured_anew_each_time(capsys: pytest.CaptureFixture[str]) -> None:
    """Two tours in one process do not print the same figures."""
    figures = []
    for _ in range(2):
        main(["demo", "--format", "json"])
        figures.append([step["milliseconds"] for step in json.loads(capsys.readouterr().out)["steps"]])
    assert figures[0] != figures[1]


def test_what_it_says_is_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each thing it shows happens as well when a user does it by hand on a copy of the example."""
    main(["demo", "--format", "json"])
    told = [step["told"] for step in json.loads(capsys.readouterr().out)["steps"]]
    opened, loaded, checked, layered, mistyped, twice, repaired, *told = told
    *told, disagreed, reported = told
    followed, broken_, mended, changed, refused_, recorded, restored, planned, migrated, undone = told
    hits, reads = map(int, re.findall(r"\d+", reported[0].replace(",", ""))[:2])
    assert 1000 <= hits <= reads
    assert reported[1].startswith("health: degraded")
    assert "drift  unified_config: served otherwise than the files are" in reported[2]
    assert any(line.split()[:2] == ["cache_reads", f"+{reads:,}"] for line in reported)
    shutil.copytree(example_directory(), tmp_path / "config")
    monkeypatch.chdir(tmp_path)
    system = ConfigSystem("config")
    names = [entry.name for entry in system.documents()]
    assert opened[0] == f"documents: {', '.join(names)}"
    size = system.load_config("messaging").queue.max_size
    assert loaded[0] == f"messaging.queue.max_size is {size}"
    assert checked == [f"{len(names)} of {len(names)} are valid"]
    assert repaired == [loaded[0]]

    Path("config/messaging.prod.yaml").write_text("queue:\n  max_size: 20000\n  max_age_days: 1\n")
    environ = {"SETPOINT_MESSAGING__QUEUE__MAX_SIZE": "50000"}
    over = ConfigSystem("config", profile="prod", environ=environ)
    said = [str(over.explain(f"messaging.queue.{key}")) for key in ("max_size", "max_age_days")]
    assert layered == "\n".join(said).splitlines()
    Path("config/messaging.prod.yaml").unlink()

    def edited(file: str, old: str, new: str) -> str:
        text = Path("config", file).read_text()
        Path("config", file).write_text(re.sub(old, new, text, count=1))
        return text

    system.snapshot()
    good = edited("messaging.yml", "max_size:", "max_szie:")
    with pytest.raises(ConfigValidationError) as refused:
        system.reload()
    assert system.load_config("messaging").queue.max_size == size
    assert mistyped[0] == str(refused.value.diagnostics[0])
    Path("config/messaging.yml").write_text(good)
    good = edited("coordinates.json", '"unit":', '"origin": "top-left",\n    "unit":')
    with pytest.raises(ConfigParseError) as broken:
        system.reload()
    assert twice[0] == str(broken.value.diagnostics[0])
    Path("config/coordinates.json").write_text(good)

    with system.events() as events:
        system.start_hot_reload()
        status = system.hot_reload_status()
        assert followed == [f"{status['files']} files are followed, with {status['backend']}."]
        edited("semantic_config.yaml", "top_k: 5", "top_k: five")
        assert broken_ == [
            str(events.get(60).diagnostics[0]),
            "semantic_config.status_index.top_k is 5: the program goes on reading what was good.",
        ]
        edited("semantic_config.yaml", "top_k: five", "top_k: 8")
        assert [tuple(change) for change in events.get(60).changes] == [("semantic_config.status_index.top_k", 5, 8)]
        assert mended == ["semantic_config.status_index.top_k: 5 -> 8", "semantic_config.status_index.top_k is 8"]
        system.close()

    good = Path("config/messaging.yml").read_text()
    assert main(["set", "messaging.queue.max_size", "5000", "--author", "you", "--reason", "more traffic"]) == 0
    assert changed == [*capsys.readouterr().out.splitlines(), "messaging.queue.max_size is 5000"]
    assert main(["set", "messaging.queue.max_size", "0", "--format", "json"]) == 1
    (found,) = json.loads(capsys.readouterr().out)["diagnostics"]
    assert refused_[0].startswith(f"{found['file']}:{found['line']}:{found['column']}: error: {found['message']}")
    known = [f"{one.number}  {one.cause} by {one.author}" for one in system.history("messaging")]
    assert [re.sub(r"  \S+Z  ", "  ", line).removesuffix(": more traffic") for line in recorded] == known
    assert main(["rollback", "messaging", "--to", "1"]) == 0
    assert restored[:2] == capsys.readouterr().out.splitlines()
    assert Path("config/messaging.yml").read_text() == good

    assert main(["migrate", "unified_config", "--plan"]) == 0
    assert planned == capsys.readouterr().out.splitlines()[:-1]
    assert main(["migrate", "unified_config"]) == 0
    assert migrated[0] in f"revision 2 of unified_config {capsys.readouterr().out}"
    assert migrated[1] == "the old file is in config/.setpoint/backups/unified_config"
    assert len(list(Path("config/.setpoint/backups/unified_config").iterdir())) == 1
    assert main(["get", "unified_config.performance.alert_thresholds.cpu_percent_max"]) == 0
    assert migrated[2].endswith(f"cpu_percent_max is {capsys.readouterr().out.strip()}")
    assert main(["rollback", "unified_config", "--to", "1"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"note: {undone[1]}"
    edited("unified_config.yaml", "    Agent-8:", "    Agent-9:")
    assert disagreed == [str(found) for found in system.validate_all_configs()["unified_config"]]


def test_its_record_stays_in_its_own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the state of other configurations has a place, and somebody is named as the author."""
    state = tmp_path / "state"
    monkeypatch.setenv("SETPOINT_STATE_DIR", str(state))
    monkeypatch.setenv("SETPOINT_AUTHOR", "")
    assert main(["demo"]) == 0
    assert not state.exists()


def test_an_unwritable_temporary_directory_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """5, without a traceback; the tour needs a place to work in."""
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    assert main(["demo"]) == 5
