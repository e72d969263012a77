"""Reading and writing imports of content calendars and what they brought."""

from dataclasses import dataclass

from sqlmodel import col, select

from trial.store.tables import ImportBatch, Person, Post
from trial.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class ListedImport:
    """An import with the name of whoever ran it, empty for the operator."""

    batch: ImportBatch
    person: str


def listed(
    work: UnitOfWork, trial_id: int, *, content_hash: str | None = None
) -> list[ListedImport]:
    """Return a trial's imports, the latest first; only those of one content, if it is given."""
    query = (
        select(ImportBatch, Person.name)
        .join(Person, col(Person.id) == col(ImportBatch.imported_by), isouter=True)
        .where(col(ImportBatch.trial_id) == trial_id)
        .order_by(col(ImportBatch.id).desc())
    )
    if content_hash is not None:
        query = query.where(col(ImportBatch.content_hash) == content_hash)
    return [ListedImport(batch, person or "") for batch, person in work.session.exec(query)]


def post_versions(work: UnitOfWork, import_id: int) -> list[tuple[int, str, int]]:
    """Return id, title and version of the posts an import brought that are still there."""
    rows = work.session.exec(
        select(Post.id, Post.title, Post.version)
        .where(col(Post.import_id) == import_id)
        .order_by(col(Post.id))
    )
    return [(number, title, version) for number, title, version in rows if number is not None]
