"""Made-up trials, written the way the services write them: through the store's own functions."""

import random
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from trial.domain.calendar import TrialWindow
from trial.domain.policy import Policy, parse_policy
from trial.domain.posts import ReviewOutcome
from trial.store import post_facts, posts
from trial.store.posts import PostRecord
from trial.store.tables import (
    CheckIn,
    Department,
    Exemption,
    Incident,
    Organisation,
    PolicyVersion,
    Post,
    ReviewAttempt,
    SlotMove,
    Trial,
)
from trial.store.unit_of_work import UnitOfWork

STANDARD = (Path(__file__).parents[2] / "data/policy/readiness.toml").read_text()
MONDAY = date(2026, 1, 5)
# One person is typed in several ways.
NAMES = ("", "Ada", "ada", "Ben", "Cleo", "Ørjan", "ØRJAN")


def moment(day: date, hour: int = 10) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=UTC)


def policy_named(name: str, **values: object) -> str:
    """The standard policy's document under another name, with other values."""
    document = STANDARD.replace('name = "Standard"', f'name = "{name}"')
    for key, value in values.items():
        lines = document.splitlines()
        (index,) = [i for i, line in enumerate(lines) if line.split("=")[0].strip() == key]
        before, after = lines[index].split("value = ", 1)
        lines[index] = f"{before}value = {value},{after.split(',', 1)[1]}"
        document = "\n".join(lines)
    return document


def add_organisation(work: UnitOfWork, time_zone: str = "Europe/Berlin") -> None:
    work.session.add(
        Organisation(name="St Elsewhere", time_zone=time_zone, created_at=moment(MONDAY))
    )
    work.flush()


def add_policy(work: UnitOfWork, document: str = STANDARD) -> int:
    policy = parse_policy(document, "test")
    row = PolicyVersion(
        content_hash=policy.content_hash,
        name=policy.name,
        version=policy.version,
        document=document,
        created_at=moment(MONDAY),
    )
    work.session.add(row)
    work.flush()
    assert row.id is not None
    return row.id


def add_trial(
    work: UnitOfWork,
    policy_id: int,
    *,
    department: str,
    starts_on: date = MONDAY,
    weeks: int = 13,
    **columns: object,
) -> Trial:
    owner = Department(name=department, created_at=moment(starts_on))
    work.session.add(owner)
    work.flush()
    row = Trial.model_validate(
        {
            "department_id": owner.id,
            "policy_id": policy_id,
            "starts_on": starts_on,
            "weeks": weeks,
            "created_at": moment(starts_on),
            **columns,
        }
    )
    work.session.add(row)
    work.flush()
    return row


def keep_post(work: UnitOfWork, trial: Trial, record: PostRecord, policy: Policy) -> None:
    window = TrialWindow(trial.starts_on, trial.weeks)
    post_facts.refresh(record, window=window, policy=policy, time_zone="Europe/Berlin")
    posts.keep(work, record)


def fill_trial(
    work: UnitOfWork, trial: Trial, policy: Policy, rng: random.Random, *, until: date
) -> None:
    """Live through the trial at random, day after day, as far as `until`.

    Everything that may happen to a post happens to some: also before the trial and after its
    end, on its first and last days, several times over.
    """
    assert trial.id is not None
    for _ in range(rng.choice((0, 1, 5, 40))):
        record = _random_post(trial, rng, until)
        if record is not None:
            keep_post(work, trial, record, policy)
    window = TrialWindow(trial.starts_on, trial.weeks)
    for week in range(trial.weeks):
        if window.week_start(week) <= until and rng.random() < 0.3:
            work.session.add(_random_check_in(trial.id, week, window, rng, until))
    for _ in range(rng.choice((0, 0, 1, 3))):
        work.session.add(_random_exemption(trial, rng, until))
    for _ in range(rng.choice((0, 0, 1, 2))):
        opened = trial.starts_on + timedelta(days=rng.randrange(30))
        closed = opened + timedelta(days=3) if rng.random() < 0.5 else None
        work.session.add(
            Incident(
                trial_id=trial.id,
                summary="A photo without consent",
                opened_on=opened,
                closed_on=closed,
                entered_at=moment(opened),
            )
        )
    work.flush()


def _random_post(trial: Trial, rng: random.Random, until: date) -> PostRecord | None:
    assert trial.id is not None
    row = Post(trial_id=trial.id, title="Hand hygiene 🧼", contributor=rng.choice(NAMES))
    record = PostRecord(row)
    days_so_far = (until - trial.starts_on).days
    earliest = min(-14, days_so_far - 14)
    today = trial.starts_on + timedelta(days=rng.randint(earliest, days_so_far))
    if rng.random() < 0.8:
        row.planned_on = today if rng.random() < 0.9 else None
        row.planned_at = moment(today)
        row.planned_for = today + timedelta(days=rng.randint(-2, 30))
    else:
        row.delivered_on, row.delivered_at = today, moment(today)
    while (today := today + timedelta(days=rng.choice((0, 0, 1, 2, 5, 9)))) <= until:
        match rng.choice(("move", "deliver", "deliver", "review", "withdraw", "rest", "stop")):
            case "move" if row.planned_for is not None:
                to_day = row.planned_for + timedelta(days=rng.randint(-10, 15))
                record.moves.append(
                    SlotMove(
                        post_id=0,
                        from_day=row.planned_for,
                        to_day=to_day,
                        moved_on=today,
                        entered_at=moment(today),
                    )
                )
                row.planned_for = to_day
            case "deliver" if row.delivered_on is None:
                row.delivered_on = today - timedelta(days=rng.choice((0, 0, 1, 6)))
                row.delivered_at = moment(today)
                record.attempts.append(_attempt(row.delivered_on))
            case "review" if row.delivered_on is not None:
                _review(record, rng, today)
                if row.rejected_on is not None:
                    break
            case "withdraw" if rng.random() < 0.4:
                row.withdrawn_on = today
                break
            case "stop":
                break
    if row.planned_for is None and row.delivered_on is None:
        return None
    return record


def _attempt(day: date) -> ReviewAttempt:
    return ReviewAttempt(post_id=0, submitted_on=day, entered_at=moment(day))


def _review(record: PostRecord, rng: random.Random, today: date) -> None:
    if not record.attempts:
        record.attempts.append(_attempt(record.row.delivered_on or today))
    last = record.attempts[-1]
    if last.outcome == ReviewOutcome.WAITING:
        last.outcome = rng.choice(
            (ReviewOutcome.APPROVED, ReviewOutcome.CHANGES_REQUESTED, ReviewOutcome.REJECTED)
        )
        last.decided_on = today
        if last.outcome == ReviewOutcome.APPROVED:
            record.row.approved_on = today
        if last.outcome == ReviewOutcome.REJECTED:
            record.row.rejected_on = today
    elif last.outcome == ReviewOutcome.CHANGES_REQUESTED:
        record.attempts.append(_attempt(today))
    elif last.outcome == ReviewOutcome.APPROVED and rng.random() < 0.7:
        # Edited after the approval: it asks for review again.
        record.row.approved_on = None
        record.attempts.append(_attempt(today))


def _random_check_in(
    trial_id: int, week: int, window: TrialWindow, rng: random.Random, until: date
) -> CheckIn:
    entered = min(until, window.week_end(week) + timedelta(days=rng.randint(-3, 9)))
    needing = rng.choice((None, 0, 1, 8))
    answered = None if needing is None else rng.randint(0, needing)
    return CheckIn(
        trial_id=trial_id,
        week=week,
        hours=rng.choice((None, 0.5, 3.0)),
        needing_answer=needing,
        answered_in_a_day=answered,
        entered_on=entered,
        entered_at=moment(entered),
    )


def _random_exemption(trial: Trial, rng: random.Random, until: date) -> Exemption:
    assert trial.id is not None
    first = rng.randrange(trial.weeks)
    last = first + rng.randrange(3)
    asked = min(until, trial.starts_on)
    return Exemption(
        trial_id=trial.id,
        first_week=first,
        last_week=last,
        cause="holiday",
        reason="The team is away",
        asked_on=asked,
        status=rng.choice(("asked", "granted", "granted", "refused")),
        approved_on=asked,
        expires_on=trial.starts_on + timedelta(days=7 * last + 6),
        entered_at=moment(asked),
    )
