"""What a map says, and every way in which it can be wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from zhili.errors import InputError
from zhili.interchange import ImportMap

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SMALL = '[source]\nsystem = "s"\n[columns]\nexternal_id = "id"\nopened_at = "opened"\n'


def test_only_the_system_the_id_and_the_opening_must_be_said() -> None:
    """All else has a default: UTC, UTF-8, commas or what shows, ISO 8601, blanks, the first row."""
    small = ImportMap.parse(SMALL)
    assert (small.source.zone, small.source.encoding, small.source.delimiter) == (
        "UTC",
        "utf-8",
        None,
    )
    assert small.values.null == ("",)
    assert small.values.time_formats == small.values.closed_statuses == ()
    assert small.duplicates.external_id == "keep-first"
    assert small.columns.closed_at is None


def test_a_whole_map_is_read(written: Callable[..., Path]) -> None:
    """Every table and key of a map arrives, from a file that may begin with a mark."""
    text = """
        [source]
        system = "成都12345"
        zone = "Asia/Shanghai"
        encoding = "gb18030"
        delimiter = ";"
        [columns]
        external_id = "工单编号"
        opened_at = "created"
        closed_at = "closed"
        due_at = "due"
        status = "status"
        unit = "agency"
        category = "category"
        type = "type"
        division = "district"
        channel = "channel"
        [values]
        time_formats = ["%Y-%m-%dT%H:%M:%S", "%m/%d/%y %H:%M", "%d.%m.%Y"]
        null = ["", "N/A"]
        closed_statuses = ["Closed"]
        [duplicates]
        external_id = "keep-all"
    """
    read = ImportMap.read(written(text, "map.toml", "utf-8-sig"))
    assert read.source.system == "成都12345"
    assert read.columns.external_id == "工单编号"
    assert read.columns.channel == "channel"
    assert len(read.values.time_formats) == 3
    assert read.values.null == ("", "N/A")
    assert read.values.closed_statuses == ("Closed",)
    assert read.duplicates.external_id == "keep-all"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[source]\nsystem = s", ["is not TOML", "line 2"]),
        ("", ["[source] is missing", "[columns] is missing"]),
        (SMALL + "[extra]\na = 1\n", ["[extra] is not known", "[duplicates]"]),
        (SMALL + 'titel = "t"\n', ["[columns] titel is not known", "division"]),
        (SMALL.replace('opened_at = "opened"\n', ""), ["[columns] opened_at is missing"]),
        (SMALL.replace('external_id = "id"', 'external_id = ""'), ["[columns] external_id"]),
        (SMALL.replace('system = "s"\n', ""), ["[source] system is missing"]),
        (SMALL.replace('"s"', "3"), ["[source] system", "string"]),
        (SMALL.replace('"s"', '"s"\nzone = "Mars/Olympus"'), ["'Mars/Olympus'", "Asia/Shanghai"]),
        (SMALL.replace('"s"', '"s"\nzone = "../etc"'), ["'../etc'", "Asia/Shanghai"]),
        (SMALL.replace('"s"', '"s"\nencoding = "utf-9"'), ["'utf-9'", "gb18030"]),
        (SMALL.replace('"s"', '"s"\nencoding = "hex"'), ["'hex'", "gb18030"]),
        (SMALL.replace('"s"', '"s"\ndelimiter = "||"'), ["[source] delimiter", "one character"]),
        (SMALL.replace('"s"', "'s'\ndelimiter = '\"'"), ["[source] delimiter", "one character"]),
        (SMALL + '[values]\ntime_formats = ["%d.%m."]\n', ["%d.%m.", "%Y-%m-%d"]),
        (SMALL + '[values]\ntime_formats = ["%Y-%m-%d %Q"]\n', ["%Q", "%Y-%m-%d"]),
        (SMALL + '[values]\ntime_formats = ["%Y-%m-%d %I:%M"]\n', ["%I", "%p"]),
        (SMALL + '[values]\ntime_formats = ["%Y-%m-%d %Z"]\n', ["zone names", "%z"]),
        (SMALL + '[values]\ntime_formats = ["%Y-%m-%d %d"]\n', ["%Y-%m-%d %d", "read back"]),
        (SMALL + '[values]\ntime_formats = ["now"]\n', ["'now'", "%Y-%m-%d"]),
        (SMALL + '[values]\ntime_formats = "%Y"\n', ["[values] time_formats"]),
        (SMALL + '[duplicates]\nexternal_id = "keep-last"\n', ["keep-first", "keep-all"]),
    ],
)
def test_what_is_wrong_with_a_map_is_said(text: str, said: list[str]) -> None:
    """One error names the place in the map, what is wrong, and what would be right."""
    with pytest.raises(InputError) as refused:
        ImportMap.parse(text, name="city.toml")
    assert "city.toml" in refused.value.message
    assert [word for word in said if word not in refused.value.message] == []


def test_a_map_that_is_no_text_file_is_refused(written: Callable[..., Path]) -> None:
    """A missing file, a directory and bytes that are no UTF-8 are told apart."""
    with pytest.raises(InputError, match="cannot be read"):
        ImportMap.read(written("") / "nowhere.toml")
    with pytest.raises(InputError, match="cannot be read"):
        ImportMap.read(written("").parent)
    with pytest.raises(InputError, match="not UTF-8 text at byte 2"):
        ImportMap.read(written(b"# \xff\n"))
