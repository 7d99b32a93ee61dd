"""A record to be looked at: one report of each level, with everybody's part in it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from tests.access.expected import ACCUSED, CITIZEN, EARLIER, HANDLER, HELPER, LEVELS, STREET
from zhili import Engine
from zhili.commands import complaint
from zhili.testing import controls
from zhili.testing.control import actor
from zhili.values import Actor
from zhili.workflows import role

if TYPE_CHECKING:
    from uuid import UUID

    from zhili.commands.command import Command

NAME: Final = "欧阳明月"
PHONE: Final = "13912345678"
ADDRESS: Final = "朝阳区望京街道花家地北里3号楼2单元501"
CONTENT: Final = "我是欧阳明月,电话13912345678,家门口的垃圾没有人收。"
PLACE: Final = "花家地北里9号楼4单元"
PLACE_KEPT: Final = "花家地北里***"
"""What of the place is told where an address is kept back."""

OPEN: Final = {"name": NAME, "phone": PHONE, "address": ADDRESS, "content": CONTENT}
MASKED: Final = {
    "name": "欧阳**",
    "phone": "139****5678",
    "address": "朝阳区望京街道花家地北里***",
    "content": "我是欧阳**,电话****,家门口的垃圾没有人收。",
}
SURNAME_HIDDEN: Final = {**MASKED, "content": "我是**,电话****,家门口的垃圾没有人收。"}
"""The same where the name is hidden, and nothing of it is left."""

SECRETS: Final = (NAME, "明月", PHONE, "3号楼")
"""What stands on no page for anybody but the person."""

LEADER: Final = actor(role.UNIT_LEADER, STREET)
OPERATOR: Final = actor(role.UNIT_OPERATOR, STREET)
EARLIER_OPERATOR: Final = actor(role.UNIT_OPERATOR, EARLIER)


class Record(NamedTuple):
    """An engine with a case of each level, in each of which everything has happened."""

    engine: Engine
    cases: dict[int, UUID]


def told(engine: Engine, level: int) -> UUID:
    """Tell one report through, and give its case."""
    first = complaint.Register(
        kind="report", channel="hotline", title="Rubbish", content=CONTENT, place=PLACE,
        subject=CITIZEN, name=NAME, phone=PHONE, address=ADDRESS, about=ACCUSED,
        confidentiality=level, category="waste", division=STREET,
    )  # fmt: skip
    case_id = first.case_id
    evidence = f"Called {PHONE}; {NAME} was at home."
    steps: tuple[tuple[Command, Actor], ...] = (
        (first, controls.INTAKE),
        (
            complaint.AppendFacts(case_id=case_id, facts="It began on Monday."),
            Actor(id=CITIZEN, role=role.COMPLAINANT),
        ),
        (complaint.Accept(case_id=case_id), controls.INTAKE),
        (complaint.Dispatch(case_id=case_id, unit=EARLIER, grade="III"), controls.DISPATCHER),
        (
            complaint.ObjectToDispatch(case_id=case_id, basis="Not our street.", suggest=STREET),
            EARLIER_OPERATOR,
        ),
        (
            complaint.RedirectDispatch(case_id=case_id, unit=STREET, reason="So it is."),
            controls.ADJUDICATOR,
        ),
        (complaint.Sign(case_id=case_id), OPERATOR),
        (
            complaint.RecordContact(
                case_id=case_id, result="reached", way="phone", evidence=evidence
            ),
            OPERATOR if level < max(LEVELS) else controls.INTAKE,
        ),
        (complaint.AssignHandler(case_id=case_id, person=HANDLER), LEADER),
        (
            complaint.InviteCoHandler(
                case_id=case_id, unit=HELPER, task="Lend a lorry.",
                part_due_at=engine.now() + timedelta(days=1),
            ),
            LEADER,
        ),
    )  # fmt: skip
    for command, by in steps:
        engine.submit(command, by=by)
    return case_id


def opened(url: str = "memory:") -> Record:
    """Open a store at *url* and tell it a report of every level."""
    engine = Engine.open(url)
    return Record(engine, {level: told(engine, level) for level in LEVELS})
