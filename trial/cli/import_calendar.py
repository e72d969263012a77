"""``python -m trial import``: a department's content calendar, all of it or nothing."""

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from trial.bootstrap import ready_backend
from trial.cli import files
from trial.cli.terminal import confirmed
from trial.domain.counts import count_of
from trial.domain.errors import InvalidInput
from trial.domain.trial_status import TrialStatus
from trial.services import import_preview, imports, trial_views
from trial.services.access import OPERATOR
from trial.services.backend import Backend
from trial.services.import_preview import CheckedImport, ImportPreview
from trial.services.trial_views import TrialRow


def run(arguments: argparse.Namespace) -> int:
    """Import a file, or take an import back."""
    backend = ready_backend()
    if arguments.undo is not None:
        undone = imports.undo_import(OPERATOR, backend, import_id=arguments.undo)
        print(f"Taken back: {count_of(undone.count, 'post')} of {undone.file_name}.")
        return 0
    if arguments.file is None or arguments.department is None:
        raise InvalidInput("Command", None, "FILE and --department NAME, or --undo ID")
    path = Path(arguments.file)
    file: dict[str, Any] = {
        "trial_id": _trial(backend, arguments.department, arguments.start).id,
        "name": path.name,
        "content": files.content(path, "File"),
        "sheet": arguments.sheet,
    }
    seen = import_preview.preview(OPERATOR, backend, **file)
    mapping = _mapping(seen, arguments.fields)
    order = arguments.order.replace("-", " ") if arguments.order else None
    _print_columns(seen, mapping)
    checked = import_preview.check(OPERATOR, backend, **file, mapping=mapping, order=order)
    _print_rows(checked)
    if checked.errors and not arguments.good_rows:
        raise imports.RowsNotReady(path.name, checked.errors)
    number = len(checked.new_rows)
    question = f"Import {count_of(number, 'post')} for {seen.department}?"
    if number and not arguments.yes and not confirmed(question):
        print("Nothing was imported.")
        return 0
    done = imports.commit(
        OPERATOR,
        backend,
        **file,
        mapping=mapping,
        rows=checked.new_rows,
        order=order,
        again=arguments.again,
    )
    posts, them = count_of(done.count, "post"), "it" if done.count == 1 else "them"
    print(
        f"{posts} imported for {seen.department}. "
        f"Take {them} back with: python -m trial import --undo {done.import_id}"
    )
    return 0


def _trial(backend: Backend, department: str, start: str | None) -> TrialRow:
    rows = trial_views.list_trials(OPERATOR, backend)
    own = [row for row in rows if row.department.casefold() == department.strip().casefold()]
    if not own:
        known = ", ".join(dict.fromkeys(row.department for row in rows)) or "none yet"
        raise InvalidInput("--department", department, f"a department with a trial: {known}")
    if start is not None:
        own = [row for row in own if row.window.start.isoformat() == start]
        if not own:
            raise InvalidInput("--start", start, "the first day of one of its trials")
        return own[0]
    over = (TrialStatus.ENDED, TrialStatus.DECIDED)
    return next((row for row in own if row.status not in over), own[0])


def _mapping(seen: ImportPreview, wishes: Iterable[str]) -> dict[str, str]:
    mapping: dict[str, str] = {column: field.value for column, field in seen.guesses.items()}
    for wish in wishes:
        field, equals, column = wish.partition("=")
        if not equals:
            raise InvalidInput("--map", wish, "FIELD=COLUMN, such as title=Titel")
        mapping = {known: name for known, name in mapping.items() if name != field}
        if column:
            mapping[column] = field
    return mapping


def _print_columns(seen: ImportPreview, mapping: dict[str, str]) -> None:
    print(f"{count_of(seen.rows, 'row')} for {seen.department}:")
    for column in seen.columns:
        example = next((row.cells[seen.columns.index(column)] for row in seen.first_rows), "")
        print(f"  {_short(column, 28):28}  {mapping.get(column, '–'):14}  {_short(example, 40)}")
    for note in seen.notes:
        print(f"Note: {note}")


def _print_rows(checked: CheckedImport) -> None:
    for error in checked.errors:
        print(error)
    for row in checked.rows:
        if row.duplicate:
            print(f"Row {row.number}: left out. {row.duplicate}")
    late = sum(row.backfilled for row in checked.rows if not row.duplicate)
    if late:
        deliveries = count_of(late, "delivery is", "deliveries are")
        print(f"{deliveries} entered late and will be marked so.")


def _short(text: str, width: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= width else f"{flat[: width - 1]}…"
