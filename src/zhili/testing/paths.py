"""The shortest ordinary way of a complaint to each of its states."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from zhili.testing import controls as c
from zhili.testing.control import OTHER_CASE
from zhili.testing.world import TICK, Happening

__all__ = ["PATHS", "path_to"]

Path = tuple[Happening, ...]

ACCEPTED: Final[Path] = (c.REGISTER, c.ACCEPT)
MAIN_CASE: Final[Path] = (c.REGISTER.on(OTHER_CASE), c.ACCEPT.on(OTHER_CASE))
DISPATCHED: Final[Path] = (*ACCEPTED, c.DISPATCH)
SIGNED: Final[Path] = (*DISPATCHED, c.SIGN)
HANDLING: Final[Path] = (*SIGNED, c.RECORD_CONTACT)
LEDGER_ASKED: Final[Path] = (*HANDLING, c.REQUEST_LEDGERING, c.FIRST_CHECK_LEDGERING)
REPLIED: Final[Path] = (*HANDLING, c.SUBMIT_REPLY, c.SIGN_OFF_REPLY)
CALLBACK: Final[Path] = (*REPLIED, c.ACCEPT_REPLY)
CLOSED: Final[Path] = (*CALLBACK, c.RECORD_CALLBACK, c.CLOSE)

PATHS: Final[Mapping[str, Path]] = MappingProxyType(
    {
        "registered": (c.REGISTER,),
        "answered": (c.REGISTER_ENQUIRY, c.ANSWER_IMMEDIATELY),
        "not_accepted": (c.REGISTER, c.DECLINE),
        "referred_out": (c.REGISTER, c.TRANSFER_EMERGENCY),
        "accepted": ACCEPTED,
        "consulting": (*ACCEPTED, c.OPEN_CONSULTATION),
        "dispatched": DISPATCHED,
        "disputed": (*DISPATCHED, c.OBJECT_TO_DISPATCH),
        "signed": SIGNED,
        "handling": HANDLING,
        "escalated": (*HANDLING, c.ESCALATE),
        "ledgered": (*LEDGER_ASKED, c.APPROVE_LEDGERING),
        "replied": REPLIED,
        "callback": CALLBACK,
        "rework": (*REPLIED, c.RETURN_REPLY),
        "closed": CLOSED,
        "archived": (*CLOSED, timedelta(days=31), TICK),
        "merged": (*MAIN_CASE, *ACCEPTED, c.MERGE_INTO),
        "withdrawn": (*ACCEPTED, c.WITHDRAW),
        "terminated": (*HANDLING, c.REQUEST_TERMINATION, c.APPROVE_TERMINATION),
    }
)


def path_to(state: str) -> Path:
    """
    Give steps that bring a complaint to *state*, every one of them lawful.

    >>> from zhili import Complaint
    >>> from zhili.testing import given
    >>> given(Complaint, *path_to("escalated")).case.state
    'escalated'

    Raises:
        KeyError: If no complaint ever stands there; an imported one has a case of its own.
    """
    return PATHS[state]
