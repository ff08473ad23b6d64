"""Forking while locks are held and objects with locks are made."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

CODE = """
import os, threading, time
from setpoint.forks import watch

class Holder:
    def __init__(self):
        self.lock = threading.RLock()
        watch(self, lock=1)

first = Holder()
holding, forking = threading.Event(), threading.Event()

def work():
    with first.lock:
        holding.set()
        forking.wait()
        time.sleep(0.2)  # the other thread waits for this lock by now, and wants to fork
        made.append(Holder())

made = []
thread = threading.Thread(target=work)
thread.start()
holding.wait()
forking.set()
pid = os.fork()
if pid == 0:
    with first.lock, made[0].lock:
        os._exit(7)
thread.join()
with first.lock, made[0].lock:
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"""


def test_an_object_may_be_watched_while_another_thread_forks() -> None:
    """Who holds a lock that the fork waits for makes one more object with a lock: both go on, in both processes."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src"), "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(
        [sys.executable, "-c", CODE], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.stdout, done.returncode) == ("7\n", 0), done.stderr
