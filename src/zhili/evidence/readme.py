"""The README of an exported folder, for the auditor: in English and in Chinese."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import Final

from zhili.evidence.manifest import Form

__all__ = ["readmes"]

NAMES: Final = ("README.md", "README.zh-CN.md")


def readmes(forms: Sequence[Form]) -> Iterator[tuple[str, str]]:
    """Give name and text of the READMEs of a folder that holds *forms*."""
    shown = " + ".join(forms)
    for name in NAMES:
        text = files("zhili.evidence").joinpath("text", name).read_text(encoding="utf-8")
        yield name, text.replace("{forms}", shown)
