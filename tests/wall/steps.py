"""A good example of every command of a wall, by somebody who may give it, and the ways there."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from zhili.aggregates.event import Cause
from zhili.aggregates.wall_endings import ending
from zhili.commands import wall as asked
from zhili.testing import OTHER_CASE, TICK, Control, actor
from zhili.values import SYSTEM_ACTOR, Attachment
from zhili.workflows import role

if TYPE_CHECKING:
    from zhili.values import Actor

DAY: Final = timedelta(days=1)
VILLAGE: Final = "610582103201"
OTHER_VILLAGE: Final = "610582103202"
TOWN: Final = "610582103"
OTHER_TOWN: Final = "610582104"
DEPARTMENT: Final = "water-bureau"

RESIDENT: Final = actor(role.RESIDENT, id="villager-1")
GRID: Final = actor(role.GRID_WORKER, id="grid-worker-1")
KEEPER: Final = actor(role.WALL_KEEPER, VILLAGE)
STRANGER: Final = actor(role.WALL_KEEPER, OTHER_VILLAGE)
OFFICE: Final = actor(role.TOWN_OFFICE, TOWN)
OPERATOR: Final = actor(role.UNIT_OPERATOR, DEPARTMENT)
MEMBER: Final = actor(role.PARTY_MEMBER, id="member-1")
HELPER: Final = actor(role.VOLUNTEER, id="volunteer-1")
CAUSE: Final = Cause(case_id=OTHER_CASE, version=1)

NAME: Final = "张丽华"
PHONE: Final = "13812345678"
ADDRESS: Final = "枣树巷7号"
SUBJECT: Final = "villager-1"
PHOTO: Final = Attachment(
    name="after.jpg",
    media_type="image/jpeg",
    size=120_000,
    sha256="0" * 64,
    uri="s3://evidence/after.jpg",
)

TODAY: Final = date(2026, 3, 2)
PROMISED: Final = date(2026, 3, 20)
"""A Friday, eighteen days after the scenarios begin."""

COLLECT: Final = Control(
    asked.Collect,
    KEEPER,
    {
        "text": "张丽华家门口的路灯坏了,老李也摔了",
        "category": "infrastructure",
        "village": VILLAGE,
        "channel": "home_visit",
        "subject": SUBJECT,
        "name": NAME,
        "phone": PHONE,
        "address": ADDRESS,
    },
)
COLLECT_ONESELF: Final = COLLECT.by_actor(RESIDENT).without("subject").but(channel="mini_program")
COLLECT_ANONYMOUS: Final = COLLECT.without("subject", "name", "phone", "address").but(
    anonymous=True, channel="letter_box"
)
SCREEN: Final = Control(
    asked.Screen,
    KEEPER,
    {"privacy": "concern", "libel": "clear", "legality": "clear", "duplicate": "clear"},
)
SCREEN_DUPLICATE: Final = SCREEN.but(duplicate="concern")
REFUSE: Final = Control(
    asked.RefusePosting,
    KEEPER,
    {"reason": "not_public", "explanation": "邻里之间的事,可以找调解员", "poster_told": True},
)
MERGE: Final = Control(asked.Merge, KEEPER, {"main": OTHER_CASE, "reason": "同一盏路灯"})
ADD_SUPPORTER: Final = Control(
    asked.AddSupporter,
    SYSTEM_ACTOR,
    {
        "item": OTHER_CASE,
        "supporter": "villager-2",
        "item_category": "infrastructure",
        "item_village": VILLAGE,
    },
    cause=CAUSE,
)
HEAR_ECHO: Final = Control(
    asked.HearEcho,
    SYSTEM_ACTOR,
    {"main": OTHER_CASE, "outcome": "solved", "text": "路灯修好了"},
    cause=CAUSE,
)
POST: Final = Control(
    asked.Post, KEEPER, {"title": "巷口路灯不亮", "public_text": "村东巷口的路灯坏了,晚上看不见路"}
)
POST_URGENT: Final = POST.but(urgent=True)
CLAIM: Final = Control(asked.Claim, OPERATOR)
CLAIM_IN_PERSON: Final = Control(asked.Claim, HELPER)
ASSIGN: Final = Control(asked.Assign, KEEPER, {"unit": DEPARTMENT})
SET_PLAN: Final = Control(
    asked.SetPlan,
    OPERATOR,
    {"measures": "更换灯头和线路", "promised_on": PROMISED, "next_report_on": date(2026, 3, 10)},
)
START_WORK: Final = Control(asked.StartWork, OPERATOR)
POST_PROGRESS: Final = Control(
    asked.PostProgress, OPERATOR, {"note": "材料已到", "next_report_on": date(2026, 3, 16)}
)
CHANGE_PROMISE: Final = Control(
    asked.ChangePromise, OPERATOR, {"promised_on": date(2026, 4, 3), "reason": "等待停电作业"}
)
DECLARE_RESOLVED: Final = Control(
    asked.DeclareResolved, OPERATOR, {"result": "路灯已更换,夜间正常", "evidence": "现场照片两张"}
)
DECLARE_UNRESOLVABLE: Final = Control(
    asked.DeclareUnresolvable,
    OPERATOR,
    {
        "reason": "道路要重修,灯杆不能先立",
        "basis": "县道改造计划 2026",
        "instead": "先装太阳能灯两盏",
        "review_on": date(2026, 6, 1),
    },
)
CONFIRM: Final = Control(asked.ConfirmUnresolvable, OFFICE)
REJECT: Final = Control(asked.RejectUnresolvable, OFFICE, {"reason": "县里已经拨款,可以先做"})
POST_ECHO: Final = Control(asked.PostEcho, KEEPER, {"text": "路灯已于本周修好,请大家监督"})
VOTE: Final = Control(asked.EvaluateEcho, RESIDENT, {"vote": "satisfied"})
VOTE_BASICALLY: Final = VOTE.but(vote="basically_satisfied")
VOTE_AGAINST: Final = VOTE.but(vote="dissatisfied")
TAKE_OFF: Final = Control(asked.TakeOff, KEEPER)
REPOST: Final = Control(asked.Repost, KEEPER, {"ground": "recurrence", "reason": "又不亮了"})
TRANSFER: Final = Control(
    asked.Transfer,
    KEEPER,
    {"target_type": "mediation", "target": OTHER_CASE, "reason": "先由调委会调解"},
)
CONCLUDE: Final = Control(
    asked.ConcludeTransfer,
    SYSTEM_ACTOR,
    {"target": OTHER_CASE, "outcome": "solved", "text": ending("mediation", "solved")},
    cause=CAUSE,
)
CONCLUDE_BY_HAND: Final = Control(
    asked.ConcludeTransfer,
    KEEPER,
    {"target": OTHER_CASE, "outcome": "solved", "text": "经调委会调解,双方已达成协议"},
)

WINDOW: Final = 8 * DAY
"""So long after the echo the window for votes is over."""

BEFORE: Final[dict[str, tuple[Control | timedelta | str, ...]]] = {}
"""The shortest way to each state."""

BEFORE["collected"] = (COLLECT,)
BEFORE["screened"] = (*BEFORE["collected"], SCREEN)
BEFORE["not_posted"] = (*BEFORE["screened"], REFUSE)
BEFORE["posted"] = (*BEFORE["screened"], POST)
BEFORE["claimed"] = (*BEFORE["posted"], CLAIM)
BEFORE["assigned"] = (*BEFORE["screened"], POST_URGENT, ASSIGN)
BEFORE["planned"] = (*BEFORE["claimed"], SET_PLAN)
BEFORE["in_progress"] = (*BEFORE["planned"], START_WORK)
BEFORE["resolved"] = (*BEFORE["in_progress"], DECLARE_RESOLVED)
BEFORE["unresolvable"] = (*BEFORE["in_progress"], DECLARE_UNRESOLVABLE, CONFIRM)
BEFORE["echoed"] = (*BEFORE["resolved"], POST_ECHO)
BEFORE["evaluated"] = (*BEFORE["echoed"], VOTE, WINDOW, TICK)
BEFORE["off_wall"] = (*BEFORE["evaluated"], TAKE_OFF)
BEFORE["archived"] = (*BEFORE["off_wall"], 31 * DAY, TICK)
BEFORE["transferred"] = (*BEFORE["posted"], TRANSFER)

MAIN_ITEM: Final = tuple(
    step.on(OTHER_CASE) if isinstance(step, Control) else step for step in BEFORE["posted"]
)
"""The item that others are merged into: of the same village and category, on the wall."""

BEFORE["merged"] = (
    *MAIN_ITEM,
    COLLECT.but(subject="villager-2", name="王秀英", phone="13987654321"),
    SCREEN_DUPLICATE,
    MERGE,
)

REJECTED: Final = (*BEFORE["echoed"], VOTE_AGAINST, WINDOW, TICK)
"""Resolved, and most are dissatisfied."""

EXPLAINED: Final = (*BEFORE["unresolvable"], POST_ECHO, WINDOW, TICK)
"""Cannot be resolved for now, and evaluated."""


def villager(nth: int) -> Actor:
    """Give a resident of the village."""
    return actor(role.RESIDENT, id=f"villager-{nth}")


def villager_of(somebody: Actor) -> Actor:
    """Give the same person as a resident."""
    return actor(role.RESIDENT, id=somebody.id)


def to(state: str, *steps: object) -> tuple[object, ...]:
    """Give the way to *state* and some steps more."""
    return (*BEFORE[state], *steps)
