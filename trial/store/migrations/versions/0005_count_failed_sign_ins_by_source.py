"""Count failed sign-ins by source, know browsers, and ask a code of whoever sets up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "known_browser",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("browser_hash", sa.String(), nullable=False),
        sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_known_browser_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", "browser_hash", name=op.f("pk_known_browser")),
    )
    op.create_table(
        "failed_sign_ins",
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("hour", "source", name=op.f("pk_failed_sign_ins")),
    )
    op.create_table(
        "set_up_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_set_up_code_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_set_up_code")),
    )
    # An account no longer rests: tries are braked by where they come from.
    with op.batch_alter_table("person") as batch:
        batch.drop_column("failed_sign_ins")
        batch.drop_column("locked_until")
