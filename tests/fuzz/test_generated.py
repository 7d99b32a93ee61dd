"""Documents that hypothesis makes up: any JSON where a part of a command or an event stood."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.fuzz.asking import COMMANDS, ORDERS
from tests.fuzz.reading import POLICY_DOCUMENTS
from tests.fuzz.recording import EVENTS
from tests.fuzz.target import ANSWERS, FULL, FULL_FACTOR

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.fuzz.target import Target

pytestmark = [pytest.mark.campaign, pytest.mark.fuzz]

EXAMPLES = 200
TIMES = EXAMPLES * (FULL_FACTOR if FULL else 1)
TARGETS = {"commands": COMMANDS, "orders": ORDERS, "policies": POLICY_DOCUMENTS, "events": EVENTS}

PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=30),
    st.datetimes().map(str),
    st.dates().map(str),
)
ANY_JSON = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


@st.composite
def documents(draw: Callable[..., Any], seeds: tuple[Any, ...]) -> Any:
    """Draw one of *seeds* with something else in one to three of its places."""
    document = json.loads(draw(st.sampled_from(seeds)))
    for _ in range(draw(st.integers(1, 3))):
        place, key = document, None
        while isinstance(place, dict | list) and place:
            inside = list(place) if isinstance(place, dict) else range(len(place))
            above, key = place, draw(st.sampled_from(inside))
            place = above[key]  # type: ignore[index]  # a name in an object, a number in a list
            if draw(st.integers(0, 3)) == 0:
                break
        if key is not None:
            above[key] = draw(ANY_JSON)  # type: ignore[index]  # as above
    return document


@pytest.mark.parametrize("name", TARGETS)
def test_any_document_is_carried_out_or_answered(name: str, tmp_path: Path) -> None:
    """Whatever JSON stands in a place, it is taken or refused, and nothing else happens."""
    target: Target = TARGETS[name]
    topics = {seed.partition(b"\n")[2]: seed.partition(b"\n")[0] for seed in target.seeds}
    seeds = tuple(topics) if name == "events" else target.seeds
    tried = 0
    with target.open(tmp_path) as feed:

        @settings(
            max_examples=TIMES,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        )
        @given(document=documents(seeds), topic=st.sampled_from(sorted(set(topics.values()))))
        def take(document: Any, topic: bytes) -> None:
            nonlocal tried
            tried += 1
            data = json.dumps(document).encode()
            try:
                feed(topic + b"\n" + data if name == "events" else data)
            except ANSWERS:
                return

        take()
    assert tried >= TIMES
