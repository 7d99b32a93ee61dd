"""What every store does, in a host's database: outside of its transactions and inside of one."""

from __future__ import annotations

from tests.store.test_access_log import *  # noqa: F403 - as below
from tests.store.test_contract import *  # noqa: F403 - the same suite, with the stores of this room
from tests.store.test_copy_out import *  # noqa: F403 - as above
