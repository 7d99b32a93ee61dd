"""One case on its way through the district: who it is about, and what chance has in store."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from math import log
from random import Random
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from zhili.commands import complaint
from zhili.demo import people
from zhili.demo.matter import Matter, matter_of

if TYPE_CHECKING:
    from zhili.aggregates import Complaint
    from zhili.commands.command import Command
    from zhili.engine import Engine, Receipt
    from zhili.policies.calendar import Calendar
    from zhili.values import Actor

__all__ = ["CALM", "USUAL", "Course", "Life", "Stage", "Temper"]

Course = Generator[timedelta, None, None]
"""What happens to a case: it acts, and gives how long it waits before it acts again."""

OPENS, CLOSES = time(9), time(17, 30)
SURNAMES: Final = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
LONGEST: Final = 5
"""No wait is longer than this many times its median, so that the tail stays in the quarter."""


class Temper(NamedTuple):
    """How likely it is that something out of the ordinary happens."""

    declined: float = 0
    to_district: float = 0
    objected: float = 0
    unreached: float = 0
    extended: float = 0
    returned: float = 0
    dissatisfied: float = 0
    unanswered: float = 0
    entered_late: float = 0


CALM: Final = Temper()
USUAL: Final = Temper(
    declined=0.03,
    to_district=0.06,
    objected=0.04,
    unreached=0.12,
    extended=0.05,
    returned=0.06,
    dissatisfied=0.1,
    unanswered=0.2,
    entered_late=0.05,
)


@dataclass
class Stage:
    """
    Where the lives are played: the engine, its calendar, the seed, and how to begin a life.

    `turn` counts whatever may have changed a case, so that a life reads its own only then.
    """

    engine: Engine
    calendar: Calendar
    seed: int
    begin: Callable[[Course], None]
    turn: int = 0


class Life:
    """A case, its matter, its people, and a source of chance of its own."""

    def __init__(self, stage: Stage, name: str, temper: Temper = CALM) -> None:
        """Begin a life; the same seed and *name* lead the same one."""
        self.stage = stage
        self.name = name
        self.temper = temper
        self.chance = Random(f"{stage.seed}:{name}")  # noqa: S311 - chance, not a secret
        self.matter: Matter = matter_of(self.chance)
        self.case_id = self._new_id()
        self.subject = f"citizen-{self.chance.randrange(10**6):06d}"
        self._read: tuple[int, Complaint] | None = None

    def twin(self) -> Life:
        """Give another life with the same matter at the same place."""
        other = Life(self.stage, f"{self.name}:twin", self.temper)
        other.matter = self.matter
        return other

    @property
    def now(self) -> datetime:
        """The present."""
        return self.stage.engine.now()

    @property
    def case(self) -> Complaint:
        """The case as it stands."""
        if self._read is None or self._read[0] != self.stage.turn:
            case = cast("Complaint", self.stage.engine.case(self.case_id))
            self._read = (self.stage.turn, case)
        return self._read[1]

    @property
    def state(self) -> str:
        """Where the case stands."""
        return self.case.state or ""

    @property
    def unit(self) -> str:
        """The unit that answers for it."""
        return self.case.unit or self.matter.unit

    def do(
        self, command: type[Command], by: Actor, *, at: datetime | None = None, **fields: Any
    ) -> Receipt:
        """Carry out *command* on the case."""
        self.stage.turn += 1
        asked = command.model_validate({"case_id": self.case_id, **fields})
        return self.stage.engine.submit(asked, by=by, at=at)

    def register(self, category: str | None = None, **fields: Any) -> None:
        """Register the case, about a matter of *category* if one is named."""
        if category is not None:
            self.matter = matter_of(self.chance, category)
        topic = self.matter.topic
        told = self.matter.channel in {"app", "wechat", "website"}
        anonymous = fields.get("anonymous", False)
        caller = {
            "name": f"{self.chance.choice(SURNAMES)}{self.chance.choice(('先生', '女士'))}",
            "phone": f"139{self.chance.randrange(10**8):08d}",
        }
        said: dict[str, Any] = {
            "kind": topic.kind,
            "channel": self.matter.channel,
            "title": topic.title,
            "content": f"{self.matter.place}{topic.words},请尽快处理。",
            "subject": self.subject,
            "category": topic.category,
            "division": self.matter.community,
            "place": self.matter.place,
            **({} if anonymous else caller),
        }
        by = people.caller(self.subject) if told else people.agent(self.chance)
        self.do(complaint.Register, by, **{**said, **fields})

    def happens(self, likelihood: float) -> bool:
        """Draw whether something happens."""
        return self.chance.random() < likelihood

    def span(self, median_hours: float, spread: float = 0.5) -> timedelta:
        """Draw a time that is log-normal about *median_hours*."""
        hours = self.chance.lognormvariate(log(median_hours), spread)
        # Whole seconds: nobody writes down more.
        return timedelta(seconds=round(min(hours, LONGEST * median_hours) * 3600))

    def at_work(self, wait: timedelta) -> timedelta:
        """Lengthen *wait* so that it ends in office hours of a working day."""
        zone = ZoneInfo(self.stage.calendar.zone)
        end = (self.now + wait).astimezone(zone)
        if end.time() >= CLOSES:
            end = _morning_of(end + timedelta(days=1), self.chance)
        elif end.time() < OPENS:
            end = _morning_of(end, self.chance)
        while not self.stage.calendar.is_working(end.date()):
            end = _morning_of(end + timedelta(days=1), self.chance)
        return end - self.now

    def tomorrow(self) -> timedelta:
        """Give the wait until some hour of the next day."""
        zone = ZoneInfo(self.stage.calendar.zone)
        day = self.now.astimezone(zone) + timedelta(days=1)
        return _morning_of(day, self.chance, hours=10) - self.now

    def _new_id(self) -> UUID:
        # As values.new_case_id makes them, with the simulated time and drawn bits.
        milliseconds = int(self.now.timestamp() * 1000)
        bits = (milliseconds << 80) | self.chance.getrandbits(80)
        bits = (bits & ~(0xF << 76)) | (7 << 76)
        bits = (bits & ~(0x3 << 62)) | (2 << 62)
        return UUID(int=bits)


def _morning_of(day: datetime, chance: Random, hours: int = 3) -> datetime:
    seconds = chance.randrange(hours * 3600)
    return day.replace(hour=OPENS.hour, minute=0, second=0, microsecond=0) + timedelta(
        seconds=seconds
    )
