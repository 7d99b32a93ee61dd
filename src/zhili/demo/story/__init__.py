"""What does not happen every day: a story for each way a case can take."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from zhili.demo.complaint_life import ComplaintLife
from zhili.demo.life import Course
from zhili.demo.story import dispatch, ending, handling, intake

__all__ = ["STORIES", "Story"]


class Story(NamedTuple):
    """How a story is played, how often in the quarter, and the last day on which it may begin."""

    play: Callable[[ComplaintLife], Course]
    times: int = 3
    last_day: int = 60

    @property
    def name(self) -> str:
        """What it is called."""
        return self.play.__name__


STORIES: Final = (
    Story(intake.answered, times=20, last_day=88),
    Story(intake.passed_to_an_emergency_line, last_day=80),
    Story(intake.declined),
    Story(intake.merged, times=4),
    Story(intake.unmerged, times=2),
    Story(intake.withdrawn, times=4),
    Story(intake.withdrawn_in_vain),
    Story(intake.anonymous, times=6),
    Story(intake.brought_in, times=8, last_day=70),
    Story(dispatch.consulted, times=4),
    Story(dispatch.sent_to_the_district, times=4),
    Story(dispatch.upheld_before_signing),
    Story(dispatch.upheld_after_signing),
    Story(dispatch.redirected, times=4),
    Story(dispatch.designated),
    Story(dispatch.signed_late, times=4),
    Story(dispatch.waiting_for_a_calendar, times=4, last_day=24),
    Story(handling.hard_to_reach),
    Story(handling.with_co_handlers, times=4),
    Story(handling.extended, times=4),
    Story(handling.refused_more_time),
    Story(handling.escalated),
    Story(handling.ledgered_and_reviewed, times=3, last_day=40),
    Story(handling.ledgered_until_a_date, times=2, last_day=40),
    Story(handling.refused_the_ledger),
    Story(handling.overtaken, times=6),
    Story(handling.terminated),
    Story(handling.not_terminated),
    Story(ending.returned),
    Story(ending.reworked, times=5),
    Story(ending.reopened, last_day=45),
    Story(ending.reopened_from_the_archive, times=2, last_day=14),
    Story(ending.left_out, last_day=45),
    Story(ending.kept_in, times=2, last_day=45),
    Story(ending.corrected),
)
