"""Histories of existing accounts as finished trials, known zeros and all."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from trial.domain.attention import Need
from trial.domain.errors import InvalidInput, NotAllowed, NotPossible
from trial.domain.timelines import Account
from trial.domain.verdict import CheckName, Verdict
from trial.services import (
    audit,
    board,
    decisions,
    organisation,
    people,
    standing,
    timelines,
    trials,
)
from trial.services.access import OPERATOR, Actor
from trial.services.backend import Backend
from trial.services.timelines import Choice, Stretch
from trial.store import timelines as store

MONDAY = date(2024, 1, 1)


def posting(*counts: int, first: date = MONDAY) -> dict[date, int]:
    """Posts on the first days of each week, one a day."""
    return {
        first + timedelta(days=7 * week + day): 1
        for week, count in enumerate(counts)
        for day in range(count)
    }


def account(*counts: int, name: str = "ward", **changes: Any) -> Account:
    given: dict[str, Any] = {
        "source": "blogs",
        "name": name,
        "kind": "hospital",
        "observed_from": MONDAY,
        "observed_until": MONDAY + timedelta(days=7 * max(len(counts), 13) - 1),
        "is_cut_off": False,
        "by_day": True,
        "posts": posting(*counts),
    }
    return Account(**{**given, **changes})


STEADY = (3, 4, 3, 5, 3, 3, 4, 3, 3, 5, 4, 3, 3)
FADING = (5, 4, 4, 3, 3, 2, 1, 1, 0, 0, 0, 0, 0)


def stretches(*accounts: Account, **choice: Any) -> Sequence[Stretch]:
    return timelines.choose(accounts, Choice(**choice), week_starts_on=0).stretches


def bring_in(actor: Actor, backend: Backend, *accounts: Account) -> timelines.ImportedTimelines:
    return timelines.import_timelines(actor, backend, stretches=stretches(*accounts))


# ----------------------------------------------------------------------------------- the stretches
def test_a_launch_begins_with_the_first_full_week_after_the_first_post() -> None:
    wednesday = MONDAY + timedelta(days=2)
    late = account(*STEADY, 3, posts=posting(*STEADY, 3, first=wednesday))
    (window,) = late.windows(weeks=13, week_starts_on=0)
    assert window.start == MONDAY + timedelta(days=7)
    (on_the_day,) = account(*STEADY).windows(weeks=13, week_starts_on=0)
    assert on_the_day.start == MONDAY


def test_an_account_that_was_there_before_begins_with_the_first_full_week_observed() -> None:
    old = account(0, 0, *STEADY, is_cut_off=True, observed_from=MONDAY - timedelta(days=3))
    (window,) = old.windows(weeks=13, week_starts_on=0)
    assert window.start == MONDAY


def test_a_week_may_begin_on_sunday() -> None:
    (window,) = account(*STEADY, 3, 3).windows(weeks=13, week_starts_on=6)
    assert window.start == MONDAY + timedelta(days=6)


def test_only_what_was_observed_to_the_end_is_a_trial() -> None:
    short = account(*STEADY, observed_until=MONDAY + timedelta(days=7 * 13 - 2))
    assert short.windows(weeks=13, week_starts_on=0) == ()


def test_further_stretches_follow_at_their_distance() -> None:
    long = account(*STEADY * 6)
    windows = long.windows(weeks=13, week_starts_on=0, every_weeks=26, at_most=2)
    assert [(window.start - MONDAY).days // 7 for window in windows] == [0, 26]


def test_accounts_are_left_out_for_a_reason_that_is_told() -> None:
    chosen = timelines.choose(
        [
            account(*STEADY, by_day=False),
            account(*STEADY, observed_until=MONDAY + timedelta(days=30)),
            account(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1),
            account(*STEADY, posts={MONDAY: 500}),
            account(*STEADY, name="a"),
            account(*STEADY, name="b"),
        ],
        Choice(limit=1),
        week_starts_on=0,
    )
    assert [stretch.account.name for stretch in chosen.stretches] == ["a"]
    assert chosen.left_out == {
        "counted by the week only": 1,
        "observed for less than 13 weeks": 1,
        "under 1 a week": 1,
        "not within 1 to 10 a week": 1,
        "beyond the limit": 1,
    }


@pytest.mark.parametrize(
    "wishes",
    [
        {"weeks": 0},
        {"weeks": 53},
        {"min_rate": 5.0, "max_rate": 1.0},
        {"every_weeks": 12},
        {"limit": 0},
        {"at_most": 0},
    ],
)
def test_a_choice_that_makes_no_sense_is_refused(wishes: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        Choice(**wishes)


# ------------------------------------------------------------------------------------- going in
def test_a_history_is_judged_by_what_the_days_say_and_by_nothing_else(
    backend: Backend, comms: Actor
) -> None:
    accounts = [account(*STEADY, name="steady"), account(*FADING, name="fading")]
    done = bring_in(OPERATOR, backend, *accounts)
    assert (done.added, done.present, done.posts) == (2, 0, sum(STEADY) + sum(FADING))
    steady, fading = timelines.judge_timelines(comms, backend, stretches=stretches(*accounts))
    assert (steady.verdict, steady.score, steady.weeks_in_band) == (Verdict.READY, 1.0, 13)
    assert fading.verdict is Verdict.KEEP_FEEDING
    assert steady.checks.keys() == {
        CheckName.CADENCE,
        CheckName.CONTINUITY,
        CheckName.STEADINESS,
        CheckName.FINISH,
    }


def test_an_empty_week_of_a_history_is_a_known_zero(backend: Backend, comms: Actor) -> None:
    bring_in(OPERATOR, backend, account(*FADING))
    (row,) = trials.list_trials(comms, backend, include_history=True)
    card = standing.standing(comms, backend, trial_id=row.id).scorecard
    assert [week.state.value for week in card.weeks[-5:]] == ["silent"] * 5
    assert card.share_reported == 1.0
    assert [week.count for week in card.weeks] == list(FADING)


def test_a_history_is_nowhere_among_the_running_trials(backend: Backend, comms: Actor) -> None:
    bring_in(OPERATOR, backend, account(*STEADY))
    assert trials.list_trials(comms, backend) == ()
    (row,) = trials.list_trials(comms, backend, include_history=True)
    assert (row.origin, row.department, row.window.start) == ("timeline", "blogs · ward", MONDAY)


def test_a_second_run_passes_over_what_is_there(backend: Backend, comms: Actor) -> None:
    bring_in(OPERATOR, backend, account(*STEADY))
    done = bring_in(comms, backend, account(*STEADY), account(*FADING, name="new"))
    assert (done.added, done.present, done.posts) == (1, 1, sum(FADING))
    assert bring_in(comms, backend, account(*STEADY)).added == 0
    events = [event.action for event in audit.events(comms, backend)]
    assert events.count("timeline.imported") == 2


def test_a_crash_keeps_the_accounts_that_were_done_and_nothing_of_the_one_at_hand(
    backend: Backend, comms: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts = [account(*STEADY, name="first"), account(*FADING, name="second")]
    add_check_ins = store.add_check_ins

    def power_cut(work: Any, rows: Sequence[Any]) -> None:
        if rows:
            raise OSError("power cut")
        add_check_ins(work, rows)

    monkeypatch.setattr(store, "add_check_ins", power_cut)
    with pytest.raises(OSError, match="power cut"):
        bring_in(OPERATOR, backend, *accounts)
    there = trials.list_trials(comms, backend, include_history=True)
    assert [row.department for row in there] == ["blogs · first"]
    assert [name for _, name in people.list_departments(comms, backend)] == ["blogs · first"]
    monkeypatch.undo()
    assert bring_in(OPERATOR, backend, *accounts).added == 1


def test_progress_is_told_account_by_account(backend: Backend, comms: Actor) -> None:
    told: list[tuple[int, int, str]] = []
    timelines.import_timelines(
        comms,
        backend,
        stretches=stretches(account(*STEADY, name="a"), account(*STEADY, name="b")),
        progress=lambda *step: told.append(step),
    )
    assert told == [(0, 2, "blogs · a"), (1, 2, "blogs · b"), (2, 2, "")]


def test_a_stretch_that_is_not_over_is_no_history(backend: Backend, comms: Actor) -> None:
    running = date(2026, 1, 5)
    own = account(
        *STEADY,
        posts=posting(*STEADY, first=running),
        observed_from=running,
        observed_until=date(2026, 12, 31),
    )
    with pytest.raises(InvalidInput, match="over before today"):
        bring_in(comms, backend, own)


# ------------------------------------------------------------------------------------ going out
def test_histories_go_out_again_and_nothing_else_does(
    backend: Backend, comms: Actor, trial_id: int
) -> None:
    bring_in(comms, backend, account(*STEADY), account(*FADING, name="other"))
    assert timelines.undo_timelines(OPERATOR, backend) == (2, ())
    assert [row.id for row in trials.list_trials(comms, backend, include_history=True)] == [
        trial_id
    ]
    assert [name for _, name in people.list_departments(comms, backend)] == ["Cardiology"]
    assert bring_in(comms, backend, account(*STEADY)).added == 1


# ---------------------------------------------------------------------------------- who may
@pytest.mark.parametrize("who", ["lead", "reviewer"])
def test_only_communications_and_the_operator_may(
    backend: Backend, comms: Actor, who: str, request: pytest.FixtureRequest
) -> None:
    actor: Actor = request.getfixturevalue(who)
    own = stretches(account(*STEADY))
    for call in (
        lambda: timelines.import_timelines(actor, backend, stretches=own),
        lambda: timelines.judge_timelines(actor, backend, stretches=own),
        lambda: timelines.undo_timelines(actor, backend),
    ):
        with pytest.raises(NotAllowed):
            call()


def test_there_must_be_an_organisation_first(backend: Backend) -> None:
    with pytest.raises(organisation.NotSetUp):
        bring_in(OPERATOR, backend, account(*STEADY))


# ----------------------------------------------------------------------------------- the board
def test_the_board_looks_back_on_imported_accounts_apart_from_running_trials(
    backend: Backend, comms: Actor, trial_id: int
) -> None:
    bring_in(comms, backend, account(*STEADY, name="steady"), account(*FADING, name="fading"))
    view = board.board(comms, backend, origin="timeline")
    # The one that went silent stands first, with what the scorecard would have said of it.
    assert [row.department for row in view.rows] == ["blogs · fading", "blogs · steady"]
    assert [row.step for row in view.rows] == [
        "Keep feeding the main channels",
        "Ready for its own account",
    ]
    assert {row.need for row in view.rows} == {Need.LOOKED_BACK_ON}
    assert [row.trial_id for row in board.board(comms, backend).rows] == [trial_id]
    for row in view.rows:
        card = standing.standing(comms, backend, trial_id=row.trial_id).scorecard
        assert (row.score, row.verdict) == (card.score, card.verdict)


def test_nothing_can_be_decided_about_a_history(backend: Backend, comms: Actor) -> None:
    bring_in(comms, backend, account(*STEADY))
    (row,) = trials.list_trials(comms, backend, include_history=True)
    with pytest.raises(NotPossible, match="the history of an account"):
        decisions.decide(comms, backend, trial_id=row.id, decision="ready")
