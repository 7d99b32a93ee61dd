"""Co-handlers 协办 (C19, C20): a table of their own inside the case."""

from __future__ import annotations

from datetime import timedelta

from tests.complaint.examples import row_of, to
from zhili import Complaint
from zhili.errors import GuardRefusedError, StateRefusedError
from zhili.policies.organisation import Organisation
from zhili.policies.routing import Route, Routing
from zhili.policies.unit import Unit
from zhili.testing import When, actor, given
from zhili.testing import controls as c

REFUSED = GuardRefusedError
INVITED = to("handling", c.INVITE_CO_HANDLER)


def test_an_invited_unit_has_a_task_and_a_date() -> None:
    """The co-handler is a part of the case with its own deadline (C19)."""
    case = (
        given(Complaint, *to("handling"))
        .when(c.INVITE_CO_HANDLER)
        .then("CoHandlerInvited", state="handling", unit=c.STREET)
        .case
    )
    (part,) = case.parts
    assert (part.kind, part.id, part.state) == ("co_handler", c.NEIGHBOUR, "invited")
    assert part.due_at == case.last_at + c.DAY


def test_a_unit_does_not_co_handle_its_own_case() -> None:
    """The lead invites others (C19)."""
    given(Complaint, *to("handling")).when(c.INVITE_CO_HANDLER.but(unit=c.STREET)).then_refused(
        REFUSED, guard="not_the_unit_itself"
    )


def test_a_part_is_due_before_the_whole() -> None:
    """A co-handler's date lies before the case's, and ahead (C19)."""
    for due in (timedelta(days=9), timedelta(minutes=-1)):
        given(Complaint, *to("handling")).when(
            c.INVITE_CO_HANDLER.but(part_due_at=due)
        ).then_refused(REFUSED, guard="due_before_the_case")


def test_a_co_handler_speaks_for_itself() -> None:
    """One unit does not submit another's part (C20)."""
    given(Complaint, *INVITED).when(
        c.SUBMIT_CO_HANDLING, by=actor("co_handler", c.FAR_STREET)
    ).then_refused(REFUSED, guard="actor_speaks_for_the_part")


def test_who_was_not_invited_submits_nothing() -> None:
    """There has to be a task (C20)."""
    stranger = actor("co_handler", c.FAR_STREET)
    given(Complaint, *INVITED).when(
        c.SUBMIT_CO_HANDLING.but(unit=c.FAR_STREET), by=stranger
    ).then_refused(StateRefusedError)
    given(Complaint, *to("handling")).when(c.EXCUSE_CO_HANDLER).then_refused(StateRefusedError)


def test_a_part_is_given_once() -> None:
    """What was submitted or excused is done (C20)."""
    for done in (c.SUBMIT_CO_HANDLING, c.EXCUSE_CO_HANDLER):
        for again in (c.SUBMIT_CO_HANDLING, c.EXCUSE_CO_HANDLER, c.INVITE_CO_HANDLER):
            given(Complaint, *INVITED, done).when(again).then_refused(StateRefusedError)


def test_a_part_changes_its_own_state_only() -> None:
    """The case stays where it is while a part is given (C20)."""
    case = (
        given(Complaint, *INVITED)
        .when(c.SUBMIT_CO_HANDLING)
        .then(("CoHandlingSubmitted", {"part_state": "submitted"}), state="handling")
        .case
    )
    assert c.CO_HANDLER.id in case.handlers
    row_of("excuse_co_handler").given().when(c.EXCUSE_CO_HANDLER).then(
        ("CoHandlerExcused", {"part_state": "excused"}), state="handling"
    )


def test_a_co_handler_may_be_late() -> None:
    """A part is still taken in call-back and rework, and when the case is escalated (C20)."""
    for more in ((8 * c.DAY, "tick"), (c.ESCALATE,)):
        given(Complaint, *INVITED, *more).when(c.SUBMIT_CO_HANDLING).then("CoHandlingSubmitted")


def test_the_reply_waits_for_the_co_handlers() -> None:
    """Every co-handler is in or excused before the lead replies (C30, BJ-REG 14)."""
    given(Complaint, *INVITED).when(c.SUBMIT_REPLY).then_refused(
        REFUSED, guard="co_handlers_are_in"
    )
    for done in (c.SUBMIT_CO_HANDLING, c.EXCUSE_CO_HANDLER):
        given(Complaint, *INVITED, done).when(c.SUBMIT_REPLY).then("ReplySubmitted")


def test_an_open_part_keeps_a_case_from_closing() -> None:
    """Nothing is closed over a co-handler's head (C37)."""
    overdue = (*INVITED, 8 * c.DAY, "tick", c.RECORD_CALLBACK)
    given(Complaint, *overdue).when(c.CLOSE).then_refused(REFUSED, guard="nothing_is_pending")
    given(Complaint, *overdue, c.EXCUSE_CO_HANDLER).when(c.CLOSE).then("Closed")


HELPED = Route(
    category="environment",
    unit_kinds=("sanitation",),
    co_kinds=("roads",),
    legal_basis="Catalogue 3",
)
KINDS = Organisation(
    units=tuple(
        Unit(id=f"{kind}-bureau", name=kind, kind=kind) for kind in ("roads", "sanitation", "parks")
    )
)


def test_who_helps_is_named_by_the_catalogue() -> None:
    """A co-handler is of a kind that helps, or might lead itself (C19, BJ-REG 11)."""

    def invite(unit: str, *routes: Route) -> When:
        handling = given(Complaint, *to("handling"), KINDS, Routing(rows=routes))
        return handling.when(c.INVITE_CO_HANDLER.but(unit=unit))

    invite("parks-bureau", HELPED).then_refused(REFUSED, guard="co_handler_is_competent")
    for unit in ("roads-bureau", "sanitation-bureau"):
        invite(unit, HELPED).then("CoHandlerInvited")
    silent = HELPED.model_copy(update={"co_kinds": ()})
    invite("parks-bureau", silent).then("CoHandlerInvited")
    elsewhere = HELPED.model_copy(update={"category": "roads"})
    invite("parks-bureau", elsewhere).then("CoHandlerInvited")


def test_a_street_that_may_lead_may_help() -> None:
    """The marks of the catalogue for streets hold for helping too (C19)."""
    for marked in (False, True):
        routing = Routing(rows=(HELPED.model_copy(update={"to_street": marked}),))
        when = given(Complaint, *to("handling"), routing).when(c.INVITE_CO_HANDLER)
        if marked:
            when.then("CoHandlerInvited")
        else:
            when.then_refused(REFUSED, guard="co_handler_is_competent")
