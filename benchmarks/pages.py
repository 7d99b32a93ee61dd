"""The first page of a wall of thousands of items, and of a desk over a million cases."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from benchmarks.fill import fill_register
from benchmarks.measure import Result, measure
from zhili import Actor, Engine, role, wall
from zhili.commands.command import Command
from zhili.face import Face, Request, Route
from zhili.pages.settings import Settings
from zhili.pages.site import site
from zhili.values import new_case_id

__all__ = ["pages_benchmark"]

PAGE_SECONDS: Final = 0.05
"""How long the server may take for a first page."""

ITEMS: Final = 10_000
ITEMS_A_TRANSACTION: Final = 50
ROUNDS: Final = 20
VILLAGE: Final = "610582103201"
KEEPER: Final = Actor(id="keeper-1", role=role.WALL_KEEPER, unit=VILLAGE)


def pages_benchmark(room: Path, *, cases: int, rounds: int) -> list[Result]:
    """Measure pages as `Face.respond` gives them, of a wall of 10,000 items and *cases* cases."""
    asked = max(rounds, ROUNDS)
    return [*_walls(room / "wall.db", asked), *_desks(room / "desk.db", cases, asked)]


def _walls(path: Path, rounds: int) -> Iterator[Result]:
    with Engine.open(f"sqlite:///{path}") as engine:
        for _ in range(ITEMS // ITEMS_A_TRANSACTION):
            engine.submit_many(
                [one for _ in range(ITEMS_A_TRANSACTION) for one in _posted()], by=KEEPER
            )
        face = site(engine, Settings())
        for name, query in (("of all villages", ()), ("of a village", (("village", VILLAGE),))):
            yield measure(
                f"wall {name}, {ITEMS:,} items", "pages", _asking(face, "/problem-wall", query),
                rounds=rounds, seconds_most=PAGE_SECONDS,
            )  # fmt: skip
        yield measure(
            f"GET /wall, {ITEMS:,} items", "pages", _asking(face, "/wall", ()),
            rounds=rounds, seconds_most=PAGE_SECONDS,
        )  # fmt: skip


def _posted() -> Iterator[Command]:
    """Give the commands that bring one problem to the wall."""
    case_id = new_case_id()
    clear = dict.fromkeys(("privacy", "libel", "legality", "duplicate"), "clear")
    yield wall.Collect(
        case_id=case_id, text="路灯坏了三天", category="infrastructure", village=VILLAGE,
        channel="home_visit", anonymous=True,
    )  # fmt: skip
    yield wall.Screen.model_validate({"case_id": case_id, **clear})
    yield wall.Post(case_id=case_id, title="村口路灯不亮", public_text="村口的路灯已经三天不亮。")


def _desks(path: Path, cases: int, rounds: int) -> Iterator[Result]:
    fill_register(path, cases)
    sql = "SELECT unit FROM cases WHERE NOT ended GROUP BY unit ORDER BY COUNT(*) DESC LIMIT 1"
    with closing(sqlite3.connect(path)) as database:
        ((unit,),) = database.execute(sql).fetchall()
    operator = Actor(id="operator-1", role=role.UNIT_OPERATOR, unit=unit)
    dispatcher = Actor(id="dispatcher-1", role=role.DISPATCHER, unit="12345")
    with Engine.open(f"sqlite:///{path}") as engine:
        face = site(engine, Settings())
        for name, actor in (("a unit", operator), ("the centre", dispatcher)):
            yield measure(
                f"desk of {name}, {cases:,} cases", "pages", _asking(face, "/desk", (), actor),
                rounds=rounds, seconds_most=PAGE_SECONDS,
            )  # fmt: skip


def _asking(
    face: Face, path: str, query: tuple[tuple[str, str], ...], actor: Actor | None = None
) -> Callable[[], int]:
    route = next(each for each in face.routes if each.path == path and each.method == "GET")
    request = Request("GET", path, query=query, actor=actor)
    _insist(face, route, request)  # once, so that templates are compiled

    def ask() -> int:
        return _insist(face, route, request)

    return ask


def _insist(face: Face, route: Route, request: Request) -> int:
    response = face.respond(route, request)
    if response.status != 200:  # noqa: PLR2004 - what a page that is there is answered with
        raise AssertionError(response.body.decode())
    return 1
