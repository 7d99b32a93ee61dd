"""A length of time as a rule states it: five working days, two hours, three months."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from zhili.values import Recorded

__all__ = ["Limit", "LimitUnit"]

LimitUnit = Literal["minutes", "hours", "days", "working_days", "months"]
"""In what a limit is counted. The unit belongs to the rule, never to a global switch (§2.6)."""


class Limit(Recorded):
    """
    How long something may take.

    `roll_forward` moves the end to the next working day where the last day is none (CIVIL 203).
    It is for statutory clocks in days or months; 12345 grades run round the clock.
    """

    amount: Annotated[int, Field(ge=1, le=3650)]
    unit: LimitUnit
    roll_forward: bool = False

    EXACT: ClassVar[frozenset[str]] = frozenset({"minutes", "hours"})

    @model_validator(mode="after")
    def _rolls_only_days(self) -> Self:
        if self.roll_forward and self.unit not in {"days", "months"}:
            message = f"only a limit in days or months can roll forward, not one in {self.unit}"
            raise ValueError(message)
        return self

    @property
    def is_exact(self) -> bool:
        """Tell whether the limit runs from the moment itself and needs no calendar (CIVIL 201)."""
        return self.unit in self.EXACT

    def __str__(self) -> str:
        """Say the limit as a person would: *1 working day*, *24 hours*."""
        words = self.unit.replace("_", " ")
        return f"{self.amount} {words.removesuffix('s') if self.amount == 1 else words}"
