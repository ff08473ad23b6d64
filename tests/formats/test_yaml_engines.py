"""Which engine reads YAML: the choice, its guards, and what the fast one leaves to the strict one."""

from __future__ import annotations

import builtins
import logging
import subprocess
import sys
from types import ModuleType
from typing import Any

import pytest
from yaml_engines import ENGINES, decode_with

from setpoint.budget import DEFAULT_BUDGET
from setpoint.errors import ConfigParseError, UsageError
from setpoint.formats import decode
from setpoint.formats import yaml as seam

HAS_FAST = "yamlrocks" in ENGINES


@pytest.fixture
def unsought(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A process that has not looked for yamlrocks yet."""
    monkeypatch.setattr(seam, "_sought", False)
    monkeypatch.setattr(seam, "_fast", None)
    monkeypatch.setattr(seam, "_why_not", "")
    monkeypatch.delenv("SETPOINT_YAML", raising=False)
    return monkeypatch


def test_the_fast_engine_is_used_where_it_can_be(unsought: pytest.MonkeyPatch) -> None:
    """Without a setting yamlrocks reads where it is installed, and libyaml elsewhere."""
    assert decode(b"a: 1", "yaml") == {"a": 1}
    assert (seam._fast is not None) == HAS_FAST


def test_a_setting_that_makes_no_sense_is_refused() -> None:
    """SETPOINT_YAML other than the two engines is an error that names them."""
    with pytest.raises(UsageError, match=r"'ruamel'.*'libyaml', 'yamlrocks'"):
        decode_with("ruamel", "a: 1")


def test_libyaml_alone_never_loads_the_other() -> None:
    """With SETPOINT_YAML=libyaml the module of yamlrocks is not imported."""
    program = (
        "import os, sys; os.environ['SETPOINT_YAML'] = 'libyaml'; from setpoint.formats import decode;"
        "assert decode(b'a: 1', 'yaml') == {'a': 1}; print('yamlrocks' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_insisting_on_an_absent_engine_says_how_to_get_it(unsought: pytest.MonkeyPatch) -> None:
    """SETPOINT_YAML=yamlrocks where it is not installed is an error with the next step; otherwise libyaml reads."""
    real = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> ModuleType:
        if name == "yamlrocks":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    unsought.setattr(builtins, "__import__", without)
    assert decode(b"a: 1", "yaml") == {"a": 1}
    with pytest.raises(UsageError, match=r"yamlrocks (is not installed: pip install|needs Python 3\.12)"):
        decode_with("yamlrocks", "a: 1")


if HAS_FAST:

    def test_an_unknown_version_is_not_used_and_said_once(
        unsought: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Another minor version of yamlrocks may read otherwise: libyaml is used, and one line in the log says so."""
        unsought.setattr(seam, "_version", lambda _package: "0.8.0")
        with caplog.at_level(logging.WARNING, logger="setpoint.formats"):
            assert decode(b"a: 1", "yaml") == {"a": 1}
            assert decode(b"a: 2", "yaml") == {"a": 2}
        assert seam._fast is None
        assert len(caplog.records) == 1
        assert "0.8.0" in caplog.text
        with pytest.raises(UsageError, match=r"0\.8\.0"):
            decode_with("yamlrocks", "a: 1")

    def test_the_version_is_that_of_the_installed_package() -> None:
        """The version is read from the name of the metadata beside the package."""
        import importlib.metadata

        import yamlrocks

        assert seam._version(yamlrocks) == importlib.metadata.version("yamlrocks")

    @pytest.mark.parametrize(
        "text",
        [
            "a: 1\n",
            "# c\na:\n  - b: [1, 2.5, null, true]\n    c: 'x'\n  -   d: |\n        t\n",
            "command: a && b || c; d & e\nurl: http://x/y?q=1&r=2!\nratio: 50%\n",
            "time: 10:05\ndate: 2020-08-09\nip: 10.0.0.1\nid: x-007-y\nzero: 0\nhex: 0x1F\n",
            "é: ü\n",
            '{"a": [0, -0.5, 0.25]}',
        ],
    )
    def test_an_ordinary_document_takes_the_fast_road(text: str) -> None:
        """Common characters in text, dates, times and addresses do not make a document doubtful."""
        from setpoint.formats import yaml_rocks

        assert yaml_rocks.decode(text.encode(), DEFAULT_BUDGET) == decode_with("libyaml", text)

    @pytest.mark.parametrize("text", ["a:\nb:1\n", "- a: 1\n b: 2\n", "a: ? b\n", "- 'x'\n  - y\n", "a:\nb\n"])
    def test_what_only_yamlrocks_would_accept_is_refused(text: str) -> None:
        """yamlrocks reads these, each a slip of indentation or a missing blank; libyaml does not confirm it."""
        import yamlrocks

        from setpoint.formats import yaml_rocks

        assert yamlrocks.loads(text.encode())
        assert yaml_rocks.decode(text.encode(), DEFAULT_BUDGET) is yaml_rocks.DOUBT
        with pytest.raises(ConfigParseError):
            decode_with("yamlrocks", text)
