"""The ordinary course of a hazard: found, fixed at home or called up, rectified, verified."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final, NamedTuple

from zhili.aggregates import Hazard
from zhili.commands import hazard
from zhili.demo import people
from zhili.demo.district import DISTRICT, STREETS, communities_of, street_of
from zhili.demo.life import Course, Life, Stage
from zhili.values import Attachment

__all__ = ["HAZARD_MATTERS", "HazardLife", "HazardMatter", "course"]

PHOTO: Final = Attachment(
    name="隐患照片.jpg",
    media_type="image/jpeg",
    size=361_204,
    sha256="60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
    uri="archive:photo-2",
)


class HazardMatter(NamedTuple):
    """A hazard: its kind, its words, how grave it is, and the departments whose duty it is."""

    kind: str
    title: str
    level: int
    units: tuple[str, ...]


HAZARD_MATTERS: Final = (
    HazardMatter("fire", "楼道堆物堵塞疏散通道", 2, ("HP-XFD", "HP-ZJJ")),
    HazardMatter("facilities", "健身器材松动", 3, ("HP-ZJJ",)),
    HazardMatter("production", "小作坊违规用电", 2, ("HP-XFD", "HP-SJJ")),
    HazardMatter("power_telecom", "飞线充电", 2, ("HP-CGJ", "HP-XFD")),
    HazardMatter("mixed_use", "沿街商铺住人", 1, ("HP-XFD", "HP-SJJ")),
    HazardMatter("small_premises", "小餐饮燃气软管老化", 2, ("HP-SJJ", "HP-CGJ")),
    HazardMatter("flood", "地下车库排水泵故障", 3, ("HP-ZJJ", "HP-GSGS")),
    HazardMatter("other", "围墙倾斜开裂", 2, ("HP-ZJJ",)),
)


class HazardLife(Life[Hazard]):
    """A hazard, where it is, and who can do something about it."""

    def __init__(self, stage: Stage, name: str) -> None:
        """Begin it."""
        super().__init__(stage, name)
        self.matter = self.chance.choice(HAZARD_MATTERS)
        street = self.chance.choice(list(STREETS))
        self.community = self.chance.choice(communities_of(street))
        self.fixed_at_home = self.happens(0.7)
        self.fixed_at_street = self.happens(0.45)

    @property
    def street(self) -> str:
        """The street in which it is."""
        return street_of(self.community)

    def find(self, kind: str | None = None, **fields: Any) -> None:
        """Let the community find it; *kind* names another matter than the one drawn."""
        if kind is not None:
            self.matter = next(one for one in HAZARD_MATTERS if one.kind == kind)
        said: dict[str, Any] = {
            "kind": self.matter.kind,
            "community": self.community,
            "title": self.matter.title,
            "place": f"{STREETS[self.street]}辖区",
            "photos": (PHOTO,),
        }
        by = people.community_worker(self.community)
        if "subject" in fields:
            by = people.volunteer("volunteer-07")
        self.do(hazard.Find, by, **{**said, **fields})

    def call_district(self, **fields: Any) -> None:
        """Let the street call the district."""
        self.do(
            hazard.CallDistrict,
            people.leader(self.street),
            unit=DISTRICT,
            level=self.matter.level,
            ledger_entry=f"{self.matter.title}, 超出街道处置能力, 列入台账。",
            **fields,
        )

    def report_to_street(self) -> None:
        """Let the community report it."""
        by = people.community_worker(self.community)
        reason = "社区无力自行整改。"
        self.do(hazard.ReportToStreet, by, unit=self.street, reason=reason)

    def dispatch(self) -> None:
        """Let the district dispatch the departments."""
        lead, *assisting = self.matter.units
        task = "按职责分工限期整改。"
        by = people.COORDINATOR
        self.do(hazard.DispatchDepartments, by, lead=lead, assisting=tuple(assisting), task=task)

    def rectify(self, unit: str) -> None:
        """Let a department report its part."""
        by = people.operator(unit)
        self.do(hazard.ReportRectified, by, unit=unit, result="已完成整改。", photos=(PHOTO,))

    def reject(self, unit: str) -> None:
        """Let the community find that a department's part is not done."""
        by = people.community_worker(self.community)
        self.do(hazard.RejectRectified, by, unit=unit, reason="现场仍有隐患, 整改不到位。")


def course(life: HazardLife, until: str = "") -> Course:
    """Let the hazard go its way until it rests, or until it stands in the state *until*."""
    while (state := life.state) in DESKS and state != until:
        yield _patience(life)
        # The clocks may have moved it while it waited.
        if life.state in DESKS and life.state != until:
            DESKS[life.state](life)


HOURS: Final = {"found": 3.0, "at_street": 7.0, "at_district": 6.0, "at_city": 20.0}
"""How many hours somebody lets a hazard lie, as a median."""

RECTIFYING_HOURS: Final = {1: 8.0, 2: 40.0, 3: 110.0}
"""How many hours a department needs, as a median, by level."""


def _patience(life: HazardLife) -> timedelta:
    case = life.case
    if life.state == "found":
        return life.span(HOURS["found"])  # it is reported on the same day, work or not
    if life.state != "rectifying":
        return life.at_work(life.span(HOURS[life.state]))
    hours = RECTIFYING_HOURS[case.level or 1] if case.at_work() else 5.0
    return life.at_work(life.span(hours))


def _find_out(life: HazardLife) -> None:
    by = people.community_worker(life.community)
    if life.matter.kind in {"fire", "facilities"} and life.fixed_at_home:
        life.do(hazard.FixLocally, by, measures="社区当日清理整改。", photos=(PHOTO,))
    else:
        life.report_to_street()


def _judge(life: HazardLife) -> None:
    if life.fixed_at_street:
        by = people.leader(life.street)
        life.do(hazard.FixAtStreet, by, measures="街道组织力量完成整改。")
    else:
        life.call_district()


def _dispatch(life: HazardLife) -> None:
    if life.case.whistle is None:
        life.dispatch()


def _rectify(life: HazardLife) -> None:
    case = life.case
    at_work = sorted(part.id for part in case.parts if part.state == "dispatched")
    if at_work:
        life.rectify(at_work[-1])
    elif case.checked_by is None:
        by = people.community_worker(life.community)
        life.do(hazard.CheckOnSite, by, note="现场核查, 隐患已消除。", photos=(PHOTO,))
    else:
        life.do(hazard.VerifyRectified, people.leader(life.street), note="核实无误, 销号。")


def _hand_back(life: HazardLife) -> None:
    life.do(hazard.HandBack, people.CITY_LEADER, opinion="由属地区级牵头, 相邻区配合。")


DESKS: Final[dict[str, Callable[[HazardLife], None]]] = {
    "found": _find_out,
    "at_street": _judge,
    "at_district": _dispatch,
    "at_city": _hand_back,
    "rectifying": _rectify,
}
"""Who does what with a hazard that stands there."""
