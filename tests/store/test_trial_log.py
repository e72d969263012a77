"""A trial's log says what was stored, in few queries."""

from datetime import date, timedelta
from typing import Any

from tests.store.made_up import (
    MONDAY,
    STANDARD,
    add_organisation,
    add_policy,
    add_trial,
    keep_post,
    moment,
)
from tests.store.statements import sent_to
from trial.domain.policy import parse_policy
from trial.domain.posts import Move, Rework
from trial.domain.trial_log import Answers, GateFacts
from trial.scoring.facts import filled_ahead
from trial.store import trial_log
from trial.store.engine import Database
from trial.store.posts import PostRecord
from trial.store.tables import CheckIn, Exemption, Incident, Post, ReviewAttempt, SlotMove, Trial
from trial.store.trial_log import StoredLog
from trial.store.unit_of_work import UnitOfWork, unit_of_work

POLICY = parse_policy(STANDARD, "test")


def day(number: int) -> date:
    """The trial day with this number, from 0."""
    return MONDAY + timedelta(days=number)


def new_trial(work: UnitOfWork, **columns: Any) -> Trial:
    add_organisation(work)
    return add_trial(work, add_policy(work), department="Cardiology", **columns)


def log_of(work: UnitOfWork, trial: Trial, today: date) -> StoredLog:
    assert trial.id is not None
    stored = trial_log.load(work, trial.id, today=today)
    assert stored is not None
    return stored


def add_post(work: UnitOfWork, trial: Trial, **columns: object) -> PostRecord:
    row = Post.model_validate({"trial_id": trial.id, "title": "Why we wash hands", **columns})
    record = PostRecord(row)
    keep_post(work, trial, record, POLICY)
    return record


def check_in(trial: Trial, week: int, **columns: object) -> CheckIn:
    return CheckIn.model_validate(
        {
            "trial_id": trial.id,
            "week": week,
            "entered_on": day(7 * week + 4),
            "entered_at": moment(day(7 * week + 4)),
            **columns,
        }
    )


def test_a_trial_that_is_not_there_has_no_log(database: Database) -> None:
    with unit_of_work(database, write=False) as work:
        assert trial_log.load(work, 404, today=MONDAY) is None


def test_a_post_comes_back_with_its_moves_and_its_rework(database: Database) -> None:
    with unit_of_work(database, write=True) as work:
        trial = new_trial(work)
        record = add_post(
            work,
            trial,
            planned_for=day(9),
            planned_on=day(-3),
            delivered_on=day(5),
            contributor="Ada",
        )
        record.moves.append(
            SlotMove(
                post_id=0,
                from_day=day(8),
                to_day=day(9),
                moved_on=day(1),
                entered_at=moment(day(1)),
            )
        )
        for submitted, outcome, decided in (
            (5, "changes_requested", 6),
            (8, "changes_requested", 9),
            (12, "approved", 13),
        ):
            record.attempts.append(
                ReviewAttempt(
                    post_id=0,
                    submitted_on=day(submitted),
                    outcome=outcome,
                    decided_on=day(decided),
                    entered_at=moment(day(submitted)),
                )
            )
        record.row.approved_on = day(13)
        keep_post(work, trial, record, POLICY)
        (post,) = log_of(work, trial, day(20)).log.posts
    assert post.moves == (Move(day(8), day(9), day(1)),)
    assert post.rework == (Rework(day(6), day(8)), Rework(day(9), day(12)))
    assert post.ready_day == day(10)
    assert post.key == str(record.row.id)


def test_a_log_says_who_checked_in_who_was_excused_and_what_was_asked(database: Database) -> None:
    with unit_of_work(database, write=True) as work:
        trial = new_trial(
            work,
            purpose="Explain prevention",
            audience="Families nearby",
            primary_manager="Ada",
            training_done=2,
            training_total=5,
        )
        work.session.add(check_in(trial, 0, needing_answer=4, answered_in_a_day=3))
        work.session.add(check_in(trial, 2, needing_answer=1, answered_in_a_day=0))
        work.session.add(check_in(trial, 3, nothing_to_report=True))
        for status, weeks in (("granted", (5, 6)), ("asked", (8, 8)), ("refused", (9, 9))):
            work.session.add(exemption(trial, status, weeks))
        for closed_on in (None, day(9)):
            work.session.add(
                Incident(
                    trial_id=trial.id or 0,
                    summary="A photo without consent",
                    opened_on=day(3),
                    closed_on=closed_on,
                    entered_at=moment(day(3)),
                )
            )
        work.flush()
        stored = log_of(work, trial, day(40))
    assert stored.policy == POLICY
    assert stored.log.reported_weeks == {0, 2, 3}
    assert stored.log.excused_weeks == {5, 6}
    assert stored.log.answers == Answers(needing=5, answered=3)
    assert stored.log.gates == GateFacts(
        purpose_written=True,
        managers_named=False,
        training_done=2,
        training_total=5,
        agreement_signed=False,
        open_incidents=1,
    )


def exemption(trial: Trial, status: str, weeks: tuple[int, int]) -> Exemption:
    return Exemption(
        trial_id=trial.id or 0,
        first_week=weeks[0],
        last_week=weeks[1],
        cause="holiday",
        reason="The team is away",
        asked_on=day(0),
        status=status,
        approved_on=day(1) if status == "granted" else None,
        expires_on=day(7 * weeks[1] + 6),
        entered_at=moment(day(0)),
    )


def test_a_slot_without_the_day_it_was_entered_was_not_in_the_calendar_ahead(
    database: Database,
) -> None:
    with unit_of_work(database, write=True) as work:
        trial = new_trial(work)
        for number in (7, 8, 9):
            add_post(work, trial, planned_for=day(number))
        stored = log_of(work, trial, day(14))
    assert stored.log.planning_known
    assert filled_ahead(stored.log, stored.policy)[1] == 0


def test_a_trial_that_ended_early_is_over_the_day_after_its_last_day(database: Database) -> None:
    with unit_of_work(database, write=True) as work:
        trial = new_trial(work, status="ended", ended_on=day(13))
        add_post(work, trial, delivered_on=day(13), approved_on=day(15))
        add_post(work, trial, delivered_on=day(14))
        # Said later of its days, and of days that were no longer its own.
        work.session.add(check_in(trial, 1, entered_on=day(15)))
        work.session.add(check_in(trial, 2, entered_on=day(15)))
        work.flush()
        last, after, later = (log_of(work, trial, day(number)).log for number in (13, 14, 50))
    assert (last.today, after.today, later.today) == (day(13), day(14), day(14))
    assert later.window.weeks_over(later.today) == 2
    # The review counts whenever it came, the post of the day after does not.
    assert [(post.delivered_on, post.approved_on) for post in later.posts] == [(day(13), day(15))]
    assert later.timely_check_ins == frozenset({1})


def test_a_log_takes_eight_queries_however_much_happened(database: Database) -> None:
    counts = []
    with unit_of_work(database, write=True) as work:
        trial = new_trial(work)
        for _ in range(3):
            with sent_to(database) as sent:
                log_of(work, trial, day(60))
            counts.append(len(sent))
            fill_posts(work, trial)
    assert counts == [8, 8, 8]


def test_the_log_of_every_day_is_made_of_one_reading(database: Database) -> None:
    with unit_of_work(database, write=True) as work:
        trial = new_trial(work)
        fill_posts(work, trial)
        assert trial.id is not None
        days = [day(number) for number in (0, 7, 14, 21)]
        with sent_to(database) as sent:
            entered = trial_log.load_raw(work, [trial.id, 999])
            course = [entered[trial.id].as_of(on) for on in days]
        assert len(sent) == 7
        assert list(entered) == [trial.id]
        assert [len(log.posts) for log in course] == [20, 20, 20, 20]
        assert [sum(post.is_delivered for post in log.posts) for log in course] == [1, 8, 15, 20]
        assert course == [log_of(work, trial, on).log for on in days]


def fill_posts(work: UnitOfWork, trial: Trial) -> None:
    for number in range(20):
        record = add_post(work, trial, planned_for=day(number), delivered_on=day(number))
        record.attempts.append(
            ReviewAttempt(post_id=0, submitted_on=day(number), entered_at=moment(day(number)))
        )
        keep_post(work, trial, record, POLICY)
