"""The lives that every fault is planted into: all that an audit looks at happens in them once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from tests.complaint.examples import ANNOUNCED, YEAR_END
from tests.engine.sample import Life, facts
from zhili.commands.policy import publish
from zhili.policies import POLICIES
from zhili.policies.presets import shanghai
from zhili.policies.procedure import Procedure
from zhili.testing import CASE, OTHER_CASE, TICK, actor, controls, path_to

if TYPE_CHECKING:
    from zhili.testing import Control

__all__ = [
    "COHANDLED", "DISPUTED", "DUPLICATE", "EVENTS", "IMPORTED", "LATE", "LEDGERED", "LONELY",
    "MAIN", "SCATTERED", "TERMINATED", "WAITING", "live",
]  # fmt: skip

EVENTS: Final = 100 + len(POLICIES)
"""So many events there are in the log; the default policies are the first of them."""

MAIN: Final = OTHER_CASE
DUPLICATE: Final = CASE
IMPORTED: Final = controls.IMPORTED_CASE


def _case(n: int) -> UUID:
    return UUID(int=CASE.int + n)


COHANDLED: Final = _case(10)
DISPUTED: Final = _case(11)
LEDGERED: Final = _case(12)
LATE: Final = _case(13)
TERMINATED: Final = _case(14)
SCATTERED: Final = _case(15)
"""A duplicate of a case that is terminated, after it was merged and unmerged once."""
LONELY: Final = _case(16)
"""A case whose events stand together, the last of them at the end of the log."""
WAITING: Final = _case(17)
"""A case whose deadlines wait for the calendar of 2027."""

ADMINISTRATOR: Final = actor("administrator")


def live(url: str) -> Life:
    """Live all of it through in the store at *url*; give the life, still going on."""
    life = Life(url)
    _merge_and_close(life)
    life.engine.submit(publish(Procedure(reworks_max=7)), by=ADMINISTRATOR)
    _go_many_ways(life)
    life.live(timedelta(days=31), TICK, facts("long after", COHANDLED))
    _wait_for_a_calendar(life)
    return life


def _steps(case_id: UUID, *steps: Control) -> tuple[Control, ...]:
    return tuple(step.on(case_id) for step in steps)


def _to(state: str, case_id: UUID) -> tuple[Control, ...]:
    return _steps(case_id, *path_to(state))  # type: ignore[arg-type]  # nothing but commands


def _merge_and_close(life: Life) -> None:
    """Merge a case into one of a higher confidentiality, and close that: four kinds of effects."""
    life.live(*path_to("merged")[:2], controls.SET_CONFIDENTIALITY.on(MAIN))
    life.live(*path_to("merged")[2:])
    done = path_to("closed")[2:]
    life.live(*_steps(MAIN, *done))  # type: ignore[arg-type]  # nothing but commands


def _go_many_ways(life: Life) -> None:
    c = controls
    life.live(*_to("handling", COHANDLED))
    life.live(*_steps(COHANDLED, c.INVITE_CO_HANDLER, c.SUBMIT_CO_HANDLING))
    life.live(*_steps(COHANDLED, c.REQUEST_EXTENSION, c.GRANT_EXTENSION))
    life.live(*(facts(n, COHANDLED) for n in range(3)))
    life.live(*_to("disputed", DISPUTED), *_steps(DISPUTED, c.REDIRECT_DISPATCH))
    life.live(*_to("ledgered", LEDGERED))
    late = c.RECORD_CONTACT.on(LATE).later(hours=2).entered_late(timedelta(hours=1))
    life.live(*_to("signed", LATE), late)
    life.live(*_to("accepted", TERMINATED), *_to("accepted", SCATTERED))
    merged = c.MERGE_INTO.but(main=TERMINATED)
    life.live(*_steps(SCATTERED, merged, c.UNMERGE, merged))
    ended = _to("terminated", TERMINATED)[2:]
    life.live(*ended)
    life.live(c.BRING_IN, c.BRING_IN_CLOSING.but(flags=("closing-guessed",)))


def _wait_for_a_calendar(life: Life) -> None:
    """Dispatch a case whose working days reach into 2027; then that year is announced."""
    life.clock.set(YEAR_END)
    life.engine.submit(publish(shanghai()), by=ADMINISTRATOR)
    life.live(*_to("dispatched", WAITING))
    life.engine.submit(publish(ANNOUNCED), by=ADMINISTRATOR)
    life.live(timedelta(minutes=1), TICK)
    life.live(*_to("accepted", LONELY), *(facts(n, LONELY) for n in range(2)))
