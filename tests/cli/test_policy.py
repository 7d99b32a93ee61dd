"""`zhili policy list | show | publish`, and `zhili diagram`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from zhili.cli.case_types import NAMES
from zhili.policies import POLICIES, whistle

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Run
    from zhili.policies.whistle import WhistleRules


def test_the_default_policies_are_listed(run: Run, store: str) -> None:
    """Every policy there is, each in its first version."""
    document = json.loads(run("policy", "list", "--store", store, "--format", "json").stdout)
    assert [policy["name"] for policy in document] == sorted(POLICIES)
    assert {version["version"] for policy in document for version in policy["versions"]} == {1}
    assert "time_limits" in run("policy", "list", "--store", store).stdout


def test_a_preset_is_published_as_the_next_version(run: Run, store: str) -> None:
    """Shanghai's limits hold from then on; the old version can still be read."""
    result = run("policy", "publish", "--preset", "SHANGHAI", "--store", store)
    assert (result.exit_code, result.stdout) == (0, "time_limits is in force in version 2\n")
    now = json.loads(run("policy", "show", "time_limits", "--store", store).stdout)
    assert now["city"] == "Shanghai 上海"
    before = run("policy", "show", "time_limits", "--version", "1", "--store", store)
    assert json.loads(before.stdout)["city"] == "Beijing 北京"
    again = run("policy", "publish", "--preset", "shanghai", "--store", store)
    assert (again.exit_code, again.stderr.split(":")[0]) == (1, "error [refused-guard]")


@pytest.mark.parametrize(("name", "preset"), whistle.PRESETS.items())
def test_a_preset_knows_of_which_policy_it_is(
    run: Run, store: str, name: str, preset: Callable[[], WhistleRules]
) -> None:
    """The whistle's rules of a city are published as such; what was published can be shown."""
    assert run("policy", "publish", "--preset", name, "--store", store).stdout == (
        "whistle is in force in version 2\n"
    )
    shown = json.loads(run("policy", "show", "whistle", "--store", store).stdout)
    assert shown == preset().model_dump(mode="json")
    named = ("policy", "publish", "--preset", name, "--name", "time_limits", "--store", store)
    wrong = run(*named)
    assert (wrong.exit_code, wrong.stderr.count("\n")) == (2, 1)
    assert f"--preset {name} is the policy whistle" in wrong.stderr


@pytest.mark.parametrize("name", ["wall", "hazard", "branch_call", "whistle"])
def test_the_rules_of_every_case_type_are_shown_and_published(
    run: Run, store: str, tmp_path: Path, name: str
) -> None:
    """What show prints can be changed and published."""
    document = json.loads(run("policy", "show", name, "--store", store).stdout)
    field = "points_max" if "points_max" in document else "archive"
    changed = 9 if field == "points_max" else {**document[field], "amount": 9}
    (tmp_path / "it.json").write_text(json.dumps({**document, field: changed}), encoding="utf-8")
    result = run("policy", "publish", "it.json", "--name", name, "--store", store)
    assert (result.exit_code, result.stdout) == (0, f"{name} is in force in version 2\n")
    now = json.loads(run("policy", "show", name, "--store", store).stdout)
    assert now == {**document, field: changed}


def test_a_document_is_published_from_a_file(run: Run, store: str, tmp_path: Path) -> None:
    """What show prints can be changed and published."""
    document = json.loads(run("policy", "show", "procedure", "--store", store).stdout)
    file = tmp_path / "procedure.json"
    file.write_text(json.dumps({**document, "extensions_max": 2}), encoding="utf-8")
    result = run(
        "policy", "publish", str(file), "--name", "procedure", "--store", store, "--format", "json"
    )
    assert json.loads(result.stdout)["version"] == 2
    now = json.loads(run("policy", "show", "procedure", "--store", store).stdout)
    assert now["extensions_max"] == 2


@pytest.mark.parametrize(
    ("text", "said", "code"),
    [
        ('{"extensions_max": -1}', "extensions_max", 1),
        ('{"colour": "red"}', "colour", 1),
        ("[1, 2]", "holds no JSON object", 2),
        ("extensions: 2", "is not a JSON document", 2),
        ("\x00\xff", "is not a JSON document", 2),
    ],
)
def test_a_document_that_is_not_right_is_refused(  # noqa: PLR0913, PLR0917 - what, and how
    run: Run, store: str, tmp_path: Path, text: str, said: str, code: int
) -> None:
    """One line says what is wrong: rules that do not hold (1), or no document (2)."""
    file = tmp_path / "procedure.json"
    file.write_text(text, encoding="latin-1")
    result = run("policy", "publish", str(file), "--name", "procedure", "--store", store)
    assert result.exit_code == code
    assert said in result.stderr
    assert result.stderr.count("\n") == 1
    versions = json.loads(run("policy", "list", "--store", store, "--format", "json").stdout)
    assert {len(policy["versions"]) for policy in versions} == {1}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "colour"), "there is no policy 'colour'"),
        (("show", "routing", "--version", "7"), "no version 7"),
        (("publish", "missing.json"), "there is no file missing.json"),
        (("publish", "missing.json", "--name", "routing"), "there is no file missing.json"),
        (("publish", "."), "cannot be read: Is a directory"),
        (("publish", "--preset", "ATLANTIS"), "--preset takes one of"),
        (("publish", "--name", "routing"), "name a FILE"),
        (("publish",), "name a FILE"),
    ],
)
def test_what_is_not_there_is_wrong_usage(
    run: Run, store: str, arguments: tuple[str, ...], said: str
) -> None:
    """An unknown policy, version, file or preset."""
    result = run("policy", *arguments, "--store", store)
    assert result.exit_code == 2
    assert said in result.stderr
    assert (result.stderr[:15], result.stderr.count("\n")) == ("error [input]: ", 1)


def test_a_document_without_a_name_is_asked_for_it(run: Run, store: str, tmp_path: Path) -> None:
    """A file does not say which policy it holds."""
    (tmp_path / "some.json").write_text("{}", encoding="utf-8")
    result = run("policy", "publish", "some.json", "--store", store)
    assert result.exit_code == 2
    assert "--name with one of branch_call, calendar, hazard" in result.stderr


def test_an_unknown_policy_cannot_be_published(run: Run, store: str, tmp_path: Path) -> None:
    """The refusal names the policies that there are."""
    file = tmp_path / "colour.json"
    file.write_text("{}", encoding="utf-8")
    result = run("policy", "publish", str(file), "--name", "colour", "--store", store)
    assert result.exit_code == 2
    assert "time_limits" in result.stderr


@pytest.mark.parametrize("name", NAMES)
def test_every_case_type_has_a_diagram_and_a_page(run: Run, name: str) -> None:
    """In both languages, and they differ."""
    said = [
        run("diagram", name, *more) for more in ((), ("--page",), ("--page", "--language", "zh"))
    ]
    assert {result.exit_code for result in said} == {0}
    assert said[0].stdout.startswith("stateDiagram-v2")
    assert said[1].stdout.startswith(f"# The table of `{name}`, edition 1")
    assert said[2].stdout.startswith(f"# `{name}` 流程表")


def test_a_diagram_is_drawn_and_a_page_written(run: Run) -> None:
    """The table of the complaint, in Mermaid and in Markdown, in both languages."""
    drawn = run("diagram", "complaint")
    assert drawn.exit_code == 0, drawn.output
    assert "stateDiagram-v2" in drawn.stdout
    english = run("diagram", "complaint", "--page").stdout
    chinese = run("diagram", "complaint", "--page", "--language", "zh").stdout
    assert "已派单待签收" in chinese
    assert "Only the unit that has the case may do this." in english
    assert english != chinese
    unknown = run("diagram", "petition")
    assert (unknown.exit_code, "complaint" in unknown.stderr) == (2, True)
