"""Runs the processes of a server, starts those again that die, and stops them all together."""

from __future__ import annotations

import ctypes
import gc
import logging
import multiprocessing
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from types import FrameType

from django.db import connections

from lxp.serving.exceptions import ServingError

logger = logging.getLogger(__name__)
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
STOP_SECONDS = 20
STEADY_SECONDS = 60
LONGEST_PAUSE_SECONDS = 60
PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15
_fork = multiprocessing.get_context("fork")


@dataclass
class Service:
    """One process that must always run: its name for the operator, and what it does until it is told to stop."""

    name: str
    run: Callable[[], None]
    process: ForkProcess | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    failures: int = 0

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.is_alive()

    def start(self) -> None:
        self.started_at = time.monotonic()
        self.process = _fork.Process(target=_become, args=(self.name, self.run, os.getpid()), name=self.name)
        self.process.start()

    def note_end(self) -> None:
        """Plan the next start: at once the first time, then ever later as long as it keeps failing."""
        if self.process is None:
            return
        reason, self.process = _reason(self.process.exitcode), None
        now = time.monotonic()
        if now - self.started_at > STEADY_SECONDS:
            self.failures = 0
        pause = min(2**self.failures, LONGEST_PAUSE_SECONDS)
        self.failures += 1
        self.start_at = now + pause
        logger.error("The %s stopped (%s). It starts again in %d s.", self.name, reason, pause)


@dataclass
class Supervisor:
    """Keeps services running until it is told to stop. They start as copies of this process and share its memory."""

    services: list[Service]
    is_stopping: bool = field(default=False, init=False)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Start every service, and stop them all when the block ends, however it ends."""
        for number in STOP_SIGNALS:
            signal.signal(number, self._note_signal)
        gc.freeze()  # what is loaded now stays in pages that the copies share
        try:
            for service in self.services:
                connections.close_all()  # a connection must never be shared by two processes
                service.start()
            yield
        finally:
            self.stop()

    def watch(self, seconds: float | None = None) -> None:
        """Start again what dies, until told to stop or until the time is over."""
        end = None if seconds is None else time.monotonic() + seconds
        while not self.is_stopping and (end is None or time.monotonic() < end):
            wait([each.process.sentinel for each in self.services if each.process], timeout=0.2)
            for service in self.services:
                if service.process is not None and not service.is_running:
                    service.note_end()
                elif service.process is None and service.start_at <= time.monotonic():
                    service.start()

    def stop(self) -> None:
        """Ask every service to finish what it does; whoever takes too long is ended."""
        running = [each.process for each in self.services if each.process is not None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in running:
            process.join(max(0.0, deadline - time.monotonic()))
            if process.is_alive():
                process.kill()
                process.join()

    def _note_signal(self, number: int, frame: FrameType | None) -> None:
        self.is_stopping = True


def run_apart(work: Callable[[], None]) -> None:
    """Do work in a process of its own, so that the memory it takes is given back. What it raises is raised here."""
    receiver, sender = _fork.Pipe(duplex=False)
    process = _fork.Process(target=_report, args=(work, os.getpid(), sender))
    process.start()
    sender.close()
    try:
        fault = receiver.recv()
    except EOFError:
        process.join()
        raise ServingError(f"The preparation ended too soon ({_reason(process.exitcode)}). Start again.") from None
    process.join()
    if fault is not None:
        raise fault


def _report(work: Callable[[], None], supervisor: int, sender: Connection) -> None:
    _end_with(supervisor)
    # Migrating makes every model anew after each step: collecting those less often takes a fifth off the time.
    gc.set_threshold(200_000, 20, 100)
    try:
        work()
    except BaseException as fault:  # noqa: BLE001 - raised again on the other side
        fault.add_note(traceback.format_exc())
        sender.send(fault)
    else:
        sender.send(None)


def _end_with(supervisor: int) -> None:
    """End this process when the supervisor ends, however that happens."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != supervisor:
        raise SystemExit(1)


def _become(name: str, run: Callable[[], None], supervisor: int) -> None:
    """In the new process: forget the supervisor's signals, end when the supervisor ends, then do the work."""
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    os.setpgid(0, 0)  # Ctrl-C reaches the supervisor only, which then stops the others in order
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_NAME, f"lxp {name}".encode())  # what `ps` and `top` show
    _end_with(supervisor)
    run()


def _reason(exit_code: int | None) -> str:
    if exit_code is not None and exit_code < 0:
        return f"signal {signal.Signals(-exit_code).name}"
    return f"exit code {exit_code}"
