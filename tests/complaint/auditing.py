"""What an auditor would say of an event that no command could have recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from zhili.errors import GuardRefusedError
from zhili.testing import Coverage
from zhili.workflows import check

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhili.testing import Taken


def auditor_refuses(
    taken: Taken,
    guard: str,
    *,
    event: Mapping[str, object] | None = None,
    case: Mapping[str, object] | None = None,
) -> None:
    """
    Demand that *taken* would not have been lawful with another event, or on another case.

    For what the engine never offers: a clock fires before anybody could be too late.
    """
    before = taken.before.copy()
    for name, value in (case or {}).items():
        assert hasattr(before, name)
        setattr(before, name, value)
    forged = taken.event.model_copy(update=dict(event or {}))
    with pytest.raises(GuardRefusedError) as refusal:
        check(before.workflow, before, forged, taken.rules)
    assert refusal.value.data["guard"] == guard
    Coverage.refused(before.workflow.name, guard)
