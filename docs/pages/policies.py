"""The reference page of the policies: each document, its defaults, and the rules of cities."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from docs.pages.fields import alias_rows, fields, referred
from docs.pages.markdown import code, codes, page, prose, sentence, table
from docs.pages.source import constants
from zhili.policies import POLICIES, Policy, branch_call, hazard, procedure, wall, whistle
from zhili.policies.presets import PRESETS

if TYPE_CHECKING:
    from types import ModuleType

    from zhili.values import Value

ABOUT: Final = """
A policy is a document that is published into the log; events name the version they used
([how to publish](../how-to/publish-policies.md)). `zhili policy show NAME` prints the one in force.
"""

MODULES: Final = (procedure, whistle, wall, hazard, branch_call)
"""The modules of documents that hold lists of codes."""


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
        _whistles(),
        _hazards(),
        *(part for module in MODULES for part in _codes(module)),
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


def _whistles() -> Iterator[str]:
    """Give the kinds of whistle of every city, those of the default document first."""
    yield "## Kinds of whistle"
    yield ""
    yield f"- {code('default')}: the document that a new store starts with."
    for name, preset in whistle.PRESETS.items():
        yield f"- {code(name)}: {sentence(preset.__doc__).removeprefix('Give ')}"
    yield ""
    yield "Who blows at once has nobody's approval, and confirms it in writing afterwards."
    yield ""
    cities = {"default": whistle.WhistleRules, **whistle.PRESETS}
    rows = [
        (
            code(city),
            code(kind.code),
            kind.name,
            codes(kind.blowers),
            *_limits_of(kind),
            _once(kind),
        )
        for city, rules in cities.items()
        for kind in rules().kinds
    ]
    clocks = (code(name) for name in WHISTLE_CLOCKS)
    yield from table(("City", "Kind", "Name", "Who may blow", *clocks, "At once"), rows)


def _hazards() -> Iterator[str]:
    """Give the kinds of hazard of the default document."""
    yield "## Kinds of hazard"
    yield ""
    yield "Those of the document that a new store starts with; a city publishes its own."
    yield ""
    kinds = hazard.HazardRules().kinds
    rows = ((code(one.code), one.name, "yes" if one.fixed_by_community else "") for one in kinds)
    yield from table(("Kind", "Name", "The community may fix it"), rows)


WHISTLE_CLOCKS: Final = ("sign", "contact", "report_in", "assign", "handle", "confirmation")


def _limits_of(kind: whistle.WhistleKind) -> Iterator[str]:
    for name in WHISTLE_CLOCKS:
        yield str(getattr(kind, name) or "")


def _once(kind: whistle.WhistleKind) -> str:
    return "yes" if kind.at_once else ""


def _codes(module: ModuleType) -> Iterator[list[str]]:
    """Give the lists of codes that the document of *module* holds by default."""
    lists = {name: said for name, said in constants(module).items() if _is_list(module, name)}
    if lists:
        policy = module.__name__.rpartition(".")[2]
        yield [f"## Codes of {code(policy)}", "", "The lists that it holds by default."]
    for name, said in lists.items():
        meanings: dict[str, str] = getattr(module, name)
        rows = ((code(one), meaning) for one, meaning in meanings.items())
        yield [f"### {code(name.lower())}", "", said, "", *table(("Code", "Meaning"), rows)]


def _is_list(module: ModuleType, name: str) -> bool:
    return isinstance(getattr(module, name), dict)
