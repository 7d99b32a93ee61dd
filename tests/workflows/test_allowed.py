"""What somebody is offered to do is what the table lets them do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from zhili import CASE_TYPES, Actor, Case, Complaint
from zhili.aggregates.allowed import AllowedStep, allowed, held_back, may_open
from zhili.demo import Simulated, people, simulate
from zhili.engine.past import folded
from zhili.policies.routing import Route, Routing
from zhili.projections.worklist import Worklist
from zhili.testing import START, given
from zhili.testing import controls as c
from zhili.values import SYSTEM


@pytest.fixture(scope="module")
def district() -> Iterator[Simulated]:
    """A district of some weeks, with cases of every type."""
    with (found := simulate("memory:", seed=7, days=25)).engine:
        yield found


def cases_of(district: Simulated) -> Iterator[Case]:
    """Give every case of the district."""
    after = None
    while True:
        page = district.engine.ask(Worklist(open_only=False, order="number", size=200, after=after))
        yield from district.engine.several([each.case_id for each in page.items])
        after = page.next
        if after is None:
            return


def verbs(offered: Iterable[AllowedStep]) -> set[str]:
    """Give the verbs of what is offered."""
    return {each.verb for each in offered}


def test_every_step_that_was_taken_had_been_offered(district: Simulated) -> None:
    """Whatever people did in the district stood among what they were offered just before."""
    rules, steps = district.engine.book.current(), 0
    for case in cases_of(district):
        history = district.engine.history(case.id)
        for number, event in enumerate(history):
            rows = (row for row in case.workflow.steps if row.event == event.event_name)
            taken = {row.command for row in rows}
            if event.by.role == SYSTEM:
                continue
            if number == 0:
                offered = may_open(type(case), event.by)
            else:
                before = folded(history[:number])
                offered = allowed(before, event.by, rules, event.timestamp)
            steps += 1
            assert taken & verbs(offered), (case.number, event.event_name)
    assert steps > 500


def test_nobody_is_offered_what_the_table_has_for_others(district: Simulated) -> None:
    """What is offered stands in the table for that role from that state, and for no other."""
    rules, now = district.engine.book.current(), district.engine.now()
    roles = {each for kind in CASE_TYPES for row in kind.workflow.steps for each in row.roles}
    for case in list(cases_of(district))[::10]:
        for each in sorted(roles):
            somebody = Actor(id="anybody", role=each, unit="nowhere")
            offered = allowed(case, somebody, rules, now)
            assert verbs(offered) <= set(case.workflow.allowed(case.state, each))
            assert len(verbs(offered)) == len(offered)


def test_a_guard_that_needs_no_more_than_the_actor_decides(district: Simulated) -> None:
    """Only the unit that the case stands with may sign it, and who wrote a reply signs none off."""
    rules, signed, written = district.engine.book.current(), 0, 0
    for each in cases_of(district):
        history = district.engine.history(each.id)
        for number, event in enumerate(history, 1):
            case = folded(history[:number])
            if not isinstance(case, Complaint) or case.unit is None:
                continue
            own, other = people.operator(case.unit), people.operator("110105999")
            if case.state == "dispatched":
                signed += 1
                assert "sign" in verbs(allowed(case, own, rules, event.timestamp))
                assert "sign" not in verbs(allowed(case, other, rules, event.timestamp))
            if case.reply and case.state == "handling" and not case.reply.signed_off:
                leader = people.leader(case.unit)
                author = leader.model_copy(update={"id": case.reply.written_by})
                written += 1
                assert "sign_off_reply" in verbs(allowed(case, leader, rules, event.timestamp))
                assert "sign_off_reply" not in verbs(allowed(case, author, rules, event.timestamp))
    assert signed
    assert written


def test_what_the_case_stands_in_the_way_of_is_told_with_the_guard() -> None:
    """A case without a category is not dispatched, and whoever dispatches reads why."""
    routing = Routing(rows=(Route(category="roads", unit_kinds=("roads",), legal_basis="Law 8"),))
    rules = given(Complaint, policies=(routing,)).world.rules
    case = given(Complaint, c.REGISTER.without("category"), c.ACCEPT.without("category")).case
    assert "dispatch" not in verbs(allowed(case, c.DISPATCHER, rules, START))
    held = {each.verb: each.error for each in held_back(case, c.DISPATCHER, rules, START)}
    assert held["dispatch"].data["guard"] == "unit_is_competent"
    assert "the case has no category" in held["dispatch"].message


def test_what_is_held_back_is_neither_offered_nor_for_others(district: Simulated) -> None:
    """It stands in the table for that role, and its guard asks of the case, not who acts."""
    rules, now = district.engine.book.current(), district.engine.now()
    roles = {each for kind in CASE_TYPES for row in kind.workflow.steps for each in row.roles}
    guards: set[str] = set()
    for case in list(cases_of(district))[::5]:
        for each in sorted(roles):
            here = Actor(id="somebody", role=each, unit=case.unit)
            elsewhere = Actor(id="anybody", role=each, unit="nowhere")
            held = held_back(case, here, rules, now)
            told = {one.verb for one in held}
            assert told <= set(case.workflow.allowed(case.state, each))
            assert not told & verbs(allowed(case, here, rules, now))
            assert not told & verbs(allowed(case, elsewhere, rules, now))
            guards |= {one.error.data["guard"] for one in held}
    assert {"reply_awaits_review", "extension_is_pending"} <= guards
    assert not {one for one in guards if one.startswith("actor_")}
