"""A connection over which many statements go as one transaction, in one round trip."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from psycopg import Connection
from psycopg.abc import PQGen
from psycopg.errors import InvalidSqlStatementName, error_from_result
from psycopg.pq import ConnStatus, ExecStatus
from psycopg.pq.abc import PGconn, PGresult
from psycopg.rows import DictRow, RowFactory, dict_row
from psycopg.waiting import Ready, Wait

from zhili.store.postgres.statement import Call

__all__ = ["Session"]


class Session(Connection[DictRow]):
    """A connection that knows which statements it has prepared."""

    def __init__(self, pgconn: PGconn, row_factory: RowFactory[DictRow] = dict_row) -> None:
        """Begin with none prepared."""
        super().__init__(pgconn, row_factory)
        self._known: set[bytes] = set()

    def carry_out(self, calls: Sequence[Call]) -> list[PGresult]:
        """
        Carry *calls* out in one transaction, and give their answers in order.

        libpq's pipeline sends them all before it waits; what is sent before its end is marked is
        one transaction. psycopg's own cursors can do the same for several times the work.

        Raises:
            psycopg.Error: If one fails; then none has been carried out.
        """
        try:
            return self._try(calls)
        except InvalidSqlStatementName:
            # After a rollback or a DDL statement psycopg lets go of all that was prepared.
            self._known.clear()
            return self._try(calls)

    def _try(self, calls: Sequence[Call]) -> list[PGresult]:
        try:
            asked = self._ask(calls)
            answers = self.wait(self._answers())
            self.pgconn.exit_pipeline_mode()
            pairs = list(zip(asked, answers, strict=False))
            # Also in a transaction that failed: what was prepared stays prepared.
            self._known.update(
                name for name, answer in pairs if name and answer.status == ExecStatus.COMMAND_OK
            )
        except BaseException:  # lost, or interrupted: nobody knows what it has prepared by now
            self.close()
            raise
        for answer in answers:
            if answer.status == ExecStatus.FATAL_ERROR:
                raise error_from_result(answer)
        return [answer for name, answer in pairs if name is None]

    def _ask(self, calls: Sequence[Call]) -> list[bytes | None]:
        """Line everything up; give what each answer will be of: a name to prepare, or a call."""
        pgconn = self.pgconn
        pgconn.enter_pipeline_mode()
        asked: list[bytes | None] = []
        fresh: set[bytes] = set()
        for (name, sql), parameters in calls:
            if name not in self._known and name not in fresh:
                pgconn.send_prepare(name, sql)
                fresh.add(name)
                asked.append(name)
            pgconn.send_query_prepared(name, parameters, _binary(len(parameters)), 1)
            asked.append(None)
        pgconn.pipeline_sync()
        return asked

    def _answers(self) -> PQGen[list[PGresult]]:
        """Send what waits to be sent, and read until the pipeline's end is answered."""
        pgconn = self.pgconn
        while pgconn.flush():
            if (yield Wait.RW) & Ready.R:
                pgconn.consume_input()
        answers: list[PGresult] = []
        ended = False
        while True:
            while pgconn.is_busy():
                yield Wait.R
                pgconn.consume_input()
            answer = pgconn.get_result()
            if answer is None:
                if ended or pgconn.status == ConnStatus.BAD:
                    return answers
                ended = True  # of one statement; a second None would be the end of all
                continue
            ended = False
            if answer.status == ExecStatus.PIPELINE_SYNC:
                return answers
            answers.append(answer)


@lru_cache(maxsize=128)
def _binary(parameters: int) -> list[int]:
    return [1] * parameters
