"""The clocks of entities inside a case: `ClockOf(case_id, "report_in:police")`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.engine.sample import Life
from tests.hazard import examples as h
from tests.whistle import cast as w
from tests.whistle.examples import DAY, HOUR, MUSTERING
from zhili.errors import InputError
from zhili.projections.clock_of import ClockAnswer, ClockOf
from zhili.testing import CASE, TICK

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(params=["tick-at-once", "tick-late"])
def life(request: pytest.FixtureRequest) -> Iterator[Life]:
    """Live until two units have been summoned and one has come; both ways to go on are the same."""
    lived = Life("memory:")
    lived.live(*MUSTERING, w.REPORT_IN)
    if request.param == "tick-at-once":
        lived.live(2 * HOUR, TICK)
    lived.live(3 * DAY, TICK)
    yield lived
    lived.close()


def clock(life: Life, name: str) -> ClockAnswer:
    """Ask for one clock."""
    answer: ClockAnswer = life.engine.ask(ClockOf(CASE, name))
    return answer


def test_a_clock_of_a_unit_is_told_like_any_other(life: Life) -> None:
    """When it began, by what it was stopped, and why it was due when it was."""
    came = clock(life, f"report_in:{w.POLICE}")
    assert (came.status, came.overdue, came.clock) == ("stopped", False, "report_in:police")
    assert came.explanation is not None
    begun, ended = came.explanation.sentences
    assert "Summon a unit (event 4)" in begun.en
    assert "1 day (calendar days)" in begun.en
    assert begun.en.endswith("(policy whistle version 1; policy calendar version 1).")
    assert "依据吹哨报到规程第1版" in begun.zh
    assert ended.en.endswith("stopped the clock 'to report in', in time.")
    assert came.explanation.days[-1].counts


def test_a_unit_that_did_not_come_is_overdue(life: Life) -> None:
    """What marks that it was not done stops its clock at the due instant, which is not in time."""
    missed = clock(life, f"report_in:{w.WATER}")
    assert (missed.status, missed.overdue) == ("stopped", True)
    assert missed.stopped_at == missed.due_at
    assert missed.explanation is not None
    told = missed.explanation.sentences[-1]
    assert told.en.endswith("stopped the clock 'to report in', which was due.")
    assert told.zh.endswith("“报到”到期，停止计时。")


def test_units_have_each_their_own(life: Life) -> None:
    """The same clock of two units is two clocks; of a unit that was never summoned, none began."""
    names = {each.name for each in life.case().clocks}
    assert {f"sign:{w.POLICE}", f"sign:{w.WATER}"} < names
    assert clock(life, f"sign:{w.PARKS}").status == "not started"


@pytest.mark.parametrize(
    "name", ["lunch", "lunch:police", "report_in", "report_in:", "assign:x", ""]
)
def test_a_clock_that_the_table_lacks_is_refused(life: Life, name: str) -> None:
    """The message names those of the case, and those of the entities inside it."""
    with pytest.raises(InputError) as refused:
        clock(life, name)
    assert refused.value.message.endswith(
        "its clocks are: assign, confirmation, handle, sign:ID, contact:ID, report_in:ID"
    )


def test_a_window_that_ends_is_not_overdue() -> None:
    """Work is late, a window is over: the archiving of a hazard happens when its day has come."""
    life = Life("memory:")
    life.live(*h.SOLVED, 40 * DAY, TICK)
    over = clock(life, "archive")
    assert (life.case().state, over.status, over.overdue) == ("archived", "stopped", False)
    told: Any = over.explanation
    assert told.sentences[-1].en.endswith("stopped the clock 'to archive', which was due.")
    life.close()
