"""`zhili serve` as people run it: a process of its own, with a few days of the district."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from threading import Timer
from typing import Final

import httpx

__all__ = ["Served", "serving"]

DAYS: Final = 8
"""Enough for every kind of page to have something on it."""

PATIENCE_SECONDS: Final = 120
ADDRESS: Final = re.compile(r"http://127\.0\.0\.1:\d+")


@dataclass(frozen=True)
class Served:
    """A running demonstration: where it is, what it said of it, and who may be chosen there."""

    url: str
    greeting: str = ""

    @cached_property
    def users(self) -> tuple[str, ...]:
        """The ids of the demo users, in the order of the page."""
        page = httpx.get(f"{self.url}/sign-in").text
        return tuple(re.findall(r'name="user" value="([^"]+)"', page))

    def user(self, like: str) -> str:
        """Give the first demo user whose id has *like* in it."""
        return next(user for user in self.users if like in user)

    @property
    def village(self) -> str:
        """The village whose wall has most on it."""
        return self.user("-wall").removesuffix("-wall")

    @property
    def town(self) -> str:
        """The town in which that village lies."""
        return self.village[:9]

    @property
    def department(self) -> str:
        """A department with cases."""
        return self.user("-co-handler").removesuffix("-co-handler")


@contextmanager
def serving(*options: str) -> Iterator[Served]:
    """Start it at a port that the system chooses, wait until it answers, end it by Ctrl-C."""
    command = [sys.executable, "-m", "zhili", "serve", "--port", "0", *options]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        alarm = Timer(PATIENCE_SECONDS, process.kill)
        alarm.start()
        try:
            found = _found(process)
            alarm.cancel()
            yield found
        finally:
            alarm.cancel()
            process.send_signal(signal.SIGINT)
            try:
                process.communicate(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                raise


def _found(process: subprocess.Popen[str]) -> Served:
    assert process.stdout is not None
    said: list[str] = []
    for line in process.stdout:
        said.append(line)
        found = ADDRESS.search(line)
        if found:
            httpx.get(f"{found[0]}/readyz", timeout=PATIENCE_SECONDS).raise_for_status()
            return Served(found[0], line)
    raise AssertionError(f"it did not start: {''.join(said)}")
