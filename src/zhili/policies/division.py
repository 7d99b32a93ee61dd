"""Division codes 区划代码: 6, 9 or 12 digits that say where a unit stands (rulebook §7.2)."""

import re
from typing import Literal

from zhili.errors import InputError
from zhili.values import Value

__all__ = ["Division", "DivisionLevel", "parse"]

DivisionLevel = Literal["province", "city", "district", "street", "community"]
Ranges = tuple[tuple[int, int, str], ...]

CODE = re.compile(r"[0-9]{6}(?:[0-9]{3}){0,2}")
ZEROS = "000000000000"

PROVINCES = frozenset(
    number
    for low, high in (
        (11, 15),
        (21, 23),
        (31, 37),
        (41, 46),
        (50, 54),
        (61, 65),
        (71, 71),
        (81, 82),
    )
    for number in range(low, high + 1)
)

# From, to, and the kind that the number means (CODE-LZW, CODE12).
CITY_RANGES: Ranges = (
    (1, 20, "city"),  # 地级市
    (21, 50, "prefecture"),  # 地区, 自治州, 盟
    (51, 70, "city"),
    (90, 90, "direct"),  # 省直辖县级行政区划, in every published list
)
DISTRICT_RANGES: Ranges = (
    (1, 20, "district"),  # 市辖区; the sources say 18, but 延庆 is 110119 and 奉贤 310120
    (21, 80, "county"),  # 县, and the zones that GB/T 2260 lacks
    (81, 99, "county_city"),  # 县级市
)
STREET_RANGES: Ranges = (
    (1, 99, "street"),  # 街道
    (100, 199, "town"),  # 镇
    (200, 399, "township"),  # 乡
    (400, 599, "quasi_township"),  # 类似乡级单位
)
COMMUNITY_RANGES: Ranges = (
    (1, 199, "residents_committee"),  # 居委会
    (200, 399, "villagers_committee"),  # 村委会
    (400, 499, "quasi_residents"),  # 类似居委会
    (500, 599, "quasi_villagers"),  # 类似村委会
)


class Division(Value):
    """What a division code says: its level, the kind its number range means, and its parent."""

    code12: str
    level: DivisionLevel
    kind: str
    parent: str | None

    @property
    def code(self) -> str:
        """Give the code in its usual length: 6 digits to the district, 9 a street, 12 below."""
        return self.code12[: {"street": 9, "community": 12}.get(self.level, 6)]


def parse(code: str) -> Division:
    """
    Read a division code; a short one is padded with zeros to 12 digits.

    `parent` is the code without its last part, in its usual length. A street may stand directly
    under a city without districts (441900003 in 441900).

    Raises:
        InputError: If the code has another length, or a number outside the published ranges.
    """
    if not CODE.fullmatch(code):
        raise _malformed(code, "it must have 6, 9 or 12 digits, e.g. 110105, 110105001")
    code12 = (code + ZEROS)[:12]
    province, city, district = code12[:2], code12[2:4], code12[4:6]
    street, community = code12[6:9], code12[9:]
    if int(province) not in PROVINCES:
        raise _malformed(code, f"no province has the number {province}")
    parts: tuple[tuple[DivisionLevel, str, Ranges, str], ...] = (
        ("community", community, COMMUNITY_RANGES, code12[:9]),
        ("street", street, STREET_RANGES, code12[:6]),
        ("district", district, DISTRICT_RANGES, f"{code12[:4]}00"),
        ("city", city, CITY_RANGES, f"{province}0000"),
    )
    division = None
    for level, digits, ranges, parent in parts:
        if not int(digits) and (division is None or level == "district"):
            continue  # nothing that deep; or a city without districts, whose streets follow at once
        kind = _kind(code, level, digits, ranges)
        division = division or Division(code12=code12, level=level, kind=kind, parent=parent)
    return division or Division(code12=code12, level="province", kind="province", parent=None)


def _kind(code: str, part: str, digits: str, ranges: Ranges) -> str:
    number = int(digits)
    for low, high, kind in ranges:
        if low <= number <= high:
            return kind
    allowed = ", ".join(f"{low}-{high} {kind}" for low, high, kind in ranges)
    raise _malformed(code, f"its {part} number {digits} is in no range ({allowed})")


def _malformed(code: str, why: str) -> InputError:
    return InputError(f"division code {code!r} is malformed: {why}", division=code)
