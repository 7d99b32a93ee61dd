"""The district that is simulated 和平区: an invented place, its units, catalogue and limits."""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple

from zhili.policies import Policy
from zhili.policies.branch_call import BranchCallRules
from zhili.policies.calendar import Calendar, china
from zhili.policies.hazard import HazardKind, HazardRules
from zhili.policies.limit import Limit
from zhili.policies.organisation import Organisation
from zhili.policies.presets import beijing
from zhili.policies.routing import Route, Routing
from zhili.policies.time_limits import LimitRow, TimeLimits
from zhili.policies.unit import Unit
from zhili.policies.wall import WallProcedure
from zhili.policies.whistle import WhistleRules, harbin_xiangfang
from zhili.workflows.role import COMMUNITY

__all__ = [
    "BRANCHES", "CENTRE", "CITY", "DEPARTMENTS", "DISTRICT", "ORGANISATION_DEPARTMENT", "STREETS",
    "VILLAGE", "WALLED_COMMUNITY", "communities_of", "short_calendar", "starting_policies",
    "street_of", "whole_calendar",
]  # fmt: skip

CITY: Final = "372000"
DISTRICT: Final = "372001"
CENTRE: Final = "12345"

STREETS: Final = {
    "372001001": "春风街道",
    "372001002": "明月街道",
    "372001003": "长桥街道",
    "372001004": "东湖街道",
    "372001005": "槐树街道",
    "372001006": "石门街道",
    "372001101": "清溪镇",
    "372001102": "柳林镇",
}
"""The streets and towns. The code is of no real place, but in the ranges of one (§7.2)."""


class Department(NamedTuple):
    """A department or utility: its name, its kind, its level."""

    name: str
    kind: str
    level: str = "department"


DEPARTMENTS: Final = {
    "HP-CGJ": Department("和平区城市管理局", "urban_management"),
    "HP-ZJJ": Department("和平区住房和建设局", "housing"),
    "HP-STJ": Department("和平区生态环境分局", "ecology"),
    "HP-SJJ": Department("和平区市场监督管理局", "market"),
    "HP-JJD": Department("和平区交警大队", "traffic"),
    "HP-RSJ": Department("和平区人力资源和社会保障局", "human_resources"),
    "HP-XFD": Department("和平区消防救援大队", "fire"),
    "HP-RLGS": Department("和平热力公司", "heating", "utility"),
    "HP-GSGS": Department("和平供水公司", "water", "utility"),
}

ORGANISATION_DEPARTMENT: Final = "HP-ZZB"

COMMUNITY_NAMES: Final = ("一", "二", "三")

VILLAGE: Final = "372001101201"
WALLED_COMMUNITY: Final = "372001003002"
"""The village and the community that keep a problem wall 问题墙."""

BRANCHES: Final = {
    "372001001001-ZB": "春风第一社区阳光里小区党支部",
    "372001005002-ZB": "槐树第二社区槐香苑小区党支部",
}
"""The branches that call their members, each named after its community."""


def communities_of(street: str) -> tuple[str, ...]:
    """Give the codes of the communities of *street*; a town has villages."""
    first = 201 if street[6] == "1" else 1
    return tuple(f"{street}{first + place:03d}" for place in range(len(COMMUNITY_NAMES)))


def street_of(community: str) -> str:
    """Give the code of the street or town in which a community or village lies."""
    return community[:9]


def starting_policies() -> tuple[Policy, ...]:
    """Give what the district publishes before its first call; its calendar ends too early."""
    return (
        short_calendar(),
        _limits(),
        _organisation(),
        _routing(),
        _whistle(),
        _wall(),
        _hazard(),
        _branch_call(),
    )


def short_calendar() -> Calendar:
    """Give a calendar that nobody has extended since 2025: what it says of 2026 is provisional."""
    whole, last = china(), date(2025, 12, 24)
    return Calendar(
        zone=whole.zone,
        first=whole.first,
        certain_until=last,
        off={day: name for day, name in whole.off.items() if day <= last},
        made_up={day: name for day, name in whole.made_up.items() if day <= last},
    )


def whole_calendar() -> Calendar:
    """Give the calendar with every list that has been announced."""
    return china()


def _limits() -> TimeLimits:
    """Give Beijing's limits, with working days for complex matters and for suggestions."""
    working = (
        LimitRow(clock="handle", grade="COMPLEX", limit=Limit(amount=15, unit="working_days")),
        LimitRow(
            clock="handle",
            kind="suggestion",
            grade="III",
            limit=Limit(amount=5, unit="working_days"),
        ),
    )
    return TimeLimits(city="和平区(模拟)", rows=(*working, *beijing().rows))


def _organisation() -> Organisation:
    units = [
        Unit(id=CITY, name="安宁市", level="city", division=CITY),
        Unit(id=CENTRE, name="12345热线受理中心", level="centre", parent=CITY),
        Unit(id=DISTRICT, name="和平区", level="district", parent=CITY, division=DISTRICT),
        Unit(id=ORGANISATION_DEPARTMENT, name="和平区委组织部", level="party", parent=DISTRICT),
    ]
    for code, department in DEPARTMENTS.items():
        fields = {**department._asdict(), "id": code, "parent": DISTRICT}
        units.append(Unit.model_validate(fields))
    for street, name in STREETS.items():
        units.append(Unit(id=street, name=name, level="street", parent=DISTRICT, division=street))
        below = "村" if street[6] == "1" else "社区"
        for code, number in zip(communities_of(street), COMMUNITY_NAMES, strict=True):
            community = f"{name.removesuffix('街道').removesuffix('镇')}第{number}{below}"
            units.append(
                Unit(id=code, name=community, level="community", parent=street, division=code)
            )
    for branch, name in BRANCHES.items():
        units.append(Unit(id=branch, name=name, level="party", parent=branch[:12]))
    return Organisation(units=tuple(units))


def _whistle() -> WhistleRules:
    """Give the rules with a quick whistle, and ratings by the communities too."""
    rules = harbin_xiangfang()
    return rules.model_copy(update={"raters": (*rules.raters, COMMUNITY)})


def _wall() -> WallProcedure:
    """Give the order of the wall: reports twice a month, a majority of at least three votes."""
    return WallProcedure(progress=Limit(amount=15, unit="days"), votes_min=3)


def _hazard() -> HazardRules:
    """Give the catalogue with one more kind, of the season."""
    summer = HazardKind(code="flood", name="flood season 汛期积水点位", fixed_by_community=False)
    return HazardRules(kinds=(*HazardRules().kinds, summer))


def _branch_call() -> BranchCallRules:
    """Give the posts, with one more that the branches have added."""
    return BranchCallRules(posts=(*BranchCallRules().posts, "lift_watch"))


def _routing() -> Routing:
    return Routing(
        rows=(
            _row("environment/refuse", "urban_management", "生活垃圾管理条例", street=True),
            _row("environment/noise", "ecology", "噪声污染防治法", "II"),
            _row("roads/lighting", "urban_management", "城市照明管理规定", "II"),
            _row("roads/surface", "housing", "城市道路管理条例", "IV"),
            _row("property/leak", "housing", "房屋质量保修办法", "IV", street=True),
            _row("property/service", "housing", "物业管理条例", street=True),
            _row("heating/indoor", "heating", "供热管理条例", "II"),
            _row("water/outage", "water", "城市供水条例", "I"),
            _row("market/food", "market", "食品安全法"),
            _row("traffic/parking", "traffic", "道路交通安全法", "II", street=True),
            _row("labour/wages", "human_resources", "保障农民工工资支付条例", "COMPLEX"),
            _row("community/life", "housing", "居民委员会组织法", street=True, community=True),
        )
    )


def _row(  # noqa: PLR0913 - a line of a table
    category: str,
    kind: str,
    basis: str,
    grade: str = "III",
    *,
    street: bool = False,
    community: bool = False,
) -> Route:
    return Route(
        category=category,
        unit_kinds=(kind,),
        legal_basis=basis,
        default_grade=grade,
        to_street=street,
        to_community=community,
    )
