"""What random people ask of cases of every type: good examples, given at random times by many."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from tests.branch_call import examples as branch_calls
from tests.engine import proposals
from tests.hazard import examples as hazards
from tests.wall import steps as items
from tests.whistle import cast as whistles
from tests.whistle import examples as whistle_examples
from zhili.aggregates import BranchCall, Complaint, Hazard, WallItem, Whistle
from zhili.testing import Control, actor, controls, path_to
from zhili.values import SYSTEM
from zhili.workflows import STAY

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from types import ModuleType

    from zhili import Actor
    from zhili.aggregates import Case
    from zhili.workflows import Step

    Draw = Callable[..., Any]

__all__ = ["BEGINNINGS", "beginning", "begun", "proposal"]

ZONE: Final = ZoneInfo("Asia/Shanghai")
STREET, DISTRICT, HOME = whistles.STREET, whistles.DISTRICT, whistles.COMMUNITY
UNITS: Final = (whistles.POLICE, whistles.WATER, whistles.PARKS)
PLACES: Final = {
    items.VILLAGE: HOME, items.TOWN: STREET, items.DEPARTMENT: whistles.WATER,
    hazards.HOME: HOME, hazards.STREET: STREET, hazards.DISTRICT: DISTRICT,
    hazards.FIRE: whistles.POLICE, hazards.POWER: whistles.WATER,
}  # fmt: skip
"""All of them live in the same place, and know the same units."""

BEGINNINGS: Final[dict[str, tuple[Any, ...]]] = {
    "complaint handled": path_to("handling"),
    "complaint called back": path_to("callback"),
    "whistle mustering": whistle_examples.MUSTERING,
    "whistle objected to": whistle_examples.OBJECTED,
    "whistle at work": whistle_examples.JOINT,
    "whistle settled": whistle_examples.SETTLED,
    "whistle closed": whistle_examples.CLOSED,
    "emergency": whistle_examples.EMERGENCY,
    "item posted": items.BEFORE["posted"],
    "item planned": items.BEFORE["planned"],
    "item in progress": items.BEFORE["in_progress"],
    "item unresolvable": items.BEFORE["unresolvable"],
    "item echoed": items.BEFORE["echoed"],
    "hazard rectified": (*hazards.RECTIFYING, hazards.LEAD_DONE, hazards.POWER_DONE),
    "member called": branch_calls.RESPONDED,
    "member missed": branch_calls.NOT_PERFORMED,
}
"""Cases that have come some way already."""

VOTERS: Final = 5


def _pool(case_type: type[Case], module: ModuleType) -> dict[str, list[Control]]:
    """Give the examples in *module* of every command that people give."""
    pool: dict[str, list[Control]] = {}
    for name in sorted(vars(module)):
        control = getattr(module, name)
        if isinstance(control, Control) and control.command.case_type == case_type.workflow.name:
            verbs = pool.setdefault(control.command.verb, [])
            if control.by.role != SYSTEM:
                verbs.append(control)
    return {verb: found for verb, found in pool.items() if found}


POOLS: Final = {
    "whistle": _pool(Whistle, whistles),
    "wall": _pool(WallItem, items),
    "hazard": _pool(Hazard, hazards),
    "branch_call": _pool(BranchCall, branch_calls),
}
TABLES: Final = {
    kind.workflow.name: kind.workflow for kind in (Complaint, Whistle, WallItem, Hazard, BranchCall)
}
OPENINGS: Final = (
    controls.REGISTER, whistles.DRAFT, whistles.DRAFT, whistles.DRAFT_EMERGENCY, items.COLLECT,
    items.COLLECT, hazards.FIND, branch_calls.ASSIGN,
)  # fmt: skip


def _here(value: Any) -> Any:
    if isinstance(value, str):
        return PLACES.get(value, value)
    return tuple(_here(one) for one in value) if isinstance(value, tuple) else value


def _moved(control: Control, case_id: UUID) -> Control:
    """Give the same example in the place where all of them are."""
    fields = {name: _here(value) for name, value in control.fields.items()}
    by = control.by.model_copy(update={"unit": _here(control.by.unit)})
    return control.but(**fields).by_actor(by).on(case_id)


def begun(name: str, case_id: UUID) -> tuple[Any, ...]:
    """Give the beginning called *name* of a case of some type."""
    steps = BEGINNINGS[name]
    return tuple(_moved(one, case_id) if isinstance(one, Control) else one for one in steps)


@st.composite
def beginning(draw: Draw, case_id: UUID) -> Control:
    """Draw how a case of some type begins."""
    return _moved(draw(st.sampled_from(OPENINGS)), case_id).later(_pause(draw))


@st.composite
def proposal(draw: Draw, case: Case, cases: Sequence[UUID], now: datetime, fresh: UUID) -> Control:
    """
    Draw what somebody asks of *case*: mostly something that its table has from where it is.

    Args:
        draw: Hypothesis's.

        case: The case as it stands.

        cases: The ids of all there are.

        now: The present.

        fresh: The id of a case that there is not yet, for what opens one.
    """
    if isinstance(case, Complaint):
        if draw(st.integers(0, 6)) == 0 and case.state in {"signed", "handling"}:
            blow = controls.BLOW_WHISTLE.but(units=UNITS[:2], whistle=fresh).on(case.id)
            return blow.by_actor(actor("unit_operator", case.unit))
        return draw(proposals.proposal(case, cases))  # type: ignore[no-any-return]  # a control
    pool = POOLS[case.workflow.name]
    step = _row(draw, case, pool)
    control = _moved(draw(st.sampled_from(pool[step.command])), case.id)
    control = _varied(draw, control, case, cases, now, fresh=fresh)
    ready = _ready(case, step)
    if ready and "unit" in control.fields and draw(st.integers(0, 7)):
        control = control.but(unit=draw(st.sampled_from(ready)))
    return control.by_actor(_somebody(draw, control, step, case)).later(_pause(draw))


def _row(draw: Draw, case: Case, pool: dict[str, list[Control]]) -> Step:
    """Draw a row from where the case stands, seldom one that ends it before anything was done."""
    table = case.workflow
    steps = [step for step in table.steps if step.command in pool]
    possible = [step for step in steps if case.state in step.sources and _is_for_a_part(case, step)]
    early = [step for step in possible if step.to in table.ended - table.closed]
    lasting = [step for step in possible if step not in early]
    onward = [step for step in lasting if step.to not in {STAY, case.state}]
    likely = (lasting, lasting, lasting, onward, onward, onward, onward, lasting, early, steps)
    chosen = likely[draw(st.integers(0, len(likely) - 1))] or lasting
    return draw(st.sampled_from(chosen or steps))  # type: ignore[no-any-return]  # a row


def _is_for_a_part(case: Case, step: Step) -> bool:
    """Say whether *step* is for people, and for some entity inside the case if it is about one."""
    part = case.events[step.event].part
    if part is None or not step.roles - {SYSTEM}:
        return bool(step.roles - {SYSTEM})
    return bool(_ready(case, step)) or bool(case.workflow.parts[part].rows(None, step.event))


def _ready(case: Case, step: Step) -> list[str]:
    """Give the entities inside the case that are where the event of *step* can happen to them."""
    kind = case.events[step.event].part
    if kind is None:
        return []
    table = case.workflow.parts[kind]
    return [
        part.id for part in case.parts if part.kind == kind and table.rows(part.state, step.event)
    ]


def _varied(  # noqa: PLR0913 - an example, and all that it may be about
    draw: Draw, control: Control, case: Case, cases: Sequence[UUID], now: datetime, *, fresh: UUID
) -> Control:
    """Give the example other units, days and ids."""
    given: dict[str, Any] = {}
    for name, value in control.fields.items():
        if name in {"unit", "lead", "owner", "substitute"} and case.parts:
            known = [part.unit for part in case.parts if part.unit]
            given[name] = draw(st.sampled_from([*known, *UNITS]))
        elif isinstance(value, date) and value.year > 1 and not hasattr(value, "hour"):
            days = draw(st.sampled_from([-1, 0, 1, 3, 10, 20]))
            given[name] = now.astimezone(ZONE).date() + timedelta(days=days)
        elif name in {"whistle", "target"}:
            given[name] = fresh
        elif name == "main":
            given[name] = draw(st.sampled_from(cases))
        elif name == "target_type":
            given[name] = draw(st.sampled_from(["complaint", "complaint", "mediation"]))
    if control.command.verb == "transfer" and draw(st.booleans()):
        given |= {"target_type": "whistle", "whistle_kind": "ENFORCEMENT", "units": UNITS[:2]}
    return control.but(**given)


def _somebody(draw: Draw, control: Control, step: Step, case: Case) -> Actor:
    """Draw who asks: mostly whoever the example has, or the unit that it is about."""
    by = control.by
    if draw(st.integers(0, 19)) == 0:
        roles = sorted({role for one in case.workflow.steps for role in one.roles} - {SYSTEM})
        return by.model_copy(update={"role": draw(st.sampled_from(roles))})
    if by.role not in step.roles:
        roles = sorted(step.roles - {SYSTEM})
        by = by.model_copy(update={"role": draw(st.sampled_from(roles))}) if roles else by
    if control.command.verb == "evaluate_echo":
        return by.model_copy(update={"id": f"villager-{draw(st.integers(1, VOTERS))}"})
    units = [by.unit, by.unit, by.unit, by.unit, case.unit]
    if by.unit in UNITS and control.fields.get("unit") in UNITS:
        units = [control.fields["unit"]] * 9 + [by.unit]
    elif by.unit in UNITS:
        units = [case.unit] * 4 + [by.unit]
    if by.unit is not None:
        by = by.model_copy(update={"unit": draw(st.sampled_from(units))})
    return by.model_copy(update={"id": f"{by.id}-{draw(st.integers(1, 2))}"}) if by.unit else by


def _pause(draw: Draw) -> timedelta:
    return timedelta(minutes=draw(st.sampled_from([0, 1, 10, 60, 240, 1440, 3 * 1440])))
