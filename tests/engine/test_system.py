"""Nobody acts as the system: what clocks and reactions do, no host asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from zhili import Actor
from zhili.errors import RoleRefusedError
from zhili.testing import controls as c
from zhili.testing import path_to
from zhili.values import SYSTEM

if TYPE_CHECKING:
    from tests.engine.sample import Life
    from zhili.testing import Control

OF_THE_SYSTEM = [
    c.ATTACH_DUPLICATE, c.DETACH_DUPLICATE, c.FOLLOW_MAIN, c.COPY_TO_DISTRICT, c.OPEN_CALLBACK,
    c.MARK_OVERDUE, c.RECALCULATE_DEADLINE, c.ARCHIVE, c.SET_CONFIDENTIALITY,
]  # fmt: skip


@pytest.mark.parametrize("control", OF_THE_SYSTEM, ids=lambda one: one.command.verb)
def test_nobody_submits_as_the_system(life: Life, control: Control) -> None:
    """A host that passes on a role from outside cannot give anybody the system's (§2.3)."""
    life.live(*path_to("dispatched"))
    before = life.contents()
    for by in (c.SYSTEM, Actor(id="mallory", role=SYSTEM), Actor(id="m", role=SYSTEM, unit="u")):
        with pytest.raises(RoleRefusedError, match="nobody acts as the system"):
            life.submit(control.by_actor(by))
        with pytest.raises(RoleRefusedError):
            life.engine.submit_many([control.build(life.clock())], by=by)
    assert life.contents() == before
    life.assert_sound()


def test_the_system_acts_by_itself(life: Life) -> None:
    """Reactions and clocks still do what nobody may ask for (§2.6)."""
    life.live(*path_to("dispatched"))
    assert [event.by.role for event in life.engine.history(c.SIGN.case_id)][-1] == SYSTEM
    life.clock.advance(days=8)
    assert life.engine.tick().fired > 0
    assert life.case().state == "callback"
    life.assert_sound()
