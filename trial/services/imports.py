"""Bringing a department's own content calendar in, all of it or nothing, and out again.

A person sees what was guessed, confirms it, sees every row that cannot be read with its reason,
and chooses. Only then is anything written: in one transaction, as one import, which can be
taken back as a whole until somebody has gone on working with one of its posts.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from trial.domain import fields
from trial.domain.calendar import spoken_day
from trial.domain.errors import InvalidInput, NotFound, NotPossible
from trial.domain.post_content import PostContent
from trial.domain.posts import ReviewOutcome
from trial.ingest.days import DayOrder
from trial.ingest.import_rows import CheckedRow, RowError
from trial.services import post_changes
from trial.services.access import Actor, OpenTrial, open_trial
from trial.services.backend import Backend
from trial.services.change import open_change, open_trial_change
from trial.services.import_preview import (
    IMPORT,
    KIND,
    CheckedImport,
    ImportView,
    brought_before,
    check_rows_of,
    hash_of,
    sheet_of,
    view_of_import,
)
from trial.store import imports, posts
from trial.store.posts import PostRecord
from trial.store.tables import ImportBatch, Post, ReviewAttempt

_NAMED_AT_MOST = 5


class RowsNotReady(InvalidInput):
    """Chosen rows that cannot become posts, all told at once.

    Parameters
    ----------
    errors : tuple of RowError
    """

    def __init__(self, name: str, errors: tuple[RowError, ...]) -> None:
        super().__init__("File", name, "a file whose every chosen row can become a post")
        self.errors = errors
        told = [str(error) for error in errors[:_NAMED_AT_MOST]]
        more = len(errors) - len(told)
        if more:
            told.append(f"… and {more} more.")
        self.args = ("Nothing was imported. " + " ".join(told),)


class ChangedSinceImport(NotPossible):
    """An import that cannot be taken back because its posts have been worked with.

    Parameters
    ----------
    titles : tuple of str
        Of the posts that have changed.
    count : int
        Posts the import brought.
    """

    def __init__(self, titles: tuple[str, ...], count: int) -> None:
        self.titles = titles
        named = ", ".join(f"“{title}”" for title in titles[:_NAMED_AT_MOST])
        more = len(titles) - _NAMED_AT_MOST
        rest = f" and {more} more" if more > 0 else ""
        have = "has" if len(titles) == 1 else "have"
        super().__init__(
            f"{len(titles)} of the {count} imported posts {have} changed since: {named}{rest}. "
            "The import stays as it is; single posts can still be dropped."
        )


def commit(
    actor: Actor,
    backend: Backend,
    *,
    trial_id: int,
    name: str,
    content: bytes,
    mapping: Mapping[str, str],
    rows: Collection[int] | None = None,
    order: DayOrder | str | None = None,
    sheet: str | None = None,
    again: bool = False,
) -> ImportView:
    """Make posts of the chosen rows: all of them, or none.

    Deliveries entered later than the policy's `backfill_days` after the fact are marked
    backfilled: they count as entered today.

    Parameters
    ----------
    rows : collection of int, optional
        Numbers of the chosen rows. By default every row but duplicates, and then one bad row
        keeps the whole file out.
    again : bool
        Bring the very same file in a second time.

    Raises
    ------
    RowsNotReady
        When a chosen row cannot become a post; lists them.
    InvalidInput
        When the file cannot be read, the mapping makes no sense, no row is chosen, or days can
        be read in two orders and nobody has said which.
    NotPossible
        When the same file was brought in before and not taken back, or the log is closed.
    """
    # The right before the file is read, and the file before anything is held.
    with backend.reading() as work:
        open_trial(work, actor, backend, trial_id, *IMPORT).refuse_unless_open()
    table = sheet_of(name, content, sheet)
    content_hash = hash_of(content)
    with open_trial_change(actor, backend, trial_id, *IMPORT, in_log=True) as change:
        work, trial = change.work, change.trial
        already = brought_before(work, trial, content_hash)
        if already is not None and not again:
            raise NotPossible(
                f"This file was imported already, {already.count} posts on "
                f"{spoken_day(already.imported_on, year=True)}. Nothing was changed."
            )
        checked = check_rows_of(work, trial, table, mapping, order, already)
        chosen = _chosen(name, checked, rows)
        batch = ImportBatch(
            trial_id=trial.trial_id,
            kind=KIND,
            file_name=fields.file_name(name),
            content_hash=content_hash,
            rows=len(chosen),
            imported_by=actor.person_id,
            imported_at=change.now,
        )
        import_id = work.add(batch)
        for row in chosen:
            post_changes.keep(change, _record(row, trial, import_id, change.now))
        change.record(
            "import.committed",
            batch,
            file=batch.file_name,
            posts=len(chosen),
            left_out=len(table.rows) - len(chosen),
            content_hash=content_hash,
        )
        return view_of_import(
            imports.listed(work, trial.trial_id, content_hash=content_hash)[0], trial
        )


def undo_import(actor: Actor, backend: Backend, *, import_id: int) -> ImportView:
    """Take a whole import back: every post it brought is gone, as if it had never been.

    Raises
    ------
    ChangedSinceImport
        When one of its posts has been changed since; names them, and nothing is changed.
    NotPossible
        When it was taken back already, or the trial's log is closed.
    """
    with open_change(actor, backend) as change:
        work = change.work
        batch = work.get(ImportBatch, import_id)
        trial_id = batch.trial_id if batch is not None and batch.kind == KIND else None
        trial = change.enter(trial_id, *IMPORT, in_log=True)
        # Read again, now that the trial is held: of two clicks, the second must see the first.
        batch = work.get(ImportBatch, import_id)
        if batch is None:
            raise NotFound("The import")
        if batch.undone_at is not None:
            raise NotPossible(f"The import of {batch.file_name} was taken back already.")
        present = imports.post_versions(work, import_id)
        changed = tuple(title for _, title, version in present if version > 1)
        if changed:
            raise ChangedSinceImport(changed, batch.rows)
        for post_id, _, _ in present:
            record = posts.get(work, post_id)
            assert record is not None
            posts.remove(work, record)
        batch.undone_at = change.now
        change.record("import.undone", batch, file=batch.file_name, posts=len(present))
        listed = imports.listed(work, trial.trial_id)
        return next(view_of_import(entry, trial) for entry in listed if entry.batch.id == import_id)


def history(actor: Actor, backend: Backend, *, trial_id: int) -> tuple[ImportView, ...]:
    """Return a trial's imports, the latest first, with those that were taken back."""
    with backend.reading() as work:
        trial = open_trial(work, actor, backend, trial_id, *IMPORT)
        return tuple(view_of_import(entry, trial) for entry in imports.listed(work, trial.trial_id))


def _chosen(
    name: str, checked: CheckedImport, rows: Collection[int] | None
) -> tuple[CheckedRow, ...]:
    if checked.ambiguous:
        fields = " and ".join(field.label for field in checked.ambiguous)
        raise InvalidInput(
            fields, "days such as 03/04/2026", "the order they are written in, day or month first"
        )
    if rows is None:
        wanted = {row.number for row in checked.rows if not row.duplicate}
        wanted |= {error.number for error in checked.errors}
    else:
        wanted = set(rows)
    bad = tuple(error for error in checked.errors if error.number in wanted)
    if bad:
        raise RowsNotReady(name, bad)
    unknown = wanted - {row.number for row in checked.rows}
    if unknown:
        raise InvalidInput("Rows", min(unknown), "numbers of rows in the file")
    if not wanted:
        raise InvalidInput("Rows", None, "at least one row that is not there already")
    return tuple(row for row in checked.rows if row.number in wanted)


# ----------------------------------------------------------------------------------- what is kept
def _record(row: CheckedRow, trial: OpenTrial, import_id: int, at: datetime) -> PostRecord:
    ours = {
        "trial_id": trial.trial_id,
        "import_id": import_id,
        "planned_at": None if row.planned_for is None else at,
        "delivered_at": None if row.delivered_on is None else at,
    }
    post = Post.model_validate(row, from_attributes=True, update=ours)
    return PostRecord(post, attempts=_attempts(row, PostContent.of_post(post), at))


def _attempts(row: CheckedRow, content: PostContent, at: datetime) -> list[ReviewAttempt]:
    """Return the attempts at review that a row tells of; the reviewer is not known."""
    if row.delivered_on is None:
        return []
    submitted = [row.delivered_on]
    submitted += [turn.redelivered_on for turn in row.rounds if turn.redelivered_on is not None]
    # Set once the post has its id; see the store.
    attempts = [ReviewAttempt(post_id=0, submitted_on=day, entered_at=at) for day in submitted]
    for attempt in attempts:
        content.freeze_into(attempt)
    for attempt, turn in zip(attempts, row.rounds, strict=False):
        attempt.outcome = ReviewOutcome.CHANGES_REQUESTED
        attempt.decided_on = turn.returned_on
    if row.approved_on is not None:
        attempts[-1].outcome = ReviewOutcome.APPROVED
        attempts[-1].decided_on = row.approved_on
    return attempts
