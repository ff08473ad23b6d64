"""``CommandChannel``: each event is given to a command, as JSON on its standard input."""

from __future__ import annotations

from .channel import DeliveryError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from subprocess import Popen
    from typing import Any


class CommandChannel:
    """Starts a command for each event, without a shell.

    Arguments: ``argv`` is the command with its arguments; ``timeout`` is how many seconds it may take: then it is
    killed, with whatever it has started in its process group.
    """

    __slots__ = ("argv", "timeout")

    def __init__(self, argv: Sequence[str], timeout: float = 30.0) -> None:
        self.argv = list(argv)
        self.timeout = timeout

    def send(self, message: Mapping[str, Any], pause: Callable[[float], bool]) -> None:
        """Run the command. Raises ``DeliveryError`` when it does not end with exit code 0 in time."""
        del pause
        import json
        import subprocess

        try:
            process = subprocess.Popen(  # noqa: S603 - the command is the settings'
                self.argv,
                stdin=subprocess.PIPE,
                # What it says may hold anything; it is the command's own business to keep it.
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            raise DeliveryError(f"{self.argv[0]} cannot be started: {error.strerror or error}") from None
        try:
            process.communicate(json.dumps(message).encode(), timeout=self.timeout)
        except subprocess.TimeoutExpired:
            _kill(process)
            raise DeliveryError(f"{self.argv[0]} took longer than {self.timeout:g} s, and was killed") from None
        if process.returncode:
            raise DeliveryError(f"{self.argv[0]} ended with exit code {process.returncode}")


def _kill(process: Popen[bytes]) -> None:
    import os
    import signal
    from contextlib import suppress

    with suppress(ProcessLookupError, PermissionError):  # it has just ended by itself
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    if process.stdin is not None:
        with suppress(OSError):  # what it had not read is lost on purpose
            process.stdin.close()
    process.wait()
