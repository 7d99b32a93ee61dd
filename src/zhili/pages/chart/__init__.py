"""Pictures of figures 图表: from numbers to SVG, by pure functions, with nothing but text."""

from zhili.pages.chart.ages import Stack, stacks
from zhili.pages.chart.axis import Axis, ticks
from zhili.pages.chart.bars import Bar, bars
from zhili.pages.chart.columns import Column, Mark, columns
from zhili.pages.chart.lines import Series, lines
from zhili.pages.chart.steps import StepPoint, StepWords, steps
from zhili.pages.chart.svg import Heading, Picture, Writing

__all__ = [
    "Axis",
    "Bar",
    "Column",
    "Heading",
    "Mark",
    "Picture",
    "Series",
    "Stack",
    "StepPoint",
    "StepWords",
    "Writing",
    "bars",
    "columns",
    "lines",
    "stacks",
    "steps",
    "ticks",
]
