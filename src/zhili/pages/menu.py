"""The ways from every page to the others: each page module names its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from zhili.values import Actor
from zhili.workflows import Label

__all__ = ["Entry", "everybody", "for_staff"]

Shown = Callable[[Actor | None], bool]
"""Whether somebody sees an entry."""

CITIZENS = frozenset({"complainant", "resident", "volunteer"})
"""Roles of those who bring matters in, and do not work on them."""


def everybody(_actor: Actor | None) -> bool:
    """Show it to all."""
    return True


def for_staff(actor: Actor | None) -> bool:
    """Show it to those who work on cases."""
    return actor is not None and actor.role not in CITIZENS


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One entry of the menu and of the front page.

    Args:
        path: Where it leads.

        label: How it is called.

        about: What one finds there, in a sentence.

        shown: To whom it is shown.

        rank: Its place; small numbers come first.
    """

    path: str
    label: Label
    about: Label
    shown: Shown = everybody
    rank: int = 50
