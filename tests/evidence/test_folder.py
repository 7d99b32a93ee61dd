"""The audit of a folder: every change is found and named, and no folder does any harm."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from zhili.audit import FOLDER_FINDINGS, FOLDER_REMARKS, Finding
from zhili.errors import InputError
from zhili.evidence import audit_folder
from zhili.evidence.files_check import plain_file
from zhili.evidence.log_line import LINE_BYTES_MAX
from zhili.evidence.manifest import is_plain_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from zhili.audit import Report


def codes(report: Report) -> set[str]:
    """Give the codes of what was found."""
    return {finding.code for finding in report.findings}


def change(folder: Path, name: str, work: Callable[[list[bytes]], list[bytes]]) -> None:
    """Rewrite the lines of a file."""
    path = folder / name
    path.write_bytes(b"".join(work(path.read_bytes().splitlines(keepends=True))))


def manifest_of(folder: Path) -> dict[str, Any]:
    """Give the manifest as plain data."""
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_bytes())
    return found


def say(folder: Path, **fields: Any) -> None:
    """Change fields of the manifest."""
    (folder / "manifest.json").write_text(json.dumps({**manifest_of(folder), **fields}))


def replaced(old: bytes, new: bytes, line: int) -> Callable[[list[bytes]], list[bytes]]:
    """Give what replaces a text in the first line that has it, from *line* on, counted from 0."""

    def work(lines: list[bytes]) -> list[bytes]:
        nth = next(n for n in range(line, len(lines)) if old in lines[n])
        return [*lines[:nth], lines[nth].replace(old, new, 1), *lines[nth + 1 :]]

    return work


def swapped(lines: list[bytes]) -> list[bytes]:
    """Give the lines with two of them the other way round, each at the other's position."""
    one, other = json.loads(lines[60]), json.loads(lines[61])
    one["position"], other["position"] = other["position"], one["position"]
    pair = [json.dumps(x, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
            for x in (other, one)]  # fmt: skip
    return [*lines[:60], *pair, *lines[62:]]


EVENT: dict[str, tuple[Callable[[list[bytes]], list[bytes]], set[str]]] = {
    "payload": (replaced(b"complaint", b"komplaint", 60), {"broken-link", "unreadable-event"}),
    "recorded": (replaced(b'"recorded_at":"2026', b'"recorded_at":"2025', 60), {"unreadable-line"}),
    "missing": (lambda lines: lines[:60] + lines[61:], {"missing-position", "wrong-manifest"}),
    "truncated": (lambda lines: lines[:-1], {"truncated-log", "wrong-manifest"}),
    "doubled": (lambda lines: [*lines[:60], lines[60], *lines[60:]], {"doubled-row"}),
    "reordered": (swapped, {"broken-link"}),
    "spaces": (replaced(b'{"position":', b'{ "position":', 60), {"unreadable-line"}),
    "doubled key": (replaced(b'{"position":', b'{"position":1,"position":', 60),
                    {"unreadable-line"}),
    "no JSON": (lambda lines: [*lines[:60], b"}{\n", *lines[61:]],
                {"unreadable-line", "missing-position"}),
    "cut": (lambda lines: [*lines[:-1], lines[-1][:50]], {"unreadable-line", "truncated-log"}),
}  # fmt: skip


@pytest.mark.parametrize("fault", EVENT)
def test_a_changed_log_is_found(folder: Path, signed: Callable[[Path], None], fault: str) -> None:
    """An event changed, lost, doubled, moved or spelt otherwise, also by who signs anew."""
    work, right = EVENT[fault]
    change(folder, "events.jsonl", work)
    signed(folder)
    report = audit_folder(folder)
    assert right <= codes(report)
    assert "changed-file" not in codes(report)
    placed = [f for f in report.findings if f.code in right]
    assert all(f.position is not None or "line" in f.detail or "says" in f.detail for f in placed)


ROWS: dict[str, tuple[str, Callable[[list[bytes]], list[bytes]], str]] = {
    "outcome": ("cases", replaced(b",complaint,", b",komplaint,", 3), "register-differs"),
    "row lost": ("spells", lambda lines: lines[:5] + lines[6:], "register-differs"),
    "row doubled": ("spells", lambda lines: [*lines[:5], lines[5], *lines[5:]], "doubled-row"),
    "stranger": ("cases", lambda lines: [*lines, b"zz" + lines[-1][2:].replace(b"20", b"30")],
                 "register-differs"),
    "field": ("cases", replaced(b",", b",,", 3), "unreadable-line"),
    "quote": ("cases", replaced(b",", b',"', 3), "unreadable-line"),
    "header": ("cases", replaced(b"case_id", b"cas_id", 0), "unreadable-line"),
    "no key": ("spells", lambda lines: [*lines[:5], lines[5][36:], *lines[6:]], "unreadable-line"),
    "unit": ("units", lambda lines: lines[:-1], "copies-differ"),
    "day": ("days", replaced(b"1", b"0", 40), "copies-differ"),
}  # fmt: skip


@pytest.mark.parametrize("fault", ROWS)
def test_a_changed_register_is_found(
    folder: Path, signed: Callable[[Path], None], fault: str
) -> None:
    """A row of a table changed, lost, doubled or made up, by somebody who signs anew."""
    name, work, code = ROWS[fault]
    change(folder, f"register/{name}.csv", work)
    signed(folder)
    report = audit_folder(folder)
    assert code in codes(report)
    assert "changed-file" not in codes(report)
    assert all(name in f.detail for f in report.findings if f.code == code)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("policies/calendar-0001.json", b"17:00:00", b"18:00:00"),
        ("sql/closing_rate.sql", b"COUNT(*)", b"COUNT(1)"),
        ("keys.jsonl", b'"digest":"', b'"digest":"g'),
    ],
)
def test_a_changed_copy_is_found(
    folder: Path, signed: Callable[[Path], None], name: str, old: bytes, new: bytes
) -> None:
    """A policy, a statement, a key: what the log or the program says otherwise, signed anew."""
    path = folder / name
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, 1))
    assert {"changed-file"} <= codes(audit_folder(folder))
    signed(folder)
    assert codes(audit_folder(folder)) & {"copies-differ", "unreadable-line"}


def test_files_that_come_and_go(folder: Path) -> None:
    """A file that is missing, one too many, and links are found; nothing behind a link is read."""
    (folder / "README.md").unlink()
    (folder / "sql" / "newest.sql").unlink()
    (folder / "sql" / "newest.sql").symlink_to("/etc/hostname")
    (folder / "more.txt").write_text("more")
    (folder / "door").symlink_to("/")
    report = audit_folder(folder)
    found = {(f.code, f.detail.split()[0].strip("'")) for f in report.findings}
    assert {
        ("missing-file", "README.md"),
        ("missing-file", "sql/newest.sql"),
        ("foreign-file", "more.txt"),
        ("foreign-file", "door"),
    } <= found


@pytest.mark.parametrize(
    "name", ["events.jsonl", "register/cases.csv", "register/days.csv", "keys.jsonl", "policies/"]
)
def test_no_file_is_needed_to_say_so(folder: Path, name: str) -> None:
    """Whatever is not there is found missing, also where the manifest does not name it."""
    for path in [folder / name] if name[-1] != "/" else list((folder / name).iterdir()):
        path.unlink()
    say(folder, files=[f for f in manifest_of(folder)["files"] if name not in f["path"]])
    report = audit_folder(folder)
    missing = [f.detail for f in report.findings if f.code == "missing-file"]
    assert any(detail.startswith(name) for detail in missing)


@pytest.mark.parametrize(
    "path",
    ["../events.jsonl", "/etc/passwd", "a/../../b", "a//b", "./a", "a\\b", "C:x", "a\0b", "",
     "a/./b", "a/", "..", ".", "a" * 2000, "a/b/c/d/e/f/g/h", "~root", "a\nb"],
)  # fmt: skip
def test_no_path_leads_out_of_the_folder(folder: Path, path: str) -> None:
    """A manifest that names anything but a plain path inside is not read on."""
    assert not is_plain_path(path)
    say(folder, files=[{"path": path, "size": 1, "sha256": "0" * 64}])
    assert codes(audit_folder(folder)) == {"unreadable-manifest"}


def test_no_link_is_followed_on_the_way(folder: Path, tmp_path: Path) -> None:
    """A directory that is a link is no way to a file."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "cases.csv").write_text("x")
    shutil.rmtree(folder / "register")
    (folder / "register").symlink_to(tmp_path / "outside")
    assert plain_file(folder, "register/cases.csv") is None
    assert {"missing-file", "foreign-file"} <= codes(audit_folder(folder))


MANIFESTS: dict[str, bytes] = {
    "empty": b"",
    "no JSON": b"{",
    "no object": b"[]",
    "deep": b"[" * 100_000,
    "NaN": b'{"format":NaN}',
    "no UTF-8": b'{"format":"\xff"}',
    "other format": b'{"format":"tar"}',
    "huge number": b'{"format_version":' + b"9" * 5000 + b"}",
}


@pytest.mark.parametrize("name", MANIFESTS)
def test_a_manifest_that_is_none(folder: Path, name: str) -> None:
    """What is no manifest is one finding, and the end of the audit."""
    (folder / "manifest.json").write_bytes(MANIFESTS[name])
    report = audit_folder(folder)
    assert codes(report) == {"unreadable-manifest"}
    assert (report.events, report.digest) == (0, "")


@pytest.mark.parametrize(
    "fields",
    [
        {"zone": "Europe/Berlin"},
        {"head": {"position": 5, "link": "0" * 64, "epoch": 6}},
        {"head": {"position": 2**61, "link": "0" * 64, "epoch": 0}},
        {"counts": {}},
        {"as_of": "9999-12-31T00:00:00Z"},
        {"forms": ["parquet"]},
        {"forms": ["jsonl", "parquet"]},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_a_manifest_that_lies(folder: Path, fields: dict[str, Any]) -> None:
    """Zone, head, counts, day or form that are not those of the folder are found."""
    say(folder, **fields)
    assert not audit_folder(folder).clean


@pytest.mark.parametrize(
    "fields",
    [{"zone": "../../etc/passwd"}, {"zone": "Nowhere"}, {"forms": []},
        {"forms": ["jsonl", "jsonl"]}, {"forms": ["pickle"]},
     {"head": {"position": -1, "link": "0" * 64, "epoch": 0}},
     {"head": {"position": 10**30, "link": "0" * 64, "epoch": 0}},
     {"head": {"position": 1, "link": "zz", "epoch": 0}}, {"extra": 1}, {"as_of": "noon"}],
    ids=str,
)  # fmt: skip
def test_a_manifest_that_says_what_cannot_be(folder: Path, fields: dict[str, Any]) -> None:
    """It is not read on."""
    say(folder, **fields)
    assert codes(audit_folder(folder)) == {"unreadable-manifest"}


CASE = "01900000-0000-7000-8000-00000000000a"
GOOD = {
    "position": 9999,
    "case_id": CASE,
    "version": 1,
    "topic": "complaint.registered",
    "link": "00" * 32,
    "recorded_at": None,
    "state": "{}",
}


def hostile() -> dict[str, bytes]:
    """Give lines that mean harm."""

    def line(**fields: Any) -> bytes:
        return json.dumps({**GOOD, **fields}).encode()

    return {
        "deep": b"[" * 200_000,
        "deep value": line().replace(b'"{}"', b"[" * 50_000 + b"]" * 50_000),
        "deep state": line(state="[" * 200_000),
        "bomb": line(state='{"document":' + json.dumps({"a": ["b" * 10] * 50_000}) + "}"),
        "NaN": line().replace(b"9999", b"NaN"),
        "huge number": line().replace(b"9999", b"9" * 10_000),
        "big number": line().replace(b"9999", str(2**64).encode()),
        "float": line(position=1.5),
        "truth": line(position=True),
        "no text": line(topic=5),
        "list": line(case_id=["a"]),
        "no link": line(link="nothing"),
        "no UTF-8": line().replace(b'"{}"', b'"\xff\xfe"'),
        "half a letter": line().replace(b'"{}"', b'"\\ud800"'),
        "NUL": line(case_id="\0", topic="\0"),
        "no base64": line(state_base64="!").replace(b'"state": "{}", ', b""),
        "bytes": line(state_base64=base64.b64encode(b"\xff\0").decode()).replace(
            b'"state": "{}", ', b""
        ),
        "oversize": line(oversize=2**62).replace(b'"state": "{}", ', b""),
        "module": line(topic="os:system", state='{"command":"true"}'),
        "dunder": line(topic="builtins.__import__", state='{"name":"this"}'),
        "more fields": line(surplus=1),
        "before": line(position=-(2**63)),
        "beyond": line(position=2**63 - 1),
        "empty": b"",
        "text": b"hello",
        "null": b"null",
        "control": b"\x00\x01\x02",
    }  # fmt: skip


def test_every_hostile_line_is_a_finding(folder: Path) -> None:
    """None ends in anything but a finding that names it; nothing is imported; the rest is read."""
    loaded, events = set(sys.modules), manifest_of(folder)["counts"]["events"]
    places = {name: 9000 + n for n, name in enumerate(hostile())}
    for name, line in hostile().items():
        own = line.replace(b"9999", str(places[name]).encode())
        change(folder, "events.jsonl", lambda lines, own=own: [*lines, own + b"\n"])
    report = audit_folder(folder)
    assert report.events >= events
    lines = {match[1] for f in report.findings if (match := re.search(r"line (\d+)", f.detail))}
    placed = {finding.position for finding in report.findings} | {-(2**63), 2**63 - 1}
    for n, (name, place) in enumerate(places.items(), events + 1):
        assert str(n) in lines or place in placed, name
    assert {"this", "os.system"}.isdisjoint(set(sys.modules) - loaded)


PROGRAM = """
import resource, sys
from pathlib import Path
from zhili.evidence import audit_folder
report = audit_folder(Path(sys.argv[1]))
print(len(report.findings), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_a_hundred_megabytes_on_a_line(folder: Path) -> None:
    """They are found by the number of the line, in little more memory than an ordinary folder."""

    def memory() -> tuple[int, int]:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, str(folder)], capture_output=True, check=True, text=True
        )
        found, size = done.stdout.split()
        return int(found), int(size)

    clean, ordinary = memory()
    assert clean == 0
    with (folder / "events.jsonl").open("ab") as file:
        file.write(b'{"position":')
        for _ in range(100):
            file.write(b"1" * 2**20)
        file.write(b"}\n")
    with (folder / "keys.jsonl").open("ab") as file:
        for _ in range(100):
            file.write(b" " * 2**20)
    found, size = memory()
    assert found >= 2
    assert size - ordinary < 3 * LINE_BYTES_MAX // 1024
    report = audit_folder(folder)
    assert any(f"longer than {LINE_BYTES_MAX} bytes" in f.detail for f in report.findings)


@pytest.mark.parametrize("content", [b"", b"PAR1" + b"\xff" * 1000 + b"PAR1"])
def test_parquet_that_is_none(exported: Path, tmp_path: Path, content: bytes) -> None:
    """It is a finding that names the file, in the log and in the register."""
    folder = tmp_path / "folder"
    shutil.copytree(exported, folder)
    (event_file,) = (folder / "events").rglob("*.parquet")
    event_file.write_bytes(content)
    (folder / "register" / "cases.parquet").write_bytes(content)
    for forms in (["jsonl", "parquet"], ["parquet"]):
        say(folder, forms=forms)
        report = audit_folder(folder)
        unreadable = [f.detail for f in report.findings if f.code == "unreadable-file"]
        assert any(event_file.name in detail for detail in unreadable)
        assert any("cases.parquet" in detail for detail in unreadable)


def test_two_forms_that_do_not_agree(
    exported: Path, tmp_path: Path, signed: Callable[[Path], None]
) -> None:
    """Where JSON lines and Parquet tell two stories, both signed, that is found."""
    folder = tmp_path / "folder"
    shutil.copytree(exported, folder)
    change(folder, "events.jsonl", replaced(b"complaint", b"komplaint", 60))
    change(folder, "register/cases.csv", replaced(b",complaint,", b",komplaint,", 3))
    signed(folder)
    report = audit_folder(folder)
    differing = [f.detail for f in report.findings if f.code == "copies-differ"]
    assert any("events" in detail for detail in differing)
    assert any("cases" in detail for detail in differing)


def test_it_is_a_folder_that_is_audited(tmp_path: Path) -> None:
    """What is no folder is refused in words."""
    with pytest.raises(InputError, match="is no folder"):
        audit_folder(tmp_path / "nowhere")


def test_a_machine_without_a_store(exported: Path, tmp_path: Path) -> None:
    """A folder that may only be read, in a place where nothing may be written, is audited."""
    folder = tmp_path / "folder"
    shutil.copytree(exported, folder)
    for path in [*folder.rglob("*"), folder]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = sorted(os.listdir(tmp_path))  # noqa: PTH208 - names are all that matters
    assert audit_folder(folder).clean
    assert sorted(os.listdir(tmp_path)) == before  # noqa: PTH208 - as above
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755)


def test_every_code_has_a_meaning() -> None:
    """Codes are in kebab case, and each says in a sentence what it means."""
    for code, meaning in {**FOLDER_FINDINGS, **FOLDER_REMARKS}.items():
        assert Finding(code=code, detail="of one folder").meaning == meaning
        assert code == code.lower().replace("_", "-")
        assert meaning.endswith(".")
