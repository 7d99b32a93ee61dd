"""What a poster says is kept as theirs, and is never shown by accident (§5.3, §8)."""

from __future__ import annotations

import json

from tests.wall import steps as s
from zhili import WallItem
from zhili.testing import CASE, given

STORY = "老王家的狗咬了人"


def test_who_posted_it_and_what_they_said_is_personal() -> None:
    """Words, name, telephone and address are stored as the poster's, apart from any text."""
    (taken,) = given(WallItem).world.live(s.COLLECT.but(text=STORY))
    stored = json.loads(taken.event.model_dump_json())
    for field, value in (
        ("text", STORY),
        ("name", s.NAME),
        ("phone", s.PHONE),
        ("address", s.ADDRESS),
    ):
        assert stored[field] == {"subject": s.SUBJECT, "sealed": False, "value": value}


def test_words_are_shown_by_nothing() -> None:
    """Neither the command, nor the event, nor the case, in any way of printing."""
    world = given(WallItem).world
    control = s.COLLECT.but(text=STORY)
    (taken,) = world.live(control)
    for thing in (control.build(world.clock()), taken.event, world.case):
        for printed in (repr(thing), str(thing)):
            for secret in (STORY, s.NAME, s.PHONE, s.ADDRESS):
                assert secret not in printed


def test_what_is_written_for_the_file_is_not_printed() -> None:
    """Nor the reason told to the poster, nor why it was merged, nor the evidence."""
    for control, field in (
        (s.REFUSE, "explanation"),
        (s.MERGE, "reason"),
        (s.DECLARE_RESOLVED, "evidence"),
        (s.REJECT, "reason"),
    ):
        command = control.but(**{field: STORY}).on(CASE).build(given(WallItem).world.clock())
        assert STORY not in repr(command)


def test_an_anonymous_poster_leaves_words_only() -> None:
    """Whoever has no name still has words of their own."""
    (taken,) = given(WallItem).world.live(s.COLLECT_ANONYMOUS)
    stored = json.loads(taken.event.model_dump_json())
    assert stored["text"]["subject"] == f"case:{CASE}"
    assert [stored[field] for field in ("name", "phone", "address")] == [None, None, None]
