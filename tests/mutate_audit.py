"""
Switch off every rule of the audit, one at a time, and see which planted fault notices.

    python -m tests.mutate_audit [--only WORD] [--workers N]

A rule is a statement of `zhili.audit` that does nothing but call something: it notes a finding,
asks another question, joins what was found elsewhere. A mutant does not run that statement. It is a
child process that plants the faults of `tests/audit` until one is missed; if none is, it runs the
other tests of the audit. A mutant that survives is a rule that no test needs: its name is printed,
and the exit code is 1.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import os
import sys
import tempfile
from functools import partial
from pathlib import Path
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pytest

import zhili.audit
from tests.audit.conftest import made
from tests.audit.fault import Fault, Place, audited
from tests.audit.test_faults import FAULTS
from tests.mutation import BROKEN, KILLED, SURVIVED, report

if TYPE_CHECKING:
    from collections.abc import Iterator

HOME: Final = Path(zhili.audit.__file__).parent
TESTS: Final = Path(__file__).parent / "audit"

THOROUGH: Final = (
    "test_case.py", "test_expect.py", "test_digest.py", "test_register.py", "test_limits.py",
    "test_forged_state.py", "test_effects.py", "test_own_case_type.py", "test_writers.py",
    "test_stop.py",
)  # fmt: skip
"""What a mutant must pass besides the faults: slower, and asked last."""

EXEMPT: Final = ("progress(", "_judged.clear()", "taken.append(row)")
"""What begins so is no rule of the audit: without the last, every row is looked at twice, and the
same is found. How the work is shared, in `team`, is none either."""


class Mutant(NamedTuple):
    """A statement that is not run: its file, its line, and what it says."""

    file: str
    line: int
    says: str

    @property
    def name(self) -> str:
        """What it is called where it survives."""
        return f"{self.file}.py:{self.line}: {self.says}"


NOTHING: Final = Mutant("links", 0, "nothing at all")
"""Must survive, or the others die for nothing."""


class Sound(Fault):
    """No fault at all: nothing is planted, and nothing may be found."""

    def check(self, path: Path) -> None:
        """Insist that the audit of the store at *path* finds nothing."""
        assert audited(path).clean


CLEAN: Final = Sound("nothing is wrong", "", lambda _: Place())


def mutants() -> Iterator[Mutant]:
    """Give every statement that does nothing but call something, or give a difference."""
    for path in sorted(set(HOME.glob("*.py")) - {HOME / "team.py"}):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call | ast.Yield):
                says = ast.unparse(node)
                if not says.removeprefix("self.").startswith(EXEMPT):
                    yield Mutant(path.stem, node.lineno, says)


def apply(mutant: Mutant) -> None:
    """Put code without the statement into the function that has it, in place."""
    if mutant is NOTHING:
        return
    module = importlib.import_module(f"zhili.audit.{mutant.file}")
    tree = _Without(mutant.line).visit(ast.parse(inspect.getsource(module)))
    compiled = compile(
        ast.fix_missing_locations(tree), str(module.__file__), "exec", dont_inherit=True
    )
    codes = {(code.co_qualname, code.co_firstlineno): code for code in _codes(compiled)}
    changed = 0
    for function in _functions(module):
        key = (function.__code__.co_qualname, function.__code__.co_firstlineno)
        if key in codes and codes[key].co_code != function.__code__.co_code:
            function.__code__ = codes[key]
            changed += 1
    assert changed == 1, mutant.name


class _Without(ast.NodeTransformer):
    """Replaces the statement of a line by one that does nothing."""

    def __init__(self, line: int) -> None:
        self._line = line

    def visit_Expr(self, node: ast.Expr) -> ast.stmt:
        if node.lineno != self._line or isinstance(node.value, ast.Constant):
            return node
        # What was a generator stays one.
        nothing = "yield from ()" if isinstance(node.value, ast.Yield) else "pass"
        return ast.copy_location(ast.parse(nothing).body[0], node)


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _functions(module: Any) -> Iterator[FunctionType]:
    for value in vars(module).values():
        if getattr(value, "__module__", None) != module.__name__:
            continue
        if isinstance(value, FunctionType):
            yield value
        elif inspect.isclass(value):
            for member in vars(value).values():
                inner = member.fget if isinstance(member, property) else member
                inner = getattr(inner, "__func__", inner)
                if isinstance(inner, FunctionType):
                    yield inner


def run(mutant: Mutant, base: bytes, home: Path) -> int:
    """Plant the faults under a mutant, in this process, and say what became of it."""
    apply(mutant)
    quietly = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quietly, 1)
    os.dup2(quietly, 2)
    if _missed(CLEAN, base, home):
        return KILLED
    # Whose code stands in the statement is asked first, then one of each code, then the others.
    first = {fault.code: fault.name for fault in reversed(FAULTS)}
    for fault in sorted(
        FAULTS, key=lambda one: (one.code not in mutant.says, first[one.code] != one.name)
    ):
        if _missed(fault, base, home):
            return KILLED
    options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-m", "not postgres"]
    files = [str(TESTS / name) for name in THOROUGH]
    code = pytest.main([*options, "-o", "addopts=--import-mode=importlib", *files])
    if code == pytest.ExitCode.TESTS_FAILED:
        return KILLED
    return SURVIVED if code == pytest.ExitCode.OK else BROKEN


def _missed(fault: Fault, base: bytes, home: Path) -> bool:
    with tempfile.TemporaryDirectory(dir=home) as folder:
        path = Path(folder) / "base.db"
        path.write_bytes(base)
        try:
            fault.check(path)
        except Exception:  # noqa: BLE001 - whatever it is, somebody noticed
            return True
    return False


def main() -> int:
    """Run the campaign over one store, made once."""
    with tempfile.TemporaryDirectory(prefix="zhili-") as folder:
        home = Path(folder)
        base = made(home)
        every = list(mutants())
        asked = partial(run, base=base, home=home)
        return report(__doc__ or "", every, NOTHING, asked, "rules off")


if __name__ == "__main__":
    sys.exit(main())
