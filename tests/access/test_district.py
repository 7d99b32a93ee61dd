"""A whole district looked at by everybody in it: what is listed is seen, and nobody is told who."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from zhili.aggregates.wall_words import has_numbers, names
from zhili.demo import simulate
from zhili.errors import CaseNotFoundError
from zhili.face.eyes import Eyes
from zhili.policies.visibility import VIEWS
from zhili.projections.worklist import Worklist
from zhili.values import Actor, Personal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhili import Engine

DAYS = 6


@pytest.fixture(scope="module")
def district() -> Iterator[Engine]:
    """Live a few days of a district with every kind of case."""
    with simulate(days=DAYS).engine as engine:
        yield engine


def everybody(engine: Engine) -> set[Actor]:
    """Give everybody who has acted in the district, and an inspector."""
    ids = engine.store.rows("SELECT case_id FROM cases", {})
    acted = {event.by for (case_id,) in ids for event in engine.history(UUID(case_id))}
    return {who for who in acted if any(who.role == view.role for view in VIEWS)}


def listed_by(eyes: Eyes) -> set[UUID]:
    """Give all the cases that somebody lists, page by page."""
    found: set[UUID] = set()
    after: str | None = None
    while True:
        page = eyes.page(Worklist(open_only=False, order="opened", size=200, after=after))
        assert found.isdisjoint(item.case_id for item in page.items)
        found |= {item.case_id for item in page.items}
        after = page.next
        if after is None:
            return found


def test_what_is_listed_is_what_is_seen(district: Engine) -> None:
    """Nothing is listed that is not seen; what is seen beyond it, the unit had once."""
    cases = district.several(
        [UUID(one) for (one,) in district.store.rows("SELECT case_id FROM cases", {})]
    )
    kinds = {case.workflow.name for case in cases}
    assert kinds == {"complaint", "whistle", "wall", "hazard", "branch_call"}
    for who in everybody(district):
        eyes = Eyes(district, who)
        seen = {case.id for case in cases if eyes.sight.sees(case)}
        listed = listed_by(eyes)
        assert listed <= seen, who
        for case in cases:
            if case.id in seen - listed:
                had = {spell.unit for spell in case.spells} - {case.unit}
                home = getattr(case, "home_organisation", None)
                claimed = who.id in getattr(case, "owners", ())
                assert had or home == who.unit or claimed, (who, case.workflow.name)


def test_nobody_is_told_who_it_was(district: Engine) -> None:
    """No page and no timeline of any case has a name or a number in it, for any role."""
    one_of_each = {(who.role, who.unit): who for who in everybody(district)}.values()
    for who in one_of_each:
        eyes = Eyes(district, who)
        for case_id in sorted(listed_by(eyes), key=str)[:20]:
            hidden = tuple(personal(district, case_id))
            own = any(one.subject == who.id for one in hidden)
            if own or district.case(case_id).subject == who.id:
                continue
            case, timeline = eyes.case(case_id), eyes.timeline(case_id)
            said = [str(value) for entry in timeline.entries for value in words(entry.fields)]
            said += [case.title or "", *(one.text or "" for one in case.personal)]
            assert not names(hidden, said), (who, case.number)
            assert not has_numbers(one for one in said if "****" not in one)


def test_cases_that_are_not_seen_are_not_there(district: Engine) -> None:
    """Whoever asks for a case of others by its id is told that there is none."""
    cases = [UUID(one) for (one,) in district.store.rows("SELECT case_id FROM cases", {})]
    strangers = [who for who in everybody(district) if Eyes(district, who).sight.view.outside]
    assert strangers
    for who in strangers[:5]:
        eyes = Eyes(district, who)
        own = listed_by(eyes)
        for case_id in cases[:50]:
            claimed = who.id in getattr(district.case(case_id), "owners", ())
            if case_id not in own and not claimed:
                with pytest.raises(CaseNotFoundError):
                    eyes.case(case_id)


def personal(engine: Engine, case_id: UUID) -> Iterator[Personal]:
    """Give what identifies somebody in a case."""
    for event in engine.history(case_id):
        for name, value in vars(event).items():
            if isinstance(value, Personal) and name in {"name", "phone", "reporter", "contact"}:
                yield value


def words(value: object) -> Iterator[object]:
    """Give every text in a value."""
    if isinstance(value, dict):
        for one in value.values():
            yield from words(one)
    elif isinstance(value, list):
        for one in value:
            yield from words(one)
    elif isinstance(value, str):
        yield value
