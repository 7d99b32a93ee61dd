"""What people say of how they were served is for the centre, and not for whom they judge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from tests.access.expected import GROUPS
from zhili import Engine
from zhili.errors import RoleRefusedError
from zhili.face.eyes import Eyes
from zhili.policies.visibility import VIEWS
from zhili.testing import CASE, VirtualClock
from zhili.testing import controls as c
from zhili.testing.control import actor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhili.testing import Control

SAID: Final = "The driver shouted at me."
READERS: Final = (*GROUPS["centre"], *GROUPS["inspector"])
STEPS: Final = (
    c.REGISTER, c.ACCEPT, c.DISPATCH, c.SIGN, c.RECORD_CONTACT, c.SUBMIT_REPLY, c.SIGN_OFF_REPLY,
    c.ACCEPT_REPLY,
)  # fmt: skip
JUDGED: Final = (c.RECORD_CALLBACK.but(note=SAID), c.EVALUATE.but(note=SAID))


@pytest.fixture(params=JUDGED, ids=["called back", "told unasked"])
def judged(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Give an engine with a case whose complainant has said what they think of the unit."""
    last: Control = request.param
    if last.command is c.EVALUATE.command:
        last = last.by_actor(actor("complainant", id="citizen-1"))
    with Engine.open("memory:", clock=VirtualClock()) as engine:
        for control in (*STEPS, last):
            engine.submit(control.build(engine.now()), by=control.by)
        yield engine


def test_only_the_centre_and_the_inspector_see_and_read_it(judged: Engine) -> None:
    """The page: masked and to be read by them, hidden from the unit that is judged."""
    for role in (*READERS, "unit_operator", "unit_leader", "reviewer", "archivist"):
        eyes = Eyes(judged, actor(role, c.STREET))
        (note,) = (one for one in eyes.case(CASE).personal if one.field == "note")
        if role in READERS:
            assert (note.shade, note.text, note.may_read) == ("masked", SAID, True), role
            assert eyes.read(CASE, ["note"], "to judge the unit")[0].text == SAID
        else:
            assert (note.shade, note.text, note.may_read) == ("hidden", None, False), role
            with pytest.raises(RoleRefusedError):
                eyes.read(CASE, ["note"], "curiosity")


def test_the_timeline_keeps_the_facts_and_hides_the_words(judged: Engine) -> None:
    """Whether they were contacted, whether it is solved, how satisfied they are: all see that."""
    for role in ("unit_operator", "callback_agent"):
        last = Eyes(judged, actor(role, c.STREET)).timeline(CASE).entries[-1]
        assert last.event == "CallbackRecorded"
        told = {name: last.fields[name] for name in ("contacted", "solved", "satisfaction")}
        assert told == {"contacted": True, "solved": True, "satisfaction": "satisfied"}
        unit = {"hidden": True}
        centre = {"subject": "citizen-1", "hidden": True}
        assert last.fields["note"] == (unit if role == "unit_operator" else centre)


def test_no_role_but_those_is_named_for_it() -> None:
    """The policy that everybody begins with."""
    assert {view.role for view in VIEWS if "evaluation" in view.masked} == set(READERS)


def test_whoever_said_it_sees_it(judged: Engine) -> None:
    """It is their own."""
    mine = Eyes(judged, actor("complainant", id="citizen-1")).case(CASE)
    (note,) = (one for one in mine.personal if one.field == "note")
    assert (note.shade, note.text) == ("open", SAID)
