"""How much room words take, as far as one can tell without the font: rather more than less."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from unicodedata import east_asian_width

from zhili.pages.chart.svg import SIZE

__all__ = ["rows_of", "shortened", "width_of"]

NARROW: Final = frozenset("ijlrtfI.,:;'|!·()[] /-")
WIDE: Final = frozenset("mwMWGOQCDHNUABKRVXY%@&≥≤—…")


def width_of(words: str) -> float:
    """Give the width of *words* in the units of a picture."""
    return SIZE * sum(map(_em, words))


def _em(character: str) -> float:
    if east_asian_width(character) in "WF":
        return 1.0
    if character in NARROW:
        return 0.4
    return 0.9 if character in WIDE else 0.65


def shortened(words: str, room: float) -> str:
    """Give *words* as far as they fit into *room*, with … for the rest; nothing if nothing fits."""
    if width_of(words) <= room:
        return words
    kept = words
    while kept and width_of(kept) + width_of("…") > room:
        kept = kept[:-1]
    return f"{kept.rstrip()}…" if kept else ""


def rows_of(widths: Sequence[float], room: float) -> list[list[int]]:
    """Put things of these *widths* into rows that have *room*: the numbers of those in each."""
    rows: list[list[int]] = []
    used = room
    for place, width in enumerate(widths):
        if not rows or used + width > room:
            rows.append([])
            used = 0.0
        rows[-1].append(place)
        used += width
    return rows
