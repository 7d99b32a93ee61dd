"""What an engine does, in a host's database: outside of its transactions and inside of one."""

from __future__ import annotations

from tests.engine.test_keys import *  # noqa: F403 - the same suites, over the stores of this room
from tests.engine.test_submit import *  # noqa: F403 - as above
