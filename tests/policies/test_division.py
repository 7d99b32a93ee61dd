"""Division codes: read by their ranges, checked against the published lists (§7.2)."""

import csv
import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from zhili.errors import InputError
from zhili.policies.division import parse


def rows(path: Path) -> Iterator[dict[str, str]]:
    """Read a CSV file, packed or not."""
    stored = path.read_bytes()
    text = (gzip.decompress(stored) if path.suffix == ".gz" else stored).decode()
    yield from csv.DictReader(text.splitlines())


@pytest.mark.parametrize(
    ("code", "code12", "level", "kind", "parent"),
    [
        ("110000", "110000000000", "province", "province", None),
        ("110100", "110100000000", "city", "city", "110000"),
        ("222400", "222400000000", "city", "prefecture", "220000"),
        ("110105", "110105000000", "district", "district", "110100"),
        ("429004", "429004000000", "district", "district", "429000"),
        ("130121", "130121000000", "district", "county", "130100"),
        ("130181", "130181000000", "district", "county_city", "130100"),
        ("110105001", "110105001000", "street", "street", "110105"),
        ("110109101", "110109101000", "street", "town", "110109"),
        ("110108200", "110108200000", "street", "township", "110108"),
        ("110115403", "110115403000", "street", "quasi_township", "110115"),
        ("441900003", "441900003000", "street", "street", "441900"),
        ("110105001001", "110105001001", "community", "residents_committee", "110105001"),
        ("110105001200", "110105001200", "community", "villagers_committee", "110105001"),
        ("110105020400", "110105020400", "community", "quasi_residents", "110105020"),
        ("110108023500", "110108023500", "community", "quasi_villagers", "110108023"),
    ],
)
def test_a_code_says_its_level_kind_and_parent(
    code: str, code12: str, level: str, kind: str, parent: str | None
) -> None:
    """Level follows from the length, kind from the range, the parent is the prefix."""
    division = parse(code)
    assert (division.code12, division.level, division.kind) == (code12, level, kind)
    assert division.parent == parent
    assert division.code == code


@pytest.mark.parametrize("code", ["110105", "110105000", "110105000000"])
def test_a_padded_code_is_the_same_place(code: str) -> None:
    """Zeros at the end add nothing."""
    assert parse(code) == parse("110105")


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("", "6, 9 or 12 digits"),
        ("11010", "6, 9 or 12 digits"),
        ("1101050", "6, 9 or 12 digits"),
        ("1101050010010", "6, 9 or 12 digits"),
        ("11010a", "6, 9 or 12 digits"),
        ("110105\n", "6, 9 or 12 digits"),
        ("١١٠١٠٥", "6, 9 or 12 digits"),
        ("990105", "no province has the number 99"),
        ("118005", "city number 80"),
        ("110001", "city number 00"),
        ("110000001", "city number 00"),
        ("110105600", "street number 600"),
        ("110105001600", "community number 600"),
        ("110105000001", "street number 000"),
        ("118005001001", "city number 80"),
    ],
)
def test_a_malformed_code_is_refused_with_the_reason(code: str, message: str) -> None:
    """Another length, or a number outside its range at any level, is refused."""
    with pytest.raises(InputError, match=message) as refusal:
        parse(code)
    assert refusal.value.data["division"] == code


def test_every_published_street_is_wellformed(shared_data: Path) -> None:
    """All 41,352 streets, towns and townships are read as such, under their own district."""
    streets = list(rows(shared_data / "cn_admin_divisions" / "streets.csv.gz"))
    assert len(streets) == 41352
    for row in streets:
        division = parse(row["code"])
        if row["code"] == "350527000":  # 金门县 is listed as its own street
            assert (division.level, division.code) == ("district", row["areaCode"])
        else:
            assert (division.level, division.parent) == ("street", row["areaCode"])


def test_every_published_district_is_wellformed(shared_data: Path) -> None:
    """Every district, county and county-level city is read under its own city."""
    for row in rows(shared_data / "cn_admin_divisions" / "areas.csv"):
        division = parse(row["code"])
        if row["code"].endswith("00"):  # 东莞, 中山 and 儋州 have no districts
            assert division.level == "city"
        else:
            assert (division.level, division.parent) == ("district", f"{row['cityCode']}00")


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("villages_beijing_11.csv.gz", 7535),
        ("villages_chengdu_5101.csv.gz", 3047),
        ("villages_harbin_xiangfang_230110.csv", 175),
    ],
)
def test_every_published_community_is_wellformed(shared_data: Path, name: str, number: int) -> None:
    """Every community and village is read as such, under its own street."""
    villages = list(rows(shared_data / "cn_admin_divisions" / name))
    assert len(villages) == number
    for row in villages:
        division = parse(row["code"])
        assert (division.level, division.parent) == ("community", row["streetCode"])
