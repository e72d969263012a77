"""What import contracts cannot see: pages, which are files and no package, and who may use what.

The direction of imports inside ``trial`` is checked by import-linter, see pyproject.toml.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
STANDARD_LIBRARY = frozenset(sys.stdlib_module_names)

# What a page or app.py may not do by itself: speak SQL, compute, reshape frames, pass the services.
NOT_IN_PAGES = {
    *("sqlalchemy", "sqlmodel", "alembic", "psycopg", "sqlite3"),
    *("numpy", "pandas", "pyarrow"),
    *("trial.store", "trial.scoring", "trial.simulation", "trial.cli"),
}

EMPTY_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc"}


def imports_of(source: str, package: str = "") -> set[str]:
    """Return the dotted names that Python source imports anywhere in it, functions included.

    ``from a.b import c`` counts as ``a.b`` and ``a.b.c``, because c may be a module. A relative
    import is told by its full name, counted from `package`. Whoever names a type alone imports
    nothing when it runs.
    """
    found: set[str] = set()
    tree = ast.parse(source)
    types_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in node.body
    }
    for node in ast.walk(tree):
        if id(node) in types_only:
            continue
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) + 1 - node.level]
            module = ".".join([*(base if node.level else []), *filter(None, [node.module])])
            found.add(module)
            found.update(f"{module}.{alias.name}" for alias in node.names)
    return found


def files_in(*places: str) -> Iterator[Path]:
    for place in places:
        path = ROOT / place
        yield from sorted(path.rglob("*.py")) if path.is_dir() else filter(Path.exists, [path])


def imports_in(*places: str) -> Iterator[tuple[str, str]]:
    """Yield every import below these places as file and imported name."""
    for path in files_in(*places):
        inside = path.relative_to(ROOT)
        package = ".".join(inside.parent.parts)
        for name in sorted(imports_of(path.read_text(), package)):
            yield str(inside), name


def within(name: str, modules: set[str] | frozenset[str]) -> bool:
    """Whether the name is one of the modules or lies in one of them."""
    return any(name == module or name.startswith(f"{module}.") for module in modules)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import a.b", {"a.b"}),
        ("import a as b, c", {"a", "c"}),
        ("from a import b, c", {"a", "a.b", "a.c"}),
        ("def f():\n    from a.b import c", {"a.b", "a.b.c"}),
        ("from . import x", {"trial.ui", "trial.ui.x"}),
        ("from .text import x", {"trial.ui.text", "trial.ui.text.x"}),
        ("from ..store import x", {"trial.store", "trial.store.x"}),
        ("'import a'", set()),
        ("if TYPE_CHECKING:\n    from a.b import c", set()),
        ("if True:\n    from a import b", {"a", "a.b"}),
    ],
)
def test_imports_are_found_however_they_are_written(source: str, expected: set[str]) -> None:
    assert imports_of(source, "trial.ui") == expected


def test_a_name_lies_within_a_module_only_at_a_dot() -> None:
    assert within("trial.store.tables", {"trial.store"})
    assert within("trial.store", {"trial.store"})
    assert not within("trial.storefront", {"trial.store"})


def test_the_domain_needs_the_standard_library_dateutil_and_pydantic_only() -> None:
    allowed = STANDARD_LIBRARY | {"dateutil", "pydantic", "trial.domain"}
    assert [found for found in imports_in("trial/domain") if not within(found[1], allowed)] == []


def test_the_scoring_needs_numpy_and_the_domain_only() -> None:
    allowed = STANDARD_LIBRARY | {"numpy", "dateutil", "trial.domain", "trial.scoring"}
    assert [found for found in imports_in("trial/scoring") if not within(found[1], allowed)] == []


def test_pages_call_services_and_draw_and_do_nothing_else() -> None:
    offending = [found for found in imports_in("app.py", "pages") if within(found[1], NOT_IN_PAGES)]
    assert offending == []


def test_no_page_stands_directly_in_the_folder_of_pages() -> None:
    # Streamlit would serve it by its name, without app.py, to the first visitor of a cold server.
    assert [path.name for path in (ROOT / "pages").glob("*.py")] == []


def test_who_writes_without_a_change_is_counted_by_name() -> None:
    writers = {
        f"{path.stem}.{function.name}"
        for path in files_in("trial", "pages")
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute) and node.attr == "writing"
    }
    assert writers == {
        "change.open_change",
        # Leave no event: a code that nobody has used yet, and tries that failed.
        "organisation.set_up_code",
        "sign_in._note_failure",
    }


def test_every_name_of_a_file_says_what_it_is_about() -> None:
    empty = [path for path in files_in("trial", "pages", "tests") if path.stem in EMPTY_NAMES]
    assert empty == []


def test_tests_are_not_needed_to_run_the_app() -> None:
    found = [
        found for found in imports_in("app.py", "trial", "pages") if within(found[1], {"tests"})
    ]
    assert found == []


def test_no_public_name_is_a_word_that_says_nothing() -> None:
    unsaying = {"found", "kept", "held", "one", "each", "known", "seen", "part", "told", "said"}
    names = [
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in files_in("app.py", "trial", "pages")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        if node.name.lower() in unsaying
    ]
    modules = [path for path in files_in("trial", "pages") if path.stem in unsaying]
    assert (names, modules) == ([], [])


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = function.body[0]
    has_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    docstring = (first.end_lineno or 0) - first.lineno + 1 if has_docstring else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def test_no_function_is_longer_than_sixty_lines_without_its_docstring() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in files_in("app.py", "trial", "pages")
        if "versions" not in path.parts
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and lines_of(node) > 60
    ]
    assert long == []
