"""One good example for every row of the complaint's table, in the order of the table."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from zhili import Complaint
from zhili.policies import Policy
from zhili.policies.calendar import china
from zhili.policies.organisation import Organisation
from zhili.policies.presets import shanghai
from zhili.policies.routing import Route, Routing
from zhili.policies.unit import Unit
from zhili.testing import CASE, OTHER_CASE, START, TICK, controls, given, path_to

if TYPE_CHECKING:
    from zhili.testing import Control, Given
    from zhili.workflows import Step

c = controls

YEAR_END = datetime(2026, 12, 28, 1, tzinfo=UTC)
"""Monday, 28 December 2026, nine in the morning: five working days end in a year not announced."""

ANNOUNCED = china("Asia/Shanghai").model_copy(
    update={
        "certain_until": date(2027, 12, 20),
        "off": {
            **china("Asia/Shanghai").off,
            date(2027, 1, 1): "元旦",
            date(2027, 1, 4): "元旦",
        },
    }
)
"""The calendar with a list for 2027 that moves a Monday."""

ORGANISATION = Organisation(
    units=(
        Unit(id=c.DISTRICT, name="朝阳区", level="district"),
        Unit(id=c.OTHER_DISTRICT, name="丰台区", level="district"),
        *(
            Unit(id=unit, name=unit, level="street", parent=unit[:6])
            for unit in (c.STREET, c.NEIGHBOUR, c.FAR_STREET)
        ),
    )
)
"""The same units as an open organisation would have, and no others."""

ROADS_ONLY = Routing(
    rows=(Route(category="roads", unit_kinds=("roads",), legal_basis="Road Law 8"),)
)
"""A catalogue in which nobody is competent for refuse."""

DAY = timedelta(days=1)

OVERDUE = (*path_to("dispatched"), 8 * DAY, TICK)
"""Nobody ever signed, and the deadline has come: in call-back, with no contact and no reply."""

LATE_REPLY = (
    *path_to("handling"),
    8 * DAY,
    TICK,
    c.SUBMIT_REPLY,
)
"""In call-back with a late draft."""

FILED_AFTER = 31 * DAY
MAIN_CASE = (c.REGISTER.on(OTHER_CASE), c.ACCEPT.on(OTHER_CASE))
"""The case that others are merged into: accepted, of the same matter at the same place."""

MERGED = path_to("merged")
MAIN_CLOSED = (
    *path_to("merged"),
    *(
        step.on(OTHER_CASE)
        for step in (
            c.DISPATCH, c.SIGN, c.RECORD_CONTACT, c.SUBMIT_REPLY, c.SIGN_OFF_REPLY,
            c.ACCEPT_REPLY, c.RECORD_CALLBACK, c.CLOSE,
        )
    ),
)  # fmt: skip
"""A duplicate whose main case was closed."""


class Example(NamedTuple):
    """What has to have happened, and then one step that takes the row."""

    before: tuple[Control | Policy | timedelta | str, ...]
    when: Control | str
    policies: tuple[Policy, ...] = ()
    at: datetime = START

    def given(self, *more: object) -> Given:
        """Live through what has to have happened, and *more*."""
        return given(Complaint, *self.before, *more, policies=self.policies, at=self.at)


def to(state: str, *steps: object) -> tuple[object, ...]:
    """Give the way to *state* and some steps more."""
    return (*path_to(state), *steps)


ANONYMOUS_REPLY = (
    c.REGISTER_ANONYMOUS,
    *path_to("handling")[1:-1],
    c.RECORD_CONTACT.but(result="anonymous", way="site"),
    c.SUBMIT_REPLY,
    c.SIGN_OFF_REPLY,
)
PUBLIC_SAFETY = (c.REGISTER.but(public_safety=True), c.ACCEPT)
TO_DISTRICT = (*path_to("accepted"), c.DISPATCH_TO_DISTRICT)
LEDGER_ASKED = to("handling", c.REQUEST_LEDGERING)
LEDGER_CHECKED = (*LEDGER_ASKED, c.FIRST_CHECK_LEDGERING)
EXTENSION_ASKED = to("handling", c.REQUEST_EXTENSION)
INVITED = to("handling", c.INVITE_CO_HANDLER)
TERMINATION_ASKED = to("handling", c.REQUEST_TERMINATION)
EXCLUSION_ASKED = to("closed", c.REQUEST_EXCLUSION)
EXCLUSION_CHECKED = (*EXCLUSION_ASKED, c.FIRST_CHECK_EXCLUSION)
PROTECTED = (c.REGISTER.but(confidentiality=3), *path_to("signed")[1:])
"""A report whose maker the unit never speaks with: signed, and not contacted yet."""

UNHAPPY = to("callback", c.CALLBACK_DISSATISFIED)

EXAMPLES: tuple[tuple[str, Example], ...] = (
    ("register", Example((), c.REGISTER)),
    ("register", Example((), c.REGISTER_FROM_WALL)),
    ("bring_in", Example((), c.BRING_IN)),
    ("bring_in_closing", Example((c.BRING_IN,), c.BRING_IN_CLOSING)),
    ("answer_immediately", Example((c.REGISTER_ENQUIRY,), c.ANSWER_IMMEDIATELY)),
    ("transfer_emergency", Example(to("registered"), c.TRANSFER_EMERGENCY)),
    ("decline", Example(to("registered"), c.DECLINE)),
    ("accept", Example(to("registered"), c.ACCEPT)),
    ("merge_into", Example((*MAIN_CASE, *path_to("accepted")), c.MERGE_INTO)),
    ("attach_duplicate", Example(to("accepted"), c.ATTACH_DUPLICATE)),
    ("unmerge", Example((*MAIN_CASE, c.REGISTER, c.MERGE_INTO), c.UNMERGE)),
    ("unmerge", Example(MERGED, c.UNMERGE)),
    ("detach_duplicate", Example(to("accepted", c.ATTACH_DUPLICATE), c.DETACH_DUPLICATE)),
    ("follow_main", Example(MERGED, c.FOLLOW_MAIN)),
    ("open_consultation", Example(to("accepted"), c.OPEN_CONSULTATION)),
    ("conclude_consultation", Example(to("consulting"), c.CONCLUDE_CONSULTATION)),
    ("dispatch", Example(to("accepted"), c.DISPATCH)),
    ("dispatch_to_district", Example(to("accepted"), c.DISPATCH_TO_DISTRICT)),
    ("copy_to_district", Example(to("dispatched"), c.COPY_TO_DISTRICT)),
    ("sub_dispatch", Example(TO_DISTRICT, c.SUB_DISPATCH)),
    ("sign", Example(to("dispatched"), c.SIGN)),
    ("object_to_dispatch", Example(to("signed"), c.OBJECT_TO_DISPATCH)),
    ("uphold_dispatch", Example(to("disputed"), c.UPHOLD_DISPATCH)),
    ("uphold_dispatch", Example(to("signed", c.OBJECT_TO_DISPATCH), c.UPHOLD_DISPATCH)),
    ("redirect_dispatch", Example(to("disputed"), c.REDIRECT_DISPATCH)),
    ("designate_lead", Example(to("disputed"), c.DESIGNATE_LEAD)),
    ("record_contact", Example(to("signed"), c.RECORD_CONTACT)),
    ("record_contact", Example(to("signed"), c.NOT_REACHED)),
    ("record_contact", Example(OVERDUE, c.RECORD_CONTACT)),
    ("record_contact", Example(PROTECTED, c.RECORD_CONTACT_FOR_UNIT)),
    ("record_contact", Example(PROTECTED, c.RECORD_CONTACT_FOR_UNIT.but(result="not_reached"))),
    (
        "record_contact",
        Example((*PROTECTED, c.RECORD_CONTACT_FOR_UNIT), c.RECORD_CONTACT_FOR_UNIT),
    ),
    ("assign_handler", Example(to("handling"), c.ASSIGN_HANDLER)),
    ("add_attachment", Example(to("handling"), c.ADD_ATTACHMENT)),
    ("invite_co_handler", Example(to("handling"), c.INVITE_CO_HANDLER)),
    ("submit_co_handling", Example(INVITED, c.SUBMIT_CO_HANDLING)),
    ("excuse_co_handler", Example(INVITED, c.EXCUSE_CO_HANDLER)),
    ("blow_whistle", Example(to("handling"), c.BLOW_WHISTLE)),
    ("take_whistle_report", Example(to("handling", c.BLOW_WHISTLE), c.TAKE_WHISTLE_REPORT)),
    ("request_extension", Example(to("handling"), c.REQUEST_EXTENSION)),
    ("grant_extension", Example(EXTENSION_ASKED, c.GRANT_EXTENSION)),
    ("refuse_extension", Example(EXTENSION_ASKED, c.REFUSE_EXTENSION)),
    ("escalate", Example(to("handling"), c.ESCALATE)),
    ("give_directive", Example(to("escalated"), c.GIVE_DIRECTIVE)),
    ("request_ledgering", Example(to("handling"), c.REQUEST_LEDGERING)),
    ("first_check_ledgering", Example(LEDGER_ASKED, c.FIRST_CHECK_LEDGERING)),
    ("approve_ledgering", Example(LEDGER_CHECKED, c.APPROVE_LEDGERING)),
    ("refuse_ledgering", Example(LEDGER_ASKED, c.REFUSE_LEDGERING)),
    ("review_ledger", Example(to("ledgered"), c.REVIEW_LEDGER)),
    ("activate_from_ledger", Example(to("ledgered"), c.ACTIVATE_FROM_LEDGER)),
    ("activate_from_ledger", Example(to("ledgered", 61 * DAY), TICK)),
    ("submit_reply", Example(to("handling"), c.SUBMIT_REPLY)),
    ("sign_off_reply", Example(to("handling", c.SUBMIT_REPLY), c.SIGN_OFF_REPLY)),
    ("sign_off_reply", Example(LATE_REPLY, c.SIGN_OFF_REPLY)),
    ("return_reply", Example(to("replied"), c.RETURN_REPLY)),
    ("accept_reply", Example(to("replied"), c.ACCEPT_REPLY)),
    ("accept_reply", Example(ANONYMOUS_REPLY, c.ACCEPT_REPLY)),
    ("accept_reply", Example((*LATE_REPLY, c.SIGN_OFF_REPLY), c.ACCEPT_REPLY)),
    ("open_callback", Example(to("handling", 8 * DAY), TICK)),
    ("record_callback", Example(to("callback"), c.RECORD_CALLBACK)),
    ("record_callback", Example(MAIN_CLOSED, c.RECORD_CALLBACK)),
    ("evaluate", Example(to("callback"), c.EVALUATE)),
    ("evaluate", Example(MAIN_CLOSED, c.EVALUATE)),
    ("order_rework", Example(UNHAPPY, c.ORDER_REWORK)),
    ("resume_handling", Example(to("rework"), c.RESUME_HANDLING)),
    ("close", Example(to("callback", c.RECORD_CALLBACK), c.CLOSE)),
    ("reopen", Example(to("closed"), c.REOPEN)),
    ("reopen", Example(to("archived"), c.REOPEN)),
    ("archive", Example(to("closed", FILED_AFTER), TICK)),
    ("withdraw", Example(to("accepted"), c.WITHDRAW)),
    ("withdraw", Example(PUBLIC_SAFETY, c.WITHDRAW)),
    ("request_termination", Example(to("handling"), c.REQUEST_TERMINATION)),
    ("approve_termination", Example(TERMINATION_ASKED, c.APPROVE_TERMINATION)),
    ("refuse_termination", Example(TERMINATION_ASKED, c.REFUSE_TERMINATION)),
    ("request_exclusion", Example(to("closed"), c.REQUEST_EXCLUSION)),
    ("first_check_exclusion", Example(EXCLUSION_ASKED, c.FIRST_CHECK_EXCLUSION)),
    ("grant_exclusion", Example(EXCLUSION_CHECKED, c.GRANT_EXCLUSION)),
    ("refuse_exclusion", Example(EXCLUSION_CHECKED, c.REFUSE_EXCLUSION)),
    ("supervise", Example(to("handling"), c.SUPERVISE)),
    ("set_confidentiality", Example(to("handling"), c.SET_CONFIDENTIALITY)),
    ("append_facts", Example(to("handling"), c.APPEND_FACTS)),
    ("correct_record", Example(to("handling"), c.CORRECT_RECORD)),
    ("mark_overdue", Example(to("dispatched", timedelta(hours=3)), TICK)),
    (
        "recalculate_deadline",
        Example((*path_to("dispatched"), ANNOUNCED), TICK, (shanghai(),), YEAR_END),
    ),
)


def rows() -> list[tuple[Step, Example]]:
    """Give every row of the table with its example."""
    return [
        (step, example)
        for step, (command, example) in zip(Complaint.workflow.steps, EXAMPLES, strict=True)
        if step.command == command
    ]


def row_of(command: str, nth: int = 0) -> Example:
    """Give the example of the *nth* row of a command."""
    return [example for name, example in EXAMPLES if name == command][nth]


__all__ = [
    "ANNOUNCED",
    "CASE",
    "DAY",
    "EXAMPLES",
    "LATE_REPLY",
    "MAIN_CASE",
    "MAIN_CLOSED",
    "ORGANISATION",
    "OTHER_CASE",
    "OVERDUE",
    "PROTECTED",
    "ROADS_ONLY",
    "YEAR_END",
    "Example",
    "row_of",
    "rows",
    "to",
]  # fmt: skip
