"""A simulated district 模拟辖区: three months of a hotline, by a seed, so that all can be seen."""

from zhili.demo.simulation import Simulated, simulate

__all__ = ["Simulated", "simulate"]
