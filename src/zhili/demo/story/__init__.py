"""What does not happen every day: a story for each way a case can take."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple, TypeVar

from zhili.demo.branch_course import BranchLife
from zhili.demo.complaint_life import ComplaintLife
from zhili.demo.hazard_course import HazardLife
from zhili.demo.life import Course, Stage
from zhili.demo.story import (
    blown,
    branch,
    dispatch,
    ending,
    handling,
    hazard,
    intake,
    objection,
    wall,
    whistle,
)
from zhili.demo.wall_course import WallLife
from zhili.demo.whistle_course import WhistleLife

__all__ = ["STORIES", "Story"]

LifeT = TypeVar("LifeT")


class Story(NamedTuple):
    """How a story is played, how often in the quarter, and between which days it may begin."""

    name: str
    play: Callable[[Stage, str], Course]
    times: int
    last_day: int
    first_day: int = 0


def _of(
    life: Callable[[Stage, str], LifeT],
) -> Callable[..., Story]:
    """Give what makes stories of such a *life*."""

    def story(
        play: Callable[[LifeT], Course], times: int = 3, last_day: int = 60, first_day: int = 0
    ) -> Story:
        def played(stage: Stage, name: str) -> Course:
            yield from play(life(stage, name))  # its life begins when it acts first

        name = f"{play.__module__.rpartition('.')[2]}.{play.__name__}"
        return Story(name, played, times, last_day, first_day)

    return story


_complaint = _of(ComplaintLife)
_whistle = _of(WhistleLife)
_wall = _of(WallLife)
_hazard = _of(HazardLife)
_branch = _of(BranchLife)

COMPLAINTS: Final = (
    _complaint(intake.answered, times=14, last_day=88),
    _complaint(intake.passed_to_an_emergency_line, last_day=80),
    _complaint(intake.declined),
    _complaint(intake.merged, times=4),
    _complaint(intake.unmerged, times=2),
    _complaint(intake.withdrawn),
    _complaint(intake.withdrawn_in_vain),
    _complaint(intake.anonymous, times=5),
    _complaint(intake.brought_in, times=6, last_day=70),
    _complaint(dispatch.consulted),
    _complaint(dispatch.sent_to_the_district),
    _complaint(dispatch.upheld_before_signing),
    _complaint(dispatch.upheld_after_signing),
    _complaint(dispatch.redirected),
    _complaint(dispatch.designated),
    _complaint(dispatch.signed_late),
    _complaint(dispatch.waiting_for_a_calendar, times=4, last_day=24),
    _complaint(handling.hard_to_reach),
    _complaint(handling.protected),
    _complaint(handling.with_co_handlers),
    _complaint(handling.extended),
    _complaint(handling.refused_more_time),
    _complaint(handling.escalated),
    _complaint(handling.ledgered_and_reviewed, last_day=40),
    _complaint(handling.ledgered_until_a_date, times=2, last_day=40),
    _complaint(handling.refused_the_ledger),
    _complaint(handling.overtaken, times=5),
    _complaint(handling.terminated),
    _complaint(handling.not_terminated),
    _complaint(ending.returned),
    _complaint(ending.reworked, times=5),
    _complaint(ending.reopened, last_day=45),
    _complaint(ending.reopened_from_the_archive, times=2, last_day=14),
    _complaint(ending.left_out, last_day=45),
    _complaint(ending.kept_in, times=2, last_day=45),
    _complaint(ending.corrected),
    _complaint(blown.blown, times=4, last_day=24),
    _complaint(blown.blown_in_vain, times=2),
    _complaint(blown.blown_again, times=2),
)

WHISTLES: Final = (
    _whistle(whistle.emergency, last_day=80),
    _whistle(whistle.confirmed_late, times=2),
    _whistle(whistle.sent_back, times=2),
    _whistle(whistle.cancelled, times=2),
    _whistle(whistle.led_by_another, times=2, last_day=40),
    _whistle(whistle.missed, times=2),
    _whistle(whistle.missed_by_all, times=1),
    _whistle(whistle.missed_before_a_lead, times=1),
    _whistle(whistle.missed_while_others_work, times=2),
    _whistle(whistle.missed_at_the_end, times=2),
    _whistle(whistle.left_early, times=2),
    _whistle(whistle.ended_by_the_district, times=2, last_day=24),
    _whistle(whistle.rejected, times=2),
    _whistle(whistle.blown_again, times=2),
    _whistle(whistle.rated_by_the_community, times=2),
    _whistle(whistle.rated_in_public, times=3),
    _whistle(objection.objected_in_vain, times=1),
    _whistle(objection.objected_after_coming, times=1),
    _whistle(objection.objected_and_missed, times=1),
    _whistle(objection.released_and_summoned_again, times=1),
    _whistle(objection.replaced, times=2),
    _whistle(objection.released_at_the_end, times=1),
    _whistle(objection.released_before_a_lead, times=1),
    _whistle(objection.released_as_the_last, times=1),
    _whistle(objection.released_too_late, times=1),
    _whistle(objection.all_released, times=1),
    # Those of the last days are open when the quarter ends, a Sunday.
    _whistle(whistle.on_its_way, times=2, first_day=87, last_day=89),
    _whistle(whistle.usual, times=2, first_day=88, last_day=89),
)

WALL_ITEMS: Final = (
    _wall(wall.in_the_community, times=14, last_day=75),
    _wall(wall.told_in_person, times=4, last_day=75),
    _wall(wall.told_anonymously, times=3),
    _wall(wall.refused, times=6, last_day=80),
    _wall(wall.forgotten, times=2, last_day=24),
    _wall(wall.screened_twice, times=2),
    _wall(wall.merged, times=3),
    _wall(wall.assigned, times=3, last_day=50),
    _wall(wall.assigned_at_once, times=2),
    _wall(wall.promised_anew, times=3),
    _wall(wall.promised_in_vain, times=3, last_day=75),
    _wall(wall.explained, times=3, last_day=45),
    _wall(wall.not_explained, times=2),
    _wall(wall.voted_down, times=2),
    _wall(wall.came_back, times=2, last_day=30),
    _wall(wall.became_a_complaint, times=3),
    _wall(wall.became_a_whistle, times=3),
    _wall(wall.vain_whistle, times=1),
    _wall(wall.mediated, times=2, last_day=70),
)

HAZARDS: Final = (
    _hazard(hazard.fixed_in_the_community, times=4, last_day=80),
    _hazard(hazard.fixed_at_the_street, times=2),
    _hazard(hazard.told_by_a_volunteer, times=2),
    _hazard(hazard.reported_late, times=2),
    _hazard(hazard.rectified, times=2),
    _hazard(hazard.waiting_for_a_calendar, times=4, last_day=24),
    _hazard(hazard.checked_in_vain, times=2),
    _hazard(hazard.called_to_the_city, times=1),
    _hazard(hazard.decided_by_the_city, times=1),
    _hazard(hazard.handed_back, times=1),
    _hazard(hazard.called_by_whistle, times=2),
    _hazard(hazard.called_by_whistle_in_vain, times=1),
    _hazard(hazard.dismissed, times=2),
    _hazard(hazard.known_already, times=2),
)

BRANCH_CALLS: Final = (
    _branch(branch.served, times=6, last_day=80),
    _branch(branch.answered_too_late, times=1),
    _branch(branch.excused, times=2),
    _branch(branch.moved_away, times=1),
    _branch(branch.closed_by_the_branch, times=1),
    _branch(branch.refused_an_excuse, times=1),
    _branch(branch.reported_upwards, times=2, last_day=24),
)

STORIES: Final = (*COMPLAINTS, *WHISTLES, *WALL_ITEMS, *HAZARDS, *BRANCH_CALLS)
"""Every story, case type by case type."""
