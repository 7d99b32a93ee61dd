"""Every kind of fault is planted; the audit finds each, names its place, and finds no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.audit import byte_faults, chain_faults, effect_faults, register_faults, step_faults
from tests.audit.fault import FAULTS, Fault, audited
from zhili.audit import FINDINGS, REMARKS

if TYPE_CHECKING:
    from pathlib import Path

MODULES = (byte_faults, chain_faults, effect_faults, register_faults, step_faults)
"""Imported for the faults that they declare."""


def test_the_store_itself_is_clean(path: Path) -> None:
    """Otherwise everything would be found everywhere."""
    report = audited(path)
    assert report.findings == ()
    assert report.counts == {"flag": 1, "late-entry": 1, "provisional-deadline": 3}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_it_is_found_where_it_is(path: Path, fault: Fault) -> None:
    """With links, head and register mended where that is possible: the rule itself finds it."""
    fault.check(path)


def test_everything_that_can_be_found_is_found() -> None:
    """Each code of the report has a fault of its own."""
    assert {fault.code for fault in FAULTS} == FINDINGS.keys() | REMARKS.keys()
