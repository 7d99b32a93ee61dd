"""A small record of real parts: events as commands record them, folded cases, register tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from zhili.aggregates import Case, CaseEvent, Complaint
from zhili.aggregates.case import Moment
from zhili.aggregates.clocks import marks_of
from zhili.aggregates.drafting import drafted
from zhili.commands import complaint
from zhili.errors import CaseNotFoundError
from zhili.policies import Policy, Rules, defaults
from zhili.projections.hierarchy import UNITS, unit_rows
from zhili.projections.register import TABLES, Table, rows_of
from zhili.projections.sql_text import for_psycopg
from zhili.projections.warehouse import Warehouse
from zhili.values import Actor
from zhili.workflows import check
from zhili.workflows import role as roles

if TYPE_CHECKING:
    from uuid import UUID

    import duckdb

    from zhili.commands.command import Command
    from zhili.values import Role

ZONE = "Asia/Shanghai"
MONDAY = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)
STREET = "110105001"
DEFAULTS = defaults(ZONE)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

KINDS = {
    "sqlite": {"text": "TEXT", "integer": "INTEGER", "instant": "INTEGER", "boolean": "INTEGER"},
    "server": {"text": "TEXT", "integer": "BIGINT", "instant": "BIGINT", "boolean": "BOOLEAN"},
}


def actor(role: Role, unit: str | None = None, name: str = "") -> Actor:
    """Give somebody in a role."""
    return Actor(id=name or f"{role}-{unit or 'centre'}", role=role, unit=unit)


AGENT = actor(roles.INTAKE_AGENT, "12345")
DISPATCHER = actor(roles.DISPATCHER, "12345")
REVIEWER = actor(roles.REVIEWER, "12345")
CENTRE_LEADER = actor(roles.CENTRE_LEADER, "12345")
SUPERVISOR = actor(roles.SUPERVISOR, "12345")
CALLER = actor(roles.CALLBACK_AGENT, "12345")
IMPORTER = actor(roles.IMPORTER)
SYSTEM = actor(roles.SYSTEM)


def operator(unit: str = STREET) -> Actor:
    """Give the operator of a unit."""
    return actor(roles.UNIT_OPERATOR, unit)


def leader(unit: str = STREET) -> Actor:
    """Give the leader of a unit."""
    return actor(roles.UNIT_LEADER, unit)


def ddl(table: Table, store: str) -> str:
    """Write a table of the register as *store* wants it."""
    columns = ", ".join(f"{c.name} {KINDS[store][c.kind]}" for c in table.columns)
    return f"CREATE TABLE {table.name} ({columns}, PRIMARY KEY ({', '.join(table.key)}))"


class SmallRecord:
    """
    Events, cases and register, without a log: what the engine gives a question, in one process.

    It implements the protocol of `zhili.projections.question.Record` over a real database.
    """

    zone = ZONE

    def __init__(self, url: str | None = None) -> None:
        """Keep the register in memory, or on the PostgreSQL server at *url*."""
        self.now = MONDAY
        self.position = 0
        self.published: dict[str, list[tuple[int, datetime, Policy]]] = {
            document.name: [(1, MONDAY - 365 * DAY, document)] for document in DEFAULTS
        }
        self.events: dict[UUID, list[CaseEvent]] = {}
        self.cases: dict[UUID, Case] = {}
        self._warehouse = Warehouse()
        self._loaded = -1
        if url is None:
            self._connection: Any = sqlite3.connect(":memory:")
        else:
            import psycopg

            self._connection = psycopg.connect(url, autocommit=True)
        self._is_server = url is not None
        for table in TABLES:
            self._connection.execute(ddl(table, "server" if url else "sqlite"))

    def close(self) -> None:
        """Let go of the database."""
        self._connection.close()

    # — what a question sees —

    @property
    def rules(self) -> Rules:
        """The policies in force."""
        last = {name: versions[-1] for name, versions in self.published.items()}
        return Rules({name: (number, document) for name, (number, _, document) in last.items()})

    def policies(self, name: str) -> list[tuple[int, datetime, Policy]]:
        """Give every version of a policy."""
        return self.published.get(name, [])

    def rows(self, sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Ask the database."""
        return list(self._run(sql, dict(parameters)).fetchall())

    def warehouse(self) -> duckdb.DuckDBPyConnection:
        """Give a cursor over the register in DuckDB, with the units of the organisation."""
        if self._loaded != self.position:
            for table in TABLES:
                self._warehouse.load(table, self.table(table.name))
            self._warehouse.load_units(self.rules.organisation)
            self._loaded = self.position
        return self._warehouse.cursor()

    def case(self, case_id: UUID) -> Case:
        """Give a case."""
        if case_id not in self.cases:
            raise CaseNotFoundError(f"there is no case {case_id}", case_id=case_id)
        return self.cases[case_id]

    def several(self, case_ids: Sequence[UUID]) -> list[Case]:
        """Give those of the cases that there are."""
        return [self.cases[case_id] for case_id in case_ids if case_id in self.cases]

    def history(self, case_id: UUID) -> list[CaseEvent]:
        """Give the events of a case."""
        self.case(case_id)
        return list(self.events[case_id])

    # — how it is filled —

    def publish(self, document: Policy, at: datetime) -> int:
        """Put another version of a policy in force."""
        versions = self.published[document.name]
        versions.append((len(versions) + 1, at, document))
        return len(versions)

    def submit(
        self, command: Command, by: Actor, at: datetime, recorded_at: datetime | None = None
    ) -> Case:
        """Carry out a command as an engine does: decide, check, mark the clocks, fold, record."""
        case_id = command.case_id
        known = self.cases.get(case_id)
        case: Case = known.copy() if known else Complaint.blank(case_id)
        moment = Moment(recorded_at or at, at, by, self.rules)
        version = case.version
        # A verb may look at what its first event did before it chooses the second.
        for name, fields in case.decide(command, moment):
            self._record(case, drafted(case, name, fields, moment), moment)
        assert case.version > version, f"{command.verb} recorded nothing"
        self.cases[case_id] = case
        self._register(case)
        return case

    def _record(self, case: Case, event: CaseEvent, moment: Moment) -> None:
        verdict = check(case.workflow, case, event, moment.rules)
        state = verdict.step.destination(case.state)
        marks = marks_of(case.workflow, case, event, state, moment.rules)
        event = event.model_copy(
            update={
                "state": state,
                "marks": marks,
                "rules": dict(moment.rules.used),
                "part_state": verdict.part.to if verdict.part else None,
            }
        )
        event.mutate(case)
        self.position += 1
        self.events.setdefault(case.id, []).append(event)

    def _register(self, case: Case) -> None:
        for table, lines in zip(TABLES, rows_of(case, self.zone, self.position), strict=True):
            places = ", ".join(f":{name}" for name in table.names)
            delete = f"DELETE FROM {table.name} WHERE case_id = :case_id"
            insert = f"INSERT INTO {table.name} VALUES ({places})"
            self._run(delete, {"case_id": str(case.id)})
            for line in lines:
                self._run(insert, dict(zip(table.names, line, strict=True)))

    def mirrored(self, url: str) -> SmallRecord:
        """Give the same record with its register on the PostgreSQL server at *url*."""
        twin = SmallRecord(url)
        twin.now, twin.position = self.now, self.position
        twin.published, twin.events, twin.cases = self.published, self.events, self.cases
        for case in self.cases.values():
            twin._register(case)
        twin._run(ddl(UNITS, "server"), {})
        for unit in unit_rows(self.rules.organisation):
            twin._connection.execute("INSERT INTO units VALUES (%s, %s, %s, %s, %s)", unit)
        return twin

    def _run(self, sql: str, parameters: dict[str, Any]) -> Any:
        return self._connection.execute(for_psycopg(sql) if self._is_server else sql, parameters)

    def table(self, name: str) -> list[tuple[Any, ...]]:
        """Give every row of a table of the register as it was made, booleans and all."""
        place = [table.name for table in TABLES].index(name)
        return [row for case in self.cases.values() for row in rows_of(case, self.zone)[place]]


def register(record: SmallRecord, at: datetime, **fields: Any) -> Case:
    """Register a complaint."""
    given = {
        "kind": "complaint",
        "channel": "hotline",
        "title": "Noise at night",
        "content": "The bar below plays music until two.",
        "phone": "13800000000",
        **fields,
    }
    return record.submit(complaint.Register(**given), AGENT, at)


def dispatched(
    record: SmallRecord, at: datetime, *, unit: str = STREET, grade: str = "III", **fields: Any
) -> Case:
    """Register, accept and dispatch a complaint, all at one instant."""
    case_id = register(record, at, **fields).id
    record.submit(complaint.Accept(case_id=case_id), AGENT, at)
    return record.submit(
        complaint.Dispatch(case_id=case_id, unit=unit, grade=grade), DISPATCHER, at
    )


def handling(record: SmallRecord, at: datetime, **fields: Any) -> Case:
    """Bring a complaint into handling: signed after an hour, contacted after two."""
    case = dispatched(record, at, **fields)
    by = operator(case.unit or "")
    record.submit(complaint.Sign(case_id=case.id), by, at + HOUR)
    contact = complaint.RecordContact(
        case_id=case.id, result="reached", way="phone", evidence="call 17"
    )
    return record.submit(contact, by, at + 2 * HOUR)


def ledgered(record: SmallRecord, at: datetime, since: datetime, **fields: Any) -> Case:
    """Bring a complaint onto the ledger at *since*."""
    case = handling(record, at, **fields)
    ask = complaint.RequestLedgering(
        case_id=case.id,
        ground="season",
        interim_measures="a fence",
        complainant_told=True,
        review_at=since + 60 * DAY,
    )
    record.submit(ask, leader(case.unit or ""), since)
    first = complaint.FirstCheckLedgering(case_id=case.id, note="it must wait for spring")
    record.submit(first, DISPATCHER, since)
    return record.submit(
        complaint.ApproveLedgering(case_id=case.id, note="agreed"), CENTRE_LEADER, since
    )


def replied(record: SmallRecord, at: datetime, since: datetime, **fields: Any) -> Case:
    """Bring a complaint to a signed-off reply at *since*."""
    case = handling(record, at, **fields)
    reply = complaint.SubmitReply(
        case_id=case.id,
        outcome="solved",
        public_text="The music stops at ten.",
        internal_note="agreed with the owner",
        complainant_informed=True,
        centre_informed=True,
    )
    record.submit(reply, operator(case.unit or ""), since)
    return record.submit(complaint.SignOffReply(case_id=case.id), leader(case.unit or ""), since)


def closed(record: SmallRecord, at: datetime, since: datetime, **fields: Any) -> Case:
    """Bring a complaint to its closing at *since*; nobody wants to be called back."""
    case = replied(record, at, since, no_reply_wanted=True, **fields)
    return record.submit(complaint.AcceptReply(case_id=case.id), REVIEWER, since)


def brought_in(record: SmallRecord, at: datetime, **fields: Any) -> Case:
    """Bring in a case from another system."""
    given = {"source": "boston311", "source_id": "101", "zone": "America/New_York", **fields}
    case_id = complaint.imported_id(given["source"], given["source_id"])
    command = complaint.BringIn(case_id=case_id, opened_at=at, **given)
    return record.submit(command, IMPORTER, at, record.now)
