"""Which stretches of a history are trials, and what is said of the time after."""

from datetime import timedelta

import numpy as np
import pytest

from tests.simulation.accounts import MONDAY, account
from trial.domain.errors import InvalidInput
from trial.domain.results.validation import Outcome, WindowFilter
from trial.domain.timelines import Account
from trial.simulation.windows import Windows, windows_of

ANY = WindowFilter(0, 1000)


def found(*accounts: Account, choice: WindowFilter = ANY) -> Windows:
    return windows_of(accounts, choice).windows


# ----------------------------------------------------------------------------------- which trials
@pytest.mark.parametrize(
    "weeks, trials",
    [
        (39, 1),  # the first can be followed for half a year, to the day
        (38, 0),
        (39 + 25, 1),
        (39 + 26, 2),  # every 26 weeks
        (39 + 3 * 26, 4),
        (39 + 9 * 26, 4),  # and no more
    ],
)
def test_a_trial_begins_every_half_year_and_at_most_four_times(weeks: int, trials: int) -> None:
    assert found(account((3, weeks))).number == trials


def test_a_stretch_with_fewer_than_four_posts_is_passed_over() -> None:
    sleepy = account((1, 3), (0, 23), (1, 4), (0, 22), (2, 13), (1, 60))
    assert found(sleepy).counts[:, :5].tolist() == [[1, 1, 1, 1, 0], [2] * 5, [1] * 5]


def test_weeks_run_from_the_day_of_the_launch() -> None:
    thursday = MONDAY + timedelta(days=3)
    posts = {thursday + timedelta(days=7 * week + 6): 2 for week in range(39)}
    late = account((0, 50), posts={thursday: 1, **posts})
    assert found(late).counts.tolist() == [[3, *[2] * 12]]
    assert found(late).live[0, [0, 6]].tolist() == [1, 2]


def test_an_account_that_was_there_before_begins_with_its_observation() -> None:
    old = account((0, 2), (3, 37), is_cut_off=True)
    assert found(old).counts[0, :3].tolist() == [0, 0, 3]
    assert found(account((0, 2), (3, 37))).number == 0


@pytest.mark.parametrize(
    "choice, trials",
    [
        (WindowFilter(), 2),  # 1 and 10 are inside
        (WindowFilter(1, 9.9), 1),
        (WindowFilter(1.1, 10), 1),
        (WindowFilter(2, 9), 0),
    ],
)
def test_only_trials_within_the_rates_count(choice: WindowFilter, trials: int) -> None:
    ten_a_week = {MONDAY + timedelta(days=7 * week): 10 for week in range(39)}
    ends = account((1, 39), name="low"), account((0, 39), name="high", posts=ten_a_week)
    assert found(*ends, choice=choice).number == trials


def test_the_first_four_count_whatever_their_rate() -> None:
    """Else an account that once was busy would be looked at later than others."""
    busy = account(*[(7, 26)] * 4, (2, 13 + 26))
    assert found(busy, choice=WindowFilter(1, 5)).number == 0


def test_accounts_without_a_trial_are_told_by_reason() -> None:
    left_out = windows_of(
        [
            account((3, 38)),
            account(1, (0, 60)),
            account(1, (0, 90)),
            account((7, 60)),
            account((3, 60)),
        ],
        WindowFilter(1, 5),
    ).left_out
    assert left_out == {
        "watched for less than 39 weeks after the launch": 1,
        "with fewer than 4 posts in every 13 weeks": 2,
        "not within 1–5 posts a week": 1,
    }


@pytest.mark.parametrize(
    "rates", [(-1, 5), (5, 4), (float("nan"), 5), (1, float("nan")), (1, float("inf"))]
)
def test_rates_that_cannot_be_are_refused(rates: tuple[float, float]) -> None:
    with pytest.raises(InvalidInput, match="a lower and a higher number"):
        WindowFilter(*rates)


# ----------------------------------------------------------------------------------- what came
# The trial has 3 posts a week, 39 in all; then comes half of the weeks until it is looked at.
_TRIAL = ((3, 13), (0, 13))


@pytest.mark.parametrize(
    "after, active, rate",
    [
        ([(1, 7), (0, 6)], 1, 0),  # 7 active weeks of 13
        ([(1, 6), (0, 7)], 0, 0),  # 6
        ([(0, 6), (1, 7)], 1, 0),
        ([(3, 6), 2, (0, 6)], 1, 1),  # 20 posts are half of 39 or more
        ([(3, 6), 1, (0, 6)], 1, 0),  # 19 are not
        ([(7, 3), (0, 10)], 0, 1),
        ([(0, 13)], 0, 0),
    ],
)
def test_active_weeks_and_posts_are_counted_half_a_year_on(
    after: list[tuple[int, int] | int], active: int, rate: int
) -> None:
    windows = found(account(*_TRIAL, *after))
    assert windows.held[Outcome.A26].tolist() == [active]
    assert windows.held[Outcome.R26].tolist() == [rate]
    assert windows.held[Outcome.A52].tolist() == [-1]
    a_year_on = found(account(*_TRIAL, (0, 26), *after))
    assert a_year_on.held[Outcome.A52].tolist() == [active]
    assert a_year_on.held[Outcome.R52].tolist() == [rate]


@pytest.mark.parametrize("missing_days, known", [(0, True), (1, False)])
def test_an_outcome_is_looked_at_only_where_it_was_watched_to_its_last_day(
    missing_days: int, known: bool
) -> None:
    whole = account((3, 65))
    until = whole.observed_until - timedelta(days=missing_days)
    windows = found(account((3, 65), observed_until=until))
    assert bool(windows.held[Outcome.A52][0] >= 0) is known
    assert bool(windows.held[Outcome.R52][0] >= 0) is known


def test_an_account_that_stopped_is_followed_through_its_silence() -> None:
    windows = found(account((3, 13), (0, 60)))
    assert [windows.held[outcome][0] for outcome in Outcome] == [0, 0, 0, 0]


@pytest.mark.parametrize(
    "outcome, label",
    [
        (Outcome.A26, "still active half a year later"),
        (Outcome.R52, "at half its rate or more a year later"),
    ],
)
def test_an_outcome_is_said_in_words(outcome: Outcome, label: str) -> None:
    assert outcome.label == label


# ----------------------------------------------------------------------------------- parts
def test_a_part_keeps_its_own_accounts_and_clusters() -> None:
    windows = found(
        account((3, 65), name="a", cluster="x"),
        account((3, 39), name="b"),
        account((3, 39), name="c", cluster="x"),
    )
    assert windows.account.tolist() == [0, 0, 1, 2]
    clusters = windows.clusters
    assert (clusters[0] == clusters[1] == clusters[3]) & (clusters[2] != clusters[0])
    part = windows.of(np.array([False, False, True, True]))
    assert [each.name for each in part.accounts] == ["b", "c"]
    assert part.account.tolist() == [0, 1]
    assert part.held[Outcome.A26].tolist() == [1, 1]
