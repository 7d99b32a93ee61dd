"""Whose figures somebody gets: of everybody, of their own unit, of no kind that tells of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.access.expected import ROLES
from tests.face.caller import Caller, said
from zhili import Engine, role
from zhili.evidence.figure import STATISTICS
from zhili.face import Face, Request, Response
from zhili.face.operations import routes
from zhili.pages.site import site
from zhili.policies.visibility import Visibility
from zhili.projections.statistics import ClosingRate
from zhili.testing import CASE, OTHER_CASE, VirtualClock, actor
from zhili.testing import controls as c
from zhili.values import Actor

if TYPE_CHECKING:
    from collections.abc import Iterator

POLICY = Visibility()
OWN = ("community", "grid_worker", "wall_keeper", "branch_secretary", "home_organisation")
LIMITED = tuple(
    view.role for view in POLICY.views if view.scope != "all" and view.figures != "none"
)
WORKER = actor(role.COMMUNITY, c.STREET)
OF_KINDS = (
    "closing_rate?by=kind", "closing_rate?kind=report", "on_time_rate?kind=complaint",
    "time_to_close?kind=help", "backlog?by=kind", "overview?by=kind",
    "hazard_figures?by=kind&case_type=complaint",
)  # fmt: skip


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """A complaint of one street, and a report of its neighbour."""
    with Engine.open("memory:", clock=VirtualClock()) as opened:
        for case_id, unit, kind in (
            (CASE, c.STREET, "complaint"), (OTHER_CASE, c.NEIGHBOUR, "report")
        ):  # fmt: skip
            steps = (c.REGISTER.but(kind=kind), c.ACCEPT, c.DISPATCH.but(unit=unit))
            for step in steps:
                opened.submit(step.on(case_id).build(opened.now()), by=step.by)
        yield opened


@pytest.fixture(scope="module")
def worker(engine: Engine) -> Caller:
    """Who works for a community, over HTTP."""
    return Caller(Face(engine, routes(engine)), WORKER)


@pytest.fixture(scope="module")
def pages(engine: Engine) -> Face:
    """The pages of the dashboard."""
    return site(engine, pages=("problem_page", "dashboard"))


def dashboard(pages: Face, who: Actor, table: str | None = None, **query: str) -> Response:
    """Open the dashboard, or one of its tables."""
    name = "dashboard.table" if table else "dashboard"
    (route,) = (route for route in pages.routes if route.name == name)
    named = {"table": table} if table else {}
    asked = tuple({"lang": "en", **query}.items())
    return pages.respond(route, Request("GET", "/dashboard", named=named, query=asked, actor=who))


def test_every_role_has_all_figures_its_own_or_none() -> None:
    """Who stands outside the administration has those of the own unit; people have none."""
    found = {name: POLICY.view(role.Role(name)).figures for name in ROLES}
    people = {"complainant", "resident", "party_member", "volunteer"}
    nobody = {"importer", "administrator", "system", "a-role-of-nobody"}
    assert {name for name in ROLES if found[name] == "own"} == set(OWN)
    assert {name for name in ROLES if found[name] == "none"} == people | nobody


@pytest.mark.parametrize("name", OWN)
def test_who_has_the_figures_of_their_unit_gets_those(worker: Caller, name: str) -> None:
    """Whether they name it or not, and however it is written; what stands below it as well."""
    own = worker.as_(actor(name, c.STREET))
    for query in ("", f"?within={c.STREET}", f"?within={c.STREET}000"):
        answer = said(own.get(f"/statistics/closing_rate{query}"))
        assert [group["total"] for group in answer["groups"]] == [1]
        assert answer["filters"]["within"].startswith(c.STREET)
    assert own.get(f"/statistics/closing_rate?within={c.COMMUNITY_UNIT}").status == 200


@pytest.mark.parametrize(
    "asked",
    [
        f"closing_rate?within={c.NEIGHBOUR}",
        f"closing_rate?within={c.DISTRICT}",
        f"closing_rate?within={c.STREET}&unit={c.NEIGHBOUR}",
        f"backlog?within={c.NEIGHBOUR}",
        f"backlog?unit={c.NEIGHBOUR}",
        f"whistle_figures?street={c.NEIGHBOUR}",
        f"whistle_rate?street={c.NEIGHBOUR}",
        f"whistle_ratings?unit={c.NEIGHBOUR}",
        f"wall_figures?village={c.FAR_STREET}",
        "overview",
    ],
)
def test_the_figures_of_others_are_refused_in_words(worker: Caller, asked: str) -> None:
    """403, not an empty answer; nor what has no place to be narrowed to."""
    answer = worker.get(f"/statistics/{asked}")
    assert answer.status == 403
    assert "own" in said(answer)["detail"]


@pytest.mark.parametrize("name", sorted(set(STATISTICS) - {"overview"}))
def test_every_figure_with_a_place_is_narrowed_to_the_own_unit(worker: Caller, name: str) -> None:
    """Asked without any condition it is that of the unit, named."""
    own = said(worker.get(f"/statistics/{name}"))
    field = next(
        field
        for field in ("within", "village", "street", "unit")
        if field in STATISTICS[name].model_fields
    )
    named = said(worker.get(f"/statistics/{name}?{field}={c.STREET}"))
    assert {**own, "as_of": None} == {**named, "as_of": None}


def test_who_belongs_to_no_unit_has_no_figures_of_it(worker: Caller, pages: Face) -> None:
    """A community worker whose host names no unit."""
    lost = actor(role.COMMUNITY)
    answer = worker.as_(lost).get("/statistics/closing_rate")
    assert (answer.status, "belong to none" in said(answer)["detail"]) == (403, True)
    assert dashboard(pages, lost).status == 403


def test_the_others_have_the_figures_of_everybody(worker: Caller, pages: Face) -> None:
    """A unit's leader compares the unit with its neighbours."""
    leader = worker.as_(c.LEADER)
    for query in ("", f"?within={c.NEIGHBOUR}", "?by=unit"):
        assert leader.get(f"/statistics/closing_rate{query}").status == 200
    assert leader.get("/statistics/overview").status == 200
    text = dashboard(pages, c.LEADER).body.decode()
    assert "All units" in text
    assert dashboard(pages, c.LEADER, within=c.NEIGHBOUR).status == 200


@pytest.mark.parametrize("name", LIMITED)
def test_reports_are_not_counted_for_who_may_not_know_of_each(worker: Caller, name: str) -> None:
    """Neither by kind nor of one kind: the others, taken from all, would leave the reports (§8)."""
    somebody = worker.as_(actor(name, c.STREET))
    for asked in OF_KINDS:
        answer = somebody.get(f"/statistics/{asked}")
        assert answer.status == 403, asked
        assert "without kind" in said(answer)["detail"]


def test_kinds_are_counted_for_who_sees_every_case(worker: Caller) -> None:
    """The centre, the examiners, the city; and kinds of whistles and hazards for all staff."""
    for name in ("assessor", "supervisor", "city_leader", "inspector"):
        for asked in OF_KINDS:
            assert worker.as_(actor(name)).get(f"/statistics/{asked}").status == 200
    answer = said(worker.as_(actor("assessor")).get("/statistics/closing_rate?kind=report"))
    assert [group["total"] for group in answer["groups"]] == [1]
    for asked in ("whistle_figures?by=kind", "hazard_figures?by=kind"):
        assert worker.get(f"/statistics/{asked}").status == 200


def test_the_dashboard_is_that_of_the_own_unit(engine: Engine, pages: Face) -> None:
    """Without a place it is the own unit's, and nothing leads to the units above it."""
    text = dashboard(pages, WORKER, month="2026-03").body.decode()
    assert f"within={c.STREET}" in text
    assert "All units" not in text
    assert f'within={c.DISTRICT}"' not in text
    own = engine.ask(ClosingRate(within=c.STREET))
    assert own.groups[0].total == 1
    rows = dashboard(pages, WORKER, "groups.csv", month="2026-03").body.decode()
    assert c.STREET in rows
    assert c.NEIGHBOUR not in rows


def test_the_dashboard_of_others_is_refused(pages: Face) -> None:
    """The page, and each of its files."""
    for unit in (c.NEIGHBOUR, c.DISTRICT):
        for table in (None, "groups.csv"):
            refused = dashboard(pages, WORKER, table, within=unit)
            assert refused.status == 403
            assert "not yours" in refused.body.decode()
    assert dashboard(pages, WORKER, within=c.COMMUNITY_UNIT).status == 200


def test_the_dashboard_counts_no_kinds(pages: Face) -> None:
    """It has no such groups, whoever asks."""
    for who in (WORKER, c.LEADER, actor("assessor")):
        assert dashboard(pages, who, by="kind").status == 422
