"""Every host keeps the same contract, asked over HTTP by a client that knows nothing of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integrations.contract import CONTRACT, Rule

if TYPE_CHECKING:
    from tests.integrations.serving import Host


@pytest.mark.parametrize("rule", CONTRACT, ids=lambda rule: rule.__name__)
def test_contract(host: Host, rule: Rule) -> None:
    """Each rule holds in each host."""
    rule(host)
