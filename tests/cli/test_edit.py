"""``setpoint edit``: a file changes in the user's own editor, and counts when it is valid."""

from __future__ import annotations

import os
import pty
import re
import stat
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from setpoint import ConfigSystem

Tool = Callable[..., Any]
FILE = Path("config/messaging.yml")
SOURCE = str(Path(__file__).parents[2] / "src")


@pytest.fixture
def editor(setpoint: Tool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Name an editor: a program with the given lines of shell, in which ``$1`` is the file."""
    copies = tmp_path / "temporary"
    copies.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(copies))
    monkeypatch.delenv("VISUAL", raising=False)

    def name(script: str, variable: str = "EDITOR") -> None:
        program = tmp_path / "an editor.sh"
        program.write_text(f'#!/bin/sh\ncd "{tmp_path}"\n{script}\n')
        program.chmod(0o700)
        monkeypatch.setenv(variable, f"'{program}' --wait")

    return name


def with_file(script: str) -> str:
    """A script whose file is ``$2``, behind the option that the editor is named with."""
    return script.replace("FILE", '"$2"')


def kept(message: str) -> Path:
    """The file that a message names."""
    found = re.search(r"what you wrote is kept in (\S+)", message)
    assert found is not None, message
    return Path(found[1])


def left() -> list[Path]:
    """What is in the folder of temporary files."""
    return list(Path(tempfile.gettempdir()).iterdir())


def test_what_the_editor_leaves_is_the_file(setpoint: Tool, editor: Callable[[str], None]) -> None:
    """Shown in one line, on record as an edit, and nothing is left behind."""
    before = FILE.read_bytes()
    editor(with_file("sed -i 's/max_size: 2500/max_size: 5000/' FILE"))
    ran = setpoint("edit", "messaging", "--reason", "more traffic")
    assert ran == (0, "config/messaging.yml:23: max_size: 2500 -> 5000\nrevision 2 of messaging\n", "")
    assert FILE.read_bytes() == before.replace(b"max_size: 2500", b"max_size: 5000")
    revision = ConfigSystem("config").history("messaging")[0]
    assert (revision.cause, revision.author, revision.reason) == ("edit", "alice", "more traffic")
    assert left() == []


def test_the_editor_works_on_a_private_copy(setpoint: Tool, editor: Callable[[str], None]) -> None:
    """Named like the file, readable by its owner alone, with the file's own bytes."""
    editor(with_file('stat -c "%a %n" FILE "$(dirname FILE)" > said; cmp FILE config/messaging.yml >> said'))
    assert setpoint("edit", "messaging") == (0, "nothing had to change\n", "")
    file, folder = Path("said").read_text().splitlines()
    assert re.fullmatch(r"600 .*/temporary/setpoint-edit-\w+/messaging\.yml", file)
    assert re.fullmatch(r"700 .*/temporary/setpoint-edit-\w+", folder)
    assert left() == []
    assert not Path("config/.setpoint").exists()


def test_visual_comes_before_editor(
    setpoint: Tool, editor: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty one does not count; without either there is no editor."""
    monkeypatch.setenv("EDITOR", "false")
    editor("echo visual > said", "VISUAL")
    assert setpoint("edit", "messaging").code == 0
    assert Path("said").read_text() == "visual\n"
    monkeypatch.setenv("VISUAL", "")
    assert setpoint("edit", "messaging").code == 2
    monkeypatch.setenv("EDITOR", "")
    ran = setpoint("edit", "messaging")
    assert (ran.code, "set VISUAL or EDITOR" in ran.err) == (2, True)
    monkeypatch.setenv("EDITOR", "'unclosed")
    assert "the variable EDITOR is no command" in setpoint("edit", "messaging").err
    monkeypatch.setenv("EDITOR", "/no/such/editor")
    ran = setpoint("edit", "messaging")
    assert (ran.code, "the editor '/no/such/editor' cannot be started" in ran.err) == (2, True)


def test_a_layer_is_edited_in_its_own_file(setpoint: Tool, editor: Callable[[str], None]) -> None:
    """One that is not there yet starts empty; the local one goes on no record."""
    editor(with_file("wc -c < FILE > said; printf 'queue:\\n  max_size: 9\\n' > FILE"))
    ran = setpoint("edit", "messaging", "--layer", "local")
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "not on record: a local file belongs to this machine alone")
    assert Path("said").read_text().strip() == "0"
    assert Path("config/messaging.local.yml").read_text() == "queue:\n  max_size: 9\n"
    assert setpoint("edit", "messaging", "--layer", "profile:prod", "--format", "json").facts["changed"]
    assert setpoint("get", "messaging.queue.max_size").out == "9\n"


def test_a_dry_run_shows_what_would_change(setpoint: Tool, editor: Callable[[str], None]) -> None:
    """And writes nothing."""
    before = FILE.read_bytes()
    editor(with_file("sed -i 's/max_size: 2500/max_size: 5000/' FILE"))
    ran = setpoint("edit", "messaging", "--dry-run")
    assert ran == (0, "config/messaging.yml:23: max_size: 2500 -> 5000\ndry run: nothing was written\n", "")
    assert FILE.read_bytes() == before
    assert left() == []


@pytest.mark.parametrize("shape", ["text", "json"])
@pytest.mark.parametrize(
    ("script", "place"),
    [("s/max_size: 2500/max_size: 0/", "23:13"), ("s/max_size: 2500/max_size: [/", "25:3"), ("s/queue:/quueu:/", "")],
)
def test_what_is_wrong_is_told_and_what_was_written_kept(
    setpoint: Tool, editor: Callable[[str], None], script: str, place: str, shape: str
) -> None:
    """Without a terminal: the findings, the file as it was, and a private file with the text."""
    before = FILE.read_bytes()
    editor(with_file(f"sed -i '{script}' FILE; cp FILE written"))
    ran = setpoint("edit", "messaging", "--format", shape)
    assert ran.code == 1
    if shape == "text":
        assert f"config/messaging.yml:{place}" in ran.err
        message = ran.err
    else:
        assert ran.facts["diagnostics"]
        message = ran.facts["error"]["message"]
    file = kept(message)
    assert file.read_bytes() == Path("written").read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert FILE.read_bytes() == before
    assert not Path("config/.setpoint/history.sqlite3").exists()


def test_a_secret_in_what_was_refused_is_not_shown(setpoint: Tool, editor: Callable[[str], None]) -> None:
    """The file that is kept has it, for its owner."""
    Path("config/d.yaml").write_text("password: Zq-one\nx: 1\n")
    editor(with_file("printf 'password: Zq-two: Zq-three\\nx: [\\n' > FILE"))
    for shape in ("text", "json"):
        ran = setpoint("edit", "d", "--format", shape)
        assert (ran.code, "Zq" in ran.out + ran.err) == (1, False)
    assert len(left()) == 2


def test_who_was_quicker_is_not_overwritten(setpoint: Tool, editor: Callable[[str], None]) -> None:
    """3: the file was changed while the editor was open; what was written is kept."""
    editor(with_file("echo '# quicker' >> config/messaging.yml; echo '# slower' >> FILE"))
    ran = setpoint("edit", "messaging")
    assert (ran.code, ran.out) == (3, "")
    assert "somebody else changed it while you were editing; nothing was written" in ran.err
    assert FILE.read_text().endswith("# quicker\n")
    assert kept(ran.err).read_text().endswith("# slower\n")


@pytest.mark.parametrize(
    ("script", "said", "keeps"),
    [
        ("exit 1", "ended with exit code 1, so nothing was changed", False),
        ("echo '# more' >> FILE; exit 3", "ended with exit code 3, so nothing was changed; what you wrote", True),
        ("kill -9 $$", "ended with signal 9, so nothing was changed", False),
        ("rm FILE", "left no file, so nothing was changed", False),
        ("rm FILE; mkdir FILE", "a directory, not a file that can be read", False),
    ],
)
def test_an_editor_that_fails_changes_nothing(
    setpoint: Tool, editor: Callable[[str], None], script: str, said: str, keeps: bool
) -> None:
    """Told as what cannot work, or cannot be read."""
    before = FILE.read_bytes()
    editor(with_file(script))
    ran = setpoint("edit", "messaging")
    assert ran.code in (2, 5)
    assert said in ran.err
    assert len(left()) == keeps
    assert FILE.read_bytes() == before


def test_what_is_not_there_cannot_be_edited(setpoint: Tool, editor: Callable[[str], None]) -> None:
    """4 with the near name, and no editor is opened; 2 for a layer that is none."""
    editor("touch opened")
    ran = setpoint("edit", "mesaging")
    assert (ran.code, "did you mean 'messaging'?" in ran.err) == (4, True)
    assert setpoint("edit", "messaging", "--layer", "a/b").code == 2
    assert not Path("opened").exists()


def converse(answers: list[bytes], tmp_path: Path) -> tuple[int, str]:
    """Run ``setpoint edit`` on a terminal of its own, give the answers as it asks, and return how it ended."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ |= {"PYTHONPATH": SOURCE, "TMPDIR": str(tmp_path / "temporary"), "NO_COLOR": "1"}
        os.execv(sys.executable, [sys.executable, "-m", "setpoint", "edit", "messaging"])
    shown = b""
    asked = 0
    try:
        while piece := os.read(terminal, 1000):
            shown += piece
            if shown.count(b"Edit again? [Y/n] ") > asked:
                os.write(terminal, answers[asked])
                asked += 1
    except OSError:
        pass  # how Linux says that the other side of a terminal is closed
    os.close(terminal)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert asked == len(answers), shown
    return code, shown.decode().replace("\r\n", "\n")


def test_on_a_terminal_one_can_edit_again(setpoint: Tool, editor: Callable[[str], None], tmp_path: Path) -> None:
    """The same text, until it is right."""
    script = "if grep -q 'max_size: 0' FILE; then sed -i 's/max_size: 0/max_size: 7/' FILE;"
    editor(with_file(script + " else sed -i 's/max_size: 2500/max_size: 0/' FILE; fi"))
    code, shown = converse([b"\n"], tmp_path)
    assert code == 0
    assert "config/messaging.yml:23:13: error[too-small]" in shown
    assert shown.endswith("config/messaging.yml:23: max_size: 2500 -> 7\nrevision 2 of messaging\n")
    assert left() == []


@pytest.mark.parametrize("answers", [[b"n\n"], [b"y\n", b"No\n"], [b"\x04"], [b"\x03"]], ids=["n", "y n", "^D", "^C"])
def test_on_a_terminal_one_can_give_up(
    setpoint: Tool, editor: Callable[[str], None], tmp_path: Path, answers: list[bytes]
) -> None:
    """1, with the file as it was and the text kept."""
    before = FILE.read_bytes()
    editor(with_file("sed -i 's/max_size: 2500/max_size: 0/' FILE"))
    code, shown = converse(answers, tmp_path)
    assert code == 1
    assert b"max_size: 0" in kept(shown).read_bytes()
    assert FILE.read_bytes() == before


def test_ctrl_c_belongs_to_the_editor_while_it_is_open(
    setpoint: Tool, editor: Callable[[str], None], tmp_path: Path
) -> None:
    """The signal reaches the whole group of processes; Setpoint goes on when the editor does."""
    editor(with_file("trap : INT; kill -INT 0; sed -i 's/max_size: 2500/max_size: 7/' FILE"))
    code, shown = converse([], tmp_path)
    assert (code, shown) == (0, "config/messaging.yml:23: max_size: 2500 -> 7\nrevision 2 of messaging\n")
