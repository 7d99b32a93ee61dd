"""
The statistics that can be asked of the record, by name.

Each is a definition with a version, one .sql file (in `sql/`), and an answer that carries its
counts, the log position, the as-of instant and the fingerprint of the SQL.
"""

from zhili.projections.hazard_figures import (
    HazardFigures,
    HazardFiguresAnswer,
    HazardGroup,
    PublishedFigure,
)
from zhili.projections.overview import Overview, OverviewAnswer
from zhili.projections.rate import (
    ClosingRate,
    OnTimeRate,
    Rate,
    RateAnswer,
    RateGroup,
    ResolutionRate,
)
from zhili.projections.statistic import Dimension, Statistic, StatisticAnswer
from zhili.projections.survival_curve import (
    CurveGroup,
    CurvePoint,
    SurvivalCurve,
    SurvivalCurveAnswer,
)
from zhili.projections.time_distribution import (
    TimeBand,
    TimeDistribution,
    TimeDistributionAnswer,
    TimeDistributionGroup,
)
from zhili.projections.time_to_close import (
    KaplanMeier,
    Spread,
    TimeGroup,
    TimeToClose,
    TimeToCloseAnswer,
)
from zhili.projections.whistle_figures import (
    WhistleFigures,
    WhistleFiguresAnswer,
    WhistleGroup,
    WhistleTimes,
)
from zhili.projections.whistle_rate import (
    WhistleRate,
    WhistleRateAnswer,
    WhistleRatings,
    WhistleRatingsAnswer,
    WhistleScore,
    WhistleStreet,
)

__all__ = [
    "ClosingRate",
    "CurveGroup",
    "CurvePoint",
    "Dimension",
    "HazardFigures",
    "HazardFiguresAnswer",
    "HazardGroup",
    "KaplanMeier",
    "OnTimeRate",
    "Overview",
    "OverviewAnswer",
    "PublishedFigure",
    "Rate",
    "RateAnswer",
    "RateGroup",
    "ResolutionRate",
    "Spread",
    "Statistic",
    "StatisticAnswer",
    "SurvivalCurve",
    "SurvivalCurveAnswer",
    "TimeBand",
    "TimeDistribution",
    "TimeDistributionAnswer",
    "TimeDistributionGroup",
    "TimeGroup",
    "TimeToClose",
    "TimeToCloseAnswer",
    "WhistleFigures",
    "WhistleFiguresAnswer",
    "WhistleGroup",
    "WhistleRate",
    "WhistleRateAnswer",
    "WhistleRatings",
    "WhistleRatingsAnswer",
    "WhistleScore",
    "WhistleStreet",
    "WhistleTimes",
]
