"""``setpoint watch``: one line for each thing that happens, in the moment it does, and never a secret."""

from __future__ import annotations

import json
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from setpoint.change import ABSENT, Change
from setpoint.cli.happening import shown_changes
from setpoint.cli.main import main
from setpoint.example import example_directory
from setpoint.system import ConfigSystem

SOURCE = str(Path(__file__).parents[2] / "src")
LONG = 60.0  # seconds that a busy machine may take; nothing waits for so long
TIME = r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d\d\dZ"


class Watching:
    """``setpoint watch`` in an interpreter of its own, whose lines are read as they come."""

    def __init__(self, home: Path, *arguments: str, **variables: str) -> None:
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": SOURCE, **variables}
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "setpoint", "watch", *arguments],
            cwd=home,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line.removesuffix("\n"))
        self._lines.put(None)

    def line(self) -> str:
        """The next line. Fails when there is none."""
        found = self._lines.get(timeout=LONG)
        assert found is not None, self.process.stderr.read() if self.process.stderr else ""
        return found

    def event(self) -> dict[str, Any]:
        """The next line, as JSON."""
        found: dict[str, Any] = json.loads(self.line())
        return found

    def until(self, pattern: str) -> list[str]:
        """The lines up to the first that matches."""
        lines = [self.line()]
        while not re.search(pattern, lines[-1]):
            lines.append(self.line())
        return lines

    def end(self, number: int | None = None) -> tuple[int, list[str], str]:
        """Send a signal, if one is given, and wait: the exit code, what is left of the lines, and standard error."""
        if number is not None:
            self.process.send_signal(number)
        code = self.process.wait(LONG)
        self._reader.join(LONG)
        rest = []
        while (line := self._lines.get(timeout=LONG)) is not None:
            rest.append(line)
        assert self.process.stderr is not None
        return code, rest, self.process.stderr.read()

    def close(self) -> None:
        """End it in any case."""
        self.process.kill()
        self.process.wait(LONG)
        self._reader.join(LONG)
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with a copy of the example as its ``config``."""
    shutil.copytree(example_directory(), tmp_path / "config")
    return tmp_path


@pytest.fixture
def watching(home: Path) -> Iterator[Callable[..., Watching]]:
    """Starts ``setpoint watch`` there, and ends it after the test."""
    started: list[Watching] = []

    def start(*arguments: str, **variables: str) -> Watching:
        started.append(Watching(home, *arguments, **variables))
        return started[-1]

    yield start
    for one in started:
        one.close()


def put(home: Path, name: str, old: str, new: str) -> None:
    """Change a file in one step."""
    file = home / "config" / name
    text = file.read_text()
    assert old in text
    beside = home / "new"
    beside.write_text(text.replace(old, new, 1))
    beside.replace(file)


def test_the_first_line_says_what_is_watched_and_how(watching: Callable[..., Watching]) -> None:
    """With signals of the operating system where it has them."""
    assert watching().line() == "watching config: 5 documents, told by inotify, and looked at every 1 s"


def test_where_only_looking_helps_it_says_why(home: Path, watching: Callable[..., Watching]) -> None:
    """Polling is named with its interval and its reason, and sees changes too."""
    one = watching("--count", "1", SETPOINT_PORTABLE="1")
    assert one.line() == "watching config: 5 documents, by looking at them every 0.2 s (this system has no inotify)"
    put(home, "messaging.yml", "max_size: 2500", "max_size: 3000")
    assert one.line().split()[1:3] == ["reloaded", "messaging"]
    assert one.end() == (0, ["  messaging.queue.max_size: 2500 -> 3000"], "")


def test_a_change_is_told_with_its_values(home: Path, watching: Callable[..., Watching]) -> None:
    """One line for the event, and one for each value that is another, was added or removed."""
    one = watching("--count", "1")
    one.line()
    put(home, "messaging.yml", "  max_size: 2500\n  max_age_days: 3", "  max_size: 3000")
    assert re.fullmatch(rf"{TIME}  reloaded  messaging  \(\d+\.\d ms\)", one.line())
    code, rest, errors = one.end()
    assert (code, errors) == (0, "")
    assert rest == ["  messaging.queue.max_size: 2500 -> 3000", "  messaging.queue.max_age_days: removed 3"]


def test_what_is_refused_is_told_as_check_prints_it(home: Path, watching: Callable[..., Watching]) -> None:
    """The finding, its source and its help; and a good change that comes next is served."""
    one = watching("messaging")
    one.line()
    put(home, "messaging.yml", "max_size:", "max_szie:")
    assert re.fullmatch(rf"{TIME}  rejected  messaging", one.line())
    checked = subprocess.run(
        [sys.executable, "-P", "-m", "setpoint", "check", "config/messaging.yml"],
        cwd=home,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": SOURCE},
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split("\n\n")[0]
    assert "misspelt-key" in checked
    assert [one.line() for _ in checked.splitlines()] == checked.splitlines()
    put(home, "messaging.yml", "max_szie: 2500", "max_size: 9")
    assert one.line().split()[1:3] == ["reloaded", "messaging"]
    assert one.line() == "  messaging.queue.max_size: 2500 -> 9"


def test_as_json_every_line_is_an_object(home: Path, watching: Callable[..., Watching]) -> None:
    """The first says what is watched, the others are the events with their changes."""
    one = watching("--format", "json")
    first = one.event()
    assert (first["event"], first["path"], first["backend"], first["reason"]) == ("watching", "config", "inotify", None)
    assert first["documents"] == ["coordinates", "discord_channels", "messaging", "semantic_config", "unified_config"]
    put(home, "messaging.yml", "max_size: 2500", "max_size: 3000")
    reloaded = one.event()
    assert (reloaded["event"], reloaded["documents"], reloaded["cause"]) == ("reloaded", ["messaging"], "files")
    assert reloaded["changes"] == [
        {
            "document": "messaging",
            "address": "messaging.queue.max_size",
            "path": "/queue/max_size",
            "kind": "changed",
            "before": 2500,
            "after": 3000,
        }
    ]
    put(home, "messaging.yml", "max_size: 3000", "max_size: 0")
    rejected = one.event()
    assert (rejected["event"], rejected["documents"], rejected["held"]) == ("rejected", ["messaging"], [])
    assert [(found["rule"], found["line"]) for found in rejected["diagnostics"]] == [("too-small", 23)]
    assert one.end(signal.SIGTERM)[:2] == (0, [])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_well(watching: Callable[..., Watching], number: int) -> None:
    """Ctrl-C is how it is meant to end: exit code 0, and not a word."""
    one = watching()
    one.line()
    assert one.end(number) == (0, [], "")


def test_it_ends_when_nobody_reads_any_more(watching: Callable[..., Watching], home: Path) -> None:
    """Also when nothing happens that could be written; 141 as for every command, and not a word."""
    command = f"{sys.executable} -P -m setpoint watch | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=home,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": SOURCE},
        capture_output=True,
        text=True,
        timeout=LONG,
        check=False,
    )
    first, code = done.stdout.splitlines()
    assert first.startswith("watching config: ")
    assert (code, done.stderr) == ("141", "")


def test_a_document_that_is_bad_at_the_start_is_named_and_watched(
    home: Path, watching: Callable[..., Watching]
) -> None:
    """Its repair in place is seen like any change, and the others are watched meanwhile."""
    (home / "config" / "notes.yaml").write_text("text: [\n")
    one = watching()
    assert one.line().startswith("watching config: 6 documents")
    assert re.fullmatch(rf"{TIME}  rejected  notes", one.line())
    assert one.line().startswith("config/notes.yaml:2:1: error[syntax]: ")
    one.until("= help: close it")
    put(home, "messaging.yml", "max_size: 2500", "max_size: 3000")
    assert one.line().split()[1:3] == ["reloaded", "messaging"]
    one.line()
    with (home / "config" / "notes.yaml").open("w") as file:
        file.write("text: all is well\n")
    assert one.line().split()[1:3] == ["reloaded", "notes"]
    assert one.line() == '  notes.text: added "all is well"'


def test_names_choose_what_is_told(home: Path, watching: Callable[..., Watching]) -> None:
    """Events about other documents are not; what concerns all of them is."""
    one = watching("messaging", "coordinates", "--format", "json")
    assert one.event()["documents"] == ["coordinates", "messaging"]
    put(home, "semantic_config.yaml", "top_k: 5", "top_k: 6")
    (home / "setpoint.toml").write_text("limits = [\n")
    failed = one.event()
    assert (failed["event"], failed["documents"], failed["diagnostics"][0]["line"]) == ("rejected", [], 1)
    (home / "setpoint.toml").unlink()
    put(home, "messaging.yml", "max_size: 2500", "max_size: 3000")
    reloaded = one.event()
    assert "messaging" in reloaded["documents"]  # the other one too, if it was held up by the broken settings
    assert {change["document"] for change in reloaded["changes"]} == {"messaging"}


def test_a_name_that_nobody_has_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """4, with the names that come close, before anything is watched."""
    monkeypatch.chdir(home)
    assert main(["watch", "mesaging"]) == 4
    assert main(["-c", "nowhere", "watch"]) == 4


def test_files_that_go_are_told(home: Path, watching: Callable[..., Watching]) -> None:
    """What they held is served on, so that is no change."""
    one = watching("--count", "1")
    one.line()
    (home / "config" / "semantic_config.yaml").unlink()
    assert re.fullmatch(rf"{TIME}  orphaned  semantic_config: its files are gone", one.line())
    assert one.end() == (0, [], "")


def test_what_the_guard_refuses_comes_with_the_way_to_accept_it(home: Path, watching: Callable[..., Watching]) -> None:
    """The message ends with the command; once it was run, the change is served."""
    (home / "config" / "many.yaml").write_text("".join(f"k{n}: {n}\n" for n in range(40)))
    one = watching("many", "--format", "json")
    one.event()
    (home / "config" / "many.yaml").write_text("k1: 1\n")
    rejected = one.event()
    assert rejected["diagnostics"][0]["rule"] == "guarded"
    assert rejected["message"].endswith("If this is meant: setpoint accept many")
    done = subprocess.run(
        [sys.executable, "-P", "-m", "setpoint", "accept", "many"],
        cwd=home,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": SOURCE},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0
    served = one.event()
    assert (served["event"], len(served["changes"])) == ("reloaded", 39)


def test_whoever_only_looks_leaves_no_trace(home: Path, watching: Callable[..., Watching]) -> None:
    """No state directory is made, whatever is found, refused or guarded."""
    (home / "config" / "many.yaml").write_text("".join(f"k{n}: {n}\n" for n in range(40)))
    one = watching("--count", "3", "--format", "json")
    one.event()
    put(home, "messaging.yml", "max_size: 2500", "max_size: 3000")
    assert one.event()["event"] == "reloaded"
    put(home, "messaging.yml", "max_size: 3000", "max_size: 0")
    assert one.event()["event"] == "rejected"
    (home / "config" / "many.yaml").write_text("k1: 1\n")
    assert one.event()["diagnostics"][0]["rule"] == "guarded"
    assert one.end()[0] == 0
    assert not (home / "config" / ".setpoint").exists()


def test_no_secret_is_told(home: Path, watching: Callable[..., Watching]) -> None:
    """Neither a marked value, nor one that its name gives away, nor the keys inside of a secret, in either format."""
    folder = home / "config"
    (folder / "schemas").mkdir()
    schema = {"properties": {"pin": {"x-setpoint-secret": True}, "codes": {"writeOnly": True}}}
    (folder / "schemas" / "mail.schema.json").write_text(json.dumps(schema))
    (folder / "mail.yaml").write_text("pin: 4711\ncodes: {hidden-key: 4712}\npassword: a4713\nlist: [{token: a4714}]\n")
    text, lines = watching("mail"), watching("mail", "--format", "json")
    text.line()
    lines.event()
    (folder / "mail.yaml").write_text(
        "pin: 4811\ncodes: {hidden-key: 4812, hidden-more: 4813}\npassword: a4814\nlist: [{token: a4815}]\nport: 25\n"
    )
    told = text.until("added 25")
    assert told[1:] == [
        "  mail.pin: ******** -> ******** (changed)",
        "  mail.codes: ******** -> ******** (changed)",
        "  mail.password: ******** -> ******** (changed)",
        '  mail.list: [{"token": "********"}] -> [{"token": "********"}] (changed)',
        "  mail.port: added 25",
    ]
    said = lines.line()
    assert [one["address"] for one in json.loads(said)["changes"]] == [
        "mail.pin",
        "mail.codes",
        "mail.password",
        "mail.list",
        "mail.port",
    ]
    (folder / "mail.yaml").write_text("pin: 4911\ncodes: {hidden-key: 4912\n")
    said += lines.line() + "\n".join(text.until("rejected"))
    said += "\n".join([*text.end(signal.SIGTERM)[1], *lines.end(signal.SIGTERM)[1]])
    assert "rejected" in said
    assert not re.search(r"4[789]1\d|hidden", said), said


def test_a_secret_that_comes_or_goes_is_masked(home: Path) -> None:
    """Its place is told, and that it is there now, or no longer."""
    system = ConfigSystem(home / "config", environ={})
    found = list(
        shown_changes(
            system,
            "discord_channels",
            [
                Change("discord_channels", ("new", "webhook_url"), ABSENT, "https://discord.com/secret"),
                Change("discord_channels", ("agent-1", "webhook_url"), "https://discord.com/secret", ABSENT),
                Change("discord_channels", ("agent-2",), {"webhook_url": "https://discord.com/secret"}, "gone"),
            ],
        )
    )
    assert [(one["address"], one["kind"]) for one in found] == [
        ("discord_channels.new.webhook_url", "added"),
        ("discord_channels.agent-1.webhook_url", "removed"),
        ("discord_channels.agent-2", "changed"),
    ]
    assert [(one.get("before"), one.get("after")) for one in found] == [
        (None, "********"),
        ("********", None),
        ({"webhook_url": "********"}, "gone"),
    ]


def test_what_waits_for_a_restart_is_told(home: Path, watching: Callable[..., Watching]) -> None:
    """With its values, beside what of the change is served; and that it waits no longer."""
    (home / "config" / "schemas").mkdir()
    schema = {
        "properties": {"port": {"x-setpoint-restart": True}, "pin": {"x-setpoint-restart": True, "writeOnly": True}}
    }
    (home / "config" / "schemas" / "service.schema.json").write_text(json.dumps(schema))
    file = home / "config" / "service.yaml"
    file.write_text("port: 1\npin: 4711\nn: 1\n")
    one, lines = watching("service"), watching("service", "--format", "json")
    one.line()
    lines.line()
    put(home, "service.yaml", "port: 1\npin: 4711\nn: 1", "port: 2\npin: 4712\nn: 2")
    assert one.line().split()[1:3] == ["reloaded", "service"]
    assert one.line() == "  service.n: 1 -> 2"
    assert re.fullmatch(rf"{TIME}  waiting  service: until the program is started again", one.line())
    assert one.line() == "  service.port: 1 -> 2"
    assert one.line() == "  service.pin: ******** -> ******** (changed)"
    put(home, "service.yaml", "port: 2\npin: 4712", "port: 1\npin: 4711")
    assert re.fullmatch(rf"{TIME}  waiting  service: nothing any more", one.line())
    events = [lines.event() for _ in range(3)]
    assert [event["event"] for event in events] == ["reloaded", "waiting", "waiting"]
    assert [len(event["changes"]) for event in events] == [1, 2, 0]
    assert "471" not in json.dumps(events)


def test_very_many_changes_are_cut_short_as_text_only(home: Path, watching: Callable[..., Watching]) -> None:
    """A hundred lines are shown, with how many there are besides; JSON has all."""
    file = home / "config" / "many.yaml"
    file.write_text("".join(f"k{n}: {n}\n" for n in range(250)))
    text, lines = watching("many", "--count", "1"), watching("many", "--count", "1", "--format", "json")
    text.line()
    lines.line()
    beside = home / "new"
    beside.write_text("".join(f"k{n}: {n + 1}\n" for n in range(250)))
    beside.replace(file)
    code, rest, _ = text.end()
    assert (code, len(rest)) == (0, 102)
    assert rest[-1] == "  and 150 more changes; --format json shows all"
    assert len(json.loads(lines.end()[1][0])["changes"]) == 250


def test_what_a_file_says_cannot_act_on_the_terminal(home: Path, watching: Callable[..., Watching]) -> None:
    """Escapes are shown as such, and a long value is cut."""
    file = home / "config" / "evil.json"
    file.write_text("{}")
    one = watching("evil", "--count", "1")
    one.line()
    file.write_text(json.dumps({"a\x1b[31m": "\x1b[0m\u202e", "long": "x" * 500}))
    _, rest, _ = one.end()
    assert not re.search("[\x00-\x08\x0b-\x1f\u202e]", "".join(rest))
    assert any("\\x1b[31m" in line or "\\u001b[31m" in line for line in rest)
    assert max(map(len, rest)) < 150


def test_it_ends_by_itself_when_asked_to(home: Path, monkeypatch: pytest.MonkeyPatch, capfd: Any) -> None:
    """After so many seconds, with nothing but the first line."""
    monkeypatch.chdir(home)
    before = signal.getsignal(signal.SIGTERM)
    assert main(["watch", "--seconds", "0.1"]) == 0
    assert capfd.readouterr().out.count("\n") == 1
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.parametrize("arguments", [("--count", "0"), ("--count", "x"), ("--seconds", "-1"), ("--seconds", "nan")])
def test_an_end_that_makes_no_sense_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch, arguments: Any) -> None:
    """2, as for every wrong use."""
    monkeypatch.chdir(home)
    assert main(["watch", *arguments]) == 2
