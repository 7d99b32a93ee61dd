"""Reactions of a host's own, and how far one thing may follow from another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from zhili import Engine, complaint
from zhili.errors import EndlessReactionError, InputError
from zhili.reactions import REACTIONS, Reaction
from zhili.testing import CASE, VirtualClock, path_to
from zhili.testing import controls as c

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from zhili.aggregates import Case

CHAIN_MAX = 8


def numbered(n: int) -> UUID:
    """Give the id of the *n*th case."""
    return UUID(int=CASE.int + n)


def engine_with(follow: Callable[[Any, Case, Any], Iterable[Any]], cases: int = 1) -> Engine:
    """Give an engine with one more reaction, to a change of confidentiality, and some cases."""
    mine = Reaction("complaint.confidentiality-changed", follow)
    engine = Engine.open("memory:", clock=VirtualClock(), reactions=(*REACTIONS, mine))
    for n in range(cases):
        engine.submit(c.REGISTER.on(numbered(n)).build(engine.now()), by=c.INTAKE)
    return engine


def raised(case_id: UUID, level: int = 2) -> complaint.SetConfidentiality:
    """Ask for a level, whatever it was."""
    return complaint.SetConfidentiality(case_id=case_id, level=level, consent=True, reason="tests")


def to_the_next(last: int) -> Callable[[Any, Case, Any], Iterable[Any]]:
    """Give a reaction that asks the same of the next case, up to the *last*."""

    def follow(_event: Any, case: Case, _rules: Any) -> Iterable[Any]:
        n = case.id.int - CASE.int
        if n < last:
            yield raised(numbered(n + 1))

    return follow


def test_what_follows_stands_in_the_same_transaction_with_its_cause() -> None:
    """A host's reaction is carried out by the system, and audited like the library's."""
    with engine_with(to_the_next(2), cases=3) as engine:
        receipt = engine.submit(raised(CASE), by=c.SUPERVISOR)
        assert engine.head().position == receipt.position
        followed = engine.history(numbered(2))[-1]
        assert (followed.event_name, followed.by) == ("ConfidentialityChanged", c.SYSTEM)
        assert followed.cause is not None
        assert followed.cause.case_id == numbered(1)
        assert engine.audit().clean


def test_an_audit_without_the_reaction_says_that_nothing_led_to_it() -> None:
    """Whoever audits knows what the host has added, or is told what follows from nothing."""
    with engine_with(to_the_next(1), cases=2) as engine:
        engine.submit(raised(CASE), by=c.SUPERVISOR)
        engine.reactions = REACTIONS
        codes = {(one.code, one.case_id) for one in engine.audit().findings}
        assert codes == {("uncaused-effect", str(numbered(1)))}


def test_a_circle_is_an_error_and_nothing_is_recorded() -> None:
    """An event that would follow from itself is refused whole, with the way it went."""

    def back_and_forth(_event: Any, case: Case, _rules: Any) -> Iterable[Any]:
        yield raised(numbered(1) if case.id == CASE else CASE)

    with engine_with(back_and_forth, cases=2) as engine:
        before = engine.head()
        with pytest.raises(EndlessReactionError, match="would follow from itself") as refused:
            engine.submit(raised(CASE), by=c.SUPERVISOR)
        assert refused.value.code == "refused-endless"
        assert refused.value.data["topics"] == ["complaint.confidentiality-changed"] * 3
        assert engine.head() == before


@pytest.mark.parametrize("cases", [CHAIN_MAX, CHAIN_MAX + 1])
def test_a_chain_has_an_end(cases: int) -> None:
    """Eight things may follow from each other, and not one more."""
    with engine_with(to_the_next(cases - 1), cases=cases) as engine:
        before = engine.head()
        if cases > CHAIN_MAX:
            with pytest.raises(EndlessReactionError, match="more than 8 things"):
                engine.submit(raised(CASE), by=c.SUPERVISOR)
            assert engine.head() == before
        else:
            engine.submit(raised(CASE), by=c.SUPERVISOR)
            assert engine.case(numbered(cases - 1)).confidentiality == 2


def test_what_a_clock_brings_about_is_whole_or_not_at_all() -> None:
    """Where a reaction to a clock is refused, nothing of what the clock did is kept."""

    def refused(_event: Any, case: Case, _rules: Any) -> Iterable[Any]:
        yield complaint.Close(case_id=case.id, outcome="solved")

    mine = Reaction("complaint.callback-opened", refused)
    clock = VirtualClock()
    with Engine.open("memory:", clock=clock, reactions=(*REACTIONS, mine)) as engine:
        for step in path_to("handling"):
            engine.submit(step.build(clock.advance(step.after)), by=step.by)
        clock.advance(days=8)
        assert engine.tick().refused == (CASE,)
        assert engine.case(CASE).state == "handling"
        facts = c.APPEND_FACTS.by_actor(c.INTAKE)
        engine.submit(facts.build(clock.advance(minutes=1)), by=facts.by)
        assert [event.event_name for event in engine.history(CASE)][-2:] == [
            "Contacted", "FactsAppended",
        ]  # fmt: skip
        codes = {finding.code for finding in engine.audit().findings}
        assert codes == {"clock-not-fired"}


def test_a_reaction_names_the_case_that_it_opens() -> None:
    """An id drawn by chance would be another one when the audit asks again."""

    def by_chance(_event: Any, _case: Case, _rules: Any) -> Iterable[Any]:
        yield c.REGISTER.command(**c.REGISTER.fields)

    with engine_with(by_chance) as engine:
        before = engine.head()
        with pytest.raises(InputError, match="must name the case that register opens"):
            engine.submit(raised(CASE), by=c.SUPERVISOR)
        assert engine.head() == before
