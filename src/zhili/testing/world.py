"""Where a scenario happens: real decisions on real cases, kept in memory instead of a store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

from zhili.aggregates import Case, CaseEvent
from zhili.engine.decision import Decision
from zhili.errors import RefusalError
from zhili.policies import Policy, Rules, defaults
from zhili.reactions import Reaction, by_topic
from zhili.store import EventMapper
from zhili.testing.clock import VirtualClock
from zhili.testing.control import CASE, Control
from zhili.testing.coverage import Coverage
from zhili.values import SYSTEM_ACTOR
from zhili.workflows import Step, check

__all__ = ["TICK", "Taken", "World"]

ZONE: Final = "Asia/Shanghai"
TICK: Final = "tick"
"""A step of a scenario: every clock that is due by now fires."""

Tick = Literal["tick"]
Happening = Control | Policy | timedelta | Tick
"""A step of a scenario: a command, a policy published, time that passes, a tick of the clocks."""


class Taken(NamedTuple):
    """An event that was recorded: the row it took, and the case as it stood before."""

    event: CaseEvent
    step: Step
    before: Case
    rules: Rules


@lru_cache(maxsize=1)
def _defaults() -> tuple[Policy, ...]:
    return defaults(ZONE)


class World:
    """Cases, policies and a clock, for one scenario."""

    def __init__(
        self,
        case_types: Sequence[type[Case]],
        *,
        policies: Iterable[Policy],
        reactions: Iterable[Reaction],
        at: datetime,
    ) -> None:
        """Begin at *at* with no case, under the default policies and *policies* over them."""
        self.clock = VirtualClock(at)
        self.cases: dict[UUID, Case] = {}
        self.events: list[CaseEvent] = []
        self._types = {kind.workflow.name: kind for kind in case_types}
        self._mapper = EventMapper(case_types)
        self._reactions = by_topic(reactions)
        self._documents = {policy.name: (1, policy) for policy in _defaults()}
        for policy in policies:
            self._documents[policy.name] = (1, policy)

    @property
    def rules(self) -> Rules:
        """The policies in force."""
        return Rules(self._documents)

    @property
    def case(self) -> Case:
        """The case that the scenario is about: CASE, or else the one that was opened first."""
        return self.cases.get(CASE) or next(iter(self.cases.values()))

    def live(self, step: Happening) -> list[Taken]:
        """
        Live through one step and give what was recorded.

        Raises:
            RefusalError: If the rules say no; then nothing has changed.
        """
        match step:
            case Control():
                return self._carry_out(step)
            case Policy():
                version, _ = self._documents[step.name]
                self._documents[step.name] = (version + 1, step)
                return []
            case timedelta():
                self.clock.advance(step)
                return []
            case _:
                return self._tick()

    def _decision(self) -> Decision:
        return Decision(
            types=self._types,
            load=self.cases.get,
            rules=(self.rules, 0),
            reactions=self._reactions,
            now=self.clock(),
            zone=ZONE,
        )

    def _carry_out(self, control: Control) -> list[Taken]:
        now = self.clock.advance(control.after)
        decision = self._decision()
        told_at = now - control.late if control.late else None
        decision.carry_out(control.build(now), control.by, at=told_at, cause=control.cause)
        return self._keep(decision)

    def _tick(self) -> list[Taken]:
        decision = self._decision()
        for case_id in list(self.cases):
            decision.fire_due(decision.touch(case_id))
        self._recalculate(decision)
        return self._keep(decision)

    def _recalculate(self, decision: Decision) -> None:
        """Compute anew what waited for a calendar that is published now."""
        for case_id in list(self.cases):
            case = decision.touch(case_id)
            kind = case.verbs.get("recalculate_deadline")
            if kind is None:
                continue
            for clock in case.provisional_clocks:
                command = kind.model_validate({"case_id": case_id, "clock": clock.name})
                with suppress(RefusalError):  # its year is not announced yet
                    decision.carry_out(command, SYSTEM_ACTOR)

    def _keep(self, decision: Decision) -> list[Taken]:
        taken = [self._taken(event) for event in decision.events]
        for case_id, case in decision.cases.items():
            folded = self.cases.get(case_id)
            assert folded is None or _plain(folded) == _plain(case), "the fold differs"
        return taken

    def _taken(self, event: CaseEvent) -> Taken:
        """Ask again what the decision asked, of the event as a store would give it back."""
        stored = self._mapper.to_stored_event(event)
        read = self._mapper.to_domain_event(stored)
        assert read == event, f"{event.topic} does not survive being stored"
        before = self.cases.get(event.originator_id) or event.case_class.blank(event.originator_id)
        verdict = check(before.workflow, before, read, self.rules)
        Coverage.took(verdict.step, verdict.part)
        self.cases[event.originator_id] = read.mutate(before.copy())
        self.events.append(read)
        return Taken(read, verdict.step, before, self.rules)


def _plain(case: Case) -> dict[str, Any]:
    return {name: value for name, value in vars(case).items() if name != "_pending_events"}
