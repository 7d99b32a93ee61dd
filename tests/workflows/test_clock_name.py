"""What clocks are called in front of people: every one of every table, and no other."""

from __future__ import annotations

import re

from zhili import CASE_TYPES
from zhili.workflows.clock_name import CLOCKS, clock_label


def test_every_clock_has_a_name_in_both_languages() -> None:
    """Nobody meets a clock by its name in the code, and no name is left over."""
    tables = [
        table for kind in CASE_TYPES for table in (kind.workflow, *kind.workflow.parts.values())
    ]
    names = {clock.name for table in tables for clock in table.clocks}
    assert names == CLOCKS.keys()
    for label in CLOCKS.values():
        assert re.fullmatch(r"[a-z -]+", label.en)
        assert re.fullmatch(r"[\u4e00-\u9fff]+", label.zh)


def test_a_clock_of_an_entity_is_called_as_its_kind_is() -> None:
    """Whose it is stands beside it; one of a host's own says itself."""
    assert clock_label("report_in:110105001").zh == "报到"
    assert clock_label("second_look").en == "second look"
