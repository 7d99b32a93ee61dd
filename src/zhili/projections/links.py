"""What belongs together 关联: a matter lives in one leading case, and others link to it (§6.12)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar, Final
from uuid import UUID

from zhili.errors import CaseNotFoundError
from zhili.projections.question import Answer, Question, Record
from zhili.projections.register import from_microseconds
from zhili.values import Instant, Value

__all__ = ["LinkedCase", "Links", "LinksAnswer"]

FAMILY_MAX: Final = 1000
"""How many cases of a family are told; a matter that a whole city reports has more."""

FIELDS: Final = (
    "case_id", "case_type", "number", "title", "state", "ended", "unit", "outcome", "opened_at",
    "closed_at", "origin", "relation", "merged_into",
)  # fmt: skip

BY: Final = ("case_id", "origin", "merged_into")


class LinkedCase(Value):
    """
    One case of the family.

    `origin` is the case that it came from and `relation` how: `whistle` was blown for it,
    `transfer` took the matter over, `reblown` is the same whistle again. `merged_into` is the main
    case of a duplicate.
    """

    case_id: UUID
    case_type: str
    number: str
    title: str | None
    state: str
    ended: bool
    unit: str | None
    outcome: str | None
    opened_at: Instant
    closed_at: Instant | None
    origin: UUID | None
    relation: str | None
    merged_into: UUID | None


class LinksAnswer(Answer):
    """
    The family of a case, the oldest first.

    `leading` is the one case in which the matter lives: the first of the family, or the case that
    it was merged into or handed over to. `more` is whether there are cases that are not told.
    """

    case_id: UUID
    leading: UUID
    members: tuple[LinkedCase, ...]
    more: bool


class Links(Question):
    """Every case that belongs to the same matter: what it came from, and what came of it."""

    definition: ClassVar[str] = "links"

    case_id: UUID

    def __init__(self, case_id: UUID) -> None:
        """Ask `Links(case_id)`, with or without its name."""
        super().__init__(case_id=case_id)  # type: ignore[call-arg] # its fields

    def answer(self, record: Record) -> LinksAnswer:
        """
        Follow the links of the register in both directions.

        Raises:
            CaseNotFoundError: If there is no such case.
        """
        family: dict[UUID, LinkedCase] = {}
        asked: set[UUID] = set()
        ahead = [self.case_id]
        while ahead and len(family) <= FAMILY_MAX:
            asked.update(ahead)
            found = {case.case_id: case for case in _related(record, ahead)}
            family.update(found)
            reached = {one for case in found.values() for one in _points_to(case)}
            ahead = sorted(reached - asked, key=str)
        if self.case_id not in family:
            raise CaseNotFoundError(f"there is no case {self.case_id}", case_id=self.case_id)
        members = sorted(family.values(), key=lambda case: (case.opened_at, str(case.case_id)))
        return LinksAnswer(
            definition=self.definition,
            version=self.version,
            position=record.position,
            as_of=record.now,
            case_id=self.case_id,
            leading=_leading(family, self.case_id),
            members=tuple(members[:FAMILY_MAX]),
            more=bool(ahead) or len(members) > FAMILY_MAX,
        )


def _related(record: Record, case_ids: Sequence[UUID]) -> Iterator[LinkedCase]:
    """Give the cases themselves, those that came from them, and those merged into them."""
    for start in range(0, len(case_ids), 500):
        some = {f"id_{n}": str(one) for n, one in enumerate(case_ids[start : start + 500])}
        listed = ", ".join(f":{name}" for name in some)
        for column in BY:
            sql = (
                f"SELECT {', '.join(FIELDS)} FROM cases WHERE {column} IN ({listed}) "
                f"ORDER BY {column}, case_id LIMIT {FAMILY_MAX + 1}"
            )
            for row in record.rows(sql, some):
                yield _linked(row)


def _linked(row: Iterable[object]) -> LinkedCase:
    told = dict(zip(FIELDS, row, strict=True))
    for name in ("opened_at", "closed_at"):
        told[name] = from_microseconds(told[name])  # type: ignore[arg-type] # an instant's column
    return LinkedCase.model_validate({**told, "ended": bool(told["ended"])})


def _points_to(case: LinkedCase) -> Iterator[UUID]:
    """Give the cases to look at next: the case itself, for what came of it, and those before it."""
    yield case.case_id
    for one in (case.origin, case.merged_into):
        if one is not None:
            yield one


def _leading(family: dict[UUID, LinkedCase], start: UUID) -> UUID:
    """Go up to where the matter began, and from there to whoever has it now."""
    case, seen = family[start], {start}
    while case.origin is not None and case.origin in family and case.origin not in seen:
        seen.add(case.origin)
        case = family[case.origin]
    seen = {case.case_id}
    while True:
        handed = [
            one.case_id
            for one in family.values()
            if one.origin == case.case_id and one.relation == "transfer" and _waits(case)
        ]
        after = case.merged_into or (max(handed, key=str) if handed else None)
        if after is None or after not in family or after in seen:
            return case.case_id
        seen.add(after)
        case = family[after]


def _waits(case: LinkedCase) -> bool:
    """Say whether *case* has handed its matter over, and waits for what becomes of it."""
    return case.state == "transferred"
