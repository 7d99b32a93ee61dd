"""What a caller says is kept as theirs, and is never shown by accident (§8)."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from tests.complaint.examples import to
from zhili import Complaint
from zhili.commands import complaint as asked
from zhili.testing import CASE, given
from zhili.testing import controls as c
from zhili.values import Personal

STORY = "The neighbour in no. 7 beats his wife"
PHONE = "13912345678"
REGISTER = c.REGISTER.but(content=STORY, phone=PHONE, name=STORY, address=STORY)
SAID = [
    pytest.param((), REGISTER, "content", id="register"),
    pytest.param((c.REGISTER,), c.APPEND_FACTS.but(facts=STORY), "facts", id="append_facts"),
    pytest.param((c.REGISTER,), c.WITHDRAW.but(reason=STORY), "reason", id="withdraw"),
    pytest.param(
        (c.REGISTER.but(public_safety=True),),
        c.WITHDRAW.but(reason=STORY),
        "reason",
        id="continue_ex_officio",
    ),
    pytest.param(to("callback"), c.RECORD_CALLBACK.but(note=STORY), "note", id="record_callback"),
]
"""Each command that carries a caller's words, what was before it, and where its event has them."""


@pytest.mark.parametrize(("before", "step", "field"), SAID)
def test_words_are_stored_as_somebodys(
    before: tuple[object, ...], step: object, field: str
) -> None:
    """Stored is whose they are, that they are not sealed, and what they are (§8)."""
    (taken,) = given(Complaint, *before).world.live(step)
    stored = json.loads(taken.event.model_dump_json())
    assert stored[field] == {"subject": "citizen-1", "sealed": False, "value": STORY}
    assert type(taken.event).model_validate_json(taken.event.model_dump_json()) == taken.event


@pytest.mark.parametrize(("before", "step", "field"), SAID)
def test_words_are_shown_by_nothing(before: tuple[object, ...], step: object, field: str) -> None:
    """Neither the command, nor the event, nor the case, in any way of printing (§8)."""
    world = given(Complaint, *before).world
    (taken,) = world.live(step)
    command = step.build(world.clock())
    assert STORY in getattr(taken.event, field).value
    for thing in (command, taken.event, world.case, getattr(taken.event, field)):
        for printed in (repr(thing), str(thing), f"{thing}"):
            assert STORY not in printed
            assert PHONE not in printed


def test_words_without_a_caller_belong_to_the_case() -> None:
    """Whoever has no name still has words of their own (§8)."""
    (registered,) = given(Complaint).world.live(REGISTER.without("subject"))
    assert registered.event.content.subject == f"case:{CASE}"


def test_a_malformed_command_does_not_say_what_was_in_it() -> None:
    """The message of a validation error goes to logs, so it repeats no input (§8)."""
    for wrong in ({"phone": [PHONE]}, {"content": {"said": STORY}}, {STORY[:9]: 1, "name": 7}):
        fields = {"channel": "hotline", "title": "Noise", "content": STORY, "phone": PHONE}
        with pytest.raises(ValidationError) as refusal:
            asked.Register(kind="complaint", **(fields | wrong))
        assert STORY not in str(refusal.value)
        assert PHONE not in str(refusal.value)
    with pytest.raises(ValidationError) as refusal:
        asked.RecordCallback(case_id=CASE, reached=True, note=STORY)
    assert STORY not in str(refusal.value)
    with pytest.raises(ValidationError) as refusal:
        Personal(subject="citizen-1", value=STORY, sealed="perhaps", phone=PHONE)
    assert STORY not in str(refusal.value)
    assert PHONE not in str(refusal.value)


def test_an_unreadable_event_does_not_say_what_was_in_it() -> None:
    """Nor does the error of a stored event that is damaged (§8)."""
    (taken,) = given(Complaint).world.live(REGISTER)
    stored = json.loads(taken.event.model_dump_json())
    stored["content"]["phone"], stored["kind"] = PHONE, STORY
    with pytest.raises(ValidationError) as refusal:
        type(taken.event).model_validate_json(json.dumps(stored))
    assert STORY not in str(refusal.value)
    assert PHONE not in str(refusal.value)
