"""What follows from the events of a complaint, in this case and in others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from zhili.commands import complaint as asked
from zhili.reactions.reaction import Reaction

if TYPE_CHECKING:
    from zhili.aggregates import Case, Complaint
    from zhili.commands.command import Command
    from zhili.policies.rules import Rules

__all__ = ["COMPLAINT_REACTIONS"]


def copy_to_the_district(event: Any, case: Case, rules: Rules) -> Iterable[Command]:
    """Copy what goes directly to a street to its district, to urge and coordinate (BJ-REG 12)."""
    if event.mode != "direct":
        return
    day = rules.day_of(event.occurred_at)
    district = rules.organisation.district_of(event.unit, day)
    accused = cast("Complaint", case).accused
    if district is None or district in accused:
        return
    if rules.organisation.level(event.unit, day) == "street":
        yield asked.CopyToDistrict(case_id=case.id, district=district)


def attach_to_the_main_case(event: Any, case: Case, _rules: Rules) -> Iterable[Command]:
    """Attach a merged case to its main case, which may refuse."""
    yield asked.AttachDuplicate(
        case_id=event.main,
        duplicate=case.id,
        category=case.category,
        division=case.division,
        duplicate_confidentiality=case.confidentiality,
        about=cast("Complaint", case).accused,
    )


def detach_from_the_main_case(event: Any, case: Case, _rules: Rules) -> Iterable[Command]:
    """Detach a case that stands on its own again."""
    yield asked.DetachDuplicate(case_id=event.main, duplicate=case.id)


def match_the_duplicate(event: Any, case: Case, _rules: Rules) -> Iterable[Command]:
    """Give both cases the higher confidentiality, and a late duplicate the outcome."""
    main = cast("Complaint", case)
    if event.duplicate_confidentiality < main.confidentiality:
        yield asked.SetConfidentiality(
            case_id=event.duplicate,
            level=main.confidentiality,
            reason=f"merged into case {main.number}, which has this level",
        )
    if main.state == "closed":
        yield _outcome_for(event.duplicate, main)


def share_the_outcome(_event: Any, case: Case, _rules: Rules) -> Iterable[Command]:
    """Give every duplicate the outcome of its main case; each complainant is answered apart."""
    main = cast("Complaint", case)
    for duplicate in main.duplicates:
        yield _outcome_for(duplicate, main)


def take_the_outcome_back(_event: Any, case: Case, _rules: Rules) -> Iterable[Command]:
    """Leave the duplicates without an outcome while their main case is taken up again."""
    main = cast("Complaint", case)
    for duplicate in main.duplicates:
        yield asked.FollowMain(case_id=duplicate, main=main.id)


def explain_the_termination(event: Any, case: Case, _rules: Rules) -> Iterable[Command]:
    """Tell everybody who was merged into a terminated case why it ended."""
    main = cast("Complaint", case)
    for duplicate in main.duplicates:
        yield asked.FollowMain(
            case_id=duplicate, main=main.id, outcome="explained", public_text=event.note
        )


def _outcome_for(duplicate: Any, main: Complaint) -> Command:
    return asked.FollowMain(
        case_id=duplicate,
        main=main.id,
        outcome=cast("asked.Outcome", main.outcome),
        public_text=main.reply.public_text if main.reply else None,
    )


COMPLAINT_REACTIONS = (
    Reaction("complaint.dispatched", copy_to_the_district),
    Reaction("complaint.merged", attach_to_the_main_case),
    Reaction("complaint.unmerged", detach_from_the_main_case),
    Reaction("complaint.duplicate-attached", match_the_duplicate),
    Reaction("complaint.closed", share_the_outcome),
    Reaction("complaint.terminated", explain_the_termination),
    Reaction("complaint.reopened", take_the_outcome_back),
)
