"""What became of a key as one line of `keys.jsonl`: so a repeated submit is known after a move."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, cast
from uuid import UUID

from pydantic import ValidationError
from pydantic_core import from_json

from zhili.engine.receipt import Receipts
from zhili.store.raw_rows import KeyEntry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhili.evidence.register_at import RegisterAt
    from zhili.store import Store

__all__ = ["key_line", "key_of", "keys_at"]

PAGE: Final = 2000
DIGEST_LENGTH: Final = 32

_PAGE: Final = "SELECT key, digest, receipt FROM keys WHERE key > :after ORDER BY key LIMIT :page"


def key_line(entry: KeyEntry) -> bytes:
    """Give the line of a key, with the end of the line."""
    key, digest, receipt = entry
    fields = {"key": key, "digest": bytes(digest).hex(), "receipt": receipt}
    return (json.dumps(fields, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def key_of(content: bytes) -> KeyEntry:
    """
    Read a line.

    Raises:
        ValueError: If it is not written as an export writes it.
    """
    fields: Any = from_json(content, allow_inf_nan=False)
    try:
        found = cast("dict[str, str]", fields)
        entry = (found["key"], bytes.fromhex(found["digest"]), found["receipt"])
        Receipts.model_validate_json(entry[2])
        right = key_line(entry) == content and len(entry[1]) == DIGEST_LENGTH
    except (TypeError, KeyError, AttributeError, ValidationError) as error:
        raise ValueError("it is no key with its digest and receipt") from error
    if not right or "\0" in entry[0]:
        raise ValueError("the key is not written as an export writes it")
    return entry


def keys_at(store: Store, register: RegisterAt) -> Iterator[KeyEntry]:
    """Give the keys that had been used by the position of *register*."""
    after = ""
    while page := store.rows(_PAGE, {"after": after, "page": PAGE}):
        register.follow()  # what anybody wrote before the page was read is known after this
        for key, digest, receipt in page:
            if _was_used(store, register, str(key), str(receipt)):
                yield str(key), bytes(digest), str(receipt)
        after = str(page[-1][0])


def _was_used(store: Store, register: RegisterAt, key: str, receipt: str) -> bool:
    try:
        last = Receipts.model_validate_json(receipt).last
    except ValidationError:
        return False
    if last is None:  # a clock's; where the case has moved since, its own state says that it fired
        parts = key.split(":")
        return len(parts) > 1 and parts[1] not in register.moved
    case_id, version = last
    if str(case_id) not in register.moved:
        return True
    place = store.place(UUID(str(case_id)), version)
    return place is not None and place[0] <= register.position
