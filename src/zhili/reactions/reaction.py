"""A reaction: which event it answers, and with which commands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from zhili.aggregates import Case
    from zhili.commands.command import Command
    from zhili.policies.rules import Rules

__all__ = ["Reaction"]


class Reaction(NamedTuple):
    """
    What follows from one event.

    `follow(event, case, rules)` gives commands; they are carried out in the transaction of the
    event, by the system's actor, with the event as their cause.
    """

    topic: str
    follow: Callable[[Any, Case, Rules], Iterable[Command]]
