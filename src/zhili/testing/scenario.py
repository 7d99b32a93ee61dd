"""Scenarios that read as sentences: given what happened, when somebody does this, then that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from zhili.aggregates import CASE_TYPES, Case, CaseEvent
from zhili.commands.command import Command
from zhili.errors import RefusalError, ZhiliError
from zhili.policies import Policy
from zhili.reactions import REACTIONS, Reaction
from zhili.testing.clock import START
from zhili.testing.control import Control
from zhili.testing.coverage import Coverage
from zhili.testing.world import Happening, Taken, World
from zhili.values import Actor

__all__ = ["Given", "Outcome", "When", "given"]

Expected = str | tuple[str, Mapping[str, object]]
"""The name of an event, alone or with the fields that it must carry."""


def given(
    case_type: type[Case],
    *steps: Happening | tuple[Command, Actor],
    policies: Iterable[Policy] = (),
    at: datetime = START,
    others: Iterable[type[Case]] = (),
    reactions: Iterable[Reaction] = REACTIONS,
) -> Given:
    """
    Live through *steps*, which must all succeed.

    A step is a control, a pair of a command and who gives it, a policy that is published, a
    `timedelta` that passes, or `TICK`, at which every due clock fires. Nothing is mocked: each
    command is a real decision under the default policies and *policies*, and each event is
    written, read back and checked again as an auditor would. Only the store is left out. The
    library's own case types, and *others*, live in the same world.

    >>> from zhili import Complaint
    >>> from zhili.testing import controls
    >>> _ = (
    ...     given(Complaint, controls.REGISTER)
    ...     .when(controls.ACCEPT)
    ...     .then("Accepted", state="accepted", unit="12345")
    ... )
    """
    types = {kind.workflow.name: kind for kind in (*CASE_TYPES, *others, case_type)}
    world = World(tuple(types.values()), policies=policies, reactions=reactions, at=at)
    for number, step in enumerate(steps, 1):
        try:
            world.live(Control.of(*step) if isinstance(step, tuple) else step)
        except ZhiliError as error:
            error.add_note(f"in step {number} of what was given: {_said(step)}")
            raise
    return Given(world)


class Given(NamedTuple):
    """What has happened so far."""

    world: World

    @property
    def case(self) -> Case:
        """The case that the scenario is about."""
        return self.world.case

    def when(self, step: Happening | Command, by: Actor | None = None) -> When:
        """
        Do one thing more: a control, or a command *by* somebody, or any other step.

        >>> from zhili import Complaint, complaint
        >>> from zhili.errors import RoleRefusedError
        >>> from zhili.testing import CASE, actor, controls
        >>> _ = (
        ...     given(Complaint, controls.REGISTER)
        ...     .when(complaint.Accept(case_id=CASE), by=actor("unit_operator", "110105001"))
        ...     .then_refused(RoleRefusedError)
        ... )
        """
        if isinstance(step, Command):
            if by is None:
                message = "say who gives the command: when(command, by=actor(…))"
                raise TypeError(message)
            step = Control.of(step, by)
        elif by is not None:
            if not isinstance(step, Control):
                message = f"{_said(step)} is nobody's"
                raise TypeError(message)
            step = step.by_actor(by)
        return When(self.world, step)


class When(NamedTuple):
    """What is about to be done."""

    world: World
    step: Happening

    def then(self, *events: Expected, state: str | None = None, **facts: object) -> Outcome:
        """
        Demand that exactly *events* are recorded, in this order, in whichever case.

        An event is its name, or its name with fields that it must carry. *state* and *facts* are
        what the case must then be: `unit="110105001"`.

        >>> from zhili import Complaint
        >>> from zhili.testing import controls, path_to
        >>> outcome = (
        ...     given(Complaint, *path_to("accepted"))
        ...     .when(controls.DISPATCH)
        ...     .then(("Dispatched", {"mode": "direct"}), "CopiedToDistrict", state="dispatched")
        ... )
        >>> outcome.case.unit
        '110105001'
        """
        taken = self.world.live(self.step)
        names = [one.event.event_name for one in taken]
        wanted = [one if isinstance(one, str) else one[0] for one in events]
        assert names == wanted, f"recorded {names}, not {wanted}"
        for one, entry in zip(events, taken, strict=True):
            if not isinstance(one, str):
                _same(one[0], entry.event, one[1])
        outcome = Outcome(self.world, tuple(taken))
        if state is not None:
            facts["state"] = state
        _same("the case", outcome.case, facts)
        return outcome

    def then_refused(
        self, error: type[ZhiliError] = RefusalError, *, guard: str | None = None, **data: object
    ) -> ZhiliError:
        """
        Demand that it is refused with *error*, by *guard*, and that nothing has changed.

        *data* is what else the error must name. Gives the error.

        >>> from zhili import Complaint
        >>> from zhili.errors import GuardRefusedError
        >>> from zhili.testing import controls
        >>> refusal = (
        ...     given(Complaint, controls.REGISTER)
        ...     .when(controls.ACCEPT.but(gates=("G3",)))
        ...     .then_refused(GuardRefusedError, guard="no_gate_applies")
        ... )
        >>> refusal.code
        'refused-guard'
        """
        before, recorded = self._standing(), len(self.world.events)
        refusal = self._refusal()
        name = type(refusal).__name__
        fits = type(refusal) is error or (error is RefusalError and isinstance(refusal, error))
        assert fits, f"refused with {name}, not {error.__name__}: {refusal}"
        self._note(refusal)
        if guard is not None:
            data["guard"] = guard
        found = {key: refusal.data.get(key) for key in data}
        assert found == data, f"refused with {found}, not {data}: {refusal}"
        assert self._standing() == before, "it was refused, and yet something changed"
        assert len(self.world.events) == recorded, "it was refused, and yet recorded"
        return refusal

    def _refusal(self) -> ZhiliError:
        try:
            taken = self.world.live(self.step)
        except ZhiliError as refusal:
            return refusal
        names = [one.event.event_name for one in taken]
        message = f"it was not refused: {_said(self.step)} recorded {names}"
        raise AssertionError(message)

    def _standing(self) -> dict[UUID, dict[str, Any]]:
        return {case_id: dict(vars(case)) for case_id, case in self.world.cases.items()}

    def _note(self, refusal: ZhiliError) -> None:
        if isinstance(self.step, Control) and "guard" in refusal.data:
            case_type = refusal.data.get("case_type") or self.step.command.case_type
            Coverage.refused(case_type, refusal.data["guard"])


class Outcome(NamedTuple):
    """What came of it: the world, and what was recorded with the rows that were taken."""

    world: World
    taken: tuple[Taken, ...]

    @property
    def case(self) -> Any:
        """The case that the scenario is about."""
        return self.world.case

    @property
    def events(self) -> tuple[CaseEvent, ...]:
        """The events that were recorded."""
        return tuple(one.event for one in self.taken)

    def when(self, step: Happening | Command, by: Actor | None = None) -> When:
        """Go on: do one thing more."""
        return Given(self.world).when(step, by)


def _same(name: str, thing: object, wanted: Mapping[str, object]) -> None:
    found = {field: getattr(thing, field) for field in wanted}
    assert found == dict(wanted), f"{name} has {found}, not {dict(wanted)}"


def _said(step: object) -> str:
    if isinstance(step, Control):
        return f"{step.command.__name__} by {step.by.id}"
    return repr(step)
