"""How a trial's log was kept, for Communications and the meeting: quiet facts, and no score."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from trial.domain.log_patterns import LoggedDelivery, PatternCount, patterns_of
from trial.domain.posts import ReviewOutcome
from trial.domain.roles import Permission
from trial.services.access import Actor, open_trial
from trial.services.backend import Backend
from trial.store import posts
from trial.store.posts import PostRecord


def log_patterns(actor: Actor, backend: Backend, *, trial_id: int) -> tuple[PatternCount, ...]:
    """Return what is to be seen of how a log was kept; a pattern that does not show is left out.

    Raises
    ------
    NotSignedIn, NotAllowed, NotFound
    """
    with backend.reading() as work:
        trial = open_trial(work, actor, backend, trial_id, Permission.ALL_SCORECARD_READ)
        zone = ZoneInfo(trial.time_zone)
        deliveries = [
            delivery
            for record in posts.of_trial(work, trial_id)
            if (delivery := _delivery(record, zone)) is not None
        ]
    window = trial.window
    ends = [window.week_end(week) for week in range(window.weeks)]
    return patterns_of(deliveries, ends, low=trial.policy.band.low, today=trial.today)


def _delivery(record: PostRecord, zone: ZoneInfo) -> LoggedDelivery | None:
    row = record.row
    if row.delivered_on is None or row.withdrawn_on is not None:
        return None
    # An import enters many posts at once, and that says nothing of how they came about.
    is_typed = row.delivered_at is not None and row.import_id is None
    decided = any(attempt.outcome != ReviewOutcome.WAITING for attempt in record.attempts)
    return LoggedDelivery(
        title=row.title,
        week=row.week,
        planned_on=row.planned_on if row.planned_for is not None else None,
        delivered_on=row.delivered_on,
        entered_at=row.delivered_at.astimezone(zone) if is_typed and row.delivered_at else None,
        is_reviewed=decided or row.approved_on is not None,
    )
