"""The policies in force for one decision, in the versions that it names."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Self, TypeVar
from zoneinfo import ZoneInfo

from zhili.errors import PolicyRefusedError
from zhili.policies.branch_call import BranchCallRules
from zhili.policies.calendar import Calendar
from zhili.policies.hazard import HazardRules
from zhili.policies.late_entry import LateEntry
from zhili.policies.organisation import Organisation
from zhili.policies.policy import Policy
from zhili.policies.procedure import Procedure
from zhili.policies.routing import Routing
from zhili.policies.time_limits import TimeLimits
from zhili.policies.visibility import Visibility
from zhili.policies.wall import WallProcedure
from zhili.policies.whistle import WhistleRules

__all__ = ["Rules"]

Document = TypeVar("Document", bound=Policy)
DAY: Final = timedelta(days=1)


class Rules:
    """
    Policies by name, that remember which of them were asked.

    `used` gives name and version of those touched so far: what the event of the decision records.
    """

    def __init__(self, documents: Mapping[str, tuple[int, Policy]]) -> None:
        """Take each policy's name with its version and its document."""
        self._documents = documents
        self.used: dict[str, int] = {}

    def fork(self) -> Self:
        """Give the same documents for another decision, none of them used yet."""
        return type(self)(self._documents)

    def version(self, name: str) -> int:
        """Give the version of a policy, without counting it as used."""
        return self._entry(name)[0]

    @property
    def calendar(self) -> Calendar:
        """The working calendar 工作日历."""
        return self._take(Calendar)

    @property
    def time_limits(self) -> TimeLimits:
        """The time limits 办理时限."""
        return self._take(TimeLimits)

    @property
    def procedure(self) -> Procedure:
        """The procedure 办理规程."""
        return self._take(Procedure)

    @property
    def late_entry(self) -> LateEntry:
        """The rule on late entry 补录."""
        return self._take(LateEntry)

    @property
    def organisation(self) -> Organisation:
        """The organisation 组织机构."""
        return self._take(Organisation)

    @property
    def routing(self) -> Routing:
        """The routing catalogue 派单目录."""
        return self._take(Routing)

    @property
    def wall(self) -> WallProcedure:
        """The order of the wall 上墙规程."""
        return self._take(WallProcedure)

    @property
    def hazard(self) -> HazardRules:
        """The catalogue of hazards and their limits 隐患清单与时限."""
        return self._take(HazardRules)

    @property
    def branch_call(self) -> BranchCallRules:
        """The posts, excuses and limits of the branch's call 支部吹哨规程."""
        return self._take(BranchCallRules)

    @property
    def whistle(self) -> WhistleRules:
        """The rules of the whistle-call 吹哨报到规程."""
        return self._take(WhistleRules)

    @property
    def visibility(self) -> Visibility:
        """Who may see what 可见范围."""
        return self._take(Visibility)

    def day_of(self, instant: datetime) -> date:
        """Give the local day of *instant*, in the zone of the calendar."""
        return instant.astimezone(ZoneInfo(self.calendar.zone)).date()

    def begin_of(self, day: date) -> datetime:
        """Give the instant at which a local *day* begins."""
        return datetime.combine(day, time(), ZoneInfo(self.calendar.zone)).astimezone(UTC)

    def end_of(self, day: date) -> datetime:
        """Give the instant at which a local *day* ends, at 24:00 (CIVIL 203)."""
        return self.begin_of(day + DAY)

    def _take(self, kind: type[Document]) -> Document:
        version, document = self._entry(kind.name)
        if not isinstance(document, kind):
            message = (
                f"policy {kind.name!r} must be a {kind.__name__}, not a {type(document).__name__}"
            )
            raise PolicyRefusedError(message, policy=kind.name)
        self.used[kind.name] = version
        return document

    def _entry(self, name: str) -> tuple[int, Policy]:
        if name not in self._documents:
            known = ", ".join(sorted(self._documents)) or "none"
            message = f"policy {name!r} is not named by the event; it names: {known}"
            raise PolicyRefusedError(message, policy=name)
        return self._documents[name]
