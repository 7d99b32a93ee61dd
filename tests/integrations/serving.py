"""Servers that tests start: a program of their own, on a port that the system chooses."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Final

__all__ = ["EXAMPLES", "ROOT", "Host", "Served", "gunicorn", "serving", "uvicorn"]

ROOT: Final = Path(__file__).resolve().parents[2]
EXAMPLES: Final = ROOT / "examples"
PATIENCE_SECONDS: Final = 60
WHERE: Final = re.compile(
    r"(?:running on|listening at:?) (http://127\.0\.0\.1:(\d+))", re.IGNORECASE
)


@dataclass(frozen=True)
class Host:
    """
    A running host: where zhili's places begin, and what a request of somebody carries.

    `prefix` is the path below which the host has mounted them, `headers_of` gives the headers with
    which the host knows somebody by name, as in `examples/district.py`.
    """

    origin: str
    prefix: str
    headers_of: Callable[[str], Mapping[str, str]]

    @property
    def url(self) -> str:
        """Where zhili's places begin."""
        return self.origin + self.prefix


class Served:
    """A server's process, and what it has said."""

    def __init__(self, command: list[str], environment: Mapping[str, str]) -> None:
        """Start it, in a process group of its own."""
        self.said: list[str] = []
        self.origin = ""
        self._ready = Event()
        rooms = (str(ROOT / "src"), str(ROOT), str(EXAMPLES), os.environ.get("PYTHONPATH"))
        path = os.pathsep.join(filter(None, rooms))
        self.process = subprocess.Popen(
            command,
            cwd=EXAMPLES,
            env={**os.environ, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1", **environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self._ear = Thread(target=self._listen, daemon=True)
        self._ear.start()

    def _listen(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said.append(line)
            if found := WHERE.search(line):
                self.origin = found[1]
                self._ready.set()
        self._ready.set()  # it has ended

    def await_ready(self) -> None:
        """Wait until it has said where it is."""
        assert self._ready.wait(PATIENCE_SECONDS), "".join(self.said)
        assert self.origin, "".join(self.said)

    @property
    def port(self) -> int:
        """The port at which it listens."""
        return int(self.origin.rpartition(":")[2])

    def workers(self) -> list[int]:
        """Give the process ids of its children."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in listed.read_text(encoding="ascii").split()]

    def stop(self) -> None:
        """End it and all its children, and hear what was still said."""
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)
        self._ear.join(10)
        assert self.process.stderr is not None
        self.process.stderr.close()


@contextmanager
def serving(command: list[str], **environment: str) -> Iterator[Served]:
    """Start *command*, give it when it listens, and end it."""
    served = Served(command, environment)
    try:
        served.await_ready()
        yield served
    finally:
        served.stop()


def uvicorn(application: str, *options: str) -> list[str]:
    """Give the command that serves a factory with uvicorn."""
    command = [sys.executable, "-m", "uvicorn", application, "--factory", "--port", "0"]
    return [*command, "--no-access-log", *options]


def gunicorn(application: str, *options: str) -> list[str]:
    """Give the command that serves a factory with gunicorn."""
    command = [sys.executable, "-m", "gunicorn", f"{application}()", "--bind", "127.0.0.1:0"]
    return [*command, "--no-control-socket", *options]
