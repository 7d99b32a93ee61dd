"""Lists as somebody sees them are whole, whichever way the register finds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

import pytest

from zhili.access import units
from zhili.access.sight import ACCUSED, NO_PART
from zhili.demo import simulate
from zhili.face.eyes import Eyes
from zhili.projections import listing
from zhili.projections.worklist import Worklist
from zhili.values import EPOCH, Actor
from zhili.workflows import role

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from zhili import Engine
    from zhili.access.sight import Sight
    from zhili.aggregates import Case

DAYS: Final = 10
SIZE: Final = 13
EVERYWHERE: Final = 10**6

KEYS: Final[dict[str, Any]] = {
    "due": lambda case: (case.due_at is None, case.due_at or EPOCH, str(case.id)),
    "opened": lambda case: (case.opened_at, str(case.id)),
    "number": lambda case: (case.number, str(case.id)),
}


@pytest.fixture(scope="module")
def district() -> Iterator[Engine]:
    """Live a few days of a district with every kind of case."""
    with simulate(days=DAYS).engine as engine:
        yield engine


@pytest.fixture(scope="module")
def cases(district: Engine) -> list[Case]:
    """Give all of its cases."""
    ids = district.store.rows("SELECT case_id FROM cases", {})
    return list(district.several([UUID(one) for (one,) in ids]))


def somebody(cases: list[Case]) -> list[Actor]:
    """Give a coordinator above everything and one of every unit that has a case or a part in it."""
    has = {case.unit for case in cases} | {
        part.unit for case in cases for part in case.entities() if part.kind not in NO_PART
    }
    found = sorted(unit for unit in has if unit)
    roles = (role.DISTRICT_COORDINATOR, role.UNIT_LEADER)
    above = Actor(id="above", role=role.DISTRICT_COORDINATOR, unit=found[0][:6])
    return [above, *(Actor(id="one", role=one, unit=unit) for unit in found for one in roles)]


def is_listed(case: Case, sight: Sight) -> bool:
    """Say from the case itself whether it stands on their lists."""
    parts = [part for part in case.entities() if part.unit]
    if any(part.kind == ACCUSED and part.unit in sight.own_unit for part in parts):
        return False
    has = {case.unit, case.village} if sight.view.scope == "unit" else {case.unit}
    involved = {unit for unit in has if unit} | {
        str(part.unit) for part in parts if part.kind not in NO_PART
    }
    if sight.view.scope == "unit":
        return sight.actor is not None and sight.actor.unit in involved
    assert sight.below is not None
    return any(map(sight.below.has, involved))


def pages(eyes: Eyes, question: Worklist) -> Iterator[str]:
    """Give the cases of a list, page by page to its end."""
    while True:
        page = eyes.page(question)
        yield from (str(item.case_id) for item in page.items)
        if page.next is None:
            return
        question = question.model_copy(update={"after": page.next})


@pytest.mark.parametrize("order", KEYS)
@pytest.mark.parametrize("open_only", [True, False])
@pytest.mark.parametrize(
    ("steps", "few"), [(EVERYWHERE, 0), (40, 0), (0, 0), (0, EVERYWHERE)],
    ids=["walked through", "walked in part", "found", "a few units"],
)  # fmt: skip
def test_each_case_is_listed_once_in_its_order(  # noqa: PLR0913, PLR0917 - ways and lists
    district: Engine,
    cases: list[Case],
    monkeypatch: pytest.MonkeyPatch,
    steps: int,
    few: int,
    open_only: bool,  # noqa: FBT001 - as the question has it
    order: Any,
) -> None:
    """Walked through or found by an index, the pages together are what the cases themselves say."""
    monkeypatch.setattr(listing, "STEPS", steps)
    monkeypatch.setattr(units, "FEW", few)
    seen = by_part = 0
    for who in somebody(cases):
        eyes = Eyes(district, who)
        below = eyes.sight.below
        assert below is not None
        question = Worklist(open_only=open_only, order=order, size=SIZE)
        right = sorted(
            (
                case for case in cases
                if is_listed(case, eyes.sight)
                and not (open_only and case.state in case.workflow.ended)
            ),
            key=KEYS[order],
        )  # fmt: skip
        assert list(pages(eyes, question)) == [str(case.id) for case in right], who
        seen += len(right)
        by_part += sum(not below.has(case.unit or "") for case in right)
    assert seen > 3 * SIZE
    assert by_part, "nobody has a part in the case of another unit"
