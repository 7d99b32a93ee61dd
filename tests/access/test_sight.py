"""Which cases somebody sees: by the organisation, by the family, by the policy in force."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.access.expected import CITIZEN, STREET
from tests.access.record import PLACE, PLACE_KEPT, told
from zhili import Engine, complaint
from zhili.access.sight import Sight
from zhili.access.units import FEW, Below, same_unit
from zhili.commands.policy import publish
from zhili.errors import CaseNotFoundError, PolicyRefusedError
from zhili.face.eyes import Eyes
from zhili.policies import Rules
from zhili.policies.calendar import china
from zhili.policies.organisation import Organisation
from zhili.policies.unit import Unit
from zhili.policies.visibility import View, Visibility
from zhili.projections.worklist import Worklist
from zhili.testing import controls
from zhili.testing.control import actor
from zhili.values import Actor
from zhili.workflows import role
from zhili.workflows.policy import ADMINISTRATOR

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

PUBLISHER = Actor(id="policy-01", role=ADMINISTRATOR)
TODAY = date(2026, 3, 2)


@pytest.fixture
def engine() -> Iterator[Engine]:
    """Open an engine with nothing in it."""
    with Engine.open("memory:") as opened:
        yield opened


def described(count: int) -> Organisation:
    """Give an organisation: a city, its district with so many streets, and another district."""
    return Organisation(
        units=(
            Unit(id="city", name="City", level="city"),
            Unit(id="north", name="North", level="district", parent="city"),
            Unit(id="south", name="South", level="district", parent="city"),
            *(
                Unit(id=f"street-{n}", name=f"Street {n}", level="street", parent="north")
                for n in range(count)
            ),
            Unit(id="outpost", name="Outpost", level="outpost", parent="street-0"),
        )
    )


@pytest.mark.parametrize("count", [2, FEW + 10], ids=["few", "many"])
def test_a_district_lists_the_cases_of_the_units_below_it(engine: Engine, count: int) -> None:
    """Of few units by an index, of many by walking through the list: the same cases."""
    engine.submit(publish(described(count)), by=PUBLISHER)
    cases: dict[str, UUID] = {}
    for unit in ("street-0", "street-1", "south", "outpost"):
        first = complaint.Register(
            kind="help",
            channel="hotline",
            title=f"Lamp of {unit}",
            content="It is dark.",
            phone="13800138000",
        )
        engine.submit(first, by=controls.INTAKE)
        engine.submit(complaint.Accept(case_id=first.case_id), by=controls.INTAKE)
        engine.submit(complaint.Dispatch(case_id=first.case_id, unit=unit), by=controls.DISPATCHER)
        cases[unit] = first.case_id
    expected = {
        "city": {"street-0", "street-1", "south", "outpost"},
        "north": {"street-0", "street-1", "outpost"},
        "south": {"south"},
        "street-0": {"street-0", "outpost"},
        "outpost": {"outpost"},
        "nowhere": set[str](),
    }
    for unit, below in expected.items():
        eyes = Eyes(engine, actor(role.DISTRICT_COORDINATOR, unit))
        listed = {item.case_id for item in eyes.page(Worklist()).items}
        assert listed == {cases[one] for one in below}, unit
        assert {
            case.id for case in engine.several(list(cases.values())) if eyes.sight.sees(case)
        } == listed


@pytest.mark.parametrize(
    ("above", "unit", "is_below"),
    [
        ("110105", "110105001", True),
        ("110105", "110105001001", True),
        ("110105000", "110105001", True),
        ("110105", "110105", True),
        ("110105001", "110105001002", True),
        ("110105001", "110105002", False),
        ("110105", "1101050", False),
        ("110105", "110105-x", False),
        ("110100", "110105001", True),
        ("110000", "110105001", True),
        ("110000", "120101001", False),
        ("parks", "parks", True),
        ("parks", "parks-2", False),
    ],
)
def test_division_codes_say_what_stands_below(above: str, unit: str, *, is_below: bool) -> None:
    """Where nobody has described the place, its codes do; an id of the host's own stands alone."""
    assert Below(above, Organisation(), TODAY).has(unit) is is_below


def test_a_unit_is_the_same_however_its_code_is_written() -> None:
    """With its zeros or without; an id of the host's own is only itself."""
    assert same_unit("110105") == same_unit("110105000000")
    assert set(same_unit("110105")) == {"110105", "110105000", "110105000000"}
    assert set(same_unit("110105001")) == {"110105001", "110105001000"}
    assert same_unit("110105001001") == ("110105001001",)
    assert same_unit("parks") == ("parks",)


def test_the_family_is_told_as_far_as_it_is_seen(engine: Engine) -> None:
    """A duplicate of others is not there: not its number, nor what points to it."""
    main, other = told(engine, 0), told(engine, 0)
    first = complaint.Register(
        kind="report", channel="hotline", title="Rubbish again", content="Still there.",
        subject="citizen-2", phone="13800138000", category="waste", division=STREET,
    )  # fmt: skip
    engine.submit(first, by=controls.INTAKE)
    engine.submit(complaint.Accept(case_id=first.case_id), by=controls.INTAKE)
    engine.submit(
        complaint.MergeInto(case_id=first.case_id, main=main, reason="The same heap."),
        by=controls.DISPATCHER,
    )
    centre = Eyes(engine, controls.INTAKE).family(main)
    assert {each.case_id for each in centre.members} == {main, first.case_id}
    whose = Eyes(engine, Actor(id=CITIZEN, role=role.COMPLAINANT))
    assert [each.case_id for each in whose.family(main).members] == [main]
    second = Eyes(engine, Actor(id="citizen-2", role=role.COMPLAINANT)).family(first.case_id)
    (member,) = second.members
    assert (member.merged_into, second.leading) == (None, first.case_id)
    with pytest.raises(CaseNotFoundError):
        Eyes(engine, Actor(id="citizen-2", role=role.COMPLAINANT)).family(other)


def test_the_policy_in_force_decides(engine: Engine) -> None:
    """What a place has published holds at once, and no role has more by its name."""
    case_id = told(engine, 0)
    operator = actor(role.UNIT_OPERATOR, STREET)
    assert Eyes(engine, operator).case(case_id).case_id == case_id
    strict = Visibility(
        views=(View(role=role.INSPECTOR, scope="all"), View(role=role.INTAKE_AGENT, scope="all"))
    )
    engine.submit(publish(strict), by=PUBLISHER)
    with pytest.raises(CaseNotFoundError):
        Eyes(engine, operator).case(case_id)
    seen = Eyes(engine, controls.INTAKE).case(case_id)
    assert {one.shade for one in seen.personal} == {"hidden"}
    assert seen.subject is None


def test_a_policy_is_no_case_that_anybody_sees(engine: Engine) -> None:
    """The streams of policies are in the log, and on no page."""
    from zhili.commands.policy import policy_id

    for who in (controls.INTAKE, actor(role.INSPECTOR)):
        with pytest.raises(CaseNotFoundError):
            Eyes(engine, who).case(policy_id("visibility"))


def test_a_store_without_the_policy_has_the_one_it_would_begin_with() -> None:
    """Before the first submit publishes it, what is seen is the same."""
    rules = Rules({"organisation": (1, Organisation())})
    sight = Sight(controls.INTAKE, rules, controls.START, "Asia/Shanghai")
    assert sight.policy == Visibility()


def test_a_policy_that_cannot_be_read_lets_nobody_see() -> None:
    """What stands there was tampered with: it is refused, and not replaced."""
    rules = Rules({"organisation": (1, Organisation()), "visibility": (1, china("Asia/Shanghai"))})
    with pytest.raises(PolicyRefusedError):
        Sight(controls.INTAKE, rules, controls.START, "Asia/Shanghai")


def test_a_house_finds_no_case_of_which_the_house_is_kept_back(engine: Engine) -> None:
    """What a role may not know it cannot look for either; the community finds it."""
    cases = {level: told(engine, level) for level in (0, 2)}
    unit, centre = actor(role.UNIT_OPERATOR, STREET), controls.INTAKE
    for question, levels in (
        (Worklist(place="9号楼"), {0}),
        (Worklist(place="号楼"), {0, 2}),
        (Worklist(title="9"), set[int]()),
        (Worklist(place="花家地北里"), {0, 2}),
    ):
        found = {item.case_id for item in Eyes(engine, unit).page(question).items}
        assert found == {cases[level] for level in levels}, question
    found = {item.case_id for item in Eyes(engine, centre).page(Worklist(place="9号楼")).items}
    assert found == set(cases.values())


def test_a_correction_tells_no_door_either(engine: Engine) -> None:
    """Old and new place of a correction are kept to the community, as the place itself."""
    case_id = told(engine, 2)
    engine.submit(
        complaint.CorrectRecord(
            case_id=case_id, field="place", old=PLACE, new="花家地北里8号楼", reason="Misheard."
        ),
        by=controls.INTAKE,
    )
    entry = Eyes(engine, actor(role.UNIT_OPERATOR, STREET)).timeline(case_id).entries[-1]
    assert (entry.fields["old"], entry.fields["new"]) == (PLACE_KEPT, PLACE_KEPT)
    entry = Eyes(engine, controls.INTAKE).timeline(case_id).entries[-1]
    assert (entry.fields["old"], entry.fields["new"]) == (PLACE, "花家地北里8号楼")
