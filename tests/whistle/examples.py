"""One good example for every row of the whistle's table, in the order of the table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from tests.complaint.examples import ANNOUNCED
from tests.whistle import cast as w
from zhili.aggregates import Whistle
from zhili.testing import START, TICK, Given, given

if TYPE_CHECKING:
    from zhili.policies import Policy
    from zhili.testing.world import Happening
    from zhili.workflows import Step

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

YEAR_END = datetime(2026, 12, 30, 1, tzinfo=UTC)
"""Wednesday, 30 December 2026: two working days end in a year that is not announced."""

Steps = tuple["Happening", ...]

SUBMITTED: Steps = (w.DRAFT, w.SUBMIT)
ISSUED: Steps = (*SUBMITTED, w.BLOW)
MUSTERING: Steps = (*ISSUED, w.ASSIGN_LEAD)
POLICE_IN: Steps = (*MUSTERING, w.REPORT_IN)
JOINT: Steps = (*POLICE_IN, w.WATER_IN)
EARLY: Steps = (*POLICE_IN, w.START)
"""Joint handling without a full muster: water is still awaited."""

OBJECTED: Steps = (*MUSTERING, w.OBJECT)
MISSED: Steps = (*MUSTERING, 2 * DAY, TICK)
"""Nobody came by the end of the day after."""

OBJECTED_AND_MISSED: Steps = (*OBJECTED, 2 * DAY, TICK)
OBJECTED_ON_SITE: Steps = (*JOINT, w.OBJECT)
DELIVERED_BY_ONE: Steps = (*JOINT, w.DONE)
SETTLED: Steps = (*DELIVERED_BY_ONE, w.WATER_DONE)
RATED_BY_HALF: Steps = (*SETTLED, w.RATE)
EVALUATED: Steps = (*RATED_BY_HALF, w.RATE_WATER)
CLOSED: Steps = (*EVALUATED, w.CLOSE)
ESCALATED: Steps = (*JOINT, w.ESCALATE)
EMERGENCY: Steps = (w.DRAFT_EMERGENCY, w.BLOW_EMERGENCY)
SETTLED_WITHOUT_WATER: Steps = (*EARLY, w.DONE, 2 * DAY, TICK)
"""Police delivered, water never came."""

ALONE: Steps = (w.DRAFT.but(units=(w.POLICE,)), w.SUBMIT, w.BLOW, w.ASSIGN_LEAD)
NOBODY_LEFT: Steps = (
    *ALONE,
    w.OBJECT.by_actor(w.AT_POLICE).but(unit=w.POLICE),
    w.RELEASE.but(unit=w.POLICE),
    w.ESCALATE,
    w.END_IT,
)
"""The only unit was released, and the district ended the matter."""


class Example(NamedTuple):
    """What has to have happened, and then one step that takes the row."""

    before: Steps
    when: Happening
    policies: tuple[Policy, ...] = ()
    at: datetime = START

    def given(self, *more: Happening) -> Given:
        """Live through what has to have happened, and *more*."""
        return given(Whistle, *self.before, *more, policies=self.policies, at=self.at)


EXAMPLES: tuple[tuple[str, Example], ...] = (
    ("draft", Example((), w.DRAFT)),
    ("draft", Example((), w.DRAFT_FOR_A_CASE)),
    ("submit", Example((w.DRAFT,), w.SUBMIT)),
    ("blow", Example(SUBMITTED, w.BLOW)),
    ("blow_emergency", Example((w.DRAFT_EMERGENCY,), w.BLOW_EMERGENCY)),
    ("confirm_emergency", Example(EMERGENCY, w.CONFIRM_EMERGENCY)),
    ("send_back", Example(SUBMITTED, w.SEND_BACK)),
    ("cancel", Example(ISSUED, w.CANCEL)),
    ("assign_lead", Example((*ISSUED, w.REPORT_IN, w.WATER_IN), w.ASSIGN_LEAD)),
    ("assign_lead", Example(ISSUED, w.ASSIGN_LEAD)),
    ("assign_lead", Example(MUSTERING, w.ASSIGN_LEAD.but(lead=w.WATER))),
    ("add_unit", Example(MUSTERING, w.ADD_UNIT)),
    ("sign", Example(MUSTERING, w.SIGN)),
    ("contact", Example(MUSTERING, w.CONTACT)),
    ("report_in", Example(POLICE_IN, w.WATER_IN)),
    ("report_in", Example(MUSTERING, w.REPORT_IN)),
    ("report_in", Example(ISSUED, w.REPORT_IN)),
    ("start_joint_handling", Example(POLICE_IN, w.START)),
    ("object", Example(MUSTERING, w.OBJECT)),
    ("rule_on_objection", Example(OBJECTED, w.RULING)),
    ("rule_on_objection", Example((*OBJECTED_ON_SITE, w.DONE), w.RELEASE)),
    ("rule_on_objection", Example(OBJECTED_ON_SITE, w.RELEASE)),
    ("rule_on_objection", Example((*POLICE_IN, w.OBJECT), w.RELEASE)),
    ("rule_on_objection", Example(OBJECTED, w.RELEASE)),
    ("rule_on_objection", Example((*ISSUED, w.OBJECT), w.RELEASE)),
    ("rule_on_objection", Example(OBJECTED, w.REPLACE)),
    ("mark_no_show", Example((*EARLY, w.DONE, 2 * DAY), TICK)),
    ("mark_no_show", Example((*EARLY, 2 * DAY), TICK)),
    ("mark_no_show", Example((*POLICE_IN, 2 * DAY), TICK)),
    ("mark_no_show", Example((*MUSTERING, 2 * DAY), TICK)),
    ("mark_no_show", Example((*ISSUED, 2 * DAY), TICK)),
    ("record_measure", Example(JOINT, w.RECORD_MEASURE)),
    ("add_attachment", Example(JOINT, w.ADD_ATTACHMENT)),
    ("consent_to_leave", Example(JOINT, w.CONSENT)),
    ("leave_scene", Example(DELIVERED_BY_ONE, w.LEAVE)),
    ("escalate", Example(JOINT, w.ESCALATE)),
    ("give_directive", Example(ESCALATED, w.DIRECTIVE)),
    ("give_directive", Example(ESCALATED, w.END_IT)),
    ("report_done", Example(DELIVERED_BY_ONE, w.WATER_DONE)),
    ("report_done", Example(JOINT, w.DONE)),
    ("reject_result", Example(SETTLED, w.REJECT)),
    ("reject_result", Example(SETTLED, w.REJECT)),
    ("rate_unit", Example(RATED_BY_HALF, w.RATE_WATER)),
    ("rate_unit", Example(SETTLED, w.RATE)),
    ("rate_blower", Example(EVALUATED, w.RATE_BLOWER)),
    ("publish_ratings", Example(EVALUATED, w.PUBLISH)),
    ("reply_to_rating", Example((*EVALUATED, w.PUBLISH), w.REPLY)),
    ("close", Example(EVALUATED, w.CLOSE)),
    ("close", Example(NOBODY_LEFT, w.CLOSE)),
    ("reblow", Example(CLOSED, w.REBLOW)),
    ("mark_overdue", Example((*MUSTERING, 2 * HOUR), TICK)),
    ("recalculate_deadline", Example((*ISSUED, ANNOUNCED), TICK, (), YEAR_END)),
)

PART_EXAMPLES: tuple[tuple[str, Example], ...] = (
    ("add_unit", Example(SUBMITTED, w.BLOW)),
    ("add_unit", Example((*OBJECTED, w.RELEASE), w.ADD_UNIT.but(unit=w.WATER))),
    ("sign", Example(MUSTERING, w.SIGN)),
    ("contact", Example(MUSTERING, w.CONTACT)),
    ("report_in", Example(MISSED, w.REPORT_IN)),
    ("object", Example(MUSTERING, w.OBJECT)),
    ("rule_on_objection", Example(OBJECTED, w.RULING)),
    ("rule_on_objection", Example(OBJECTED_ON_SITE, w.RULING)),
    ("rule_on_objection", Example(OBJECTED_AND_MISSED, w.RULING)),
    ("rule_on_objection", Example(OBJECTED, w.RELEASE)),
    ("rule_on_objection", Example(OBJECTED, w.REPLACE)),
    ("mark_no_show", Example((*POLICE_IN, 2 * DAY), TICK)),
    ("mark_no_show", Example((*POLICE_IN, w.OBJECT, 2 * DAY), TICK)),
    ("report_done", Example(JOINT, w.DONE)),
    ("consent_to_leave", Example(JOINT, w.CONSENT)),
    ("leave_scene", Example(DELIVERED_BY_ONE, w.LEAVE)),
    ("reject_result", Example(SETTLED, w.REJECT)),
    ("rate_unit", Example(SETTLED, w.RATE)),
)
"""The same for the table of a summoned unit."""


def rows() -> list[tuple[Step, Example]]:
    """Give every row of the table with its example."""
    return _rows(Whistle.workflow.steps, EXAMPLES)


def part_rows() -> list[tuple[Step, Example]]:
    """Give every row of the table of a summoned unit with its example."""
    return _rows(Whistle.workflow.parts["summons"].steps, PART_EXAMPLES)


def _rows(
    steps: tuple[Step, ...], examples: tuple[tuple[str, Example], ...]
) -> list[tuple[Step, Example]]:
    return [
        (step, example)
        for step, (command, example) in zip(steps, examples, strict=True)
        if step.command == command
    ]
