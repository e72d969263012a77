from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from trial.domain.attention import Need
from trial.domain.cadence import Band, WeekState
from trial.domain.errors import NotAllowed, NotSignedIn
from trial.domain.verdict import Verdict
from trial.services import board, posts, standing, trials
from trial.services.access import Actor
from trial.services.backend import Backend
from trial.services.clocks import FixedClock
from trial.services.revision_cache import RevisionCache


def log_week(actor: Actor, backend: Backend, trial_id: int, week: int, number: int) -> None:
    for post in range(number):
        day = date(2026, 1, 5) + timedelta(days=7 * week + post)
        posts.add_unplanned(actor, backend, trial_id=trial_id, title=f"{week}.{post}", on=day)


def test_without_running_trials_the_board_is_empty_and_says_so_in_numbers(
    backend: Backend, comms: Actor
) -> None:
    view = board.board(comms, backend)
    assert view.rows == ()
    assert (view.calls, view.drafts, view.awaiting_review, view.longest) == (0, 0, 0, 0)


def test_the_board_shows_each_week_and_puts_those_who_need_help_first(
    backend: Backend, comms: Actor, trial_id: int, other_trial_id: int
) -> None:
    # Cardiology: three posts in each of five weeks. Dermatology: 4, 3, then 1, 6, nothing.
    for week in range(5):
        log_week(comms, backend, trial_id, week, 3)
    for week, number in enumerate([4, 3, 1, 6]):
        log_week(comms, backend, other_trial_id, week, number)
    view = board.board(comms, backend)
    assert [row.department for row in view.rows] == ["Dermatology", "Cardiology"]
    first, second = view.rows
    assert [(cell.count, cell.state) for cell in first.weeks[:7]] == [
        (4, WeekState.IN_BAND),
        (3, WeekState.IN_BAND),
        (1, WeekState.UNDER),
        (6, WeekState.OVER),
        (0, WeekState.UNREPORTED),
        (0, WeekState.OPEN),
        (0, WeekState.AHEAD),
    ]
    # Of the last three judged weeks (1, 6, nothing) two fell short: somebody should call.
    assert (first.call, first.step) == (True, "Call this week: 2 of the last 3 weeks under 3")
    assert (first.in_band, first.eligible) == (3, 5)
    assert (second.call, second.need) == (False, Need.ON_TRACK)
    assert second.step == "Review 15 drafts"
    assert (view.in_band_last_week, view.judged_last_week, view.calls) == (1, 2, 1)
    assert (view.drafts, view.oldest_draft_days) == (29, 35)
    assert (view.longest, view.band) == (13, Band(3, 5))


def test_board_and_standing_say_the_same_of_every_trial(
    backend: Backend, comms: Actor, trial_id: int, other_trial_id: int
) -> None:
    for week, number in enumerate([4, 3, 1, 6]):
        log_week(comms, backend, trial_id, week, 3)
        log_week(comms, backend, other_trial_id, week, number)
    for row in board.board(comms, backend).rows:
        card = standing.standing(comms, backend, trial_id=row.trial_id).scorecard
        assert (row.score, row.verdict) == (card.score, card.verdict)
        assert [(cell.count, cell.state) for cell in row.weeks] == [
            (week.count, week.state) for week in card.weeks
        ]


def test_an_entry_shows_on_the_board_at_once_and_a_new_day_too(
    backend: Backend, clock: FixedClock, comms: Actor, lead: Actor, trial_id: int
) -> None:
    assert board.board(comms, backend).rows[0].weeks[5].count == 0
    posts.add_unplanned(lead, backend, trial_id=trial_id, title="Now", on=date(2026, 2, 9))
    assert board.board(comms, backend).rows[0].weeks[5].count == 1
    clock.set(date(2026, 2, 16))
    assert board.board(comms, backend).rows[0].weeks[5].state is WeekState.UNDER


def test_a_trial_that_is_over_awaits_its_review_and_one_near_its_end_is_counted(
    backend: Backend, clock: FixedClock, comms: Actor, trial_id: int
) -> None:
    clock.set(date(2026, 3, 30))
    assert board.board(comms, backend).reviews_soon == 1
    clock.set(date(2026, 4, 6))
    view = board.board(comms, backend)
    assert (view.reviews_soon, view.awaiting_review) == (0, 1)
    assert view.rows[0].need is Need.AWAITING_REVIEW
    assert view.rows[0].verdict is Verdict.NOT_ENOUGH_EVIDENCE


def test_an_ended_trial_leaves_the_board(backend: Backend, comms: Actor, trial_id: int) -> None:
    trials.end_early(
        comms,
        backend,
        trial_id=trial_id,
        on=date(2026, 2, 8),
        reason="The department merges with another.",
    )
    assert board.board(comms, backend).rows == ()


def test_only_those_who_see_all_departments_see_the_board(
    backend: Backend, comms: Actor, reviewer: Actor, lead: Actor, gone: Actor
) -> None:
    for actor in (comms, reviewer):
        assert len(board.board(actor, backend).rows) == 1
    with pytest.raises(NotAllowed):
        board.board(lead, backend)
    with pytest.raises(NotSignedIn):
        board.board(gone, backend)


def test_a_board_read_in_small_portions_is_the_same(
    monkeypatch: pytest.MonkeyPatch,
    backend: Backend,
    comms: Actor,
    trial_id: int,
    other_trial_id: int,
) -> None:
    log_week(comms, backend, other_trial_id, 1, 4)
    at_once = board.board(comms, backend)
    monkeypatch.setattr(board, "_TRIALS_AT_ONCE", 1)
    anew = board.board(comms, replace(backend, cache=RevisionCache()))
    assert [row.trial_id for row in anew.rows] == [row.trial_id for row in at_once.rows]
    assert [row.weeks for row in anew.rows] == [row.weeks for row in at_once.rows]
    assert [row.chance for row in anew.rows] == [row.chance for row in at_once.rows]


def test_a_board_computed_ahead_is_the_one_that_is_shown(
    monkeypatch: pytest.MonkeyPatch, backend: Backend, comms: Actor, trial_id: int
) -> None:
    board.warm(backend)
    monkeypatch.delattr("trial.store.trial_log.load_raw")
    view = board.board(comms, backend)
    assert [row.trial_id for row in view.rows] == [trial_id]
    board.warm(backend)
    assert board.board(comms, backend) is view


def test_before_an_organisation_is_set_up_there_is_nothing_to_compute_ahead(
    backend: Backend,
) -> None:
    board.warm(backend)
