"""
A kit for testing case types, the library's and a host's own.

Scenarios read as sentences and run on real decisions in memory:

>>> from zhili import Complaint
>>> from zhili.errors import GuardRefusedError
>>> from zhili.testing import actor, controls, given, path_to
>>> stranger = actor("unit_operator", "110106001")
>>> refusal = (
...     given(Complaint, *path_to("dispatched"))
...     .when(controls.SIGN, by=stranger)
...     .then_refused(GuardRefusedError, guard="actor_belongs_to_unit")
... )

*Controls* (`zhili.testing.controls`) are good examples of every command of a complaint; a host
writes its own with `Control`. `path_to` leads to a state. `VirtualClock` is a present for
`Engine.open(url, clock=…)`. `Coverage` tells which rows and guards were never tried.
"""

from zhili.testing import controls
from zhili.testing.clock import START, VirtualClock
from zhili.testing.control import CASE, OTHER_CASE, Control, actor
from zhili.testing.coverage import Coverage
from zhili.testing.paths import path_to
from zhili.testing.scenario import Given, Outcome, When, given
from zhili.testing.world import TICK, Taken, World

__all__ = [
    "CASE",
    "OTHER_CASE",
    "START",
    "TICK",
    "Control",
    "Coverage",
    "Given",
    "Outcome",
    "Taken",
    "VirtualClock",
    "When",
    "World",
    "actor",
    "controls",
    "given",
    "path_to",
]
