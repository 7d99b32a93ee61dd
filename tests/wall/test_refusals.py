"""What the wall refuses: every guard of its table, by a command or else by an auditor."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.complaint.auditing import auditor_refuses
from tests.wall import steps as s
from tests.wall.examples import DECLARED, EXAMPLES, VOTES
from tests.workflows.rows import Refused
from zhili import WallItem
from zhili.errors import GuardRefusedError, PolicyRefusedError, StateRefusedError
from zhili.policies.organisation import Organisation
from zhili.policies.routing import Route, Routing
from zhili.policies.unit import Unit
from zhili.policies.wall import WallProcedure
from zhili.testing import CASE, OTHER_CASE, TICK, actor, given
from zhili.values import SYSTEM_ACTOR
from zhili.workflows import role
from zhili.workflows.wall import PUBLISHED, VOTING

if TYPE_CHECKING:
    from zhili.policies import Policy
    from zhili.testing import Control

to = s.to
UNKNOWN = "610582999999"
TOO_EARLY = date(2026, 3, 1)
ELSEWHERE = s.OPERATOR.model_copy(update={"unit": "roads-bureau"})

DONE_IN_PERSON = (
    *to("posted", s.CLAIM_IN_PERSON),
    *(one.by_actor(s.HELPER) for one in (s.SET_PLAN, s.START_WORK, s.DECLARE_RESOLVED)),
    s.POST_ECHO,
)
"""A volunteer has done it."""

TO_COMPLAINT = to("posted", s.TRANSFER.but(target_type="complaint"))
TO_WHISTLE = to(
    "posted",
    s.TRANSFER.but(target_type="whistle", whistle_kind="ENFORCEMENT", units=(s.DEPARTMENT,)),
)

REFUSED = (
    # before the wall
    Refused("category_is_listed", (), s.COLLECT.but(category="gossip")),
    Refused("channel_is_listed", (), s.COLLECT.but(channel="rumour")),
    Refused("posters_speak_for_themselves", (), s.COLLECT_ONESELF.but(subject="villager-9")),
    Refused("contact_or_anonymous", (), s.COLLECT.but(anonymous=True)),
    Refused("contact_or_anonymous", (), s.COLLECT.without("phone", "address")),
    Refused("actor_keeps_this_wall", to("collected"), s.SCREEN.by_actor(s.STRANGER)),
    Refused("actor_keeps_this_wall", to("screened"), s.POST.by_actor(s.STRANGER)),
    Refused("actor_keeps_this_wall", to("evaluated"), s.TAKE_OFF.by_actor(s.STRANGER)),
    Refused("reason_is_listed", to("screened"), s.REFUSE.but(reason="inconvenient")),
    Refused("poster_was_told", to("screened"), s.REFUSE.but(poster_told=False)),
    Refused("duplicate_was_found", (*s.MAIN_ITEM, *to("screened")), s.MERGE),
    Refused("main_item_is_another", (s.COLLECT, s.SCREEN_DUPLICATE), s.MERGE.but(main=CASE)),
    Refused("follows_from_an_event", to("posted"), s.ADD_SUPPORTER.because_of(None)),
    Refused("follows_from_an_event", to("merged"), s.HEAR_ECHO.because_of(None)),
    Refused("follows_from_an_event", to("transferred"), s.CONCLUDE.because_of(None)),
    Refused(
        "same_village_and_category", to("posted"), s.ADD_SUPPORTER.but(item_category="industry")
    ),
    Refused(
        "same_village_and_category",
        to("posted"),
        s.ADD_SUPPORTER.but(item_village=s.OTHER_VILLAGE),
    ),
    Refused("not_supported_by_it_yet", to("posted", s.ADD_SUPPORTER), s.ADD_SUPPORTER),
    Refused("main_item_is_the_one", to("merged"), s.HEAR_ECHO.but(main=CASE)),
    Refused("screening_allows_it", (s.COLLECT, s.SCREEN.but(libel="concern")), s.POST),
    Refused("screening_allows_it", (s.COLLECT, s.SCREEN.but(legality="concern")), s.POST),
    Refused("screening_allows_it", (s.COLLECT, s.SCREEN_DUPLICATE), s.POST),
    # who does it, and until when
    Refused("claims_for_its_unit", to("posted"), s.CLAIM.by_actor(actor(role.UNIT_OPERATOR))),
    Refused("person_may_take_it", (*to("screened"), s.POST_URGENT), s.CLAIM_IN_PERSON),
    Refused("keeper_or_town_of_this_wall", to("posted"), s.ASSIGN.by_actor(s.STRANGER)),
    Refused("nobody_claimed_in_time_or_urgent", to("posted", s.DAY), s.ASSIGN),
    Refused("actor_owns_it", to("claimed"), s.SET_PLAN.by_actor(ELSEWHERE)),
    Refused("actor_owns_it", to("claimed"), s.SET_PLAN.by_actor(s.MEMBER)),
    Refused("promised_from_today_on", to("claimed"), s.SET_PLAN.but(promised_on=TOO_EARLY)),
    Refused("promised_from_today_on", to("planned"), s.CHANGE_PROMISE.but(promised_on=TOO_EARLY)),
    Refused("reports_within_the_interval", to("claimed"), s.SET_PLAN.but(next_report_on=TOO_EARLY)),
    Refused(
        "reports_within_the_interval",
        to("in_progress"),
        s.POST_PROGRESS.but(next_report_on=date(2026, 4, 3)),
    ),
    Refused("before_the_promised_date", to("planned", 20 * s.DAY), s.CHANGE_PROMISE),
    Refused("promises_another_date", to("planned"), s.CHANGE_PROMISE.but(promised_on=s.PROMISED)),
    Refused("there_is_evidence", to("in_progress"), s.DECLARE_RESOLVED.without("evidence")),
    Refused("no_declaration_pending", DECLARED, s.DECLARE_UNRESOLVABLE),
    Refused(
        "reviewed_on_a_later_day",
        to("in_progress"),
        s.DECLARE_UNRESOLVABLE.but(review_on=s.TODAY),
    ),
    Refused(
        "town_of_this_wall", DECLARED, s.CONFIRM.by_actor(actor(role.TOWN_OFFICE, s.OTHER_TOWN))
    ),
    Refused("town_of_this_wall", DECLARED, s.REJECT.by_actor(actor(role.TOWN_OFFICE))),
    Refused("declaration_is_pending", to("in_progress"), s.CONFIRM),
    Refused("declaration_is_pending", to("in_progress"), s.REJECT),
    Refused(
        "two_persons",
        DECLARED,
        s.CONFIRM.by_actor(actor(role.TOWN_OFFICE, s.TOWN, id=s.OPERATOR.id)),
    ),
    Refused("review_lies_ahead", (*DECLARED, 100 * s.DAY), s.CONFIRM),
    # the echo
    Refused("not_on_their_own_work", DONE_IN_PERSON, s.VOTE.by_actor(s.villager_of(s.HELPER))),
    Refused("is_resolved", s.EXPLAINED, s.TAKE_OFF),
    Refused("majority_is_not_dissatisfied", s.REJECTED, s.TAKE_OFF),
    Refused("ground_is_borne_out", to("evaluated"), s.REPOST.but(ground="dissatisfied")),
    Refused("ground_is_borne_out", to("evaluated"), s.REPOST.but(ground="review")),
    Refused("ground_is_borne_out", s.EXPLAINED, s.REPOST.but(ground="review")),
    Refused("ground_is_borne_out", s.EXPLAINED, s.REPOST.but(ground="recurrence")),
    # to another kind of case
    Refused("target_is_another_case", to("posted"), s.TRANSFER.but(target=CASE)),
    Refused("whistle_has_a_kind_and_units", to("posted"), s.TRANSFER.but(target_type="whistle")),
    Refused("whistle_has_a_kind_and_units", to("posted"), s.TRANSFER.but(units=(s.DEPARTMENT,))),
    Refused("target_is_the_one", to("transferred"), s.CONCLUDE.but(target=CASE)),
    Refused("target_is_the_one", to("transferred"), s.CONCLUDE_BY_HAND.but(target=CASE)),
    Refused("tells_the_end_in_set_words", to("transferred"), s.CONCLUDE.but(text="双方已和解")),
    Refused("tells_the_end_in_set_words", TO_COMPLAINT, s.CONCLUDE),
    Refused("target_is_kept_elsewhere", TO_COMPLAINT, s.CONCLUDE_BY_HAND),
    Refused("target_is_kept_elsewhere", TO_WHISTLE, s.CONCLUDE_BY_HAND),
    Refused("actor_keeps_this_wall", to("transferred"), s.CONCLUDE_BY_HAND.by_actor(s.STRANGER)),
)

PUBLIC = (
    (to("screened"), s.POST, "title"),
    (to("screened"), s.POST, "public_text"),
    (to("claimed"), s.SET_PLAN, "measures"),
    (to("in_progress"), s.POST_PROGRESS, "note"),
    (to("in_progress"), s.CHANGE_PROMISE, "reason"),
    (to("in_progress"), s.DECLARE_RESOLVED, "result"),
    (to("in_progress"), s.DECLARE_UNRESOLVABLE, "reason"),
    (to("in_progress"), s.DECLARE_UNRESOLVABLE, "basis"),
    (to("in_progress"), s.DECLARE_UNRESOLVABLE, "instead"),
    (to("resolved"), s.POST_ECHO, "text"),
    (to("evaluated"), s.REPOST, "reason"),
    (to("posted"), s.TRANSFER, "reason"),
    (to("transferred"), s.CONCLUDE_BY_HAND, "text"),
)
"""Every public text: what was before, the command, and the field that everybody reads."""

NAMING = (f"感谢{s.NAME}反映", f"电话{s.PHONE}", f"就在{s.ADDRESS}", "张 丽-华", "138 1234 5678")
NUMBERS = (
    "打13987654321问", "身份证 610582197001011234", "车牌陕A12345", "139 8765 4321", "0913-4612345",
)  # fmt: skip


def by_name(refused: Refused) -> str:
    """Name a scenario for the report."""
    return f"{refused.guard}-{refused.when.command.__name__}"


@pytest.mark.parametrize("refused", REFUSED, ids=by_name)
def test_it_is_refused(refused: Refused) -> None:
    """The guard says no, and nothing has changed."""
    refused.demand(WallItem)


@pytest.mark.parametrize(("before", "control", "field"), PUBLIC)
def test_no_public_text_names_the_poster(
    before: tuple[Any, ...], control: Control, field: str
) -> None:
    """Name, telephone and address of the poster stand in no public text, however spaced (§5.3)."""
    for text in NAMING:
        scene = given(WallItem, *before, reactions=())
        scene.when(control.but(**{field: text})).then_refused(
            GuardRefusedError, guard="names_nobody"
        )


@pytest.mark.parametrize(("before", "control", "field"), PUBLIC)
def test_no_public_text_has_a_number_of_a_person(
    before: tuple[Any, ...], control: Control, field: str
) -> None:
    """Nor anybody's telephone, identity card or car: a third person's neither (§8)."""
    for text in NUMBERS:
        scene = given(WallItem, *before, reactions=())
        scene.when(control.but(**{field: text})).then_refused(
            GuardRefusedError, guard="tells_no_number_of_a_person"
        )


HOUSES = (
    "3号楼2单元501室李大爷满意",
    "家住5号楼",
    "5栋楼道",
    "感谢柳树巷12号",
    "门牌12",
    "502室漏水",
)


@pytest.mark.parametrize(("before", "control", "field"), PUBLIC)
def test_no_public_text_tells_a_house(
    before: tuple[Any, ...], control: Control, field: str
) -> None:
    """No unit, room or door of anybody, nor a building unless the wall lets it (§5.3)."""
    for text in HOUSES:
        scene = given(WallItem, *before, reactions=())
        scene.when(control.but(**{field: text})).then_refused(
            GuardRefusedError, guard="tells_no_house"
        )


def test_a_wall_may_let_its_texts_name_a_building() -> None:
    """Where the buildings of an estate are what everything is about; a room is never named."""
    lets = WallProcedure(buildings_may_be_named=True)
    before = (lets, *to("screened"))
    given(WallItem, *before).when(s.POST.but(public_text="5号楼电梯已修好")).then("Posted")
    given(WallItem, *before).when(s.POST.but(public_text="5号楼2单元已修好")).then_refused(
        GuardRefusedError, guard="tells_no_house"
    )


def test_numbers_of_things_are_no_numbers_of_persons() -> None:
    """Years, sums, case numbers and a short line that all may call may be told."""
    for text in ("2026年3月20日前", "投资1380000000元", "260302-7K3F9-Q4M2R-X", "热线12345"):
        given(WallItem, *to("screened")).when(s.POST.but(public_text=text)).then("Posted")


@pytest.mark.parametrize(("before", "control", "field"), PUBLIC)
def test_no_public_text_repeats_what_the_poster_said(
    before: tuple[Any, ...], control: Control, field: str
) -> None:
    """The poster's own words are written anew before they hang on the wall (§5.3)."""
    said = s.COLLECT.but(text="门口的路灯坏了,老李也摔了", name="周一鸣")
    way = tuple(said if step is s.COLLECT else step for step in before)
    scene = given(WallItem, *way, reactions=())
    scene.when(control.but(**{field: "群众说: 门口的路灯 坏了、老李也摔了!"})).then_refused(
        GuardRefusedError, guard="is_not_the_posters_words"
    )


def test_a_few_words_may_be_the_posters() -> None:
    """Whoever says only what it is may be repeated: that tells of nobody."""
    short = s.COLLECT.but(text="路灯坏了")
    given(WallItem, short, s.SCREEN).when(s.POST).then("Posted")


def test_a_supporter_is_hidden_too() -> None:
    """What the main item publishes after a merge does not name who supports it."""
    world = (*to("posted"), *(each.on(OTHER_CASE) for each in MERGED_LATER))
    given(WallItem, *world).when(s.ASSIGN.later(days=5)).then("ClockExpired", "Assigned")
    plan = s.SET_PLAN.but(measures="先去王秀英家门口看", next_report_on=date(2026, 3, 20))
    given(WallItem, *world, s.CLAIM).when(plan).then_refused(
        GuardRefusedError, guard="names_nobody"
    )


MERGED_LATER = (
    s.COLLECT.but(subject="villager-2", name="王秀英", phone="13987654321"),
    s.SCREEN_DUPLICATE,
    s.MERGE.but(main=CASE),
)


def test_only_units_that_exist_keep_a_wall() -> None:
    """Village, keeper and owner exist on that day in the organisation (§7.1)."""
    units = (
        Unit(id=s.TOWN, name="东兴镇", level="street"),
        Unit(id=s.VILLAGE, name="东兴村", level="community", parent=s.TOWN),
    )
    known = (Organisation(units=units),)

    def refused(before: tuple[Any, ...], step: Control, guard: str) -> None:
        scene = given(WallItem, *before, policies=known)
        scene.when(step).then_refused(PolicyRefusedError, guard=guard)

    refused((), s.COLLECT.but(village=UNKNOWN, keeper=s.VILLAGE), "village_exists")
    refused((), s.COLLECT.but(keeper=UNKNOWN), "keeper_exists")
    refused((*to("screened"), s.POST_URGENT), s.ASSIGN, "unit_exists")
    refused(to("posted"), s.CLAIM, "unit_exists")
    given(WallItem, *to("screened"), s.POST_URGENT, policies=known).when(
        s.ASSIGN.but(unit=s.TOWN).by_actor(s.OFFICE)
    ).then("Assigned", unit=s.TOWN)


def test_where_a_catalogue_names_who_is_competent_nobody_else_takes_it() -> None:
    """A department that the routing catalogue does not name neither claims nor is assigned (P6)."""
    roads = Route(category="infrastructure", unit_kinds=("roads",), legal_basis="Road Law 8")
    catalogue = (Routing(rows=(roads,)),)
    scene = given(WallItem, *to("posted"), policies=catalogue)
    scene.when(s.CLAIM).then_refused(PolicyRefusedError, guard="unit_is_competent")
    other = Routing(rows=(roads.model_copy(update={"category": "refuse"}),))
    given(WallItem, *to("posted"), policies=(other,)).when(s.CLAIM).then("Claimed")


def test_persons_take_only_what_the_wall_lets_them() -> None:
    """A policy says which categories a member or volunteer may take (P6)."""
    departments_only: Policy = WallProcedure(person_categories=("environment",))
    scene = given(WallItem, *to("posted"), policies=(departments_only,))
    scene.when(s.CLAIM_IN_PERSON).then_refused(GuardRefusedError, guard="person_may_take_it")


def test_where_only_those_concerned_vote_others_do_not() -> None:
    """The poster and the supporters vote; a policy says whether all residents do (P15)."""
    concerned: Policy = WallProcedure(voters="concerned")
    way = (*to("posted", s.ADD_SUPPORTER), *to("echoed")[3:])
    scene = given(WallItem, *way, policies=(concerned,), reactions=())
    scene.when(s.VOTE.by_actor(s.villager(3))).then_refused(
        GuardRefusedError, guard="may_vote_here"
    )
    for nth in (1, 2):
        scene.when(s.VOTE.by_actor(s.villager(nth))).then("EchoEvaluated")


def test_nobody_votes_twice() -> None:
    """One vote a person on one echo, whatever they think later (P15)."""
    scene = given(WallItem, *to("echoed"), s.VOTE)
    scene.when(s.VOTE_AGAINST).then_refused(StateRefusedError)
    scene.when(s.VOTE_AGAINST.by_actor(s.villager(2))).then("EchoEvaluated")


class Forged(NamedTuple):
    """A guard that no command can fail, and what of a lawful event or case makes it fail."""

    guard: str
    command: str
    event: dict[str, Any] = {}
    case: dict[str, Any] = {}


LATER = datetime(2026, 12, 1, tzinfo=UTC)
EARLIER = datetime(2026, 3, 1, tzinfo=UTC)
FORGED = (
    Forged("claims_for_oneself", "claim", {"person": "somebody-else"}),
    Forged("votes_in_this_round", "evaluate_echo", {"round": 2}),
    Forged("within_the_vote_window", "evaluate_echo", {"timestamp": LATER}),
    Forged("vote_window_is_over", "close_evaluation", {"timestamp": EARLIER}),
    Forged("archive_day_has_come", "archive", {"timestamp": EARLIER}),
    Forged("clock_is_due", "mark_overdue", {"clock": "echo"}),
    Forged("deadline_was_provisional", "recalculate_deadline", {"due_at": LATER}),
    Forged("promised_from_today_on", "set_plan", {"due_at": LATER}),
    Forged("reports_within_the_interval", "post_progress", {"report_due_at": LATER}),
    Forged("review_lies_ahead", "confirm_unresolvable", {"review_at": LATER}),
)


@pytest.mark.parametrize("forged", FORGED, ids=lambda forged: f"{forged.guard}-{forged.command}")
def test_an_auditor_refuses_what_no_command_gives(forged: Forged) -> None:
    """An event that the engine never writes is found, whoever wrote it."""
    row = [each for each in EXAMPLES if each.command == forged.command][-1]
    taken = next(
        one
        for one in row.given(WallItem).world.live(row.when)
        if one.step.command == forged.command
    )
    auditor_refuses(taken, forged.guard, event=forged.event, case=forged.case)


CHOOSING = {"says_satisfied", "says_basically_satisfied", "says_dissatisfied"}
"""Guards that only choose between rows of the same event."""

IN_WORDS = {
    "village_exists", "keeper_exists", "unit_exists", "unit_is_competent", "may_vote_here",
}  # fmt: skip
"""Guards with a scenario of their own above, under a policy."""


def test_every_guard_has_its_refusal() -> None:
    """No guard that never refuses."""
    seen = {each.guard for each in (*REFUSED, *FORGED)} | IN_WORDS | CHOOSING | set(PUBLISHED)
    assert seen == set(WallItem.workflow.guards)
    assert len(VOTES) == len(VOTING.steps)


def test_nobody_but_the_system_speaks_for_it() -> None:
    """The clocks' and reactions' commands are nobody else's, whatever their cause."""
    for step in WallItem.workflow.steps:
        if SYSTEM_ACTOR.role in step.roles:
            assert step.roles == {SYSTEM_ACTOR.role}
    given(WallItem, *to("echoed"), timedelta(days=9)).when(TICK).then("EvaluationClosed")
