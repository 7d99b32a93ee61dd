"""Random lives of a wall: people who do whatever comes to their mind, as far as they may."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from tests.wall import steps as s
from zhili import Engine, WallItem
from zhili.errors import RefusalError
from zhili.testing import Control, VirtualClock
from zhili.values import SYSTEM

if TYPE_CHECKING:
    from random import Random

    from zhili import Case

HALF = 0.5
LOCAL = ZoneInfo("Asia/Shanghai")
CHARACTERS = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗秀英丽华强军平芳桂兰"
PUBLIC = (
    "路灯坏了",
    "水渠堵了半个月",
    "广场晚上太吵",
    "垃圾三天没有运",
    "已经联系施工队",
    "材料到了",
)
CATEGORIES = ("infrastructure", "environment")
TEXTS = (
    "title", "public_text", "measures", "note", "reason", "result", "text", "basis", "instead",
)  # fmt: skip
SELDOM = {
    "screen": 0.3,
    "refuse_posting": 0.05,
    "merge": 0.3,
    "transfer": 0.05,
    "declare_unresolvable": 0.3,
}
"""What would end most lives at once if it were chosen as often as the rest."""

VILLAGES = (s.VILLAGE, s.OTHER_VILLAGE)


class Poster(NamedTuple):
    """Somebody who posts a problem: nothing of this may ever be seen."""

    id: str
    name: str
    phone: str
    address: str
    words: str

    @classmethod
    def random(cls, random: Random, nth: int) -> Poster:
        """Make somebody up."""
        name = "".join(random.sample(CHARACTERS, 3))
        return cls(
            id=f"person-{nth}",
            name=name,
            phone=f"13{random.randint(10**8, 10**9 - 1)}",
            address=f"{random.choice(CHARACTERS)}家巷{random.randint(100, 999)}号",
            words=f"我叫{name},家里的事",
        )


class Wall:
    """A wall that lives at random; every refusal is somebody's bad luck."""

    def __init__(self, random: Random, items: int = 3) -> None:
        self.random = random
        self.refusals: Counter[str] = Counter()
        self.clock = VirtualClock()
        self.engine = Engine.open("memory:", clock=self.clock)
        self.ids = [UUID(int=0x01900000_0000_7000_8000_000000000000 + n) for n in range(items)]
        self.posters = {case_id: Poster.random(random, n) for n, case_id in enumerate(self.ids)}

    @property
    def secrets(self) -> set[str]:
        """All that nobody may see: what is personal, and who anybody is."""
        people = {s.HELPER.id, s.MEMBER.id, *(poster.id for poster in self.posters.values())}
        return people | {value for poster in self.posters.values() for value in poster[1:]}

    def live(self, steps: int) -> None:
        """Do that many things, or try to."""
        for case_id in self.ids:
            self._try(self._collected(case_id))
        for _ in range(steps):
            self.clock.advance(timedelta(hours=self.random.choice((0, 1, 1, 5, 30, 100, 200))))
            if self.random.random() < HALF:
                self.engine.tick()
            case = self.engine.case(self.random.choice(self.ids))
            verbs = [
                verb
                for verb in WallItem.workflow.allowed(case.state)
                if any(
                    step.command == verb and SYSTEM not in step.roles
                    for step in WallItem.workflow.steps
                )
            ]
            if verbs:
                weights = [SELDOM.get(verb, 1.0) for verb in verbs]
                (verb,) = self.random.choices(verbs, weights)
                self._try(self._something(case, verb))
        while self.engine.tick().more:
            pass

    def _try(self, control: Control) -> None:
        now = self.clock.advance(minutes=1)
        try:
            self.engine.submit(control.build(now), by=control.by)
        except RefusalError as refusal:
            self.refusals[refusal.data.get("guard", refusal.code)] += 1

    def _collected(self, case_id: UUID) -> Control:
        poster = self.posters[case_id]
        collect = s.COLLECT.but(
            text=poster.words,
            name=poster.name,
            phone=poster.phone,
            address=poster.address,
            subject=poster.id,
            category=self.random.choice(CATEGORIES),
            village=self.random.choice(VILLAGES),
            keeper=s.VILLAGE,
        )
        return collect.on(case_id)

    def _something(self, case: Case, verb: str) -> Control:
        own = [
            control
            for control in vars(s).values()
            if isinstance(control, Control)
            and control.command.verb == verb
            and control.by.role != SYSTEM
        ]
        control = self.random.choice(own).on(case.id)
        fields = control.command.model_fields
        today = self.clock.now.astimezone(LOCAL).date()
        chosen = self._chosen(case, verb)
        if verb != "refuse_posting":
            chosen |= {name: self._text(case.id) for name in TEXTS if name in fields}
        for name in ("promised_on", "next_report_on", "review_on"):
            if name in fields:
                chosen[name] = today + timedelta(days=self.random.randint(0, 20))
        if case.person is not None and control.by == s.OPERATOR:
            control = control.by_actor(s.HELPER)
        if verb == "evaluate_echo":
            control = control.by_actor(s.villager(self.random.randint(10, 15)))
        return control.but(**chosen)

    def _chosen(self, case: Case, verb: str) -> dict[str, object]:
        match verb:
            case "merge":
                return {"main": self.random.choice(self.ids)}
            case "transfer":
                return {"target_type": "mediation", "target": UUID(int=case.id.int + 1000)}
            case "conclude_transfer":
                return {
                    "target": UUID(int=case.id.int + 1000),
                    "outcome": self.random.choice(("solved", "explained")),
                }
            case "repost":
                return {"ground": self.random.choice(("dissatisfied", "review", "recurrence"))}
            case "refuse_posting":
                return {"reason": self.random.choice(("not_public", "libel"))}
            case _:
                return {}

    def _text(self, case_id: UUID) -> str:
        """Give a public text; now and then one that tells who the poster or a supporter is."""
        text = self.random.choice(PUBLIC)
        if self.random.random() > 0.1:
            return text
        case = self.engine.case(case_id)
        known = [case_id, *(item for item, _ in case.supporters)]  # type: ignore[attr-defined] # a wall item
        poster = self.posters[self.random.choice(known)]
        return f"{text},{self.random.choice((poster.name, poster.phone, poster.address))}"
