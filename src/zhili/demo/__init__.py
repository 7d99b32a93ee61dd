"""A simulated district 模拟辖区: three months of all its cases, by a seed, so that all is seen."""

from zhili.demo.coverage import Coverage
from zhili.demo.simulation import DAYS, Simulated, simulate

__all__ = ["DAYS", "Coverage", "Simulated", "simulate"]
