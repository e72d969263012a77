"""A score held against what really became of accounts.

Every stretch of a real history is judged as if it had been a trial, by the code that judges real
trials, from the days of its posts alone. What is asked is whether a higher score means that an
account held out (ranking, beside simpler ways to foresee it), and how many of those judged ready,
to extend, or to keep feeding did (decisions).

The checks of the standard policy and the start of the forecast were chosen on public timelines; on
those very timelines they do a little better than they would elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trial.domain.errors import InvalidInput, NotPossible
from trial.domain.policy import Policy
from trial.domain.results.experiments import Progress, Rate
from trial.domain.results.validation import (
    Calibration,
    Decided,
    GroupFindings,
    Measure,
    Outcome,
    Ranked,
    Ranking,
    ScoreDecile,
    Validation,
    WindowFilter,
)
from trial.domain.timelines import Account
from trial.domain.verdict import Verdict
from trial.scoring.facts import facts_of_days
from trial.scoring.measured import DECIMALS, Floats
from trial.scoring.verdict import VERDICTS, Judgement, judge
from trial.simulation import baselines
from trial.simulation.forecast_prior import ForecastPrior
from trial.simulation.halfway import halfway
from trial.simulation.ranking import auc, brier, estimate, resamples
from trial.simulation.windows import Windows, windows_of

DEFAULT_RESAMPLES = 2_000
MAX_RESAMPLES = 100_000
GROUPS = 10
"""Tenths of the score that are looked at one by one."""


def validate(
    accounts: Sequence[Account],
    policy: Policy,
    *,
    choice: WindowFilter,
    seed: int,
    number: int = DEFAULT_RESAMPLES,
    prior: ForecastPrior | None = None,
    progress: Progress | None = None,
) -> Validation:
    """Judge the stretches of some accounts and look at what became of them.

    Parameters
    ----------
    accounts : sequence of Account
    policy : Policy
    choice : WindowFilter
    seed : int
        From 0; draws resamples. The same seed gives the same answer.
    number : int
        Resamples behind each interval, 100 to 100,000.
    prior : ForecastPrior, optional
        What forecasts start from, to see what they are worth.
    progress : callable, optional
        Called with the resamples done and the resamples in all.

    Raises
    ------
    InvalidInput
        When a number lies outside its range.
    NotPossible
        When no account has a stretch that can be followed, or the policy weighs nothing that
        dates can tell.
    """
    if seed < 0:
        raise InvalidInput("Seed", seed, "a whole number from 0")
    if not 100 <= number <= MAX_RESAMPLES:
        raise InvalidInput("Resamples", number, f"a whole number from 100 to {MAX_RESAMPLES:,}")
    found = windows_of(accounts, choice)
    windows = found.windows
    if windows.number == 0:
        raise _nothing_left(found.left_out)
    judgement = judge(facts_of_days(windows.live), policy, hold_unknown_gates=False)
    if np.isnan(judgement.score).any():
        raise NotPossible(
            f"The policy {policy.name}, version {policy.version}, weighs none of the checks that "
            "dates alone can tell: cadence, continuity, steadiness and finish."
        )
    source = np.array([account.source for account in windows.accounts])[windows.account]
    by_day = np.array([account.by_day for account in windows.accounts])[windows.account]
    masks = [("all", "All accounts", np.ones(windows.number, np.bool_))]
    is_mixed = bool(by_day.any() and not by_day.all())
    if is_mixed:
        masks.append(("by_day", "Posts known by the day", by_day))
    names = list(dict.fromkeys(account.source for account in windows.accounts))
    if len(names) > 1:
        masks.extend((name, name or "no source named", source == name) for name in names)
    numbers = {
        # Rounded as where it meets a threshold, so that equal scores tie.
        Measure.SCORE: np.round(judgement.score, DECIMALS),
        Measure.MEAN_RATE: baselines.mean_rate(windows),
        Measure.ACTIVE_SHARE: baselines.active_share(windows),
        Measure.EQUAL_WEIGHT_4: np.round(baselines.equal_weight_4(windows), DECIMALS),
    }
    looked = _Looked(windows, judgement, numbers, seed, number, progress, len(masks))
    whole, *parts = [looked.at(key, label, mask) for key, label, mask in masks]
    foreseen = None
    if prior is not None:
        drawn = resamples(windows.clusters, number, seed)
        foreseen = halfway(judgement, policy, prior, drawn)
    return Validation(
        policy=policy,
        choice=choice,
        whole=whole,
        by_day=parts[0] if is_mixed else None,
        sources=tuple(parts[1:] if is_mixed else parts),
        halfway=foreseen,
        left_out=found.left_out,
        seed=seed,
        resamples=number,
    )


def _nothing_left(left_out: Mapping[str, int]) -> NotPossible:
    reasons = "; ".join(f"{number} {reason}" for reason, number in left_out.items())
    return NotPossible(f"No account has 13 weeks that can be followed for half a year: {reasons}.")


@dataclass(slots=True)
class _Looked:
    """What was judged, looked at part by part."""

    windows: Windows
    judgement: Judgement
    numbers: Mapping[Measure, Floats]
    seed: int
    resamples: int
    progress: Progress | None
    parts: int
    done: int = 0

    def at(self, key: str, label: str, mask: NDArray[np.bool_]) -> GroupFindings:
        own = self.windows.of(mask)
        score, verdict = self.judgement.score[mask], self.judgement.verdict[mask]
        fell = {each: np.flatnonzero(verdict == code) for code, each in enumerate(VERDICTS)}
        # A score that is .7 but for the order of additions belongs above .7.
        tenth = np.minimum(np.floor(np.round(score * GROUPS, DECIMALS - 1)), GROUPS - 1)
        return GroupFindings(
            key=key,
            label=label,
            accounts=len(own.accounts),
            clusters=int(own.clusters.max()) + 1,
            trials=own.number,
            rankings=self._rankings(own, mask),
            decided=tuple(
                Decided(each, rows.size, _held(own, rows))
                for each, rows in reversed(fell.items())
                if rows.size or each is not Verdict.NOT_ENOUGH_EVIDENCE
            ),
            tenths=tuple(
                ScoreDecile(
                    low=float(each) / GROUPS,
                    high=float(each + 1) / GROUPS,
                    trials=rows.size,
                    mean_score=float(score[rows].mean()),
                    held=_held(own, rows),
                )
                for each in np.unique(tenth)
                for rows in [np.flatnonzero(tenth == each)]
            ),
            calibration=_calibration(own, score),
        )

    def _rankings(self, own: Windows, mask: NDArray[np.bool_]) -> tuple[Ranking, ...]:
        watched = {outcome: np.flatnonzero(own.held[outcome] >= 0) for outcome in Outcome}
        pairs = {
            (measure, outcome): (values[mask][rows], own.held[outcome][rows] == 1)
            for measure, values in self.numbers.items()
            for outcome, rows in watched.items()
        }
        drawn: dict[tuple[Measure, Outcome], list[Floats]] = {key: [] for key in pairs}
        for weights in resamples(own.clusters, self.resamples, self.seed):
            for key, pair in pairs.items():
                drawn[key].append(auc(*pair, weights[:, watched[key[1]]]))
            self.done += len(weights)
            if self.progress is not None:
                self.progress(self.done, self.parts * self.resamples)
        areas = {key: float(auc(*pair)[0]) for key, pair in pairs.items()}
        spread = {key: np.concatenate(batches) for key, batches in drawn.items()}

        def ranked(measure: Measure, outcome: Outcome) -> Ranked:
            key, score = (measure, outcome), (Measure.SCORE, outcome)
            ahead = None
            if measure is not Measure.SCORE:
                ahead = estimate(areas[score] - areas[key], spread[score] - spread[key])
            return Ranked(measure, estimate(areas[key], spread[key]), ahead)

        return tuple(
            Ranking(
                outcome=outcome,
                held=_held(own, watched[outcome])[outcome],
                ranked=tuple(ranked(measure, outcome) for measure in Measure),
            )
            for outcome in Outcome
        )


def _held(windows: Windows, rows: NDArray[np.intp]) -> dict[Outcome, Rate]:
    return {
        outcome: Rate(int((values[rows] == 1).sum()), int((values[rows] >= 0).sum()))
        for outcome, values in windows.held.items()
    }


def _calibration(windows: Windows, score: Floats) -> tuple[Calibration, ...]:
    found = []
    for outcome in Outcome:
        known = windows.held[outcome] >= 0
        if outcome.is_activity and known.any():
            held = windows.held[outcome][known] == 1
            share = np.full(held.size, held.mean())
            found.append(Calibration(outcome, brier(score[known], held), brier(share, held)))
    return tuple(found)
