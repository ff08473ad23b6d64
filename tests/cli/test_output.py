"""Streams: colour, width, encodings, and what happens when nobody can read what is written."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from setpoint.cli import output

Run = Callable[..., subprocess.CompletedProcess[str]]


def test_colour_follows_the_environment_and_the_terminal() -> None:
    """NO_COLOR before FORCE_COLOR before TERM before what the stream is; empty counts as unset."""
    pipe = io.StringIO()
    controller, terminal = pty.openpty()
    with os.fdopen(controller, "rb"), os.fdopen(terminal, "w") as tty:
        assert output.wants_colour(tty, {"TERM": "xterm"})
        assert output.wants_colour(tty, {"NO_COLOR": "", "FORCE_COLOR": ""})
        assert not output.wants_colour(tty, {"TERM": "dumb"})
        assert not output.wants_colour(tty, {"NO_COLOR": "1"})
        assert not output.wants_colour(tty, {"FORCE_COLOR": "0"})
        assert output.wants_colour(tty, {"TERM": "dumb", "FORCE_COLOR": "1"})
    assert not output.wants_colour(tty, {})  # closed
    assert not output.wants_colour(pipe, {})
    assert output.wants_colour(pipe, {"FORCE_COLOR": "1"})
    assert not output.wants_colour(pipe, {"FORCE_COLOR": "1", "NO_COLOR": "1"})
    assert not output.wants_colour(None, {})


def test_the_width_is_that_of_the_terminal() -> None:
    """COLUMNS comes first where it makes sense; where nobody knows it is 80; a pipe has none."""
    import fcntl
    import struct
    import termios

    controller, terminal = pty.openpty()
    with os.fdopen(controller, "rb"), os.fdopen(terminal, "w") as tty:
        fcntl.ioctl(tty, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 57, 0, 0))
        assert output.width_of(tty, {}) == 57
        assert output.style_of(tty, {}).width == 57
        for nonsense in ("", "wide", "-1", "0", "³"):
            assert output.width_of(tty, {"COLUMNS": nonsense}) == 57
        assert output.width_of(tty, {"COLUMNS": "100"}) == 100
    assert output.width_of(io.StringIO(), {}) == 80
    assert output.style_of(io.StringIO(), {"COLUMNS": "100"}).width is None


def test_a_text_is_printed_as_it_is_and_anything_else_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """A pipe gets the very characters of a text, and a mapping as JSON that keeps its letters."""
    output.print_value("a\x1b[0m\nb")
    output.print_value({"ä": [1, True, None]})
    assert capsys.readouterr().out == 'a\x1b[0m\nb\n{\n  "ä": [\n    1,\n    true,\n    null\n  ]\n}\n'


def test_on_a_terminal_a_value_is_made_visible_and_colour_is_used(tmp_path: Path, run_command: Run) -> None:
    """In a real terminal a value cannot act, and an error is coloured unless NO_COLOR says otherwise."""
    run_command("return 0")  # writes the starter and the command
    body = "from setpoint.cli.output import print_value\n    from setpoint.cli.output import say\n"
    body += "    print_value('v\\x1b[2J')\n    say('s\\x1b[2J')\n"
    body += "    from setpoint.errors import SchemaError\n    from setpoint.diagnostic import Diagnostic\n"
    body += "    raise SchemaError('m', [Diagnostic('r', 'm')])\n"
    module = tmp_path / "trial_command.py"
    module.write_text(module.read_text().replace("return 0", body.strip()))
    for extra, expected in (({}, "\x1b[1;31merror[r]\x1b[0m"), ({"NO_COLOR": "1"}, "error[r]")):
        controller, terminal = pty.openpty()
        environ = {**os.environ, "TERM": "xterm", "PYTHONPATH": str(Path(__file__).parents[2] / "src"), **extra}
        command = [sys.executable, str(tmp_path / "start.py"), "trial"]
        done = subprocess.run(command, stdout=terminal, stderr=terminal, env=environ, timeout=30, check=False)
        os.close(terminal)
        with os.fdopen(controller, "rb") as screen:
            shown = screen.read1().decode()
        assert done.returncode == 2
        assert "v\\x1b[2J\r\ns\\x1b[2J\r\n" in shown
        assert "\x1b[2J" not in shown
        assert expected in shown
        assert ("\x1b" in shown) is ("NO_COLOR" not in extra)


LONG = "for number in range(100_000):\n    print('line', number)\nreturn 0"


def test_a_reader_who_leaves_early_is_no_error(run_command: Run) -> None:
    """`setpoint … | head -1` prints one line and nothing on standard error."""
    done = run_command(LONG, shell='| head -1; echo "${PIPESTATUS[0]}"')
    assert (done.stdout, done.stderr) == ("line 0\n141\n", "")


def test_an_error_comes_after_what_was_printed_before_it(run_command: Run) -> None:
    """In a log that holds both streams, the order is that of events."""
    body = "print('before')\nfrom setpoint.errors import SchemaError\nraise SchemaError('after')"
    assert run_command(body, shell="2>&1").stdout == "before\nsetpoint: after\n"


def test_a_full_disk_is_five(run_command: Run) -> None:
    """Output that cannot be written, be it long or short, is told once."""
    for body in (LONG, "print('short')\nreturn 0", "from setpoint.cli.output import say\nsay('short')\nreturn 0"):
        done = run_command(body, shell="> /dev/full")
        assert done.returncode == 5
        assert done.stderr.count("\n") == 1
        assert done.stderr.startswith("setpoint: ")
        assert "No space left on device" in done.stderr
    done = run_command("return 0", "--format", "json", "--nonsense", shell="> /dev/full")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


def test_closed_streams_do_not_matter(run_command: Run) -> None:
    """Without standard output or error the exit code is still right."""
    body = "from setpoint.cli.output import say\nsay('hello')\nfrom setpoint.errors import SchemaError\n"
    body += "raise SchemaError('m')"
    assert run_command(body, shell=">&-").returncode == 2
    done = run_command(body, shell="2>&-")
    assert (done.returncode, done.stdout) == (2, "hello\n")
    assert run_command(body, shell="2> /dev/full").returncode == 2


def test_an_ascii_stream_gets_escapes(run_command: Run) -> None:
    """Neither print nor say fails where the encoding lacks a character."""
    body = "from setpoint.cli.output import print_json, say\nprint('é')\nsay('→ é')\nprint_json('é')\nreturn 0"
    done = run_command(body, env={"PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stdout, done.stderr) == (0, '\\xe9\n-> \\xe9\n"\\u00e9"\n', "")


def test_a_value_is_written_exactly_or_not_at_all(run_command: Run) -> None:
    """A program that reads a value never gets an escape in place of a character."""
    body = "from setpoint.cli.output import print_value\nprint_value('5 €')\nreturn 0"
    assert run_command(body, env={"PYTHONIOENCODING": "utf-8"}).stdout == "5 €\n"
    done = run_command(body, env={"PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stdout) == (5, "")
    assert done.stderr == (
        "setpoint: the value holds U+20AC, which ascii cannot write; --format json writes it as an escape\n"
    )
