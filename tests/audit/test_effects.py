"""What follows is there exactly once, also where much follows from one event."""

from __future__ import annotations

from uuid import UUID

from tests.engine.sample import Life
from zhili.testing import CASE, OTHER_CASE, controls, path_to


def test_two_effects_of_one_event_on_one_case_are_two() -> None:
    """A case merged late into a closed one takes over its level and its outcome: both counted."""
    life = Life("memory:")
    try:
        life.live(*path_to("closed"), controls.SET_CONFIDENTIALITY)
        late = (controls.REGISTER, controls.ACCEPT, controls.MERGE_INTO.but(main=CASE))
        life.live(*(step.on(OTHER_CASE) for step in late))
        third = UUID(int=CASE.int + 9)
        life.live(*(step.on(third) for step in late))
        names = [event.event_name for event in life.engine.history(OTHER_CASE)]
        assert names[-2:] == ["ConfidentialityChanged", "OutcomeFollowed"]
        causes = {event.cause for event in life.engine.history(OTHER_CASE)[-2:]}
        assert len(causes) == 1
        life.assert_sound()
    finally:
        life.close()
