"""The reference page of the policies: each document, its defaults, and the limits of cities."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from docs.pages.fields import alias_rows, fields, referred
from docs.pages.markdown import code, page, prose, sentence, table
from docs.pages.source import constants
from zhili.policies import POLICIES, Policy, procedure
from zhili.policies.presets import PRESETS

if TYPE_CHECKING:
    from zhili.values import Value

ABOUT: Final = """
A policy is a document that is published into the log; events name the version they used
([how to publish](../how-to/publish-policies.md)). `zhili policy show NAME` prints the one in force.
"""


def render() -> str:
    """Give the page."""
    return page(
        "Policies 制度",
        prose(ABOUT),
        *(_document(policy) for policy in POLICIES.values()),
        ["## What documents are made of"],
        *(_value(one) for one in referred(list(POLICIES.values()))),
        ["## Named types", "", *table(("Type", "What it is", "Limits"), alias_rows())],
        _presets(),
        ["## Codes of the procedure", "", "The lists that `procedure` holds by default."],
        *_codes(),
    )


def _document(policy: type[Policy]) -> Iterator[str]:
    yield f"## {code(policy.name)}: {code(policy.__name__)}"
    yield ""
    yield from _body(policy)


def _value(model: type[Value]) -> Iterator[str]:
    yield f"### {code(model.__name__)}"
    yield ""
    yield from _body(model)


def _body(model: type[Value]) -> Iterator[str]:
    yield from prose(model.__doc__)
    yield from fields(model)


def _presets() -> Iterator[str]:
    """Give the time limits of the cities side by side."""
    limits = {name: _limits(name) for name in PRESETS}
    keys = dict.fromkeys(key for of in limits.values() for key in of)
    yield "## Time limits of cities"
    yield ""
    for name, preset in PRESETS.items():
        said = sentence(preset.__doc__).removeprefix("Give the limits")
        yield f"- {code(name)}: {preset().city}. The limits{said}"
    yield ""
    yield "The most specific row wins: category before grade, grade before kind."
    yield ""
    clocks = list(dict.fromkeys(clock for clock, _, _ in keys))
    rows = (
        (code(key[0]), key[1], key[2], *(of.get(key, "") for of in limits.values()))
        for key in sorted(keys, key=lambda key: clocks.index(key[0]))
    )
    yield from table(("Clock", "Kind", "Grade", *PRESETS), rows)


def _limits(preset: str) -> dict[tuple[str, str, str], str]:
    return {
        (row.clock, row.kind or "", row.grade or ""): str(row.limit)
        for row in PRESETS[preset]().rows
    }


def _codes() -> Iterator[list[str]]:
    for name, said in constants(procedure).items():
        meanings: dict[str, str] = getattr(procedure, name)
        rows = ((code(one), meaning) for one, meaning in meanings.items())
        yield [f"### {code(name.lower())}", "", said, "", *table(("Code", "Meaning"), rows)]
