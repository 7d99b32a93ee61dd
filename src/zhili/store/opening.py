"""From a URL to a store. Every parameter of the URL is honoured or refused."""

from __future__ import annotations

from typing import Final, Protocol
from urllib.parse import unquote, urlsplit

from zhili.errors import InputError, StoreError
from zhili.store.store import Store

__all__ = ["OPENERS", "Opener", "open_store", "sqlite_path"]

EXAMPLES = (
    "memory:, sqlite:///cases.db (relative), sqlite:////var/lib/cases.db, postgresql://host/db"
)


class Opener(Protocol):
    """Opens a store of another kind."""

    def __call__(self, url: str, /, *, create: bool) -> Store:
        """Open the store at *url*."""
        ...


OPENERS: Final[dict[str, Opener]] = {}
"""What opens URLs of other schemes: stores that live in a host's own database."""


def open_store(url: str, *, create: bool = True) -> Store:
    """
    Open the store at *url*, making it if there is none and *create* allows it.

    Raises:
        InputError: If the URL cannot be understood or asks for what does not exist.
        StoreError: If there is no store, or one that cannot be used.
    """
    shown = _without_password(str(url))
    if any("\ud800" <= letter <= "\udfff" for letter in shown):
        # How a command line gives bytes that are no text; no message could print them.
        raise InputError(f"the store {shown!a} is not named in UTF-8; one of: {EXAMPLES}")
    if ":" not in shown:
        raise InputError(f"{shown!r} is no store; one of: {EXAMPLES}", url=shown)
    scheme = url.split(":", 1)[0].lower()
    if scheme == "memory":
        return _memory(url)
    if scheme == "sqlite":
        return _sqlite(url, create=create)
    if scheme in {"postgresql", "postgres"}:
        return _postgres(url, create=create)
    if scheme in OPENERS:
        return OPENERS[scheme](url, create=create)
    message = f"{shown!r}: there is no store called {scheme!r}; one of: {EXAMPLES}"
    raise InputError(message, url=shown)


def _memory(url: str) -> Store:
    from zhili.store.sqlite import SQLiteStore  # noqa: PLC0415 - only the store that is asked for

    if url not in {"memory:", "memory://"}:
        raise InputError(f"{url!r}: a store in memory takes no parameters; write memory:", url=url)
    return SQLiteStore(url, None, create=True)


def sqlite_path(url: str) -> str:
    """
    Give the path of the file that a SQLite URL names.

    Raises:
        InputError: If it names none.
    """
    try:
        parts = urlsplit(url)
    except ValueError:  # a bracket without its other, or letters that no host has
        parts = urlsplit("sqlite://host")
    if parts.netloc or not parts.path.startswith("/") or parts.query or parts.fragment:
        shown = _without_password(url)
        message = (
            f"{shown!r}: write sqlite:///file for a relative path, sqlite:////dir/file for an "
            "absolute one, without host or parameters"
        )
        raise InputError(message, url=shown)
    path = unquote(parts.path[1:])
    if any(character in url for character in "\t\r\n"):  # urlsplit drops them without a word
        message = f"{url!r} holds a tab or a line break; in a file's name write %09, %0D or %0A"
        raise InputError(message, url=url)
    if not path or path.endswith("/") or ":memory:" in path or "\0" in path:
        raise InputError(f"{url!r} names no file; e.g. sqlite:///cases.db", url=url)
    return path


def _sqlite(url: str, *, create: bool) -> Store:
    from zhili.store.sqlite import SQLiteStore  # noqa: PLC0415 - as above

    return SQLiteStore(url, sqlite_path(url), create=create)


def _postgres(url: str, *, create: bool) -> Store:
    try:
        from zhili.store.postgres import PostgresStore  # noqa: PLC0415 - needs an extra
    except ImportError as error:
        message = "PostgreSQL needs the extra `postgres`: pip install 'zhili[postgres]'"
        raise StoreError(message, url=_without_password(url)) from error
    return PostgresStore(url, create=create)


def _without_password(url: str) -> str:
    """Give *url* as a message may show it: whatever stands before an @ may hold a password."""
    scheme, colon, rest = url.partition(":")
    if "@" not in rest and "password=" not in rest:
        return url
    return f"{scheme}{colon}//***@{rest.rpartition('@')[2].partition('?')[0]}"
