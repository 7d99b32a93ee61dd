"""The rules of the whistle-call as a document: what it holds, and what it refuses to be."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pydantic import ValidationError

from zhili.errors import PolicyRefusedError
from zhili.policies.whistle import PRESETS, WhistleRules, harbin_xiangfang, nanjing_gulou, pinggu


@pytest.mark.parametrize("name", PRESETS)
def test_the_rules_of_a_city_survive_json(name: str) -> None:
    """What is published is what is read."""
    rules = PRESETS[name]()
    assert WhistleRules.model_validate_json(rules.model_dump_json()) == rules


def test_the_kinds_of_each_city() -> None:
    """As their sources name them (§4.2)."""
    usual = ["ENFORCEMENT", "KEY_WORK", "EMERGENCY"]
    assert [kind.code for kind in WhistleRules().kinds] == usual
    assert [kind.code for kind in pinggu().kinds] == usual
    assert [kind.code for kind in nanjing_gulou().kinds] == ["PROGRESS", "HARD"]
    assert [kind.code for kind in harbin_xiangfang().kinds] == ["QUICK", *usual]


@pytest.mark.parametrize(
    ("kind", "limits"),
    [
        ("ENFORCEMENT", {"sign": "1 hour", "report_in": "1 day", "assign": "2 working days"}),
        (
            "KEY_WORK",
            {
                "sign": "1 hour",
                "contact": "24 hours",
                "report_in": "3 working days",
                "assign": "2 working days",
                "handle": "10 working days",
            },
        ),
        ("EMERGENCY", {"report_in": "30 minutes", "confirmation": "24 hours"}),
    ],
)
def test_the_limits_of_a_kind_bear_the_names_of_the_clocks(
    kind: str, limits: dict[str, str]
) -> None:
    """What a kind sets no limit for has no clock (§4.2)."""
    found = WhistleRules().kind(kind)
    names = ("sign", "contact", "report_in", "assign", "handle", "confirmation")
    said = {name: str(getattr(found, name)) for name in names if getattr(found, name)}
    assert said == limits


def test_an_unknown_kind_is_answered_with_the_known_ones() -> None:
    """Whoever mistypes one reads which there are."""
    with pytest.raises(PolicyRefusedError, match="ENFORCEMENT, KEY_WORK, EMERGENCY"):
        WhistleRules().kind("ENFORCMENT")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"kinds": WhistleRules().kinds * 2}, "kinds names 'EMERGENCY' more than once"),
        ({"dimensions": ("a", "b", "a")}, "dimensions names 'a' more than once"),
        ({"grounds": ()}, "at least 1 item"),
        ({"points_min": 5}, "points_min must be less than points_max"),
        ({"rate_low": Decimal("0.2")}, "rate_low must be less than rate_high"),
        ({"blower_levels": ("galaxy",)}, "blower_levels"),
    ],
)
def test_rules_that_contradict_themselves_are_refused(fields: dict[str, object], said: str) -> None:
    """A document checks itself before it is published."""
    with pytest.raises(ValidationError, match=said):
        WhistleRules.model_validate(fields)
