"""Keep what became of own accounts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "account_outcome",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trial_id", sa.Integer(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("silent_since", sa.Date(), nullable=True),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "silent_since <= checked_on", name=op.f("ck_account_outcome_silent_since")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["person.id"], name=op.f("fk_account_outcome_entered_by")
        ),
        sa.ForeignKeyConstraint(
            ["trial_id"], ["trial.id"], name=op.f("fk_account_outcome_trial_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_outcome")),
        sa.UniqueConstraint(
            "trial_id", "checked_on", name=op.f("uq_account_outcome_trial_id_checked_on")
        ),
        sqlite_autoincrement=True,
    )
