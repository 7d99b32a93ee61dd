"""What an item becomes step by step: who answers for it, what it keeps, what merges into it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.wall import steps as s
from zhili import WallItem
from zhili.errors import StateRefusedError
from zhili.policies.wall import WallProcedure
from zhili.testing import CASE, OTHER_CASE, TICK, given

to = s.to


def test_the_keeper_is_told_or_is_whoever_collects() -> None:
    """A resident's item goes to the village itself, unless another keeper is named (P1)."""
    for collect, keeper in (
        (s.COLLECT, s.VILLAGE),
        (s.COLLECT_ONESELF, s.VILLAGE),
        (s.COLLECT_ONESELF.but(keeper=s.TOWN), s.TOWN),
        (s.COLLECT.by_actor(s.GRID), s.VILLAGE),
        (s.COLLECT.by_actor(s.KEEPER.model_copy(update={"unit": s.TOWN})), s.TOWN),
    ):
        given(WallItem).when(collect).then("Collected", unit=keeper, keeper=keeper)


def test_whose_it_is() -> None:
    """A resident's own id, the host's for others, and the item's own for who stays anonymous."""
    for collect, subject in (
        (s.COLLECT, s.SUBJECT),
        (s.COLLECT_ONESELF, s.RESIDENT.id),
        (s.COLLECT_ANONYMOUS, f"case:{CASE}"),
        (s.COLLECT_ANONYMOUS.by_actor(s.RESIDENT), f"case:{CASE}"),
    ):
        given(WallItem).when(collect).then("Collected", subject=subject)


def test_all_four_checks_are_recorded() -> None:
    """Privacy, libel, legality and duplicate, each with what was found; again if need be (P2)."""
    scene = given(WallItem, *to("screened", s.SCREEN.but(libel="concern")))
    assert dict(scene.case.findings) == {
        "privacy": "concern", "libel": "concern", "legality": "clear", "duplicate": "clear",
    }  # fmt: skip
    scene.when(s.SCREEN).then("Screened").when(s.POST).then("Posted")


def test_who_is_anonymous_cannot_be_told() -> None:
    """Nobody can be told why an anonymous item is not posted (P3)."""
    scene = given(WallItem, s.COLLECT_ANONYMOUS, s.SCREEN)
    scene.when(s.REFUSE.but(poster_told=False)).then(
        "PostingRefused", state="not_posted", type="not_public", title=None
    )


def test_one_unit_answers_for_it_all_the_way() -> None:
    """The keeper, then the owner, then the keeper again from the echo on (§11)."""
    units = [
        given(WallItem, *to(state)).case.unit
        for state in ("collected", "posted", "claimed", "resolved", "echoed", "off_wall")
    ]
    own, keeper = s.DEPARTMENT, s.VILLAGE
    assert units == [keeper, keeper, own, own, keeper, keeper]
    assert given(WallItem, *to("in_progress", s.TRANSFER)).case.unit == keeper
    assert given(WallItem, *to("merged")).case.unit is None


@pytest.mark.parametrize("state", sorted(s.BEFORE.keys() - {"not_posted", "merged"}))
def test_between_posting_and_closing_there_is_always_a_unit(state: str) -> None:
    """Exactly one unit is accountable at every instant (§13)."""
    case = given(WallItem, *to(state)).case
    assert all(spell.unit for spell in case.spells)


def test_behind_a_volunteer_the_keeper_stands() -> None:
    """Who claims in person is the person; the unit stays that of the wall (P6)."""
    scene = given(WallItem, *to("posted"))
    scene.when(s.CLAIM_IN_PERSON).then("Claimed", person=s.HELPER.id, unit=s.VILLAGE)
    scene.when(s.SET_PLAN.by_actor(s.KEEPER.model_copy(update={"role": "community"}))).then_refused(
        guard="actor_owns_it"
    )
    scene.when(s.SET_PLAN.by_actor(s.HELPER)).then("PlanSet")


def test_a_person_named_within_a_unit_may_act_as_anybody_there() -> None:
    """An assignment may name the person in charge (P7)."""
    scene = given(WallItem, *to("screened"), s.POST_URGENT)
    scene.when(s.ASSIGN.but(person=s.MEMBER.id)).then("Assigned", person=s.MEMBER.id)
    scene.when(s.SET_PLAN.by_actor(s.MEMBER)).then("PlanSet")
    scene.when(s.START_WORK).then("WorkStarted")


def test_instants_of_its_life() -> None:
    """Accepted is posted, dispatched first owned, settled declared, answered echoed, closed off."""
    case = given(WallItem, *to("off_wall")).case
    told = [
        case.accepted_at, case.dispatched_at, case.settled_at, case.answered_at, case.closed_at,
    ]  # fmt: skip
    assert None not in told
    assert told == sorted(told)
    assert case.outcome == "solved"


def test_what_is_explained_is_not_closed() -> None:
    """It stays on the wall until it is looked at again (P13, P17)."""
    case = given(WallItem, *s.EXPLAINED).case
    assert (case.state, case.outcome, case.closed_at) == ("evaluated", "explained", None)


def test_a_promise_kept_broken_changed_and_lifted() -> None:
    """What counts is the day in force; whether the first day was kept is kept too (P11, §5.4)."""
    kept = given(WallItem, *to("resolved")).case
    assert (kept.on_time, kept.kept_first, kept.extensions) == (True, True, 0)
    changed = given(
        WallItem,
        *to("in_progress", s.CHANGE_PROMISE),
        s.DECLARE_RESOLVED.later(days=25),
    ).case
    assert (changed.on_time, changed.kept_first, changed.extensions) == (True, False, 1)
    assert [promise.on for promise in changed.promises] == [s.PROMISED, date(2026, 4, 3)]
    broken = given(WallItem, *to("in_progress"), s.DECLARE_RESOLVED.later(days=25)).case
    assert (broken.on_time, broken.kept_first) == (False, False)
    lifted = given(WallItem, *to("unresolvable")).case
    assert (lifted.on_time, lifted.due_at) == (None, None)
    late = given(WallItem, *to("in_progress", s.DECLARE_UNRESOLVABLE, s.CONFIRM.later(days=25)))
    assert late.case.on_time is False
    handed = given(WallItem, *to("in_progress"), s.TRANSFER.later(days=25)).case
    assert handed.on_time is False


def test_a_rejected_declaration_can_be_made_again() -> None:
    """The town office sends it back, and the owner goes on or explains better (P13)."""
    scene = given(WallItem, *to("in_progress", s.DECLARE_UNRESOLVABLE, s.REJECT))
    scene.when(s.DECLARE_UNRESOLVABLE).then("UnresolvableDeclared", state="in_progress")
    scene.when(s.DECLARE_RESOLVED).then("Resolved", declaration=None)


def test_reposting_keeps_the_history() -> None:
    """Another round begins: another plan, another echo, other votes; nothing is forgotten (P18)."""
    scene = given(WallItem, *s.REJECTED)
    outcome = scene.when(s.REPOST.but(ground="dissatisfied")).then(
        "Reposted", state="posted", repeats=1, outcome=None, closed_at=None
    )
    (chapter,) = outcome.case.chapters
    assert (chapter.round, chapter.outcome, chapter.ground) == (1, "solved", "dissatisfied")
    assert [promise.round for promise in outcome.case.promises] == [1]
    again = (
        s.CLAIM,
        s.SET_PLAN.but(promised_on=date(2026, 4, 1), next_report_on=date(2026, 3, 30)),
        s.START_WORK,
        s.DECLARE_RESOLVED,
        s.POST_ECHO,
        s.VOTE,
    )
    for step in again:
        scene.world.live(step)
    case: Any = scene.case
    assert case.votes() == {"satisfied": 1, "basically_satisfied": 0, "dissatisfied": 0}
    assert case.votes(1) == {"satisfied": 0, "basically_satisfied": 0, "dissatisfied": 1}
    assert [part.id for part in case.parts] == ["1/villager-1", "2/villager-1"]
    assert {part.unit for part in case.parts} == {None}


def test_what_is_off_the_wall_comes_back_while_it_is_not_archived() -> None:
    """A recurrence reopens it within thirty days; then it is collected anew (P18, P21)."""
    given(WallItem, *to("off_wall")).when(s.REPOST.later(days=20)).then(
        "Reposted", state="posted", closed_at=None
    )
    given(WallItem, *to("off_wall")).when(s.REPOST.later(days=31)).then_refused(StateRefusedError)


@pytest.mark.parametrize(
    ("against", "in_favour", "off"),
    [(0, 0, True), (1, 1, True), (2, 1, False), (0, 3, True), (1, 0, False)],
)
def test_a_majority_is_more_than_half(against: int, in_favour: int, off: bool) -> None:  # noqa: FBT001 - a column of the table
    """Of a tie, or where nobody votes, no majority is dissatisfied (P17)."""
    noes = [s.VOTE_AGAINST.by_actor(s.villager(n)) for n in range(against)]
    ayes = [s.VOTE_BASICALLY.by_actor(s.villager(10 + n)) for n in range(in_favour)]
    scene = given(WallItem, *to("echoed"), *noes, *ayes, s.WINDOW, TICK)
    assert (scene.case.clock("take_down") is not None) == off
    if off:
        scene.when(s.TAKE_OFF).then("TakenOff", state="off_wall")
    else:
        scene.when(s.TAKE_OFF).then_refused(guard="majority_is_not_dissatisfied")


def test_a_village_sets_its_own_majority() -> None:
    """Share and least number of votes are policy (P17)."""
    strict = WallProcedure(dissatisfied_share="0.2", votes_min=3)
    votes = [s.VOTE_AGAINST, *(s.VOTE.by_actor(s.villager(n)) for n in (2, 3))]
    few = given(WallItem, *to("echoed"), *votes[:2], s.WINDOW, TICK, policies=(strict,))
    few.when(s.TAKE_OFF).then("TakenOff")
    enough = given(WallItem, *to("echoed"), *votes, s.WINDOW, TICK, policies=(strict,))
    enough.when(s.TAKE_OFF).then_refused(guard="majority_is_not_dissatisfied")


@pytest.mark.parametrize(
    ("state", "clock"),
    [
        ("collected", "post"), ("screened", "post"), ("posted", "claim"), ("claimed", None),
        ("planned", "promise"), ("in_progress", "promise"), ("resolved", None),
        ("unresolvable", None), ("echoed", None), ("evaluated", None), ("off_wall", None),
        ("transferred", None), ("not_posted", None), ("merged", None),
    ],
)  # fmt: skip
def test_an_item_is_due_while_somebody_has_to_act(state: str, clock: str | None) -> None:
    """First to be posted and taken on, then by the promised day, and when that is over never."""
    case: Any = given(WallItem, *to(state)).case
    assert case.due_at == (case.clock(clock).due_at if clock else None)
    assert (case.due_at is None) == (clock is None)


# — one matter, one item —


def on_main(*steps: Any) -> tuple[Any, ...]:
    """Give steps for the main item."""
    return tuple(step.on(OTHER_CASE) for step in steps)


def test_a_merged_item_supports_the_main_one() -> None:
    """Its poster is a supporter, counted once however often they came, and may vote (P4)."""
    scene = given(WallItem, *s.MAIN_ITEM, s.COLLECT.but(subject="villager-2"), s.SCREEN_DUPLICATE)
    scene.when(s.MERGE).then("Merged", "SupporterAdded", state="merged", merged_into=OTHER_CASE)
    main: Any = scene.world.cases[OTHER_CASE]
    assert main.supporter_ids == {"villager-2"}
    own = given(WallItem, *s.MAIN_ITEM, s.COLLECT, s.SCREEN_DUPLICATE, s.MERGE)
    assert own.world.cases[OTHER_CASE].supporter_ids == frozenset()  # type: ignore[attr-defined] # a wall item


def test_a_supporter_is_told_the_echo() -> None:
    """When the main item has its echo, everybody who wanted the same hears it (P4, P14)."""
    scene = given(WallItem, *to("merged"), *on_main(*to("resolved")[3:]))
    scene.when(s.POST_ECHO.on(OTHER_CASE)).then(
        "EchoPosted",
        ("EchoHeard", {"outcome": "solved", "text": s.POST_ECHO.fields["text"]}),
        state="merged",
        outcome="solved",
    )
    assert scene.case.answered_at is not None


def test_a_supporter_is_told_what_came_of_a_transfer() -> None:
    """The result of another case is an echo like any other (P20)."""
    target = {"target": OTHER_CASE.__class__(int=7)}
    scene = given(WallItem, *to("merged"), s.TRANSFER.on(OTHER_CASE).but(**target))
    scene.when(s.CONCLUDE.on(OTHER_CASE).but(**target)).then(
        "TransferConcluded", "EchoHeard", heard=s.CONCLUDE.fields["text"]
    )


def test_who_comes_after_the_echo_is_told_at_once() -> None:
    """An item merged when the echo is there already shares it (P4)."""
    main = (*s.MAIN_ITEM, *on_main(*to("echoed")[3:]))
    scene = given(WallItem, *main, s.COLLECT.but(subject="villager-2"), s.SCREEN_DUPLICATE)
    scene.when(s.MERGE).then("Merged", "SupporterAdded", "EchoHeard", outcome="solved")


def test_the_main_item_refuses_what_it_cannot_take() -> None:
    """Off the wall, of another category, or of another village: the merge is refused whole (P4)."""
    duplicate = (s.COLLECT.but(subject="villager-2"), s.SCREEN_DUPLICATE)
    gone = (*s.MAIN_ITEM, *on_main(*to("echoed")[3:]), s.WINDOW, TICK, *on_main(s.TAKE_OFF))
    given(WallItem, *gone, *duplicate).when(s.MERGE).then_refused(StateRefusedError)
    other = (s.COLLECT.but(category="environment"), s.SCREEN_DUPLICATE)
    given(WallItem, *s.MAIN_ITEM, *other).when(s.MERGE).then_refused(
        guard="same_village_and_category"
    )
    not_yet = on_main(s.COLLECT, s.SCREEN)
    given(WallItem, *not_yet, *duplicate).when(s.MERGE).then_refused(StateRefusedError)
