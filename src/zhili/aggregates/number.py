"""The number of a case that people read out on the telephone, with a check character."""

from datetime import date
from typing import Final
from uuid import UUID

from zhili.errors import InputError

__all__ = ["check_number", "number_of"]

ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_VALUES: Final = {character: value for value, character in enumerate(ALPHABET)}
SPOKEN: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's 32 characters: none is mistaken for another."""


def number_of(case_id: UUID, opened_on: date) -> str:
    """
    Give the number of a case: the day it was opened, ten characters of its id, a check character.

    For example `260302-7K3F9-Q4M2R-X`. Equal case ids give equal numbers; fifty bits a day make a
    second case of the same number less likely than one in a thousand years of a city's hotline.
    """
    bits = case_id.int & ((1 << 50) - 1)
    spoken = "".join([SPOKEN[(bits >> shift) & 31] for shift in range(45, -1, -5)])
    body = f"{opened_on:%y%m%d}{spoken}"
    return f"{body[:6]}-{body[6:11]}-{body[11:]}-{_check_character(body)}"


def check_number(text: str) -> str:
    """
    Give *text* as a case number, however it was written, if its check character is right.

    Raises:
        InputError: If it is mistyped.
    """
    body = text.upper().replace("-", "").replace(" ", "")
    right = len(body) == 17 and body.isalnum() and body.isascii()  # noqa: PLR2004 - 6 + 10 + 1
    if not right or _check_character(body[:-1]) != body[-1]:
        message = f"{text!r} is no case number; one looks like 260302-7K3F9-Q4M2R-X"
        raise InputError(message, number=text)
    return f"{body[:6]}-{body[6:11]}-{body[11:16]}-{body[16]}"


def _check_character(body: str) -> str:
    """Compute ISO 7064 MOD 37,36: finds every single wrong character and every swap of two."""
    product = 36
    for character in body:
        total = (product + _VALUES[character]) % 36 or 36
        product = total * 2 % 37
    return ALPHABET[(37 - product) % 36]
