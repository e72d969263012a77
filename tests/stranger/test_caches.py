"""A tab that has the caches emptied harms nobody: the app lives on nothing in them."""

from collections.abc import Callable

import pytest
from sqlalchemy import text
from streamlit.proto.BackMsg_pb2 import BackMsg

from tests.stranger.conftest import Hospital
from tests.stranger.visitor import Tab
from trial.domain.roles import Role
from trial.store.engine import Database


@pytest.fixture
def on_postgres(serves: Callable[..., Hospital], postgres_database: str) -> Hospital:
    """A hospital on PostgreSQL."""
    return serves(database_url=postgres_database)


def connections(address: str) -> int:
    """Return how many connections the database has, but for the one that asks."""
    database = Database(address)
    with database.reading() as connection:
        count = connection.execute(
            text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        ).scalar_one()
    database.close()
    return int(count) - 1


@pytest.mark.postgres
def test_emptied_caches_cost_no_connection_and_no_start(on_postgres: Hospital) -> None:
    server = on_postgres.server
    empty = BackMsg()
    empty.clear_cache = True
    with (
        Tab(server, cookie=on_postgres.cookie(Role.LEAD)) as lead,
        Tab(server) as first,
        Tab(server) as second,
    ):
        lead.run()
        on_postgres.backend.database.close()
        before = connections(server.database_url)
        for _ in range(20):
            for stranger in (first, second):
                stranger.send(empty)
                assert "Sign in" in stranger.run().shown
            assert "Sign in" not in lead.run().shown
        # Three tabs at once may each want one.
        assert connections(server.database_url) <= before + 3
