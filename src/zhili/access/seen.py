"""What somebody is shown of a case: every personal field with its shade."""

from __future__ import annotations

from typing import Literal

from zhili.projections.listing import ListedCase
from zhili.values import Instant, Value
from zhili.workflows import Label

__all__ = ["SeenCase", "SeenField", "SeenPart", "Shade"]

Shade = Literal["open", "masked", "hidden"]
"""How a personal field is shown: as it is, masked, or not at all."""


class SeenField(Value):
    """
    One personal field of a case, as somebody sees it.

    `field` is its name in the event of `version`; `text` what is shown of it, None where it is
    hidden. `may_read` says whether it may be read unmasked with a purpose.
    """

    field: str
    label: Label
    version: int
    shade: Shade
    text: str | None
    may_read: bool = False


class SeenPart(Value):
    """An entity inside the case: a co-handler, a summoned unit; the votes of people are not."""

    kind: str
    id: str
    state: str
    state_label: Label
    unit: str | None
    role: str | None
    due_at: Instant | None
    since: Instant
    arrived_at: Instant | None
    done_at: Instant | None
    on_time: bool | None
    missed: bool
    points: int | None


class SeenCase(ListedCase):
    """
    One case as somebody sees it.

    `subject` is None unless they may know whose it is. `contact_through_centre` says that nobody
    but the centre speaks with whoever reported it (level 3); `level` is its confidentiality.
    """

    state_label: Label
    parts: tuple[SeenPart, ...]
    personal: tuple[SeenField, ...]
    level: int
    contact_through_centre: bool
