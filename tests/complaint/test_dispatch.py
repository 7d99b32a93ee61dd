"""Dispatch 派单 (C8–C13): consultation, catalogue, district, copy, signing."""

from __future__ import annotations

import pytest

from tests.complaint.examples import ORGANISATION, ROADS_ONLY, Example, row_of, rows, to
from zhili import Complaint
from zhili.errors import GuardRefusedError, PolicyRefusedError
from zhili.policies.routing import Route, Routing
from zhili.policies.unit import Unit
from zhili.testing import Control, actor, given
from zhili.testing import controls as c
from zhili.workflows import Step

REFUSED = GuardRefusedError
CITY = ORGANISATION.model_copy(
    update={"units": (*ORGANISATION.units, Unit(id=c.DEPARTMENT, name="园林局"))}
)
TO_DISTRICT = (*to("accepted"), c.DISPATCH_TO_DISTRICT)


def with_guard(guard: str) -> list[object]:
    """Give the rows that have *guard* and are taken by a person, with their examples."""
    return [
        pytest.param(step, example, id=f"{step.command}-{n}")
        for n, (step, example) in enumerate(rows())
        if guard in step.guards and isinstance(example.when, Control)
    ]


@pytest.mark.parametrize(("step", "example"), with_guard("actor_belongs_to_unit"))
def test_only_the_unit_that_has_the_case_acts(step: Step, example: Example) -> None:
    """Another unit's operator or leader has nothing to do with it (C13 and others)."""
    assert isinstance(example.when, Control)
    stranger = actor(example.when.by.role, c.FAR_STREET)
    example.given().when(example.when, by=stranger).then_refused(
        REFUSED, guard="actor_belongs_to_unit", step=step.command
    )
    nobody = actor(example.when.by.role)
    example.given().when(example.when, by=nobody).then_refused(
        REFUSED, guard="actor_belongs_to_unit", step=step.command
    )


@pytest.mark.parametrize(("step", "example"), with_guard("unit_exists"))
def test_a_unit_exists_on_the_day_it_gets_a_case(step: Step, example: Example) -> None:
    """A unit that the organisation does not have gets nothing (C10)."""
    assert isinstance(example.when, Control)
    assert step.event
    when = example.given(ORGANISATION).when(example.when.but(unit="nowhere"))
    when.then_refused(PolicyRefusedError, guard="unit_exists")


ACCUSABLE = [
    (row_of("dispatch"), c.STREET),
    (row_of("dispatch_to_district"), c.DISTRICT),
    (row_of("sub_dispatch"), c.STREET),
    (row_of("redirect_dispatch"), c.NEIGHBOUR),
    (row_of("designate_lead"), c.NEIGHBOUR),
    (row_of("invite_co_handler"), c.NEIGHBOUR),
    (row_of("give_directive"), c.NEIGHBOUR),
]


def test_every_row_that_names_a_unit_spares_the_accused() -> None:
    """The list below is all the rows that could send a case to somebody."""
    guarded = {step.command for step, _ in rows() if "not_the_accused" in step.guards}
    assert guarded == {example.when.command.verb for example, _ in ACCUSABLE}


@pytest.mark.parametrize(
    ("example", "unit"), ACCUSABLE, ids=[example.when.command.verb for example, _ in ACCUSABLE]
)
def test_a_report_never_goes_to_the_accused(example: Example, unit: str) -> None:
    """A case about a unit is not sent to that unit, in any way (JN-REG 32, XF-REG 30)."""
    before = tuple(
        step.but(kind="report", about=unit)
        if isinstance(step, Control) and step.command.verb == "register"
        else step
        for step in example.before
    )
    when = example.when.but(unit=unit)
    given(Complaint, *before).when(when).then_refused(REFUSED, guard="not_the_accused")


ELSEWHERE = [
    (row_of("dispatch"), c.FAR_STREET),
    (row_of("dispatch_to_district"), c.OTHER_DISTRICT),
    (row_of("redirect_dispatch"), c.FAR_STREET),
    (row_of("designate_lead"), c.FAR_STREET),
    (row_of("give_directive"), c.FAR_STREET),
]


@pytest.mark.parametrize(
    ("example", "unit"), ELSEWHERE, ids=[example.when.command.verb for example, _ in ELSEWHERE]
)
def test_a_case_stays_in_the_district_of_its_matter(example: Example, unit: str) -> None:
    """Another district's unit gets it only if nobody has said where the matter is (C10, C11)."""
    when = example.when.but(unit=unit)
    example.given().when(when).then_refused(REFUSED, guard="unit_has_jurisdiction")
    nowhere = tuple(
        step.without("division")
        if isinstance(step, Control) and step.command.verb == "register"
        else step
        for step in example.before
    )
    assert given(Complaint, *nowhere).world.live(when)


def test_a_unit_of_the_whole_city_has_jurisdiction_everywhere() -> None:
    """A department lies in no district (C10)."""
    given(Complaint, *to("accepted"), CITY).when(c.DISPATCH.but(unit=c.DEPARTMENT)).then(
        "Dispatched", unit=c.DEPARTMENT
    )


def test_a_place_that_is_no_unit_limits_nobody() -> None:
    """The organisation need not have a unit for the place of every matter (C10)."""
    far = (c.REGISTER.but(division="330106"), c.ACCEPT, ORGANISATION)
    given(Complaint, *far).when(c.DISPATCH).then("Dispatched", "CopiedToDistrict")


def test_nobody_is_asked_about_a_case_about_themselves() -> None:
    """The accused are no candidates of a consultation (C8, JN-REG 32)."""
    report = (c.REGISTER.but(kind="report", about=c.NEIGHBOUR), c.ACCEPT)
    given(Complaint, *report).when(c.OPEN_CONSULTATION).then_refused(
        REFUSED, guard="no_candidate_is_accused"
    )
    others = c.OPEN_CONSULTATION.but(candidates=(c.STREET, c.DEPARTMENT))
    given(Complaint, *report).when(others).then("ConsultationOpened")


def test_an_accused_district_gets_no_copy() -> None:
    """A report about a district that goes to one of its streets stays there (C10, JN-REG 32)."""
    report = (c.REGISTER.but(kind="report", about=c.DISTRICT), c.ACCEPT)
    dispatched = given(Complaint, *report).when(c.DISPATCH).then("Dispatched", copied_to=None)
    dispatched.when(c.COPY_TO_DISTRICT).then_refused(REFUSED, guard="district_of_the_unit")


def test_what_looks_like_a_division_is_one() -> None:
    """An organisation that nobody has described takes no mistyped code (C10, GB/T 2260)."""
    for unit in ("990105", "990105001", "990105001001"):
        given(Complaint, *to("accepted")).when(c.DISPATCH.but(unit=unit)).then_refused(
            PolicyRefusedError, policy="organisation", unit=unit
        )


def test_a_consultation_asks_several_units() -> None:
    """At least two candidates (C8)."""
    lonely = c.OPEN_CONSULTATION.but(candidates=(c.STREET, c.STREET))
    given(Complaint, *to("accepted")).when(lonely).then_refused(REFUSED, guard="several_candidates")


def test_the_lead_was_asked() -> None:
    """The consultation names one of those it asked, and the hint is kept (C9)."""
    stranger = c.CONCLUDE_CONSULTATION.but(lead=c.FAR_STREET)
    given(Complaint, *to("consulting")).when(stranger).then_refused(
        REFUSED, guard="lead_is_a_candidate"
    )
    given(Complaint, *to("consulting")).when(c.CONCLUDE_CONSULTATION).then(
        "ConsultationConcluded", state="accepted", lead_hint=c.STREET, unit="12345"
    )


def test_a_direct_dispatch_to_a_street_is_copied_to_its_district() -> None:
    """The district gets a copy, to urge and coordinate (C10, BJ-REG 12)."""
    given(Complaint, *to("accepted")).when(c.DISPATCH).then(
        ("Dispatched", {"mode": "direct", "unit": c.STREET, "grade": "III"}),
        ("CopiedToDistrict", {"district": c.DISTRICT}),
        state="dispatched",
        unit=c.STREET,
        copied_to=c.DISTRICT,
    )


def test_a_department_is_not_copied_to_a_district() -> None:
    """Only what goes to a street or township is copied (C10)."""
    given(Complaint, *to("accepted")).when(c.DISPATCH.but(unit=c.DEPARTMENT)).then("Dispatched")


def test_the_copy_goes_to_the_districts_own() -> None:
    """No other district gets the copy (C10)."""
    other = c.COPY_TO_DISTRICT.but(district=c.OTHER_DISTRICT)
    given(Complaint, *to("dispatched")).when(other).then_refused(
        REFUSED, guard="district_of_the_unit"
    )


@pytest.mark.parametrize("command", ["dispatch", "sub_dispatch", "redirect_dispatch"])
def test_the_catalogue_names_the_unit(command: str) -> None:
    """Without a match in the catalogue nobody gets the case (C10, BJ-REG 11)."""
    example = row_of(command)
    example.given(ROADS_ONLY).when(example.when).then_refused(
        PolicyRefusedError, guard="unit_is_competent", policy="routing"
    )


def test_a_direct_dispatch_is_no_dispatch_to_a_district() -> None:
    """Whom the catalogue does not name gets nothing, a district neither (C10, C11)."""
    given(Complaint, *to("accepted"), ROADS_ONLY).when(
        c.DISPATCH.but(unit=c.DISTRICT)
    ).then_refused(PolicyRefusedError, guard="unit_is_competent")


def test_a_case_without_category_is_not_dispatched_by_catalogue() -> None:
    """The catalogue needs a category; the message says how to give one (C10)."""
    refusal = (
        given(Complaint, c.REGISTER.without("category"), c.ACCEPT, ROADS_ONLY)
        .when(c.DISPATCH)
        .then_refused(PolicyRefusedError, guard="unit_is_competent")
    )
    assert "no category" in refusal.message


def test_a_community_is_no_lead_off_its_list() -> None:
    """A community leads only on what its duty list names (BJ-REG 17, §11)."""
    to_community = c.DISPATCH.but(unit=c.COMMUNITY_UNIT)
    given(Complaint, *to("accepted")).when(to_community).then_refused(
        PolicyRefusedError, guard="unit_is_competent"
    )
    statutory = Routing(
        rows=(
            Route(
                category="environment",
                unit_kinds=("sanitation",),
                legal_basis="Duty list 7",
                to_community=True,
            ),
        )
    )
    given(Complaint, *to("accepted"), statutory).when(to_community).then("Dispatched")


def test_the_catalogue_gives_the_grade_that_nobody_gave() -> None:
    """The agent's grade counts, then the catalogue's, then III (C10)."""
    graded = Routing(
        rows=(
            Route(
                category="environment",
                unit_kinds=("sanitation",),
                legal_basis="Catalogue 3",
                to_street=True,
                default_grade="II",
            ),
        )
    )
    plain = (c.REGISTER, c.ACCEPT.without("grade"))
    dispatched = "Dispatched", "CopiedToDistrict"
    given(Complaint, *plain, graded).when(c.DISPATCH).then(*dispatched, grade="II")
    given(Complaint, *plain).when(c.DISPATCH).then(*dispatched, grade="III")
    given(Complaint, *plain, graded).when(c.DISPATCH.but(grade="IV")).then(*dispatched, grade="IV")
    given(Complaint, *to("accepted"), graded).when(c.DISPATCH).then(*dispatched, grade="III")


def test_only_a_district_takes_what_has_no_clear_unit() -> None:
    """A dispatch to the district goes to a district (C11)."""
    given(Complaint, *to("accepted")).when(c.DISPATCH_TO_DISTRICT.but(unit=c.STREET)).then_refused(
        REFUSED, guard="unit_is_a_district"
    )


def test_the_district_sends_on_with_the_same_deadline() -> None:
    """The handling clock started with the district and is not touched (C12)."""
    before = given(Complaint, *TO_DISTRICT)
    due_at = before.case.due_at
    before.when(c.SUB_DISPATCH).then(
        "SubDispatched", state="dispatched", unit=c.STREET, due_at=due_at
    )


def test_the_district_sends_on_only_what_it_was_sent() -> None:
    """A direct dispatch is none of the district's to send on (C12)."""
    given(Complaint, *to("dispatched")).when(c.SUB_DISPATCH).then_refused(
        REFUSED, guard="was_sent_to_a_district"
    )
    given(Complaint, *TO_DISTRICT, c.SUB_DISPATCH).when(
        c.SUB_DISPATCH.but(unit=c.NEIGHBOUR)
    ).then_refused(REFUSED, guard="was_sent_to_a_district")


def test_the_district_sends_on_within_itself() -> None:
    """Not to another district's street, and not to itself (C12)."""
    for unit in (c.FAR_STREET, c.DISTRICT):
        given(Complaint, *TO_DISTRICT).when(c.SUB_DISPATCH.but(unit=unit)).then_refused(
            REFUSED, guard="unit_lies_in_the_district"
        )


def test_the_first_to_sign_is_the_first_receiver() -> None:
    """Whoever signs first leads until relieved 首接负责 (C13, BJ-REG 14)."""
    given(Complaint, *to("dispatched")).when(c.SIGN).then(
        "Signed", state="signed", unit=c.STREET, first_receiver=c.STREET
    )
