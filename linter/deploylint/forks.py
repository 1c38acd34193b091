"""Processes that do a part of the work: forks of this one, which see all that it has and send back what comes out."""

import os
import signal
from collections.abc import Callable, Iterable
from typing import BinaryIO, NoReturn, Self

Work = Callable[[BinaryIO], None]
"""What a fork does: it writes what comes out to the file."""


class Forks:
    """Some processes; those that are left end with the `with` block, however that happens."""

    def __init__(self) -> None:
        self.started: list[Fork] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.end()

    def end(self) -> None:
        """End those that are left."""
        for fork in self.started:
            fork.end()

    def start(self, work: Work) -> "Fork":
        """Begin one more. Raises OSError where no process can be had."""
        # An interrupt in between would leave a process behind that nobody knows of.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            fork = Fork(work, self.started)
            self.started.append(fork)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return fork


class Fork:
    """A process that does some work. What it writes can be read from `output`, until `end`.

    `others` are forks whose output the new one shall not hold open. Raises OSError where no process can be had.
    """

    def __init__(self, work: Work, others: "Iterable[Fork]") -> None:
        reading, writing = os.pipe()
        try:
            self._pid = os.fork()
        except OSError:
            os.close(reading)
            os.close(writing)
            raise
        if self._pid == 0:
            _work(work, writing, [reading, *(other.output.fileno() for other in others)])
        os.close(writing)
        self.output: BinaryIO = open(reading, "rb")  # noqa: PTH123, SIM115  a descriptor, which `end` closes

    def wait(self) -> int:
        """The exit status, less than 0 if a signal ended it, once the output was read."""
        _, status = os.waitpid(self._pid, 0)
        self._pid = 0
        return os.waitstatus_to_exitcode(status)

    def end(self) -> None:
        """Kill the process, unless it has been waited for."""
        self.output.close()
        if self._pid:
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)


def _work(work: Work, writing: int, others: Iterable[int]) -> NoReturn:
    """Never comes back, flushes nothing of the process that it was forked from, and says nothing."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        # With the other ends open here nobody would notice that the first process is gone.
        for descriptor in others:
            os.close(descriptor)
        with open(writing, "wb") as file:
            work(file)
        os._exit(0)
    finally:
        os._exit(1)
