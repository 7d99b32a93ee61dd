"""
Receipt codes 回执码: the secret with which somebody without an account follows their appeal.

Eighty bits in Crockford's signs and a check sign. Whoever holds a code is the complainant whose id
is made from it; the code itself is kept nowhere, and nobody who reads the record can find it.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from typing import Final
from uuid import UUID

from zhili.values import Actor
from zhili.workflows.role import COMPLAINANT

__all__ = ["GROUP", "case_id_for", "code_for", "grouped", "holder_of", "read_code"]

SIGNS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's 32: none is mistaken for another."""

MISTAKEN: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
BITS: Final = 80
LENGTH: Final = BITS // 5
MODULUS: Final = 37
GROUP: Final = 4

VERSION_7: Final = 7
VARIANT: Final = 2


def code_for(secret: str, key: str) -> str:
    """
    Make the code for the form *key* of a browser whose cookie holds *secret*.

    The same form of the same browser gives the same code, so that a form that is sent twice leads
    to one receipt; nobody else can work it out.
    """
    for turn in range(256):
        digest = _digest(secret, f"code:{turn}:{key}")
        bits = int.from_bytes(digest[: BITS // 8], "big")
        if bits % MODULUS < len(SIGNS):  # so that the check sign is one that people can say
            return _spelt(bits) + SIGNS[bits % MODULUS]
    raise AssertionError("one in seven does not fit; 256 in a row never happen")


def case_id_for(secret: str, key: str, made: UUID) -> UUID:
    """Make the id of the case that a form opens, of the time of *made*; sent again, the same."""
    bits = int.from_bytes(_digest(secret, f"case:{key}")[:16], "big")
    bits = (made.int >> 80 << 80) | (bits & ((1 << 80) - 1))
    bits = (bits & ~(0xF << 76)) | (VERSION_7 << 76)
    bits = (bits & ~(0x3 << 62)) | (VARIANT << 62)
    return UUID(int=bits)


def _digest(secret: str, words: str) -> bytes:
    return hmac.digest(secret.encode(), words.encode(), hashlib.sha256)


def _spelt(bits: int) -> str:
    return "".join(SIGNS[bits >> shift & 31] for shift in range(BITS - 5, -1, -5))


def grouped(code: str) -> str:
    """Give a code in groups of four, as people write it down."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def read_code(text: str) -> str | None:
    """Give the code that somebody has typed, however it was written; None if it is mistyped."""
    plain = unicodedata.normalize("NFKC", text).upper().translate(MISTAKEN)
    code = "".join(sign for sign in plain if not sign.isspace() and sign not in "-‐–—_.")
    if len(code) != LENGTH + 1 or any(sign not in SIGNS for sign in code):
        return None
    bits = 0
    for sign in code[:-1]:
        bits = bits << 5 | SIGNS.index(sign)
    return code if bits % MODULUS == SIGNS.index(code[-1]) else None


def holder_of(code: str) -> Actor:
    """Give whoever holds *code*: a complainant, under an id from which nobody can tell the code."""
    digest = hashlib.sha256(code.encode()).hexdigest()
    return Actor(id=f"receipt:{digest[:32]}", role=COMPLAINANT)
