"""What somebody asks the dashboard for: month, place, dimension; read from the query."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeVar, get_args

from zhili.errors import InputError, PolicyRefusedError
from zhili.values import Month, Period

if TYPE_CHECKING:
    from zhili.engine import Engine
    from zhili.face import Request
    from zhili.policies.organisation import Organisation

__all__ = ["BY", "Asked", "By", "Hours", "asked_of", "month_of", "organisation_of"]

By = Literal["unit", "street", "district", "category"]
"""What the groups are: who answers for the case, what stands above, or what it is about."""

Hours = Literal["clock", "working"]

Said = TypeVar("Said", bound=str)

BY: Final[tuple[By, ...]] = get_args(By)

MONTH: Final = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
YEAR_MIN: Final = 1900


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for; without a `month` it is the last whole one that has cases."""

    month: str | None = None
    by: By = "unit"
    within: str | None = None
    case_type: str = "complaint"
    hours: Hours = "clock"

    def query(self) -> dict[str, str | None]:
        """Give it as the query of an address; what is as usual is left out."""
        usual = Asked()
        return {
            name: said if said != getattr(usual, name) else None
            for name, said in (
                ("month", self.month),
                ("by", self.by),
                ("within", self.within),
                ("case_type", self.case_type),
                ("hours", self.hours),
            )
        }


def asked_of(request: Request, engine: Engine) -> Asked:
    """
    Read what *request* asks for.

    Raises:
        InputError: If something is asked for that there is not; it says what there is.
    """
    types = tuple(kind.workflow.name for kind in engine.case_types[:-1])  # the last: policies
    month = request.asked("month")
    if month is not None:
        month_of(month)
    return Asked(
        month=month,
        by=_one_of(BY, request.asked("by") or "unit", "by"),
        within=_within(request.asked("within"), engine),
        case_type=_one_of(types, request.asked("case_type") or "complaint", "case_type"),
        hours=_one_of(get_args(Hours), request.asked("hours") or "clock", "hours"),
    )


def month_of(said: str) -> Period:
    """
    Give the month that is written like 2026-03.

    Raises:
        InputError: If it is none.
    """
    found = MONTH.fullmatch(said)
    if found is None or int(found[1]) < YEAR_MIN:
        message = f"month={said[:20]!r} is no month; write it like 2026-03"
        raise InputError(message, month=said[:20])
    return Month(int(found[1]), int(found[2]))


def organisation_of(engine: Engine) -> Organisation | None:
    """Give the organisation in force; None where it cannot be read: the audit says why."""
    try:
        return engine.book.current().organisation
    except PolicyRefusedError:
        return None


def _one_of(known: tuple[Said, ...], said: str, name: str) -> Said:
    for one in known:
        if one == said:
            return one
    message = f"{name}={said[:40]!r} is unknown; it may be {', '.join(known)}"
    raise InputError(message, parameter=name)


def _within(unit: str | None, engine: Engine) -> str | None:
    organisation = organisation_of(engine)
    if unit is None or organisation is None or organisation.open:
        return unit
    if all(entry.id != unit for entry in organisation.units):
        message = f"within={unit[:64]!r} is no unit of the organisation; name one by its id"
        raise InputError(message, parameter="within")
    return unit
