"""What is asked of every recorded event: what was asked when it was recorded, and a little more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zhili.aggregates.clocks import marks_of
from zhili.aggregates.drafting import demand, drafted
from zhili.aggregates.timing import check_time
from zhili.errors import RefusalError, UnreadableEventError
from zhili.values import SYSTEM
from zhili.workflows import check

if TYPE_CHECKING:
    from zhili.aggregates import Case, CaseEvent
    from zhili.aggregates.clocks import ClockMark, ClockState
    from zhili.audit.notes import Notes
    from zhili.audit.policy_times import PolicyTimes
    from zhili.policies.rules import Rules
    from zhili.store.store import LogRow
    from zhili.workflows import Workflow

__all__ = ["FORGED", "Judge", "fold", "raise_interruption"]

FORGED: Final = (
    TypeError,
    ValueError,
    AttributeError,
    LookupError,
    ArithmeticError,
    AssertionError,
    RecursionError,
    UnreadableEventError,
)
"""What a forged event can make a fold, a guard or a register row raise."""

RECALCULATION: Final = "recalculate_deadline"


def raise_interruption(error: BaseException) -> None:
    """
    Let go on what is no fault of the log: pydantic wraps what interrupts the code that it calls.

    Raises:
        KeyboardInterrupt: If that is what is behind *error*.
    """
    behind: BaseException | None = error
    while behind is not None:
        if isinstance(behind, KeyboardInterrupt):
            raise behind
        behind = behind.__cause__ or behind.__context__


def fold(case: Case, event: CaseEvent) -> Case:
    """
    Give *case* as it stands after *event*.

    Raises:
        ValueError: If it is another case then, as only a forged event can make it.
    """
    after: Case = event.mutate(case)
    if after.id is not event.originator_id and after.id != event.originator_id:
        raise ValueError("it makes another case of it")
    return after


class Judge:
    """Asks of recorded events whether they were lawful, and notes what was not."""

    def __init__(self, times: PolicyTimes, findings: Notes, remarks: Notes) -> None:
        """Judge by the policies of *times*."""
        self._times = times
        self._findings = findings
        self._remarks = remarks

    def judge(self, case: Case, event: CaseEvent, row: LogRow) -> None:
        """Ask everything about *event*, which is about to be folded into *case*."""
        workflow = case.editions.get(event.edition)
        if workflow is None:
            detail = f"edition {event.edition} is not known"
            self._findings.add("unknown-edition", detail, row)
        else:
            rules, wrong = self._times.named(event.rules, row.position)
            if wrong:
                self._findings.add("foreign-policy", wrong, row)
            self._lawful(workflow, case, event, rules, row)
        if event.cause is not None:
            cause = event.cause
            detail = f"{event.event_name} follows from event {cause.version} of {cause.case_id}"
            self._remarks.add("effect", detail, row)
        if event.occurred_at != event.timestamp and event.is_late:
            detail = f"entered {event.timestamp - event.occurred_at} late"
            self._remarks.add("late-entry", detail, row)
        for mark in event.marks:
            if mark.provisional is not None:
                detail = f"{mark.name} waits for the calendar of {mark.provisional}"
                self._remarks.add("provisional-deadline", detail, row)
        for flag in vars(event).get("flags", ()):
            self._remarks.add("flag", str(flag), row)

    def _lawful(
        self, workflow: Workflow, case: Case, event: CaseEvent, rules: Rules, row: LogRow
    ) -> None:
        try:
            verdict = check(workflow, case, event, rules)
            check_time(case, event, rules)
            state = verdict.step.destination(case.state)
            part = verdict.part_state
            marks = marks_of(workflow, case, event, state, rules, part_state=part)
            self._whoever_acted(case, event, verdict.step.command, row)
        except RefusalError as error:
            self._findings.add(error.code, error.message, row)
            return
        except FORGED as error:
            raise_interruption(error)
            detail = f"the step cannot be judged: {type(error).__name__}: {error}"
            self._findings.add("unjudgeable-step", detail, row)
            return
        if state != event.state:
            detail = f"it leads to {state!r}, the event says {event.state!r}"
            self._findings.add("wrong-destination", detail, row)
        if part != event.part_state:
            detail = f"{event.part} leads to {part!r}, the event says {event.part_state!r}"
            self._findings.add("wrong-destination", detail, row)
        if marks != event.marks:
            self._findings.add("wrong-deadline", _difference(marks, event.marks), row)

    def _whoever_acted(self, case: Case, event: CaseEvent, command: str, row: LogRow) -> None:
        by_system = event.by.role == SYSTEM
        if by_system and event.cause is None:
            self._by_itself(case, event, command, row)
            return
        if not by_system and event.cause is not None:
            detail = f"it has a cause, but {event.by.role} is not the system"
            self._findings.add("forged-cause", detail, row)
        if case.clocks:
            self._nothing_was_due(case, event, row)

    def _by_itself(self, case: Case, event: CaseEvent, command: str, row: LogRow) -> None:
        """Let the system act by itself only when a clock or a published calendar makes it."""
        if not case.registered or command == RECALCULATION or demanded(case, event, command):
            return
        when = event.occurred_at.isoformat()
        detail = (
            f"nothing made the system {command.replace('_', ' ')} at {when}: no clock, no cause"
        )
        self._findings.add("uncaused-effect", detail, row)

    def _nothing_was_due(self, case: Case, event: CaseEvent, row: LogRow) -> None:
        """Insist that what the clocks demanded had been carried out before *event* was."""
        now = event.timestamp
        for clock in case.clocks:
            if clock.due_at is None or clock.due_at > now or not clock.waits:
                continue
            if event.timestamp == case.last_at:
                return  # its clock stood behind, and it was put after what was there already
            if could_fire(case, clock, event, self._times.rules(row.position)):
                detail = f"{clock.name} was due at {clock.due_at.isoformat()} and had not fired"
                self._findings.add("clock-not-fired", detail, row)


def demanded(case: Case, event: CaseEvent, command: str) -> bool:
    """Say whether a clock of *case* demanded *command* at the very moment of *event*."""
    about = vars(event).get("clock")
    return any(
        clock.waits
        and clock.fires == command
        and about in {None, clock.name}
        and clock.due_at is not None
        and event.occurred_at == max(clock.due_at, case.last_at or clock.due_at)
        for clock in case.clocks
    )


def could_fire(case: Case, clock: ClockState, event: CaseEvent, rules: Rules) -> bool:
    """Say whether the command of *clock* would have been carried out just before *event*."""
    command, moment = demand(case, clock, event.timestamp, rules)
    try:
        for name, fields in case.decide(command, moment):
            draft = drafted(case, name, fields, moment)
            check(case.workflow, case, draft, rules)
            return True
    except RefusalError:
        return False
    return False


def _difference(right: tuple[ClockMark, ...], found: tuple[ClockMark, ...]) -> str:
    clocks = {mark.name: mark for mark in right}
    for mark in found:
        if clocks.pop(mark.name, None) != mark:
            return f"clock {mark.name}: the event says {mark.action} {mark.due_at}"
    return f"the event says nothing of the clocks {', '.join(clocks)}"
