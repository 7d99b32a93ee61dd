"""Pictures: well-formed, within their bounds whatever the data, and as they have been looked at."""

from __future__ import annotations

from fractions import Fraction
from math import isfinite
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pages.chart_examples import EXAMPLES, GOLDEN, PLAIN, heading, readable
from zhili.pages.chart import (
    Bar,
    Column,
    Mark,
    Picture,
    Series,
    Stack,
    StepPoint,
    StepWords,
    bars,
    columns,
    lines,
    stacks,
    steps,
)
from zhili.pages.chart.lettering import width_of

if TYPE_CHECKING:
    from collections.abc import Iterator

COORDINATES = {"x", "y", "x1", "x2", "y1", "y2", "cx", "cy"}
ACROSS = {"x", "x1", "x2", "cx"}

WORDS = st.text(max_size=40)
COUNTS = st.one_of(st.integers(0, 50), st.integers(0, 10**18))
SHARES = st.one_of(st.none(), st.fractions(0, 1), st.sampled_from([0, 1]))
NUMBERS = st.one_of(st.none(), st.integers(0, 10**15), st.fractions(0, 10**6), st.just(0))


def places(root: ET.Element) -> Iterator[tuple[str, float]]:
    """Give every coordinate that a picture draws at: its direction, and where."""
    for one in root.iter():
        if one.tag == "pattern" or one.get("class", "").startswith(("hatch", "weave-")):
            continue  # a tile of its own
        for name in COORDINATES.intersection(one.keys()):
            yield ("x" if name in ACROSS else "y"), float(one.attrib[name])
        if one.tag == "rect":
            yield "x", float(one.attrib["x"]) + float(one.attrib["width"])
            yield "y", float(one.attrib["y"]) + float(one.attrib["height"])
        for point in one.get("points", "").split():
            x, y = point.split(",")
            yield "x", float(x)
            yield "y", float(y)
        if one.tag == "text":
            wide = width_of(one.text or "")
            start = {"end": wide, "middle": wide / 2}.get(one.get("text-anchor", ""), 0.0)
            yield "x", float(one.attrib["x"]) - start
            yield "x", float(one.attrib["x"]) - start + wide


def read(picture: Picture) -> ET.Element:
    """Read a picture as XML."""
    return ET.fromstring(picture.svg)  # noqa: S314 - it was written a moment ago, by us


def assert_drawn(picture: Picture) -> ET.Element:
    """Read it as XML; all of it lies in its view, it is named, and it has no style of its own."""
    root = read(picture)
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    assert width == 320
    for direction, place in places(root):
        assert isfinite(place)
        assert -1 <= place <= (width if direction == "x" else height) + 1, (direction, place)
    assert root.get("role") == "img"
    named = {one.get("id") for one in root if one.tag in {"title", "desc"}}
    assert set(root.attrib["aria-labelledby"].split()) == named
    assert all(one.get("style") is None for one in root.iter())
    return root


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_looks_as_it_was_looked_at(name: str) -> None:
    """Whoever changes one writes it again (`python -m tests.pages.chart_examples`), and looks."""
    picture = EXAMPLES[name]()
    assert_drawn(picture)
    assert readable(picture) == (GOLDEN / f"{name}.svg").read_text(encoding="utf-8")


def test_words_are_words() -> None:
    """Whatever a name holds, nothing of it becomes part of the drawing."""
    bad = "</text><script>alert(1)</script>&\"'\x00\x0b\ud800\ufffe"
    root = assert_drawn(bars(heading("bars"), [Bar(bad, 1, bad)]))
    assert root.find(".//script") is None
    assert "<script>" not in readable(bars(heading("bars"), [Bar(bad, 1, bad)]))


@given(st.lists(st.builds(Bar, WORDS, NUMBERS, WORDS, st.booleans()), max_size=6), SHARES)
def test_bars_stay_in_the_picture(rows: list[Bar], most: Fraction | None) -> None:
    """None, nothing, more than the scale, and huge."""
    assert_drawn(bars(heading("b"), rows, most=most))


@given(st.data())
def test_lines_stay_in_the_picture(data: st.DataObject) -> None:
    """No place, one place, many; gaps everywhere; all the same; huge."""
    names = data.draw(st.lists(WORDS, max_size=14))
    values = st.lists(NUMBERS, min_size=len(names), max_size=len(names)).map(tuple)
    series = data.draw(st.lists(st.builds(Series, WORDS, values), max_size=4))
    assert_drawn(lines(heading("l"), names, series, PLAIN))


@given(
    st.lists(st.integers(1, 10**9), max_size=20, unique=True).map(sorted),
    st.data(),
    st.booleans(),
)
def test_columns_stay_in_the_picture(edges: list[int], data: st.DataObject, ended: bool) -> None:  # noqa: FBT001 - hypothesis passes by place
    """One band or many, narrow and wide ones, with an end or without, marks anywhere."""
    bounds = [0, *edges]
    found = [
        Column(first, before, data.draw(COUNTS))
        for first, before in zip(bounds, [*edges, None], strict=True)
    ]
    found = found[:-1] if ended and edges else found
    marks = data.draw(st.lists(st.builds(Mark, st.integers(0, 10**12), WORDS), max_size=2))
    assert_drawn(columns(heading("c"), found, marks, PLAIN))


@given(
    st.lists(
        st.tuples(st.integers(0, 10**9), COUNTS, st.integers(0, 3), st.fractions(0, 1)),
        max_size=30,
    ),
    st.one_of(st.none(), st.integers(0, 10**9)),
    WORDS,
)
def test_steps_stay_in_the_picture(
    rows: list[tuple[int, int, int, Fraction]], median: int | None, words: str
) -> None:
    """No case, one, all at once at nothing; a median anywhere, or none."""
    at = sorted(row[0] for row in rows)
    shares = sorted((row[3] for row in rows), reverse=True)
    points = [
        StepPoint(place, risk, censored, share)
        for place, (_, risk, censored, _), share in zip(at, rows, shares, strict=True)
    ]
    said = StepWords(words, words, words)
    root = assert_drawn(steps(heading("s"), points, median, said, PLAIN))
    for path in root.iter("path"):
        for number in (
            path.attrib["d"].replace("M", " ").replace("H", " ").replace("V", " ").split()
        ):
            assert 0 <= float(number) <= 320


@given(st.lists(WORDS, min_size=1, max_size=9), st.data())
def test_stacks_stay_in_the_picture(bands: list[str], data: st.DataObject) -> None:
    """More bands than there are shades, empty rows, huge counts."""
    counts = st.lists(COUNTS, min_size=len(bands), max_size=len(bands)).map(tuple)
    rows = data.draw(st.lists(st.builds(Stack, WORDS, counts), max_size=5))
    assert_drawn(stacks(heading("a"), bands, rows, PLAIN))


def test_who_is_at_risk_stands_below_the_axis() -> None:
    """At each tick it is everybody who has not left before."""
    picture = EXAMPLES["steps"]()
    found = [one.text for one in read(picture).iter("text") if one.get("class") == "count"]
    assert found == ["10", "6", "4", "3", "2", "1"]


def test_a_gap_is_no_line() -> None:
    """Between two months with a value and none between them nothing is drawn."""
    series = [Series("a", (1, 2, None, 3, None, 4, 5))]
    root = read(lines(heading("l"), list("abcdefg"), series, PLAIN))
    assert [len(one.attrib["points"].split()) for one in root.iter("polyline")] == [2, 2]
    assert len(list(root.iter("circle"))) == 5 + 1  # and one in the legend
