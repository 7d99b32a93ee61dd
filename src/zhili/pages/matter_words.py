"""What a matter is about 类别, and what a case is marked with, in words."""

from __future__ import annotations

from typing import Final

from zhili.workflows import Label

__all__ = ["MATTERS", "flag_label", "matter_label"]

MATTERS: Final = {
    "community/life": Label("Community: daily life", "社区：居民生活"),
    "environment/noise": Label("Environment: noise", "环境：噪声"),
    "environment/refuse": Label("Environment: refuse", "环境：垃圾"),
    "heating/indoor": Label("Heating: indoors", "供热：室内温度"),
    "labour/wages": Label("Labour: wages", "劳动：工资"),
    "market/food": Label("Market: food", "市场：食品"),
    "property/leak": Label("Property: leaks", "物业：渗漏"),
    "property/service": Label("Property: service", "物业：服务"),
    "roads/lighting": Label("Roads: lighting", "道路：照明"),
    "roads/surface": Label("Roads: surface", "道路：路面"),
    "traffic/parking": Label("Traffic: parking", "交通：停车"),
    "water/outage": Label("Water: outage", "供水：停水"),
}
"""The categories of the routing catalogue of the demonstration; a city's own say themselves."""

FLAGS: Final = {
    "no_show": Label("a unit did not come", "有单位未报到"),
    "promise_broken": Label("promise broken", "承诺失约"),
    "public_safety": Label("public safety", "公共安全"),
}


def matter_label(code: str) -> Label:
    """Give what a category of the routing catalogue is called."""
    return MATTERS.get(code) or Label(code, code)


def flag_label(flag: str) -> Label:
    """Give what a mark on a case is called."""
    words = flag.replace("_", " ")
    return FLAGS.get(flag) or Label(words, words)
