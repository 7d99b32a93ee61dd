"""The chain: every link follows from the one before it, to the head and no further."""

from __future__ import annotations

import hashlib
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from zhili.audit.notes import KEPT_MAX, Notes
from zhili.store.store import GENESIS

if TYPE_CHECKING:
    from zhili.progress import Progress
    from zhili.store import Head, Store

__all__ = ["BEFORE_ALL", "Links", "bounds", "chain_from", "close_chain", "follow", "look_beyond"]

BEFORE_ALL: Final = -(2**63)
AFTER_ALL: Final = 2**63 - 1
"""The ends of what a database keeps as a position. At the very first one a row is found by case."""

POLICY_TOPIC: Final = "policy.published"
EVERY: Final = 5000


@dataclass
class Links:
    """What was seen of a span of the log: from above `after` up to and including `until`."""

    after: int
    until: int
    events: int = 0
    policies: int = 0
    last: int = 0
    link: bytes = GENESIS
    first_broken: int | None = None
    kept_link: bytes | None = None
    notes: Notes = field(default_factory=Notes)


def bounds(store: Store, until: int, events: int) -> list[int]:
    """Give positions that cut the log up to *until* into spans of about so many events."""
    column = store.event_position
    sql = f"SELECT MIN({column}) FROM stored_events WHERE {column} >= :wanted"
    found: list[int] = []
    wanted = events
    while wanted < until:
        # Only where a row stands: so no hole lies over the end of a span, and a head or a row that
        # stands somewhere in the billions takes no billions of steps.
        position = store.rows(sql, {"wanted": wanted})[0][0]
        if position is None or position >= until:
            break
        found.append(position)
        wanted = position + events
    return found


def follow(store: Store, after: int, until: int, kept: int | None = None) -> Links:
    """
    Follow the links of a span of the log, beginning with the stored link before it.

    Args:
        store: Whose log.

        after: The position of the row before the span; 0 for the beginning, where also rows are
            found that stand at positions at which no transaction writes.

        until: The last position of the span.

        kept: A position whose stored link is wanted in `kept_link`.
    """
    seen = Links(after, until, last=after)
    known = True
    if after > 0:
        before = next(iter(store.log(after=after - 1, until=after)), None)
        known = before is not None
        seen.link = bytes(before.link) if before else GENESIS
    for row in store.log(after=after or BEFORE_ALL, until=until):
        if row.position < 1:
            seen.notes.add("foreign-position", "no transaction writes there", row)
            continue
        if row.position != seen.last + 1:
            missing = f"{seen.last + 1} to {row.position - 1}"
            seen.notes.add("missing-position", f"positions {missing} are missing", row)
        if not known:
            seen.notes.add("missing-position", f"position {after} before it is missing", row)
            known = True
        elif row.oversize:  # its bytes are not read, and so its link cannot be known
            seen.first_broken = seen.first_broken or row.position
        elif row.link_after(seen.link) != row.link:
            detail = "the link does not follow from the link before it and the event"
            seen.notes.add("broken-link", detail, row)
            seen.first_broken = seen.first_broken or row.position
        seen.link = bytes(row.link)
        seen.last = row.position
        seen.events += 1
        seen.policies += row.topic == POLICY_TOPIC
        if row.position == kept:
            seen.kept_link = seen.link
    return seen


def close_chain(spans: list[Links], head: Head, notes: Notes) -> None:
    """Join the notes of *spans*, which follow one another, and compare their end with *head*."""
    for span in spans:
        notes.join(span.notes)
    last, link = (spans[-1].last, spans[-1].link) if spans else (0, GENESIS)
    if last != head.position:
        detail = f"the log ends at {last}, its head says {head.position}"
        notes.add("truncated-log", detail, position=last + 1)
    elif link != bytes(head.link):
        detail = "the head's link is not that of the last event"
        notes.add("wrong-head", detail, position=head.position)
    published = sum(span.policies for span in spans)
    if published != head.epoch:
        detail = f"{published} policies were published, the head counts {head.epoch}"
        notes.add("wrong-epoch", detail, position=head.position)


def chain_from(store: Store, position: int, until: int, progress: Progress) -> bytes:
    """
    Give the chain of what the log says up to *until*, whatever its stored links say.

    Up to *position* the stored links were found to be right; from there it is computed anew.
    """
    before = next(iter(store.log(after=position - 2, until=position - 1)), None)
    chain = bytes(before.link) if before and position > 1 else GENESIS
    for n, row in enumerate(store.log(after=position - 1, until=until)):
        chain = row.link_after(chain) or hashlib.sha256(chain).digest()
        if n % EVERY == 0:
            progress("chain", row.position, until)
    return chain


def look_beyond(store: Store, position: int, notes: Notes) -> None:
    """Look for rows that lie beyond the head; a transaction moves it together with its rows."""
    last = deque(store.log(after=position, until=AFTER_ALL), maxlen=KEPT_MAX)
    head = store.head().position  # read after the rows: what came meanwhile is within it
    for row in last:
        if row.position > head:
            detail = f"the log's head says {head}; nothing lies beyond it"
            notes.add("beyond-head", detail, row)
