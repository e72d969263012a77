"""Files come from people who may bring some, for their own tab, as many as there is room for."""

import time
from contextlib import ExitStack

import pytest

from tests.stranger.conftest import Hospital
from tests.stranger.visitor import Tab, ask, browser_cookie, upload
from trial.domain.roles import Role

LARGE = int(9.9e6)


def test_a_stranger_leaves_no_file(hospital: Hospital) -> None:
    with Tab(hospital.server, cookie=browser_cookie(hospital.server)) as tab:
        tab.run()
        for number in range(5):
            assert tab.upload(LARGE, file_id=str(number)).status == 403


@pytest.mark.parametrize(
    ("role", "status"), [(Role.LEAD, 204), (Role.COMMS, 204), (Role.REVIEWER, 403)]
)
def test_who_has_a_page_for_files_may_send_one(hospital: Hospital, role: Role, status: int) -> None:
    with Tab(hospital.server, cookie=hospital.cookie(role)) as tab:
        assert tab.run().upload(1000).status == status


def test_nobody_sends_a_file_to_another_persons_tab_or_takes_one_away(hospital: Hospital) -> None:
    with (
        Tab(hospital.server, cookie=hospital.cookie(Role.LEAD)) as own,
        Tab(hospital.server, cookie=hospital.cookie(Role.COMMS)) as other,
    ):
        path = f"/_stcore/upload_file/{own.run().session_id}/a"
        assert upload(hospital.server, path, 10, cookie=other.run().cookie).status == 403
        assert ask(hospital.server, "DELETE", path, cookie=other.cookie).status == 403
        assert (
            upload(hospital.server, path.replace("/a", "x/a"), 10, cookie=own.cookie).status == 403
        )


def test_a_sign_in_that_has_ended_sends_no_file(hospital: Hospital) -> None:
    with Tab(hospital.server, cookie=hospital.cookie(Role.LEAD)) as tab:
        tab.run()
        ended = ask(
            hospital.server,
            "POST",
            "/session/end",
            b"",
            cookie=tab.cookie,
            sec_fetch_site="same-origin",
        )
        assert ended.status == 204
        assert tab.upload(10).status == 403


def test_a_tab_has_room_for_thirty_megabytes_and_all_tabs_for_two_hundred_until_they_close(
    hospital: Hospital,
) -> None:
    cookie = hospital.cookie(Role.LEAD)
    with ExitStack() as open_tabs:
        tabs = [
            open_tabs.enter_context(Tab(hospital.server, cookie=cookie)).run() for _ in range(7)
        ]
        statuses = [
            [tab.upload(LARGE, file_id=str(number)).status for number in range(3)] for tab in tabs
        ]
        # Seven times thirty is more than there is room for.
        assert statuses == [[204] * 3] * 6 + [[204, 204, 413]]
        assert tabs[0].upload(LARGE, file_id="d").status == 413
        # The same file sent again takes the place of the first.
        assert tabs[0].upload(10, file_id="small").status == 204
    with Tab(hospital.server, cookie=cookie) as tab:
        tab.run()
        deadline = time.monotonic() + 10
        while (answer := tab.upload(LARGE).status) != 204 and time.monotonic() < deadline:
            time.sleep(0.1)
        assert answer == 204, "what closed tabs had sent is gone"


def test_a_file_that_arrives_after_its_tab_was_closed_is_not_kept(hospital: Hospital) -> None:
    cookie = hospital.cookie(Role.LEAD)
    late = []
    for _ in range(7):
        with Tab(hospital.server, cookie=cookie) as tab:
            late += [tab.run().begin_upload(LARGE) for _ in range(3)]
    for finish in late:
        finish()
    with Tab(hospital.server, cookie=cookie) as tab:
        assert tab.run().upload(LARGE).status == 204, "there is room for everybody else"


def test_a_file_without_its_size_is_refused(hospital: Hospital) -> None:
    with Tab(hospital.server, cookie=hospital.cookie(Role.LEAD)) as tab:
        answer = tab.run().upload(10, transfer_encoding="chunked")
    assert answer.status in (400, 411)
