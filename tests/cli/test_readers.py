"""`zhili readers`: who has read a case, on the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.cli.conftest import DISPATCHED, OPERATOR
from zhili import Actor, Engine, role

if TYPE_CHECKING:
    from tests.cli.conftest import Run

INSPECTOR = Actor(id="inspection-01", role=role.INSPECTOR)


def test_who_has_read_a_case_is_printed(run: Run, store: str) -> None:
    """By its number, in both languages and as JSON; the audit prints the head of the chain."""
    with Engine.open(store) as engine:
        number = engine.case(DISPATCHED).number
        engine.read_personal(
            DISPATCHED, fields=["content"], by=OPERATOR, purpose="to find the place"
        )
        engine.read_personal(DISPATCHED, fields=["content"], by=INSPECTOR, purpose="to look at it")
        head = engine.access_head()
    told = run("readers", number, "--store", store).stdout
    assert told.index("inspection-01") < told.index("street-operator")
    assert "to find the place" in told
    assert "用途" in run("readers", number, "--store", store, "--language", "zh").stdout
    found = json.loads(run("readers", number, "--store", store, "--format", "json").stdout)
    assert [one["position"] for one in found["items"]] == [2, 1]
    by_one = run("readers", "--actor", OPERATOR.id, "--store", store, "--format", "json")
    assert [one["position"] for one in json.loads(by_one.stdout)["items"]] == [1]
    audited = run("audit", "--store", store).stdout
    assert f"Access log 查阅记录: 2 readings 2次查阅, 2 {head.link.hex()}\n" in audited


def test_readers_of_nothing_are_not_asked_for(run: Run, store: str) -> None:
    """Name a case, a person or a reader."""
    result = run("readers", "--store", store)
    assert result.exit_code == 2
    assert "name the case" in result.stderr
