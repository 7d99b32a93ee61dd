"""The ordinary course of a branch's call: a post, a call, a service, points for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from zhili.aggregates import BranchCall
from zhili.commands import branch_call
from zhili.demo import people
from zhili.demo.district import BRANCHES
from zhili.demo.life import Course, Life, Stage

if TYPE_CHECKING:
    from zhili.values import Actor

__all__ = ["BranchLife", "course"]

ERRANDS: Final = {
    "environment": "周末小区环境清洁",
    "civility": "早高峰非机动车停放劝导",
    "care": "独居老人入户探访",
    "security": "夜间平安巡逻",
    "theory": "小区议事会政策宣讲",
    "lift_watch": "电梯困人应急值守",
}
"""What members of each post are called for."""


class BranchLife(Life[BranchCall]):
    """One member's post and one call."""

    def __init__(self, stage: Stage, name: str) -> None:
        """Begin it."""
        super().__init__(stage, name)
        self.branch = self.chance.choice(list(BRANCHES))
        self.member = f"member-{self.chance.randrange(40):02d}"
        self.post = self.chance.choice(list(ERRANDS))
        self.checked_in = self.happens(0.5)

    @property
    def estate(self) -> str:
        """The community that the branch is in."""
        return self.branch[:12]

    @property
    def secretary(self) -> Actor:
        """The secretary of the branch."""
        return people.branch_secretary(self.branch)

    @property
    def party_member(self) -> Actor:
        """The member."""
        return people.party_member(self.member)

    def assign(self, *, checked_in: bool | None = None) -> None:
        """Give the member a post; whoever has checked in comes from a department."""
        guest = self.checked_in if checked_in is None else checked_in
        home: dict[str, Any] = {"lives_in": self.estate}
        if guest:
            home = {"checked_in_at": self.estate, "home_organisation": "HP-ZJJ"}
        self.do(
            branch_call.AssignPost,
            self.secretary,
            member=self.member,
            name=self.somebody()["name"],
            estate=self.estate,
            post=self.post,
            abilities=("organise",),
            **home,
        )

    def call(self) -> None:
        """Call the member for an errand of the post, three days ahead."""
        self.do(
            branch_call.Call,
            self.secretary,
            title=ERRANDS[self.post],
            post=self.post,
            serve_by=self.now + timedelta(days=3),
        )


def course(life: BranchLife, until: str = "") -> Course:
    """Let the call go its way until it rests, or until it stands in the state *until*."""
    while (state := life.state) in DESKS and state != until:
        yield life.span(HOURS[state])
        # The clocks may have moved it while it waited.
        if life.state in DESKS and life.state != until:
            DESKS[life.state](life)


HOURS: Final = {"post_assigned": 40.0, "called": 5.0, "responded": 30.0, "served": 30.0}
"""How many hours somebody lets it lie, as a median."""


def _call(life: BranchLife) -> None:
    life.call()


def _respond(life: BranchLife) -> None:
    life.do(branch_call.Respond, life.party_member)


def _serve(life: BranchLife) -> None:
    life.do(branch_call.Serve, life.party_member, service="已按岗位要求完成服务两小时。")


def _rate(life: BranchLife) -> None:
    life.do(branch_call.Rate, life.secretary, points=life.chance.randint(3, 5))


DESKS: Final[dict[str, Callable[[BranchLife], None]]] = {
    "post_assigned": _call,
    "called": _respond,
    "responded": _serve,
    "served": _rate,
}
"""Who does what with a call that stands there."""
