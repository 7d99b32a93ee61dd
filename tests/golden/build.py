"""
Build the golden log of a version: `python -m tests.golden.build`, once, when it is released.

A golden log is never built again: whatever comes later must read it as it is. It holds every
policy of the simulated district and as few of its cases as take every row of the table.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from zhili.demo import simulate
from zhili.store import GENESIS
from zhili.workflows import check

if TYPE_CHECKING:
    from zhili.aggregates import Case
    from zhili.engine import Engine
    from zhili.store.store import LogRow

HERE = Path(__file__).parent
LOG = HERE / "log-1.jsonl"
KIN = ("main", "duplicate", "earlier", "whistle", "target", "item", "origin", "duplicate_of")


class Taken(NamedTuple):
    """What one case brings: the rows it takes, and the cases it cannot be without."""

    rows: frozenset[int]
    kin: frozenset[str]


def taken_by(engine: Engine, case_id: UUID) -> Taken:
    """Find the rows that a case takes, and the cases that it names."""
    case: Case | None = None
    rows: set[int] = set()
    kin: set[str] = set()
    for event in engine.history(case_id):
        stands = case if case is not None else event.case_class.blank(case_id)
        verdict = check(stands.workflow, stands, event, engine.book.named(event.rules))
        rows |= {id(step) for step in (verdict.step, verdict.part) if step is not None}
        kin |= {str(getattr(event, name)) for name in KIN if getattr(event, name, None)}
        kin |= {str(event.cause.case_id)} if event.cause else set()
        case = event.mutate(case)
    return Taken(frozenset(rows), frozenset(kin - {str(case_id)}))


def chosen(engine: Engine) -> set[str]:
    """Choose cases that together take every row, the most telling first, and their kin."""
    ids = [str(row[0]) for row in engine.store.rows("SELECT case_id FROM cases ORDER BY 1", {})]
    found = {case_id: taken_by(engine, UUID(case_id)) for case_id in ids}
    missing = set().union(*(taken.rows for taken in found.values()))
    cases: set[str] = set()
    while missing:
        best = max(ids, key=lambda case_id: len(found[case_id].rows & missing))
        waiting = {best}
        while waiting:
            case_id = waiting.pop()
            cases.add(case_id)
            missing -= found[case_id].rows
            waiting |= (found[case_id].kin & found.keys()) - cases
    return cases


def linked(rows: list[LogRow]) -> list[str]:
    """Give the rows as lines, with positions and links of their own."""
    lines, link = [], GENESIS
    for position, row in enumerate(rows, start=1):
        following = row.link_after(link)
        assert following is not None
        link = following
        lines.append(
            json.dumps(
                {
                    "position": position,
                    "case_id": row.case_id,
                    "version": row.version,
                    "topic": row.topic,
                    "state": bytes(row.state).decode(),
                    "link": link.hex(),
                },
                ensure_ascii=False,
            )
        )
    return lines


def main() -> None:
    """Write the log, and beside it what an audit of it says."""
    engine = simulate().engine
    cases = chosen(engine)
    rows = [
        row for row in engine.store.log() if row.case_id in cases or row.topic == "policy.published"
    ]
    LOG.write_text("\n".join(linked(rows)) + "\n", encoding="utf-8")
    print(f"{LOG.name}: {len(rows)} events of {len(cases)} cases")


if __name__ == "__main__":
    main()
