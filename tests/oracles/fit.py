"""Where the figures of data/after.toml and data/forecast.toml come from: fitted to timelines anew.

``python -m tests.oracles.fit FOLDER`` reads the timelines in a folder, each ``posts*.csv`` with the
``accounts*.csv`` of the same ending, as ``python -m trial validate`` reads them, and prints what
the files hold. What the two files assume beside that, they say themselves.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from trial.domain.after_trial import QUARTER, Horizon
from trial.domain.calendar import DAYS_IN_WEEK
from trial.domain.policy import Policy, parse_policy
from trial.domain.results.validation import EVERY_WEEKS, Outcome, WindowFilter
from trial.domain.timelines import Account
from trial.ingest.histories import HistoryFile, read_histories
from trial.scoring.facts import facts_of_days
from trial.scoring.measured import Floats
from trial.scoring.verdict import judge
from trial.simulation.after import PublicAccounts, parse_public_accounts
from trial.simulation.forecast_prior import parse_forecast_prior
from trial.simulation.windows import AT_MOST, Windows, windows_of

DATA = Path(__file__).parents[2] / "data"
_OUTCOME = {Horizon.HALF_YEAR: Outcome.A26, Horizon.YEAR: Outcome.A52}


@dataclass(frozen=True, slots=True)
class FittedLine:
    """Log odds of keeping the cadence over the score, as a table of data/after.toml has it."""

    stretches: int
    accounts: int
    clusters: int
    fell: int
    level: float
    slope: float
    level_error: float
    slope_error: float
    correlation: float


def accounts_in(folder: Path, *, today: date) -> list[Account]:
    """Return the accounts of a folder whose posts are known by the day."""
    found: list[Account] = []
    for posts in sorted(folder.glob("posts*.csv")):
        accounts = posts.with_name(posts.name.replace("posts", "accounts", 1))
        files = [HistoryFile(path.name, path.read_bytes()) for path in (posts, accounts)]
        found.extend(read_histories(*files, today=today).accounts)
    return [account for account in found if account.by_day]


def line_of(
    windows: Windows, horizon: Horizon, public: PublicAccounts, policy: Policy
) -> FittedLine:
    """Return the logistic regression of greatest likelihood, with sandwich errors by cluster."""
    outcome = _OUTCOME[horizon]
    watched = windows.of(windows.held[outcome] >= 0)
    held = watched.held[outcome] == 1
    (centre,) = {line.centre for line in public.lines.values()}
    rows = np.column_stack([np.ones(held.size), scores_of(watched, public, policy) - centre])

    def loss(line: Floats) -> tuple[float, Floats]:
        odds = rows @ line
        return float(np.logaddexp(0, odds).sum() - odds[held].sum()), rows.T @ (
            special.expit(odds) - held
        )

    line = optimize.minimize(loss, np.zeros(2), jac=True, method="BFGS").x
    chances = special.expit(rows @ line)
    bread = np.linalg.inv((rows.T * (chances * (1 - chances))) @ rows)
    pulls = np.zeros((watched.clusters.max() + 1, 2))
    np.add.at(pulls, watched.clusters, rows * (held - chances)[:, None])
    # As many clusters as there are, and one mean taken from them.
    spread = bread @ (pulls.T @ pulls) @ bread * len(pulls) / (len(pulls) - 1)
    errors = np.sqrt(np.diag(spread))
    return FittedLine(
        stretches=held.size,
        accounts=len(watched.accounts),
        clusters=len(pulls),
        fell=int((~held).sum()),
        level=float(line[0]),
        slope=float(line[1]),
        level_error=float(errors[0]),
        slope_error=float(errors[1]),
        correlation=float(spread[0, 1] / errors.prod()),
    )


def scores_of(windows: Windows, public: PublicAccounts, policy: Policy) -> Floats:
    """Return the score that the lines go over, of each stretch."""
    score: Floats = judge(facts_of_days(windows.live), public.measure(policy)).score
    return score


def calendar_weeks(accounts: Sequence[Account], choice: WindowFilter) -> NDArray[np.int64]:
    """Return posts a week of stretches of 13 weeks from Monday, (n, 13).

    The first begins with the first full week after the launch, further ones every half-year.
    """
    stretches = []
    for account in accounts:
        launch = account.launch.toordinal()
        first = launch + (-account.launch.weekday()) % DAYS_IN_WEEK
        for start in range(first, first + AT_MOST * EVERY_WEEKS * DAYS_IN_WEEK, EVERY_WEEKS * 7):
            if start + QUARTER * DAYS_IN_WEEK - 1 > account.observed_until.toordinal():
                break
            counts = np.zeros(QUARTER, np.int64)
            for day, number in account.posts.items():
                week = (day.toordinal() - start) // DAYS_IN_WEEK
                if 0 <= week < QUARTER:
                    counts[week] += number
            if choice.min_rate <= counts.mean() <= choice.max_rate:
                stretches.append(counts)
    return np.array(stretches)


def evidence_of(counts: NDArray[np.int64], most: int) -> Floats:
    """Return the Dirichlet-multinomial of greatest likelihood, as weeks with 0, 1, … `most` posts.

    Parameters
    ----------
    counts : (n, w) int64
        Posts a week of each stretch; whatever is above `most` counts as that.
    """
    fell = (np.minimum(counts, most)[:, :, None] == np.arange(most + 1)).sum(axis=1)

    def loss(logs: Floats) -> float:
        evidence = np.exp(logs)
        whole = evidence.sum()
        together = special.gammaln(whole) - special.gammaln(whole + counts.shape[1])
        each = special.gammaln(evidence + fell) - special.gammaln(evidence)
        return -float((together + each.sum(axis=1)).sum())

    evidence: Floats = np.exp(optimize.minimize(loss, np.zeros(most + 1), method="BFGS").x)
    return evidence


def main(folder: str) -> None:
    """Print the figures that the timelines in `folder` come to."""
    public = parse_public_accounts((DATA / "after.toml").read_text(), "after.toml")
    prior = parse_forecast_prior((DATA / "forecast.toml").read_text(), "forecast.toml")
    policy = parse_policy((DATA / "policy" / "readiness.toml").read_text(), "readiness.toml")
    accounts = accounts_in(Path(folder), today=datetime.now(UTC).date())
    choice = WindowFilter(public.scope.fewest, public.scope.most)
    windows = windows_of(accounts, choice).windows
    for horizon in Horizon:
        print(f"[{horizon}]", line_of(windows, horizon, public, policy))
    counts = calendar_weeks(accounts, choice)
    print(f"[weeks] of {len(counts)} stretches:", evidence_of(counts, prior.most).round(2))


if __name__ == "__main__":
    main(*sys.argv[1:])
