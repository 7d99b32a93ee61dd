"""Under which rules: policies are versioned data, published into the log and named by events."""

from collections.abc import Mapping
from types import MappingProxyType

from zhili.policies.branch_call import BranchCallRules
from zhili.policies.calendar import Calendar, china
from zhili.policies.hazard import HazardRules
from zhili.policies.late_entry import LateEntry
from zhili.policies.organisation import Organisation
from zhili.policies.policy import Policy
from zhili.policies.presets import beijing
from zhili.policies.procedure import Procedure
from zhili.policies.routing import Routing
from zhili.policies.rules import Rules
from zhili.policies.time_limits import TimeLimits
from zhili.policies.visibility import Visibility
from zhili.policies.wall import WallProcedure
from zhili.policies.whistle import WhistleRules

__all__ = ["POLICIES", "Policy", "Rules", "defaults"]

POLICIES: Mapping[str, type[Policy]] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            Calendar,
            TimeLimits,
            Procedure,
            LateEntry,
            Organisation,
            Routing,
            WallProcedure,
            HazardRules,
            BranchCallRules,
            WhistleRules,
            Visibility,
        )
    }
)
"""Every policy document there is, by the name under which it is published."""


def defaults(zone: str) -> tuple[Policy, ...]:
    """Give the documents that a new store starts with, so that nothing has to be configured."""
    return (
        china(zone),
        beijing(),
        Procedure(),
        LateEntry(),
        Organisation(),
        Routing(),
        WallProcedure(),
        HazardRules(),
        BranchCallRules(),
        WhistleRules(),
        Visibility(),
    )
