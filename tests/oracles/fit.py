"""Where the figures of data/after.toml and data/forecast.toml come from: fitted to timelines anew.

``python -m tests.oracles.fit FOLDER`` reads the timelines in a folder, each ``posts*.csv`` with the
``accounts*.csv`` of the same ending, as ``python -m trial validate`` reads them, and prints what
the files hold. What the two files assume beside that, they say themselves.

Both are fitted to the accounts whose posts are known by the day, for the score asks for days. How
far to trust the lines after the trial is then tried on organisations of a kind they have not seen:
each source in turn is left out, the line fitted to the others, and what it says of groups of the
source's stretches is held against what came. Accounts known by the week are one kind more.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
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
from trial.simulation.after import LogOddsLine, PublicAccounts, parse_public_accounts
from trial.simulation.forecast_prior import parse_forecast_prior
from trial.simulation.windows import AT_MOST, Windows, windows_of

DATA = Path(__file__).parents[2] / "data"
_NODES = 15
_ELSEWHERE = 1.0
"""What the file assumes of kinds of organisations nobody has seen."""

_SPREADS = np.arange(0, 3.05, 0.1)
_GROUP, _GROUPS, _DRAWS = 20, 5, 4_000
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

    def line(self, public: PublicAccounts, elsewhere: float) -> LogOddsLine:
        """Return it as the product knows it, for kinds that differ by `elsewhere` in log odds."""
        both = self.correlation * self.level_error * self.slope_error
        return replace(
            any_line(public),
            mean=(self.level, self.slope),
            covariance=(self.level_error**2 + elsewhere**2, both, self.slope_error**2),
        )


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Stretches of like forecasts of a source that the line was fitted without.

    Parameters
    ----------
    source : str
    stretches : int
    forecast : float
        Mean chance of keeping the cadence.
    low, high : float
        95 % of groups as large, of kinds unlike the others by as much as assumed, keep it in
        a share between these.
    held : float
        The share that did.
    """

    source: str
    stretches: int
    forecast: float
    low: float
    high: float
    held: float

    @property
    def is_inside(self) -> bool:
        return self.low <= self.held <= self.high


def any_line(public: PublicAccounts) -> LogOddsLine:
    """Return one of the lines; they differ in level and slope only."""
    return public.lines[Horizon.YEAR]


def accounts_in(folder: Path, *, today: date) -> list[Account]:
    """Return the accounts of a folder."""
    found: list[Account] = []
    for posts in sorted(folder.glob("posts*.csv")):
        accounts = posts.with_name(posts.name.replace("posts", "accounts", 1))
        files = [HistoryFile(path.name, path.read_bytes()) for path in (posts, accounts)]
        found.extend(read_histories(*files, today=today).accounts)
    return found


def line_of(
    windows: Windows, horizon: Horizon, public: PublicAccounts, policy: Policy
) -> FittedLine:
    """Return the logistic regression of greatest likelihood, with sandwich errors by cluster."""
    watched, held = _watched(windows, horizon)
    rows = _rows_of(watched, public, policy)

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


def _watched(windows: Windows, horizon: Horizon) -> tuple[Windows, NDArray[np.bool_]]:
    """Return the stretches watched to the horizon, and which of them kept their cadence."""
    outcome = _OUTCOME[horizon]
    watched = windows.of(windows.held[outcome] >= 0)
    return watched, watched.held[outcome] == 1


def _rows_of(windows: Windows, public: PublicAccounts, policy: Policy) -> Floats:
    """Return what level and slope are multiplied with, (n, 2)."""
    line, scores = any_line(public), scores_of(windows, public, policy)
    return np.column_stack([np.ones(scores.size), np.clip(scores, *line.rises) - line.centre])


def between_kinds(
    windows: Windows, horizon: Horizon, public: PublicAccounts, policy: Policy
) -> tuple[float, float]:
    """Return how much the level differs between sources, and how much it may.

    Standard deviations of a random intercept for each source, in log odds: the one of greatest
    likelihood, and the highest of a 90 % likelihood interval.
    """
    watched, held = _watched(windows, horizon)
    rows = _rows_of(watched, public, policy)
    _, source = np.unique(sources_of(watched), return_inverse=True)
    nodes, weights = special.roots_hermitenorm(_NODES)
    log_weights = np.log(weights / weights.sum())

    def loss(line: Floats, spread: float) -> float:
        odds = (rows @ line)[:, None] + spread * nodes
        each = -np.logaddexp(0, np.where(held[:, None], -odds, odds))
        together = np.zeros((source.max() + 1, _NODES))
        np.add.at(together, source, each)
        return -float(special.logsumexp(together + log_weights, axis=1).sum())

    losses = np.array(
        [
            optimize.minimize(loss, np.zeros(2), args=(spread,), method="BFGS").fun
            for spread in _SPREADS
        ]
    )
    likely = _SPREADS[losses < losses.min() + special.chdtri(1, 0.1) / 2]
    return float(_SPREADS[losses.argmin()]), float(likely[-1])


def left_out(
    windows: Windows, horizon: Horizon, public: PublicAccounts, policy: Policy, elsewhere: float
) -> list[HeldOut]:
    """Return the groups of twenty or more, up to five a source, of each source left out in turn.

    What is known by the week is never fitted to, only left out.
    """
    source, rng = sources_of(windows), np.random.default_rng(1)
    by_day = np.array([account.by_day for account in windows.accounts])[windows.account]
    found = []
    for each in np.unique(source):
        own, held = _watched(windows.of(source == each), horizon)
        if held.size < _GROUP:
            continue
        fitted = line_of(windows.of(by_day & (source != each)), horizon, public, policy)
        line = fitted.line(public, elsewhere)
        rows = _rows_of(own, public, policy)
        level, both, slope = line.covariance
        drawn = rng.multivariate_normal(line.mean, [[level, both], [both, slope]], _DRAWS)
        order = np.argsort(rows[:, 1], kind="stable")
        for group in np.array_split(order, min(_GROUPS, held.size // _GROUP)):
            came = rng.random((_DRAWS, group.size)) < special.expit(drawn @ rows[group].T)
            low, high = np.quantile(came.mean(axis=1), (0.025, 0.975))
            forecast = special.expit(rows[group] @ line.mean).mean()
            found.append(
                HeldOut(
                    str(each), group.size, float(forecast), float(low), float(high),
                    float(held[group].mean()),
                )
            )  # fmt: skip
    return found


def sources_of(windows: Windows) -> NDArray[np.str_]:
    """Return the source of each stretch, (n,)."""
    return np.array([account.source for account in windows.accounts])[windows.account]


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
    by_day = [account for account in accounts if account.by_day]
    choice = WindowFilter(public.scope.fewest, public.scope.most)
    whole, windows = (windows_of(some, choice).windows for some in (accounts, by_day))
    for horizon in Horizon:
        print(f"[{horizon}]", line_of(windows, horizon, public, policy))
        likely, at_most = between_kinds(windows, horizon, public, policy)
        print(f"  between kinds: most likely {likely:.2f}, up to {at_most:.2f}")
        for group in left_out(whole, horizon, public, policy, _ELSEWHERE):
            print(" ", "inside " if group.is_inside else "OUTSIDE", group)
    counts = calendar_weeks(by_day, choice)
    print(f"[weeks] of {len(counts)} stretches:", evidence_of(counts, prior.most).round(2))


if __name__ == "__main__":
    main(*sys.argv[1:])
