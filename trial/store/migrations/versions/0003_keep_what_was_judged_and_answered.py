"""Keep what was judged, and what was answered to an exemption."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_NEW = (
    ("pillar", sa.String(), "''"),
    ("channels", sa.JSON(), "'[]'"),
    ("contributor", sa.String(), "''"),
)


def upgrade() -> None:
    with op.batch_alter_table("exemption") as batch:
        # Existing rows need a value; new ones are always given theirs.
        batch.add_column(sa.Column("answer", sa.String(), nullable=False, server_default=""))
        batch.drop_constraint(op.f("ck_exemption_status"), type_="check")
        batch.create_check_constraint(
            op.f("ck_exemption_status"),
            "status IN ('asked', 'granted', 'refused', 'withdrawn')",
        )
    with op.batch_alter_table("exemption") as batch:
        batch.alter_column("answer", server_default=None)
    with op.batch_alter_table("review_attempt") as batch:
        for name, kind, empty in _NEW:
            batch.add_column(
                sa.Column(f"{name}_then", kind, nullable=False, server_default=sa.text(empty))
            )
    # Of former attempts only the title was kept. For an approval that holds, the rest is what the
    # post says now, because an edit would have ended it; for others that is the best there is.
    for name, _, _ in _NEW:
        op.execute(
            f"UPDATE review_attempt SET {name}_then = "  # noqa: S608 – names written above
            f"(SELECT post.{name} FROM post WHERE post.id = review_attempt.post_id)"
        )
    with op.batch_alter_table("review_attempt") as batch:
        for name, kind, _ in _NEW:
            batch.alter_column(f"{name}_then", existing_type=kind, server_default=None)
