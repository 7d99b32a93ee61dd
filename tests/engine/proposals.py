"""What random people ask of random complaints: sometimes right, sometimes wrong, never the same."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from zhili import Actor, Complaint
from zhili.testing import actor, controls
from zhili.values import SYSTEM
from zhili.workflows import STAY
from zhili.workflows.complaint import COMPLAINT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from zhili.testing import Control
    from zhili.workflows import Step

    Draw = Callable[..., Any]

__all__ = ["UNITS", "openings", "proposal"]

UNITS = (
    controls.STREET,
    controls.NEIGHBOUR,
    controls.FAR_STREET,
    controls.DISTRICT,
    controls.OTHER_DISTRICT,
    controls.DEPARTMENT,
    "12345",
)
"""Streets of two districts, the districts, a department, the centre."""

CONTROLS: dict[str, Control] = {
    control.command.verb: control
    for name in sorted(vars(controls))
    if (control := getattr(controls, name)).__class__.__name__ == "Control"
    and control.command.verb not in {"bring_in", "bring_in_closing", "blow_whistle"}
    and control is not controls.REGISTER_FROM_WALL
}
"""A good example of each command; what matters is varied below."""

ANSWERS = {
    "contacted": st.booleans(),
    "solved": st.sampled_from([True, True, False]),
    "satisfaction": st.sampled_from(["satisfied", "basically_satisfied", "dissatisfied"]),
}
"""What somebody who was reached says; who was not says nothing."""

VARIED: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "accept": {
        "grade": st.sampled_from([None, "I", "II", "III", "IV"]),
        "public_safety": st.sampled_from([None, None, None, True]),
        "gates": st.sampled_from([(), (), (), ("G2",)]),
    },
    "decline": {"gate": st.sampled_from(["G2", "G4", "G3"])},
    "record_contact": {"result": st.sampled_from(["reached"] * 3 + ["not_reached", "anonymous"])},
    "submit_reply": {
        "outcome": st.sampled_from(["solved", "solved", "explained", "partly", "not_solved"]),
        "complainant_informed": st.sampled_from([True, True, True, False]),
    },
    "withdraw": {"identity_checked": st.booleans()},
    "give_directive": {"unit": st.sampled_from([None, *UNITS])},
    "request_ledgering": {"ground": st.sampled_from(["works", "season", "whim"])},
    "request_exclusion": {"ground": st.sampled_from(["E1", "E9", "E99"])},
    "evaluate": ANSWERS,
    "order_rework": {"lawful_and_feasible": st.sampled_from([True, True, False])},
    "reopen": {"ground": st.sampled_from(["new_facts", "false_reply"])},
    "set_confidentiality": {"level": st.integers(0, 3), "consent": st.booleans()},
    "close": {"outcome": st.sampled_from([None, "solved", "not_solved"])},
    "mark_overdue": {"clock": st.sampled_from([c.name for c in COMPLAINT.clocks])},
    "recalculate_deadline": {"clock": st.sampled_from(["handle", "sign"])},
}
WITH_UNIT = {"dispatch", "redirect_dispatch", "designate_lead", "sub_dispatch"}
WITH_PART = {"invite_co_handler", "submit_co_handling", "excuse_co_handler"}
RARE = {
    "withdraw", "decline", "transfer_emergency", "request_termination", "approve_termination",
    "supervise", "set_confidentiality", "append_facts", "correct_record", "add_attachment",
    "assign_handler", "mark_overdue", "recalculate_deadline", "attach_duplicate", "merge_into",
    "detach_duplicate", "follow_main", "copy_to_district", "object_to_dispatch", "unmerge",
}  # fmt: skip
"""Steps that would otherwise keep every case where it is, or end it before it has begun."""


@st.composite
def openings(draw: Draw, case_id: UUID) -> Control:
    """Draw an appeal."""
    kind = draw(st.sampled_from(["complaint", "help", "report", "enquiry"]))
    anonymous = draw(st.sampled_from([False, False, False, True]))
    control = controls.REGISTER_ANONYMOUS if anonymous else controls.REGISTER
    about = draw(st.sampled_from([None, None, controls.NEIGHBOUR])) if kind == "report" else None
    return control.on(case_id).but(
        kind=kind,
        about=about,
        subject=draw(st.sampled_from(["citizen-1", "citizen-2"])),
        public_safety=draw(st.sampled_from([False, False, False, True])),
        no_reply_wanted=draw(st.sampled_from([False, False, False, True])),
    )


@st.composite
def proposal(draw: Draw, case: Complaint, cases: Sequence[UUID]) -> Control:
    """Draw what somebody asks of *case*: mostly something that the table has from where it is."""
    if draw(st.integers(0, 9)) == 0:
        step = draw(st.sampled_from([s for s in COMPLAINT.steps if s.command in CONTROLS]))
    else:
        step = _lawful_row(draw, case)
    control = CONTROLS[step.command].on(case.id)
    for name, values in VARIED.get(step.command, {}).items():
        control = control.but(**{name: draw(values)})
    if step.command == "record_callback":
        says = ANSWERS if draw(st.booleans()) else dict.fromkeys(ANSWERS, st.none())
        answers = {name: draw(values) for name, values in says.items()}
        control = control.but(reached=says is ANSWERS, **answers)
    if step.command in WITH_UNIT:
        control = control.but(unit=draw(st.sampled_from(UNITS)))
    if step.command in WITH_PART:
        control = control.but(unit=draw(st.sampled_from(UNITS[:3])))
    if step.command in {"merge_into", "attach_duplicate", "follow_main", "detach_duplicate"}:
        field = "main" if step.command in {"merge_into", "follow_main"} else "duplicate"
        control = control.but(**{field: draw(st.sampled_from(cases))})
    if step.command == "correct_record":
        control = control.but(old=case.place, new=draw(st.sampled_from(["gate 3", "gate 5"])))
    return control.by_actor(_somebody(draw, step, case, control)).later(_pause(draw))


def _lawful_row(draw: Draw, case: Complaint) -> Step:
    """Draw a row from where the case stands, the common ones more often than the rare."""
    by_people = [s for s in COMPLAINT.steps if s.roles - {SYSTEM}]
    possible = [s for s in by_people if case.state in s.sources and s.command in CONTROLS]
    common = [s for s in possible if s.command not in RARE]
    onward = [s for s in common if s.to != STAY]
    chosen = (possible, common, common, onward, onward)[draw(st.integers(0, 4))]
    return draw(st.sampled_from(chosen or possible))  # type: ignore[no-any-return]  # a row


def _somebody(draw: Draw, step: Step, case: Complaint, control: Control) -> Actor:
    """Draw who asks: mostly in a role of the row and of the unit that has the case."""
    if draw(st.integers(0, 19)) == 0:
        role = draw(st.sampled_from(sorted({r for s in COMPLAINT.steps for r in s.roles})))
    else:
        role = draw(st.sampled_from(sorted(step.roles - {SYSTEM} or step.roles)))
    if role == "complainant":
        return actor(role, id=draw(st.sampled_from(["citizen-1", "citizen-1", "citizen-2"])))
    if role in {"unit_operator", "unit_leader"}:
        stranger = draw(st.integers(0, 9)) == 0
        return actor(role, draw(st.sampled_from(UNITS)) if stranger else case.unit)
    if role == "co_handler":
        return actor(role, control.fields.get("unit"))
    if role == "district_coordinator":
        own = controls.DISTRICT if str(case.unit).startswith("110105") else controls.OTHER_DISTRICT
        return actor(role, own)
    return actor(role, id=f"{role}-{draw(st.integers(1, 2))}")


def _pause(draw: Draw) -> timedelta:
    """Draw how long it takes until they ask."""
    minutes = draw(st.sampled_from([0, 1, 10, 10, 60, 60, 180, 1440]))
    return timedelta(minutes=minutes)
