"""What people bring to the wall of their village: their words, the public ones, and the work."""

from __future__ import annotations

from random import Random
from typing import Final, NamedTuple

__all__ = ["WALL_MATTERS", "WallMatter", "wall_matter_of"]


class WallMatter(NamedTuple):
    """A problem: what was said, what the wall says, who could take it on, and what is done."""

    category: str
    words: str
    title: str
    public_text: str
    owner: str
    measures: str
    result: str
    echo: str


WALL_MATTERS: Final = (
    WallMatter(
        "infrastructure", "我家门口那三盏路灯坏了快一个月, 老人晚上不敢出门。",
        "村东头路灯不亮", "村东头三盏路灯不亮, 影响夜间出行。", "unit",
        "更换灯头并检修线路。", "三盏路灯全部更换, 已亮灯。", "路灯已修好, 欢迎夜间查看。",
    ),
    WallMatter(
        "infrastructure", "我们组那条路一下雨就没法走。",
        "三组道路坑洼积水", "三组通组道路坑洼, 雨后积水。", "town",
        "铺垫砂石并修整排水沟。", "坑洼路段已修整, 排水沟已疏通。", "道路已修整, 雨后不再积水。",
    ),
    WallMatter(
        "environment", "河边的垃圾堆了好久, 味道很大。",
        "河道边垃圾堆放", "河道边堆放生活垃圾, 有异味。", "member",
        "组织党员志愿者清理, 增设收集点。", "垃圾已清运, 增设收集点一处。",
        "河边已清理, 请大家共同维护。",
    ),
    WallMatter(
        "environment", "村里公厕没人打扫。",
        "公共厕所保洁不到位", "村公共厕所保洁不到位。", "unit",
        "明确保洁员并公示排班。", "已落实保洁员, 每日两次保洁。", "公厕保洁已公示, 欢迎监督。",
    ),
    WallMatter(
        "rural_revitalisation", "文化活动室天天锁着门。",
        "文化活动室开放时间短", "文化活动室平日不开放。", "unit",
        "增加值班人员, 公布开放时间。", "活动室每日开放六小时。", "活动室已按公示时间开放。",
    ),
    WallMatter(
        "industry", "今年果子没地方放, 烂了不少。",
        "缺少果品保鲜库", "果品集中上市时缺少保鲜库。", "town",
        "协调合作社共享冷库。", "与合作社达成共享冷库协议。", "冷库可预约使用。",
    ),
    WallMatter(
        "governance", "晚上广场音响太吵了, 孩子写不了作业。",
        "广场夜间音响扰民", "文化广场夜间音响音量过大。", "volunteer",
        "制定文明公约, 约定时间和音量。", "公约已通过, 21 点后不再使用音响。",
        "公约已张贴, 谢谢大家配合。",
    ),
    WallMatter(
        "other", "快递点太远, 取一次要走半小时。",
        "快递取件点较远", "快递取件点距村较远, 取件不便。", "member",
        "联系快递企业在村便民店设点。", "便民店已开通代收。", "快递可在便民店领取。",
    ),
)  # fmt: skip


def wall_matter_of(chance: Random, owner: str | None = None) -> WallMatter:
    """Draw a matter, of one that such an *owner* takes on if that is named."""
    possible = [one for one in WALL_MATTERS if owner is None or one.owner == owner]
    return chance.choice(possible)
