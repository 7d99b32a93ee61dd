"""Every kind of fault is planted; the audit finds each, names its place, and finds no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from tests.audit import byte_faults, chain_faults, effect_faults, register_faults, step_faults
from tests.audit.fault import FAULTS, Fault, audited
from zhili import Engine
from zhili.audit import FINDINGS, REMARKS

if TYPE_CHECKING:
    from pathlib import Path

    from zhili.aggregates import CaseEvent

MODULES = (byte_faults, chain_faults, effect_faults, register_faults, step_faults)
"""Imported for the faults that they declare."""


def test_the_store_itself_is_clean(path: Path) -> None:
    """Otherwise everything would be found everywhere."""
    report = audited(path)
    assert report.findings == ()
    assert report.counts == {"effect": 14, "flag": 1, "late-entry": 1, "provisional-deadline": 3}


def test_every_effect_is_shown_with_its_cause(path: Path) -> None:
    """Each event that follows from another is named together with it, in the order of the log."""
    shown = [remark for remark in audited(path).remarks if remark.code == "effect"]
    with Engine.open(f"sqlite:///{path}", create=False) as engine:
        followed = [
            (event.originator_id, event.originator_version, event.cause)
            for row in engine.store.log()
            if (event := cast("CaseEvent", engine.mapper.to_domain_event(row.stored))).cause
        ]
    assert len(followed) == len(shown)
    told = {(remark.case_id, remark.version): remark.detail for remark in shown}
    for case_id, version, cause in followed:
        assert cause is not None
        assert told[str(case_id), version].endswith(f"event {cause.version} of {cause.case_id}")


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_it_is_found_where_it_is(path: Path, fault: Fault) -> None:
    """With links, head and register mended where that is possible: the rule itself finds it."""
    fault.check(path)


def test_everything_that_can_be_found_is_found() -> None:
    """Each code of the report has a fault of its own."""
    codes = {fault.code for fault in FAULTS} | {"effect"}  # which is no fault
    assert codes == FINDINGS.keys() | REMARKS.keys()
