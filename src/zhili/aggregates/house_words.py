"""
Where somebody lives, as it is written in Chinese: a building, a unit of it, a room, a door number.

What only counts houses is no address: 5栋危房, 12户居民, 三室一厅. Texts come in one form, `plain`.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["COMMUNITY", "HOUSE", "HOUSE_NUMBER", "hide_houses", "tells_house"]

NUMERALS: Final = "0-9０-９A-Za-z一二三四五六七八九十百零〇两甲乙丙丁东西南北"
HOUSE: Final = re.compile(
    rf"[{NUMERALS}]{{1,8}}\s*(?:号|號|栋|棟|幢|座|楼|樓|单元|單元|室|门牌|层|户|组|弄)"
)
"""How a building begins in what is known to be an address; other texts are read more closely."""

COMMUNITY: Final = re.compile(r".*(?:社区|小区|街道|[省市区县旗镇乡村庄里苑园湾屯寨])", re.DOTALL)
"""Up to the last place that is larger than a building."""

S: Final = r"\s{0,3}"
N: Final = rf"[0-9A-Za-z一二三四五六七八九十百零〇两甲乙丙丁]{{1,6}}{S}"
BUILDING: Final = (
    rf"(?:{N}[号號#]{S}[楼樓]"
    rf"|{N}[栋棟幢](?!{S}(?:楼房|房|住宅|建筑|违|危|老|旧|民|农|平|高|多))"  # so many of them
    rf"|[A-Za-z]{S}座)"
)
UNIT: Final = rf"{N}(?:单元|單元)"
ROOM: Final = rf"(?<![0-9])[A-Za-z]?[0-9]{{3,4}}{S}室(?![内外温])"
FLAT: Final = rf"(?:{N}[室号號]|[0-9]{{3,4}}(?![0-9]|{S}[年月日户戶元米盏个]))"
"""What follows a building or a unit, where it is the number of a door."""

DOOR: Final = (
    rf"门牌{S}(?:号码?)?{S}[:为是]?{S}第?{S}{N}[号號]?"
    rf"|(?:(?<=[路街巷弄里村组屯])|(?<=胡同)){S}第?{S}[0-9一二三四五六七八九十百零〇甲乙丙丁]{{1,6}}{S}"
    rf"[号號](?!{S}(?:路灯|[线楼樓灯井杆桩机桥口库站]))"  # of a lane, and not of its lamps
    rf"|{N}[号號]院"
    r"|(?<![0-9-])[0-9]{1,3}-[0-9]{1,2}-[0-9]{3,4}(?![0-9-])"
)

HOUSE_NUMBER: Final = re.compile(
    rf"(?:{BUILDING}{S})?{UNIT}(?:{S}(?:{FLAT}|{N}[户戶]))?|{BUILDING}{S}{FLAT}|{ROOM}|{DOOR}"
)
BUILDING_ALONE: Final = re.compile(BUILDING)


def tells_house(text: str, *, buildings: bool) -> bool:
    """Say whether *text* tells a unit, a room or a door number; with *buildings* one of those."""
    return bool(HOUSE_NUMBER.search(text) or (buildings and BUILDING_ALONE.search(text)))


def hide_houses(text: str, instead: str, *, buildings: bool) -> str:
    """Give *text* with *instead* in place of all that `tells_house` finds in it."""
    shown = HOUSE_NUMBER.sub(instead, text)
    return BUILDING_ALONE.sub(instead, shown) if buildings else shown
