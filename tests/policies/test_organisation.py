"""The organisation: who exists on a day, under whom, and what cannot be (§7.1, §7.2)."""

from datetime import date

import pytest
from pydantic import ValidationError

from zhili.errors import PolicyRefusedError
from zhili.policies.organisation import Organisation
from zhili.policies.unit import Unit

DAY = date(2026, 3, 2)
REFORM = date(2026, 1, 1)


def unit(id: str, **fields: object) -> Unit:  # noqa: A002 - the glossary's word
    """Give a unit that is named like its id."""
    return Unit.model_validate({"id": id, "name": f"Unit {id}", **fields})


CITY = unit("city", level="city")
EAST = unit("east", level="district", parent="city", division="110105")
WEST = unit("west", level="district", parent="city", division="110102")
OLD_STREET = unit("old", level="street", parent="east", valid_to=REFORM, successor="new")
NEW_STREET = unit("new", level="street", parent="east", valid_from=REFORM)
MOVED_BEFORE = unit("moved", level="street", parent="east", valid_to=REFORM)
MOVED_AFTER = unit("moved", level="street", parent="west", valid_from=REFORM)
COMMUNITY = unit("home", level="community", parent="moved")
REFUSE = unit("refuse", level="department", kind="urban_management", parent="east")
ENDED = unit("ended", level="utility", valid_to=REFORM)
TOWN = Organisation(
    units=(
        COMMUNITY,
        MOVED_AFTER,
        MOVED_BEFORE,
        OLD_STREET,
        NEW_STREET,
        REFUSE,
        ENDED,
        EAST,
        WEST,
        CITY,
    )
)


# --- units and their days -------------------------------------------------------------------------


def test_a_unit_is_given_as_it_was_on_the_day() -> None:
    """The same id stood elsewhere before the reform; the day of the change is the new one's."""
    assert TOWN.unit("moved", date(2025, 12, 31)) == MOVED_BEFORE
    assert TOWN.unit("moved", REFORM) == MOVED_AFTER
    assert TOWN.level("moved", DAY) == "street"
    assert not TOWN.open


@pytest.mark.parametrize(
    ("id_", "day", "message", "successor"),
    [
        ("nobody", DAY, "'nobody' is not in the organisation", None),
        ("old", REFORM, "ended on 2026-01-01; its successor is 'new'", "new"),
        ("ended", DAY, "ended on 2026-01-01; it has no successor", None),
        ("new", date(2025, 12, 31), "did not exist on 2025-12-31; it begins on 2026-01-01", None),
    ],
)
def test_a_unit_that_does_not_exist_on_the_day_is_refused(
    id_: str, day: date, message: str, successor: str | None
) -> None:
    """The refusal names unit, day, and who took over or from when it exists."""
    with pytest.raises(PolicyRefusedError, match=message) as refusal:
        TOWN.unit(id_, day)
    assert (refusal.value.data["unit"], refusal.value.data["on"]) == (id_, day)
    assert refusal.value.data["successor"] == successor
    with pytest.raises(PolicyRefusedError, match=message):
        TOWN.is_within(id_, "city", day)


def test_a_unit_that_paused_names_the_day_it_returns() -> None:
    """Between two entries of a unit the refusal points to the next one."""
    paused = Organisation(
        units=(
            unit("a", valid_to=date(2025, 1, 1)),
            unit("a", valid_from=date(2026, 1, 1)),
        )
    )
    with pytest.raises(PolicyRefusedError, match="begins on 2026-01-01"):
        paused.unit("a", date(2025, 6, 1))


def test_ancestors_are_those_of_the_day() -> None:
    """The community follows its street into the other district on the day of the reform."""
    before = date(2025, 12, 31)
    assert TOWN.district_of("home", before) == "east"
    assert TOWN.district_of("home", REFORM) == "west"
    assert TOWN.ancestor("home", "city", DAY) == "city"
    assert TOWN.ancestor("home", "street", DAY) == "moved"
    assert TOWN.ancestor("home", "community", DAY) == "home"
    assert TOWN.ancestor("home", "utility", DAY) is None
    assert TOWN.district_of("city", DAY) is None


def test_within_is_at_or_below_on_the_day() -> None:
    """A unit is within itself and everything above it, not beside or below."""
    assert TOWN.is_within("home", "home", DAY)
    assert TOWN.is_within("home", "west", DAY)
    assert TOWN.is_within("home", "city", DAY)
    assert not TOWN.is_within("home", "east", DAY)
    assert not TOWN.is_within("west", "home", DAY)
    assert not TOWN.is_within("refuse", "west", DAY)


def test_a_parent_that_does_not_exist_yet_ends_the_way_up() -> None:
    """What stands above is only what exists on that day."""
    late = Organisation(
        units=(
            unit("d", level="district", valid_from=REFORM),
            unit("s", level="street", parent="d"),
        )
    )
    assert late.district_of("s", date(2025, 12, 31)) is None
    assert late.district_of("s", REFORM) == "d"


# --- the open organisation ------------------------------------------------------------------------


def test_an_open_organisation_accepts_every_id() -> None:
    """Without units any id is a unit; nothing follows from one that is no division code."""
    open_ = Organisation()
    assert open_.open
    for id_ in ("PWDx", "42", "1101056"):
        found = open_.unit(id_, DAY)
        assert (found.id, found.level, found.parent, found.kind) == (id_, None, None, None)
        assert open_.level(id_, DAY) is None
        assert open_.district_of(id_, DAY) is None
        assert open_.is_within(id_, id_, DAY)


def test_an_open_organisation_refuses_what_looks_like_a_code_and_is_none() -> None:
    """Six, nine or twelve digits are a division code, or a mistake (§7.2)."""
    for id_ in ("999999", "110105600", "110105999", "110105002999"):
        with pytest.raises(PolicyRefusedError, match="looks like a division code"):
            Organisation().unit(id_, DAY)


def test_an_open_organisation_reads_division_codes() -> None:
    """A code has the level of its length and stands under its prefix."""
    open_ = Organisation()
    assert open_.level("110105", DAY) == "district"
    assert open_.level("110105001", DAY) == "street"
    assert open_.level("110105001001", DAY) == "community"
    assert open_.unit("110105001", DAY).parent == "110105"
    assert open_.district_of("110105001001", DAY) == "110105"
    assert open_.ancestor("110105001001", "street", DAY) == "110105001"
    assert open_.ancestor("110105001001", "city", DAY) == "110100"
    assert open_.is_within("110105001001", "110105", DAY)
    assert open_.is_within("110105001", "110105000000", DAY)
    assert open_.is_within("110105000000", "110105", DAY)
    assert not open_.is_within("110105", "110105001", DAY)
    assert not open_.is_within("110102001", "110105", DAY)


# --- what cannot be -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("units", "message"),
    [
        ((unit("a"), unit("a")), "'a' is described twice"),
        (
            (unit("a", valid_to=date(2026, 1, 2)), unit("a", valid_from=REFORM)),
            "described twice for 2026-01-01",
        ),
        ((unit("a", parent="b"),), "parent 'b' of unit 'a' is not in the organisation"),
        ((unit("a", successor="b"),), "successor 'b' of unit 'a' is not in the organisation"),
        ((unit("a", parent="a"),), "cannot stand under themselves: a → a"),
        (
            (unit("a", parent="b"), unit("b", parent="c"), unit("c", parent="a")),
            "cannot stand under themselves",
        ),
        (
            (
                unit("a", parent="b", valid_from=date(2020, 1, 1), valid_to=date(2026, 1, 2)),
                unit("b", parent="a", valid_from=date(2026, 1, 1)),
            ),
            "cannot stand under themselves",
        ),
    ],
)
def test_an_organisation_that_cannot_be_is_refused(units: tuple[Unit, ...], message: str) -> None:
    """Units twice, unknown neighbours and circles are refused, each with its reason."""
    with pytest.raises(ValidationError, match=message):
        Organisation(units=units)


def test_two_units_may_swap_places_over_time() -> None:
    """A was under B until the reform and B is under A since: no circle on any day."""
    swapped = Organisation(
        units=(
            unit("a", parent="b", valid_to=REFORM),
            unit("b", valid_to=REFORM),
            unit("a", valid_from=REFORM),
            unit("b", parent="a", valid_from=REFORM),
        )
    )
    assert swapped.is_within("a", "b", date(2025, 12, 31))
    assert not swapped.is_within("a", "b", REFORM)
    assert swapped.is_within("b", "a", REFORM)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"division": "110105600"}, "street number 600"),
        ({"division": "12"}, "6, 9 or 12 digits"),
        ({"division": ""}, "6, 9 or 12 digits"),
        ({"valid_from": REFORM, "valid_to": REFORM}, "must end after it begins"),
        ({"level": "galaxy"}, "Input should be"),
        ({"id": "two words"}, "should match pattern"),
    ],
)
def test_a_unit_that_cannot_be_is_refused(fields: dict[str, object], message: str) -> None:
    """A malformed code, an empty validity, an unknown level or a bad id is refused."""
    with pytest.raises(ValidationError, match=message):
        Unit.model_validate({"id": "a", "name": "A", **fields})


def test_thousands_of_units_keep_their_own_way_up() -> None:
    """A whole province of units is checked and asked by an index, each under its own district."""
    districts = [unit(f"d{i}", level="district", parent="city") for i in range(50)]
    streets = [
        unit(f"d{i}s{j}", level="street", parent=f"d{i}") for i in range(50) for j in range(40)
    ]
    homes = [
        unit(f"{street.id}c{k}", level="community", parent=street.id)
        for street in streets
        for k in range(3)
    ]
    province = Organisation(units=(CITY, *districts, *streets, *homes))
    assert len(province.units) == 8051
    for home in homes:
        assert province.district_of(home.id, DAY) == home.id.split("s")[0]
