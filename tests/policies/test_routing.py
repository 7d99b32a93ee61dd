"""The routing catalogue: who is competent, and why the others are not (§7.3)."""

from datetime import date

import pytest
from pydantic import ValidationError

from zhili.policies.routing import Route, Routing
from zhili.policies.unit import Unit

DAY = date(2026, 3, 2)
LAST_YEAR = date(2025, 3, 2)

URBAN = Unit(id="urban", name="Urban management 城管", level="department", kind="urban_management")
WATER = Unit(id="water", name="Water 供水", level="utility", kind="water")
NAMELESS = Unit(id="some", name="Some office", level="department")
STREET = Unit(id="110105001", name="Street", level="street", kind="urban_management")
COMMUNITY = Unit(id="110105001001", name="Community", level="community", kind="urban_management")


def route(category: str, kind: str, **fields: object) -> Route:
    """Give a row of the catalogue."""
    return Route.model_validate(
        {"category": category, "unit_kinds": [kind], "legal_basis": "Duty list 1", **fields}
    )


CATALOGUE = Routing(
    rows=(
        route("environment", "urban_management"),
        route("environment/refuse", "urban_management", to_street=True),
        route("environment/refuse/stairs", "property", to_community=True),
        route("water", "urban_management", valid_to=date(2026, 1, 1)),
        route("water", "water", valid_from=date(2026, 1, 1)),
    )
)


@pytest.mark.parametrize(
    ("category", "found"),
    [
        ("environment", "environment"),
        ("environment/noise", "environment"),
        ("environment/refuse", "environment/refuse"),
        ("environment/refuse/bins/full", "environment/refuse"),
        ("environment/refuse/stairs", "environment/refuse/stairs"),
        ("environmental", None),
        ("traffic", None),
    ],
)
def test_the_nearest_row_decides(category: str, found: str | None) -> None:
    """The longest row whose whole levels begin the category wins."""
    row = CATALOGUE.route(category, DAY)
    assert (row.category if row else None) == found


def test_rows_hold_for_their_days() -> None:
    """A matter goes where the catalogue of the day sent it."""
    assert CATALOGUE.may_take("water", URBAN, LAST_YEAR) is None
    assert CATALOGUE.may_take("water", WATER, DAY) is None
    assert "'water' goes to 'water'" in str(CATALOGUE.may_take("water", URBAN, DAY))
    assert "goes to 'urban_management'" in str(CATALOGUE.may_take("water", WATER, LAST_YEAR))


@pytest.mark.parametrize(
    ("category", "unit", "refusal"),
    [
        ("environment", URBAN, None),
        ("environment/refuse", STREET, None),
        ("environment/refuse/stairs", COMMUNITY, None),
        ("traffic", URBAN, "no row for category 'traffic' on 2026-03-02"),
        ("traffic", COMMUNITY, "no row for category 'traffic' on 2026-03-02"),
        ("environment", WATER, "'water' is of kind 'water'"),
        ("environment", NAMELESS, "'some' is of no kind"),
        ("environment", STREET, "street '110105001' may not take category 'environment'"),
        ("environment", COMMUNITY, "not on the community duty list"),
        ("environment/refuse", COMMUNITY, "not on the community duty list"),
        ("environment/refuse/stairs", STREET, "belongs to 'property' (Duty list 1)"),
    ],
)
def test_only_a_competent_unit_may_take_a_matter(
    category: str, unit: Unit, refusal: str | None
) -> None:
    """The kind must fit; a street or community needs its own mark (BJ-REG 11, 17)."""
    why = CATALOGUE.may_take(category, unit, DAY)
    if refusal is None:
        assert why is None
    else:
        assert refusal in str(why)


def test_an_open_catalogue_refuses_only_communities() -> None:
    """Without rows anybody may lead, except a community, whose duty list is then unknown."""
    open_ = Routing()
    assert open_.open
    assert open_.route("anything", DAY) is None
    for unit in (URBAN, WATER, NAMELESS, STREET):
        assert open_.may_take("anything", unit, DAY) is None
    assert "may not lead" in str(open_.may_take("anything", COMMUNITY, DAY))


@pytest.mark.parametrize("category", ["/water", "water/", "a//b", "a/ /b"])
def test_a_category_with_an_empty_level_is_refused(category: str) -> None:
    """A level without a name would never be found."""
    with pytest.raises(ValidationError, match="has an empty level"):
        route(category, "water")


def test_a_catalogue_that_decides_twice_is_refused() -> None:
    """Two rows for one category on one day would leave the choice to chance."""
    with pytest.raises(ValidationError, match="two rows for 2026-01-01"):
        Routing(rows=(route("water", "water"), route("water", "x", valid_from=date(2026, 1, 1))))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"unit_kinds": []}, "at least 1 item"),
        ({"legal_basis": ""}, "at least 1 character"),
        ({"valid_from": DAY, "valid_to": DAY}, "must end after it begins"),
    ],
)
def test_a_row_that_decides_nothing_is_refused(fields: dict[str, object], message: str) -> None:
    """A row names a kind of unit, its legal basis, and at least a day."""
    with pytest.raises(ValidationError, match=message):
        route("water", "water", **fields)
