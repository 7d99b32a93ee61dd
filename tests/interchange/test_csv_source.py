"""Files as other systems write them, and files that are none."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from zhili.errors import InputError
from zhili.interchange.csv_source import FIELD_LENGTH_MAX, CsvSource

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Write = Callable[..., Path]

PLAIN = "id,opened\n1,2026-01-01\n2,2026-01-02\n"
CHINESE = "编号,区\n1,香坊区\n2,莫𡐓村\n"


def rows(source: CsvSource) -> list[tuple[int, list[str] | str]]:
    """Give each record's line with its fields, or with what is wrong."""
    return [(record.line, record.problem or record.fields) for record in source.records()]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way(written: Write, end: str) -> None:
    """The first record stands in line 2, after the header."""
    source = CsvSource(written(PLAIN.replace("\n", end)))
    assert source.header == ("id", "opened")
    assert rows(source) == [(2, ["1", "2026-01-01"]), (3, ["2", "2026-01-02"])]
    assert source.lines == 3


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-8-sig", "UTF8"),
        ("gb18030", "gb18030"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-32", "utf-32"),
    ],
)
def test_encodings_are_read_and_marks_left_out(written: Write, encoding: str, named: str) -> None:
    """A file's mark is no part of its first column's name."""
    source = CsvSource(written(CHINESE, encoding=encoding), encoding=named)
    assert source.header == ("编号", "区")
    assert rows(source) == [(2, ["1", "香坊区"]), (3, ["2", "莫𡐓村"])]


def test_latin_1_is_read(written: Write) -> None:
    """Letters with accents arrive as they are."""
    source = CsvSource(written("id,opened\nä,é\n", encoding="latin-1"), encoding="latin-1")
    assert rows(source) == [(2, ["ä", "é"])]


@pytest.mark.parametrize("name", ["cases.csv.gz", "cases.csv"])
def test_gzip_is_known_by_its_first_bytes(written: Write, name: str) -> None:
    """A packed file is unpacked whatever it is called; a plain one called .gz is read as it is."""
    assert len(rows(CsvSource(written(gzip.compress(PLAIN.encode(), mtime=0), name)))) == 2
    assert len(rows(CsvSource(written(PLAIN, name)))) == 2


def test_records_tell_where_they_begin(written: Write) -> None:
    """A field may span lines; blank lines are no records, but count as lines."""
    text = 'id,opened\n1,"a\nb ""c"""\n\n2,d\n'
    source = CsvSource(written(text))
    assert rows(source) == [(2, ["1", 'a\nb "c"']), (5, ["2", "d"])]
    assert [record.text for record in source.records()] == ['1,"a\nb ""c"""', "2,d"]


def test_a_record_of_another_width_is_told_with_its_line(written: Write) -> None:
    """Too few fields and too many are problems of that record alone."""
    source = CsvSource(written("id,opened\n1\n2,b,c\n3,d\n"))
    assert rows(source) == [
        (2, "it has 1 fields; the header has 2"),
        (3, "it has 3 fields; the header has 2"),
        (4, ["3", "d"]),
    ]


@pytest.mark.parametrize("rest", ["3,c\n4,d\n", "3,c\n" * 3, '3,"c"\n4,d\n'])
def test_a_quotation_mark_that_is_not_closed_costs_one_line(written: Write, rest: str) -> None:
    """What follows the line is read as if the line were not there."""
    source = CsvSource(written('id,opened\n1,a\n2,"b\n' + rest))
    found = rows(source)
    assert found[0] == (2, ["1", "a"])
    assert found[1][0] == 3
    assert "quotation mark" in str(found[1][1])
    assert found[2] == (4, ["3", "c"])
    assert len(found) == 2 + rest.count("\n")
    assert [record.text for record in source.records()][1] == '2,"b'


def test_a_field_beyond_every_measure_costs_one_line(written: Write) -> None:
    """A field of more than a million characters is a problem, not a crash."""
    text = f"id,opened\n1,{'x' * (FIELD_LENGTH_MAX + 1)}\n2,{'y' * 200_000}\n"
    (first, problem), (second, fields) = rows(CsvSource(written(text)))
    assert (first, second) == (2, 3)
    assert "too long" in str(problem)
    assert fields == ["2", "y" * 200_000]


@pytest.mark.parametrize(
    ("content", "encoding", "said"),
    [
        (b"", "utf-8", "has no header: it is empty"),
        (b"\n\n", "utf-8", "has no header"),
        (b",,\n", "utf-8", "has no header"),
        (b"id\0,opened\n", "utf-8", "NUL bytes; if it is UTF-16"),
        ("id,opened\n1,2\n".encode("utf-16-le"), "utf-8", "NUL bytes; if it is UTF-16"),
        (b"\x7fELF\x02\x01\n\0\0", "latin-1", "header holds control characters"),
        (b"SQLite format 3\0", "utf-8", "NUL bytes"),
        ("id,区\n1,香坊区\n".encode("gb18030"), "utf-8", "byte 3 in line 1"),
        (b"id,a\n1,\xe9\n2,b\n", "utf-8", "is not utf-8 text: byte 7 in line 2"),
        ("id,é\n".encode("utf-8-sig"), "latin-1", 'say encoding = "utf-8"'),
        ("id,a\n".encode("utf-16"), "utf-8", 'say encoding = "utf-16"'),
        (gzip.compress(PLAIN.encode() * 99, mtime=0)[:60], "utf-8", "cannot be read"),
        (gzip.compress(PLAIN.encode(), mtime=0)[:-4] + b"\0\0\0\1", "utf-8", "cannot be read"),
        (b'id,"opened\n1,2\n', "utf-8", "has no header: a quotation mark"),
    ],
)
def test_a_file_that_is_not_what_it_seems_is_refused(
    written: Write, content: bytes, encoding: str, said: str
) -> None:
    """The error names the file, what is wrong with it, and where."""
    path = written(content)
    with pytest.raises(InputError) as refused:
        CsvSource(path, encoding=encoding)
    assert said in refused.value.message
    assert str(path) in refused.value.message


def test_a_fault_far_into_a_file_is_placed(written: Write) -> None:
    """Byte and line are those of the unpacked file, beyond the first pieces read."""
    good = "id,区\n" + "1,香坊区\n" * 100_000
    bad = gzip.compress(good.encode() + b"1,\xff\n" + b"2,b\n" * 10, mtime=0)
    with pytest.raises(InputError, match=rf"byte {len(good.encode()) + 2} in line 100002 "):
        CsvSource(written(bad))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """A missing file and a directory are told apart."""
    with pytest.raises(InputError, match="is not there"):
        CsvSource(tmp_path / "nowhere.csv")
    with pytest.raises(InputError, match="is a directory"):
        CsvSource(tmp_path)


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("id,created", ["no column 'opened'", "'id', 'created'"]),
        ("id;opened", ["no column 'id', 'opened'", "separated by ','", "is it ';'"]),
        ("id\topened", ["separated by ','", r"is it '\t'"]),
        ("id,opened,opened", ["'opened' more than once"]),
    ],
)
def test_columns_that_are_not_there_are_named(written: Write, header: str, said: list[str]) -> None:
    """The error lists what the header does name."""
    source = CsvSource(written(f"{header}\n1,2\n"))
    with pytest.raises(InputError) as refused:
        source.places({"external_id": "id", "opened_at": "opened"})
    assert [word for word in said if word not in refused.value.message] == []


WANTED = ("id", "opened")


@pytest.mark.parametrize(
    ("header", "wanted", "found"),
    [
        ("id,opened", WANTED, ","),
        ("id;opened", WANTED, ";"),
        ("id\topened", WANTED, "\t"),
        ("id|opened|x;y", WANTED, "|"),
        ('"id";"opened"', WANTED, ";"),
        ('"id, or number";"opened"', ("id, or number", "opened"), ";"),
        ("id;opened,closed", WANTED, ","),
        ("id;begun", WANTED, ","),
        ("id;opened", ("id;opened",), ","),
    ],
)
def test_a_mark_is_found_by_the_columns_wanted(
    written: Write, header: str, wanted: tuple[str, ...], found: str
) -> None:
    """Only where commas separate nothing, and another mark finds every column."""
    source = CsvSource(written(f"{header}\n1{found}2\n"), delimiter=None, wanted=wanted)
    assert source.delimiter == found


def test_only_columns_of_the_map_must_be_unique(written: Write) -> None:
    """A header may repeat or leave blank what nobody asks for; spaces around names are ignored."""
    source = CsvSource(written(" id ,opened,,x,x\n"))
    assert source.places({"external_id": "id", "opened_at": "opened"}) == {
        "external_id": 0,
        "opened_at": 1,
    }
