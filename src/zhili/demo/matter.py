"""What people call about: a title, the caller's words, and who is competent."""

from __future__ import annotations

from random import Random
from typing import Final, NamedTuple

from zhili.commands.complaint import Kind
from zhili.demo.district import STREETS, communities_of

__all__ = ["MATTERS", "Matter", "Topic", "matter_of"]


class Topic(NamedTuple):
    """A frequent matter: its category, its kind, its title, and the unit; None for the street."""

    category: str
    kind: Kind
    title: str
    words: str
    unit: str | None
    weight: int


class Matter(NamedTuple):
    """One matter: a topic at a place."""

    topic: Topic
    street: str
    community: str
    channel: str

    @property
    def unit(self) -> str:
        """The unit that is competent for it."""
        return self.topic.unit or self.street

    @property
    def place(self) -> str:
        """Where it is, in words that name nobody."""
        return f"{STREETS[self.street]}辖区"


MATTERS: Final = {
    topic.category: topic
    for topic in (
        Topic("environment/refuse", "complaint", "垃圾清运不及时", "垃圾三天没有清运了", None, 16),
        Topic("environment/noise", "complaint", "夜间施工噪声", "半夜还在施工", "HP-STJ", 9),
        Topic("roads/lighting", "help", "路灯不亮", "门口的路灯不亮", "HP-CGJ", 9),
        Topic("roads/surface", "help", "路面破损", "路面坑洼, 骑车很危险", "HP-ZJJ", 7),
        Topic("property/leak", "help", "房屋渗漏", "下雨就漏水", None, 8),
        Topic("property/service", "complaint", "物业服务不到位", "电梯停了没人管", None, 12),
        Topic("heating/indoor", "complaint", "室内温度不达标", "家里只有十五度", "HP-RLGS", 7),
        Topic("water/outage", "help", "停水", "没有通知就停水了", "HP-GSGS", 4),
        Topic("market/food", "report", "餐馆卫生差", "饭菜里有异物", "HP-SJJ", 8),
        Topic("traffic/parking", "complaint", "占道停车", "消防通道被占", "HP-JJD", 12),
        Topic("labour/wages", "complaint", "拖欠工资", "两个月没有发工资", "HP-RSJ", 5),
        Topic("community/life", "suggestion", "增设活动场地", "希望增加健身器材", None, 3),
    )
}

CHANNELS: Final = (
    *["hotline"] * 12, "app", "app", "wechat", "wechat", "website", "grid", "walk_in",
)  # fmt: skip


def matter_of(chance: Random, category: str | None = None) -> Matter:
    """Draw a matter, of *category* if one is named."""
    if category is None:
        topics = list(MATTERS.values())
        topic = chance.choices(topics, [topic.weight for topic in topics])[0]
    else:
        topic = MATTERS[category]
    street = chance.choice(list(STREETS))
    community = chance.choice(communities_of(street))
    return Matter(topic, street, community, chance.choice(CHANNELS))
