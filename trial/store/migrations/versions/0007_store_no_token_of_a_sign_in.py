"""Store no token of a sign-in, not even sealed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    # A cookie that was fetched before has the token of the tab, and goes on working by it. A
    # ticket that still waits fetches a token of its own.
    with op.batch_alter_table("sign_in") as batch:
        batch.drop_column("sealed_token")
        batch.add_column(sa.Column("cookie_hash", sa.String(), nullable=True))
        batch.create_unique_constraint(op.f("uq_sign_in_cookie_hash"), ["cookie_hash"])
