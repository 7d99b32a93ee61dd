"""What PostgreSQL's refusals mean here."""

from __future__ import annotations

import psycopg
from psycopg import errors

from zhili.errors import InputError, StoreError, ZhiliError
from zhili.store.postgres.pool import reason
from zhili.store.postgres.sql import POLICIES_CHANGED
from zhili.store.store import (
    KeyTakenError,
    NumberTakenError,
    PoliciesChangedError,
    VersionTakenError,
)

__all__ = ["refusal_of"]


def refusal_of(error: psycopg.Error, url: str, *, prefix: str = "") -> ZhiliError:
    """Give *error* in the words of the store at *url*, whose tables' names have a *prefix*."""
    if error.sqlstate == POLICIES_CHANGED:
        return PoliciesChangedError("a policy was published meanwhile")
    if isinstance(error, errors.UniqueViolation):
        taken = (error.diag.constraint_name or "").removeprefix(prefix)
        if taken == "stored_events_pkey":
            return VersionTakenError("somebody else moved the case first")
        if taken == "keys_pkey":
            return KeyTakenError("the key was used meanwhile")
        if taken == "cases_number":
            return NumberTakenError("another case has this number")
    if _has_nul(error):
        return InputError(
            "a text holds the character NUL (U+0000), which PostgreSQL cannot keep; leave it out"
        )
    return StoreError(f"{url} refused: {reason(error)}", url=url, sqlstate=error.sqlstate)


def _has_nul(error: psycopg.Error) -> bool:
    # Three who may find it: psycopg in a text, the server in bytes, and its JSON as \u0000.
    said = str(error)
    return (
        isinstance(error, errors.UntranslatableCharacter)
        or (isinstance(error, errors.CharacterNotInRepertoire) and "0x00" in said)
        or (isinstance(error, psycopg.DataError) and error.sqlstate is None and "NUL" in said)
    )
