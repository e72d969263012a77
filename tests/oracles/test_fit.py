"""The script behind data/after.toml and data/forecast.toml, on timelines whose truth is known."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import special
from sklearn.linear_model import LogisticRegression

from tests.oracles import fit
from tests.simulation.accounts import account
from tests.simulation.public import shipped
from tests.unit.policies import standard
from trial.domain.after_trial import Horizon
from trial.domain.results.validation import Outcome, WindowFilter
from trial.domain.timelines import Account
from trial.simulation.windows import Windows, windows_of

TODAY = date(2026, 2, 9)


def windows() -> Windows:
    """Accounts of three habits, each of which held out or not by chance."""
    rng = np.random.default_rng(3)
    habits = ([4] * 13, [3, 3, 0] * 4 + [3], [3, 0, 0] * 4 + [1])
    accounts = [
        account(*habits[n % 3], (0, 13), *[(2, 13)] * (rng.random() < odds), (0, 13), name=f"{n}")
        for n in range(120)
        for odds in [(0.9, 0.6, 0.3)[n % 3]]
    ]
    return windows_of(accounts, WindowFilter()).windows


def test_a_line_is_that_of_scikit_learn() -> None:
    stretches = windows()
    found = fit.line_of(stretches, Horizon.HALF_YEAR, shipped(), standard())
    held = stretches.held[Outcome.A26] == 1
    scores = np.clip(fit.scores_of(stretches, shipped(), standard()), 0.3, 0.75) - 0.75
    theirs = LogisticRegression(C=np.inf, tol=1e-10).fit(scores[:, None], held)
    assert (found.level, found.slope) == pytest.approx(
        (theirs.intercept_[0], theirs.coef_[0, 0]), abs=1e-3
    )
    assert (found.stretches, found.fell) == (held.size, (~held).sum())
    assert found.clusters == found.accounts == 120


def test_accounts_that_belong_together_leave_a_line_less_certain() -> None:
    stretches = windows()
    thrice = [
        replace(each, name=f"{each.name} {n}", cluster=each.name)
        for each in stretches.accounts
        for n in range(3)
    ]
    together = windows_of(thrice, WindowFilter()).windows
    alone = fit.line_of(stretches, Horizon.HALF_YEAR, shipped(), standard())
    found = fit.line_of(together, Horizon.HALF_YEAR, shipped(), standard())
    # Said three times, it is known no better.
    assert found.clusters == alone.clusters
    assert found.level == pytest.approx(alone.level, abs=1e-4)
    assert found.level_error == pytest.approx(alone.level_error, rel=1e-3)
    assert found.correlation == pytest.approx(alone.correlation, abs=1e-3)


def kinds(*levels: float, **changes: Any) -> list[Account]:
    """Accounts of kinds that differ in the log odds of holding out and in nothing else."""
    rng = np.random.default_rng(8)
    habits: Sequence[list[int]] = (
        [3] * 13,
        [3, 0, 3, 3] * 3 + [3],
        [3, 0] * 6 + [3],
        [3, 0, 0] * 4 + [1],
    )
    return [
        account(
            *habits[n % 4],
            (0, 13),
            (2 if holds_out else 0, 13),
            **{"name": f"{n}", "source": f"kind {kind}", **changes},
        )
        for kind, level in enumerate(levels)
        for n in range(80)
        for holds_out in [rng.random() < special.expit(level + 1 - n % 4)]
    ]


@pytest.mark.parametrize(
    ("levels", "likely", "at_most"),
    [((1.0,) * 5, (0, 0.3), (0.1, 1.0)), ((-2.0, -1.0, 0.5, 1.5, 3.0), (1.2, 2.4), (1.8, 3.0))],
)
def test_how_much_kinds_differ_is_told_by_their_outcomes(
    levels: tuple[float, ...], likely: tuple[float, float], at_most: tuple[float, float]
) -> None:
    stretches = windows_of(kinds(*levels), WindowFilter()).windows
    found = fit.between_kinds(stretches, Horizon.HALF_YEAR, shipped(), standard())
    assert likely[0] <= found[0] <= likely[1]
    assert at_most[0] <= found[1] <= at_most[1]
    assert found[0] < found[1]


def test_a_kind_that_was_left_out_is_inside_only_where_kinds_may_differ_so_much() -> None:
    stretches = windows_of(kinds(2.0, 2.0, 2.0, -2.0), WindowFilter()).windows

    def inside(elsewhere: float) -> list[bool]:
        groups = fit.left_out(stretches, Horizon.HALF_YEAR, shipped(), standard(), elsewhere)
        assert {group.source for group in groups} == {f"kind {n}" for n in range(4)}
        assert all(group.stretches >= 20 for group in groups)
        return [group.is_inside for group in groups if group.source == "kind 3"]

    assert not any(inside(0.0))
    assert all(inside(3.0))


def test_what_is_known_by_the_week_is_left_out_and_never_fitted_to() -> None:
    known = [*kinds(1.0, 1.0), *kinds(-3.0, source="pages", by_day=False)]
    stretches = windows_of(known, WindowFilter()).windows
    groups = fit.left_out(stretches, Horizon.HALF_YEAR, shipped(), standard(), 1.0)
    of_pages = [group for group in groups if group.source == "pages"]
    of_others = [group for group in groups if group.source != "pages"]
    # Were pages fitted to, the others' forecasts would be as low as what became of the pages.
    assert of_pages
    assert np.mean([group.forecast for group in of_others]) > 0.5


def test_evidence_is_what_weeks_were_drawn_from() -> None:
    rng = np.random.default_rng(5)
    truth = np.array([0.7, 1.3, 1.0, 0.5])
    chances = rng.dirichlet(truth, 4000)
    counts = np.array([rng.choice(4, 13, p=row) for row in chances])
    assert fit.evidence_of(counts, 3) == pytest.approx(truth, rel=0.08)
    # Whatever is above the last is counted as it.
    assert fit.evidence_of(np.where(counts == 3, 9, counts), 3) == pytest.approx(
        fit.evidence_of(counts, 3)
    )


def test_weeks_begin_on_monday_after_the_launch() -> None:
    wednesday = date(2024, 1, 3)
    posts = {wednesday + timedelta(days=day): 1 for day in range(0, 7 * 40, 7)}
    late = account(
        (1, 1), posts=posts, observed_from=wednesday, observed_until=wednesday + timedelta(weeks=40)
    )
    assert fit.calendar_weeks([late], WindowFilter()).tolist() == [[1] * 13] * 2


def test_a_folder_is_read_as_validate_reads_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for part in ("", "-2"):
        rows = [
            f"blogs,ward {n}{part},{date(2022, 1, 3) + timedelta(weeks=week)},{number}"
            for n, habit in enumerate(([4] * 65, [4, 3] * 20 + [0] * 25, [2, 0] * 32 + [2]))
            for week, number in enumerate(habit)
            if number
        ]
        watched = [f"blogs,ward {n}{part},2022-01-03,2023-04-02,day" for n in range(3)]
        (tmp_path / f"posts{part}.csv").write_text(
            "\n".join(["source,account,date,n", *rows]), encoding="utf-8"
        )
        (tmp_path / f"accounts{part}.csv").write_text(
            "\n".join(["source,account,obs_start,obs_end,granularity", *watched]), encoding="utf-8"
        )
    assert len(fit.accounts_in(tmp_path, today=TODAY)) == 6
    fit.main(str(tmp_path))
    printed = capsys.readouterr().out
    assert "[half_year] FittedLine(stretches=" in printed
    assert "[weeks] of " in printed
