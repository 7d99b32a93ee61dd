"""Two programs with different editions of a case type on one store: neither loses anything."""

from __future__ import annotations

import os
import random
from collections import Counter
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from tests.engine.sample import ZONE, assert_sound, at_once
from tests.testing.petition import FILE, SETTLE, WAIVE, Petition, PetitionBefore
from zhili import CASE_TYPES, Engine
from zhili.errors import InputError, RefusalError, UnreadableEventError, ZhiliError
from zhili.testing import VirtualClock
from zhili.testing.clock import START

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FULL = os.environ.get("ZHILI_CAMPAIGN") == "full"
TURNS = 5000 if FULL else 120
CASES = 30
SEED = 20260302

pytestmark = pytest.mark.campaign


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engines(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Engine, Engine]]:
    """Open one store twice: as the program of yesterday, and as the one of today."""
    url = f"sqlite:///{tmp_path}/cases.db"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
    clock = VirtualClock()
    with (
        Engine.open(url, case_types=(*CASE_TYPES, PetitionBefore), clock=clock) as old,
        Engine.open(url, case_types=(*CASE_TYPES, Petition), clock=clock) as new,
    ):
        yield old, new


def petition(n: int) -> UUID:
    """Give the id of the *n*th petition."""
    return UUID(int=(7 << 76) | (2 << 62) | (n + 1))


def give(engine: Engine, step: Any, n: int) -> Any:
    """Have *engine* carry a step out for the *n*th petition."""
    step = step.on(petition(n))
    if step.command is FILE.command:
        step = step.but(number=f"P-{n}")
    return engine.submit(step.build(START), by=step.by)


def test_each_event_keeps_the_edition_it_obeyed(engines: tuple[Engine, Engine]) -> None:
    """The new program reads, goes on with and audits what the old one has written."""
    old, new = engines
    give(old, FILE, 1)
    give(old, FILE, 2)
    give(old, WAIVE, 2)
    give(new, SETTLE, 1)
    assert [event.edition for event in new.history(petition(1))] == [1, 2]
    assert [event.edition for event in new.history(petition(2))] == [1, 1]
    assert new.history(petition(1))[0].words == FILE.fields["words"]
    assert old.case(petition(1)).state == "done"
    with pytest.raises(InputError, match="Waive"):
        give(new, WAIVE, 1)
    assert_sound(new)


def test_what_the_old_program_cannot_read_is_said(engines: tuple[Engine, Engine]) -> None:
    """It names the event and the version; nothing is written, and its other cases go on."""
    old, new = engines
    give(new, FILE, 1)
    give(old, FILE, 2)
    head = old.head()
    for work in (
        lambda: give(old, SETTLE, 1),
        lambda: old.case(petition(1)),
        lambda: old.history(petition(1)),
        old.rebuild,
    ):
        with pytest.raises(UnreadableEventError, match="of version 2; this program reads 1 to 1"):
            work()
    assert old.head() == head
    assert give(old, SETTLE, 2).state == "done"
    found = old.audit().findings
    assert {(finding.code, finding.case_id) for finding in found} >= {
        ("unreadable-event", str(petition(1)))
    }
    assert {finding.case_id for finding in found} == {str(petition(1))}
    assert give(new, SETTLE, 1).state == "done"
    assert_sound(new)


def test_both_at_work_at_once(engines: tuple[Engine, Engine]) -> None:
    """Yesterday's and today's program on the same petitions: each answer is one that is known."""

    def work(n: int) -> Counter[str]:
        engine, generator = engines[n % 2], random.Random(SEED + n)  # noqa: S311 - chance
        steps = (FILE, FILE, SETTLE, WAIVE) if n % 2 == 0 else (FILE, FILE, SETTLE)
        done: Counter[str] = Counter()
        for _ in range(TURNS):
            try:
                give(engine, generator.choice(steps), generator.randrange(CASES))
                done["carried out"] += 1
            except ZhiliError as error:
                done[error.code] += 1
        return done

    give(engines[0], FILE, 0)  # else today's program may win every race
    done = Counter({"carried out": 1})
    for _ in range(5):  # until yesterday's program has met what only today's can read
        done += sum(at_once(4, work), Counter())
        if done[UnreadableEventError.code]:
            break
    assert set(done) <= {
        *("carried out", UnreadableEventError.code, "conflict", "case-not-found"),
        *(kind.code for kind in RefusalError.__subclasses__()),
    }
    old, new = engines
    assert done["carried out"] == sum(
        len(new.history(petition(n))) for n in range(CASES) if old.store.versions([petition(n)])
    )
    assert done[UnreadableEventError.code] > 0
    assert {event.edition for n in range(CASES) for event in _history(new, n)} == {1, 2}
    assert_sound(new)
    assert new.zone == ZONE


def _history(engine: Engine, n: int) -> tuple[Any, ...]:
    return engine.history(petition(n)) if engine.store.versions([petition(n)]) else ()
