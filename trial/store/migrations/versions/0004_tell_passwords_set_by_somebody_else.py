"""Tell passwords that somebody else has set."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    # Whoever has an account already keeps the password as it is. The default stays: to drop it,
    # SQLite would build anew a table that nearly every other one points to.
    op.add_column(
        "person",
        sa.Column("password_is_temporary", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
