"""`zhili export | audit DIR | import-log | figure | reproduce`."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from zhili.policies import POLICIES

if TYPE_CHECKING:
    from tests.cli.conftest import Run

BETWEEN = str(len(POLICIES) + 3)
"""The place of the first case's dispatch: between it and what follows from it nothing is cut."""


def test_from_a_store_to_a_folder_and_back(run: Run, store: str, tmp_path: Path) -> None:
    """Export, audit, another store, a published figure: head, digest and values are the same."""
    made = run("export", store, "out", "--as", "both", "--format", "json")
    assert made.exit_code == 0, made.output
    manifest = json.loads(made.stdout)
    assert (manifest["folder"], manifest["forms"]) == ("out", ["jsonl", "parquet"])
    assert re.fullmatch("[0-9a-f]{64}", manifest["manifest_sha256"])
    live = json.loads(run("audit", store, "--format", "json").stdout)
    audited = run("audit", "out", "--format", "json")
    report = json.loads(audited.stdout)
    assert (audited.exit_code, report["findings"]) == (0, [])
    assert (report["digest"], report["head"]) == (live["digest"], manifest["head"]["link"])
    other = f"sqlite:///{tmp_path}/other.db"
    moved = run("import-log", "out", other, "--format", "json")
    assert (moved.exit_code, json.loads(moved.stdout)["digest"]) == (0, live["digest"])
    figure = run("figure", "closing_rate", "--out", "rate.json", "--by", "unit", "--store", store)
    assert figure.exit_code == 0, figure.output
    for source in (store, "out", other):
        again = run("reproduce", "rate.json", source)
        assert (again.exit_code, "equal" in again.stdout) == (0, True), again.output
    assert json.loads(run("reproduce", "rate.json", "out", "--format", "json").stdout) == {
        "equal": True,
        "differences": [],
    }


def test_people_are_told_what_they_hold(run: Run, store: str) -> None:
    """Counts, head, and that there are personal data in it; in Chinese too."""
    shown = run("export", store, "out")
    assert (shown.exit_code, "holds personal data" in shown.stdout) == (0, True)
    assert "Head 链头" in shown.stdout
    chinese = run("export", store, "out2", "--language", "zh", "--until", "8")
    assert "目录含按原样存储的个人信息" in chinese.stdout
    table = run("audit", "out2", "--language", "zh")
    assert (table.exit_code, "未发现问题" in table.stdout) == (0, True)


def test_a_changed_folder_ends_with_1(run: Run, store: str) -> None:
    """Audit names what was changed; no store is made of it unless somebody insists."""
    assert run("export", store, "out").exit_code == 0
    path = Path("out/register/cases.csv")
    path.write_bytes(path.read_bytes().replace(b"solved", b"partly"))
    audited = run("audit", "out")
    assert (audited.exit_code, "changed-file" in audited.stdout) == (1, True)
    refused = run("import-log", "out", "sqlite:///new.db")
    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    assert "zhili audit out" in refused.stderr
    assert run("import-log", "out", "sqlite:///new.db", "--despite-findings").exit_code == 0
    assert run("audit", "--store", "sqlite:///new.db").exit_code == 1


def test_a_changed_figure_ends_with_1(run: Run, store: str) -> None:
    """Each place that differs is named with both values."""
    asked = ["--during", "2026-03", "--as-of", "2026-03-05T00:00:00+08:00", "--where",
             "population=all"]  # fmt: skip
    assert (
        run("figure", "time_to_close", "--out", "f.json", "--store", store, *asked).exit_code == 0
    )
    document = json.loads(Path("f.json").read_text(encoding="utf-8"))
    assert document["question"]["population"] == "all"
    assert document["question"]["during"]["after"] == "2026-04-01"
    document["answer"]["groups"][0]["total"] += 1
    Path("f.json").write_text(json.dumps(document), encoding="utf-8")
    shown = run("reproduce", "f.json", store)
    assert (shown.exit_code, "answer.groups[0].total" in shown.stdout) == (1, True)
    assert "sha256" in shown.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("export", "STORE", "out", "--until", "noon"),
        ("export", "STORE", "out", "--until", "2026-03-02T09:00:00"),
        ("export", "STORE", "out", "--until", "99999"),
        ("export", "STORE", "out", "--until", "٣"),
        ("export", "STORE", "out", "--until", BETWEEN),
        ("export", "STORE", "out", "--until", "2999-01-01"),
        ("figure", "closing_rate", "--out", "f.json", "--store", "STORE", "--as-of", "2999-01-01"),
        ("figure", "closing_rate", "--out", "nowhere/f.json", "--store", "STORE"),
        ("export", "STORE", "full"),
        ("export", "nowhere", "out"),
        ("audit",),
        ("audit", "nowhere"),
        ("audit", "full", "--store", "STORE"),
        ("import-log", "full", "sqlite:///new.db"),
        ("import-log", "nowhere", "sqlite:///new.db"),
        ("figure", "happiness", "--out", "f.json", "--store", "STORE"),
        ("figure", "closing_rate", "--out", "full", "--store", "STORE"),
        ("figure", "closing_rate", "--out", "f.json", "--store", "STORE", "--by", "mood"),
        ("figure", "closing_rate", "--out", "f.json", "--store", "STORE", "--where", "unit"),
        ("figure", "closing_rate", "--out", "f.json", "--store", "STORE", "--where", "mood=good"),
        ("figure", "closing_rate", "--out", "f.json", "--store", "STORE", "--during", "2026-13"),
        ("figure", "closing_rate", "--out", "f.json", "--store", "STORE", "--during", "March"),
        ("figure", "closing_rate", "--out", "f.json", "--store", "STORE", "--as-of", "noon"),
        ("reproduce", "nowhere.json", "STORE"),
        ("reproduce", "full/file", "STORE"),
    ],
)
def test_what_cannot_be_understood_ends_with_2(
    run: Run, store: str, arguments: tuple[str, ...]
) -> None:
    """One line says what is wrong; nothing was made."""
    Path("full").mkdir()
    Path("full/file").write_text("mine")
    before = sorted(path.name for path in Path().iterdir())
    result = run(*(store if word == "STORE" else word for word in arguments))
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1), result.output
    assert result.stderr.startswith("error [input]: ")
    assert sorted(path.name for path in Path().iterdir()) == before


def test_a_date_is_read_everywhere(run: Run, store: str) -> None:
    """As in `stats`: the beginning of that day in the store's zone."""
    midnight = "2026-03-03T16:00:00"
    assert run("export", store, "out", "--until", "2026-03-04").exit_code == 0
    manifest = json.loads(Path("out/manifest.json").read_bytes())
    assert manifest["as_of"].startswith(midnight)
    asked = ("figure", "closing_rate", "--out", "f.json", "--store", store)
    assert run(*asked, "--as-of", "2026-03-04").exit_code == 0
    assert json.loads(Path("f.json").read_bytes())["as_of"].startswith(midnight)
    assert run("reproduce", "f.json", store).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("export", "STORE", "out", "--until", "2000"), "--until 2000: the log ends at position"),
        (("export", "STORE", "out", "--until", "2999-01-01"), "--until 2999-01-01 lies in the fut"),
        (("stats", "--store", "STORE", "--known-at", "99999"), "--known-at 99999: the log ends at"),
        (
            ("figure", "closing_rate", "--out", "nowhere/f.json", "--store", "STORE"),
            "nowhere/f.json cannot be written: nowhere is no folder; make it",
        ),
    ],
)
def test_the_words_are_those_that_were_typed(
    run: Run, store: str, arguments: tuple[str, ...], words: str
) -> None:
    """An error names the option or the file as it was typed."""
    result = run(*(store if word == "STORE" else word for word in arguments))
    assert words in result.stderr


def test_the_manifest_is_fingerprinted(run: Run, store: str) -> None:
    """Export and audit print the same digest: whoever kept it convicts who signs anew."""
    shown = re.search(
        "Manifest SHA-256 清单摘要: ([0-9a-f]{64})", run("export", store, "out").stdout
    )
    assert shown
    assert shown[0] in run("audit", "out").stdout
    document = json.loads(run("audit", "out", "--format", "json").stdout)
    assert document["manifest_sha256"] == shown[1]
    assert "manifest_sha256" not in json.loads(run("audit", store, "--format", "json").stdout)
    path = Path("out/manifest.json")
    path.write_bytes(path.read_bytes() + b"\n")
    changed = run("audit", "out")
    assert (changed.exit_code, shown[1] in changed.stdout) == (0, False)


def test_another_version_is_a_remark(run: Run, store: str) -> None:
    """For people it stands with the remarks, and the exit code is 0."""
    assert run("export", store, "out").exit_code == 0
    path = Path("out/manifest.json")
    path.write_text(json.dumps({**json.loads(path.read_bytes()), "zhili": "0.0.1"}))
    audited = run("audit", "out")
    assert (audited.exit_code, "other-version 1" in audited.stdout) == (0, True)
