"""Keep the edition of the rules that a decision was made on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    # Every decision there is was made on the first edition.
    with op.batch_alter_table("decision") as batch:
        batch.add_column(sa.Column("edition", sa.Integer(), server_default="1", nullable=False))
