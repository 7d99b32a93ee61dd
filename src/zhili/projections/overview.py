"""The overview 总览: every figure of a place at one instant, as `zhili stats` prints it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar, Final, Literal

from zhili.projections.percentile import quotient
from zhili.projections.question import Answer, Cursor, Question, Record
from zhili.projections.rate import Rate
from zhili.projections.register import from_microseconds
from zhili.projections.statement import statement
from zhili.projections.statistic import (
    ClosingDefaults,
    Dimension,
    Values,
    in_order,
    run,
    snapshot,
)
from zhili.projections.time_to_close import KaplanMeier, Spread, spreads, survivals
from zhili.values import Instant, Value
