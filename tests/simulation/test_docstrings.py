"""Who takes or makes an array says its shape and dtype, so that nobody has to run it to know."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from trial.config import ROOT

_ARRAY = re.compile(r"\bNDArray\b|\b(Floats|Ints|Counts|Days|Bools|Totals|Rates|Words|Weights)\b")
_SHAPE = re.compile(r"\([\w (+·\-)]+,[\w ,(+·\-)]*\)|\bsame shape\b")
_DTYPE = re.compile(
    r"\b(float64|float32|int64|int32|int16|int8|uint16|uint8|intp|bool|same dtype)\b"
)

# Here the rooms behind the doors are arrays as well.
_DRAWING = ("draws.py", "completions.py")


def functions(file: Path) -> Iterator[ast.FunctionDef]:
    """Functions of a module and of its public classes, without those a docstring is not for."""
    module = ast.parse(file.read_text("utf-8"))
    classes = (node for node in module.body if isinstance(node, ast.ClassDef))
    for body in (module.body, *(one.body for one in classes if not one.name.startswith("_"))):
        for node in body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("__"):
                continue
            if file.name in _DRAWING or not node.name.startswith("_"):
                yield node


def takes_or_makes_an_array(function: ast.FunctionDef) -> bool:
    arguments = (*function.args.args, *function.args.kwonlyargs)
    said = [each.annotation for each in arguments] + [function.returns]
    return any(each is not None and _ARRAY.search(ast.unparse(each)) for each in said)


@pytest.mark.parametrize(
    "file", sorted((ROOT / "trial" / "simulation").glob("*.py")), ids=lambda file: file.name
)
def test_every_array_has_its_shape_and_dtype_in_the_docstring(file: Path) -> None:
    silent = [
        f"{function.name}, line {function.lineno}"
        for function in functions(file)
        if takes_or_makes_an_array(function)
        for said in [ast.get_docstring(function) or ""]
        if not (_SHAPE.search(said) and _DTYPE.search(said))
    ]
    assert not silent
