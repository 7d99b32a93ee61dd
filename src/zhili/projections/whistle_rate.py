"""The whistle rate 吹哨率: neither too low nor too high, street by street; and the ratings 评价."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from zhili.policies.whistle import WhistleRules
from zhili.projections.figure import in_order, run, snapshot
from zhili.projections.percentile import quotient
from zhili.projections.question import Record
from zhili.projections.rate import Rate
from zhili.projections.statement import statement
from zhili.projections.whistle_figures import WhistleAnswer, WhistleQuestion
from zhili.values import UnitId, Value

__all__ = [
    "WhistleRate",
    "WhistleRateAnswer",
    "WhistleRatings",
    "WhistleRatingsAnswer",
    "WhistleScore",
    "WhistleStreet",
]


class WhistleStreet(Value):
    """One street: `warning` says whether its rate leaves the bounds of the whistle's rules."""

    street: str
    whistles: int
    complaints: int
    rate: Rate
    warning: Literal["low", "high"] | None


class WhistleRateAnswer(WhistleAnswer):
    """The streets by their whistles, the most first, with the bounds that were in force."""

    low: Decimal
    high: Decimal
    streets: tuple[WhistleStreet, ...]


class WhistleRate(WhistleQuestion):
    """
    How many whistles a street blows for the complaints that it has.

    Whistles are those blown in the period, complaints those registered in it that the street is
    accountable for. A rate below `low` says that the mechanism stands idle, one above `high` that
    the daily one is broken; no complaints, no rate. With a *kind*, only its whistles count.
    """

    definition: ClassVar[str] = "whistle_rate"

    street: UnitId | None = None

    def answer(self, record: Record) -> WhistleRateAnswer:
        """Count in the warehouse, and compare with the rules in force."""
        rules = record.rules.whistle
        with snapshot(record) as cursor:
            values = self.values(record, unit=self.street, by="street")
            rows = run(cursor, statement(self.definition), values)
        streets = [_street(street, int(w), int(c), rules) for street, w, c in rows]
        streets.sort(key=lambda one: in_order(one.street, one.whistles))
        return WhistleRateAnswer(
            **self.echo(record),
            low=rules.rate_low,
            high=rules.rate_high,
            streets=tuple(streets),
        )


def _street(street: str, whistles: int, complaints: int, rules: WhistleRules) -> WhistleStreet:
    rate = Rate.of(whistles, complaints)
    warning: Literal["low", "high"] | None = None
    if rate.rate is not None and rate.rate < rules.rate_low:
        warning = "low"
    elif rate.rate is not None and rate.rate > rules.rate_high:
        warning = "high"
    return WhistleStreet(
        street=street, whistles=whistles, complaints=complaints, rate=rate, warning=warning
    )


class WhistleScore(Value):
    """What a unit was given on one dimension: `points` in `n` ratings, and their exact mean."""

    unit: str
    dimension: str
    n: int
    points: int
    mean: Decimal | None


class WhistleRatingsAnswer(WhistleAnswer):
    """The scores by unit, then by dimension."""

    published_only: bool
    scores: tuple[WhistleScore, ...]


class WhistleRatings(WhistleQuestion):
    """
    The mean rating of every unit on every dimension, of departments and of blowers.

    What the district has not published is left out; with `published_only=False` the answer is for
    the district alone (§4.4). `during` is when the rating was given.
    """

    definition: ClassVar[str] = "whistle_ratings"

    unit: UnitId | None = None
    published_only: bool = True

    def answer(self, record: Record) -> WhistleRatingsAnswer:
        """Add up in the warehouse."""
        population = "counted" if self.published_only else "all"
        with snapshot(record) as cursor:
            values = self.values(record, unit=self.unit, population=population)
            rows = run(cursor, statement(self.definition), values)
        scores = [
            WhistleScore(
                unit=unit,
                dimension=dimension,
                n=n,
                points=int(points),
                mean=quotient(int(points), n),
            )
            for unit, dimension, n, points in rows
        ]
        return WhistleRatingsAnswer(
            **self.echo(record),
            published_only=self.published_only,
            scores=tuple(sorted(scores, key=lambda one: (one.unit, one.dimension))),
        )
