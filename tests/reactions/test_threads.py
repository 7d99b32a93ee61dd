"""What follows from what between cases: whistles that are called for, matters that move on."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from tests.engine.sample import Life
from tests.hazard import examples as h
from tests.wall import steps as p
from tests.whistle import cast as w
from zhili.aggregates.wall_endings import ending
from zhili.errors import GuardRefusedError
from zhili.projections.links import Links
from zhili.testing import CASE, OTHER_CASE, Control, actor, path_to
from zhili.testing import controls as c

if TYPE_CHECKING:
    from collections.abc import Iterator

WHISTLE = c.WHISTLE
ITEM = UUID("01900000-0000-7000-8000-0000000000f2")
HAZARD = UUID("01900000-0000-7000-8000-0000000000f3")
TAKEN_OVER = UUID("01900000-0000-7000-8000-0000000000f4")

BLOW = c.BLOW_WHISTLE.but(units=(w.POLICE, w.WATER))
UNTIL_CLOSE = path_to("closed")[len(path_to("handling")) : -1]


@pytest.fixture
def life(store_url: str) -> Iterator[Life]:
    """Live on each kind of store, and insist at the end that nothing is wrong with it."""
    lived = Life(store_url)
    yield lived
    lived.assert_sound()
    lived.close()


PLACES = {
    p.VILLAGE: w.COMMUNITY, p.TOWN: w.STREET,
    h.HOME: w.COMMUNITY, h.STREET: w.STREET, h.DISTRICT: w.DISTRICT,
}  # fmt: skip
"""Everybody's village, town and district are those of the complaint."""


def here(step: Control) -> Control:
    """Give the same step in the place of the complaint."""
    unit = PLACES.get(step.by.unit or "", step.by.unit)
    fields = {
        name: PLACES.get(value, value) if isinstance(value, str) else value
        for name, value in step.fields.items()
    }
    return step.by_actor(step.by.model_copy(update={"unit": unit})).but(**fields)


def at_whistle(*steps: Control, case_id: UUID = WHISTLE) -> tuple[Control, ...]:
    """Give steps of the whistle that was called for."""
    return tuple(step.on(case_id) for step in steps)


UNDONE = (
    w.SUBMIT, w.BLOW, w.ASSIGN_LEAD, w.REPORT_IN, w.WATER_IN, w.DONE, w.WATER_DONE,
    w.RATE, w.RATE_WATER,
)  # fmt: skip
MUSTERED = at_whistle(w.SUBMIT, w.BLOW, w.ASSIGN_LEAD, w.REPORT_IN, w.WATER_IN)
SETTLED = (*MUSTERED, *at_whistle(w.DONE, w.WATER_DONE))
CLOSE = w.CLOSE.but(origin_informed=True)
ENDED = (*SETTLED, *at_whistle(w.RATE, w.RATE_WATER, CLOSE))


def state(life: Life, case_id: UUID) -> str | None:
    """Say where a case stands."""
    return life.case(case_id).state


def family(life: Life, case_id: UUID) -> list[tuple[str, str | None]]:
    """Give the types of a case's family, each with its relation."""
    return [(one.case_type, one.relation) for one in life.engine.ask(Links(case_id)).members]


def test_a_complaint_is_closed_when_its_whistle_is_settled(life: Life) -> None:
    """The street blows, the units come and deliver, the complaint hears of it (C21)."""
    life.live(*path_to("handling"), BLOW)
    drafted: Any = life.case(WHISTLE)
    assert (drafted.state, drafted.origin, drafted.street) == ("drafted", CASE, c.STREET)
    life.live(*UNTIL_CLOSE)
    with pytest.raises(GuardRefusedError, match="whistles are settled"):
        life.live(c.CLOSE)
    life.live(*SETTLED)
    heard = life.engine.history(CASE)[-1]
    assert heard.event_name == "WhistleReported"
    assert heard.cause is not None
    caused = life.engine.history(WHISTLE)[heard.cause.version - 1]
    assert (heard.cause.case_id, caused.event_name) == (WHISTLE, "UnitDelivered")
    life.live(c.CLOSE)
    assert state(life, CASE) == "closed"
    assert (
        family(life, CASE) == family(life, WHISTLE) == [("complaint", None), ("whistle", "whistle")]
    )
    assert life.engine.ask(Links(WHISTLE)).leading == CASE


@pytest.mark.parametrize("given_up", [w.CANCEL, w.SEND_BACK], ids=["cancelled", "returned"])
def test_a_whistle_that_comes_to_nothing_lets_the_complaint_go(
    life: Life, given_up: Control
) -> None:
    """Nobody waits for a whistle that was cancelled, or returned at review."""
    life.live(*path_to("handling"), BLOW, *at_whistle(w.SUBMIT, given_up))
    assert life.case(CASE).open_whistles == ()  # type: ignore[attr-defined] # a complaint's
    life.live(*UNTIL_CLOSE, c.CLOSE)


def test_a_rejected_result_is_waited_for_again(life: Life) -> None:
    """The street rejects what was delivered, and the complaint waits until it is settled anew."""
    life.live(*path_to("handling"), BLOW, *SETTLED, *at_whistle(w.REJECT))
    assert life.case(CASE).open_whistles == (WHISTLE,)  # type: ignore[attr-defined] # a complaint's
    life.live(*at_whistle(w.DONE, w.WATER_DONE))
    assert life.case(CASE).open_whistles == ()  # type: ignore[attr-defined] # a complaint's


AGAIN = (w.SUBMIT, w.BLOW, w.ASSIGN_LEAD, w.REPORT_IN, w.WATER_IN, w.DONE, w.WATER_DONE)


def waits_for(life: Life) -> tuple[UUID, ...]:
    """Give the whistles that the complaint waits for."""
    case: Any = life.case(CASE)
    return tuple(case.open_whistles)


@pytest.mark.parametrize("reopened", ["before", "after"])
def test_a_complaint_waits_for_the_whistle_that_is_blown_again(life: Life, reopened: str) -> None:
    """Reopened before or after the whistle is blown again, it waits until that is settled (W24)."""
    life.live(*path_to("handling"), BLOW, *UNTIL_CLOSE, *ENDED, c.CLOSE)
    steps = (c.REOPEN, *at_whistle(w.REBLOW))
    life.live(*(steps if reopened == "before" else reversed(steps)))
    heard: Any = life.engine.history(CASE)[-1 if reopened == "before" else -2]
    assert (heard.became, heard.whistle, heard.successor) == ("blown_again", WHISTLE, w.NEW_WHISTLE)
    assert waits_for(life) == (w.NEW_WHISTLE,)
    again: Any = life.case(w.NEW_WHISTLE)
    assert (again.origin, again.relation, again.repeats) == (WHISTLE, "reblown", 1)
    assert (again.report_to, again.report_type) == (CASE, "complaint")
    life.live(*UNTIL_CLOSE)
    with pytest.raises(GuardRefusedError, match="whistles are settled"):
        life.live(c.CLOSE)
    life.live(*at_whistle(*AGAIN, case_id=w.NEW_WHISTLE))
    life.live(c.CLOSE)
    assert state(life, CASE) == "closed"


@pytest.mark.parametrize("given_up", [w.CANCEL, w.SEND_BACK], ids=["cancelled", "returned"])
def test_a_complaint_hears_of_every_whistle_in_the_line(life: Life, given_up: Control) -> None:
    """The second is rejected and settled, the third comes to nothing, the fourth is waited for."""
    third, fourth = w.COMPLAINT_CASE, TAKEN_OVER
    life.live(*path_to("handling"), BLOW, *ENDED, *at_whistle(w.REBLOW))
    life.live(*at_whistle(*AGAIN, w.REJECT, case_id=w.NEW_WHISTLE))
    assert waits_for(life) == (w.NEW_WHISTLE,)
    ending = (w.DONE, w.WATER_DONE, w.RATE, w.RATE_WATER)
    with pytest.raises(GuardRefusedError, match="informed"):
        life.live(*at_whistle(*ending, w.CLOSE, case_id=w.NEW_WHISTLE))
    life.live(*at_whistle(CLOSE, w.REBLOW.but(whistle=third), case_id=w.NEW_WHISTLE))
    assert waits_for(life) == (third,)
    life.live(*at_whistle(w.SUBMIT, given_up, case_id=third))
    assert waits_for(life) == ()
    life.live(*at_whistle(w.REBLOW.but(whistle=fourth), case_id=w.NEW_WHISTLE))
    assert waits_for(life) == (fourth,)
    assert family(life, CASE) == [
        ("complaint", None), ("whistle", "whistle"), *[("whistle", "reblown")] * 3,
    ]  # fmt: skip


def test_a_whistle_blown_again_belongs_to_the_family(life: Life) -> None:
    """The matter comes back: the new whistle follows the old one, and the complaint leads (W24)."""
    life.live(*path_to("handling"), BLOW, *ENDED, *at_whistle(w.REBLOW))
    again: Any = life.case(w.NEW_WHISTLE)
    assert (again.state, again.origin, again.repeats) == ("drafted", WHISTLE, 1)
    assert family(life, again.id) == [
        ("complaint", None), ("whistle", "whistle"), ("whistle", "reblown"),
    ]  # fmt: skip
    assert life.engine.ask(Links(again.id)).leading == CASE


# — the wall —


def on_wall(*steps: Any) -> tuple[Any, ...]:
    """Give steps of the item."""
    return tuple(here(step).on(ITEM) if isinstance(step, Control) else step for step in steps)


TO_COMPLAINT = on_wall(*p.BEFORE["posted"], p.TRANSFER.but(target_type="complaint", target=CASE))


def complaint_of_the_wall(until: str) -> tuple[Any, ...]:
    """Give the way of the complaint that the item became: registered already."""
    return path_to(until)[1:]


def test_an_item_becomes_a_complaint_and_its_end_comes_back(life: Life) -> None:
    """The poster is asked and answered by the hotline, the village reads how it ended (P20)."""
    life.live(*TO_COMPLAINT)
    taken: Any = life.case(CASE)
    assert (taken.state, taken.origin, taken.subject) == ("registered", ITEM, p.SUBJECT)
    assert [one.value for one in taken.caller] == [p.NAME, p.PHONE, p.ADDRESS]
    assert life.engine.ask(Links(ITEM)).leading == CASE
    categorised = c.ACCEPT.but(category="environment/refuse")
    life.live(categorised, *complaint_of_the_wall("closed")[1:])
    item: Any = life.case(ITEM)
    assert (item.state, item.outcome) == ("echoed", "solved")
    assert item.echo == "转为投诉办理,已办结:已解决。Handled as a complaint, and solved."
    assert taken_reply(life) not in item.echo
    assert family(life, CASE) == [("wall", None), ("complaint", "transfer")]
    assert life.engine.ask(Links(CASE)).leading == ITEM


def taken_reply(life: Life) -> str:
    """Give the public words of the complaint's reply."""
    case: Any = life.case(CASE)
    return str(case.reply.public_text)


def test_what_ends_again_does_not_come_back_again(life: Life) -> None:
    """A complaint that is reopened and closed anew leaves the wall as it was."""
    life.live(*TO_COMPLAINT, c.ACCEPT, *complaint_of_the_wall("closed")[1:])
    version = life.case(ITEM).version
    life.live(c.REOPEN, *UNTIL_CLOSE, c.CLOSE)
    assert life.case(ITEM).version == version


@pytest.mark.parametrize(
    ("ends", "told"),
    [
        ((c.DECLINE,), "不予受理"),
        ((c.TRANSFER_EMERGENCY,), "已转紧急热线"),
        ((c.WITHDRAW.by_actor(actor("complainant", id=p.SUBJECT)),), "诉求人撤回"),
        ((c.ACCEPT, *path_to("terminated")[2:]), "已终止办理"),
    ],
    ids=["declined", "emergency", "withdrawn", "terminated"],
)
def test_every_end_comes_back_to_the_wall(life: Life, ends: tuple[Any, ...], told: str) -> None:
    """However the complaint ends, the wall says that it did, and gives away nothing else."""
    life.live(*TO_COMPLAINT, *ends)
    item: Any = life.case(ITEM)
    assert (item.state, item.outcome) == ("echoed", "explained")
    assert item.echo.startswith(f"转为投诉办理,{told}。Handled as a complaint, and ")


def test_a_duplicate_brings_its_main_cases_end_back(life: Life) -> None:
    """Merged complaints share the outcome; the main one's reply, which may name, stays there."""
    main = (c.REGISTER.on(OTHER_CASE).but(category=None), c.ACCEPT.on(OTHER_CASE))
    same = {"category": "environment/refuse"}
    life.live(
        *TO_COMPLAINT,
        c.ACCEPT.but(**same),
        main[0].but(division=w.COMMUNITY),
        main[1].but(**same),
        c.MERGE_INTO,
    )
    assert state(life, ITEM) == "transferred"
    naming = "王秀英来电反映的垃圾已清运"
    for step in complaint_of_the_wall("closed")[1:]:
        told = {"public_text": naming} if "public_text" in step.fields else {}
        life.live(step.on(OTHER_CASE).but(**told))
    main: Any = life.case(OTHER_CASE)
    assert main.reply.public_text == naming
    item: Any = life.case(ITEM)
    assert (item.state, item.outcome) == ("echoed", "solved")
    assert item.echo == ending("complaint", "solved")


TO_WHISTLE = on_wall(
    *p.BEFORE["posted"],
    p.TRANSFER.but(
        target_type="whistle",
        target=WHISTLE,
        whistle_kind="ENFORCEMENT",
        units=(w.POLICE, w.WATER),
    ),
)


def test_an_item_becomes_a_whistle_and_its_end_comes_back(life: Life) -> None:
    """The town blows for the village, and the echo says that it was solved (P19, P20)."""
    life.live(*TO_WHISTLE)
    drafted: Any = life.case(WHISTLE)
    assert (drafted.street, drafted.wanted) == (w.STREET, (w.POLICE, w.WATER))
    life.live(*ENDED)
    item: Any = life.case(ITEM)
    assert (item.state, item.outcome) == ("echoed", "solved")
    assert item.echo == "转为吹哨办理,已办结:已解决。Handled as a whistle-call, and solved."


@pytest.mark.parametrize(
    ("ends", "told"),
    [
        ((w.SUBMIT, w.CANCEL), "cancelled"),
        ((w.SUBMIT, w.SEND_BACK), "returned"),
        ((*UNDONE, w.CLOSE.but(origin_informed=True, outcome="not_solved")), "not_solved"),
    ],
    ids=["cancelled", "returned", "not-solved"],
)
def test_an_item_whose_whistle_came_to_nothing_is_explained(
    life: Life, ends: tuple[Control, ...], told: str
) -> None:
    """A whistle that is cancelled, returned or in vain brings the item back, unsolved."""
    life.live(*TO_WHISTLE, *at_whistle(*ends))
    item: Any = life.case(ITEM)
    assert (item.state, item.outcome) == ("echoed", "explained")
    assert item.echo == ending("whistle", told)


# — the hazard —


CALLED = tuple(
    here(step).on(HAZARD)
    for step in (
        h.FIND,
        h.REPORT,
        h.CALL.but(
            by_whistle=True,
            whistle=WHISTLE,
            whistle_kind="ENFORCEMENT",
            units=(w.POLICE, w.WATER),
        ),
    )
)


def test_a_hazard_calls_the_departments_by_a_whistle(life: Life) -> None:
    """What the street cannot fix it blows for; what the units report is verified on site (§4.5)."""
    life.live(*CALLED, *ENDED)
    found: Any = life.case(HAZARD)
    assert (found.state, found.unit) == ("rectifying", w.POLICE)
    life.live(*(here(step).on(HAZARD) for step in (h.CHECK, h.VERIFY)))
    assert state(life, HAZARD) == "solved"
    assert family(life, WHISTLE) == [("hazard", None), ("whistle", "whistle")]


def test_a_hazard_goes_on_without_a_whistle_that_came_to_nothing(life: Life) -> None:
    """The whistle is cancelled, and the district dispatches as ever."""
    life.live(*CALLED, *at_whistle(w.SUBMIT, w.CANCEL))
    assert state(life, HAZARD) == "at_district"
    life.live(here(h.DISPATCH).on(HAZARD), timedelta(minutes=1))
    assert state(life, HAZARD) == "rectifying"
