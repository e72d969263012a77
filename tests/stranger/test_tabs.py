"""Somebody else's tab, the figures of the server, and messages nobody types."""

import socket
from contextlib import suppress

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed

from tests.stranger.conftest import Hospital
from tests.stranger.visitor import Tab, ask, browser_cookie, host_of
from trial.domain.roles import Role


def test_a_tab_is_taken_up_again_by_the_browser_that_opened_it_alone(hospital: Hospital) -> None:
    own, stranger = hospital.cookie(Role.LEAD), browser_cookie(hospital.server)
    with Tab(hospital.server, cookie=own) as tab:
        first = tab.run().session_id
        assert "Sign in" not in tab.shown
        # Still open, or closed a moment ago: the id alone opens neither.
        for cookie in ("", stranger, "trial_browser=made-up"):
            with Tab(hospital.server, cookie=cookie, resume=first) as thief:
                assert thief.run().session_id != first
                assert "Sign in" in thief.shown
    for cookie in ("", stranger):
        with Tab(hospital.server, cookie=cookie, resume=first) as thief:
            assert thief.run().session_id != first
            assert "Sign in" in thief.shown


def test_without_a_browsers_name_the_sign_in_that_opened_a_tab_takes_it_up_again(
    hospital: Hospital,
) -> None:
    def signed_in(role: Role) -> str:
        return hospital.cookie(role).split("; ")[1]

    own = signed_in(Role.LEAD)
    tab = Tab(hospital.server, cookie=own)
    first = tab.run().session_id
    tab.socket.socket.close()
    with Tab(hospital.server, cookie=signed_in(Role.COMMS), resume=first) as other:
        assert other.run().session_id != first
    with Tab(hospital.server, cookie=own, resume=first) as again:
        assert again.run().session_id == first


def test_a_tab_that_lost_its_connection_goes_on_where_it_was(hospital: Hospital) -> None:
    own = hospital.cookie(Role.LEAD)
    tab = Tab(hospital.server, cookie=own)
    first = tab.run().session_id
    # Without a word, as when a phone loses its network.
    tab.socket.socket.close()
    with Tab(hospital.server, cookie=own, resume=first) as again:
        assert again.run().session_id == first


def test_a_browser_is_named_once_and_no_script_reads_its_name(hospital: Hospital) -> None:
    asked = "/_stcore/host-config"
    given = ask(hospital.server, "GET", asked).headers["set-cookie"]
    assert given.startswith("trial_browser=")
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(given.split("; "))
    again = ask(hospital.server, "GET", asked, cookie=given.split(";")[0])
    assert "set-cookie" not in again.headers
    assert "set-cookie" not in ask(hospital.server, "GET", "/assets/icon.png").headers


@pytest.mark.parametrize("megabytes", [1.1, 9])
def test_a_message_over_a_megabyte_ends_the_connection(
    hospital: Hospital, megabytes: float
) -> None:
    message = BackMsg()
    state = message.rerun_script.widget_states.widgets.add()
    state.id, state.string_value = "x", "x" * int(megabytes * 1e6)
    with Tab(hospital.server) as tab:
        with suppress(ConnectionClosed):
            tab.run().send(message)
        # 1006 where the connection is gone before so long a message is sent.
        assert tab.read_to_the_end() in (1009, 1006)
    with Tab(hospital.server) as tab:
        assert "Sign in" in tab.run().shown


def test_a_text_ends_the_connection_without_a_word_in_the_log(hospital: Hospital) -> None:
    before = len(hospital.server.printed(10**7))
    for text in ("hello", "x" * 500_000):
        with Tab(hospital.server) as tab:
            tab.run().socket.send(text)
            assert tab.read_to_the_end() == 1003
    assert hospital.server.printed(10**7)[before:] == ""


def test_a_request_cut_short_leaves_no_traceback(hospital: Hospital) -> None:
    before = len(hospital.server.printed(10**7))
    host, port = host_of(hospital.server).split(":")
    head = (
        f"POST /session HTTP/1.1\r\nHost: {host}:{port}\r\nSec-Fetch-Site: same-origin\r\n"
        "Content-Length: 100\r\n\r\nonly this"
    )
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(head.encode())
    with Tab(hospital.server) as tab:
        tab.run()
    assert "Traceback" not in hospital.server.printed(10**7)[before:]


def test_no_line_of_the_log_grows_with_what_is_sent(hospital: Hospital) -> None:
    before = len(hospital.server.printed(10**7))
    message = BackMsg()
    message.rerun_script.fragment_id = "x" * 500_000
    with Tab(hospital.server) as tab:
        tab.run().send(message)
        assert "Sign in" in tab.run().shown
    assert len(hospital.server.printed(10**7)) - before < 5_000


def test_the_servers_figures_are_for_nobody_outside(hospital: Hospital) -> None:
    for path in ("/_stcore/metrics", "/_stcore/metrics?families=session_events"):
        answer = ask(hospital.server, "GET", path)
        assert answer.status == 404
        assert "session" not in answer.text


def test_ten_thousand_bytes_that_are_no_message_leave_a_calm_log(hospital: Hospital) -> None:
    before = len(hospital.server.printed(10**7))
    with Tab(hospital.server) as tab:
        tab.run().socket.send(b"\xff" * 10_000)
        assert tab.read_to_the_end() == 1002
    assert len(hospital.server.printed(10**7)) - before < 5_000
