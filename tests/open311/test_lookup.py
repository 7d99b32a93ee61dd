"""The question behind GET requests gives the same in every store, and what a naive model gives."""

from __future__ import annotations

from itertools import product
from typing import Any
from uuid import uuid4

import pytest

from tests.open311.conftest import APP, town_engine
from zhili import complaint
from zhili.errors import InputError
from zhili.interchange.open311 import Requests
from zhili.interchange.open311.asked import instant_of
from zhili.interchange.open311.lookup import Claim

CATEGORIES = ("roads", "roads/lighting", "roads/lighting/tunnel", "Roads/lighting", "roads_", None)
CLAIMS = (
    Claim(category="roads"),
    Claim(category="roads", without=("roads/lighting",)),
    Claim(category="roads/lighting"),
    Claim(category=None),
)


def is_in(category: str | None, claim: Claim) -> bool:
    """Say whether a matter of *category* is one of *claim*."""
    if claim.category is None or category is None:
        return claim.category is category
    parts = category.split("/")
    above = {"/".join(parts[:length]) for length in range(1, len(parts) + 1)}
    return claim.category in above and not above & set(claim.without)


def test_services_and_ends_are_told_apart_in_every_store(store_url: str) -> None:
    """Each claim, alone and with another, of cases that are open and that have ended."""
    engine, clock = town_engine(store_url)
    told: list[tuple[str, str | None, bool]] = []
    with engine:
        for category, ends in product(CATEGORIES, (False, True)):
            clock.advance(minutes=1)
            case_id = uuid4()
            command = complaint.Register(
                case_id=case_id, kind="enquiry", channel="hotline", title="…", content="…",
                category=category, anonymous=True,
            )  # fmt: skip
            number = engine.submit(command, by=APP).number
            if ends:
                engine.submit(complaint.AnswerImmediately(case_id=case_id, answer="…"), by=APP)
            told.insert(0, (number, category, ends))
        claims = [*((one,) for one in CLAIMS), CLAIMS[1:3], CLAIMS, None, ()]
        for asked, ended in product(claims, (None, True, False)):
            found = engine.ask(Requests(services=asked, ended=ended)).items
            assert [one.number for one in found] == [
                number
                for number, category, ends in told
                if ended in {None, ends}
                and (asked is None or any(is_in(category, one) for one in asked))
            ]
        assert [one.ended for one in engine.ask(Requests()).items] == [end for _, _, end in told]
        few = engine.ask(Requests(numbers=(told[3][0], "none"), size=5))
        assert [(one.number, one.category) for one in few.items] == [told[3][:2]]


def test_the_past_is_asked_as_of_any_other_question() -> None:
    """As of an instant, the requests are those that there were then."""
    engine, clock = town_engine()
    with engine:
        command: dict[str, Any] = {
            "kind": "help", "channel": "hotline", "title": "…", "content": "…", "anonymous": True,
        }  # fmt: skip
        first = engine.submit(complaint.Register(**command), by=APP).number
        then = clock.advance(hours=1)
        clock.advance(hours=1)
        engine.submit(complaint.Register(**command), by=APP)
        assert len(engine.ask(Requests()).items) == 2
        assert [one.number for one in engine.ask(Requests(), as_of=then).items] == [first]


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2010-01-01T00:00:00Z", "2010-01-01 00:00:00+00:00"),
        ("2010-01-01T00:00Z", "2010-01-01 00:00:00+00:00"),
        ("1994-11-05T08:15:30-05:00", "1994-11-05 13:15:30+00:00"),
        ("2010-01-01T08:00:00.25+08:00", "2010-01-01 00:00:00.250000+00:00"),
        (" 2010-01-01T08:00:00 08:00 ", "2010-01-01 00:00:00+00:00"),
    ],
)
def test_a_time_is_read_as_the_standard_writes_it(text: str, instant: str) -> None:
    """W3C's form with an offset, or Z; a lost plus is found again."""
    assert str(instant_of(text, "start_date")) == instant
    with pytest.raises(InputError, match="start_date"):
        instant_of(text.strip()[:10], "start_date")
