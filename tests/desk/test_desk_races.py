"""Writers that race with one tag: exactly one of them succeeds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

from setpoint.access import Grant, Principal
from setpoint.desk import Backing, Client, Desk, StaleError
from setpoint.errors import SetpointError
from setpoint.system import ConfigSystem

ROUNDS = 50


def race(*works: Callable[[], Any]) -> list[Any]:
    """Begin several things at one moment, and return what came of each: its result, or its error."""
    barrier = Barrier(len(works))
    found: list[Any] = [None] * len(works)

    def run(number: int, work: Callable[[], Any]) -> None:
        barrier.wait(30)
        try:
            found[number] = work()
        except SetpointError as error:
            found[number] = error

    threads = [Thread(target=run, args=(number, work)) for number, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


def desk_of(folder: Path) -> tuple[ConfigSystem, Desk]:
    folder.mkdir()
    (folder / "app.json").write_text('{"n": 0, "m": {"x": 0}}\n')
    system = ConfigSystem(folder, environ={})
    backing = Backing(system, key=bytes(range(32)))
    return system, Desk(backing, Principal("ann", [Grant("editor")]), Client("::1", "r"))


def test_of_two_threads_with_one_tag_one_succeeds(tmp_path: Path) -> None:
    """In every round one writer is told that it is done and the other that its tag is stale, however both write."""
    system, desk = desk_of(tmp_path / "config")
    with system:
        for number in range(1, ROUNDS + 1):
            whole, value = desk.value("app"), desk.value("app", ("n",))
            ways: list[Callable[[int], Any]] = [
                lambda n, tag=value.etag: desk.set("app", ("n",), n, if_match=(tag,)),
                lambda n, tag=whole.etag: desk.replace("app", {"n": n, "m": {"x": 0}}, if_match=(tag,)),
                lambda n, tag=whole.etag: desk.transaction(
                    [{"op": "set", "document": "app", "pointer": "/n", "value": n}], if_match={"app": (tag,)}
                ),
            ]
            one, other = ways[number % 3], ways[(number // 3) % 3]
            found = race(partial(one, 2 * number), partial(other, 2 * number + 1))
            stale = [one for one in found if isinstance(one, StaleError)]
            done = [one for one in found if isinstance(one, dict)]
            assert (len(done), len(stale)) == (1, 1), found
            winner = 2 * number + found.index(done[0])
            assert json.loads((tmp_path / "config" / "app.json").read_text())["n"] == winner
            assert desk.value("app", ("n",)).body == str(winner).encode()
        assert len(system.history("app")) == ROUNDS + 1


def test_of_a_desk_and_another_process_one_succeeds(tmp_path: Path) -> None:
    """A change by ``setpoint set`` makes the tag stale, and one over the desk makes its expectation wrong."""
    system, desk = desk_of(tmp_path / "config")
    environment = {name: text for name, text in os.environ.items() if not name.startswith("SETPOINT_")}
    outcomes = set()
    with system:
        for number in range(1, 5):
            held = desk.value("app", ("n",))
            command = [sys.executable, "-m", "setpoint", "-c", str(tmp_path / "config"), "set", "app.n", str(-number)]
            command += ["--expect", held.body.decode()]
            tool = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            if number % 2:
                tool.wait(60)  # the tool comes first, and nobody has looked at the disk since
            try:
                desk.set("app", ("n",), number, if_match=(held.etag,))
                mine = True
            except StaleError:
                mine = False
            theirs = tool.wait(60) == 0
            assert mine != theirs, number
            outcomes.add(mine)
            system.reload()
            assert json.loads((tmp_path / "config" / "app.json").read_text())["n"] == (number if mine else -number)
    assert False in outcomes
