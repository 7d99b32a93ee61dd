"""The policy that says who may see what."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from zhili.policies.visibility import EVERYTHING, NOTHING, LevelRule, View, Visibility
from zhili.values import Role
from zhili.workflows import role

POLICY = Visibility()


def test_a_role_that_nobody_has_named_sees_nothing() -> None:
    """Nor does who has no role at all."""
    for stranger in (Role("mayor's cousin"), role.SYSTEM, role.IMPORTER, None):
        assert POLICY.view(stranger) == NOTHING
    assert (NOTHING.scope, NOTHING.masked, NOTHING.readable) == ("none", (), ())
    assert (NOTHING.figures, NOTHING.access_log) == ("none", False)


def test_every_role_that_may_act_on_cases_is_named() -> None:
    """The constants of the field, apart from those who bring in cases and act by themselves."""
    named = {getattr(role, name) for name in role.__all__} - {role.SYSTEM, role.IMPORTER}
    assert {view.role for view in POLICY.views} == named


def test_only_the_inspector_reads_the_access_log() -> None:
    """And sees everything, at every level."""
    (inspector,) = (view for view in POLICY.views if view.access_log)
    assert inspector.role == role.INSPECTOR
    assert (inspector.scope, inspector.limited) == ("all", False)
    assert inspector.masked == inspector.readable == EVERYTHING


def test_the_levels_hold_from_their_number_upwards() -> None:
    """A case of level 3 has what levels 1 and 2 keep back as well."""
    assert [len(POLICY.rules_at(level)) for level in range(4)] == [0, 1, 2, 3]


def test_nobody_reads_what_they_are_not_shown() -> None:
    """What may be read must be shown masked before."""
    with pytest.raises(ValidationError, match="not shown it"):
        View(role=role.COMMUNITY, scope="unit", masked=("name",), readable=("contact",))


def test_who_sees_no_case_is_shown_nothing_of_one() -> None:
    """A mistake in the policy is found when it is published."""
    with pytest.raises(ValidationError, match="sees no case"):
        View(role=role.COMMUNITY, scope="public", masked=("name",))


def test_a_role_is_named_once() -> None:
    """Two views of one role would contradict each other."""
    twice = (View(role=role.COMMUNITY), View(role=role.COMMUNITY, scope="unit"))
    with pytest.raises(ValidationError, match="more than once"):
        Visibility(views=twice)


def test_a_level_lies_between_0_and_3() -> None:
    """A state secret never enters the system (§8)."""
    with pytest.raises(ValidationError):
        LevelRule(level=4)
