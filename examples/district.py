"""What the hosts in this directory share: a district's people, a few cases, where to serve."""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from zhili import Actor, Engine, complaint

PASSWORD = "demo"  # noqa: S105 - a toy's; a real host has real ones
CENTRE, STREET = "12345", "110105002"


class Person(NamedTuple):
    """Somebody as a host's own table of users has them."""

    role: str
    unit: str


PEOPLE = {
    "lin": Person("intake_agent", CENTRE),
    "zhao": Person("dispatcher", CENTRE),
    "zhou": Person("callback_agent", CENTRE),
    "sun": Person("reviewer", CENTRE),
    "liu": Person("unit_operator", STREET),
    "chen": Person("unit_leader", STREET),
    "wu": Person("unit_operator", "110105008"),
    "he": Person("district_leader", "110105"),
}
"""The users, by the names with which they sign in."""

CALLS: tuple[tuple[complaint.Kind, str], ...] = (
    ("complaint", "Street lamp out 路灯不亮"),
    ("complaint", "Noise at night 夜间噪声"),
    ("help", "Blocked drain 下水道堵塞"),
)


def open_few(engine: Engine) -> None:
    """Open a few cases; the keys see to it that they are opened once, however many do this."""
    agent = Actor(id="lin", role="intake_agent", unit=CENTRE)
    dispatcher = Actor(id="zhao", role="dispatcher", unit=CENTRE)
    for kind, title in CALLS:
        call = complaint.Register(
            kind=kind, channel="hotline", title=title, content="…", phone="13800000000"
        )
        case = engine.submit(call, by=agent, key=f"few:{title}").case_id
        accept = complaint.Accept(case_id=case, grade="III")
        engine.submit(accept, by=agent, key=f"few:{title}:accept")
        dispatch = complaint.Dispatch(case_id=case, unit=STREET)
        engine.submit(dispatch, by=dispatcher, key=f"few:{title}:dispatch")


@contextmanager
def asked() -> Iterator[int]:
    """Give the port that the command line asks for, with STORE set: to a passing one by default."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=8000, help="0 takes any that is free")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as room:
        os.environ.setdefault("STORE", f"sqlite:///{room}/cases.db")
        yield given.port
