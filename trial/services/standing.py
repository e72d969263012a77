"""Where one trial stands: its scorecard so far, with what the pages show around it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo

from trial.domain.cadence import Band
from trial.domain.calendar import TrialWindow

# Whoever shows a standing names these types; they are part of the view.
from trial.domain.results.scorecard import CheckResult, Scorecard
from trial.domain.trial_status import TrialStatus
from trial.domain.verdict import CheckName
from trial.scoring.scorecard import score_trial
from trial.services.access import READ_SCORECARD, Actor, open_trial
from trial.services.backend import Backend
from trial.services.views import view_from
from trial.store import trial_log


@dataclass(frozen=True, slots=True)
class StandingView:
    """One trial and its scorecard.

    Parameters
    ----------
    trial_id, revision, department, status
        `revision` names the state of the log the scorecard was made from; a decision made on it
        is handed the same.
    window : TrialWindow
    today : date
        The day the scorecard is of; for a trial that is over, the day it ended early or today.
    band : Band
    policy_name, policy_version, policy_hash
    ready_from, feed_below : float
        The policy's thresholds.
    scorecard : Scorecard
    titles : dict of str to str
        Title of each post by its key, for opening the evidence.
    longest_gap : int or None
        Days, None while nothing is judged.
    run : tuple of RunWeek
        The run chart: slots and live posts a week.
    """

    trial_id: int
    revision: int
    department: str
    status: TrialStatus
    window: TrialWindow
    today: date
    band: Band
    policy_name: str
    policy_version: int
    policy_hash: str
    ready_from: float
    feed_below: float
    scorecard: Scorecard
    titles: dict[str, str]
    longest_gap: int | None
    run: tuple[RunWeek, ...]
    backfilled: tuple[LatePost, ...]


@dataclass(frozen=True, slots=True)
class RunWeek:
    """One week of a run chart."""

    index: int
    start: date
    planned: int
    live: int


@dataclass(frozen=True, slots=True)
class LatePost:
    """A post entered late: both its days."""

    title: str
    delivered_on: date
    entered_on: date | None


def standing(actor: Actor, backend: Backend, *, trial_id: int) -> StandingView:
    """Return the scorecard of one trial as of today, or of its last day if it ended early.

    Raises
    ------
    NotSignedIn, NotAllowed, NotFound
    """
    with backend.reading() as work:
        opened = open_trial(work, actor, backend, trial_id, *READ_SCORECARD)
        stored = trial_log.load(work, trial_id, today=opened.today)
        late = trial_log.backfilled_posts(work, trial_id)
    assert stored is not None
    log, policy = stored.log, stored.policy
    card = _scored(log, policy)
    zone = ZoneInfo(opened.time_zone)
    return view_from(
        StandingView,
        opened,
        revision=stored.revision,
        today=log.today,
        band=policy.band,
        policy_name=policy.name,
        policy_version=policy.version,
        policy_hash=policy.content_hash,
        ready_from=policy.ready_from,
        feed_below=policy.feed_below,
        scorecard=card,
        titles={post.key: post.title for post in log.posts},
        longest_gap=_longest_gap(card.checks),
        run=tuple(RunWeek(week.index, week.start, week.planned, week.count) for week in card.weeks),
        backfilled=tuple(
            LatePost(
                post.title,
                post.delivered_on,
                post.delivered_at and post.delivered_at.astimezone(zone).date(),
            )
            for post in late
            if post.delivered_on is not None
        ),
    )


# A log is a value: the same log under the same policy has the same scorecard, whoever asks.
_scored = lru_cache(maxsize=256)(score_trial)


def _longest_gap(checks: tuple[CheckResult, ...]) -> int | None:
    value = next(check.value for check in checks if check.name == CheckName.CONTINUITY)
    return None if value is None else int(value)
