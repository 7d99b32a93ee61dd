"""A reaction: which event it answers, and with which commands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from zhili.aggregates import Case
    from zhili.commands.command import Command
    from zhili.policies.rules import Rules

__all__ = ["Reaction", "by_topic"]


class Reaction(NamedTuple):
    """
    What follows from one event.

    `follow(event, case, rules)` gives commands; they are carried out in the transaction of the
    event, by the system's actor, with the event as their cause.
    """

    topic: str
    follow: Callable[[Any, Case, Rules], Iterable[Command]]


def by_topic(reactions: Iterable[Reaction]) -> dict[str, tuple[Reaction, ...]]:
    """Sort *reactions* by the topic of the event that they answer."""
    sorted_: dict[str, tuple[Reaction, ...]] = {}
    for reaction in reactions:
        sorted_[reaction.topic] = (*sorted_.get(reaction.topic, ()), reaction)
    return sorted_
