"""Whatever a click draws by itself must survive that the database does not answer."""

import ast
from pathlib import Path

from trial.config import ROOT

PARTS = {"st.fragment", "st.dialog"}


def decorators(function: ast.FunctionDef) -> list[str]:
    called = [d.func if isinstance(d, ast.Call) else d for d in function.decorator_list]
    return [ast.unparse(decorator) for decorator in called]


def drawn_alone() -> list[tuple[Path, str, list[str]]]:
    return [
        (file.relative_to(ROOT), node.name, decorators(node))
        for folder in ("pages", "trial/ui")
        for file in sorted((ROOT / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef) and PARTS.intersection(decorators(node))
    ]


def test_every_fragment_and_dialog_waits_for_the_database() -> None:
    parts = drawn_alone()
    assert parts
    assert [part for part in parts if part[2][-1] != "outage.resilient"] == []
