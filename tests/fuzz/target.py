"""What is fuzzed: something that takes any bytes, with examples, and how often it is tried."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from zhili.errors import ZhiliError

__all__ = ["ANSWERS", "FULL", "SEED", "Feed", "Target", "Trial", "mutated", "run"]

FULL: Final = os.environ.get("ZHILI_CAMPAIGN") == "full"
FULL_FACTOR: Final = 50
SEED: Final = int(os.environ.get("ZHILI_FUZZ_SEED", "20260302"))
"""Another seed tries other inputs; what fails is printed with the one that it came from."""

BYTES_MAX: Final = 20_000

ANSWERS: Final = (ZhiliError, ValidationError)
"""How bad input may be answered; anything else that is raised is a fault."""

Feed = Callable[[bytes], None]


@dataclass(frozen=True)
class Target:
    """
    Something that takes any bytes and carries them out, or answers why not.

    `open` prepares it in an empty directory; `seeds` are good examples, `words` pieces to put in.
    """

    open: Callable[[Path], AbstractContextManager[Feed]]
    seeds: tuple[bytes, ...]
    words: tuple[bytes, ...]
    count: int

    @property
    def times(self) -> int:
        """How many inputs it is given."""
        return self.count * (FULL_FACTOR if FULL else 1)


@dataclass
class Trial:
    """What became of the inputs of a target."""

    given: int = 0
    taken: int = 0
    refused: int = 0


def run(target: Target, home: Path, name: str) -> Trial:
    """
    Give *target* its mutated examples, and count what it says.

    Raises:
        AssertionError: If one makes it raise what is no answer, with the input that did.
    """
    generator = random.Random(f"{SEED}-{name}")  # noqa: S311 - chance, not secrets
    trial = Trial()
    with target.open(home) as feed:
        for n in range(target.times):
            data = mutated(generator, target)
            trial.given += 1
            try:
                feed(data)
                trial.taken += 1
            except ANSWERS:
                trial.refused += 1
            except Exception as error:
                message = f"input {n} of {name}, seed {SEED}: {error!r}: {data[:2000]!r}"
                raise AssertionError(message) from error
    return trial


def mutated(generator: random.Random, target: Target) -> bytes:
    """Give an example of *target*, changed in a few places; one in some is left as it is."""
    data = generator.choice(target.seeds)
    for _ in range(generator.choice((0, 1, 1, 1, 2, 2, 3, 4, 8))):
        data = generator.choice(WAYS)(data, generator, target)
    return data[:BYTES_MAX]


_TOKEN: Final = re.compile(rb'"[^"\n]{0,200}"|-?[0-9.]+|\w+')
_DIGITS: Final = re.compile(rb"[0-9]+")


def _span(data: bytes, generator: random.Random) -> tuple[int, int]:
    start = generator.randrange(len(data) + 1)
    return start, min(len(data), start + generator.choice((0, 1, 1, 2, 4, 16, 200)))


def _change_a_byte(data: bytes, generator: random.Random, _: Target) -> bytes:
    at = generator.randrange(len(data) + 1)
    return data[:at] + bytes([generator.randrange(256)]) + data[at + 1 :]


def _leave_out(data: bytes, generator: random.Random, _: Target) -> bytes:
    start, end = _span(data, generator)
    return data[:start] + data[end:]


def _repeat(data: bytes, generator: random.Random, _: Target) -> bytes:
    start, end = _span(data, generator)
    return data[:start] + data[start:end] * generator.choice((2, 2, 3, 40)) + data[end:]


def _put_in(data: bytes, generator: random.Random, target: Target) -> bytes:
    start, end = _span(data, generator)
    return data[:start] + generator.choice(target.words) + data[end:]


def _replace_a_token(data: bytes, generator: random.Random, target: Target) -> bytes:
    """Put a word, or another token of the same text, where a token stands."""
    tokens = list(_TOKEN.finditer(data))
    if not tokens:
        return _put_in(data, generator, target)
    old = generator.choice(tokens)
    other = generator.choice(tokens)[0]
    new = other if generator.random() < 0.4 else generator.choice(target.words)
    if old[0][:1] == b'"' != new[:1] and generator.random() < 0.7:
        new = b'"' + new.strip(b'"') + b'"'
    return data[: old.start()] + new + data[old.end() :]


def _change_a_number(data: bytes, generator: random.Random, target: Target) -> bytes:
    numbers = list(_DIGITS.finditer(data))
    if not numbers:
        return _put_in(data, generator, target)
    old = generator.choice(numbers)
    values = (0, 1, 2, 13, 32, 99, 9999, 2**31, 2**63, 10**30, int(old[0][:9]) + 1)
    new = f"{generator.choice(('', '', '', '-'))}{generator.choice(values)}".encode()
    return data[: old.start()] + new + data[old.end() :]


def _splice(data: bytes, generator: random.Random, target: Target) -> bytes:
    other = generator.choice(target.seeds)
    return data[: generator.randrange(len(data) + 1)] + other[generator.randrange(len(other) + 1) :]


WAYS: Final = (
    _change_a_byte,
    _leave_out,
    _repeat,
    _put_in,
    _replace_a_token,
    _replace_a_token,
    _replace_a_token,
    _change_a_number,
    _splice,
)
"""How an example is changed; what keeps its form comes more often than what breaks it."""
