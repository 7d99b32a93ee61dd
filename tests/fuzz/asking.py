"""What is asked for: commands read from JSON, and orders that an engine carries out."""

from __future__ import annotations

import json
from contextlib import contextmanager, nullcontext
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from pydantic import TypeAdapter

from tests.engine.sample import Life, assert_sound
from tests.fuzz.reading import POLICY_DOCUMENTS, WORDS
from tests.fuzz.target import Target
from zhili import Actor, Complaint
from zhili.commands.policy import Publish, policy_id
from zhili.errors import InputError
from zhili.testing import Control, actor, controls, path_to
from zhili.values import SYSTEM
from zhili.workflows.complaint import COMPLAINT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fuzz.target import Feed
    from zhili.commands.command import Command

__all__ = ["COMMANDS", "ORDERS"]

KINDS: Final = {kind.verb: kind for kind in (*Complaint.commands, Publish)}
GOOD: Final = tuple(
    control
    for name in sorted(vars(controls))
    if isinstance(control := getattr(controls, name), Control) and control.by.role != SYSTEM
)
"""A good example of every command that somebody may give."""

LIVES: Final = (
    "registered", "accepted", "dispatched", "disputed", "signed", "handling", "escalated",
    "ledgered", "replied", "callback", "rework", "closed", "archived", "consulting",
)  # fmt: skip
"""The states in which there is a case, in this order."""

ORDERS_OF_A_STORE: Final = 100
_AT: Final = TypeAdapter(datetime | None)
FAR_AWAY: Final = UUID(int=(7 << 76) | (2 << 62) | 999)


def _case(state: str) -> UUID:
    return UUID(int=(7 << 76) | (2 << 62) | (LIVES.index(state) + 1))


def _order(control: Control, case_id: UUID, **more: Any) -> bytes:
    command = control.on(case_id).build(_NOW).model_dump(mode="json", exclude_defaults=True)
    by = control.by.model_dump(mode="json")
    told = {"ask": control.command.verb, "command": command, "by": by, **more}
    return json.dumps(told, ensure_ascii=False).encode()


_NOW: Final = controls.START + timedelta(days=40)


def _good_orders() -> Iterator[bytes]:
    """Give each good example, once for each state from which the table has it."""
    for control in GOOD:
        rows = [row for row in COMPLAINT.steps if row.command == control.command.verb]
        for state in LIVES:
            if any(state in row.sources for row in rows):
                yield _order(control, _case(state))
        if any(None in row.sources for row in rows):
            yield _order(control, FAR_AWAY)
    yield _order(controls.APPEND_FACTS, _case("signed"), key="again", expect=3)
    yield _order(controls.APPEND_FACTS, _case("signed"), at="2026-04-11T00:00:00Z")


def _publishings() -> Iterator[bytes]:
    for seed in POLICY_DOCUMENTS.seeds:
        told = json.loads(seed)
        command = {"case_id": str(policy_id(told["policy"])), **told}
        by = actor("administrator").model_dump(mode="json")
        yield json.dumps({"ask": "publish", "command": command, "by": by}).encode()


def _read(data: bytes) -> tuple[Command, dict[str, Any]]:
    """
    Read an order.

    Raises:
        InputError: If it is none.
        ValidationError: If the command cannot be read.
    """
    try:
        told = json.loads(data)
        kind, given = KINDS[told["ask"]], told["command"]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise InputError(str(error)) from error
    return kind.model_validate(given), told


def _command(data: bytes) -> None:
    """Read a command, and find it unchanged when it is written and read again."""
    command, _ = _read(data)
    if isinstance(command, Publish):
        return  # its document may hold what JSON has no form for; `submit` finds that out
    assert type(command).model_validate_json(command.model_dump_json()) == command


_SEEDS: Final = (*_good_orders(), *_publishings())
_WORDS: Final = (
    *WORDS, *(verb.encode() for verb in KINDS), *(str(_case(s)).encode() for s in LIVES),
    *(row.encode() for row in sorted(r for s in COMPLAINT.steps for r in s.roles)),
    b'"key":"again"', b'"expect":4', b'"at":"2026-04-11T00:00:00Z"', b"110105001", b"citizen-1",
)  # fmt: skip

COMMANDS: Final = Target(
    open=lambda _: nullcontext(_command), seeds=_SEEDS, words=_WORDS, count=25_000
)


@contextmanager
def _orders(_: Path) -> Iterator[Feed]:
    """Keep an engine with a case in every state; begin anew after some hundred orders."""
    life = _lived()
    given = 0

    def feed(data: bytes) -> None:
        nonlocal life, given
        given += 1
        if given % ORDERS_OF_A_STORE == 0:
            assert_sound(life.engine)
            life.close()
            life = _lived()
        _give(life, data)

    yield feed
    assert_sound(life.engine)
    life.close()


def _lived() -> Life:
    life = Life("memory:")
    for state in LIVES:
        life.clock.set(controls.START)
        for step in path_to(state):
            life.live(step.on(_case(state)) if isinstance(step, Control) else step)
    life.clock.set(max(life.clock(), _NOW))
    return life


def _give(life: Life, data: bytes) -> None:
    command, told = _read(data)
    by = Actor.model_validate(told.get("by"))
    how: dict[str, Any] = {name: told[name] for name in ("key", "expect") if name in told}
    how["at"] = _AT.validate_python(told.get("at"))
    before = life.engine.head()
    recorded = False
    life.clock.advance(minutes=1)
    try:
        receipt = life.engine.submit(command, by=by, **how)
        recorded = not receipt.repeated
    finally:
        assert (life.engine.head() != before) is recorded


ORDERS: Final = Target(open=_orders, seeds=_SEEDS, words=_WORDS, count=5_000)
