"""
Fuzzing led by coverage, where atheris is installed: `python -m tests.fuzz.with_atheris [TARGET]`.

atheris is no dependency of the build: no one version of it runs on every Python that zhili runs
on. `pip install atheris` in the development environment is enough. Each target runs for
`ZHILI_ATHERIS_SECONDS` (60); an input that is carried out wrongly is printed and kept in the
current directory, as libFuzzer does.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

SECONDS: Final = os.environ.get("ZHILI_ATHERIS_SECONDS", "60")


def main(arguments: list[str]) -> int:
    """Fuzz the targets that are named, or all, each in a process of its own; give an exit code."""
    if importlib.util.find_spec("atheris") is None:
        say("atheris is not installed, so nothing is led by coverage: pip install atheris")
        return 0
    if arguments[:1] == ["--in"]:
        fuzz(*arguments[1:3])
        return 0
    from tests.fuzz.test_fuzz import TARGETS

    unknown = sorted(set(arguments) - set(TARGETS))
    if unknown:
        say(f"there is no target {unknown[0]!r}; there are: {', '.join(TARGETS)}")
        return 2
    codes = []
    for name in arguments or TARGETS:
        with tempfile.TemporaryDirectory() as home:
            command = [sys.executable, "-m", "tests.fuzz.with_atheris", "--in", home, name]
            codes.append(subprocess.call(command))
    return max(codes)


def fuzz(home: str, name: str) -> None:
    """Fuzz one target in the directory *home*; libFuzzer ends the process itself."""
    import atheris

    with atheris.instrument_imports(include=["zhili"]):
        from tests.fuzz.target import ANSWERS
        from tests.fuzz.test_fuzz import TARGETS
    target = TARGETS[name]
    corpus, place = Path(home) / "corpus", Path(home) / "target"
    corpus.mkdir()
    place.mkdir()
    for n, seed in enumerate(target.seeds):
        (corpus / str(n)).write_bytes(seed)
    with target.open(place) as feed:

        def take(data: bytes) -> None:
            try:
                feed(data)
            except ANSWERS:
                return

        atheris.Setup([name, str(corpus), f"-max_total_time={SECONDS}"], take)
        atheris.Fuzz()


def say(line: str) -> None:
    """Write one line."""
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
