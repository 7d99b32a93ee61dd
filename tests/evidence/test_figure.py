"""Published figures: recomputed at their place in the log, equal or with every difference named."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.evidence.conftest import AGENT, NOW, told
from zhili import Engine, Month, complaint, publish
from zhili.errors import InputError
from zhili.evidence import export, figure, opened_folder
from zhili.policies.calendar import china
from zhili.projections.backlog import Backlog
from zhili.projections.hazard_figures import HazardFigures
from zhili.projections.overview import Overview
from zhili.projections.rate import ClosingRate, OnTimeRate, ResolutionRate
from zhili.projections.survival_curve import SurvivalCurve
from zhili.projections.time_distribution import TimeDistribution
from zhili.projections.time_to_close import TimeToClose
from zhili.projections.wall_figures import WallFigures
from zhili.projections.whistle_figures import WhistleFigures
from zhili.projections.whistle_rate import WhistleRate, WhistleRatings
from zhili.projections.worklist import Worklist
from zhili.store import canonical
from zhili.values import Actor
from zhili.workflows.policy import ADMINISTRATOR

if TYPE_CHECKING:
    from pathlib import Path

    from zhili.projections.question import Question

THEN = datetime(2026, 3, 5, 4, tzinfo=UTC)

QUESTIONS: list[Question] = [
    ClosingRate(by="street", as_of=THEN),
    ResolutionRate(by="unit", during=Month(2026, 3), compare=True),
    OnTimeRate(by="category", population="all"),
    TimeToClose(**{"by": "unit", "from": "accepted", "hours": "working"}),
    TimeDistribution(by="unit", bands=(1, 24, 72)),
    SurvivalCurve(during=Month(2026, 3), compare=True),
    Overview(by="unit", as_of="max"),
    Backlog(by="state", bands=(1, 2), as_of=THEN),
    WhistleFigures(by="kind"),
    WhistleRate(during=Month(2026, 3)),
    WhistleRatings(published_only=False),
    WallFigures(by="category", as_of=THEN),
    HazardFigures(by="kind"),
]


def grow(engine: Engine, opens: str) -> None:
    """Let the log go on: cases, closings, another calendar."""
    for _ in range(3):
        case_id = engine.submit(told(), by=AGENT).case_id
        engine.submit(complaint.Accept(case_id=case_id), by=AGENT)
    engine.tick()
    late = china(engine.zone).model_copy(update={"opens": opens})
    engine.submit(
        publish(type(late).model_validate(late.model_dump())),
        by=Actor(id="admin", role=ADMINISTRATOR),
    )


def test_every_statistic_is_reproduced_when_the_log_has_grown(
    engine: Engine, store: Path, tmp_path: Path
) -> None:
    """From the store and from a folder, later and under other policies: equal to the last digit."""
    documents = [figure.publish(engine, question) for question in QUESTIONS]
    files = [tmp_path / f"{n}.json" for n in range(len(documents))]
    for document, path in zip(documents, files, strict=True):
        figure.write(document, path)
    grow(engine, "08:00:00")
    with Engine.open(f"sqlite:///{store}", clock=lambda: NOW + timedelta(days=2)) as later:
        grow(later, "08:30:00")
        export(later, tmp_path / "folder")
        for path in files:
            assert figure.reproduce(later, figure.read(path)) == ()
    with opened_folder(tmp_path / "folder") as folder:
        for path in files:
            assert figure.reproduce(folder.engine, figure.read(path)) == ()


def test_the_document_says_what_it_is(engine: Engine) -> None:
    """Values, counts, definition with its SQL, what was asked, instant, head, zone, program."""
    document = figure.publish(engine, ResolutionRate(by="unit", category="environment/refuse"))
    assert document["definition"]["name"] == "resolution_rate"
    assert "resolution rate 解决率" in document["definition"]["sql"]["resolution_rate"]
    assert document["log"] == {
        "position": engine.head().position,
        "link": engine.head().link.hex(),
    }
    assert document["question"]["category"] == "environment/refuse"
    assert datetime.fromisoformat(document["question"]["as_of"]) == NOW
    assert datetime.fromisoformat(document["as_of"]) == NOW
    assert (document["zone"], document["zhili"]) == ("Asia/Shanghai", "0.1.0")
    (group, *_) = document["answer"]["groups"]
    assert {"numerator", "denominator", "rate"} == set(group["figure"])


def changed(document: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Give a copy of a document with another value at *path*."""
    copy: dict[str, Any] = json.loads(json.dumps(document))
    at: Any = copy
    *way, last = (int(step) if step.isdigit() else step for step in path.split("."))
    for step in way:
        at = at[step]
    at[last] = value
    return copy


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        ("answer.groups.0.figure.numerator", 10**6, {"answer.groups[0].figure.numerator"}),
        ("answer.groups.0.key", None, {"answer.groups[0].key"}),
        ("answer.groups", [], {"answer.groups"}),
        ("answer", 5, {"answer"}),
        ("definition.version", 2, {"definition.version"}),
        ("definition.sql_sha256", "0" * 64, {"definition.sql_sha256"}),
        ("definition.sql.resolution_rate", "SELECT 1", {"definition.sql.resolution_rate"}),
        ("log.link", "0" * 64, {"log.link"}),
        ("log.position", 10**9, {"log.position"}),
        ("zone", "UTC", {"zone"}),
        ("published_at", "yesterday", {"published_at"}),
        ("zhili", 1, {"zhili"}),
        ("as_of", "2026-03-09T03:00:00+00:00", {"as_of"}),
        ("invented", None, {"invented"}),
        ("log.invented", 1, {"log.invented"}),
        ("definition.invented", 1, {"definition.invented"}),
    ],
)  # fmt: skip
def test_what_is_not_so_is_named(engine: Engine, path: str, value: Any, named: set[str]) -> None:
    """A value, the definition, the SQL, the place in the log: where it is, and that it changed."""
    document = figure.publish(engine, ResolutionRate(by="unit"))
    found = figure.reproduce(engine, changed(document, path, value))
    assert {difference.path for difference in found} == {"sha256", *named}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("as_of", "2026-03-09T03:00:00+00:00"),
        ("question.as_of", "2026-03-09T03:00:00Z"),
        ("question.unit", "110105002"),
        ("answer.as_of", "2026-03-09T03:00:00Z"),
        ("invented", "certified"),
    ],
)
def test_a_figure_signed_anew_is_not_reproduced(engine: Engine, path: str, value: Any) -> None:
    """Whoever changes a field and computes the document's own digest again is found."""
    document = changed(figure.publish(engine, ResolutionRate(by="unit")), path, value)
    rest = {name: field for name, field in document.items() if name != "sha256"}
    document["sha256"] = hashlib.sha256(canonical(rest)).hexdigest()
    found = {difference.path for difference in figure.reproduce(engine, document)}
    assert found
    assert "sha256" not in found


def test_what_nobody_can_derive_is_believed(engine: Engine) -> None:
    """When it was published, and by which version, is said by the document alone."""
    document = changed(
        figure.publish(engine, ClosingRate()), "published_at", "2026-03-09T05:00:00+00:00"
    )
    rest = {name: field for name, field in document.items() if name != "sha256"}
    document["sha256"] = hashlib.sha256(canonical(rest)).hexdigest()
    assert figure.reproduce(engine, document) == ()


def test_a_figure_of_another_log_is_not_reproduced(engine: Engine) -> None:
    """A shorter log has no such event; another log has another link there."""
    document = figure.publish(engine, ClosingRate())
    with Engine.open("memory:", clock=lambda: NOW) as other:
        (short,) = figure.reproduce(other, document)
        assert (short.path, short.published) == ("log.position", str(engine.head().position))
        while other.head().position < engine.head().position:
            other.submit(told(), by=AGENT)
        found = {difference.path for difference in figure.reproduce(other, document)}
    assert {"log.link", "answer.groups[0].total"} <= found


def test_only_statistics_are_published(engine: Engine) -> None:
    """A list of cases is no figure."""
    with pytest.raises(InputError, match="only a statistic"):
        figure.publish(engine, Worklist(unit="110105002"))


def test_what_was_published_is_not_overwritten(engine: Engine, tmp_path: Path) -> None:
    """The file must not be there."""
    document = figure.publish(engine, ClosingRate())
    figure.write(document, tmp_path / "figure.json")
    with pytest.raises(InputError, match="not overwritten"):
        figure.write(document, tmp_path / "figure.json")
    assert figure.read(tmp_path / "figure.json") == document


FILES: dict[str, bytes] = {
    "empty": b"",
    "no JSON": b"{",
    "deep": b"[" * 100_000,
    "list": b"[]",
    "other": b'{"format":"zhili-export"}',
    "newer": b'{"format":"zhili-figure","format_version":2}',
    "no definition": b'{"format":"zhili-figure","format_version":1}',
    "unknown": b'{"format":"zhili-figure","format_version":1,"definition":{"name":"os.system"}}',
    "no place": b'{"format":"zhili-figure","format_version":1,'
    b'"definition":{"name":"closing_rate"},"log":{"position":true}}',
    "no question": b'{"format":"zhili-figure","format_version":1,'
    b'"definition":{"name":"closing_rate"},"log":{"position":1},"question":{"by":"DROP TABLE"}}',
}


@pytest.mark.parametrize("name", FILES)
def test_what_is_no_figure_is_refused(engine: Engine, tmp_path: Path, name: str) -> None:
    """A file that is none, or asks what cannot be asked, is refused in words."""
    path = tmp_path / "figure.json"
    path.write_bytes(FILES[name])
    with pytest.raises(InputError):
        figure.reproduce(engine, figure.read(path))
    with pytest.raises(InputError):
        figure.read(tmp_path / "nowhere.json")
