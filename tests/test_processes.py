"""Several processes asked for where no other can begin."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from zhili import Engine

if TYPE_CHECKING:
    from pathlib import Path

SCRIPT = """
from zhili import Engine
with Engine.open({url!r}, create=False) as engine:
    print(engine.audit(jobs=2).clean)
"""


def test_a_script_without_its_guard_is_told_so(tmp_path: Path) -> None:
    """One error that says what to write, not a broken pool."""
    url = f"sqlite:///{tmp_path / 'cases.db'}"
    Engine.open(url).close()
    script = tmp_path / "unguarded.py"
    script.write_text(SCRIPT.format(url=url), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 1
    assert 'needs `if __name__ == "__main__":`' in done.stderr.splitlines()[-1]
