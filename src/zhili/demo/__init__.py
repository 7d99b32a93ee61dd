"""A simulated district 模拟辖区: three months of a hotline, by a seed, so that all can be seen."""

from zhili.demo.coverage import Coverage
from zhili.demo.simulation import DAYS, Simulated, simulate

__all__ = ["DAYS", "Coverage", "Simulated", "simulate"]
