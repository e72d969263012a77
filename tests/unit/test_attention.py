"""Who needs help first, and the sentence to call with."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from trial.domain.attention import Attention, Need, Recent, attention
from trial.domain.cadence import Band, week_state
from trial.domain.calendar import TrialWindow

BAND = Band(3, 5)
WINDOW = TrialWindow(date(2026, 1, 5), 13)
WEEKS = 13


def looked_at(
    *counts: int,
    open_count: int = 0,
    unreported: set[int] | frozenset[int] = frozenset(),
    excused: set[int] | frozenset[int] = frozenset(),
    planned: int = 3,
    shared_load: float | None = None,
    weekday: int = 2,
    requests: int = 0,
    drafts: int = 0,
    open_gate: str = "",
) -> Attention:
    """What a trial needs after these finished weeks, in the middle of the next one."""
    today = WINDOW.start + timedelta(days=7 * len(counts) + weekday)
    all_counts = [*counts, open_count, *[0] * WEEKS][:WEEKS]
    states = [
        week_state(
            WINDOW.week_start(week),
            WINDOW.week_end(week),
            today=today,
            count=count,
            reported=week not in unreported,
            excused=week in excused,
            band=BAND,
        )
        for week, count in enumerate(all_counts)
    ]
    recent = Recent(
        WINDOW,
        today,
        states,
        all_counts,
        [planned] * WEEKS,
        shared_load,
        requests=requests,
        drafts=drafts,
        open_gate=open_gate,
    )
    return attention(recent, BAND)


@pytest.mark.parametrize(
    ("given", "need", "step", "call"),
    [
        (
            looked_at(3, 2, 0, 0, unreported={2, 3}),
            Need.NOT_REPORTED,
            "Call this week: ask for weeks 3 and 4",
            True,
        ),
        (
            looked_at(4, 4, 4, 4, 2, 1, 1),
            Need.FADING,
            "Call this week: 3 of the last 3 weeks under 3",
            True,
        ),
        (
            looked_at(2, 2, 2, 2),
            Need.UNDER_TARGET,
            "Call this week: 3 of the last 3 weeks under 3",
            True,
        ),
        (
            looked_at(7, 0, 6, 2, 4, 1),
            Need.BURSTY,
            "Call this week: 2 of the last 3 weeks under 3",
            True,
        ),
        (
            looked_at(7, 0, 6, 1, 3, 4, 3),
            Need.BURSTY,
            "Posts come in bursts: spread them over the weeks",
            False,
        ),
        (
            looked_at(3, 4, 3, 0, unreported={3}),
            Need.NOT_REPORTED,
            "Ask for week 4",
            False,
        ),
        (
            looked_at(3, 4, 3, 3, shared_load=0.1),
            Need.ONE_PERSON,
            "Most posts by one person: find a second contributor",
            False,
        ),
        (looked_at(3), Need.NEW, "3 more by Sunday to reach the target", False),
        (
            looked_at(3, 4, 3, open_count=2),
            Need.ON_TRACK,
            "1 more by Sunday to reach the target",
            False,
        ),
        (
            looked_at(3, 4, 3, open_count=3, planned=1),
            Need.ON_TRACK,
            "Plan 2 more posts for next week",
            False,
        ),
        (
            looked_at(3, 4, 3, open_count=3, planned=0),
            Need.ON_TRACK,
            "Plan 3 more posts for next week",
            False,
        ),
        (looked_at(3, 4, 3, open_count=3), Need.ON_TRACK, "", False),
        (
            looked_at(*[3] * 12, open_count=3),
            Need.ON_TRACK,
            "Review from Mon 6 Apr",
            False,
        ),
        (
            looked_at(*[3] * 13),
            Need.AWAITING_REVIEW,
            "Waiting for its review since Mon 6 Apr",
            False,
        ),
        (looked_at(weekday=-3), Need.NOT_BEGUN, "Starts Mon 5 Jan", False),
    ],
)
def test_a_trial_is_told_by_its_recent_weeks(
    given: Attention, need: Need, step: str, call: bool
) -> None:
    assert (given.need, given.step, given.call) == (need, step, call)


@pytest.mark.parametrize(
    ("given", "step"),
    [
        (
            looked_at(3, 4, 3, 3, requests=1, drafts=2, open_gate="training"),
            "Answer the request to excuse weeks",
        ),
        (
            looked_at(3, 4, 3, 3, drafts=2, open_gate="training"),
            "Review 2 drafts",
        ),
        (
            looked_at(3, 4, 3, 3, open_gate="training"),
            "Open gate: training",
        ),
        (
            looked_at(3, 4, 3, 3, shared_load=0.1, open_gate="agreement"),
            "Open gate: agreement",
        ),
        (looked_at(3, drafts=1), "Review 1 draft"),
        (looked_at(2, 2, 2, drafts=1), "Call this week: 3 of the last 3 weeks under 3"),
    ],
)
def test_what_waits_and_what_blocks_readiness_come_before_what_only_helps(
    given: Attention, step: str
) -> None:
    assert given.step == step


def test_who_to_call_comes_before_who_to_watch_and_who_is_on_track() -> None:
    call = looked_at(4, 4, 4, 2, 1, 1)
    watch = looked_at(3, 4, 3, 0, unreported={3})
    on_track = looked_at(3, 4, 3, 3)
    assert call.order < watch.order < on_track.order


def test_among_those_to_call_the_weakest_recent_weeks_come_first() -> None:
    assert looked_at(4, 4, 0, 0, 1).order < looked_at(4, 4, 2, 2, 2).order


def test_an_excused_week_is_no_reason_to_call() -> None:
    given = looked_at(3, 3, 3, 0, 0, excused={3, 4})
    assert (given.call, given.need) == (False, Need.ON_TRACK)
