"""Whoever watches over the server learns that the database is away; people read it on the page."""

import time
from collections.abc import Callable

import pytest

from tests.environment.postgres import Cluster
from tests.stranger.conftest import Hospital
from tests.stranger.visitor import ask

HEALTH = "/_stcore/health"


@pytest.fixture(scope="module")
def on_cluster(serves: Callable[..., Hospital], postgres_cluster: Cluster) -> Hospital:
    return serves(database_url=postgres_cluster.address)


def becomes(hospital: Hospital, status: int) -> bool:
    """Return whether the health check comes to answer `status`, which it asks once a second."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if ask(hospital.server, "GET", HEALTH).status == status:
            return True
        time.sleep(0.2)
    return False


@pytest.mark.postgres
def test_health_is_503_while_the_database_does_not_answer(
    on_cluster: Hospital, postgres_cluster: Cluster
) -> None:
    assert becomes(on_cluster, 200)
    postgres_cluster.stop()
    try:
        assert becomes(on_cluster, 503)
        answer = ask(on_cluster.server, "GET", HEALTH)
        assert answer.text == "The database does not answer."
        # The page itself may connect, and says in words what is the matter.
        own = ask(on_cluster.server, "GET", HEALTH, sec_fetch_site="same-origin")
        assert own.status == 200
    finally:
        assert postgres_cluster.start()
    assert becomes(on_cluster, 200)


@pytest.mark.postgres
def test_signing_out_during_an_outage_is_no_error_of_ours(
    on_cluster: Hospital, postgres_cluster: Cluster
) -> None:
    postgres_cluster.stop()
    try:
        cookie = f"trial={'0' * 64}"
        answer = ask(
            on_cluster.server,
            "POST",
            "/session/end",
            b"",
            cookie=cookie,
            sec_fetch_site="same-origin",
        )
        assert answer.status == 503
        assert "Traceback" not in on_cluster.server.printed()
    finally:
        assert postgres_cluster.start()
