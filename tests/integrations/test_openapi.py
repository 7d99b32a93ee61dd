"""The description is true: a tester who knows nothing else finds no answer that it does not say."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.integrations.conftest import command_of, host_of
from tests.integrations.serving import Host, serving

if TYPE_CHECKING:
    from collections.abc import Sequence

FULL = os.environ.get("ZHILI_CAMPAIGN") == "full"
CONFIG = Path(__file__).with_name("schemathesis.toml")
SOME = (
    r"^/(cases/complaint|cases/complaint/\{case_id\}/(accept|dispatch)|cases/\{case_id\}(/clocks)?"
    r"|worklist|wall|statistics|statistics/closing_rate|head)$"
)
"""What is tested each time; everything with ZHILI_CAMPAIGN=full (`make contract`)."""


def options() -> Sequence[str]:
    """Give what is tested, and how long."""
    if FULL:
        return ("--phases", "coverage,fuzzing,stateful", "--max-examples", "50")
    return ("--phases", "coverage,fuzzing", "--max-examples", "1", "--include-path-regex", SOME)


def case_of(host: Host) -> str:
    """Give the id of a case that is there."""
    listed = httpx.get(f"{host.url}/worklist", headers=host.headers_of("lin"), timeout=60).json()
    return str(listed["items"][0]["case_id"])


@pytest.mark.slow
@pytest.mark.campaign
def test_answers_are_as_described(store: str, tmp_path: Path) -> None:
    """Statuses, media types, headers and bodies are those of /openapi.json, bad data is refused."""
    with serving(command_of("fastapi"), STORE=store) as served:
        host = host_of("fastapi", served)
        config = tmp_path / "schemathesis.toml"
        known = f'[parameters]\n"path.case_id" = "{case_of(host)}"\n\n'
        config.write_text(known + CONFIG.read_text(encoding="utf-8"), encoding="utf-8")
        headers = [f"{name}: {value}" for name, value in host.headers_of("lin").items()]
        ran = subprocess.run(
            [
                sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run",
                f"{host.url}/openapi.json", "--header", *headers, "--no-color", "--seed", "1",
                "--suppress-health-check", "all", *options(),
            ],
            cwd=tmp_path, capture_output=True, text=True, check=False,
            timeout=None if FULL else 300,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stdout[-20_000:] + ran.stderr
        tested = re.search(r"Tested: (\d+)", ran.stdout)
        assert tested is not None, ran.stdout
        assert int(tested[1]) >= 9
        assert "Traceback" not in "".join(served.said)
