"""What may happen: pure tables, one file per case type."""

from zhili.workflows.clock import Clock
from zhili.workflows.workflow import STAY, Label, Step, Workflow, check

__all__ = ["STAY", "Clock", "Label", "Step", "Workflow", "check"]
