"""Who has a whistle blown, and how they hear of it: complaints, wall items and hazards (C21)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from zhili.access import mask
from zhili.aggregates.wall_endings import ending
from zhili.commands import complaint, hazard, wall, whistle
from zhili.reactions.reaction import Reaction

if TYPE_CHECKING:
    from uuid import UUID

    from zhili.aggregates import Case, Hazard, WallItem, Whistle
    from zhili.commands.command import Command
    from zhili.policies.rules import Rules

__all__ = ["CALL_REACTIONS"]


def draft_for_a_complaint(event: Any, case: Case, _rules: Rules) -> Iterable[Command]:
    """Draft the whistle that a street wants for a complaint; it is approved like any other."""
    yield whistle.Draft(
        case_id=event.whistle,
        kind=event.kind,
        street=case.unit or "",
        title=event.matter,
        matter=event.matter,
        tried=event.tried,
        place=_place_of(case) or case.division or case.unit or "",
        units=event.units,
        division=case.division,
        category=case.category,
        origin=case.id,
        origin_type=case.workflow.name,
        relation="whistle",
    )


def _place_of(case: Case) -> str | None:
    """Give where the matter is, to the community where the case keeps it closer (§8)."""
    if case.place is None or case.confidentiality < ADDRESS_HIDDEN:
        return case.place
    return mask.place(case.place)


ADDRESS_HIDDEN: Final = 2
"""The level from which on the departments of a whistle are not told whose door it is."""


def draft_for_a_wall_item(event: Any, case: Case, rules: Rules) -> Iterable[Command]:
    """Draft the whistle that an item of the wall became, for the street that it lies in."""
    if event.target_type != "whistle":
        return
    item = cast("WallItem", case)
    yield whistle.Draft(
        case_id=event.target,
        kind=event.whistle_kind,
        street=_street_of(item.village or "", event, rules) or item.keeper or "",
        title=item.title or "",
        matter=item.public_text or "",
        tried=event.reason,
        place=item.village or "",
        units=event.units,
        origin=item.id,
        origin_type=item.workflow.name,
        relation="transfer",
    )


def draft_for_a_hazard(event: Any, case: Case, _rules: Rules) -> Iterable[Command]:
    """Draft the whistle by which the street calls the departments to a hazard (§4.5)."""
    if event.whistle is None:
        return
    found = cast("Hazard", case)
    yield whistle.Draft(
        case_id=event.whistle,
        kind=event.whistle_kind,
        street=found.street or "",
        title=found.title or "",
        matter=event.ledger_entry,
        tried=event.ledger_entry,
        place=found.place or "",
        units=event.units,
        division=found.division,
        origin=found.id,
        origin_type=found.workflow.name,
        relation="whistle",
    )


def tell_that_it_is_settled(event: Any, case: Case, _rules: Rules) -> Iterable[Command]:
    """Tell a complaint that the units have done their part."""
    settles = event.state == "settled" and case.settled_at == event.occurred_at
    if settles and (waiting := complaint_of(case)):
        result: str | None = getattr(event, "result", None) or getattr(event, "decision", None)
        yield complaint.TakeWhistleReport(
            case_id=waiting, whistle=case.id, became="settled", result=result
        )


def tell_that_it_goes_on(event: Any, case: Case, _rules: Rules) -> Iterable[Command]:
    """Tell a complaint that the street has rejected the result, and it has to wait again."""
    if waiting := complaint_of(case):
        yield complaint.TakeWhistleReport(
            case_id=waiting, whistle=case.id, became="taken_up_again", result=event.reason
        )


def tell_that_another_follows(event: Any, case: Case, _rules: Rules) -> Iterable[Command]:
    """Tell a complaint that its whistle is blown again, and that it has to wait for the new one."""
    if waiting := complaint_of(case):
        yield complaint.TakeWhistleReport(
            case_id=waiting,
            whistle=case.id,
            became="blown_again",
            result=event.reason,
            successor=event.whistle,
        )


def tell_that_it_came_to_nothing(event: Any, case: Case, _rules: Rules) -> Iterable[Command]:
    """Tell whoever the whistle was drafted for that it was cancelled, or returned at review."""
    became: Literal["cancelled", "returned"]
    became = "cancelled" if event.event_name == "Cancelled" else "returned"
    if waiting := complaint_of(case):
        yield complaint.TakeWhistleReport(
            case_id=waiting, whistle=case.id, became=became, result=event.reason
        )
    if case.origin is None:
        return
    match _called_by(case):
        case "hazard":
            yield hazard.EndWhistle(case_id=case.origin, whistle=case.id, reason=event.reason)
        case "wall":
            yield wall.ConcludeTransfer(
                case_id=case.origin,
                target=case.id,
                outcome="explained",
                text=ending("whistle", became),
            )
        case _:
            return


def bring_the_result_back(event: Any, case: Case, _rules: Rules) -> Iterable[Command]:
    """Bring the result of a closed whistle back to the hazard or the wall."""
    if case.origin is None:
        return
    called = cast("Whistle", case)
    solved = event.outcome == "solved"
    match _called_by(case):
        case "hazard" if solved:
            yield hazard.ReportByWhistle(
                case_id=case.origin,
                whistle=case.id,
                unit=called.lead or called.street,
                result=called.matter,
            )
        case "hazard":
            reason = f"the whistle was closed as {event.outcome}"
            yield hazard.EndWhistle(case_id=case.origin, whistle=case.id, reason=reason)
        case "wall":
            yield wall.ConcludeTransfer(
                case_id=case.origin,
                target=case.id,
                outcome="solved" if solved else "explained",
                text=ending("whistle", event.outcome),
            )
        case _:
            return


def complaint_of(case: Case) -> UUID | None:
    """Give the complaint that waits for what becomes of a whistle, or of the one before it."""
    if _called_by(case) == "complaint":
        return case.origin
    called = cast("Whistle", case)
    return called.report_to if called.report_type == "complaint" else None


def _called_by(case: Case) -> str | None:
    """Give the case type that had the whistle blown, and waits for what becomes of it."""
    waits = {"complaint": "whistle", "hazard": "whistle", "wall": "transfer"}
    waiting = case.origin_type is not None and waits.get(case.origin_type) == case.relation
    return case.origin_type if waiting else None


def _street_of(village: str, event: Any, rules: Rules) -> str | None:
    day = rules.day_of(event.occurred_at)
    return rules.organisation.ancestor(village, "street", day)


SETTLING = ("unit-delivered", "unit-released", "unit-no-show", "directive-given")

CALL_REACTIONS = (
    Reaction("complaint.whistle-linked", draft_for_a_complaint),
    Reaction("wall.transferred", draft_for_a_wall_item),
    Reaction("hazard.district-called", draft_for_a_hazard),
    *(Reaction(f"whistle.{event}", tell_that_it_is_settled) for event in SETTLING),
    Reaction("whistle.result-rejected", tell_that_it_goes_on),
    Reaction("whistle.reblown", tell_that_another_follows),
    Reaction("whistle.cancelled", tell_that_it_came_to_nothing),
    Reaction("whistle.sent-back", tell_that_it_came_to_nothing),
    Reaction("whistle.closed", bring_the_result_back),
)
