"""What streets blow a whistle for: what no single office can settle."""

from __future__ import annotations

from random import Random
from typing import Final, NamedTuple

__all__ = ["JOINT_MATTERS", "JointMatter", "joint_matter_of"]


class JointMatter(NamedTuple):
    """A matter for several departments: the kind of whistle, its words, and who is summoned."""

    kind: str
    title: str
    task: str
    tried: str
    units: tuple[str, ...]


JOINT_MATTERS: Final = (
    JointMatter(
        "ENFORCEMENT", "占道经营反弹", "早市收市后摊点占道经营反复, 需联合执法。",
        "街道已劝离三次, 反弹明显。", ("HP-CGJ", "HP-SJJ", "HP-JJD"),
    ),
    JointMatter(
        "ENFORCEMENT", "群租房安全隐患", "群租房私拉电线, 需联合检查整治。",
        "社区已上门告知并登记。", ("HP-ZJJ", "HP-XFD"),
    ),
    JointMatter(
        "ENFORCEMENT", "工地夜间施工扰民", "夜间施工和渣土遗撒需联合查处。",
        "街道已约谈施工单位。", ("HP-STJ", "HP-CGJ", "HP-ZJJ"),
    ),
    JointMatter(
        "QUICK", "无主废旧车辆清理", "消防通道长期停放废旧车辆, 需核查并清理。",
        "社区已张贴告示。", ("HP-JJD", "HP-CGJ"),
    ),
    JointMatter(
        "KEY_WORK", "背街小巷整治推进", "背街小巷架空线与路面整治需统筹推进。",
        "街道已完成摸底和居民意见征集。", ("HP-ZJJ", "HP-GSGS", "HP-CGJ"),
    ),
    JointMatter(
        "KEY_WORK", "老旧小区供热改造", "供热管网改造需协调入户施工。",
        "街道已召开居民议事会。", ("HP-RLGS", "HP-ZJJ"),
    ),
    JointMatter(
        "EMERGENCY", "供水主管爆裂", "路面积水, 需立即抢修并疏导交通。",
        "街道已拉警戒线并疏散行人。", ("HP-GSGS", "HP-JJD"),
    ),
    JointMatter(
        "EMERGENCY", "沿街商铺起火冒烟", "需立即到场处置并排查燃气用电。",
        "微型消防站已先期处置。", ("HP-XFD", "HP-SJJ"),
    ),
)  # fmt: skip


def joint_matter_of(chance: Random) -> JointMatter:
    """Draw a matter."""
    return chance.choice(JOINT_MATTERS)
