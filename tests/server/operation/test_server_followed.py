"""What the server follows, and what it says of itself."""

from __future__ import annotations

import io
import logging
from pathlib import Path

import pytest
from small_server import eventually

from setpoint.errors import SetpointError
from setpoint.server.following import followed
from setpoint.server.logs import log_to
from setpoint.system import ConfigSystem


def test_every_document_is_followed_those_too_that_are_wrong_at_the_start(directory: Path) -> None:
    """A document that is not valid keeps nothing from being served, and is served once it is repaired."""
    file = directory / "messaging.yml"
    good = file.read_text()
    file.write_text("queue: [\n")
    system = ConfigSystem(str(directory), environ={})
    with followed(system) as monitor:
        assert system.load_config("coordinates")
        with pytest.raises(SetpointError):
            system.load_config("messaging")
        assert monitor.running
        assert "messaging" in str(system.hot_reload_status()["refused"])
        file.write_text(good)
        eventually(lambda: not system.hot_reload_status()["refused"], "the repair")
        assert system.load_config("messaging")
        (directory / "new.yaml").write_text("a: 1\n")
        eventually(lambda: "new" in system.listing().entries, "the new document")
    assert not monitor.running
    assert not system.hot_reload_status()["running"]


def test_no_text_in_the_log_can_act() -> None:
    """Each record is a line with time and level; what could act on a terminal is escaped; a traceback follows it."""
    stream = io.StringIO()
    logger = logging.getLogger("setpoint.server")
    before = (logger.level, logger.propagate, list(logging.getLogger("setpoint").handlers))
    with log_to(stream):
        logger.info("from %s", "\x1b[2J\nfake line\u202e")
        try:
            raise RuntimeError("boom")
        except RuntimeError:
            logger.exception("request %s failed", "ab-1")
    lines = stream.getvalue().splitlines()
    assert lines[0].endswith("Z INFO setpoint.server: from \\x1b[2J\\nfake line\\u202e")
    assert lines[1].endswith("Z ERROR setpoint.server: request ab-1 failed")
    assert lines[2].startswith("Traceback")
    logger.info("nobody reads this")
    assert "nobody" not in stream.getvalue()
    assert before == (logger.level, logger.propagate, list(logging.getLogger("setpoint").handlers))
