"""Late entry 补录: how far back, and by whom, something may be entered that happened earlier."""

from typing import Annotated, ClassVar

from pydantic import Field

from zhili.policies.policy import Policy
from zhili.values import Role

__all__ = ["LateEntry"]


class LateEntry(Policy):
    """The hours by which `occurred_at` may lie back for `roles`; for all others, none (§13, 9)."""

    name: ClassVar[str] = "late_entry"

    hours_max: Annotated[int, Field(ge=0, le=24 * 366)] = 24
    roles: tuple[Role, ...] = (
        Role("unit_operator"),
        Role("callback_agent"),
        Role("intake_agent"),
        Role("community"),
    )
