"""From a PostgreSQL URL to what libpq and the store need of it. No password is ever shown."""

from __future__ import annotations

import re
from typing import Final, NamedTuple
from urllib.parse import unquote

import psycopg
from psycopg import pq
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from zhili.errors import InputError

__all__ = ["Address"]

POOL_SIZE_DEFAULT: Final = 4
POOL_SIZE_MAX: Final = 32
SCHEMA_BYTES_MAX: Final = 63

EXAMPLE: Final = "postgresql://user@host:5432/database?sslmode=require&schema=zhili&pool_size=4"

_OWN: Final = frozenset({"schema", "pool_size"})


class Address(NamedTuple):
    """Where a store on PostgreSQL is: what libpq is told, and our own two parameters."""

    conninfo: str
    schema: str | None
    pool_size: int
    shown: str

    @classmethod
    def of(cls, url: str) -> Address:
        """
        Read *url*.

        Raises:
            InputError: If it cannot be understood, or names a parameter that does not exist.
        """
        match = re.match(r"(?i)postgres(?:ql)?://", url)
        if match is None or re.search("[\0\ud800-\udfff]", url):
            raise InputError(f"a PostgreSQL URL looks like {EXAMPLE}")
        _refuse_loose_password(url[match.end() :])
        place, question, query = url[match.end() :].partition("?")
        own, others = _parted(query)
        asked = "?" + "&".join(others) if question and others else ""
        told = _libpq(f"postgresql://{place}{asked}")
        ports = told.get("port", "").split(",")
        if not all(not port or (port.isascii() and port.isdigit()) for port in ports):
            # Not shown: a password without the @ after it stands there.
            message = f"the PostgreSQL URL has a port that is no number; one looks like {EXAMPLE}"
            raise InputError(message)
        schema = _schema(own.get("schema"))
        told["client_encoding"] = "UTF8"
        told.setdefault("fallback_application_name", "zhili")
        return cls(
            conninfo=make_conninfo(**told),
            schema=schema,
            pool_size=_pool_size(own.get("pool_size")),
            shown=_shown(told, schema),
        )


def _refuse_loose_password(rest: str) -> None:
    """Refuse what would put a piece of a password where a host or a database is named."""
    authority = re.split(r"[/?]", rest, maxsplit=1)[0]
    if rest.count("@") > authority.count("@") or authority.count("@") > 1:
        message = (
            "the PostgreSQL URL has an @ where none may stand; inside a name or a password write "
            "@ as %40, / as %2F, ? as %3F"
        )
        raise InputError(message)


def _parted(query: str) -> tuple[dict[str, str], list[str]]:
    """Part our own parameters from libpq's, and refuse what neither knows."""
    # `ssl` is no keyword of libpq, but its URLs take ssl=true for sslmode=require.
    known = {default.keyword.decode() for default in pq.Conninfo.get_defaults()} | {"ssl"}
    own: dict[str, str] = {}
    others: list[str] = []
    for pair in query.split("&") if query else ():
        name, _, value = pair.partition("=")
        name = unquote(name)
        if name in own:
            raise InputError(f"the parameter {name!r} is given twice; give it once", parameter=name)
        if name in _OWN:
            own[name] = unquote(value)
        elif name not in known:
            said = repr(name) if re.fullmatch(r"\w{1,40}", name) else "of that name"
            message = (
                f"PostgreSQL has no parameter {said}; it has libpq's, e.g. sslmode, host, "
                "connect_timeout, options, and zhili's own: schema, pool_size"
            )
            raise InputError(message, parameter=name)
        else:
            others.append(pair)
    return own, others


def _libpq(url: str) -> dict[str, str]:
    try:
        told = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    except (psycopg.Error, UnicodeError) as error:
        # libpq repeats the URL, and so perhaps a password: only its reason is passed on.
        reason = re.split(r'[:"]|\bin\b', str(error))[0].strip()
        message = f"the PostgreSQL URL cannot be understood ({reason}); it looks like {EXAMPLE}"
        raise InputError(message) from None
    if told.get("client_encoding", "UTF8").lower().replace("-", "") not in {"utf8", "auto"}:
        raise InputError(
            "zhili speaks UTF-8 with every store; leave client_encoding out",
            parameter="client_encoding",
        )
    if "replication" in told:
        raise InputError(
            "a store cannot be used over a replication connection; leave replication out",
            parameter="replication",
        )
    return told


def _schema(value: str | None) -> str | None:
    if value is None:
        return None
    if not value.strip() or len(value.encode()) > SCHEMA_BYTES_MAX or value.startswith("pg_"):
        message = f"schema={value!r} can name no schema: 1 to 63 bytes, not beginning with pg_"
        raise InputError(message, parameter="schema")
    return value


def _pool_size(value: str | None) -> int:
    if value is None:
        return POOL_SIZE_DEFAULT
    if not re.fullmatch(r"[0-9]{1,2}", value) or not 1 <= int(value) <= POOL_SIZE_MAX:
        message = f"pool_size={value!r} must be a whole number from 1 to {POOL_SIZE_MAX}"
        raise InputError(message, parameter="pool_size")
    return int(value)


def _shown(told: dict[str, str], schema: str | None) -> str:
    """Give the address as a message may show it: nothing that opens a door."""
    user = f"{told['user']}@" if "user" in told else ""
    host, port = told.get("host", ""), told.get("port", "")
    aside: list[str] = []
    if "/" in host:  # the directory of a socket cannot stand where a host stands
        aside.append(f"host={host}")
        host = ""
    if schema is not None:
        aside.append(f"schema={schema}")
    place = f"{user}{host}{':' + port if port else ''}/{told.get('dbname', '')}"
    return f"postgresql://{place}{'?' + '&'.join(aside) if aside else ''}"
