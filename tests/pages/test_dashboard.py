"""The dashboard: its numbers are the engine's answers, on the page and in its files."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl
from xml.etree import ElementTree as ET

import pytest

from zhili import Engine, Month
from zhili.commands.policy import publish
from zhili.demo import Simulated, simulate
from zhili.demo.district import DISTRICT, STREETS, WALLED_COMMUNITY
from zhili.demo.people import PUBLISHER
from zhili.face import Face, Request, Response
from zhili.pages.dashboard_asked import BY, Asked, By, Hours
from zhili.pages.dashboard_cell import Cell, Column, Table
from zhili.pages.dashboard_csv import as_csv
from zhili.pages.dashboard_figures import Figures, Gatherer, gather
from zhili.pages.dashboard_number import counts, percent
from zhili.pages.dashboard_table import TABLES, table
from zhili.pages.dashboard_tile import tiles
from zhili.pages.matter_words import matter_label
from zhili.pages.site import site
from zhili.pages.words import label_of
from zhili.projections.backlog import Backlog
from zhili.projections.statistics import (
    ClosingRate,
    OnTimeRate,
    ResolutionRate,
    SurvivalCurve,
    TimeDistribution,
    TimeToClose,
)
from zhili.values import Actor, Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from zhili.face.request import Language

CHIEF = Actor(id="chief", role=Role("assessor"), unit=DISTRICT)
RATES = {"closing": ClosingRate, "resolution": ResolutionRate, "on_time": OnTimeRate}
STREET = next(iter(STREETS))


@pytest.fixture(scope="module")
def district() -> Iterator[Simulated]:
    """Simulate five weeks: one whole month, and some days of the next."""
    simulated = simulate(days=34)
    with simulated.engine:
        yield simulated


@pytest.fixture(scope="module")
def face(district: Simulated) -> Face:
    """Give the pages of the district."""
    return site(district.engine, pages=("problem_page", "dashboard", "asset"))


@pytest.fixture(scope="module")
def by_category(district: Simulated) -> Figures:
    """Gather the dashboard of March by category."""
    return gather(district.engine, Asked(by="category"))


def get(
    face: Face, path: str = "/dashboard", actor: Actor | None = CHIEF, **query: str
) -> Response:
    """Ask for the dashboard, or for one of its tables."""
    name = "dashboard" if path == "/dashboard" else "dashboard.table"
    (route,) = (route for route in face.routes if route.name == name)
    request = Request(
        "GET",
        path,
        named={"table": path.rpartition("/")[2]},
        query=tuple(query.items()),
        actor=actor,
        base="/governance",
    )
    return face.respond(route, request)


def page(face: Face, **query: str) -> str:
    """Give the page, in English unless another language is asked for."""
    response = get(face, **{"lang": "en", **query})
    assert response.status == 200, response.body.decode()
    return response.body.decode()


def names_in(language: Language) -> Callable[[str | None], str]:
    """Name groups as the page names categories: in words."""
    return lambda key: label_of(matter_label(key or ""), language)


# — the figures are the answers —


def test_the_usual_month_is_the_last_whole_one_with_cases(district: Simulated) -> None:
    """On 5 April it is March, and both can be chosen."""
    figures = gather(district.engine, Asked())
    assert figures.month == "2026-03"
    assert figures.months == ("2026-04", "2026-03")


@pytest.mark.parametrize("month", [3, 4])
def test_the_total_is_what_the_engine_answers(district: Simulated, month: int) -> None:
    """Each rate of the month, of the month before and of the year before; and the times."""
    engine = district.engine
    during = Month(2026, month)
    total = gather(engine, Asked(month=during.name)).total
    for name, kind in RATES.items():
        answer = engine.ask(kind(during=during, compare=True))
        found = getattr(total, name)
        assert found.now == answer.groups[0].figure
        assert found.before == answer.previous[0].figure
        assert found.year_before == answer.year_before[0].figure
        assert total.total == answer.groups[0].total
    (times,) = engine.ask(TimeToClose(during=during)).groups
    assert (total.n, total.p50, total.p90) == (
        times.time.n, times.time.p50_linear, times.time.p90_linear,
    )  # fmt: skip
    assert total.n > 0


@pytest.mark.parametrize(
    ("by", "within"), [*((by, None) for by in BY), ("street", DISTRICT), ("unit", STREET)]
)
def test_each_group_is_what_the_engine_answers(
    district: Simulated, by: By, within: str | None
) -> None:
    """Rates with their comparisons, times, and the backlog, by unit, street, district, category."""
    engine = district.engine
    figures = gather(engine, Asked(month="2026-04", by=by, within=within))
    asked = {"by": by, "within": within, "during": Month(2026, 4)}
    lines = {line.key: line for line in figures.lines}
    assert len(lines) == len(figures.lines)
    for name, kind in RATES.items():
        answer = engine.ask(kind.model_validate({**asked, "compare": True}))
        previous = {group.key: group.figure for group in answer.previous}
        for group in answer.groups:
            if group.total:
                compared = getattr(lines[group.key], name)
                assert compared.now == group.figure
                assert compared.before.denominator == (
                    previous[group.key].denominator if group.key in previous else 0
                )
    for group in engine.ask(TimeToClose.model_validate(asked)).groups:
        assert (lines[group.key].n, lines[group.key].p50) == (group.time.n, group.time.p50_linear)
    backlog = engine.ask(Backlog(by=by, within=within))
    assert figures.backlog.groups == backlog.groups
    assert {key: line.open for key, line in lines.items() if line.open} == {
        group.key: group.total for group in backlog.groups
    }
    whole = sum(line.total for line in figures.lines)
    assert whole == figures.total.total


def test_streets_add_up_to_their_district(district: Simulated) -> None:
    """A group's page shows below the same cases as its line above."""
    engine = district.engine
    above = {line.key: line for line in gather(engine, Asked(by="district")).lines}
    below = gather(engine, Asked(by="street", within=DISTRICT))
    assert above[DISTRICT].total == below.total.total == sum(line.total for line in below.lines)
    assert above[DISTRICT].closing.now == below.total.closing.now
    assert above[DISTRICT].total > 50


@pytest.mark.parametrize("hours", ["clock", "working"])
def test_distribution_and_curve_are_those_of_the_month(district: Simulated, hours: Hours) -> None:
    """By the same hours, with the same number of cases; the median is where the curve is half."""
    engine = district.engine
    figures = gather(engine, Asked(month="2026-03", hours=hours))
    asked: dict[str, Any] = {"during": Month(2026, 3), "hours": hours}
    edges = tuple(band.hours for band in figures.bands.bands[1:])
    assert figures.bands == engine.ask(TimeDistribution(**asked, bands=edges)).groups[0]
    assert figures.curve == engine.ask(SurvivalCurve(**asked)).groups[0]
    (times,) = engine.ask(TimeToClose(**asked)).groups
    assert figures.median == times.kaplan_meier.median_h is not None
    assert sum(band.count for band in figures.bands.bands) == times.time.n
    assert figures.bands.bands[-1].count <= times.time.n * 0.05 + 1


def test_a_dashboard_is_kept_until_something_happens() -> None:
    """The same minute and the same log give the same; one more case does not."""
    simulated = simulate(days=2)
    with simulated.engine as engine:
        gatherer = Gatherer(engine)
        first = gatherer.figures(Asked())
        assert gatherer.figures(Asked()) is first
        assert gatherer.figures(Asked(by="category")) is not first
        rules = engine.book.current().wall
        changed = rules.model_copy(update={"votes_min": rules.votes_min + 1})
        engine.submit(publish(changed), by=PUBLISHER)
        again = gatherer.figures(Asked())
        assert again is not first
        assert again.answers[0].position > first.answers[0].position


# — the page —


def test_the_page_shows_each_figure_with_its_counts(face: Face, district: Simulated) -> None:
    """Rate, numerator and denominator, difference, definition, version, position, instant."""
    text = page(face)
    figures = gather(district.engine, Asked())
    for rate in figures.total.rates:
        assert percent(rate.now, "en") in text
        assert counts(rate.now) in text
    for line in figures.lines:
        assert counts(line.closing.now) in text
    for answer in figures.answers:
        assert f"<code>{answer.definition}</code>" in text
        assert answer.sql_sha256[:16] in text
    assert f"{figures.answers[0].position:,}" in text
    assert 'Year before</dt><dd class="number">no data' in text
    assert "small sample" in text
    assert text.count('role="img"') == 6


def test_small_samples_are_marked_wherever_they_are(district: Simulated) -> None:
    """Of a street every rate and the median are; of the whole district none of them."""
    street = tiles(gather(district.engine, Asked(month="2026-03", within=STREET)), "en")
    whole = tiles(gather(district.engine, Asked(month="2026-03")), "en")
    assert [tile.small for tile in street] == [True] * 4 + [False]  # the last counts, no more
    assert [tile.small for tile in whole] == [False] * 5


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_stands_by_itself(face: Face, language: Language) -> None:
    """No style or script of its own, every id once, every label has its field."""
    text = page(face, lang=language, by="street")
    assert "style=" not in text
    assert re.search(r"<script(?! src)", text) is None
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    for attribute in ("for", "aria-labelledby"):
        for named in re.findall(rf'\b{attribute}="([^"]+)"', text):
            assert set(named.split()) <= set(ids)
    for source in re.findall(r'\b(?:href|src|action)="([^"]+)"', text):
        assert source.startswith(("/governance/", "#")), source


def test_each_language_speaks_for_itself(face: Face) -> None:
    """What is not a name is in the one or the other."""
    english, chinese = page(face), page(face, lang="zh")
    for en, zh in (
        ("Closing rate", "办结率"),
        ("Median time to close", "办理时长中位数"),
        ("still open when counted", "统计时仍未办结"),
        ("Download as CSV", "下载CSV"),
    ):
        assert en in english
        assert zh not in english
        assert zh in chinese
        assert en not in chinese


@pytest.mark.parametrize(
    "query",
    [
        *({"case_type": kind} for kind in ("whistle", "branch_call")),
        {"month": "2025-12"},
        {"month": "9998-12"},
        {"hours": "working", "by": "category"},
        {"within": WALLED_COMMUNITY},
        {"within": STREET, "by": "unit", "lang": "zh"},
    ],
)
def test_whatever_may_be_asked_is_answered(face: Face, query: dict[str, str]) -> None:
    """Other case types, months without a case, places with hardly any."""
    page(face, **query)


def test_one_goes_on_from_district_to_street_to_unit(face: Face) -> None:
    """Every group leads on to what it is made of, and the way back stands above."""
    text = page(face, by="district")
    pattern = rf'href="/governance(/dashboard\?by=street&amp;within={DISTRICT})"'
    (way,) = set(re.findall(pattern, text))
    query = dict(parse_qsl(unescape(way).partition("?")[2]))
    text = page(face, **query)
    assert f"within={STREET}" in text
    assert STREETS[STREET] in text
    text = page(face, within=STREET, by="unit")
    assert f'within={DISTRICT}"' in text
    assert text.count("aria-current") == 2  # the menu, and the place


def test_an_open_organisation_goes_by_division_codes() -> None:
    """Where nobody has described the place, a code says what stands above it."""
    with Engine.open("memory:") as engine:
        face = site(engine, pages=("problem_page", "dashboard"))
        text = page(face, within="110105001")
        for code in ("110000", "110105", "110105001"):
            assert f"within={code}" in text
        assert "Whistle-calls" in text
        assert "lamps" in page(face, within="lamps")
        assert get(face, within="two words", lang="en").status == 422


def test_an_empty_record_has_no_data() -> None:
    """Nothing is 0 percent of nothing."""
    with Engine.open("memory:") as engine:
        face = site(engine, pages=("problem_page", "dashboard"))
        text = page(face)
        assert text.count("no data") >= 6
        assert "0.0%" not in text
        for name in TABLES:
            assert get(face, f"/dashboard/tables/{name}.csv").status == 200


# — who may see it, and what is refused —


def test_figures_are_for_staff(face: Face) -> None:
    """Nobody has to sign in first; a resident is told no; a unit's operator sees them."""
    for path in ("/dashboard", "/dashboard/tables/groups.csv"):
        assert get(face, path, None).status == 401
        assert get(face, path, Actor(id="r", role=Role("resident"))).status == 403
        assert get(face, path, Actor(id="c", role=Role("complainant"))).status == 403
        operator = Actor(id="o", role=Role("unit_operator"), unit=STREET)
        assert get(face, path, operator).status == 200


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"month": "2026-13"}, "2026-03"),
        ({"month": "March"}, "2026-03"),
        ({"month": "２０２６-03"}, "2026-03"),
        ({"by": "planet"}, "unit, street, district, category"),
        ({"within": "999999"}, "no unit"),
        ({"case_type": "policy"}, "complaint"),
        ({"hours": "late"}, "clock, working"),
        ({"month": "<script>"}, "&lt;script&gt;"),
    ],
)
def test_what_cannot_be_asked_is_told(face: Face, query: dict[str, str], said: str) -> None:
    """A page with 422 that says what there is."""
    for path in ("/dashboard", "/dashboard/tables/groups.csv"):
        response = get(face, path, **{"lang": "en", **query})
        assert response.status == 422
        assert response.media_type.startswith("text/html")
        assert said in response.body.decode()


def test_there_are_only_these_tables(face: Face) -> None:
    """Any other is not found, and is told which there are."""
    response = get(face, "/dashboard/tables/secrets.csv", lang="en")
    assert response.status == 404
    assert "summary, groups, months" in response.body.decode()


# — files —


def read(response: Response) -> list[list[str]]:
    """Read a file as a spreadsheet does."""
    assert response.body.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(response.body.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", TABLES)
def test_a_file_has_what_the_table_has(
    face: Face, by_category: Figures, name: str, language: Language
) -> None:
    """The same rows in the same order, each figure with its counts, under unique heads."""
    figures = by_category
    made = table(name, figures, names_in(language), language)
    response = get(face, f"/dashboard/tables/{name}.csv", by="category", lang=language)
    heads, *rows = read(response)
    assert heads == [field for column in made.columns for field in column.fields]
    assert len(heads) == len(set(heads))
    assert rows
    assert rows == [
        ["" if plain is None else str(plain) for cell in row for plain in cell.plain]
        for row in made.rows
    ]
    assert all(len(row) == len(heads) for row in rows)
    said = response.header("Content-Disposition")
    assert said == f'attachment; filename="zhili-complaint-{name}-2026-03.csv"'


def test_the_page_shows_the_rows_of_the_file(face: Face) -> None:
    """Every row of the groups' file has its row on the page."""
    text = page(face, by="street")
    _, *rows = read(get(face, "/dashboard/tables/groups.csv", by="street", lang="en"))
    for row in rows:
        assert row[0] in text
        closed, registered, share = row[4:7]
        assert f"{closed}/{registered}" in text
        assert share in text


@pytest.mark.parametrize("bad", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK()"])
def test_no_cell_is_a_formula(bad: str) -> None:
    """What somebody wrote opens in a spreadsheet as text; numbers stay numbers."""
    made = Table(
        "t", "t", (Column(bad, (bad, "n")),), ((Cell(bad, (bad, -1)),), (Cell("", (None, 2)),))
    )
    heads, first, second = csv.reader(io.StringIO(as_csv(made).decode("utf-8-sig"), newline=""))
    assert heads == [f"'{bad}", "n"]
    assert first == [f"'{bad}", "-1"]
    assert second == ["", "2"]


def test_pictures_are_whole_in_the_page(face: Face) -> None:
    """Each can be read as XML where it stands."""
    found = re.findall(r"<svg .*?</svg>", page(face, by="category"), re.DOTALL)
    assert len(found) == 6
    for svg in found:
        root = ET.fromstring(svg)  # noqa: S314 - it was written a moment ago, by us
        assert root.attrib["viewBox"].startswith("0 0 320 ")
