"""SVG as text: elements, escaped; a picture with the words that stand for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from html import escape
from math import isfinite
from typing import Final

__all__ = [
    "HEIGHT_LINE", "SIZE", "WIDTH", "Heading", "Number", "Picture", "Writing", "element", "group",
    "line", "picture", "text",
]  # fmt: skip

WIDTH: Final = 320
"""Units across every picture: as wide as a phone, so that text keeps its size there."""

SIZE: Final = 13
"""The size of letters, in the same units."""

HEIGHT_LINE: Final = 18
"""From one line of text to the next."""

COORDINATE_MAX: Final = 1e6

ILLEGIBLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 cannot hold (§2.2), and the carriage return, which it would not keep."""

Number = int | Decimal | Fraction
"""What is drawn: exact until it becomes a place in the picture."""


@dataclass(frozen=True, slots=True)
class Heading:
    """
    What a picture is called.

    `name` is its own on the page: ids are made from it. `title` says what it shows, `about` what is
    to be seen in it, for those who do not see it; `empty` is said where there is nothing to draw.
    """

    name: str
    title: str
    about: str
    empty: str


@dataclass(frozen=True, slots=True)
class Writing:
    """How a picture writes a number, a count, and that something begins at a number."""

    number: Callable[[Fraction], str]
    count: Callable[[int], str] = "{:,}".format
    beyond: Callable[[Fraction], str] = "≥ {}".format


@dataclass(frozen=True, slots=True)
class Picture:
    """An SVG element, ready to stand in a page: templates take it as it is."""

    svg: str

    def __html__(self) -> str:
        """Give the element to a template that escapes everything else."""
        return self.svg


def element(name: str, *inside: str, **attributes: str | float | None) -> str:
    """
    Give an element as text.

    Args:
        name: Its name.

        inside: What stands in it: elements, or text that is escaped already.

        attributes: By their names, `_` for `-`, `class_` for `class`; None leaves one out.
    """
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    whole = "".join(inside)
    return f"<{name}{said}>{whole}</{name}>" if whole else f"<{name}{said}/>"


def text(words: str, x: float, y: float, class_: str | None = None, anchor: str = "start") -> str:
    """Give one line of words with its baseline at *y*, escaped."""
    where = None if anchor == "start" else anchor
    return element(
        "text", escape(_legible(words)), x=x, y=y, font_size=SIZE, text_anchor=where, class_=class_
    )


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> str:
    """Give a straight line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def group(inside: Iterable[str], title: str | None = None) -> str:
    """Give several elements as one; *title* is what a pointer that rests on them is told."""
    told = element("title", escape(_legible(title))) if title else ""
    return element("g", told, *inside)


def picture(heading: Heading, height: float, inside: Iterable[str], class_: str) -> Picture:
    """Give the whole picture: named, described, and scaled to the place that it gets."""
    title, about = f"{heading.name}-title", f"{heading.name}-about"
    return Picture(
        element(
            "svg",
            element("title", escape(_legible(heading.title)), id=title),
            element("desc", escape(_legible(heading.about)), id=about),
            *inside,
            viewBox=f"0 0 {WIDTH} {_value(height)}",
            class_=f"chart chart-{class_}",
            role="img",
            aria_labelledby=f"{title} {about}",
        )
    )


def _value(value: str | float) -> str:
    if isinstance(value, str):
        return escape(_legible(value))
    assert isfinite(value), "every place in a picture is somewhere"
    assert abs(value) <= COORDINATE_MAX, "a place in a picture is in it"
    return f"{round(value, 2):g}" if abs(value) < 1000 else f"{value:.0f}"  # noqa: PLR2004 - :g would write 1e+03


def _legible(words: str) -> str:
    """Leave out what no XML may hold: control characters, and halves of characters."""
    return ILLEGIBLE.sub("", words)
