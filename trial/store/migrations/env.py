"""What Alembic runs to apply or to draft revisions, on the connection it was handed.

The connection is already in a transaction; see :mod:`trial.store.migrate` for why.
"""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlmodel.sql.sqltypes import AutoString

from trial.store.tables import Table, UtcMoment


def written(kind: str, item: Any, _autogenerate: AutogenContext) -> str | Literal[False]:
    """Write types of the store's own as what they are to the database.

    A revision must go on meaning the same when those types change or leave.
    """
    if kind == "type" and isinstance(item, UtcMoment):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, AutoString):
        return "sa.String()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    render_item=written,
    # SQLite cannot alter most of a table in place: a draft builds it anew, on both databases.
    render_as_batch=True,
)
context.run_migrations()
