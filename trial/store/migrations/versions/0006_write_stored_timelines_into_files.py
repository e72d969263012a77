"""Write the stored timelines of existing accounts into files, and take them out."""

import csv
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import chain, count, groupby
from pathlib import Path
from shlex import quote

import sqlalchemy as sa
from alembic import context, op

from trial.domain.errors import NotPossible

revision = "0006"
down_revision = "0005"

_TRIAL = sa.table(
    "trial",
    *(sa.column(name, sa.Integer()) for name in ("id", "department_id", "weeks")),
    *(sa.column(name, sa.Integer()) for name in ("training_done", "training_total")),
    *(sa.column(name, sa.Date()) for name in ("starts_on", "agreement_signed_on")),
    *(sa.column(name, sa.String()) for name in ("status", "origin", "purpose", "audience")),
    *(sa.column(name, sa.String()) for name in ("primary_manager", "backup_manager")),
)
_DEPARTMENT = sa.table("department", sa.column("id", sa.Integer()), sa.column("name", sa.String()))
_MEMBERSHIP = sa.table("membership", sa.column("department_id", sa.Integer()))
_POST = sa.table(
    "post",
    *(sa.column(name, sa.Integer()) for name in ("id", "trial_id", "import_id")),
    sa.column("delivered_on", sa.Date()),
)
_CHECK_IN = sa.table(
    "check_in", *(sa.column(name, sa.Integer()) for name in ("trial_id", "entered_by"))
)
_BATCH = sa.table(
    "import_batch",
    *(sa.column(name, sa.Integer()) for name in ("id", "trial_id")),
    sa.column("kind", sa.String()),
    sa.column("undone_at", sa.DateTime(timezone=True)),
)
_AUDIT = sa.table(
    "audit_event",
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("action", sa.String()),
    sa.column("subject", sa.String()),
    sa.column("details", sa.JSON()),
)


@dataclass(slots=True)
class _Account:
    """Weeks of an account that follow one another; after a gap, what comes is another one."""

    source: str
    name: str
    cluster: str
    first: date
    last: date
    posts: dict[date, int] = field(default_factory=dict)


def upgrade() -> None:
    connection = op.get_bind()
    stored = connection.execute(_stored()).all()
    if stored:
        accounts = list(_accounts(stored, _posts_of(connection)))
        files = _write(accounts, context.config.attributes.get("export_folder"))
        staying = _take_out(connection, [row.department_id for row in stored])
        _record(connection, len(stored) - len(staying), files)
        note = _sentence(len(stored), files, staying)
        context.config.attributes.setdefault("notes", []).append(note)
    _drop_origin(connection)


def _stored() -> sa.Select[tuple[int, int, str, date, int]]:
    columns = _TRIAL.c.id, _TRIAL.c.department_id, _DEPARTMENT.c.name
    return (
        sa.select(*columns, _TRIAL.c.starts_on, _TRIAL.c.weeks)
        .join_from(_TRIAL, _DEPARTMENT, _DEPARTMENT.c.id == _TRIAL.c.department_id)
        .where(_TRIAL.c.origin == "timeline")
        .order_by(_DEPARTMENT.c.name, _TRIAL.c.starts_on)
    )


def _posts_of(connection: sa.Connection) -> dict[int, dict[date, int]]:
    """Return the posts a day of each timeline, by the id of its trial."""
    counted = (
        sa.select(_POST.c.trial_id, _POST.c.delivered_on, sa.func.count())
        .join_from(_POST, _TRIAL, _TRIAL.c.id == _POST.c.trial_id)
        .where(_TRIAL.c.origin == "timeline", _POST.c.delivered_on.is_not(None))
        .group_by(_POST.c.trial_id, _POST.c.delivered_on)
    )
    posts: dict[int, dict[date, int]] = {}
    for trial_id, day, number in connection.execute(counted):
        posts.setdefault(trial_id, {})[day] = number
    return posts


def _accounts(
    stored: Sequence[sa.Row[tuple[int, int, str, date, int]]], posts: dict[int, dict[date, int]]
) -> Iterator[_Account]:
    for department, stretches in groupby(stored, key=lambda row: row.name):
        source, _, name = department.partition(" · ")
        account: _Account | None = None
        for stretch in stretches:
            last = stretch.starts_on + timedelta(days=7 * stretch.weeks - 1)
            if account is None or stretch.starts_on > account.last + timedelta(days=1):
                if account is not None:
                    yield account
                    # What it did in between was never stored, and must not be read as silence.
                    name = f"{department.partition(' · ')[2]} from {stretch.starts_on}"
                account = _Account(source, name or department, department, stretch.starts_on, last)
            account.last = max(account.last, last)
            for day, number in posts.get(stretch.id, {}).items():
                # Two stretches that overlap tell of the same posts.
                account.posts[day] = max(number, account.posts.get(day, 0))
        if account is not None:
            yield account


def _write(accounts: Iterable[_Account], folder: Path | None) -> tuple[Path, Path]:
    """Write posts and accounts into two new files, and return their names."""
    accounts = list(accounts)
    posts = (
        (*_named(account), day.isoformat(), number)
        for account in accounts
        for day, number in sorted(account.posts.items())
    )
    # The weeks begin with the first full one after the launch, so the account was there before.
    watched = (
        (*_named(account), account.first, account.last, 1, _cell(account.cluster))
        for account in accounts
    )
    heading = ("source", "account", "obs_start", "obs_end", "left_truncated", "cluster")
    try:
        if folder is None:
            raise FileNotFoundError(None, "no folder is named")
        folder.mkdir(exist_ok=True)
        files = _free_names(folder)
        _write_rows(files[0], ("source", "account", "date", "n"), posts)
        _write_rows(files[1], heading, watched)
    except OSError as error:
        raise NotPossible(
            "The stored timelines of existing accounts are to leave the database, but they cannot "
            f"be written into {folder or 'a file'} before ({error.strerror}). Nothing was changed. "
            "Name a folder that can be written in TRIAL_EXPORT_FOLDER."
        ) from error
    return files


def _free_names(folder: Path) -> tuple[Path, Path]:
    stems = chain(["stored-timelines"], (f"stored-timelines-{number}" for number in count(2)))
    pairs = ((folder / f"{stem}.csv", folder / f"{stem}-accounts.csv") for stem in stems)
    return next(pair for pair in pairs if not any(map(os.path.lexists, pair)))


def _write_rows(file: Path, heading: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a new file that only its owner can read, on the disk when this returns."""
    opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(opened, "w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(heading)
            writer.writerows(rows)
            out.flush()
            os.fsync(opened)
    except OSError:
        with suppress(OSError):
            file.unlink()
        raise


def _named(account: _Account) -> tuple[str, str]:
    return _cell(account.source or "unknown"), _cell(account.name)


def _cell(text: str) -> str:
    # A spreadsheet would take these for formulas.
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


def _is_touched() -> sa.ColumnElement[bool]:
    """Say of which trials people have entered something."""
    texts = (_TRIAL.c.purpose, _TRIAL.c.audience, _TRIAL.c.primary_manager, _TRIAL.c.backup_manager)
    numbers = (_TRIAL.c.agreement_signed_on, _TRIAL.c.training_done, _TRIAL.c.training_total)
    rows = ("decision", "account_outcome", "exemption", "incident")
    of_trials = [sa.table(name, sa.column("trial_id", sa.Integer())) for name in rows]
    of_posts = [
        sa.table(name, sa.column("post_id", sa.Integer()))
        for name in ("slot_move", "review_attempt")
    ]
    return sa.or_(
        _TRIAL.c.status != "running",
        *(column != "" for column in texts),
        *(column.is_not(None) for column in numbers),
        *(sa.exists().where(table.c.trial_id == _TRIAL.c.id) for table in (*of_trials, _BATCH)),
        *(
            sa.exists().where(table.c.post_id == _POST.c.id, _POST.c.trial_id == _TRIAL.c.id)
            for table in of_posts
        ),
        sa.exists().where(_CHECK_IN.c.trial_id == _TRIAL.c.id, _CHECK_IN.c.entered_by.is_not(None)),
    )


def _take_out(connection: sa.Connection, department_ids: Sequence[int]) -> list[str]:
    """Remove what only the import has made, and return the departments of trials that stay."""
    leaving = sa.select(_TRIAL.c.id).where(_TRIAL.c.origin == "timeline", ~_is_touched())
    for table in (_POST, _CHECK_IN):
        connection.execute(sa.delete(table).where(table.c.trial_id.in_(leaving)))
    connection.execute(sa.delete(_TRIAL).where(_TRIAL.c.id.in_(leaving)))
    is_empty = (
        ~sa.exists().where(_TRIAL.c.department_id == _DEPARTMENT.c.id),
        ~sa.exists().where(_MEMBERSHIP.c.department_id == _DEPARTMENT.c.id),
    )
    connection.execute(
        sa.delete(_DEPARTMENT).where(_DEPARTMENT.c.id == sa.bindparam("one"), *is_empty),
        [{"one": department_id} for department_id in sorted(set(department_ids))],
    )
    connection.execute(
        sa.update(_BATCH)
        .where(
            _BATCH.c.kind == "timeline",
            _BATCH.c.undone_at.is_(None),
            ~sa.exists().where(_POST.c.import_id == _BATCH.c.id),
        )
        .values(undone_at=datetime.now(UTC))
    )
    return [row.name for row in connection.execute(_stored())]


def _record(connection: sa.Connection, removed: int, files: tuple[Path, Path]) -> None:
    details = {"trials": removed, "files": [str(file) for file in files]}
    connection.execute(
        sa.insert(_AUDIT).values(
            at=datetime.now(UTC),
            action="timelines.written_out",
            subject="import_batch",
            details=details,
        )
    )


def _sentence(stored: int, files: tuple[Path, Path], staying: Sequence[str]) -> str:
    posts, accounts = files
    number = "1 stored timeline" if stored == 1 else f"{stored} stored timelines"
    written = (
        f"{number} of existing accounts left the database and can be looked back on with "
        f"“python -m trial validate {quote(str(posts))} {quote(str(accounts))}”."
    )
    if not staying:
        return written
    names = ", ".join(dict.fromkeys(staying))
    return f"{written} As people had entered something there, these stay as trials, too: {names}."


def _drop_origin(connection: sa.Connection) -> None:
    # SQLite builds the table anew, and would give ids of trials that are gone out again.
    is_sqlite = connection.dialect.name == "sqlite"
    last = None
    if is_sqlite:
        last = connection.scalar(sa.text("SELECT seq FROM sqlite_sequence WHERE name = 'trial'"))
    with op.batch_alter_table("trial", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.drop_index("ix_trial_status_origin")
        batch.drop_constraint(op.f("ck_trial_origin"), type_="check")
        batch.drop_column("origin")
        batch.create_index("ix_trial_status", ["status"])
    if last is not None:
        connection.execute(sa.text("DELETE FROM sqlite_sequence WHERE name = 'trial'"))
        connection.execute(
            sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES ('trial', :last)"),
            {"last": last},
        )
