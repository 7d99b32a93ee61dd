"""What happens every day: how a case of each type begins, and how many there are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from zhili.demo import (
    branch_course,
    complaint_course,
    hazard_course,
    wall_course,
    whistle_course,
)
from zhili.demo.branch_course import BranchLife
from zhili.demo.complaint_life import USUAL, ComplaintLife
from zhili.demo.hazard_course import HazardLife
from zhili.demo.life import Course, Stage
from zhili.demo.wall_course import WallLife
from zhili.demo.whistle_course import WhistleLife

__all__ = ["ORDINARY", "Ordinary"]


class Ordinary(NamedTuple):
    """How a case of a type begins, and how many begin on a day."""

    play: Callable[[Stage, str], Course]
    a_day: float


def complaint(stage: Stage, name: str) -> Course:
    """Let somebody call the hotline."""
    life = ComplaintLife(stage, name, USUAL)
    life.register(anonymous=life.happens(0.05))
    yield from complaint_course.course(life)


def whistle(stage: Stage, name: str) -> Course:
    """Let a street blow a whistle on its own."""
    life = WhistleLife(stage, name)
    life.draft()
    yield from whistle_course.course(life)


def problem(stage: Stage, name: str) -> Course:
    """Let somebody bring a problem to the wall of the village."""
    life = WallLife(stage, name)
    life.collect()
    yield from wall_course.course(life)


def hazard(stage: Stage, name: str) -> Course:
    """Let a community find a hazard."""
    life = HazardLife(stage, name)
    life.find()
    yield from hazard_course.course(life)


def branch_call(stage: Stage, name: str) -> Course:
    """Let a branch give a member a post."""
    life = BranchLife(stage, name)
    life.assign()
    yield from branch_course.course(life)


ORDINARY: Final = (
    Ordinary(complaint, 2.2),
    Ordinary(whistle, 0.12),
    Ordinary(problem, 0.3),
    Ordinary(hazard, 0.2),
    Ordinary(branch_call, 0.03),
)
