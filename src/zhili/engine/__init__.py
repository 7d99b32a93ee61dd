"""The engine: open, submit, ask, audit, tick."""

from zhili.engine.engine import Engine
from zhili.engine.receipt import Receipt
from zhili.engine.ticking import TickReport

__all__ = ["Engine", "Receipt", "TickReport"]
