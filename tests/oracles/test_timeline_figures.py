"""The script behind the intervals of the population, on timelines whose truth is known."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.oracles import timeline_figures
from tests.simulation.accounts import account
from tests.simulation.figures import stretches_of
from tests.simulation.populations import drawn, plain, weekly
from trial.domain.timelines import Account


def accounts(spread: float, number: int = 150) -> list[Account]:
    """Accounts of about four posts a week whose levels differ by `spread`, for 65 weeks."""
    rng = np.random.default_rng(2)
    return [
        account(*rng.poisson(rate, 65).clip(max=7).tolist(), name=f"{n}", source="wards")
        for n, rate in enumerate(4 * np.exp(spread * rng.standard_normal(number)))
    ]


def test_stretches_begin_with_the_launch_and_every_half_year() -> None:
    grows = account((1, 13), (2, 13), (3, 13), (4, 13), (5, 13))
    found = timeline_figures.timelines_of([grows]).stretches
    assert found.trial.tolist() == [[1] * 13, [3] * 13]
    assert found.later.tolist() == [[3] * 13, [5] * 13]
    assert found.is_launch.tolist() == [True, False]


def test_an_account_that_was_there_before_has_no_launch() -> None:
    old = account((3, 39), is_cut_off=True)
    assert timeline_figures.timelines_of([old]).stretches.is_launch.tolist() == [False]


def test_kinds_are_near_by_their_median_stretch() -> None:
    near = [account((rate, 39), name=f"{rate}", source="wards") for rate in (1, 3, 6)]
    far = [account((rate, 39), name=f"{rate}", source="notes") for rate in (1, 1, 6)]
    found = timeline_figures.timelines_of([*near, *far])
    assert found.source[found.is_near].tolist() == ["wards"] * 3


def test_simulated_and_real_accounts_are_measured_alike() -> None:
    trials = drawn(plain(rate=2.0), size=60)
    counts, later = weekly(trials), trials.after.half
    # What can be written as an account: begun by a post, and at most one a day.
    can_be = (counts[:, 0] > 0) & (counts.max(axis=1) <= 7) & (later.max(axis=1) <= 7)
    histories = [
        account(*counts[n].tolist(), (0, 13), *later[n].tolist(), name=f"{n}")
        for n in np.flatnonzero(can_be)
    ]
    found = timeline_figures.timelines_of(histories).stretches
    measured = stretches_of(trials)
    kept = measured.rows(can_be)
    assert found.trial.tolist() == kept.trial.tolist()
    assert found.later.tolist() == kept.later.tolist()
    assert found.is_launch.all()


def test_an_interval_is_wider_where_accounts_belong_together() -> None:
    thrice = [
        replace(each, name=f"{each.name} {n}", cluster=each.name)
        for each in accounts(0.5, 60)
        for n in range(3)
    ]
    together = timeline_figures.timelines_of(thrice)
    apart = timeline_figures.timelines_of([replace(each, cluster="") for each in thrice])

    def width(found: timeline_figures.Timelines) -> float:
        _, low, high = timeline_figures.intervals_of(found, resamples=200)["SD of log rate"]
        return high - low

    assert width(together) > 1.4 * width(apart)


@pytest.mark.parametrize("spread", [0.2, 0.6])
def test_the_interval_holds_the_spread_that_accounts_were_made_with(spread: float) -> None:
    found = timeline_figures.intervals_of(
        timeline_figures.timelines_of(accounts(spread)), resamples=200
    )
    value, low, high = found["SD of log rate"]
    assert low < value < high
    assert value == pytest.approx(spread, abs=0.12)


def test_a_folder_comes_to_literals(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timeline_figures, "RESAMPLES", 50)
    histories = accounts(0.5, 60)
    rows = [
        f"wards,{each.name},{day},{number}"
        for each in histories
        for day, number in each.posts.items()
    ]
    watched = [f"wards,{each.name},2022-01-03,{each.observed_until},day" for each in histories]
    (tmp_path / "posts.csv").write_text("\n".join(["source,account,date,n", *rows]), "utf-8")
    (tmp_path / "accounts.csv").write_text(
        "\n".join(["source,account,obs_start,obs_end,granularity", *watched]), "utf-8"
    )
    timeline_figures.main(str(tmp_path))
    printed = capsys.readouterr().out.splitlines()
    assert printed[0].startswith('    "SD of log rate": (0.')
    assert len(printed) == 31
