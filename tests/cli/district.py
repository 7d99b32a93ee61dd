"""A small district of a complaint, its whistle, a wall and a hazard, lived by real commands."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, NamedTuple
from uuid import UUID

from tests.engine.sample import Life
from tests.hazard import examples as h
from tests.wall import steps as p
from tests.whistle import cast as w
from zhili.testing import CASE, TICK, Control, path_to
from zhili.testing import controls as c

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)

ITEM: Final = UUID("01900000-0000-7000-8000-0000000000e1")
ECHO: Final = UUID("01900000-0000-7000-8000-0000000000e2")
REFUSED: Final = UUID("01900000-0000-7000-8000-0000000000e3")
HAZARD: Final = UUID("01900000-0000-7000-8000-0000000000e4")

BLOW: Final = c.BLOW_WHISTLE.but(units=(w.POLICE, w.WATER))
SEEN: Final = (*p.BEFORE["resolved"], p.POST_ECHO, p.VOTE, p.VOTE_BASICALLY.by_actor(p.villager(2)))


class District(NamedTuple):
    """The store, and the ids of what is in it."""

    url: str
    complaint: UUID = CASE
    whistle: UUID = c.WHISTLE
    item: UUID = ITEM
    echo: UUID = ECHO
    refused: UUID = REFUSED
    hazard: UUID = HAZARD


def at(case_id: UUID, *steps: object) -> tuple[Control, ...]:
    """Give steps of one case."""
    return tuple(step.on(case_id) for step in steps if isinstance(step, Control))


def live(url: str) -> District:
    """
    Live a week and a half of it, from Monday, 2 March 2026, 9:00 in Shanghai.

    The complaint blows a whistle: the police come, the water bureau does not. One item of the wall
    has a promise that was changed and then broken, one has its echo, one was not posted. The hazard
    is called to the district, where the fire brigade is at work.
    """
    life = Life(url)
    life.live(
        *path_to("handling"),
        BLOW,
        *at(c.WHISTLE, w.SUBMIT, w.BLOW, w.ASSIGN_LEAD, w.SIGN, w.REPORT_IN),
        *at(ECHO, *SEEN),
        *at(REFUSED, p.COLLECT, p.SCREEN, p.REFUSE),
        *at(HAZARD, *h.RECTIFYING),
        *at(ITEM, *p.BEFORE["in_progress"], p.CHANGE_PROMISE.but(promised_on=p.TODAY + 5 * DAY)),
        10 * DAY,
        TICK,
    )
    life.close()
    return District(url)
