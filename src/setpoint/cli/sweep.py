"""Judging many files on all processors, in order."""

from __future__ import annotations

import os

from ..errors import UnavailableError
from ..platform import is_portable
from ..report import Report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TypeAlias

    # path as the user named it, format, document's name
    Work: TypeAlias = tuple[str, str, str]
    Judge: TypeAlias = Callable[[Work], Report]

# A process costs some milliseconds; below this many files each it would not bring them in again.
_FILES_A_PROCESS = 400


def sweep(work: Sequence[Work], judge: Judge, jobs: int | None = None) -> Iterator[Report]:
    """Yield the report of each file, in the order of ``work``.

    Arguments: ``jobs`` is how many processes may work at once, by default as many as there are processors; few files,
    or an operating system that cannot fork, are judged in this one. Raises ``UnavailableError`` when a process dies.
    """
    most = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)
    count = min(jobs or most, len(work) // _FILES_A_PROCESS)
    if count < 2 or is_portable() or not hasattr(os, "fork"):
        for item in work:
            yield judge(item)
        return
    size = -(-len(work) // count)
    shares = [work[start : start + size] for start in range(0, len(work), size)]
    helpers = [_Helper(share, judge) for share in shares[1:]]
    try:
        for item in shares[0]:
            yield judge(item)
        for helper in helpers:
            yield from helper.reports()
    finally:
        for helper in helpers:
            helper.end()


class _Helper:
    """A forked process that judges a share of the files and sends their reports through a pipe."""

    def __init__(self, share: Sequence[Work], judge: Judge) -> None:
        self.share = share
        self.is_read = False
        self.pipe, sending = os.pipe()
        self.process = os.fork()
        if self.process:
            os.close(sending)
            return
        # In the child: whatever happens, it ends here, without a word of its own and without the parent's clean-up.
        code = 1
        try:
            os.close(self.pipe)
            _send(sending, share, judge)
            code = 0
        finally:
            os._exit(code)

    def reports(self) -> Iterator[Report]:
        """Yield the reports of the share. Raises ``UnavailableError`` when the process did not send them all."""
        import pickle

        with os.fdopen(self.pipe, "rb", closefd=False) as receiving:
            data = receiving.read()
        self.is_read = True
        status = self.end()
        if status != 0:
            raise UnavailableError(
                f"a process that judged {self.share[0][0]} … {self.share[-1][0]} ended with"
                f" {f'signal {-status}' if status < 0 else f'exit code {status}'}; --jobs 1 does it in one process"
            )
        # From our own child, over a pipe that nobody else has.
        sent: list[Report | tuple[str | None, str | None]] = pickle.loads(data)  # noqa: S301 - see above
        for (path, _, name), one in zip(self.share, sent, strict=True):
            if isinstance(one, Report):
                yield one
            else:
                schema, version = one
                yield Report((), document=name, file=path, schema=schema, version=version)

    def end(self) -> int:
        """Wait for the process, and return how it ended: an exit code, or a signal's number negated.

        A process whose reports nobody wants any more is killed.
        """
        if self.process:
            if not self.is_read:
                import signal

                os.kill(self.process, signal.SIGKILL)
            os.close(self.pipe)
            self.status = os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])
            self.process = 0
        return self.status


def _send(sending: int, share: Sequence[Work], judge: Judge) -> None:
    import pickle

    reports = map(judge, share)
    # Nearly all are clean: of those the parent knows the rest.
    sent = [one if len(one) or one.failure else (one.schema, one.version) for one in reports]
    data = pickle.dumps(sent, pickle.HIGHEST_PROTOCOL)
    with os.fdopen(sending, "wb") as stream:
        stream.write(data)
