"""A key carries a command out once, whatever is lost on the way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.engine.cutting_proxy import CuttingProxy
from tests.engine.sample import (
    Life,
    assert_sound,
    at_once,
    engine_on,
    execute,
    facts,
    registered,
)
from zhili.errors import ConflictError, KeyReusedError, StateRefusedError, StoreError
from zhili.store.sqlite import SQLiteStore
from zhili.store.store import AcknowledgementLostError
from zhili.testing import CASE, OTHER_CASE, actor, controls, path_to

if TYPE_CHECKING:
    from pathlib import Path

    from zhili.store import Head
    from zhili.store.store import Batch

HOUR = timedelta(hours=1)


class ForgetfulStore(SQLiteStore):
    """
    A SQLite store whose next acknowledgement is lost: the commit is done, and nobody is told.

    SQLite has no connection that could break, but a store on a network file system has, and the
    engine must not depend on which store it is.
    """

    forget = False

    def commit(self, batch: Batch) -> Head:
        """Commit, and perhaps say nothing of it."""
        head = super().commit(batch)
        if self.forget:
            self.forget = False
            raise AcknowledgementLostError("the commit was done, and nobody was told")
        return head


def test_the_same_key_twice(life: Life) -> None:
    """The second time gives the first receipt again, and changes nothing."""
    life.live(controls.REGISTER)
    now = life.clock()
    command = facts().build(now)
    first = life.engine.submit(command, by=controls.INTAKE, key="k1")
    life.live(facts("later"), facts("later still"))
    before = life.contents()
    again = life.engine.submit(command, by=controls.INTAKE, key="k1")
    assert again == first.model_copy(update={"repeated": True})
    assert (first.repeated, again.repeated) == (False, True)
    assert life.contents() == before
    life.assert_sound()


def test_a_key_is_remembered_when_the_command_is_no_longer_possible(life: Life) -> None:
    """The case has moved on, so that it would be refused now: it was carried out all the same."""
    life.live(*path_to("accepted"))
    command = controls.DISPATCH.build(life.clock())
    first = life.engine.submit(command, by=controls.DISPATCHER, key="k1", expect=2)
    life.live(controls.SIGN, controls.RECORD_CONTACT)
    for expect in (2, None):
        again = life.engine.submit(command, by=controls.DISPATCHER, key="k1", expect=expect)
        assert again == first.model_copy(update={"repeated": True})
    life.assert_sound()


def test_the_same_key_with_another_command_is_refused(life: Life) -> None:
    """Another text, another actor, another time, another case: all are other commands."""
    life.live(controls.REGISTER, controls.REGISTER.on(OTHER_CASE), 2 * HOUR)
    life.submit(facts(), key="k1")
    before = life.contents()
    for step, how in (
        (facts("other"), {}),
        (facts().by_actor(actor("intake_agent", id="another")), {}),
        (facts(), {"at": life.clock() - HOUR}),
        (facts(case_id=OTHER_CASE), {}),
        (controls.SIGN, {}),  # the rules refuse it too; the key comes first
    ):
        with pytest.raises(KeyReusedError, match="'k1' was used for another command"):
            life.submit(step, key="k1", **how)
    assert life.contents() == before
    life.assert_sound()


def test_an_opening_without_an_id_is_opened_once(life: Life) -> None:
    """Each building of the command makes an id of its own; the key makes them one."""
    first = life.engine.submit(registered(1), by=controls.INTAKE, key="call-1")
    again = life.engine.submit(registered(1), by=controls.INTAKE, key="call-1")
    assert again == first.model_copy(update={"repeated": True})
    with pytest.raises(KeyReusedError):
        life.engine.submit(registered(2), by=controls.INTAKE, key="call-1")
    assert life.engine.store.rows("SELECT COUNT(*) FROM cases", {}) == [(1,)]
    life.assert_sound()


def test_the_same_key_sixteen_times_at_once(life: Life) -> None:
    """One carries it out, fifteen are given its receipt."""
    receipts = at_once(
        16, lambda _: life.engine.submit(registered(1), by=controls.INTAKE, key="call-1")
    )
    assert sorted(receipt.repeated for receipt in receipts) == [False] + [True] * 15
    assert len({(receipt.case_id, receipt.head) for receipt in receipts}) == 1
    life.assert_sound()


def test_many_commands_under_one_key(life: Life) -> None:
    """The key stands for all of them in their order."""
    now = life.clock()
    commands = [controls.REGISTER.build(now), controls.REGISTER.on(OTHER_CASE).build(now)]
    first = life.engine.submit_many(commands, by=controls.INTAKE, key="k1")
    again = life.engine.submit_many(commands, by=controls.INTAKE, key="k1")
    assert again == tuple(one.model_copy(update={"repeated": True}) for one in first)
    with pytest.raises(KeyReusedError):
        life.engine.submit_many(commands[::-1], by=controls.INTAKE, key="k1")
    life.assert_sound()


@pytest.mark.parametrize("key", [None, "k1"])
def test_a_lost_acknowledgement(tmp_path: Path, key: str | None) -> None:
    """The engine looks its own key up: it was written, so this is the receipt."""
    store = ForgetfulStore("sqlite:///cases.db", f"{tmp_path}/cases.db", create=True)
    engine = engine_on(store)
    opened = engine.submit(registered(1), by=controls.INTAKE)
    store.forget = True
    command = facts(case_id=opened.case_id).build(engine.now())
    receipt = engine.submit(command, by=controls.INTAKE, key=key)
    assert (receipt.version, receipt.repeated) == (2, True)
    assert receipt.position == engine.head().position == opened.position + 1
    later = engine.submit(
        facts("more", opened.case_id).build(engine.now()), by=controls.INTAKE, expect=2
    )
    assert (later.version, later.repeated) == (3, False)
    assert_sound(engine)
    engine.close()


@pytest.mark.postgres
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_connection_that_breaks_while_writing(postgres_url: str, moment: str) -> None:
    """Whether the server had heard the commit or not: it is carried out exactly once."""
    with CuttingProxy(postgres_url) as proxy:
        life = Life(proxy.url)
        life.live(*path_to("accepted"))
        position = life.engine.head().position
        proxy.cut = moment  # type: ignore[assignment]  # one of the two
        receipt = life.live(controls.DISPATCH)
        assert proxy.cuts == [moment]
        assert (receipt.version, receipt.state) == (4, "dispatched")
        assert receipt.repeated is (moment == "after")
        assert receipt.position == position + 2
        assert life.live(controls.SIGN).position == position + 3
        life.assert_sound()
        life.close()


@pytest.mark.postgres
def test_a_backend_that_is_terminated_while_it_waits(postgres_url: str) -> None:
    """Somebody else holds the head, the server ends our session: we come again and are served."""
    import psycopg

    life = Life(postgres_url + "&pool_size=1")
    life.live(*path_to("accepted"))
    with (
        psycopg.connect(postgres_url) as other,
        psycopg.connect(postgres_url, autocommit=True) as server,
        ThreadPoolExecutor(1) as pool,
    ):
        other.execute("SELECT * FROM log_head FOR UPDATE")
        waiting = pool.submit(life.live, controls.DISPATCH)
        ended = None
        while ended is None:
            ended = server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE wait_event_type = 'Lock' AND query LIKE '%UPDATE log_head%' "
                "AND datname = current_database()"
            ).fetchone()
        other.rollback()
        receipt = waiting.result(60)
    assert (receipt.version, receipt.repeated) == (4, False)
    life.assert_sound()
    life.close()


def test_expect(life: Life) -> None:
    """A caller who says which version was decided on is told when it is another."""
    life.live(*path_to("accepted"))
    before = life.contents()
    for wrong in (0, 1, 3):
        with pytest.raises(ConflictError):
            life.submit(controls.DISPATCH, expect=wrong)
    assert life.contents() == before
    assert life.submit(controls.DISPATCH, expect=2).version == 4
    life.assert_sound()


def test_two_engines_with_one_store(shared_url: str) -> None:
    """What the other did is noticed: an order decided on old knowledge is decided anew."""
    here, there = Life(shared_url), Life(shared_url)
    here.live(*path_to("accepted"))
    there.case()
    there.clock.set(here.clock())
    there.live(controls.DISPATCH)
    here.clock.set(there.clock())

    assert here.live(controls.SIGN).state == "signed"  # as far as it knew: nobody had it
    assert there.live(controls.RECORD_CONTACT).state == "handling"  # as above
    here.clock.set(there.clock())
    here.live(controls.REQUEST_TERMINATION, controls.APPROVE_TERMINATION)
    there.clock.set(here.clock())
    with pytest.raises(StateRefusedError, match="in state 'terminated'"):
        there.submit(controls.SUBMIT_REPLY)  # as far as it knew: it was being handled
    with pytest.raises(ConflictError):
        there.submit(facts(), expect=6)
    there.assert_sound()
    here.close()
    there.close()


def test_expect_with_old_knowledge(shared_url: str) -> None:
    """What counts is the version in the store, not the one that this engine remembers."""
    here, there = Life(shared_url), Life(shared_url)
    here.live(controls.REGISTER, facts(1))
    there.case()
    here.live(facts(2), facts(3))
    there.clock.set(here.clock())
    with pytest.raises(ConflictError):
        there.submit(facts("too late"), expect=2)
    here.live(facts(4))
    there.clock.set(here.clock())
    assert there.submit(facts("in time"), expect=5).version == 6
    here.clock.set(there.clock())
    with pytest.raises(ConflictError):
        here.submit(facts("ahead"), expect=7)
    here.assert_sound()
    here.close()
    there.close()


def test_a_policy_published_elsewhere_counts_at_once(shared_url: str) -> None:
    """An order decided under the old policy is decided anew under the new one."""
    from zhili import publish
    from zhili.policies.presets import weifang

    here, there = Life(shared_url), Life(shared_url)
    here.live(*path_to("accepted"))
    there.engine.submit(publish(weifang()), by=actor("administrator"))
    here.live(controls.DISPATCH)
    dispatched = here.engine.history(CASE)[2]
    assert dispatched.rules["time_limits"] == 2
    (limit,) = [mark.limit for mark in dispatched.marks if mark.name == "handle"]
    assert limit is not None
    assert (limit.amount, limit.unit) == (5, "working_days")
    here.assert_sound()
    here.close()
    there.close()


def test_writers_give_up_when_the_store_is_gone(life: Life) -> None:
    """A store that cannot be written is named as that, and no outcome is invented."""
    life.live(controls.REGISTER)
    execute(life.engine.store, "ALTER TABLE keys RENAME TO hidden")
    with pytest.raises(StoreError):
        life.submit(facts())
    execute(life.engine.store, "ALTER TABLE hidden RENAME TO keys")
    assert life.live(facts()).version == 2
    life.assert_sound()
