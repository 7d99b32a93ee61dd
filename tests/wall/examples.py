"""One good example for every row of the wall's table, in the order of the table."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from tests.wall import steps as s
from tests.workflows.rows import Row
from zhili import WallItem
from zhili.policies.calendar import china
from zhili.testing import TICK
from zhili.workflows.wall import VOTING

if TYPE_CHECKING:
    from zhili.workflows import Step

YEAR_END = datetime(2026, 12, 29, 1, tzinfo=UTC)
"""A Tuesday at the end of a year: three working days end in a year that is not announced."""

ANNOUNCED = china("Asia/Shanghai").model_copy(
    update={
        "certain_until": date(2027, 12, 20),
        "off": {**china("Asia/Shanghai").off, date(2027, 1, 1): "元旦"},
    }
)
"""The calendar with a list for 2027."""


to = s.to
DECLARED = to("in_progress", s.DECLARE_UNRESOLVABLE)

EXAMPLES: tuple[Row, ...] = (
    Row("collect", (), s.COLLECT),
    Row("screen", to("collected"), s.SCREEN),
    Row("refuse_posting", to("screened"), s.REFUSE),
    Row("merge", (*s.MAIN_ITEM, s.COLLECT, s.SCREEN_DUPLICATE), s.MERGE),
    Row("add_supporter", to("posted"), s.ADD_SUPPORTER),
    Row("hear_echo", to("merged"), s.HEAR_ECHO),
    Row("post", to("screened"), s.POST),
    Row("claim", to("posted"), s.CLAIM),
    Row("claim", to("posted"), s.CLAIM_IN_PERSON),
    Row("assign", to("posted", 4 * s.DAY), s.ASSIGN),
    Row("set_plan", to("claimed"), s.SET_PLAN),
    Row("start_work", to("planned"), s.START_WORK),
    Row("post_progress", to("in_progress"), s.POST_PROGRESS),
    Row("change_promise", to("in_progress"), s.CHANGE_PROMISE),
    Row("declare_resolved", to("in_progress"), s.DECLARE_RESOLVED),
    Row("declare_unresolvable", to("in_progress"), s.DECLARE_UNRESOLVABLE),
    Row("confirm_unresolvable", DECLARED, s.CONFIRM),
    Row("reject_unresolvable", DECLARED, s.REJECT),
    Row("post_echo", to("resolved"), s.POST_ECHO),
    Row("evaluate_echo", to("echoed"), s.VOTE),
    Row("close_evaluation", to("echoed", s.WINDOW), TICK),
    Row("take_off", to("evaluated"), s.TAKE_OFF),
    Row("repost", to("evaluated"), s.REPOST),
    Row("transfer", to("posted"), s.TRANSFER),
    Row("conclude_transfer", to("transferred"), s.CONCLUDE),
    Row("conclude_transfer", to("transferred"), s.CONCLUDE_BY_HAND),
    Row("archive", to("off_wall", 31 * s.DAY), TICK),
    Row("mark_overdue", to("collected", 5 * s.DAY), TICK),
    Row(
        "recalculate_deadline",
        (s.COLLECT, timedelta(hours=1), ANNOUNCED),
        TICK,
        at=YEAR_END,
    ),
)


VOTES: tuple[Row, ...] = (
    Row("evaluate_echo", to("echoed"), s.VOTE),
    Row("evaluate_echo", to("echoed"), s.VOTE_BASICALLY),
    Row("evaluate_echo", to("echoed"), s.VOTE_AGAINST),
)
"""The same for the table of votes."""


def rows() -> list[tuple[Step, Row]]:
    """Give every row of both tables with its example."""
    steps = (*WallItem.workflow.steps, *VOTING.steps)
    return list(zip(steps, (*EXAMPLES, *VOTES), strict=True))
