"""The weekly check-in: one minute, once a week; sending it again corrects it."""

from dataclasses import dataclass
from datetime import date

from trial.domain.calendar import spoken_day, spoken_span
from trial.domain.counts import count_of
from trial.domain.errors import InvalidInput, StaleEdit, shown
from trial.domain.posts import is_backfilled
from trial.domain.roles import Permission
from trial.services.access import Actor, OpenTrial
from trial.services.backend import Backend
from trial.services.change import open_trial_change
from trial.services.views import view_from
from trial.store import posts, snapshots
from trial.store.tables import CheckIn
from trial.store.unit_of_work import UnitOfWork

CHECK_IN = (Permission.OWN_CHECKIN_WRITE, Permission.ALL_POST_WRITE)
HOURS_IN_WEEK = 168
NEEDING_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class CheckInView:
    """A check-in as it was sent.

    Parameters
    ----------
    trial_id, week : int
        `week` counts from 0.
    first, last : date
        The days of the week.
    hours : float or None
        In half hours; None where nothing was said.
    needing_answer, answered_in_a_day : int or None
    nothing_to_report, backfilled : bool
    entered_on : date
        When it was last sent.
    version : int
    undo : int or None
        The event that can be undone for a minute, right after sending.
    """

    trial_id: int
    week: int
    first: date
    last: date
    hours: float | None
    needing_answer: int | None
    answered_in_a_day: int | None
    nothing_to_report: bool
    backfilled: bool
    entered_on: date
    version: int
    undo: int | None = None


def check_in(
    actor: Actor,
    backend: Backend,
    *,
    trial_id: int,
    week: int,
    hours: float | None = None,
    needing_answer: int | None = None,
    answered_in_a_day: int | None = None,
    nothing_to_report: bool = False,
    version: int | None = None,
) -> CheckInView:
    """Send the check-in of one week, or send it again with other values.

    Parameters
    ----------
    week : int
        From 0; must have begun.
    hours : float, optional
        Hours spent on the week's posts, 0 to 168 in half hours.
    needing_answer, answered_in_a_day : int, optional
        Questions and comments that needed an answer (0 to 10,000), and how many of them got one
        within a day. Both or neither.
    nothing_to_report : bool
        The honest "nothing this week", which sends no hours and no questions; refused while posts
        of that week are live.
    version : int, optional
        Of the check-in the person saw, where there was one.

    Raises
    ------
    InvalidInput
        On values out of bounds, or that contradict each other or the posts of the week.
    NotPossible
        When the trial's log is closed.
    StaleEdit
        When `version` is given and somebody has sent the week since.
    """
    with open_trial_change(actor, backend, trial_id, *CHECK_IN, in_log=True) as change:
        work, trial = change.work, change.trial
        _refuse_week(trial, week)
        half_hours = _hours(hours)
        needing, answered = _answers(needing_answer, answered_in_a_day)
        if nothing_to_report:
            _refuse_contradiction(work, trial, week)
            # An honest "nothing" says nothing else either.
            half_hours = needing = answered = None
        row = work.find(CheckIn, trial_id=trial_id, week=week)
        if version is not None and version != (0 if row is None else row.version):
            raise StaleEdit(f"The check-in of week {week + 1}")
        before = None if row is None else snapshots.snapshot_row(row)
        if row is None:
            row = CheckIn(
                trial_id=trial_id, week=week, entered_on=trial.today, entered_at=change.now
            )
        row.hours = half_hours
        row.needing_answer, row.answered_in_a_day = needing, answered
        row.nothing_to_report = bool(nothing_to_report)
        row.entered_on, row.entered_at = trial.today, change.now
        row.entered_by = actor.person_id
        row.backfilled = is_backfilled(
            trial.window.week_end(week), trial.today, trial.policy.backfill_days
        )
        work.add(row)
        undo = change.record(
            "check_in.sent" if before is None else "check_in.corrected",
            row,
            undo_to={"check_in": before, "version": row.version},
            week=week,
            hours=half_hours,
        )
        return view_of_check_in(row, trial, undo=undo)


def view_of_check_in(
    row: CheckIn, trial: OpenTrial, *, live_count: int = 0, undo: int | None = None
) -> CheckInView:
    """Return a stored check-in as people see it.

    Parameters
    ----------
    live_count : int
        Live posts of its week: one that was added since takes a "nothing this week" back.
    """
    return view_from(
        CheckInView,
        row,
        first=trial.window.week_start(row.week),
        last=trial.window.week_end(row.week),
        nothing_to_report=row.nothing_to_report and not live_count,
        undo=undo,
    )


def _refuse_week(trial: OpenTrial, week: int) -> None:
    window = trial.window
    begun = min(window.weeks_over(trial.today) + 1, window.weeks)
    named = f"week {shown(week + 1)}" if type(week) is int else week
    accepted = "a week that has begun"
    if trial.today < window.start:
        first_day = spoken_day(window.start, year=True)
        raise InvalidInput("Week", named, f"{accepted}; the first begins on {first_day}")
    if type(week) is not int or not 0 <= week < begun:
        span = spoken_span(window.week_start(begun - 1), window.week_end(begun - 1))
        raise InvalidInput("Week", named, f"{accepted}, 1 to {begun} ({span})")


def _hours(value: object) -> float | None:
    if value is None:
        return None
    accepted = f"0 to {HOURS_IN_WEEK} in half hours, such as 3.5"
    if type(value) not in (int, float):
        raise InvalidInput("Hours spent on posts", value, accepted)
    assert isinstance(value, int | float)
    if not 0 <= value <= HOURS_IN_WEEK or value * 2 != int(value * 2):
        raise InvalidInput("Hours spent on posts", value, accepted)
    return float(value)


def _answers(needing: int | None, answered: int | None) -> tuple[int | None, int | None]:
    if needing is None and answered is None:
        return None, None
    field = "Questions that needed an answer"
    if needing is None:
        raise InvalidInput(field, None, "a whole number, as answered ones are given")
    if type(needing) is not int or not 0 <= needing <= NEEDING_LIMIT:
        raise InvalidInput(field, needing, f"a whole number from 0 to {NEEDING_LIMIT:,}")
    if answered is None and needing == 0:
        return 0, 0
    if type(answered) is not int or not 0 <= answered <= needing:
        accepted = f"a whole number from 0 to {needing}, as {needing} needed an answer"
        raise InvalidInput("Answered within a day", answered, accepted)
    return needing, answered


def _refuse_contradiction(work: UnitOfWork, trial: OpenTrial, week: int) -> None:
    live = [
        record.row.title
        for record in posts.of_trial(work, trial.trial_id)
        if record.row.week == week
    ]
    if not live:
        return
    named = ", ".join(f"“{title}”" for title in live[:3]) + (", …" if len(live) > 3 else "")
    raise InvalidInput(
        "Nothing this week",
        "chosen",
        "the hours and questions of the week",
        sentence=f"Week {week + 1} has {count_of(len(live), 'post')}: {named}. Please send its "
        "hours and questions instead.",
    )
