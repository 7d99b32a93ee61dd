"""One case on its way through the district: what it does, and what chance has in store for it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import log
from random import Random
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from zhili.aggregates import Case

if TYPE_CHECKING:
    from zhili.commands.command import Command
    from zhili.engine import Engine, Receipt
    from zhili.policies.calendar import Calendar
    from zhili.values import Actor

__all__ = ["Course", "Life", "Stage"]

Course = Generator[timedelta, None, None]
"""What happens to a case: it acts, and gives how long it waits before it acts again."""

CaseT = TypeVar("CaseT", bound=Case)

OPENS, CLOSES = time(9), time(17, 30)
SURNAMES: Final = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
LONGEST: Final = 5
"""No wait is longer than this many times its median, so that the tail stays in the quarter."""


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


class Life(Generic[CaseT]):
    """A case of one type, and a source of chance of its own."""

    def __init__(self, stage: Stage, name: str, case_id: UUID | None = None) -> None:
        """
        Begin a life; the same seed and *name* lead the same one.

        Args:
            stage: Where it is played.

            name: Its own, whatever else happens.

            case_id: The case, if another one has opened it.
        """
        self.stage = stage
        self.name = name
        self.chance = Random(f"{stage.seed}:{name}")  # noqa: S311 - chance, not a secret
        self.case_id = case_id or self.new_id()
        self._read: tuple[int, CaseT] | None = None

    @property
    def now(self) -> datetime:
        """The present."""
        return self.stage.engine.now()

    @property
    def today(self) -> date:
        """The local day."""
        return self.now.astimezone(ZoneInfo(self.stage.calendar.zone)).date()

    @property
    def case(self) -> CaseT:
        """The case as it stands."""
        if self._read is None or self._read[0] != self.stage.turn:
            case = cast("CaseT", self.stage.engine.case(self.case_id))
            self._read = (self.stage.turn, case)
        return self._read[1]

    @property
    def state(self) -> str:
        """Where the case stands."""
        return self.case.state or ""

    @property
    def unit(self) -> str:
        """The unit that answers for it."""
        return self.case.unit or ""

    def do(
        self, command: type[Command], by: Actor, *, at: datetime | None = None, **fields: Any
    ) -> Receipt:
        """Carry out *command* on the case."""
        self.stage.turn += 1
        asked = command.model_validate({"case_id": self.case_id, **fields})
        return self.stage.engine.submit(asked, by=by, at=at)

    def happens(self, likelihood: float) -> bool:
        """Draw whether something happens."""
        return self.chance.random() < likelihood

    def somebody(self) -> dict[str, str]:
        """Draw how a person who comes with something is called and reached."""
        return {
            "name": f"{self.chance.choice(SURNAMES)}{self.chance.choice(('先生', '女士'))}",
            "phone": f"139{self.chance.randrange(10**8):08d}",
        }

    def new_subject(self) -> str:
        """Draw the id of a person."""
        return f"citizen-{self.chance.randrange(10**6):06d}"

    def new_id(self) -> UUID:
        """Make an id for a case, as `values.new_case_id` does, of simulated time and drawn bits."""
        milliseconds = int(self.now.timestamp() * 1000)
        bits = (milliseconds << 80) | self.chance.getrandbits(80)
        bits = (bits & ~(0xF << 76)) | (7 << 76)
        bits = (bits & ~(0x3 << 62)) | (2 << 62)
        return UUID(int=bits)

    def span(self, median_hours: float, spread: float = 0.5) -> timedelta:
        """Draw a time that is log-normal about *median_hours*."""
        hours = self.chance.lognormvariate(log(median_hours), spread)
        # Whole seconds: nobody writes down more.
        return timedelta(seconds=round(min(hours, LONGEST * median_hours) * 3600))

    def by_day(self, wait: timedelta) -> timedelta:
        """Lengthen *wait* so that it ends in office hours, of whatever day."""
        end = (self.now + wait).astimezone(ZoneInfo(self.stage.calendar.zone))
        if end.time() >= CLOSES:
            end = _morning_of(end + timedelta(days=1), self.chance)
        elif end.time() < OPENS:
            end = _morning_of(end, self.chance)
        return end - self.now

    def at_work(self, wait: timedelta) -> timedelta:
        """Lengthen *wait* so that it ends in office hours of a working day."""
        zone = ZoneInfo(self.stage.calendar.zone)
        end = (self.now + self.by_day(wait)).astimezone(zone)
        while not self.stage.calendar.is_working(end.date()):
            end = _morning_of(end + timedelta(days=1), self.chance)
        return end - self.now

    def tomorrow(self) -> timedelta:
        """Give the wait until some hour of the next day."""
        zone = ZoneInfo(self.stage.calendar.zone)
        day = self.now.astimezone(zone) + timedelta(days=1)
        return _morning_of(day, self.chance, hours=10) - self.now

    def past_due(self, clock: str) -> timedelta | None:
        """Give the wait until a clock of the case has come, None where it does not run."""
        state = self.case.clock(clock)
        if state is None or state.status != "running" or state.due_at is None:
            return None
        return max(state.due_at - self.now, timedelta()) + timedelta(minutes=1)


def _morning_of(day: datetime, chance: Random, hours: int = 3) -> datetime:
    seconds = chance.randrange(hours * 3600)
    return day.replace(hour=OPENS.hour, minute=0, second=0, microsecond=0) + timedelta(
        seconds=seconds
    )
