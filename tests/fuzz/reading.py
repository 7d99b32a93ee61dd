"""What is read from outside: maps, times, policies' documents, CSV files, URLs of stores."""

from __future__ import annotations

import json
from contextlib import chdir, contextmanager, nullcontext, suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.fuzz.target import Target
from zhili import Engine
from zhili.errors import InputError, PolicyRefusedError
from zhili.interchange import ImportMap, import_cases
from zhili.interchange.time_reader import TimeReader, check_format
from zhili.policies import POLICIES, defaults
from zhili.policies.calendar import Calendar
from zhili.policies.limit import Limit
from zhili.policies.organisation import Organisation
from zhili.policies.presets import PRESETS
from zhili.policies.unit import Unit
from zhili.store import open_store
from zhili.store.postgres.address import Address

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fuzz.target import Feed

__all__ = ["CSV", "MAPS", "POLICY_DOCUMENTS", "TIMES", "URLS", "WORDS"]

WORDS: Final = (
    b"null", b"true", b"false", b"0", b"-1", b"1e999", b"NaN", b"[]", b"{}", b'""', b"[[[[", b"]}",
    b'"', b"\0", b"\\ud800", b"\\u0000", b"%s", b"../..", b"'; DROP TABLE cases --",
    b",", b";", b"\t", b"\r", b"\n", b"\r\n", b"=", b"#", b"\xff\xfe", b"\xc3", b"\x1f\x8b",
    b"2026-02-30", b"24:00", b"+99:99", b"0001-01-01T00:00:00+14:00", b"9999-12-31T23:59:59-14:00",
    *(word.encode() for word in ("\ufeff", "\u2028", "\U0001f4de", "％", "街道", "é")),
    b"x" * 300, b"9" * 5000, b"[" * 3000, b'{"a":' * 2000,
)  # fmt: skip
"""What has hurt programs before."""

_MAP = b"""[source]
system = "nyc311"
zone = "America/New_York"
encoding = "utf-8"
delimiter = ","
[columns]
external_id = "id"
opened_at = "opened"
closed_at = "closed"
due_at = "due"
status = "status"
unit = "agency"
[values]
time_formats = ["%Y-%m-%d %H:%M:%S", "%m/%d/%y"]
null = ["", "N/A"]
closed_statuses = ["Closed"]
[duplicates]
external_id = "keep-all"
"""
_SMALL_MAP = b'[source]\nsystem = "s"\n[columns]\nexternal_id = "id"\nopened_at = "opened"\n'
_MAP_WORDS = (
    b"keep-first", b"[source]", b"[values]", b"gb18030", b"utf-16", b"utf-7", b"idna", b"rot13",
    b"base64", b"punycode", b"unicode_escape", b"hex", b"zlib", b"undefined", b"raw_unicode_escape",
    b"Asia/Shanghai", b"../../etc", b"America", b"posixrules", b"%I", b"%p", b"%Z", b"%j %G %V %u",
    b"%", b"%%", b"%Y%m%d%f", b"'''", b'"""', b"= [", b"1979-05-27", b"0x1F", b"inf",
)  # fmt: skip


def _map(data: bytes) -> None:
    ImportMap.parse(data.decode(errors="surrogateescape"))


MAPS: Final = Target(
    open=lambda _: nullcontext(_map),
    seeds=(_MAP, _SMALL_MAP),
    words=(*WORDS, *_MAP_WORDS),
    count=12_000,
)


def _time(data: bytes) -> None:
    """Take the zone, the format and the text from three lines."""
    zone, time_format, text = (*data.decode(errors="replace").split("\n", 2), "", "")[:3]
    found = {"s": "Asia/Shanghai", "n": "America/New_York"}.get(zone[:1], "UTC")
    formats = ()
    try:
        formats = (check_format(time_format),) if time_format else ()
    except ValueError as error:
        raise InputError(str(error)) from error
    try:
        reading = TimeReader(found, formats).read(text)
    except (ValueError, OverflowError) as error:
        raise InputError(str(error)) from error
    assert reading.instant.tzinfo is UTC


TIMES: Final = Target(
    open=lambda _: nullcontext(_time),
    seeds=(
        b"shanghai\n\n2026-03-02T09:00:00+08:00",
        b"new york\n%m/%d/%Y %I:%M:%S %p\n03/11/2018 02:30:00 AM",
        b"utc\n%Y-%m-%d %H:%M:%S\n2026-03-02 09:00:00",
        b"n\n%d.%m.%y %H:%M\n4.11.18 1:30",
        b"s\n%Y%m%d\n20260302",
        b"n\n%Y-%m-%dT%H:%M:%S.%f%z\n0001-01-01T00:00:00.5-0500",
    ),
    words=(
        *WORDS,
        b"%b",
        b"%B %d",
        b"%j",
        b"%U %w",
        b"%G-W%V-%u",
        b"%z",
        b"%c",
        b"%x",
        b"W53",
        b"\n",
    ),
    count=12_000,
)


def _documents() -> tuple[bytes, ...]:
    units = (
        Unit(id="110105", name="甲区", level="district", division="110105"),
        Unit(id="110105001", name="一街道", level="street", parent="110105"),
        Unit(id="old", name="旧", level="street", valid_to=date(2026, 6, 1), successor="110105001"),
    )
    calendar = Calendar(
        first=date(2026, 1, 1),
        certain_until=date(2026, 12, 31),
        off={date(2026, 5, 1): "劳动节"},
        made_up={date(2026, 5, 9): "劳动节"},
    )
    small = [one for one in defaults("Asia/Shanghai") if not isinstance(one, Calendar)]
    policies = (calendar, Organisation(units=units), *small, *(make() for make in PRESETS.values()))
    routing = {
        "routes": [
            {"category": "environment/refuse", "unit_kinds": ["street"], "legal_basis": "x"},
            {"category": "roads", "unit_kinds": ["parks"], "legal_basis": "y", "to_street": True},
        ]
    }
    return (
        *(_as_json(policy.name, policy.model_dump(mode="json")) for policy in policies),
        _as_json("routing", routing),
    )


def _as_json(name: str, document: dict[str, Any]) -> bytes:
    return json.dumps({"policy": name, "document": document}, ensure_ascii=False).encode()


_DAY: Final = date(2026, 6, 1)
_LIMITS: Final = (
    Limit(amount=3, unit="working_days"),
    Limit(amount=24, unit="months"),
    Limit(amount=2, unit="hours"),
)


def _policy(data: bytes) -> None:
    """Read a document and ask it what an engine asks; it may refuse, and nothing else."""
    try:
        told = json.loads(data)
        name, document = told["policy"], told["document"]
        kind = POLICIES[name]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise InputError(str(error)) from error
    policy = kind.model_validate(document)
    assert kind.model_validate(policy.model_dump(mode="json")) == policy
    with suppress(PolicyRefusedError):
        _ask(policy)


def _ask(policy: Any) -> None:
    if isinstance(policy, Calendar):
        for limit in _LIMITS:
            policy.deadline(datetime(2026, 4, 30, 9, tzinfo=UTC), limit)
    elif isinstance(policy, Organisation):
        for unit in (*policy.units[:3], Unit(id="110105001", name="x")):
            policy.is_within(unit.id, "110105", _DAY)
            policy.level(unit.id, _DAY)
    elif policy.name == "time_limits":
        for clock in ("handle", "sign", "confirm"):
            policy.limit(clock, kind="complaint", grade="II", category="roads/lighting")


POLICY_DOCUMENTS: Final = Target(
    open=lambda _: nullcontext(_policy),
    seeds=_documents(),
    words=(
        *WORDS,
        *(name.encode() for name in POLICIES),
        b"0001-01-01",
        b"9999-12-31",
        b"23:59:60",
    ),
    count=12_000,
)


@contextmanager
def _imports(home: Path) -> Iterator[Feed]:
    """Bring each file into the same store, under one of three maps; the audit is clean after it."""
    file, rejects = home / "file.csv", home / "rejects.csv"
    maps = [
        ImportMap.parse(text.decode())
        for text in (
            _MAP.replace(b'delimiter = ","\n', b""),
            _SMALL_MAP,
            _SMALL_MAP.replace(b'"s"', b'"t"\nencoding = "gb18030"'),
        )
    ]
    with Engine.open("memory:") as engine:

        def feed(data: bytes) -> None:
            file.write_bytes(data)
            rejects.unlink(missing_ok=True)
            summary = import_cases(engine, file, maps[len(data) % 3], rejects=rejects)
            assert summary.rejected == 0 or rejects.is_file()

        yield feed
        report = engine.audit()
        assert report.findings == ()
        assert report.cases > 100


CSV: Final = Target(
    open=_imports,
    seeds=(
        (
            b"id,opened,closed,due,status,agency\r\n"
            b"1,2018-03-11 02:30:00,2018-03-12 00:00:00,,Closed,DOT\r\n"
            b"2,11/04/18,,2018-12-01 00:00:00,Open,NYPD\r\n"
            b'3,2019-01-01 10:00:00,2018-01-01 10:00:00,N/A,"Closed",\r\n'
        ),
        b"id,opened\n1,2026-03-02\n2,2026-03-02T09:00:00+08:00\n1,2026-03-03\n",
        b"id;opened\n1;2026-03-02\n2;bad\n",
        "id,opened\n街道,2026-03-02\n".encode("gb18030"),
        b"id,opened\n" + b"".join(b"%d,2026-03-%02d\n" % (n, n % 40) for n in range(60)),
    ),
    words=(*WORDS, b'"', b'""', b"id,opened\n", b"Closed", b"2018-13-01 00:00:00", b"|", b"\x1a"),
    count=1_500,
)


@contextmanager
def _stores(home: Path) -> Iterator[Feed]:
    """Open what is there and make nothing; of PostgreSQL only the address is read."""
    with Engine.open(f"sqlite:///{home}/there.db"):
        pass

    def feed(data: bytes) -> None:
        url = data.decode(errors="surrogateescape")  # as the command line gives it
        if url.lower().startswith("postgres"):
            address = Address.of(url)
            hidden = ":secret@" in url and url.count("secret") == 1
            assert not (hidden and "secret" in address.shown)
            return
        try:
            open_store(url, create=False).close()
        finally:
            assert {one.name for one in home.iterdir()} == {"there.db"}

    with chdir(home):
        yield feed


_URL_WORDS: Final = (
    b"%00", b"%2F", b"%", b"@", b"//", b":", b"?", b"&", b"[", b"]", b":memory:", b"file:",
    b"mode=ro", b"schema=", b"pool_size=33", b"replication=1", b"service=x",
)  # fmt: skip

URLS: Final = Target(
    open=_stores,
    seeds=(
        b"memory:",
        b"sqlite:///there.db",
        b"sqlite:///missing.db",
        b"postgresql://zhili:secret@host:5432/cases?sslmode=require&schema=zhili&pool_size=4",
        b"postgres://user@[::1]:5433,other/cases?connect_timeout=3&application_name=x",
        b"postgresql:///cases?host=/var/run/postgresql&user=zhili&password=secret",
    ),
    words=(*WORDS, *_URL_WORDS),
    count=12_000,
)
