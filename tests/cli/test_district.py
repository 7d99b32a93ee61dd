"""`zhili case | worklist | summonses | stats | wall` in a district that has every kind of case."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from tests.cli.district import District, live
from tests.wall import steps as p
from tests.whistle import cast as w
from zhili import Engine
from zhili.cli.figures import FIGURES
from zhili.projections.summonses import Summonses
from zhili.projections.wall import Wall

if TYPE_CHECKING:
    from tests.cli.conftest import Run
    from zhili.projections.question import Question

AS_OF = "2026-03-12T10:00:00+08:00"
"""After everything that was lived."""

TYPES = ("complaint", "whistle", "wall", "hazard")


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> District:
    """Live once for all that is only asked."""
    return live(f"sqlite:///{tmp_path_factory.mktemp('district')}/cases.db")


def asked(run: Run, district: District, *arguments: str) -> Any:
    """Give what a command prints as JSON, as of the same instant as `answer`."""
    moment = ("--as-of", AS_OF, "--format", "json", "--store", district.url)
    result = run(*arguments, *moment)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def answer(district: District, question: Question) -> Any:
    """Give what the engine says to a question."""
    with Engine.open(district.url) as engine:
        return engine.ask(question, as_of=datetime.fromisoformat(AS_OF)).model_dump(mode="json")


def refused(run: Run, district: District, *arguments: str) -> str:
    """Give the one line that a wrong call ends with."""
    result = run(*arguments, "--store", district.url)
    assert (result.exit_code, result.stdout) == (2, "")
    assert (result.stderr[:15], result.stderr.count("\n")) == ("error [input]: ", 1)
    return result.stderr


# — lists —


@pytest.mark.parametrize("case_type", TYPES)
def test_a_worklist_is_of_one_case_type(run: Run, district: District, case_type: str) -> None:
    """Its open cases and no others."""
    found = asked(run, district, "worklist", "--case-type", case_type)["items"]
    ids = {
        "complaint": {district.complaint},
        "whistle": {district.whistle},
        "wall": {district.item, district.echo},
        "hazard": {district.hazard},
    }
    assert {one["case_type"] for one in found} == {case_type}
    assert {one["case_id"] for one in found} == {str(one) for one in ids[case_type]}


def test_a_list_of_several_case_types_says_which_is_which(run: Run, district: District) -> None:
    """In words; a list of one case type needs no such column."""
    for language, words in (("en", "Whistle-call"), ("zh", "社区隐患")):
        mixed = run("worklist", "--store", district.url, "--language", language).stdout
        assert words in mixed
        one = run(
            "worklist", "--store", district.url, "--language", language, "--case-type", "wall"
        ).stdout
        assert ("类别" in mixed, "类别" in one) == (True, False)


def test_an_unknown_case_type_is_answered_with_those_there_are(
    run: Run, district: District
) -> None:
    """Of a worklist and of figures."""
    for name in ("worklist", "stats"):
        said = refused(run, district, name, "--case-type", "petition")
        assert "'petition'; there are: branch_call, complaint, hazard, wall, whistle" in said


def test_a_unit_sees_to_what_it_is_summoned(run: Run, district: District) -> None:
    """The water bureau missed its summons and is still awaited; the answer is the engine's."""
    found = asked(run, district, "summonses", w.WATER)
    assert found == answer(district, Summonses(unit=w.WATER))
    (one,) = found["items"]
    assert (one["state"], one["missed"], one["on_time"]) == ("no_show", True, False)
    assert asked(run, district, "summonses", w.PARKS)["items"] == []


@pytest.mark.parametrize(
    ("filters", "units"),
    [
        ((), {w.POLICE, w.WATER}),
        (("--missed",), {w.WATER}),
        (("--not-missed",), {w.POLICE}),
        (("--kind", "EMERGENCY"), set[str]()),
        (("--with-ended",), {w.POLICE, w.WATER}),
    ],
)
def test_summonses_are_filtered(
    run: Run, district: District, filters: tuple[str, ...], units: set[str]
) -> None:
    """Each option is a filter; without a unit, all units are meant."""
    assert {one["unit"] for one in asked(run, district, "summonses", *filters)["items"]} == units


def test_summonses_go_on_after_a_page(run: Run, district: District) -> None:
    """What a page calls next is where the following one begins, and nonsense is refused."""
    first = asked(run, district, "summonses", "--size", "1")
    second = asked(run, district, "summonses", "--size", "1", "--after", first["next"])
    assert {page["items"][0]["unit"] for page in (first, second)} == {w.POLICE, w.WATER}
    assert second["next"] is None
    assert "after" in refused(run, district, "summonses", "--after", "nonsense")


def test_summonses_are_a_table_for_people(run: Run, district: District) -> None:
    """Where each unit stands, in words, and who did not come."""
    told = run("summonses", "--store", district.url, "--size", "1").stdout
    assert "Reported in 已报到" in told
    assert "More 下一页: --after " in told
    chinese = run("summonses", w.WATER, "--store", district.url, "--language", "zh").stdout
    assert "未报到" in chinese
    assert "●" in chinese
    assert "Did not" not in chinese


# — one case —


def test_a_whistle_shows_its_units_and_their_clocks(run: Run, district: District) -> None:
    """Who leads and who assists, who came; each clock of each unit, explained."""
    told = asked(run, district, "case", str(district.whistle))
    assert [
        (one["unit"], one["role"], one["state"], one["missed"])
        for one in sorted(told["parts"], key=lambda one: str(one["unit"]))
    ] == [(w.POLICE, "lead", "arrived", False), (w.WATER, "assisting", "no_show", True)]
    clocks = {one["clock"]: one for one in told["clocks"]}
    assert {f"{name}:{unit}" for name in ("sign", "report_in") for unit in (w.POLICE, w.WATER)} < {
        *clocks
    }
    missed, met = clocks[f"report_in:{w.WATER}"], clocks[f"report_in:{w.POLICE}"]
    assert (missed["overdue"], met["overdue"]) == (True, False)
    assert missed["explanation"]["sentences"][-1]["en"].endswith(
        "stopped the clock 'to report in', which was due."
    )
    assert "policy whistle version 1" in missed["explanation"]["sentences"][0]["en"]


def test_a_whistle_is_told_to_people(run: Run, district: District) -> None:
    """Units, family, timeline and clocks, in both languages."""
    english = run("case", str(district.whistle), "--store", district.url).stdout
    for words in (
        "Summoned units 报到单位", "leads 主办", "What belongs together 关联工单",
        "blown for it", "为其吹哨", "Timeline 办理轨迹", f"report_in:{w.WATER}",
        "Why it is due then 期限说明",
    ):  # fmt: skip
        assert words in english
    chinese = run("case", str(district.whistle), "--store", district.url, "--language", "zh").stdout
    assert "“报到”到期，停止计时" in chinese
    assert "吹哨报到规程第1版" in chinese
    assert "Summoned" not in chinese.replace("UnitSummoned", "")


def test_the_family_of_a_case_is_shown(run: Run, district: District) -> None:
    """The complaint leads, whichever of the two is asked for; a case by itself has no list."""
    for one in (district.complaint, district.whistle):
        family = asked(run, district, "case", str(one))["family"]
        assert family["leading"] == str(district.complaint)
        assert [(each["case_type"], each["relation"]) for each in family["members"]] == [
            ("complaint", None), ("whistle", "whistle"),
        ]  # fmt: skip
    alone = run("case", str(district.hazard), "--store", district.url).stdout
    assert "关联工单" not in alone


def test_votes_are_shown_as_counts(run: Run, district: District) -> None:
    """How many voted how, round by round; who voted how is not among the parts."""
    told = asked(run, district, "case", str(district.echo))
    assert told["parts"] == []
    assert told["votes"] == [
        {"kind": "vote", "round": "1", "state": "basically_satisfied", "count": 1},
        {"kind": "vote", "round": "1", "state": "satisfied", "count": 1},
    ]
    assert "Basically satisfied 基本满意" in run(
        "case", str(district.echo), "--store", district.url
    ).stdout  # fmt: skip


@pytest.mark.parametrize("one", ["item", "echo", "refused", "hazard"])
def test_a_case_of_any_type_is_shown_without_what_is_personal(
    run: Run, district: District, one: str
) -> None:
    """State, timeline and clocks, and no word of whoever told of it."""
    case_id = str(getattr(district, one))
    told = asked(run, district, "case", case_id)
    assert told["case"]["case_id"] == told["timeline"]["case_id"] == case_id
    assert [entry["version"] for entry in told["timeline"]["entries"]] == list(
        range(1, told["case"]["version"] + 1)
    )
    assert all(clock["status"] == "stopped" or clock["due_at"] for clock in told["clocks"])
    shown = (
        json.dumps(told, ensure_ascii=False) + run("case", case_id, "--store", district.url).stdout
    )
    for personal in (p.NAME, p.PHONE, p.ADDRESS, "Chun Niang", "13800000018"):
        assert personal not in shown


def test_the_departments_of_a_hazard_have_their_own_deadlines(run: Run, district: District) -> None:
    """Each is past due, and the list says so."""
    told = asked(run, district, "case", str(district.hazard))
    assert {one["unit"] for one in told["parts"]} == {"fire-brigade", "power-company"}
    late = {one["clock"] for one in told["clocks"] if one["overdue"]}
    assert late == {"rectify:fire-brigade", "rectify:power-company"}
    assert "Departments at work 整治单位" in run(
        "case", str(district.hazard), "--store", district.url
    ).stdout  # fmt: skip


# — figures —


@pytest.mark.parametrize(
    ("case_type", "by"),
    [
        ("whistle", None), ("whistle", "department"), ("wall", None), ("wall", "village"),
        ("hazard", None), ("hazard", "kind"),
    ],
)  # fmt: skip
def test_figures_are_the_answers_of_the_engine(
    run: Run, district: District, case_type: str, by: str | None
) -> None:
    """One object, by definition, each with its counts, its position and its fingerprint."""
    grouped = ("--by", by) if by else ()
    found = asked(run, district, "stats", "--case-type", case_type, *grouped)
    first, *others = FIGURES[case_type]
    questions = [first.model_validate({"by": by}), *(kind() for kind in others)]
    assert found == {one.definition: answer(district, one) for one in questions}


def test_the_figures_of_whistles_have_both_their_counts(run: Run, district: District) -> None:
    """Two were summoned and one came; the street's whistles are many for its complaints."""
    told = run("stats", "--store", district.url, "--case-type", "whistle", "--by", "department")
    lines = [" ".join(line.replace("│", " ").split()) for line in told.stdout.splitlines()]
    assert "Report-in rate 报到率 1 2 50.00%" in lines
    assert "Completion rate 办结率 0 1 0.00%" in lines
    assert any(line.startswith("water ") and "0 / 1 = 0.00%" in line for line in lines)
    assert any(line.endswith("偏高 1 1 100.00%") for line in lines)


def test_the_figures_of_a_wall_tell_what_was_not_posted(run: Run, district: District) -> None:
    """Collected three, posted two, refused one with its reason; half of the promises were kept."""
    told = run("stats", "--store", district.url, "--case-type", "wall", "--language", "zh")
    lines = [" ".join(line.replace("│", " ").split()) for line in told.stdout.splitlines()]
    assert {"收集 3", "不上墙 1", "not_public 1", "守诺率 1 2 50.00%"} < {*lines}
    assert "解决率(按收集) 1 3 33.33%" in lines


def test_the_figures_of_hazards_are_told_by_kind(run: Run, district: District) -> None:
    """Found, solved, open, and the rate with what it is made of."""
    told = run("stats", "--store", district.url, "--case-type", "hazard", "--by", "kind").stdout
    assert "0 / 1 = 0.00%" in told
    alone = run("stats", "--store", district.url, "--case-type", "hazard").stdout
    assert "Solved, of those found 解决率" in alone


def test_no_whistles_no_rate(run: Run) -> None:
    """An empty denominator is no data, in a table; in JSON it is null, never 0."""
    for case_type in ("whistle", "wall", "hazard"):
        told = run("stats", "--store", "memory:", "--case-type", case_type)
        assert told.exit_code == 0, told.output
        assert "no data" in told.stdout
    arguments = ("stats", "--store", "memory:", "--case-type", "whistle", "--format", "json")
    found = json.loads(run(*arguments).stdout)["whistle_figures"]["total"]
    assert found["report_in"] == {"numerator": 0, "denominator": 0, "rate": None}


def test_a_case_type_without_figures_of_its_own_has_the_overview(
    run: Run, district: District
) -> None:
    """A branch's call is counted as a complaint is, and by its own cases."""
    arguments = ("stats", "--case-type", "branch_call", "--store", district.url, "--format", "json")
    assert json.loads(run(*arguments).stdout)["counts"]["total"] == 0


def test_figures_that_make_no_sense_are_wrong_usage(run: Run, district: District) -> None:
    """What cannot be grouped so, and an instant that only the overview knows."""
    assert "by: " in refused(run, district, "stats", "--case-type", "wall", "--by", "grade")
    said = refused(run, district, "stats", "--case-type", "whistle", "--as-of", "max")
    assert "--as-of max" in said


# — the wall —


@pytest.mark.parametrize(
    ("filters", "question"),
    [
        ((), Wall()),
        (("--side", "problems"), Wall(side="problems")),
        (("--side", "echoes", "--size", "1"), Wall(side="echoes", size=1)),
        (("--village", p.VILLAGE), Wall(village=p.VILLAGE)),
        (("--village", p.OTHER_VILLAGE), Wall(village=p.OTHER_VILLAGE)),
        (("--category", "environment"), Wall(category="environment")),
    ],
)
def test_the_wall_is_the_answer_of_the_engine(
    run: Run, district: District, filters: tuple[str, ...], question: Wall
) -> None:
    """Whatever of it is asked for."""
    assert asked(run, district, "wall", *filters) == answer(district, question)


def test_the_store_of_a_wall_may_be_an_argument(run: Run, district: District) -> None:
    """As for an audit; and one store is enough."""
    by_argument = run("wall", district.url)
    assert by_argument.exit_code == 0, by_argument.output
    assert by_argument.stdout == run("wall", "--store", district.url).stdout
    nothing = run("wall")
    assert (nothing.exit_code, nothing.stderr[:15]) == (2, "error [input]: ")


def test_a_wall_is_read_from_an_exported_folder(run: Run, district: District) -> None:
    """Whoever has the record only has the same wall."""
    assert run("export", district.url, "record").exit_code == 0
    assert asked_of(run, "record") == asked_of(run, district.url)


def asked_of(run: Run, source: str) -> Any:
    """Give the wall of a store or of a folder."""
    result = run("wall", source, "--as-of", AS_OF, "--format", "json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_the_wall_is_told_to_people(run: Run, district: District) -> None:
    """A broken promise is marked, the day promised before stays; echo, result and votes beside."""
    told = run("wall", district.url, "--language", "zh").stdout
    problem, echo = told.split("回音壁")
    assert "2026-03-07 ● 失约" in problem
    assert "2026-03-20" in problem
    assert "进展逾期未报" in problem
    assert "1 / 1 / 0" in echo
    assert "守诺" in echo
    result = "".join(line.split("│")[3].strip() for line in echo.splitlines() if "│" in line)
    assert result.replace(" ", "") == f"已解决:{p.DECLARE_RESOLVED.fields['result']}"
    assert "未上墙(按原因): not_public 1" in told
    english = run("wall", district.url).stdout
    assert "The problem wall 问题墙" in english
    assert "The echo wall 回音壁" in english


def test_an_empty_wall_is_called_by_its_name(run: Run) -> None:
    """The side that was asked for, else that of the problems."""
    for more, name in (
        ((), "问题墙"),
        (("--side", "problems"), "问题墙"),
        (("--side", "echoes"), "回音壁"),
    ):
        told = run("wall", "memory:", "--language", "zh", *more)
        assert (told.exit_code, told.stdout.split()[0]) == (0, name), told.output


def test_the_wall_says_nothing_personal(run: Run, district: District) -> None:
    """Neither who told of it, nor who voted, nor what they said in their own words."""
    for form in ("table", "json"):
        told = run("wall", district.url, "--format", form, "--size", "200").stdout
        secrets = (p.NAME, p.PHONE, p.ADDRESS, p.SUBJECT, p.COLLECT.fields["text"], "现场照片两张")
        assert [one for one in secrets if str(one) in told] == []


def test_the_wall_goes_on_after_a_page(run: Run, district: District) -> None:
    """The newest first; what a page calls next is where the following one begins."""
    first = asked(run, district, "wall", "--size", "1")
    second = asked(run, district, "wall", "--size", "1", "--after", first["next"])
    ids = [page["entries"][0]["case_id"] for page in (first, second)]
    assert ids == [str(district.item), str(district.echo)]
    assert second["next"] is None
    assert "More 下一页: --after " in run("wall", district.url, "--size", "1").stdout
    assert "after" in refused(run, district, "wall", "--after", "nonsense")
    assert "size" in refused(run, district, "wall", "--size", "0")


def test_the_wall_is_shown_as_it_was(run: Run, district: District) -> None:
    """On the day after, the promise was not broken yet, and nothing had come off."""
    then = run("wall", district.url, "--as-of", "2026-03-03", "--format", "json")
    entries = {one["case_id"]: one for one in json.loads(then.stdout)["entries"]}
    assert entries[str(district.item)]["promise"] == "pending"
    assert entries[str(district.item)]["days_open"] == 1
    assert entries[str(district.echo)]["state"] == "echoed"
    zone = ZoneInfo("Asia/Shanghai")
    opened = datetime(2026, 3, 2, 9, 0, tzinfo=zone).isoformat()
    before = run("wall", district.url, "--as-of", opened, "--format", "json")
    assert json.loads(before.stdout)["entries"] == []
